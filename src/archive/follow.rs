//! Following the journal without a durable cursor: for who reads as long as the process lives.

use std::sync::Arc;

use super::changes::changes_behind;
use super::{Archive, ArchiveError, Shared};
use crate::store::{Change, JournalNo, PinNo, Pinned};

/// Reads the journal from a place on. While it lives, what it has not read stays in the journal.
///
/// It keeps the archive's log open, so that the archive can be opened again only when it is dropped.
pub struct Follower {
    shared: Arc<Shared>,
    pin: PinNo,
    read: JournalNo,
}

impl Archive {
    /// Follows the journal behind `since`, or from now on.
    ///
    /// In a reading process nothing is kept for it: [`Follower::read`] may find that the writing process has dropped what comes next.
    ///
    /// # Errors
    /// [`ArchiveError::Trimmed`] when changes behind `since` are no longer there, [`ArchiveError::Ahead`] when there is no change of that number
    /// yet.
    pub fn follow(&self, since: Option<JournalNo>) -> Result<Follower, ArchiveError> {
        match self.store().pin(since)? {
            Pinned::At(pin, read) => Ok(Follower { shared: Arc::clone(&self.shared), pin, read }),
            Pinned::Ahead(newest) => Err(ArchiveError::Ahead { since: since.unwrap_or_default(), newest }),
            Pinned::Gone => {
                let oldest = self.store().oldest_change()?.unwrap_or_default();
                Err(ArchiveError::Trimmed { since: since.unwrap_or_default(), oldest })
            }
        }
    }
}

impl Follower {
    /// The changes that it has not read yet, at least one write's worth of them and about `limit`; none when there are none yet. What is
    /// returned counts as read.
    ///
    /// # Errors
    /// [`ArchiveError::Store`], [`ArchiveError::Trimmed`]: nothing was passed over.
    pub fn read(&mut self, limit: usize) -> Result<Vec<Change>, ArchiveError> {
        let changes = changes_behind(&self.shared.store, self.read, limit)?;
        if let Some(last) = changes.last() {
            self.read = last.no;
            self.shared.store.move_pin(self.pin, last.no);
        }
        Ok(changes)
    }

    /// The newest change that it has read.
    pub fn read_up_to(&self) -> JournalNo {
        self.read
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.shared.store.unpin(self.pin);
    }
}
