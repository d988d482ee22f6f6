use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::Mail;
use crate::formats::importers::{Candidate, Export, HEAD, Importer, Reading};
use crate::formats::out::{Item, Out};
use crate::formats::tree::Tree;

/// What was read of something.
#[derive(Debug, Default)]
struct Read {
    messages: Vec<Value>,
    faults: Vec<String>,
    inferred: Vec<(&'static str, String)>,
    members: Vec<String>,
}

impl Read {
    fn texts(&self) -> Vec<&str> {
        self.messages.iter().map(text).collect()
    }

    fn ids(&self) -> Vec<&str> {
        self.messages.iter().map(|message| message["message_msg_id"].as_str().unwrap()).collect()
    }
}

/// The last text of a message: its body.
fn text(message: &Value) -> &str {
    let mut texts = message["message_elem_array"].as_array().unwrap().iter().filter_map(|element| element["text_elem_content"].as_str());
    texts.next_back().unwrap_or_default()
}

fn read_at(path: &Path, reading: &Reading) -> Read {
    let mut read = Read::default();
    for tree in Tree::named(path).unwrap() {
        let mut units: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for entry in tree.entries() {
            let head = tree.head(&entry.path, HEAD).unwrap();
            if let Some(unit) = Mail.sniff(&Candidate { tree: &tree, path: &entry.path, head: &head, is_told: false }) {
                units.entry(unit).or_default().push(entry.path.to_string());
            }
        }
        for (unit, files) in units {
            let mut put = |item: Item| {
                match item {
                    Item::Message(_, message) => read.messages.push(serde_json::from_str(&message.to_json()).unwrap()),
                    Item::Draft(_, draft) => {
                        let hashes = vec![Some("0".repeat(64)); draft.files.len()];
                        read.messages.push(serde_json::from_str(&draft.finish(&hashes).unwrap().to_json()).unwrap());
                    }
                    Item::Fault(at, fault) => read.faults.push(format!("{}: {fault}", at.line)),
                    Item::Unread(error) => read.faults.push(error.to_string()),
                    Item::Inferred(inferred) => read.inferred.push((inferred.what, inferred.value)),
                    Item::About(_, about) => read.members.extend(about.members.into_iter().map(|member| member.id)),
                    Item::WithMedia(..) => unreachable!("mails have no files of their own"),
                }
                true
            };
            let mut out = Out::new("mail", &tree, None, None, &mut put);
            let export = Export { tree: &tree, unit: &unit.0, files: &files, reading };
            Mail.read(&export, &mut out).unwrap();
        }
    }
    read
}

/// Reads files that lie in a folder `box`.
fn read(files: &[(&str, &[u8])]) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("box");
    for (name, bytes) in files {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    read_at(&root, &Reading::default())
}

fn mbox(text: &str) -> Read {
    read(&[("in.mbox", text.as_bytes())])
}

fn eml(text: impl AsRef<[u8]>) -> Value {
    let read = read(&[("one.eml", text.as_ref())]);
    assert_eq!(read.messages.len(), 1, "{read:?}");
    read.messages[0].clone()
}

const SEPARATOR: &str = "From ann@example.org Thu Jul 16 03:42:38 1998\n";

/// A mail with this id, text and date.
fn mail(id: &str, text: &str) -> String {
    format!(
        "{SEPARATOR}From: Ann <Ann@Example.org>\nDate: Thu, 16 Jul 1998 03:42:38 +0200\nMessage-ID: <{id}>\nSubject: about {id}\n\n{text}\n\n"
    )
}

#[test]
fn mails_of_a_box_are_messages_with_who_when_and_what() {
    let read = mbox(&[mail("1@x", "one"), mail("2@x", "two")].concat());
    assert_eq!(read.ids(), ["mail:in:1@x", "mail:in:2@x"]);
    assert_eq!(read.texts(), ["one", "two"]);
    let first = &read.messages[0];
    assert_eq!(first["message_conv_id"], "mail:in");
    assert_eq!(first["message_sender"], "ann@example.org");
    assert_eq!(first["message_sender_profile"]["user_profile_nick_name"], "Ann");
    assert_eq!(first["message_client_time"], 900_553_358);
    assert_eq!(first["message_elem_array"][0]["text_elem_content"], "about 1@x");
    assert!(first["mynah_source"]["record"].as_str().unwrap().starts_with("From: Ann"));
    assert_eq!(read.members, ["ann@example.org"]);
    assert!(read.faults.is_empty());
}

#[test]
fn a_line_that_begins_with_from_divides_only_where_a_mail_begins() {
    #[track_caller]
    fn check(text: &str, count: usize) {
        let read = mbox(&format!("{}{text}{}", mail("1@x", "one"), mail("2@x", "two")));
        assert_eq!(read.messages.len(), count, "{text}");
    }
    check("From this principle, all of it follows.\nand more\n\n", 2);
    check("said\nFrom here on\n\n", 2);
    check("From bob@example.org\nFrom: bob@example.org\nSubject: undated\n\nthree\n\n", 3);
    check("no blank line before\nFrom bob@example.org Thu Jul 16 03:42:38 EDT 1998\nSubject: three\n\nthree\n\n", 3);
    check("From bob at example.org  Wed Feb  1 19:06:04 2006\nSubject: three\n\nthree\n\n", 3);
    check("From 1790@xxx Tue Nov 24 12:00:00 +0000 2020\nSubject: three\n\nthree\n\n", 3);
    check("------ Begin Included Message ------\n\nFrom bob@example.org Thu Jul 16 03:42:38 1998\nSubject: in it\n\nquoted\n\n", 2);
}

#[test]
fn an_attached_mail_keeps_its_dividing_lines() {
    let inner = "From bob@example.org Thu Jul 16 03:42:38 1998\nFrom: bob@example.org\nSubject: inside\n\nkept\n\n".repeat(2);
    let outer = format!(
        "{SEPARATOR}From: ann@example.org\nMessage-ID: <1@x>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\nsee below\n--bb\nContent-Type: message/rfc822\n\n{inner}--bb--\n\n"
    );
    let read = mbox(&[outer.clone(), mail("2@x", "two")].concat());
    assert_eq!(read.ids(), ["mail:in:1@x", "mail:in:2@x"]);
    assert_eq!(read.messages[0]["message_elem_array"][1]["custom_elem_ext"], "mail");
    // Where the boundary never comes again, the mail was cut off, and those behind it are mails.
    let cut = mbox(&[outer.replace("--bb--", ""), mail("2@x", "two")].concat());
    assert_eq!(cut.ids().last(), Some(&"mail:in:2@x"));
}

#[test]
fn quoted_lines_lose_one_mark_and_line_ends_are_those_of_texts() {
    let plain = mail("1@x", ">From here\n>>From there\n> From quoted");
    let read = mbox(&plain);
    assert_eq!(read.texts(), ["From here\n>From there\n> From quoted"]);
    assert_eq!(mbox(&plain.replace('\n', "\r\n")).texts(), read.texts());
    assert_eq!(mbox(&format!("\u{feff}\n\n{plain}")).texts(), read.texts());
}

#[test]
fn what_stands_before_the_first_mail_is_told_and_the_mails_are_read() {
    let read = mbox(&format!("no mail at all\n\n{}", mail("1@x", "one")));
    assert_eq!((read.texts(), read.faults.len()), (vec!["one"], 1));
    assert!(mbox("").messages.is_empty());
}

#[test]
fn an_answer_knows_its_parent_and_the_first_mail_of_its_thread() {
    let answer = "From: b@x\nMessage-ID: <3@x>\nReferences: <1@x>\n\t<ghost@x> <2@x>\nIn-Reply-To: <2@x>\nSubject: Re: plan\n\ntext";
    let message = eml(answer);
    assert_eq!(message["mynah_thread"], serde_json::json!({"id": "mail:box:1@x", "name": "plan"}));
    assert!(message["message_cloud_custom_str"].as_str().unwrap().contains("\"messageID\":\"mail:box:2@x\""));
    let loose = eml("From: b@x\nMessage-ID: <3@x>\nIn-Reply-To: Your message of yes <2@x>\n\ntext");
    assert_eq!(loose["mynah_thread"]["id"], "mail:box:2@x");
    for junk in ["In-Reply-To: yes", "In-Reply-To: <3@x>\nReferences: <3@x>"] {
        let message = eml(format!("From: b@x\nMessage-ID: <3@x>\n{junk}\n\ntext"));
        assert!(message.get("mynah_thread").is_none() && message.get("message_cloud_custom_str").is_none(), "{junk}");
    }
}

#[test]
fn copies_are_one_mail_and_two_that_share_an_id_are_two() {
    let read = mbox(&[mail("1@x", "one"), mail("1@x", "one"), mail("1@x", "another one")].concat());
    let ids = read.ids();
    assert_eq!((ids[0], ids[1]), ("mail:in:1@x", "mail:in:1@x"));
    assert!(ids[2].starts_with("mail:in:1@x~"));
}

#[test]
fn mails_without_an_id_are_known_by_what_they_say() {
    let bare = |text: &str| mail("1@x", text).replace("Message-ID: <1@x>\n", "");
    let whole = mbox(&[bare("ok"), bare("ok"), bare("more")].concat());
    let half = mbox(&bare("ok"));
    assert_eq!(half.ids()[0], whole.ids()[0]);
    let mut ids = whole.ids();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn first_half_then_the_whole_are_the_same_messages() {
    let all: Vec<String> = (0..20).map(|number| mail(&format!("{}@x", number % 15), &format!("text {number}"))).collect();
    let (half, whole) = (mbox(&all[..10].concat()), mbox(&all.concat()));
    assert_eq!(half.messages[..], whole.messages[..10]);
}

#[test]
fn names_and_texts_of_any_encoding_are_read() {
    let message = eml("From: =?ISO-8859-1?Q?Andr=E9?= <a@x>\nSubject: =?utf-8?B?w7xiZXI=?= it\n\nx");
    assert_eq!(message["message_sender_profile"]["user_profile_nick_name"], "André");
    assert_eq!(message["message_elem_array"][0]["text_elem_content"], "über it");
    let body = |kind: &str, bytes: &[u8]| {
        let head = format!("From: a@x\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset={kind}\n");
        text(&eml([head.as_bytes(), bytes].concat())).to_owned()
    };
    assert_eq!(body("koi8-r", b"Content-Transfer-Encoding: 8bit\n\n\xf0\xd2\xc9\xd7\xc5\xd4"), "Привет");
    assert_eq!(body("us-ascii", "Content-Transfer-Encoding: 8bit\n\nGrüße".as_bytes()), "Grüße");
    assert_eq!(body("iso-8859-1", "Content-Transfer-Encoding: 8bit\n\nGrüße".as_bytes()), "Grüße");
    assert_eq!(body("utf-8", b"Content-Transfer-Encoding: 8bit\n\nGr\xfc\xdfe"), "Grüße");
    assert_eq!(body("gb2312", b"Content-Transfer-Encoding: base64\n\nxOO6ww==\n"), "你好");
    assert_eq!(body("utf-8", b"Content-Transfer-Encoding: quoted-printable\n\na=C3=A4=\nb =3D\n"), "aäb =");
}

#[test]
fn a_wrong_encoding_is_told() {
    let read = read(&[("a.eml", b"From: Andr\xe9 <a@x>\nSubject: s\nDate: Thu, 16 Jul 1998 03:42:38 +0200\n\nx")]);
    assert_eq!(read.messages[0]["message_sender_profile"]["user_profile_nick_name"], "André");
    assert!(read.inferred.contains(&("encoding", "windows-1252".to_owned())), "{:?}", read.inferred);
}

#[test]
fn of_alternatives_the_plain_one_is_read_and_a_page_where_there_is_none() {
    let both = "From: a@x\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<p>page</p>\n--b--\n";
    let message = eml(both);
    assert_eq!(text(&message), "plain");
    assert!(message["mynah_source"]["record"].as_str().unwrap().contains("<p>page</p>"), "the other one stays in the record");
    let page = "From: a@x\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>Hi <a href=\"https://e.org/x\">there</a></p>";
    assert_eq!(text(&eml(page)), "Hi there (https://e.org/x)");
    assert_eq!(text(&eml(both.replace("plain\n--b", "\n--b"))), "page");
}

#[test]
fn files_are_taken_out_of_the_record_and_kept() {
    let message = eml(
        "From: a@x\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee it\n--b\nContent-Type: image/png; name=\"a.png\"\nContent-Transfer-Encoding: base64\n\nAAECAw==\n--b\nContent-Type: text/x-diff\nContent-Disposition: attachment; filename*=utf-8''%C3%A4.diff\n\n+ line\n--b--\n",
    );
    let elements = message["message_elem_array"].as_array().unwrap();
    assert_eq!(elements.len(), 4, "{message}");
    assert_eq!(
        (&elements[2]["elem_type"], &elements[2]["image_elem_orig_pic_size"], &elements[2]["mynah_file_name"]),
        (&1.into(), &4.into(), &"a.png".into())
    );
    assert_eq!((&elements[3]["file_elem_file_name"], &elements[3]["mynah_file_type"]), (&"ä.diff".into(), &"text/x-diff".into()));
    let record = message["mynah_source"]["record"].as_str().unwrap();
    assert!(record.contains("name=\"a.png\"") && !record.contains("AAECAw") && record.ends_with("--b--\n"), "{record}");
}

#[test]
fn a_mail_in_a_mail_is_read_and_kept_whole_however_it_was_packed() {
    let check = |packing: &str, inner: &str| {
        let head = "From: a@x\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee below\n--b\n";
        let message = eml(format!("{head}Content-Type: message/rfc822\nContent-Transfer-Encoding: {packing}\n\n{inner}\n--b--\n"));
        let elements = message["message_elem_array"].as_array().unwrap();
        assert_eq!(elements[2]["custom_elem_desc"], "bob@x\ninside\nGrüße", "{packing}");
        assert_eq!(
            (&elements[3]["file_elem_file_name"], &elements[3]["mynah_file_type"]),
            (&"inside.eml".into(), &"message/rfc822".into())
        );
        assert_eq!(elements[3]["file_elem_file_size"], 39, "{packing}");
    };
    check("8bit", "From: bob@x\nSubject: inside\n\nGrüße\n\n\n");
    check("base64", "RnJvbTogYm9iQHgKU3ViamVjdDogaW5zaWRlCgpHcsO8w59lCgoK");
}

#[test]
fn the_time_is_that_of_the_date_or_else_of_the_way() {
    let time = |header: &str| eml(format!("From: a@x\nSubject: s\n{header}\n\nx"))["message_client_time"].as_u64().unwrap();
    assert_eq!(time("Date: Thu, 16 Jul 1998 03:42:38 +0200"), 900_553_358);
    assert_eq!(time("Date: 16 Jul 98 01:42:38 GMT"), 900_553_358);
    assert_eq!(time("Date: Thu, 16 Jul 1998 01:42:38"), 900_553_358);
    assert_eq!(
        time(
            "Date: nonsense\nReceived: from a by b; Thu, 16 Jul 1998 03:42:38 +0200\nReceived: from c by a; Thu, 16 Jul 1998 03:00:00 +0200"
        ),
        900_553_358
    );
    let named = read(&[("cur/900553358.M1.host:2,S", b"From: a@x\nSubject: s\n\nx")]);
    assert_eq!(named.messages[0]["message_client_time"], 900_553_358);
    let envelope = mbox(&format!("{SEPARATOR}From: a@x\nSubject: s\n\nx"));
    assert_eq!(envelope.messages[0]["message_client_time"], 900_560_558, "in the zone of the mailbox");
    assert!(envelope.inferred.iter().any(|(what, _)| *what == "time"));
}

#[test]
fn folders_of_a_maildir_are_mailboxes_and_what_is_not_finished_is_left() {
    let mail = |id: &str| format!("From: a@x\nMessage-ID: <{id}>\nSubject: s\n\nx").into_bytes();
    let read = read(&[
        ("cur/1:2,S", &mail("1@x")),
        ("new/2", &mail("2@x")),
        ("tmp/3", &mail("3@x")),
        (".Lists.rust/cur/4:2,", &mail("4@x")),
        ("notes.txt", b"Subject: no mail\n\nat all"),
        ("5.emlx", &[format!("{}\n", mail("5@x").len()).into_bytes(), mail("5@x"), b"<?xml version=\"1.0\"?>".to_vec()].concat()),
        ("5.partial.emlx", &mail("6@x")),
    ]);
    let mut ids = read.ids();
    ids.sort_unstable();
    assert_eq!(ids, ["mail:Lists/rust:4@x", "mail:box:1@x", "mail:box:2@x", "mail:box:5@x"]);
    assert!(read.texts().iter().all(|text| *text == "x"));
}

#[test]
fn a_mail_without_a_header_or_an_end_is_read_as_far_as_it_goes() {
    let read = mbox(&format!("{SEPARATOR}\njust text\n\n{}", &mail("1@x", "one")[..130]));
    assert_eq!(read.texts()[0], "just text");
    assert_eq!(read.messages[0]["message_sender"], "ann@example.org");
    assert_eq!(read.messages.len(), 2);
    assert_eq!(
        text(&eml("From: a@x\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ncut of")),
        "cut of"
    );
    assert_eq!(text(&eml("From: a@x\nSubject: s\n\na\0b")), "a\0b");
}

#[test]
fn mails_that_are_made_to_break_a_reader_cost_themselves_alone() {
    let nested = format!("From: a@x\nSubject: s\n{}end", "Content-Type: message/rfc822\n\n".repeat(200_000));
    let long = format!("From: a@x\nSubject: s\n\n{}", "word ".repeat(200_000));
    let control = format!("From: a@x\nSubject: s\n\n{}", "\u{1}".repeat(2_000_000));
    let name = "n".repeat(3_000_000);
    let named = format!("From: {name} <{name}@x>\nSubject: {name}\nMessage-ID: <{name}@x>\nReferences: <{name}@y>\n\nx");
    let parts = format!("--b\nContent-Type: message/rfc822\n\nSubject: in\n\n{}\n", "text ".repeat(20_000)).repeat(300);
    let digest = format!("From: a@x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n");
    let read = read(&[
        ("a.eml", nested.as_bytes()),
        ("b.eml", long.as_bytes()),
        ("c.eml", control.as_bytes()),
        ("d.eml", &[b"Received: x\nDate: x\n", named.as_bytes()].concat()),
        ("e.eml", digest.as_bytes()),
    ]);
    assert_eq!((read.messages.len(), read.faults.len()), (5, 0), "{:?}", read.faults);
    assert!(read.inferred.iter().any(|(what, _)| *what == "parts") && read.inferred.iter().any(|(what, _)| *what == "text"));
}

#[test]
fn a_mail_longer_than_any_is_cut_and_the_next_one_is_whole() {
    use super::mbox::Mbox;
    let text = [mail("1@x", &"x".repeat(3_000_000)), mail("2@x", "two")].concat();
    let mut mails = Mbox::new(text.as_bytes(), 1_000);
    let first = mails.next().unwrap().unwrap();
    assert_eq!((first.bytes.len(), first.is_cut), (1_000, true));
    let second = mails.next().unwrap().unwrap();
    assert!(second.bytes.ends_with(b"two\n") && !second.is_cut);
    assert_eq!((first.line, second.line), (1, 9));
    assert!(mails.next().unwrap().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bytes_of_any_kind_never_stop_the_reader(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        at in 0_usize..2_000,
        cut in 0_usize..2_000,
    ) {
        let mut text = [mail("1@x", "one\n>From x"), mail("2@x", "two").replace("Subject", "Content-Type: multipart/mixed; boundary=b\nSubject"), mail("3@x", "--b\nContent-Type: text/html\n\n<p>x")].concat().into_bytes();
        let at = at.min(text.len());
        let end = (at + bytes.len() / 2).min(text.len());
        text.splice(at..end, bytes);
        text.truncate(text.len().saturating_sub(cut / 4));
        let read = read(&[("in.mbox", &text), ("one.eml", &text)]);
        prop_assert!(read.messages.len() < 12);
    }
}
