//! What searchers and the indexing thread tell each other.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::index::IndexReader;
use crate::store::{JournalNo, Store};

/// How far the index is.
#[derive(Clone, Debug, Default)]
pub(in crate::archive) struct Progress {
    /// Searches see every change up to this one.
    pub(in crate::archive) covered: JournalNo,
    /// Every change up to this one was handed to the index.
    pub(in crate::archive) fed: JournalNo,
    /// Every message is in the index, not only those since some change.
    pub(in crate::archive) is_complete: bool,
    /// The thread is there.
    pub(in crate::archive) is_running: bool,
    /// A new index is being built, by request.
    pub(in crate::archive) is_rebuilding: bool,
    /// Messages that the rebuild under way has scanned.
    pub(in crate::archive) scanned: u64,
    /// Times that the index was compacted since it was opened.
    pub(in crate::archive) compactions: u64,
    /// Why the index stands still.
    pub(in crate::archive) fault: Option<String>,
}

/// What searchers and owners ask of the thread.
#[derive(Clone, Debug, Default)]
pub(in crate::archive) struct Asked {
    /// Make searches see every change up to this one.
    pub(in crate::archive) cover: JournalNo,
    /// Build a new index from the log.
    pub(in crate::archive) rebuild: bool,
    /// Merge everything, so that nothing of removed messages is left.
    pub(in crate::archive) compact: bool,
    /// The index that answers was found to be damaged.
    pub(in crate::archive) damaged: bool,
    /// End.
    pub(in crate::archive) stop: bool,
}

#[derive(Default)]
struct Inner {
    progress: Progress,
    asked: Asked,
    reader: Option<IndexReader>,
    /// When the thread was asked to end.
    closing: Option<Instant>,
}

/// How long closing may take to bring the index up to date. What is left is caught up at the next opening.
const CLOSING: Duration = Duration::from_secs(5);

/// Shared by searchers, writers and the indexing thread.
#[derive(Default)]
pub(in crate::archive) struct IndexState {
    inner: Mutex<Inner>,
    /// Something was asked or written.
    work: Condvar,
    /// Something was done or written.
    done: Condvar,
}

impl IndexState {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes everybody who waits for changes.
    pub(in crate::archive) fn tell_of_changes(&self) {
        // Under the lock, so that nobody who is about to wait misses it.
        let _inner = self.lock();
        self.work.notify_all();
        self.done.notify_all();
    }

    /// Asks something of the thread.
    pub(in crate::archive) fn ask(&self, change: impl FnOnce(&mut Asked)) {
        change(&mut self.lock().asked);
        self.work.notify_all();
    }

    /// Asks for a new index, and says so at once, so that whoever waits for its end does not see the time before its beginning.
    pub(in crate::archive) fn ask_to_rebuild(&self) {
        let mut inner = self.lock();
        if inner.progress.is_running && inner.progress.is_complete {
            inner.asked.rebuild = true;
            inner.progress.is_rebuilding = true;
        }
        drop(inner);
        self.work.notify_all();
    }

    /// Asks for a compaction and returns how many there were before it.
    pub(in crate::archive) fn ask_to_compact(&self) -> u64 {
        let mut inner = self.lock();
        inner.asked.compact = true;
        self.work.notify_all();
        inner.progress.compactions
    }

    pub(in crate::archive) fn progress(&self) -> Progress {
        self.lock().progress.clone()
    }

    /// What answers searches now.
    pub(in crate::archive) fn reader(&self) -> Option<IndexReader> {
        self.lock().reader.clone()
    }

    /// Waits until `is_done` holds of the progress, or the thread is not there, or the time is over.
    pub(in crate::archive) fn wait(&self, timeout: Option<Duration>, mut is_done: impl FnMut(&Progress) -> bool) -> Progress {
        let end = timeout.map(|timeout| Instant::now() + timeout);
        let mut inner = self.lock();
        while !is_done(&inner.progress) && inner.progress.is_running && inner.progress.fault.is_none() {
            let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            // A bounded wait also where there is no end, so that a missed wake-up costs a second and not for ever.
            let wait = left.min(Duration::from_secs(1));
            inner = self.done.wait_timeout(inner, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
        inner.progress.clone()
    }

    /// Waits until the journal has a change behind `since`.
    pub(in crate::archive) fn wait_for_change(&self, store: &Store, since: JournalNo, timeout: Duration) -> bool {
        let end = Instant::now() + timeout;
        let mut inner = self.lock();
        while store.head() <= since {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            inner = self.done.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    pub(super) fn set_running(&self, is_running: bool) {
        self.lock().progress.is_running = is_running;
        self.done.notify_all();
    }

    pub(super) fn set_fault(&self, fault: String) {
        self.lock().progress.fault = Some(fault);
        self.done.notify_all();
    }

    /// Changes the progress and wakes who waits for it.
    pub(super) fn advance(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.lock().progress);
        self.done.notify_all();
    }

    /// Puts another index in the place of the one that answers.
    pub(super) fn serve(&self, reader: Option<IndexReader>, change: impl FnOnce(&mut Progress)) {
        let mut inner = self.lock();
        inner.reader = reader;
        change(&mut inner.progress);
        // Asked for and not begun: whoever waits for its end must not see the time before its beginning.
        inner.progress.is_rebuilding |= inner.asked.rebuild;
        drop(inner);
        self.done.notify_all();
    }

    /// Whether there is time left to bring the index up to date before the archive closes.
    pub(super) fn may_go_on_closing(&self) -> bool {
        let mut inner = self.lock();
        inner.closing.get_or_insert_with(Instant::now).elapsed() < CLOSING
    }

    /// Waits for work, at most `timeout`, and takes what was asked. `has_work` is looked at under the lock.
    pub(super) fn take_work(&self, timeout: Duration, has_work: impl Fn(&Asked) -> bool) -> Asked {
        let mut inner = self.lock();
        if !has_work(&inner.asked) {
            inner = self.work.wait_timeout(inner, timeout).unwrap_or_else(PoisonError::into_inner).0;
        }
        let asked = inner.asked.clone();
        inner.asked.rebuild = false;
        inner.asked.damaged = false;
        asked
    }

    /// Waits, at most `timeout`, until asked to stop; takes nothing of what was asked. Returns whether it was.
    pub(super) fn pause(&self, timeout: Duration) -> bool {
        let end = Instant::now() + timeout;
        let mut inner = self.lock();
        while !inner.asked.stop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            inner = self.work.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        inner.asked.stop
    }

    /// Notes that a compaction is done.
    pub(super) fn compacted(&self) {
        let mut inner = self.lock();
        inner.asked.compact = false;
        inner.progress.compactions += 1;
        drop(inner);
        self.done.notify_all();
    }
}
