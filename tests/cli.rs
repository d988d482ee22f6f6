//! The program, as a person or a script uses it: every command, its exit code, what it prints where.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::schemas::{accepts, schema};

#[path = "../examples/generate.rs"]
#[allow(dead_code, reason = "the program around it is not called")]
mod generate;

/// A folder with an archive in it, and the program.
struct Desk {
    folder: TempDir,
}

/// What a run of the program gave.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        assert!(!self.err.contains("panicked") && !self.err.contains("backtrace"), "{self:#?}");
        self
    }

    /// The lines of the output, each of which has to be a JSON object.
    #[track_caller]
    fn json(&self) -> Vec<Value> {
        let read = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error} in {line:?}: {self:#?}"));
        let lines: Vec<_> = self.out.lines().map(read).collect();
        assert!(lines.iter().all(Value::is_object), "{self:#?}");
        lines
    }

    #[track_caller]
    fn last(&self) -> Value {
        self.json().pop().unwrap_or_else(|| panic!("{self:#?}"))
    }

    /// The ids of the messages of the output.
    #[track_caller]
    fn ids(&self) -> Vec<String> {
        let id = |line: &Value| line.get("message").unwrap_or(line).get("message_msg_id").and_then(|id| Some(id.as_str()?.to_owned()));
        self.json().iter().filter_map(id).collect()
    }
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// An archive of 30 messages in `group:ops` and 3 in `c2c:bob`.
    fn with_messages() -> Self {
        let desk = Self::new();
        let mut lines = String::new();
        for number in 1..=30 {
            lines += &line(
                &json!({"message_conv_id": "ops", "message_conv_type": 2}),
                "alice",
                1_700_000_000 + number * 3_600,
                &format!("deploy number {number}"),
            );
        }
        for (number, sender) in ["bob", "me", "bob"].into_iter().enumerate() {
            let time = 1_710_000_000 + number as u64;
            lines += &line(
                &json!({"message_conv_id": "bob", "message_conv_type": 1, "message_is_read": false}),
                sender,
                time,
                "hello über-welt 😀",
            );
        }
        fs::write(desk.path("messages.jsonl"), lines).unwrap();
        desk.run(&["import", "messages.jsonl", "--account", "me"]).expect(0);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("mynah"));
        command.args(arguments).current_dir(self.folder.path()).env("MYNAH_STORE", self.path("store")).env("TZ", "UTC");
        command.env_remove("MYNAH_LOG").env_remove("CLICOLOR_FORCE").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).spawn().unwrap())
    }

    fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        ran(child)
    }

    /// A process that holds the archive for writing until its input ends.
    fn writer(&self) -> Writer {
        let mut child = self.command(&["import", "-"]).stdin(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take();
        let pid = child.id();
        // It holds the lock from when it has written its number there.
        let lock = self.path("store").join("LOCK");
        while fs::read_to_string(&lock).is_ok_and(|holder| holder.trim() != pid.to_string()) {
            std::thread::yield_now();
        }
        Writer { child, input }
    }
}

struct Writer {
    child: Child,
    input: Option<ChildStdin>,
}

impl Writer {
    fn end(mut self) -> Ran {
        drop(self.input.take());
        ran(self.child)
    }
}

