use proptest::prelude::*;
use serde_json::{Value, json};

use super::Signal;
use crate::formats::importers::{Candidate, Export, HEAD, Importer, Reading};
use crate::formats::out::{Item, Out};
use crate::formats::tree::Tree;
use crate::model::About;

/// What was read of something.
#[derive(Debug, Default)]
struct Read {
    messages: Vec<Value>,
    abouts: Vec<About>,
    faults: Vec<String>,
    inferred: Vec<&'static str>,
}

impl Read {
    fn texts(&self) -> Vec<&str> {
        self.messages.iter().map(|message| message["message_elem_array"][0]["text_elem_content"].as_str().unwrap_or_default()).collect()
    }

    fn ids(&self) -> Vec<&str> {
        self.messages.iter().map(|message| message["message_msg_id"].as_str().unwrap()).collect()
    }
}

/// Reads the files of an export, in a folder `export`.
fn read(files: &[(&str, &[u8])]) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("export");
    for (name, bytes) in files {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let mut read = Read::default();
    for tree in Tree::named(&root).unwrap() {
        for entry in tree.entries() {
            let head = tree.head(&entry.path, HEAD).unwrap();
            let Some(unit) = Signal.sniff(&Candidate { tree: &tree, path: &entry.path, head: &head, is_told: false }) else { continue };
            let mut put = |item: Item| {
                match item {
                    Item::Message(_, message) => read.messages.push(serde_json::from_str(&message.to_json()).unwrap()),
                    Item::Draft(_, draft) => {
                        let hashes = vec![Some("0".repeat(64)); draft.files.len()];
                        read.messages.push(serde_json::from_str(&draft.finish(&hashes).unwrap().to_json()).unwrap());
                    }
                    Item::Fault(at, fault) => read.faults.push(format!("{}: {fault}", at.line)),
                    Item::Unread(error) => read.faults.push(error.to_string()),
                    Item::Inferred(inferred) => read.inferred.push(inferred.what),
                    Item::About(_, about) => read.abouts.push(*about),
                    Item::WithMedia(..) => unreachable!("these messages have no files of their own"),
                }
                true
            };
            let mut out = Out::new("signal", &tree, None, None, &mut put);
            let files = [entry.path.to_string()];
            Signal.read(&Export { tree: &tree, unit: &unit.0, files: &files, reading: &Reading::default() }, &mut out).unwrap();
        }
    }
    read
}

fn line(date: &str, sender: &str, body: &str) -> String {
    json!({"date": date, "sender": sender, "body": format!("{body}  "), "quote": "", "sticker": null, "reactions": [], "attachments": []})
        .to_string()
        + "\n"
}

fn lines(text: &str) -> Read {
    read(&[("Ann/data.json", text.as_bytes())])
}

#[test]
fn a_line_of_sigexport_is_a_message_with_all_that_it_says() {
    let full = json!({
        "date": "2024-05-01T12:34:56.789000", "sender": "Ann", "body": "look `here`  ", "quote": "\n\n> said\n> before\n\n",
        "sticker": {"id": "3", "packId": "p", "packKey": "k", "emoji": "🐱", "extension": "webp"},
        "reactions": [["Bob", "👍"], ["Me", "👍"], ["Bob", "❤️"]],
        "attachments": [{"name": "a b.jpg", "path": "media/a%20b.jpg", "missing_kind": null}, {"name": "", "path": "", "missing_kind": "media"}],
        "deleted": false, "call": false
    });
    let read = read(&[
        ("Ann/data.json", format!("{full}\n").as_bytes()),
        ("Ann/chat.md", b"[2024-05-01 12:34:56] Ann: the same\n"),
        ("Ann/media/a b.jpg", b"picture"),
        ("exported_stickers/p/3.webp", b"cat"),
    ]);
    assert_eq!(read.messages.len(), 1, "what chat.md says again is left: {read:?}");
    let message = &read.messages[0];
    assert_eq!(message["message_conv_id"], "signal:Ann");
    assert_eq!((&message["message_sender"], &message["message_client_time"]), (&"Ann".into(), &1_714_566_896.into()));
    assert!(message["message_cloud_custom_str"].as_str().unwrap().contains("said\\nbefore"));
    assert_eq!(message["mynah_reactions"][0], json!({"emoji": "👍", "count": 2, "users": [{"id": "Bob"}, {"id": "Me"}]}));
    let elements = message["message_elem_array"].as_array().unwrap();
    assert_eq!(elements[0]["text_elem_content"], "look `here`");
    assert_eq!((&elements[1]["mynah_file_name"], &elements[1]["image_elem_orig_pic_size"]), (&"🐱".into(), &3.into()));
    assert_eq!((&elements[2]["mynah_file_name"], &elements[2]["image_elem_orig_pic_size"]), (&"a b.jpg".into(), &7.into()));
    assert_eq!(elements[3]["mynah_file_place"], "(media not exported)");
    assert_eq!(message["mynah_source"]["record"], full);
    assert!(read.inferred.contains(&"timezone"));
}

