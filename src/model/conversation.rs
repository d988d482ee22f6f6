//! What a conversation is called: a peer (C2C) or a group, written `c2c:ID` or `group:ID`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::limits::{self, LimitError};

/// Whether a conversation is with one peer or with a group.
///
/// The numbers are those of `TIMConvType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ConversationKind {
    /// A talk with one peer; the conversation's id is the peer's user id.
    C2c = 1,
    /// A group; the conversation's id is the group's id.
    Group = 2,
}

impl ConversationKind {
    /// The number in JSON (`message_conv_type`).
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The kind with this number, if there is one.
    pub fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::C2c),
            2 => Some(Self::Group),
            _ => None,
        }
    }

    /// The word in front of the colon: `c2c` or `group`.
    pub fn word(self) -> &'static str {
        match self {
            Self::C2c => "c2c",
            Self::Group => "group",
        }
    }
}

/// The full name of a conversation.
///
/// Text form: `c2c:ID` or `group:ID`; the id may hold any character, colons and blanks too.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConversationId {
    kind: ConversationKind,
    /// 1 to [`limits::CONVERSATION_ID`] bytes.
    id: Arc<str>,
}

impl ConversationId {
    /// Names a conversation.
    ///
    /// # Errors
    /// [`LimitError`] when `id` is empty or longer than [`limits::CONVERSATION_ID`] bytes.
    pub fn new(kind: ConversationKind, id: &str) -> Result<Self, LimitError> {
        limits::CONVERSATION_ID.check(id.len())?;
        Ok(Self { kind, id: id.into() })
    }

    /// The conversation with a peer; see [`ConversationId::new`].
    pub fn c2c(peer: &str) -> Result<Self, LimitError> {
        Self::new(ConversationKind::C2c, peer)
    }

    /// The conversation of a group; see [`ConversationId::new`].
    pub fn group(group: &str) -> Result<Self, LimitError> {
        Self::new(ConversationKind::Group, group)
    }

    /// Peer or group.
    pub fn kind(&self) -> ConversationKind {
        self.kind
    }

    /// The peer's user id or the group's id, without the kind.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.word(), self.id)
    }
}

impl fmt::Debug for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ConversationId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ConversationId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for ConversationId {
    type Err = ConversationIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let reference = ConversationRef::parse(text);
        let kind = reference.kind.ok_or(ConversationIdError::NoKind)?;
        Ok(Self::new(kind, &reference.id)?)
    }
}

/// Why a text names no conversation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConversationIdError {
    /// Neither `c2c:` nor `group:` stands in front.
    #[error("a conversation is written c2c:ID or group:ID")]
    NoKind,
    /// The id is empty or too long.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

/// A conversation as a person names it: with its kind, or by the bare id where that is unambiguous.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConversationRef {
    /// `None`: whichever kind has a conversation of this id.
    pub kind: Option<ConversationKind>,
    /// The id without the kind.
    pub id: String,
}

impl ConversationRef {
    /// Reads `c2c:ID`, `group:ID` or a bare id; never fails.
    pub fn parse(text: &str) -> Self {
        for kind in [ConversationKind::C2c, ConversationKind::Group] {
            if let Some(id) = text.strip_prefix(kind.word()).and_then(|rest| rest.strip_prefix(':')) {
                return Self { kind: Some(kind), id: id.to_owned() };
            }
        }
        Self { kind: None, id: text.to_owned() }
    }

    /// Whether this names `conversation`.
    pub fn matches(&self, conversation: &ConversationId) -> bool {
        self.kind.is_none_or(|kind| kind == conversation.kind) && *self.id == *conversation.id
    }
}

impl From<&ConversationId> for ConversationRef {
    fn from(conversation: &ConversationId) -> Self {
        Self { kind: Some(conversation.kind), id: conversation.id.to_string() }
    }
}

impl fmt::Display for ConversationRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Some(kind) => write!(f, "{}:{}", kind.word(), self.id),
            None => f.write_str(&self.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(ConversationKind, &str)>) {
        let read = text.parse::<ConversationId>().ok();
        assert_eq!(read.as_ref().map(|c| (c.kind(), c.id())), expected);
        if let Some(conversation) = read {
            assert_eq!(conversation.to_string(), text, "what is printed is what was read");
        }
    }

    #[test]
    fn a_conversation_is_read_as_it_is_printed() {
        check("c2c:alice", Some((ConversationKind::C2c, "alice")));
        check("group:#ops: night shift", Some((ConversationKind::Group, "#ops: night shift")));
        check("group:c2c:odd", Some((ConversationKind::Group, "c2c:odd")));
        check("alice", None);
        check("c2c:", None);
        check("room:alice", None);
    }
}
