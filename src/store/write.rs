//! One write: everything that changes together, in one atomic batch with its journal entry.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};

use rocksdb::{ColumnFamily, WriteBatch, WriteOptions};
use rustc_hash::FxHashMap;

use super::layout::{self, family};
use super::outbox::OutboxChanges;
use super::record::Record;
use super::tail::Gathered;
use super::{ChangeKind, ConversationRecord, Conversations, Durability, Entry, JournalNo, Store, StoreError, View};
use crate::model::{ConversationId, ConversationKind, ConversationNo, MessageKey, Place};

/// The most rows of the journal that one trim drops; the next one goes on.
const TRIM: usize = 10_000;

/// A write under way. Nobody else writes until it is committed or dropped; dropping it leaves no trace.
pub(crate) struct Write<'a> {
    pub(super) store: &'a Store,
    _writing: MutexGuard<'a, ()>,
    pub(super) batch: WriteBatch,
    entry: Entry,
    /// All conversations before this write.
    before: Arc<Conversations>,
    /// Those that this write changes or makes.
    changed: BTreeMap<ConversationNo, ConversationRecord>,
    /// Those that this write makes.
    made: FxHashMap<ConversationId, ConversationNo>,
    next_number: ConversationNo,
    gathered: Gathered,
    /// New rows of `ids`, put in their order when all are known: a memtable takes neighbours much faster than strangers.
    ids: Vec<([u8; 16], MessageKey)>,
    pub(super) outbox: OutboxChanges,
    /// Rows of `early` that this write keeps or forgets.
    #[cfg(feature = "session")]
    pub(super) early: Vec<([u8; 16], bool)>,
    #[cfg(feature = "script")]
    pub(super) usage: super::script::UsageChanges,
}

