//! The library thread: the one thread that calls back, in the order in which answers come, and that reads local data.
//!
//! It begins with the first call and stays until the process ends. Its queue holds at most [`MOST`] calls; events wait for room
//! where they come from.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, OnceLock};
use std::thread::{self, ThreadId};

use crate::answer::{Answer, Reply};

/// Calls in flight.
const MOST: usize = 65_536;

/// Something to do on the library thread.
type Job = Box<dyn FnOnce() + Send>;

/// The library thread's desk.
pub(crate) struct Desk {
    jobs: Sender<Job>,
    in_flight: AtomicUsize,
    /// Answers of calls of an earlier era are dropped: `TIMUninit` was called from a callback since.
    era: AtomicU64,
}

static DESK: LazyLock<Desk> = LazyLock::new(Desk::open);
static THREAD: OnceLock<ThreadId> = OnceLock::new();

/// The desk of this process.
pub(crate) fn desk() -> &'static Desk {
    &DESK
}

impl Desk {
    fn open() -> Self {
        let (jobs, waiting) = channel::<Job>();
        let body = move || {
            let _ = THREAD.set(thread::current().id());
            for job in waiting {
                if catch_unwind(AssertUnwindSafe(job)).is_err() {
                    tracing::error!("a fault in the library was caught on its thread");
                }
            }
        };
        // Without the thread no call is ever admitted, see `do_on_thread`.
        if let Err(error) = thread::Builder::new().name("mynah".to_owned()).spawn(body) {
            tracing::error!(%error, "the library thread could not be started");
        }
        Self { jobs, in_flight: AtomicUsize::new(0), era: AtomicU64::new(0) }
    }

    /// Takes a call in, or `None` when too many wait.
    pub(crate) fn admit(&'static self) -> Option<Ticket> {
        let take = |count| (count < MOST).then_some(count + 1);
        self.in_flight.fetch_update(Ordering::AcqRel, Ordering::Relaxed, take).ok()?;
        Some(Ticket { desk: self, era: self.era.load(Ordering::Acquire) })
    }

    /// Does something on the library thread, behind everything that was asked before.
    pub(crate) fn post(&self, job: impl FnOnce() + Send + 'static) {
        if self.jobs.send(Box::new(job)).is_err() {
            tracing::error!("the library thread is gone");
        }
    }

    /// Answers a call.
    pub(crate) fn answer(&self, reply: Reply, answer: Answer) {
        self.post(move || reply.call(&answer));
    }

    /// Whether this is the library thread.
    pub(crate) fn is_here(&self) -> bool {
        THREAD.get() == Some(&thread::current().id())
    }

    /// Waits until everything that was posted so far is done. Not from the library thread.
    pub(crate) fn drain(&self) {
        let (done, wait) = channel();
        self.post(move || {
            let _ = done.send(());
        });
        let _ = wait.recv();
    }

    /// Drops the answers of all calls in flight.
    pub(crate) fn forget_calls(&self) {
        self.era.fetch_add(1, Ordering::AcqRel);
    }

    /// The era of calls that are made now.
    pub(crate) fn era(&self) -> u64 {
        self.era.load(Ordering::Acquire)
    }
}

/// The right to one answer.
pub(crate) struct Ticket {
    desk: &'static Desk,
    era: u64,
}

impl Ticket {
    /// Whether the answer is still wanted.
    pub(crate) fn is_current(&self) -> bool {
        self.era == self.desk.era()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.desk.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}
