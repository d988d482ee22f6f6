//! The order of sending: one lane a conversation. What is given to a lane is written in the order in which it was given, and leaves in that
//! order; writing does not wait for what leaves, and lanes do not wait for each other, but write together. A lane that has nothing to do does not exist.

use std::collections::{BTreeMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::Shared;
use super::flight::Flight;
use crate::archive::{KeptMedia, OutboxNo};
use crate::model::{ConversationId, Message};
use crate::store::lock;

/// The most messages of a lane that are written at once.
const BATCH: usize = 256;

/// A message that is to be written.
pub(super) struct Given {
    pub(super) message: Message,
    pub(super) deadline: u64,
    pub(super) flight: Arc<Flight>,
    pub(super) permit: OwnedSemaphorePermit,
}

/// A message that may leave.
pub(super) struct Ready {
    /// `None`: it is kept nowhere, because it is for who is online only.
    pub(super) no: Option<OutboxNo>,
    pub(super) message: Message,
    pub(super) deadline: u64,
    pub(super) flight: Arc<Flight>,
    /// Given back when the message has ended; a message of an earlier run has none.
    pub(super) permit: Option<OwnedSemaphorePermit>,
    /// The files that it was given with. One that is kept nowhere has them from here only.
    pub(super) kept: Vec<KeptMedia>,
}

/// What a task of a lane does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    Write,
    Publish,
}

/// What waits in one lane, and which tasks it has.
#[derive(Default)]
struct Lane {
    given: VecDeque<Given>,
    ready: VecDeque<Ready>,
    is_writing: bool,
    is_publishing: bool,
}

impl Lane {
    fn is_idle(&self) -> bool {
        self.given.is_empty() && self.ready.is_empty() && !self.is_writing && !self.is_publishing
    }

    /// Notes that there is work of this kind. Returns whether a task has to be started for it.
    fn needs_task(&mut self, duty: Duty) -> bool {
        let is_at_work = match duty {
            Duty::Write => &mut self.is_writing,
            Duty::Publish => &mut self.is_publishing,
        };
        !std::mem::replace(is_at_work, true)
    }
}

/// All lanes, and every message under way by its id.
#[derive(Default)]
pub(super) struct Lanes {
    kept: Mutex<Kept>,
    /// How many messages are under way.
    under_way: watch::Sender<usize>,
}

#[derive(Default)]
struct Kept {
    lanes: BTreeMap<ConversationId, Lane>,
    flights: BTreeMap<String, Arc<Flight>>,
}

impl Lanes {
    fn give(&self, conversation: &ConversationId, given: Given) -> bool {
        let mut kept = lock(&self.kept);
        kept.flights.insert(given.flight.id.clone(), Arc::clone(&given.flight));
        self.count(&kept);
        let lane = kept.lanes.entry(conversation.clone()).or_default();
        lane.given.push_back(given);
        lane.needs_task(Duty::Write)
    }

    /// Adds what may leave. Returns what was cancelled meanwhile, and whether a task has to be started.
    fn offer(&self, conversation: &ConversationId, ready: Vec<Ready>) -> (Vec<Ready>, bool) {
        let mut kept = lock(&self.kept);
        for ready in &ready {
            kept.flights.insert(ready.flight.id.clone(), Arc::clone(&ready.flight));
        }
        self.count(&kept);
        let lane = kept.lanes.entry(conversation.clone()).or_default();
        // Looked at under the lock under which cancelled ones are taken out again, so that none is missed by both.
        let (cancelled, ready): (Vec<_>, Vec<_>) = ready.into_iter().partition(|ready| ready.flight.is_cancelled());
        lane.ready.extend(ready);
        let needs_task = !lane.ready.is_empty() && lane.needs_task(Duty::Publish);
        (cancelled, needs_task)
    }

    /// The next messages to be written. None ends the task.
    pub(super) fn take_given(&self, conversation: &ConversationId) -> Vec<Given> {
        let mut kept = lock(&self.kept);
        let Some(lane) = kept.lanes.get_mut(conversation) else { return Vec::new() };
        let count = lane.given.len().min(BATCH);
        let batch: Vec<Given> = lane.given.drain(..count).collect();
        lane.is_writing = !batch.is_empty();
        if lane.is_idle() {
            kept.lanes.remove(conversation);
        }
        batch
    }