impl Store {
    /// Begins a write; waits for the one under way.
    ///
    /// # Errors
    /// [`StoreError::Poisoned`] after a failed write, [`StoreError::ReadOnly`] in a reading process.
    pub(crate) fn write(&self) -> Result<Write<'_>, StoreError> {
        if !self.is_writer() {
            return Err(StoreError::ReadOnly);
        }
        let writing = super::lock(&self.writing);
        // Looked at under the lock, so that nothing follows a failed write.
        if self.poisoned.load(Ordering::Acquire) {
            return Err(StoreError::Poisoned);
        }
        let before = self.conversations();
        let next_number = before.next_number();
        Ok(Write {
            store: self,
            _writing: writing,
            batch: WriteBatch::default(),
            entry: Entry::default(),
            before,
            changed: BTreeMap::new(),
            made: FxHashMap::default(),
            next_number,
            gathered: Gathered::default(),
            ids: Vec::new(),
            outbox: OutboxChanges::default(),
            #[cfg(feature = "session")]
            early: Vec::new(),
            #[cfg(feature = "script")]
            usage: super::script::UsageChanges::default(),
        })
    }

    /// Waits until every entry up to `no` is on the disk. Whoever comes while another syncs waits and shares the next fsync.
    fn sync_up_to(&self, no: u64) -> Result<(), StoreError> {
        let mut syncing = super::lock(&self.syncing);
        loop {
            if self.poisoned.load(Ordering::Acquire) {
                return Err(StoreError::Poisoned);
            }
            if syncing.done >= no {
                return Ok(());
            }
            if syncing.running {
                syncing = self.synced.wait(syncing).unwrap_or_else(std::sync::PoisonError::into_inner);
                continue;
            }
            syncing.running = true;
            drop(syncing);
            // Read before the fsync: what is written during it may not be covered.
            let covered = self.head.load(Ordering::Acquire);
            let result = self.db.flush_wal(true);
            syncing = super::lock(&self.syncing);
            syncing.running = false;
            match result {
                Ok(()) => syncing.done = syncing.done.max(covered),
                Err(_) => self.poisoned.store(true, Ordering::Release),
            }
            self.synced.notify_all();
            if let Err(source) = result {
                return Err(self.named(source));
            }
        }
    }

    /// Makes everything written so far survive a power cut.
    ///
    /// # Errors
    /// [`StoreError`]: it may or may not be on the disk; the store refuses writes until reopened.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        self.sync_up_to(self.head().0)
    }

    /// Every change up to this one is on the disk.
    #[cfg(all(test, feature = "session"))]
    pub(crate) fn synced_up_to(&self) -> JournalNo {
        JournalNo(super::lock(&self.syncing).done)
    }

    /// As [`Store::sync`], of writes too that the journal does not tell of.
    ///
    /// # Errors
    /// As for [`Store::sync`].
    #[cfg(feature = "session")]
    pub(crate) fn sync_all(&self) -> Result<(), StoreError> {
        self.db.flush_wal(true).map_err(|source| self.named(source))
    }

    /// Notes that the reader `name` has passed every change up to `no`, and drops what all readers have passed, no pin
    /// holds and is not spare.
    ///
    /// # Errors
    /// [`StoreError`]: the note may be lost, and the reader sees changes again.
    pub(crate) fn put_cursor(&self, name: &str, no: JournalNo) -> Result<(), StoreError> {
        let mut write = self.write()?;
        write.batch.put_cf(self.family(family::CURSORS)?, name, no.0.to_be_bytes());
        write.trim_behind([(name.to_owned(), no)])?;
        write.commit(Durability::Buffered).map(drop)
    }

    /// Makes a cursor for the new reader `name` behind the newest change, and returns that change's number.
    ///
    /// # Errors
    /// [`StoreError`]: there may or may not be a cursor.
    pub(crate) fn new_cursor(&self, name: &str) -> Result<JournalNo, StoreError> {
        let mut write = self.write()?;
        // Read under the lock, so that nothing is trimmed between the look and the note.
        let head = self.head();
        write.batch.put_cf(self.family(family::CURSORS)?, name, head.0.to_be_bytes());
        write.commit(Durability::Buffered)?;
        Ok(head)
    }

    /// Forgets the reader `name`; what only it had still to read may be dropped from now on.
    ///
    /// # Errors
    /// [`StoreError`]: it may or may not be forgotten.
    pub(crate) fn remove_cursor(&self, name: &str) -> Result<(), StoreError> {
        let mut write = self.write()?;
        write.batch.delete_cf(self.family(family::CURSORS)?, name);
        write.commit(Durability::Buffered).map(drop)
    }

    /// Names the account whose archive this is.
    ///
    /// # Errors
    /// [`StoreError`]: it may or may not be named.
    pub(crate) fn put_account(&self, account: &str) -> Result<(), StoreError> {
        let mut write = self.write()?;
        write.batch.put_cf(self.family(family::META)?, layout::META_ACCOUNT, account);
        write.commit(Durability::Synced).map(drop)
    }

    pub(super) fn family(&self, name: &'static str) -> Result<&ColumnFamily, StoreError> {
        self.db.cf_handle(name).ok_or_else(|| StoreError::unreadable("column family list"))
    }

    /// Names the folder in errors that RocksDB leaves without one.
    pub(super) fn named(&self, source: rocksdb::Error) -> StoreError {
        match StoreError::from(source) {
            StoreError::Damaged { what, .. } => StoreError::Damaged { folder: self.layout.store(), what },
            StoreError::Full { .. } => StoreError::Full { folder: self.layout.root().to_owned() },
            other => other,
        }
    }
}

