//! Why the program did not do what it was asked, what it exits with then, and what a person can do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::settings::SettingsError;
use crate::archive::{ArchiveError, Refusal};
use crate::formats::{Fault, FormatError};
use crate::model::{ConversationId, ConversationRef, LimitError};
use crate::{IndexError, MediaError, StoreError};

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An archive that could not be opened.
    #[error(transparent)]
    Opening(ArchiveError),
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error("could not write to standard output: {0}")]
    Output(#[from] io::Error),
    #[error("could not {act} {}: {source}", path.display())]
    File { act: &'static str, path: PathBuf, source: io::Error },
    #[error("could not start a thread for reading: {0}")]
    Thread(#[source] io::Error),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("there is no home folder to keep an archive in")]
    NoDataFolder,
    #[error("there is no conversation {conversation}")]
    UnknownConversation { conversation: ConversationRef },
    #[error("{source}")]
    ConversationName { source: LimitError },
    #[error("{id} may be {first} or {second}")]
    Ambiguous { id: String, first: ConversationId, second: ConversationId },
    #[error("the message {id} is not of this conversation but of {conversation}")]
    OtherConversation { id: String, conversation: ConversationId },
    #[error("purging takes messages away for good, and nobody can be asked here")]
    NotAsked,
    #[error("{file}:{line}: {reason}; {kept}")]
    Unreadable { file: Arc<str>, line: u64, reason: Fault, kept: Kept },
    #[error("{file}:{line}: {reason}; {kept}")]
    Refused { file: Arc<str>, line: u64, reason: Refusal, kept: Kept },
    #[error("{unread} of {files} files could not be read to the end; what was read is in the archive")]
    Unread { unread: usize, files: usize },
    #[error("none of the messages could be taken")]
    NothingTaken,
    #[error("{findings} things are not as they should be")]
    Findings { findings: usize },
    #[error("the index is not complete: {fault}")]
    Index { fault: String },
}

/// What a strict import has written when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Nothing,
    EarlierBatches,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing was written",
            Self::EarlierBatches => "the import stopped here, what came before may be in the archive",
        })
    }
}

impl Failure {
    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// 2 when the program was used wrongly, else 1.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::ConversationName { .. } | Self::Ambiguous { .. } | Self::NotAsked => 2,
            Self::Archive(ArchiveError::Cursor) => 2,
            Self::Settings(SettingsError::Missing { .. } | SettingsError::Syntax { .. } | SettingsError::Wrong { .. }) => 2,
            Self::Settings(SettingsError::Unreadable { .. }) => 1,
            Self::Archive(_)
            | Self::Opening(_)
            | Self::Format(_)
            | Self::Output(_)
            | Self::File { .. }
            | Self::Thread(_)
            | Self::NoDataFolder
            | Self::UnknownConversation { .. }
            | Self::OtherConversation { .. }
            | Self::Unreadable { .. }
            | Self::Refused { .. }
            | Self::Unread { .. }
            | Self::NothingTaken
            | Self::Findings { .. }
            | Self::Index { .. } => 1,
        }
    }

    /// The failure with its causes, and the next step.
    pub(super) fn told(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let told = error.to_string();
            // Many errors tell their cause themselves.
            if !text.contains(&told) {
                text.push_str(": ");
                text.push_str(&told);
            }
            cause = error.source();
        }
        if let Some(step) = self.next_step() {
            text.push_str("\n  ");
            text.push_str(&step);
        }
        text
    }

    fn next_step(&self) -> Option<String> {
        let step = match self {
            // Checking opens the archive too, and could not say more.
            Self::Opening(ArchiveError::Store(StoreError::Damaged { .. } | StoreError::Storage(_))) => return None,
            Self::Archive(error) | Self::Opening(error) => return archive_step(error).map(str::to_owned),
            Self::Settings(SettingsError::Unreadable { .. }) => return None,
            Self::Settings(_) => "`mynah config --help` lists the keys, `mynah config --example` prints a file with all of them",
            Self::NoDataFolder => "name a folder with --store DIR or in MYNAH_STORE",
            Self::UnknownConversation { .. } => "`mynah conversations` lists those there are",
            Self::Ambiguous { first, second, .. } => return Some(format!("name the one you mean: {first} or {second}")),
            Self::NotAsked => "add --yes if that is what you want",
            Self::Refused { reason: Refusal::NoConversation, .. } => "`--conversation C` names one for messages that name none",
            Self::Refused { reason: Refusal::NoSender, .. } => "`--account USER` names the user whose archive this is",
            Self::NothingTaken => "`mynah import --help` says what a file of messages looks like",
            Self::Index { .. } => "free disk space or mend the disk, and run `mynah reindex`",
            Self::Format(_)
            | Self::Output(_)
            | Self::File { .. }
            | Self::Thread(_)
            | Self::ConversationName { .. }
            | Self::OtherConversation { .. }
            | Self::Unreadable { .. }
            | Self::Refused { .. }
            | Self::Unread { .. }
            | Self::Findings { .. } => return None,
        };
        Some(step.to_owned())
    }
}

/// What to do about an error of the archive whose text does not say it.
fn archive_step(error: &ArchiveError) -> Option<&'static str> {
    match error {
        ArchiveError::Store(error) => store_step(error),
        ArchiveError::Index(error) => index_step(error),
        ArchiveError::Media(error) => match error {
            MediaError::Missing { .. } => Some("`mynah check` names the messages that miss it"),
            MediaError::Damaged { .. } | MediaError::Io { .. } => None,
        },
        ArchiveError::UnknownMessage { .. } => Some("`mynah search` and `mynah history` show the ids of messages"),
        ArchiveError::UnknownConversation { .. } => Some("`mynah conversations` lists those there are"),
        ArchiveError::NoText { .. } => Some("only messages with a text can be edited"),
        ArchiveError::Refused { .. }
        | ArchiveError::Message(_)
        | ArchiveError::Trimmed { .. }
        | ArchiveError::Ahead { .. }
        | ArchiveError::Cursor
        | ArchiveError::Thread(_) => None,
    }
}

fn store_step(error: &StoreError) -> Option<&'static str> {
    match error {
        StoreError::Locked { .. } => Some("`search`, `history`, `find`, `export` and `stats` work meanwhile"),
        StoreError::Damaged { .. } | StoreError::Storage(_) => Some("`mynah check` says what is affected"),
        StoreError::Missing { .. }
        | StoreError::Foreign { .. }
        | StoreError::NotEmpty { .. }
        | StoreError::Newer { .. }
        | StoreError::Full { .. }
        | StoreError::Poisoned
        | StoreError::ReadOnly
        | StoreError::Io { .. } => None,
    }
}

fn index_step(error: &IndexError) -> Option<&'static str> {
    match error {
        IndexError::Missing { .. } | IndexError::Damaged { .. } | IndexError::Incompatible => {
            Some("`mynah reindex` builds it again from the log, nothing is lost")
        }
        IndexError::Locked => Some("stop the process that writes it"),
        IndexError::Io(_) | IndexError::Stopped | IndexError::Engine(_) => {
            Some("free disk space or mend the disk, and run `mynah reindex`")
        }
        IndexError::Time { .. } => None,
    }
}
