//! What hooks see, change and decide.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::script::bindings::{Subject, Verdict, verdict};
use crate::script::handler::Door;
use crate::session::Download;

/// What a hook makes of a text, and what it decides.
#[track_caller]
fn send(body: &str, text: &str) -> (String, Verdict) {
    let mut bot = Bot::of(&format!("bot.before(\"send\", function(m)\n{body}\nend)"));
    let draft = Rc::new(RefCell::new(message("me", text)));
    let outcome = bot.before("before send#1", Door::Send, &Subject::Message(Rc::clone(&draft)));
    let verdict = verdict(outcome.result.as_ref().unwrap_or_else(|fault| panic!("{fault}"))).unwrap();
    let text = draft.borrow().texts().join("|");
    (text, verdict)
}

#[test]
fn a_hook_changes_what_is_written() {
    assert_eq!(send("m.text = m.text:upper()", "pay"), ("PAY".to_owned(), Verdict::Pass));
    assert_eq!(send("", "pay"), ("pay".to_owned(), Verdict::Pass));
}

#[test]
fn a_hook_refuses_with_a_reason() {
    assert_eq!(send("return bot.deny(\"no numbers\")", "4111").1, Verdict::Deny("no numbers".to_owned()));
}

#[test]
fn a_hook_that_returns_something_else_is_told_so() {
    let mut bot = Bot::of("bot.before(\"send\", function(m) return false end)");
    let draft = Rc::new(RefCell::new(message("me", "x")));
    let values = bot.before("before send#1", Door::Send, &Subject::Message(draft)).result.unwrap();
    assert_eq!(verdict(&values).unwrap_err().0, "bot.before: a hook returns nothing, or bot.deny(why); this one returned false");
}

#[track_caller]
fn refused(body: &str, expected: &str) {
    let mut bot = Bot::of(&format!("bot.before(\"send\", function(m)\n{body}\nend)"));
    let draft = Rc::new(RefCell::new(message("me", "x")));
    let error = bot.before("before send#1", Door::Send, &Subject::Message(draft)).error();
    assert!(error.contains(expected) && error.contains("main:2:"), "{error}");
}

#[test]
fn a_hook_may_neither_wait_nor_write() {
    refused("http.get(\"https://example.org\")", "http.request is not available in bot.before(\"send\"): move it to bot.on");
    refused("m:reply(\"x\")", "bot.send is not available in bot.before(\"send\"): move it to bot.on");
    refused("bot.store:set(\"a\", 1)", "store:set is not available in bot.before(\"send\")");
    refused("m:ask(\"?\")", "m:ask is not available in bot.before(\"send\")");
    refused("m.time = 5", "Message.time cannot be set");
    assert_eq!(send("m.text = tostring(bot.store:get(\"a\"))", "x").0, "nil");
}

#[test]
fn a_refusal_means_something_in_hooks_only() {
    check_error("return bot.deny(\"no\")", "bot.deny: it refuses nothing here");
}

#[test]
fn a_hook_sees_what_is_downloaded() {
    let mut bot = Bot::of("bot.before(\"download\", function(d) return bot.deny(`{d.name} {d.size} {d.mime} {d.message.id}`) end)");
    let download = Download {
        message: Some(message("ana", "")),
        element: 0,
        name: "../plan.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        url: "https://example.org/secret".to_owned(),
        target: "/tmp".into(),
        size: 9,
    };
    let outcome = bot.before("before download#1", Door::Download, &Subject::Download(Rc::new(RefCell::new(download))));
    let verdict = verdict(&outcome.result.unwrap()).unwrap();
    assert_eq!(verdict, Verdict::Deny("plan.pdf 9 application/pdf ana-1709640000-7".to_owned()));
}

#[test]
fn a_message_that_was_kept_after_its_hook_changes_nothing() {
    let mut bot = Bot::of("local kept\nbot.before(\"send\", function(m)\nif kept then kept.text = \"late\" end\nkept = m\nend)");
    let first = Rc::new(RefCell::new(message("me", "first")));
    bot.before("before send#1", Door::Send, &Subject::Message(Rc::clone(&first)));
    let written = first.borrow().clone();
    let second = Rc::new(RefCell::new(message("me", "second")));
    bot.before("before send#1", Door::Send, &Subject::Message(Rc::clone(&second)));
    assert_eq!((written.texts(), second.borrow().texts()), (vec!["first".to_owned()], vec!["second".to_owned()]));
}
