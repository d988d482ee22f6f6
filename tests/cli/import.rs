//! Importing: forms, packings, broken input, generated messages.

use std::fs;
use std::io::{Read as _, Write as _};

use serde_json::{Value, json};

use super::{Desk, line, numbers};
use crate::schemas::{accepts, schema};

#[path = "../../examples/generate.rs"]
#[allow(dead_code, reason = "the program around it is not called")]
mod generate;

#[test]
fn the_same_import_again_adds_nothing() {
    let desk = Desk::with_messages();
    let again = desk.run(&["import", "messages.jsonl", "--json"]).expect(0);
    assert_eq!(numbers(&again.last()), (0, 33, 0));
    assert_eq!(again.last()["bytes"], fs::metadata(desk.path("messages.jsonl")).unwrap().len());
    accepts(&schema("import-report"), &again.last());
    let told = desk.run(&["import", "messages.jsonl"]).expect(0);
    assert!(told.out.starts_with("0 new, 33 known, 0 refused: "), "{told:?}");
}

#[test]
fn every_form_and_packing_of_a_file_gives_the_same_messages() {
    let desk = Desk::with_messages();
    let lines = fs::read(desk.path("messages.jsonl")).unwrap();
    let values: Vec<Value> = String::from_utf8_lossy(&lines).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let pretty = serde_json::to_string_pretty(&values).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&lines).unwrap();
    let mut xz = Vec::new();
    liblzma::read::XzEncoder::new(lines.as_slice(), 1).read_to_end(&mut xz).unwrap();
    fs::create_dir(desk.path("folder")).unwrap();
    let forms = [
        ("a.json", json!(values).to_string().into_bytes()),
        ("b.json", pretty.into_bytes()),
        ("c.jsonl.gz", gzip.finish().unwrap()),
        ("d.jsonl.xz", xz),
        ("e.jsonl.zst", zstd::stream::encode_all(lines.as_slice(), 1).unwrap()),
        (
            "f.jsonl",
            [
                b"\xef\xbb\xbf".as_slice(),
                &lines.iter().flat_map(|&b| if b == b'\n' { vec![b'\r', b'\n'] } else { vec![b] }).collect::<Vec<_>>(),
            ]
            .concat(),
        ),
    ];
    for (name, bytes) in &forms {
        fs::write(desk.path("folder").join(name), bytes).unwrap();
        let ran = desk.run_with_input(&["import", "-", "--json"], bytes).expect(0);
        assert_eq!(numbers(&ran.last()), (0, 33, 0), "{name}");
    }
    let ran = desk.run(&["import", "folder", "--json"]).expect(0);
    assert_eq!(numbers(&ran.last()), (0, 33 * 6, 0), "equal messages of several files are the same ones");
}

#[test]
fn what_cannot_be_taken_is_told_by_file_and_line_and_the_rest_is_kept() {
    let desk = Desk::new();
    let good = |text: &str| line(&json!({"message_conv_id": "ops", "message_conv_type": 2}), "alice", 7, text);
    let broken: &[(&[u8], &str)] = &[
        (b"{\"message_sender\":", "not JSON"),
        (b"[1]", "a message is a JSON object"),
        (b"\"text\"", "a message is a JSON object"),
        (b"{\"message_sender\":\"\xff\xfe\"}", "not UTF-8 at column 20"),
        (b"\0\0\0\0", "not JSON"),
        (b"{\"message_server_time\":1700000000000}", "a time is 1,700,000,000,000"),
        (b"{\"message_seq\":-1}", "out of range"),
        (b"{\"message_elem_array\":{}}", "message_elem_array has a value of the wrong kind"),
        (b"{\"message_sender\":\"alice\"}", "it names no conversation"),
        (b"{\"message_conv_id\":\"ops\",\"message_conv_type\":2}", "it names no sender"),
    ];
    let mut file = good("first").into_bytes();
    for (bytes, _) in broken {
        file.extend([bytes, b"\n".as_slice()].concat());
    }
    file.extend(["{\"x\":", &"[".repeat(5_000), "\n", &good("last")].concat().into_bytes());
    fs::write(desk.path("broken.jsonl"), &file).unwrap();

    let ran = desk.run(&["import", "broken.jsonl", "--json"]).expect(0);

    assert_eq!(numbers(&ran.last()), (2, 0, broken.len() as u64 + 1));
    for (number, (_, reason)) in broken.iter().enumerate() {
        let place = format!("broken.jsonl:{}: ", number + 2);
        assert!(ran.err.lines().any(|line| line.contains(&place) && line.contains(reason)), "{place}{reason}: {ran:#?}");
    }
    assert!(ran.err.contains("--conversation C") && ran.err.contains("--account USER"), "the next steps are named: {ran:#?}");
    assert_eq!(desk.run(&["export"]).expect(0).out.lines().count(), 2);
}

#[test]
fn a_strict_import_ends_at_the_first_message_that_cannot_be_taken() {
    let desk = Desk::new();
    let good = line(&json!({"message_conv_id": "ops", "message_conv_type": 2}), "alice", 7, "good");
    for (bad, reason) in [("{broken", "not JSON"), ("{\"message_sender\":\"a\"}", "it names no conversation")] {
        let ran = desk.run_with_input(&["import", "-", "--strict", "--json"], format!("{good}\n{bad}\n{good}").as_bytes()).expect(1);
        assert!(ran.err.starts_with("error: standard input:3: ") && ran.err.contains(reason), "{ran:#?}");
        assert_eq!(ran.out, "");
        assert_eq!(desk.run(&["export"]).expect(0).out, "", "nothing of its batch was written");
    }
}

