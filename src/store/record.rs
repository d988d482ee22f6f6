//! The stored form of a message: a small versioned header with what changes and what is asked for, then the body's JSON bytes.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version: 1, or 2 where a second byte of flags follows the first |
//! | 1 | status |
//! | 1 or 2 | flags, little-endian |
//! | 2 | element types, little-endian |
//! | varint | client time minus server time, zigzag |
//! | varint, bytes | sender |
//! | varint, bytes | id, when the flag says that it has one of its own |
//! | rest | the body without its first 22 bytes, `{"message_elem_array":` |

use std::fmt;

use super::layout::id_key;
use crate::model::{Body, ConversationId, Message, MessageId, Place, Status, TypeSet, with_derived_id};

/// All flags are in one byte.
const VERSION: u8 = 1;
/// They take two.
const VERSION_MORE_FLAGS: u8 = 2;
const BODY_HEAD: &str = "{\"message_elem_array\":";

/// What is true of a stored message, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags(u16);

impl Flags {
    /// The account itself said it.
    pub(crate) const FROM_SELF: Self = Self(1);
    /// Read when it came in, whatever the read mark says.
    pub(crate) const READ: Self = Self(1 << 1);
    /// Read by the peer, whatever the peer's read time says.
    pub(crate) const PEER_READ: Self = Self(1 << 2);
    /// Never counts as unread.
    pub(crate) const NOT_COUNTED: Self = Self(1 << 3);
    /// Never becomes the last message of its conversation.
    pub(crate) const NOT_LAST: Self = Self(1 << 4);
    /// Names media files.
    pub(crate) const HAS_MEDIA: Self = Self(1 << 5);
    const HAS_ID: Self = Self(1 << 6);
    /// Its body is no longer the one that it came with.
    pub(crate) const REWRITTEN: Self = Self(1 << 7);
    /// It came from roaming history, as read; its delivery may still come.
    #[cfg(feature = "session")]
    pub(crate) const ROAMED: Self = Self(1 << 8);

    /// Recalled in this archive: it did not come so.
    pub(crate) const RECALLED_HERE: Self = Self(1 << 9);

    /// Sets or clears.
    pub(crate) fn set(&mut self, flag: Self, on: bool) {
        if on { self.0 |= flag.0 } else { self.0 &= !flag.0 }
    }

    /// Whether it is set.
    pub(crate) fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }
}

/// A stored message, borrowed from the bytes that it lies in.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) status: Status,
    pub(crate) flags: Flags,
    pub(crate) types: TypeSet,
    pub(crate) client_time: u64,
    pub(crate) sender: &'a str,
    pub(crate) id: Option<&'a str>,
    /// The body without `{"message_elem_array":`.
    tail: &'a str,
}

/// Says whose and how much, never what.
impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Record");
        shown.field("status", &self.status).field("flags", &self.flags).field("sender", &self.sender).field("id", &self.id);
        shown.field("bytes", &self.tail.len()).finish_non_exhaustive()
    }
}

impl<'a> Record<'a> {
    /// The record of a message whose head is filled.
    pub(crate) fn of(message: &'a Message, status: Status, flags: Flags) -> Self {
        let id = message.id.as_ref().map(MessageId::as_str);
        let (client_time, tail) = (message.client_time, tail_of(&message.body));
        Self { status, flags, types: message.body.types(), client_time, sender: &message.sender, id, tail }
    }

    /// The same message, come to another status.
    pub(crate) fn with_status(self, status: Status) -> Self {
        Self { status, ..self }
    }

    /// The same message with these flags.
    pub(crate) fn with_flags(self, flags: Flags) -> Self {
        Self { flags, ..self }
    }

    /// The same message with another body; the flags say that it was rewritten.
    pub(crate) fn with_body(self, body: &'a Body) -> Self {
        let mut flags = self.flags;
        flags.set(Flags::REWRITTEN, true);
        Self { flags, types: body.types(), tail: tail_of(body), ..self }
    }

    /// Its body.
    #[cfg(feature = "session")]
    pub(crate) fn body(&self) -> Body {
        Body::from_stored(&self.body_json(), self.types)
    }

