//! The order of sending: one lane a conversation. What is given to a lane is written and published in the order in which it was given;
//! lanes do not wait for each other. A lane that has nothing to do does not exist.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::flight::Flight;
use super::{SessionError, Shared};
use crate::archive::{KeptMedia, OutboxNo, Outcome, Waiting};
use crate::model::{ConversationId, Message};
use crate::store::lock;

/// The most messages of a lane that are written at once.
const BATCH: usize = 256;

/// What was published is noted at the latest after this time, so that who waits for one message does not wait for all behind it.
const NOTE_AFTER: Duration = Duration::from_millis(1);

/// A message that is given to a lane.
pub(super) enum Job {
    /// It is not written yet.
    New { message: Message, flight: Arc<Flight>, permit: OwnedSemaphorePermit },
    /// It waits in the outbox since an earlier run.
    Waiting { waiting: Waiting, flight: Arc<Flight> },
}

/// All lanes, and every message under way by its id.
#[derive(Default)]
pub(super) struct Lanes(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// What each lane has not begun with. A lane that is not here has no task.
    queues: BTreeMap<ConversationId, VecDeque<Job>>,
    flights: BTreeMap<String, Arc<Flight>>,
}

impl Lanes {
    /// Gives a job to a lane. Returns whether the lane needs a task.
    fn push(&self, conversation: &ConversationId, flight: &Arc<Flight>, job: Job) -> bool {
        let mut kept = lock(&self.0);
        kept.flights.insert(flight.id.clone(), Arc::clone(flight));
        let is_new = !kept.queues.contains_key(conversation);
        kept.queues.entry(conversation.clone()).or_default().push_back(job);
        is_new
    }

    /// The next jobs of a lane; none ends the lane.
    fn take(&self, conversation: &ConversationId) -> Vec<Job> {
        let mut kept = lock(&self.0);
        let Some(queue) = kept.queues.get_mut(conversation) else { return Vec::new() };
        let count = queue.len().min(BATCH);
        let jobs: Vec<Job> = queue.drain(..count).collect();
        if jobs.is_empty() {
            kept.queues.remove(conversation);
        }
        jobs
    }

    /// The message under way with this id.
    pub(super) fn flight(&self, id: &str) -> Option<Arc<Flight>> {
        lock(&self.0).flights.get(id).cloned()
    }

    fn landed(&self, id: &str) {
        lock(&self.0).flights.remove(id);
    }

    /// Ends everything that is under way. Called when no lane works any more.
    pub(super) fn abandon(&self) {
        let Kept { queues, flights } = std::mem::take(&mut *lock(&self.0));
        drop(queues);
        for flight in flights.into_values() {
            flight.abandon();
        }
    }
}

impl Shared {
    /// Gives a job to the lane of its conversation.
    pub(super) fn give(self: &Arc<Self>, conversation: ConversationId, flight: &Arc<Flight>, job: Job) {
        if self.lanes.push(&conversation, flight, job) {
            let shared = Arc::clone(self);
            self.spawn(async move { shared.run_lane(&conversation).await });
        }
    }

    async fn run_lane(self: &Arc<Self>, conversation: &ConversationId) {
        loop {
            let jobs = self.lanes.take(conversation);
            if jobs.is_empty() {
                return;
            }
            let mut leg = Leg { shared: self, conversation, written: VecDeque::new(), outcomes: Vec::new(), oldest: None };
            leg.write(jobs).await;
            leg.publish().await;
        }
    }
}

/// A message that passed the hooks.
struct Fresh {
    message: Message,
    /// Its files, until the archive knows from the message that it has them.
    kept: Vec<KeptMedia>,
    flight: Arc<Flight>,
    permit: OwnedSemaphorePermit,
}

/// A message that is in the archive and may leave.
struct Written {
    /// `None`: it is kept nowhere, because it is for who is online only.
    no: Option<OutboxNo>,
    message: Message,
    deadline: u64,
    flight: Arc<Flight>,
    /// Given back when the message has ended.
    permit: Option<OwnedSemaphorePermit>,
    /// The files that it was given with. One that is kept nowhere has them from here only.
    kept: Vec<KeptMedia>,
}

/// A message that has ended, which the archive does not know yet.
struct Ended {
    error: Option<SessionError>,
    message: Message,
    flight: Arc<Flight>,
    _permit: Option<OwnedSemaphorePermit>,
}

/// One batch of a lane on its way.
struct Leg<'a> {
    shared: &'a Arc<Shared>,
    conversation: &'a ConversationId,
    written: VecDeque<Written>,
    /// What the archive has to note, and whom to tell then.
    outcomes: Vec<((OutboxNo, Outcome), Ended)>,
    /// When the oldest of the outcomes came.
    oldest: Option<Instant>,
}

