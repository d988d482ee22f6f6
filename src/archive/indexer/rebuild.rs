//! Filling an index from the log: first a scan of all messages, then the changes that came meanwhile.

use crate::model::MessageKey;
use crate::store::JournalNo;

/// How far a rebuild is. Kept in the index's own commits, so that an interrupted one goes on where it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Messages from this key on are still to be scanned; `None` for all of them.
    Scanning(Option<MessageKey>),
    /// All are scanned. A change up to this one may be in the index already, so every message is taken out before it is put in.
    CatchingUp(JournalNo),
}

impl Phase {
    pub(super) const START: Self = Self::Scanning(None);

    pub(super) fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Scanning(None) => vec![0],
            Self::Scanning(Some(key)) => [&[1][..], &key.to_bytes()].concat(),
            Self::CatchingUp(no) => [&[2][..], &no.0.to_be_bytes()].concat(),
        }
    }

    /// Reads what [`Phase::to_bytes`] wrote; anything else begins again.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        match bytes.split_first() {
            Some((1, key)) => Self::Scanning(MessageKey::from_bytes(key)),
            Some((2, no)) => no.try_into().map_or(Self::START, |no| Self::CatchingUp(JournalNo(u64::from_be_bytes(no)))),
            _ => Self::START,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConversationNo, Place};

    #[test]
    fn a_phase_reads_back_as_it_was_written() {
        let key = MessageKey { conversation: ConversationNo(7), place: Place { time: 1, seq: 2, rand: 3 } };
        for phase in [Phase::START, Phase::Scanning(Some(key)), Phase::CatchingUp(JournalNo(9))] {
            assert_eq!(Phase::from_bytes(&phase.to_bytes()), phase);
        }
        assert_eq!(Phase::from_bytes(&[]), Phase::START);
        assert_eq!(Phase::from_bytes(&[2, 1]), Phase::START);
    }
}