fn ran(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn line(head: &Value, sender: &str, time: u64, text: &str) -> String {
    let mut message = head.clone();
    message["message_sender"] = sender.into();
    message["message_server_time"] = time.into();
    message["message_elem_array"] = json!([{"elem_type": 0, "text_elem_content": text}]);
    format!("{message}\n")
}

fn numbers(report: &Value) -> (u64, u64, u64) {
    let number = |key: &str| report[key].as_u64().unwrap();
    (number("new"), number("known"), number("refused"))
}

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
fn a_file_of_nothing_but_broken_lines_is_a_failure() {
    let desk = Desk::new();
    let ran = desk.run_with_input(&["import", "-", "--json"], "no message\n".repeat(50).as_bytes()).expect(1);
    assert_eq!(numbers(&ran.last()), (0, 0, 50));
    assert_eq!(ran.err.lines().filter(|line| line.contains("standard input:")).count(), 20);
    assert!(ran.err.contains("and 30 more"), "{ran:#?}");
    desk.run_with_input(&["import", "-"], b"").expect(0);
    desk.run_with_input(&["import", "-"], b"[]").expect(0);
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
        ("zip.jsonl", "zip.jsonl is a zip archive, which is not read"),
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
fn history_pages_in_both_directions() {
    let desk = Desk::with_messages();
    let all = desk.run(&["history", "ops", "--limit", "100", "--oldest-first", "--json"]).expect(0);
    let ids = all.ids();
    assert_eq!(ids.len(), 30);
    all.json().iter().for_each(|message| accepts(&schema("message"), message));
    let page = |arguments: &[&str]| desk.run(&[&["history", "group:ops", "--json", "--limit", "3"], arguments].concat()).expect(0).ids();
    let newest_first = |ids: &[String]| ids.iter().rev().cloned().collect::<Vec<_>>();

    assert_eq!(page(&[]), newest_first(&ids[27..]));
    assert_eq!(page(&["--oldest-first"]), ids[..3]);
    assert_eq!(page(&["--before", &ids[10]]), newest_first(&ids[7..10]));
    assert_eq!(page(&["--before", &ids[10], "--oldest-first"]), ids[7..10]);
    assert_eq!(page(&["--after", &ids[10]]), newest_first(&ids[11..14]));
    assert_eq!(page(&["--after", &ids[10], "--oldest-first"]), ids[11..14]);
    assert_eq!(page(&["--from", "1700007200", "--for", "2h", "--oldest-first"]), ids[1..3]);
    assert_eq!(page(&["--types", "image,file"]), [""; 0]);
    let other = desk.run(&["history", "bob", "--before", &ids[0]]).expect(1);
    assert!(other.err.contains("is not of this conversation but of group:ops"), "{other:#?}");

    let shown = desk.run(&["history", "ops", "--limit", "1"]).expect(0);
    assert_eq!(shown.out, format!("2023-11-16 04:13:20  alice  {}\n    deploy number 30\n", ids[29]));
}

#[test]
fn messages_are_found_by_id_and_by_locator() {
    let desk = Desk::with_messages();
    let message = desk.run(&["history", "bob", "--limit", "1", "--json"]).expect(0).last();
    let id = message["message_msg_id"].as_str().unwrap();
    let found = desk.run(&["find", "nobody-1-1", id, "--json"]).expect(0);
    assert_eq!(found.last(), message);
    assert!(found.err.contains("no message has the id nobody-1-1"), "{found:#?}");

    let number = |key: &str| message[key].to_string();
    let (time, seq, rand) = (number("message_server_time"), number("message_seq"), number("message_rand"));
    let locate = ["locate", "c2c:bob", "--time", &time, "--seq", &seq, "--rand", &rand, "--json"];
    assert_eq!(desk.run(&locate).expect(0).json(), [message]);
    assert_eq!(desk.run(&[&locate[..], &["--self"]].concat()).expect(0).out, "", "the direction has to match");
}

#[test]
fn a_search_gives_its_hits_and_then_the_summary() {
    let desk = Desk::with_messages();
    let ran = desk.run(&["search", "über", "--json"]).expect(0);
    let (hits, summary) = (schema("hit"), schema("search-summary"));
    let lines = ran.json();
    assert_eq!(lines.len(), 4);
    lines[..3].iter().for_each(|hit| accepts(&hits, hit));
    accepts(&summary, &lines[3]);
    assert_eq!(lines[3], json!({"total": 3, "complete": true, "next": null}));
    assert_eq!((&lines[0]["snippet"], &lines[0]["highlights"]), (&json!("hello über-welt 😀"), &json!([[6, 10]])));

    let first = desk.run(&["search", "deploy", "--limit", "20", "--json"]).expect(0);
    let next = first.last()["next"].as_str().unwrap().to_owned();
    let second = desk.run(&["search", "deploy", "--limit", "20", "--cursor", &next, "--json"]).expect(0);
    let oldest_first = desk.run(&["search", "deploy", "--limit", "30", "--sort", "oldest", "--json"]).expect(0).ids();
    let both: Vec<_> = first.ids().into_iter().chain(second.ids()).rev().collect();
    assert_eq!((both.len(), &both), (30, &oldest_first));
    assert_eq!((first.last()["total"].clone(), second.last()), (json!(30), json!({"total": 30, "complete": true, "next": null})));
    desk.run(&["search", "deploy", "--cursor", "-nonsense"]).expect(2);
}

#[test]
fn a_search_finds_by_words_parts_people_places_times_and_types() {
    let desk = Desk::with_messages();
    let count = |arguments: &[&str]| {
        let summary = desk.run(&[&["search", "--count", "--json"], arguments].concat()).expect(0);
        assert_eq!(summary.json().len(), 1, "{summary:#?}");
        let total = summary.last()["total"].as_u64().unwrap();
        assert_eq!(desk.run(&[&["search", "--count"], arguments].concat()).expect(0).out, format!("{total}\n"));
        total
    };
    assert_eq!(count(&["deploy"]), 30);
    assert_eq!(count(&["deploy", "-7"]), 29);
    assert_eq!(count(&["deploy OR hello"]), 33);
    assert_eq!(count(&["hello", "7", "--any"]), 4);
    assert_eq!(count(&["eploy"]), 0);
    assert_eq!(count(&["--contains", "EPLOY"]), 30);
    assert_eq!(count(&["--contains", "eploy", "r 7"]), 1);
    assert_eq!(count(&["--contains", "r 7", "r-w", "--any"]), 4);
    assert_eq!(count(&["--contains", "-w"]), 3);
    assert_eq!(count(&["--contains", "--", "--w"]), 0);
    assert_eq!(count(&["--from", "me"]), 1);
    assert_eq!(count(&["--from", "me", "--from", "alice"]), 31);
    assert_eq!(count(&["--in", "bob", "--type", "text"]), 3);
    assert_eq!(count(&["--in", "c2c:bob", "--type", "image,file"]), 0);
    assert_eq!(count(&["--in", "group:unknown", "deploy"]), 0);
    assert_eq!(count(&["deploy", "--since", "2023-11-16"]), 5);
    assert_eq!(count(&["deploy", "--until", "2023-11-15"]), 25);
    assert_eq!(count(&["is:unread"]), 2);
}

#[test]
fn a_search_counts_by_conversation_by_facets_and_over_time() {
    let desk = Desk::with_messages();
    let all = ["search", "deploy OR hello", "--group", "--facets", "--timeline", "month"];
    let counted = desk.run(&[&all[..], &["--json"]].concat()).expect(0);
    let expected = json!({
        "total": 33, "complete": true, "next": null,
        "conversations": {"c2c:bob": 3, "group:ops": 30},
        "facets": {"conversations": {"group:ops": 30, "c2c:bob": 3}, "senders": {"alice": 30, "bob": 2, "me": 1}, "types": {"text": 33}},
        "timeline": {"1698796800": 30, "1709251200": 3},
    });
    assert_eq!((counted.json().len(), counted.last()), (1, expected.clone()));
    accepts(&schema("search-summary"), &expected);
    let shown = desk.run(&all).expect(0).out;
    assert!(shown.contains("        30  group:ops\n") && shown.contains("2023-11\t30\n2024-03\t3\n"), "{shown}");
    let with_hits = desk.run(&[&all[..], &["--limit", "2", "--json"]].concat()).expect(0);
    assert_eq!((with_hits.json().len(), with_hits.last()["next"].is_string()), (3, true));
}

#[test]
fn a_search_says_how_it_was_understood() {
    let desk = Desk::with_messages();
    let explanation = "messages with the word \"deploy\", without the word \"draft\", in bob, from alice";
    let shown = desk.run(&["search", "deploy", "-draft", "in:bob", "--from", "alice", "--explain"]).expect(0);
    assert_eq!(shown.out.lines().next().unwrap(), explanation);
    let json = desk.run(&["search", "deploy -draft in:bob from:alice", "--explain", "--json"]).expect(0);
    assert_eq!(json.last()["explanation"], explanation);
    let noted = desk.run(&["search", "deploy", "before:lunch", "--json"]).expect(0);
    assert!(noted.err.contains("note: before: takes a time"), "{noted:#?}");
}

#[test]
fn conversations_are_listed_and_marked_as_read() {
    let desk = Desk::with_messages();
    let listed = desk.run(&["conversations", "--json"]).expect(0);
    let names: Vec<_> = listed.json().iter().map(|listed| (listed["conversation"].clone(), listed["unread"].clone())).collect();
    assert_eq!(names, [(json!("c2c:bob"), json!(2)), (json!("group:ops"), json!(0))]);
    listed.json().iter().for_each(|listed| accepts(&schema("conversation"), listed));
    assert!(desk.run(&["conversations"]).expect(0).out.contains("c2c:bob  3 messages  2 unread\n"));

    assert_eq!(desk.run(&["read", "bob", "--json"]).expect(0).json(), [json!({"read": 2})]);
    assert_eq!(desk.run(&["read", "--all"]).expect(0).out, "0 messages marked as read\n");
    desk.run(&["read"]).expect(2);
    desk.run(&["read", "bob", "--all"]).expect(2);
}

#[test]
fn a_deleted_message_is_gone_from_history_and_search_and_found_by_its_id() {
    let desk = Desk::with_messages();
    let id = &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0];
    assert_eq!(desk.run(&["delete", "group:ops", id, "unknown", "--json"]).expect(0).json(), [json!({"deleted": 1})]);
    assert_eq!(desk.run(&["search", "deploy", "--count"]).expect(0).out, "29\n");
    assert_ne!(&desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0], id);
    assert_eq!(desk.run(&["find", id, "--json"]).expect(0).last()["message_status"], 4);
    assert_eq!(desk.run(&["export"]).expect(0).out.lines().count(), 32);
    assert_eq!(desk.run(&["delete", "group:ops", id]).expect(0).out, "0 messages deleted\n");
}

