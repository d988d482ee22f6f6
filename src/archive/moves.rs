//! Own messages that are settled: they get their final status and, when they were sent, their final place. Keeps the last message of their
//! conversations right.

use rustc_hash::{FxHashMap, FxHashSet};

use super::edit::{version_of, with_local_keys_of};
use super::import::media_of;
use super::intake::Places;
use super::remove::mend_last;
use crate::model::{Body, ConversationNo, MessageKey, Place, Status, limits};
use crate::store::{ChangeKind, Flags, Record, StoreError, Write};

/// What became of a message that waited to be sent.
pub(crate) enum Outcome {
    /// The other side took it.
    Sent {
        /// When, Unix seconds of the other side's clock.
        server_time: u64,
        /// Its number in its group; `None` keeps the local one.
        seq: Option<u64>,
        /// The elements as they left; `None`: as they are.
        body: Option<Body>,
    },
    /// It was refused, or its deadline passed.
    Failed,
    /// Whoever sent it changed their mind.
    Cancelled,
}

/// What one write moves.
#[derive(Default)]
pub(super) struct Moves {
    /// Places that are free from now on.
    left: FxHashSet<MessageKey>,
    /// The newest place of each conversation that the write gives to a message which may be its last one.
    newest: FxHashMap<ConversationNo, Place>,
}

impl Moves {
    /// Notes that the write puts a message there that may be the last one of its conversation.
    pub(super) fn note(&mut self, key: MessageKey) {
        let newest = self.newest.entry(key.conversation).or_insert(key.place);
        *newest = key.place.max(*newest);
    }

    /// Gives the own message at `key` its outcome, and takes it out of the outbox if it is there. Returns the key of its id; `None` when
    /// there is no such message.
    ///
    /// One that was deleted or recalled meanwhile stays that, and goes to its place. A place that another message has is not taken: then the
    /// message stays where it is. What was sent once stays sent.
    pub(super) fn settle(
        &mut self,
        write: &mut Write<'_>,
        places: &mut Places,
        key: MessageKey,
        outcome: Outcome,
    ) -> Result<Option<[u8; 16]>, StoreError> {
        if let Some(number) = write.number_waiting(key) {
            write.end_wait(number)?;
        }
        let Some(stored) = write.view().get(key)? else { return Ok(None) };
        let before = stored.record()?;
        match outcome {
            Outcome::Sent { server_time, seq, body } => {
                let place = Place { time: server_time, seq: seq.unwrap_or(key.place.seq), rand: key.place.rand };
                self.send(write, places, (key, &before), place, body)?;
            }
            Outcome::Failed if before.status == Status::Sending => {
                write.replace(key, &before.with_status(Status::Failed), ChangeKind::Failed)?;
            }
            Outcome::Cancelled if before.status == Status::Sending => {
                write.replace(key, &before.with_status(Status::Cancelled), ChangeKind::Cancelled)?;
            }
            Outcome::Failed | Outcome::Cancelled => {}
        }
        Ok(Some(before.id_key(key.place.rand)))
    }

    fn send(
        &mut self,
        write: &mut Write<'_>,
        places: &mut Places,
        (from, before): (MessageKey, &Record<'_>),
        place: Place,
        body: Option<Body>,
    ) -> Result<(), StoreError> {
        let old_body = before.body();
        // An edit may have come before the acknowledgement. One that became too large with the local keys is not worth the message.
        let body = body
            .filter(|body| *body != old_body && version_of(body) >= version_of(&old_body))
            .and_then(|body| with_local_keys_of(&old_body, body).ok());
        let (status, why) = match before.status {
            Status::Deleted => (Status::Deleted, ChangeKind::Deleted),
            Status::Recalled => (Status::Recalled, ChangeKind::Recalled),
            _ => (Status::Sent, ChangeKind::Sent),
        };
        let mut record = before.with_status(status);
        if let Some(body) = &body {
            record = record.with_body(body);
        }
        let mut to = MessageKey { place, ..from };
        let is_place = limits::TIME.check_number(place.time).is_ok() && limits::SEQ.check_number(place.seq).is_ok();
        if to != from && !(is_place && places.is_free(write, to)?) {
            tracing::warn!(time = place.time, seq = place.seq, "the place of a sent message is taken; it stays where it was");
            to = from;
        }
        if to == from {
            return write.replace(from, &record, why);
        }
        let media = if record.flags.has(Flags::HAS_MEDIA) { media_of(&old_body) } else { Vec::new() };
        let conversation = write.conversation_mut(from.conversation)?;
        conversation.next_seq = conversation.next_seq.max(place.seq.saturating_add(1));
        let kind = conversation.id.kind();
        write.relocate((from, before), (to, &record), kind, &media, why)?;
        places.take(to);
        self.left.insert(from);
        if record.may_be_last() {
            self.note(to);
        }
        Ok(())
    }

    /// Finds the last messages of the conversations in which something moved. The last thing that is done to a write.
    pub(super) fn finish(self, write: &mut Write<'_>) -> Result<(), StoreError> {
        let numbers: FxHashSet<ConversationNo> = self.left.iter().map(|key| key.conversation).collect();
        for number in numbers {
            let newest = self.newest.get(&number).copied();
            let last = write.conversation(number).and_then(|conversation| conversation.last);
            // Nothing stands behind the last message, so what comes to stand there is the last one.
            if newest < last {
                mend_last(write, number, &self.left)?;
            }
            let conversation = write.conversation_mut(number)?;
            conversation.last = conversation.last.max(newest);
        }
        Ok(())
    }
}
