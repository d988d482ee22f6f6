//! The keys of the rows that the host of scripts keeps. Names and other texts have their length before them, so that no text reaches into
//! the rows of another one; only what a scan has to order stands bare, at the end.

use std::fmt;

use super::super::layout::family;
use super::super::record::{put_text, take_text};

/// The key of a row. `S` is text, borrowed or owned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Key<S> {
    /// What a script keeps on a shelf. Keys of one shelf are in byte order.
    Value { script: S, shelf: u8, owner: S, key: S },
    /// A timer.
    Timer { script: S, id: S },
    /// A handler is done with the change of this number, which the script's cursor has not passed.
    Done { script: S, no: u64, label: S },
    /// An event that a script failed on.
    Dead { script: S, no: u64 },
    /// A question that waits for its answer.
    Dialog { script: S, id: S },
    /// An event that the journal does not tell of.
    Inbox { script: S, no: u64 },
    /// Something to be done to another message.
    Act { no: u64 },
    /// Source texts by the hash of their content.
    Source { hash: [u8; 32] },
    /// What a run did.
    Trace { script: S, no: u64 },
    /// How a script is.
    State { script: S },
    /// What hooks changed in a message, by its hashed id.
    Changed { message: [u8; 16] },
}

/// A key to look up.
pub(crate) type ScriptKey<'a> = Key<&'a str>;
/// A key that was read, or is to be written.
pub(crate) type ScriptKeyOwned = Key<String>;

/// Rows that stand together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScriptRows<'a> {
    /// All that a script keeps on its shelves.
    Values {
        script: &'a str,
    },
    /// Those of one shelf whose keys begin with `prefix`.
    Shelf {
        script: &'a str,
        shelf: u8,
        owner: &'a str,
        prefix: &'a str,
    },
    /// The timers of one script, or of all.
    Timers {
        script: Option<&'a str>,
    },
    Done {
        script: &'a str,
    },
    Dead {
        script: &'a str,
    },
    Dialogs {
        script: &'a str,
    },
    Inbox {
        script: &'a str,
    },
    Acts,
    Sources,
    Traces {
        script: &'a str,
    },
    /// Of all scripts.
    States,
}

/// The first bytes of keys in `scripts`. They never change: a store on somebody's disk has them.
mod kind {
    pub(super) const STATE: u8 = 1;
    pub(super) const DONE: u8 = 2;
    pub(super) const DEAD: u8 = 3;
    pub(super) const DIALOG: u8 = 4;
    pub(super) const INBOX: u8 = 5;
    pub(super) const ACT: u8 = 6;
    pub(super) const SOURCE: u8 = 7;
    pub(super) const TRACE: u8 = 8;
    pub(super) const CHANGED: u8 = 9;
}

/// Says which script's and of what kind; a key may be made of what people wrote.
impl<S: AsRef<str>> fmt::Debug for Key<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, script) = match self {
            Self::Value { script, .. } => ("Value", Some(script)),
            Self::Timer { script, .. } => ("Timer", Some(script)),
            Self::Done { script, .. } => ("Done", Some(script)),
            Self::Dead { script, .. } => ("Dead", Some(script)),
            Self::Dialog { script, .. } => ("Dialog", Some(script)),
            Self::Inbox { script, .. } => ("Inbox", Some(script)),
            Self::Trace { script, .. } => ("Trace", Some(script)),
            Self::State { script } => ("State", Some(script)),
            Self::Act { .. } => ("Act", None),
            Self::Source { .. } => ("Source", None),
            Self::Changed { .. } => ("Changed", None),
        };
        f.debug_tuple(name).field(&script.map(AsRef::as_ref).unwrap_or_default()).finish()
    }
}

impl<S> Key<S> {
    fn map<'a, T>(&'a self, text: impl Fn(&'a S) -> T) -> Key<T> {
        match self {
            Self::Value { script, shelf, owner, key } => {
                Key::Value { script: text(script), shelf: *shelf, owner: text(owner), key: text(key) }
            }
            Self::Timer { script, id } => Key::Timer { script: text(script), id: text(id) },
            Self::Done { script, no, label } => Key::Done { script: text(script), no: *no, label: text(label) },
            Self::Dead { script, no } => Key::Dead { script: text(script), no: *no },
            Self::Dialog { script, id } => Key::Dialog { script: text(script), id: text(id) },
            Self::Inbox { script, no } => Key::Inbox { script: text(script), no: *no },
            Self::Act { no } => Key::Act { no: *no },
            Self::Source { hash } => Key::Source { hash: *hash },
            Self::Trace { script, no } => Key::Trace { script: text(script), no: *no },
            Self::State { script } => Key::State { script: text(script) },
            Self::Changed { message } => Key::Changed { message: *message },
        }
    }
}

impl ScriptKeyOwned {
    /// The same key, to look up.
    pub(crate) fn borrow(&self) -> ScriptKey<'_> {
        self.map(String::as_str)
    }
}

