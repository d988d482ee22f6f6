use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::formats::importers::trial::{Tried, read, read_in};
use crate::model::{Edited, Forwarded, Happening, Message, Reaction, Status, Thread};

const USERS: &str = r#"[{"id":"U1","name":"ann","profile":{"display_name":"Ann","real_name":"Ann Smith"}},
    {"id":"U2","name":"bob","real_name":"Bob Jones","profile":{"display_name":""}},{"id":"U3","name":"cid","profile":{}}]"#;
const CHANNELS: &str = r#"[{"id":"C0000001","name":"owls","topic":{"value":"at night"},"purpose":{"value":"birds"},"members":["U1","U2"],
    "pins":[{"id":"1700000001.000100","type":"C"}],"created":"1600000000"}]"#;

fn said(ts: &str, text: &str) -> Value {
    json!({"type": "message", "user": "U1", "text": text, "ts": ts})
}

fn with(mut message: Value, keys: Value) -> Value {
    message.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    message
}

/// The export of a workspace with one channel and one day.
fn read_day(messages: &[Value]) -> Tried {
    read_with(messages, &[])
}

fn read_with(messages: &[Value], more: &[(&str, &[u8])]) -> Tried {
    let day = serde_json::to_string_pretty(messages).unwrap();
    let files = [("users.json", USERS.as_bytes()), ("channels.json", CHANNELS.as_bytes()), ("owls/2023-11-14.json", day.as_bytes())];
    let tried = read(&[&files[..], more].concat());
    assert!(tried.unread.is_empty() && tried.faults.is_empty(), "{:?} {:?}", tried.unread, tried.faults);
    tried
}

fn elements(message: &Message) -> Value {
    serde_json::from_str(message.body.elements_json()).unwrap()
}

fn event(message: &Message) -> Happening {
    message.body.context().unwrap()
}

#[test]
fn a_channel_is_known_by_its_id_and_told_with_what_the_lists_say() {
    let tried = read_day(&[said("1700000000.000100", "hello"), with(said("1700000060.000000", "hi"), json!({"user": "U2"}))]);
    assert_eq!(tried.lines(), ["U1: hello", "U2: hi"]);
    assert_eq!(tried.ids(), ["slack:C0000001:1700000000.000100", "slack:C0000001:1700000060.000000"]);
    assert_eq!(tried.times(), ["2023-11-14T22:13:20Z", "2023-11-14T22:14:20Z"]);
    assert_eq!((tried.messages[0].sender_name(), tried.messages[1].sender_name()), ("Ann".to_owned(), "Bob Jones".to_owned()));
    let (id, about) = &tried.abouts[0];
    assert_eq!((id.as_str(), about.name.as_str(), about.kind.as_str()), ("group:slack:C0000001", "owls", "channel"));
    assert_eq!((about.topic.as_str(), about.members.len(), tried.abouts.len()), ("at night\nbirds", 2, 1));
    assert!(tried.inferred.is_empty());
}

