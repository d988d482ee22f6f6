//! The JSON of options. An option that there is not is refused, so that a mistyped one does not go unnoticed.

use engine::model::{ElementType, TypeSet};
use serde::Deserialize;

use super::code::Failure;

/// How an archive is opened.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OpenOptions {
    pub(super) account: Option<String>,
    pub(super) memory_mib: Option<usize>,
    pub(super) buffered: bool,
    pub(super) existing: bool,
    pub(super) spare_changes: u64,
}

/// Newest or oldest first, or the best.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum By {
    #[default]
    Newest,
    Oldest,
    Relevance,
}

/// Which page of a conversation.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HistoryOptions {
    pub(super) limit: Option<usize>,
    pub(super) order: By,
    pub(super) cursor: Option<String>,
    pub(super) seq: Option<u64>,
    pub(super) types: Vec<String>,
    pub(super) from: Option<u64>,
    pub(super) until: Option<u64>,
}

/// The bars of a timeline.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Every {
    Hour,
    Day,
    Month,
    Year,
}

/// What to know about a search.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SearchOptions {
    pub(super) contains: bool,
    pub(super) conversation: Option<String>,
    pub(super) limit: Option<usize>,
    pub(super) order: By,
    pub(super) cursor: Option<String>,
    pub(super) by_conversation: bool,
    pub(super) facets: Option<usize>,
    pub(super) timeline: Option<Every>,
    pub(super) zone: Option<String>,
    pub(super) snippet_chars: Option<usize>,
    pub(super) stale: bool,
}

/// The element types of these names.
pub(super) fn types(names: &[String]) -> Result<TypeSet, Failure> {
    let mut types = TypeSet::EMPTY;
    for name in names {
        types.insert(ElementType::from_word(name).ok_or_else(|| Failure::argument("options: there is no such element type"))?);
    }
    Ok(types)
}
