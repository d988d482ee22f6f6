//! Mynah keeps every conversation in a log, finds any message in it at once, and lets scripts answer.

pub mod index;
pub mod model;
pub mod query;
