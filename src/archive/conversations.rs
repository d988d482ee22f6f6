//! The list of conversations: last message, unread counts, read marks, receive option, draft, pin.

use std::ops::ControlFlow;

use serde_json::Value;
use serde_json::value::RawValue;

use super::{Archive, ArchiveError};
use crate::model::{ConversationId, ConversationKind, ConversationNo, Message, MessageKey, Place, ReceiveOption};
use crate::store::{ChangeKind, ConversationRecord, Direction, StoreError, Write};

/// One conversation, as a list shows it.
#[derive(Clone, Debug)]
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
            Some(place) => self.message(MessageKey { conversation: number, place })?,
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
                read += mark_conversation(&mut write, number, mark)?;
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
        self.change_conversation(conversation, |record| record.peer_read_time = record.peer_read_time.max(time))
    }

    /// Sets what happens with messages that arrive for a conversation; it is made where it is new.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: it may or may not be set.
    pub fn set_receive_option(&self, conversation: &ConversationId, option: ReceiveOption) -> Result<(), ArchiveError> {
        self.change_or_make(conversation, |record| record.receive_option = option)
    }

    /// What happens with messages that arrive for a conversation; an unknown one receives.
    pub fn receive_option(&self, conversation: &ConversationId) -> ReceiveOption {
        let conversations = self.store().conversations();
        conversations.get(conversation).map_or(ReceiveOption::Receive, |(_, record)| record.receive_option)
    }

    /// Keeps a draft (a `Draft` object), or removes it with `None`.
    ///
    /// # Errors
    /// As for [`Archive::set_receive_option`].
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
        let known = self.store().conversations().get(id).is_some_and(|(_, record)| !record.deleted);
        if !known {
            return Err(ArchiveError::UnknownConversation { conversation: id.clone() });
        }
        self.change_or_make(id, change)
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

/// The place of the newest message of a conversation, whatever its status.
fn newest(write: &Write<'_>, number: ConversationNo) -> Result<Option<Place>, StoreError> {
    let mut newest = None;
    write.view().walk(number, Place::LAST, Direction::Backward, |key, _| {
        newest = Some(key.place);
        Ok(ControlFlow::Break(()))
    })?;
    Ok(newest)
}

/// Moves the read mark of a conversation forward and counts what is unread behind it.
fn mark_conversation(write: &mut Write<'_>, number: ConversationNo, mark: Place) -> Result<u64, StoreError> {
    let Some(record) = write.conversation(number) else { return Ok(0) };
    let before = record.unread;
    if record.read_mark.is_some_and(|known| known >= mark) {
        return Ok(0);
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
    write.tell(ChangeKind::Read, MessageKey { conversation: number, place: mark });
    Ok(before - unread.min(before))
}
