//! The loopback hub: the promises, in memory and in a folder, and what only it has: several processes, damage, weather.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mynah::transport::loopback::{Groups, Hub, HubOptions, Loopback, Loss, Role, Weather};

use super::World;

mod amounts;
mod folder;
mod groups;
mod weather;

/// A hub with a clock of its own.
struct HubWorld {
    hub: Hub,
    clock: Arc<AtomicU64>,
    _folder: Option<tempfile::TempDir>,
}

/// Options whose clock shows what the number says.
fn clocked() -> (HubOptions, Arc<AtomicU64>) {
    let clock = Arc::new(AtomicU64::new(1_700_000_000));
    let shown = clock.clone();
    (HubOptions::new().groups(Groups::Created).clock(Arc::new(move || shown.load(Ordering::SeqCst))), clock)
}

fn in_memory() -> HubWorld {
    let (options, clock) = clocked();
    HubWorld { hub: Hub::with_options(options), clock, _folder: None }
}

fn in_folder() -> HubWorld {
    let (options, clock) = clocked();
    let folder = tempfile::tempdir().unwrap();
    HubWorld { hub: Hub::open_with_options(folder.path(), options).unwrap(), clock, _folder: Some(folder) }
}

impl HubWorld {
    fn change(&self, account: &str, change: impl FnOnce(&mut Weather)) {
        let mut weather = self.hub.weather(account);
        change(&mut weather);
        self.hub.set_weather(account, weather);
    }
}

impl World for HubWorld {
    type End = Loopback;

    fn device(&self, account: &str, device: &str) -> Loopback {
        self.hub.device(account, device)
    }

    fn create_group(&self, group: &str, owner: &str, members: &[&str]) {
        self.hub.create_group(group, owner, members).unwrap();
    }

    fn make_admin(&self, group: &str, account: &str) {
        self.hub.set_role(group, account, Role::Admin).unwrap();
    }

    fn go_offline(&self, account: &str) {
        self.change(account, |weather| weather.offline = true);
    }

    fn come_back(&self, account: &str) {
        self.change(account, |weather| weather.offline = false);
    }

    fn lose_request(&self, account: &str) {
        self.change(account, |weather| weather.lose_requests = Loss::Next(1));
    }

    fn lose_answer(&self, account: &str) {
        self.change(account, |weather| weather.lose_answers = Loss::Next(1));
    }

    fn turn_clock(&self, seconds: i64) {
        self.clock.fetch_add(seconds.cast_unsigned(), Ordering::SeqCst);
    }
}

mod every_promise_in_memory {
    super::super::every_promise_holds!(super::in_memory());
}

mod every_promise_in_a_folder {
    super::super::every_promise_holds!(super::in_folder());
}

mod every_promise_on_a_slow_line {
    use std::time::Duration;

    fn slow() -> super::HubWorld {
        let world = super::in_memory();
        for account in ["alice", "bob", "carol", "olga", "a", "b", "c"] {
            world.change(account, |weather| weather.delay = Duration::from_millis(30));
        }
        world
    }

    super::super::every_promise_holds!(slow());
}
