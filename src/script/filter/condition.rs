//! Single conditions: on conversations, and on MIME types.

use std::fmt;

use crate::model::{ConversationId, ConversationKind};

/// A conversation, or all of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::script) enum Place {
    /// This one.
    One(ConversationId),
    /// `c2c:*` or `group:*`.
    Kind(ConversationKind),
}

impl Place {
    pub(in crate::script) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "c2c:*" => Ok(Self::Kind(ConversationKind::C2c)),
            "group:*" => Ok(Self::Kind(ConversationKind::Group)),
            _ => text.parse().map(Self::One).map_err(|_| format!("{text:?} is no conversation: write c2c:ID, group:ID, c2c:* or group:*")),
        }
    }

    /// Whether this takes all that `other` does.
    pub(in crate::script) fn includes(&self, other: &Self) -> bool {
        match other {
            Self::One(one) => self.takes(one),
            Self::Kind(_) => self == other,
        }
    }

    pub(in crate::script) fn takes(&self, conversation: &ConversationId) -> bool {
        match self {
            Self::One(one) => one == conversation,
            Self::Kind(kind) => *kind == conversation.kind(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(one) => one.fmt(f),
            Self::Kind(kind) => write!(f, "{}:*", kind.word()),
        }
    }
}

/// A MIME type, or all of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mime {
    /// `image/png`, or `image/` for all images.
    text: String,
}

impl Mime {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_ascii_lowercase();
        let is_name =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-' | b'_'));
        match lower.split_once('/') {
            Some(("*", "*")) => Ok(Self { text: String::new() }),
            Some((kind, "*")) if is_name(kind) => Ok(Self { text: format!("{kind}/") }),
            Some((kind, name)) if is_name(kind) && is_name(name) => Ok(Self { text: lower }),
            _ => Err(format!("{text:?} is no MIME type: write application/pdf, image/* or */*")),
        }
    }

    pub(super) fn takes(&self, mime: &str) -> bool {
        if self.text.is_empty() || self.text.ends_with('/') { mime.starts_with(&self.text) } else { mime == self.text }
    }
}

impl fmt::Display for Mime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text.as_str() {
            "" => f.write_str("*/*"),
            kind if kind.ends_with('/') => write!(f, "{kind}*"),
            mime => f.write_str(mime),
        }
    }
}