#[test]
fn purging_needs_a_yes() {
    let desk = Desk::with_messages();
    let refused = desk.run(&["purge", "ops"]).expect(2);
    assert!(refused.err.contains("nobody can be asked here") && refused.err.contains("--yes"), "{refused:#?}");
    let ids = desk.run(&["history", "ops", "--limit", "2", "--json"]).expect(0).ids();
    assert_eq!(desk.run(&["purge", "ops", &ids[0], &ids[1], "--yes", "--json"]).expect(0).json(), [json!({"purged": 2})]);
    assert_eq!(desk.run(&["find", &ids[0], &ids[1], "--json"]).expect(0).out, "");
    assert_eq!(desk.run(&["purge", "ops", "--before", "2023-11-15", "--yes", "--json"]).expect(0).json(), [json!({"purged": 1})]);
    assert_eq!(desk.run(&["purge", "ops", "--yes", "--json"]).expect(0).json(), [json!({"purged": 27})]);
    assert_eq!(desk.run(&["conversations", "--json"]).expect(0).json().len(), 1);
    desk.run(&["purge", "ops", "--yes"]).expect(1);
    desk.run(&["compact"]).expect(0);
    desk.run(&["check"]).expect(0);
}

#[test]
fn a_cleared_conversation_stays_in_the_list() {
    let desk = Desk::with_messages();
    assert_eq!(desk.run(&["clear", "ops", "--json"]).expect(0).json(), [json!({"cleared": 30})]);
    let listed = desk.run(&["conversations", "--json"]).expect(0).json();
    let cleared = listed.iter().find(|listed| listed["conversation"] == "group:ops").unwrap();
    assert_eq!((&cleared["messages"], &cleared["last_message"]), (&json!(0), &Value::Null));
}

