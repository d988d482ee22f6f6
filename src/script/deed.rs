//! What runs of scripts come to, as others notice it: what is said, kept, set, and how each run went. Read off what is written, so that a dry run,
//! a replay and a console tell the same.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::data::Data;
use super::rows::{ActRow, TraceRow};
use super::run::{Act, TimerRow};
use crate::archive::ScriptWrite;
use crate::query::{TimeZone, time_text};
use crate::store::ScriptKeyOwned;

/// Something that a script does.
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// It says something.
    Say {
        /// Where, text form.
        conversation: String,
        /// What, in a line.
        text: String,
    },
    /// It gives a message another text.
    Edit {
        /// The message's id.
        message: String,
        /// The new text.
        text: String,
    },
    /// It takes a message back.
    Recall {
        /// The message's id.
        message: String,
    },
    /// It marks a conversation as read.
    MarkRead {
        /// Which one, text form.
        conversation: String,
    },
    /// It keeps a value.
    Keep {
        /// The conversation or the person that the value belongs to; `None`: the script's own.
        #[serde(skip_serializing_if = "Option::is_none")]
        of: Option<String>,
        /// Under which key.
        key: String,
        /// The value.
        value: Data,
    },
    /// It forgets a value.
    Forget {
        /// As for [`Effect::Keep`].
        #[serde(skip_serializing_if = "Option::is_none")]
        of: Option<String>,
        /// Under which key.
        key: String,
    },
    /// It sets a timer.
    SetTimer {
        /// Its name.
        name: String,
        /// When it is due, Unix seconds.
        due: u64,
        /// What it brings along.
        data: Data,
    },
    /// A timer is gone: it was cancelled, or has fired.
    DropTimer {
        /// Its id.
        id: String,
    },
}

impl Effect {
    /// The kind of it, as in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Say { .. } => "say",
            Self::Edit { .. } => "edit",
            Self::Recall { .. } => "recall",
            Self::MarkRead { .. } => "mark_read",
            Self::Keep { .. } => "keep",
            Self::Forget { .. } => "forget",
            Self::SetTimer { .. } => "set_timer",
            Self::DropTimer { .. } => "drop_timer",
        }
    }

    /// What it is, in words that go on after "would", with times of this zone.
    pub fn told(&self, zone: &TimeZone) -> String {
        let whose = |of: &Option<String>| of.as_ref().map_or_else(String::new, |of| format!(" of {of}"));
        match self {
            Self::Say { conversation, text } => format!("say in {conversation}: {text}"),
            Self::Edit { message, text } => format!("edit {message}: {text}"),
            Self::Recall { message } => format!("recall {message}"),
            Self::MarkRead { conversation } => format!("mark {conversation} as read"),
            Self::Keep { of, key, value } => format!("keep {key}{} = {}", whose(of), value.to_json()),
            Self::Forget { of, key } => format!("forget {key}{}", whose(of)),
            Self::SetTimer { name, due, data } => {
                let data = if data.is_nil() { String::new() } else { format!(" with {}", data.to_json()) };
                format!("set the timer {name:?} for {}{data}", time_text(*due, zone))
            }
            Self::DropTimer { id } => format!("drop the timer {id}"),
        }
    }
}

/// Says of what kind it is, never what anybody wrote.
impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Effect({})", self.kind())
    }
}

/// Something that came of a script's work.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A run has ended, well or not.
    Ran(TraceRow),
    /// It did something.
    Did(Effect),
}

/// Hears what scripts do when it is written, each deed with the name of its script. The thread that writes calls it, so it has to return soon.
pub type DeedEar = Arc<dyn Fn(&str, Deed) + Send + Sync>;

/// What a write does, each with the script that does it.
pub(super) fn deeds(write: &ScriptWrite) -> Vec<(String, Deed)> {
    let said = write.messages.iter().map(|(message, _)| {
        let script = message.origin().map(|origin| origin.script).unwrap_or_default();
        let conversation = message.conversation.as_ref().map(ToString::to_string).unwrap_or_default();
        (script, Deed::Did(Effect::Say { conversation, text: message.summary() }))
    });
    said.chain(write.rows.iter().filter_map(|(key, value)| of_row(key, value.as_deref()))).collect()
}

fn of_row(key: &ScriptKeyOwned, value: Option<&[u8]>) -> Option<(String, Deed)> {
    let (script, effect) = match (key, value) {
        (ScriptKeyOwned::Value { script, owner, key, .. }, value) => {
            let (of, key) = ((!owner.is_empty()).then(|| owner.clone()), key.clone());
            let effect = match value {
                Some(value) => Effect::Keep { of, key, value: serde_json::from_slice(value).ok()? },
                None => Effect::Forget { of, key },
            };
            (script, effect)
        }
        (ScriptKeyOwned::Timer { script, .. }, Some(row)) => {
            let TimerRow { name, due, data, .. } = serde_json::from_slice(row).ok().filter(|row: &TimerRow| row.dialog.is_none())?;
            (script, Effect::SetTimer { name, due, data })
        }
        (ScriptKeyOwned::Timer { script, id }, None) => (script, Effect::DropTimer { id: id.clone() }),
        (ScriptKeyOwned::Trace { script, .. }, Some(row)) => return Some((script.clone(), Deed::Ran(serde_json::from_slice(row).ok()?))),
        (ScriptKeyOwned::Act { .. }, Some(row)) => {
            let ActRow { script, act, .. } = serde_json::from_slice(row).ok()?;
            let effect = match act {
                Act::Edit { id, text } => Effect::Edit { message: id, text },
                Act::Recall { id } => Effect::Recall { message: id },
                Act::MarkRead { chat } => Effect::MarkRead { conversation: chat },
            };
            return Some((script, Deed::Did(effect)));
        }
        _ => return None,
    };
    Some((script.clone(), Deed::Did(effect)))
}
