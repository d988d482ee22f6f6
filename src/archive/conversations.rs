//! The list of conversations: last message, unread counts, read marks, receive option, draft, pin.

use std::fmt;
use std::ops::ControlFlow;

use serde_json::Value;
use serde_json::value::RawValue;

#[cfg(feature = "session")]
use super::import::now;
use super::{Archive, ArchiveError};
use crate::model::{About, ConversationId, ConversationKind, ConversationNo, Message, MessageKey, Place, ReceiveOption};
use crate::store::{ChangeKind, ConversationRecord, Direction, Flags, Record, StoreError, Write};

/// One conversation, as a list shows it.
#[derive(Clone)]
pub struct Conversation {
    /// Its name.
    pub id: ConversationId,
    /// Messages in it, deleted ones aside.
    pub messages: u64,
    /// Incoming messages that are not read.
    pub unread: u64,
    /// The newest message, if there is one.
    pub last_message: Option<Message>,
    /// Everything up to and including this place is read.
    pub read_mark: Option<Place>,
    /// What happens with messages that arrive.
    pub receive_option: ReceiveOption,
    /// Whether it stands at the top of the list.
    pub pinned: bool,
    /// What was begun and not sent: a `Draft` object.
    pub draft: Option<Value>,
    /// What its source says of it: its name, its topic, who is in it.
    pub about: Option<About>,
}

/// Says which and how much, never what is in the draft.
impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Conversation");
        shown.field("id", &self.id).field("messages", &self.messages).field("unread", &self.unread);
        shown.field("last_message", &self.last_message).field("read_mark", &self.read_mark);
        shown.field("receive_option", &self.receive_option).field("pinned", &self.pinned);
        shown.field("has_draft", &self.draft.is_some()).finish_non_exhaustive()
    }
}

