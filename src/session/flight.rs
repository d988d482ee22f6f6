//! One message on its way: where it stands, who waits for it, whether it can still be called back.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::SessionError;
use crate::model::{ConversationId, Message};
use crate::store::lock;
use crate::transport::Ack;

/// Why a message was not sent.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{error}")]
pub struct SendFailure {
    /// What went wrong.
    #[source]
    pub error: Arc<SessionError>,
    /// The message as the archive has it now. One that was refused before it was written has no status.
    pub message: Box<Message>,
}

impl SendFailure {
    /// The number that the message API gives for this.
    pub fn code(&self) -> i32 {
        self.error.code()
    }
}

/// A message as it ended: sent, or not.
pub(super) type Outcome = Result<Message, SendFailure>;

/// How far a message has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It can be cancelled.
    Waiting,
    /// It may be with the other side.
    Leaving,
    Cancelled,
    Ended,
}

/// A message on its way.
pub(super) struct Flight {
    pub(super) id: String,
    /// The message as it was when the flight began.
    message: Message,
    stage: Mutex<Stage>,
    cancelled: CancellationToken,
    /// What the other side said of it, where it came back before the answer.
    arrived: watch::Sender<Option<Ack>>,
    outcome: watch::Sender<Option<Outcome>>,
}

impl Flight {
    pub(super) fn new(message: Message) -> Arc<Self> {
        let (id, stage, cancelled) = (message.id_text(), Mutex::new(Stage::Waiting), CancellationToken::new());
        Arc::new(Self { id, message, stage, cancelled, arrived: watch::Sender::new(None), outcome: watch::Sender::new(None) })
    }

    /// Where it goes.
    pub(super) fn conversation(&self) -> Option<&ConversationId> {
        self.message.conversation.as_ref()
    }

    /// Notes that it came back from the other side, which therefore has taken it.
    pub(super) fn arrive(&self, ack: Ack) {
        self.arrived.send_replace(Some(ack));
    }

    /// Waits until it came back from the other side.
    pub(super) async fn arrived(&self) -> Ack {
        let mut arrived = self.arrived.subscribe();
        match arrived.wait_for(Option::is_some).await.map(|ack| *ack) {
            Ok(Some(ack)) => ack,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    /// Calls it back. Returns whether that was still possible.
    pub(super) fn cancel(&self) -> bool {
        let mut stage = lock(&self.stage);
        if matches!(*stage, Stage::Leaving | Stage::Ended) {
            return false;
        }
        *stage = Stage::Cancelled;
        self.cancelled.cancel();
        true
    }

    /// Notes that it leaves now. Returns whether it may: not when it was cancelled.
    pub(super) fn leave(&self) -> bool {
        let mut stage = lock(&self.stage);
        let may_leave = matches!(*stage, Stage::Waiting | Stage::Leaving);
        if may_leave {
            *stage = Stage::Leaving;
        }
        may_leave
    }

    /// Notes that it has not left after all.
    pub(super) fn stay(&self) {
        let mut stage = lock(&self.stage);
        if *stage == Stage::Leaving {
            *stage = Stage::Waiting;
        }
    }

    /// Returns when it is cancelled.
    pub(super) async fn cancelled(&self) {
        self.cancelled.cancelled().await;
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.is_cancelled()
    }

    /// Tells everyone who waits.
    pub(super) fn end(&self, outcome: Outcome) {
        *lock(&self.stage) = Stage::Ended;
        self.outcome.send_replace(Some(outcome));
    }

    /// Tells everyone who waits why it was not sent.
    pub(super) fn fail(&self, error: impl Into<Arc<SessionError>>, message: Message) {
        self.end(Err(SendFailure { error: error.into(), message: Box::new(message) }));
    }

    /// Tells everyone who waits that the session has ended, unless the flight has.
    pub(super) fn abandon(&self) {
        if *lock(&self.stage) != Stage::Ended {
            self.fail(SessionError::Ended, self.message.clone());
        }
    }

    /// Waits for the end.
    pub(super) async fn outcome(&self) -> Outcome {
        let mut outcome = self.outcome.subscribe();
        match outcome.wait_for(Option::is_some).await.map(|outcome| outcome.clone()) {
            Ok(Some(outcome)) => outcome,
            // The sender lives as long as the flight, and the wait was for something.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

/// A message that is being sent. Await it, or [`Sending::outcome`], to learn how that ended; dropping it changes nothing.
#[derive(Clone)]
pub struct Sending {
    pub(super) flight: Arc<Flight>,
}

impl Sending {
    /// The message's id, which it keeps.
    pub fn id(&self) -> &str {
        &self.flight.id
    }

    /// The message as it was given, with its id.
    pub fn message(&self) -> &Message {
        &self.flight.message
    }

    /// Waits until the message is sent, and returns it with its place in the history.
    ///
    /// # Errors
    /// [`SendFailure`] with the message as it is kept. After [`SessionError::Ended`] it still waits in the outbox, for the next login.
    pub async fn outcome(&self) -> Result<Message, SendFailure> {
        self.flight.outcome().await
    }
}

impl IntoFuture for Sending {
    type Output = Result<Message, SendFailure>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.outcome().await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_left_cannot_be_called_back_and_what_stayed_can() {
        let flight = Flight::new(Message::text("a", 1, "hello"));
        assert!(flight.leave());
        assert!(!flight.cancel());
        flight.stay();
        assert!(flight.cancel());
        assert!(!flight.leave(), "what was called back does not leave");
        assert!(flight.cancel(), "calling back twice is calling back");
    }
}
