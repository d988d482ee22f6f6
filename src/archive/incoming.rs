//! A message that comes in: whether it is there already, or only one that has the same id.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::model::{ConversationNo, Message, MessageKey};
use crate::store::{Flags, StoreError, Write};

/// A message with its head filled, ready to be looked up and written.
pub(super) struct Incoming {
    pub(super) message: Message,
    /// Its position in the run, from 0.
    pub(super) position: u64,
    /// The key of its id.
    pub(super) id: [u8; 16],
    /// It brought a seq.
    pub(super) has_seq: bool,
    /// It brought a rand and no id, so that its id says little about its content.
    pub(super) has_rand: bool,
}

/// Who has the id of a message that comes in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    Nobody,
    /// The message itself, which is known.
    Itself,
    Another,
}

/// A message of the batch under way, as far as telling messages of one id apart needs it.
pub(super) struct Taken {
    conversation: ConversationNo,
    /// The seq that it brought, or 0.
    seq: u64,
    content: u64,
}

impl Incoming {
    /// What the batch remembers of it once it is written.
    pub(super) fn taken(&self, conversation: ConversationNo) -> Taken {
        let content = if self.has_rand { xxh3_64(self.message.body.as_json().as_bytes()) } else { 0 };
        Taken { conversation, seq: if self.has_seq { self.message.seq } else { 0 }, content }
    }
}

/// Who has the id of `incoming`: the message that was `found` in the log, or one `taken` in the batch under way.
pub(super) fn holder(
    write: &Write<'_>,
    incoming: &Incoming,
    found: Option<MessageKey>,
    taken: &FxHashMap<[u8; 16], Taken>,
) -> Result<Holder, StoreError> {
    let number = incoming.message.conversation.as_ref().and_then(|conversation| write.number(conversation));
    let is_same = match (found, taken.get(&incoming.id)) {
        (None, None) => return Ok(Holder::Nobody),
        (Some(found), _) if Some(found.conversation) != number => false,
        (Some(_), _) if !incoming.has_rand => true,
        (Some(found), _) => match write.view().get(found)? {
            Some(stored) => {
                let record = stored.record()?;
                let has_its_body = record.flags.has(Flags::REWRITTEN) || record.has_body(&incoming.message.body);
                has_its_body && (!incoming.has_seq || found.place.seq == incoming.message.seq)
            }
            None => false,
        },
        (None, Some(other)) => {
            let this = incoming.taken(other.conversation);
            Some(other.conversation) == number && (!incoming.has_rand || (this.seq, this.content) == (other.seq, other.content))
        }
    };
    Ok(if is_same { Holder::Itself } else { Holder::Another })
}
