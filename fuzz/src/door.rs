//! What the C door reads of its callers, from the door's own files.

pub mod codes;
pub mod emit;
pub mod json;
pub mod message;
