//! How a script is: whether it works, rests because it failed too often, or says too much.

use std::collections::VecDeque;

/// So many failures…
const FAILURES: usize = 10;
/// …in so many seconds are too many.
const WINDOW_S: u64 = 300;
/// When one event is tried again, in seconds after the quarantine began or the last probe failed; the last one counts on.
const PROBES_S: [u64; 3] = [60, 300, 1_800];

/// Whether a script may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum May {
    /// Yes.
    Run,
    /// One event, to see whether it works again.
    Probe,
    /// Not before this second.
    Rest { until: u64 },
}

/// A script's failures and what follows from them.
#[derive(Debug, Default)]
pub(super) struct Health {
    failures: VecDeque<u64>,
    quarantine: Option<Quarantine>,
}

#[derive(Clone, Copy, Debug)]
struct Quarantine {
    since: u64,
    probes: usize,
    next: u64,
    is_probing: bool,
}

impl Health {
    /// Whether it may run now, Unix seconds.
    pub(super) fn may_run(&self, now: u64) -> May {
        match self.quarantine {
            None => May::Run,
            Some(quarantine) if quarantine.is_probing => May::Rest { until: u64::MAX },
            Some(quarantine) if now >= quarantine.next => May::Probe,
            Some(quarantine) => May::Rest { until: quarantine.next },
        }
    }

    /// Notes that the one event is on its way.
    pub(super) fn probe(&mut self) {
        if let Some(quarantine) = &mut self.quarantine {
            quarantine.is_probing = true;
        }
    }

    /// Notes that the one event did not come to an end: another one is tried, or the same again.
    pub(super) fn again(&mut self, at: u64) {
        if let Some(quarantine) = &mut self.quarantine {
            quarantine.is_probing = false;
            quarantine.next = at;
        }
    }

    /// When the next probe is, Unix seconds; 0 where nothing stands against running.
    pub(super) fn rests_until(&self) -> u64 {
        self.quarantine.map_or(0, |quarantine| quarantine.next)
    }

    /// Since when it is in quarantine.
    pub(super) fn quarantined_since(&self) -> Option<u64> {
        self.quarantine.map(|quarantine| quarantine.since)
    }

    /// Notes a run that went well. Returns whether that ends a quarantine.
    pub(super) fn succeed(&mut self) -> bool {
        let was_probing = self.quarantine.is_some_and(|quarantine| quarantine.is_probing);
        if was_probing {
            *self = Self::default();
        }
        was_probing
    }

    /// Notes an event that was given up. Returns whether that begins a quarantine.
    pub(super) fn fail(&mut self, now: u64) -> bool {
        if let Some(quarantine) = &mut self.quarantine {
            if quarantine.is_probing {
                quarantine.is_probing = false;
                quarantine.probes += 1;
                quarantine.next = now + PROBES_S[quarantine.probes.min(PROBES_S.len() - 1)];
            }
            return false;
        }
        self.failures.push_back(now);
        while self.failures.front().is_some_and(|then| then + WINDOW_S <= now) {
            self.failures.pop_front();
        }
        if self.failures.len() < FAILURES {
            return false;
        }
        self.failures.clear();
        self.quarantine = Some(Quarantine { since: now, probes: 0, next: now + PROBES_S[0], is_probing: false });
        true
    }
}

/// How much may be said: a bucket of tokens that fills evenly.
#[derive(Debug)]
pub(super) struct Breaker {
    /// Tokens in a full bucket, each for one message.
    size: f64,
    per_second: f64,
    tokens: f64,
    at: u64,
    /// That it has closed was told.
    is_told: bool,
    is_fed_from_elsewhere: bool,
}

impl Breaker {
    /// `count` messages in `seconds`, all of them at once if need be.
    pub(super) fn new(count: u64, seconds: u64, now: u64) -> Self {
        let size = count as f64;
        Self { size, per_second: size / seconds.max(1) as f64, tokens: size, at: now, is_told: false, is_fed_from_elsewhere: false }
    }

    /// Takes a token for each message that is being sent. It may go below zero: a run that has begun is written.
    pub(super) fn take(&mut self, messages: usize, now: u64) {
        self.fill(now);
        self.tokens -= messages as f64;
    }

    /// From when on another run may begin; `None`: now.
    pub(super) fn closed_until(&mut self, now: u64) -> Option<u64> {
        self.fill(now);
        if self.tokens >= 1.0 {
            return None;
        }
        Some(now + ((1.0 - self.tokens) / self.per_second).ceil().max(1.0) as u64)
    }

    /// Whether it closes now, for the first time since it was full.
    pub(super) fn closes(&mut self, now: u64) -> bool {
        self.closed_until(now).is_some() && !std::mem::replace(&mut self.is_told, true)
    }

    /// Notes that events of other conversations have led to what was said.
    pub(super) fn feed_from_elsewhere(&mut self) {
        self.is_fed_from_elsewhere = true;
    }

    /// Whether events of other conversations have led to some of what was said, since it was full.
    pub(super) fn is_fed_from_elsewhere(&self) -> bool {
        self.is_fed_from_elsewhere
    }

    /// Whether it has nothing to remember.
    pub(super) fn is_full(&mut self, now: u64) -> bool {
        self.fill(now);
        self.tokens >= self.size
    }

    fn fill(&mut self, now: u64) {
        let passed = now.saturating_sub(self.at) as f64;
        self.tokens = (self.tokens + passed * self.per_second).min(self.size);
        self.at = self.at.max(now);
        if self.tokens >= self.size {
            (self.is_told, self.is_fed_from_elsewhere) = (false, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_in_five_minutes_are_a_quarantine_that_a_good_probe_ends() {
        let mut health = Health::default();
        assert!((0..9).all(|second| !health.fail(second)));
        assert!(!health.fail(400), "the first nine are long ago");
        assert!((401..409).all(|second| !health.fail(second)));
        assert!(health.fail(409));
        assert_eq!(health.may_run(410), May::Rest { until: 469 });
        assert_eq!(health.may_run(469), May::Probe);
        health.probe();
        assert_eq!(health.may_run(470), May::Rest { until: u64::MAX }, "one event at a time");
        assert!(!health.fail(470));
        assert_eq!(health.may_run(471), May::Rest { until: 770 });
        health.probe();
        assert!(health.succeed());
        assert_eq!(health.may_run(771), May::Run);
        assert!(!health.succeed(), "there is no quarantine to end");
    }

    #[test]
    fn who_says_too_much_waits_until_the_bucket_has_filled() {
        let mut breaker = Breaker::new(20, 60, 0);
        breaker.take(20, 0);
        assert_eq!(breaker.closed_until(0), Some(3));
        assert_eq!(breaker.closed_until(3), None);
        breaker.take(3, 3);
        assert_eq!(breaker.closed_until(3), Some(12), "what was said too much is waited for too");
        assert_eq!(breaker.closed_until(10_000), None);
        breaker.take(20, 10_000);
        assert!(breaker.closed_until(10_000).is_some(), "the bucket never holds more than twenty");
    }

    #[test]
    fn that_a_breaker_closes_is_told_once_until_it_was_full_again() {
        let mut breaker = Breaker::new(20, 60, 0);
        breaker.take(20, 0);
        assert!(breaker.closes(0) && !breaker.closes(1));
        breaker.take(1, 3);
        assert!(!breaker.closes(3), "it was not full meanwhile");
        assert!(breaker.is_full(500));
        breaker.take(20, 500);
        assert!(breaker.closes(500));
    }
}
