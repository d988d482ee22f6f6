//! Before a message may leave: the hooks see it, its files are kept, and it is written with its row in the outbox.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::hooks::guarded;
use super::lane::{Given, Ready};
use super::{SessionError, Shared, compose};
use crate::archive::{Archive, KeptMedia, Waiting};
use crate::model::{ConversationId, Message, Status};

/// What is ready is written at the latest after this time, so that a slow hook holds up what comes behind it and not what went before.
const WRITE_AFTER: Duration = Duration::from_millis(5);

/// Such a message is kept nowhere.
pub(super) const ONLINE: &str = "message_is_online_msg";

impl Shared {
    /// Writes what is given to a lane until nothing is left.
    pub(super) async fn run_writer(self: &Arc<Self>, conversation: &ConversationId) {
        loop {
            let batch = self.lanes.take_given(conversation);
            if batch.is_empty() {
                return;
            }
            let mut batch = batch.into_iter();
            while batch.len() > 0 {
                let prepared = self.prepare_some(&mut batch).await;
                let ready = self.write_all(prepared).await;
                self.offer(conversation, ready);
            }
        }
    }

    /// Prepares messages until that takes too long.
    async fn prepare_some(&self, batch: &mut impl Iterator<Item = Given>) -> Vec<(Given, Vec<KeptMedia>)> {
        let began = Instant::now();
        let mut prepared = Vec::new();
        for given in batch {
            match self.prepare(&given).await {
                Ok((message, kept)) => prepared.push((Given { message, ..given }, kept)),
                Err(error) => {
                    let status = matches!(error, SessionError::Cancelled).then_some(Status::Cancelled);
                    self.lanes.landed(&given.flight.id);
                    given.flight.fail(error, Message { status, ..given.message });
                }
            }
            if began.elapsed() >= WRITE_AFTER {
                break;
            }
        }
        prepared
    }

    /// What happens to a message before it is written. Its files stay at least as long as what is returned with it.
    async fn prepare(&self, given: &Given) -> Result<(Message, Vec<KeptMedia>), SessionError> {
        let mut message = given.message.clone();
        if let Some(hooks) = &self.options.hooks {
            let asked = tokio::select! {
                biased;
                asked = guarded(hooks.before_send(&mut message)) => asked,
                () = given.flight.cancelled() => return Err(SessionError::Cancelled),
                () = self.stop.cancelled() => return Err(SessionError::Ended),
            };
            let kind = given.flight.conversation().map(ConversationId::kind);
            asked.flatten().map_err(|denied| SessionError::Denied { kind, reason: denied.reason })?;
            // Who says it, where and when, is not the hook's to change.
            message = Message { body: message.body, ..given.message.clone() };
            compose::check(&message)?;
        }
        let (message, kept) = self.stage(message).await?;
        // A bundle is small only once its messages travel beside it.
        compose::check_size(&message)?;
        Ok((message, kept))
    }

    /// Writes messages, all in one write and with one fsync, with those of other lanes that write at the same time. Returns those that may leave,
    /// in their order.
    async fn write_all(&self, prepared: Vec<(Given, Vec<KeptMedia>)>) -> Vec<Ready> {
        let is_kept = |message: &Message| !message.body.is_true(ONLINE);
        let lasting = prepared.iter().map(|(given, _)| given).filter(|given| is_kept(&given.message));
        let lasting: Vec<(Message, u64)> = lasting.map(|given| (given.message.clone(), given.deadline)).collect();
        let bridge = &self.bridge;
        let queue = |lasting| bridge.run(move |archive: &Archive| archive.queue(lasting));
        let queued = if lasting.is_empty() { Ok(Vec::new()) } else { self.queueing.write(lasting, queue).await };
        let mut queued = queued.map(Vec::into_iter);
        let mut ready = Vec::with_capacity(prepared.len());
        for (Given { message, deadline, flight, permit }, kept) in prepared {
            let permit = Some(permit);
            if !is_kept(&message) {
                ready.push(Ready { no: None, message, deadline, flight, permit, kept });
                continue;
            }
            let error = match &mut queued {
                Ok(queued) => match queued.next() {
                    Some(Ok(Waiting { no, message, deadline })) => {
                        ready.push(Ready { no: Some(no), message, deadline, flight, permit, kept });
                        continue;
                    }
                    Some(Err(refusal)) => Arc::new(SessionError::from(refusal)),
                    // There is an answer for each.
                    None => Arc::new(SessionError::Ended),
                },
                Err(error) => Arc::clone(error),
            };
            self.lanes.landed(&flight.id);
            flight.fail(error, message);
        }
        ready
    }
}