#[test]
fn what_deleted_messages_calls_and_notes_of_signal_are_is_kept() {
    let text = [
        r#"{"date":"2024-05-01T12:00:00","sender":"Me","body":"  ","deleted":true}"#,
        r#"{"date":"2024-05-01T12:00:01","sender":"Ann","body":"Missed voice call  ","call":true,"missed":true}"#,
        r#"{"date":"2024-05-01T12:00:02","sender":"No-Sender","body":"  "}"#,
        r#"{"date":"2024-05-01T12:00:03","sender":"Ann","body":"","sticker":"🐱"}"#,
    ];
    let read = lines(&text.join("\n"));
    assert_eq!(read.messages.len(), 4);
    assert_eq!((&read.messages[0]["message_status"], &read.messages[0]["message_is_from_self"]), (&6.into(), &true.into()));
    assert_eq!(read.messages[1]["mynah_event"], json!({"type": "missed_call", "text": "Missed voice call"}));
    assert_eq!(read.messages[2]["mynah_event"]["type"], "update");
    assert_eq!(read.messages[3]["message_elem_array"][0]["face_elem_buf"], "🐱");
}

#[test]
fn a_file_that_was_written_twice_says_everything_once() {
    let run: String = [("2024-05-01T12:00:00.001000", "a"), ("2024-05-01T12:00:00.002000", "ok"), ("2024-05-01T12:00:00.003000", "ok")]
        .map(|(date, body)| line(date, "Ann", body))
        .concat();
    let later = line("2024-05-02T12:00:00.001000", "Ann", "new");
    let (once, twice) = (lines(&run), lines(&[&run[..], &run, &later].concat()));
    let mut ids = twice.ids();
    assert_eq!(ids.len(), 7);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    assert_eq!(once.messages[..], twice.messages[..3]);
    assert_eq!(once.messages[..], twice.messages[3..6]);
}

#[test]
fn real_repeats_of_one_run_stay() {
    let text = "[2024-05-01 12:00:00] Ann: first  \n\n[2024-05-01 12:00:05] Ann: ok  \n\n[2024-05-01 12:00:05] Ann: ok  \n\n";
    let (once, twice) = (read(&[("Ann/chat.md", text.as_bytes())]), read(&[("Ann/chat.md", text.repeat(2).as_bytes())]));
    assert_ne!(once.ids()[1], once.ids()[2]);
    assert_eq!([once.ids(), once.ids()].concat(), twice.ids());
}

