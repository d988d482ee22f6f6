use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::formats::Inferred;
use crate::formats::importers::Reading;
use crate::formats::out::Item;
use crate::formats::tree::Tree;
use crate::formats::units::units;
use crate::model::{Edited, Happening, Message};

const OWN: char = '\u{200e}';

/// What was read of a folder.
#[derive(Default)]
struct Got {
    messages: Vec<Message>,
    about: Vec<About>,
    inferred: Vec<Inferred>,
    faults: Vec<String>,
}

impl Got {
    fn inferred(&self, what: &str) -> (&str, &str) {
        let found = self.inferred.iter().find(|inferred| inferred.what == what).unwrap();
        (&found.value, &found.why)
    }

    fn said(&self) -> Vec<(String, String)> {
        self.messages.iter().map(|message| (message.sender.clone(), message.texts().join("|"))).collect()
    }

    /// The times as they stand in UTC.
    fn times(&self) -> Vec<String> {
        let time = |message: &Message| jiff::Timestamp::from_second(i64::try_from(message.server_time).unwrap()).unwrap().to_string();
        self.messages.iter().map(time).collect()
    }

    fn ids(&self) -> Vec<String> {
        self.messages.iter().map(Message::id_text).collect()
    }
}

fn read_path(path: &Path, reading: &Reading) -> Got {
    let mut got = Got::default();
    for tree in Tree::named(path).unwrap() {
        for found in units(&tree, None).found.into_iter().filter(|found| found.importer.name() == "whatsapp") {
            let export = Export { tree: &tree, unit: &found.unit, files: &found.files, reading };
            let mut put = |item: Item| {
                match item {
                    Item::Message(_, message) => got.messages.push(*message),
                    Item::Draft(_, draft) => {
                        let hashes = vec![Some("0".repeat(64)); draft.files.len()];
                        got.messages.push(draft.finish(&hashes).unwrap());
                    }
                    Item::About(_, about) => got.about.push(*about),
                    Item::Inferred(inferred) => got.inferred.push(inferred),
                    Item::Fault(at, fault) => got.faults.push(format!("{}: {fault}", at.line)),
                    Item::Unread(error) => got.faults.push(error.to_string()),
                    Item::WithMedia(..) => {}
                }
                true
            };
            let mut out = Out::new("whatsapp", &tree, reading.conversation.as_ref(), None, &mut put);
            found.importer.read(&export, &mut out).unwrap();
        }
    }
    got
}

fn read_files(files: &[(&str, &[u8])]) -> Got {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    read_path(folder.path(), &Reading::default())
}

fn chat_of(text: &str) -> Got {
    read_files(&[("WhatsApp Chat with Ann.txt", text.as_bytes())])
}

/// Two lines of a phone, and the times that they mean.
#[track_caller]
fn check_shape(first: &str, second: &str, expected: [&str; 2]) {
    let got = chat_of(&format!("{first}\n{second}\n"));
    assert_eq!(got.times(), expected, "{first}");
    assert_eq!(got.said(), [("Ann".to_owned(), "hi".to_owned()), ("Bob".to_owned(), "well: yes".to_owned())], "{first}");
    assert!(got.faults.is_empty(), "{:?}", got.faults);
}

