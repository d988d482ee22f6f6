//! Taking messages away: deleted ones stay as tombstones, purged ones are gone for good.

use std::ops::ControlFlow;

use rustc_hash::FxHashSet;

use super::conversations::is_numbered;
use super::edit::set_status;
use super::import::{media_of, now};
use super::{Archive, ArchiveError};
use crate::media::MediaHash;
use crate::model::{Body, ConversationId, ConversationNo, MessageKey, Place, Status};
use crate::store::{ChangeKind, Direction, Flags, StoreError, Write};

/// Messages that one write takes away, so that purging a large conversation holds no large batch.
const CHUNK: usize = 10_000;

/// Which messages of a conversation to purge.
#[derive(Clone, Copy, Debug)]
pub enum Purge<'a> {
    /// Those with these ids.
    Ids(&'a [&'a str]),
    /// Those before this second, Unix seconds.
    Before(u64),
    /// All.
    All,
}

impl Archive {
    /// Deletes messages of a conversation and returns how many were there: status 4, gone from history, search and counts,
    /// still found by id and locator.
    ///
    /// Ids that are unknown, deleted already or of another conversation are passed over.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: all of them may be deleted or none.
    pub fn delete(&self, conversation: &ConversationId, ids: &[&str]) -> Result<usize, ArchiveError> {
        let mut write = self.store().write()?;
        let Some(number) = write.number(conversation) else { return Ok(0) };
        let mut deleted = FxHashSet::default();
        for id in ids {
            let Some(key) = write.view().key_of_id(id)?.filter(|key| key.conversation == number) else { continue };
            if !deleted.contains(&key) && set_status(&mut write, key, Status::Deleted)? {
                deleted.insert(key);
            }
        }
        if deleted.is_empty() {
            return Ok(0);
        }
        mend_last(&mut write, number, &deleted)?;
        self.commit(write)?;
        Ok(deleted.len())
    }

    /// Takes messages out of log, index and media for good and returns how many. [`Archive::compact`] makes sure that no
    /// trace is left on the disk. What was purged comes back when it is imported again, and single messages also when a transport brings them
    /// again; all messages, or all before a time, a transport brings back only where its history is asked for.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: large purges go by 10,000 messages; each of these is gone whole or not at all.
    pub fn purge(&self, conversation: &ConversationId, which: Purge<'_>) -> Result<u64, ArchiveError> {
        self.purge_and(conversation, which, None)
    }

    /// Purges, and in the write that takes the last messages away does `finish` too, so that no message comes in between.
    fn purge_and(&self, conversation: &ConversationId, which: Purge<'_>, finish: Option<Finish>) -> Result<u64, ArchiveError> {
        let mut purged = 0;
        loop {
            let mut write = self.store().write()?;
            let Some(number) = write.number(conversation) else { return Ok(purged) };
            let keys = match which {
                Purge::Ids(ids) => keys_of(&write, number, ids)?,
                Purge::Before(time) => first_keys(&write, number, time)?,
                Purge::All => first_keys(&write, number, u64::MAX)?,
            };
            let is_last = keys.len() < CHUNK || matches!(which, Purge::Ids(_));
            let named = remove(&mut write, number, &keys, which)?;
            let finish = finish.filter(|_| is_last);
            if let Some(finish) = finish {
                finish(&mut write, number)?;
            }
            if !keys.is_empty() || finish.is_some() {
                self.commit(write)?;
                self.remove_unused(&named)?;
                purged += keys.len() as u64;
            }
            if is_last {
                return Ok(purged);
            }
        }
    }

    /// Empties a conversation for good; it stays in the list, without a last message. A transport brings nothing of it back, unless its history is
    /// asked for.
    ///
    /// # Errors
    /// As for [`Archive::purge`].
    pub fn clear(&self, conversation: &ConversationId) -> Result<u64, ArchiveError> {
        self.purge_and(
            conversation,
            Purge::All,
            Some(|write, number| {
                write.tell_of_conversation(ChangeKind::Cleared, number);
                Ok(())
            }),
        )
    }

    /// Takes a conversation away with its messages, for good. A new message brings it back.
    ///
    /// # Errors
    /// As for [`Archive::purge`].
    pub fn delete_conversation(&self, conversation: &ConversationId) -> Result<u64, ArchiveError> {
        self.purge_and(
            conversation,
            Purge::All,
            Some(|write, number| {
                let record = write.conversation_mut(number)?;
                record.deleted = true;
                record.draft = None;
                record.pinned = false;
                record.read_mark = None;
                record.receipt_due = 0;
                record.about = None;
                write.tell_of_conversation(ChangeKind::ConversationDeleted, number);
                Ok(())
            }),
        )
    }

