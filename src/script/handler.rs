//! What a script registers when it is loaded: which functions it has for what. Data only; the functions stay in the virtual machine.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::EventKind;

/// The position of a handler among those of its script, in the order of registering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct HandlerNo(pub(super) usize);

/// One registered function.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Handler {
    pub(super) role: Role,
    /// What it is called in logs, rows and traces, the same in every run of the same source: `receive#1`, `command remind`, `before send#1`.
    pub(super) label: String,
    /// The line of the source on which it was registered.
    pub(super) line: u32,
}

/// What a function is for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    /// `bot.on(event, filter, fn)`.
    On { event: EventKind, filter: FilterSpec },
    /// `bot.command(spec, options, fn)`.
    Command(CommandSpec),
    /// `bot.before(event, options, fn)`.
    Before { door: Door, options: BeforeOptions },
    /// `bot.webhook(path, options, fn)`.
    Webhook { path: String, options: WebhookOptions },
}

/// What can be looked at before it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Door {
    Send,
    Receive,
    Download,
}

impl Door {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Receive => "receive",
            Self::Download => "download",
        }
    }
}

/// What to do when a hook fails or is too slow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum OnError {
    #[default]
    Allow,
    Deny,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct BeforeOptions {
    /// Higher ones come first; then by the scripts' names.
    pub(super) priority: i32,
    pub(super) deadline: Duration,
    pub(super) on_error: OnError,
    /// Only these are looked at.
    pub(super) filter: FilterSpec,
}

impl Default for BeforeOptions {
    fn default() -> Self {
        Self { priority: 0, deadline: Duration::from_millis(20), on_error: OnError::Allow, filter: FilterSpec::default() }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct WebhookOptions {
    /// The name of the secret that callers have to know.
    pub(super) secret: Option<String>,
}

/// Which events a handler wants; everything that is given has to hold. Empty: all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FilterSpec {
    /// One of these words is in the text, whole words, ignoring case.
    pub(super) words: Option<Vec<String>>,
    /// The text matches this pattern (crate regex).
    pub(super) regex: Option<String>,
    /// One of the files has one of these MIME types; `image/*` takes all images.
    pub(super) files: Option<Vec<String>>,
    /// It has one of these elements: `text`, `image`, `sound`, `file`, `video`, `face`, `location`, `custom`, `merged`, `tips`.
    pub(super) types: Option<Vec<String>>,
    /// It is in one of these conversations: `c2c:ID`, `group:ID`, `c2c:*`, `group:*`.
    pub(super) chat: Option<Vec<String>>,
    /// One of these said it.
    pub(super) from: Option<Vec<String>>,
    /// `Some(true)`: it mentions the account.
    pub(super) mentions_me: Option<bool>,
    /// Messages of other bots too.
    pub(super) bots: bool,
    /// Only timers of this name.
    pub(super) timer: Option<String>,
    /// For downloads: progress too, not only the end.
    pub(super) progress: bool,
    /// After one run, none in this conversation for so long.
    pub(super) cooldown: Option<Duration>,
    /// What is older than this is passed over.
    pub(super) stale: Option<Duration>,
}

/// A command: its words, its arguments, who may give it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CommandSpec {
    /// As the script wrote it: `remind <when:time> <what:text>`.
    pub(super) text: String,
    pub(super) name: String,
    pub(super) arguments: Vec<Argument>,
    pub(super) help: Option<String>,
    /// Empty: everybody.
    pub(super) who: Vec<String>,
    /// After one answer, none to the same person for so long.
    pub(super) cooldown: Option<Duration>,
    pub(super) stale: Duration,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Argument {
    pub(super) name: String,
    pub(super) kind: ArgumentKind,
    pub(super) is_optional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ArgumentKind {
    /// One word, or several in quotes.
    Word,
    /// Everything that is left.
    Text,
    Int,
    Number,
    /// `15m`, `2h30m`.
    Duration,
    /// `2h`, `9:00`, `fri 9:00`, `tomorrow 8:30`, `2026-12-01 10:00`.
    Time,
    /// A user id, with or without `@`.
    User,
    /// One of these words.
    Choice(Vec<String>),
}

/// The value of an argument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ArgumentValue {
    Text(String),
    Number(f64),
    /// Unix seconds.
    Time(u64),
    /// Seconds.
    Duration(f64),
}