    /// Appends the record to `out`. `server_time` is the one in the key.
    pub(crate) fn encode(&self, server_time: u64, out: &mut Vec<u8>) {
        let mut flags = self.flags;
        flags.set(Flags::HAS_ID, self.id.is_some());
        match flags.0.to_le_bytes() {
            [low, 0] => out.extend([VERSION, self.status.number(), low]),
            [low, high] => out.extend([VERSION_MORE_FLAGS, self.status.number(), low, high]),
        }
        out.extend(self.types.bits().to_le_bytes());
        // Times are below 2^38, so the difference fits.
        let late = self.client_time.cast_signed().wrapping_sub(server_time.cast_signed());
        put_varint(out, zigzag(late));
        put_text(out, self.sender);
        if let Some(id) = self.id {
            put_text(out, id);
        }
        out.extend(self.tail.as_bytes());
    }

    /// Reads what [`Record::encode`] wrote; `None` when the bytes are no record.
    pub(crate) fn decode(bytes: &'a [u8], server_time: u64) -> Option<Self> {
        let (&[version, status, flags], rest) = bytes.split_first_chunk::<3>()?;
        let (more, rest) = match version {
            VERSION => (0, rest),
            VERSION_MORE_FLAGS => rest.split_first().map(|(&more, rest)| (more, rest))?,
            _ => return None,
        };
        let flags = Flags(u16::from_le_bytes([flags, more]));
        let (&[low, high], mut rest) = rest.split_first_chunk::<2>()?;
        let late = unzigzag(take_varint(&mut rest)?);
        let client_time = server_time.cast_signed().wrapping_add(late).cast_unsigned();
        let sender = take_text(&mut rest)?;
        let id = if flags.has(Flags::HAS_ID) { Some(take_text(&mut rest)?) } else { None };
        let tail = std::str::from_utf8(rest).ok()?;
        let status = Status::from_number(status.into())?;
        Some(Self { status, flags, types: TypeSet::from_bits(u16::from_le_bytes([low, high])), client_time, sender, id, tail })
    }

    /// Whether this is its body.
    pub(crate) fn has_body(&self, body: &Body) -> bool {
        body.as_json().strip_prefix(BODY_HEAD) == Some(self.tail)
    }

    /// The body's JSON.
    pub(crate) fn body_json(&self) -> String {
        let mut json = String::with_capacity(BODY_HEAD.len() + self.tail.len());
        self.push_body_json(&mut json);
        json
    }

    /// Appends the body's JSON.
    pub(crate) fn push_body_json(&self, json: &mut String) {
        json.push_str(BODY_HEAD);
        json.push_str(self.tail);
    }

    /// Whether history, search and counts know it.
    pub(crate) fn is_visible(&self) -> bool {
        self.status != Status::Deleted
    }

    /// Whether search finds its text.
    pub(crate) fn is_searched(&self) -> bool {
        !matches!(self.status, Status::Deleted | Status::Recalled)
    }

    /// Whether it may be shown as the last message of its conversation.
    pub(crate) fn may_be_last(&self) -> bool {
        self.is_visible() && !self.flags.has(Flags::NOT_LAST)
    }

    /// Whether the account itself said it and nobody has taken it (yet): its place is by the account's own clock.
    pub(crate) fn is_unsent(&self) -> bool {
        self.flags.has(Flags::FROM_SELF) && matches!(self.status, Status::Sending | Status::Failed | Status::Cancelled)
    }

    /// Whether it counts as unread in a conversation that is read up to before it.
    pub(crate) fn may_be_unread(&self) -> bool {
        self.is_searched() && !self.flags.has(Flags::FROM_SELF) && !self.flags.has(Flags::READ) && !self.flags.has(Flags::NOT_COUNTED)
    }

    /// The key of the message's id in the column family `ids`.
    pub(crate) fn id_key(&self, rand: u32) -> [u8; 16] {
        match self.id {
            Some(id) => id_key(id),
            None => with_derived_id(self.sender, self.client_time, rand, id_key),
        }
    }

    /// The whole message, given where it stands and how far its conversation is read.
    pub(crate) fn to_message(self, place: Place, conversation: &ConversationId, read: ReadUpTo) -> Message {
        let is_from_self = self.flags.has(Flags::FROM_SELF);
        let is_read = is_from_self || self.flags.has(Flags::READ) || read.mine.is_some_and(|mark| place <= mark);
        let is_peer_read = self.flags.has(Flags::PEER_READ) || (is_from_self && !self.is_unsent() && place.time <= read.peer_time);
        Message {
            conversation: Some(conversation.clone()),
            id: self.id.and_then(|id| MessageId::new(id).ok()),
            sender: self.sender.to_owned(),
            client_time: self.client_time,
            server_time: place.time,
            seq: place.seq,
            rand: place.rand,
            status: Some(self.status),
            is_from_self: Some(is_from_self),
            is_read: Some(is_read),
            is_peer_read: Some(is_peer_read),
            body: Body::from_stored(&self.body_json(), self.types),
        }
    }
}

