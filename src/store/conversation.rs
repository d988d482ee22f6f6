//! What the store knows of each conversation, and the register of all of them.

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::record::ReadUpTo;
use crate::model::{About, ConversationId, ConversationNo, ConversationRef, Place, ReceiveOption};

/// The seq of the first message of a conversation that brings none.
pub(crate) const FIRST_SEQ: u64 = 1;

/// The state of one conversation, kept with every write that changes it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ConversationRecord {
    pub(crate) id: ConversationId,
    /// Messages that history shows: all but deleted ones.
    #[serde(default)]
    pub(crate) messages: u64,
    /// Incoming messages behind the read mark that count.
    #[serde(default)]
    pub(crate) unread: u64,
    /// The newest message that history shows and that may be the last one.
    #[serde(default, with = "place", skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<Place>,
    /// A number above every seq that was ever given here.
    #[serde(default)]
    pub(crate) next_seq: u64,
    /// Everything up to and including this place is read.
    #[serde(default, with = "place", skip_serializing_if = "Option::is_none")]
    pub(crate) read_mark: Option<Place>,
    /// The peer has read everything up to this second, 0 for nothing.
    #[serde(default)]
    pub(crate) peer_read_time: u64,
    #[serde(with = "receive_option")]
    pub(crate) receive_option: ReceiveOption,
    #[serde(default)]
    pub(crate) pinned: bool,
    /// It has still to be told that everything up to this second is read, 0 for nothing.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) receipt_due: u64,
    /// Messages of others up to and including this place were here when they were cleared.
    #[serde(default, with = "place", skip_serializing_if = "Option::is_none")]
    pub(crate) cleared: Option<Place>,
    /// And own ones up to and including this.
    #[serde(default, with = "place", skip_serializing_if = "Option::is_none")]
    pub(crate) cleared_own: Option<Place>,
    /// A `Draft` object as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<Box<serde_json::value::RawValue>>,
    /// Deleted with its messages. The number stays taken; a new message brings the conversation back.
    #[serde(default)]
    pub(crate) deleted: bool,
    /// What its source says of it. Has a row of its own, which is written only when it changes: members may be thousands.
    #[serde(skip)]
    pub(crate) about: Option<Arc<About>>,
}

/// Says which and how much, never what is in the draft.
impl fmt::Debug for ConversationRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ConversationRecord");
        shown.field("id", &self.id).field("messages", &self.messages).field("unread", &self.unread).field("last", &self.last);
        shown.field("has_draft", &self.draft.is_some()).field("deleted", &self.deleted).finish_non_exhaustive()
    }
}

impl ConversationRecord {
    /// A conversation without messages.
    pub(crate) fn new(id: ConversationId) -> Self {
        Self {
            id,
            messages: 0,
            unread: 0,
            last: None,
            next_seq: FIRST_SEQ,
            read_mark: None,
            peer_read_time: 0,
            receive_option: ReceiveOption::Receive,
            pinned: false,
            receipt_due: 0,
            cleared: None,
            cleared_own: None,
            draft: None,
            deleted: false,
            about: None,
        }
    }

    /// Whether `other` has the very same description.
    pub(super) fn has_about_of(&self, other: &Self) -> bool {
        match (&self.about, &other.about) {
            (Some(one), Some(another)) => Arc::ptr_eq(one, another),
            (None, None) => true,
            _ => false,
        }
    }

    /// Notes that the message at `place` was here and is cleared, and with it whatever else of its side was said before.
    pub(crate) fn note_cleared(&mut self, place: Place, is_own: bool) {
        let cleared = if is_own { &mut self.cleared_own } else { &mut self.cleared };
        *cleared = (*cleared).max(Some(place));
    }

    /// Whether a message at `place` was cleared. Each side has a place of its own, because they need not come in one order: what the account
    /// said is settled while what others said before it is still on its way.
    #[cfg(feature = "session")]
    pub(crate) fn was_cleared(&self, place: Place, is_own: bool) -> bool {
        let cleared = if is_own { self.cleared_own } else { self.cleared };
        cleared.is_some_and(|cleared| place <= cleared)
    }

    pub(crate) fn read_up_to(&self) -> ReadUpTo {
        ReadUpTo { mine: self.read_mark, peer_time: self.peer_read_time }
    }
}

/// All conversations of a store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversations {
    /// The record of number n stands at n - 1. Numbers are given without gaps and never again.
    records: Vec<Arc<ConversationRecord>>,
    numbers: FxHashMap<ConversationId, ConversationNo>,
}

impl Conversations {
    pub(crate) fn number(&self, id: &ConversationId) -> Option<ConversationNo> {
        self.numbers.get(id).copied()
    }

