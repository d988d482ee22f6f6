//! How the program behaves: exit codes, help, names, colours, output that nobody reads.

use std::fs;
use std::io::{BufRead as _, BufReader};

use serde_json::json;

use super::{Desk, Ran, line, ran};

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
        (&["import"], "PATH"),
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
        "chat",
        "send",
        "tail",
        "recall",
        "receipts",
        "download",
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
        "config",
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
