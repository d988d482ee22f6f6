use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::formats::importers::trial::{Tried, read, read_in};
use crate::model::{Edited, Happening, Message, Reaction, Thread};

fn realm() -> Value {
    json!({
        "zerver_realm": [{"id": 2, "name": "Aviary"}],
        "zerver_userprofile": [{"id": 1, "full_name": "Ann", "email": "ann@x.org", "is_bot": false}, {"id": 2, "full_name": "Bob"}, {"id": 3, "full_name": "Cid"}],
        "zerver_userprofile_crossrealm": [{"id": 9, "full_name": "Notification Bot", "email": "notification-bot@zulip.com", "is_bot": true}],
        "zerver_stream": [{"id": 7, "name": "owls", "description": "at night", "invite_only": false}, {"id": 8, "name": "nest", "invite_only": true}],
        "zerver_recipient": [{"id": 71, "type": 2, "type_id": 7}, {"id": 72, "type": 2, "type_id": 8}, {"id": 11, "type": 1, "type_id": 1},
            {"id": 12, "type": 1, "type_id": 2}, {"id": 31, "type": 3, "type_id": 5}, {"id": 32, "type": 3, "type_id": 6}],
        "zerver_subscription": [{"user_profile": 1, "recipient": 71, "active": true}, {"user_profile": 2, "recipient": 71}, {"user_profile": 1, "recipient": 31},
            {"user_profile": 2, "recipient": 31}, {"user_profile": 3, "recipient": 31}, {"user_profile": 1, "recipient": 32}, {"user_profile": 2, "recipient": 32}],
        "zerver_reaction": [{"message": 100, "user_profile": 2, "emoji_name": "owl", "emoji_code": "1f989", "reaction_type": "unicode_emoji"},
            {"message": 100, "user_profile": 3, "emoji_name": "owl", "emoji_code": "1f989", "reaction_type": "unicode_emoji"},
            {"message": 100, "user_profile": 1, "emoji_name": "our_owl", "emoji_code": "5", "reaction_type": "realm_emoji"}],
    })
}

fn said(id: u64, content: &str) -> Value {
    json!({"id": id, "sender": 1, "recipient": 71, "subject": "lunch", "content": content, "rendered_content": "<p>x</p>", "date_sent": 1_600_000_000.5 + id as f64,
        "last_edit_time": null, "edit_history": null, "has_link": false})
}

fn with(mut message: Value, keys: Value) -> Value {
    message.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    message
}

fn read_with(messages: &[Value], more: &[(&str, &[u8])]) -> Tried {
    let messages = json!({"zerver_message": messages, "zerver_usermessage": [{"id": 1, "message": 100, "flags_mask": 1}]}).to_string();
    let realm = realm().to_string();
    let files = [("zulip-export-1/realm.json", realm.as_bytes()), ("zulip-export-1/messages-000001.json", messages.as_bytes())];
    let tried = read(&[&files[..], more].concat());
    assert!(tried.unread.is_empty() && tried.faults.is_empty(), "{:?} {:?}", tried.unread, tried.faults);
    tried
}

fn read_export(messages: &[Value]) -> Tried {
    read_with(messages, &[])
}

fn elements(message: &Message) -> Value {
    serde_json::from_str(message.body.elements_json()).unwrap()
}

fn thread(message: &Message) -> Option<(String, String)> {
    message.body.context::<Thread>().map(|thread| (thread.id, thread.name))
}

#[test]
fn a_channel_is_a_conversation_and_a_topic_a_thread() {
    let tried = read_export(&[
        said(100, "hello"),
        with(said(101, "hi"), json!({"sender": 2, "subject": "Lunch"})),
        with(said(102, "psst"), json!({"recipient": 72})),
    ]);
    assert_eq!(tried.lines(), ["1: hello", "2: hi", "1: psst"]);
    assert_eq!(tried.ids(), ["zulip:stream-7:100", "zulip:stream-7:101", "zulip:stream-8:102"]);
    assert_eq!(tried.times()[0], "2020-09-13T12:28:20Z");
    assert_eq!(tried.messages[1].sender_name(), "Bob");
    assert_eq!(thread(&tried.messages[0]), Some(("zulip:stream-7:topic-lunch".to_owned(), "lunch".to_owned())));
    assert_eq!(thread(&tried.messages[1]).unwrap().0, "zulip:stream-7:topic-lunch");
    let told: Vec<_> =
        tried.abouts.iter().map(|(id, about)| (id.as_str(), about.name.as_str(), about.kind.as_str(), about.members.len())).collect();
    assert_eq!(told, [("group:zulip:stream-7", "owls", "channel", 2), ("group:zulip:stream-8", "nest", "private channel", 0)]);
    assert_eq!(tried.abouts[0].1.topic, "at night");
}