#[test]
fn an_edited_message_is_found_by_its_new_text() {
    let desk = Desk::with_messages();
    let id = &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0];
    let edited = desk.run(&["edit", id, "a text of tomorrow", "--json"]).expect(0);
    accepts(&schema("message"), &edited.last());
    assert_eq!(desk.run(&["search", "tomorrow", "--json"]).expect(0).ids(), [id.as_str()]);
    assert_eq!(desk.run(&["search", "deploy", "--count"]).expect(0).out, "29\n");
    let unknown = desk.run(&["edit", "nobody-1-1", "text"]).expect(1);
    assert!(unknown.err.contains("no message has the id nobody-1-1") && unknown.err.contains("mynah search"), "{unknown:#?}");
}

#[test]
fn an_export_imported_anew_exports_the_same_bytes() {
    let desk = Desk::with_messages();
    let id = &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0];
    desk.run(&["edit", id, "edited, with \"quotes\" and \u{1f600}"]).expect(0);
    desk.run(&["read", "bob"]).expect(0);
    let told = desk.run(&["export", "-o", "first.jsonl", "--json"]).expect(0);
    assert_eq!(told.json(), [json!({"messages": 33, "file": "first.jsonl"})]);
    desk.run(&["import", "first.jsonl", "--store", "second"]).expect(0);
    desk.run(&["export", "--store", "second", "-o", "second.jsonl"]).expect(0);
    let (first, second) = (fs::read(desk.path("first.jsonl")).unwrap(), fs::read(desk.path("second.jsonl")).unwrap());
    assert!(!first.is_empty() && first == second);
    assert_eq!(desk.run(&["export"]).expect(0).out.as_bytes(), first);
    assert_eq!(desk.run(&["export", "--conversation", "bob"]).expect(0).out.lines().count(), 3);
    assert_eq!(desk.run(&["export", "--since", "2024"]).expect(0).out.lines().count(), 3);
    let failed = desk.run(&["export", "-o", "no/such/folder.jsonl"]).expect(1);
    assert!(failed.err.contains("could not create no/such/folder.jsonl"), "{failed:#?}");
    assert!(fs::read_dir(desk.folder.path()).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().ends_with(".part")));
}

