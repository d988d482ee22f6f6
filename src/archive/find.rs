//! Finding single messages: by id, by locator, by key.

use super::{Archive, ArchiveError};
use crate::model::{ConversationId, ConversationNo, Locator, Message, MessageKey, Place};
use crate::store::Flags;

impl Archive {
    /// The messages with these ids, in the order of the request; unknown ids are left out, an id asked for twice comes once.
    ///
    /// Deleted messages (status 4) and recalled ones (status 6) are found too.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn find(&self, ids: &[&str]) -> Result<Vec<Message>, ArchiveError> {
        let mut messages: Vec<Message> = Vec::with_capacity(ids.len());
        let mut seen = rustc_hash::FxHashSet::default();
        for id in ids {
            if let Some(key) = self.store().view().key_of_id(id)?
                && seen.insert(key)
            {
                messages.extend(self.message_at(key)?);
            }
        }
        Ok(messages)
    }

    /// The messages that these locators find, in their order; each once. Time, seq, rand and direction have to match.
    ///
    /// Deleted and recalled messages are found too.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn locate(&self, conversation: &ConversationId, locators: &[Locator]) -> Result<Vec<Message>, ArchiveError> {
        let Some(number) = self.store().conversations().number(conversation) else { return Ok(Vec::new()) };
        let mut messages = Vec::with_capacity(locators.len());
        let mut seen = rustc_hash::FxHashSet::default();
        for locator in locators {
            let place = Place { time: locator.time, seq: locator.seq, rand: locator.rand };
            let key = MessageKey { conversation: number, place };
            let Some(stored) = self.store().view().get(key)? else { continue };
            if stored.record()?.flags.has(Flags::FROM_SELF) == locator.is_self && seen.insert(key) {
                messages.extend(self.message_at(key)?);
            }
        }
        Ok(messages)
    }

    /// The message that stands at `key`, if there is one; see [`Archive::changes`] for where keys come from.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn message_at(&self, key: MessageKey) -> Result<Option<Message>, ArchiveError> {
        let Some(stored) = self.store().view().get(key)? else { return Ok(None) };
        let conversations = self.store().conversations();
        // A message is on the disk a moment before its new conversation is published; until then neither is there.
        let Some(conversation) = conversations.record(key.conversation) else { return Ok(None) };
        Ok(Some(stored.record()?.to_message(key.place, &conversation.id, conversation.read_up_to())))
    }

    /// The name of the conversation of this number, deleted or not; see [`Archive::changes`] for where numbers come from.
    pub fn conversation_name(&self, number: ConversationNo) -> Option<ConversationId> {
        self.store().conversations().record(number).map(|record| record.id.clone())
    }
}
