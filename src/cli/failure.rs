//! Why the program did not do what it was asked, what it exits with then, and what a person can do about it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::settings::SettingsError;
use crate::archive::{ArchiveError, Refusal};
use crate::fetch::FetchError;
use crate::formats::{ExportError, Fault, FormatError, ImportError, Kept};
use crate::model::{ConversationId, ConversationRef, LimitError};
use crate::script::{BundleError, ScriptError};
use crate::session::{SendFailure, SessionError};
use crate::transport::TransportError;
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
    #[error(transparent)]
    Export(ExportError),
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
    #[error("{id} may be {}", either(found))]
    Ambiguous { id: String, found: Vec<ConversationId> },
    #[error("the message {id} is not of this conversation but of {conversation}")]
    OtherConversation { id: String, conversation: ConversationId },
    #[error("purging takes messages away for good, and nobody can be asked here")]
    NotAsked,
    #[error("{file}:{line}: {reason}; {}", written(*kept))]
    Unreadable { file: Arc<str>, line: u64, reason: Fault, kept: Kept },
    #[error("{file}:{line}: {reason}; {}", written(*kept))]
    Refused { file: Arc<str>, line: u64, reason: Refusal, kept: Kept },
    #[error("{unread} of {files} files could not be read to the end; what was read is in the archive")]
    Unread { unread: u64, files: u64 },
    #[error("none of the messages could be taken")]
    NothingTaken,
    #[error("{findings} things are not as they should be")]
    Findings { findings: usize },
    #[error("the index is not complete: {fault}")]
    Index { fault: String },
    #[error(transparent)]
    Session(Arc<SessionError>),
    #[error("not sent: {} (code {})", .0.error, .0.code())]
    NotSent(SendFailure),
    #[error(transparent)]
    Transport(#[from] TransportError),
    #[error("could not start the threads of a session: {0}")]
    Runtime(#[source] io::Error),
    #[error("nobody is named whose account this is")]
    NoAccount,
    #[error("there is no home folder to keep a hub in")]
    NoHubFolder,
    #[error("there is nothing to send")]
    NothingToSend,
    #[error("no conversation is chosen")]
    Nowhere,
    #[error("there is nothing here that you said and that was sent")]
    NothingSaid,
    #[error("there is no file here")]
    NoFileHere,
    #[error("{conversation} is no group; only in groups users are mentioned")]
    MentionsOutsideGroup { conversation: ConversationId },
    #[error("{snapshots} snapshots for {videos} videos")]
    TooManySnapshots { snapshots: usize, videos: usize },
    #[error("the message {id} has no file that could be downloaded{}", match element { Some(element) => format!(" in element {element}"), None => String::new() })]
    NoFile { id: String, element: Option<usize> },
    #[error(transparent)]
    Script(#[from] ScriptError),
    #[error("there is no script {script} in {}", folder.display())]
    NoScript { script: String, folder: PathBuf },
    #[error("{script} has no dead letter {no}")]
    NoDeadLetter { script: String, no: u64 },
    #[error("{script} has no log")]
    NoLog { script: String },
    #[error("a grant is a person's to give, and nobody can be asked here")]
    GrantNotAsked,
    #[error("the scripts that run could not do it: {why}")]
    Host { why: String },
    #[error("{errors} things in the scripts will not work")]
    Faulty { errors: usize },
    #[error("{failed} of {} tests failed", failed + passed)]
    FailedTests { failed: u64, passed: u64 },
    #[error("the versions differ in {}", super::output::counted(*scenes, "place"))]
    Differing { scenes: u64 },
    #[error("what the scripts do can no longer be written")]
    ScriptsEnded,
    #[error("could not read from the terminal: {0}")]
    Terminal(#[source] rustyline::error::ReadlineError),
    #[error("interrupted: {state}")]
    Interrupted { state: &'static str },
}

/// What a strict import has written when it ends, in words.
fn written(kept: Kept) -> &'static str {
    match kept {
        Kept::Nothing => "nothing was written",
        Kept::EarlierBatches => "the import stopped here, what came before may be in the archive",
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Archive(error) => error.into(),
            ImportError::Format(error) => error.into(),
            ImportError::Fault { at, reason, kept } => Self::Unreadable { file: at.file, line: at.line, reason, kept },
            ImportError::Refused { at, reason, kept } => Self::Refused { file: at.file, line: at.line, reason, kept },
            ImportError::Thread(source) => Self::Thread(source),
        }
    }
}

impl Failure {
    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// 2 when the program was used wrongly, 130 when it was interrupted, else 1.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Interrupted { .. } => 130,
            Self::ConversationName { .. } | Self::Ambiguous { .. } | Self::NotAsked | Self::GrantNotAsked => 2,
            Self::Script(ScriptError::Bundle(BundleError::Name { .. })) => 2,
            Self::NothingToSend | Self::MentionsOutsideGroup { .. } | Self::TooManySnapshots { .. } => 2,
            Self::Archive(ArchiveError::Cursor) => 2,
            Self::Export(ExportError::NeedsFolder { .. } | ExportError::NeedsFile { .. } | ExportError::OneConversation { .. }) => 2,
            Self::Settings(SettingsError::Missing { .. } | SettingsError::Syntax { .. } | SettingsError::Wrong { .. }) => 2,
            Self::Settings(SettingsError::Unreadable { .. }) => 1,
            Self::Archive(_)
            | Self::Opening(_)
            | Self::Format(_)
            | Self::Export(_)
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
            | Self::Index { .. }
            | Self::Session(_)
            | Self::NotSent(_)
            | Self::Transport(_)
            | Self::Runtime(_)
            | Self::NoAccount
            | Self::NoHubFolder
            | Self::Nowhere
            | Self::NothingSaid
            | Self::NoFileHere
            | Self::NoFile { .. }
            | Self::Script(_)
            | Self::NoScript { .. }
            | Self::NoDeadLetter { .. }
            | Self::NoLog { .. }
            | Self::Host { .. }
            | Self::Faulty { .. }
            | Self::FailedTests { .. }
            | Self::Differing { .. }
            | Self::ScriptsEnded
            | Self::Terminal(_) => 1,
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
            Self::Ambiguous { found, .. } => return Some(format!("name the one you mean: {}", either(found))),
            Self::GrantNotAsked => "add --yes if it is to have all of that, or write [grants.NAME] into the configuration",
            Self::NoDeadLetter { .. } => "`mynah dead list` lists those there are",
            Self::NoLog { .. } => "`mynah bots` lists the scripts that have worked here",
            Self::Script(ScriptError::Bundle(BundleError::Unreadable { .. })) | Self::NoScript { .. } => {
                "`mynah bot new NAME` makes a first script; scripts.folder in the configuration says where scripts are"
            }
            Self::NotAsked => "add --yes if that is what you want",
            Self::Refused { reason: Refusal::NoConversation, .. } => "`--conversation C` names one for messages that name none",
            Self::Refused { reason: Refusal::NoSender, .. } => "`--account USER` names the user whose archive this is",
            Self::NothingTaken => "`mynah import --formats` lists what is read; --report FILE says all that could not be",
            Self::Session(error) => return session_step(error).map(str::to_owned),
            Self::NotSent(failure) => return session_step(&failure.error).map(str::to_owned),
            Self::NoAccount => {
                "say it once: --account USER, MYNAH_ACCOUNT, or account = \"USER\" in the configuration; the archive keeps it"
            }
            Self::NoHubFolder => "name a folder in MYNAH_TRANSPORT_HUB, or as transport.hub in the configuration",
            Self::Nowhere => "/to C chooses one, `mynah conversations` lists those there are",
            Self::NothingToSend => "say something, or name a file with --image, --file, --sound or --video",
            Self::TooManySnapshots { .. } => "each --snapshot is the picture for the --video in the same position",
            Self::NoFile { .. } => "`mynah find ID --json` shows its elements",
            Self::Export(error) => return export_step(error).map(str::to_owned),
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
            | Self::Findings { .. }
            | Self::Transport(_)
            | Self::Runtime(_)
            | Self::MentionsOutsideGroup { .. }
            | Self::NothingSaid
            | Self::NoFileHere
            | Self::Script(_)
            | Self::Host { .. }
            | Self::Faulty { .. }
            | Self::FailedTests { .. }
            | Self::Differing { .. }
            | Self::ScriptsEnded
            | Self::Terminal(_)
            | Self::Interrupted { .. } => return None,
        };
        Some(step.to_owned())
    }
}

