use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::formats::importers::trial::{Tried, read, read_in};
use crate::model::{Edited, Happening, Message, Reaction, Status, Thread};

const ROOM: &str = "!birds:example.org";

fn event(id: &str, sender: &str, second: u64, kind: &str, content: Value) -> Value {
    json!({"type": kind, "sender": format!("@{sender}:example.org"), "content": content, "origin_server_ts": 1_600_000_000_000_u64 + second * 1000,
        "unsigned": {"age": 5}, "event_id": format!("${id}"), "room_id": ROOM})
}

fn said(id: &str, sender: &str, second: u64, body: &str) -> Value {
    event(id, sender, second, "m.room.message", json!({"msgtype": "m.text", "body": body}))
}

fn member(id: &str, sender: &str, target: &str, second: u64, content: Value, before: Value) -> Value {
    let mut event = event(id, sender, second, "m.room.member", content);
    event["state_key"] = format!("@{target}:example.org").into();
    event["unsigned"]["prev_content"] = before;
    event
}

/// As Element writes it.
fn export(events: &[Value]) -> String {
    let export = json!({"room_name": "Birds", "room_creator": "Ann", "topic": "All about birds", "export_date": "September 13, 2020",
        "exported_by": "Ann", "messages": events});
    serde_json::to_string_pretty(&export).unwrap()
}

fn read_export(events: &[Value]) -> Tried {
    let tried = read(&[("matrix-Birds-export.json", export(events).as_bytes())]);
    assert!(tried.unread.is_empty(), "{:?}", tried.unread);
    tried
}

fn element(message: &Message, at: usize) -> Value {
    serde_json::from_str::<Value>(message.body.elements_json()).unwrap()[at].clone()
}

#[test]
fn a_room_is_known_by_its_id_and_told_with_its_name_topic_and_people() {
    let joined = member("j", "ann", "ann", 0, json!({"membership": "join", "displayname": "Ann"}), Value::Null);
    let tried = read_export(&[joined, said("1", "ann", 1, "hello\n  there "), said("2", "bob", 2, "hi")]);
    assert_eq!(tried.lines(), ["@ann:example.org: (Ann joined the room)", "@ann:example.org: hello\n  there ", "@bob:example.org: hi"]);
    assert_eq!(tried.ids()[1], format!("matrix:{ROOM}:$1"));
    assert_eq!(tried.times()[1], "2020-09-13T12:26:41Z");
    assert_eq!((tried.messages[1].sender_name().as_str(), tried.messages[2].sender_name().as_str()), ("Ann", "@bob:example.org"));
    let (id, about) = tried.abouts.last().unwrap();
    assert_eq!(id, &format!("group:matrix:{ROOM}"));
    assert_eq!((about.name.as_str(), about.topic.as_str(), about.members.len()), ("Birds", "All about birds", 2));
    assert!(tried.inferred.is_empty());
}

