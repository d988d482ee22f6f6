//! What can be wrong with a source, and with one message in it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::Packing;
use crate::model::{LimitError, MessageError};

/// Why a source cannot be read, or not to its end. Texts name files, never what people wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// A file or folder could not be opened.
    #[error("could not open {}: {source}", path.display())]
    Open {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A folder holds nothing that looks like messages.
    #[error("{} holds no files ending in .json, .jsonl or .ndjson, plain or with .gz, .xz or .zst behind", path.display())]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
    },
    /// Reading failed on the way. What came before it was read.
    #[error("could not read {file}: {source}")]
    Read {
        /// The source.
        file: Arc<str>,
        /// Why not: the system's reason, or that the packed data are damaged.
        source: io::Error,
    },
    /// It is packed in a way that is not read here.
    #[error("{file} is {what}, which is not read; unpack it first, or pack it with gzip, xz or zstd")]
    Unsupported {
        /// The source.
        file: Arc<str>,
        /// What it is.
        what: &'static str,
    },
    /// It is text of another encoding.
    #[error("{file} is UTF-16, messages are read as UTF-8; convert it first")]
    Utf16 {
        /// The source.
        file: Arc<str>,
    },
    /// In a damaged array it is not clear where the next message begins.
    #[error("{file}:{line}: the array is damaged here, and where its next message begins is not clear; nothing behind it was read")]
    Lost {
        /// The source.
        file: Arc<str>,
        /// The line of the damage.
        line: u64,
    },
}

/// Packed data that are not what they began as.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnpackError {
    #[error("its {packing} data end too early")]
    EndsEarly { packing: Packing },
    #[error("its {packing} data are damaged: {source}")]
    Damaged { packing: Packing, source: io::Error },
}

/// Why one part of a source gave no message. Reading goes on behind it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It is not text.
    #[error("not UTF-8 at column {column}")]
    Encoding {
        /// The first byte that does not belong there, from 1.
        column: usize,
    },
    /// It is longer than any message.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// It is text, and no message.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// Two messages of an array have no comma between them. Both were read.
    #[error("a comma is missing before this message")]
    MissingComma,
    /// A comma of an array has no message before or behind it.
    #[error("a comma without a message")]
    ExtraComma,
    /// Something follows the array. It was not read.
    #[error("the array has ended, what follows it was not read")]
    BehindArray,
    /// The source ends inside the array.
    #[error("the source ends before its array does")]
    OpenArray,
}
