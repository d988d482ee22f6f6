//! Reading: single messages, pages in either direction, whole scans, the journal. Every read sees one moment of the store.

use std::sync::Arc;

use rocksdb::{DBPinnableSlice, DBRawIterator, ReadOptions};
use rustc_hash::FxHashMap;

use super::layout::{self, family};
use super::record::Record;
use super::{Change, ConversationRecord, Conversations, Entry, JournalNo, Store, StoreError};
use crate::model::{About, ConversationNo, MessageKey, Place};

/// Which way a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Towards newer messages.
    Forward,
    /// Towards older messages.
    Backward,
}

/// The bytes of a stored message.
pub(crate) struct Stored<'a> {
    key: MessageKey,
    bytes: DBPinnableSlice<'a>,
}

impl Stored<'_> {
    pub(crate) fn record(&self) -> Result<Record<'_>, StoreError> {
        Record::decode(&self.bytes, self.key.place.time).ok_or_else(|| StoreError::unreadable("message record"))
    }
}

/// The store as it is now, for reads that belong together. Does not hold back writers.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    store: &'a Store,
}

impl Store {
    pub(crate) fn view(&self) -> View<'_> {
        View { store: self }
    }

    /// The account that was named.
    pub(crate) fn account(&self) -> Result<Option<String>, StoreError> {
        let account = self.db.get_cf(self.family(family::META)?, layout::META_ACCOUNT).map_err(|source| self.named(source))?;
        account.map(|bytes| String::from_utf8(bytes).map_err(|_| StoreError::unreadable("account"))).transpose()
    }

    pub(super) fn read_conversations(&self) -> Result<Conversations, StoreError> {
        let mut conversations = Conversations::default();
        let mut abouts = self.read_abouts()?;
        let mut rows = self.rows(family::CONVERSATIONS, ReadOptions::default())?;
        rows.seek_to_first();
        while let Some((key, value)) = rows.item() {
            let number = key.try_into().map(u32::from_be_bytes).map_err(|_| StoreError::unreadable("conversation key"))?;
            if ConversationNo(number) != conversations.next_number() {
                return Err(StoreError::unreadable("conversation list: a number is missing"));
            }
            let mut record: ConversationRecord = serde_json::from_slice(value).map_err(|_| StoreError::unreadable("conversation"))?;
            record.about = abouts.remove(&ConversationNo(number));
            conversations.put(ConversationNo(number), record);
            rows.next();
        }
        rows.status().map_err(|source| self.named(source))?;
        Ok(conversations)
    }

    /// The descriptions of conversations. A reading process finds none in a store of an older format.
    fn read_abouts(&self) -> Result<FxHashMap<ConversationNo, Arc<About>>, StoreError> {
        let mut abouts = FxHashMap::default();
        if self.db.cf_handle(family::ABOUTS).is_none() {
            return Ok(abouts);
        }
        let mut rows = self.rows(family::ABOUTS, ReadOptions::default())?;
        rows.seek_to_first();
        while let Some((key, value)) = rows.item() {
            let number = key.try_into().map(u32::from_be_bytes).map_err(|_| StoreError::unreadable("conversation key"))?;
            let about: About = serde_json::from_slice(value).map_err(|_| StoreError::unreadable("description of a conversation"))?;
            abouts.insert(ConversationNo(number), Arc::new(about));
            rows.next();
        }
        rows.status().map_err(|source| self.named(source))?;
        Ok(abouts)
    }

    pub(super) fn read_head(&self) -> Result<u64, StoreError> {
        let mut rows = self.rows(family::JOURNAL, ReadOptions::default())?;
        rows.seek_to_last();
        let head = match rows.item() {
            None => 0,
            Some((key, value)) => first_of(key)?.0 + entry(value)?.changes.len() as u64 - 1,
        };
        rows.status().map_err(|source| self.named(source))?;
        Ok(head)
    }

    /// The durable cursors by name.
    pub(crate) fn cursors(&self) -> Result<Vec<(String, JournalNo)>, StoreError> {
        let mut cursors = Vec::new();
        let mut rows = self.rows(family::CURSORS, ReadOptions::default())?;
        rows.seek_to_first();
        while let Some((key, value)) = rows.item() {
            cursors.push((String::from_utf8_lossy(key).into_owned(), first_of(value)?));
            rows.next();
        }
        rows.status().map_err(|source| self.named(source))?;
        Ok(cursors)
    }

    /// The first number of the journal's row that holds the change `no`, or of the last row before it.
    pub(super) fn row_of(&self, no: JournalNo) -> Result<Option<JournalNo>, StoreError> {
        let mut rows = self.rows(family::JOURNAL, ReadOptions::default())?;
        rows.seek_for_prev(no.0.to_be_bytes());
        let row = rows.key().map(first_of).transpose()?;
        rows.status().map_err(|source| self.named(source))?;
        Ok(row)
    }

    /// The number of the oldest change that the journal still has, if it has any.
    pub(crate) fn oldest_change(&self) -> Result<Option<JournalNo>, StoreError> {
        let mut rows = self.rows(family::JOURNAL, ReadOptions::default())?;
        rows.seek_to_first();
        let first = rows.key().map(first_of).transpose()?;
        rows.status().map_err(|source| self.named(source))?;
        Ok(first)
    }

    /// The row of the journal that holds the first change behind `since`, or the oldest one there is.
    pub(super) fn row_behind(&self, since: JournalNo) -> Result<Option<(JournalNo, Entry)>, StoreError> {
        let mut rows = self.rows(family::JOURNAL, ReadOptions::default())?;
        rows.seek_for_prev(since.0.saturating_add(1).to_be_bytes());
        if !rows.valid() {
            rows.status().map_err(|source| self.named(source))?;
            rows.seek_to_first();
        }
        let row = rows.item().map(|(key, value)| Ok::<_, StoreError>((first_of(key)?, entry(value)?))).transpose()?;
        rows.status().map_err(|source| self.named(source))?;
        Ok(row)
    }

    /// The first numbers of at most `limit` rows of the journal that begin behind `from` and before `until`.
    pub(super) fn rows_between(&self, from: JournalNo, until: JournalNo, limit: usize) -> Result<Vec<JournalNo>, StoreError> {
        let mut found = Vec::new();
        let mut rows = self.rows(family::JOURNAL, ReadOptions::default())?;
        rows.seek(from.0.saturating_add(1).to_be_bytes());
        while found.len() < limit
            && let Some(row) = rows.key().map(first_of).transpose()?.filter(|row| *row < until)
        {
            found.push(row);
            rows.next();
        }
        rows.status().map_err(|source| self.named(source))?;
        Ok(found)
    }

    /// The changes behind `since` that are published, oldest first, at least one row of them and about `limit`.
    pub(crate) fn changes(&self, since: JournalNo, limit: usize) -> Result<Vec<Change>, StoreError> {
        let head = self.head();
        let mut changes: Vec<Change> = Vec::new();
        let mut rows = self.rows(family::JOURNAL, ReadOptions::default())?;
        rows.seek_for_prev(since.0.saturating_add(1).to_be_bytes());
        if !rows.valid() {
            rows.status().map_err(|source| self.named(source))?;
            rows.seek_to_first();
        }
        while changes.len() < limit
            && let Some((key, value)) = rows.item()
        {
            let row = entry(value)?;
            changes.extend(row.numbered(first_of(key)?).filter(|change| change.no > since && change.no <= head));
            rows.next();
        }
        rows.status().map_err(|source| self.named(source))?;
        Ok(changes)
    }

    fn rows(&self, name: &'static str, options: ReadOptions) -> Result<DBRawIterator<'_>, StoreError> {
        Ok(self.db.raw_iterator_cf_opt(self.family(name)?, options))
    }
}

