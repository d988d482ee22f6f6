//! Exports of other programs, as a person imports them: found by themselves, twice, in halves, damaged, hostile, and out again.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Desk, numbers};
use crate::schemas::{accepts, schema};

/// The chat of one day in WhatsApp: so many lines, two of them equal.
fn whatsapp(messages: usize) -> String {
    let mut chat = String::from("25/12/2023, 09:00 - Messages and calls are end-to-end encrypted.\n");
    for number in 0..messages {
        let who = ["Ann", "Bob"][number % 2];
        let said = if number < 4 { "ok".to_owned() } else { format!("message {number}") };
        chat += &format!("25/12/2023, 10:{:02} - {who}: {said}\n", number * 59 / messages.max(1));
    }
    chat
}

fn telegram(messages: u64) -> String {
    let said = |id: u64| json!({"id": id, "type": "message", "date": "2023-12-25T10:00:00", "date_unixtime": (1_703_498_400 + id).to_string(), "from": "Ann", "from_id": "user1", "text": format!("hello {id}")});
    json!({"name": "Birds", "type": "private_group", "id": 77, "messages": (1..=messages).map(said).collect::<Vec<_>>()}).to_string()
}

fn slack_day(messages: u64) -> String {
    let said = |number: u64| json!({"type": "message", "user": "U1", "text": format!("slack {number}"), "ts": format!("{}.000100", 1_703_498_400 + number)});
    Value::from_iter((0..messages).map(said)).to_string()
}

fn mbox(mails: usize) -> String {
    let mail = |number: usize| {
        format!(
            "From ann@x.org Mon Dec 25 10:00:00 2023\nFrom: Ann <ann@x.org>\nMessage-ID: <{number}@x.org>\nDate: Mon, 25 Dec 2023 10:{number:02}:00 +0100\nSubject: mail {number}\n\ntext {number}\n\n"
        )
    };
    (0..mails).map(mail).collect()
}

fn irc(lines: usize) -> String {
    let line = |number: usize| format!("[10:{:02}:00] <ann> line {number}\n", number % 60);
    (0..lines).map(line).collect()
}

fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn zip(path: &Path, files: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// A zip archive of one file of so many equal letters, deflated to a thousandth.
fn bomb(name: &str, size: usize) -> Vec<u8> {
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    (0..size >> 20).for_each(|_| deflated.write_all(&vec![b'a'; 1 << 20]).unwrap());
    let deflated = deflated.finish().unwrap();
    let fields = |extra: &[u8]| {
        // Version, flags, method 8, time and date, checksum, sizes, length of the name.
        let mut fields = [&[20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0x50][..], &[0; 4]].concat();
        fields.extend([deflated.len() as u32, size as u32].iter().flat_map(|number| number.to_le_bytes()));
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend(extra);
        fields.extend(name.as_bytes());
        fields
    };
    let mut zip = [b"PK\x03\x04", &fields(&[0; 2])[..], &deflated].concat();
    let start = zip.len() as u32;
    zip.extend([b"PK\x01\x02\x14\x00", &fields(&[0; 16])[..]].concat());
    let length = zip.len() as u32 - start;
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend([length, start].iter().flat_map(|number| number.to_le_bytes()));
    zip.extend([0; 2]);
    zip
}

/// A folder with something of five programs, each of them with so many messages.
fn fill(folder: &Path, messages: usize) {
    fs::create_dir_all(folder).unwrap();
    let chat = whatsapp(messages) + "25/12/2023, 10:59 - Ann: IMG-1.jpg (file attached)\nlook\n";
    zip(&folder.join("WhatsApp Chat with Bob.zip"), &[("WhatsApp Chat with Bob.txt", chat.as_bytes()), ("IMG-1.jpg", b"a picture")]);
    put(&folder.join("telegram/result.json"), telegram(messages as u64));
    put(&folder.join("slack/users.json"), r#"[{"id":"U1","name":"ann"}]"#);
    put(&folder.join("slack/channels.json"), r#"[{"id":"C0000001","name":"owls"}]"#);
    put(&folder.join("slack/owls/2023-12-25.json"), slack_day(messages as u64));
    put(&folder.join("mail/box.mbox"), mbox(messages));
    put(&folder.join("irc/libera_#owls/2023-12-25.log"), irc(messages));
    put(&folder.join("readme.txt"), "nothing of a chat");
}

/// The files below a folder with what is in them.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let kind = fs::symlink_metadata(&path).unwrap().file_type();
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() {
                all.insert(path.strip_prefix(folder).unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
            }
        }
    }
    all
}

#[test]
fn a_folder_with_exports_of_several_programs_gives_all_of_them_once() {
    let desk = Desk::new();
    fill(&desk.path("chats"), 10);
    let ran = desk.run(&["import", "chats", "--report", "report.json", "--json"]).expect(0);
    assert_eq!(numbers(&ran.last()), (52, 0, 0), "{ran:#?}");
    accepts(&schema("import-report"), &ran.last());
    let report: Value = serde_json::from_slice(&fs::read(desk.path("report.json")).unwrap()).unwrap();
    accepts(&schema("import-details"), &report);
    let mut sources: Vec<(&str, u64)> = report["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| (source["format"].as_str().unwrap(), source["new"].as_u64().unwrap()))
        .collect();
    sources.sort_unstable();
    assert_eq!(sources, [("irc", 10), ("mail", 10), ("slack", 10), ("telegram", 10), ("whatsapp", 12)]);
    let inferred = |what: &str| {
        let all = report["sources"].as_array().unwrap().iter().flat_map(|source| source["inferred"].as_array().unwrap());
        all.filter(|inferred| inferred["what"] == what).map(|inferred| inferred["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((inferred("date order"), inferred("timezone")), (vec!["day/month/year".to_owned()], vec!["UTC".to_owned(); 2]));
    assert!(
        report["passed_over"].as_array().unwrap().iter().any(|passed| passed["file"].as_str().unwrap().ends_with("readme.txt")),
        "{report}"
    );
    let again = desk.run(&["import", "chats", "--json"]).expect(0);
    assert_eq!(numbers(&again.last()), (0, 52, 0));
    assert_eq!(desk.run(&["search", "hello", "--count"]).expect(0).out, "10\n");
}

#[test]
fn what_was_imported_goes_out_and_comes_back_byte_for_byte() {
    let desk = Desk::new();
    fill(&desk.path("chats"), 10);
    desk.run(&["import", "chats"]).expect(0);
    desk.run(&["export", "--media", "-o", "first/"]).expect(0);
    let other = Desk::new();
    let first = desk.path("first").to_string_lossy().into_owned();
    assert_eq!(numbers(&other.run(&["import", &first, "--json"]).expect(0).last()), (52, 0, 0));
    other.run(&["export", "--media", "-o", "second/"]).expect(0);
    let first = contents(&desk.path("first"));
    assert!(first == contents(&other.path("second")), "both exports are equal");
    assert!(first.values().any(|bytes| bytes == b"a picture"));
    for desk in [&desk, &other] {
        assert!(desk.run(&["check"]).expect(0).out.ends_with("all is well\n"));
    }
}

#[test]
fn half_of_everything_and_then_the_whole_is_the_whole() {
    let exported = |steps: &[usize]| {
        let desk = Desk::new();
        for messages in steps {
            fs::remove_dir_all(desk.path("chats")).ok();
            fill(&desk.path("chats"), *messages);
            desk.run(&["import", "chats"]).expect(0);
        }
        desk.run(&["export"]).expect(0).out
    };
    // The minutes of the chat depend on how many there are, so that half of it is written by hand.
    let desk = Desk::new();
    let whole = whatsapp(20);
    let half: String = whole.split_inclusive('\n').take(11).collect();
    put(&desk.path("half/WhatsApp Chat with Bob.txt"), half);
    put(&desk.path("whole/WhatsApp Chat with Bob.txt"), &whole);
    assert_eq!(numbers(&desk.run(&["import", "half", "--json"]).expect(0).last()), (11, 0, 0));
    assert_eq!(numbers(&desk.run(&["import", "whole", "--json"]).expect(0).last()), (10, 11, 0));
    assert_eq!(numbers(&desk.run(&["import", "half", "--json"]).expect(0).last()), (0, 11, 0));
    assert_eq!(desk.run(&["search", "ok", "--count"]).expect(0).out, "4\n", "who says the same twice has said it twice");
    assert_eq!(exported(&[20, 20]), exported(&[20]));
}

#[test]
fn bad_records_are_named_in_the_report_and_refused_when_strict() {
    let desk = Desk::new();
    let day = format!(
        "[\n{},\n{{\"ts\":nonsense}},\n{{\"type\":\"message\",\"user\":\"U1\"}}\n]",
        json!({"type": "message", "user": "U1", "text": "good", "ts": "1703498400.000100"})
    );
    put(&desk.path("slack/users.json"), "[]");
    put(&desk.path("slack/channels.json"), "[]");
    put(&desk.path("slack/owls/2023-12-25.json"), day);
    let strict = desk.run(&["import", "slack", "--strict", "--json"]).expect(1);
    assert!(strict.err.contains("2023-12-25.json:3: ") && strict.err.contains("nothing was written"), "{strict:#?}");
    let ran = desk.run(&["import", "slack", "--report", "report.json", "--json"]).expect(0);
    assert_eq!(numbers(&ran.last()), (1, 0, 2));
    let report: Value = serde_json::from_slice(&fs::read(desk.path("report.json")).unwrap()).unwrap();
    let faults: Vec<(u64, &str)> = report["sources"][0]["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["line"].as_u64().unwrap(), fault["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(faults.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4]);
    assert!(faults[1].1.contains("it has no time"), "{report}");
}

#[test]
fn archives_that_mean_harm_do_none_and_cost_nothing_but_themselves() {
    let desk = Desk::new();
    let folder = desk.path("in");
    fs::create_dir(&folder).unwrap();
    let chat = whatsapp(5);
    zip(
        &folder.join("out.zip"),
        &[
            ("../WhatsApp Chat with Eve.txt", chat.as_bytes()),
            ("/WhatsApp Chat with Eve.txt", chat.as_bytes()),
            ("good/WhatsApp Chat with Bob.txt", chat.as_bytes()),
        ],
    );
    fs::write(folder.join("bomb.zip"), bomb("_chat.txt", 200 << 20)).unwrap();
    let whole = fs::read(folder.join("out.zip")).unwrap();
    fs::write(folder.join("cut.zip"), &whole[..whole.len() - 30]).unwrap();
    put(&folder.join("deep.json"), "[".repeat(2_000_000));
    put(&folder.join("deeper.json"), format!("{{\"messages\":{}", "{\"a\":".repeat(500_000)));
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", folder.join("etc")).unwrap();

    let began = Instant::now();
    let ran = desk.run(&["import", "in", "--report", "report.json", "--json"]);
    assert!(began.elapsed() < Duration::from_secs(20), "it ends soon");
    assert!(!ran.err.contains("panicked") && (0..=1).contains(&ran.code), "{ran:#?}");
    assert_eq!(ran.last()["new"], 6, "the good file is taken: {ran:#?}");
    let report = fs::read_to_string(desk.path("report.json")).unwrap();
    for file in ["Eve.txt", "bomb.zip", "cut.zip", "deep.json"] {
        assert!(report.contains(file), "{file} is told: {report}");
    }
    let there: Vec<_> = contents(desk.folder.path()).into_keys().filter(|name| name.contains("Eve")).collect();
    assert!(there.is_empty(), "{there:?}");
}

#[test]
#[cfg(unix)]
fn an_import_that_was_killed_goes_on_where_it_was() {
    let desk = Desk::new();
    put(&desk.path("WhatsApp Chat with Bob.txt"), whatsapp(60_000));
    put(&desk.path("result.json"), telegram(60_000));
    let mut child = desk.command(&["import", "result.json", "WhatsApp Chat with Bob.txt"]).spawn().unwrap();
    // Some of it is written: the log of the store has grown.
    let began = Instant::now();
    let size = || contents(desk.path("store").as_path()).values().map(Vec::len).sum::<usize>();
    while child.try_wait().unwrap().is_none()
        && began.elapsed() < Duration::from_secs(60)
        && (!desk.path("store").exists() || size() < 3 << 20)
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let ran = desk.run(&["import", "result.json", "WhatsApp Chat with Bob.txt", "--json"]).expect(0);
    let (new, known, refused) = numbers(&ran.last());
    assert_eq!((new + known, refused), (120_001, 0));
    let undisturbed = Desk::new();
    for name in ["WhatsApp Chat with Bob.txt", "result.json"] {
        fs::copy(desk.path(name), undisturbed.path(name)).unwrap();
    }
    undisturbed.run(&["import", "result.json", "WhatsApp Chat with Bob.txt"]).expect(0);
    assert!(desk.run(&["export"]).expect(0).out == undisturbed.run(&["export"]).expect(0).out, "both archives are equal");
}
