//! Putting messages that come in into a write: each is new, known or refused. Who they are was settled before, what becomes of known ones
//! is for others.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Refusal;
use super::identity;
use super::import::media_of;
use super::incoming::{Holder, Incoming, Taken, holder};
use crate::model::{Body, Message, MessageKey, Status, limits};
use crate::store::{ChangeKind, FIRST_SEQ, Flags, Record, StoreError, Write, id_key};

/// How messages come in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// From a file or a caller. Known by their ids, and by their contents where an id is derived: files come from senders that give every
    /// message the same rand.
    Imported,
    /// From a transport, said now. Known by their ids alone: a transport promises that each is one message's.
    #[cfg(feature = "session")]
    Delivered,
    /// From a transport, said at some time, as they stand now. Known as delivered ones are.
    #[cfg(feature = "session")]
    Roamed,
    /// From the account itself, into the outbox.
    #[cfg(feature = "session")]
    Queued,
}

impl Way {
    /// What the journal tells of a message that is there in this way.
    fn change(self) -> ChangeKind {
        match self {
            Self::Imported => ChangeKind::Added,
            #[cfg(feature = "session")]
            Self::Roamed => ChangeKind::Added,
            #[cfg(feature = "session")]
            Self::Delivered => ChangeKind::Received,
            #[cfg(feature = "session")]
            Self::Queued => ChangeKind::Queued,
        }
    }
}

/// What became of a message.
pub(super) enum Took {
    /// It was added. `may_be_last`: as the last message of its conversation it may be shown.
    #[cfg_attr(not(feature = "session"), allow(dead_code, reason = "deliveries look at it"))]
    New {
        key: MessageKey,
        may_be_last: bool,
    },
    Known,
    Refused(Refusal),
}

/// What one write takes in.
pub(super) struct Intake {
    way: Way,
    taken: FxHashMap<[u8; 16], Taken>,
    places: Places,
}

/// The places that one write gives to messages.
#[derive(Default)]
pub(super) struct Places(FxHashSet<MessageKey>);

impl Places {
    /// Whether no message stands there, before the write or in it.
    pub(super) fn is_free(&self, write: &Write<'_>, key: MessageKey) -> Result<bool, StoreError> {
        Ok(!self.0.contains(&key) && write.view().get(key)?.is_none())
    }

    /// Notes that a message stands there from now on.
    pub(super) fn take(&mut self, key: MessageKey) {
        self.0.insert(key);
    }
}

impl Intake {
    /// Begins for one write.
    pub(super) fn new(way: Way) -> Self {
        Self { way, taken: FxHashMap::default(), places: Places::default() }
    }

    /// The places that the write gives to messages.
    #[cfg(feature = "session")]
    pub(super) fn places(&mut self) -> &mut Places {
        &mut self.places
    }

    /// Adds a message where it is new. `found` is where its id is, in the log as it is before the write.
    pub(super) fn take(&mut self, write: &mut Write<'_>, incoming: &mut Incoming, found: Option<MessageKey>) -> Result<Took, StoreError> {
        let Some(conversation) = incoming.message.conversation.clone() else { return Ok(Took::Refused(Refusal::NoConversation)) };
        let known_number = write.number(&conversation);
        let mut holder = holder(write, incoming, found, &self.taken)?;
        if holder == Holder::Another && incoming.message.id.is_none() && self.way == Way::Imported {
            match identity::give_own_id(&mut incoming.message, &conversation) {
                Ok(id) => incoming.id = id,
                Err(reason) => return Ok(Took::Refused(reason)),
            }
            incoming.has_rand = false;
            let found = write.view().key_of_hashed(incoming.id)?;
            holder = super::incoming::holder(write, incoming, found, &self.taken)?;
        }
        // It may have come under an id of its own, while a message that is gone by now had this one.
        if holder == Holder::Nobody && incoming.has_rand {
            let own = id_key(&identity::own_id(&incoming.message, &conversation));
            if write.view().key_of_hashed(own)?.is_some() {
                holder = Holder::Itself;
            }
        }
        match holder {
            Holder::Nobody => {}
            Holder::Itself => return Ok(Took::Known),
            Holder::Another => return Ok(Took::Refused(Refusal::IdTaken)),
        }
        if !incoming.has_seq {
            let next = known_number.and_then(|number| write.conversation(number)).map_or(FIRST_SEQ, |record| record.next_seq);
            if let Err(limit) = limits::SEQ.check_number(next) {
                return Ok(Took::Refused(limit.into()));
            }
            incoming.message.seq = next;
        }
        let place = incoming.message.place();
        if let Some(conversation) = known_number
            // A seq that was given now is behind all others, so only a message that brought its own can meet another one.
            && incoming.has_seq
            && !self.places.is_free(write, MessageKey { conversation, place })?
        {
            return Ok(Took::Refused(Refusal::PlaceTaken));
        }
        let conversation = write.number_or_new(&conversation);
        let key = MessageKey { conversation, place };
        self.taken.insert(incoming.id, incoming.taken(conversation));
        self.places.take(key);
        let may_be_last = add(write, key, &incoming.message, self.way)?;
        Ok(Took::New { key, may_be_last })
    }
}

/// Adds a message to the write and keeps its conversation's counts right. It counts as read unless it says otherwise. Returns whether it
/// may be shown as the last message of its conversation.
pub(super) fn add(write: &mut Write<'_>, key: MessageKey, message: &Message, way: Way) -> Result<bool, StoreError> {
    let Some(id) = &message.conversation else { return Ok(false) };
    let is_from_self = message.is_from_self.unwrap_or(false);
    let media = media_of(&message.body);
    let mut flags = Flags::default();
    flags.set(Flags::FROM_SELF, is_from_self);
    flags.set(Flags::READ, message.is_read.unwrap_or(true));
    flags.set(Flags::PEER_READ, message.is_peer_read.unwrap_or(!is_from_self));
    flags.set(
        Flags::NOT_COUNTED,
        message.body.is_true("message_is_excluded_from_unread_count")
            || message.body.is_true("message_is_online_msg")
            || is_targeted(&message.body),
    );
    flags.set(Flags::NOT_LAST, message.body.is_true("message_excluded_from_last_message"));
    flags.set(Flags::HAS_MEDIA, !media.is_empty());
    #[cfg(feature = "session")]
    if way == Way::Roamed {
        // What was here and cleared was delivered before.
        let was_here = write.conversation(key.conversation).is_some_and(|conversation| conversation.was_cleared(key.place, is_from_self));
        flags.set(Flags::ROAMED, !was_here);
    }
    let record = Record::of(message, message.status.unwrap_or(Status::Imported), flags);
    write.add(key, id.kind(), &record, way.change())?;
    for hash in &media {
        write.use_media(hash, key)?;
    }
    let may_be_last = record.may_be_last();
    let conversation = write.conversation_mut(key.conversation)?;
    conversation.next_seq = conversation.next_seq.max(key.place.seq.saturating_add(1));
    conversation.deleted = false;
    if record.is_visible() {
        conversation.messages += 1;
        if record.may_be_unread() && conversation.read_mark.is_none_or(|mark| key.place > mark) {
            conversation.unread += 1;
        }
        if may_be_last && conversation.last.is_none_or(|last| key.place > last) {
            conversation.last = Some(key.place);
        }
    }
    Ok(may_be_last)
}

/// Whether the message was for some members of its group only.
fn is_targeted(body: &Body) -> bool {
    const TARGETS: &str = "message_target_group_member_array";
    body.may_have(TARGETS) && body.get(TARGETS).is_some_and(|targets| targets.as_array().is_some_and(|targets| !targets.is_empty()))
}
