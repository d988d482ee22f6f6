//! What came too early: recalls and edits of messages that are not there yet. They are kept until the message comes, a bounded number of
//! them, the oldest of which go first.

use std::collections::BTreeMap;
use std::fmt;

use rocksdb::ReadOptions;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::layout::family;
use super::{Store, StoreError, Write};
use crate::model::{Body, TypeSet};

const VERSION: u8 = 1;
/// The most rows that are kept.
const KEPT: usize = 10_000;

/// What is to be done to a message when it comes.
///
/// Bytes: version 1, then the fields as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EarlyRow {
    /// When the first of it came, Unix seconds.
    pub(crate) noted: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recall: Option<EarlyRecall>,
    /// The edit of the highest version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) edit: Option<EarlyEdit>,
}

/// A recall that came before its message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EarlyRecall {
    /// Who took it back.
    pub(crate) by: String,
    /// Why, if they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// An edit that came before its message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EarlyEdit {
    pub(crate) version: u64,
    /// The body's JSON, and the types of its elements as bits.
    json: String,
    types: u16,
}

/// Says who, never why.
impl fmt::Debug for EarlyRecall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EarlyRecall").field("by", &self.by).finish_non_exhaustive()
    }
}

/// Says how much, never what.
impl fmt::Debug for EarlyEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EarlyEdit").field("version", &self.version).field("bytes", &self.json.len()).finish_non_exhaustive()
    }
}

impl EarlyEdit {
    pub(crate) fn new(version: u64, body: &Body) -> Self {
        Self { version, json: body.as_json().to_owned(), types: body.types().bits() }
    }

    pub(crate) fn body(&self) -> Body {
        Body::from_stored(&self.json, TypeSet::from_bits(self.types))
    }
}

impl EarlyRow {
    fn encode(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![VERSION];
        serde_json::to_writer(&mut bytes, self).map_err(|_| StoreError::unreadable("early change"))?;
        Ok(bytes)
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let json = bytes.strip_prefix(&[VERSION])?;
        serde_json::from_slice(json).ok()
    }
}

/// Which rows there are, in the order in which they came.
#[derive(Default)]
pub(super) struct Early {
    keys: BTreeMap<u64, [u8; 16]>,
    numbers: FxHashMap<[u8; 16], u64>,
    newest: u64,
}

impl Early {
    fn put(&mut self, key: [u8; 16]) {
        if !self.numbers.contains_key(&key) {
            self.newest += 1;
            self.keys.insert(self.newest, key);
            self.numbers.insert(key, self.newest);
        }
    }

    fn remove(&mut self, key: [u8; 16]) {
        if let Some(number) = self.numbers.remove(&key) {
            self.keys.remove(&number);
        }
    }

    fn take_oldest(&mut self) -> Option<[u8; 16]> {
        let (_, key) = self.keys.pop_first()?;
        self.numbers.remove(&key);
        Some(key)
    }
}

impl Store {
    /// Reads the register from the disk.
    pub(super) fn read_early(&self) -> Result<Early, StoreError> {
        let mut early = Early::default();
        // One that only reads a store of format 1 has no such column family.
        let Some(family) = self.db.cf_handle(family::EARLY) else { return Ok(early) };
        let mut rows = self.db.raw_iterator_cf_opt(family, ReadOptions::default());
        let mut found = Vec::new();
        rows.seek_to_first();
        while let Some((key, value)) = rows.item() {
            let key: Option<[u8; 16]> = key.try_into().ok();
            let row = EarlyRow::decode(value).map(|row| row.noted).zip(key);
            found.push(row.ok_or_else(|| StoreError::unreadable("early change"))?);
            rows.next();
        }
        rows.status().map_err(|source| self.named(source))?;
        found.sort_unstable();
        for (_, key) in found {
            early.put(key);
        }
        Ok(early)
    }
}