#[test]
fn a_strict_import_of_files_takes_all_of_them_or_nothing() {
    let desk = Desk::new();
    let good = |from: u64, until: u64| -> String {
        let head = json!({"message_conv_id": "ops", "message_conv_type": 2});
        (from..until).map(|time| line(&head, "alice", time, "good")).collect()
    };
    fs::write(desk.path("good.jsonl"), good(1, 12_001)).unwrap();
    for (bad, reason) in [("{broken", "not JSON"), ("{\"message_sender\":\"a\"}", "it names no conversation")] {
        fs::write(desk.path("bad.jsonl"), format!("{}{bad}\n", good(20_001, 32_001))).unwrap();
        let ran = desk.run(&["import", "good.jsonl", "bad.jsonl", "--strict", "--json"]).expect(1);
        assert!(ran.err.starts_with("error: bad.jsonl:12001: "), "{ran:#?}");
        assert!(ran.err.contains(reason) && ran.err.contains("nothing was written"), "{ran:#?}");
        assert_eq!(desk.run(&["export"]).expect(0).out, "");
    }
    let ran = desk.run_with_input(&["import", "-", "--strict"], &fs::read(desk.path("bad.jsonl")).unwrap()).expect(1);
    assert!(ran.err.contains("what came before may be in the archive"), "{ran:#?}");
    assert_eq!(desk.run(&["export"]).expect(0).out.lines().count(), 10_000, "the batches before are kept");
    let ran = desk.run(&["import", "good.jsonl", "--strict", "--json"]).expect(0);
    assert_eq!(numbers(&ran.last()), (12_000, 0, 0));
}

#[test]
fn messages_that_the_archive_refuses_are_all_counted() {
    let desk = Desk::new();
    let lines = "{\"message_sender\":\"a\"}\n".repeat(12_500);
    let ran = desk.run_with_input(&["import", "-", "--json"], lines.as_bytes()).expect(1);
    assert_eq!(numbers(&ran.last()), (0, 0, 12_500));
    assert!(ran.err.contains("and 12,480 more"), "{ran:#?}");
}

#[test]
fn a_file_of_nothing_but_broken_lines_is_a_failure() {
    let desk = Desk::new();
    let ran = desk.run_with_input(&["import", "-", "--json", "--format", "messages"], "no message\n".repeat(50).as_bytes()).expect(1);
    assert_eq!(numbers(&ran.last()), (0, 0, 50));
    assert_eq!(ran.err.lines().filter(|line| line.contains("standard input:")).count(), 20);
    assert!(ran.err.contains("and 30 more"), "{ran:#?}");
    desk.run_with_input(&["import", "-"], b"").expect(0);
    desk.run_with_input(&["import", "-"], b"[]").expect(0);
    let ran = desk.run_with_input(&["import", "-"], b"no message\n").expect(1);
    assert!(ran.err.starts_with("error: standard input is in no format that is read"), "{ran:#?}");
}

#[test]
fn a_damaged_file_is_named_and_the_others_are_read() {
    let desk = Desk::with_messages();
    let lines = fs::read(desk.path("messages.jsonl")).unwrap();
    let packed = zstd::stream::encode_all(lines.as_slice(), 1).unwrap();
    fs::write(desk.path("cut.jsonl.zst"), &packed[..packed.len() / 2]).unwrap();
    fs::write(desk.path("zip.jsonl"), b"PK\x03\x04 and so on").unwrap();
    fs::write(desk.path("wide.jsonl"), b"\xff\xfe{\0}\0").unwrap();
    for (name, reason) in [
        ("cut.jsonl.zst", "could not read cut.jsonl.zst: its zstd data end too early"),
        ("zip.jsonl", "zip.jsonl is a zip archive whose directory is damaged"),
        ("wide.jsonl", "wide.jsonl is UTF-16"),
    ] {
        let ran = desk.run(&["import", name, "messages.jsonl", "--json"]).expect(1);
        assert!(ran.err.contains(reason) && ran.err.contains("1 of 2 files"), "{ran:#?}");
        assert_eq!(ran.last()["new"], 0);
        assert!(ran.last()["known"].as_u64().unwrap() >= 33);
        assert_eq!(desk.run(&["import", name, "--strict", "--json"]).expect(1).out, "");
    }
    let ran = desk.run(&["import", "none.jsonl"]).expect(1);
    assert!(ran.err.starts_with("error: could not open none.jsonl: "), "{ran:#?}");
}

#[test]
fn the_generated_messages_have_every_type_and_are_all_taken() {
    let desk = Desk::new();
    let lines: String = generate::messages(300, 7).map(|message| message.unwrap().to_json() + "\n").collect();
    let ran = desk.run_with_input(&["import", "-", "--account", "me", "--json"], lines.as_bytes()).expect(0);
    assert_eq!(numbers(&ran.last()), (300, 0, 0));
    let types = desk.run(&["search", "is:any", "--facets", "--json"]).expect(0).last()["facets"]["types"].as_object().unwrap().len();
    assert_eq!(types, 13);
    for kind in mynah::model::ElementType::ALL {
        let found = desk.run(&["search", "--type", kind.word(), "--limit", "1", "--json"]).expect(0);
        assert_eq!(found.json().len(), 2, "{kind}");
    }
}
