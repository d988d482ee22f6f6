//! What a search asks for: the typed query. The language of [`super::parse`] is one way to build it, Rust code another.

use crate::model::{ConversationRef, ElementType, Feature};

/// A condition on a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// Every message.
    All,
    /// A word as a person typed it, blanks excluded. The index cuts it as it cuts texts; where that gives several words
    /// (`PLT-3699`, `foo@example.org`, `你好`), they have to follow each other.
    Word(String),
    /// Words that follow each other.
    Phrase(String),
    /// Words of which the last one may be only the beginning of a word in the message.
    Prefix(String),
    /// Messages one of whose texts contains this, ignoring case, inside words too, exactly as a scan of all texts would find.
    Contains(String),
    /// Messages for which all hold. Empty: every message.
    And(Vec<Expr>),
    /// Messages for which at least one holds. Empty: no message.
    Or(Vec<Expr>),
    /// Messages for which it does not hold.
    Not(Box<Expr>),
    /// A condition on something other than text.
    Filter(Filter),
}

/// A condition on something other than the text of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// In this conversation.
    Conversation(ConversationRef),
    /// From this user id, ignoring case.
    Sender(String),
    /// From this user id, or from somebody shown under this name, ignoring case.
    SaidBy(String),
    /// Server time within `from ..= until`, Unix seconds; `None` is open.
    Time {
        /// The first second.
        from: Option<u64>,
        /// The last second.
        until: Option<u64>,
    },
    /// Has an element of this type.
    Type(ElementType),
    /// Has this beside its elements.
    Has(Feature),
    /// In the thread with this id or, ignoring case, of this name; the message that began it too. The first 512 bytes count.
    Thread(String),
    /// Has a web address in one of its texts.
    HasLink,
    /// Incoming and not yet read.
    Unread,
    /// Taken back by its sender. Only this condition finds such messages.
    Recalled,
    /// From the account itself.
    FromSelf,
}

/// The order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Best match first (BM25), newest first among equals.
    Relevance,
}

/// The width of a bar of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interval {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Expr {
    /// All of these; flattens what is nested.
    pub fn and(parts: impl IntoIterator<Item = Expr>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::And(inner) => flat.extend(inner),
                Self::All => {}
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Self::All,
            1 => flat.remove(0),
            _ => Self::And(flat),
        }
    }

    /// Any of these; flattens what is nested.
    pub fn or(parts: impl IntoIterator<Item = Expr>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::Or(flat) }
    }
}

impl std::ops::Not for Expr {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}
