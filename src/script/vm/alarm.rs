//! The watchdog of a thread that runs scripts: it raises a flag when a slice of time is over, so that what runs only ever looks at that flag.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

/// Nothing is to be told.
const NEVER: u64 = u64::MAX;

/// The watchdog of one thread. Clones are the same one; its own thread ends, and is joined, with the last of them.
#[derive(Clone)]
pub(in crate::script) struct Alarm(Rc<Watch>);

struct Watch {
    face: Arc<Face>,
    somebody_waits: Arc<AtomicBool>,
    watchdog: Option<JoinHandle<()>>,
}

/// What both threads see. Times are nanoseconds since `base`.
struct Face {
    base: Instant,
    /// When to raise `is_due`.
    at: AtomicU64,
    /// Until when the watchdog sleeps; 0 while it is awake and will look at `at` again.
    sleeps_until: AtomicU64,
    is_due: AtomicBool,
    is_over: AtomicBool,
}

impl Alarm {
    /// An alarm for the calling thread. `somebody_waits` is set by whoever has more work for this thread: what runs then makes room after its slice.
    ///
    /// # Errors
    /// What the operating system says when there can be no more threads.
    pub(in crate::script) fn new(somebody_waits: Arc<AtomicBool>) -> std::io::Result<Self> {
        let face = Arc::new(Face {
            base: Instant::now(),
            at: AtomicU64::new(NEVER),
            sleeps_until: AtomicU64::new(0),
            is_due: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
        });
        let watched = Arc::clone(&face);
        let watchdog = thread::Builder::new().name("mynah-watchdog".to_owned()).spawn(move || watched.watch())?;
        Ok(Self(Rc::new(Watch { face, somebody_waits, watchdog: Some(watchdog) })))
    }

    /// Whether the time is over. A look at one number, without order: cheap enough for every step of a script.
    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.0.face.is_due.load(Ordering::Relaxed)
    }

    /// Whether this thread has other work.
    pub(super) fn somebody_waits(&self) -> bool {
        self.0.somebody_waits.load(Ordering::Relaxed)
    }

    /// Lowers the flag, and raises it again after this time.
    pub(super) fn arm(&self, after: Duration) {
        let face = &self.0.face;
        face.is_due.store(false, Ordering::Relaxed);
        let at = face.since_base(Instant::now() + after);
        face.at.store(at, Ordering::SeqCst);
        // One that sleeps no longer than this will see the new time by itself, so short runs in a row wake nobody.
        if face.sleeps_until.load(Ordering::SeqCst) > at {
            self.0.wake();
        }
    }

    /// Lowers the flag for good.
    pub(super) fn disarm(&self) {
        self.0.face.at.store(NEVER, Ordering::SeqCst);
        self.0.face.is_due.store(false, Ordering::Relaxed);
    }
}

impl Watch {
    fn wake(&self) {
        if let Some(thread) = self.watchdog.as_ref().map(JoinHandle::thread) {
            Thread::unpark(thread);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.face.is_over.store(true, Ordering::SeqCst);
        self.wake();
        if let Some(watchdog) = self.watchdog.take() {
            // It has nothing to say: a panic in it would have been told by the panic hook.
            let _ = watchdog.join();
        }
    }
}

impl Face {
    fn since_base(&self, time: Instant) -> u64 {
        u64::try_from(time.saturating_duration_since(self.base).as_nanos()).unwrap_or(NEVER - 1)
    }

    fn watch(&self) {
        while !self.is_over.load(Ordering::SeqCst) {
            let at = self.at.load(Ordering::SeqCst);
            let now = self.since_base(Instant::now());
            if at <= now {
                // Only the time that was looked at is taken away: a run that began meanwhile has put its own in its place. The flag may then
                // be raised for that one too early, which costs it one look at the clock.
                if self.at.compare_exchange(at, NEVER, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
                    self.is_due.store(true, Ordering::Relaxed);
                }
                continue;
            }
            self.sleeps_until.store(at, Ordering::SeqCst);
            // Whoever armed before this store is seen here, whoever does after it wakes.
            if self.at.load(Ordering::SeqCst) == at && !self.is_over.load(Ordering::SeqCst) {
                match at {
                    NEVER => thread::park(),
                    _ => thread::park_timeout(Duration::from_nanos(at - now)),
                }
            }
            self.sleeps_until.store(0, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_for(alarm: &Alarm) {
        while !alarm.is_due() {
            thread::yield_now();
        }
    }

    #[test]
    fn an_armed_alarm_rings_until_it_is_armed_again_or_disarmed() {
        let alarm = Alarm::new(Arc::default()).unwrap();
        assert!(!alarm.is_due());
        alarm.arm(Duration::from_millis(1));
        wait_for(&alarm);
        assert!(alarm.is_due(), "it goes on ringing");
        alarm.arm(Duration::from_secs(3_600));
        assert!(!alarm.is_due());
        alarm.arm(Duration::from_millis(1));
        wait_for(&alarm);
        alarm.disarm();
        assert!(!alarm.is_due());
    }

    #[test]
    fn a_nearer_time_wakes_a_watchdog_that_sleeps_until_a_later_one() {
        let alarm = Alarm::new(Arc::default()).unwrap();
        for _ in 0..100 {
            alarm.arm(Duration::from_secs(3_600));
            alarm.arm(Duration::from_micros(100));
            wait_for(&alarm);
        }
    }
}