#[test]
fn every_shape_of_a_header_is_the_same_moment() {
    let evening = ["2024-12-13T21:05:00Z", "2024-12-14T09:07:00Z"];
    for (first, second) in [
        ("13/12/24, 21:05 - Ann: hi", "14/12/24, 09:07 - Bob: well: yes"),
        ("13/12/2024 21:05 - Ann: hi", "14/12/2024 09:07 - Bob: well: yes"),
        ("12/13/24, 9:05\u{202f}PM - Ann: hi", "12/14/24, 9:07\u{202f}AM - Bob: well: yes"),
        ("13.12.24, 21:05 - Ann: hi", "14.12.24, 09:07 - Bob: well: yes"),
        ("13.12.2024 klo 21.05 - Ann: hi", "14.12.2024 klo 9.07 - Bob: well: yes"),
        ("13.12.24 à 21:05 - Ann: hi", "14.12.24 à 09:07 - Bob: well: yes"),
        ("13. 12. 2024 21:05 - Ann: hi", "14. 12. 2024 9:07 - Bob: well: yes"),
        ("2024. 12. 13. 21:05 - Ann: hi", "2024. 12. 14. 09:07 - Bob: well: yes"),
        ("13.12.24 г., 21:05 ч. - Ann: hi", "14.12.24 г., 9:07 ч. - Bob: well: yes"),
        ("2024-12-13 21:05 - Ann: hi", "2024-12-14 09:07 - Bob: well: yes"),
        ("2024-12-13, 9:05 p.m. - Ann: hi", "2024-12-14, 9:07 a.m. - Bob: well: yes"),
        ("2024-12-13 21 h 05 - Ann: hi", "2024-12-14 09 h 07 - Bob: well: yes"),
        ("13/12/24 9:05 p.\u{a0}m. - Ann: hi", "14/12/24 9:07 a.\u{a0}m. - Bob: well: yes"),
        ("2024/12/13 下午9:05 - Ann: hi", "2024/12/14 上午9:07 - Bob: well: yes"),
        ("2024年12月13日 晚上9:05 - Ann: hi", "2024年12月14日 上午9:07 - Bob: well: yes"),
        ("2024. 12. 13. 오후 9:05 - Ann: hi", "2024. 12. 14. 오전 9:07 - Bob: well: yes"),
        ("2024/12/13 午後9:05 - Ann: hi", "2024/12/14 午前9:07 - Bob: well: yes"),
        ("21:05, 13/12/2024 - Ann: hi", "09:07, 14/12/2024 - Bob: well: yes"),
        ("9:05 CH, 13/12/2024 - Ann: hi", "9:07 SA, 14/12/2024 - Bob: well: yes"),
        ("13/12/2567 21:05 - Ann: hi", "14/12/2567 09:07 - Bob: well: yes"),
        ("١٣\u{200f}/١٢\u{200f}/٢٠٢٤، ٩:٠٥\u{202f}م - Ann: hi", "١٤\u{200f}/١٢\u{200f}/٢٠٢٤، ٩:٠٧\u{202f}ص - Bob: well: yes"),
        ("۱۳/۱۲/۲۰۲۴،\u{200f} ۹:۰۵ ب.ظ. - Ann: hi", "۱۴/۱۲/۲۰۲۴،\u{200f} ۹:۰۷ ق.ظ. - Bob: well: yes"),
        ("१३/१२/२४, ९:०५ अपराह्न - Ann: hi", "१४/१२/२४, ९:०७ पूर्वाह्न - Bob: well: yes"),
        ("13/12/24, 9:05 μ.μ. - Ann: hi", "14/12/24, 9:07 π.μ. - Bob: well: yes"),
        ("13/12/2024 21:05: Ann: hi", "14/12/2024 09:07: Bob: well: yes"),
        ("[13.12.24, 21:05:00] Ann: hi", "[14.12.24, 09:07:00] Bob: well: yes"),
        ("[13/12/2024, 9:05:00\u{202f}PM] Ann: hi", "\u{200e}[14/12/2024, 9:07:00\u{202f}AM] Bob: well: yes"),
        ("[2024/12/13 下午9:05:00] Ann: hi", "[2024/12/14 上午9:07:00] Bob: well: yes"),
        ("[13.12.2024 klo 21.05.00] Ann: hi", "[14.12.2024 klo 9.07.00] Bob: well: yes"),
        ("[2024-12-13 21:05:00] Ann: hi", "[2024-12-14 09:07:00] Bob: well: yes"),
        ("[R6/12/13 21:05:00] Ann: hi", "[R6/12/14 9:07:00] Bob: well: yes"),
        ("[113/12/13 下午9:05:00] Ann: hi", "[113/12/14 上午9:07:00] Bob: well: yes"),
    ] {
        check_shape(first, second, evening);
    }
}

