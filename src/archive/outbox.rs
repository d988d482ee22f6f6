//! The outbox: own messages that wait to be taken by the other side. Written before anything leaves, so that a crash loses none.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::identity::{self, Given};
use super::import::now;
use super::intake::{Places, Way, add};
use super::moves::{Moves, Outcome};
use super::{Archive, ArchiveError, Refusal};
use crate::model::{Message, MessageKey, Status, limits};
use crate::store::{Durability, FIRST_SEQ, StoreError, Write, id_key};

/// Settled numbers that are remembered, so that an outcome which comes twice finds its message.
const REMEMBERED: usize = 10_000;

/// Rands that are tried for a message whose id is known. Its sender has said that many things in one second, with rands one after the other.
const RANDS_TRIED: u32 = 1_000;

/// The number of a message in the outbox, in the order of sending. Not given twice while an archive is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct OutboxNo(pub(crate) u64);

/// A message to be sent: sender, client time and rand are set, `conversation` is `Some`.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) no: OutboxNo,
    pub(crate) message: Message,
    /// When it fails, Unix seconds.
    pub(crate) deadline: u64,
}

/// The ids of the messages that were settled last, by their numbers in the outbox.
#[derive(Default)]
pub(super) struct Settled(BTreeMap<OutboxNo, [u8; 16]>);

impl Settled {
    fn note(&mut self, no: OutboxNo, id: [u8; 16]) {
        self.0.insert(no, id);
        if self.0.len() > REMEMBERED {
            self.0.pop_first();
        }
    }
}

impl Archive {
    /// Writes own messages with status Sending and a row in the outbox each, all in one write, durable as the archive was opened for.
    ///
    /// In the order given. Each stands at its client time, behind everything that has a number in its conversation. A message that
    /// cannot be taken, one with a known id for example, is refused alone.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: all of them may be there or none.
    pub(crate) fn queue(&self, messages: Vec<(Message, u64)>) -> Result<Vec<Result<Waiting, Refusal>>, ArchiveError> {
        let mut write = self.store().write()?;
        let queued = self.queue_in(&mut write, messages, OnKnown::Refuse)?;
        if queued.iter().any(Result::is_ok) {
            self.commit(write)?;
        }
        Ok(queued)
    }

    /// As [`Archive::queue`], as a part of a write that others commit.
    pub(super) fn queue_in(
        &self,
        write: &mut Write<'_>,
        messages: Vec<(Message, u64)>,
        on_known: OnKnown,
    ) -> Result<Vec<Result<Waiting, Refusal>>, StoreError> {
        let (account, now) = (self.account(), now());
        let fill = |(mut message, deadline): (Message, u64)| {
            let id = fill_own(&mut message, account.as_deref(), now)?;
            Ok((id, message, deadline))
        };
        let filled: Vec<Result<_, Refusal>> = messages.into_iter().map(fill).collect();
        let known = write.view().keys_of_hashed(filled.iter().flatten().map(|(id, ..)| *id))?;
        let mut known = known.into_iter();
        let mut queued = Vec::with_capacity(filled.len());
        let mut ids = FxHashSet::default();
        for filled in filled {
            let (id, mut message, deadline) = match filled {
                Ok(filled) => filled,
                Err(reason) => {
                    queued.push(Err(reason));
                    continue;
                }
            };
            let is_known = known.next().flatten().is_some() || !ids.insert(id);
            if is_known && !(on_known == OnKnown::NextRand && give_free_rand(write, &mut message, &mut ids)?) {
                queued.push(Err(Refusal::Known));
                continue;
            }
            queued.push(put(write, &mut message, deadline)?.map(|no| Waiting { no, message, deadline }));
        }
        Ok(queued)
    }

