//! The outbox: which own messages still wait to be taken by the other side, in the order in which they were sent. What sending means is
//! not known here.

use std::collections::BTreeMap;

use rocksdb::ReadOptions;
use rustc_hash::FxHashMap;

use super::layout::family;
use super::{Store, StoreError, Write};
use crate::model::MessageKey;

const VERSION: u8 = 1;

/// A row of the outbox.
///
/// Bytes: version 1, message key (24), deadline as u64, big-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WaitingRow {
    /// Where the message stands.
    pub(crate) key: MessageKey,
    /// When it fails, Unix seconds.
    pub(crate) deadline: u64,
}

impl WaitingRow {
    #[cfg(any(feature = "session", test))]
    fn encode(self) -> [u8; 33] {
        let mut bytes = [VERSION; 33];
        bytes[1..25].copy_from_slice(&self.key.to_bytes());
        bytes[25..].copy_from_slice(&self.deadline.to_be_bytes());
        bytes
    }

    /// Reads what [`WaitingRow::encode`] wrote; `None` when the bytes are no such row.
    fn decode(bytes: &[u8]) -> Option<Self> {
        let (&version, rest) = bytes.split_first()?;
        let (key, deadline) = rest.split_at_checked(MessageKey::SIZE)?;
        let deadline = u64::from_be_bytes(deadline.try_into().ok()?);
        Some(Self { key: MessageKey::from_bytes(key)?, deadline }).filter(|_| version == VERSION)
    }
}

/// Who waits, as of the last committed write.
#[derive(Default)]
pub(super) struct Outbox {
    keys: BTreeMap<u64, MessageKey>,
    numbers: FxHashMap<MessageKey, u64>,
    /// The newest number that was given since the store was opened, or that is in use.
    newest: u64,
}

impl Outbox {
    fn put(&mut self, number: u64, key: MessageKey) {
        self.keys.insert(number, key);
        self.numbers.insert(key, number);
        self.newest = self.newest.max(number);
    }

    fn remove(&mut self, number: u64) {
        if let Some(key) = self.keys.remove(&number) {
            self.numbers.remove(&key);
        }
    }
}

/// What one write does to the outbox.
#[derive(Default)]
pub(super) struct OutboxChanges {
    put: Vec<(u64, MessageKey)>,
    removed: Vec<u64>,
}

impl OutboxChanges {
    /// Makes the register say what the committed write says.
    pub(super) fn publish(self, outbox: &mut Outbox) {
        for (number, key) in self.put {
            outbox.put(number, key);
        }
        for number in self.removed {
            outbox.remove(number);
        }
    }
}

impl Store {
    /// All rows of the outbox with their numbers, oldest first; none where the store has no outbox yet.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub(crate) fn outbox(&self) -> Result<Vec<(u64, WaitingRow)>, StoreError> {
        let mut waiting = Vec::new();
        // One that only reads a store of format 1 has no such column family.
        let Some(family) = self.db.cf_handle(family::OUTBOX) else { return Ok(waiting) };
        let mut rows = self.db.raw_iterator_cf_opt(family, ReadOptions::default());
        rows.seek_to_first();
        while let Some((key, value)) = rows.item() {
            let number = key.try_into().map(u64::from_be_bytes).ok();
            let row = number.zip(WaitingRow::decode(value));
            waiting.push(row.ok_or_else(|| StoreError::unreadable("row of the outbox"))?);
            rows.next();
        }
        rows.status().map_err(|source| self.named(source))?;
        Ok(waiting)
    }

    /// Reads the register from the disk.
    pub(super) fn read_outbox(&self) -> Result<Outbox, StoreError> {
        let mut outbox = Outbox::default();
        for (number, row) in self.outbox()? {
            outbox.put(number, row.key);
        }
        Ok(outbox)
    }
}

impl Write<'_> {
    /// Puts the message at `key` behind all others in the outbox and returns its number there.
    #[cfg(feature = "session")]
    pub(crate) fn wait(&mut self, key: MessageKey, deadline: u64) -> Result<u64, StoreError> {
        let newest = self.outbox.put.last().map(|(number, _)| *number);
        let number = newest.unwrap_or_else(|| super::lock(&self.store.outbox).newest) + 1;
        self.batch.put_cf(self.store.family(family::OUTBOX)?, number.to_be_bytes(), WaitingRow { key, deadline }.encode());
        self.outbox.put.push((number, key));
        Ok(number)
    }

    /// The number of the message at `key` in the outbox, if it waited there before this write.
    pub(crate) fn number_waiting(&self, key: MessageKey) -> Option<u64> {
        super::lock(&self.store.outbox).numbers.get(&key).copied()
    }

    /// Where the message of this number stands, if it waited before this write.
    #[cfg(feature = "session")]
    pub(crate) fn key_waiting(&self, number: u64) -> Option<MessageKey> {
        super::lock(&self.store.outbox).keys.get(&number).copied()
    }

    /// Takes a number out of the outbox.
    pub(crate) fn end_wait(&mut self, number: u64) -> Result<(), StoreError> {
        self.batch.delete_cf(self.store.family(family::OUTBOX)?, number.to_be_bytes());
        self.outbox.removed.push(number);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConversationNo, Place};

    /// The bytes of format 2. They never change: a store on somebody's disk has them.
    #[test]
    fn a_row_of_the_outbox_of_format_2_still_reads() {
        let key = MessageKey { conversation: ConversationNo(2), place: Place { time: 3, seq: 4, rand: 5 } };
        let row = WaitingRow { key, deadline: 6 };
        let bytes = b"\x01\0\0\0\x02\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x04\0\0\0\x05\0\0\0\0\0\0\0\x06";
        assert_eq!(row.encode(), *bytes);
        assert_eq!(WaitingRow::decode(bytes), Some(row));
        for cut in 0..bytes.len() {
            assert_eq!(WaitingRow::decode(&bytes[..cut]), None);
        }
        assert_eq!(WaitingRow::decode(&[9; 33]), None);
    }
}
