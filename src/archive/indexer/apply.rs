//! What a change means for the index: which documents go, which come.

use rustc_hash::FxHashSet;

use crate::index::{Doc, IndexError, IndexWriter};
use crate::model::{MessageKey, Status, for_each_text, traits_of};
use crate::store::{Change, ChangeKind, Flags, Record, StoreError, View};

/// Why a change could not be applied.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApplyError {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Hands changes to the index in their order, removals in bulk.
#[derive(Default)]
pub(super) struct Applier {
    removed: Vec<MessageKey>,
    added: Vec<Owned>,
    touched: FxHashSet<MessageKey>,
    texts: Texts,
}

/// A document that waits until the removals before it are handed over.
struct Owned {
    key: MessageKey,
    record: Vec<u8>,
}

impl Applier {
    /// Applies one change. `record` is what it wrote, where that is known; else the message is read as it is now, which is the
    /// same for the end result, because a later change tells what happened in between.
    ///
    /// `is_fresh`: the index cannot have a message that the journal says was added.
    pub(super) fn apply(
        &mut self,
        writer: &mut IndexWriter,
        view: View<'_>,
        change: Change,
        record: Option<Record<'_>>,
        is_fresh: bool,
    ) -> Result<(), ApplyError> {
        let key = change.key;
        match change.kind {
            ChangeKind::Added | ChangeKind::Received | ChangeKind::Queued if is_fresh => {
                if self.touched.contains(&key) {
                    self.flush(writer)?;
                }
                match record {
                    Some(record) => self.texts.add(writer, key, &record)?,
                    None => self.add_stored(writer, view, key)?,
                }
            }
            ChangeKind::Added
            | ChangeKind::Received
            | ChangeKind::Queued
            | ChangeKind::Edited
            | ChangeKind::Deleted
            | ChangeKind::Recalled
            | ChangeKind::Sent => {
                if !self.touched.insert(key) {
                    self.flush(writer)?;
                    self.touched.insert(key);
                }
                self.removed.push(key);
                let mut bytes = Vec::new();
                match record {
                    Some(record) => record.encode(key.place.time, &mut bytes),
                    None => {
                        if let Some(stored) = view.get(key)? {
                            stored.record()?.encode(key.place.time, &mut bytes);
                        }
                    }
                }
                if !bytes.is_empty() {
                    self.added.push(Owned { key, record: bytes });
                }
            }
            ChangeKind::Purged | ChangeKind::Moved => {
                // Nothing is put back: if a message came to stand there again, the journal says so later.
                if !self.touched.insert(key) {
                    self.flush(writer)?;
                    self.touched.insert(key);
                }
                self.removed.push(key);
            }
            // A message that failed or was cancelled is found as before.
            ChangeKind::Annotated
            | ChangeKind::Failed
            | ChangeKind::Cancelled
            | ChangeKind::Read
            | ChangeKind::PeerRead
            | ChangeKind::Cleared
            | ChangeKind::ConversationDeleted
            | ChangeKind::ConversationChanged => {}
        }
        Ok(())
    }

    /// Adds a message that the index does not have.
    pub(super) fn add(&mut self, writer: &mut IndexWriter, key: MessageKey, record: &Record<'_>) -> Result<(), ApplyError> {
        Ok(self.texts.add(writer, key, record)?)
    }

    fn add_stored(&mut self, writer: &mut IndexWriter, view: View<'_>, key: MessageKey) -> Result<(), ApplyError> {
        if let Some(stored) = view.get(key)? {
            self.texts.add(writer, key, &stored.record()?)?;
        }
        Ok(())
    }

    /// Hands over what waits.
    pub(super) fn flush(&mut self, writer: &mut IndexWriter) -> Result<(), ApplyError> {
        if !self.removed.is_empty() {
            writer.remove(&self.removed)?;
            self.removed.clear();
        }
        for Owned { key, record } in std::mem::take(&mut self.added) {
            let record = Record::decode(&record, key.place.time).ok_or_else(|| StoreError::unreadable("message record"))?;
            self.texts.add(writer, key, &record)?;
        }
        self.touched.clear();
        Ok(())
    }
}

/// The searched texts of one message after the other, without a new allocation for each.
#[derive(Default)]
struct Texts {
    json: String,
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    fn add(&mut self, writer: &mut IndexWriter, key: MessageKey, record: &Record<'_>) -> Result<(), IndexError> {
        if !record.is_visible() {
            return Ok(());
        }
        self.text.clear();
        self.ends.clear();
        let recalled = record.status == Status::Recalled;
        self.json.clear();
        record.push_body_json(&mut self.json);
        if !recalled {
            let (text, ends) = (&mut self.text, &mut self.ends);
            for_each_text(&self.json, |one| {
                text.push_str(one);
                ends.push(text.len());
            });
        }
        let mut start = 0;
        let split = |&end: &usize| {
            let text = &self.text[start..end];
            start = end;
            text
        };
        let texts: Vec<&str> = self.ends.iter().map(split).collect();
        writer.add(&Doc {
            key,
            sender: record.sender,
            types: record.types,
            is_self: record.flags.has(Flags::FROM_SELF),
            recalled,
            traits: &traits_of(&self.json),
            texts: &texts,
        })
    }
}
