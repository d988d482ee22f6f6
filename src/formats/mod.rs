//! Files of messages: bytes from anywhere, packed or not, become messages, and messages become lines. Keeps nothing.
//!
//! A source that is damaged in one place is read on behind it: what cannot be read is told by file and line, with the reason.

mod error;
mod packing;
mod read_ahead;
mod source;
mod tim;
mod window;

pub use error::{Fault, FormatError};
pub use packing::Packing;
pub use read_ahead::{Batch, ReadAhead};
pub use source::{ENDINGS, Input, Source};
pub use tim::{Entry, TimReader, TimWriter};