#[test]
fn a_backup_restored_elsewhere_is_the_same_archive() {
    let desk = Desk::with_messages();
    desk.run(&["backup", "backups"]).expect(0);
    desk.run(&["edit", &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0], "changed"]).expect(0);
    desk.run(&["backup", "backups", "--json"]).expect(0).last();
    let restored = desk.run(&["restore", "backups", "--store", "restored", "--json"]).expect(0);
    assert_eq!(restored.last()["messages"], 33);
    assert_eq!(desk.run(&["export", "--store", "restored"]).expect(0).out, desk.run(&["export"]).expect(0).out);
    assert_eq!(desk.run(&["search", "changed", "--count", "--store", "restored"]).expect(0).out, "1\n");
    let refused = desk.run(&["restore", "backups"]).expect(1);
    assert!(refused.err.contains("not empty"), "{refused:#?}");
}

#[test]
fn the_archive_is_looked_after() {
    let desk = Desk::with_messages();
    let stats = desk.run(&["stats", "--json"]).expect(0).last();
    assert_eq!((&stats["messages"], &stats["conversations"], &stats["index_lag"]), (&json!(33), &json!(2), &json!(0)));
    assert!(stats["bytes_per_message"].as_f64().unwrap() > 0.0 && (0.0..=1.0).contains(&stats["index_share"].as_f64().unwrap()));
    let shown = desk.run(&["stats"]).expect(0).out;
    assert!(shown.contains("messages        33 (2 unread)\n") && shown.contains("index state     complete\n"), "{shown}");

    let report = desk.run(&["check", "--json"]).expect(0).last();
    assert_eq!((&report["messages"], &report["findings"]), (&json!(33), &json!([])));
    assert!(desk.run(&["check"]).expect(0).out.ends_with("all is well\n"));
    let built = desk.run(&["reindex", "--json"]).expect(0).last();
    assert_eq!((&built["messages"], &built["complete"]), (&json!(33), &json!(true)));
    assert!(desk.run(&["compact", "--json"]).expect(0).last()["bytes"].as_u64().unwrap() > 0);
}

