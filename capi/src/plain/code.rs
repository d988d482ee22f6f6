//! How a call of the small API ended.

use engine::StoreError;
use engine::archive::ArchiveError;

/// How a call ended.
#[allow(non_camel_case_types, reason = "the name is the one in C")]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum mynah_code {
    /// It is done. What was written is on the disk.
    MYNAH_OK = 0,
    /// An argument cannot be used: NULL where something is needed, text that is no UTF-8, JSON of another kind, an unknown option. Nothing
    /// was done.
    MYNAH_ARGUMENT = 1,
    /// There is no archive, message or conversation of this name. Nothing was done.
    MYNAH_UNKNOWN = 2,
    /// A message cannot be taken. Nothing was done.
    MYNAH_REFUSED = 3,
    /// Another process, or another handle of this one, writes the archive.
    MYNAH_LOCKED = 4,
    /// The archive is open for reading only. Nothing was done.
    MYNAH_READ_ONLY = 5,
    /// The disk is full or cannot be read or written, or files are damaged or of a later version. A write may or may not have been done; after
    /// a failed write the archive takes no more until it is opened again.
    MYNAH_STORAGE = 6,
    /// The index cannot be searched. Nothing is lost: it is built again from the log.
    MYNAH_INDEX = 7,
    /// The library itself has failed. This is a bug.
    MYNAH_FAULT = 8,
}

use mynah_code::{MYNAH_ARGUMENT, MYNAH_INDEX, MYNAH_LOCKED, MYNAH_READ_ONLY, MYNAH_REFUSED, MYNAH_STORAGE, MYNAH_UNKNOWN};

/// Why a call was not done.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: mynah_code,
    /// In words, never with what people wrote.
    pub(super) text: String,
}

impl Failure {
    pub(super) fn argument(text: impl Into<String>) -> Self {
        Self { code: MYNAH_ARGUMENT, text: text.into() }
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        let code = match &error {
            ArchiveError::Store(StoreError::Locked { .. }) => MYNAH_LOCKED,
            ArchiveError::Store(StoreError::Missing { .. }) => MYNAH_UNKNOWN,
            ArchiveError::Store(StoreError::ReadOnly) => MYNAH_READ_ONLY,
            ArchiveError::Store(StoreError::Foreign { .. } | StoreError::NotEmpty { .. }) => MYNAH_ARGUMENT,
            ArchiveError::Index(_) => MYNAH_INDEX,
            ArchiveError::UnknownMessage { .. } | ArchiveError::UnknownConversation { .. } => MYNAH_UNKNOWN,
            ArchiveError::Refused { .. } | ArchiveError::Message(_) | ArchiveError::NoText { .. } => MYNAH_REFUSED,
            ArchiveError::OtherAccount { .. } | ArchiveError::Cursor | ArchiveError::Ahead { .. } | ArchiveError::Trimmed { .. } => {
                MYNAH_ARGUMENT
            }
            _ => MYNAH_STORAGE,
        };
        Self { code, text: error.to_string() }
    }
}
