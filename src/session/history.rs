//! Pages of history that ask the other side for what is missing here.

use std::collections::BTreeMap;

use super::{Session, SessionError, Shared, local};
use crate::archive::{ArchiveError, Asked, HistoryRequest, Order, Page, Start, version_of};
use crate::model::{ConversationId, Message, Status};
use crate::query::tim::HistoryParam;
use crate::transport::{RoamingPage, RoamingRequest};

/// Whether history is filled from the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roaming {
    /// Only what is in the archive.
    Here,
    /// What is missing is asked for. Where the other side cannot be reached or does not tell, what is in the archive.
    Fill,
}

/// Messages that are asked for at once.
const PAGE: usize = 200;
/// The most pages of one call: after that it answers with what there is. A request that few messages fit may leave some unfound.
const PAGES: usize = 50;

impl Session {
    /// A page of a conversation. With [`Roaming::Fill`] what the other side has and the archive lacks is taken in first: as read, without an
    /// event of a received message, and nothing that was deleted here comes back.
    ///
    /// # Errors
    /// [`SessionError::Archive`].
    pub async fn history(&self, conversation: &ConversationId, request: &HistoryRequest, roaming: Roaming) -> Result<Page, SessionError> {
        let shared = &self.shared;
        if roaming == Roaming::Here {
            return shared.page(conversation, request).await;
        }
        let (mut from, mut until) = (request.from.unwrap_or(0), request.until.unwrap_or(u64::MAX));
        match (request.start, request.order) {
            (Start::Beyond(place), Order::NewestFirst) => until = until.min(place.time),
            (Start::Beyond(place), Order::OldestFirst) => from = from.max(place.time),
            // Where a seq stands in time the archive knows only of messages that it has.
            (Start::Seq(_) | Start::End, _) => {}
        }
        let newest_first = request.order == Order::NewestFirst;
        let mut ask = RoamingRequest { conversation: conversation.clone(), from, until, newest_first, cursor: None, limit: PAGE };
        for _ in 0..PAGES {
            let RoamingPage { messages, next } = match shared.answered(shared.transport.roam(ask.clone())).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::debug!(%error, "history cannot be filled");
                    break;
                }
            };
            let filled_to = messages.last().map(|message| message.server_time);
            shared.merge(conversation, messages).await?;
            let Some((next, filled_to)) = next.zip(filled_to) else { break };
            let page = shared.page(conversation, request).await?;
            let is_within =
                |message: &Message| if newest_first { message.server_time > filled_to } else { message.server_time < filled_to };
            // What lies before the end of what was asked for is complete.
            if page.messages.len() == request.limit && page.messages.last().is_some_and(is_within) {
                return Ok(page);
            }
            ask.cursor = Some(next);
        }
        shared.page(conversation, request).await
    }

    /// What `TIMMsgGetMsgList` answers; as [`Archive::history_for`](crate::Archive::history_for), and where the parameter asks for it as
    /// [`Session::history`] with [`Roaming::Fill`].
    ///
    /// # Errors
    /// As for [`Session::history`].
    pub async fn history_for(&self, conversation: &ConversationId, param: &HistoryParam) -> Result<Vec<Message>, SessionError> {
        let (name, param) = (conversation.clone(), param.clone());
        let page = self.shared.bridge.run(move |archive| -> Result<_, ArchiveError> {
            match archive.asked_for(&name, &param)? {
                Asked::Page(request) if param.remote => Ok(Err(request)),
                _ => archive.history_for(&name, &param).map(Ok),
            }
        });
        match page.await? {
            Ok(messages) => Ok(messages),
            Err(request) => Ok(self.history(conversation, &request, Roaming::Fill).await?.messages),
        }
    }
}

impl Shared {
    async fn page(&self, conversation: &ConversationId, request: &HistoryRequest) -> Result<Page, SessionError> {
        let (conversation, request) = (conversation.clone(), request.clone());
        Ok(self.bridge.run(move |archive| archive.history(&conversation, &request)).await?)
    }

    /// Takes in messages of roaming history.
    async fn merge(&self, conversation: &ConversationId, messages: Vec<Message>) -> Result<(), SessionError> {
        let mut readable = Vec::with_capacity(messages.len());
        for mut message in messages {
            if let Err(error) = local::without_local(&mut message.body) {
                tracing::warn!(%error, "a message of the roaming history cannot be read");
                continue;
            }
            message.conversation = Some(conversation.clone());
            message.is_from_self = Some(message.sender == self.account);
            message.status = Some(message.status.filter(|status| *status == Status::Recalled).unwrap_or(Status::Sent));
            readable.push(message);
        }
        let known = self.passed_by_hooks(readable).await?;
        if known.is_empty() {
            return Ok(());
        }
        let received = self.bridge.run(move |archive| archive.merge(known)).await?;
        for (_, reason) in received.refused {
            tracing::warn!(%reason, "a message of the roaming history cannot be kept");
        }
        Ok(())
    }

    /// Lets the hooks see the messages of others that are new here, or have a newer content, and returns all but those that they refuse.
    async fn passed_by_hooks(&self, messages: Vec<Message>) -> Result<Vec<Message>, SessionError> {
        if self.options.hooks.is_none() {
            return Ok(messages);
        }
        let ids: Vec<String> = messages.iter().map(Message::id_text).collect();
        let find = move |archive: &crate::Archive| {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            Ok::<_, ArchiveError>(
                archive.find(&ids)?.iter().map(|known| (known.id_text(), version_of(&known.body))).collect::<BTreeMap<_, _>>(),
            )
        };
        let known = self.bridge.run(find).await?;
        let mut passed = Vec::with_capacity(messages.len());
        for message in messages {
            if message.is_from_self == Some(true) || known.get(&message.id_text()).is_some_and(|&known| known >= version_of(&message.body))
            {
                passed.push(message);
            } else {
                passed.extend(self.ask_before_receive(message).await);
            }
        }
        Ok(passed)
    }
}