#[test]
fn both_directions_of_a_talk_between_two_are_one_conversation() {
    let to = |id, sender: u64, recipient: u64| with(said(id, "x"), json!({"sender": sender, "recipient": recipient, "subject": ""}));
    let tried = read_export(&[to(1, 1, 12), to(2, 2, 11), to(3, 2, 32), to(4, 1, 11), to(5, 3, 31)]);
    let ids = ["zulip:dm-1-2:1", "zulip:dm-1-2:2", "zulip:dm-1-2:3", "zulip:dm-1:4", "zulip:dm-1-2-3:5"];
    assert_eq!(tried.ids(), ids);
    let told: Vec<_> = tried.abouts.iter().map(|(_, about)| (about.name.as_str(), about.kind.as_str())).collect();
    assert_eq!(told, [("Ann, Bob", "direct"), ("Ann", "direct"), ("Ann, Bob, Cid", "group direct")]);
    assert!(tried.messages.iter().all(|message| thread(message).is_none()));
}

#[test]
fn mentions_are_read_as_names_and_kept_as_ids() {
    let tried = read_export(&[said(
        1,
        "@**Bob** and @**Cid|3**, not @_**Ann|1**, @*birders* see #**owls>lunch** #**nest** @**all** 2 @ 3 @**open",
    )]);
    assert_eq!(tried.messages[0].texts(), ["@Bob and @Cid, not @Ann, @birders see #owls > lunch #nest @all 2 @ 3 @**open"]);
    let json = tried.messages[0].body.as_json();
    assert!(json.contains(r#""message_group_at_user_array":["__kImSDK_MessageAtALL__","2","3"]"#), "{json}");
}

#[test]
fn a_quotation_makes_an_answer() {
    let quote =
        "@_**Bob|2** [said](https://z.org/#narrow/stream/7-owls/topic/lunch/near/100):\n```quote\nlunch at @**Cid|3**?\n```\nyes please";
    let longer = "@_**Bob** [said](https://z.org/near/100):\n````quote\n```\ncode\n```\n````\n";
    let tried = read_export(&[said(101, quote), said(102, longer), said(103, "@_**Bob|2** [said](nothing):\nx")]);
    assert_eq!(tried.messages[0].texts(), ["yes please"]);
    assert_eq!(tried.messages[0].answered_id().unwrap().to_string(), "zulip:stream-7:100");
    assert!(tried.messages[0].body.as_json().contains("lunch at @Cid?"));
    assert!(tried.messages[1].answered_id().is_some() && tried.messages[1].texts().is_empty());
    assert!(tried.messages[2].answered_id().is_none());
}

#[test]
fn reactions_come_together_by_their_emoji() {
    let reactions: Vec<Reaction> = read_export(&[said(100, "x")]).messages[0].body.context().unwrap();
    let told: Vec<_> =
        reactions.iter().map(|reaction| (reaction.emoji.as_str(), reaction.count, reaction.users[0].name.as_str())).collect();
    assert_eq!(told, [("🦉", 2, "Bob"), ("our_owl", 1, "Ann")]);
}

#[test]
fn earlier_versions_are_kept_the_oldest_first() {
    let history = json!([{"prev_content": "second", "timestamp": 1_600_000_300, "user_id": 2}, {"prev_topic": "old", "timestamp": 1_600_000_250},
        {"prev_content": "first", "timestamp": 1_600_000_200, "user_id": 1}]);
    let edit = |history: Value| with(said(100, "third"), json!({"edit_history": history, "last_edit_time": 1_600_000_300.5}));
    for message in [edit(history.clone()), edit(history.to_string().into())] {
        let edited: Edited = read_export(&[message]).messages[0].body.context().unwrap();
        let before: Vec<_> = edited.before.iter().map(|version| (version.time, version.text.as_str())).collect();
        assert_eq!(before, [(1_600_000_100, "first"), (1_600_000_200, "second")]);
        assert_eq!((edited.time, edited.by.unwrap().name), (1_600_000_300, "Bob".to_owned()));
    }
    let moved = edit(json!([{"prev_topic": "old", "timestamp": 1_600_000_250}]));
    assert!(read_export(&[moved]).messages[0].body.context::<Edited>().is_none());
}

#[test]
fn files_are_found_in_the_export_and_named_otherwise() {
    let content = "see [a.png](/user_uploads/2/ab/xyz/a.png) and [plan](/user_uploads/2/cd/the%20plan.pdf) /user_uploads/2/gone.txt, [a.png](/user_uploads/2/ab/xyz/a.png)";
    let tried = read_with(
        &[said(1, content), said(2, "/user_uploads/../../etc/passwd")],
        &[
            ("zulip-export-1/uploads/2/ab/xyz/a.png", b"png"),
            ("zulip-export-1/uploads/2/cd/the plan.pdf", b"pdf"),
            ("zulip-export-1/uploads/records.json", b"[]"),
        ],
    );
    let all = elements(&tried.messages[0]);
    assert_eq!((all[1]["mynah_file_name"].as_str(), all[1]["image_elem_orig_pic_size"].as_u64()), (Some("a.png"), Some(3)));
    assert_eq!((all[2]["file_elem_file_name"].as_str(), all[2]["mynah_file_hash"].is_string()), (Some("the plan.pdf"), true));
    assert_eq!((all[3]["mynah_file_place"].as_str(), all.as_array().unwrap().len()), (Some("/user_uploads/2/gone.txt,"), 4));
    assert!(elements(&tried.messages[1])[1]["mynah_file_hash"].is_null());
}

#[test]
fn what_the_server_says_is_an_event() {
    let tried = read_export(&[with(said(1, "This topic was moved here from #**owls>a** by @_**Ann|1**."), json!({"sender": 9}))]);
    let event: Happening = tried.messages[0].body.context().unwrap();
    assert_eq!((event.kind.as_str(), event.text.as_str()), ("notification", "This topic was moved here from #owls > a by @Ann."));
}

#[test]
fn a_poll_has_its_votes() {
    let mut realm = realm();
    realm["zerver_submessage"] = json!([
        {"message": 1, "sender": 1, "msg_type": "widget", "content": json!({"widget_type": "poll", "extra_data": {"question": "Lunch?", "options": ["soup", "fish"]}}).to_string()},
        {"message": 1, "sender": 2, "content": json!({"type": "vote", "key": "canned,1", "vote": 1}).to_string()},
        {"message": 1, "sender": 2, "content": json!({"type": "new_option", "idx": 1, "option": "cake"}).to_string()},
        {"message": 1, "sender": 3, "content": json!({"type": "vote", "key": "2,1", "vote": 1}).to_string()},
        {"message": 1, "sender": 2, "content": json!({"type": "vote", "key": "canned,1", "vote": -1}).to_string()},
    ]);
    let messages = json!({"zerver_message": [said(1, "/poll Lunch?\nsoup\nfish")]}).to_string();
    let tried = read(&[("realm.json", realm.to_string().as_bytes()), ("messages-000001.json", messages.as_bytes())]);
    let all = elements(&tried.messages[0]);
    assert_eq!(
        (all[0]["custom_elem_ext"].as_str(), all[0]["custom_elem_desc"].as_str()),
        (Some("poll"), Some("Lunch?\nsoup (0)\nfish (0)\ncake (1)"))
    );
}

#[test]
fn old_exports_and_deeds_are_read() {
    let old = json!({"id": 1, "sender": 1, "recipient": 71, "subject": "(no topic)", "content": "/me waves", "pub_date": 1_400_000_000.25});
    let tried = read_export(&[old]);
    assert_eq!((tried.lines(), tried.times()), (vec!["1: * Ann waves".to_owned()], vec!["2014-05-13T16:53:20Z".to_owned()]));
}

#[test]
fn an_archive_of_topics_is_read_by_the_names_of_its_files() {
    let page = |id: u64, content: &str| json!({"content": content, "id": id, "sender_full_name": "Ann", "timestamp": 1_600_000_000 + id});
    let lunch = json!([
        page(1, "<p>hello <span class=\"user-mention\" data-user-id=\"2\">@Bob</span> &amp; <strong>all</strong></p>"),
        page(2, "<p>hi</p>")
    ])
    .to_string();
    let index = json!({"time": "x", "streams": {"owls & co": {"id": 7, "latest_id": 2, "topic_data": {"lunch today: 1/2": {"size": 2}}}}})
        .to_string();
    let tried = read(&[
        ("zulip_json/stream_index.json", index.as_bytes()),
        ("zulip_json/7-owls---co/lunch.20today.3A.201.2F2.json", lunch.as_bytes()),
        ("zulip_json/8-nest/100%25.json", json!([page(3, "<p>x</p>")]).to_string().as_bytes()),
    ]);
    assert!(tried.faults.is_empty() && tried.inferred.is_empty());
    assert_eq!(tried.lines(), ["Ann: hello @Bob & all", "Ann: hi", "Ann: x"]);
    assert_eq!(tried.ids(), ["zulip:stream-7:1", "zulip:stream-7:2", "zulip:stream-8:3"]);
    assert_eq!(thread(&tried.messages[0]).unwrap().1, "lunch today: 1/2");
    assert_eq!(thread(&tried.messages[2]).unwrap().1, "100%");
    assert_eq!((tried.abouts[0].1.name.as_str(), tried.abouts[1].1.name.as_str()), ("owls & co", "nest"));
    assert!(tried.messages[0].body.as_json().contains(r#""message_group_at_user_array":["2"]"#));
}

#[test]
fn pages_give_what_people_read() {
    let page = |content: &str| {
        let list = json!([{"content": content, "id": 1, "sender_full_name": "Ann", "timestamp": 1}]).to_string();
        read(&[("a/7-x/t.json", list.as_bytes())])
    };
    let formula = "<p>so <span class=\"katex\"><span class=\"katex-mathml\"><math><mi>E</mi><annotation encoding=\"application/x-tex\">E=mc^2</annotation></math></span><span class=\"katex-html\">E=mc2</span></span> holds</p>";
    assert_eq!(page(formula).messages[0].texts(), ["so $$E=mc^2$$ holds"]);
    let code = "<div class=\"codehilite\"><pre><span></span><code>def f :=\n  1\n</code></pre></div>";
    assert_eq!(page(code).messages[0].texts(), ["def f :=\n  1"]);
    let picture = "<p><a href=\"/user_uploads/3/a.png\">a.png</a></p><div class=\"message_inline_image\"><a href=\"/user_uploads/3/a.png\"><img src=\"/user_uploads/3/a.png\"></a></div>";
    let tried = page(picture);
    assert_eq!(
        (tried.messages[0].texts()[0].as_str(), elements(&tried.messages[0])[1]["mynah_file_place"].as_str()),
        ("a.png", Some("/user_uploads/3/a.png"))
    );
    let answer = "<p><span class=\"user-mention silent\" data-user-id=\"2\">Bob</span> <a href=\"#narrow/near/77\">said</a>:</p><blockquote><p>lunch?</p></blockquote><p>yes</p>";
    let tried = page(answer);
    assert_eq!(tried.messages[0].answered_id().unwrap().to_string(), "zulip:stream-7:77");
    assert!(!tried.messages[0].body.as_json().contains("message_group_at_user_array"));
}

#[test]
fn messages_of_the_api_name_their_places() {
    let channel = json!({"id": 1, "type": "stream", "stream_id": 7, "display_recipient": "owls", "subject": "lunch", "sender_id": 1, "sender_full_name": "Ann",
        "timestamp": 5, "content": "<p>hi</p>", "content_type": "text/html", "reactions": [{"emoji_name": "owl", "emoji_code": "1f989", "reaction_type": "unicode_emoji", "user_id": 1}]});
    let direct = json!({"id": 2, "type": "private", "display_recipient": [{"id": 2, "full_name": "Bob"}, {"id": 1, "full_name": "Ann"}], "subject": "", "sender_id": 2,
        "sender_full_name": "Bob", "timestamp": 6, "content": "<raw>", "content_type": "text/x-markdown"});
    let tried = read(&[("m.json", json!({"result": "success", "messages": [channel, direct]}).to_string().as_bytes())]);
    assert_eq!(tried.lines(), ["1: hi", "2: <raw>"]);
    assert_eq!(tried.ids(), ["zulip:stream-7:1", "zulip:dm-1-2:2"]);
    assert_eq!(thread(&tried.messages[0]).unwrap().1, "lunch");
    assert_eq!(tried.messages[0].body.context::<Vec<Reaction>>().unwrap()[0].emoji, "🦉");
}

#[test]
fn an_export_in_a_tar_is_read_as_one_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let messages = json!({"zerver_message": [said(1, "[a.png](/user_uploads/2/a.png)")]}).to_string();
    let mut tar = tar::Builder::new(Vec::new());
    let realm = realm().to_string();
    for (path, bytes) in
        [("e/realm.json", realm.as_bytes()), ("e/messages-000001.json", messages.as_bytes()), ("e/uploads/2/a.png", b"png")]
    {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, bytes).unwrap();
    }
    let path = folder.path().join("export.tar");
    std::fs::write(&path, tar.into_inner().unwrap()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let tried = read(&[("export.tar", &bytes)]);
    assert_eq!(tried.lines(), ["1: [a.png](/user_uploads/2/a.png)"]);
    assert!(elements(&tried.messages[0])[1]["mynah_file_hash"].is_string());
}

#[test]
fn a_record_that_cannot_be_read_costs_itself_alone() {
    let messages = format!(
        "{{\"zerver_message\":[\n{},\n{{\"id\":2,\"sender\":1}},\n{{\"id\":nonsense}},\n{},\n{},\n{}\n]}}",
        said(1, "a"),
        with(said(3, "x"), json!({"recipient": 999})),
        with(said(4, "x"), json!({"date_sent": "then"})),
        said(5, "b")
    );
    let tried = read(&[("realm.json", realm().to_string().as_bytes()), ("messages-000001.json", messages.as_bytes())]);
    assert_eq!((tried.messages.len(), tried.faults.len()), (2, 4), "{:?}", tried.faults);
    assert!(tried.faults[0].starts_with("messages-000001.json:3: "), "{:?}", tried.faults);
}

#[test]
fn a_damaged_file_does_not_cost_the_others() {
    let whole = json!({"zerver_message": [said(1, "a"), said(2, "b")]}).to_string();
    let other = json!({"zerver_message": [said(3, "c")]}).to_string();
    let tried = read(&[
        ("realm.json", realm().to_string().as_bytes()),
        ("messages-000001.json", &whole.as_bytes()[..whole.len() - 60]),
        ("messages-000002.json", other.as_bytes()),
    ]);
    assert_eq!((tried.ids(), tried.unread.len()), (vec!["zulip:stream-7:1".to_owned(), "zulip:stream-7:3".to_owned()], 1));
}

#[test]
fn half_of_an_export_gives_the_same_ids_as_the_whole() {
    let messages: Vec<_> = (1..9).map(|id| said(id, "ok")).collect();
    assert_eq!(read_export(&messages[..4]).ids(), read_export(&messages).ids()[..4]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_anywhere_never_stops_the_reader(at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 0..6), cut in 0..9_usize) {
        let quote = "@_**Bob|2** [said](https://z.org/near/1):\n```quote\né\n```\n@**é";
        let page = "<p><span class=\"katex\"><annotation encoding=\"application/x-tex\">x</annotation></span><blockquote>é</blockquote> /user_uploads/é";
        let api = json!({"messages": [{"content": page, "id": 1, "sender_full_name": "Ann", "timestamp": 1}]}).to_string();
        for (name, json) in [("messages-000001.json", json!({"zerver_message": [said(1, quote), said(2, "x")]}).to_string()), ("a.json", api), ("realm.json", realm().to_string())] {
            let mut json = json.into_bytes();
            let at = at.index(json.len());
            json.splice(at..(at + cut).min(json.len()), bytes.iter().copied());
            let realm = realm().to_string();
            read_in(TimeZone::UTC, Some("zulip"), &[("e/realm.json", realm.as_bytes()), (&format!("e/{name}"), &json)]);
        }
    }
}
