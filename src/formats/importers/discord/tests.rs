use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::formats::importers::trial::{Tried, read, read_in};
use crate::model::{Edited, Forwarded, Happening, Message, Reaction};

fn user(id: u64, name: &str, nickname: &str) -> Value {
    json!({"id": id.to_string(), "name": name, "discriminator": "0000", "nickname": nickname, "color": null, "isBot": false, "roles": []})
}

fn said(id: u64, content: &str) -> Value {
    json!({"id": id.to_string(), "type": "Default", "timestamp": format!("2023-01-17T19:33:{:02}.089+01:00", id % 60), "timestampEdited": null,
        "callEndedTimestamp": null, "isPinned": false, "content": content, "author": user(1, "ann", "Ann"), "attachments": [], "embeds": [],
        "stickers": [], "reactions": [], "mentions": [], "inlineEmojis": []})
}

fn with(mut message: Value, keys: Value) -> Value {
    message.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    message
}

fn export(messages: &[Value]) -> String {
    let export = json!({"guild": {"id": "10", "name": "Aviary", "iconUrl": ""}, "channel": {"id": "77", "type": "GuildTextChat",
        "categoryId": "5", "category": "Birds", "name": "owls", "topic": "at night"}, "dateRange": {"after": null, "before": null},
        "exportedAt": "2024-01-01T00:00:00+00:00", "messages": messages, "messageCount": messages.len()});
    serde_json::to_string_pretty(&export).unwrap()
}

fn read_export(messages: &[Value]) -> Tried {
    let tried = read(&[("owls.json", export(messages).as_bytes())]);
    assert!(tried.unread.is_empty() && tried.faults.is_empty(), "{:?} {:?}", tried.unread, tried.faults);
    tried
}

fn elements(message: &Message) -> Value {
    serde_json::from_str(message.body.elements_json()).unwrap()
}

#[test]
fn a_channel_is_known_by_its_id_and_told_with_where_it_is() {
    let tried = read_export(&[said(5, "hello"), with(said(6, "hi"), json!({"author": {"id": "2", "name": "bob"}}))]);
    assert_eq!(tried.lines(), ["1: hello", "2: hi"]);
    assert_eq!(tried.ids(), ["discord:77:5", "discord:77:6"]);
    assert_eq!(tried.times()[0], "2023-01-17T18:33:05Z");
    assert_eq!((tried.messages[0].sender_name(), tried.messages[1].sender_name()), ("Ann".to_owned(), "bob".to_owned()));
    let (id, about) = &tried.abouts[0];
    assert_eq!((id.as_str(), about.name.as_str()), ("group:discord:77", "owls"));
    assert_eq!((about.topic.as_str(), about.kind.as_str(), tried.abouts.len()), ("Aviary / Birds: at night", "GuildTextChat", 1));
    assert!(tried.inferred.is_empty());
}

#[test]
fn parts_of_a_channel_are_one_conversation_in_their_order() {
    let part = |id| export(&[said(id, "x")]);
    let (one, two, ten) = (part(1), part(2), part(10));
    let files = [("owls [part 10].json", ten.as_bytes()), ("owls [part 2].json", two.as_bytes()), ("owls.json", one.as_bytes())];
    let tried = read(&files);
    assert_eq!(tried.ids(), ["discord:77:1", "discord:77:2", "discord:77:10"]);
}

#[test]
fn a_damaged_part_does_not_cost_the_others() {
    let (one, two) = (export(&[said(1, "x"), said(2, "y")]), export(&[said(3, "z")]));
    let cut = &one.as_bytes()[..one.len() - 400];
    let tried = read(&[("owls.json", cut), ("owls [part 2].json", two.as_bytes())]);
    assert_eq!((tried.ids(), tried.unread.len()), (vec!["discord:77:1".to_owned(), "discord:77:3".to_owned()], 1));
}

