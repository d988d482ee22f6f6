//! Getting one parcel to the other side: again and again until it is taken, refused, called back or too late.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::flight::Flight;
use super::{SessionError, Shared, parts};
use crate::archive::Outcome;
use crate::model::{Body, ConversationId, ConversationKind, ElementType, Message, Status};
use crate::transport::{Ack, Connection, Parcel, TransportError};

/// The first wait before publishing again.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest wait before publishing again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How often something is published for somebody who waits for the answer.
const ATTEMPTS: u32 = 4;

/// What is being tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A file is carried; the message can still be called back.
    Upload,
    /// The message leaves.
    Publish,
}

/// A message that the other side has taken.
pub(super) struct Published {
    ack: Ack,
    /// Its elements with the addresses of its files, where it has some.
    body: Option<Body>,
}

impl Published {
    pub(super) fn into_outcome(self, conversation: &ConversationId) -> Outcome {
        let seq = (conversation.kind() == ConversationKind::Group).then_some(self.ack.seq);
        Outcome::Sent { server_time: self.ack.server_time, seq, body: self.body }
    }

    /// The message as it was taken, for one that is kept nowhere, or no more.
    pub(super) fn applied_to(&self, message: Message) -> Message {
        let body = self.body.clone().unwrap_or(message.body);
        Message { server_time: self.ack.server_time, seq: self.ack.seq, status: Some(Status::Sent), body, ..message }
    }
}

impl Shared {
    /// Carries the files of a message, then the message.
    pub(super) async fn publish_message(
        &self,
        to: &ConversationId,
        message: &Message,
        deadline: u64,
        flight: &Arc<Flight>,
    ) -> Result<Published, SessionError> {
        let mut body = None;
        if parts::may_have(&message.body) {
            body = self.upload(message, deadline, flight).await?;
        }
        if message.body.types().contains(ElementType::Merge) {
            self.upload_bundles(message, deadline, flight).await?;
        }
        let mut outgoing = message.clone();
        outgoing.body = body.clone().unwrap_or(outgoing.body);
        let outgoing = Message { conversation: None, status: None, is_from_self: None, is_read: None, is_peer_read: None, ..outgoing };
        let outgoing = parts::message_without_local(outgoing).map_err(crate::archive::ArchiveError::from)?;
        let parcel = Parcel::Message { to: to.clone(), message: outgoing };
        let ack = self.until_taken(Step::Publish, deadline, flight, || self.transport.publish(parcel.clone())).await?;
        Ok(Published { ack, body })
    }

    /// Tries until it works, is refused, called back, too late, or the session ends.
    pub(super) async fn until_taken<T, F>(
        &self,
        step: Step,
        deadline: u64,
        flight: &Flight,
        attempt: impl Fn() -> F,
    ) -> Result<T, SessionError>
    where
        F: Future<Output = Result<T, TransportError>>,
    {
        let mut wait = FIRST_WAIT;
        // It may have been taken although no answer came; from then on it cannot be called back.
        let mut may_be_taken = false;
        loop {
            let may_go = if step == Step::Publish { flight.leave() } else { !flight.is_cancelled() };
            if !may_go {
                return Err(SessionError::Cancelled);
            }
            let tried = tokio::select! {
                biased;
                tried = self.try_once(step, attempt()) => tried,
                () = flight.cancelled() => return Err(SessionError::Cancelled),
                () = self.stop.cancelled() => return Err(SessionError::Ended),
            };
            match tried {
                Ok(taken) => return Ok(taken),
                Err(error) if !error.is_passing() => return Err(error.into()),
                Err(TransportError::NoAnswer) if step == Step::Publish => may_be_taken = true,
                Err(_) => {}
            }
            if !may_be_taken {
                flight.stay();
            }
            let left = Duration::from_secs(deadline.saturating_sub(self.options.clock.now()));
            if left.is_zero() {
                return Err(SessionError::Expired);
            }
            self.pause(self.jittered(wait).min(left), flight).await?;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn try_once<T>(&self, step: Step, attempt: impl Future<Output = Result<T, TransportError>>) -> Result<T, TransportError> {
        match step {
            // How long a file takes, nobody knows; a transport notices by itself when nothing moves any more.
            Step::Upload => attempt.await,
            Step::Publish => timeout(self.options.answer_timeout, attempt).await.unwrap_or(Err(TransportError::NoAnswer)),
        }
    }

    /// Waits before trying again: for a time, or until there is a connection again.
    async fn pause(&self, wait: Duration, flight: &Flight) -> Result<(), SessionError> {
        let mut connection = self.transport.connection();
        let was_connected = *connection.borrow_and_update() == Connection::Connected;
        let reconnected = async {
            if was_connected {
                std::future::pending::<()>().await;
            }
            if connection.wait_for(|connection| *connection == Connection::Connected).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(SessionError::Ended),
            () = flight.cancelled() => Ok(()),
            () = reconnected => Ok(()),
            () = tokio::time::sleep(wait) => Ok(()),
        }
    }

    /// Publishes a parcel for somebody who waits for the answer: a few times if none comes. With the error comes how often it was tried.
    pub(super) async fn ask(&self, parcel: Parcel) -> Result<Ack, (TransportError, u32)> {
        let mut wait = FIRST_WAIT;
        let mut attempts = 1;
        loop {
            let answer = timeout(self.options.answer_timeout, self.transport.publish(parcel.clone())).await;
            match answer.unwrap_or(Err(TransportError::NoAnswer)) {
                Err(TransportError::NoAnswer) if attempts < ATTEMPTS => {}
                answer => return answer.map_err(|error| (error, attempts)),
            }
            attempts += 1;
            tokio::time::sleep(self.jittered(wait)).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// A wait between half of `wait` and all of it, so that those who wait for the same thing do not all come at once.
    pub(super) fn jittered(&self, wait: Duration) -> Duration {
        let share = 0.5 + 0.5 * self.chance();
        wait.mul_f64(share)
    }
}
