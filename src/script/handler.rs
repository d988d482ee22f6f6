//! What a script registers when it is loaded: which functions it has for what. Data only; the functions stay in the virtual machine.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::EventKind;
use super::run::short;
use super::veil::veil;

veil!(ArgumentValue);

/// The position of a handler among those of its script, in the order of registering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct HandlerNo(pub(super) usize);

/// One registered function.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Handler {
    pub(super) role: Role,
    /// What it is called in logs, rows and traces: [`Role::stem`], with `.1of2` behind it for the first of two of that stem, and so on. Work that
    /// waits names its handler by this.
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

impl Role {
    /// What it is told of, and a hash of the conditions: `receive`, `receive#4tzx0k`, `command remind#91bq7m`, `before send`, `webhook ci`.
    ///
    /// It is the same in every version of a script that registers the same thing, wherever that stands in the file. So work that waits while a script
    /// is edited finds the handler that it is for, or none; never another one. Cooldowns, help, priorities and the like may change.
    pub(super) fn stem(&self) -> String {
        match self {
            Self::On { event, filter } => identified(event.word().to_owned(), &filter.conditions()),
            Self::Command(spec) => identified(self.name(), spec.text.strip_prefix(&spec.name).unwrap_or(&spec.text).trim()),
            Self::Before { door, options } => identified(format!("before {}", door.word()), &options.filter.conditions()),
            Self::Webhook { .. } => self.name(),
        }
    }

    /// What people call it; of commands and webhooks there is only one of a name.
    pub(super) fn name(&self) -> String {
        match self {
            Self::On { event, .. } => event.word().to_owned(),
            Self::Command(spec) => format!("command {}", spec.name),
            Self::Before { door, .. } => format!("before {}", door.word()),
            Self::Webhook { path, .. } => format!("webhook {path}"),
        }
    }
}

/// A word with a hash of what was registered, unless that is nothing.
fn identified(word: String, registered: &str) -> String {
    const DIGITS: usize = 6;
    if registered.is_empty() {
        return word;
    }
    let hash = short(xxhash_rust::xxh3::xxh3_64(registered.as_bytes()));
    format!("{word}#{}", &hash[hash.len() - DIGITS..])
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
    #[serde(skip)]
    pub(super) cooldown: Option<Duration>,
    /// What is older than this is passed over.
    #[serde(skip)]
    pub(super) stale: Option<Duration>,
}

impl FilterSpec {
    /// The conditions that are given, as text; the same for the same conditions, also where a later version of this program knows more of them.
    fn conditions(&self) -> String {
        let all = serde_json::to_value(self).unwrap_or_default();
        let given =
            all.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null() && **value != serde_json::Value::Bool(false));
        let sorted: BTreeMap<&String, String> = given.map(|(key, value)| (key, value.to_string())).collect();
        sorted.into_iter().map(|(key, value)| format!("{key}={value}\n")).collect()
    }
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
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ArgumentValue {
    Text(String),
    Number(f64),
    /// Unix seconds.
    Time(u64),
    /// Seconds.
    Duration(f64),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(filter: FilterSpec) -> String {
        Role::On { event: EventKind::Receive, filter }.stem()
    }

    #[test]
    fn a_stem_says_what_is_heard_and_not_how_often() {
        let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(on(FilterSpec::default()), "receive");
        let one = FilterSpec { words: words(&["one"]), ..FilterSpec::default() };
        assert_eq!(on(one.clone()), "receive#z61frw", "rows on somebody's disk have it");
        assert_eq!(on(FilterSpec { cooldown: Some(Duration::from_secs(5)), ..one.clone() }), on(one.clone()));
        assert_ne!(on(FilterSpec { words: words(&["two"]), ..one.clone() }), on(one));
        let door = |priority| Role::Before { door: Door::Send, options: BeforeOptions { priority, ..BeforeOptions::default() } };
        assert_eq!(door(3).stem(), "before send");
    }
}
