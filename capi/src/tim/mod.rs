//! The functions of the TIM message API, by subject. Each reads its arguments, and says what is asked for.

mod batch;
mod change;
mod delete;
mod download;
mod find;
mod history;
mod import;
mod life;
mod options;
mod read;
mod search;
mod send;
