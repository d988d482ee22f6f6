//! What every engine under comparison does: the acts that are measured, and the words for what they take and give.

use anyhow::Result;

use crate::messages::Message;

/// Hits on a page of a search.
pub(crate) const SEARCH_PAGE: usize = 20;
/// Messages on a page of history.
pub(crate) const HISTORY_PAGE: usize = 50;

/// What is searched for. The text is as a person would say it, without any quoting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// Messages with this word; lower-case letters.
    Word(String),
    /// Messages with these words one after the other; lower-case letters with one blank between words.
    Phrase(String),
    /// Messages whose text contains these characters, ignoring case.
    Contains(String),
}

/// One page of hits, newest first, with whole messages.
pub(crate) struct Page {
    /// The messages as JSON, at most [`SEARCH_PAGE`].
    pub(crate) bodies: Vec<String>,
    /// Where the next page begins, in the engine's own words; `None` when this was the last one.
    pub(crate) next: Option<String>,
}

/// A place in a conversation's history.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    /// `c2c:ID` or `group:ID`.
    pub(crate) conversation: String,
    /// Unix seconds; messages of this second are included.
    pub(crate) time: u64,
}

/// A new text for a message.
pub(crate) struct Edit {
    /// The id by which the engine knows the message.
    pub(crate) id: String,
    /// The text that takes the place of the old one.
    pub(crate) text: String,
}

/// An imported archive that can be searched.
pub(crate) trait Search {
    /// The newest hits, or those that follow `after`, with the whole messages.
    fn newest(&mut self, query: &Query, after: Option<&str>) -> Result<Page>;

    /// How many messages match, exactly.
    fn count(&mut self, query: &Query) -> Result<u64>;
}

/// An archive as a program would embed it: search, and everything else that the comparison measures.
pub(crate) trait Archive: Search {
    /// The newest [`HISTORY_PAGE`] messages at or before a place, newest first.
    fn history(&mut self, spot: &Spot) -> Result<Vec<String>>;

    /// The id of the newest message at or before a place.
    fn id_at(&mut self, spot: &Spot) -> Result<Option<String>>;

    /// The message with this id.
    fn find(&mut self, id: &str) -> Result<Option<String>>;

    /// Gives messages new texts. Searches see them at the latest when they ask.
    fn edit(&mut self, edits: &[Edit]) -> Result<()>;

    /// Adds one message; it is acknowledged when this returns.
    fn save(&mut self, message: &Message) -> Result<()>;

    /// Builds the index anew from the stored messages and waits until it is complete.
    fn reindex(&mut self) -> Result<()>;
}
