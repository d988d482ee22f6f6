//! What the files of the index looked like when they were whole. A file that looks the same at the next open is trusted, any
//! other one is read and checked, so that opening is fast and damage is found. After a power failure a file may look as noted and
//! hold something else, so what was not synced is trusted only as long as the machine has not been started again.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use tantivy::index::{Index, IndexMeta, SegmentComponent};

use super::{IndexError, disk};

const FILE: &str = "files.json";

/// Size and time of change of each file.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Whether all was on disk when this was noted.
    synced: bool,
    /// Which start of the machine this was noted in; empty where there is no telling.
    boot: String,
    files: BTreeMap<PathBuf, Stamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    size: u64,
    modified_ns: u64,
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self { size: metadata.len(), modified_ns: modified.as_nanos() as u64 })
    }
}

impl Manifest {
    /// Notes how the files of `meta` look now.
    pub(super) fn write(folder: &Path, meta: &IndexMeta) -> Result<(), IndexError> {
        Self::note(folder, meta, false)
    }

    /// Waits until all files are on disk, and notes that.
    pub(super) fn sync(folder: &Path, meta: &IndexMeta) -> Result<(), IndexError> {
        let mut files = files_of(meta);
        files.push("meta.json".into());
        disk::sync(folder, &files)?;
        Self::note(folder, meta, true)
    }

    fn note(folder: &Path, meta: &IndexMeta, synced: bool) -> Result<(), IndexError> {
        let files = files_of(meta).into_iter().filter_map(|file| Some((Stamp::of(&folder.join(&file)).ok()?, file)));
        let manifest = Self { synced, boot: boot(), files: files.map(|(stamp, file)| (file, stamp)).collect() };
        let text = serde_json::to_vec(&manifest).map_err(|error| IndexError::Io(error.into()))?;
        // Not synced itself: a manifest that is lost or old only makes the next open read more.
        Ok(disk::replace(&folder.join(FILE), &text)?)
    }

    /// The manifest of the folder, empty when there is none that can be read.
    pub(super) fn read(folder: &Path) -> Self {
        let text = fs::read(folder.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Checks every file of `meta` that does not look as noted.
    ///
    /// # Errors
    /// [`IndexError::Missing`] and [`IndexError::Damaged`] name the first bad file.
    pub(super) fn check(&self, folder: &Path, index: &Index, meta: &IndexMeta) -> Result<(), IndexError> {
        let trusted = self.synced || (!self.boot.is_empty() && self.boot == boot());
        for file in files_of(meta) {
            let stamp = Stamp::of(&folder.join(&file)).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => IndexError::Missing { file: file.clone() },
                _ => IndexError::Io(error),
            })?;
            if !trusted || self.files.get(&file) != Some(&stamp) {
                check_file(index, &file)?;
            }
        }
        Ok(())
    }
}

/// Reads every file and checks it.
///
/// # Errors
/// As [`Manifest::check`].
pub(super) fn check_all(folder: &Path, index: &Index, meta: &IndexMeta) -> Result<(), IndexError> {
    Manifest::default().check(folder, index, meta)
}

/// Bytes on disk.
pub(super) fn size(folder: &Path, meta: &IndexMeta) -> u64 {
    files_of(meta).into_iter().filter_map(|file| Stamp::of(&folder.join(file)).ok()).map(|stamp| stamp.size).sum()
}

/// What names this start of the machine.
fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|text| text.trim().to_owned()).unwrap_or_default()
}

fn check_file(index: &Index, file: &Path) -> Result<(), IndexError> {
    match index.directory().validate_checksum(file) {
        Ok(true) => Ok(()),
        Ok(false) => Err(IndexError::damaged(file, "its checksum is wrong")),
        Err(error) => match IndexError::from(error) {
            IndexError::Io(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(IndexError::damaged(file, error.to_string())),
            other => Err(other),
        },
    }
}

fn files_of(meta: &IndexMeta) -> Vec<PathBuf> {
    use SegmentComponent::{Delete, FastFields, FieldNorms, Positions, Postings, Store, Terms};
    let mut files = Vec::new();
    for segment in &meta.segments {
        files.extend([Terms, Postings, Positions, FastFields, FieldNorms, Store].map(|part| segment.relative_path(part)));
        if segment.has_deletes() {
            files.push(segment.relative_path(Delete));
        }
    }
    files
}
