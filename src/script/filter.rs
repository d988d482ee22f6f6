//! Which events a handler wants.

/// What a filter matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hit {
    /// The word, as the script wrote it.
    pub(super) word: Option<String>,
    /// The whole match of the pattern, and its groups.
    pub(super) captures: Vec<Option<String>>,
}
