//! The hub's log in a file that several processes may use at the same time: records behind each other, each with its length and
//! checksum. Knows nothing of what they say.
//!
//! The file begins with [`HEAD`]. A record is 4 bytes of length, 8 bytes of XXH3-64 (seeded with the record's place in the file), both
//! little-endian, then so many bytes of JSON.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::super::{Refused, TransportError};

/// The first line of the file.
const HEAD: &[u8] = b"mynah hub, format 1\n";

/// Bytes in front of what a record says.
const RECORD_HEAD: usize = 12;

/// The most that a record says. A message is 2 MiB, so only a list of a hundred thousand ids comes near.
const RECORD_LIMIT: usize = 64 * 1024 * 1024;

/// The hub's file, and how far it has been read.
pub(super) struct LogFile {
    file: Arc<File>,
    path: PathBuf,
    /// Every record before this byte was given out or appended here.
    end: u64,
    /// Something was not written or not synced: memory and file may differ, so nothing more is written until it is opened anew.
    is_broken: bool,
}

impl LogFile {
    /// Opens the file, or begins it.
    pub(super) fn open(path: &Path) -> Result<Self, TransportError> {
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let file = opened.map_err(|source| TransportError::Memory { path: path.to_owned(), source })?;
        let mut log = Self { file: Arc::new(file), path: path.to_owned(), end: 0, is_broken: false };
        log.lock()?.check_head()?;
        Ok(log)
    }

    /// The file, to be synced without holding on to the rest.
    pub(super) fn handle(&self) -> Arc<File> {
        self.file.clone()
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What went wrong with the file, as an error.
    pub(super) fn error(&self, source: io::Error) -> TransportError {
        TransportError::Memory { path: self.path.clone(), source }
    }

    /// Notes that something was not written.
    pub(super) fn note_broken(&mut self) {
        self.is_broken = true;
    }

    /// Whether the file has another length than what was read.
    pub(super) fn has_news(&self) -> Result<bool, TransportError> {
        let length = self.file.metadata().map_err(|source| self.error(source))?.len();
        Ok(length != self.end)
    }

    /// Waits until no other process is at the file and keeps them out. They are at it for one append at a time, so this is short.
    pub(super) fn lock(&mut self) -> Result<LockedLog<'_>, TransportError> {
        if self.is_broken {
            return Err(self.error(io::Error::other("an earlier write failed, open it again")));
        }
        self.file.lock().map_err(|source| self.error(source))?;
        Ok(LockedLog { log: self })
    }
}

/// The file while no other process is at it.
pub(super) struct LockedLog<'a> {
    log: &'a mut LogFile,
}

impl Drop for LockedLog<'_> {
    fn drop(&mut self) {
        // Closing the file unlocks it too, should this fail.
        let _ = self.log.file.unlock();
    }
}

