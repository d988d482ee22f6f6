//! The journal as a public thing: what changed since a number, durable readers, waiting for more.

use std::time::Duration;

use super::{Archive, ArchiveError};
use crate::store::{Change, JournalNo, Store};

/// Changes behind a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The changes, oldest first, their numbers without gaps.
    pub changes: Vec<Change>,
    /// The number to ask for next.
    pub next: JournalNo,
}

impl Archive {
    /// The number of the newest change, 0 before the first one.
    pub fn journal_head(&self) -> JournalNo {
        self.store().head()
    }

    /// The changes behind `since`, at least one write's worth of them and about `limit`; none when there are none yet. A number beyond the newest
    /// change gives none either; [`Archive::follow`] refuses it.
    ///
    /// The journal keeps what some reader has still to see ([`Archive::journal_reader`]); without a reader of one's own,
    /// changes may be dropped as soon as the index has them.
    ///
    /// # Errors
    /// [`ArchiveError::Trimmed`] when some of them are no longer there.
    pub fn changes(&self, since: JournalNo, limit: usize) -> Result<Changes, ArchiveError> {
        let changes = changes_behind(self.store(), since, limit)?;
        let next = changes.last().map_or(since, |change| change.no);
        Ok(Changes { changes, next })
    }

    /// Waits until there is a change behind `since`, at most `timeout`. Returns whether there is one.
    ///
    /// A reading process learns of changes by [`Archive::refresh`] only.
    pub fn wait_for_change(&self, since: JournalNo, timeout: Duration) -> bool {
        self.shared.index.wait_for_change(&self.shared.store, since, timeout)
    }

    /// A reader of the journal with a durable cursor of this name; a new one begins behind the newest change.
    ///
    /// The journal keeps everything that it has not passed, so a reader that is no longer wanted has to be forgotten.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the cursor cannot be read or written.
    pub fn journal_reader(&self, name: &str) -> Result<JournalReader<'_>, ArchiveError> {
        let name = format!("reader:{name}");
        let known = self.store().cursors()?.into_iter().find(|(known, _)| *known == name);
        let passed = match known {
            Some((_, passed)) => passed,
            None => self.store().new_cursor(&name)?,
        };
        Ok(JournalReader { archive: self, name, passed })
    }

    /// Forgets the reader of this name; what only it had still to see may be dropped from now on.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: it may or may not be forgotten.
    pub fn forget_journal_reader(&self, name: &str) -> Result<(), ArchiveError> {
        Ok(self.store().remove_cursor(&format!("reader:{name}"))?)
    }
}

/// The changes behind `since`, none of them missing.
pub(super) fn changes_behind(store: &Store, since: JournalNo, limit: usize) -> Result<Vec<Change>, ArchiveError> {
    let changes = store.changes(since, limit)?;
    match changes.first() {
        Some(first) if first.no.0 > since.0.saturating_add(1) => Err(ArchiveError::Trimmed { since, oldest: first.no }),
        _ => Ok(changes),
    }
}

/// A reader of the journal whose cursor survives the process: what was not passed comes again.
pub struct JournalReader<'a> {
    archive: &'a Archive,
    name: String,
    passed: JournalNo,
}

impl JournalReader<'_> {
    /// The newest change that this reader has passed.
    pub fn passed(&self) -> JournalNo {
        self.passed
    }

    /// The changes that it has not passed yet; see [`Archive::changes`].
    ///
    /// # Errors
    /// As for [`Archive::changes`].
    pub fn read(&self, limit: usize) -> Result<Vec<Change>, ArchiveError> {
        Ok(self.archive.changes(self.passed, limit)?.changes)
    }

    /// Notes that every change up to and including `no` is dealt with. A reader never goes back, and not beyond the newest change.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: the note may be lost, and the changes come again.
    pub fn pass(&mut self, no: JournalNo) -> Result<(), ArchiveError> {
        let no = no.min(self.archive.store().head()).max(self.passed);
        self.archive.store().put_cursor(&self.name, no)?;
        self.passed = no;
        Ok(())
    }
}
