//! What the reader of queries has to say to the person who typed: where a text was not taken as it may have been meant.

use std::fmt;
use std::ops::Range;

/// The conditions that are written `name:value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FilterName {
    /// `from:USER-OR-NAME`
    From,
    /// `sender:USER`
    Sender,
    /// `in:CONVERSATION`
    In,
    /// `in-thread:ID-OR-NAME`
    InThread,
    /// `before:TIME`
    Before,
    /// `after:TIME`
    After,
    /// `on:TIME` and `on:TIME..TIME`
    On,
    /// `has:THING`
    Has,
    /// `type:TYPE`
    Type,
    /// `is:STATE`
    Is,
    /// `contains:TEXT`
    Contains,
    /// `word:WORD`
    Word,
}

impl FilterName {
    /// All of them, in the order in which a help text names them.
    pub const ALL: &'static [Self] = &[
        Self::From,
        Self::Sender,
        Self::In,
        Self::InThread,
        Self::Before,
        Self::After,
        Self::On,
        Self::Has,
        Self::Type,
        Self::Is,
        Self::Contains,
        Self::Word,
    ];

    /// What stands before the colon.
    pub fn word(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Sender => "sender",
            Self::In => "in",
            Self::InThread => "in-thread",
            Self::Before => "before",
            Self::After => "after",
            Self::On => "on",
            Self::Has => "has",
            Self::Type => "type",
            Self::Is => "is",
            Self::Contains => "contains",
            Self::Word => "word",
        }
    }

    /// The filter of this name, in any case.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|name| name.word().eq_ignore_ascii_case(word))
    }

    /// What may stand after the colon, for people.
    pub fn takes(self) -> &'static str {
        match self {
            Self::From => "a user id, or the name that somebody is shown under",
            Self::Sender => "a user id",
            Self::In => "a conversation: its id, its name, c2c:ID or group:ID",
            Self::InThread => "the id or the name of a thread",
            Self::Before | Self::After => "a time such as 2024-03-01, 2024-03, 3d or \"3 days ago\"",
            Self::On => "a day, month or year such as 2024-03-01, or two times with .. between them",
            Self::Has => "image, sound, file, video, location, custom, link, reaction, reply, thread, edit or forward",
            Self::Type => "text, image, sound, custom, file, tips, face, location, report, video, friend-change, profile-change or merged",
            Self::Is => "unread, recalled, self or any",
            Self::Contains => "a text, which is found inside words too",
            Self::Word => "a word",
        }
    }
}

impl fmt::Display for FilterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A remark about one place of a query. Its text repeats nothing of the query; `at` says where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What the remark is.
    pub kind: NoteKind,
    /// The bytes of the query that it is about; always at boundaries of characters.
    pub at: Range<usize>,
}

/// What there is to remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoteKind {
    /// The filter's value can't be read; all of it was taken as text.
    Unreadable(FilterName),
    /// Nothing stands directly after the colon; the name was taken as text.
    NoValue(FilterName),
    /// The time of `after:` lies ahead, so that no message can be found yet.
    Ahead,
    /// `AND`, `OR` or `NOT` has nothing to work on; it was taken as a word.
    Dangling,
    /// A quote is not closed; the phrase goes to the end.
    OpenQuote,
    /// A bracket is not closed; the group goes to the end.
    OpenGroup,
    /// Brackets are nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH); the ones inside were passed over.
    TooDeep,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Display for NoteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(name) => write!(f, "{name}: takes {}; this was searched as text", name.takes()),
            Self::NoValue(name) => write!(f, "{name}: needs its value right after the colon; this was searched as text"),
            Self::Ahead => f.write_str("after: begins with the end of its time, which lies ahead; on:TIME.. begins with its start"),
            Self::Dangling => f.write_str("AND, OR and NOT stand before or between terms; this was searched as a word"),
            Self::OpenQuote => f.write_str("the quote is not closed; the phrase goes to the end"),
            Self::OpenGroup => f.write_str("the bracket is not closed; the group goes to the end"),
            Self::TooDeep => write!(f, "brackets are nested more than {} deep; the inner ones were passed over", super::MAX_DEPTH),
        }
    }
}
