//! Changing a message that is there: its content, its local custom data, its recall.

use super::import::media_of;
use super::{Archive, ArchiveError};
use crate::media::MediaHash;
use crate::model::{Body, Message, MessageError, MessageKey, Status};
use crate::store::{ChangeKind, Flags, Record, StoreError, Write};

impl Archive {
    /// Gives a message a new body. Search finds the new texts, and no longer the old ones, from the moment this returns.
    ///
    /// Identity, times and status stay, and which script said it, unless the body says so itself.
    ///
    /// # Errors
    /// [`ArchiveError::UnknownMessage`], [`ArchiveError::Message`] when the body is too large: nothing was written.
    /// [`ArchiveError::Store`]: it may or may not have been written.
    pub fn edit(&self, id: &str, body: Body) -> Result<Message, ArchiveError> {
        body.check_limits().map_err(MessageError::from)?;
        self.rewrite(id, ChangeKind::Edited, |message| {
            message.body = body.keeping_origin_of(&message.body)?;
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
            let body = message.body.with_text(text)?.ok_or_else(|| ArchiveError::NoText { id: id.to_owned() })?;
            message.body = body.edited_by(None)?;
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
        self.message_at(key)?.ok_or_else(|| ArchiveError::UnknownMessage { id: id.to_owned() })
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
        let mut message = self.message_at(key)?.ok_or_else(unknown)?;
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
        let no = write.commit(self.shared.durability)?;
        self.shared.tell_of_changes(no);
        Ok(())
    }
}

/// Gives a message the status deleted or recalled and keeps its conversation's counts right. Returns whether it changed.
pub(super) fn set_status(write: &mut Write<'_>, key: MessageKey, status: Status) -> Result<bool, StoreError> {
    set_status_and(write, key, status, |_| None)
}

/// As [`set_status`]; where the message changes, `rebody` may give it a new body with the same media.
pub(super) fn set_status_and(
    write: &mut Write<'_>,
    key: MessageKey,
    status: Status,
    rebody: impl FnOnce(&Record<'_>) -> Option<Body>,
) -> Result<bool, StoreError> {
    let view = write.view();
    let Some(stored) = view.get(key)? else { return Ok(false) };
    let record = stored.record()?;
    let is_possible = record.is_searched() || (status == Status::Deleted && record.status == Status::Recalled);
    if !is_possible {
        return Ok(false);
    }
    let kind = if status == Status::Deleted { ChangeKind::Deleted } else { ChangeKind::Recalled };
    let body = rebody(&record);
    let mut flags = record.flags;
    flags.set(Flags::RECALLED_HERE, flags.has(Flags::RECALLED_HERE) || status == Status::Recalled);
    let changed = record.with_status(status).with_flags(flags);
    write.replace(key, &body.as_ref().map_or(changed, |body| changed.with_body(body)), kind)?;
    let conversation = write.conversation_mut(key.conversation)?;
    if record.may_be_unread() && conversation.read_mark.is_none_or(|mark| key.place > mark) {
        conversation.unread = conversation.unread.saturating_sub(1);
    }
    if status == Status::Deleted {
        conversation.messages = conversation.messages.saturating_sub(1);
    }
    Ok(true)
}

/// How often a message was edited, in its body.
#[cfg(feature = "session")]
const VERSION: &str = "message_version";
/// Who recalled it.
#[cfg(feature = "session")]
const REVOKER: &str = "message_revoker_user_id";
/// Why.
#[cfg(feature = "session")]
const REASON: &str = "message_revoke_reason";
/// A body with the local keys of another one and none of its own, and with what that one says of its recall and of
/// the script that said it.
///
/// # Errors
/// [`MessageError`] when it becomes too large.
#[cfg(feature = "session")]
pub(super) fn with_local_keys_of(local: &Body, mut body: Body) -> Result<Body, MessageError> {
    for key in Body::LOCAL_KEYS {
        if local.may_have(key) || body.may_have(key) {
            body.set(key, local.get(key))?;
        }
    }
    // A message that was recalled stays so, whatever body it gets.
    for key in [REVOKER, REASON] {
        if local.may_have(key)
            && let Some(value) = local.get(key)
        {
            body.set(key, Some(value))?;
        }
    }
    body.keeping_origin_of(local)
}

/// How often a message with this body was edited.
#[cfg(feature = "session")]
pub(crate) fn version_of(body: &Body) -> u64 {
    if body.may_have(VERSION) { body.get(VERSION).and_then(|version| version.as_u64()).unwrap_or(0) } else { 0 }
}

/// The body of a message that was edited this often.
///
/// # Errors
/// [`MessageError`] when it becomes too large.
#[cfg(feature = "session")]
pub(super) fn with_version(mut body: Body, version: u64) -> Result<Body, MessageError> {
    body.set(VERSION, Some(version.into()))?;
    Ok(body)
}

/// Gives the message at `key` the body of its edit of this version, unless it has a newer one or was deleted here. Local keys stay. Returns
/// whether it changed.
///
/// # Errors
/// [`ArchiveError::Message`] when the body becomes too large.
#[cfg(feature = "session")]
pub(super) fn edit_at(write: &mut Write<'_>, key: MessageKey, version: u64, body: Body) -> Result<bool, ArchiveError> {
    let Some(stored) = write.view().get(key)? else { return Ok(false) };
    let record = stored.record()?;
    let before = record.body();
    if record.status == Status::Deleted || version <= version_of(&before) {
        return Ok(false);
    }
    let body = with_local_keys_of(&before, with_version(body, version)?)?;
    write.replace(key, &record.with_body(&body), ChangeKind::Edited)?;
    Ok(true)
}

/// Recalls the message at `key` and keeps who did it and why, where they are not empty. Returns whether it changed.
#[cfg(feature = "session")]
pub(super) fn recall_at(write: &mut Write<'_>, key: MessageKey, by: &str, reason: Option<&str>) -> Result<bool, StoreError> {
    set_status_and(write, key, Status::Recalled, |record| recalled(record.body(), by, reason))
}

/// The body of a message that was recalled; `None` when nothing is to be added, or it would become too large.
#[cfg(feature = "session")]
pub(super) fn recalled(mut body: Body, by: &str, reason: Option<&str>) -> Option<Body> {
    let given = [(REVOKER, Some(by)), (REASON, reason)];
    let mut is_new = false;
    for (key, text) in given {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            body.set(key, Some(text.into())).ok()?;
            is_new = true;
        }
    }
    is_new.then_some(body)
}

/// Recalls the message at `key`, which stands recalled elsewhere with this body. Returns whether it changed.
#[cfg(feature = "session")]
pub(super) fn recall_as(write: &mut Write<'_>, key: MessageKey, elsewhere: &Body) -> Result<bool, StoreError> {
    set_status_and(write, key, Status::Recalled, |record| {
        let here = record.body();
        if version_of(elsewhere) > version_of(&here) {
            return with_local_keys_of(&here, elsewhere.clone()).ok();
        }
        let text = |key| elsewhere.get(key).and_then(|value| value.as_str().map(str::to_owned));
        let (by, reason) = (text(REVOKER), text(REASON));
        recalled(here, by.as_deref().unwrap_or_default(), reason.as_deref())
    })
}
