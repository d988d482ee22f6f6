//! Messages, elements, conversations, locators, limits: plain data with serde, no I/O.

pub mod limits;

mod conversation;
mod key;
mod kinds;

pub use conversation::{ConversationId, ConversationIdError, ConversationKind, ConversationRef};
pub use key::{ConversationNo, MessageKey, Place};
pub use kinds::{ElementType, Priority, ReceiveOption, Status, TypeSet};
pub use limits::{Limit, LimitError};
