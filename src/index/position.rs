//! Where a page of hits ended: the cursor that the next page goes on from.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_64;

use crate::model::{ConversationNo, MessageKey, Place};
use crate::query::Sort;

/// The place of a hit in the order of a search.
///
/// Its text form is short, has only letters, digits, `-` and `_`, and may be kept: the next page starts after this hit
/// even if the hit itself is gone by then. A position belongs to the order it was made in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HitPosition {
    pub(super) sort: Sort,
    pub(super) key: MessageKey,
    /// Zero unless hits are sorted by relevance.
    pub(super) score: f32,
}

/// A text that is no position of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no cursor of a search")]
pub struct HitPositionError;

impl HitPosition {
    /// The order that the position belongs to.
    pub fn sort(&self) -> Sort {
        self.sort
    }
}

/// Order, key, score.
const BODY: usize = 1 + MessageKey::SIZE + 4;
const SUM: usize = 3;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl fmt::Display for HitPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; BODY + SUM];
        bytes[0] = match self.sort {
            Sort::Newest => 1,
            Sort::Oldest => 2,
            Sort::Relevance => 3,
        };
        bytes[1..1 + MessageKey::SIZE].copy_from_slice(&self.key.to_bytes());
        bytes[1 + MessageKey::SIZE..BODY].copy_from_slice(&self.score.to_be_bytes());
        let sum = xxh3_64(&bytes[..BODY]).to_le_bytes();
        bytes[BODY..].copy_from_slice(&sum[..SUM]);
        for chunk in bytes.chunks(3) {
            let mut group = [0; 4];
            group[1..=chunk.len()].copy_from_slice(chunk);
            let group = u32::from_be_bytes(group);
            for sixth in 0..=chunk.len() {
                let digit = (group >> (18 - 6 * sixth)) & 63;
                fmt::Write::write_char(f, char::from(ALPHABET[digit as usize]))?;
            }
        }
        Ok(())
    }
}

impl FromStr for HitPosition {
    type Err = HitPositionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = Vec::with_capacity(BODY + SUM);
        for chunk in text.as_bytes().chunks(4) {
            let mut group = 0_u32;
            for (sixth, letter) in chunk.iter().enumerate() {
                let digit = ALPHABET.iter().position(|one| one == letter).ok_or(HitPositionError)?;
                group |= (digit as u32) << (18 - 6 * sixth);
            }
            bytes.extend_from_slice(&group.to_be_bytes()[1..chunk.len().max(1)]);
        }
        let (body, sum) = bytes.split_at_checked(BODY).ok_or(HitPositionError)?;
        if sum != &xxh3_64(body).to_le_bytes()[..SUM] {
            return Err(HitPositionError);
        }
        let (sort, rest) = body.split_first().ok_or(HitPositionError)?;
        let sort = match sort {
            1 => Sort::Newest,
            2 => Sort::Oldest,
            3 => Sort::Relevance,
            _ => return Err(HitPositionError),
        };
        let key = MessageKey::from_bytes(&rest[..MessageKey::SIZE]).ok_or(HitPositionError)?;
        let score = rest[MessageKey::SIZE..].try_into().map(f32::from_be_bytes).map_err(|_| HitPositionError)?;
        let position = Self { sort, key, score };
        // One position has one text: leftover bits of the last digit must not pass.
        if position.to_string() == text { Ok(position) } else { Err(HitPositionError) }
    }
}

/// The order of all messages of a store: by time, seq, rand, and by conversation where all three are equal.
pub(super) fn rank(key: &MessageKey) -> (Place, ConversationNo) {
    (key.place, key.conversation)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_position_is_read_as_it_is_printed(sort in 0..3_usize, conversation: u32, time: u64, seq: u64, rand: u32, score in -1e9_f32..1e9) {
            let key = MessageKey { conversation: ConversationNo(conversation), place: Place { time, seq, rand } };
            let position = HitPosition { sort: [Sort::Newest, Sort::Oldest, Sort::Relevance][sort], key, score };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }

        #[test]
        fn a_foreign_text_is_refused(text in "\\PC{0,60}") {
            prop_assert_eq!(text.parse::<HitPosition>(), Err(HitPositionError));
        }

        #[test]
        fn a_changed_letter_is_refused(at in 0..42_usize, letter in 0..64_usize) {
            let key = MessageKey { conversation: ConversationNo(7), place: Place { time: 1_700_000_000, seq: 9, rand: 11 } };
            let mut text = HitPosition { sort: Sort::Newest, key, score: 0.0 }.to_string().into_bytes();
            let at = at % text.len();
            prop_assume!(text[at] != ALPHABET[letter]);
            text[at] = ALPHABET[letter];
            prop_assert!(String::from_utf8(text).unwrap().parse::<HitPosition>().is_err());
        }
    }
}
