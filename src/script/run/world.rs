//! What a run finds around it, and what it says before that is a message.

use std::fmt;
use std::sync::Arc;

use super::TimerRow;
use crate::model::Message;
use crate::script::data::Data;
use crate::script::op::{Content, Misuse, Op, Shelf};

/// What a script's host gives to a run at once, without waiting.
pub(in crate::script) trait World {
    /// What is kept on a shelf, with what ended runs have written and is not on the disk yet.
    fn stored(&self, shelf: &Shelf, key: &str) -> Result<Data, Misuse>;
    /// Keys from `prefix` behind `after`, at most `limit`, with their values; in order.
    fn scan(&self, shelf: &Shelf, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<(String, Data)>, Misuse>;
    /// The timer of this id, if the script has it.
    fn timer(&self, id: &str) -> Result<Option<TimerRow>, Misuse>;
    /// All timers of the script.
    fn timers(&self) -> Result<Vec<TimerRow>, Misuse>;
    /// The title of a conversation.
    fn title(&self, chat: &str) -> String;
    /// Help for one command, or all.
    fn help(&self, name: Option<&str>) -> Option<String>;
    /// Whether the script may do this; the error names the line of the manifest, or of the grant, that is missing.
    fn permit(&self, op: &Op) -> Result<(), Misuse>;
    /// Makes a message of what is said, checked against the limits of messages: its conversation, body, client time and rand are set.
    fn compose(&self, said: &Saying) -> Result<Message, Misuse>;
    /// Unix seconds at which a schedule is due next behind `after`; an error says what is wrong with the schedule.
    fn next_due(&self, schedule: &str, zone: Option<&str>, after: u64) -> Result<Option<u64>, Misuse>;
    /// The message of this id as the archive has it, for forwarding.
    fn message(&self, id: &str) -> Result<Option<Message>, Misuse>;
}

/// Something to be said, before it is a message.
#[derive(Clone, PartialEq)]
pub(in crate::script) struct Saying {
    pub(in crate::script) to: String,
    pub(in crate::script) what: Words,
    /// Derived from the event; with sender and time it makes the id.
    pub(in crate::script) rand: u32,
    /// Unix seconds.
    pub(in crate::script) client_time: u64,
    pub(in crate::script) script: Arc<str>,
    pub(in crate::script) hops: u32,
}

/// What is said.
#[derive(Clone, PartialEq)]
pub(in crate::script) enum Words {
    New(Content),
    /// What the message of this id says.
    Again(String),
}

/// Says where it comes from, and how much it is.
impl fmt::Debug for Saying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of {}, hops {}", self.what, self.script, self.hops)
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New(content) => content.fmt(f),
            Self::Again(_) => f.write_str("a message again"),
        }
    }
}

/// A world with nothing in it, for machines that are looked at by themselves.
pub(in crate::script) struct Nothing;

impl World for Nothing {
    fn stored(&self, _: &Shelf, _: &str) -> Result<Data, Misuse> {
        Ok(Data::Nil)
    }

    fn scan(&self, _: &Shelf, _: &str, _: Option<&str>, _: usize) -> Result<Vec<(String, Data)>, Misuse> {
        Ok(Vec::new())
    }

    fn timer(&self, _: &str) -> Result<Option<TimerRow>, Misuse> {
        Ok(None)
    }

    fn timers(&self) -> Result<Vec<TimerRow>, Misuse> {
        Ok(Vec::new())
    }

    fn title(&self, chat: &str) -> String {
        chat.to_owned()
    }

    fn help(&self, _: Option<&str>) -> Option<String> {
        None
    }

    fn permit(&self, _: &Op) -> Result<(), Misuse> {
        Ok(())
    }

    fn compose(&self, _: &Saying) -> Result<Message, Misuse> {
        Err(Misuse::new("nobody is there"))
    }

    fn next_due(&self, _: &str, _: Option<&str>, _: u64) -> Result<Option<u64>, Misuse> {
        Ok(None)
    }

    fn message(&self, _: &str) -> Result<Option<Message>, Misuse> {
        Ok(None)
    }
}
