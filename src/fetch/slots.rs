//! How many transfers run at the same time. Who comes first is served first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The slots of a fetcher.
pub(super) struct Slots {
    all: Arc<Semaphore>,
    hosts: Mutex<HashMap<String, Weak<Semaphore>>>,
    per_host: usize,
}

/// A place among the transfers that run; free again when it is dropped.
pub(super) struct Slot {
    _host: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
}

impl Slots {
    pub(super) fn new(parallel: usize, per_host: usize) -> Self {
        let limit = |count: usize| count.clamp(1, Semaphore::MAX_PERMITS);
        Self { all: Arc::new(Semaphore::new(limit(parallel))), hosts: Mutex::default(), per_host: limit(per_host) }
    }

    /// Waits for a slot. The host's comes first, so that who waits for a busy host takes nothing from others.
    pub(super) async fn take(&self, host: Option<&str>) -> Slot {
        // No semaphore is ever closed.
        let host = match host.map(|host| self.host(host)) {
            Some(host) => host.acquire_owned().await.ok(),
            None => None,
        };
        Slot { _host: host, _all: self.all.clone().acquire_owned().await.ok() }
    }

    fn host(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = hosts.get(host).and_then(Weak::upgrade) {
            return known;
        }
        hosts.retain(|_, known| known.strong_count() > 0);
        let fresh = Arc::new(Semaphore::new(self.per_host));
        hosts.insert(host.to_owned(), Arc::downgrade(&fresh));
        fresh
    }
}
