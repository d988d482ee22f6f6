//! Exports as a person asks for them: forms, filters, places, refusals.

use std::fs;

use super::Desk;
use crate::schemas::{accepts, schema};

#[test]
fn every_line_for_programs_is_as_its_schema_says() {
    let desk = Desk::with_messages();
    let more = r#"{"message_conv_id":"ops","message_conv_type":2,"message_sender":"alice","message_client_time":1700000000,"message_status":6}
{"message_conv_id":"ops","message_conv_type":2,"message_sender":"alice","message_client_time":1700000001,"mynah_pinned":true,"mynah_thread":{"id":"t","name":"a"},"mynah_reactions":[{"emoji":"+1","count":2,"users":[{"id":"bob"}]}],"mynah_edited":{"time":5,"before":[{"text":"x"}]},"mynah_forwarded":{"conversation":"z"},"message_elem_array":[{"elem_type":4,"file_elem_file_name":"a.pdf","file_elem_file_size":3}]}
{"message_conv_id":"ops","message_conv_type":2,"message_sender":"alice","message_client_time":1700000002,"mynah_event":{"type":"left","text":"alice left"}}
"#;
    desk.run_with_input(&["import", "-"], more.as_bytes()).expect(0);
    let lines = desk.run(&["export", "--format", "jsonl"]).expect(0).json();
    let schema = schema("export-line");
    lines.iter().for_each(|line| accepts(&schema, line));
    let kinds: Vec<&str> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!((lines.len(), kinds.iter().filter(|kind| **kind == "message").count()), (36, 34));
    assert!(kinds.contains(&"deleted") && kinds.contains(&"event"));
}

#[test]
fn a_query_and_times_choose_what_is_exported_and_remarks_are_told() {
    let desk = Desk::with_messages();
    let count = |arguments: &[&str]| desk.run(&[&["export", "--format", "jsonl"], arguments].concat()).expect(0).out.lines().count();
    assert_eq!(count(&["--query", "deploy from:alice"]), 30);
    assert_eq!(count(&["--query", "deploy", "--conversation", "bob"]), 0);
    assert_eq!(count(&["--since", "1700003600", "--until", "1700007200"]), 2);
    assert_eq!(count(&["--query", "-deploy"]), 3);
    let told = desk.run(&["export", "--query", "from:"]).expect(0);
    assert_eq!(told.err, desk.run(&["search", "from:"]).expect(0).err, "a query is remarked on as in a search");
}

#[test]
fn a_form_goes_where_it_can_and_replaces_only_when_told_to() {
    let desk = Desk::with_messages();
    let refused = desk.run(&["export", "--format", "html"]).expect(2);
    assert!(refused.err.contains("name the folder with -o"), "{refused:#?}");
    let told = desk.run(&["export", "--format", "html", "-o", "site"]).expect(0);
    assert_eq!(told.out, "33 messages written to site\n");
    assert!(fs::read_to_string(desk.path("site/index.html")).unwrap().contains("2 conversations"));
    let refused = desk.run(&["export", "--format", "html", "-o", "site"]).expect(1);
    assert!(refused.err.contains("site is there already") && refused.err.contains("--force"), "{refused:#?}");
    desk.run(&["export", "--format", "html", "-o", "site", "--force"]).expect(0);
    let refused = desk.run(&["export", "-o", "store", "--force"]).expect(1);
    assert!(refused.err.contains("was not made by an export") && desk.path("store").exists(), "{refused:#?}");
    desk.run(&["export", "-o", "lines/"]).expect(0);
    assert_eq!(fs::read_to_string(desk.path("lines/messages.jsonl")).unwrap(), desk.run(&["export"]).expect(0).out);
    assert!(desk.run(&["export", "--format", "markdown", "--conversation", "bob"]).expect(0).out.starts_with("# bob\n"));
    desk.run(&["export", "--format", "markdown"]).expect(2);
    desk.run(&["export", "--format", "markdown", "-o", "text"]).expect(0);
    assert!(desk.path("text/0001-ops.md").exists() && desk.path("text/index.md").exists());
    desk.run(&["export", "--format", "csv", "--bom", "-o", "table.csv"]).expect(0);
    assert!(fs::read(desk.path("table.csv")).unwrap().starts_with(b"\xef\xbb\xbfid,conversation,"));
    assert_eq!(desk.run(&["export", "--format", "mbox"]).expect(0).out.lines().filter(|line| line.starts_with("From ")).count(), 33);
    desk.run(&["export", "--format", "pdf"]).expect(2);
}
