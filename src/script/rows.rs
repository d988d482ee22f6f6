//! What the host keeps for a script besides its values and timers, as JSON: dialogs, dead letters, waiting events, traces, its state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bundle::Bundle;
use super::event::Event;
use super::filter::Hit;
use super::handler::ArgumentValue;
use super::op::Op;
use super::run::{Act, Recorded};
use crate::model::{ConversationId, Message};
use crate::store::JournalNo;

/// A dialog that waits for an answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct DialogRow {
    pub(super) id: String,
    /// Where it is held, text form.
    pub(super) chat: String,
    /// Whose answer counts; `None`: anybody's.
    pub(super) from: Option<String>,
    pub(super) pattern: Option<String>,
    /// When it was asked, Unix seconds.
    pub(super) asked: u64,
    /// When it ends without an answer, Unix seconds.
    pub(super) until: u64,
    /// The handler, and the event that it began with.
    pub(super) label: String,
    pub(super) event: Event,
    /// What the handler was given besides the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hit: Option<Hit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) arguments: Option<BTreeMap<String, ArgumentValue>>,
    /// What time it was for its first step, Unix seconds.
    pub(super) began: u64,
    /// The version that it goes on with, as hex.
    pub(super) version: String,
    /// What it was answered so far.
    pub(super) recorded: Vec<Recorded>,
    /// The change at which it was asked; only a later message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) behind: Option<JournalNo>,
    /// The question.
    pub(super) ask: Op,
}

/// An event that a handler could not deal with.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The handler.
    pub label: String,
    pub(super) event: Event,
    /// What the handler was given besides the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hit: Option<Hit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) arguments: Option<BTreeMap<String, ArgumentValue>>,
    /// When it was given up, Unix seconds.
    pub at: u64,
    /// The script's version, as hex.
    pub version: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong, and where.
    pub fault: String,
}

impl DeadLetter {
    /// The event as it waits once more.
    pub(super) fn into_waiting(self) -> InboxRow {
        let Self { label, event, hit, arguments, .. } = self;
        InboxRow { label, event, hit, arguments }
    }

    /// The word for what happened.
    pub fn event(&self) -> &'static str {
        self.event.kind.word()
    }

    /// Where it happened, if it happened in a conversation.
    pub fn conversation(&self) -> Option<&ConversationId> {
        self.event.place()
    }

    /// The message that it is about, if it is about one.
    pub fn message(&self) -> Option<&Message> {
        self.event.message().map(AsRef::as_ref)
    }
}

/// An event that the journal does not tell of, or that comes once more for one handler.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct InboxRow {
    pub(super) label: String,
    pub(super) event: Event,
    /// What the handler is given besides the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hit: Option<Hit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) arguments: Option<BTreeMap<String, ArgumentValue>>,
}

/// What is to be done to a message.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ActRow {
    pub(super) script: String,
    /// The conversation that it changes, text form; acts of one script in one conversation are in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) chat: Option<String>,
    /// How many scripts have answered each other up to it, this one among them.
    #[serde(default)]
    pub(super) hops: u32,
    pub(super) act: Act,
}

/// The source of a version that dialogs began with.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SourceRow {
    pub(super) bundle: Bundle,
    /// What was granted to it, in the form of the file with grants. A newer version may have another grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) granted: Option<String>,
}

/// Which hook has changed a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeRow {
    /// The script.
    pub script: String,
    /// The handler.
    pub label: String,
    /// When, Unix seconds.
    pub at: u64,
}

/// What one run was about and what it did, without what people wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceRow {
    /// When, Unix seconds.
    pub at: u64,
    /// The handler.
    pub label: String,
    /// The message that it was told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The script's version: the first digits of its hash.
    pub version: String,
    /// The filter's word that was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// The names of the calls, in order.
    pub calls: Vec<String>,
    /// Ids of the messages that it sent.
    pub sent: Vec<String>,
    /// Computing time, microseconds.
    pub cpu_us: u64,
    /// What went wrong, if something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// How a script is, for whoever looks from outside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScriptState {
    /// The version, as hex.
    pub version: String,
    /// `running`, `quarantined`, `failed` (it cannot be loaded), `old` (a newer version cannot be loaded), `stopped`.
    pub state: String,
    /// Why it is not running, or not the newest version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Changes of the archive that it has not dealt with.
    pub lag: u64,
    /// How old the oldest of them is, seconds.
    pub lag_s: u64,
    /// Runs since the host began.
    pub runs: u64,
    /// Runs that failed.
    pub failures: u64,
    /// Letters that nobody has looked at.
    pub dead: u64,
    /// Open dialogs.
    pub dialogs: u64,
    /// Timers that are set.
    pub timers: u64,
    /// Computing time, microseconds.
    pub cpu_us: u64,
    /// Bytes of its virtual machine.
    pub memory: u64,
    /// Counted by the script itself.
    #[serde(default)]
    pub metrics: BTreeMap<String, f64>,
    /// When this was noted, Unix seconds.
    pub at: u64,
}
