//! Changing: deleting, purging, clearing, editing.

use serde_json::{Value, json};

use super::Desk;
use crate::schemas::{accepts, schema};

#[test]
fn a_deleted_message_is_gone_from_history_and_search_and_found_by_its_id() {
    let desk = Desk::with_messages();
    let id = &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0];
    assert_eq!(desk.run(&["delete", "group:ops", id, "unknown", "--json"]).expect(0).json(), [json!({"deleted": 1})]);
    assert_eq!(desk.run(&["search", "deploy", "--count"]).expect(0).out, "29\n");
    assert_ne!(&desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0], id);
    assert_eq!(desk.run(&["find", id, "--json"]).expect(0).last()["message_status"], 4);
    assert_eq!(desk.run(&["export"]).expect(0).out.lines().count(), 32);
    assert_eq!(desk.run(&["delete", "group:ops", id]).expect(0).out, "0 messages deleted\n");
}

#[test]
fn purging_needs_a_yes() {
    let desk = Desk::with_messages();
    let refused = desk.run(&["purge", "ops"]).expect(2);
    assert!(refused.err.contains("nobody can be asked here") && refused.err.contains("--yes"), "{refused:#?}");
    let ids = desk.run(&["history", "ops", "--limit", "2", "--json"]).expect(0).ids();
    assert_eq!(desk.run(&["purge", "ops", &ids[0], &ids[1], "--yes", "--json"]).expect(0).json(), [json!({"purged": 2})]);
    assert_eq!(desk.run(&["find", &ids[0], &ids[1], "--json"]).expect(0).out, "");
    assert_eq!(desk.run(&["purge", "ops", "--before", "2023-11-15", "--yes", "--json"]).expect(0).json(), [json!({"purged": 1})]);
    assert_eq!(desk.run(&["purge", "ops", "--yes", "--json"]).expect(0).json(), [json!({"purged": 27})]);
    assert_eq!(desk.run(&["conversations", "--json"]).expect(0).json().len(), 1);
    desk.run(&["purge", "ops", "--yes"]).expect(1);
    desk.run(&["compact"]).expect(0);
    desk.run(&["check"]).expect(0);
}

#[test]
fn a_cleared_conversation_stays_in_the_list() {
    let desk = Desk::with_messages();
    assert_eq!(desk.run(&["clear", "ops", "--json"]).expect(0).json(), [json!({"cleared": 30})]);
    let listed = desk.run(&["conversations", "--json"]).expect(0).json();
    let cleared = listed.iter().find(|listed| listed["conversation"] == "group:ops").unwrap();
    assert_eq!((&cleared["messages"], &cleared["last_message"]), (&json!(0), &Value::Null));
}

#[test]
fn an_edited_message_is_found_by_its_new_text() {
    let desk = Desk::with_messages();
    let id = &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0];
    let edited = desk.run(&["edit", id, "a text of tomorrow", "--json"]).expect(0);
    accepts(&schema("message"), &edited.last());
    assert_eq!(desk.run(&["search", "tomorrow", "--json"]).expect(0).ids(), [id.as_str()]);
    assert_eq!(desk.run(&["search", "deploy", "--count"]).expect(0).out, "29\n");
    let unknown = desk.run(&["edit", "nobody-1-1", "text"]).expect(1);
    assert!(unknown.err.contains("no message has the id nobody-1-1") && unknown.err.contains("mynah search"), "{unknown:#?}");
}
