//! Letting messages leave, one after the other, and noting how that ended.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::flight::Flight;
use super::lane::Ready;
use super::{SessionError, Shared, local, parts};
use crate::archive::{Archive, ArchiveError, OutboxNo, Outcome};
use crate::model::{Body, ConversationId, ConversationKind, ElementType, Message, Status};
use crate::transport::{Ack, Parcel};

/// How a message ended is noted at the latest after this time, so that who waits for it does not wait for what leaves behind it.
const NOTE_AFTER: Duration = Duration::from_millis(1);

/// A message that the other side has taken.
struct Published {
    ack: Ack,
    /// Its elements with the addresses of its files, where it has some.
    body: Option<Body>,
}

impl Published {
    fn outcome(&self, conversation: &ConversationId) -> Outcome {
        let seq = (conversation.kind() == ConversationKind::Group).then_some(self.ack.seq);
        Outcome::Sent { server_time: self.ack.server_time, seq, body: self.body.clone() }
    }

    /// The message as it was taken.
    fn applied_to(self, message: Message) -> Message {
        let body = self.body.unwrap_or(message.body);
        let seq = if self.ack.seq == 0 { message.seq } else { self.ack.seq };
        Message { server_time: self.ack.server_time, seq, status: Some(Status::Sent), body, ..message }
    }
}

/// A message that has ended, which the archive does not know yet.
struct Ended {
    /// The message as it is if the archive cannot say: taken, or why not.
    result: Result<Message, (SessionError, Message)>,
    flight: Arc<Flight>,
    _permit: Option<OwnedSemaphorePermit>,
}

/// What is to be noted.
#[derive(Default)]
struct Notes {
    ended: Vec<((OutboxNo, Outcome), Ended)>,
    /// When that has to be.
    until: Option<Instant>,
}

fn with(message: Message, status: Status) -> Message {
    Message { status: Some(status), ..message }
}

impl Shared {
    /// Publishes what is ready in a lane until nothing is left.
    pub(super) async fn run_publisher(self: &Arc<Self>, conversation: &ConversationId) {
        let mut notes = Notes::default();
        loop {
            match self.lanes.next_ready(conversation) {
                Some(ready) => self.let_leave(conversation, ready, &mut notes).await,
                None => {
                    self.note(&mut notes).await;
                    if self.lanes.rest(conversation) {
                        return;
                    }
                }
            }
        }
    }

    async fn let_leave(&self, conversation: &ConversationId, ready: Ready, notes: &mut Notes) {
        let Ready { no, message, deadline, flight, permit, kept: _kept } = ready;
        let published = {
            let mut publish = pin!(self.publish_message(conversation, &message, deadline, &flight));
            loop {
                let due = notes.until.unwrap_or_else(Instant::now);
                tokio::select! {
                    biased;
                    published = &mut publish => break published,
                    () = tokio::time::sleep_until(due), if notes.until.is_some() => self.note(notes).await,
                }
            }
        };
        let Some(no) = no else {
            self.lanes.landed(&flight.id);
            return match published {
                Ok(published) => flight.end(Ok(published.applied_to(message))),
                Err(error) => flight.fail(error, message),
            };
        };
        let (outcome, result) = match published {
            Ok(published) => (published.outcome(conversation), Ok(published.applied_to(message))),
            // It stays in the outbox for the next login.
            Err(SessionError::Ended) => {
                self.lanes.landed(&flight.id);
                return flight.fail(SessionError::Ended, message);
            }
            Err(error @ SessionError::Cancelled) => (Outcome::Cancelled, Err((error, with(message, Status::Cancelled)))),
            Err(error) => (Outcome::Failed, Err((error, with(message, Status::Failed)))),
        };
        notes.until.get_or_insert_with(|| Instant::now() + NOTE_AFTER);
        notes.ended.push(((no, outcome), Ended { result, flight, _permit: permit }));
    }

    /// Notes in the archive how messages ended, then tells who waits for them.
    async fn note(&self, notes: &mut Notes) {
        let Notes { ended, .. } = std::mem::take(notes);
        let (outcomes, ended): (Vec<_>, Vec<_>) = ended.into_iter().unzip();
        if outcomes.is_empty() {
            return;
        }
        let bridge = &self.bridge;
        let settled = self.settling.write(outcomes, |outcomes| bridge.run(move |archive: &Archive| archive.settle(outcomes))).await;
        let mut settled = settled.unwrap_or_else(|error| {
            // Those that were taken are settled when they come back from the other side, or at the next login.
            tracing::error!(%error, "could not note how messages ended");
            Vec::new()
        });
        settled.resize_with(ended.len(), || None);
        for (Ended { result, flight, _permit }, settled) in ended.into_iter().zip(settled) {
            self.lanes.landed(&flight.id);
            match (result, settled) {
                // The other side had taken it although no answer came.
                (_, Some(message)) if message.status == Some(Status::Sent) => flight.end(Ok(message)),
                (Ok(message), settled) => flight.end(Ok(settled.unwrap_or(message))),
                (Err((error, message)), settled) => flight.fail(error, settled.unwrap_or(message)),
            }
        }
    }

    /// Settles a message that was cancelled while it waited in its lane.
    pub(super) fn call_back(self: &Arc<Self>, ready: Ready) {
        let shared = Arc::clone(self);
        // A task of its own: whoever asked may no longer wait.
        self.spawn(async move {
            let Ready { no, message, flight, permit, .. } = ready;
            let Some(no) = no else {
                shared.lanes.landed(&flight.id);
                return flight.fail(SessionError::Cancelled, with(message, Status::Cancelled));
            };
            let result = Err((SessionError::Cancelled, with(message, Status::Cancelled)));
            let ended = Ended { result, flight, _permit: permit };
            let mut notes = Notes { ended: vec![((no, Outcome::Cancelled), ended)], until: None };
            shared.note(&mut notes).await;
        });
    }

    /// Carries the files of a message, then the message.
    async fn publish_message(
        &self,
        to: &ConversationId,
        message: &Message,
        deadline: u64,
        flight: &Flight,
    ) -> Result<Published, SessionError> {
        let began = self.options.clock.now();
        let mut body = None;
        if parts::may_have(&message.body) {
            body = self.upload(message, deadline, flight).await?;
        }
        if message.body.types().contains(ElementType::Merge) {
            self.upload_bundles(message, deadline, flight).await?;
        }
        // How long files take says nothing about the message.
        let deadline = deadline.saturating_add(self.options.clock.now().saturating_sub(began));
        let mut outgoing =
            Message { conversation: None, status: None, is_from_self: None, is_read: None, is_peer_read: None, ..message.clone() };
        if let Some(body) = &body {
            outgoing.body = body.clone();
        }
        local::without_local(&mut outgoing.body).map_err(ArchiveError::from)?;
        let parcel = Parcel::Message { to: to.clone(), message: outgoing };
        let ack = self.publish_until_taken(parcel, deadline, flight).await?;
        Ok(Published { ack, body })
    }
}