#[test]
fn the_order_of_the_dates_is_found_late_or_by_how_they_run_and_told() {
    let got = chat_of("01/02/24, 10:00 - Ann: a\n02/02/24, 10:00 - Bob: b\n25/02/24, 10:00 - Ann: c\n");
    assert_eq!(got.inferred("date order"), ("day/month/year", "25 in the first place of line 3"));
    let got = chat_of("02/01/24, 10:00 - Ann: a\n02/02/24, 10:00 - Bob: b\n02/03/24, 10:00 - Ann: c\n");
    assert_eq!(got.inferred("date order").0, "month/day/year", "days change more often than months");
    let got = chat_of("11/12/24, 10:00 - Ann: a\n12/01/24, 10:00 - Ann: b\n12/02/24, 10:00 - Ann: c\n");
    assert_eq!(got.inferred("date order").0, "month/day/year", "time does not run backward");
    let got = chat_of("01/02/24, 10:00 - Ann: a\n");
    let (order, why) = got.inferred("date order");
    assert!(order == "day/month/year" && why.starts_with("the dates fit either way"), "{why}");
    let got = chat_of("1/2/24, 10:00 PM - Ann: a\n");
    assert_eq!((got.inferred("date order").0, got.times()), ("month/day/year", vec!["2024-01-02T22:00:00Z".to_owned()]));
}

#[test]
fn what_is_inferred_is_told() {
    let got = chat_of("1/12/2567 14:30 - สร้างกลุ่ม \"เพื่อน\"\n13/12/2567 14:31 - Ann: <สื่อถูกลบ>\n");
    assert_eq!(got.inferred("calendar").0, "Buddhist");
    assert_eq!(got.inferred("language").0, "Thai");
    assert_eq!(got.inferred("timezone").0, "UTC");
    assert_eq!(got.inferred("conversation"), ("Ann", "the name of the file"));
}

#[test]
fn words_for_the_halves_of_the_day_that_nobody_knows_are_learned_from_their_order() {
    let got =
        chat_of("13/12/24, 9:05 foo - Ann: a\n13/12/24, 1:05 bar - Bob: b\n14/12/24, 9:05 foo - Ann: c\n14/12/24, 3:05 bar - Ann: d\n");
    assert_eq!(got.times()[1], "2024-12-13T13:05:00Z");
    assert_eq!(got.inferred("half of the day").0, "foo before noon, bar after");
}

#[test]
fn a_message_has_all_of_its_lines_as_they_were_written() {
    let got = chat_of("13/12/24, 21:05 - Ann: one  \n\n  two\t\r\n13/12/24 is a day\n14:30 - not a header: no\n13/12/24, 21:06 - Bob: x\n");
    assert_eq!(got.said()[0].1, "one  \n\n  two\t\n13/12/24 is a day\n14:30 - not a header: no");
    assert_eq!(got.messages.len(), 2);
    let record = got.messages[1].body.context::<crate::model::SourceRecord>().unwrap().record.unwrap();
    assert_eq!(record.get(), "\"13/12/24, 21:06 - Bob: x\"");
}

#[test]
fn a_line_of_a_text_that_looks_like_a_header_stays_in_its_message() {
    let shape = "[13.12.24, 10:00:00] Ann: the plan:\n24.12.24, 18:00 - dinner: at home\n[13.12.24, 10:01] Cid: copied\n";
    let got = chat_of(&format!("{shape}{}", "[13.12.24, 11:00:00] Bob: ok\n[13.12.24, 11:00:01] Ann: ok\n".repeat(12)));
    assert_eq!(got.messages.len(), 25);
    assert!(got.said()[0].1.ends_with("copied"));
    let same = "13/12/24, 10:00 - Ann: dates:\n24/12/25, 18:00 - dinner\n01/01/23, 09:00 - lunch\n13/12/24, 10:05 - Bob: ok\n13/12/24, 10:06 - Ann: ok\n";
    let got = chat_of(same);
    assert_eq!(got.said()[0].1, "dates:\n24/12/25, 18:00 - dinner\n01/01/23, 09:00 - lunch");
    assert_eq!(got.messages.len(), 3);
}

