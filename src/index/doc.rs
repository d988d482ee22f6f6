//! A message as the index takes it in, and the form in which it travels to the indexing thread.

use crate::model::{MessageKey, Traits, TypeSet};

/// One message as the index sees it.
#[derive(Clone, Copy, Debug)]
pub struct Doc<'a> {
    /// The message. The index does not look for an older version of it: remove that first.
    pub key: MessageKey,
    /// Who sent it.
    pub sender: &'a str,
    /// The types of its elements.
    pub types: TypeSet,
    /// Sent by the account itself.
    pub is_self: bool,
    /// Taken back. Then only the condition for recalled messages finds it.
    pub recalled: bool,
    /// What it says of itself: features, thread, the name of its sender.
    pub(crate) traits: &'a Traits,
    /// The searched texts; ignored when recalled.
    pub texts: &'a [&'a str],
}
