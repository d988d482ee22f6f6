use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::formats::importers::trial::{Tried, read, read_in};
use crate::model::{Edited, Forwarded, Happening, Message, Reaction, Status, Thread};

fn said(id: i64, from: &str, text: Value) -> Value {
    json!({"id": id, "type": "message", "date": "2024-01-15T10:30:00", "date_unixtime": (1_705_315_800 + id).to_string(), "from": from,
        "from_id": format!("user{}", from.len()), "text": text, "text_entities": []})
}

fn happened(id: i64, action: &str, keys: Value) -> Value {
    let mut event = json!({"id": id, "type": "service", "date_unixtime": (1_705_315_800 + id).to_string(), "actor": "Ann", "actor_id": "user3",
        "action": action, "text": ""});
    event.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    event
}

fn chat(messages: &[Value]) -> String {
    serde_json::to_string_pretty(&json!({"name": "Birds", "type": "private_supergroup", "id": 77, "messages": messages})).unwrap()
}

fn read_chat(messages: &[Value]) -> Tried {
    let tried = read(&[("result.json", chat(messages).as_bytes())]);
    assert!(tried.unread.is_empty() && tried.faults.is_empty(), "{:?} {:?}", tried.unread, tried.faults);
    tried
}

fn elements(message: &Message) -> Value {
    serde_json::from_str(message.body.elements_json()).unwrap()
}

fn reply(message: &Message) -> Option<String> {
    message.answered_id().map(|id| id.to_string())
}

#[test]
fn a_chat_is_known_by_its_number_and_its_messages_by_theirs() {
    let tried = read_chat(&[said(1, "Ann", json!("hello \n there")), said(-999_999_998, "Bob D", json!("hi"))]);
    assert_eq!(tried.lines(), ["user3: hello \n there", "user5: hi"]);
    assert_eq!(tried.ids(), ["telegram:77:1", "telegram:77:-999999998"]);
    assert_eq!(tried.times()[0], "2024-01-15T10:50:01Z");
    assert_eq!(tried.messages[1].sender_name(), "Bob D");
    let (id, about) = &tried.abouts[0];
    assert_eq!((id.as_str(), about.name.as_str(), about.kind.as_str()), ("group:telegram:77", "Birds", "private_supergroup"));
    assert_eq!(tried.abouts.len(), 1);
}

#[test]
fn all_chats_of_an_account_are_read_and_what_it_said_is_its_own() {
    let messages = |from: &str| vec![said(1, from, json!("x"))];
    let all = json!({"about": "Here is the data you requested.", "personal_information": {"user_id": 3, "first_name": "Ann"},
        "contacts": {"list": [{"first_name": "Bob"}]},
        "chats": {"about": "all", "list": [
            {"name": null, "type": "personal_chat", "id": 5, "messages": messages("Bob D")},
            {"type": "saved_messages", "id": 3, "messages": messages("Ann")},
            {"name": "Empty", "type": "bot_chat", "id": 6, "messages": []}]},
        "left_chats": {"about": "left", "list": [{"name": "Old", "type": "public_channel", "id": 9, "messages": messages("Ann")}]}});
    let tried = read(&[("result.json", all.to_string().as_bytes())]);
    assert_eq!(tried.ids(), ["telegram:5:1", "telegram:3:1", "telegram:9:1"]);
    assert_eq!(tried.messages.iter().map(|message| message.is_from_self).collect::<Vec<_>>(), [Some(false), Some(true), Some(true)]);
    let names: Vec<_> = tried.abouts.iter().map(|(id, about)| (id.as_str(), about.name.as_str())).collect();
    assert_eq!(names, [("group:telegram:5", ""), ("group:telegram:3", "Saved Messages"), ("group:telegram:9", "Old")]);
}

