//! The newest changes, kept in memory with the records they wrote, so that a reader close behind need not read them back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

#[cfg(feature = "script")]
use rustc_hash::FxHashMap;

use super::{Change, ChangeKind, Entry, JournalNo, Record, Store, StoreError};
use crate::model::MessageKey;

/// The most bytes of records that are kept. A reader further behind reads the journal and the messages instead.
const BYTES: usize = 24 << 20;

/// The changes of one write, with the records that it put where they are still in memory.
pub(crate) struct Batch {
    first: JournalNo,
    changes: Vec<(ChangeKind, MessageKey)>,
    /// All records, one after the other.
    records: Vec<u8>,
    /// Where the record of each change ends; a change without one ends where the one before it does. Empty: none is known.
    ends: Vec<usize>,
}

impl Batch {
    /// The number of the first change.
    pub(crate) fn first(&self) -> JournalNo {
        self.first
    }

    /// The number of the last change.
    pub(crate) fn last(&self) -> JournalNo {
        JournalNo(self.first.0 + self.changes.len() as u64 - 1)
    }

    /// The changes behind `since`, each with its record where that is in memory.
    pub(crate) fn changes(&self, since: JournalNo) -> impl Iterator<Item = (Change, Option<Record<'_>>)> {
        let numbered = self.changes.iter().zip(self.first.0..).enumerate();
        numbered.filter(move |(_, (_, no))| *no > since.0).map(|(index, (&(kind, key), no))| {
            let record = self.bytes(index).and_then(|bytes| Record::decode(bytes, key.place.time));
            (Change { no: JournalNo(no), kind, key }, record)
        })
    }

    fn bytes(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { *self.ends.get(index - 1)? };
        self.records.get(start..end).filter(|bytes| !bytes.is_empty())
    }
}

/// What a write gathers for the tail while it runs.
#[derive(Default)]
pub(super) struct Gathered {
    records: Vec<u8>,
    ends: Vec<usize>,
}

impl Gathered {
    /// Encodes a record in place and returns its bytes.
    pub(super) fn encode(&mut self, record: &Record<'_>, server_time: u64) -> &[u8] {
        let start = self.records.len();
        record.encode(server_time, &mut self.records);
        &self.records[start..]
    }

    /// Ends the record, or the lack of one, of the change that is told now.
    pub(super) fn end(&mut self) {
        self.ends.push(self.records.len());
    }
}

/// The tail itself.
#[derive(Default)]
pub(super) struct Tail(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    batches: VecDeque<Arc<Batch>>,
    bytes: usize,
    /// What the index has passed.
    indexed: JournalNo,
    /// What the reader has passed that tells scripts, if there is one.
    #[cfg(feature = "script")]
    told: Option<JournalNo>,
    /// The newest change that these batches tell of messages that were there before it.
    #[cfg(feature = "script")]
    touched: FxHashMap<MessageKey, JournalNo>,
}

impl Kept {
    /// Drops the oldest batches while `is_done` says so.
    fn drop_while(&mut self, is_done: impl Fn(&Self, &Batch) -> bool) {
        while let Some(oldest) = self.batches.front().cloned()
            && is_done(self, &oldest)
        {
            self.batches.pop_front();
            self.bytes -= oldest.records.len();
            #[cfg(feature = "script")]
            self.forget_touched(&oldest);
        }
    }

    /// Drops what every reader in this process has passed.
    fn release(&mut self) {
        let passed = self.indexed;
        #[cfg(feature = "script")]
        let passed = self.told.map_or(passed, |told| passed.min(told));
        self.drop_while(|_, batch| batch.last() <= passed);
    }
}

#[cfg(feature = "script")]
impl Kept {
    fn note_touched(&mut self, batch: &Batch) {
        for (change, _) in batch.changes(JournalNo(0)).filter(|(change, _)| touches(change.kind)) {
            self.touched.insert(change.key, change.no);
        }
    }

    fn forget_touched(&mut self, batch: &Batch) {
        for (change, _) in batch.changes(JournalNo(0)).filter(|(change, _)| touches(change.kind)) {
            if self.touched.get(&change.key) == Some(&change.no) {
                self.touched.remove(&change.key);
            }
        }
    }

    /// Whether a message is, as far as is known here, as the change says that put it there.
    fn is_as_told(&self, change: &Change) -> bool {
        self.touched.get(&change.key).is_none_or(|no| *no <= change.no)
    }
}

/// Whether a change concerns a message that was there before.
#[cfg(feature = "script")]
fn touches(kind: ChangeKind) -> bool {
    use ChangeKind::{Added, Cleared, ConversationChanged, ConversationDeleted, PeerRead, Queued, Read, Received};
    !matches!(kind, Added | Received | Queued | Read | PeerRead | Cleared | ConversationDeleted | ConversationChanged)
}

