//! Stories of the API: each is a script in a real machine and a world in memory.

mod files;
mod frozen;
mod generated;
mod handlers;
mod hooks;
mod keeping;
mod messages;
mod outside;
mod scripts;
mod times;

use super::testing::{Bot, NOON, message};
use crate::script::data::Data;

/// What a handler returns that is called with a message.
#[track_caller]
fn returned(body: &str) -> String {
    let mut bot = Bot::of(&format!("bot.on(\"receive\", function(m)\n{body}\nend)"));
    bot.hear("receive#1", message("ana", "hello")).text()
}

/// Checks what a handler returns that is called with a message.
#[track_caller]
fn check(body: &str, expected: &str) {
    assert_eq!(returned(body), expected);
}

/// Checks the error of a handler that is called with a message. Its place is that of the wrong line.
#[track_caller]
fn check_error(body: &str, expected: &str) {
    let mut bot = Bot::of(&format!("bot.on(\"receive\", function(m)\n{body}\nend)"));
    let error = bot.hear("receive#1", message("ana", "hello")).error();
    assert!(error.contains(expected), "{error:?} lacks {expected:?}");
    assert!(error.contains(":2:"), "{error:?} has no place");
}

/// Checks the error of a top level.
#[track_caller]
fn check_load_error(source: &str, expected: &str) {
    let error = Bot::with(source, Data::Nil).err().map(|fault| fault.to_string()).expect("the script cannot be loaded");
    assert!(error.contains(expected), "{error:?} lacks {expected:?}");
}