#[test]
fn answers_and_forwards_name_the_other_message() {
    let reference = |channel: &str| json!({"messageId": "3", "channelId": channel, "guildId": null});
    let answer = with(said(5, "yes"), json!({"type": "Reply", "reference": reference("77")}));
    let elsewhere = with(said(6, "there"), json!({"type": "Reply", "reference": reference("88")}));
    let news = with(said(7, "news"), json!({"reference": reference("88")}));
    let mut forward = with(
        said(8, ""),
        json!({"reference": reference("88"), "forwardedMessage": {"timestamp": "2023-01-01T00:00:00+00:00",
        "content": "old <@2>", "attachments": [{"id": "1", "url": "https://x/a.pdf", "fileName": "a.pdf", "fileSizeBytes": 5}], "embeds": [],
        "stickers": [{"name": "Wave", "sourceUrl": "https://x/1.png"}]}, "mentions": [user(2, "bob", "")]}),
    );
    forward["reference"]["type"] = json!("Forward");
    let tried = read_export(&[answer, elsewhere, news, forward]);
    let answered: Vec<_> = tried.messages.iter().map(|message| message.answered_id().map(|id| id.to_string())).collect();
    assert_eq!(answered, [Some("discord:77:3".to_owned()), Some("discord:88:3".to_owned()), None, None]);
    let forwarded: Vec<_> =
        tried.messages.iter().map(|message| message.body.context::<Forwarded>().map(|from| (from.id, from.time))).collect();
    assert_eq!(forwarded, [None, None, Some(("3".to_owned(), 0)), Some(("3".to_owned(), 1_672_531_200))]);
    let elements = elements(&tried.messages[3]);
    assert_eq!((elements[1]["file_elem_file_name"].as_str(), elements[2]["face_elem_buf"].as_str()), (Some("a.pdf"), Some("Wave")));
    assert_eq!(tried.messages[3].texts()[0], "old @bob");
}

