//! The lower floors of Mynah, built from the same files as the library, with the doors that fuzz targets need.

#![allow(dead_code, missing_docs, unused_imports, reason = "the files are written for the whole library")]

#[path = "../../src/model/mod.rs"]
pub mod model;
#[path = "../../src/query/mod.rs"]
pub mod query;

mod door;
mod formats;
mod store;

// The names that the door's files have for the library and for their own package.
extern crate self as engine;
use door::{codes, emit, json};

use model::{ConversationId, Message, Place};
use store::journal::Entry;
use store::record::{ReadUpTo, Record};

/// Reads bytes as a stored message. What is one is written as it was read, and becomes a message that can be printed.
pub fn record(bytes: &[u8], server_time: u64) {
    let Some(record) = Record::decode(bytes, server_time) else { return };
    let mut again = Vec::new();
    record.encode(server_time, &mut again);
    let twice = Record::decode(&again, server_time).expect("what was written is read");
    let mut thrice = Vec::new();
    twice.encode(server_time, &mut thrice);
    assert_eq!(again, thrice);
    assert_eq!((twice.sender, twice.id, twice.client_time), (record.sender, record.id, record.client_time));
    assert_eq!(twice.body_json(), record.body_json());
    let place = Place { time: server_time, seq: 1, rand: 1 };
    let message = record.to_message(place, &ConversationId::c2c("peer").expect("a short id"), ReadUpTo::default());
    let _ = (message.texts(), message.body.elements(), message.to_json(), format!("{message:?}"));
    let _ = record.id_key(1);
}

/// Reads bytes as a row of the journal. What is one is written as it was read.
pub fn journal(bytes: &[u8]) {
    let Some(entry) = Entry::decode(bytes) else { return };
    assert_eq!(Entry::decode(&entry.encode()), Some(entry));
}

/// Reads a text as a message. What is one can be given out and taken back, and is then the same.
pub fn message(json: &str) {
    let Ok(message) = Message::from_json(json) else { return };
    message.check_limits().expect("what was read is within the limits");
    let printed = message.to_json();
    serde_json::from_str::<serde_json::Value>(&printed).expect("what is printed is JSON");
    let again = Message::from_json(&printed).expect("what is printed is taken back");
    assert!(again.to_json() == printed, "what is printed reads back the same");
    assert_eq!((again.texts(), again.body.types(), again.id_text()), (message.texts(), message.body.types(), message.id_text()));
    let _ = (message.body.elements(), message.locator(), format!("{message:?}"));
}

/// Reads a text as a query. It is printed as a text that reads as the same query, and can be explained.
pub fn query(text: &str) {
    let reading = query::Reading::utc(1_709_294_400);
    let parsed = query::parse(text, &reading);
    let _ = (parsed.explain(&reading.zone), query::read_span(text), query::read_time(text, &reading));
    let printed = parsed.expr.to_string();
    let again = query::parse(&printed, &reading);
    assert_eq!(again.expr, parsed.expr, "{printed:?}");
    assert_eq!(again.expr.to_string(), printed);
}

/// Reads bytes as the C door reads every JSON argument. A message that is read can be given out, is JSON then, and is taken back.
pub fn door(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(standard) = json::standard(&text) else {
        assert!(door::message::message(&text).is_err() && door::message::messages(&text).is_err());
        return;
    };
    serde_json::from_str::<serde_json::Value>(&standard).expect("what is standard is JSON");
    assert!(json::standard(&standard).is_ok(), "and stays so");
    let _ = (query::tim::HistoryParam::from_json(&standard), query::tim::SearchParam::from_json(&standard));
    let messages = door::message::messages(&text).unwrap_or_default();
    for message in messages.into_iter().chain(door::message::message(&text)) {
        let given_out = emit::message(&message);
        serde_json::from_str::<serde_json::Value>(&given_out).expect("what is given out is JSON");
        let again = door::message::message(&given_out).expect("what is given out is taken back");
        assert_eq!(again.texts(), message.texts());
    }
}

/// Reads bytes as a file of a format that gives no ids. Every message can be printed and read, and no two have one id.
pub fn export(format: &str, name: &str, bytes: &[u8]) {
    let mut ids = std::collections::HashSet::new();
    for message in messages(format, name, bytes) {
        assert!(ids.insert(message.id_text()), "two messages have one id");
    }
}

/// Reads bytes as a mailbox. Every mail can be printed and read.
pub fn mbox(bytes: &[u8]) {
    messages("mail", "box.mbox", bytes);
}

fn messages(format: &str, name: &str, bytes: &[u8]) -> Vec<Message> {
    thread_local!(static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a folder"));
    let file = FOLDER.with(|folder| folder.path().join(name));
    std::fs::write(&file, bytes).expect("a file");
    let messages = formats::messages(format, &file);
    for message in &messages {
        assert!(Message::from_json(&message.to_json()).is_ok(), "what was read is a message");
        let _ = (message.texts(), message.sender_name());
    }
    messages
}

/// Mends JSON of Telegram. JSON stays as it is, and what was mended is not mended again.
pub fn telegram_repair(text: &str) {
    let mended = formats::repair(text);
    assert_eq!(formats::repair(&mended), mended);
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        assert_eq!(mended, text);
    }
}