#[test]
fn a_chat_in_markdown_is_read_with_its_lines_quotes_files_and_reactions() {
    let text = "[2019-05-29, 15:04] Me: How is everyone?\nreally  \n\n\n[2019-05-29 15:10:09] Aya: \n\n> How is everyone?\n\nWe're great!  \n(- Me: 👍, Jim: 👍 -)\n\n[2019-05-29 15:20:00] Jim: look  ![a.png](./media/a.png)  \n\n[2019-05-29 15:21:00] Jim:   \n(( 🐱 ))\n\n[2019-05-29 15:22:00] Jim: (This message was deleted)\n\n";
    let read = read(&[
        ("Group/chat.md", text.as_bytes()),
        ("Group/media/a.png", b"png"),
        ("Group/meta.json", br#"{"name":"Group","members":[{"name":"Aya"}]}"#),
    ]);
    assert_eq!(read.texts()[..3], ["How is everyone?\nreally", "We're great!", "look"]);
    assert_eq!(read.messages[1]["mynah_reactions"][0]["count"], 2);
    assert!(read.messages[1]["message_cloud_custom_str"].as_str().unwrap().contains("How is everyone?"));
    assert_eq!(read.messages[2]["message_elem_array"][1]["image_elem_orig_pic_size"], 3);
    assert_eq!(read.messages[3]["message_elem_array"][0]["face_elem_buf"], "🐱");
    assert_eq!(read.messages[4]["message_status"], 6);
    assert_eq!((read.abouts[0].kind.as_str(), read.abouts[0].members.len()), ("group", 1));
}

#[test]
fn a_line_that_is_none_costs_itself_alone() {
    let read = lines(&format!(
        "{}not json\n{{\"sender\":\"x\"}}\n{{\"date\":\"yesterday\"}}\n\n{}",
        line("2024-05-01T12:00:00", "Ann", "a"),
        line("2024-05-01T12:00:01", "Ann", "b")
    ));
    assert_eq!((read.texts(), read.faults.len()), (vec!["a", "b"], 3));
}

/// A plaintext export with these chat items.
fn backup(items: &[Value]) -> String {
    let mut frames = vec![
        json!({"version": "1", "backupTimeMs": "1714566896789"}),
        json!({"account": {"givenName": "Mo", "familyName": "E", "profileKey": "AA=="}}),
        json!({"recipient": {"id": "1", "self": {}}}),
        json!({"recipient": {"id": "2", "contact": {"aci": "ASNFZ4mrze8BI0VniavN7w==", "e164": "15551234", "profileGivenName": "Ann"}}}),
        json!({"recipient": {"id": "3", "group": {"masterKey": "AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=", "snapshot": {"title": {"title": "Ops"}, "members": [{"userId": "ASNFZ4mrze8BI0VniavN7w=="}]}}}}),
        json!({"chat": {"id": "7", "recipientId": "3"}}),
        json!({"chat": {"id": "8", "recipientId": 2}}),
    ];
    frames.extend(items.iter().map(|item| json!({"chatItem": item})));
    frames.iter().map(|frame| format!("{frame}\n")).collect()
}

const ANN: &str = "01234567-89ab-cdef-0123-456789abcdef";

#[test]
fn frames_become_people_chats_and_messages() {
    let text = backup(&[
        json!({"chatId": "8", "authorId": "2", "dateSent": "1714566896789", "incoming": {"read": true}, "pinDetails": {"pinNeverExpires": true},
            "standardMessage": {"text": {"body": "hi \u{fffc}!", "bodyRanges": [{"start": 3, "length": 1, "mentionAci": "ASNFZ4mrze8BI0VniavN7w=="}]},
                "reactions": [{"emoji": "👍", "authorId": "1"}], "linkPreview": [{"url": "https://e.org", "title": "E"}]}}),
        json!({"chatId": 8, "authorId": 1, "dateSent": 1_714_566_897_000_u64, "outgoing": {}, "revisions": [
                {"chatId": "8", "authorId": "1", "dateSent": "1714566896900", "standardMessage": {"text": {"body": "frist"}}}],
            "standardMessage": {"text": {"body": "first"}, "quote": {"targetSentTimestamp": "1714566896789", "authorId": "2", "text": {"body": "hi"}}}}),
    ]);
    let read = read(&[("main.jsonl", text.as_bytes())]);
    assert!(read.faults.is_empty(), "{read:?}");
    assert_eq!(
        read.abouts.iter().map(|about| (about.name.as_str(), about.kind.as_str())).collect::<Vec<_>>(),
        [("Ops", "group"), ("Ann", "direct")]
    );
    assert_eq!(read.texts(), ["hi @Ann!", "first"]);
    let (said, answer) = (&read.messages[0], &read.messages[1]);
    assert_eq!(said["message_msg_id"], format!("signal:{ANN}:1714566896789:{ANN}"));
    assert_eq!((&said["message_sender"], &said["message_sender_profile"]["user_profile_nick_name"]), (&ANN.into(), &"Ann".into()));
    assert_eq!(said["message_group_at_user_array"], json!([ANN]));
    assert_eq!(said["mynah_reactions"][0]["users"][0], json!({"id": "Me", "name": "Mo E"}));
    assert_eq!((&said["mynah_pinned"], &said["message_elem_array"][1]["custom_elem_ext"]), (&true.into(), &"embed".into()));
    assert_eq!((&answer["message_is_from_self"], &answer["message_sender"]), (&true.into(), &"Me".into()));
    assert_eq!(answer["mynah_edited"], json!({"time": 1_714_566_897, "before": [{"time": 1_714_566_896, "text": "frist"}]}));
    assert!(answer["message_cloud_custom_str"].as_str().unwrap().contains(&format!("signal:{ANN}:1714566896789:{ANN}")));
    assert_eq!(read.abouts[0].members[0].name, "Ann");
}

#[test]
fn files_are_found_by_their_hash_or_by_a_size_that_one_alone_has() {
    let hash = "AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=";
    let hex = "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f";
    let pointer = |hash: &str, size: u64| json!({"pointer": {"contentType": "image/png", "fileName": "a.png", "width": 2, "height": 3, "locatorInfo": {"plaintextHash": hash, "size": size}}});
    let missing = "BAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=";
    let text = backup(&[
        json!({"chatId": "7", "authorId": "2", "dateSent": "5000", "standardMessage": {"attachments": [pointer(hash, 4), pointer(missing, 9), pointer(missing, 77)]}}),
    ]);
    let named = format!("files/00/{hex}.png");
    let read = read(&[("main.jsonl", text.as_bytes()), (&named, b"1234"), ("files/ff/ffff.png", b"123456789")]);
    let elements = read.messages[0]["message_elem_array"].as_array().unwrap();
    assert_eq!(
        elements.iter().map(|element| element["mynah_file_hash"].is_string()).collect::<Vec<_>>(),
        [true, true, false],
        "{elements:?}"
    );
    assert_eq!((&elements[2]["image_elem_orig_pic_size"], elements[2]["mynah_file_place"].as_str().unwrap().len()), (&77.into(), 64));
    assert!(read.inferred.contains(&"files"));
}

#[test]
fn every_kind_of_chat_item_has_a_place() {
    let item = |time: u64, key: &str, value: Value| json!({"chatId": "7", "authorId": "2", "dateSent": time.to_string(), key: value});
    let aci = "ASNFZ4mrze8BI0VniavN7w==";
    let text = backup(&[
        item(1_000, "remoteDeletedMessage", json!({})),
        item(
            2_000,
            "contactMessage",
            json!({"contact": {"name": {"givenName": "Jim", "familyName": "B"}, "number": [{"value": "+1555"}]}}),
        ),
        item(3_000, "stickerMessage", json!({"sticker": {"packId": "AA==", "stickerId": 1, "emoji": "🐱"}})),
        item(4_000, "poll", json!({"question": "when?", "options": [{"option": "now", "votes": [{"voterId": "1"}]}, {"option": "later"}]})),
        item(5_000, "paymentNotification", json!({"amountMob": "1.5", "note": "lunch"})),
        item(6_000, "giftBadge", json!({"state": "OPENED"})),
        item(7_000, "viewOnceMessage", json!({})),
        item(8_000, "directStoryReplyMessage", json!({"emoji": "🔥"})),
        item(
            9_000,
            "updateMessage",
            json!({"groupChange": {"updates": [{"groupMemberAddedUpdate": {"updaterAci": aci, "newMemberAci": aci}}, {"groupNameUpdate": {"newGroupName": "Ops 2"}}]}}),
        ),
        item(9_000, "updateMessage", json!({"individualCall": {"type": "VIDEO_CALL", "direction": "INCOMING", "state": "MISSED"}})),
        item(10_000, "updateMessage", json!({"expirationTimerChange": {"expiresInMs": "60000"}})),
        item(11_000, "somethingNew", json!({"x": 1})),
    ]);
    let read = read(&[("main.jsonl", text.as_bytes())]);
    let events: Vec<_> = read.messages.iter().filter_map(|message| message["mynah_event"]["text"].as_str()).collect();
    assert_eq!(
        events[..3],
        ["Ann added Ann\nsomebody named the group Ops 2", "incoming video call (missed)", "Ann let messages disappear after 60 s"]
    );
    let kinds: Vec<_> = read.messages.iter().filter_map(|message| message["message_elem_array"][0]["custom_elem_ext"].as_str()).collect();
    assert_eq!(kinds, ["contact", "poll", "payment", "gift", "view_once"]);
    assert_eq!(read.messages[0]["message_status"], 6);
    assert_eq!(read.messages[3]["message_elem_array"][0]["custom_elem_desc"], "when?\nnow (1)\nlater (0)");
    assert_eq!(read.messages[8]["message_elem_array"][0]["group_tips_elem_tip_type"], 1);
    assert_eq!(read.messages[11]["mynah_event"]["type"], "empty");
    assert_eq!(read.messages.len(), 12);
    let mut ids = read.ids();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 12);
}

