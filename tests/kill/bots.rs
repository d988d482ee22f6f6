//! `mynah run` is killed at random moments while somebody talks with its bots: every message is answered once, no timer is lost or fires twice, and
//! no dialog is stuck.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use mynah::archive::{ArchiveOptions, HistoryRequest};
use mynah::model::ConversationId;

use super::{ROUNDS, SEED, number};
use crate::naive::Random;

/// Answers, counts, sets a timer; and asks, to be answered later.
const ECHO: &str = r#"--!mynah send = "1000000/min"
bot.command("go <n>", {}, function(m, a)
    bot.store:incr("runs")
    bot.timer.after("1s", "t", { n = a.n, chat = m.chat.id })
    m:reply(`did {a.n}`)
end)
bot.on("timer", "t", function(t)
    bot.send(t.data.chat, `timer {t.data.n}`)
end)
bot.command("question <n>", {}, function(m, a)
    local answer = m:ask(`which of {a.n}?`, { from = m.from, match = "^answer", timeout = "1h" })
    m:reply(if answer then `{a.n} got {answer.text}` else `{a.n} got nothing`)
end)
bot.command("runs", {}, function(m) m:reply(`runs {bot.store:get("runs")}`) end)
"#;
const CONFIGURATION: &str = "[grants.echo]\nsend = \"1000000/min\"\nany_version = true\n";
/// The longest that anything may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where it all lies.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bots")).unwrap();
        fs::write(folder.path().join("bots/echo.luau"), ECHO).unwrap();
        fs::write(folder.path().join("mynah.toml"), CONFIGURATION).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program as this user, and the lines that it prints.
    fn start(&self, user: &str, arguments: &[&str]) -> (Child, Receiver<String>) {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("mynah"));
        std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("MYNAH_")).for_each(|name| {
            command.env_remove(name);
        });
        command.env("MYNAH_CONFIG", self.path("mynah.toml")).env("MYNAH_TRANSPORT_HUB", self.path("hub"));
        command.env("MYNAH_STORE", self.path(user)).env("MYNAH_ACCOUNT", user).args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        (child, lines)
    }

    fn start_bots(&self) -> (Child, Receiver<String>) {
        self.start("bot", &["run", "--json", &self.path("bots").to_string_lossy()])
    }

    /// Everything that was said between alice and the bot, as the bot's archive has it, oldest first.
    fn said(&self) -> Vec<String> {
        let archive = ArchiveOptions::new().memory_mib(64).open_reader(self.path("bot")).unwrap();
        let request = HistoryRequest { limit: usize::MAX, ..HistoryRequest::default() };
        let page = archive.history(&ConversationId::c2c("alice").unwrap(), &request).unwrap();
        page.messages.iter().rev().map(|message| message.texts().concat()).collect()
    }
}

fn end(mut bots: Child) {
    assert!(Command::new("kill").args(["-INT", &bots.id().to_string()]).status().unwrap().success());
    assert!(bots.wait().unwrap().success());
}

/// Alice, who talks on while the bots come and go.
struct Alice {
    child: Child,
    lines: Receiver<String>,
    heard: Vec<String>,
}

impl Alice {
    fn begin(place: &Place) -> Self {
        let (child, lines) = place.start("alice", &["chat", "c2c:bot"]);
        Self { child, lines, heard: Vec::new() }
    }

    fn says(&mut self, text: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{text}").unwrap();
    }

    /// Waits until the bot has said one more thing.
    #[track_caller]
    fn hears(&mut self) {
        let end = Instant::now() + PATIENCE;
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if let [_, "bot", said, ..] = line.split("  ").collect::<Vec<_>>()[..] {
                return self.heard.push(said.to_owned());
            }
        }
        panic!("nothing more was heard: {:?}", self.heard.iter().rev().take(20).collect::<Vec<_>>());
    }

    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

/// How often each number stands behind a word.
fn count(said: &[String], word: &str) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for number in said.iter().filter_map(|text| text.strip_prefix(word)?.split([' ', '?']).next()?.parse().ok()) {
        *counts.entry(number).or_default() += 1;
    }
    counts
}

#[test]
fn bots_that_are_killed_answer_every_message_once_and_lose_no_timer_and_no_dialog() {
    let place = Place::new();
    let mut random = Random::new(number(SEED).unwrap_or_else(|| std::process::id().into()));
    // From its first start on the script hears everything.
    let (bots, lines) = place.start_bots();
    assert!(lines.iter().any(|line| line.contains("Ctrl-C ends them")));
    end(bots);
    let mut alice = Alice::begin(&place);
    let (mut last, mut asked) = (0_u64, 0_u64);
    for round in 0..number(ROUNDS).unwrap_or(3) {
        let (mut bots, _lines) = place.start_bots();
        if round > 0 {
            // Whatever became of the process that asked.
            alice.says(&format!("answer {asked}"));
        }
        asked += 1;
        alice.says(&format!("question {asked}"));
        // Some messages wait before the first answer is there; from then on each answer brings another one.
        for text in (0..10).map(|more| format!("go {}", last + 1 + more)) {
            alice.says(&text);
        }
        last += 10;
        for _ in 0..random.below(40) {
            alice.hears();
            last += 1;
            alice.says(&format!("go {last}"));
        }
        // Somewhere within the next writes, or while it starts.
        (0..random.below(10_000_000)).for_each(|_| std::hint::spin_loop());
        bots.kill().unwrap();
        bots.wait().unwrap();
    }
    alice.says(&format!("answer {asked}"));
    let (bots, _lines) = place.start_bots();
    let got = |said: &[String]| said.iter().filter(|text| text.contains(" got ")).count() as u64;
    while count(&alice.heard, "timer ").len() as u64 != last
        || count(&alice.heard, "did ").len() as u64 != last
        || got(&alice.heard) < asked
    {
        alice.hears();
    }
    alice.says("runs");
    while !alice.heard.iter().any(|text| text.starts_with("runs ")) {
        alice.hears();
    }
    end(bots);
    alice.end();
    let said = place.said();
    let once: BTreeMap<u64, usize> = (1..=last).map(|number| (number, 1)).collect();
    assert_eq!(count(&said, "did "), once, "each message is answered once");
    assert_eq!(count(&said, "timer "), once, "each timer fires once");
    assert!(said.contains(&format!("runs {last}")), "each run is counted once");
    let asked_once: BTreeMap<u64, usize> = (1..=asked).map(|number| (number, 1)).collect();
    assert_eq!(count(&said, "which of "), asked_once, "each question is asked once");
    let answers: Vec<&String> = said.iter().filter(|text| text.contains(" got ")).collect();
    let expected: Vec<String> = (1..=asked).map(|number| format!("{number} got answer {number}")).collect();
    assert!(expected.iter().all(|answer| answers.contains(&answer)) && got(&said) == asked, "each dialog ends once: {answers:?}");
    eprintln!("{last} messages, {asked} dialogs");
}
