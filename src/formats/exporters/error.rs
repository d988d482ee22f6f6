//! Why an export ended early. What it had written is gone again, and what was there before is as it was.

use std::io;
use std::path::{Path, PathBuf};

use crate::archive::ArchiveError;

/// Why messages could not be written. Texts name files, never what people wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The messages could not be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A stream does not take what is written. A part may have gone out.
    #[error("could not write: {0}")]
    Stream(#[source] io::Error),
    /// A file could not be written.
    #[error("could not {act} {}: {source}", path.display())]
    File {
        /// What was tried.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Something has the name already.
    #[error("{} is there already", path.display())]
    Exists {
        /// The file or folder.
        path: PathBuf,
    },
    /// Something has the name that no export has made, and is not taken away.
    #[error("{} was not made by an export, and is not replaced", path.display())]
    NotOurs {
        /// The file or folder.
        path: PathBuf,
    },
    /// The form is a folder.
    #[error("{format} is a folder of files, and can't be written into a stream")]
    NeedsFolder {
        /// The form.
        format: &'static str,
    },
    /// The form is one file.
    #[error("{format} is one file, not a folder")]
    NeedsFile {
        /// The form.
        format: &'static str,
    },
    /// The messages of several conversations would follow each other where only one has room.
    #[error("{format} of more than one conversation is a folder of files")]
    OneConversation {
        /// The form.
        format: &'static str,
    },
    /// Whoever was told of the progress ended it.
    #[error("the export was ended before it was complete")]
    Cancelled,
}

impl ExportError {
    /// For `map_err`: what was tried with this file.
    pub(super) fn file(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { act, path, source }
    }
}