impl LockedLog<'_> {
    /// What went wrong with the file, as an error.
    pub(super) fn error(&self, source: io::Error) -> TransportError {
        self.log.error(source)
    }

    fn io<T>(&self, result: io::Result<T>) -> Result<T, TransportError> {
        result.map_err(|source| self.log.error(source))
    }

    fn damaged(&self, at: u64) -> TransportError {
        TransportError::Damaged { path: self.log.path.clone(), at }
    }

    /// Checks the first line, or writes it into a file that has none.
    fn check_head(&mut self) -> Result<(), TransportError> {
        let mut head = Vec::with_capacity(HEAD.len());
        self.io((&*self.log.file).rewind())?;
        self.io((&*self.log.file).take(HEAD.len() as u64).read_to_end(&mut head))?;
        if head != HEAD {
            // Who began the file may have ended in the middle of its first line.
            if !HEAD.starts_with(&head) {
                return Err(TransportError::UnknownFormat { path: self.log.path.clone() });
            }
            self.io((&*self.log.file).rewind())?;
            self.io((&*self.log.file).write_all(HEAD))?;
            self.io(self.log.file.sync_all())?;
            let folder = self.log.path.parent().unwrap_or(Path::new("."));
            self.io(File::open(folder).and_then(|folder| folder.sync_all()))?;
        }
        self.log.end = HEAD.len() as u64;
        Ok(())
    }

    /// Gives out every record that was not yet given out. `take` says whether it could read it.
    ///
    /// What cannot be read at the end is what a process left that ended in the middle of appending, or what a power cut left: it was
    /// never acknowledged and is cut off. With a readable record behind it, it is damage.
    pub(super) fn read_on(&mut self, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), TransportError> {
        let length = self.io(self.log.file.metadata())?.len();
        if length < self.log.end {
            return Err(self.damaged(length));
        }
        if length == self.log.end {
            return Ok(());
        }
        let file = self.log.file.clone();
        let mut reader = BufReader::with_capacity(256 * 1024, &*file);
        self.io(reader.seek(SeekFrom::Start(self.log.end)))?;
        let mut record = Vec::new();
        while self.io(read_record(&mut reader, self.log.end, length, &mut record))? {
            if !take(&record) {
                return Err(self.damaged(self.log.end));
            }
            self.log.end += (RECORD_HEAD + record.len()) as u64;
        }
        if self.log.end == length {
            return Ok(());
        }
        let mut rest = Vec::new();
        self.io((&*file).seek(SeekFrom::Start(self.log.end)))?;
        self.io((&*file).read_to_end(&mut rest))?;
        if has_record_behind_its_start(&rest, self.log.end) {
            return Err(self.damaged(self.log.end));
        }
        self.io(file.set_len(self.log.end))
    }

    /// Appends records; all of them are in the file, or none. Everything has to be read before. They are not yet synced.
    pub(super) fn append(&mut self, records: &[Vec<u8>]) -> Result<(), TransportError> {
        let mut bytes = Vec::with_capacity(records.iter().map(|record| RECORD_HEAD + record.len()).sum());
        for record in records {
            if record.len() > RECORD_LIMIT {
                return Err(Refused::TooLarge { bytes: record.len() as u64, limit: RECORD_LIMIT as u64 }.into());
            }
            let seed = self.log.end + bytes.len() as u64;
            // Below the limit, so within 32 bits.
            bytes.extend_from_slice(&(record.len() as u32).to_le_bytes());
            bytes.extend_from_slice(&xxh3_64_with_seed(record, seed).to_le_bytes());
            bytes.extend_from_slice(record);
        }
        let mut file = &*self.log.file;
        let written = file.seek(SeekFrom::Start(self.log.end)).and_then(|_| file.write_all(&bytes));
        if let Err(source) = written {
            // Where the part cannot be taken back either, the next one who reads cuts it off.
            let _ = file.set_len(self.log.end);
            return Err(self.log.error(source));
        }
        self.log.end += bytes.len() as u64;
        Ok(())
    }
}

/// Reads what the record at `at` says, from a file of `length` bytes; `false` when no whole record is there.
fn read_record(reader: &mut impl io::Read, at: u64, length: u64, record: &mut Vec<u8>) -> io::Result<bool> {
    let left = length - at;
    if left < RECORD_HEAD as u64 {
        return Ok(false);
    }
    let mut head = [0; RECORD_HEAD];
    reader.read_exact(&mut head)?;
    let (size, sum) = parts(&head);
    if !(1..=RECORD_LIMIT).contains(&size) || size as u64 > left - RECORD_HEAD as u64 {
        return Ok(false);
    }
    record.resize(size, 0);
    reader.read_exact(record)?;
    Ok(xxh3_64_with_seed(record, at) == sum)
}

/// Length and checksum.
fn parts(head: &[u8; RECORD_HEAD]) -> (usize, u64) {
    let [a, b, c, d, sum @ ..] = *head;
    (u32::from_le_bytes([a, b, c, d]) as usize, u64::from_le_bytes(sum))
}

