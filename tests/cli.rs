//! The program, as a person or a script uses it: every command, its exit code, what it prints where.

mod bots;
mod change;
mod config;
mod export;
mod import;
mod look;
mod manners;
mod motion;
mod others;
mod search;
mod upkeep;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

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
        // No configuration of the person who runs the tests has a say in them.
        std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("MYNAH_")).for_each(|name| {
            command.env_remove(name);
        });
        command.env("XDG_CONFIG_HOME", self.path("home")).env("HOME", self.path("home"));
        command.args(arguments).current_dir(self.folder.path()).env("MYNAH_STORE", self.path("store")).env("TZ", "UTC");
        command.env_remove("CLICOLOR_FORCE").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
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