impl Tail {
    pub(super) fn push(&self, first: JournalNo, entry: Entry, gathered: Gathered) {
        let mut kept = super::lock(&self.0);
        kept.bytes += gathered.records.len();
        let Gathered { records, ends } = gathered;
        let batch = Arc::new(Batch { first, changes: entry.changes, records, ends });
        #[cfg(feature = "script")]
        kept.note_touched(&batch);
        kept.batches.push_back(batch);
        kept.drop_while(|kept, _| kept.bytes > BYTES && kept.batches.len() > 1);
    }

    /// Notes that the index has passed these changes.
    fn release(&self, passed: JournalNo) {
        let mut kept = super::lock(&self.0);
        kept.indexed = passed;
        kept.release();
    }

    fn behind(&self, since: JournalNo) -> Option<Arc<Batch>> {
        let kept = super::lock(&self.0);
        let index = kept.batches.partition_point(|batch| batch.last() <= since);
        kept.batches.get(index).filter(|batch| batch.first.0 <= since.0 + 1).cloned()
    }
}

impl Store {
    /// The write that holds the first change behind `since`, if there is one: from memory, or read from the journal.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read.
    pub(crate) fn batch_behind(&self, since: JournalNo) -> Result<Option<Arc<Batch>>, StoreError> {
        if self.head() <= since {
            return Ok(None);
        }
        if let Some(batch) = self.tail.behind(since) {
            return Ok(Some(batch));
        }
        let Some((first, entry)) = self.row_behind(since)? else { return Ok(None) };
        Ok(Some(Arc::new(Batch { first, changes: entry.changes, records: Vec::new(), ends: Vec::new() })))
    }

    /// Notes that the index has passed what is up to `passed`; what every reader has passed is forgotten.
    pub(crate) fn release_tail(&self, passed: JournalNo) {
        self.tail.release(passed);
    }

    /// Notes that scripts were told of what is up to `passed`, so that what is behind it stays as long as there is room; `None` when nobody
    /// tells them any more.
    #[cfg(feature = "script")]
    pub(crate) fn hold_tail(&self, passed: Option<JournalNo>) {
        let mut kept = super::lock(&self.tail.0);
        kept.told = passed;
        kept.release();
    }

    /// The changes of a batch behind `since`, each with its record, where that is in memory and nothing has happened to the message since.
    #[cfg(feature = "script")]
    pub(crate) fn with_current_records(&self, batch: &Batch, since: JournalNo, mut each: impl FnMut(Change, Option<Record<'_>>)) {
        let changes: Vec<_> = batch.changes(since).collect();
        let are_as_told: Vec<bool> = {
            let kept = super::lock(&self.tail.0);
            changes.iter().map(|(change, _)| kept.is_as_told(change)).collect()
        };
        for ((change, record), is_as_told) in changes.into_iter().zip(are_as_told) {
            each(change, record.filter(|_| is_as_told));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConversationNo, Message, Place, Status};
    use crate::store::Flags;

    fn push(tail: &Tail, first: u64, texts: &[&str]) {
        let mut gathered = Gathered::default();
        let mut entry = Entry::default();
        for (index, text) in texts.iter().enumerate() {
            let message = Message::text("a", 5, text);
            gathered.encode(&Record::of(&message, Status::Sent, Flags::default()), 5);
            gathered.end();
            let place = Place { time: 5, seq: first + index as u64, rand: 1 };
            entry.changes.push((ChangeKind::Added, MessageKey { conversation: ConversationNo(1), place }));
        }
        tail.push(JournalNo(first), entry, gathered);
    }

    #[test]
    fn a_reader_close_behind_finds_changes_with_their_records() {
        let tail = Tail::default();
        push(&tail, 1, &["one", "two"]);
        push(&tail, 3, &["three"]);
        let batch = tail.behind(JournalNo(1)).unwrap();
        let seen: Vec<(u64, String)> =
            batch.changes(JournalNo(1)).map(|(change, record)| (change.no.0, record.unwrap().body_json())).collect();
        assert_eq!(seen, [(2, Message::text("a", 5, "two").body.as_json().to_owned())]);
        assert_eq!(tail.behind(JournalNo(2)).unwrap().last(), JournalNo(3));
        tail.release(JournalNo(2));
        assert!(tail.behind(JournalNo(0)).is_none(), "what was released is read from the journal");
        assert!(tail.behind(JournalNo(3)).is_none());
    }
}
