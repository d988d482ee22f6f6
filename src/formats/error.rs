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
    /// A folder or an archive holds nothing that is read.
    #[error("{} holds no files of a format that is read; `mynah import --formats` lists them", path.display())]
    EmptyFolder {
        /// The folder or archive.
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
    /// An archive, or a file in one, cannot be read.
    #[error("{file} is {what}")]
    Archive {
        /// The archive or the file in it.
        file: Arc<str>,
        /// What is wrong.
        what: &'static str,
    },
    /// A file that has to be held whole is larger than any real one.
    #[error("{file} is larger than {most} bytes, which no real file of this kind is")]
    TooLarge {
        /// The file.
        file: Arc<str>,
        /// Bytes.
        most: u64,
    },
    /// A document ends in its middle. What came before it was read.
    #[error("{file}:{line}: the file ends here in the middle of its data; it may be cut off")]
    Truncated {
        /// The source.
        file: Arc<str>,
        /// The last line.
        line: u64,
    },
    /// No importer knows it.
    #[error("{file} is in no format that is read; `mynah import --formats` lists them, --format NAME says which it is")]
    Unknown {
        /// The source.
        file: Arc<str>,
    },
    /// There is no format of this name.
    #[error("there is no format {name}; `mynah import --formats` lists them")]
    NoFormat {
        /// What was asked for.
        name: String,
    },
    /// A stream that can be read once only was to be read again.
    #[error("{file} can be read only once, and its format takes more; write it to a file first")]
    OnlyOnce {
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

impl FormatError {
    /// The reason in few words, without the name of the file.
    pub(super) fn short(&self) -> &'static str {
        match self {
            Self::Open { .. } => "could not be opened",
            Self::Archive { what, .. } | Self::Unsupported { what, .. } => what,
            _ => "could not be read",
        }
    }
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
    /// It is no JSON.
    #[error("no JSON at line {line}, column {column} of this record")]
    Json {
        /// The line in the record, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A record lacks something without which there is no message.
    #[error("it has no {what}")]
    Lacks {
        /// What.
        what: &'static str,
    },
    /// Something in a record has another form than its format gives it.
    #[error("its {what} is none that can be read")]
    Unreadable {
        /// What.
        what: &'static str,
    },
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

impl Fault {
    /// The same fault once more, of a record that is looked at again.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Encoding { column } => Self::Encoding { column: *column },
            Self::Limit(error) => Self::Limit(*error),
            Self::Json { line, column } => Self::Json { line: *line, column: *column },
            Self::Lacks { what } => Self::Lacks { what },
            Self::Unreadable { what } => Self::Unreadable { what },
            Self::Message(_) => Self::Unreadable { what: "content" },
            Self::MissingComma => Self::MissingComma,
            Self::ExtraComma => Self::ExtraComma,
            Self::BehindArray => Self::BehindArray,
            Self::OpenArray => Self::OpenArray,
        }
    }
}
