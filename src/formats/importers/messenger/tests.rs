use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::formats::importers::trial::{Tried, read, read_in};
use crate::model::{Happening, Message, Reaction, Status};

fn said(sender: &str, second: u64, content: &str) -> Value {
    json!({"sender_name": sender, "timestamp_ms": 1_600_000_000_000_u64 + second * 1_000, "content": content, "is_geoblocked_for_viewer": false})
}

fn with(mut message: Value, keys: Value) -> Value {
    message.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    message
}

/// A file of a chat, the newest messages first, as the sources have it: every byte a character.
fn export(messages: &[Value]) -> String {
    let export = json!({"participants": [{"name": "Zoë"}, {"name": "Bob"}], "messages": messages.iter().rev().collect::<Vec<_>>(),
        "title": "Zoë", "is_still_participant": true, "thread_path": "inbox/zoe_12", "magic_words": []});
    broken(&serde_json::to_string_pretty(&export).unwrap())
}

/// As Facebook writes UTF-8.
fn broken(json: &str) -> String {
    json.bytes().map(|byte| if byte.is_ascii() { char::from(byte).to_string() } else { format!("\\u00{byte:02x}") }).collect()
}

fn read_export(messages: &[Value]) -> Tried {
    let tried = read(&[("messages/inbox/zoe_12/message_1.json", export(messages).as_bytes())]);
    assert!(tried.unread.is_empty() && tried.faults.is_empty(), "{:?} {:?}", tried.unread, tried.faults);
    tried
}

fn elements(message: &Message) -> Value {
    serde_json::from_str(message.body.elements_json()).unwrap()
}

#[test]
fn a_chat_comes_in_the_order_of_time_with_its_texts_mended() {
    let tried = read_export(&[said("Zoë", 1, "café 💖"), said("Bob", 2, "  hi\nthere ")]);
    assert_eq!(tried.lines(), ["Zoë: café 💖", "Bob:   hi\nthere "]);
    assert_eq!(tried.times()[0], "2020-09-13T12:26:41Z");
    let (id, about) = &tried.abouts[0];
    assert_eq!((id.as_str(), about.name.as_str(), about.kind.as_str()), ("group:messenger:inbox/zoe_12", "Zoë", "inbox"));
    assert_eq!(about.members.iter().map(|member| member.id.as_str()).collect::<Vec<_>>(), ["Bob", "Zoë"]);
    assert_eq!(tried.inferred.iter().map(|inferred| inferred.what).collect::<Vec<_>>(), ["encoding"]);
    assert!(
        tried.messages[0].body.as_json().contains("\"content\":\"caf\u{c3}\u{a9}")
            || tried.messages[0].body.as_json().contains("caf\\u00c3")
    );
}

#[test]
fn parts_are_read_from_the_oldest_and_a_damaged_one_gives_what_it_has() {
    let part =
        |seconds: std::ops::Range<u64>| export(&seconds.map(|second| said("Bob", second, &format!("m{second}"))).collect::<Vec<_>>());
    let (newest, middle, oldest) = (part(20..22), part(10..12), part(1..3));
    let names = ["message_1.json", "message_2.json", "message_10.json"].map(|name| format!("inbox/zoe_12/{name}"));
    let tried = read(&[(&names[0], newest.as_bytes()), (&names[1], middle.as_bytes()), (&names[2], oldest.as_bytes())]);
    assert_eq!(tried.lines(), ["Bob: m1", "Bob: m2", "Bob: m10", "Bob: m11", "Bob: m20", "Bob: m21"]);
    let end = middle.find("m10").unwrap();
    let tried = read(&[(&names[0], newest.as_bytes()), (&names[1], &middle.as_bytes()[..end]), (&names[2], oldest.as_bytes())]);
    assert_eq!((tried.lines().len(), tried.unread.len()), (5, 1));
}

