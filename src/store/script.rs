//! What the host of scripts keeps: rows in families of their own, written with messages in one batch. The keys are typed here; what the rows
//! say is the host's.

mod key;
mod usage;

pub(crate) use key::{ScriptKey, ScriptKeyOwned, ScriptRows};
pub(crate) use usage::Usage;
pub(super) use usage::{UsageChanges, Usages};

use std::sync::atomic::Ordering;

use rocksdb::{IteratorMode, ReadOptions};

use super::layout::family;
use super::{JournalNo, Store, StoreError, Write};

/// Changes after which a write of cursors looks whether the journal can be trimmed. Looking reads all cursors, and scripts move theirs at every
/// write.
const LOOK_EVERY: u64 = 10_000;

/// The name of a script's cursor in `cursors`.
fn cursor_of(script: &str) -> String {
    format!("script:{script}")
}

impl Store {
    /// What is kept under this key.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub(crate) fn script_row(&self, key: ScriptKey<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        let (family, key) = key.encode();
        // One that only reads a store of an older format has no such column family.
        let Some(family) = self.db.cf_handle(family) else { return Ok(None) };
        self.db.get_cf(family, key).map_err(|source| self.named(source))
    }

    /// At most `limit` of these rows in the order of their keys, from the first one or behind `after`.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub(crate) fn script_rows(
        &self,
        rows: ScriptRows<'_>,
        after: Option<ScriptKey<'_>>,
        limit: usize,
    ) -> Result<Vec<(ScriptKeyOwned, Vec<u8>)>, StoreError> {
        let (name, prefix) = rows.encode();
        let Some(family) = self.db.cf_handle(name) else { return Ok(Vec::new()) };
        let mut options = ReadOptions::default();
        options.set_iterate_range(rocksdb::PrefixRange(prefix.as_slice()));
        let after = after.map(|after| after.encode().1);
        let start = after.as_deref().unwrap_or(&prefix);
        let mut found = Vec::new();
        for row in self.db.iterator_cf_opt(family, options, IteratorMode::From(start, rocksdb::Direction::Forward)) {
            if found.len() == limit {
                break;
            }
            let (key, value) = row.map_err(|source| self.named(source))?;
            if after.as_deref() == Some(&*key) {
                continue;
            }
            let key = ScriptKey::decode(name, &key).ok_or_else(|| StoreError::unreadable("key of a script's row"))?;
            found.push((key.into_owned(), value.into()));
        }
        Ok(found)
    }

    /// How far a script has read the journal, if it has a cursor.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub(crate) fn script_cursor(&self, script: &str) -> Result<Option<JournalNo>, StoreError> {
        let bytes = self.db.get_cf(self.family(family::CURSORS)?, cursor_of(script)).map_err(|source| self.named(source))?;
        let number = |bytes: Vec<u8>| bytes.try_into().map(|bytes| JournalNo(u64::from_be_bytes(bytes)));
        bytes.map(number).transpose().map_err(|_| StoreError::unreadable("cursor"))
    }

    /// Makes a cursor for a new script behind the newest change, and returns that change's number.
    ///
    /// # Errors
    /// As for [`Store::new_cursor`].
    pub(crate) fn new_script_cursor(&self, script: &str) -> Result<JournalNo, StoreError> {
        self.new_cursor(&cursor_of(script))
    }
}

impl Write<'_> {
    /// Keeps a row, or with `None` forgets it.
    pub(crate) fn put_script_row(&mut self, key: ScriptKey<'_>, value: Option<&[u8]>) -> Result<(), StoreError> {
        self.note_usage(key, value)?;
        let (family, key) = key.encode();
        let family = self.store.family(family)?;
        match value {
            Some(value) => self.batch.put_cf(family, key, value),
            None => self.batch.delete_cf(family, key),
        }
        Ok(())
    }

    /// Notes how far a script has read, and now and then drops what every reader has passed.
    pub(crate) fn put_script_cursors(&mut self, cursors: &[(String, JournalNo)]) -> Result<(), StoreError> {
        for (script, no) in cursors {
            self.batch.put_cf(self.store.family(family::CURSORS)?, cursor_of(script), no.0.to_be_bytes());
        }
        let (head, looked) = (self.store.head().0, self.store.trim_looked.load(Ordering::Acquire));
        if cursors.is_empty() || head < looked + LOOK_EVERY {
            return Ok(());
        }
        self.store.trim_looked.store(head, Ordering::Release);
        self.trim_behind(cursors.iter().map(|(script, no)| (cursor_of(script), *no)))
    }

    /// Forgets rows that were there before this write.
    pub(crate) fn remove_script_rows(&mut self, rows: ScriptRows<'_>) -> Result<(), StoreError> {
        let (name, prefix) = rows.encode();
        let family = self.store.family(name)?;
        let mut options = ReadOptions::default();
        options.set_iterate_range(rocksdb::PrefixRange(prefix));
        options.fill_cache(false);
        let mut found = self.store.db.raw_iterator_cf_opt(family, options);
        found.seek_to_first();
        while let Some(key) = found.key() {
            let row = ScriptKey::decode(name, key).ok_or_else(|| StoreError::unreadable("key of a script's row"))?;
            self.note_usage(row, None)?;
            self.batch.delete_cf(family, key);
            found.next();
        }
        found.status().map_err(|source| self.store.named(source))
    }

    /// Forgets the cursor of a script.
    pub(crate) fn remove_script_cursor(&mut self, script: &str) -> Result<(), StoreError> {
        self.batch.delete_cf(self.store.family(family::CURSORS)?, cursor_of(script));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
