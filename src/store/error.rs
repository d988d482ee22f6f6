//! What can go wrong with the store, each with what to do about it.

use std::path::{Path, PathBuf};

/// An error of the store. Texts name files and numbers, never what people wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has the store open for writing.
    #[error("{} is being written by process {holder}; stop that process or open the store for reading", folder.display())]
    Locked {
        /// The store's folder.
        folder: PathBuf,
        /// The process that writes; 0 when it left no number.
        holder: u32,
    },
    /// There is no store.
    #[error("{} holds no mynah store; import something first, or name another folder", folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder holds files, but no store.
    #[error("{} is not a mynah store and not empty; name an empty or new folder", folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
    },
    /// Something is where a new store is to be made.
    #[error("{} is not empty; name an empty or new folder", folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// The store was written by a later version.
    #[error("{} has format {found}, this version reads up to {supported}; use a newer mynah", folder.display())]
    Newer {
        /// The store's folder.
        folder: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format that this version reads.
        supported: u32,
    },
    /// Bytes on the disk are not what was written.
    #[error("damaged store in {}: {what}; restore a backup", folder.display())]
    Damaged {
        /// The folder or file.
        folder: PathBuf,
        /// What was found.
        what: String,
    },
    /// The disk has no room left.
    #[error("no room left on the disk of {}; free some and open the store again", folder.display())]
    Full {
        /// The store's folder.
        folder: PathBuf,
    },
    /// A write failed before; the store is read-only until it is opened again.
    #[error("an earlier write failed, so the store takes no more; open it again")]
    Poisoned,
    /// The store is open for reading.
    #[error("the store is open for reading only")]
    ReadOnly,
    /// A file could not be read or written.
    #[error("could not {act} {}: {source}", path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// RocksDB reported something else.
    #[error("storage: {0}")]
    Storage(#[source] rocksdb::Error),
}

impl StoreError {
    /// Whether the files are not as they were written, so that trying again cannot help.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Damaged { .. } => true,
            // A disk that cannot be read just now, or files of somebody else, are not damage.
            Self::Storage(error) => {
                !matches!(error.kind(), rocksdb::ErrorKind::IOError | rocksdb::ErrorKind::Busy | rocksdb::ErrorKind::TryAgain)
            }
            _ => false,
        }
    }

    /// A failure with a file.
    pub(crate) fn io(act: &'static str, path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::StorageFull => Self::Full { folder: path.to_owned() },
            _ => Self::Io { act, path: path.to_owned(), source },
        }
    }

    /// A failure of RocksDB while it opens `folder`.
    pub(super) fn opening(folder: PathBuf, source: rocksdb::Error) -> Self {
        use rocksdb::ErrorKind;
        let text = source.as_ref();
        match source.kind() {
            ErrorKind::Corruption => Self::Damaged { folder, what: text.to_owned() },
            _ if text.contains("No space left") => Self::Full { folder },
            // A table file that the manifest names and the folder lacks.
            ErrorKind::IOError if text.contains("No such file") => Self::Damaged { folder, what: text.to_owned() },
            _ => Self::Storage(source),
        }
    }

    /// Something that was read does not have the form that it was written in.
    pub(crate) fn unreadable(what: &str) -> Self {
        Self::Damaged { folder: PathBuf::from("store"), what: format!("unreadable {what}") }
    }
}

impl From<rocksdb::Error> for StoreError {
    fn from(source: rocksdb::Error) -> Self {
        let text = source.as_ref();
        match source.kind() {
            rocksdb::ErrorKind::Corruption => Self::Damaged { folder: PathBuf::from("store"), what: text.to_owned() },
            _ if text.contains("No space left") => Self::Full { folder: PathBuf::from("store") },
            _ => Self::Storage(source),
        }
    }
}