/// How far to mark as read.
#[derive(Clone, Copy, Debug)]
pub enum ReadUpTo<'a> {
    /// Up to and including the message at this place of the conversation.
    Message(&'a ConversationId, Place),
    /// All of a conversation.
    Conversation(&'a ConversationId),
    /// All conversations with peers, or all groups.
    Kind(ConversationKind),
    /// Everything.
    All,
}

impl Archive {
    /// All conversations: pinned ones first, then by their last message, newest first.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn conversations(&self) -> Result<Vec<Conversation>, ArchiveError> {
        let conversations = self.store().conversations();
        let mut list = Vec::new();
        for (number, record) in conversations.iter() {
            list.push(self.listed(number, record)?);
        }
        list.sort_by_key(|listed| (!listed.pinned, std::cmp::Reverse(listed.last_message.as_ref().map(Message::place))));
        Ok(list)
    }

    /// One conversation, if there is one of this name.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, ArchiveError> {
        let conversations = self.store().conversations();
        conversations.get(id).filter(|(_, record)| !record.deleted).map(|(number, record)| self.listed(number, record)).transpose()
    }

    fn listed(&self, number: ConversationNo, record: &ConversationRecord) -> Result<Conversation, ArchiveError> {
        let last_message = match record.last {
            Some(place) => self.message_at(MessageKey { conversation: number, place })?,
            None => None,
        };
        Ok(Conversation {
            id: record.id.clone(),
            messages: record.messages,
            unread: record.unread,
            last_message,
            read_mark: record.read_mark,
            receive_option: record.receive_option,
            pinned: record.pinned,
            draft: record.draft.as_deref().and_then(|draft| serde_json::from_str(draft.get()).ok()),
            about: record.about.as_deref().cloned(),
        })
    }

    /// Whether a conversation is in the list.
    pub fn has_conversation(&self, id: &ConversationId) -> bool {
        self.store().conversations().get(id).is_some_and(|(_, record)| !record.deleted)
    }

    /// The numbers of all conversations in the list, rising.
    pub fn conversation_numbers(&self) -> impl Iterator<Item = ConversationNo> {
        let numbers: Vec<ConversationNo> = self.store().conversations().iter().map(|(number, _)| number).collect();
        numbers.into_iter()
    }

    /// Unread messages of all conversations but those whose receive option is not to receive or not to notify.
    pub fn total_unread(&self) -> u64 {
        let conversations = self.store().conversations();
        let counted = conversations.iter().filter(|(_, record)| record.receive_option == ReceiveOption::Receive);
        counted.map(|(_, record)| record.unread).sum()
    }

    /// Marks messages as read and returns how many were unread. A read mark never moves backwards.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: all or nothing may be marked.
    pub fn mark_read(&self, up_to: ReadUpTo<'_>) -> Result<u64, ArchiveError> {
        self.mark_read_and(up_to, |_| {})
    }

    /// As [`Archive::mark_read`], and notes for each conversation whose mark moved that it has still to be told: to the peer and the account's other
    /// devices, of a group to these devices only.
    ///
    /// # Errors
    /// As for [`Archive::mark_read`].
    #[cfg(feature = "session")]
    pub(crate) fn mark_read_and_owe(&self, up_to: ReadUpTo<'_>) -> Result<u64, ArchiveError> {
        self.mark_read_and(up_to, |record| {
            if let Some(mark) = record.read_mark {
                record.receipt_due = record.receipt_due.max(mark.time);
            }
        })
    }

    /// The conversations of which has still to be told how far the account has read: conversation and server time, Unix seconds.
    #[cfg(feature = "session")]
    pub(crate) fn receipts_due(&self) -> Vec<(ConversationId, u64)> {
        let conversations = self.store().conversations();
        let due = conversations.iter().filter(|(_, record)| record.receipt_due > 0);
        due.map(|(_, record)| (record.id.clone(), record.receipt_due)).collect()
    }

    /// Notes that everything up to this second was told. Buffered: after a power cut it is told again.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: it may or may not be noted.
    #[cfg(feature = "session")]
    pub(crate) fn receipt_sent(&self, conversation: &ConversationId, up_to: u64) -> Result<(), ArchiveError> {
        let mut write = self.store().write()?;
        let due = write
            .number(conversation)
            .filter(|&number| write.conversation(number).is_some_and(|record| record.receipt_due > 0 && record.receipt_due <= up_to));
        if let Some(number) = due {
            write.conversation_mut(number)?.receipt_due = 0;
            write.commit(crate::store::Durability::Buffered)?;
        }
        Ok(())
    }

    /// Marks as read and does `also` to each conversation whose mark moved.
    fn mark_read_and(&self, up_to: ReadUpTo<'_>, also: impl Fn(&mut ConversationRecord)) -> Result<u64, ArchiveError> {
        let mut write = self.store().write()?;
        let conversations = self.store().conversations();
        let numbers: Vec<ConversationNo> = match up_to {
            ReadUpTo::Message(id, _) | ReadUpTo::Conversation(id) => conversations.number(id).into_iter().collect(),
            ReadUpTo::Kind(kind) => conversations.iter().filter(|(_, record)| record.id.kind() == kind).map(|(number, _)| number).collect(),
            ReadUpTo::All => conversations.iter().map(|(number, _)| number).collect(),
        };
        let mut read = 0;
        for number in numbers {
            if let Some(newest) = newest(&write, number)? {
                let mark = match up_to {
                    // A mark beyond the newest message would read what is still to come.
                    ReadUpTo::Message(_, place) => place.min(newest),
                    _ => newest,
                };
                if let Some(marked) = mark_conversation(&mut write, number, mark)? {
                    read += marked;
                    also(write.conversation_mut(number)?);
                }
            }
        }
        self.commit(write)?;
        Ok(read)
    }

    /// Notes that the peer has read everything up to this second; own messages up to it show `message_is_peer_read`.
    ///
    /// # Errors
    /// [`ArchiveError::UnknownConversation`]: nothing was written. [`ArchiveError::Store`]: it may or may not be noted.
    pub fn mark_peer_read(&self, conversation: &ConversationId, time: u64) -> Result<(), ArchiveError> {
        self.expect_known(conversation)?;
        let mut write = self.store().write()?;
        if peer_read_moves(&mut write, conversation, time)? {
            self.commit(write)?;
        }
        Ok(())
    }

    /// Sets what happens with messages that arrive for a conversation. One that is not in the list stays out of it until a message comes.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: it may or may not be set.
    pub fn set_receive_option(&self, conversation: &ConversationId, option: ReceiveOption) -> Result<(), ArchiveError> {
        let mut write = self.store().write()?;
        let number = number_unlisted(&mut write, conversation)?;
        let record = write.conversation_mut(number)?;
        record.receive_option = option;
        if !record.deleted {
            write.tell_of_conversation(ChangeKind::ConversationChanged, number);
        }
        self.commit(write)
    }

    /// What happens with messages that arrive for a conversation; an unknown one receives.
    pub fn receive_option(&self, conversation: &ConversationId) -> ReceiveOption {
        let conversations = self.store().conversations();
        conversations.get(conversation).map_or(ReceiveOption::Receive, |(_, record)| record.receive_option)
    }

    /// Puts a conversation into the list, without messages where it is new, and returns it as it is then.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: it may or may not be there.
    pub fn add_conversation(&self, id: &ConversationId) -> Result<Conversation, ArchiveError> {
        if let Some(known) = self.conversation(id)? {
            return Ok(known);
        }
        self.change_or_make(id, |_| {})?;
        self.conversation(id)?.ok_or_else(|| ArchiveError::UnknownConversation { conversation: id.clone() })
    }

    /// Keeps a draft (a `Draft` object), or removes it with `None`. The conversation is made where it is new.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: it may or may not be kept.
    pub fn set_draft(&self, conversation: &ConversationId, draft: Option<&Value>) -> Result<(), ArchiveError> {
        let draft: Option<Box<RawValue>> = draft.and_then(|draft| RawValue::from_string(draft.to_string()).ok());
        self.change_or_make(conversation, |record| record.draft = draft)
    }

    /// Puts a conversation at the top of the list, or takes it from there.
    ///
    /// # Errors
    /// [`ArchiveError::UnknownConversation`]: nothing was written. [`ArchiveError::Store`]: it may or may not be set.
    pub fn set_pinned(&self, conversation: &ConversationId, pinned: bool) -> Result<(), ArchiveError> {
        self.change_conversation(conversation, |record| record.pinned = pinned)
    }

    fn change_conversation(&self, id: &ConversationId, change: impl FnOnce(&mut ConversationRecord)) -> Result<(), ArchiveError> {
        self.expect_known(id)?;
        self.change_or_make(id, change)
    }

    fn expect_known(&self, id: &ConversationId) -> Result<(), ArchiveError> {
        match self.store().conversations().get(id) {
            Some((_, record)) if !record.deleted => Ok(()),
            _ => Err(ArchiveError::UnknownConversation { conversation: id.clone() }),
        }
    }

    fn change_or_make(&self, id: &ConversationId, change: impl FnOnce(&mut ConversationRecord)) -> Result<(), ArchiveError> {
        let mut write = self.store().write()?;
        let number = write.number_or_new(id);
        let record = write.conversation_mut(number)?;
        record.deleted = false;
        change(record);
        write.tell_of_conversation(ChangeKind::ConversationChanged, number);
        self.commit(write)
    }
}

