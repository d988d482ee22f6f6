//! Media files by content hash: put once, found by hash, verified, removed when nothing uses them any more.

mod staging;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use staging::STAGED_PREFIX;
pub(crate) use staging::{Staged, Staging};

/// The BLAKE3 hash of a file's content, by which it is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MediaHash(pub [u8; 32]);

impl MediaHash {
    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }

    /// The hash of what `content` gives.
    pub(crate) fn of(mut content: impl Read) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut content, &mut hasher)?;
        Ok(Self(*hasher.finalize().as_bytes()))
    }
}

impl std::fmt::Display for MediaHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl std::fmt::Debug for MediaHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Takes the hash of content that comes in pieces.
#[derive(Default)]
pub(crate) struct MediaHasher(blake3::Hasher);

impl MediaHasher {
    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The hash of all pieces so far. More may follow.
    pub(crate) fn hash(&self) -> MediaHash {
        MediaHash(*self.0.finalize().as_bytes())
    }
}

/// What can go wrong with a media file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// There is no file with this hash.
    #[error("no media file {hash}")]
    Missing {
        /// The hash that was asked for.
        hash: MediaHash,
    },
    /// The content is not what the name says.
    #[error("media file {} does not have the content of its name; remove it and fetch it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A file could not be read or written.
    #[error("could not {act} {}: {source}", path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl MediaError {
    fn io(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { act, path, source }
    }
}

/// The folder of media files. A file lies at `ab/cdef…`, the hexadecimal digits of its hash.
#[derive(Clone, Debug)]
pub(crate) struct MediaStore {
    folder: PathBuf,
}

impl MediaStore {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Copies `content` into the folder and makes it durable; it is not yet found by its hash.
    pub(crate) fn stage(&self, mut content: impl Read) -> Result<Staged, MediaError> {
        let mut staging = Staging::begin(self)?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = content.read(&mut buffer).map_err(MediaError::io("read what goes to", &self.folder))?;
            if count == 0 {
                return staging.finish();
            }
            staging.write(&buffer[..count])?;
        }
    }

    /// Copies `content` into the store and returns its hash once it is on the disk.
    pub(crate) fn put(&self, content: impl Read) -> Result<MediaHash, MediaError> {
        self.stage(content)?.place()
    }

    /// Removes what a process that ended in the middle of staging left behind. Nobody may be staging.
    pub(crate) fn remove_staged(&self) -> Result<(), MediaError> {
        let is_staged =
            |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(STAGED_PREFIX));
        for path in entries(&self.folder)?.into_iter().filter(is_staged) {
            fs::remove_file(&path).map_err(MediaError::io("remove", &path))?;
        }
        Ok(())
    }

    /// Where the file with this hash lies, whether it is there or not.
    pub(crate) fn path(&self, hash: MediaHash) -> PathBuf {
        let digits = hash.to_string();
        let (folder, name) = digits.split_at(2);
        self.folder.join(folder).join(name)
    }

    /// Opens a file for reading.
    pub(crate) fn open(&self, hash: MediaHash) -> Result<fs::File, MediaError> {
        let path = self.path(hash);
        fs::File::open(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => MediaError::Missing { hash },
            _ => MediaError::Io { act: "read", path, source },
        })
    }

    /// Reads a file and compares its content with its hash.
    pub(crate) fn verify(&self, hash: MediaHash) -> Result<(), MediaError> {
        let path = self.path(hash);
        let found = MediaHash::of(self.open(hash)?).map_err(MediaError::io("read", &path))?;
        if found == hash { Ok(()) } else { Err(MediaError::Damaged { path }) }
    }

    /// Removes a file; one that is not there is no error.
    pub(crate) fn remove(&self, hash: MediaHash) -> Result<(), MediaError> {
        let path = self.path(hash);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(MediaError::Io { act: "remove", path, source }),
            _ => Ok(()),
        }
    }

    /// The hashes of all files, in the order of their names.
    pub(crate) fn list(&self) -> Result<Vec<MediaHash>, MediaError> {
        let mut hashes = Vec::new();
        for folder in entries(&self.folder)? {
            let Some(start) = folder.file_name().and_then(|name| name.to_str()).filter(|name| name.len() == 2) else { continue };
            for file in entries(&folder)? {
                let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                hashes.extend(MediaHash::from_hex(&format!("{start}{name}")));
            }
        }
        hashes.sort_unstable();
        Ok(hashes)
    }

    /// Copies every file that `target` lacks.
    pub(crate) fn copy_to(&self, target: &Self) -> Result<(), MediaError> {
        for hash in self.list()? {
            if !target.path(hash).exists() {
                let copied = target.put(self.open(hash)?)?;
                if copied != hash {
                    return Err(MediaError::Damaged { path: self.path(hash) });
                }
            }
        }
        Ok(())
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, MediaError> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.flatten().map(|entry| entry.path()).collect()),
        Err(source) if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(source) => Err(MediaError::Io { act: "read", path: folder.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_content_and_damage_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let media = MediaStore::new(folder.path().join("media"));
        let hash = media.put(&b"a picture"[..]).unwrap();
        assert_eq!(media.put(&b"a picture"[..]).unwrap(), hash, "the same content is one file");
        assert_eq!(media.list().unwrap(), [hash]);
        assert_eq!(MediaHash::from_hex(&hash.to_string()), Some(hash));
        media.verify(hash).unwrap();
        fs::write(media.path(hash), "another").unwrap();
        assert!(matches!(media.verify(hash), Err(MediaError::Damaged { .. })));
        media.remove(hash).unwrap();
        assert!(matches!(media.open(hash), Err(MediaError::Missing { .. })));
        media.remove(hash).unwrap();
    }
}
