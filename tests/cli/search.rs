//! Searching: hits, conditions, counts, explanations.

use std::fs;

use serde_json::json;

use super::Desk;
use crate::schemas::{accepts, schema};

#[test]
fn a_search_gives_its_hits_and_then_the_summary() {
    let desk = Desk::with_messages();
    let ran = desk.run(&["search", "über", "--json"]).expect(0);
    let (hits, summary) = (schema("hit"), schema("search-summary"));
    let lines = ran.json();
    assert_eq!(lines.len(), 4);
    lines[..3].iter().for_each(|hit| accepts(&hits, hit));
    accepts(&summary, &lines[3]);
    assert_eq!(lines[3], json!({"total": 3, "complete": true, "next": null}));
    assert_eq!((&lines[0]["snippet"], &lines[0]["highlights"]), (&json!("hello über-welt 😀"), &json!([[6, 10]])));

    let first = desk.run(&["search", "deploy", "--limit", "20", "--json"]).expect(0);
    let next = first.last()["next"].as_str().unwrap().to_owned();
    let second = desk.run(&["search", "deploy", "--limit", "20", "--cursor", &next, "--json"]).expect(0);
    let oldest_first = desk.run(&["search", "deploy", "--limit", "30", "--sort", "oldest", "--json"]).expect(0).ids();
    let both: Vec<_> = first.ids().into_iter().chain(second.ids()).rev().collect();
    assert_eq!((both.len(), &both), (30, &oldest_first));
    assert_eq!((first.last()["total"].clone(), second.last()), (json!(30), json!({"total": 30, "complete": true, "next": null})));
    desk.run(&["search", "deploy", "--cursor", "-nonsense"]).expect(2);
}

#[test]
fn a_search_finds_by_words_parts_people_places_times_and_types() {
    let desk = Desk::with_messages();
    let count = |arguments: &[&str]| {
        let summary = desk.run(&[&["search", "--count", "--json"], arguments].concat()).expect(0);
        assert_eq!(summary.json().len(), 1, "{summary:#?}");
        let total = summary.last()["total"].as_u64().unwrap();
        assert_eq!(desk.run(&[&["search", "--count"], arguments].concat()).expect(0).out, format!("{total}\n"));
        total
    };
    assert_eq!(count(&["deploy"]), 30);
    assert_eq!(count(&["deploy", "-7"]), 29);
    assert_eq!(count(&["deploy OR hello"]), 33);
    assert_eq!(count(&["hello", "7", "--any"]), 4);
    assert_eq!(count(&["eploy"]), 0);
    assert_eq!(count(&["--contains", "EPLOY"]), 30);
    assert_eq!(count(&["--contains", "eploy", "r 7"]), 1);
    assert_eq!(count(&["--contains", "r 7", "r-w", "--any"]), 4);
    assert_eq!(count(&["--contains", "-w"]), 3);
    assert_eq!(count(&["--contains", "--", "--w"]), 0);
    assert_eq!(count(&["--from", "me"]), 1);
    assert_eq!(count(&["--from", "me", "--from", "alice"]), 31);
    assert_eq!(count(&["--in", "bob", "--type", "text"]), 3);
    assert_eq!(count(&["--in", "c2c:bob", "--type", "image,file"]), 0);
    assert_eq!(count(&["--in", "group:unknown", "deploy"]), 0);
    assert_eq!(count(&["deploy", "--since", "2023-11-16"]), 5);
    assert_eq!(count(&["deploy", "--until", "2023-11-15"]), 25);
    assert_eq!(count(&["is:unread"]), 2);
}

#[test]
fn a_search_counts_by_conversation_by_facets_and_over_time() {
    let desk = Desk::with_messages();
    let all = ["search", "deploy OR hello", "--group", "--facets", "--timeline", "month"];
    let counted = desk.run(&[&all[..], &["--json"]].concat()).expect(0);
    let expected = json!({
        "total": 33, "complete": true, "next": null,
        "conversations": {"c2c:bob": 3, "group:ops": 30},
        "facets": {"conversations": {"group:ops": 30, "c2c:bob": 3}, "senders": {"alice": 30, "bob": 2, "me": 1}, "types": {"text": 33}},
        "timeline": {"1698796800": 30, "1709251200": 3},
    });
    assert_eq!((counted.json().len(), counted.last()), (1, expected.clone()));
    accepts(&schema("search-summary"), &expected);
    let shown = desk.run(&all).expect(0).out;
    assert!(shown.contains("        30  group:ops\n") && shown.contains("2023-11\t30\n2024-03\t3\n"), "{shown}");
    let with_hits = desk.run(&[&all[..], &["--limit", "2", "--json"]].concat()).expect(0);
    assert_eq!((with_hits.json().len(), with_hits.last()["next"].is_string()), (3, true));
}

#[test]
fn a_search_says_how_it_was_understood() {
    let desk = Desk::with_messages();
    let explanation = "messages with the word \"deploy\", without the word \"draft\", in bob, from alice";
    let shown = desk.run(&["search", "deploy", "-draft", "in:bob", "--from", "alice", "--explain"]).expect(0);
    assert_eq!(shown.out.lines().next().unwrap(), explanation);
    let json = desk.run(&["search", "deploy -draft in:bob from:alice", "--explain", "--json"]).expect(0);
    assert_eq!(json.last()["explanation"], explanation);
    let noted = desk.run(&["search", "deploy", "before:lunch", "--json"]).expect(0);
    assert!(noted.err.contains("note: before: takes a time"), "{noted:#?}");
}

#[test]
fn a_search_of_an_index_that_is_behind_says_so_and_the_next_command_that_writes_mends_it() {
    let desk = Desk::with_messages();
    let index = desk.path("store/index");
    mynah::Archive::open(desk.path("store")).unwrap().journal_reader("keeps the journal whole").unwrap();
    crate::damage::copy(&index, &desk.path("before"));
    desk.run(&["edit", &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0], "changed"]).expect(0);
    fs::remove_dir_all(&index).unwrap();
    crate::damage::copy(&desk.path("before"), &index);
    let ran = desk.run(&["search", "changed", "--count"]).expect(0);
    assert!(ran.err.contains("the index is behind") && !ran.err.contains("reindex"), "{ran:#?}");
    assert!(desk.run(&["stats"]).expect(0).out.contains("1 change behind"));
    desk.run(&["read", "bob"]).expect(0);
    let ran = desk.run(&["search", "changed", "--count"]).expect(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("1\n", ""));
}

#[test]
fn a_search_without_its_index_says_that_it_is_incomplete_and_reindex_mends_it() {
    let desk = Desk::with_messages();
    fs::remove_dir_all(desk.path("store/index")).unwrap();
    let ran = desk.run(&["search", "deploy", "--json"]).expect(0);
    assert_eq!(ran.last()["complete"], false);
    assert!(ran.err.contains("not complete") && ran.err.contains("mynah reindex"), "{ran:#?}");
    assert_eq!(desk.run(&["history", "ops", "--json", "--limit", "100"]).expect(0).ids().len(), 30);
    desk.run(&["reindex"]).expect(0);
    assert_eq!(
        desk.run(&["search", "deploy", "--count", "--json"]).expect(0).json(),
        [json!({"total": 30, "complete": true, "next": null})]
    );
}