impl Leg<'_> {
    /// Asks the hooks, and writes what passes: one write, and one fsync, for all.
    async fn write(&mut self, jobs: Vec<Job>) {
        let mut fresh = Vec::new();
        for job in jobs {
            match job {
                Job::Waiting { waiting, flight } => {
                    let Waiting { no, message, deadline } = waiting;
                    self.written.push_back(Written { no: Some(no), message, deadline, flight, permit: None, kept: Vec::new() });
                }
                Job::New { message, flight, permit } => match self.prepare(message.clone()).await {
                    Ok((message, kept)) => fresh.push(Fresh { message, kept, flight, permit }),
                    Err(error) => self.land(&flight, |flight| flight.fail(error, message)),
                },
            }
        }
        let deadline = self.shared.options.clock.now().saturating_add(self.shared.options.deadline.as_secs());
        let (online, lasting): (Vec<_>, Vec<_>) = fresh.into_iter().partition(|fresh| fresh.message.body.is_true(ONLINE));
        self.queue(lasting, deadline).await;
        for Fresh { message, kept, flight, permit } in online {
            self.written.push_back(Written { no: None, message, deadline, flight, permit: Some(permit), kept });
        }
    }

    /// What happens to a message before it is written.
    async fn prepare(&self, mut message: Message) -> Result<(Message, Vec<KeptMedia>), SessionError> {
        if let Some(hooks) = &self.shared.options.hooks {
            let given = message.clone();
            hooks.before_send(&mut message).await.map_err(|denied| SessionError::Denied { reason: denied.reason })?;
            // Who says it, where and when, is not the hook's to change.
            message = Message { body: message.body, ..given };
            super::compose::check(&message)?;
        }
        self.shared.stage(message).await
    }

    async fn queue(&mut self, fresh: Vec<Fresh>, deadline: u64) {
        if fresh.is_empty() {
            return;
        }
        let messages = fresh.iter().map(|fresh| (fresh.message.clone(), deadline)).collect();
        match self.shared.bridge.run(move |archive| archive.queue(messages)).await {
            Ok(queued) => {
                for (Fresh { message, kept, flight, permit }, queued) in fresh.into_iter().zip(queued) {
                    match queued {
                        Ok(Waiting { no, message, deadline }) => {
                            self.written.push_back(Written { no: Some(no), message, deadline, flight, permit: Some(permit), kept });
                        }
                        Err(refusal) => self.land(&flight, |flight| flight.fail(SessionError::from(refusal), message)),
                    }
                }
            }
            Err(error) => {
                let error = Arc::new(SessionError::from(error));
                for Fresh { message, flight, .. } in fresh {
                    self.land(&flight, |flight| flight.fail(Arc::clone(&error), message));
                }
            }
        }
    }

    /// Publishes what is written, one after the other.
    async fn publish(&mut self) {
        while let Some(Written { no, message, deadline, flight, permit, kept: _kept }) = self.written.pop_front() {
            let published = self.shared.publish_message(self.conversation, &message, deadline, &flight).await;
            let Some(no) = no else {
                self.land(&flight, |flight| match published {
                    Ok(published) => flight.end(Ok(published.applied_to(message))),
                    Err(error) => flight.fail(error, message),
                });
                continue;
            };
            let (outcome, error) = match published {
                Ok(published) => (published.into_outcome(self.conversation), None),
                // It stays in the outbox for the next login; so does everything behind it.
                Err(SessionError::Ended) => break,
                Err(error @ SessionError::Cancelled) => (Outcome::Cancelled, Some(error)),
                Err(error) => (Outcome::Failed, Some(error)),
            };
            self.outcomes.push(((no, outcome), Ended { error, message, flight, _permit: permit }));
            let oldest = *self.oldest.get_or_insert_with(Instant::now);
            if oldest.elapsed() >= NOTE_AFTER {
                self.note().await;
            }
        }
        self.note().await;
    }

    /// Notes in the archive how messages ended, then tells who waits for them.
    async fn note(&mut self) {
        self.oldest = None;
        let (outcomes, ended): (Vec<_>, Vec<_>) = std::mem::take(&mut self.outcomes).into_iter().unzip();
        if ended.is_empty() {
            return;
        }
        match self.shared.bridge.run(move |archive| archive.settle(outcomes)).await {
            Ok(settled) => {
                for (ended, settled) in ended.into_iter().zip(settled) {
                    let message = settled.unwrap_or(ended.message);
                    self.land(&ended.flight, |flight| match ended.error {
                        None => flight.end(Ok(message)),
                        Some(error) => flight.fail(error, message),
                    });
                }
            }
            Err(error) => {
                let error = Arc::new(SessionError::from(error));
                for ended in ended {
                    self.land(&ended.flight, |flight| flight.fail(Arc::clone(&error), ended.message));
                }
            }
        }
    }

    /// Ends a flight.
    fn land(&self, flight: &Arc<Flight>, end: impl FnOnce(&Flight)) {
        self.shared.lanes.landed(&flight.id);
        end(flight);
    }
}

/// Such a message is kept nowhere.
pub(super) const ONLINE: &str = "message_is_online_msg";