    /// Everything in the outbox, oldest first.
    ///
    /// One that was deleted or recalled here while it waits is among them, with that status.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub(crate) fn waiting(&self) -> Result<Vec<Waiting>, ArchiveError> {
        let mut waiting = Vec::new();
        for (number, row) in self.store().outbox()? {
            if let Some(message) = self.message_at(row.key)? {
                waiting.push(Waiting { no: OutboxNo(number), message, deadline: row.deadline });
            }
        }
        Ok(waiting)
    }

    /// Notes what became of waiting messages, takes them out of the outbox, and returns them as they are then; one write.
    ///
    /// Buffered: after a power cut they wait again, are published again and acknowledged the same. A sent message stands at its server time
    /// and seq from now on, unless another message stands there: then it stays where it was. One that was deleted or recalled meanwhile stays
    /// that. One that was settled before is returned as it is; `None` stands for one that is gone, or was settled long ago.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: all of them may be settled or none.
    pub(crate) fn settle(&self, outcomes: Vec<(OutboxNo, Outcome)>) -> Result<Vec<Option<Message>>, ArchiveError> {
        let mut write = self.store().write()?;
        let (mut moves, mut places) = (Moves::default(), Places::default());
        let mut ids = Vec::with_capacity(outcomes.len());
        for (no, outcome) in outcomes {
            let known = self.settled_id(no);
            ids.push(match write.key_waiting(no.0).filter(|_| known.is_none()) {
                Some(key) => {
                    let id = moves.settle(&mut write, &mut places, key, outcome)?;
                    self.note_settled(Some(no.0), id);
                    id
                }
                None => known,
            });
        }
        moves.finish(&mut write)?;
        if !write.is_empty() {
            let no = write.commit(Durability::Buffered)?;
            self.shared.tell_of_changes(no);
        }
        let view = self.store().view();
        let settled = |id: Option<[u8; 16]>| match id {
            Some(id) => view.key_of_hashed(id)?.map_or(Ok(None), |key| self.message_at(key)),
            None => Ok(None),
        };
        ids.into_iter().map(settled).collect()
    }

    fn settled_id(&self, no: OutboxNo) -> Option<[u8; 16]> {
        crate::store::lock(&self.shared.settled).0.get(&no).copied()
    }

    /// Remembers the message that was settled as this number.
    pub(super) fn note_settled(&self, number: Option<u64>, id: Option<[u8; 16]>) {
        if let Some((number, id)) = number.zip(id) {
            crate::store::lock(&self.shared.settled).note(OutboxNo(number), id);
        }
    }
}

/// What to do with a message whose id is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnKnown {
    Refuse,
    /// It gets another id, unless it was given its id as such.
    #[cfg_attr(not(feature = "script"), expect(dead_code, reason = "only bots ask for it"))]
    NextRand,
}

/// Gives a message the next rand with which its id is free, and notes that id. Returns whether it has one.
fn give_free_rand(write: &Write<'_>, message: &mut Message, ids: &mut FxHashSet<[u8; 16]>) -> Result<bool, StoreError> {
    if message.id.is_some() {
        return Ok(false);
    }
    for _ in 0..RANDS_TRIED {
        // Never 0, which means that there is none.
        message.rand = message.rand.wrapping_add(1).max(1);
        let id = message.with_id(id_key);
        if write.view().key_of_hashed(id)?.is_none() && ids.insert(id) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes a message the account's own, on its way, and returns the key of its id.
fn fill_own(message: &mut Message, account: Option<&str>, now: u64) -> Result<[u8; 16], Refusal> {
    let conversation = message.conversation.take().ok_or(Refusal::NoConversation)?;
    message.check_limits()?;
    // Until the other side has taken it, there is no other time than the sender's.
    message.server_time = message.client_time;
    message.status = Some(Status::Sending);
    (message.is_from_self, message.is_read, message.is_peer_read) = (Some(true), Some(true), Some(false));
    identity::fill(message, &conversation, account, now, &mut Given::default())
}

/// Puts a filled message behind all numbered ones of its conversation, and into the outbox.
fn put(write: &mut Write<'_>, message: &mut Message, deadline: u64) -> Result<Result<OutboxNo, Refusal>, StoreError> {
    let Some(conversation) = &message.conversation else { return Ok(Err(Refusal::NoConversation)) };
    let known = write.number(conversation);
    message.seq = known.and_then(|number| write.conversation(number)).map_or(FIRST_SEQ, |record| record.next_seq);
    if let Err(limit) = limits::SEQ.check_number(message.seq) {
        return Ok(Err(limit.into()));
    }
    let key = MessageKey { conversation: write.number_or_new(conversation), place: message.place() };
    add(write, key, message, Way::Queued)?;
    Ok(Ok(OutboxNo(write.wait(key, deadline)?)))
}

#[cfg(test)]
mod tests;