#[test]
fn edits_pins_reactions_and_mentions_are_kept() {
    let message = with(
        said(5, "hey <@2> <:owl:9>"),
        json!({"isPinned": true, "timestampEdited": "2023-01-18T00:00:00Z", "mentions": [user(2, "bob", "Bobby")], "reactions": [
            {"emoji": {"id": "", "name": "👍", "code": "thumbsup"}, "count": 2, "users": [user(2, "bob", "Bobby")]},
            {"emoji": {"id": "9", "name": "owl"}, "count": "3"}]}),
    );
    let tried = read_export(&[message]);
    let message = &tried.messages[0];
    assert_eq!(message.texts(), ["hey @Bobby :owl:"]);
    assert_eq!(message.body.context::<Edited>().unwrap().time, 1_674_000_000);
    let reactions: Vec<Reaction> = message.body.context().unwrap();
    assert_eq!(reactions.iter().map(|reaction| (reaction.emoji.as_str(), reaction.count)).collect::<Vec<_>>(), [("👍", 2), ("owl", 3)]);
    assert_eq!(reactions[0].users[0].name, "Bobby");
    let json = message.body.as_json();
    assert!(json.contains(r#""mynah_pinned":true"#) && json.contains(r#""message_group_at_user_array":["2"]"#), "{json}");
}

#[test]
fn what_discord_says_is_an_event_also_of_types_that_have_only_a_number() {
    let cases = [
        ("RecipientAdd", "Added bob to the group.", "Added bob to the group.", 1),
        ("RecipientRemove", "Removed bob from the group.", "Removed bob from the group.", 3),
        ("GuildMemberJoin", "Joined the server.", "Joined the server.", 1),
        ("Call", "Started a call that lasted 3 minutes.", "Started a call that lasted 3 minutes.", 0),
        ("8", "", "Boosted the server.", 0),
        ("99", "", "99", 0),
    ];
    for (kind, content, sentence, tip) in cases {
        let tried = read_export(&[with(said(1, content), json!({"type": kind, "mentions": [user(2, "bob", "")]}))]);
        let event: Happening = tried.messages[0].body.context().unwrap();
        assert_eq!((event.kind.as_str(), event.text.as_str()), (kind, sentence));
        assert_eq!(elements(&tried.messages[0])[0]["group_tips_elem_tip_type"].as_u64().unwrap_or_default(), tip, "{kind}");
    }
    let left = with(said(1, "Left the group."), json!({"type": "RecipientRemove", "mentions": [user(1, "ann", "")]}));
    assert_eq!(elements(&read_export(&[left]).messages[0])[0]["group_tips_elem_tip_type"], 2);
    for kind in ["20", "ContextMenuCommand", "21", "23"] {
        assert!(read_export(&[with(said(1, "x"), json!({"type": kind}))]).messages[0].body.context::<Happening>().is_none(), "{kind}");
    }
}

#[test]
fn cards_read_as_texts_and_commands_say_who_gave_them() {
    let embed = json!({"title": "Owls", "url": "https://x/owls", "description": "of <@2>", "author": {"name": "Zoo"}, "footer": {"text": "end"},
        "fields": [{"name": "size", "value": "small"}, {"name": "", "value": "alone"}], "image": {"url": "files/owl.png"}, "images": [{"url": "files/owl.png"}]});
    let message = with(
        said(5, ""),
        json!({"embeds": [embed], "mentions": [user(2, "bob", "")], "interaction": {"id": "9", "name": "zoo", "user": user(3, "cid", "")}}),
    );
    let tried = read(&[("owls.json", export(&[message]).as_bytes()), ("files/owl.png", b"png")]);
    let elements = elements(&tried.messages[0]);
    assert_eq!(elements[0]["custom_elem_desc"], "cid used /zoo");
    assert_eq!(elements[1]["custom_elem_desc"], "Zoo\nOwls\nof @bob\nsize: small\nalone\nend\nhttps://x/owls");
    assert_eq!(serde_json::from_str::<Value>(elements[1]["custom_elem_data"].as_str().unwrap()).unwrap()["title"], "Owls");
    assert_eq!((elements[2]["elem_type"].as_u64(), elements.as_array().unwrap().len()), (Some(1), 3));
}

#[test]
fn downloaded_files_are_found_and_addresses_stay() {
    let files = json!([{"id": "1", "url": "owls.json_Files\\a-1.jpg", "fileName": "a.jpg", "fileSizeBytes": 9},
        {"id": "2", "url": "https://cdn.example/b.ogg", "fileName": "b.ogg", "fileSizeBytes": 8}, {"id": "3", "url": "C:\\c.txt", "fileName": "c.txt"}]);
    let message =
        with(said(5, "files"), json!({"attachments": files, "stickers": [{"name": "Wave", "sourceUrl": "owls.json_Files/wave.png"}]}));
    let tried = read(&[
        ("x/owls.json", export(&[message]).as_bytes()),
        ("x/owls.json_Files/a-1.jpg", b"jpg"),
        ("x/owls.json_Files/wave.png", b"p"),
    ]);
    let elements = elements(&tried.messages[0]);
    assert_eq!((elements[1]["image_elem_orig_pic_size"].as_u64(), elements[1]["mynah_file_name"].as_str()), (Some(3), Some("a.jpg")));
    assert!(elements[1]["mynah_file_hash"].is_string() && elements[4]["mynah_file_hash"].is_string());
    assert_eq!(
        (elements[2]["sound_elem_url"].as_str(), elements[2]["sound_elem_file_size"].as_u64()),
        (Some("https://cdn.example/b.ogg"), Some(8))
    );
    assert_eq!(elements[3]["mynah_file_place"], "C:\\c.txt");
}

#[test]
fn a_record_without_a_time_costs_itself_alone() {
    let tried = read(&[(
        "owls.json",
        export(&[said(1, "a"), json!({"id": "2"}), with(said(3, "b"), json!({"timestamp": "then"})), said(4, "c")]).as_bytes(),
    )]);
    assert_eq!((tried.messages.len(), tried.faults.len()), (2, 2));
    assert!(
        tried.faults[0].ends_with("it has no time") && tried.faults[1].ends_with("its time is none that can be read"),
        "{:?}",
        tried.faults
    );
}

#[test]
fn half_of_a_channel_gives_the_same_ids_as_the_whole() {
    let messages: Vec<_> = (1..9).map(|id| said(id, "ok")).collect();
    assert_eq!(read_export(&messages[..4]).ids(), read_export(&messages).ids()[..4]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_anywhere_never_stops_the_reader(at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 0..6), cut in 0..9_usize) {
        let mut json = export(&[said(1, "<@2>"), with(said(2, "x"), json!({"embeds": [{"title": "t", "fields": [{"name": "n"}]}]}))]).into_bytes();
        let at = at.index(json.len());
        json.splice(at..(at + cut).min(json.len()), bytes);
        read_in(TimeZone::UTC, Some("discord"), &[("owls.json", &json)]);
    }
}
