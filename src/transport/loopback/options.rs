//! How a hub behaves: its windows, limits, who may do what, its clock and its chance.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Who is a user of a hub.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Users {
    /// Whoever is named.
    #[default]
    Anyone,
    /// These; nobody else can publish or be written to.
    Only(BTreeSet<String>),
}

/// How groups of a hub come about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Groups {
    /// The first to join one, or to send to one that is not there, makes it and owns it.
    #[default]
    Open,
    /// By [`Hub::create_group`](super::Hub::create_group) only.
    Created,
}

/// What a member finds in a group's roaming history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupHistory {
    /// All of it: an archive that is new or lost can be filled again, also by one who had left for a while.
    #[default]
    Whole,
    /// What was said since it joined, the last time if it left in between.
    SinceJoining,
}

/// How a [`Hub`](super::Hub) behaves. The default is what the service that the message API comes from does, for anyone and open groups.
#[derive(Clone)]
pub struct HubOptions {
    pub(super) recall_window: Duration,
    pub(super) message_bytes: Option<u64>,
    pub(super) users: Users,
    pub(super) groups: Groups,
    pub(super) group_history: GroupHistory,
    pub(super) clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    pub(super) seed: u64,
}

impl HubOptions {
    /// A recall window of two minutes, messages of at most 12,288 bytes, any user, open groups, the system's clock.
    pub fn new() -> Self {
        let clock = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self {
            recall_window: Duration::from_secs(120),
            message_bytes: Some(12_288),
            users: Users::default(),
            groups: Groups::default(),
            group_history: GroupHistory::default(),
            clock: Arc::new(clock),
            seed: 0,
        }
    }

    /// How long after it was taken a message can be recalled by who said it.
    pub fn recall_window(mut self, window: Duration) -> Self {
        self.recall_window = window;
        self
    }

    /// The most bytes of JSON that a message or an edit may have, the elements and all other keys of the body together; `None` for no limit but
    /// that of the message format.
    pub fn message_bytes(mut self, limit: Option<u64>) -> Self {
        self.message_bytes = limit;
        self
    }

    /// Who is a user.
    pub fn users(mut self, users: Users) -> Self {
        self.users = users;
        self
    }

    /// How groups come about.
    pub fn groups(mut self, groups: Groups) -> Self {
        self.groups = groups;
        self
    }

    /// What members find in roaming history.
    pub fn group_history(mut self, history: GroupHistory) -> Self {
        self.group_history = history;
        self
    }

    /// The hub's clock, in Unix seconds. Where it falls, the hub's time stands still until it has caught up.
    pub fn clock(mut self, clock: Arc<dyn Fn() -> u64 + Send + Sync>) -> Self {
        self.clock = clock;
        self
    }

    /// What chance in the [`Weather`](super::Weather) comes from: the same seed and the same calls give the same losses.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Default for HubOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HubOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubOptions")
            .field("recall_window", &self.recall_window)
            .field("message_bytes", &self.message_bytes)
            .field("users", &self.users)
            .field("groups", &self.groups)
            .field("group_history", &self.group_history)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}
