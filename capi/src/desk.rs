//! The library thread: the one thread that calls back, in the order in which answers come, and that reads local data.
//!
//! It begins with the first call and stays until the process ends. Its queue holds at most [`MOST`] calls; events wait for room
//! where they come from.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::answer::{Answer, Reply};
use crate::worker::Worker;

/// Calls in flight.
const MOST: usize = 65_536;

/// The library thread's desk.
pub(crate) struct Desk {
    worker: Worker,
    in_flight: AtomicUsize,
    /// The time between two ends of the library, counted.
    era: AtomicU64,
    /// Answers of calls of earlier eras are not wanted any more.
    wanted: AtomicU64,
    /// The library is being ended: the era has begun, and what is said meanwhile belongs to the one before.
    is_ending: AtomicBool,
}

static DESK: LazyLock<Desk> = LazyLock::new(|| Desk {
    worker: Worker::start("mynah"),
    in_flight: AtomicUsize::new(0),
    era: AtomicU64::new(0),
    wanted: AtomicU64::new(0),
    is_ending: AtomicBool::new(false),
});

/// The desk of this process.
pub(crate) fn desk() -> &'static Desk {
    &DESK
}

impl Desk {
    /// Takes a call in, or `None` when too many wait.
    pub(crate) fn admit(&'static self) -> Option<Ticket> {
        if !self.worker.is_running() {
            return None;
        }
        let take = |count| (count < MOST).then_some(count + 1);
        self.in_flight.fetch_update(Ordering::AcqRel, Ordering::Relaxed, take).ok()?;
        Some(Ticket { desk: self, era: AtomicU64::new(self.era()) })
    }

    /// Does something on the library thread, behind everything that was asked before.
    pub(crate) fn post(&self, job: impl FnOnce() + Send + 'static) {
        self.worker.post(job);
    }

    /// Answers a call.
    pub(crate) fn answer(&self, reply: Reply, answer: Answer) {
        self.post(move || reply.end(&answer));
    }

    /// Whether this is the library thread.
    pub(crate) fn is_here(&self) -> bool {
        self.worker.is_here()
    }

    /// Waits until everything that was posted so far is done. Not from the library thread.
    pub(crate) fn drain(&self) {
        self.worker.drain();
    }

    /// The era of what happens now.
    pub(crate) fn era(&self) -> u64 {
        self.era.load(Ordering::Acquire)
    }

    /// The era of what the library says of itself now: until it has ended, that is the one which ends.
    pub(crate) fn era_of_lines(&self) -> u64 {
        self.era().saturating_sub(u64::from(self.is_ending.load(Ordering::Acquire)))
    }

    /// Ends an era and returns the number of the new one.
    pub(crate) fn begin_era(&self) -> u64 {
        self.is_ending.store(true, Ordering::Release);
        self.era.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Drops what comes from eras before this one.
    pub(crate) fn forget_before(&self, era: u64) {
        self.wanted.fetch_max(era, Ordering::AcqRel);
    }

    /// Says that the library has ended.
    pub(crate) fn ended(&self) {
        self.is_ending.store(false, Ordering::Release);
    }

    /// Whether what comes from this era is still wanted.
    pub(crate) fn wants(&self, era: u64) -> bool {
        era >= self.wanted.load(Ordering::Acquire)
    }
}

/// The right to one answer.
pub(crate) struct Ticket {
    desk: &'static Desk,
    era: AtomicU64,
}

impl Ticket {
    /// Makes it one of the present era.
    pub(crate) fn renew(&self) {
        self.era.store(self.desk.era(), Ordering::Release);
    }

    /// Whether the answer is still wanted.
    pub(crate) fn is_current(&self) -> bool {
        self.desk.wants(self.era.load(Ordering::Acquire))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.desk.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}