impl<'a> Write<'a> {
    /// The store before this write. Outlives borrows of the write itself.
    pub(crate) fn view(&self) -> View<'a> {
        self.store.view()
    }

    /// The number of a conversation, if it is known, deleted or not.
    pub(crate) fn number(&self, id: &ConversationId) -> Option<ConversationNo> {
        self.before.number(id).or_else(|| self.made.get(id).copied())
    }

    /// The number of a conversation, which is made where it is new.
    pub(crate) fn number_or_new(&mut self, id: &ConversationId) -> ConversationNo {
        if let Some(number) = self.number(id) {
            return number;
        }
        let number = self.next_number;
        self.next_number = ConversationNo(number.0 + 1);
        self.made.insert(id.clone(), number);
        self.changed.insert(number, ConversationRecord::new(id.clone()));
        number
    }

    /// A conversation as this write leaves it so far.
    pub(crate) fn conversation(&self, number: ConversationNo) -> Option<&ConversationRecord> {
        self.changed.get(&number).or_else(|| self.before.record(number).map(|record| &**record))
    }

    /// A conversation to be changed.
    pub(crate) fn conversation_mut(&mut self, number: ConversationNo) -> Result<&mut ConversationRecord, StoreError> {
        use std::collections::btree_map::Entry::{Occupied, Vacant};
        match self.changed.entry(number) {
            Occupied(entry) => Ok(entry.into_mut()),
            Vacant(entry) => {
                let record = self.before.record(number).ok_or_else(|| StoreError::unreadable("conversation number"))?;
                Ok(entry.insert(ConversationRecord::clone(record)))
            }
        }
    }

    /// Puts a message that was not there, with its rows in `ids` and `sequences`, and tells the journal how it came.
    pub(crate) fn add(&mut self, key: MessageKey, kind: ConversationKind, record: &Record<'_>, how: ChangeKind) -> Result<(), StoreError> {
        self.put_with_rows(key, kind, record)?;
        self.tell(how, key);
        Ok(())
    }

    /// Puts a message that is at `from` to `to`, changed or not, with its rows, and tells the journal of both places. `before` is what is
    /// stored of it; `media` are the files that it names.
    #[cfg(feature = "session")]
    pub(crate) fn relocate(
        &mut self,
        (from, before): (MessageKey, &Record<'_>),
        (to, record): (MessageKey, &Record<'_>),
        kind: ConversationKind,
        media: &[[u8; 32]],
        why: ChangeKind,
    ) -> Result<(), StoreError> {
        self.remove(from, before, media)?;
        self.tell(ChangeKind::Moved, from);
        self.put_with_rows(to, kind, record)?;
        for hash in media {
            self.use_media(hash, to)?;
        }
        self.tell(why, to);
        Ok(())
    }

    fn put_with_rows(&mut self, key: MessageKey, kind: ConversationKind, record: &Record<'_>) -> Result<(), StoreError> {
        self.put(key, record)?;
        self.ids.push((record.id_key(key.place.rand), key));
        if kind == ConversationKind::Group {
            self.batch.put_cf(self.store.family(family::SEQUENCES)?, layout::sequence_key(key), []);
        }
        Ok(())
    }

    /// Replaces a message that is there, and tells the journal why.
    pub(crate) fn replace(&mut self, key: MessageKey, record: &Record<'_>, kind: ChangeKind) -> Result<(), StoreError> {
        self.put(key, record)?;
        self.tell(kind, key);
        Ok(())
    }

    fn put(&mut self, key: MessageKey, record: &Record<'_>) -> Result<(), StoreError> {
        let bytes = self.gathered.encode(record, key.place.time);
        self.batch.put_cf(self.store.family(family::MESSAGES)?, key.to_bytes(), bytes);
        Ok(())
    }

    /// Takes a message out of every column family but the journal's, the outbox among them. `record` is what is stored of it.
    pub(crate) fn remove(&mut self, key: MessageKey, record: &Record<'_>, media: &[[u8; 32]]) -> Result<(), StoreError> {
        self.batch.delete_cf(self.store.family(family::MESSAGES)?, key.to_bytes());
        self.batch.delete_cf(self.store.family(family::IDS)?, record.id_key(key.place.rand));
        self.batch.delete_cf(self.store.family(family::SEQUENCES)?, layout::sequence_key(key));
        for hash in media {
            self.batch.delete_cf(self.store.family(family::MEDIA)?, layout::media_key(hash, key));
        }
        match self.number_waiting(key) {
            Some(number) => self.end_wait(number),
            None => Ok(()),
        }
    }

    /// Notes that a message uses a media file.
    pub(crate) fn use_media(&mut self, hash: &[u8; 32], key: MessageKey) -> Result<(), StoreError> {
        self.batch.put_cf(self.store.family(family::MEDIA)?, layout::media_key(hash, key), []);
        Ok(())
    }

    /// Notes that a message no longer uses a media file.
    pub(crate) fn unuse_media(&mut self, hash: &[u8; 32], key: MessageKey) -> Result<(), StoreError> {
        self.batch.delete_cf(self.store.family(family::MEDIA)?, layout::media_key(hash, key));
        Ok(())
    }

    /// Whether it changes nothing.
    #[cfg(feature = "session")]
    pub(crate) fn is_empty(&self) -> bool {
        self.batch.is_empty() && self.ids.is_empty() && self.changed.is_empty()
    }

    /// Adds a change to the journal.
    pub(crate) fn tell(&mut self, kind: ChangeKind, key: MessageKey) {
        self.entry.changes.push((kind, key));
        self.gathered.end();
    }

    /// Adds a change of a whole conversation to the journal.
    pub(crate) fn tell_of_conversation(&mut self, kind: ChangeKind, conversation: ConversationNo) {
        self.tell(kind, MessageKey { conversation, place: Place::FIRST });
    }

    /// Drops what all readers have passed, no pin holds and is not spare, given the cursors that this write moves.
    pub(super) fn trim_behind(&mut self, moved: impl IntoIterator<Item = (String, JournalNo)>) -> Result<(), StoreError> {
        let store = self.store;
        let mut cursors: BTreeMap<String, JournalNo> = store.cursors()?.into_iter().collect();
        cursors.extend(moved);
        // Read under the lock, so that no pin is set meanwhile.
        let spare = JournalNo(store.head().0.saturating_sub(store.spare.load(Ordering::Acquire)));
        let passed = cursors.into_values().chain(store.lowest_pin()).fold(spare, JournalNo::min);
        self.trim(passed)
    }

    /// Drops all rows of the journal of which every change is numbered `passed` or less.
    fn trim(&mut self, passed: JournalNo) -> Result<(), StoreError> {
        let store = self.store;
        // The row that holds the first change behind `passed` stays, with whatever else it holds.
        let Some(kept) = store.row_of(JournalNo(passed.0 + 1))? else { return Ok(()) };
        // Row by row: a range over rows that are gone already would stay in the memtable and make every later read slower.
        let rows = store.rows_between(JournalNo(store.trimmed.load(Ordering::Acquire)), kept, TRIM)?;
        for row in &rows {
            self.batch.delete_cf(store.family(family::JOURNAL)?, row.0.to_be_bytes());
        }
        if let Some(last) = rows.last() {
            store.trimmed.store(last.0, Ordering::Release);
        }
        Ok(())
    }

    /// Writes everything or nothing, and returns the number of the last change, which readers see from now on.
    ///
    /// # Errors
    /// [`StoreError`]: it may or may not be written; the store refuses writes until reopened.
    pub(crate) fn commit(mut self, durability: Durability) -> Result<JournalNo, StoreError> {
        let store = self.store;
        let first = store.head().0 + 1;
        let last = store.head().0 + self.entry.changes.len() as u64;
        self.ids.sort_unstable();
        for (id, key) in &self.ids {
            self.batch.put_cf(store.family(family::IDS)?, id, key.to_bytes());
        }
        for (number, record) in &self.changed {
            let json = serde_json::to_vec(record).map_err(|_| StoreError::unreadable("conversation"))?;
            self.batch.put_cf(store.family(family::CONVERSATIONS)?, number.0.to_be_bytes(), json);
            let before = self.before.record(*number);
            if before.is_some_and(|before| record.has_about_of(before)) || (before.is_none() && record.about.is_none()) {
                continue;
            }
            let abouts = store.family(family::ABOUTS)?;
            match &record.about {
                Some(about) => {
                    let json = serde_json::to_vec(&**about).map_err(|_| StoreError::unreadable("description of a conversation"))?;
                    self.batch.put_cf(abouts, number.0.to_be_bytes(), json);
                }
                None => self.batch.delete_cf(abouts, number.0.to_be_bytes()),
            }
        }
        if last >= first {
            self.batch.put_cf(store.family(family::JOURNAL)?, first.to_be_bytes(), self.entry.encode());
        }
        #[cfg(feature = "session")]
        self.end_early()?;
        if let Err(source) = store.db.write_opt(std::mem::take(&mut self.batch), &WriteOptions::default()) {
            store.poisoned.store(true, Ordering::Release);
            return Err(store.named(source));
        }
        std::mem::take(&mut self.outbox).publish(&mut super::lock(&store.outbox));
        #[cfg(feature = "script")]
        std::mem::take(&mut self.usage).publish(&mut super::lock(&store.usages));
        if !self.changed.is_empty() {
            drop(std::mem::take(&mut self.before));
            let mut register = super::write_lock(&store.conversations);
            let conversations = Arc::make_mut(&mut register);
            for (number, record) in std::mem::take(&mut self.changed) {
                conversations.put(number, record);
            }
        }
        if last >= first {
            store.tail.push(JournalNo(first), std::mem::take(&mut self.entry), std::mem::take(&mut self.gathered));
        }
        // Published under the writing lock, so that readers never see a gap.
        store.head.store(last, Ordering::Release);
        drop(self);
        match durability {
            // Without a change there is no number to wait for.
            Durability::Synced if last < first => store.db.flush_wal(true).map_err(|source| store.named(source))?,
            Durability::Synced => store.sync_up_to(last)?,
            Durability::Buffered => {}
        }
        Ok(JournalNo(last))
    }
}