/// Conversations of which one is meant: `a, b or c`.
fn either(found: &[ConversationId]) -> String {
    let mut text = String::new();
    for (position, id) in found.iter().enumerate() {
        let joint = match position {
            0 => "",
            last if last + 1 == found.len() => " or ",
            _ => ", ",
        };
        text.push_str(joint);
        text.push_str(&super::output::harmless(&id.to_string()));
    }
    text
}

impl From<BundleError> for Failure {
    fn from(error: BundleError) -> Self {
        Self::Script(error.into())
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Archive(error) => error.into(),
            error => Self::Session(error.into()),
        }
    }
}

/// What to do about an error of an export whose text does not say it.
fn export_step(error: &ExportError) -> Option<&'static str> {
    match error {
        ExportError::Exists { .. } => Some("name another place with -o, or add --force to replace it"),
        ExportError::NotOurs { .. } => Some("name another place with -o, or move it away yourself"),
        ExportError::NeedsFolder { .. } => Some("name the folder with -o"),
        ExportError::NeedsFile { .. } => Some("name the file with -o, without a / at its end"),
        ExportError::OneConversation { .. } => Some("name a folder with -o, or one conversation with --conversation"),
        _ => None,
    }
}

/// What to do about an error of a session whose text does not say it.
fn session_step(error: &SessionError) -> Option<&'static str> {
    match error {
        SessionError::Archive(error) => archive_step(error),
        SessionError::UnknownMessage { .. } => Some("`mynah search` and `mynah history` show the ids of messages"),
        SessionError::TooLate { .. } => Some("recall.window in the configuration says how long it can be recalled"),
        SessionError::Expired => Some("send.deadline in the configuration says how long sending is tried"),
        SessionError::Fetch(FetchError::Private { .. }) => Some("download.private_addresses in the configuration allows it"),
        SessionError::Fetch(FetchError::TooLarge { .. }) => Some("download.max in the configuration is the limit"),
        SessionError::Fetch(error) if error.is_passing() => Some("the same command goes on with what has come"),
        _ => None,
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
        ArchiveError::OtherAccount { .. } => {
            Some("leave out --account to use it as its owner, or name the folder of the other one with --store")
        }
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
        StoreError::Locked { .. } => Some("`search`, `history`, `find`, `tail`, `export` and `stats` work meanwhile"),
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