#[test]
fn a_search_without_its_index_says_that_it_is_incomplete_and_reindex_mends_it() {
    let desk = Desk::with_messages();
    fs::remove_dir_all(desk.path("store/index")).unwrap();
    let ran = desk.run(&["search", "deploy", "--json"]).expect(0);
    assert_eq!(ran.last()["complete"], false);
    assert!(ran.err.contains("not complete") && ran.err.contains("mynah reindex"), "{ran:#?}");
    assert_eq!(desk.run(&["history", "ops", "--json", "--limit", "100"]).expect(0).ids().len(), 30);
    desk.run(&["reindex"]).expect(0);
    assert_eq!(
        desk.run(&["search", "deploy", "--count", "--json"]).expect(0).json(),
        [json!({"total": 30, "complete": true, "next": null})]
    );
}

#[test]
fn others_read_while_one_process_writes_and_a_second_writer_is_told_which() {
    let desk = Desk::with_messages();
    let writer = desk.writer();
    let pid = writer.child.id().to_string();
    assert_eq!(desk.run(&["search", "deploy", "--count"]).expect(0).out, "30\n");
    assert_eq!(desk.run(&["history", "ops", "--json"]).expect(0).ids().len(), 20);
    assert_eq!(desk.run(&["export"]).expect(0).out.lines().count(), 33);
    desk.run(&["stats"]).expect(0);
    let refused = desk.run(&["edit", "alice-1-1", "text"]).expect(1);
    assert!(refused.err.contains(&format!("being written by process {pid}")), "{refused:#?}");
    writer.end().expect(0);
    desk.run(&["read", "--all"]).expect(0);
}

#[test]
fn what_the_reader_of_the_output_does_not_want_is_no_failure() {
    let desk = Desk::with_messages();
    let mut lines = String::new();
    for number in 0..5_000 {
        lines += &line(&json!({"message_conv_id": "long", "message_conv_type": 2}), "alice", 1_600_000_000 + number, &"long ".repeat(20));
    }
    desk.run_with_input(&["import", "-"], lines.as_bytes()).expect(0);
    for arguments in [&["export"][..], &["history", "long", "--limit", "5000"], &["search", "long", "--limit", "5000", "--json"]] {
        let mut child = desk.command(arguments).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(!first.is_empty());
        let ran = ran(child).expect(0);
        assert_eq!(ran.err, "");
    }
}

#[test]
fn a_bare_name_of_two_conversations_is_asked_back() {
    let desk = Desk::with_messages();
    desk.run_with_input(&["import", "-", "--conversation", "group:bob"], b"{\"message_sender\":\"eve\",\"message_client_time\":5}")
        .expect(0);
    for arguments in [&["history", "bob"][..], &["search", "hello", "--in", "bob"], &["clear", "bob"]] {
        let ran = desk.run(arguments).expect(2);
        assert!(ran.err.contains("bob may be c2c:bob or group:bob"), "{ran:#?}");
    }
    let unknown = desk.run(&["history", "nobody", "--json"]).expect(0);
    assert_eq!(unknown.out, "");
    assert!(unknown.err.contains("there is no conversation nobody; `mynah conversations`"), "{unknown:#?}");
    let unknown = desk.run(&["clear", "nobody"]).expect(1);
    assert!(unknown.err.contains("there is no conversation nobody\n  `mynah conversations` lists"), "{unknown:#?}");
}

