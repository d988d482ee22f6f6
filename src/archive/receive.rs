//! Receiving: what a transport brings, in whatever order and however often it comes. What is there already changes nothing.

use rustc_hash::FxHashSet;

use super::conversations::{note_peer_read, note_read};
use super::early::{apply_early, keep_early_edit, keep_early_recall};
use super::edit::{edit_at, recall_as, recall_at, version_of};
use super::identity::{self, Given};
use super::import::{BATCH_BYTES, BATCH_MESSAGES, INDEX_LAG, now};
use super::incoming::Incoming;
use super::intake::{Intake, Took, Way};
use super::moves::{Moves, Outcome};
use super::{Archive, ArchiveError, Refusal};
use crate::model::{Body, ConversationId, ConversationKind, Message, MessageId, MessageKey, ReceiveOption, Status, limits};
use crate::store::{ChangeKind, Durability, Flags, JournalNo, Record, StoreError, Write, early_key, id_key};

/// Something that came in through a transport.
pub(crate) enum Arrival {
    /// A message; conversation, sender, both times, rand and, in a group, seq are set. It is known by the id derived from these. `unread`: it counts as unread.
    Message { message: Message, unread: bool },
    /// A message was taken back.
    Recall { conversation: ConversationId, id: String, by: String, reason: Option<String> },
    /// A message has a new body. Of two edits the one with the higher version counts; one by another than the sender does not count at all.
    Edit { conversation: ConversationId, id: String, by: String, version: u64, body: Body },
    /// The peer has read up to this second.
    PeerRead { conversation: ConversationId, up_to: u64 },
    /// The account itself has read up to this second, on another device.
    Read { conversation: ConversationId, up_to: u64 },
}

/// What became of what came in. Counts messages only.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// Messages that were not there before.
    pub(crate) new: u64,
    /// Messages that were there already.
    pub(crate) known: u64,
    /// Messages and edits that cannot be taken, by the id of the message.
    pub(crate) refused: Vec<(String, Refusal)>,
}

impl Archive {
    /// Takes in what came through a transport, in order, durable as the archive was opened for.
    ///
    /// What is there already changes nothing, and neither does what was there when its conversation was cleared: it may come again because
    /// confirming it failed. An own message that comes back and is not known as sent was taken by the other side: it is settled
    /// as sent, also where it was given up; that alone is buffered, as in [`Archive::settle`]. Recalls and edits may come before their messages: up to 10,000 are kept, the oldest go first. Receipts
    /// may come before their messages too; they bring no conversation into the list.
    ///
    /// Waits while the index is far behind.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: some of it may be there; receiving all of it again completes it.
    pub(crate) fn receive(&self, arrivals: Vec<Arrival>) -> Result<Received, ArchiveError> {
        self.take_in(arrivals, Way::Delivered)
    }

    /// Takes in messages of roaming history, as they stand there, durable as the archive was opened for.
    ///
    /// What is missing is added as read, until it is delivered too: then it becomes unread, and is told as received. A known message takes over a
    /// newer body and a recall. Messages that were deleted here stay deleted; those that were cleared or purged here come back, as read.
    ///
    /// # Errors
    /// As for [`Archive::receive`].
    pub(crate) fn merge(&self, messages: Vec<Message>) -> Result<Received, ArchiveError> {
        self.take_in(messages.into_iter().map(|message| Arrival::Message { message, unread: false }).collect(), Way::Roamed)
    }

    fn take_in(&self, arrivals: Vec<Arrival>, way: Way) -> Result<Received, ArchiveError> {
        let account = self.account();
        let mut taking = Taking { archive: self, way, received: Received::default(), written: Written::default() };
        let mut part = Part::default();
        let now = now();
        for arrival in arrivals {
            let step = match Step::of(arrival, way, account.as_deref(), now) {
                Ok(step) => step,
                Err(refused) => {
                    taking.received.refused.push(refused);
                    continue;
                }
            };
            if !part.fits(&step) {
                taking.write(std::mem::take(&mut part))?;
            }
            part.push(step);
        }
        taking.write(part)?;
        taking.finish()
    }
}

/// An arrival that is ready to be looked up and written.
struct Step {
    /// The key of the id that it is about, if it is about a message.
    id: Option<[u8; 16]>,
    act: Act,
}

