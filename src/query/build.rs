//! Queries written in Rust: constructors, and `&`, `|`, `!` to join them.

use std::ops::{BitAnd, BitOr, RangeInclusive};

use super::expr::{Expr, Filter};
use crate::model::{ConversationId, ConversationRef, ElementType, Feature};

/// Queries in Rust read as they do in the query language.
///
/// ```
/// use mynah::model::ElementType;
/// use mynah::query::Expr;
///
/// let pictures = Expr::word("deploy") & (Expr::said_by("alice") | Expr::said_by("bob")) & Expr::has(ElementType::Image) & !Expr::word("draft");
/// assert_eq!(pictures.to_string(), "deploy (from:alice OR from:bob) type:image -draft");
/// ```
impl Expr {
    /// Messages with this word. What the index sees as several words (`PLT-3699`) has to stand together.
    pub fn word(word: impl Into<String>) -> Self {
        Self::Word(word.into())
    }

    /// Messages with these words, one after the other.
    pub fn phrase(words: impl Into<String>) -> Self {
        Self::Phrase(words.into())
    }

    /// Messages with a word that begins so; of several words the last one.
    pub fn prefix(beginning: impl Into<String>) -> Self {
        Self::Prefix(beginning.into())
    }

    /// Messages one of whose texts contains exactly this, ignoring case, inside words too.
    pub fn contains(text: impl Into<String>) -> Self {
        Self::Contains(text.into())
    }

    /// Messages of this conversation.
    ///
    /// ```
    /// use mynah::model::ConversationId;
    /// use mynah::query::Expr;
    ///
    /// let ops = Expr::word("deploy") & Expr::conversation(&ConversationId::group("ops")?);
    /// assert_eq!(ops.to_string(), "deploy in:group:ops");
    /// # Ok::<(), mynah::model::LimitError>(())
    /// ```
    pub fn conversation(conversation: &ConversationId) -> Self {
        let conversation = ConversationRef { kind: Some(conversation.kind()), id: conversation.id().to_owned() };
        Self::Filter(Filter::Conversation(conversation))
    }

    /// Messages from this user id, ignoring case.
    pub fn sender(user: impl Into<String>) -> Self {
        Self::Filter(Filter::Sender(user.into()))
    }

    /// Messages from this user id, or from somebody who is shown under this name, ignoring case.
    pub fn said_by(user_or_name: impl Into<String>) -> Self {
        Self::Filter(Filter::SaidBy(user_or_name.into()))
    }

    /// Messages of the thread with this id or, ignoring case, of this name, and the message that began it.
    pub fn thread(id_or_name: impl Into<String>) -> Self {
        Self::Filter(Filter::Thread(id_or_name.into()))
    }

    /// Messages of this Unix second and later ones.
    pub fn since(from: u64) -> Self {
        Self::Filter(Filter::Time { from: Some(from), until: None })
    }

    /// Messages of this Unix second and earlier ones.
    pub fn until(until: u64) -> Self {
        Self::Filter(Filter::Time { from: None, until: Some(until) })
    }

    /// Messages within these Unix seconds, both included.
    ///
    /// ```
    /// use mynah::query::Expr;
    ///
    /// let first_of_march = Expr::within(1_709_251_200..=1_709_337_599);
    /// assert_eq!(first_of_march.to_string(), "on:2024-03-01T00:00:00Z..2024-03-01T23:59:59Z");
    /// ```
    pub fn within(seconds: RangeInclusive<u64>) -> Self {
        Self::Filter(Filter::Time { from: Some(*seconds.start()), until: Some(*seconds.end()) })
    }

    /// Messages with an element of this type.
    pub fn has(kind: ElementType) -> Self {
        Self::Filter(Filter::Type(kind))
    }

    /// Messages that have this beside their elements.
    pub fn has_feature(feature: Feature) -> Self {
        Self::Filter(Filter::Has(feature))
    }

    /// Messages with a web address in one of their texts.
    pub fn has_link() -> Self {
        Self::Filter(Filter::HasLink)
    }

    /// Incoming messages that were not read yet.
    pub fn unread() -> Self {
        Self::Filter(Filter::Unread)
    }

    /// Messages that their senders took back.
    pub fn recalled() -> Self {
        Self::Filter(Filter::Recalled)
    }

    /// Messages from the account itself.
    pub fn from_self() -> Self {
        Self::Filter(Filter::FromSelf)
    }

    /// No message.
    pub fn none() -> Self {
        !Self::All
    }
}

impl BitAnd for Expr {
    type Output = Self;

    /// Messages for which both hold.
    fn bitand(self, other: Self) -> Self {
        Self::and([self, other])
    }
}

impl BitOr for Expr {
    type Output = Self;

    /// Messages for which at least one holds.
    fn bitor(self, other: Self) -> Self {
        Self::or([self, other])
    }
}
