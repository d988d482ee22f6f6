//! Where a message stands: its conversation's number and its place in the order (server time, seq, rand).

/// The number that a store gave a conversation, from 1 up. It is never used again for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConversationNo(pub u32);

/// A place in a conversation's order. Comparing two places of one conversation says which message is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Server time, Unix seconds.
    pub time: u64,
    /// Sequence number: the server's in a group, a local one else.
    pub seq: u64,
    /// The sender's random number.
    pub rand: u32,
}

impl Place {
    /// Before every message.
    pub const FIRST: Self = Self { time: 0, seq: 0, rand: 0 };
    /// After every message.
    pub const LAST: Self = Self { time: u64::MAX, seq: u64::MAX, rand: u32::MAX };

    /// Before every message of this second.
    pub fn start_of(time: u64) -> Self {
        Self { time, seq: 0, rand: 0 }
    }

    /// After every message of this second.
    pub fn end_of(time: u64) -> Self {
        Self { time, seq: u64::MAX, rand: u32::MAX }
    }
}

/// Exactly one message of a store. Ordered by conversation, then by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageKey {
    /// The conversation.
    pub conversation: ConversationNo,
    /// The place in it.
    pub place: Place,
}

impl MessageKey {
    /// Bytes of an encoded key.
    pub const SIZE: usize = 24;

    /// The key as bytes: conversation, time, seq, rand, all big-endian, so that bytes order as keys do.
    pub fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..4].copy_from_slice(&self.conversation.0.to_be_bytes());
        bytes[4..12].copy_from_slice(&self.place.time.to_be_bytes());
        bytes[12..20].copy_from_slice(&self.place.seq.to_be_bytes());
        bytes[20..].copy_from_slice(&self.place.rand.to_be_bytes());
        bytes
    }

    /// Reads what [`MessageKey::to_bytes`] wrote; `None` when the length is another.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::SIZE] = bytes.try_into().ok()?;
        let (conversation, rest) = bytes.split_first_chunk::<4>()?;
        let (time, rest) = rest.split_first_chunk::<8>()?;
        let (seq, rest) = rest.split_first_chunk::<8>()?;
        let rand = rest.first_chunk::<4>()?;
        Some(Self {
            conversation: ConversationNo(u32::from_be_bytes(*conversation)),
            place: Place { time: u64::from_be_bytes(*time), seq: u64::from_be_bytes(*seq), rand: u32::from_be_bytes(*rand) },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_keys_order_as_keys_do() {
        let key =
            |conversation, time, seq, rand| MessageKey { conversation: ConversationNo(conversation), place: Place { time, seq, rand } };
        let keys = [key(1, 5, 9, 9), key(1, 256, 0, 0), key(1, 256, 0, 256), key(1, 256, 7, 0), key(2, 0, 0, 0), key(256, 0, 0, 0)];
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1]);
            assert!(pair[0].to_bytes() < pair[1].to_bytes());
        }
        for key in keys {
            assert_eq!(MessageKey::from_bytes(&key.to_bytes()), Some(key));
        }
        assert_eq!(MessageKey::from_bytes(&[0; 23]), None);
    }
}
