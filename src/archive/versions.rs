//! Several versions of one message, from exports of a chat that were made at different times: which of them stays. The answer depends on the
//! versions alone, so that the order in which they come, and how often, changes nothing.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::import::media_of;
use super::incoming::Incoming;
use crate::media::MediaHash;
use crate::model::{Body, Edited, Message, MessageKey, Reaction, Status};
use crate::store::{ChangeKind, Flags, Record, StoreError, Write};

/// What an import does about a message whose id is known and that comes in another version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// The version that was there first stays.
    #[default]
    KeepFirst,
    /// The version that says more stays, whichever came first: one that was recalled before one that was not, then the one that was edited
    /// last, the one with more earlier versions, with more reactions, with more media files, the longer one. What was edited, recalled or
    /// deleted in this archive stays as it is. Only messages that bring an id have versions.
    KeepFullest,
}

/// How much a version says. Of two the greater one stays; equal ones are the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fullness<'a> {
    is_recalled: bool,
    edited: u64,
    earlier: usize,
    reactions: u64,
    media: usize,
    length: usize,
    // From here on nothing says more than another thing; but one has to stay, and always the same.
    json: &'a str,
    sender: &'a str,
    status: u8,
}

impl<'a> Fullness<'a> {
    fn of(body: &'a Body, sender: &'a str, status: Status) -> Self {
        let edited = body.context::<Edited>().unwrap_or_default();
        let reactions = body.context::<Vec<Reaction>>().unwrap_or_default();
        Self {
            is_recalled: status == Status::Recalled,
            edited: edited.time,
            earlier: edited.before.len(),
            reactions: reactions.iter().fold(0, |sum, reaction| sum.saturating_add(reaction.count)),
            media: media_of(body).len(),
            length: body.as_json().len(),
            json: body.as_json(),
            sender,
            status: status.number(),
        }
    }

    fn of_message(message: &'a Message) -> Self {
        Self::of(&message.body, &message.sender, message.status.unwrap_or(Status::Imported))
    }
}

/// Takes all versions but the fullest of each message out of a batch, and returns how many they were. Each stays where its first one was.
pub(super) fn keep_fullest(batch: &mut Vec<Incoming>) -> u64 {
    let before = batch.len();
    let mut kept: Vec<Incoming> = Vec::with_capacity(before);
    let mut places = FxHashMap::default();
    for incoming in batch.drain(..) {
        if incoming.message.id.is_none() {
            kept.push(incoming);
            continue;
        }
        match places.entry((incoming.id, incoming.message.conversation.clone())) {
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(incoming);
            }
            Entry::Occupied(place) => {
                let other = &mut kept[*place.get()];
                if Fullness::of_message(&other.message) < Fullness::of_message(&incoming.message) {
                    other.message = incoming.message;
                }
            }
        }
    }
    *batch = kept;
    (before - batch.len()) as u64
}

/// Gives the message at `key` this version of it, if that says more than the one that is there. It stays at its place, and as read as it is.
///
/// Returns the media files that it no longer names, or `None` when it stays as it was.
pub(super) fn update(write: &mut Write<'_>, key: MessageKey, message: &mut Message) -> Result<Option<Vec<MediaHash>>, StoreError> {
    let Some(stored) = write.view().get(key)? else { return Ok(None) };
    let before = stored.record()?;
    let status = message.status.unwrap_or(Status::Imported);
    let is_changed_here = before.flags.has(Flags::REWRITTEN) || before.flags.has(Flags::RECALLED_HERE) || before.is_unsent();
    if is_changed_here || before.status == Status::Deleted || status == Status::Deleted {
        return Ok(None);
    }
    let is_same = before.status == status && before.sender == message.sender && before.has_body(&message.body);
    if is_same {
        return Ok(None);
    }
    let body = Body::from_stored(&before.body_json(), before.types);
    if Fullness::of_message(message) <= Fullness::of(&body, before.sender, before.status) {
        return Ok(None);
    }
    message.client_time = before.client_time;
    let (old_media, new_media) = (media_of(&body), media_of(&message.body));
    let mut flags = before.flags;
    flags.set(Flags::FROM_SELF, message.is_from_self.unwrap_or(false));
    flags.set(Flags::HAS_MEDIA, !new_media.is_empty());
    let after = Record::of(message, status, flags);
    let is_recalled_now = status == Status::Recalled && before.status != Status::Recalled;
    write.replace(key, &after, if is_recalled_now { ChangeKind::Recalled } else { ChangeKind::Edited })?;
    for hash in &new_media {
        write.use_media(hash, key)?;
    }
    let dropped: Vec<[u8; 32]> = old_media.into_iter().filter(|hash| !new_media.contains(hash)).collect();
    for hash in &dropped {
        write.unuse_media(hash, key)?;
    }
    let conversation = write.conversation_mut(key.conversation)?;
    if conversation.read_mark.is_none_or(|mark| key.place > mark) {
        let (was, is) = (u64::from(before.may_be_unread()), u64::from(after.may_be_unread()));
        conversation.unread = (conversation.unread + is).saturating_sub(was);
    }
    Ok(Some(dropped.into_iter().map(MediaHash).collect()))
}

#[cfg(test)]
mod tests;
