//! Counts equal messages of equal times, so that two real ones stay two.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

/// Seconds that are remembered: more than any clock is put back.
const WINDOW: u64 = 26 * 60 * 60;
/// Messages that are remembered whatever their times.
const LEAST: usize = 10_000;

/// How often each content was there lately.
///
/// Sources give their messages mostly in the order of their times, so only the last ones are remembered; a source in no order at all is
/// remembered up to its last 10,000 messages.
#[derive(Default)]
pub(super) struct Occurrences {
    counts: FxHashMap<u64, u64>,
    /// The messages that were counted, in their order.
    order: VecDeque<(u64, u64)>,
    newest: u64,
}

impl Occurrences {
    /// How many messages of this content, which has the time in it, were counted before.
    pub(super) fn count(&mut self, time: u64, content: u64) -> u64 {
        self.newest = self.newest.max(time);
        while self.order.len() > LEAST
            && let Some(&(oldest, forgotten)) = self.order.front()
            && oldest.saturating_add(WINDOW) < self.newest
        {
            self.order.pop_front();
            if let Some(count) = self.counts.get_mut(&forgotten) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&forgotten);
                }
            }
        }
        self.order.push_back((time, content));
        let count = self.counts.entry(content).or_default();
        *count += 1;
        *count - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_messages_are_counted_and_forgotten_when_their_day_is_over() {
        let mut occurrences = Occurrences::default();
        assert_eq!([occurrences.count(5, 1), occurrences.count(5, 1), occurrences.count(5, 2)], [0, 1, 0]);
        for number in 0..2 * LEAST as u64 {
            occurrences.count(5 + 2 * WINDOW, 100 + number);
        }
        assert!(occurrences.counts.len() <= 2 * LEAST + 1, "{}", occurrences.counts.len());
        assert_eq!(occurrences.count(5 + 2 * WINDOW, 100), 1);
    }
}