enum Act {
    Message(Box<Incoming>),
    Recall { conversation: ConversationId, by: String, reason: Option<String> },
    Edit { conversation: ConversationId, id: String, by: String, version: u64, body: Body },
    PeerRead { conversation: ConversationId, up_to: u64 },
    Read { conversation: ConversationId, up_to: u64 },
}

impl Step {
    fn of(arrival: Arrival, way: Way, account: Option<&str>, now: u64) -> Result<Self, (String, Refusal)> {
        Ok(match arrival {
            Arrival::Message { mut message, unread } => {
                let (named, has_seq) = (message.id_text(), message.seq != 0);
                match fill(&mut message, way, unread, account, now) {
                    Ok(id) => {
                        let incoming = Incoming { message, position: 0, id, has_seq, has_rand: false };
                        Self { id: Some(id), act: Act::Message(Box::new(incoming)) }
                    }
                    Err(reason) => return Err((named, reason)),
                }
            }
            Arrival::Recall { conversation, id, by, reason } => {
                Self { id: Some(id_key(&id)), act: Act::Recall { conversation, by, reason } }
            }
            Arrival::Edit { conversation, id, by, version, mut body } => {
                let checked = body.check_limits().map_err(Refusal::from).and_then(|()| Ok(body.drop_local_keys()?));
                match checked {
                    Ok(()) => Self { id: Some(id_key(&id)), act: Act::Edit { conversation, id, by, version, body } },
                    Err(reason) => return Err((id, reason)),
                }
            }
            Arrival::PeerRead { conversation, up_to } => Self { id: None, act: Act::PeerRead { conversation, up_to } },
            Arrival::Read { conversation, up_to } => Self { id: None, act: Act::Read { conversation, up_to } },
        })
    }

    fn bytes(&self) -> usize {
        match &self.act {
            Act::Message(incoming) => incoming.message.body.as_json().len(),
            Act::Edit { body, .. } => body.as_json().len(),
            Act::Recall { .. } | Act::PeerRead { .. } | Act::Read { .. } => 0,
        }
    }
}

/// Fills the head of a message as this account sees it; whatever it says of who has read it is what its sender saw. Its id is the one that is
/// derived from its sender: any other could be that of a message which somebody else is still to say.
fn fill(message: &mut Message, way: Way, unread: bool, account: Option<&str>, now: u64) -> Result<[u8; 16], Refusal> {
    let conversation = message.conversation.take().ok_or(Refusal::NoConversation)?;
    message.check_limits()?;
    message.body.drop_local_keys()?;
    message.id = None;
    if conversation.kind() == ConversationKind::C2c {
        // What the account says next is counted on from here, and has to stay a number that can be sent.
        message.seq = message.seq.min(limits::PEER_SEQ.max);
    }
    message.is_from_self = None;
    message.is_peer_read = None;
    message.is_read = Some(!unread || way == Way::Roamed);
    let is_recalled = message.status == Some(Status::Recalled);
    message.status = Some(if is_recalled { Status::Recalled } else { Status::Sent });
    identity::fill(message, &conversation, account, now, &mut Given::default())
}

/// Steps that one write can hold: none of them depends on what another one of them leaves behind.
#[derive(Default)]
struct Part {
    steps: Vec<Step>,
    ids: FxHashSet<[u8; 16]>,
    bytes: usize,
}

impl Part {
    fn fits(&self, step: &Step) -> bool {
        let is_large = self.steps.len() >= BATCH_MESSAGES || self.bytes >= BATCH_BYTES;
        // A read mark is counted from what is stored, so what it counts has to be stored.
        let is_read = matches!(step.act, Act::Read { .. });
        let is_free = !is_read || self.steps.is_empty();
        !is_large && is_free && step.id.is_none_or(|id| !self.ids.contains(&id))
    }

    fn push(&mut self, step: Step) {
        self.bytes += step.bytes();
        self.ids.extend(step.id);
        self.steps.push(step);
    }
}

/// What the writes so far left to be made durable and told.
#[derive(Default)]
struct Written {
    /// The newest change, if something was written.
    newest: Option<JournalNo>,
    /// Something was written that would be lost if the transport did not bring it again.
    must_last: bool,
    /// Something was written that the journal does not tell of.
    untold: bool,
}

/// Taking in one delivery.
struct Taking<'a> {
    archive: &'a Archive,
    way: Way,
    received: Received,
    written: Written,
}

