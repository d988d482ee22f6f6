//! What can go wrong in the index. The texts name files and numbers, never what people wrote.

use std::io;
use std::path::PathBuf;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};

/// Why the index could not do what was asked. The store is not touched by any of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// A file that the index needs is not there. Only a rebuild helps.
    #[error("the index has lost its file {}", file.display())]
    Missing {
        /// The file's name in the index folder.
        file: PathBuf,
    },
    /// A file does not hold what was written to it. Only a rebuild helps.
    #[error("the index file {} is damaged: {what}", file.display())]
    Damaged {
        /// The file's name in the index folder, or the folder where the file is not known.
        file: PathBuf,
        /// What was found.
        what: String,
    },
    /// The folder holds an index of another layout. Only a rebuild helps.
    #[error("the index was written by another version of this program")]
    Incompatible,
    /// Somebody else writes this index.
    #[error("the index is being written by another process or handle")]
    Locked,
    /// The disk said no. What was added since the last commit is lost to the index and has to be added again.
    #[error("the index could not be read or written")]
    Io(#[source] io::Error),
    /// A document lies outside what the index can sort.
    #[error("a message's time is {time} Unix seconds, the index sorts up to {limit}")]
    Time {
        /// The time that was given.
        time: u64,
        /// The greatest one that is taken.
        limit: u64,
    },
    /// The writer has failed before and must be opened again.
    #[error("the index writer has stopped after an earlier failure")]
    Stopped,
    /// Anything else that the search library reports.
    #[error("the index failed")]
    Engine(#[source] TantivyError),
}

impl IndexError {
    /// Whether the index has to be built again from the store before it can be used.
    pub fn needs_rebuild(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::Damaged { .. } | Self::Incompatible)
    }

    pub(super) fn damaged(file: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self::Damaged { file: file.into(), what: what.into() }
    }
}

impl From<io::Error> for IndexError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Self::damaged(PathBuf::new(), error.to_string()),
            _ => Self::Io(error),
        }
    }
}

impl From<OpenReadError> for IndexError {
    fn from(error: OpenReadError) -> Self {
        match error {
            OpenReadError::FileDoesNotExist(file) => Self::Missing { file },
            OpenReadError::IncompatibleIndex(_) => Self::Incompatible,
            OpenReadError::IoError { io_error, filepath } => match io_error.kind() {
                io::ErrorKind::NotFound => Self::Missing { file: filepath },
                io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Self::damaged(filepath, io_error.to_string()),
                kind => Self::Io(io::Error::new(kind, io_error)),
            },
        }
    }
}

impl From<OpenDirectoryError> for IndexError {
    fn from(error: OpenDirectoryError) -> Self {
        match error {
            OpenDirectoryError::DoesNotExist(file) | OpenDirectoryError::NotADirectory(file) => Self::Missing { file },
            other => Self::Engine(other.into()),
        }
    }
}

impl From<TantivyError> for IndexError {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::OpenReadError(error) => error.into(),
            TantivyError::OpenDirectoryError(error) => error.into(),
            TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. }) => Self::Io(io::Error::new(io_error.kind(), io_error)),
            TantivyError::IoError(error) => io::Error::new(error.kind(), error).into(),
            TantivyError::LockFailure(LockError::LockBusy, _) => Self::Locked,
            TantivyError::LockFailure(LockError::IoError(error), _) => Self::Io(io::Error::new(error.kind(), error)),
            TantivyError::DataCorruption(corruption) => Self::damaged(PathBuf::new(), format!("{corruption:?}")),
            TantivyError::IncompatibleIndex(_) => Self::Incompatible,
            TantivyError::ErrorInThread(_) => Self::Stopped,
            other => Self::Engine(other),
        }
    }
}
