//! The files of a tar archive. One that is packed is unpacked beside into a temporary file, so that its files can be read in any order.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::zip::Part;
use super::{Entry, FILES, FormatError, Packing, Passed, Source, clean, is_bomb};

/// Where a tar archive says that it is one.
const MAGIC: std::ops::Range<usize> = 257..262;

/// A tar archive.
pub(super) struct Tar {
    file: File,
    /// First byte and size of each file.
    places: FxHashMap<Arc<str>, (u64, u64)>,
}

/// An archive, its files, and what is passed over.
type Listed = (Tar, Vec<Entry>, Vec<Passed>);

impl Tar {
    /// Lists an archive; `None` when the file is none.
    pub(super) fn open(name: &Arc<str>, path: &Path, mut file: File) -> Result<Option<Listed>, FormatError> {
        let failed = |source| FormatError::Read { file: Arc::clone(name), source };
        let packed = file.metadata().map_err(failed)?.len();
        let again = File::open(path).map_err(|source| FormatError::Open { path: path.to_owned(), source })?;
        let Ok(mut source) = Source::new(name, again) else { return Ok(None) };
        let mut head = Vec::with_capacity(MAGIC.end);
        if source.by_ref().take(MAGIC.end as u64).read_to_end(&mut head).is_err() || head.get(MAGIC) != Some(b"ustar") {
            return Ok(None);
        }
        if source.packing() != Packing::Plain {
            file = unpack(name, packed, io::Cursor::new(head).chain(source))?;
        }
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let (mut entries, mut passed) = (Vec::new(), Vec::new());
        let mut places = FxHashMap::default();
        let mut archive = ::tar::Archive::new(BufReader::new(file.try_clone().map_err(failed)?));
        for entry in archive.entries_with_seek().map_err(failed)? {
            let entry = match entry {
                Ok(entry) if entries.len() <= FILES => entry,
                Ok(_) => break,
                // What is listed so far can be read; where it breaks off is told.
                Err(_) => {
                    passed.push(Passed { path: name.to_string(), why: "damaged behind the files that were read" });
                    break;
                }
            };
            let called = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let kind = entry.header().entry_type();
            if kind.is_dir() || kind.is_pax_global_extensions() {
                continue;
            }
            let why = if kind.is_file() { "its name leads out of the archive" } else { "no plain file" };
            match clean(&called).filter(|_| kind.is_file()) {
                Some(path) => {
                    let path: Arc<str> = path.into();
                    places.insert(Arc::clone(&path), (entry.raw_file_position(), entry.size()));
                    entries.push(Entry { path, size: entry.size() });
                }
                None => passed.push(Passed { path: called, why }),
            }
        }
        Ok(Some((Self { file, places }, entries, passed)))
    }

    /// Opens a file of it. `shown` stands in errors.
    pub(super) fn open_entry(&self, path: &str, shown: &Arc<str>) -> Result<Box<dyn Read + Send>, FormatError> {
        let missing = || FormatError::Archive { file: Arc::clone(shown), what: "not in the archive" };
        let &(at, size) = self.places.get(path).ok_or_else(missing)?;
        let file = self.file.try_clone().map_err(|source| FormatError::Read { file: Arc::clone(shown), source })?;
        Ok(Box::new(Part { file, at, end: at.saturating_add(size) }))
    }
}

/// Unpacks into a temporary file without a name.
fn unpack(name: &Arc<str>, packed: u64, mut source: impl Read) -> Result<File, FormatError> {
    let failed = |source| FormatError::Read { file: Arc::clone(name), source };
    let mut file = tempfile::tempfile().map_err(failed)?;
    let mut unpacked = 0;
    loop {
        let count = io::copy(&mut source.by_ref().take(16 << 20), &mut file).map_err(failed)?;
        unpacked += count;
        if count == 0 {
            return Ok(file);
        }
        if is_bomb(packed, unpacked) {
            return Err(FormatError::Archive { file: Arc::clone(name), what: "packed to less than a two-hundredth, as no real file is" });
        }
    }
}
