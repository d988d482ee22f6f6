//! The parameters of the TIM API for searching and for paging through history, read as leniently as the real library reads them.
//!
//! Keys that are missing, null or of a wrong type have their default; unknown keys are passed over; of a key given twice the last one counts.
//! Only what is no JSON object at all is refused, and a search that asks for nothing.

mod history;
mod json;
mod search;

pub use history::{HistoryParam, TimeWindow};
pub use search::{KeywordMatch, SearchParam};

use crate::model::LimitError;

/// Why parameters can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParamError {
    /// The text is no JSON.
    #[error("the parameters are no JSON")]
    Json(#[source] serde_json::Error),
    /// The text is JSON, but no object.
    #[error("the parameters are no JSON object")]
    NoObject,
    /// A search without keywords needs senders or types.
    #[error("a search needs a keyword, a sender or an element type")]
    NothingToFind,
    /// More keywords than one search takes.
    #[error("{count} keywords, the limit is {limit}", limit = SearchParam::KEYWORDS)]
    TooManyKeywords {
        /// How many were given.
        count: usize,
    },
    /// More senders than one search takes.
    #[error("{count} senders, the limit is {limit}", limit = SearchParam::SENDERS)]
    TooManySenders {
        /// How many were given.
        count: usize,
    },
    /// The conversation's type is neither 0 (all), 1 (C2C) nor 2 (group).
    #[error("conversation type {number}, it is 0 (all), 1 (c2c) or 2 (group)")]
    ConversationType {
        /// The number that was given.
        number: u64,
    },
    /// The conversation's id is missing or too long.
    #[error(transparent)]
    Conversation(#[from] LimitError),
}
