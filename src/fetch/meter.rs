//! How far a transfer has come, told often enough to be seen and seldom enough to cost nothing.

use std::time::{Duration, Instant};

/// Tells the progress of one call.
pub(super) struct Meter<'a> {
    tell: &'a (dyn Fn(u64, u64) + Send + Sync),
    told: u64,
    at: Instant,
}

impl<'a> Meter<'a> {
    const BYTES: u64 = 256 << 10;
    const TIME: Duration = Duration::from_millis(100);

    pub(super) fn new(tell: &'a (dyn Fn(u64, u64) + Send + Sync)) -> Self {
        Self { tell, told: 0, at: Instant::now() }
    }

    /// Notes that `current` bytes are there, of `total` or of an unknown number. Less than before means that it starts over.
    pub(super) fn note(&mut self, current: u64, total: Option<u64>) {
        let is_due = current < self.told || current - self.told >= Self::BYTES || self.at.elapsed() >= Self::TIME;
        // All of it is told once: when the file is under its name.
        if is_due && current != self.told && total != Some(current) {
            self.told = current;
            self.at = Instant::now();
            (self.tell)(current, total.unwrap_or(0));
        }
    }
}
