//! How much time a run has used, and when it has to stop or to make room. Owns the deadline; knows nothing of Lua but its interrupts.

use std::cell::Cell;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::alarm::Alarm;

/// How long a run has the thread to itself while somebody else waits for it.
const SLICE: Duration = Duration::from_millis(5);

/// How many times its budget, and how much more, a run may have the thread by the clock on the wall. Computing time is what it has to account
/// for, so that an honest run is not stopped because the machine is busy with something else; but others wait for the thread all the same,
/// so not even a machine that gives it a third of a processor makes it hold the thread for longer.
const HELD: (u32, Duration) = (3, Duration::from_millis(100));

/// What each slice costs besides what it computes: the host's own work around it, so that a run cannot wait for ever in small steps.
const TOLL: Duration = Duration::from_micros(10);

/// The soonest that the clock is looked at again.
const SOONEST: Duration = Duration::from_millis(1);

/// What a run has used, in all its slices together. Time in which it waits is nobody's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    budget: Duration,
    /// Of the processor, by this thread.
    computed: Duration,
    /// By the clock on the wall, while it had the thread.
    held: Duration,
}

impl Account {
    pub(super) fn new(budget: Duration) -> Self {
        Self { budget, computed: Duration::ZERO, held: Duration::ZERO }
    }

    pub(super) fn computed(&self) -> Duration {
        self.computed
    }

    pub(super) fn budget(&self) -> Duration {
        self.budget
    }

    /// Whether there is nothing left of it.
    pub(super) fn is_spent(&self) -> bool {
        self.computed >= self.budget || self.held >= self.may_hold()
    }

    fn may_hold(&self) -> Duration {
        self.budget * HELD.0 + HELD.1
    }

    /// When it is to be looked at again.
    fn next_look(&self) -> Duration {
        let left = self.budget.saturating_sub(self.computed).min(self.may_hold().saturating_sub(self.held));
        left.clamp(SOONEST, SLICE)
    }
}

/// What is to be done with a run whose slice is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    GoOn,
    /// Somebody else waits.
    MakeRoom,
    /// Its time is used up.
    Stop,
}

/// The meter of one machine.
pub(super) struct Meter {
    alarm: Alarm,
    account: Cell<Account>,
    began: Cell<Option<(Duration, Instant)>>,
    /// Once a run has been told to stop it is told so at every step, whatever it catches.
    is_stopped: Cell<bool>,
    may_make_room: Cell<bool>,
    total: Cell<Duration>,
}

impl Meter {
    pub(super) fn new(alarm: Alarm) -> Self {
        Self {
            alarm,
            account: Cell::new(Account::new(Duration::ZERO)),
            began: Cell::new(None),
            is_stopped: Cell::new(false),
            may_make_room: Cell::new(false),
            total: Cell::new(Duration::ZERO),
        }
    }

    /// A slice of the run with this account begins.
    pub(super) fn begin(&self, account: Account, may_make_room: bool) {
        self.account.set(account);
        self.is_stopped.set(false);
        self.may_make_room.set(may_make_room);
        self.began.set(Some((computed(), Instant::now())));
        self.alarm.arm(account.next_look());
    }

    /// It ends. Returns the account, and whether the run was told to stop.
    pub(super) fn end(&self) -> (Account, bool) {
        self.alarm.disarm();
        let before = self.account.get();
        let mut account = self.so_far();
        account.computed += TOLL;
        self.began.set(None);
        self.account.set(account);
        self.total.set(self.total.get() + account.computed.saturating_sub(before.computed));
        (account, self.is_stopped.get())
    }

    /// The computing time of all runs.
    pub(super) fn total(&self) -> Duration {
        self.total.get()
    }

    /// Whether there is anything to be looked at.
    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.alarm.is_due()
    }

    /// Looks at the clock.
    #[cold]
    pub(super) fn look(&self) -> Verdict {
        if self.began.get().is_none() {
            return Verdict::GoOn;
        }
        let account = self.so_far();
        if self.is_stopped.get() || account.is_spent() {
            self.is_stopped.set(true);
            return Verdict::Stop;
        }
        // Where the run cannot make room, in the middle of a sort for example, the next slice asks again.
        self.alarm.arm(account.next_look());
        match self.may_make_room.get() && self.alarm.somebody_waits() {
            true => Verdict::MakeRoom,
            false => Verdict::GoOn,
        }
    }

    fn so_far(&self) -> Account {
        let mut account = self.account.get();
        if let Some((computed_before, began)) = self.began.get() {
            account.computed += computed().saturating_sub(computed_before);
            account.held += began.elapsed();
        }
        account
    }
}

/// The computing time of this thread.
pub(super) fn computed() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
