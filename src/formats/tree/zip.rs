//! The files of a zip archive, found by its directory and unpacked one by one.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use zip::{CompressionMethod, ZipArchive};

use super::{Entry, FILES, FormatError, Passed, clean, is_bomb};

/// A zip archive.
pub(super) struct Zip {
    file: File,
    archive: Mutex<ZipArchive<File>>,
    places: FxHashMap<Arc<str>, usize>,
}

impl Zip {
    pub(super) fn open(name: &Arc<str>, file: File) -> Result<(Self, Vec<Entry>, Vec<Passed>), FormatError> {
        let damaged =
            |_| FormatError::Archive { file: Arc::clone(name), what: "a zip archive whose directory is damaged; it may be cut off" };
        let failed = |source| FormatError::Read { file: Arc::clone(name), source };
        let whole = file.metadata().map_err(failed)?.len();
        let mut archive = ZipArchive::new(file.try_clone().map_err(failed)?).map_err(damaged)?;
        let (mut entries, mut passed) = (Vec::new(), Vec::new());
        let mut places = FxHashMap::default();
        let mut packed = 0_u64;
        for at in 0..archive.len().min(FILES + 1) {
            let entry = archive.by_index_raw(at).map_err(damaged)?;
            if entry.is_dir() {
                continue;
            }
            // Many programs write UTF-8 without saying so.
            let called = std::str::from_utf8(entry.name_raw()).map_or_else(|_| entry.name().to_owned(), str::to_owned);
            packed = packed.saturating_add(entry.compressed_size());
            let path = clean(&called);
            let why = match &path {
                _ if entry.encrypted() => Some("encrypted"),
                _ if entry.unix_mode().is_some_and(|mode| mode & 0o170_000 == 0o120_000) => Some("a link"),
                _ if is_bomb(entry.compressed_size(), entry.size()) => Some("packed to less than a two-hundredth, as no real file is"),
                None => Some("its name leads out of the archive"),
                Some(_) => None,
            };
            match (path, why) {
                (Some(path), None) => {
                    let path: Arc<str> = path.into();
                    places.insert(Arc::clone(&path), at);
                    entries.push(Entry { path, size: entry.size() });
                }
                (_, why) => passed.push(Passed { path: called, why: why.unwrap_or("nameless") }),
            }
        }
        if packed > whole {
            return Err(FormatError::Archive {
                file: Arc::clone(name),
                what: "a zip archive whose files share their bytes, as a bomb's do",
            });
        }
        Ok((Self { file, archive: Mutex::new(archive), places }, entries, passed))
    }

    /// Opens a file of it. `shown` stands in errors.
    pub(super) fn open_entry(&self, path: &str, shown: &Arc<str>) -> Result<Box<dyn Read + Send>, FormatError> {
        let bad = |what| FormatError::Archive { file: Arc::clone(shown), what };
        let &at = self.places.get(path).ok_or_else(|| bad("not in the archive"))?;
        let mut archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = archive.by_index_raw(at).map_err(|_| bad("in a zip archive that is damaged there"))?;
        let start = entry.data_start().ok_or_else(|| bad("in a zip archive that is damaged there"))?;
        let file = self.file.try_clone().map_err(|source| FormatError::Read { file: Arc::clone(shown), source })?;
        let part = Part { file, at: start, end: start.saturating_add(entry.compressed_size()) };
        let reader: Box<dyn Read + Send> = match entry.compression() {
            CompressionMethod::STORE => Box::new(part),
            CompressionMethod::DEFLATE => Box::new(flate2::bufread::DeflateDecoder::new(io::BufReader::with_capacity(64 << 10, part))),
            _ => return Err(bad("packed in a way that is not read; unpack the archive first")),
        };
        Ok(Box::new(Checked { reader, left: entry.size(), crc: flate2::Crc::new(), expected: entry.crc32() }))
    }
}

/// A part of a file, read at its own place: several may be open.
pub(super) struct Part {
    pub(super) file: File,
    pub(super) at: u64,
    pub(super) end: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        // Handles of one file share their place.
        #[cfg(unix)]
        let count = std::os::unix::fs::FileExt::read_at(&self.file, &mut buffer[..most], self.at)?;
        #[cfg(not(unix))]
        let count = {
            io::Seek::seek(&mut self.file, io::SeekFrom::Start(self.at))?;
            self.file.read(&mut buffer[..most])?
        };
        self.at += count as u64;
        Ok(count)
    }
}

/// Ends where the directory says that the file does, and compares its checksum.
struct Checked<R> {
    reader: R,
    left: u64,
    crc: flate2::Crc,
    expected: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.left == 0 {
            return Ok(0);
        }
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.reader.read(&mut buffer[..most])?;
        if count == 0 {
            return Err(io::Error::other("its packed data end too early"));
        }
        self.crc.update(&buffer[..count]);
        self.left -= count as u64;
        if self.left == 0 && self.crc.sum() != self.expected {
            return Err(io::Error::other("its packed data are damaged: the checksum differs"));
        }
        Ok(count)
    }
}
