//! What was named to be imported, as files with names, whether they lie in a folder, a zip or a tar. Knows nothing of what they mean.
//!
//! Names are those of strangers: what would lead out of the tree, links, and what is packed like a bomb is passed over and told.

mod folder;
mod names;
mod stream;
mod tar;
mod zip;

use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) use names::clean;

use super::packing::HEAD;
use super::{FormatError, Packing, Source};

/// Files that one tree may list; what comes behind is passed over. The largest public exports have some 60,000.
const FILES: usize = 1_000_000;

/// How names of archives end. Only what lies in a folder is told by its name; what is named itself is told by its bytes.
const ARCHIVES: &[&str] = &[".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.zst", ".tar.bz2"];

/// One file of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name below the tree, parts divided by `/`; never begins with one, never has `.` or `..`.
    pub path: Arc<str>,
    /// Its bytes as they lie there, packed or not.
    pub size: u64,
}

/// Something that is passed over, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The file as it calls itself.
    pub path: String,
    /// Why.
    pub why: &'static str,
}

/// Files with names.
pub struct Tree {
    name: Arc<str>,
    root: Root,
    /// By path.
    entries: Vec<Entry>,
    passed: Vec<Passed>,
    read: Arc<AtomicU64>,
}

enum Root {
    /// All of a folder.
    Folder(PathBuf),
    /// Files of a folder that were named one by one, with whatever else lies there beside them.
    Beside(PathBuf),
    Zip(zip::Zip),
    Tar(tar::Tar),
    Stream(stream::Stream),
}

impl Tree {
    /// What a person means by `path`: a file, all files of a folder, or what is in an archive; each archive in a folder is a tree of its own.
    ///
    /// # Errors
    /// [`FormatError::Open`], [`FormatError::Read`], [`FormatError::Archive`].
    pub fn named(path: &Path) -> Result<Vec<Self>, FormatError> {
        let open = |source| FormatError::Open { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(open)?.is_dir() {
            let (entries, passed) = folder::list(path)?;
            let (archives, entries): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| has_archive_name(&entry.path));
            let mut trees = vec![Self::new(&path.to_string_lossy(), Root::Folder(path.to_owned()), entries, passed)];
            for archive in archives {
                let path = path.join(&*archive.path);
                match Self::archive(&path) {
                    Ok(Some(tree)) => trees.push(tree),
                    Ok(None) => trees[0].entries.push(archive),
                    Err(error) => trees[0].passed.push(Passed { path: archive.path.to_string(), why: error.short() }),
                }
            }
            trees[0].entries.sort();
            return Ok(trees);
        }
        Ok(vec![match Self::archive(path)? {
            Some(tree) => tree,
            None => Self::file(path)?,
        }])
    }

    /// Standard input, as one file that can be read once.
    ///
    /// # Errors
    /// [`FormatError::Read`], [`FormatError::Unsupported`].
    pub fn stdin() -> Result<Self, FormatError> {
        let entry = Entry { path: "standard input".into(), size: 0 };
        Ok(Self::new("standard input", Root::Stream(stream::Stream::open("standard input", std::io::stdin())?), vec![entry], Vec::new()))
    }

    /// Whether it is one file that a person named.
    pub fn is_one_file(&self) -> bool {
        matches!(self.root, Root::Beside(_) | Root::Stream(_))
    }

    /// Whether its files can be read several times.
    pub fn is_lasting(&self) -> bool {
        !matches!(self.root, Root::Stream(_))
    }

    /// One file, and what lies beside it.
    fn file(path: &Path) -> Result<Self, FormatError> {
        let open = |source| FormatError::Open { path: path.to_owned(), source };
        let size = std::fs::metadata(path).map_err(open)?.len();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(clean);
        let name = name.ok_or(FormatError::Archive { file: path.to_string_lossy().into(), what: "named in a way that cannot be read" })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let entry = Entry { path: name.into(), size };
        Ok(Self::new(&path.to_string_lossy(), Root::Beside(folder), vec![entry], Vec::new()))
    }