#[test]
fn wrong_use_is_told_with_the_right_one() {
    let desk = Desk::with_messages();
    for (arguments, reason) in [
        (&["serch", "x"][..], "search"),
        (&["search"], "WORDS"),
        (&["search", "x", "--limt", "3"], "--limit"),
        (&["search", "x", "--since", "lunch"], "a time is written as"),
        (&["search", "x", "--type", "picture"], "image"),
        (&["history", "ops", "--from", "2024", "--for", "2 months"], "no fixed length"),
        (&["import", "messages.jsonl", "--conversation", "ops"], "c2c:ID or group:ID"),
        (&["import"], "FILE"),
        (&["history", "group:"], "a conversation id is 0 bytes"),
        (&["purge", "ops", "id", "--before", "2024"], "cannot be used with"),
    ] {
        let ran = desk.run(arguments).expect(2);
        assert!(ran.err.contains(reason) && ran.out.is_empty(), "{arguments:?}: {ran:#?}");
    }
}

#[test]
fn a_folder_without_an_archive_is_left_as_it_is() {
    let desk = Desk::new();
    for arguments in [&["stats"][..], &["search", "x"], &["edit", "id", "text"], &["read", "--all"], &["check"], &["reindex"]] {
        let ran = desk.run(arguments).expect(1);
        assert!(ran.err.contains("holds no mynah store"), "{arguments:?}: {ran:#?}");
        assert!(!desk.path("store").exists());
    }
    fs::create_dir(desk.path("store")).unwrap();
    fs::write(desk.path("store/letter.txt"), "dear").unwrap();
    let ran = desk.run_with_input(&["import", "-"], b"{}").expect(1);
    assert!(ran.err.contains("is not a mynah store and not empty"), "{ran:#?}");
}

#[test]
fn help_and_completions_name_every_command() {
    let desk = Desk::new();
    let help = desk.run(&["--help"]).expect(0).out;
    let commands = [
        "import",
        "search",
        "history",
        "find",
        "locate",
        "conversations",
        "read",
        "edit",
        "delete",
        "purge",
        "clear",
        "export",
        "stats",
        "check",
        "reindex",
        "compact",
        "backup",
        "restore",
        "completions",
    ];
    for command in commands {
        assert!(help.contains(&format!("\n  {command} ")), "{command}: {help}");
        let own = desk.run(&[command, "--help"]).expect(0).out;
        assert!(own.contains("Examples:\n  mynah "), "{own}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.run(&["completions", shell]).expect(0).out;
        assert!(commands.iter().all(|command| script.contains(command)), "{shell}");
    }
    assert!(desk.run(&["--version"]).expect(0).out.starts_with("mynah "));
    desk.run(&[]).expect(2);
}

#[test]
fn nothing_but_results_is_printed_whatever_is_logged() {
    let desk = Desk::with_messages();
    let ran = ran(desk.command(&["search", "deploy", "--json"]).env("MYNAH_LOG", "trace").spawn().unwrap()).expect(0);
    assert_eq!(ran.json().len(), 21);
    let coloured = ran_with_colours(&desk, &["search", "deploy", "--limit", "1"]);
    assert!(coloured.out.contains("\u{1b}["), "{coloured:?}");
    assert!(!ran_with_colours(&desk, &["search", "deploy", "--json"]).out.contains('\u{1b}'));
    assert!(!desk.run(&["search", "deploy"]).expect(0).out.contains('\u{1b}'));
}

fn ran_with_colours(desk: &Desk, arguments: &[&str]) -> Ran {
    ran(desk.command(arguments).env("CLICOLOR_FORCE", "1").spawn().unwrap()).expect(0)
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
