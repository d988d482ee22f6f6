//! The journal: numbered changes, in the same batch as what they tell of. Everything that is not the store reads it.

use super::record::{put_varint, take_varint, unzigzag, zigzag};
use crate::model::{ConversationNo, MessageKey, Place};

/// The number of a change, from 1 up, without gaps. 0 stands before all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct JournalNo(pub u64);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum ChangeKind {
    /// A message is there that was not.
    Added = 1,
    /// Its elements or other keys are new.
    Edited = 2,
    /// It was deleted: status 4.
    Deleted = 3,
    /// It was recalled: status 6.
    Recalled = 4,
    /// It is gone for good.
    Purged = 5,
    /// Its local custom data are new; nothing that search looks at.
    Annotated = 6,
    /// The conversation is read up to this place.
    Read = 7,
    /// All messages of the conversation are gone for good.
    Cleared = 8,
    /// The conversation is gone with its messages.
    ConversationDeleted = 9,
    /// Draft, pin or receive option of the conversation are new.
    ConversationChanged = 10,
    /// As [`ChangeKind::Added`], of a message that came in through a transport.
    Received = 11,
    /// An own message is there that was not: status 1, it waits in the outbox.
    Queued = 12,
    /// The message that stood at this key stands elsewhere from now on, or is told anew. The change behind this one tells where and how.
    Moved = 13,
    /// An own message was taken by the other side: status 2. The key is its final place.
    Sent = 14,
    /// An own message could not be sent: status 3.
    Failed = 15,
    /// The sending of an own message was cancelled: status 7.
    Cancelled = 16,
    /// The peer has read the conversation up to the second of this place.
    PeerRead = 17,
}

impl ChangeKind {
    const ALL: [Self; 17] = [
        Self::Added,
        Self::Edited,
        Self::Deleted,
        Self::Recalled,
        Self::Purged,
        Self::Annotated,
        Self::Read,
        Self::Cleared,
        Self::ConversationDeleted,
        Self::ConversationChanged,
        Self::Received,
        Self::Queued,
        Self::Moved,
        Self::Sent,
        Self::Failed,
        Self::Cancelled,
        Self::PeerRead,
    ];

    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }
}

/// One numbered change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub no: JournalNo,
    /// What happened.
    pub kind: ChangeKind,
    /// To which message. Where a whole conversation changed, the place is [`Place::FIRST`]; for [`ChangeKind::Read`] it is the mark,
    /// for [`ChangeKind::PeerRead`] the beginning of the second up to which the peer has read.
    pub key: MessageKey,
}

/// The changes of one write, as one row of the journal.
///
/// Bytes: version 1, varint count, then for each change its kind (1 byte), and as varints the conversation, time and seq as
/// zigzag differences to the change before, and rand as four bytes, big-endian.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) changes: Vec<(ChangeKind, MessageKey)>,
}

const VERSION: u8 = 1;
const START: MessageKey = MessageKey { conversation: ConversationNo(0), place: Place::FIRST };

impl Entry {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(12 + self.changes.len() * 9);
        bytes.push(VERSION);
        put_varint(&mut bytes, self.changes.len() as u64);
        let mut before = START;
        for &(kind, key) in &self.changes {
            bytes.push(kind as u8);
            put_varint(&mut bytes, key.conversation.0.into());
            put_difference(&mut bytes, before.place.time, key.place.time);
            put_difference(&mut bytes, before.place.seq, key.place.seq);
            bytes.extend(key.place.rand.to_be_bytes());
            before = key;
        }
        bytes
    }

    /// Reads what [`Entry::encode`] wrote; `None` when the bytes are no entry.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (&version, mut rest) = bytes.split_first()?;
        if version != VERSION {
            return None;
        }
        let count = take_varint(&mut rest)?;
        let mut changes = Vec::new();
        let mut before = START;
        for _ in 0..count {
            let (&kind, after) = rest.split_first()?;
            rest = after;
            let conversation = ConversationNo(u32::try_from(take_varint(&mut rest)?).ok()?);
            let time = take_difference(&mut rest, before.place.time)?;
            let seq = take_difference(&mut rest, before.place.seq)?;
            let (rand, after) = rest.split_first_chunk::<4>()?;
            rest = after;
            let key = MessageKey { conversation, place: Place { time, seq, rand: u32::from_be_bytes(*rand) } };
            changes.push((ChangeKind::from_number(kind)?, key));
            before = key;
        }
        Some(Self { changes })
    }

    /// The changes with their numbers, the first of which is `first`.
    pub(crate) fn numbered(&self, first: JournalNo) -> impl Iterator<Item = Change> + '_ {
        self.changes.iter().zip(first.0..).map(|(&(kind, key), no)| Change { no: JournalNo(no), kind, key })
    }
}

fn put_difference(bytes: &mut Vec<u8>, before: u64, now: u64) {
    put_varint(bytes, zigzag(now.wrapping_sub(before).cast_signed()));
}

fn take_difference(bytes: &mut &[u8], before: u64) -> Option<u64> {
    Some(before.wrapping_add(unzigzag(take_varint(bytes)?).cast_unsigned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        let key =
            |conversation, time, seq, rand| MessageKey { conversation: ConversationNo(conversation), place: Place { time, seq, rand } };
        Entry {
            changes: vec![
                (ChangeKind::Added, key(1, 1_700_000_000, 1, 7)),
                (ChangeKind::Added, key(2, 1_600_000_000, u64::MAX, u32::MAX)),
                (ChangeKind::Cleared, MessageKey { conversation: ConversationNo(1), place: Place::FIRST }),
            ],
        }
    }

    #[test]
    fn an_entry_reads_back_as_it_was_written_and_a_cut_one_not_at_all() {
        let bytes = entry().encode();
        assert_eq!(Entry::decode(&bytes), Some(entry()));
        for cut in 0..bytes.len() {
            assert_eq!(Entry::decode(&bytes[..cut]), None);
        }
        let numbers: Vec<u64> = entry().numbered(JournalNo(5)).map(|change| change.no.0).collect();
        assert_eq!(numbers, [5, 6, 7]);
    }

    /// The bytes of format 1. They never change: a store on somebody's disk has them.
    #[test]
    fn the_bytes_of_format_1_still_read() {
        let key = MessageKey { conversation: ConversationNo(3), place: Place { time: 100, seq: 2, rand: 1 } };
        let entry = Entry { changes: vec![(ChangeKind::Recalled, key)] };
        assert_eq!(entry.encode(), [1, 1, 4, 3, 200, 1, 4, 0, 0, 0, 1]);
        assert_eq!(Entry::decode(&[1, 1, 4, 3, 200, 1, 4, 0, 0, 0, 1]), Some(entry));
    }

    /// The bytes of format 2: the kinds 11 to 17. They never change either.
    #[test]
    fn the_kinds_of_format_2_still_read() {
        let key = MessageKey { conversation: ConversationNo(1), place: Place { time: 1, seq: 1, rand: 1 } };
        use ChangeKind::{Cancelled, Failed, Moved, PeerRead, Queued, Received, Sent};
        for (number, kind) in (11..).zip([Received, Queued, Moved, Sent, Failed, Cancelled, PeerRead]) {
            let entry = Entry { changes: vec![(kind, key)] };
            assert_eq!(entry.encode(), [1, 1, number, 1, 2, 2, 0, 0, 0, 1]);
            assert_eq!(Entry::decode(&entry.encode()), Some(entry));
        }
        assert_eq!(ChangeKind::from_number(18), None);
    }
}
