//! Deleting and clearing, here and in the roaming history; receive options.

use std::sync::Arc;

use super::flight::Flight;
use super::limits::Call;
use super::{Session, SessionError, Shared};
use crate::model::{ConversationId, ReceiveOption};
use crate::transport::Erase;

/// From where something is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// From this archive. The account's other devices keep it, and it does not come back here.
    Here,
    /// From this archive and from the account's roaming history. Other people keep what they have.
    Everywhere,
}

impl Session {
    /// Deletes messages of a conversation and returns how many were there: status 4, gone from history, search and counts. One that still
    /// waits to be sent is called back too.
    ///
    /// # Errors
    /// [`SessionError::TooMany`], [`SessionError::TooOften`], [`SessionError::Transport`]: nothing is deleted here.
    /// [`SessionError::Archive`]: all or nothing may be.
    pub async fn delete(&self, conversation: &ConversationId, ids: &[&str], reach: Reach) -> Result<usize, SessionError> {
        let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
        let waiting = ids.iter().filter_map(|id| self.shared.lanes.flight(id));
        if reach == Reach::Everywhere {
            self.shared.limits.pass(Call::Delete, ids.len())?;
            self.shared.erase(Erase::Messages { conversation: conversation.clone(), ids: ids.clone() }).await?;
        }
        self.shared.call_back_all(waiting);
        let conversation = conversation.clone();
        let delete = move |archive: &crate::Archive| {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            archive.delete(&conversation, &ids)
        };
        Ok(self.shared.bridge.run(delete).await?)
    }

    /// Empties a conversation, here and in the account's roaming history; it stays in the list. Returns how many messages went.
    ///
    /// # Errors
    /// [`SessionError::Transport`]: nothing is gone here. [`SessionError::Archive`]: some of it may be.
    pub async fn clear(&self, conversation: &ConversationId) -> Result<u64, SessionError> {
        let conversation = conversation.clone();
        self.shared.erase(Erase::Conversation { conversation: conversation.clone() }).await?;
        self.shared.call_back_all(self.shared.lanes.flights_to(&conversation));
        Ok(self.shared.bridge.run(move |archive| archive.clear(&conversation)).await?)
    }

    /// Takes a conversation away with its messages, here and from the account's roaming history. A new message brings it back.
    ///
    /// # Errors
    /// As for [`Session::clear`].
    pub async fn delete_conversation(&self, conversation: &ConversationId) -> Result<u64, SessionError> {
        let conversation = conversation.clone();
        self.shared.erase(Erase::Conversation { conversation: conversation.clone() }).await?;
        self.shared.call_back_all(self.shared.lanes.flights_to(&conversation));
        Ok(self.shared.bridge.run(move |archive| archive.delete_conversation(&conversation)).await?)
    }

    /// Sets what happens with messages that arrive for these conversations.
    ///
    /// # Errors
    /// [`SessionError::TooMany`], [`SessionError::TooOften`]: nothing is set. [`SessionError::Archive`]: some may be.
    pub async fn set_receive_option(&self, conversations: &[ConversationId], option: ReceiveOption) -> Result<(), SessionError> {
        self.shared.limits.pass(Call::ReceiveOption, conversations.len())?;
        let conversations = conversations.to_vec();
        let set = move |archive: &crate::Archive| {
            conversations.iter().try_for_each(|conversation| archive.set_receive_option(conversation, option))
        };
        Ok(self.shared.bridge.run(set).await?)
    }
}

impl Shared {
    async fn erase(&self, erase: Erase) -> Result<(), SessionError> {
        Ok(self.answered(self.transport.erase(erase)).await?)
    }

    /// Calls back those of these messages that have not left.
    fn call_back_all(self: &Arc<Self>, flights: impl IntoIterator<Item = Arc<Flight>>) {
        for flight in flights {
            if flight.cancel()
                && let Some(ready) = self.lanes.take_cancelled(&flight)
            {
                self.call_back(ready);
            }
        }
    }
}
