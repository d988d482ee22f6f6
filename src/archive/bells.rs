//! Bells: who is called when something was written.

use std::sync::{Arc, Mutex};

use super::{Archive, Shared};
use crate::store::{JournalNo, lock};

type Ring = Arc<dyn Fn(JournalNo) + Send + Sync>;

/// All bells of an archive.
#[derive(Default)]
pub(super) struct Bells(Mutex<Hung>);

#[derive(Default)]
struct Hung {
    bells: Vec<(u64, Ring)>,
    newest: u64,
}

impl Bells {
    /// Calls everybody, with no lock held.
    pub(super) fn ring(&self, no: JournalNo) {
        let bells: Vec<Ring> = lock(&self.0).bells.iter().map(|(_, bell)| Arc::clone(bell)).collect();
        for bell in bells {
            bell(no);
        }
    }
}

/// Somebody who is called when something was written, until this is dropped. A call that is under way then may still end after it.
///
/// Does not keep the archive open.
#[must_use = "it is not called once this is dropped"]
pub struct Bell {
    shared: std::sync::Weak<Shared>,
    number: u64,
}

impl Drop for Bell {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            let mut hung = lock(&shared.bells.0);
            let kept = hung.bells.iter().position(|(number, _)| *number == self.number).map(|index| hung.bells.swap_remove(index));
            // What the bell owns is dropped without the lock, because it may call the archive too.
            drop(hung);
            drop(kept);
        }
    }
}

impl Archive {
    /// Has `bell` called after every write of this process, with the number of the newest change of that write.
    ///
    /// It is called when the write is acknowledged, by the thread that wrote, with no lock held: it may call the archive, and while it runs
    /// that thread waits. Several threads may call it at once, so the numbers need not rise. Whoever misses none reads the journal:
    /// [`Archive::follow`].
    pub fn on_change(&self, bell: impl Fn(JournalNo) + Send + Sync + 'static) -> Bell {
        let mut hung = lock(&self.shared.bells.0);
        hung.newest += 1;
        let number = hung.newest;
        hung.bells.push((number, Arc::new(bell)));
        Bell { shared: Arc::downgrade(&self.shared), number }
    }
}