#[test]
fn a_byte_order_mark_and_keys_in_another_order_change_nothing() {
    let messages = [said("Bob", 1, "x"), said("Bob", 2, "y")];
    let one = format!("\u{feff}{}", export(&messages));
    let other = broken(&format!(r#"{{"thread_path":"inbox/zoe_12","title":"Zoë","participants":[],"messages":{}}}"#, json!(messages)));
    let (one, other) = (read(&[("message_1.json", one.as_bytes())]), read(&[("message_1.json", other.as_bytes())]));
    assert_eq!(one.ids(), other.ids());
}

#[test]
fn equal_messages_of_one_second_stay_two_and_overlapping_exports_agree() {
    let all = [said("Bob", 1, "ok"), said("Bob", 1, "ok"), said("Bob", 1, "no"), said("Bob", 2, "ok")];
    let tried = read_export(&all);
    let ids = tried.ids();
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 4);
    assert_eq!(read_export(&all[..3]).ids(), ids[..3]);
    assert_eq!(read_export(&all[3..]).ids(), ids[3..]);
}

#[test]
fn encrypted_chats_are_read_and_their_texts_left_alone() {
    let message = |sender: &str, second: u64, keys: Value| {
        let base = json!({"isUnsent": false, "media": [], "reactions": [], "senderName": sender, "text": "", "timestamp": 1_600_000_000_000_u64 + second, "type": "text"});
        with(base, keys)
    };
    let media = json!([{"uri": "./media/a.jpeg"}, {"uri": "Failed to download media"}]);
    let messages = [
        message("Bob", 2_000, json!({"text": "Ã© stays"})),
        message(
            "Zoë",
            1_000,
            json!({"media": media, "type": "media",
        "reactions": [{"actor": "Bob", "reaction": "❤"}]}),
        ),
        message("Bob", 3_000, json!({"isUnsent": true})),
    ];
    let json = json!({"participants": ["Zoë", "Bob"], "threadName": "Zoë_40", "messages": messages}).to_string();
    let tried = read(&[("Zoe_40.json", json.as_bytes()), ("media/a.jpeg", b"jpg")]);
    assert_eq!(tried.lines(), ["Zoë: a.jpeg", "Bob: Ã© stays", "Bob: "]);
    assert_eq!((tried.abouts[0].0.as_str(), tried.abouts[0].1.name.as_str()), ("group:messenger:Zoë_40", "Zoë"));
    assert_eq!(tried.abouts[0].1.members.len(), 2);
    let files = elements(&tried.messages[0]);
    assert_eq!((files[0]["elem_type"].as_u64(), files[0]["image_elem_orig_pic_size"].as_u64()), (Some(1), Some(3)));
    assert_eq!((files[1]["elem_type"].as_u64(), files[1]["mynah_file_place"].as_str()), (Some(4), Some("Failed to download media")));
    assert_eq!(tried.messages[2].status, Some(Status::Recalled));
    assert!(tried.inferred.is_empty());
}

#[test]
fn files_are_found_wherever_the_export_was_unpacked() {
    let uri = "messages/inbox/zoe_12/photos/1.jpg";
    let json = export(&[with(said("Bob", 1, ""), json!({"photos": [{"uri": uri, "creation_timestamp": 5}]}))]);
    for (at, photo) in [
        ("messages/inbox/zoe_12", uri),
        ("top/messages/inbox/zoe_12", "top/messages/inbox/zoe_12/photos/1.jpg"),
        ("here", "here/photos/1.jpg"),
    ] {
        let tried = read(&[(&format!("{at}/message_1.json"), json.as_bytes()), (photo, b"jpg")]);
        assert!(elements(&tried.messages[0])[0]["mynah_file_hash"].is_string(), "{photo}");
    }
    let tried = read(&[("message_1.json", json.as_bytes())]);
    let expected = json!({"elem_type": 1, "mynah_file_name": "1.jpg", "mynah_file_place": uri});
    assert_eq!(elements(&tried.messages[0])[0], expected);
}

#[test]
fn files_of_every_kind_have_their_elements() {
    let files = json!({"videos": [{"uri": "a/v.mp4"}], "audio_files": [{"uri": "a/s.mp4"}], "gifs": [{"uri": "https://x/g.gif"}], "files": [{"uri": "a/f.docx"}],
        "sticker": {"uri": "stickers_used/1.png"}, "share": {"link": "https://x/y", "share_text": "Öwls"}});
    let tried = read_export(&[with(said("Bob", 1, "look"), files)]);
    let kinds: Vec<_> =
        elements(&tried.messages[0]).as_array().unwrap().iter().map(|element| element["elem_type"].as_u64().unwrap()).collect();
    assert_eq!(kinds, [0, 1, 9, 2, 4, 1, 3]);
    assert_eq!(elements(&tried.messages[0])[6]["custom_elem_desc"], "Öwls\nhttps://x/y");
}

#[test]
fn reactions_come_together_and_answers_quote() {
    let reactions = json!([{"reaction": "❤", "actor": "Zoë"}, {"reaction": "👍", "actor": "Bob"}, {"reaction": "❤", "actor": "Bob"}]);
    let quoted = json!({"creator": {"name": "Zoë"}, "text": "why?"});
    let tried =
        read_export(&[with(said("Bob", 1, "x"), json!({"reactions": reactions, "quoted_message_metadata": quoted, "is_unsent": true}))]);
    let reactions: Vec<Reaction> = tried.messages[0].body.context().unwrap();
    assert_eq!(
        reactions.iter().map(|reaction| (reaction.emoji.as_str(), reaction.count, reaction.users[0].id.as_str())).collect::<Vec<_>>(),
        [("❤", 2, "Zoë"), ("👍", 1, "Bob")]
    );
    assert!(tried.messages[0].body.as_json().contains(r#"\"messageAbstract\":\"why?\",\"messageSender\":\"Zoë\""#));
    assert_eq!(tried.messages[0].status, Some(Status::Recalled));
}

#[test]
fn calls_and_people_who_come_and_go_are_events() {
    let users = json!([{"name": "Zoë"}]);
    let cases = [
        (json!({"call_duration": 65}), "", "call", "Call (65 seconds)", 0),
        (json!({"type": "Call", "call_duration": 0, "missed": true}), "You missed a call.", "call", "You missed a call.", 0),
        (json!({"type": "Subscribe", "users": users}), "Bob added Zoë.", "subscribe", "Bob added Zoë.", 1),
        (json!({"type": "Unsubscribe", "users": users}), "Bob removed Zoë.", "unsubscribe", "Bob removed Zoë.", 3),
        (json!({"type": "Unsubscribe"}), "Bob left.", "unsubscribe", "Bob left.", 2),
        (json!({"users": users}), "Zoë joined.", "members", "Zoë joined.", 7),
    ];
    for (keys, content, kind, sentence, tip) in cases {
        let tried = read_export(&[with(said("Bob", 1, content), keys)]);
        let event: Happening = tried.messages[0].body.context().unwrap();
        assert_eq!((event.kind.as_str(), event.text.as_str()), (kind, sentence));
        assert_eq!(elements(&tried.messages[0])[0]["group_tips_elem_tip_type"].as_u64().unwrap_or_default(), tip, "{sentence}");
    }
}

#[test]
fn chats_of_instagram_are_told_by_what_they_came_in() {
    let json = export(&[said("Bob", 1, "x")]);
    let of = |path: &str, json: &str| read(&[(path, json.as_bytes())]).abouts[0].1.source.clone();
    assert_eq!(of("your_instagram_activity/messages/inbox/zoe_12/message_1.json", &json), "instagram");
    assert_eq!(of("message_1.json", &json.replace("\"x\"", "\"https://www.instagram.com/p/1\"")), "instagram");
    assert_eq!(of("your_facebook_activity/messages/inbox/zoe_12/message_1.json", &json), "messenger");
    assert_eq!(of("message_1.json", &json), "messenger");
    let crowd: Vec<_> = (0..2_000).map(|number| json!({"name": format!("person {number}")})).collect();
    let crowded = json!({"participants": crowd, "messages": [said("Bob", 1, "x")], "thread_path": "inbox/crowd_1"}).to_string();
    assert_eq!(of("message_1.json", &crowded), "messenger", "whoever is in it");
    let told = read_in(TimeZone::UTC, Some("instagram"), &[("x.json", json.as_bytes())]);
    assert_eq!(told.abouts[0].0, "group:instagram:inbox/zoe_12");
}

#[test]
fn a_record_without_a_time_costs_itself_alone() {
    let tried = read(&[("message_1.json", export(&[said("Bob", 1, "a"), json!({"sender_name": "Bob"}), said("Bob", 2, "b")]).as_bytes())]);
    assert_eq!((tried.messages.len(), tried.faults.len()), (2, 1));
    assert!(tried.faults[0].ends_with("it has no time"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_anywhere_never_stops_the_reader(at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 0..6), cut in 0..9_usize) {
        let mut json = export(&[said("Zoë", 1, "é"), with(said("Bob", 2, "x"), json!({"photos": [{"uri": "../../x"}], "users": [{"name": "a"}]}))]).into_bytes();
        let at = at.index(json.len());
        json.splice(at..(at + cut).min(json.len()), bytes);
        read_in(TimeZone::UTC, Some("messenger"), &[("message_1.json", &json)]);
    }
}