    /// The next message to leave.
    pub(super) fn next_ready(&self, conversation: &ConversationId) -> Option<Ready> {
        lock(&self.kept).lanes.get_mut(conversation)?.ready.pop_front()
    }

    /// Ends the publishing task, unless something came meanwhile. Returns whether it ends.
    pub(super) fn rest(&self, conversation: &ConversationId) -> bool {
        let mut kept = lock(&self.kept);
        let Some(lane) = kept.lanes.get_mut(conversation) else { return true };
        if !lane.ready.is_empty() {
            return false;
        }
        lane.is_publishing = false;
        if lane.is_idle() {
            kept.lanes.remove(conversation);
        }
        true
    }

    /// Takes a cancelled message out of its lane, if it waits there.
    pub(super) fn take_cancelled(&self, flight: &Flight) -> Option<Ready> {
        let mut kept = lock(&self.kept);
        let conversation = flight.conversation()?;
        let lane = kept.lanes.get_mut(conversation)?;
        let at = lane.ready.iter().position(|ready| ready.flight.id == flight.id)?;
        lane.ready.remove(at)
    }

    /// The message under way with this id.
    pub(super) fn flight(&self, id: &str) -> Option<Arc<Flight>> {
        lock(&self.kept).flights.get(id).cloned()
    }

    /// All messages under way to a conversation.
    pub(super) fn flights_to(&self, conversation: &ConversationId) -> Vec<Arc<Flight>> {
        let kept = lock(&self.kept);
        kept.flights.values().filter(|flight| flight.conversation() == Some(conversation)).cloned().collect()
    }

    pub(super) fn landed(&self, id: &str) {
        let mut kept = lock(&self.kept);
        kept.flights.remove(id);
        self.count(&kept);
    }

    /// How many messages are under way, now and whenever that changes.
    #[cfg(feature = "script")]
    pub(super) fn under_way(&self) -> watch::Receiver<usize> {
        self.under_way.subscribe()
    }

    /// Tells how many messages are under way. Called with the lock held, so that the last word is right.
    fn count(&self, kept: &Kept) {
        self.under_way.send_replace(kept.flights.len());
    }

    /// Forgets a lane that came to grief, and ends what was under way in it.
    fn wreck(&self, conversation: &ConversationId) {
        drop(lock(&self.kept).lanes.remove(conversation));
        for flight in self.flights_to(conversation) {
            self.landed(&flight.id);
            flight.abandon();
        }
    }

    /// Ends everything that is under way. Called when no lane works any more.
    pub(super) fn abandon(&self) {
        let Kept { lanes, flights } = std::mem::take(&mut *lock(&self.kept));
        self.under_way.send_replace(0);
        drop(lanes);
        for flight in flights.into_values() {
            flight.abandon();
        }
    }
}

impl Shared {
    /// Gives a message to the lane of its conversation.
    pub(super) fn give(self: &Arc<Self>, conversation: &ConversationId, given: Given) {
        if self.lanes.give(conversation, given) {
            self.start(conversation.clone(), Duty::Write);
        }
    }

    /// Lets written messages leave, behind those that wait already.
    pub(super) fn offer(self: &Arc<Self>, conversation: &ConversationId, ready: Vec<Ready>) {
        let (cancelled, needs_task) = self.lanes.offer(conversation, ready);
        if needs_task {
            self.start(conversation.clone(), Duty::Publish);
        }
        for ready in cancelled {
            self.call_back(ready);
        }
    }

    fn start(self: &Arc<Self>, conversation: ConversationId, duty: Duty) {
        let shared = Arc::clone(self);
        self.spawn(async move {
            let work = async {
                match duty {
                    Duty::Write => shared.run_writer(&conversation).await,
                    Duty::Publish => shared.run_publisher(&conversation).await,
                }
            };
            // A fault of a transport or of ours must not stop the conversation for ever. What is in the outbox leaves at the next login.
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                tracing::error!(?duty, "a fault while sending; what waits in this conversation is sent at the next login");
                shared.lanes.wreck(&conversation);
            }
        });
    }
}