/// Whether a whole record begins anywhere in `bytes`, which stand at `start` in the file, but at their beginning.
fn has_record_behind_its_start(bytes: &[u8], start: u64) -> bool {
    let mut record = Vec::new();
    (1..bytes.len()).any(|at| {
        let (mut rest, place) = (&bytes[at..], start + at as u64);
        read_record(&mut rest, place, start + bytes.len() as u64, &mut record).unwrap_or(false)
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(log: &mut LogFile) -> Result<Vec<String>, TransportError> {
        let mut texts = Vec::new();
        log.lock()?.read_on(|record| {
            texts.push(String::from_utf8(record.to_vec()).unwrap());
            true
        })?;
        Ok(texts)
    }

    fn append(log: &mut LogFile, texts: &[&str]) {
        let records: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        log.lock().unwrap().append(&records).unwrap();
    }

    /// A file of three records, and where each begins.
    fn three(folder: &Path) -> (PathBuf, Vec<u8>, [usize; 3]) {
        let path = folder.join("log");
        append(&mut LogFile::open(&path).unwrap(), &["one", "second", "the third"]);
        let bytes = fs::read(&path).unwrap();
        let first = HEAD.len();
        (path, bytes, [first, first + RECORD_HEAD + 3, first + 2 * RECORD_HEAD + 9])
    }

    #[test]
    fn who_opens_a_file_at_the_same_time_reads_what_the_other_appends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (mut here, mut there) = (LogFile::open(&path).unwrap(), LogFile::open(&path).unwrap());
        append(&mut here, &["one", "two"]);
        assert!(there.has_news().unwrap() && !here.has_news().unwrap());
        assert_eq!(read(&mut there).unwrap(), ["one", "two"]);
        append(&mut there, &["three"]);
        assert_eq!(read(&mut here).unwrap(), ["three"]);
        assert_eq!(read(&mut LogFile::open(&path).unwrap()).unwrap(), ["one", "two", "three"]);
    }

    #[test]
    fn an_end_that_was_cut_anywhere_costs_only_the_record_that_it_cut() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes, [first, second, third]) = three(folder.path());
        for length in 0..bytes.len() {
            fs::write(&path, &bytes[..length]).unwrap();
            let mut log = LogFile::open(&path).unwrap();
            let whole = usize::from(length >= second) + usize::from(length >= third);
            assert_eq!(read(&mut log).unwrap(), ["one", "second"][..whole], "cut at {length}");
            append(&mut log, &["again"]);
            assert_eq!(read(&mut LogFile::open(&path).unwrap()).unwrap().len(), whole + 1, "cut at {length}");
            assert!(fs::metadata(&path).unwrap().len() > first as u64);
        }
    }

    #[test]
    fn an_end_of_zeros_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut bytes, _) = three(folder.path());
        let length = bytes.len();
        bytes.resize(length + 5_000, 0);
        fs::write(&path, &bytes).unwrap();
        assert_eq!(read(&mut LogFile::open(&path).unwrap()).unwrap().len(), 3);
        assert_eq!(fs::metadata(&path).unwrap().len(), length as u64);
    }

    #[test]
    fn damage_before_the_end_is_named_by_its_place_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes, [first, second, third]) = three(folder.path());
        for at in first..third {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x40;
            fs::write(&path, &damaged).unwrap();
            let place = if at < second { first } else { second };
            match read(&mut LogFile::open(&path).unwrap()) {
                Err(TransportError::Damaged { at: named, .. }) => assert_eq!(named, place as u64, "damage at {at}"),
                other => panic!("damage at {at} gave {other:?}"),
            }
            assert_eq!(fs::read(&path).unwrap(), damaged, "damage at {at}");
        }
    }

    #[test]
    fn a_file_of_something_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for content in ["a letter to somebody that is long enough", "mynah hub, format 2\n", "x"] {
            fs::write(&path, content).unwrap();
            assert!(matches!(LogFile::open(&path), Err(TransportError::UnknownFormat { .. })), "{content}");
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
    }

    #[test]
    fn the_bytes_of_format_1_still_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        append(&mut LogFile::open(&path).unwrap(), &["one"]);
        let sum = xxh3_64_with_seed(b"one", 20).to_le_bytes();
        assert_eq!(fs::read(&path).unwrap(), [&b"mynah hub, format 1\n\x03\0\0\0"[..], &sum, b"one"].concat());
    }
}