    pub(crate) fn record(&self, number: ConversationNo) -> Option<&Arc<ConversationRecord>> {
        self.records.get(index(number)?)
    }

    pub(crate) fn get(&self, id: &ConversationId) -> Option<(ConversationNo, &Arc<ConversationRecord>)> {
        let number = self.number(id)?;
        Some((number, self.record(number)?))
    }

    /// Those that a reference names: none, one, or a peer and a group of the same id. A bare id that is none may be the name that people see,
    /// which several can have.
    pub(crate) fn named(&self, which: &ConversationRef) -> Vec<(ConversationNo, &Arc<ConversationRecord>)> {
        use crate::model::ConversationKind::{C2c, Group};
        let ids = [C2c, Group].into_iter().filter(|&kind| which.kind.is_none_or(|wanted| wanted == kind));
        let found = ids.filter_map(|kind| ConversationId::new(kind, &which.id).ok()).filter_map(|id| self.get(&id));
        let found: Vec<_> = found.filter(|(_, record)| !record.deleted).collect();
        if !found.is_empty() || which.kind.is_some() {
            return found;
        }
        let is_shown_so = |record: &ConversationRecord| record.about.as_ref().is_some_and(|about| about.name == which.id);
        self.iter().filter(|(_, record)| is_shown_so(record)).collect()
    }

    /// All that are not deleted, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (ConversationNo, &Arc<ConversationRecord>)> {
        let numbered = self.records.iter().enumerate().map(|(index, record)| (ConversationNo(index as u32 + 1), record));
        numbered.filter(|(_, record)| !record.deleted)
    }

    /// The number that the next new conversation gets.
    pub(crate) fn next_number(&self) -> ConversationNo {
        ConversationNo(self.records.len() as u32 + 1)
    }

    /// Puts a record in its place. `number` is one that is there or the next one.
    pub(crate) fn put(&mut self, number: ConversationNo, record: ConversationRecord) {
        let Some(index) = index(number) else { return };
        self.numbers.insert(record.id.clone(), number);
        let record = Arc::new(record);
        match self.records.get_mut(index) {
            Some(place) => *place = record,
            None => self.records.push(record),
        }
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn index(number: ConversationNo) -> Option<usize> {
    (number.0 as usize).checked_sub(1)
}

mod place {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::model::Place;

    pub(super) fn serialize<S: Serializer>(place: &Option<Place>, serializer: S) -> Result<S::Ok, S::Error> {
        place.map(|place| (place.time, place.seq, place.rand)).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Place>, D::Error> {
        let parts = Option::<(u64, u64, u32)>::deserialize(deserializer)?;
        Ok(parts.map(|(time, seq, rand)| Place { time, seq, rand }))
    }
}

mod receive_option {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::model::ReceiveOption;

    pub(super) fn serialize<S: Serializer>(option: &ReceiveOption, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(option.number())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ReceiveOption, D::Error> {
        let number = u64::deserialize(deserializer)?;
        ReceiveOption::from_number(number).ok_or_else(|| serde::de::Error::custom("unknown receive option"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of format 1. They never change: a store on somebody's disk has them.
    #[test]
    fn a_conversation_of_format_1_still_reads() {
        let json = r#"{"id":"group:ops","messages":3,"unread":1,"last":[9,8,7],"next_seq":4,"peer_read_time":0,"receive_option":2,"pinned":true,"deleted":false}"#;
        let record: ConversationRecord = serde_json::from_str(json).unwrap();
        assert_eq!((record.messages, record.last, record.read_mark), (3, Some(Place { time: 9, seq: 8, rand: 7 }), None));
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
    }

    /// Format 2 has what has still to be told, and what was cleared, where there is something.
    #[test]
    fn a_conversation_of_format_2_still_reads() {
        let json = r#"{"id":"c2c:bob","messages":0,"unread":0,"next_seq":1,"peer_read_time":0,"receive_option":0,"pinned":false,"receipt_due":5,"deleted":false}"#;
        let record: ConversationRecord = serde_json::from_str(json).unwrap();
        assert_eq!(record.receipt_due, 5);
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
        let json = r#"{"id":"c2c:bob","messages":0,"unread":0,"next_seq":1,"peer_read_time":0,"receive_option":0,"pinned":false,"cleared":[9,8,7],"cleared_own":[6,5,4],"deleted":false}"#;
        let record: ConversationRecord = serde_json::from_str(json).unwrap();
        let place = |time, seq, rand| Some(Place { time, seq, rand });
        assert_eq!((record.cleared, record.cleared_own), (place(9, 8, 7), place(6, 5, 4)));
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
    }
}