    /// Removes those of these media files that no message names, or is about to name.
    pub(super) fn remove_unused(&self, hashes: &[MediaHash]) -> Result<(), ArchiveError> {
        if hashes.is_empty() {
            return Ok(());
        }
        // Held while files go, so that no message comes to name one meanwhile.
        let write = self.store().write()?;
        for &hash in hashes {
            if write.view().media_is_used(&hash.0)? {
                continue;
            }
            #[cfg(any(feature = "formats", feature = "session"))]
            self.shared.kept.unless_kept(hash, || self.shared.media.remove(hash))?;
            #[cfg(not(any(feature = "formats", feature = "session")))]
            self.shared.media.remove(hash)?;
        }
        Ok(())
    }
}

/// What the last write of a purge does besides.
type Finish = fn(&mut Write<'_>, ConversationNo) -> Result<(), StoreError>;

/// The keys of these ids that are in the conversation, each once.
fn keys_of(write: &Write<'_>, number: ConversationNo, ids: &[&str]) -> Result<Vec<MessageKey>, StoreError> {
    let mut keys = Vec::with_capacity(ids.len());
    for id in ids {
        keys.extend(write.view().key_of_id(id)?.filter(|key| key.conversation == number));
    }
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

/// The oldest keys of the conversation before `time`, a chunk of them.
fn first_keys(write: &Write<'_>, number: ConversationNo, time: u64) -> Result<Vec<MessageKey>, StoreError> {
    let mut keys = Vec::new();
    write.view().walk(number, Place::FIRST, Direction::Forward, |key, _| {
        if key.place.time >= time || keys.len() == CHUNK {
            return Ok(ControlFlow::Break(()));
        }
        keys.push(key);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(keys)
}

/// Removes messages in `write`, keeps the counts right, and returns the media files that they named.
///
/// Unless they are single ones, the conversation remembers up to where they stood, so that none comes back when a transport brings it again.
/// Two kinds do not count, whose places say nothing about what was said up to then: own messages that were perhaps never sent stand at the
/// account's own clock, and imported ones may be from the future.
fn remove(write: &mut Write<'_>, number: ConversationNo, keys: &[MessageKey], which: Purge<'_>) -> Result<Vec<MediaHash>, StoreError> {
    let view = write.view();
    let is_span = !matches!(which, Purge::Ids(_));
    let now = now();
    let mut named = Vec::new();
    for &key in keys {
        let Some(stored) = view.get(key)? else { continue };
        let record = stored.record()?;
        let media = match record.flags.has(Flags::HAS_MEDIA) {
            true => media_of(&Body::from_stored(&record.body_json(), record.types)),
            false => Vec::new(),
        };
        write.remove(key, &record, &media)?;
        write.tell(ChangeKind::Purged, key);
        let conversation = write.conversation_mut(number)?;
        let is_own = record.flags.has(Flags::FROM_SELF);
        if is_span && is_numbered(&record) && key.place.time <= now {
            conversation.note_cleared(key.place, is_own);
        }
        if record.is_visible() {
            conversation.messages = conversation.messages.saturating_sub(1);
        }
        if record.may_be_unread() && conversation.read_mark.is_none_or(|mark| key.place > mark) {
            conversation.unread = conversation.unread.saturating_sub(1);
        }
        named.extend(media.into_iter().map(MediaHash));
    }
    mend_last(write, number, &keys.iter().copied().collect())?;
    named.sort_unstable();
    named.dedup();
    Ok(named)
}

/// Finds the last message of a conversation again when it is among those taken away.
pub(super) fn mend_last(write: &mut Write<'_>, number: ConversationNo, taken: &FxHashSet<MessageKey>) -> Result<(), StoreError> {
    let last = write.conversation(number).and_then(|conversation| conversation.last);
    if !last.is_some_and(|place| taken.contains(&MessageKey { conversation: number, place })) {
        return Ok(());
    }
    let mut found = None;
    write.view().walk(number, Place::LAST, Direction::Backward, |key, record| {
        if taken.contains(&key) || !record.may_be_last() {
            return Ok(ControlFlow::Continue(()));
        }
        found = Some(key.place);
        Ok(ControlFlow::Break(()))
    })?;
    write.conversation_mut(number)?.last = found;
    Ok(())
}
