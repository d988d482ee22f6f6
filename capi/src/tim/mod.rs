//! The functions of the TIM message API, by subject. Each reads its arguments, and says what is asked for.

mod batch;
mod change;
pub(crate) mod config;
pub(crate) mod conversations;
mod delete;
mod download;
mod find;
mod history;
mod import;
pub(crate) mod life;
mod options;
mod read;
mod search;
pub(crate) mod send;
pub(crate) mod setters;
