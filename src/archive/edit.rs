//! Changing a message that is there: its content, its local custom data, its recall.

use super::import::media_of;
use super::{Archive, ArchiveError};
use crate::media::MediaHash;
use crate::model::{Body, Message, MessageError, MessageKey, Status};
use crate::store::{ChangeKind, Flags, Record, StoreError, Write};

impl Archive {
    /// Gives a message a new body. Search finds the new texts, and no longer the old ones, from the moment this returns.
    ///
    /// Identity, times and status stay.
    ///
    /// # Errors
    /// [`ArchiveError::UnknownMessage`], [`ArchiveError::Message`] when the body is too large: nothing was written.
    /// [`ArchiveError::Store`]: it may or may not have been written.
    pub fn edit(&self, id: &str, body: Body) -> Result<Message, ArchiveError> {
        body.check_limits().map_err(MessageError::from)?;
        self.rewrite(id, ChangeKind::Edited, |message| {
            message.body = body;
            Ok(())
        })
    }

    /// Gives the first text element of a message a new text; everything else stays.
    ///
    /// # Errors
    /// [`ArchiveError::NoText`] when it has none, [`ArchiveError::Message`] when the text is too long, and as for
    /// [`Archive::edit`].
    pub fn edit_text(&self, id: &str, text: &str) -> Result<Message, ArchiveError> {
        self.rewrite(id, ChangeKind::Edited, |message| {
            message.body = message.body.with_text(text)?.ok_or_else(|| ArchiveError::NoText { id: id.to_owned() })?;
            Ok(())
        })
    }

    /// Sets the local custom data of a message, which no other machine sees; `None` leaves one as it is.
    ///
    /// # Errors
    /// As for [`Archive::edit`].
    pub fn annotate(&self, id: &str, custom_int: Option<u32>, custom_str: Option<&str>) -> Result<Message, ArchiveError> {
        self.rewrite(id, ChangeKind::Annotated, |message| {
            if let Some(number) = custom_int {
                message.body.set("message_custom_int", Some(number.into()))?;
            }
            if let Some(text) = custom_str {
                message.body.set("message_custom_str", Some(text.into()))?;
            }
            Ok(())
        })
    }

    /// Notes that a message was taken back by who sent it: status 6. It stays in history and leaves search; unread falls.
    ///
    /// A message that is recalled or deleted already stays as it is.
    ///
    /// # Errors
    /// As for [`Archive::edit`].
    pub fn recall(&self, id: &str) -> Result<Message, ArchiveError> {
        let mut write = self.store().write()?;
        let key = write.view().key_of_id(id)?.ok_or_else(|| ArchiveError::UnknownMessage { id: id.to_owned() })?;
        set_status(&mut write, key, Status::Recalled)?;
        self.commit(write)?;
        self.message(key)?.ok_or_else(|| ArchiveError::UnknownMessage { id: id.to_owned() })
    }

    /// Writes what `change` makes of a message.
    pub(super) fn rewrite(
        &self,
        id: &str,
        kind: ChangeKind,
        change: impl FnOnce(&mut Message) -> Result<(), ArchiveError>,
    ) -> Result<Message, ArchiveError> {
        let unknown = || ArchiveError::UnknownMessage { id: id.to_owned() };
        let mut write = self.store().write()?;
        let key = write.view().key_of_id(id)?.ok_or_else(unknown)?;
        let mut message = self.message(key)?.ok_or_else(unknown)?;
        let before = media_of(&message.body);
        change(&mut message)?;
        let after = media_of(&message.body);
        let stored = write.view().get(key)?.ok_or_else(unknown)?;
        let Record { status, mut flags, .. } = stored.record()?;
        flags.set(Flags::HAS_MEDIA, !after.is_empty());
        flags.set(Flags::REWRITTEN, true);
        write.replace(key, &Record::of(&message, status, flags), kind)?;
        for hash in &after {
            write.use_media(hash, key)?;
        }
        let dropped: Vec<MediaHash> = before.into_iter().filter(|hash| !after.contains(hash)).map(MediaHash).collect();
        for hash in &dropped {
            write.unuse_media(&hash.0, key)?;
        }
        self.commit(write)?;
        self.remove_unused(&dropped)?;
        Ok(message)
    }

    /// Commits a write as durably as the archive was opened for, and wakes who reads the journal.
    pub(super) fn commit(&self, write: Write<'_>) -> Result<(), ArchiveError> {
        write.commit(self.shared.durability)?;
        self.shared.index.tell_of_changes();
        Ok(())
    }
}

/// Gives a message the status deleted or recalled and keeps its conversation's counts right. Returns whether it changed.
pub(super) fn set_status(write: &mut Write<'_>, key: MessageKey, status: Status) -> Result<bool, StoreError> {
    let view = write.view();
    let Some(stored) = view.get(key)? else { return Ok(false) };
    let record = stored.record()?;
    let is_possible = record.is_searched() || (status == Status::Deleted && record.status == Status::Recalled);
    if !is_possible {
        return Ok(false);
    }
    let kind = if status == Status::Deleted { ChangeKind::Deleted } else { ChangeKind::Recalled };
    write.replace(key, &record.with_status(status), kind)?;
    let conversation = write.conversation_mut(key.conversation)?;
    if record.may_be_unread() && conversation.read_mark.is_none_or(|mark| key.place > mark) {
        conversation.unread = conversation.unread.saturating_sub(1);
    }
    if status == Status::Deleted {
        conversation.messages = conversation.messages.saturating_sub(1);
    }
    Ok(true)
}
