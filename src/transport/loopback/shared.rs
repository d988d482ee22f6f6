//! What all ends of a hub share: its book, its lines, its shelf. No lock here is held over a wait of a task, but that of syncing. The desk is held
//! while the book reads and appends, which in a folder is a file that other processes lock for one append at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::book::Book;
use super::entry::Entry;
use super::lines::{Lines, Passage};
use super::options::HubOptions;
use super::rules::{Judge, Verdict};
use super::shelf::Shelf;
use super::state::State;
use super::weather::Weather;
use crate::model::{ConversationId, ConversationKind, Message};
use crate::transport::{Ack, Parcel, TransportError};

/// How often the file is looked at for what other processes have appended, while somebody waits.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A hub, seen from inside.
pub(super) struct Shared {
    pub(super) options: HubOptions,
    pub(super) shelf: Shelf,
    desk: Mutex<Desk>,
    /// Held by who syncs the file; who waits for it finds its own entries synced as well, most of the time.
    syncing: tokio::sync::Mutex<()>,
    /// How many entries are known to be on the disk.
    synced: AtomicU64,
}

/// What changes together.
pub(super) struct Desk {
    pub(super) book: Book,
    pub(super) lines: Lines,
    /// The newest time that was told to anybody.
    latest: u64,
}

impl Desk {
    /// The hub's time when its clock shows this.
    fn now(&mut self, clock: u64) -> u64 {
        self.latest = clock.max(self.latest).max(self.book.state().latest);
        self.latest
    }
}

impl Shared {
    pub(super) fn new(options: HubOptions, book: Book, shelf: Shelf) -> Self {
        let desk = Desk { book, lines: Lines::new(options.seed), latest: 0 };
        Self { options, shelf, desk: Mutex::new(desk), syncing: tokio::sync::Mutex::new(()), synced: AtomicU64::new(0) }
    }

    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hub's time. It never falls.
    pub(super) fn now(&self) -> u64 {
        let clock = (self.options.clock)();
        self.desk().now(clock)
    }

    /// Appends what `decide` makes of the newest state and the hub's time, and tells those who wait.
    pub(super) fn change<T>(
        &self,
        decide: impl FnOnce(&State, u64) -> Result<(Vec<Entry>, T), TransportError>,
    ) -> Result<T, TransportError> {
        let clock = (self.options.clock)();
        let desk = &mut *self.desk();
        let now = desk.now(clock);
        let answer = desk.book.change(|state| decide(state, now.max(state.latest)));
        desk.lines.ring(desk.book.state());
        answer
    }

    /// Takes a parcel of an account. What is kept of it is among the first entries of the log, whose number is returned; they are not
    /// yet synced.
    pub(super) fn take(&self, account: &str, parcel: Parcel) -> Result<(Ack, u64), TransportError> {
        let passed = self.change(|state, now| {
            let judge = Judge { state, options: &self.options, account, now };
            let length = state.length();
            Ok(match judge.judge(parcel)? {
                Verdict::Take(entries, ack) => {
                    let length = length + entries.len() as u64;
                    (entries, (ack, length, None))
                }
                Verdict::Known(ack) => (Vec::new(), (ack, length, None)),
                Verdict::Pass(message, ack) => (Vec::new(), (ack, 0, Some(message))),
            })
        });
        let (ack, length, message) = passed?;
        Ok((message.map_or(ack, |message| self.pass(*message, ack)), length))
    }

    /// Hands an online-only message to those who are connected to this hub.
    fn pass(&self, message: Message, ack: Ack) -> Ack {
        let desk = &mut *self.desk();
        let (Some(to), Ok(back)) = (message.conversation.clone(), ConversationId::c2c(&message.sender)) else { return ack };
        let id = format!("{to} {}", message.id_text());
        if let Some(ack) = desk.lines.passed(&id) {
            return ack;
        }
        let group = desk.book.state().talk(&message.sender, &to);
        desk.lines.pass(id, ack, |account| {
            let conversation = match to.kind() {
                ConversationKind::Group => group?.member(account).map(|_| &to)?,
                ConversationKind::C2c => (account == to.id()).then_some(&back)?,
            };
            let is_another = account != message.sender;
            is_another.then(|| Message { is_from_self: Some(false), ..message.clone() }.in_conversation(conversation))
        });
        ack
    }

