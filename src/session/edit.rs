//! Saying it differently: a new content for a message that was sent.

use super::{Session, SessionError, compose, local};
use crate::archive::{ArchiveError, Arrival};
use crate::model::{Body, Message, Origin, Status};
use crate::transport::Parcel;

impl Session {
    /// Gives an own message a new content, here and on all other sides.
    ///
    /// Of several edits the one counts that the other side took last. Local files in the new content are not carried.
    ///
    /// # Errors
    /// [`SessionError::UnknownMessage`], [`SessionError::NotSent`], [`SessionError::NotYours`], [`SessionError::RecalledAlready`], what is
    /// wrong with the content, [`SessionError::Transport`]: nothing has changed here. After
    /// [`NoAnswer`](crate::transport::TransportError::NoAnswer) it may be changed elsewhere; if it is, that comes in like any other edit.
    pub async fn edit(&self, id: &str, body: Body) -> Result<Message, SessionError> {
        let message = self.shared.sent_message(id).await?;
        self.edit_message(message, body).await
    }

    /// Gives the first text of an own message a new wording; everything else stays.
    ///
    /// # Errors
    /// As for [`Session::edit`], and [`ArchiveError::NoText`] inside when it has none.
    pub async fn edit_text(&self, id: &str, text: &str) -> Result<Message, SessionError> {
        self.edit_text_by(id, text, None).await
    }

    /// As [`Session::edit_text`]; the content says which script gave it, if one did.
    pub(crate) async fn edit_text_by(&self, id: &str, text: &str, script: Option<&Origin>) -> Result<Message, SessionError> {
        let message = self.shared.sent_message(id).await?;
        let body = message.body.with_text(text).map_err(ArchiveError::from)?;
        let body = body.ok_or_else(|| ArchiveError::NoText { id: id.to_owned() })?;
        let body = body.edited_by(script).map_err(ArchiveError::from)?;
        self.edit_message(message, body).await
    }

    async fn edit_message(&self, message: Message, mut body: Body) -> Result<Message, SessionError> {
        let id = message.id_text();
        if message.is_from_self != Some(true) {
            return Err(SessionError::NotYours);
        }
        if message.status == Some(Status::Recalled) {
            return Err(SessionError::RecalledAlready { id });
        }
        let conversation = message.conversation.clone().ok_or_else(|| SessionError::UnknownMessage { id: id.clone() })?;
        local::without_local(&mut body).and_then(|()| local::without_history(&mut body)).map_err(ArchiveError::from)?;
        compose::check(&Message { body: body.clone(), ..message })?;
        let parcel = Parcel::Edit { to: conversation.clone(), id: id.clone(), nonce: self.shared.nonce(), body: body.clone() };
        let ack = self.shared.ask(parcel).await.map_err(|(error, _)| error)?;
        let arrival = Arrival::Edit { conversation, id: id.clone(), by: self.shared.account.clone(), version: ack.seq, body };
        self.shared.apply(&id, arrival).await
    }
}