    /// The archive in this file; `None` when it is none.
    fn archive(path: &Path) -> Result<Option<Self>, FormatError> {
        let name: Arc<str> = path.to_string_lossy().into();
        let mut file = File::open(path).map_err(|source| FormatError::Open { path: path.to_owned(), source })?;
        let failed = |source| FormatError::Read { file: Arc::clone(&name), source };
        let mut head = Vec::new();
        file.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            let (zip, entries, passed) = zip::Zip::open(&name, file)?;
            return Ok(Some(Self::new(&name, Root::Zip(zip), entries, passed)));
        }
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let listed = tar::Tar::open(&name, path, file)?;
        Ok(listed.map(|(tar, entries, passed)| Self::new(&name, Root::Tar(tar), entries, passed)))
    }

    fn new(name: &str, root: Root, mut entries: Vec<Entry>, mut passed: Vec<Passed>) -> Self {
        entries.sort();
        entries.dedup_by(|later, earlier| later.path == earlier.path);
        if entries.len() > FILES {
            passed
                .extend(entries.drain(FILES..).take(1).map(|entry| Passed { path: entry.path.to_string(), why: "one of too many files" }));
        }
        Self { name: name.into(), root, entries, passed, read: Arc::default() }
    }

    /// What it is called: the path of the file or folder.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Its files, by path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What was passed over.
    pub fn passed(&self) -> &[Passed] {
        &self.passed
    }

    /// The size of a file, bytes; `None` when there is none of this name. Files beside one that was named are found too.
    pub fn size(&self, path: &str) -> Option<u64> {
        let listed = self.entries.binary_search_by(|entry| (*entry.path).cmp(path)).ok().map(|at| self.entries[at].size);
        match &self.root {
            Root::Beside(folder) if listed.is_none() => folder::size(folder, &clean(path)?),
            _ => listed,
        }
    }

    /// What a file is called in what is said about it.
    pub fn shown(&self, path: &str) -> Arc<str> {
        match &self.root {
            Root::Folder(folder) | Root::Beside(folder) => folder.join(path).to_string_lossy().into(),
            Root::Stream(_) => Arc::clone(&self.name),
            Root::Zip(_) | Root::Tar(_) => format!("{}/{path}", self.name).into(),
        }
    }

    /// The bytes of a file as they lie there.
    ///
    /// # Errors
    /// [`FormatError::Open`], [`FormatError::Archive`]: it is not there, or is packed in a way that is not read.
    pub fn open_as_it_is(&self, path: &str) -> Result<Box<dyn Read + Send>, FormatError> {
        match &self.root {
            Root::Folder(folder) | Root::Beside(folder) => folder::open(folder, path),
            Root::Zip(zip) => zip.open_entry(path, &self.shown(path)),
            Root::Tar(tar) => tar.open_entry(path, &self.shown(path)),
            Root::Stream(stream) => stream.read(&self.name),
        }
    }

    /// A reader of the unpacked bytes of a file; they count for [`Tree::bytes_read`].
    ///
    /// # Errors
    /// As for [`Tree::open_as_it_is`], [`FormatError::Read`], [`FormatError::Unsupported`].
    pub fn open(&self, path: &str) -> Result<Source, FormatError> {
        Source::counting(&self.shown(path), self.open_as_it_is(path)?, Arc::clone(&self.read))
    }

    /// Bytes of files, as they lie there, that were read so far through [`Tree::open`].
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The first bytes of a file, unpacked, at most so many.
    ///
    /// # Errors
    /// As for [`Tree::open`].
    pub fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, FormatError> {
        if let Root::Stream(stream) = &self.root {
            return Ok(stream.head(most));
        }
        let shown = self.shown(path);
        let mut head = Vec::with_capacity(most.min(64 << 10));
        let source = Source::counting(&shown, self.open_as_it_is(path)?, Arc::default())?;
        source.take(most as u64).read_to_end(&mut head).map_err(|source| FormatError::Read { file: shown, source })?;
        Ok(head)
    }
}

fn has_archive_name(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ARCHIVES.iter().any(|ending| path.ends_with(ending))
}

/// Whether unpacking so many bytes to so many is what people's texts and pictures do, and no bomb.
///
/// Texts of chats shrink to a twentieth; one that is all the same letter shrinks to a thousandth.
fn is_bomb(packed: u64, unpacked: u64) -> bool {
    unpacked > 64 << 20 && unpacked / packed.max(1) > 200
}

#[cfg(test)]
mod tests;