impl Taking<'_> {
    /// Writes one part whole, buffered.
    fn write(&mut self, part: Part) -> Result<(), ArchiveError> {
        if part.steps.is_empty() {
            return Ok(());
        }
        let mut write = self.archive.store().write()?;
        let before = self.archive.store().head();
        let (intake, moves) = (Intake::new(self.way), Moves::default());
        let mut taking = Pass { archive: self.archive, way: self.way, intake, moves, must_last: false };
        let found = write.view().keys_of_hashed(part.steps.iter().filter_map(|step| step.id))?;
        let mut found = found.into_iter();
        for step in part.steps {
            let found = step.id.and_then(|_| found.next().flatten());
            taking.step(&mut write, step, found, &mut self.received)?;
        }
        let Pass { moves, must_last, .. } = taking;
        moves.finish(&mut write)?;
        if write.is_empty() {
            return Ok(());
        }
        let no = write.commit(Durability::Buffered)?;
        self.written.must_last |= must_last;
        self.written.untold |= no == before;
        self.written.newest = Some(no);
        self.archive.shared.index.tell_of_changes();
        self.archive.wait_for_index_within(INDEX_LAG);
        Ok(())
    }

    /// Makes everything durable and reports.
    fn finish(self) -> Result<Received, ArchiveError> {
        let Some(newest) = self.written.newest else { return Ok(self.received) };
        if self.archive.shared.durability == Durability::Synced && self.written.must_last {
            match self.written.untold {
                true => self.archive.store().sync_all()?,
                false => self.archive.store().sync()?,
            }
        }
        self.archive.shared.tell_of_changes(newest);
        Ok(self.received)
    }
}

/// One write's worth of taking in.
struct Pass<'a> {
    archive: &'a Archive,
    way: Way,
    intake: Intake,
    moves: Moves,
    /// It does more than settle what waits. That need not last: after a power cut it waits again, as for [`Archive::settle`].
    must_last: bool,
}

