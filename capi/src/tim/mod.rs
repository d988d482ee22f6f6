//! The functions of the TIM message API, by subject. Each reads its arguments, and says what is asked for.

pub(crate) mod batch;
pub(crate) mod change;
pub(crate) mod config;
pub(crate) mod conversations;
pub(crate) mod delete;
pub(crate) mod download;
pub(crate) mod find;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod life;
pub(crate) mod options;
pub(crate) mod read;
pub(crate) mod search;
pub(crate) mod send;
pub(crate) mod setters;
