//! How much scripts keep on their shelves. Counted once, when somebody first asks; from then on every write counts along.

use rocksdb::{IteratorMode, ReadOptions};
use rustc_hash::FxHashMap;

use super::super::{Store, StoreError, Write};
use super::{ScriptKey, ScriptRows};

/// What a script keeps: rows, and bytes of keys and values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

/// Of the scripts that somebody asked about, as of the last committed write.
pub(in crate::store) type Usages = FxHashMap<String, Usage>;

/// What one write does to what those scripts keep.
#[derive(Default)]
pub(in crate::store) struct UsageChanges {
    /// The bytes of each row that this write puts, 0 for none.
    rows: FxHashMap<Vec<u8>, u64>,
    after: Usages,
}

impl UsageChanges {
    /// Makes the register say what the committed write says.
    pub(in crate::store) fn publish(self, usages: &mut Usages) {
        usages.extend(self.after);
    }
}

impl Store {
    /// How much a script keeps on its shelves.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be counted.
    pub(crate) fn script_usage(&self, script: &str) -> Result<Usage, StoreError> {
        if let Some(usage) = super::super::lock(&self.usages).get(script) {
            return Ok(*usage);
        }
        // Nobody writes while it is counted, so that no row is counted twice or missed.
        let _writing = super::super::lock(&self.writing);
        let usage = self.count_values(script)?;
        if self.is_writer() {
            super::super::lock(&self.usages).insert(script.to_owned(), usage);
        }
        Ok(usage)
    }

    fn count_values(&self, script: &str) -> Result<Usage, StoreError> {
        let (family, prefix) = ScriptRows::Values { script }.encode();
        let mut usage = Usage::default();
        let Some(family) = self.db.cf_handle(family) else { return Ok(usage) };
        let mut options = ReadOptions::default();
        options.set_iterate_range(rocksdb::PrefixRange(prefix));
        options.fill_cache(false);
        for row in self.db.iterator_cf_opt(family, options, IteratorMode::Start) {
            let (key, value) = row.map_err(|source| self.named(source))?;
            usage.rows += 1;
            usage.bytes += (key.len() + value.len()) as u64;
        }
        Ok(usage)
    }
}

impl Write<'_> {
    /// Counts a row that is about to be written, where somebody asked about its script.
    pub(super) fn note_usage(&mut self, key: ScriptKey<'_>, value: Option<&[u8]>) -> Result<(), StoreError> {
        let ScriptKey::Value { script, .. } = key else { return Ok(()) };
        let known = self.usage.after.get(script).copied();
        let Some(mut usage) = known.or_else(|| super::super::lock(&self.store.usages).get(script).copied()) else { return Ok(()) };
        let (family, key) = key.encode();
        let before = match self.usage.rows.get(&key) {
            Some(bytes) => *bytes,
            None => {
                let stored = self.store.db.get_pinned_cf(self.store.family(family)?, &key).map_err(|source| self.store.named(source))?;
                stored.map_or(0, |value| (key.len() + value.len()) as u64)
            }
        };
        let after = value.map_or(0, |value| (key.len() + value.len()) as u64);
        usage.rows = usage.rows + u64::from(after > 0) - u64::from(before > 0);
        usage.bytes = usage.bytes + after - before;
        self.usage.after.insert(script.to_owned(), usage);
        self.usage.rows.insert(key, after);
        Ok(())
    }
}