impl<'a> ScriptKey<'a> {
    /// The same key, to keep.
    pub(crate) fn into_owned(self) -> ScriptKeyOwned {
        self.map(|text| String::from(*text))
    }

    /// The column family and the bytes.
    pub(super) fn encode(self) -> (&'static str, Vec<u8>) {
        match self {
            Self::Value { script, shelf, owner, key } => ScriptRows::Shelf { script, shelf, owner, prefix: key }.encode(),
            Self::Timer { script, id } => behind(ScriptRows::Timers { script: Some(script) }, id.as_bytes()),
            Self::Done { script, no, label } => {
                let (family, mut bytes) = behind(ScriptRows::Done { script }, &no.to_be_bytes());
                bytes.extend(label.as_bytes());
                (family, bytes)
            }
            Self::Dead { script, no } => behind(ScriptRows::Dead { script }, &no.to_be_bytes()),
            Self::Dialog { script, id } => behind(ScriptRows::Dialogs { script }, id.as_bytes()),
            Self::Inbox { script, no } => behind(ScriptRows::Inbox { script }, &no.to_be_bytes()),
            Self::Act { no } => behind(ScriptRows::Acts, &no.to_be_bytes()),
            Self::Source { hash } => behind(ScriptRows::Sources, &hash),
            Self::Trace { script, no } => behind(ScriptRows::Traces { script }, &no.to_be_bytes()),
            Self::State { script } => behind(ScriptRows::States, script.as_bytes()),
            Self::Changed { message } => {
                let mut bytes = vec![kind::CHANGED];
                bytes.extend(message);
                (family::SCRIPTS, bytes)
            }
        }
    }

    /// Reads what [`Key::encode`] wrote; `None` when the bytes are no key of this family.
    pub(super) fn decode(name: &str, bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes;
        if name == family::SCRIPT_KV {
            let script = take_text(&mut rest)?;
            let (&shelf, after) = rest.split_first()?;
            rest = after;
            let owner = take_text(&mut rest)?;
            return Some(Self::Value { script, shelf, owner, key: text(rest)? });
        }
        if name == family::TIMERS {
            return Some(Self::Timer { script: take_text(&mut rest)?, id: text(rest)? });
        }
        let (&kind, after) = rest.split_first()?;
        rest = after;
        Some(match kind {
            kind::STATE => Self::State { script: text(rest)? },
            kind::DONE => {
                let script = take_text(&mut rest)?;
                let (no, label) = rest.split_first_chunk()?;
                Self::Done { script, no: u64::from_be_bytes(*no), label: text(label)? }
            }
            kind::DEAD => Self::Dead { script: take_text(&mut rest)?, no: number(rest)? },
            kind::DIALOG => Self::Dialog { script: take_text(&mut rest)?, id: text(rest)? },
            kind::INBOX => Self::Inbox { script: take_text(&mut rest)?, no: number(rest)? },
            kind::ACT => Self::Act { no: number(rest)? },
            kind::SOURCE => Self::Source { hash: rest.try_into().ok()? },
            kind::TRACE => Self::Trace { script: take_text(&mut rest)?, no: number(rest)? },
            kind::CHANGED => Self::Changed { message: rest.try_into().ok()? },
            _ => return None,
        })
    }
}

impl ScriptRows<'_> {
    /// The column family, and the bytes with which the keys of these rows begin.
    pub(super) fn encode(self) -> (&'static str, Vec<u8>) {
        let mut bytes = Vec::with_capacity(64);
        let (kind, script) = match self {
            Self::Values { script } => {
                put_text(&mut bytes, script);
                return (family::SCRIPT_KV, bytes);
            }
            Self::Shelf { script, shelf, owner, prefix } => {
                put_text(&mut bytes, script);
                bytes.push(shelf);
                put_text(&mut bytes, owner);
                bytes.extend(prefix.as_bytes());
                return (family::SCRIPT_KV, bytes);
            }
            Self::Timers { script } => {
                if let Some(script) = script {
                    put_text(&mut bytes, script);
                }
                return (family::TIMERS, bytes);
            }
            Self::Done { script } => (kind::DONE, Some(script)),
            Self::Dead { script } => (kind::DEAD, Some(script)),
            Self::Dialogs { script } => (kind::DIALOG, Some(script)),
            Self::Inbox { script } => (kind::INBOX, Some(script)),
            Self::Acts => (kind::ACT, None),
            Self::Sources => (kind::SOURCE, None),
            Self::Traces { script } => (kind::TRACE, Some(script)),
            Self::States => (kind::STATE, None),
        };
        bytes.push(kind);
        if let Some(script) = script {
            put_text(&mut bytes, script);
        }
        (family::SCRIPTS, bytes)
    }
}

fn behind(rows: ScriptRows<'_>, end: &[u8]) -> (&'static str, Vec<u8>) {
    let (family, mut bytes) = rows.encode();
    bytes.extend(end);
    (family, bytes)
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn number(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}