impl<'a> View<'a> {
    /// The bytes of a message, if it is there.
    pub(crate) fn get(self, key: MessageKey) -> Result<Option<Stored<'a>>, StoreError> {
        let bytes = self.store.db.get_pinned_cf(self.store.family(family::MESSAGES)?, key.to_bytes());
        Ok(bytes.map_err(|source| self.store.named(source))?.map(|bytes| Stored { key, bytes }))
    }

    /// Where the message with this id stands.
    pub(crate) fn key_of_id(self, id: &str) -> Result<Option<MessageKey>, StoreError> {
        self.key_of_hashed(layout::id_key(id))
    }

    /// Where the message with this hashed id stands.
    pub(crate) fn key_of_hashed(self, id: [u8; 16]) -> Result<Option<MessageKey>, StoreError> {
        let bytes = self.store.db.get_pinned_cf(self.store.family(family::IDS)?, id);
        let bytes = bytes.map_err(|source| self.store.named(source))?;
        bytes.map(|bytes| MessageKey::from_bytes(&bytes).ok_or_else(|| StoreError::unreadable("row of ids"))).transpose()
    }

    /// Where the messages with these hashed ids (see [`layout::id_key`]) stand, in their order. Faster than one by one.
    pub(crate) fn keys_of_hashed(self, ids: impl IntoIterator<Item = [u8; 16]>) -> Result<Vec<Option<MessageKey>>, StoreError> {
        let ids: Vec<[u8; 16]> = ids.into_iter().collect();
        let found = self.store.db.batched_multi_get_cf(self.store.family(family::IDS)?, &ids, false);
        let read = |bytes: Result<Option<DBPinnableSlice<'_>>, rocksdb::Error>| match bytes {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) => MessageKey::from_bytes(&bytes).map(Some).ok_or_else(|| StoreError::unreadable("row of ids")),
            Err(source) => Err(self.store.named(source)),
        };
        found.into_iter().map(read).collect()
    }

    /// Where the message of a group stands whose seq is this one, or the nearest one in the direction of a walk; `None` when
    /// there is none further on.
    pub(crate) fn key_of_seq(self, conversation: ConversationNo, seq: u64, direction: Direction) -> Result<Option<MessageKey>, StoreError> {
        let end = |place: Place| layout::sequence_key(MessageKey { conversation, place: Place { seq, ..place } });
        let mut rows = self.store.rows(family::SEQUENCES, ReadOptions::default())?;
        match direction {
            Direction::Forward => rows.seek(end(Place::FIRST)),
            Direction::Backward => rows.seek_for_prev(end(Place::LAST)),
        }
        let found = rows.key().and_then(layout::from_sequence_key);
        rows.status().map_err(|source| self.store.named(source))?;
        Ok(found.filter(|key| key.conversation == conversation))
    }

    /// Walks a conversation from `start`, including what stands exactly there, until `each` says stop or the conversation ends.
    pub(crate) fn walk(
        self,
        conversation: ConversationNo,
        start: Place,
        direction: Direction,
        mut each: impl FnMut(MessageKey, &Record<'_>) -> Result<std::ops::ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let (first, behind) = layout::conversation_bounds(conversation);
        let mut options = ReadOptions::default();
        options.set_iterate_lower_bound(first);
        options.set_iterate_upper_bound(behind);
        let mut rows = self.store.rows(family::MESSAGES, options)?;
        let start = MessageKey { conversation, place: start }.to_bytes();
        match direction {
            Direction::Forward => rows.seek(start),
            Direction::Backward => rows.seek_for_prev(start),
        }
        while let Some((key, value)) = rows.item() {
            let (key, record) = message(key, value)?;
            if each(key, &record)?.is_break() {
                return Ok(());
            }
            match direction {
                Direction::Forward => rows.next(),
                Direction::Backward => rows.prev(),
            }
        }
        rows.status().map_err(|source| self.store.named(source))
    }

    /// Walks all messages of all conversations from `start` in the order of their keys, without filling the cache.
    pub(crate) fn scan(
        self,
        start: Option<MessageKey>,
        mut each: impl FnMut(MessageKey, &Record<'_>) -> Result<std::ops::ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut options = ReadOptions::default();
        options.fill_cache(false);
        options.set_readahead_size(2 << 20);
        let mut rows = self.store.rows(family::MESSAGES, options)?;
        match start {
            Some(key) => rows.seek(key.to_bytes()),
            None => rows.seek_to_first(),
        }
        while let Some((key, value)) = rows.item() {
            let (key, record) = message(key, value)?;
            if each(key, &record)?.is_break() {
                return Ok(());
            }
            rows.next();
        }
        rows.status().map_err(|source| self.store.named(source))
    }

    /// Calls back with each row of `ids`: the hash and the message.
    pub(crate) fn scan_ids(self, mut each: impl FnMut(&[u8], Option<MessageKey>)) -> Result<(), StoreError> {
        let mut options = ReadOptions::default();
        options.fill_cache(false);
        let mut rows = self.store.rows(family::IDS, options)?;
        rows.seek_to_first();
        while let Some((key, value)) = rows.item() {
            each(key, MessageKey::from_bytes(value));
            rows.next();
        }
        rows.status().map_err(|source| self.store.named(source))
    }

    /// Whether a message uses a media file.
    pub(crate) fn media_is_used(self, hash: &[u8; 32]) -> Result<bool, StoreError> {
        let mut rows = self.store.rows(family::MEDIA, ReadOptions::default())?;
        rows.seek(hash);
        let is_used = rows.key().is_some_and(|key| key.starts_with(hash));
        rows.status().map_err(|source| self.store.named(source))?;
        Ok(is_used)
    }

    /// All uses of media files: hash and message.
    pub(crate) fn media_uses(self) -> Result<Vec<([u8; 32], MessageKey)>, StoreError> {
        let mut uses = Vec::new();
        let mut rows = self.store.rows(family::MEDIA, ReadOptions::default())?;
        rows.seek_to_first();
        while let Some(key) = rows.key() {
            let used = key.split_first_chunk::<32>().and_then(|(hash, user)| Some((*hash, MessageKey::from_bytes(user)?)));
            uses.push(used.ok_or_else(|| StoreError::unreadable("row of media"))?);
            rows.next();
        }
        rows.status().map_err(|source| self.store.named(source))?;
        Ok(uses)
    }
}

fn message<'a>(key: &[u8], value: &'a [u8]) -> Result<(MessageKey, Record<'a>), StoreError> {
    let key = MessageKey::from_bytes(key).ok_or_else(|| StoreError::unreadable("message key"))?;
    let record = Record::decode(value, key.place.time).ok_or_else(|| StoreError::unreadable("message record"))?;
    Ok((key, record))
}

fn entry(bytes: &[u8]) -> Result<Entry, StoreError> {
    Entry::decode(bytes).filter(|entry| !entry.changes.is_empty()).ok_or_else(|| StoreError::unreadable("journal entry"))
}

fn first_of(bytes: &[u8]) -> Result<JournalNo, StoreError> {
    bytes.try_into().map(|bytes| JournalNo(u64::from_be_bytes(bytes))).map_err(|_| StoreError::unreadable("journal number"))
}