/// Notes how far the peer has read. Returns whether that is further than was known.
fn peer_read_moves(write: &mut Write<'_>, conversation: &ConversationId, time: u64) -> Result<bool, StoreError> {
    let number = write.number_or_new(conversation);
    if write.conversation(number).is_some_and(|record| record.peer_read_time >= time) {
        return Ok(false);
    }
    let record = write.conversation_mut(number)?;
    record.peer_read_time = time;
    if !record.deleted {
        write.tell(ChangeKind::PeerRead, MessageKey { conversation: number, place: Place::start_of(time) });
    }
    Ok(true)
}

/// A conversation that may be new: then it is made, and stays out of the list until a message comes.
pub(super) fn number_unlisted(write: &mut Write<'_>, conversation: &ConversationId) -> Result<ConversationNo, StoreError> {
    if let Some(number) = write.number(conversation) {
        return Ok(number);
    }
    let number = write.number_or_new(conversation);
    write.conversation_mut(number)?.deleted = true;
    Ok(number)
}

/// Notes in a write that the peer has read up to this second, also where none of the messages is there yet.
#[cfg(feature = "session")]
pub(super) fn note_peer_read(write: &mut Write<'_>, conversation: &ConversationId, up_to: u64) -> Result<(), StoreError> {
    let number = number_unlisted(write, conversation)?;
    let up_to = believable(write, number, up_to)?;
    peer_read_moves(write, conversation, up_to).map(drop)
}

