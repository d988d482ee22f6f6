//! Accounts in processes of their own talk over the hub in a folder, and are killed at random moments: what was acknowledged is on both sides,
//! and nothing is there twice.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use mynah::model::{Message, Status};
use mynah::session::{Session, SessionOptions};
use mynah::transport::loopback::Hub;

use super::{ROUNDS, number};
use crate::naive::Random;
use crate::session::stage::{c2c, texts};

/// The account that the child is; without it the child has nothing to do.
const ACCOUNT: &str = "MYNAH_TALK_ACCOUNT";
/// The folder in which all of it lies.
const FOLDER: &str = "MYNAH_TALK_FOLDER";
/// What makes the texts of one process different from those of another.
const ROUND: &str = "MYNAH_TALK_ROUND";

async fn login(folder: &Path, name: &str) -> Session {
    let hub = Hub::open(&folder.join("hub")).unwrap();
    SessionOptions::new().login(folder.join(name), hub.account(name)).await.unwrap()
}

fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// The process that is killed. As a test it does nothing unless the other one has started it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_child_talks_until_it_is_killed() {
    let (Ok(account), Ok(folder)) = (std::env::var(ACCOUNT), std::env::var(FOLDER)) else { return };
    let round = number(ROUND).unwrap();
    let session = login(Path::new(&folder), &account).await;
    let peer = c2c(if account == "alice" { "bob" } else { "alice" });
    print("said here");
    for first in (0_u64..).step_by(4) {
        // A few at once, so that they share writes and one can be killed between them.
        let mut sendings = Vec::new();
        for text in (first..first + 4).map(|number| format!("{account} {round} {number}")) {
            sendings.push((session.send(&peer, Message::text("", 0, &text)).await.unwrap(), text));
        }
        for (sending, text) in sendings {
            sending.await.unwrap();
            print(&format!("said {text}"));
        }
    }
}

struct Talker {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Talker {
    fn start(folder: &Path, account: &str, round: u64) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["kill::talk::the_child_talks_until_it_is_killed", "--exact", "--nocapture", "--test-threads=1"])
            .envs([(ACCOUNT, account), (ROUND, &round.to_string())])
            .env(FOLDER, folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn said(&mut self) -> Option<String> {
        self.lines.by_ref().map_while(Result::ok).find_map(|line| Some(line.split_once("said ")?.1.to_owned()))
    }

    /// Kills it, and returns what it had said that nobody has read yet.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::iter::from_fn(|| self.said()).collect()
    }
}

#[test]
fn what_killed_processes_said_is_on_both_sides_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(std::process::id().into());
    let mut said = Vec::new();
    for round in 0..number(ROUNDS).unwrap_or(3) {
        let mut talkers = ["alice", "bob"].map(|account| Talker::start(folder.path(), account, round));
        for talker in &mut talkers {
            // One line that it is there, and as many messages as chance wants.
            said.extend((0..=random.below(30)).filter_map(|_| talker.said()));
        }
        said.extend(talkers.into_iter().flat_map(Talker::kill));
    }
    said.retain(|text| text != "here");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(compare(folder.path(), &said));
}

async fn compare(folder: &Path, said: &[String]) {
    let (alice, bob) = (login(folder, "alice").await, login(folder, "bob").await);
    // What waited in the outboxes is said before this, and heard before this is.
    alice.send(&c2c("bob"), Message::text("", 0, "last of alice")).await.unwrap().await.unwrap();
    bob.send(&c2c("alice"), Message::text("", 0, "last of bob")).await.unwrap().await.unwrap();
    let sides = [(&alice, c2c("bob"), "last of bob"), (&bob, c2c("alice"), "last of alice")];
    let mut heard = Vec::new();
    for (session, peer, last) in sides {
        while !texts(session.archive(), &peer).iter().any(|text| text == last) {
            tokio::task::yield_now().await;
        }
        heard.push(texts(session.archive(), &peer));
        assert!(session.archive().check().unwrap().findings.is_empty());
        let request = mynah::archive::HistoryRequest { limit: usize::MAX, ..Default::default() };
        let all = session.archive().history(&peer, &request).unwrap().messages;
        assert!(all.iter().all(|message| message.status == Some(Status::Sent)), "nothing waits for ever");
    }
    for side in &heard {
        let different: BTreeSet<&String> = side.iter().collect();
        assert_eq!(different.len(), side.len(), "nothing is there twice");
        let lost: Vec<&String> = said.iter().filter(|text| !different.contains(text)).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    }
    for account in ["alice", "bob"] {
        let of = |side: &[String]| side.iter().filter(|text| text.starts_with(account)).cloned().collect::<Vec<_>>();
        assert_eq!(of(&heard[0]), of(&heard[1]), "both sides have the same order of what {account} said");
    }
    alice.logout().await;
    bob.logout().await;
}