    /// Waits until the first `length` entries are on the disk. Who waits at the same time shares one sync.
    pub(super) async fn persist(&self, length: u64) -> Result<(), TransportError> {
        if self.synced.load(Ordering::Acquire) >= length {
            return Ok(());
        }
        let _turn = self.syncing.lock().await;
        let Some((file, written)) = self.desk().book.file() else { return Ok(()) };
        if self.synced.load(Ordering::Acquire) >= length {
            return Ok(());
        }
        let synced = blocking(move || Ok(file.sync_data())).await?;
        synced.map_err(|source| self.desk().book.note_broken(source))?;
        self.synced.store(written, Ordering::Release);
        Ok(())
    }

    /// As if the process had ended and come back.
    pub(super) fn restart(&self) -> Result<(), TransportError> {
        let desk = &mut *self.desk();
        self.synced.store(0, Ordering::Release);
        desk.book.reopen()?;
        desk.lines.reconnect_all(desk.book.state());
        Ok(())
    }

    /// Waits until the bell of a line rings, or it is time to look at the file again.
    pub(super) async fn listen(&self, bell: &tokio::sync::Notify) {
        if self.desk().book.file().is_none() {
            return bell.notified().await;
        }
        // It is no error that nothing rang.
        let _ = tokio::time::timeout(LOOK_EVERY, bell.notified()).await;
    }

    pub(super) fn weather(&self, account: &str) -> Weather {
        self.desk().lines.weather_of(account)
    }

    pub(super) fn depart(&self, line: u64) -> Result<Passage, TransportError> {
        self.desk().lines.depart(line)
    }

    pub(super) fn was_cut(&self, passage: &Passage) -> bool {
        self.desk().lines.was_cut(passage)
    }

    /// Brings a request to the hub, lets it do `work` there, and brings back the answer.
    pub(super) async fn travel<T>(
        &self,
        passage: &Passage,
        work: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        wait(passage.delay).await;
        if passage.is_lost || self.was_cut(passage) {
            return self.give_up(passage).await;
        }
        let answer = work.await;
        wait(passage.delay).await;
        if passage.answer_is_lost || self.was_cut(passage) {
            return self.give_up(passage).await;
        }
        answer
    }

    async fn give_up<T>(&self, passage: &Passage) -> Result<T, TransportError> {
        // A lost connection is noticed, a lost answer is waited for.
        if !self.was_cut(passage) {
            wait(passage.patience).await;
        }
        Err(TransportError::NoAnswer)
    }
}

/// Waits so long; no time is not even a pause.
pub(super) async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// Does blocking work where it blocks nobody. Once begun it is done, also when nobody waits any more.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TransportError> + Send + 'static,
) -> Result<T, TransportError> {
    // It ends without a result only when the whole runtime ends.
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(TransportError::NoAnswer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::loopback::Hub;
    use crate::transport::{RoamingRequest, Transport as _};

    #[tokio::test]
    async fn what_roaming_history_tells_is_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let hub = Hub::open(folder.path()).unwrap();
        let bob = hub.account("bob");
        let message = Message { rand: 7, ..Message::text("alice", 5, "hello") };
        let to = ConversationId::c2c("bob").unwrap();
        // Taken, and then whoever published it gave up before it was synced.
        hub.shared().take("alice", Parcel::Message { to, message }).unwrap();
        assert_eq!(hub.shared().synced.load(Ordering::Acquire), 0);
        let conversation = ConversationId::c2c("alice").unwrap();
        let request = RoamingRequest { conversation, from: 0, until: u64::MAX, newest_first: false, cursor: None, limit: 10 };
        assert_eq!(bob.roam(request).await.unwrap().messages.len(), 1);
        assert_eq!(hub.shared().synced.load(Ordering::Acquire), 1);
    }
}
