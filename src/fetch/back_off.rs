//! How long to wait before trying again, and when to stop trying.

use std::time::Duration;

use super::FetchOptions;

/// The tries of one transfer.
pub(super) struct BackOff {
    attempts: u32,
    first: Duration,
    max: Duration,
    /// Tries in a row that brought nothing.
    failed: u32,
}

impl BackOff {
    /// So many new bytes make a try one that brought something.
    const PROGRESS: u64 = 1 << 20;

    pub(super) fn new(options: &FetchOptions) -> Self {
        Self { attempts: options.attempts, first: options.back_off, max: options.back_off_max, failed: 0 }
    }

    /// Notes a try that failed after it brought so many bytes, and returns how long to wait before the next, `None` when there should
    /// be none. `chance` is between 0 and 1.
    pub(super) fn after(&mut self, brought: u64, asked: Option<Duration>, chance: f64) -> Option<Duration> {
        self.failed = if brought >= Self::PROGRESS { 1 } else { self.failed + 1 };
        if self.failed >= self.attempts {
            return None;
        }
        let doubled = self.first.saturating_mul(1_u32.checked_shl(self.failed - 1).unwrap_or(u32::MAX)).min(self.max);
        let shortened = doubled.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0);
        Some(shortened.max(asked.unwrap_or_default()).min(self.max))
    }
}

/// Reads a `Retry-After` in seconds. One that is a date is passed over, so that clocks need not agree.
pub(super) fn retry_after(text: &str) -> Option<Duration> {
    text.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back_off(attempts: u32) -> BackOff {
        let second = Duration::from_secs(1);
        BackOff::new(&FetchOptions { attempts, back_off: second, back_off_max: second * 5, ..FetchOptions::default() })
    }

    #[test]
    fn each_wait_is_twice_as_long_up_to_the_longest() {
        let mut tries = back_off(6);
        let waits: Vec<_> = std::iter::from_fn(|| tries.after(0, None, 1.0)).map(|wait| wait.as_millis()).collect();
        assert_eq!(waits, [1_000, 2_000, 4_000, 5_000, 5_000]);
        assert_eq!(back_off(2).after(0, None, 0.0), Some(Duration::from_millis(500)), "chance shortens it to half at most");
    }

    #[test]
    fn the_server_may_ask_for_a_longer_wait_but_not_for_any() {
        assert_eq!(back_off(2).after(0, Some(Duration::from_secs(3)), 0.0), Some(Duration::from_secs(3)));
        assert_eq!(back_off(2).after(0, Some(Duration::from_secs(3_000)), 0.0), Some(Duration::from_secs(5)));
        assert_eq!(retry_after(" 120"), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), None);
        assert_eq!(retry_after("-1"), None);
    }

    #[test]
    fn a_try_that_brought_much_starts_the_counting_anew() {
        let mut tries = back_off(2);
        for _ in 0..100 {
            assert!(tries.after(BackOff::PROGRESS, None, 0.0).is_some());
        }
        assert_eq!(tries.after(BackOff::PROGRESS - 1, None, 0.0), None);
    }
}
