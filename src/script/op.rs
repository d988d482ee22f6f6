//! What a script can ask of its host, as data: each call of the API that has an effect or looks outside is one of these. That makes a run
//! repeatable, traceable, and testable without a network.

use serde::{Deserialize, Serialize};

use super::data::Data;
use super::veil::veil;

veil!(Answer, Content, HttpRequest, Op, Shelf);

/// What is said.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) text: Option<String>,
    /// Paths below the script's own files folder.
    pub(super) files: Vec<String>,
    /// The id of the message that it answers.
    pub(super) reply_to: Option<String>,
    /// User ids.
    pub(super) mentions: Vec<String>,
    /// A custom element.
    pub(super) custom: Option<String>,
}

/// Where a stored value belongs: to the script, to it in a conversation, to it and a person.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shelf {
    Script,
    /// Text form of the conversation.
    Chat(String),
    /// User id.
    Person(String),
}

/// What to do about times at which nobody was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Missed {
    /// Answer all missed times with one.
    #[default]
    Once,
    /// Go on with the next one.
    Skip,
    /// Answer each.
    All,
}

/// A call.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Op {
    /// Says something. Answer: the message's id.
    Send { to: String, content: Content },
    /// Says again, elsewhere, what a message says. Answer: the new message's id.
    Forward { id: String, to: String },
    /// Answer: nil.
    Edit { id: String, text: String },
    /// Answer: nil.
    Recall { id: String },
    /// Answer: nil.
    MarkRead { chat: String },
    /// Answer: the value, or nil. `for_update`: the run is repeated if another one changes it before this one is written.
    StoreGet { shelf: Shelf, key: String, for_update: bool },
    /// Nil deletes. Answer: nil.
    StoreSet { shelf: Shelf, key: String, value: Data },
    /// Answer: the new number.
    StoreIncr { shelf: Shelf, key: String, by: f64 },
    /// Answer: `{ items = { {key, value}, … }, next = key or nil }`.
    StoreScan { shelf: Shelf, prefix: String, after: Option<String>, limit: usize },
    /// Answer: the timer's id.
    TimerAt { at: u64, name: String, data: Data },
    /// Answer: the timer's id. The same schedule under the same name is the same timer.
    TimerEvery { schedule: String, zone: Option<String>, missed: Missed, name: String, data: Data },
    /// Answer: whether there was one.
    TimerCancel { id: String },
    /// Answer: a list of `{ id, name, due, data, every }`.
    TimerList { name: Option<String> },
    /// Answer: the title of the conversation.
    Title { chat: String },
    /// Answer: the help of all commands, or of one.
    Help { name: Option<String> },
    /// Answer: nil.
    Metric { name: String, by: f64 },

    // From here on a call waits: the script goes on when the answer is there.
    /// Answer: the message that answers (as [`Answer::Message`] for the bindings), or nil when nobody did in time.
    Ask { question: Content, to: String, pattern: Option<String>, timeout_s: u64, from: Option<String> },
    /// Answer: `{ total, hits = { { id, chat, from, date, text, snippet }, … }, next, facets, timeline }`.
    Search {
        query: String,
        chat: Option<String>,
        from: Option<String>,
        after: Option<String>,
        before: Option<String>,
        has: Option<String>,
        limit: usize,
        next: Option<String>,
        order: Option<String>,
        /// Whether to count by conversation, by person and by type.
        #[serde(default)]
        facets: bool,
        /// By which stretches of time to count.
        #[serde(default)]
        timeline: Option<String>,
    },
    /// Answer: `{ messages = { … }, next }`, newest first.
    History { chat: String, limit: usize, next: Option<String> },
    /// Answer: a message, or nil.
    Find { id: String },
    /// Answer: `{ path, size, hash }`, or nil and why not.
    Save { message: String, element: usize, path: String },
    /// The file's bytes, at most `limit` of them. Answer: bytes or text, or nil and why not.
    Read { message: String, element: usize, limit: u64 },
    /// Answer: `{ status, headers, body }`, or nil and why not.
    Http(Box<HttpRequest>),
    /// Waits for the lock of this name. Answer: nil.
    Lock { name: String },
    /// Answer: nil. Does not wait, but stands beside its partner.
    Unlock { name: String },
}

/// A request to another machine.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct HttpRequest {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Data>,
    /// The name of the secret that is sent as bearer token.
    pub(super) auth: Option<String>,
    pub(super) timeout_ms: u64,
    /// The most bytes of an answer.
    pub(super) limit: u64,
}

/// What came of a call: its answer, or why it could not be done although it was right to ask. The script gets `nil, why`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Data(Data),
    /// Messages, for the bindings to make into objects: each as its own JSON. None: nil.
    Messages {
        messages: Vec<String>,
        next: Option<String>,
    },
    /// It failed outside of the script.
    Failed {
        why: String,
    },
}

/// Why a call was refused: the script made a mistake, or may not. It is raised in the script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Misuse(pub(super) String);

impl Misuse {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl Op {
    /// The name of the call, as scripts write it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Send { .. } => "bot.send",
            Self::Forward { .. } => "m:forward",
            Self::Edit { .. } => "m:edit",
            Self::Recall { .. } => "m:recall",
            Self::MarkRead { .. } => "m:mark_read",
            Self::StoreGet { .. } => "store:get",
            Self::StoreSet { .. } => "store:set",
            Self::StoreIncr { .. } => "store:incr",
            Self::StoreScan { .. } => "store:scan",
            Self::TimerAt { .. } => "bot.timer.at",
            Self::TimerEvery { .. } => "bot.timer.every",
            Self::TimerCancel { .. } => "bot.timer.cancel",
            Self::TimerList { .. } => "bot.timer.list",
            Self::Title { .. } => "chat.title",
            Self::Help { .. } => "bot.help",
            Self::Metric { .. } => "bot.metric",
            Self::Ask { .. } => "m:ask",
            Self::Search { .. } => "bot.search",
            Self::History { .. } => "bot.history",
            Self::Find { .. } => "bot.find",
            Self::Save { .. } => "f:save",
            Self::Read { .. } => "f:bytes",
            Self::Http(_) => "http.request",
            Self::Lock { .. } | Self::Unlock { .. } => "bot.lock",
        }
    }

    /// Whether the script waits for the answer.
    pub(super) fn waits(&self) -> bool {
        matches!(
            self,
            Self::Ask { .. }
                | Self::Search { .. }
                | Self::History { .. }
                | Self::Find { .. }
                | Self::Save { .. }
                | Self::Read { .. }
                | Self::Http(_)
                | Self::Lock { .. }
        )
    }
}
