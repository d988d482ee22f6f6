//! The stream of what happens to an account.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::sync::{broadcast, watch};

use super::journal::{Event, JournalEvents, Told};
use super::{SessionError, Shared};
use crate::archive::{Archive, ArchiveError, Follower};
use crate::store::{JournalNo, lock};
use crate::transport::Connection;

/// Changes that are read from the journal at once.
const BATCH: usize = 1_000;

/// What happens to an account, in order.
///
/// What is in the journal is never missed: while this lives, the journal keeps what it has not read. Connections, progress and online-only
/// messages are not in the journal; of those a slow subscriber misses some, and is told how many.
pub struct Events {
    shared: Arc<Shared>,
    read: Arc<Mutex<Read>>,
    head: watch::Receiver<JournalNo>,
    connection: watch::Receiver<Connection>,
    deaf: watch::Receiver<bool>,
    live: broadcast::Receiver<Event>,
}

/// How far the journal is read, and what was read and not yet given out.
struct Read {
    follower: Result<Follower, Option<ArchiveError>>,
    events: JournalEvents,
    ready: VecDeque<Told>,
}

impl Read {
    /// Reads on in the journal where there is more. Everything that is read is in `ready` when this returns, so that nothing is lost when
    /// nobody waits for it any more.
    fn advance(&mut self, archive: &Archive) -> Result<(), SessionError> {
        let follower = match &mut self.follower {
            Ok(follower) => follower,
            Err(error) => return Err(error.take().map_or(SessionError::Ended, SessionError::from)),
        };
        let changes = follower.read(BATCH)?;
        self.ready.extend(self.events.told(archive, &changes)?);
        Ok(())
    }
}

impl Events {
    pub(super) fn new(shared: &Arc<Shared>, since: Option<JournalNo>) -> Self {
        // What is live is subscribed to before the journal, so that nothing falls in between.
        let live = shared.live.subscribe();
        let archive = shared.bridge.archive();
        let events = JournalEvents::new(archive);
        let follower = archive.follow(since).map_err(Some);
        let mut connection = shared.transport.connection();
        connection.mark_unchanged();
        let mut deaf = shared.deaf.subscribe();
        if *deaf.borrow() {
            deaf.mark_changed();
        }
        let read = Arc::new(Mutex::new(Read { follower, events, ready: VecDeque::new() }));
        Self { shared: Arc::clone(shared), read, head: shared.head.clone(), connection, deaf, live }
    }

    /// Waits for the next event. Dropping the wait loses nothing.
    ///
    /// # Errors
    /// [`SessionError::Ended`] when the session has ended and everything that happened before was given out.
    /// [`SessionError::Archive`] when the journal cannot be read, or no longer holds what was asked for.
    pub async fn next(&mut self) -> Result<Told, SessionError> {
        loop {
            let head = *self.head.borrow_and_update();
            if let Some(told) = lock(&self.read).ready.pop_front() {
                return Ok(told);
            }
            let passed = lock(&self.read).follower.as_ref().map_or(JournalNo::default(), Follower::read_up_to);
            if passed < head.max(self.shared.bridge.archive().journal_head()) || lock(&self.read).follower.is_err() {
                let read = Arc::clone(&self.read);
                self.shared.bridge.run(move |archive| lock(&read).advance(archive)).await?;
                continue;
            }
            if let Some(event) = self.wait().await {
                return Ok(Told { no: None, event });
            }
            if self.shared.stop.is_cancelled() && self.is_drained() {
                return Err(SessionError::Ended);
            }
        }
    }

    /// Whether everything that happened was given out.
    fn is_drained(&self) -> bool {
        let is_read = lock(&self.read).follower.as_ref().is_ok_and(|follower| {
            // The session writes nothing more.
            self.shared.tasks.is_empty() && follower.read_up_to() >= self.shared.bridge.archive().journal_head()
        });
        is_read && self.live.is_empty()
    }

    /// Whether [`Events::next`] would wait: everything that has happened so far was given out.
    #[cfg(feature = "script")]
    pub(crate) fn is_caught_up(&self) -> bool {
        let read = lock(&self.read);
        let is_read = read.follower.as_ref().is_ok_and(|follower| follower.read_up_to() >= self.shared.bridge.archive().journal_head());
        is_read && read.ready.is_empty() && self.live.is_empty()
    }

    /// Waits for a live event, or until there may be more in the journal or the session has ended (`None`).
    async fn wait(&mut self) -> Option<Event> {
        use broadcast::error::RecvError::{Closed, Lagged};
        let ended = async {
            self.shared.stop.cancelled().await;
            self.shared.tasks.wait().await;
        };
        tokio::select! {
            biased;
            Ok(()) = self.head.changed() => None,
            Ok(()) = self.connection.changed() => Some(Event::Connection(*self.connection.borrow_and_update())),
            Ok(()) = self.deaf.changed() => Some(Event::Deaf),
            live = self.live.recv() => match live {
                Ok(event) => Some(event),
                Err(Lagged(missed)) => Some(Event::Missed(missed)),
                Err(Closed) => None,
            },
            () = ended => None,
        }
    }
}
