//! Bounds what waits for the indexing thread: who adds faster than it indexes is made to wait.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// How much waits, and how much may.
#[derive(Debug)]
pub(super) struct Backlog {
    limit: usize,
    waiting: Mutex<usize>,
    shrunk: Condvar,
}

/// A part of the backlog; it leaves when this is dropped.
#[derive(Debug)]
pub(super) struct Load {
    backlog: Arc<Backlog>,
    bytes: usize,
}

impl Backlog {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, waiting: Mutex::new(0), shrunk: Condvar::new() })
    }

    /// Waits until there is room, then takes `bytes` of it. A load greater than the whole room goes in alone.
    pub(super) fn take(self: &Arc<Self>, bytes: usize) -> Arc<Load> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |waiting: &mut usize| *waiting > 0 && *waiting + bytes > self.limit;
        let mut waiting = self.shrunk.wait_while(waiting, full).unwrap_or_else(PoisonError::into_inner);
        *waiting += bytes;
        Arc::new(Load { backlog: Arc::clone(self), bytes })
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        *self.backlog.waiting.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.backlog.shrunk.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_the_backlog_full_waits_until_it_shrinks() {
        let backlog = Backlog::new(100);
        let first = backlog.take(150);
        let waiter = std::thread::spawn({
            let backlog = Arc::clone(&backlog);
            move || drop(backlog.take(10))
        });
        assert_eq!(*backlog.waiting.lock().unwrap(), 150);
        drop(first);
        waiter.join().unwrap();
        assert_eq!(*backlog.waiting.lock().unwrap(), 0);
    }
}