/// The second up to which somebody can have read who says `up_to`: no report is believed beyond a day from now, or beyond the newest message
/// where the account's own clock is late. Marks never move back, so one at the end of time would read all that is still to come.
#[cfg(feature = "session")]
fn believable(write: &Write<'_>, number: ConversationNo, up_to: u64) -> Result<u64, StoreError> {
    let tomorrow = now().saturating_add(24 * 60 * 60);
    if up_to <= tomorrow {
        return Ok(up_to);
    }
    Ok(newest(write, number)?.map_or(tomorrow, |newest| newest.time.max(tomorrow)).min(up_to))
}

/// Notes in a write that the account has read up to this second on another device, also where some of the messages are not there yet. The
/// write must not have changed messages of the conversation before.
#[cfg(feature = "session")]
pub(super) fn note_read(write: &mut Write<'_>, conversation: &ConversationId, up_to: u64) -> Result<(), StoreError> {
    let number = number_unlisted(write, conversation)?;
    let up_to = believable(write, number, up_to)?;
    let mark = match newest(write, number)? {
        // What else comes of this second was not there to be read.
        Some(newest) if newest.time == up_to => newest,
        _ => Place::end_of(up_to),
    };
    mark_conversation(write, number, mark).map(drop)
}

/// Whether the place of a message is the one that the other side gave it. Own messages that were never sent stand at the account's own clock,
/// and so may those of them that were deleted.
pub(super) fn is_numbered(record: &Record<'_>) -> bool {
    !record.is_unsent() && (!record.flags.has(Flags::FROM_SELF) || record.is_visible())
}

/// The place of the newest message of a conversation. Own ones that were never sent stand at the account's own clock, which may be wrong, and
/// so do those of them that were deleted: a read mark there could read what is still to come.
fn newest(write: &Write<'_>, number: ConversationNo) -> Result<Option<Place>, StoreError> {
    let mut newest = None;
    write.view().walk(number, Place::LAST, Direction::Backward, |key, record| {
        if !is_numbered(record) {
            return Ok(ControlFlow::Continue(()));
        }
        newest = Some(key.place);
        Ok(ControlFlow::Break(()))
    })?;
    Ok(newest)
}

/// Moves the read mark of a conversation forward and counts what is unread behind it. Returns how many were unread, or `None` when the mark
/// does not move.
fn mark_conversation(write: &mut Write<'_>, number: ConversationNo, mark: Place) -> Result<Option<u64>, StoreError> {
    let Some(record) = write.conversation(number) else { return Ok(None) };
    let before = record.unread;
    if record.read_mark.is_some_and(|known| known >= mark) {
        return Ok(None);
    }
    let mut unread = 0;
    if before > 0 {
        write.view().walk(number, mark, Direction::Forward, |key, record| {
            if key.place > mark && record.may_be_unread() {
                unread += 1;
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    let record = write.conversation_mut(number)?;
    record.read_mark = Some(mark);
    record.unread = unread;
    if !record.deleted {
        write.tell(ChangeKind::Read, MessageKey { conversation: number, place: mark });
    }
    Ok(Some(before - unread.min(before)))
}