#[test]
fn the_newest_edit_of_the_writer_is_the_text_and_the_earlier_ones_are_kept() {
    let edit = |id, sender, second, body: &str| {
        event(
            id,
            sender,
            second,
            "m.room.message",
            json!({"msgtype": "m.text", "body": format!("* {body}"),
            "m.new_content": {"msgtype": "m.text", "body": body}, "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}}),
        )
    };
    let tried = read_export(&[
        said("1", "ann", 1, "one"),
        edit("e2", "ann", 9, "three"),
        edit("e1", "ann", 5, "two"),
        edit("e3", "eve", 20, "bad"),
    ]);
    assert_eq!(tried.lines(), ["@ann:example.org: three"]);
    let edited = tried.messages[0].body.context::<Edited>().unwrap();
    assert_eq!(edited.time, 1_600_000_009);
    assert_eq!(edited.before.iter().map(|version| version.text.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(tried.faults.len(), 1, "{:?}", tried.faults);
}

#[test]
fn an_edit_that_the_server_put_beside_the_message_counts_too() {
    let mut message = said("1", "ann", 1, "one");
    message["unsigned"]["m.relations"] = json!({"m.replace": event("e", "ann", 5, "m.room.message", json!({"body": "* two", "m.new_content": {"msgtype": "m.text", "body": "two"}}))});
    let mut secret = said("2", "ann", 2, "open");
    secret["unsigned"]["m.relations"] = json!({"m.replace": event("f", "ann", 6, "m.room.encrypted", json!({"ciphertext": "x"}))});
    let tried = read_export(&[message, secret]);
    assert_eq!(tried.lines(), ["@ann:example.org: two", "@ann:example.org: open"]);
    let edits: Vec<Edited> = tried.messages.iter().map(|message| message.body.context().unwrap()).collect();
    assert_eq!((edits[0].before.len(), edits[1].before.len(), edits[1].time), (1, 0, 1_600_000_006));
}

#[test]
fn an_edit_without_its_message_is_a_message() {
    let edit = event(
        "e",
        "ann",
        9,
        "m.room.message",
        json!({"body": "* two", "m.new_content": {"msgtype": "m.text", "body": "two"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$gone"}}),
    );
    assert_eq!(read_export(&[said("2", "bob", 1, "x"), edit]).lines(), ["@bob:example.org: x", "@ann:example.org: two"]);
}

#[test]
fn a_reply_names_what_it_answers_and_loses_the_quote() {
    let reply = event(
        "2",
        "bob",
        2,
        "m.room.message",
        json!({"msgtype": "m.text", "body": "> <@ann:example.org> hello\n> there\n\nyes",
        "format": "org.matrix.custom.html", "formatted_body": "<mx-reply><blockquote>hello</blockquote></mx-reply>yes",
        "m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}),
    );
    let tried = read_export(&[said("1", "ann", 1, "hello\nthere"), reply]);
    assert_eq!(tried.lines()[1], "@bob:example.org: yes");
    assert_eq!(tried.messages[1].answered_id().as_deref(), Some(format!("matrix:{ROOM}:$1").as_str()));
    assert!(tried.messages[1].body.as_json().contains(r#"\"messageAbstract\":\"hello\""#), "{}", tried.messages[1].body.as_json());
}

#[test]
fn a_thread_has_its_first_message_too_and_is_no_answer_by_itself() {
    let inside = |id, second, fallback| {
        event(
            id,
            "bob",
            second,
            "m.room.message",
            json!({"msgtype": "m.text", "body": "x",
            "m.relates_to": {"rel_type": "m.thread", "event_id": "$1", "is_falling_back": fallback, "m.in_reply_to": {"event_id": "$1"}}}),
        )
    };
    let tried = read_export(&[said("1", "ann", 1, "root"), inside("2", 2, true), inside("3", 3, false), said("4", "ann", 4, "out")]);
    let threads: Vec<Option<String>> =
        tried.messages.iter().map(|message| message.body.context::<Thread>().map(|thread| thread.id)).collect();
    let root = Some(format!("matrix:{ROOM}:$1"));
    assert_eq!(threads, [root.clone(), root.clone(), root, None]);
    let answers: Vec<bool> = tried.messages.iter().map(|message| message.answered_id().is_some()).collect();
    assert_eq!(answers, [false, false, true, false]);
}

#[test]
fn reactions_are_counted_by_people_and_those_taken_back_are_gone() {
    let react = |id, sender, key| {
        event(id, sender, 5, "m.reaction", json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": "$1", "key": key}}))
    };
    let mut taken = event("t", "eve", 9, "m.room.redaction", json!({}));
    taken["redacts"] = "$r4".into();
    let events = [
        said("1", "ann", 1, "x"),
        react("r1", "ann", "👍"),
        react("r2", "bob", "👍"),
        react("r3", "bob", "👍"),
        react("r4", "eve", "😀"),
        taken,
    ];
    let tried = read_export(&events);
    assert_eq!(tried.messages.len(), 1);
    let reactions = tried.messages[0].body.context::<Vec<Reaction>>().unwrap();
    assert_eq!((reactions.len(), reactions[0].emoji.as_str(), reactions[0].count, reactions[0].users.len()), (1, "👍", 2, 2));
}

#[test]
fn what_was_taken_back_stays_as_deleted() {
    let mut gone = event("1", "ann", 1, "m.room.message", json!({}));
    gone["unsigned"]["redacted_because"] = event("x", "ann", 2, "m.room.redaction", json!({"reason": "oops"}));
    let redaction = event("r", "bob", 9, "m.room.redaction", json!({"redacts": "$2"}));
    let tried = read_export(&[gone, said("2", "bob", 2, "kept by the one who exported"), redaction]);
    let deleted: Vec<(Option<Status>, usize)> = tried.messages.iter().map(|message| (message.status, message.texts().len())).collect();
    assert_eq!(deleted, [(Some(Status::Recalled), 0), (Some(Status::Recalled), 1)]);
}

#[test]
fn what_happens_in_a_room_is_told_in_sentences() {
    let state = |id, kind, content| {
        let mut event = event(id, "ann", 3, kind, content);
        event["state_key"] = "".into();
        event
    };
    let ann = json!({"membership": "join", "displayname": "Ann"});
    let events = [
        state("c", "m.room.create", json!({"creator": "@ann:example.org"})),
        member("1", "ann", "ann", 1, ann.clone(), Value::Null),
        member("2", "ann", "bob", 2, json!({"membership": "invite", "displayname": "Bob"}), Value::Null),
        member("3", "bob", "bob", 3, json!({"membership": "join", "displayname": "Bob"}), json!({"membership": "invite"})),
        member("4", "ann", "ann", 4, json!({"membership": "join", "displayname": "Anna"}), ann),
        member("5", "ann", "bob", 5, json!({"membership": "ban", "reason": "noise"}), json!({"membership": "join", "displayname": "Bob"})),
        state("6", "m.room.name", json!({"name": "Birds"})),
        state("7", "m.room.topic", json!({"topic": "sky"})),
        state("8", "m.room.encryption", json!({"algorithm": "m.megolm.v1.aes-sha2"})),
        event("9", "ann", 9, "m.call.invite", json!({"offer": {"sdp": "m=audio\r\nm=video"}})),
        event("10", "ann", 9, "m.call.candidates", json!({})),
        event("11", "bob", 10, "m.room.encrypted", json!({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "A"})),
    ];
    let tried = read_export(&events);
    let sentences: Vec<String> = tried.messages.iter().map(|message| message.body.context::<Happening>().unwrap().text).collect();
    let expected = [
        "Ann created this room.",
        "Ann joined the room",
        "Ann invited Bob",
        "Bob joined the room",
        "Ann changed their display name to Anna",
        "Anna banned Bob: noise",
        "Anna changed the room name to Birds.",
        "Anna changed the topic to \"sky\".",
        "Anna enabled end-to-end encryption.",
        "Anna placed a video call.",
        "Unable to decrypt message",
    ];
    assert_eq!(sentences, expected);
    assert_eq!(element(&tried.messages[5], 0)["group_tips_elem_user_array"], json!(["@bob:example.org"]));
}

#[test]
fn files_are_found_where_element_puts_them_and_absent_ones_keep_what_is_known() {
    let picture = |id, second, size: u64| {
        event(
            id,
            "ann",
            second,
            "m.room.message",
            json!({"msgtype": "m.image", "body": "cat.jpg", "url": "mxc://example.org/abc",
            "info": {"size": size, "mimetype": "image/jpeg", "w": 4, "h": 3}}),
        )
    };
    let voice = event(
        "v",
        "ann",
        4,
        "m.room.message",
        json!({"msgtype": "m.audio", "body": "Voice message", "org.matrix.msc3245.voice": {}, "info": {"duration": 1500}}),
    );
    let caption = event(
        "f",
        "ann",
        5,
        "m.room.message",
        json!({"msgtype": "m.file", "body": "look", "filename": "a.pdf", "file": {"url": "mxc://x/y"}}),
    );
    let json = export(&[picture("1", 1, 3), picture("2", 62, 3), picture("3", 3, 9), voice, caption]);
    let files: [(&str, &[u8]); 5] = [
        ("Element - Birds - Chat Export/export.json", json.as_bytes()),
        ("Element - Birds - Chat Export/images/cat-9-13-2020 at 2-26-41 PM.jpg", b"one"),
        ("Element - Birds - Chat Export/images/cat-9-13-2020 at 2-27-42 PM.jpg", b"two"),
        ("Element - Birds - Chat Export/images/cat-9-13-2020 at 2-26-43 PM.jpg", b"it is nine"),
        ("Element - Birds - Chat Export/audio/Voice message-13.9.2020 um 14-26-44.ogg", b"sound"),
    ];
    let tried = read(&files);
    let sizes: Vec<Value> = tried.messages[..3].iter().map(|message| element(message, 0)["image_elem_orig_pic_size"].clone()).collect();
    assert_eq!(sizes, [json!(3), json!(3), json!(10)]);
    assert!(tried.messages[..4].iter().all(|message| message.media_hashes().len() == 1));
    let voice = element(&tried.messages[3], 0);
    assert_eq!((&voice["sound_elem_file_time"], &voice["sound_elem_file_size"]), (&json!(2), &json!(5)));
    let absent = element(&tried.messages[4], 0);
    assert_eq!((&absent["file_elem_file_name"], &absent["file_elem_url"]), (&json!("a.pdf"), &json!("mxc://x/y")));
    assert_eq!(element(&tried.messages[4], 1)["text_elem_content"], json!("look"));
}

#[test]
fn emotes_places_stickers_polls_and_mentions_have_their_place() {
    let poll = event(
        "p",
        "ann",
        4,
        "org.matrix.msc3381.poll.start",
        json!({"org.matrix.msc3381.poll.start": {"question": {"org.matrix.msc1767.text": "Which?"},
        "answers": [{"id": "a", "org.matrix.msc1767.text": "Owl"}, {"id": "b", "org.matrix.msc1767.text": "Jay"}]}}),
    );
    let vote = |id, sender, second, answer| {
        event(
            id,
            sender,
            second,
            "org.matrix.msc3381.poll.response",
            json!({"m.relates_to": {"rel_type": "m.reference", "event_id": "$p"},
        "org.matrix.msc3381.poll.response": {"answers": [answer]}}),
        )
    };
    let events = [
        event(
            "1",
            "ann",
            1,
            "m.room.message",
            json!({"msgtype": "m.emote", "body": "waves", "m.mentions": {"user_ids": ["@bob:example.org"], "room": true}}),
        ),
        event("2", "ann", 2, "m.room.message", json!({"msgtype": "m.location", "body": "here", "geo_uri": "geo:52.5,13.4;u=9"})),
        event("3", "ann", 3, "m.sticker", json!({"body": "Owl", "url": "mxc://a/b", "info": {}})),
        poll,
        vote("v1", "bob", 5, "a"),
        vote("v2", "bob", 6, "b"),
        vote("v3", "eve", 6, "b"),
    ];
    let tried = read_export(&events);
    assert_eq!(tried.lines()[0], "@ann:example.org: * @ann:example.org waves");
    assert_eq!(tried.messages[0].body.get("message_group_at_user_array").unwrap(), json!(["__kImSDK_MessageAtALL__", "@bob:example.org"]));
    assert_eq!(element(&tried.messages[1], 0)["location_elem_latitude"], json!(52.5));
    assert_eq!(element(&tried.messages[2], 0)["elem_type"], json!(1));
    assert_eq!(element(&tried.messages[3], 0)["custom_elem_desc"], json!("Which?\n- Owl (0)\n- Jay (2)"));
    assert_eq!(tried.messages.len(), 4);
}

#[test]
fn events_of_servers_are_read_in_arrays_and_one_a_line() {
    let events = [said("1", "ann", 1, "one"), said("2", "bob", 2, "two")];
    let lines = format!("{}\n\n{}\n", events[0], events[1]);
    for text in [json!(events).to_string(), json!({"chunk": events, "start": "a"}).to_string(), lines] {
        assert_eq!(read(&[("events.json", text.as_bytes())]).lines(), ["@ann:example.org: one", "@bob:example.org: two"]);
    }
    let wrapped = json!([{"decrypted": events[0], "encrypted": {"type": "m.room.encrypted", "event_id": "$1", "sender": "x", "origin_server_ts": 1, "content": {}}}]);
    assert_eq!(read(&[("events.json", wrapped.to_string().as_bytes())]).lines(), ["@ann:example.org: one"]);
}

#[test]
fn damage_costs_its_own_event_and_what_was_before_a_cut_stays() {
    let mut events = vec![
        said("1", "ann", 1, "one"),
        json!({"type": "m.room.message", "sender": "@ann:example.org"}),
        json!(7),
        said("2", "ann", 2, "two"),
    ];
    events[1]["content"] = json!({});
    let tried = read_export(&events);
    assert_eq!((tried.lines().len(), tried.faults.len()), (2, 2), "{:?}", tried.faults);
    let whole = export(&(0..9).map(|at| said(&at.to_string(), "ann", at, "hello")).collect::<Vec<_>>());
    let half = read(&[("a.json", &whole.as_bytes()[..whole.len() / 2])]);
    assert_eq!(half.unread.len(), 1);
    let whole = read(&[("a.json", whole.as_bytes())]);
    assert!(half.ids().len() > 2 && whole.ids().starts_with(&half.ids()), "{} of {}", half.ids().len(), whole.ids().len());
}

#[test]
fn json_of_other_programs_is_not_of_matrix() {
    for text in [
        r#"{"name":"x","type":"personal_chat","messages":[{"id":1}]}"#,
        r#"[{"ts":"1.2","user":"U1","text":"event_id"}]"#,
        "event_id origin_server_ts",
    ] {
        assert!(read(&[("result.json", text.as_bytes())]).messages.is_empty(), "{text}");
    }
}

proptest! {
    #[test]
    fn changed_bytes_never_stop_the_reader(at in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..20)) {
        let mut bytes = export(&[said("1", "ann", 1, "one"), said("2", "bob", 2, "> x\n\ny"), event("3", "ann", 3, "m.reaction", json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": "$1", "key": "k"}}))]).into_bytes();
        for (at, byte) in at {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let tried = read_in(TimeZone::UTC, Some("matrix"), &[("export.json", &bytes)]);
        prop_assert!(tried.messages.len() <= 3);
    }
}
