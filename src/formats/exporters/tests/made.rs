//! A small archive with one of everything that an export can show.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::archive::Archive;
use crate::model::{About, ConversationId, Message, Person};

/// The second of the first message: 1 March 2024, 22:00 UTC.
pub(super) const MADE: u64 = 1_709_330_400;

/// A picture of one pixel.
pub(super) const PICTURE: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a,
    0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0,
    0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

pub(super) fn group() -> ConversationId {
    ConversationId::group("slack:C1").unwrap()
}

/// Texts that try to be more than text.
pub(super) fn hostile_texts() -> Vec<String> {
    let texts = [
        "<script>alert(1)</script>",
        "\"onload=\"alert(1)\" x='",
        "</p></article><img src=x onerror=alert(1)>",
        "[click](javascript:alert(1)) javascript:alert(1)",
        "../../etc/passwd",
        "=HYPERLINK(\"http://evil.example\",\"x\")",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "-->]]>&lt;b&gt;",
        "# not a heading\n- not an item\n    not code",
        "```\nopen",
        "{{x}} ${x} `x` **x**",
        "\u{202e}desrever\u{202c} \u{0} nul",
    ];
    texts.map(str::to_owned).to_vec()
}

fn text(id: &str, minute: u64, sender: (&str, &str), words: &str, more: Value) -> Message {
    message(id, minute, sender, json!([{"elem_type": 0, "text_elem_content": words}]), more)
}

fn message(id: &str, minute: u64, (sender, name): (&str, &str), elements: Value, more: Value) -> Message {
    let mut all = json!({
        "message_msg_id": id, "message_sender": sender, "message_server_time": MADE + minute * 60, "message_client_time": MADE + minute * 60,
        "message_rand": minute + 1, "message_sender_profile": {"user_profile_identifier": sender, "user_profile_nick_name": name},
        "message_elem_array": elements,
    });
    all.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    Message::from_json(&all.to_string()).unwrap()
}

fn answer_to(id: &str, sender: &str, words: &str) -> Value {
    json!({"messageReply": {"messageID": id, "messageSender": sender, "messageAbstract": words}}).to_string().into()
}

/// The archive, and the folder that it lies in.
pub(super) fn archive() -> (Archive, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path().join("archive")).unwrap();
    let (ann, ben) = (("U1", "Ann Müller"), ("U2", "Ben"));
    let about = About {
        name: "Night shift".to_owned(),
        topic: "who watches the harbour <3".to_owned(),
        kind: "private_channel".to_owned(),
        source: "slack".to_owned(),
        members: vec![Person::new("U1", "Ann Müller"), Person::new("U2", "Ben"), Person::new("U3", "Cleo")],
    };
    archive.describe(&group(), about).unwrap();
    let root = json!({"id": "made:1"});
    let hash = blake3::hash(PICTURE).to_hex().to_string();
    let messages = vec![
        message(
            "made:0",
            0,
            ("U3", "Cleo"),
            json!([{"elem_type": 5, "group_tips_elem_tip_type": 1, "group_tips_elem_op_user": "U3"}]),
            json!({"mynah_event": {"type": "channel_join", "text": "Cleo has joined the channel"}}),
        ),
        text(
            "made:1",
            1,
            ann,
            "Who looks after the tide gauge?\nIt stopped at 3.5 m.",
            json!({
                "mynah_thread": root, "mynah_pinned": true,
                "mynah_reactions": [{"emoji": "👍", "count": 3, "users": [{"id": "U2"}, {"id": "U3"}]}, {"emoji": "party_parrot", "count": 1}],
            }),
        ),
        text(
            "made:2",
            2,
            ben,
            "I do; see https://tide.example/now?a=1&b=2.",
            json!({"mynah_thread": root, "mynah_edited": {"time": MADE + 300, "before": [{"time": MADE + 120, "text": "I do"}]}}),
        ),
        text("made:3", 3, ann, "```sh\nls -l *.log\n```\nFrom here on it rains", json!({})),
        text("made:4", 4, ann, "From here on it rains", json!({"message_cloud_custom_str": answer_to("made:1", "U1", "Who looks")})),
        message(
            "made:5",
            5,
            ben,
            json!([
                {"elem_type": 1, "image_elem_orig_pic_size": 67, "mynah_file_name": "harbour.png", "mynah_file_type": "image/png", "mynah_file_hash": hash},
                {"elem_type": 4, "file_elem_file_name": "plan.pdf", "file_elem_file_size": 120_000, "mynah_file_place": "(File not included)"},
                {"elem_type": 9, "video_elem_video_duration": 12, "video_elem_video_url": "https://video.example/1.mp4"},
            ]),
            json!({}),
        ),
        text(
            "made:6",
            6,
            ben,
            "tomorrow then",
            json!({"mynah_forwarded": {"from": {"id": "U9", "name": "Zoë"}, "conversation": "#weather", "time": MADE - 60}}),
        ),
        text("made:7", 7, ben, "never mind", json!({"message_status": 6})),
        message(
            "made:8",
            60 * 14,
            ann,
            json!([
                {"elem_type": 7, "location_elem_desc": "Pier 4", "location_elem_latitude": 53.5, "location_elem_longitude": 9.9},
                {"elem_type": 3, "custom_elem_desc": "Boats? yes 2, no 1", "custom_elem_ext": "poll", "custom_elem_data": "{}"},
                {"elem_type": 6, "face_elem_index": 0, "face_elem_buf": "😀"},
            ]),
            json!({"message_group_at_user_array": ["U2", "__kImSDK_MessageAtALL__"]}),
        ),
        text("made:9", 60 * 15, ("U3", "Cleo"), "late to the thread", json!({"mynah_thread": root})),
        text(
            "made:10",
            60 * 15 + 1,
            ("U3", "Cleo"),
            "שלום עולם",
            json!({"message_cloud_custom_str": answer_to("gone", "U2", "what was <gone>")}),
        ),
    ];
    archive.import(&group(), messages).unwrap();
    archive.attach("made:5", PICTURE).unwrap();
    let bob = ConversationId::c2c("bob").unwrap();
    archive.import(&bob, vec![text("bob:1", 5, ("bob", ""), "hello", json!({"message_is_read": false}))]).unwrap();
    let hostile = ConversationId::group("hostile").unwrap();
    let name = "<b>\"x\" & 'y'</b>";
    let mut messages: Vec<Message> = hostile_texts()
        .iter()
        .zip(0..)
        .map(|(words, number)| text(&format!("h:{number}"), number, ("<img src=x>", name), words, json!({})))
        .collect();
    let bad_url = json!([{"elem_type": 4, "file_elem_file_name": "../../\"><script>.svg", "file_elem_url": "javascript:alert(1)"}]);
    messages.push(message("h:file", 50, ("eve", name), bad_url, json!({
        "mynah_reactions": [{"emoji": "<i>", "count": 1, "users": [{"id": "\"><b>"}]}], "mynah_thread": {"id": "\"><b>", "name": "<u>topic</u>"},
    })));
    archive.import(&hostile, messages).unwrap();
    (archive, folder)
}
