//! Talking: sending, recalling, reading, following, downloading, chatting, by programs that share a hub.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use mynah::JournalNo;
use mynah::archive::ArchiveOptions;
use mynah::model::{ConversationId, Message};
use serde_json::{Value, json};

use super::{Desk, Ran, ran};
use crate::schemas::{accepts, schema};

/// The longest that anything may take on a slow machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// The program as this user, with an archive of the user's own and the hub of the desk.
pub(super) fn command(desk: &Desk, user: &str, arguments: &[&str]) -> Command {
    let mut command = desk.command(arguments);
    command.env("MYNAH_STORE", desk.path(user)).env("MYNAH_ACCOUNT", user).env("MYNAH_TRANSPORT_HUB", desk.path("hub"));
    command
}

pub(super) fn run(desk: &Desk, user: &str, arguments: &[&str]) -> Ran {
    ran(command(desk, user, arguments).spawn().unwrap())
}

fn run_with_input(desk: &Desk, user: &str, arguments: &[&str], input: &str) -> Ran {
    let mut child = command(desk, user, arguments).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    ran(child)
}

/// A program that goes on until it is ended, and whose output is read as it comes.
pub(super) struct Going {
    child: Child,
    lines: Receiver<String>,
}

impl Going {
    pub(super) fn start(desk: &Desk, user: &str, arguments: &[&str]) -> Self {
        let mut child = command(desk, user, arguments).stdin(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    pub(super) fn says(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next line in which this stands.
    #[track_caller]
    pub(super) fn hears(&self, what: &str) -> String {
        let end = Instant::now() + PATIENCE;
        let mut others = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(what) {
                return line;
            }
            others.push(line);
        }
        panic!("{what:?} was not heard, but {others:#?}");
    }

    /// Ends its input, and waits for its end. The rest of the output is in `out`.
    pub(super) fn end(mut self) -> Ran {
        drop(self.child.stdin.take());
        self.ended()
    }

    /// As if Ctrl-C were pressed.
    pub(super) fn interrupt(self) -> Ran {
        assert!(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success());
        self.ended()
    }

    fn ended(self) -> Ran {
        let rest = ran(self.child);
        Ran { out: self.lines.iter().map(|line| line + "\n").collect(), ..rest }
    }
}

/// What a line says, without the time before it.
fn said(line: &str) -> &str {
    line.split_once("  ").unwrap().1
}

#[test]
fn what_is_sent_arrives_and_whoever_sent_it_learns_that_it_was_read() {
    let desk = Desk::new();
    let sent = run(&desk, "alice", &["send", "bob", "see", "you", "--json"]).expect(0);
    assert!(sent.err.contains("bob is new here: taken as the user c2c:bob"), "{sent:#?}");
    accepts(&schema("message"), &sent.last());
    let id = sent.ids().remove(0);
    assert_eq!(sent.last()["message_status"], 2);
    let piped = run_with_input(&desk, "alice", &["send", "bob", "-"], "two\nlines\n").expect(0);
    assert!(piped.err.is_empty() && piped.out.starts_with("alice-"), "{piped:#?}");

    let bob = Going::start(&desk, "bob", &["tail", "--json"]);
    let heard: Value = serde_json::from_str(&bob.hears("\"received\"")).unwrap();
    assert_eq!((&heard["message"]["message_msg_id"], &heard["message"]["message_is_read"]), (&json!(id), &json!(false)));
    bob.hears("two\\nlines");
    bob.interrupt().expect(0);

    let unread = |ran: Ran| ran.expect(0).last()["read"].clone();
    assert_eq!(unread(run(&desk, "bob", &["receipts", "alice", "--json"])), 2);
    assert_eq!(run(&desk, "bob", &["receipts", "alice"]).expect(0).out, "0 messages reported as read\n");
    let alice = Going::start(&desk, "alice", &["tail"]);
    assert!(said(&alice.hears("peer-read")).starts_with("c2c:bob  bob  "));
    alice.interrupt().expect(0);
    assert_eq!(run(&desk, "alice", &["find", &id, "--json"]).expect(0).last()["message_is_peer_read"], true);
}

#[test]
fn a_message_mentions_users_and_answers_another_one_as_other_clients_do() {
    let desk = Desk::new();
    let asked = run(&desk, "alice", &["send", "group:ops", "--at", "bob", "--at", "all", "who deploys?", "--json"]).expect(0);
    assert_eq!(asked.last()["message_group_at_user_array"], json!(["bob", "__kImSDK_MessageAtALL__"]));
    let id = asked.ids().remove(0);
    let answer = run(&desk, "alice", &["send", "ops", "--reply-to", &id, "I do", "--json"]).expect(0);
    assert_eq!(answer.err, "", "a known conversation needs no kind");
    let custom: Value = serde_json::from_str(answer.last()["message_cloud_custom_str"].as_str().unwrap()).unwrap();
    let reply = &custom["messageReply"];
    assert_eq!(
        (&reply["messageID"], &reply["messageSender"], &reply["messageAbstract"]),
        (&json!(id), &json!("alice"), &json!("who deploys?"))
    );

    let other = run(&desk, "alice", &["send", "group:dev", "--reply-to", &id, "x"]).expect(1);
    assert!(other.err.contains("is not of this conversation but of group:ops"), "{other:#?}");
    assert!(run(&desk, "alice", &["send", "c2c:bob", "--at", "bob", "x"]).expect(2).err.contains("c2c:bob is no group"));
    assert!(run(&desk, "alice", &["send", "c2c:bob"]).expect(2).err.contains("there is nothing to send"));
    assert!(run(&desk, "alice", &["send", "c2c:bob", "--snapshot", "a.png"]).expect(2).err.contains("1 snapshots for 0 videos"));
    let missing = run(&desk, "alice", &["send", "c2c:bob", "--file", "no-such-file"]).expect(1);
    assert!(missing.err.contains("cannot read no-such-file"), "{missing:#?}");
}

#[test]
fn a_recall_takes_a_message_back_on_both_sides_and_only_once() {
    let desk = Desk::new();
    let id = run(&desk, "alice", &["send", "c2c:bob", "oops"]).expect(0).out.trim().to_owned();
    let recalled = run(&desk, "alice", &["recall", &id, "--reason", "wrong person"]).expect(0);
    assert!(recalled.out.contains("[recalled]"), "{recalled:#?}");
    let bob = Going::start(&desk, "bob", &["tail"]);
    assert!(said(&bob.hears("  recalled")).starts_with("c2c:alice  alice  "));
    bob.interrupt().expect(0);
    assert!(run(&desk, "bob", &["find", &id]).expect(0).out.contains("[recalled]"));
    assert!(run(&desk, "alice", &["recall", &id]).expect(1).err.contains("is recalled already"));
    assert!(run(&desk, "bob", &["recall", "nobody-1-1"]).expect(1).err.contains("`mynah search` and `mynah history` show the ids"));
}

#[test]
fn a_picture_is_downloaded_whole_under_a_name_of_its_own() {
    let desk = Desk::new();
    let picture: Vec<u8> = (0..700_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    fs::write(desk.path("harbour.png"), &picture).unwrap();
    // Who is a member when it is said receives it.
    run(&desk, "bob", &["send", "group:ops", "here"]).expect(0);
    let id = run(&desk, "alice", &["send", "group:ops", "look", "--image", "harbour.png"]).expect(0).out.trim().to_owned();
    let got = run(&desk, "bob", &["download", &id, "--to", "got/here", "--json"]).expect(0);
    accepts(&schema("downloaded"), &got.last());
    assert!(got.last()["path"].as_str().unwrap().ends_with(".png"), "{got:#?}");
    assert_eq!(got.err, "", "no bar where nobody looks");
    assert!(fs::read(desk.path(got.last()["path"].as_str().unwrap())).unwrap() == picture);
    let again = run(&desk, "bob", &["download", &id, "--element", "2", "--part", "large", "--to", "again"]).expect(0);
    assert!(fs::read(desk.path(again.out.trim())).unwrap() == picture);
    let text = run(&desk, "bob", &["download", &id, "--element", "1"]).expect(1);
    assert!(text.err.contains("has no file that could be downloaded in element 1"), "{text:#?}");
    run(&desk, "bob", &["download", &id, "--element", "0"]).expect(2);
}

#[test]
fn two_people_talk_in_their_terminals() {
    let desk = Desk::new();
    let mut alice = Going::start(&desk, "alice", &["chat", "group:ops"]);
    alice.says("I am here");
    assert_eq!(said(&alice.hears("I am here")), "alice  I am here  ✓");
    let mut bob = Going::start(&desk, "bob", &["chat", "group:ops"]);
    bob.says("so am \u{1b}[2JI");
    assert_eq!(said(&alice.hears("so am")), "bob  so am \u{fffd}[2JI", "nobody steers the terminal of another");
    alice.says("the deploy is done");
    assert_eq!(said(&bob.hears("deploy")), "alice  the deploy is done");
    alice.says("/edit the deploy is nearly done");
    assert_eq!(said(&bob.hears("nearly")), "alice  the deploy is nearly done  (edited)");
    alice.says("/recall");
    assert_eq!(said(&bob.hears("recalled")), "alice  [recalled]");

    alice.says("/to c2c:bob");
    alice.says("//quit was not meant");
    assert_eq!(said(&bob.hears("quit")), "c2c:alice  alice  /quit was not meant", "what comes from elsewhere says from where");
    bob.says("/to alice");
    bob.says("/read");
    assert_eq!(said(&alice.hears("has read")), "bob has read everything up to here  ✓✓");
    let bob = bob.end().expect(0);
    assert!(bob.err.contains("bob in c2c:alice") && bob.err.contains("1 message reported as read"), "{bob:#?}");
    alice.says("/quit");
    alice.ended().expect(0);
}

#[test]
fn a_chat_without_a_person_does_what_its_lines_say_in_their_order_and_ends() {
    let desk = Desk::new();
    let lines = "lost\n/to group:ops\none\n/history 5\ntwo\n/edit zwei\n\n/search zwei\n/who\n/recall\n/bogus\n/edit\nthree";
    let ran = run_with_input(&desk, "alice", &["chat"], lines).expect(0);
    let shown: Vec<&str> = ran.out.lines().map(|line| line.split_once("  alice  ").unwrap().1).collect();
    let ids: Vec<&str> = shown.iter().filter_map(|line| line.split_once("  alice-")).map(|(text, _)| text).collect();
    assert_eq!(ids, ["one", "zwei"], "history and search show ids: {ran:#?}");
    let others: Vec<&str> = shown.iter().filter(|line| !line.contains("  alice-")).copied().collect();
    assert_eq!(others.len(), 5, "{ran:#?}");
    for expected in ["one  ✓", "two  ✓", "zwei  (edited)", "[recalled]", "three  ✓"] {
        assert!(others.contains(&expected), "{expected}: {ran:#?}");
    }
    for expected in ["no conversation is chosen", "alice, who owns the group", "there is no command /bogus", "it is written /edit TEXT"] {
        assert!(ran.err.contains(expected), "{expected}: {ran:#?}");
    }
    assert!(!ran.err.contains("not sent"), "{ran:#?}");

    let json = run_with_input(&desk, "alice", &["chat", "ops", "--json"], "four\n/history 1\n").expect(0);
    let event = schema("event");
    json.json().iter().for_each(|line| accepts(&event, line));
    let words: Vec<_> = json.json().iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect();
    assert!(words.contains(&"sent".to_owned()) && words.contains(&"shown".to_owned()), "{words:?}");
}

#[test]
fn another_process_searches_what_a_chat_has_just_said_and_heard() {
    let desk = Desk::new();
    let mut alice = Going::start(&desk, "alice", &["chat", "c2c:bob"]);
    let mut bob = Going::start(&desk, "bob", &["chat", "c2c:alice"]);
    for round in 0..3 {
        let (asked, answered) = (format!("question{round}"), format!("answer{round}"));
        alice.says(&asked);
        bob.hears(&asked);
        bob.says(&answered);
        alice.hears(&answered);
        for (user, word) in [("alice", &asked), ("alice", &answered), ("bob", &asked), ("bob", &answered)] {
            found(&desk, user, word);
        }
    }
    let refused = run(&desk, "alice", &["send", "c2c:bob", "x"]).expect(1);
    assert!(refused.err.contains(&alice.child.id().to_string()) && refused.err.contains("`tail`"), "who has it is told: {refused:#?}");
    alice.end().expect(0);
    bob.end().expect(0);
}

/// Searches until the word is found, as a person would who knows that it was said.
#[track_caller]
fn found(desk: &Desk, user: &str, word: &str) {
    let end = Instant::now() + PATIENCE;
    while run(desk, user, &["search", word, "--count"]).expect(0).out != "1\n" {
        assert!(Instant::now() < end, "{user} does not find {word}");
    }
}

#[test]
fn a_tail_follows_another_process_and_goes_on_from_its_cursor() {
    let desk = Desk::new();
    let mut alice = Going::start(&desk, "alice", &["chat", "c2c:bob"]);
    alice.says("first");
    alice.hears("first");
    let tail = Going::start(&desk, "alice", &["tail", "c2c:bob", "--since", "0", "--json"]);
    let first: Value = serde_json::from_str(&tail.hears("\"sent\"")).unwrap();
    alice.says("second");
    let second: Value = serde_json::from_str(&tail.hears("\"sent\"")).unwrap();
    let text = |event: &Value| event["message"]["message_elem_array"][0]["text_elem_content"].clone();
    assert_eq!((text(&first), text(&second)), (json!("first"), json!("second")));
    [&first, &second].into_iter().for_each(|event| accepts(&schema("event"), event));
    tail.interrupt().expect(0);

    alice.says("/to group:ops");
    alice.says("elsewhere");
    alice.says("/to c2c:bob");
    alice.says("third");
    alice.hears("third");
    let tail = Going::start(&desk, "alice", &["tail", "bob", "--json", "--since", &first["cursor"].to_string()]);
    let heard: Vec<String> = [tail.hears("\"sent\""), tail.hears("\"sent\"")].into();
    assert!(heard[0].contains("second") && heard[1].contains("third"), "{heard:#?}");
    tail.interrupt().expect(0);
    alice.end().expect(0);

    let owned = Going::start(&desk, "alice", &["tail", "--since", &second["cursor"].to_string()]);
    assert!(said(&owned.hears("  sent  ")).contains("elsewhere"), "the other conversation too, and nothing twice");
    assert!(said(&owned.hears("  sent  ")).contains("third"));
    owned.interrupt().expect(0);
}

#[test]
fn a_tail_says_what_is_no_longer_kept_and_goes_on_with_the_oldest() {
    let desk = Desk::new();
    let archive = ArchiveOptions::new().account("alice").memory_mib(64).open(desk.path("alice")).unwrap();
    let bob = ConversationId::c2c("bob").unwrap();
    for time in 1..=9 {
        archive.save(&bob, Message::text("bob", time, "old")).unwrap();
    }
    let mut reader = archive.journal_reader("reader").unwrap();
    let end = Instant::now() + PATIENCE;
    while archive.changes(JournalNo(1), 1).is_ok() {
        assert!(Instant::now() < end, "nothing is dropped");
        assert!(archive.wait_until_indexed());
        reader.pass(archive.journal_head()).unwrap();
    }
    archive.save(&bob, Message::text("bob", 10, "new")).unwrap();
    drop(archive);

    let tail = Going::start(&desk, "alice", &["tail", "--since", "1"]);
    assert_eq!(said(&tail.hears("new")), "c2c:bob  bob  added  new");
    let tail = tail.interrupt().expect(0);
    assert!(tail.err.contains("from 2 on, are no longer kept"), "{tail:#?}");
}

#[test]
fn a_tail_that_nobody_reads_ends() {
    let desk = Desk::new();
    run(&desk, "alice", &["send", "c2c:bob", "one"]).expect(0);
    let mut child = command(&desk, "alice", &["tail", "--json", "--since", "0"]).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(!first.is_empty());
    let mut bob = Going::start(&desk, "bob", &["chat", "c2c:alice"]);
    bob.says("two");
    assert_eq!(ran(child).expect(0).err, "");
    bob.end().expect(0);
}

#[test]
fn who_cannot_log_in_is_told_what_to_do() {
    let desk = Desk::with_messages();
    let nobody = Desk::new();
    for arguments in [&["send", "bob", "x"][..], &["recall", "id"], &["receipts", "bob"], &["download", "id"], &["chat"]] {
        let ran = nobody.run(arguments).expect(1);
        assert!(ran.err.contains("nobody is named") && ran.err.contains("--account USER"), "{ran:#?}");
        assert!(!nobody.path("store").exists());
    }
    for arguments in [&["send", "bob", "x"][..], &["read", "--all"], &["chat"]] {
        let ran = desk.run(&[arguments, &["--account", "eve"]].concat()).expect(1);
        assert!(ran.err.contains("the archive belongs to me, not to eve\n  leave out --account"), "{ran:#?}");
    }
}
