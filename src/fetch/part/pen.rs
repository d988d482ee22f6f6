//! Writes the part of a file. Everything here blocks.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::names::Names;
use super::note::{Note, Origin};
use crate::fetch::{Existing, FetchError};
use crate::media::{MediaHash, MediaHasher};

/// Who has it writes the part; nobody else does, in any process.
pub(super) struct Pen {
    names: Names,
    existing: Existing,
    /// Locked.
    file: File,
    /// Has taken all bytes of `file` up to `bytes`.
    hasher: MediaHasher,
    bytes: u64,
    /// Bytes that the note on the disk describes.
    noted: u64,
    origin: Origin,
    /// Whether the part has got its name.
    has_landed: bool,
}

impl Pen {
    /// So many bytes are lost at most when the process is killed.
    const NOTE_EVERY: u64 = 1 << 20;

    /// Takes the part of a target, with what is there of a file of this source.
    pub(super) fn claim(names: Names, existing: Existing, source: &str) -> Result<(Self, Option<Origin>), FetchError> {
        match fs::symlink_metadata(&names.target) {
            Ok(target) if target.is_dir() => return Err(FetchError::NoFile { path: names.target }),
            Ok(_) if existing == Existing::Keep => return Err(FetchError::Exists { path: names.target }),
            Ok(_) | Err(_) => {}
        }
        let file = lock(&names)?;
        let note = Note::read(&names).filter(|note| note.origin.source == source && note.origin.can_be_gone_on_with);
        let mut pen = Self {
            names,
            existing,
            file,
            hasher: MediaHasher::default(),
            bytes: 0,
            noted: 0,
            origin: Origin::default(),
            has_landed: false,
        };
        match note {
            Some(note) if pen.recall(&note).map_err(FetchError::io("read", &pen.names.part))? => {
                pen.origin = note.origin.clone();
                Ok((pen, Some(note.origin)))
            }
            _ => {
                pen.begin(Origin::default())?;
                Ok((pen, None))
            }
        }
    }

    /// Reads what the note describes, and returns whether it is there. What lies behind it is cut off.
    fn recall(&mut self, note: &Note) -> io::Result<bool> {
        self.file.rewind()?;
        let mut left = note.bytes;
        let mut buffer = vec![0; 256 << 10];
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            let count = self.file.read(&mut buffer[..wanted])?;
            if count == 0 {
                return Ok(false);
            }
            self.hasher.update(&buffer[..count]);
            left -= count as u64;
        }
        if self.hasher.hash().to_string() != note.hash {
            return Ok(false);
        }
        self.file.set_len(note.bytes)?;
        self.bytes = note.bytes;
        self.noted = note.bytes;
        Ok(true)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn hash(&self) -> MediaHash {
        self.hasher.hash()
    }

    pub(super) fn can_be_gone_on_with(&self) -> bool {
        self.origin.can_be_gone_on_with
    }

    /// Empties it.
    pub(super) fn begin(&mut self, origin: Origin) -> Result<(), FetchError> {
        Note::remove(&self.names);
        self.origin = origin;
        self.hasher = MediaHasher::default();
        self.bytes = 0;
        self.noted = 0;
        let emptied = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        emptied.map(drop).map_err(FetchError::io("write", &self.names.part))
    }

    /// Appends bytes.
    pub(super) fn write(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        self.append(piece).map_err(FetchError::io("write", &self.names.part))
    }

    fn append(&mut self, piece: &[u8]) -> io::Result<()> {
        self.file.write_all(piece)?;
        self.hasher.update(piece);
        self.bytes += piece.len() as u64;
        if self.can_be_gone_on_with() && self.bytes - self.noted >= Self::NOTE_EVERY { self.note() } else { Ok(()) }
    }

    fn note(&mut self) -> io::Result<()> {
        Note { origin: self.origin.clone(), bytes: self.bytes, hash: self.hash().to_string() }.write(&self.names)?;
        self.noted = self.bytes;
        Ok(())
    }

    /// Appends a file, and empties it again if that has not the expected content.
    pub(super) fn copy(&mut self, mut file: File, expected: MediaHash) -> Result<(), FetchError> {
        let mut buffer = vec![0; 256 << 10];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => self.write(&buffer[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // What cannot be read is not what was expected.
                Err(_) => return self.begin(Origin::default()),
            }
        }
        if self.hash() == expected { Ok(()) } else { self.begin(Origin::default()) }
    }

    /// Makes it durable under its name.
    pub(super) fn land(&mut self, before: impl FnOnce(&Path)) -> Result<(), FetchError> {
        self.file.sync_all().map_err(FetchError::io("write", &self.names.part))?;
        before(&self.names.part);
        self.take_name()?;
        self.has_landed = true;
        Note::remove(&self.names);
        sync_folder(&self.names.folder).map_err(FetchError::io("write", &self.names.folder))
    }

    fn take_name(&self) -> Result<(), FetchError> {
        let Names { part, target, .. } = &self.names;
        let named = match self.existing {
            Existing::Replace => fs::rename(part, target),
            // A link takes no name that somebody has taken since we looked. Where there are no links, looking has to do.
            Existing::Keep => match fs::hard_link(part, target) {
                Ok(()) => fs::remove_file(part),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(FetchError::Exists { path: target.clone() }),
                Err(_) => fs::rename(part, target),
            },
        };
        named.map_err(FetchError::io("write", target))
    }

    /// Lets it be removed when it is dropped.
    pub(super) fn forget(&mut self) {
        self.origin.can_be_gone_on_with = false;
    }
}

impl Drop for Pen {
    fn drop(&mut self) {
        if self.has_landed {
            return;
        }
        let is_kept = self.can_be_gone_on_with() && self.bytes > 0 && (self.noted == self.bytes || self.note().is_ok());
        if !is_kept {
            Note::remove(&self.names);
            // The lock is still held, so this is nobody else's.
            let _ = fs::remove_file(&self.names.part);
        }
    }
}

/// Opens the part and locks it.
fn lock(names: &Names) -> Result<File, FetchError> {
    loop {
        if fs::symlink_metadata(&names.part).is_ok_and(|part| part.is_symlink()) {
            fs::remove_file(&names.part).map_err(FetchError::io("remove", &names.part))?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&names.part);
        let file = file.map_err(FetchError::io("create", &names.part))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FetchError::Busy { path: names.target.clone() }),
            // File systems without locks have one writer at a time only by agreement.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(FetchError::io("lock", &names.part)(error)),
        }
        // Who had the lock before may have given the file its final name in between.
        if is_at(&file, &names.part).map_err(FetchError::io("read", &names.part))? {
            return Ok(file);
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let mine = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (mine.dev(), mine.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> io::Result<bool> {
    fs::exists(path)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Other systems have no folders that could be synced.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