#[test]
fn direct_messages_and_private_channels_are_named_by_who_is_in_them() {
    let day = json!([said("1700000000.000100", "psst")]).to_string();
    let tried = read(&[
        ("ws/users.json", USERS.as_bytes()),
        ("ws/dms.json", br#"[{"id":"D0000001","created":1,"members":["U1","U2"]}]"#),
        ("ws/mpims.json", br#"[{"id":"G0000001","name":"mpdm-ann--bob--cid-1","members":["U1","U2","U3"]}]"#),
        ("ws/groups.json", br#"[{"id":"G0000002","name":"secret","members":["U1"]}]"#),
        ("ws/D0000001/2023-11-14.json", day.as_bytes()),
        ("ws/mpdm-ann--bob--cid-1/2023-11-14.json", day.as_bytes()),
        ("ws/secret/2023-11-14.json", day.as_bytes()),
    ]);
    let told: Vec<_> = tried.abouts.iter().map(|(id, about)| (id.as_str(), about.name.as_str(), about.kind.as_str())).collect();
    let expected = [
        ("group:slack:D0000001", "Ann, Bob Jones", "direct"),
        ("group:slack:G0000001", "Ann, Bob Jones, cid", "group direct"),
        ("group:slack:G0000002", "secret", "private channel"),
    ];
    assert_eq!(told, expected);
    assert_eq!(tried.messages.len(), 3);
}

#[test]
fn a_thread_holds_together_across_the_files_of_its_days() {
    let first = json!([with(said("1700000000.000100", "lunch?"), json!({"thread_ts": "1700000000.000100", "reply_count": 1}))]).to_string();
    let second =
        json!([with(said("1700090000.000100", "yes"), json!({"thread_ts": "1700000000.000100", "parent_user_id": "U1"}))]).to_string();
    let tried = read(&[
        ("users.json", USERS.as_bytes()),
        ("channels.json", CHANNELS.as_bytes()),
        ("owls/2023-11-15.json", second.as_bytes()),
        ("owls/2023-11-14.json", first.as_bytes()),
    ]);
    assert_eq!(tried.lines(), ["U1: lunch?", "U1: yes"]);
    let threads: Vec<_> = tried.messages.iter().map(|message| message.body.context::<Thread>().unwrap().id).collect();
    assert_eq!(threads, ["slack:C0000001:1700000000.000100"; 2]);
}

#[test]
fn names_links_and_entities_are_read_as_people_see_them() {
    let text = "<@U2> and <@U9|zed> in <#C0000001|owls> <!here> see <https://x.org/a?b=1&amp;c=2|this> or <https://x.org|x.org> &lt;b&gt; \
        <mailto:a@x.org|a@x.org> <!subteam^S1|@birders> <!date^1^{date}|May 1> 1 < 2";
    let tried = read_day(&[said("1700000000.000100", text)]);
    let expected = "@Bob Jones and @zed in #owls @here see this (https://x.org/a?b=1&c=2) or x.org <b> a@x.org @birders May 1 1 < 2";
    assert_eq!(tried.messages[0].texts(), [expected]);
    let json = tried.messages[0].body.as_json();
    assert!(json.contains(r#""message_group_at_user_array":["__kImSDK_MessageAtALL__","U2","U9"]"#), "{json}");
}

#[test]
fn edits_reactions_and_pins_are_kept() {
    let message = with(
        said("1700000001.000100", "x"),
        json!({"edited": {"user": "U2", "ts": "1700000099.000000"}, "reactions": [{"name": "+1::skin-tone-2", "users": ["U2"], "count": 3},
            {"name": "our-owl", "users": ["U1", "U2"], "count": 2}]}),
    );
    let tried = read_day(&[message, with(said("1700000002.000000", "y"), json!({"pinned_to": ["C0000001"]}))]);
    let edited: Edited = tried.messages[0].body.context().unwrap();
    assert_eq!((edited.time, edited.by.unwrap().name), (1_700_000_099, "Bob Jones".to_owned()));
    let reactions: Vec<Reaction> = tried.messages[0].body.context().unwrap();
    assert_eq!(reactions.iter().map(|reaction| (reaction.emoji.as_str(), reaction.count)).collect::<Vec<_>>(), [("👍🏻", 3), ("our-owl", 2)]);
    assert!(tried.messages.iter().all(|message| message.body.as_json().contains(r#""mynah_pinned":true"#)));
}

#[test]
fn what_happened_is_an_event() {
    let happened = |subtype: &str, text: &str| with(said("1700000000.000100", text), json!({"subtype": subtype}));
    let cases = [
        ("channel_join", "<@U1> has joined the channel", "@Ann has joined the channel", 1),
        ("channel_leave", "<@U1> has left the channel", "@Ann has left the channel", 2),
        ("channel_topic", "<@U1> set the channel topic: x", "@Ann set the channel topic: x", 6),
        ("pinned_item", "", "Ann pinned a message.", 0),
        ("huddle_thread", "", "Ann started a huddle.", 0),
    ];
    for (subtype, text, sentence, tip) in cases {
        let tried = read_day(&[happened(subtype, text)]);
        let told = event(&tried.messages[0]);
        assert_eq!((told.kind.as_str(), told.text.as_str()), (subtype, sentence));
        assert_eq!(elements(&tried.messages[0])[0]["group_tips_elem_tip_type"].as_u64().unwrap_or_default(), tip, "{subtype}");
    }
    let invited = with(happened("channel_join", "<@U1> has joined the channel"), json!({"inviter": "U2"}));
    assert_eq!(event(&read_day(&[invited]).messages[0]).text, "@Ann has joined the channel Invited by Bob Jones.");
}

#[test]
fn what_was_deleted_says_so_and_nothing_else() {
    let gone = with(
        said("1700000000.000100", "This message was deleted."),
        json!({"subtype": "tombstone", "hidden": true, "user": "USLACKBOT", "thread_ts": "1700000000.000100"}),
    );
    let tried = read_day(&[gone]);
    assert_eq!(tried.messages[0].status, Some(Status::Recalled));
    assert!(tried.messages[0].texts().is_empty() && tried.messages[0].body.context::<Thread>().is_some());
}

#[test]
fn programs_speak_under_their_own_names() {
    let bot = json!({"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Builder", "text": "done", "ts": "1700000000.000100"});
    let app = json!({"type": "message", "user": "U7", "bot_id": "B2", "bot_profile": {"name": "Polly"}, "text": "poll", "ts": "1700000000.000200"});
    let old = json!({"type": "message", "subtype": "bot_message", "username": "cron", "text": "tick", "ts": "1700000000.000300"});
    let tried = read_day(&[bot, app, old]);
    assert_eq!(tried.lines(), ["B1: done", "U7: poll", "cron: tick"]);
    assert_eq!(tried.messages.iter().map(Message::sender_name).collect::<Vec<_>>(), ["Builder", "Polly", "cron"]);
}

#[test]
fn blocks_are_read_where_they_say_more_than_the_text() {
    let rich = json!([{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "see "},
        {"type": "link", "url": "https://x.org", "text": "this"}, {"type": "user", "user_id": "U2"}]},
        {"type": "rich_text_list", "elements": [{"type": "rich_text_section", "elements": [{"type": "emoji", "name": "owl"}, {"type": "text", "text": " one"}]}]}]}]);
    let same = with(said("1700000000.000100", "see <https://x.org|this><@U2>\n• :owl: one"), json!({"blocks": rich}));
    let alone = with(said("1700000000.000200", ""), json!({"blocks": rich}));
    let more = with(
        said("1700000000.000300", "A question"),
        json!({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*A question*"}, "fields": [{"type": "plain_text", "text": "yes: 8"}]},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "by <@U1>"}, {"type": "image", "alt_text": "an owl"}]}, {"type": "divider"}]}),
    );
    let tried = read_day(&[same, alone, more]);
    assert_eq!(elements(&tried.messages[0]).as_array().unwrap().len(), 1);
    assert_eq!(tried.messages[1].texts(), ["see this (https://x.org)@Bob Jones\n• :owl: one"]);
    assert_eq!(elements(&tried.messages[2])[1]["custom_elem_desc"], "yes: 8\nby @Ann an owl");
}

#[test]
fn cards_say_each_line_once() {
    let message = with(
        said("1700000000.000100", "look <https://x.org/owl>"),
        json!({"attachments": [{"fallback": "Zoo: Owls", "service_name": "Zoo", "title": "Owls", "title_link": "https://x.org/owl", "text": "They sleep.",
            "fields": [{"title": "size", "value": "small"}], "from_url": "https://x.org/owl"}, {"fallback": "only this"}, {"color": "red"}]}),
    );
    let elements = elements(&read_day(&[message]).messages[0]);
    assert_eq!(elements[1]["custom_elem_desc"], "Owls\nThey sleep.\nsize: small");
    assert_eq!((elements[2]["custom_elem_desc"].as_str(), elements.as_array().unwrap().len()), (Some("only this"), 3));
}

#[test]
fn a_shared_message_names_whose_it_was() {
    let message = with(
        said("1700000000.000100", "fyi"),
        json!({"attachments": [{"is_share": true, "is_msg_unfurl": true, "author_id": "U2", "author_name": "Bob", "channel_id": "C0000001",
            "ts": "1600000000.000100", "text": "old news from <@U1>", "fallback": "x"}]}),
    );
    let tried = read_day(&[message]);
    assert_eq!(tried.messages[0].texts(), ["fyi", "old news from @Ann"]);
    let forwarded: Forwarded = tried.messages[0].body.context().unwrap();
    assert_eq!((forwarded.from.unwrap().id, forwarded.conversation, forwarded.time), ("U2".to_owned(), "owls".to_owned(), 1_600_000_000));
}

#[test]
fn files_are_found_where_slackdump_puts_them_and_keep_their_address_otherwise() {
    let file = |id: &str, name: &str| json!({"id": id, "name": name, "mimetype": "image/png", "size": 99, "mode": "hosted", "url_private": format!("https://files.slack.com/{id}"), "original_w": 4, "original_h": 3});
    let message = with(
        said("1700000000.000100", ""),
        json!({"files": [file("F1", "a.png"), file("F2", "b #1.png"), file("F3", "c.png"), {"id": "F4", "mode": "tombstone"},
            {"id": "F5", "name": "n.txt", "mode": "snippet", "size": 5, "preview": "first line"}, file("F6", "../../etc/passwd")]}),
    );
    let old = with(said("1700000000.000200", "uploaded"), json!({"subtype": "file_share", "file": file("F7", "old.png")}));
    let tried = read_with(
        &[message, old],
        &[("__uploads/F1/a.png", b"png"), ("owls/attachments/F2-b #1.png", br#"[{"ts":"1","type":"message","user":"x"}]"#)],
    );
    let all = elements(&tried.messages[0]);
    assert!(all[0]["mynah_file_hash"].is_string() && all[1]["mynah_file_hash"].is_string(), "{all}");
    assert_eq!((all[0]["image_elem_orig_pic_size"].as_u64(), all[0]["image_elem_orig_pic_width"].as_u64()), (Some(3), Some(4)));
    assert_eq!(
        (all[2]["image_elem_orig_url"].as_str(), all[2]["image_elem_orig_pic_size"].as_u64()),
        (Some("https://files.slack.com/F3"), Some(99))
    );
    assert_eq!(all[3]["mynah_file_place"], "tombstone");
    assert_eq!((all[4]["file_elem_file_name"].as_str(), all[5]["custom_elem_desc"].as_str()), (Some("n.txt"), Some("first line")));
    assert!(all[6]["mynah_file_hash"].is_null());
    assert_eq!(elements(&tried.messages[1])[1]["mynah_file_name"], "old.png");
    assert_eq!(tried.messages.len(), 2, "a file that was sent is no export");
}

#[test]
fn a_dump_gives_threads_and_files_too() {
    let reply = with(said("1700000009.000100", "yes"), json!({"thread_ts": "1700000000.000100"}));
    let parent = with(
        said("1700000000.000100", "lunch?"),
        json!({"thread_ts": "1700000000.000100", "slackdump_thread_replies": [reply], "files": [{"id": "F1", "name": "data.json"}]}),
    );
    let dump = json!({"channel_id": "C0000009", "name": "food", "messages": [parent]}).to_string();
    let thread = json!([with(said("1700000010.000100", "no"), json!({"thread_ts": "1700000000.000100"}))]).to_string();
    let tried = read(&[
        ("C0000009.json", dump.as_bytes()),
        ("C0000009/F1-data.json", b"[]"),
        ("C0000009_thread_1700000000.000100.json", thread.as_bytes()),
        ("users.json", USERS.as_bytes()),
    ]);
    assert_eq!(tried.lines(), ["U1: lunch?", "U1: yes", "U1: no"]);
    assert_eq!(tried.ids()[2], "slack:C0000009:1700000010.000100");
    assert_eq!((tried.messages[0].sender_name(), tried.abouts[0].1.name.as_str()), ("Ann".to_owned(), "food"));
    assert!(elements(&tried.messages[0])[1]["mynah_file_hash"].is_string());
    let json = tried.messages[0].body.as_json();
    assert!(json.contains(r#""slackdump_thread_replies":[]"#) && !json.contains("yes"), "{json}");
}

#[test]
fn days_without_their_lists_are_named_by_their_folder() {
    let tried = read(&[("owls/2023-11-14.json", json!([said("1700000000.000100", "hello")]).to_string().as_bytes())]);
    assert_eq!(tried.ids(), ["slack:owls:1700000000.000100"]);
    assert_eq!((tried.inferred.len(), tried.inferred[0].value.as_str()), (1, "owls"));
}

#[test]
fn a_change_that_is_told_is_the_message_with_what_it_was() {
    let newer = json!({"type": "message", "user": "U1", "text": "new <@U2>", "ts": "1700000000.000100", "edited": {"user": "U1", "ts": "1700000050.0"}});
    let change = json!({"type": "message", "subtype": "message_changed", "ts": "1700000050.000100", "message": newer,
        "previous_message": {"user": "U1", "text": "old", "ts": "1700000000.000100"}});
    let gone = json!({"type": "message", "subtype": "message_deleted", "ts": "1700000060.000100", "deleted_ts": "1700000001.000100",
        "previous_message": {"user": "U2", "text": "oops", "ts": "1700000001.000100"}});
    let tried = read_day(&[change, gone]);
    assert_eq!(tried.lines(), ["U1: new @Bob Jones", "U2: oops"]);
    assert_eq!(tried.ids()[0], "slack:C0000001:1700000000.000100");
    assert_eq!(tried.messages[0].body.context::<Edited>().unwrap().before[0].text, "old");
    assert_eq!(tried.messages[1].status, Some(Status::Recalled));
}

#[test]
fn a_record_that_cannot_be_read_costs_itself_alone() {
    let day = format!(
        "[\n{},\n{{\"type\":\"message\",\"text\":\"x\"}},\n{{\"ts\":nonsense}},\n7,\n{}\n]",
        said("1700000000.000100", "a"),
        said("1700000000.000200", "b")
    );
    let files = [("users.json", USERS.as_bytes()), ("channels.json", &b"[{\"id\":"[..]), ("owls/2023-11-14.json", day.as_bytes())];
    let tried = read(&files);
    assert_eq!((tried.messages.len(), tried.faults.len(), tried.unread.len()), (2, 3, 1), "{:?}", tried.faults);
    assert!(tried.faults[0].starts_with("2023-11-14.json:3: ") && tried.faults[0].ends_with("it has no time"), "{:?}", tried.faults);
}

#[test]
fn half_of_an_export_gives_the_same_ids_as_the_whole() {
    let messages: Vec<_> = (1..9).map(|at| said(&format!("170000000{at}.000100"), "ok")).collect();
    assert_eq!(read_day(&messages[..4]).ids(), read_day(&messages).ids()[..4]);
}

#[test]
fn lists_of_other_programs_are_not_taken() {
    let other = json!([{"ts": "1", "type": "event", "user": "x"}]).to_string();
    assert!(read(&[("users.json", b"[]"), ("a.json", other.as_bytes())]).messages.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_anywhere_never_stops_the_reader(at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 0..6), cut in 0..9_usize) {
        let rich = json!([{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "<@U1|"}]}]}]);
        let message = with(said("1700000000.000100", "<@U2> &lt;<!date^1|"), json!({"blocks": rich, "slackdump_thread_replies": [said("1.2", "x")]}));
        let mut json = json!([message, said("1700000000.000200", "é<")]).to_string().into_bytes();
        let at = at.index(json.len());
        json.splice(at..(at + cut).min(json.len()), bytes);
        read_in(TimeZone::UTC, Some("slack"), &[("owls/2023-11-14.json", &json)]);
    }
}
