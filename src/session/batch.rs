//! One message to many people.

use super::limits::Call;
use super::{SendFailure, Session, SessionError, compose};
use crate::model::{ConversationId, Message};

/// What became of a message to one of many.
#[derive(Clone, Debug)]
pub struct SentTo {
    /// The receiver, as given.
    pub user: String,
    /// The message as it was sent, or why not.
    pub result: Result<Message, SendFailure>,
}

impl Session {
    /// Sends the same message to up to 500 users, each in a conversation and with an id of its own. The results are in the order of the users;
    /// a user who is named twice gets it twice.
    ///
    /// # Errors
    /// [`SessionError::TooManyReceivers`], or what is wrong with the message: it is sent to nobody.
    pub async fn send_to_all(&self, users: &[&str], message: Message) -> Result<Vec<SentTo>, SessionError> {
        self.shared.limits.pass(Call::Batch, users.len())?;
        compose::check(&message)?;
        let mut sendings = Vec::with_capacity(users.len());
        for user in users {
            let sending = match ConversationId::c2c(user) {
                Ok(conversation) => Ok(self.send(&conversation, message.clone()).await?),
                Err(limit) => Err(SessionError::from(limit)),
            };
            sendings.push((*user, sending));
        }
        let mut results = Vec::with_capacity(sendings.len());
        for (user, sending) in sendings {
            let result = match sending {
                Ok(sending) => sending.outcome().await,
                Err(error) => Err(SendFailure { error: error.into(), message: Box::new(message.clone()) }),
            };
            results.push(SentTo { user: user.to_owned(), result });
        }
        Ok(results)
    }
}
