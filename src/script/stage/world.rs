//! What a run finds around it: the shelves of its script, the archive, and what it may do.

use std::rc::Rc;
use std::sync::Arc;

use super::shelf::Shelves;
use super::{Edition, Props};
use crate::model::{ConversationId, Message};
use crate::script::compose;
use crate::script::data::Data;
use crate::script::op::{Misuse, Op, Shelf};
use crate::script::run::{Saying, TimerRow, Words, World};
use crate::script::schedule::Schedule;

/// The world of the runs that are told of one conversation's events.
pub(super) struct StageWorld {
    pub(super) props: Arc<Props>,
    pub(super) edition: Arc<Edition>,
    pub(super) shelves: Rc<Shelves>,
    /// Where the event happened.
    pub(super) place: Option<ConversationId>,
}

impl World for StageWorld {
    fn stored(&self, shelf: &Shelf, key: &str) -> Result<Data, Misuse> {
        self.shelves.value(shelf, key)
    }

    fn scan(&self, shelf: &Shelf, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<(String, Data)>, Misuse> {
        self.shelves.scan(shelf, prefix, after, limit)
    }

    fn timer(&self, id: &str) -> Result<Option<TimerRow>, Misuse> {
        self.shelves.timer(id)
    }

    fn timers(&self) -> Result<Vec<TimerRow>, Misuse> {
        self.shelves.timers()
    }

    fn title(&self, chat: &str) -> String {
        compose::title(&self.props.archive, chat)
    }

    fn help(&self, name: Option<&str>) -> Option<String> {
        self.props.help.text(name)
    }

    fn permit(&self, op: &Op) -> Result<(), Misuse> {
        self.edition.granted.permit(op, self.place.as_ref())?;
        match op {
            Op::Edit { id, .. } | Op::Recall { id } => self.permit_change(op, id),
            _ => Ok(()),
        }
    }

    fn compose(&self, said: &Saying) -> Result<Message, Misuse> {
        let again = match &said.what {
            Words::New(_) => None,
            Words::Again(id) => self.message(id)?,
        };
        compose::message(&self.props, said, again)
    }

    fn next_due(&self, schedule: &str, zone: Option<&str>, after: u64) -> Result<Option<u64>, Misuse> {
        let zone = zone.or(self.edition.manifest.zone.as_deref());
        Ok(Schedule::parse(schedule, zone)?.next_after(after))
    }

    fn message(&self, id: &str) -> Result<Option<Message>, Misuse> {
        let found = self.props.archive.find(&[id]).map_err(|error| Misuse::new(format!("the archive cannot be read: {error}")))?;
        match (found.into_iter().next(), &self.props.past) {
            (None, Some(past)) => past.message(id, self.props.clock.now()).map_err(Misuse),
            (found, _) => Ok(found),
        }
    }
}

impl StageWorld {
    /// Whether the script may edit or recall a message: what it said itself, and what was said where it may look.
    fn permit_change(&self, op: &Op, id: &str) -> Result<(), Misuse> {
        // One that is not there was said in this very run, or nobody can change it.
        let Some(message) = self.message(id)? else { return Ok(()) };
        let is_own = message.origin().is_some_and(|origin| origin.script == *self.edition.bundle.name);
        match &message.conversation {
            Some(chat) if !is_own && !self.edition.granted.conversation(chat, None) => Err(Misuse::new(format!(
                "{} of a message that this script has not said: the manifest lacks conversations = [\"{chat}\"], or that is not granted",
                op.name()
            ))),
            _ => Ok(()),
        }
    }
}
