//! The files of a folder. Links in it are never followed.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::names::{DEPTH, clean};
use super::{Entry, FILES, FormatError, Passed};

/// All files below a folder, hidden ones aside; of hidden folders those of a Maildir.
pub(super) fn list(root: &Path) -> Result<(Vec<Entry>, Vec<Passed>), FormatError> {
    let (mut entries, mut passed) = (Vec::new(), Vec::new());
    let mut folders = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        let open = |source| FormatError::Open { path: folder.clone(), source };
        for found in fs::read_dir(&folder).map_err(open)? {
            let found = found.map_err(open)?;
            let Some(name) = found.file_name().to_str().map(str::to_owned) else {
                passed.push(Passed { path: found.path().to_string_lossy().into_owned(), why: "its name is not UTF-8" });
                continue;
            };
            let is_maildir = || found.path().join("cur").is_dir();
            if name.starts_with('.') && !is_maildir() {
                continue;
            }
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            let kind = found.file_type().map_err(open)?;
            if kind.is_symlink() {
                passed.push(Passed { path, why: "a link" });
            } else if kind.is_dir() && depth + 1 < DEPTH {
                folders.push((found.path(), path, depth + 1));
            } else if kind.is_dir() {
                passed.push(Passed { path, why: "too many folders inside each other" });
            } else if kind.is_file() && entries.len() <= FILES {
                entries.push(Entry { path: path.into(), size: found.metadata().map_err(open)?.len() });
            } else if !kind.is_file() {
                passed.push(Passed { path, why: "no file" });
            }
        }
    }
    Ok((entries, passed))
}

/// The size of the file of this clean name below `root`.
pub(super) fn size(root: &Path, path: &str) -> Option<u64> {
    let facts = fs::symlink_metadata(inside(root, path)?).ok()?;
    facts.is_file().then_some(facts.len())
}

/// Opens the file of this name below `root`.
pub(super) fn open(root: &Path, path: &str) -> Result<Box<dyn Read + Send>, FormatError> {
    let refused = || FormatError::Open { path: root.join(path), source: io::Error::from(io::ErrorKind::NotFound) };
    let path = clean(path).and_then(|clean| inside(root, &clean)).ok_or_else(refused)?;
    let file = File::open(&path).map_err(|source| FormatError::Open { path, source })?;
    Ok(Box::new(file))
}

/// Where the file of this clean name lies; `None` where a link is on the way.
///
/// The root itself may be reached by links: a person named it.
fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    let mut place = root.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        place.push(part);
        if parts.peek().is_some() && fs::symlink_metadata(&place).ok()?.is_symlink() {
            return None;
        }
    }
    Some(place)
}