fn tail_of(body: &Body) -> &str {
    body.as_json().strip_prefix(BODY_HEAD).unwrap_or("[]}")
}

/// How far a conversation is read, from both sides.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReadUpTo {
    /// The account's read mark.
    pub(crate) mine: Option<Place>,
    /// Up to this second the peer has read, 0 for nothing.
    pub(crate) peer_time: u64,
}

pub(super) fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number as u8) | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

pub(super) fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

pub(super) fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u64);
    out.extend(text.as_bytes());
}

pub(super) fn take_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(take_varint(bytes)?).ok()?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        let mut message = Message::text("alice", 1_700_000_000, "hello");
        message.client_time -= 9;
        message.seq = 7;
        message.rand = 8;
        message
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        for id in [None, Some("an id of its own")] {
            let mut message = message();
            message.id = id.map(|id| MessageId::new(id).unwrap());
            let mut flags = Flags::default();
            flags.set(Flags::PEER_READ, true);
            let mut bytes = Vec::new();
            Record::of(&message, Status::Sent, flags).encode(message.server_time, &mut bytes);
            let record = Record::decode(&bytes, message.server_time).unwrap();
            assert_eq!(record.id_key(8), message.with_id(id_key));
            let again = record.to_message(message.place(), &ConversationId::c2c("alice").unwrap(), ReadUpTo::default());
            assert_eq!((again.body.as_json(), again.client_time), (message.body.as_json(), message.client_time));
            assert_eq!((again.is_read, again.is_peer_read, again.status), (Some(false), Some(true), Some(Status::Sent)));
        }
    }

    /// The bytes of format 1. They never change: a store on somebody's disk has them.
    #[test]
    fn the_bytes_of_format_1_still_read() {
        let bytes = b"\x01\x05\x02\x01\x00\x11\x05alice[{\"elem_type\":0,\"text_elem_content\":\"hello\"}]}";
        let record = Record::decode(bytes, 1_700_000_000).unwrap();
        assert_eq!((record.status, record.sender, record.client_time), (Status::Imported, "alice", 1_699_999_991));
        assert_eq!(record.body_json(), message().body.as_json());
        let mut again = Vec::new();
        record.encode(1_700_000_000, &mut again);
        assert_eq!(again, bytes);
    }

    #[test]
    fn debug_of_a_record_shows_amounts_and_no_words() {
        let shown = format!("{:?}", Record::of(&message(), Status::Sent, Flags::default()));
        assert!(shown.contains("alice") && !shown.contains("hello"), "{shown}");
    }

    /// The bytes of format 2, where there are more flags than a byte holds.
    #[cfg(feature = "session")]
    #[test]
    fn a_record_of_format_2_still_reads() {
        let bytes = b"\x02\x02\x02\x01\x01\x00\x11\x05alice[{\"elem_type\":0,\"text_elem_content\":\"hello\"}]}";
        let record = Record::decode(bytes, 1_700_000_000).unwrap();
        assert_eq!((record.status, record.client_time, record.flags.has(Flags::ROAMED)), (Status::Sent, 1_699_999_991, true));
        assert!(record.flags.has(Flags::READ) && !record.flags.has(Flags::FROM_SELF));
        let mut again = Vec::new();
        record.encode(1_700_000_000, &mut again);
        assert_eq!(again, bytes);
    }

    #[test]
    fn bytes_that_are_no_record_are_seen_as_such() {
        let mut bytes = Vec::new();
        Record::of(&message(), Status::Sent, Flags::default()).encode(5, &mut bytes);
        let head = bytes.iter().position(|&byte| byte == b'[').unwrap();
        for cut in 0..head {
            assert!(Record::decode(&bytes[..cut], 5).is_none(), "cut at {cut}");
        }
        assert!(Record::decode(&[9; 30], 5).is_none());
    }

    #[test]
    fn varints_keep_every_number() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, number);
            let mut rest = bytes.as_slice();
            assert_eq!(take_varint(&mut rest), Some(number));
            assert!(rest.is_empty());
            assert_eq!(unzigzag(zigzag(number.cast_signed())), number.cast_signed());
        }
    }
}