#[test]
fn what_describes_a_chat_may_stand_behind_its_messages() {
    let one = |id: u64, name: &str| {
        format!(r#"{{"messages":[{}],"type":"private_group","name":"{name}","id":{id}}}"#, said(1, "Ann", json!("x")))
    };
    let tried = read(&[("one.json", one(1, "A").as_bytes())]);
    assert_eq!((tried.ids(), tried.abouts.len()), (vec!["telegram:1:1".to_owned()], 1));
    let all = format!(r#"{{"about":"","chats":{{"list":[{},{}]}}}}"#, one(1, "A"), one(2, "B"));
    let tried = read(&[("all.json", all.as_bytes())]);
    assert_eq!(tried.ids(), ["telegram:1:1", "telegram:2:1"]);
    assert_eq!(tried.abouts.iter().map(|(_, about)| about.name.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    let late = format!(r#"{{"id":1,"messages":[{}],"name":"Late","type":"private_group"}}"#, said(1, "Ann", json!("x")));
    assert_eq!(read(&[("late.json", late.as_bytes())]).abouts.last().unwrap().1.name, "Late");
    let none = format!(r#"{{"messages":[{}]}}"#, said(1, "Ann", json!("x")));
    let tried = read(&[("birds.json", none.as_bytes())]);
    assert_eq!((tried.ids()[0].as_str(), tried.inferred[0].what), ("telegram:birds:1", "conversation"));
}

#[test]
fn texts_in_pieces_are_one_text_with_the_addresses_of_links() {
    let pieces = json!(["See ", {"type": "text_link", "text": "this", "href": "https://a.example/x"}, " or ",
        {"type": "link", "text": "https://b.example"}, {"type": "text_link", "text": "https://c.example", "href": "https://c.example/"},
        {"type": "bold", "text": " now"}, {"type": "mention_name", "text": "Bob", "user_id": 5}, {"type": "custom_emoji", "text": "🐦"}, 7, null]);
    let mut entities = said(2, "Ann", json!(""));
    entities["text_entities"] = json!([{"type": "plain", "text": "only "}, {"type": "code", "text": "here"}]);
    let tried = read_chat(&[said(1, "Ann", pieces), entities]);
    let expected = "See this (https://a.example/x) or https://b.examplehttps://c.example nowBob🐦7";
    assert_eq!(tried.messages[0].texts(), [expected]);
    assert!(tried.messages[0].body.as_json().contains(r#""message_group_at_user_array":["user5"]"#));
    assert_eq!(tried.messages[1].texts(), ["only here"]);
}

#[test]
fn what_is_no_json_is_read_all_the_same_and_the_report_says_so() {
    let json =
        chat(&[said(1, "Ann", json!("a TAB b")), said(2, "Bob", json!([{"type": "custom_emoji", "text": "🐦", "document_id": "DOC"}]))]);
    let broken = json.replace("TAB", "\\x1B").replace("\"DOC\"", "stickers/a (1).webp");
    let tried = read(&[("result.json", broken.as_bytes())]);
    assert_eq!(tried.messages.iter().flat_map(Message::texts).collect::<Vec<_>>(), ["a \u{1b} b", "🐦"]);
    assert_eq!((tried.inferred[0].what, tried.inferred[0].value.as_str()), ("JSON", "2 records mended"));
    assert!(tried.messages[0].body.as_json().contains(r#"a \\x1B b"#), "the record stays as it was: {}", tried.messages[0].body.as_json());
}

#[test]
fn a_record_that_nothing_can_mend_costs_itself_alone() {
    let json = chat(&[
        said(1, "Ann", json!("a")),
        json!({"id": 2, "type": "BROKEN"}),
        json!({"id": 3, "type": "message"}),
        said(4, "Ann", json!("b")),
    ]);
    let broken = read(&[("result.json", json.replace("\"BROKEN\"", "\"x\" : [").as_bytes())]);
    assert_eq!(broken.messages[0].texts(), ["a"], "what stands before the damage");
    let tried = read(&[("result.json", json.as_bytes())]);
    assert_eq!(tried.messages.len(), 2);
    assert_eq!(tried.faults, ["result.json:16: it has no time", "result.json:20: it has no time"]);
}

#[test]
fn times_without_a_zone_are_read_in_the_one_that_is_told() {
    let old = json!({"id": 1, "type": "message", "date": "2019-07-05T16:55:32", "from": "Ann", "from_id": 4_821, "text": "old"});
    let other = json!({"id": 2, "type": "message", "date": "2017-01-01T06:20:09.248Z", "from": "Ann", "from_id": 4_821, "text": "other"});
    let json = chat(&[old.clone(), other.clone()]);
    let tried = read_in(TimeZone::get("Europe/Berlin").unwrap(), None, &[("result.json", json.as_bytes())]);
    assert_eq!(tried.times(), ["2019-07-05T14:55:32Z", "2017-01-01T06:20:09Z"]);
    assert_eq!(tried.lines()[0], "user4821: old");
    assert_eq!(
        tried.inferred.iter().map(|inferred| (inferred.what, inferred.value.as_str())).collect::<Vec<_>>(),
        [("timezone", "Europe/Berlin")]
    );
    assert!(read_chat(&[other]).inferred.is_empty(), "a time that names its zone needs none");
}

#[test]
fn answers_forwards_edits_and_reactions_have_their_places() {
    let mut answer = said(2, "Ann", json!("yes"));
    answer["reply_to_message_id"] = json!(1);
    answer["edited_unixtime"] = json!("1705319999");
    answer["reactions"] = json!([
        {"type": "emoji", "count": 3, "emoji": "👍", "recent": [{"from": "Bob", "from_id": "user5", "date": "2024-01-15T10:30:00"}]},
        {"type": "custom_emoji", "count": 1, "document_id": "(File not included. Change data exporting settings to download.)"},
        {"type": "paid", "count": 2}]);
    let mut elsewhere = said(3, "Ann", json!("there"));
    elsewhere["reply_to_message_id"] = json!(8);
    elsewhere["reply_to_peer_id"] = json!("channel99");
    let mut forward = said(4, "Ann", json!("news"));
    forward["forwarded_from"] = json!("Carl");
    forward["saved_from"] = json!("Daily");
    let mut gone = said(5, "Ann", json!("gone"));
    gone["forwarded_from"] = Value::Null;
    let tried = read_chat(&[answer, elsewhere, forward, gone]);
    let [answer, elsewhere, forward, gone] = &tried.messages[..] else { panic!() };
    assert_eq!((reply(answer).as_deref(), reply(elsewhere).as_deref()), (Some("telegram:77:1"), Some("telegram:99:8")));
    assert_eq!(answer.body.context::<Edited>().unwrap().time, 1_705_319_999);
    let reactions: Vec<Reaction> = answer.body.context().unwrap();
    let shown: Vec<_> = reactions.iter().map(|reaction| (reaction.emoji.as_str(), reaction.count, reaction.users.len())).collect();
    assert_eq!(shown, [("👍", 3, 1), ("custom_emoji", 1, 0), ("⭐", 2, 0)]);
    let from: Forwarded = forward.body.context().unwrap();
    assert_eq!((from.from.unwrap().shown(), from.conversation.as_str()), ("Carl", "Daily"));
    assert_eq!(gone.body.context::<Forwarded>(), Some(Forwarded::default()), "of an account that is gone");
    assert_eq!(elsewhere.body.context::<Forwarded>(), None);
}

#[test]
fn answers_in_a_forum_are_in_the_topic_of_what_they_answer() {
    let answering = |id, to: i64| {
        let mut message = said(id, "Ann", json!("x"));
        message["reply_to_message_id"] = json!(to);
        message
    };
    let tried = read_chat(&[happened(2, "topic_created", json!({"title": "Nests"})), answering(3, 2), answering(4, 3), answering(5, 1)]);
    let threads: Vec<_> =
        tried.messages.iter().map(|message| message.body.context::<Thread>().map(|thread| thread.id + " " + &thread.name)).collect();
    let nests = Some("telegram:77:2 Nests".to_owned());
    assert_eq!(threads, [nests.clone(), nests.clone(), nests, None]);
    let answered: Vec<_> = tried.messages.iter().map(reply).collect();
    assert_eq!(
        answered,
        [None, None, Some("telegram:77:3".to_owned()), Some("telegram:77:1".to_owned())],
        "a topic is no message that is answered"
    );
}

#[test]
fn what_happened_reads_as_in_telegrams_own_pages() {
    let cases = [
        (
            "create_group",
            json!({"title": "Birds", "members": ["Ann", "Bob", null]}),
            "Ann created group «Birds» with members Ann, Bob and Deleted Account",
            6,
        ),
        ("invite_members", json!({"members": ["Bob"]}), "Ann invited Bob", 1),
        ("remove_members", json!({"members": ["Bob"]}), "Ann removed Bob", 3),
        ("remove_members", json!({"members": ["Ann"]}), "Ann removed Ann", 2),
        ("join_group_by_link", json!({"inviter": null}), "Ann joined group by link from Deleted Account", 1),
        ("pin_message", json!({"message_id": 1}), "Ann pinned this message", 6),
        ("phone_call", json!({"duration_seconds": 56, "discard_reason": "hangup"}), "Ann: call (56 seconds)", 0),
        ("phone_call", json!({"discard_reason": "missed"}), "Ann: missed call", 0),
        ("set_messages_ttl", json!({"period": 604_800}), "Ann has set messages to auto-delete in 7 days", 6),
        ("send_payment", json!({"amount": 1_234, "currency": "EUR"}), "You have successfully transferred 12.34 EUR for this invoice", 0),
        ("proximity_reached", json!({"from": "Ann", "to": "Bob", "distance": 1_230}), "Ann is now within 1.23 km from Bob", 0),
        ("send_ton_gift", json!({"cost": "€5", "amount_whole": 1, "amount_nano": 500_000_000}), "Ann sent you a gift for €5: 1.5 TON.", 0),
        (
            "todo_completions",
            json!({"completed": [1, 2], "incompleted": [3]}),
            "Ann marked 1 and 2 as done and 3 as not done yet in this todo list.",
            0,
        ),
        ("something_new", json!({}), "Ann: something new", 0),
    ];
    for (action, keys, sentence, tip) in cases {
        let tried = read_chat(&[happened(1, action, keys)]);
        let event: Happening = tried.messages[0].body.context().unwrap();
        assert_eq!((event.kind.as_str(), event.text.as_str()), (action, sentence));
        assert_eq!(elements(&tried.messages[0])[0]["group_tips_elem_tip_type"].as_u64().unwrap_or_default(), tip, "{action}");
    }
    let own = json!({"id": 1, "type": "service", "date_unixtime": "5000000", "information_text": "It is so"});
    assert_eq!(read_chat(&[own]).messages[0].body.context::<Happening>().unwrap().text, "It is so");
}

#[test]
fn a_key_that_telegram_writes_twice_does_not_cost_the_record() {
    let json = chat(&[happened(1, "send_webview_data", json!({"BUTTON": "Order"}))]).replace("BUTTON", "text");
    let tried = read(&[("result.json", json.as_bytes())]);
    let expected = "You have just successfully transferred data from the «Order» button to the bot";
    assert_eq!(tried.lines(), [format!("user3: ({expected})")]);
}

#[test]
fn files_beside_the_export_are_found_and_absent_ones_keep_what_is_known() {
    let mut photo = said(1, "Ann", json!("look"));
    photo["photo"] = json!("photos/photo_1.jpg");
    photo["width"] = json!(10);
    photo["height"] = json!(20);
    let mut video = said(2, "Ann", json!(""));
    video["file"] = json!("(Arquivo não incluído. Altere as configurações.)");
    video["thumbnail"] = json!("video_files/thumb.jpg");
    video["media_type"] = json!("video_file");
    video["mime_type"] = json!("video/mp4");
    video["file_name"] = json!("nest.mp4");
    video["file_size"] = json!(99);
    video["duration_seconds"] = json!("7");
    let mut sticker = said(3, "Ann", json!(""));
    sticker["file"] = json!("(File not included. Change data exporting settings to download.)");
    sticker["media_type"] = json!("sticker");
    sticker["sticker_emoji"] = json!("🐦");
    let mut outside = said(4, "Ann", json!(""));
    outside["file"] = json!("../../etc/passwd");
    let json = chat(&[photo, video, sticker, outside]);
    let tried = read(&[("x/result.json", json.as_bytes()), ("x/photos/photo_1.jpg", b"jpg"), ("x/video_files/thumb.jpg", b"th")]);
    let hash = "0".repeat(64);
    let first = json!([{"elem_type": 1, "image_elem_orig_pic_size": 3, "image_elem_orig_pic_width": 10, "image_elem_orig_pic_height": 20,
        "mynah_file_name": "photo_1.jpg", "mynah_file_hash": hash}, {"elem_type": 0, "text_elem_content": "look"}]);
    assert_eq!(elements(&tried.messages[0]), first);
    let second = json!([{"elem_type": 9, "video_elem_video_size": 99, "video_elem_video_duration": 7, "mynah_file_name": "nest.mp4",
        "mynah_file_type": "video/mp4", "mynah_file_place": "(Arquivo não incluído. Altere as configurações.)"},
        {"elem_type": 1, "image_elem_orig_pic_size": 2, "mynah_file_name": "thumb.jpg", "mynah_file_hash": hash}]);
    assert_eq!(elements(&tried.messages[1]), second);
    assert_eq!(elements(&tried.messages[2])[0]["face_elem_buf"], "🐦");
    assert_eq!(elements(&tried.messages[3])[0]["mynah_file_place"], "../../etc/passwd");
}

#[test]
fn places_polls_contacts_and_other_things_read_as_texts() {
    let with = |id, keys: Value| {
        let mut message = said(id, "Ann", json!(""));
        message.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        message
    };
    let place = json!({"location_information": {"latitude": 1.5, "longitude": "-2"}, "place_name": "Nest", "address": "Oak 5"});
    let poll = json!({"poll": {"question": ["Which ", {"type": "bold", "text": "bird"}], "closed": false, "total_voters": 3,
        "answers": [{"text": "Owl", "voters": 2, "chosen": true}, {"text": [{"type": "plain", "text": "Jay"}], "voters": 1}]}});
    let contact = json!({"contact_information": {"first_name": "Bob", "last_name": "", "phone_number": "+1 2"}});
    let invoice = json!({"invoice_information": "{\n \"title\": \"Seed\",\n \"amount\": 250,\n \"currency\": \"USD\"\n}"});
    let tried =
        read_chat(&[with(1, place), with(2, poll), with(3, contact), with(4, invoice), with(5, json!({"location_information": null}))]);
    let first = |at: usize| elements(&tried.messages[at])[0].clone();
    assert_eq!(
        first(0),
        json!({"elem_type": 7, "location_elem_desc": "Nest, Oak 5", "location_elem_latitude": 1.5, "location_elem_longitude": -2.0})
    );
    let texts: Vec<_> = (1..4).map(|at| (first(at)["custom_elem_ext"].clone(), first(at)["custom_elem_desc"].clone())).collect();
    let expected = [("poll", "Which bird\n- Owl (2)\n- Jay (1)"), ("contact", "Bob +1 2"), ("invoice", "Seed\n2.50 USD")];
    assert_eq!(texts, expected.map(|(kind, text)| (json!(kind), json!(text))));
    assert_eq!(elements(&tried.messages[4]), json!([]));
}

#[test]
fn a_message_that_telegram_did_not_know_has_the_time_of_the_one_before() {
    let tried = read_chat(&[said(1, "Ann", json!("x")), json!({"id": 2, "type": "unsupported"})]);
    assert_eq!(tried.messages[1].server_time, tried.messages[0].server_time);
    assert!(tried.messages[1].texts()[0].starts_with("This message is not supported"));
    assert_ne!(tried.messages[1].status, Some(Status::Recalled));
}

#[test]
fn half_of_an_export_gives_the_same_ids_as_the_whole_and_a_cut_one_what_is_there() {
    let messages: Vec<_> = (1..9).map(|id| said(id, "Ann", json!("ok"))).collect();
    let (half, whole) = (read_chat(&messages[..4]), read_chat(&messages));
    assert_eq!(half.ids(), whole.ids()[..4]);
    let json = chat(&messages);
    let tried = read(&[("result.json", &json.as_bytes()[..json.len() - 200])]);
    assert_eq!((tried.ids(), tried.unread.len()), (whole.ids()[..7].to_vec(), 1));
}

#[test]
fn files_of_other_formats_are_not_taken() {
    for other in [
        r#"[{"message_msg_id":"1"}]"#,
        r#"{"guild":{},"channel":{},"messages":[{"id":"1","timestamp":"2020"}]}"#,
        r#"{"participants":[],"messages":[{"sender_name":"a","timestamp_ms":1}]}"#,
        r#"{"room_name":"x","messages":[{"type":"m.room.message","event_id":"$1"}]}"#,
        r#"{"about":"me","name":"x"}"#,
        r#"{"name":"x","about":"me","contacts":[]}"#,
    ] {
        let tried = read(&[("result.json", other.as_bytes())]);
        assert!(!tried.abouts.iter().any(|(_, about)| about.source == "telegram"), "{other}");
        assert!(tried.ids().iter().all(|id| !id.starts_with("telegram:")), "{other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_anywhere_never_stops_the_reader(at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 0..6), cut in 0..9_usize) {
        let mut poll = said(2, "Ann", json!(["a", {"type": "link", "text": "b"}]));
        poll["poll"] = json!({"question": "q", "answers": [{"text": "x"}]});
        let mut json = chat(&[said(1, "Ann", json!("x")), poll, happened(3, "invite_members", json!({"members": ["Bob"]}))]).into_bytes();
        let at = at.index(json.len());
        json.splice(at..(at + cut).min(json.len()), bytes);
        read_in(TimeZone::UTC, Some("telegram"), &[("result.json", &json)]);
    }
}

#[test]
fn a_file_that_was_sent_is_no_export() {
    let chat = r#"{"name":"Ann","type":"personal_chat","id":7,"messages":[]}"#.as_bytes();
    let all = r#"{"chats":{"list":[]}}"#.as_bytes();
    let log = b"[2020-01-01 10:00:00] <ann> hello\n[2020-01-01 10:00:01] <bob> hi\n";
    let paths = ["files/chat.log", "a/files/chat.log", "b/chats/chat_1/files/chat.log"];
    let sent: Vec<(&str, &[u8])> = paths.iter().map(|path| (*path, log.as_slice())).collect();
    assert_eq!(read(&sent).messages.len(), 6);
    let beside = [&sent[..], &[("result.json", chat), ("a/result.json", chat), ("b/result.json", all)]].concat();
    assert_eq!(read(&beside).messages.len(), 0);
}
