//! Taking back what was said.

use super::{Session, SessionError, Shared};
use crate::archive::Arrival;
use crate::model::{ConversationId, ConversationKind, Message, Status};
use crate::transport::{Parcel, Refused, TransportError};

impl Session {
    /// Takes a message back, here and on all other sides, and returns it with status 6. It stays in history and leaves search; unread falls.
    ///
    /// Own messages can be taken back within the window ([`super::SessionOptions::recall_window`]); in groups those of others too, where the
    /// transport says that the account leads the group. One that still waits to be sent is called back instead: it gets status 7, and nobody
    /// ever sees it.
    ///
    /// # Errors
    /// [`SessionError::UnknownMessage`], [`SessionError::NotSent`], [`SessionError::TooLate`], [`SessionError::NotRecalled`],
    /// [`SessionError::Transport`]: nothing has changed.
    /// After [`TransportError::NoAnswer`] it may or may not be taken back; if it was, that comes in like any other recall.
    pub async fn recall(&self, id: &str, reason: Option<&str>) -> Result<Message, SessionError> {
        let shared = &self.shared;
        if let Some(flight) = shared.lanes.flight(id) {
            if flight.cancel() {
                return self.cancel(id).await;
            }
            // It is leaving: how that ends decides what there is to take back.
            flight.outcome().await.map_err(|_| SessionError::NotSent { id: id.to_owned() })?;
        }
        let message = shared.sent_message(id).await?;
        let conversation = self.may_recall(&message)?;
        let parcel = Parcel::Recall { to: conversation.clone(), id: id.to_owned(), reason: reason.map(str::to_owned) };
        shared.ask(parcel).await.or_else(|(error, attempts)| match error {
            // It was taken, and the answer was lost.
            TransportError::Refused(Refused::RecalledAlready) if attempts > 1 => Ok(NOTHING),
            TransportError::Refused(reason) => Err(SessionError::NotRecalled { kind: conversation.kind(), reason }),
            error => Err(SessionError::from(error)),
        })?;
        let (id, reason, by) = (id.to_owned(), reason.map(str::to_owned), shared.account.clone());
        shared.apply(&id.clone(), Arrival::Recall { conversation, id, by, reason }).await
    }

    /// Whether the message may be taken back, as far as this side knows. Returns its conversation.
    fn may_recall(&self, message: &Message) -> Result<ConversationId, SessionError> {
        let id = || message.id_text();
        let conversation = message.conversation.clone().ok_or_else(|| SessionError::UnknownMessage { id: id() })?;
        let kind = conversation.kind();
        if message.status == Some(Status::Recalled) {
            return Err(SessionError::NotRecalled { kind, reason: Refused::RecalledAlready });
        }
        if message.is_from_self == Some(true) {
            let age_s = self.server_time().saturating_sub(message.server_time);
            let limit_s = self.shared.options.recall_window.as_secs();
            return if age_s > limit_s { Err(SessionError::TooLate { age_s, limit_s }) } else { Ok(conversation) };
        }
        match kind {
            ConversationKind::C2c => Err(SessionError::NotRecalled { kind, reason: Refused::NotYours }),
            ConversationKind::Group => Ok(conversation),
        }
    }
}

const NOTHING: crate::transport::Ack = crate::transport::Ack { server_time: 0, seq: 0 };

impl Shared {
    /// A message that the other side has too.
    pub(super) async fn sent_message(&self, id: &str) -> Result<Message, SessionError> {
        let wanted = id.to_owned();
        let found = self.bridge.run(move |archive| archive.find(&[&wanted])).await?.pop();
        let message = found.ok_or_else(|| SessionError::UnknownMessage { id: id.to_owned() })?;
        match message.status {
            Some(Status::Sent | Status::Recalled | Status::Deleted) => Ok(message),
            _ => Err(SessionError::NotSent { id: id.to_owned() }),
        }
    }

    /// Writes what the other side has agreed to, and returns the message as it is now.
    pub(super) async fn apply(&self, id: &str, arrival: Arrival) -> Result<Message, SessionError> {
        let wanted = id.to_owned();
        let message = self
            .bridge
            .run(move |archive| {
                archive.receive(vec![arrival])?;
                archive.find(&[&wanted])
            })
            .await?
            .pop();
        message.ok_or_else(|| SessionError::UnknownMessage { id: id.to_owned() })
    }
}
