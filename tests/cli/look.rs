//! Looking: history, single messages, the list of conversations.

use serde_json::json;

use super::Desk;
use crate::schemas::{accepts, schema};

#[test]
fn history_pages_in_both_directions() {
    let desk = Desk::with_messages();
    let all = desk.run(&["history", "ops", "--limit", "100", "--oldest-first", "--json"]).expect(0);
    let ids = all.ids();
    assert_eq!(ids.len(), 30);
    all.json().iter().for_each(|message| accepts(&schema("message"), message));
    let page = |arguments: &[&str]| desk.run(&[&["history", "group:ops", "--json", "--limit", "3"], arguments].concat()).expect(0).ids();
    let newest_first = |ids: &[String]| ids.iter().rev().cloned().collect::<Vec<_>>();

    assert_eq!(page(&[]), newest_first(&ids[27..]));
    assert_eq!(page(&["--oldest-first"]), ids[..3]);
    assert_eq!(page(&["--before", &ids[10]]), newest_first(&ids[7..10]));
    assert_eq!(page(&["--before", &ids[10], "--oldest-first"]), ids[7..10]);
    assert_eq!(page(&["--after", &ids[10]]), newest_first(&ids[11..14]));
    assert_eq!(page(&["--after", &ids[10], "--oldest-first"]), ids[11..14]);
    assert_eq!(page(&["--from", "1700007200", "--for", "2h", "--oldest-first"]), ids[1..3]);
    assert_eq!(page(&["--types", "image,file"]), [""; 0]);
    let other = desk.run(&["history", "bob", "--before", &ids[0]]).expect(1);
    assert!(other.err.contains("is not of this conversation but of group:ops"), "{other:#?}");

    let shown = desk.run(&["history", "ops", "--limit", "1"]).expect(0);
    assert_eq!(shown.out, format!("2023-11-16 04:13:20  alice  {}\n    deploy number 30\n", ids[29]));
}

#[test]
fn messages_are_found_by_id_and_by_locator() {
    let desk = Desk::with_messages();
    let message = desk.run(&["history", "bob", "--limit", "1", "--json"]).expect(0).last();
    let id = message["message_msg_id"].as_str().unwrap();
    let found = desk.run(&["find", "nobody-1-1", id, "--json"]).expect(0);
    assert_eq!(found.last(), message);
    assert!(found.err.contains("no message has the id nobody-1-1"), "{found:#?}");

    let number = |key: &str| message[key].to_string();
    let (time, seq, rand) = (number("message_server_time"), number("message_seq"), number("message_rand"));
    let locate = ["locate", "c2c:bob", "--time", &time, "--seq", &seq, "--rand", &rand, "--json"];
    assert_eq!(desk.run(&locate).expect(0).json(), [message]);
    assert_eq!(desk.run(&[&locate[..], &["--self"]].concat()).expect(0).out, "", "the direction has to match");
}

#[test]
fn conversations_are_listed_and_marked_as_read() {
    let desk = Desk::with_messages();
    let listed = desk.run(&["conversations", "--json"]).expect(0);
    let names: Vec<_> = listed.json().iter().map(|listed| (listed["conversation"].clone(), listed["unread"].clone())).collect();
    assert_eq!(names, [(json!("c2c:bob"), json!(2)), (json!("group:ops"), json!(0))]);
    listed.json().iter().for_each(|listed| accepts(&schema("conversation"), listed));
    assert!(desk.run(&["conversations"]).expect(0).out.contains("c2c:bob  3 messages  2 unread\n"));

    assert_eq!(desk.run(&["read", "bob", "--json"]).expect(0).json(), [json!({"read": 2})]);
    assert_eq!(desk.run(&["read", "--all"]).expect(0).out, "0 messages marked as read\n");
    desk.run(&["read"]).expect(2);
    desk.run(&["read", "bob", "--all"]).expect(2);
}