#[test]
fn somebody_new_after_a_long_silence_is_heard() {
    let got =
        chat_of("13/12/24, 10:00 - Ann: a\n20/06/25, 10:00 - Cid: new\nhere\n21/06/25, 10:00 - Ann: b\n22/12/25, 10:00 - Dan: last\n");
    assert_eq!(got.said().iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Ann", "Cid", "Ann", "Dan"]);
    assert_eq!(got.said()[1].1, "new\nhere");
}

#[test]
fn names_lose_what_the_program_puts_around_them() {
    let got = chat_of(
        "13/12/24, 10:00 - \u{202a}+49\u{a0}170\u{a0}1\u{202c}: a\n13/12/24, 10:01 - ~\u{202f}Bob: b\n13/12/24, 10:02 - Dr: House: c\n13/12/24, 10:03 - Dr: House: d\n13/12/24, 10:04 - Dr: House: e: f\n13/12/24, 10:05 - Bob:\n",
    );
    let expected = [("+49 170 1", "a"), ("Bob", "b"), ("Dr: House", "c"), ("Dr: House", "d"), ("Dr: House", "e: f"), ("Bob", "")];
    assert_eq!(got.said(), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    assert_eq!(got.about[0].members.iter().map(Person::shown).collect::<Vec<_>>(), ["+49 170 1", "Bob", "Dr: House"]);
}

fn elements(message: &Message) -> serde_json::Value {
    serde_json::from_str(message.body.elements_json()).unwrap()
}

#[track_caller]
fn check_file(line: &str, name: &str, caption: &str) {
    let got = chat_of(&format!("[13.12.24, 10:00:00] Ann: hi\n\u{200e}[13.12.24, 10:01:00] Ann: {line}\n"));
    let elements = elements(&got.messages[1]);
    let found = elements[0]["mynah_file_name"].as_str().or(elements[0]["file_elem_file_name"].as_str());
    let said: Vec<&str> = (0..2).filter_map(|at| elements[at]["text_elem_content"].as_str()).collect();
    assert_eq!((found, said.join("|").as_str()), (Some(name), caption), "{line}");
}

#[test]
fn attachments_are_files_in_every_language_with_their_captions() {
    check_file(&format!("{OWN}<attached: 00000012-PHOTO-2024-12-13-10-01-00.jpg>"), "PHOTO-2024-12-13-10-01-00.jpg", "");
    check_file(&format!("{OWN}<Anhang: 00000012-AUDIO-2024-12-13-10-01-00.opus>"), "AUDIO-2024-12-13-10-01-00.opus", "");
    check_file(
        &format!("look\nhere {OWN}<adjunto: 00000012-PHOTO-2024-12-13-10-01-00.jpg>"),
        "PHOTO-2024-12-13-10-01-00.jpg",
        "look\nhere",
    );
    check_file(&format!("a b.pdf • {OWN}2 pages {OWN}<pièce jointe : 00000013-a b.pdf>"), "a b.pdf", "");
    check_file(&format!("{OWN}<новое слово: x.webp>"), "x.webp", "");
    check_file("IMG-20241213-WA0001.jpg (file attached)\nlook", "IMG-20241213-WA0001.jpg", "look");
    check_file("Ann's plan.docx (Datei angehängt)", "Ann's plan.docx", "");
    check_file("IMG-20241213-WA0001.jpg (some other words)", "IMG-20241213-WA0001.jpg", "");
    check_file("Bob.vcf (arquivo anexado)", "Bob.vcf", "");
    check_file(&format!("\u{200f}{OWN}IMG-20241213-WA0001.jpg (الملف مرفق)"), "IMG-20241213-WA0001.jpg", "");
    let got = chat_of("13/12/24, 10:00 - Ann: if (a < b) f(x.y) > z\n13/12/24, 10:00 - Ann: see notes.txt (draft)\n");
    assert_eq!(got.said()[0].1, "if (a < b) f(x.y) > z");
    assert_eq!(got.said()[1].1, "see notes.txt (draft)");
}

#[test]
fn media_beside_the_chat_belong_to_their_messages() {
    let text = "13/12/24, 10:00 - Ann: IMG-20241213-WA0001.jpg (file attached)\n13/12/24, 10:01 - Ann: ../x.jpg (file attached)\n";
    let got = read_files(&[("a/WhatsApp Chat with Ann.txt", text.as_bytes()), ("a/IMG-20241213-WA0001.jpg", b"12345"), ("x.jpg", b"1")]);
    let there = elements(&got.messages[0]);
    assert_eq!((there[0]["image_elem_orig_pic_size"].as_u64(), there[0]["mynah_file_hash"].is_string()), (Some(5), true));
    let outside = elements(&got.messages[1]);
    assert_eq!(outside[0]["mynah_file_place"], "../x.jpg", "a name that leads out of the folder is no file of it");
    assert!(outside[0]["mynah_file_hash"].is_null());
}

#[test]
fn what_was_left_out_keeps_its_kind() {
    for (said, kind) in [
        ("<Media omitted>", 4),
        ("<Medien ausgeschlossen>", 4),
        ("<Multimedia omitido>", 4),
        ("\u{200e}image omitted", 1),
        ("\u{200e}görüntü dahil edilmedi", 1),
        ("\u{200e}видео отсутствует", 9),
        ("\u{200e}音声は含まれていません", 2),
        ("\u{200e}sticker omitted", 6),
        ("plan.pdf • \u{200e}3 pages \u{200e}document omitted", 4),
        ("\u{200e}Kontaktkarte ausgelassen", 3),
    ] {
        let got = chat_of(&format!("13/12/24, 10:00 - Ann: {said}\n"));
        assert_eq!(elements(&got.messages[0])[0]["elem_type"], kind, "{said}");
    }
    assert_eq!(chat_of("13/12/24, 10:00 - Ann: Media omitted\n").said()[0].1, "Media omitted");
}

#[test]
fn edited_and_deleted_messages_say_so() {
    for mark in
        ["This message was edited", "Diese Nachricht wurde bearbeitet.", "Se editó este mensaje.", "Bu mesaj düzenlendi", "此消息已编辑"]
    {
        let got = chat_of(&format!("13/12/24, 10:00 - Ann: yes <3 {OWN}<{mark}>\n"));
        assert_eq!(got.said()[0].1, "yes <3", "{mark}");
        assert!(got.messages[0].body.context::<Edited>().is_some());
    }
    for said in [
        "This message was deleted.",
        "You deleted this message",
        "\u{200e}Du hast diese Nachricht gelöscht.",
        "Данное сообщение удалено",
        "このメッセージは削除されました",
    ] {
        let got = chat_of(&format!("13/12/24, 10:00 - Ann: {said}\n"));
        assert!(got.messages[0].to_json().contains("\"message_status\":6"), "{said}: {}", got.messages[0].to_json());
    }
    let plain = chat_of("13/12/24, 10:00 - Ann: yes\n");
    let edited = chat_of("13/12/24, 10:00 - Ann: yes <This message was edited>\n");
    assert_eq!(plain.ids(), edited.ids(), "the mark is no part of the text");
}

#[test]
fn places_polls_and_mentions_are_understood() {
    let text = format!(
        "[13.12.24, 10:00:00] Ann: {OWN}Location: https://maps.google.com/?q=52.5,-13.25\n[13.12.24, 10:01:00] Ann: {OWN}UMFRAGE:\nWhen?\n{OWN}OPTION: Now ({OWN}2 Stimmen)\n{OWN}OPTION: Later (soon) ({OWN}0 Stimmen)\n[13.12.24, 10:02:00] Ann: hello @\u{2068}~Bob\u{2069}!\n[13.12.24, 10:03:00] Ann: look: https://maps.google.com/?q=here\n"
    );
    let got = chat_of(&text);
    let place = elements(&got.messages[0]);
    assert_eq!((place[0]["location_elem_latitude"].as_f64(), place[0]["location_elem_longitude"].as_f64()), (Some(52.5), Some(-13.25)));
    let poll = elements(&got.messages[1]);
    assert_eq!(
        (poll[0]["custom_elem_ext"].as_str(), poll[0]["custom_elem_desc"].as_str()),
        (Some("poll"), Some("When?\n- Now (2)\n- Later (soon) (0)"))
    );
    assert_eq!(got.said()[2].1, "hello @Bob!");
    assert!(got.messages[2].to_json().contains("\"message_group_at_user_array\":[\"Bob\"]"));
    assert_eq!(got.said()[3].1, "look: https://maps.google.com/?q=here");
}

#[test]
fn what_happens_is_an_event_of_who_did_it() {
    let got = chat_of(
        "13/12/24, 09:59 - Messages and calls are end-to-end encrypted.\n13/12/24, 10:00 - Ann created group \"Trip: north\"\n13/12/24, 10:01 - Ann added Bob and Cid\n13/12/24, 10:02 - Bob left\n13/12/24, 10:03 - Ann changed the subject from \"Trip: north\" to \"Trip: south\"\n13/12/24, 10:04 - Ann: hi\n",
    );
    let events: Vec<_> = got.messages.iter().filter_map(|message| message.body.context::<Happening>()).map(|event| event.kind).collect();
    assert_eq!(events, ["encrypted", "created", "added", "left", "subject"]);
    let added = elements(&got.messages[2]);
    assert_eq!((added[0]["group_tips_elem_op_user"].as_str(), added[0]["group_tips_elem_tip_type"].as_u64()), (Some("Ann"), Some(1)));
    assert_eq!(added[0]["group_tips_elem_user_array"], serde_json::json!(["Bob", "Cid"]));
    assert_eq!((got.about[0].name.as_str(), got.about[0].kind.as_str()), ("Trip: south", "group"));
}

#[test]
fn a_group_under_whose_name_the_program_speaks_is_nobody() {
    let text = format!(
        "[13.12.24, 10:00:00] Trip: {OWN}Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.\n[13.12.24, 10:00:01] Trip: {OWN}Ann hat die Gruppe erstellt.\n[13.12.24, 10:01:00] Ann: hallo\n[13.12.24, 10:02:00] Ann: {OWN}Verpasster Sprachanruf, {OWN}Zum Zurückrufen tippen\n"
    );
    let got = read_files(&[("_chat.txt", text.as_bytes())]);
    assert_eq!(got.inferred("conversation"), ("Trip", "the program speaks under this name"));
    assert_eq!(got.inferred("language").0, "German");
    assert_eq!(got.about[0].members.iter().map(Person::shown).collect::<Vec<_>>(), ["Ann"]);
    assert_eq!(got.messages.iter().map(|message| message.sender.as_str()).collect::<Vec<_>>(), ["whatsapp", "Ann", "Ann", "Ann"]);
    assert_eq!(got.messages[3].body.context::<Happening>().unwrap().kind, "call");
}

#[test]
fn the_same_chat_twice_half_or_overlapping_gives_the_same_messages() {
    let lines: Vec<String> = (0..60).map(|at| format!("13/12/24, 10:{:02} - Ann: ok {}\n", at / 4, at % 2)).collect();
    let all = chat_of(&lines.concat());
    let (first, last) = (chat_of(&lines[..40].concat()), chat_of(&lines[20..].concat()));
    assert_eq!(all.ids().iter().collect::<std::collections::HashSet<_>>().len(), 60, "equal ones stay apart");
    assert_eq!(all.ids()[..40], first.ids());
    assert_eq!(all.ids()[20..], last.ids());
    let numbered = |number: u32| {
        let text = format!("[13.12.24, 10:00:00] Ann: {OWN}<attached: {number:08}-PHOTO-2024-12-13-10-00-00.jpg>\n");
        read_files(&[("WhatsApp Chat - Ann/_chat.txt", text.as_bytes())])
    };
    assert_eq!(numbered(7).ids(), numbered(8).ids(), "the running number of an export is no part of a message");
}

#[test]
fn the_name_of_the_chat_is_that_of_the_folder_where_the_file_has_none() {
    let text = b"[13.12.24, 10:00:00] Ann: hi\n";
    assert_eq!(read_files(&[("WhatsApp Chat - Trip/_chat.txt", text)]).inferred("conversation").0, "Trip");
    assert_eq!(read_files(&[("mine/_chat.txt", text)]).inferred("conversation").0, "mine");
}

#[test]
fn other_texts_are_left_alone() {
    for text in [
        "notes of 13/12/24\nnothing else\n",
        "[10:00] <ann> hi\n",
        "2024-12-13 10:00:00\tann\thi\n",
        "--- Log opened Fri Dec 13 10:00:00 2024\n10:00 <@ann> hi\n",
        "2024-12-13 10:00:00 <ann> hi\n",
        "[2024-12-13 10:00] <ann> hi: there\n",
    ] {
        assert!(read_files(&[("x.txt", text.as_bytes())]).messages.is_empty(), "{text}");
    }
}

#[test]
fn what_stands_before_the_first_message_and_odd_bytes_are_told() {
    let got = read_files(&[("_chat.txt", b"title\n\nmore\n13/12/24, 10:00 - J\xfcrgen: gr\xfc\xdfe\n13/12/24, 10:01 - Ann: ok")]);
    assert_eq!(got.faults, ["1: it has no date and time before it"]);
    assert_eq!(got.said()[0], ("Jürgen".to_owned(), "grüße".to_owned()));
    assert!(got.inferred("encoding").1.starts_with("line 4"));
}

#[test]
fn times_are_read_in_the_zone_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("_chat.txt"), "13/07/24, 10:00 - Ann: hi\n").unwrap();
    let timezone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let got = read_path(folder.path(), &Reading { timezone, timezone_is_told: true, ..Reading::default() });
    assert_eq!(got.times(), ["2024-07-13T08:00:00Z"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400), lines in "([0-9\\[\\]/.,: APM\u{200e}<>()@\u{2068}-]{0,30}\n){0,12}") {
        let head = "13/12/24, 10:00 - Ann: a\n".as_bytes();
        read_files(&[("_chat.txt", &[head, &bytes, b"\n", lines.as_bytes()].concat())]);
    }

    #[test]
    fn a_damaged_chat_gives_what_is_whole(cut in 0_usize..2_000, flip in 0_usize..2_000, byte in any::<u8>()) {
        let lines = "[13.12.24, 10:00:00] Ann: hällo <Anhang: a.jpg>\r\n\u{200e}[14.12.24, 10:00:00] Bob: \u{200e}POLL:\nx\n\u{200e}OPTION: y (1 vote)\r\n".repeat(12);
        let mut bytes = lines.into_bytes();
        let at = flip % bytes.len();
        bytes[at] = byte;
        bytes.truncate(cut.max(200));
        let got = read_files(&[("_chat.txt", &bytes)]);
        prop_assert!(!got.messages.is_empty());
    }
}