#[test]
fn the_key_of_a_group_is_in_no_id() {
    let text = backup(&[json!({"chatId": "7", "authorId": "2", "dateSent": "5000", "standardMessage": {"text": {"body": "x"}}})]);
    let read = read(&[("main.jsonl", text.as_bytes())]);
    let conversation = read.messages[0]["message_conv_id"].as_str().unwrap();
    assert!(conversation.starts_with("signal:group-") && conversation.len() == "signal:group-".len() + 16, "{conversation}");
}

#[test]
fn other_files_are_nobodys() {
    let read = read(&[
        ("a.json", br#"{"message_msg_id":"1"}"#),
        ("b.jsonl", br#"{"date":1,"text":"x"}"#),
        ("_chat.txt", b"[2024-05-01, 12:00] Ann: hi"),
        ("notes.md", b"# notes\n[2024-05-01] hi: there"),
        ("log.txt", b"[2024-05-01 12:00:00] Ann: hi"),
        ("c.txt", b"[12:00] <ann> hi"),
    ]);
    assert!(read.messages.is_empty(), "{read:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bytes_of_any_kind_never_stop_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..3_000, length in 0_usize..300) {
        let items = [json!({"chatId": "8", "authorId": "2", "dateSent": "1714566896789", "standardMessage": {"text": {"body": "hi \u{fffc}", "bodyRanges": [{"start": 3, "length": 900, "mentionAci": "AA"}]}}})];
        let markdown = "[2019-05-29, 15:04] Me: How  \n(- a: b -)\n\n[2019-05-29 15:10:09] Aya: \n\n> x\n\n![a](./media/a)  \n".to_owned();
        for (name, text) in [("main.jsonl", backup(&items)), ("A/data.json", line("2024-05-01T12:00:00", "Ann", "a").repeat(4)), ("A/chat.md", markdown)] {
            let mut text = text.into_bytes();
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, bytes.iter().copied());
            prop_assert!(read(&[(name, &text)]).messages.len() < 50);
        }
    }
}