impl Pass<'_> {
    fn step(&mut self, write: &mut Write<'_>, step: Step, found: Option<MessageKey>, received: &mut Received) -> Result<(), ArchiveError> {
        let Step { id, act } = step;
        self.must_last |= !matches!(act, Act::Message(_));
        // An id of another conversation is not the message that is meant.
        let known = |write: &Write<'_>, conversation| found.filter(|key| write.number(conversation) == Some(key.conversation));
        match (act, id) {
            (Act::Message(mut incoming), _) => {
                let id_text = incoming.message.id_text();
                match self.message(write, &mut incoming, found)? {
                    Took::New { .. } => {
                        self.must_last = true;
                        received.new += 1;
                    }
                    Took::Known => received.known += 1,
                    Took::Refused(reason) => received.refused.push((id_text, reason)),
                }
            }
            (Act::Recall { conversation, by, reason }, Some(id)) => match known(write, &conversation) {
                Some(key) => drop(recall_at(write, key, &by, reason.as_deref())?),
                None if self.may_come(write, &conversation, &by) => {
                    keep_early_recall(write, early_key(&conversation, id), by, reason)?;
                }
                None => {}
            },
            (Act::Edit { conversation, id: named, by, version, body }, Some(id)) => match known(write, &conversation) {
                Some(key) if is_sender(write, key, &by)? => match edit_at(write, key, version, body) {
                    Ok(_) => {}
                    Err(ArchiveError::Message(reason)) => received.refused.push((named, reason.into())),
                    Err(error) => return Err(error),
                },
                // What comes from a transport has the derived id, so the id tells who will turn out to have said it.
                None if MessageId::sender_of_derived(&named) == Some(by.as_str()) => {
                    if self.may_come(write, &conversation, &by) {
                        keep_early_edit(write, early_key(&conversation, id), version, &body)?;
                    }
                }
                Some(_) | None => tracing::warn!(id = %named, "an edit by another than the sender changes nothing"),
            },
            (Act::PeerRead { conversation, up_to }, _) => note_peer_read(write, &conversation, up_to)?,
            (Act::Read { conversation, up_to }, _) => note_read(write, &conversation, up_to)?,
            (Act::Recall { .. } | Act::Edit { .. }, None) => {}
        }
        Ok(())
    }

    /// Whether the message that `by` has recalled or edited may still come: what others say where nothing is received does not.
    fn may_come(&self, write: &Write<'_>, conversation: &ConversationId, by: &str) -> bool {
        let record = write.number(conversation).and_then(|number| write.conversation(number));
        let is_refused = record.is_some_and(|record| record.receive_option == ReceiveOption::NotReceive);
        !is_refused || self.archive.account().as_deref() == Some(by)
    }

    fn message(&mut self, write: &mut Write<'_>, incoming: &mut Incoming, found: Option<MessageKey>) -> Result<Took, ArchiveError> {
        let Some(conversation) = incoming.message.conversation.clone() else { return Ok(Took::Refused(Refusal::NoConversation)) };
        if let Some(key) = found.filter(|key| write.number(&conversation) == Some(key.conversation)) {
            self.known(write, key, &mut incoming.message)?;
            return Ok(Took::Known);
        }
        let place = incoming.message.place();
        let is_own = incoming.message.is_from_self == Some(true);
        let record = write.number(&conversation).and_then(|number| write.conversation(number));
        if self.way == Way::Delivered && record.is_some_and(|record| record.was_cleared(place, is_own)) {
            return Ok(Took::Known);
        }
        let early = match write.is_nothing_early() {
            true => None,
            false => write.early(early_key(&conversation, incoming.id))?,
        };
        if let Some(early) = &early {
            apply_early(early, &mut incoming.message);
        }
        let took = self.intake.take(write, incoming, found)?;
        if let Took::New { key, may_be_last } = took {
            if may_be_last {
                self.moves.note(key);
            }
            if early.is_some() {
                write.forget_early(early_key(&conversation, incoming.id))?;
            }
        }
        Ok(took)
    }

    /// What a message that is known already has to say: that it was sent, that it is delivered now, and from roaming history what became of it.
    fn known(&mut self, write: &mut Write<'_>, key: MessageKey, message: &mut Message) -> Result<(), ArchiveError> {
        let waiting = write.number_waiting(key);
        let Some(stored) = write.view().get(key)? else { return Ok(()) };
        let record = stored.record()?;
        if record.is_unsent() || waiting.is_some() {
            self.must_last |= waiting.is_none();
            let is_group = message.conversation.as_ref().is_some_and(|conversation| conversation.kind() == ConversationKind::Group);
            let seq = (is_group && message.seq != 0).then_some(message.seq);
            let outcome = Outcome::Sent { server_time: message.server_time, seq, body: Some(message.body.clone()) };
            let id = self.moves.settle(write, self.intake.places(), key, outcome)?;
            self.archive.note_settled(waiting, id);
            return Ok(());
        }
        if self.way == Way::Delivered {
            if record.flags.has(Flags::ROAMED) && record.is_searched() {
                self.must_last = true;
                deliver(write, key, record, message.is_read == Some(false))?;
            }
            return Ok(());
        }
        if record.status == Status::Deleted {
            return Ok(());
        }
        self.must_last = true;
        if message.status == Some(Status::Recalled) && record.status != Status::Recalled {
            recall_as(write, key, &message.body)?;
        } else if version_of(&message.body) > 0 {
            match edit_at(write, key, version_of(&message.body), message.body.clone()) {
                // With the local keys it is too large to be kept.
                Ok(_) | Err(ArchiveError::Message(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Makes a message that came from roaming history, as read, one that is delivered now. What is before the read mark stays read.
fn deliver(write: &mut Write<'_>, key: MessageKey, record: Record<'_>, unread: bool) -> Result<(), StoreError> {
    let mut flags = record.flags;
    flags.set(Flags::ROAMED, false);
    flags.set(Flags::READ, flags.has(Flags::READ) && !unread);
    let delivered = record.with_flags(flags);
    // So that who knows the message from the journal takes it out before it comes anew.
    write.tell(ChangeKind::Moved, key);
    write.replace(key, &delivered, ChangeKind::Received)?;
    let conversation = write.conversation_mut(key.conversation)?;
    if delivered.may_be_unread() && !record.may_be_unread() && conversation.read_mark.is_none_or(|mark| key.place > mark) {
        conversation.unread += 1;
    }
    Ok(())
}

/// Whether the message at `key` was said by this user.
fn is_sender(write: &Write<'_>, key: MessageKey, by: &str) -> Result<bool, StoreError> {
    match write.view().get(key)? {
        Some(stored) => Ok(stored.record()?.sender == by),
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests;