impl Write<'_> {
    /// Whether nothing came early, so that nobody needs to look.
    pub(crate) fn is_nothing_early(&self) -> bool {
        super::lock(&self.store.early).keys.is_empty()
    }

    /// What came early for the message of this [`early_key`](super::layout::early_key), as it was before this write.
    pub(crate) fn early(&self, key: [u8; 16]) -> Result<Option<EarlyRow>, StoreError> {
        if !super::lock(&self.store.early).numbers.contains_key(&key) {
            return Ok(None);
        }
        let bytes = self.store.db.get_pinned_cf(self.store.family(family::EARLY)?, key).map_err(|source| self.store.named(source))?;
        bytes.map(|bytes| EarlyRow::decode(&bytes).ok_or_else(|| StoreError::unreadable("early change"))).transpose()
    }

    /// Keeps what came early for a message, in the place of what was kept for it before.
    pub(crate) fn keep_early(&mut self, key: [u8; 16], row: &EarlyRow) -> Result<(), StoreError> {
        self.batch.put_cf(self.store.family(family::EARLY)?, key, row.encode()?);
        self.early.push((key, true));
        Ok(())
    }

    /// Forgets what came early for a message.
    pub(crate) fn forget_early(&mut self, key: [u8; 16]) -> Result<(), StoreError> {
        self.batch.delete_cf(self.store.family(family::EARLY)?, key);
        self.early.push((key, false));
        Ok(())
    }

    /// Makes the register say what this write says, and drops the oldest rows where there are too many.
    pub(super) fn end_early(&mut self) -> Result<(), StoreError> {
        if self.early.is_empty() {
            return Ok(());
        }
        let mut early = super::lock(&self.store.early);
        for (key, is_kept) in std::mem::take(&mut self.early) {
            if is_kept { early.put(key) } else { early.remove(key) }
        }
        while early.keys.len() > KEPT {
            let Some(key) = early.take_oldest() else { break };
            self.batch.delete_cf(self.store.family(family::EARLY)?, key);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Durability, Memory};

    /// The bytes of format 2. They never change: a store on somebody's disk has them.
    #[test]
    fn an_early_row_of_format_2_still_reads() {
        let edit = EarlyEdit::new(2, &Body::of_text("hi"));
        let row = EarlyRow { noted: 5, recall: Some(EarlyRecall { by: "a".to_owned(), reason: None }), edit: Some(edit) };
        let bytes = b"\x01{\"noted\":5,\"recall\":{\"by\":\"a\"},\"edit\":{\"version\":2,\"json\":\"{\\\"message_elem_array\\\":[{\\\"elem_type\\\":0,\\\"text_elem_content\\\":\\\"hi\\\"}]}\",\"types\":1}}";
        assert_eq!(row.encode().unwrap(), bytes);
        assert_eq!(EarlyRow::decode(bytes), Some(row));
        assert_eq!(EarlyRow::decode(b"\x02{\"noted\":5}"), None);
    }

    #[test]
    fn debug_of_what_came_early_shows_amounts_and_no_words() {
        let recall = EarlyRecall { by: "alice".to_owned(), reason: Some("secret".to_owned()) };
        let row = EarlyRow { noted: 5, recall: Some(recall), edit: Some(EarlyEdit::new(2, &Body::of_text("secret"))) };
        let shown = format!("{row:?}");
        assert!(shown.contains("alice") && shown.contains("version: 2") && !shown.contains("secret"), "{shown}");
    }

    #[test]
    fn the_oldest_of_too_many_early_changes_go_first_also_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory { block_cache: 1 << 20, memtables: 8 << 20 };
        let key = |number: u64| u128::from(number).to_be_bytes();
        let keep = |store: &Store, numbers: std::ops::Range<u64>| {
            let mut write = store.write().unwrap();
            for number in numbers {
                write.keep_early(key(number), &EarlyRow { noted: number, ..EarlyRow::default() }).unwrap();
            }
            write.commit(Durability::Buffered).unwrap();
        };
        let is_kept = |store: &Store, number| store.write().unwrap().early(key(number)).unwrap().is_some();
        let store = Store::open(folder.path(), memory).unwrap();
        keep(&store, 0..10_001);
        assert!(!is_kept(&store, 0) && is_kept(&store, 1));
        drop(store);
        let store = Store::open(folder.path(), memory).unwrap();
        keep(&store, 10_001..10_003);
        assert!(!is_kept(&store, 2) && is_kept(&store, 3) && is_kept(&store, 10_002));
        let mut write = store.write().unwrap();
        write.forget_early(key(3)).unwrap();
        write.commit(Durability::Buffered).unwrap();
        assert!(!is_kept(&store, 3));
    }
}
