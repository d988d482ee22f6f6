//! What runs want to happen, as data. None of it is shown where programs are looked for faults: it is what people wrote.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Message;
use crate::script::data::Data;
use crate::script::event::Conversation;
use crate::script::op::{Answer, Missed, Op, Shelf};
use crate::script::veil::veil;

veil!(Act, Every, Recorded, TimerRow);

/// A timer as it is kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::script) struct TimerRow {
    pub(in crate::script) id: String,
    pub(in crate::script) name: String,
    pub(in crate::script) data: Data,
    /// When it is due, Unix seconds.
    pub(in crate::script) due: u64,
    /// For one that comes again.
    pub(in crate::script) every: Option<Every>,
    /// Where the script was told of something when it set the timer; there it may answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::script) place: Option<Conversation>,
    /// How many scripts have answered each other up to the run that set it.
    #[serde(default)]
    pub(in crate::script) hops: u32,
    /// The dialog that waits for this timer as its time-out; such a timer is not shown to scripts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::script) dialog: Option<String>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::script) struct Every {
    pub(in crate::script) schedule: String,
    pub(in crate::script) zone: Option<String>,
    pub(in crate::script) missed: Missed,
}

/// Something done to another message once the run is written. Doing it twice is doing it once.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::script) enum Act {
    Edit { id: String, text: String },
    Recall { id: String },
    MarkRead { chat: String },
}

/// What a run does to a kept value.
#[derive(Clone, PartialEq)]
pub(in crate::script) enum Change {
    /// Nil deletes.
    Set(Data),
    /// Adds to whatever is there when the run is written.
    Add(f64),
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Set(value) => write!(f, "set to {value:?}"),
            Self::Add(_) => f.write_str("add a number"),
        }
    }
}

/// Everything that a run wants to happen.
#[derive(Default)]
pub(in crate::script) struct Effects {
    /// Messages of the account, in order.
    pub(in crate::script) sends: Vec<Message>,
    pub(in crate::script) acts: Vec<Act>,
    pub(in crate::script) store: BTreeMap<(Shelf, String), Change>,
    /// What values were when the run read them, where it depends on that.
    pub(in crate::script) expected: BTreeMap<(Shelf, String), Data>,
    /// Timers by id; `None` is one that is cancelled.
    pub(in crate::script) timers: BTreeMap<String, Option<TimerRow>>,
    pub(in crate::script) metrics: BTreeMap<String, f64>,
}

/// A call with its answer, from which a dialog is repeated.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::script) struct Recorded {
    pub(in crate::script) op: Op,
    pub(in crate::script) answer: Answer,
    /// What time it is from here on, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::script) now: Option<u64>,
}
