//! The C door: the TIM message API by its own names, and a small API of our own, over the same engine.
//!
//! A call checks its arguments on the caller's thread and returns; what it asks for is done elsewhere, and its callback comes from the
//! library thread. Unsafe code is in this package and nowhere else.

mod account;
mod answer;
mod call;
mod codes;
mod config;
mod conversation;
mod desk;
mod emit;
mod events;
mod guard;
mod json;
mod known;
mod library;
mod listeners;
mod log;
mod membership;
mod message;
pub(crate) mod plain;
mod text;
mod tim;
mod turns;
mod worker;
mod writer;

#[cfg(test)]
mod stories;
