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

#[test]
fn a_conversation_is_named_by_what_people_see_and_a_name_of_several_is_asked_back() {
    let desk = Desk::with_messages();
    let named = |name: &str| mynah::model::About { name: name.to_owned(), ..mynah::model::About::default() };
    let describe = |id: &str, name: &str| {
        let archive = mynah::Archive::open(desk.path("store")).unwrap();
        archive.describe(&id.parse().unwrap(), named(name)).unwrap();
    };
    describe("group:ops", "Operations");
    let by_id = desk.run(&["history", "group:ops", "--json"]).expect(0).ids();
    assert_eq!(desk.run(&["history", "Operations", "--json"]).expect(0).ids(), by_id);
    assert_eq!(desk.run(&["search", "in:Operations", "--limit", "20", "--json"]).expect(0).ids(), by_id);
    let listed = desk.run(&["conversations", "--json"]).expect(0);
    listed.json().iter().for_each(|listed| accepts(&schema("conversation"), listed));
    assert_eq!(listed.json()[1]["about"], json!({"name": "Operations"}));
    describe("c2c:bob", "Operations");
    let refused = desk.run(&["history", "Operations"]).expect(2);
    assert!(refused.err.contains("Operations may be group:ops or c2c:bob"), "{refused:#?}");
}

#[test]
fn what_imported_messages_say_of_themselves_is_shown_and_found() {
    let desk = Desk::with_messages();
    let ann = json!({"user_profile_identifier": "U1", "user_profile_nick_name": "Ann Müller"});
    let common = json!({"message_conv_id": "slack:C1", "message_conv_type": 2, "message_sender": "U1", "message_sender_profile": ann});
    let line = |id: &str, time: u64, keys: serde_json::Value| {
        let mut message = common.clone();
        let given = json!({"message_msg_id": id, "message_server_time": time, "message_client_time": time});
        for (key, value) in given.as_object().unwrap().iter().chain(keys.as_object().unwrap()) {
            message[key] = value.clone();
        }
        format!("{message}\n")
    };
    let text = |text: &str| json!([{"elem_type": 0, "text_elem_content": text}]);
    let reply = json!({"messageReply": {"messageID": "slack:C1:1", "messageAbstract": "lunch?", "messageSender": "Ann"}}).to_string();
    let lines = [
        line("slack:C1:1", 1_600_000_000, json!({"message_elem_array": text("lunch?")})),
        line(
            "slack:C1:2",
            1_600_000_060,
            json!({"message_elem_array": [{"elem_type": 1, "mynah_file_name": "menu.png"}], "message_cloud_custom_str": reply,
                "mynah_thread": {"id": "slack:C1:1", "name": "Food"}, "mynah_reactions": [{"emoji": "👍", "count": 3}], "mynah_edited": {"time": 1_600_000_070}}),
        ),
        line(
            "slack:C1:3",
            1_600_000_120,
            json!({"message_elem_array": [{"elem_type": 5}], "mynah_event": {"type": "join", "text": "Ann joined the channel"}}),
        ),
    ];
    std::fs::write(desk.path("slack.jsonl"), lines.concat()).unwrap();
    desk.run(&["import", "slack.jsonl"]).expect(0);
    let archive = mynah::Archive::open(desk.path("store")).unwrap();
    let about = mynah::model::About { name: "food".to_owned(), ..mynah::model::About::default() };
    archive.describe(&"group:slack:C1".parse().unwrap(), about).unwrap();
    drop(archive);

    let shown = desk.run(&["history", "food", "--oldest-first"]).expect(0).out;
    assert_eq!(
        shown,
        "2020-09-13 12:26:40  Ann Müller  slack:C1:1\n    lunch?\n\
         2020-09-13 12:27:40  Ann Müller  slack:C1:2\n    > Ann: lunch?\n    [image: menu.png]\n    👍 3  edited  thread Food\n\
         2020-09-13 12:28:40  Ann Müller  slack:C1:3\n    Ann joined the channel\n"
    );
    assert!(desk.run(&["conversations"]).expect(0).out.contains("group:slack:C1 (food)  3 messages\n"));
    let found = |query: &str| desk.run(&["search", query, "--json"]).expect(0).ids();
    assert_eq!(found("menu"), ["slack:C1:2"]);
    assert_eq!(found("joined"), ["slack:C1:3"]);
    assert_eq!(found("in-thread:food"), ["slack:C1:2", "slack:C1:1"]);
    assert_eq!(found("in-thread:slack:C1:1 -has:thread"), ["slack:C1:1"]);
    assert_eq!(found("has:reaction has:reply has:edit from:\"ann müller\""), ["slack:C1:2"]);
    assert_eq!(found("from:U1").len(), 3);
    assert_eq!(found("sender:\"Ann Müller\""), [""; 0]);
    assert!(desk.run(&["search", "lunch"]).expect(0).out.contains("group:slack:C1 (food)  Ann Müller"));
    accepts(&schema("message"), &desk.run(&["find", "slack:C1:2", "--json"]).expect(0).last());
}
