//! The limits of the service on how much and how often something may be asked for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::SessionError;
use crate::store::lock;

/// What may be asked for in one call, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The most things of one call.
    pub things: usize,
    /// The most calls within any second.
    pub calls_per_second: u32,
}

impl Allowance {
    const UNLIMITED: Self = Self { things: usize::MAX, calls_per_second: u32::MAX };
}

/// Which limits are kept. They protect a service that many share; in front of a transport of one's own they can be switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Deleting messages with their roaming copies: messages a call.
    pub delete: Allowance,
    /// Setting receive options: users a call.
    pub receive_option: Allowance,
    /// Marking everything, all peers or all groups as read.
    pub read_all: Allowance,
    /// Sending one message to many: users a call.
    pub batch: Allowance,
}

impl Limits {
    /// Those of the service that the message API was made for, as its version 8.0 keeps them.
    pub fn service() -> Self {
        Self {
            delete: Allowance { things: 50, calls_per_second: 1 },
            receive_option: Allowance { things: 30, calls_per_second: 5 },
            read_all: Allowance { things: usize::MAX, calls_per_second: 1 },
            batch: Allowance { things: 500, calls_per_second: u32::MAX },
        }
    }

    /// None, but that one message goes to 500 users a call: what is under way has to stay bounded.
    pub fn none() -> Self {
        let batch = Allowance { things: 500, ..Allowance::UNLIMITED };
        Self { delete: Allowance::UNLIMITED, receive_option: Allowance::UNLIMITED, read_all: Allowance::UNLIMITED, batch }
    }
}

/// Calls that have a limit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    Delete,
    ReceiveOption,
    ReadAll,
    Batch,
}

impl Call {
    /// What the call does, and to what.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Delete => ("deleting from the roaming history", "messages"),
            Self::ReceiveOption => ("setting receive options", "users"),
            Self::ReadAll => ("marking everything as read", "conversations"),
            Self::Batch => ("sending to many", "receivers"),
        }
    }
}

/// Lets calls through, or not.
pub(super) struct Gate {
    limits: Limits,
    /// When the calls of the last second came.
    recent: Mutex<BTreeMap<Call, VecDeque<Instant>>>,
}

impl Gate {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, recent: Mutex::default() }
    }

    /// Counts a call with this many things, if it may be made.
    pub(super) fn pass(&self, call: Call, things: usize) -> Result<(), SessionError> {
        let allowance = match call {
            Call::Delete => self.limits.delete,
            Call::ReceiveOption => self.limits.receive_option,
            Call::ReadAll => self.limits.read_all,
            Call::Batch => self.limits.batch,
        };
        let (name, what) = call.words();
        if things > allowance.things {
            return Err(match call {
                Call::Batch => SessionError::TooManyReceivers { given: things, limit: allowance.things },
                _ => SessionError::TooMany { what, given: things, limit: allowance.things },
            });
        }
        if allowance.calls_per_second == u32::MAX {
            return Ok(());
        }
        let mut recent = lock(&self.recent);
        let times = recent.entry(call).or_default();
        let now = Instant::now();
        while times.front().is_some_and(|&time| now.duration_since(time) >= Duration::from_secs(1)) {
            times.pop_front();
        }
        if times.len() as u64 >= u64::from(allowance.calls_per_second) {
            return Err(SessionError::TooOften { call: name, limit: allowance.calls_per_second });
        }
        times.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_too_many_is_refused_and_a_second_later_allowed() {
        let gate = Gate::new(Limits::service());
        for _ in 0..5 {
            gate.pass(Call::ReceiveOption, 30).unwrap();
        }
        assert_eq!(gate.pass(Call::ReceiveOption, 1).unwrap_err().code(), 7008);
        gate.pass(Call::Delete, 50).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        gate.pass(Call::ReceiveOption, 1).unwrap();
        assert_eq!(gate.pass(Call::Delete, 51).unwrap_err().code(), 6017, "too much is said before too often");
    }

    #[test]
    fn without_limits_everything_passes_but_a_batch_stays_bounded() {
        let gate = Gate::new(Limits::none());
        for _ in 0..100 {
            gate.pass(Call::Delete, 10_000).unwrap();
        }
        assert_eq!(gate.pass(Call::Batch, 501).unwrap_err().code(), 90011);
    }
}
