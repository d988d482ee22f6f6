//! Stories of a hub in a folder: what was acknowledged lasts, and several processes share it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use mynah::transport::{Parcel, Progress, Transport, TransportError};

use super::super::files::{bytes, file, get};
use super::super::world::{all_of, edit, message, ops, read, recall, receive, receive_texts, said, say, walk, with};
use super::*;

fn open(folder: &Path) -> Hub {
    Hub::open_with_options(folder, clocked().0).unwrap()
}

#[tokio::test(start_paused = true)]
async fn everything_that_was_acknowledged_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let (_source, picture) = file(&bytes(300_000));
    let (first, media, history, ids) = {
        let hub = open(folder.path());
        hub.create_group("ops", "alice", &["bob", "carol"]).unwrap();
        let (alice, bob) = (hub.account("alice"), hub.account("bob"));
        let (one, first) = say(&alice, &ops(), 1, "one").await;
        let (two, _) = say(&bob, &ops(), 2, "two").await;
        assert_eq!(receive_texts(&bob, 1).await, ["one"]);
        edit(&alice, &ops(), &one, "edited").await.unwrap();
        recall(&bob, &ops(), &two).await.unwrap();
        read(&alice, &ops(), first.server_time).await;
        hub.leave("ops", "carol").unwrap();
        let media = alice.put(&picture, Progress::none()).await.unwrap();
        (first, media, alice.roam(all_of(&ops(), 10)).await.unwrap(), (one, two))
    };
    let hub = open(folder.path());
    let (alice, bob) = (hub.account("alice"), hub.account("bob"));
    assert_eq!(hub.members("ops").unwrap().len(), 2);
    assert_eq!(alice.roam(all_of(&ops(), 10)).await.unwrap(), history);
    assert_eq!(say(&alice, &ops(), 1, "one").await, (ids.0, first));
    assert_eq!(say(&alice, &ops(), 3, "three").await.1.seq, 3);
    let incoming = receive(&bob, 4).await;
    assert_eq!(message(&incoming[0]).id_text(), ids.1, "what bob had confirmed does not come again");
    assert!(get(&bob, &media.address, 0).await.unwrap().1 == bytes(300_000));
}

#[tokio::test(start_paused = true)]
async fn two_processes_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (open(folder.path()), open(folder.path()));
    here.create_group("ops", "alice", &["bob"]).unwrap();
    let (alice, bob) = (here.account("alice"), there.account("bob"));
    let waiting = async { receive_texts(&bob, 2).await };
    let (heard, ()) = tokio::join!(waiting, async {
        say(&alice, &ops(), 1, "one").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        say(&alice, &ops(), 2, "two").await;
    });
    assert_eq!(heard, ["one", "two"], "the other process hears it without being told");
    assert_eq!(say(&bob, &ops(), 1, "three").await.1.seq, 3, "they count together");
    assert_eq!(say(&alice, &ops(), 3, "four").await.1.seq, 4);
    let again = here.account("bob").publish(Parcel::Message { to: ops(), message: said("bob", 1, "three") }).await.unwrap();
    assert_eq!(again.seq, 3, "what the other process took is known here");
    assert_eq!(walk(&bob, all_of(&ops(), 10)).await, walk(&alice, all_of(&ops(), 10)).await);
    let (_source, picture) = file(&bytes(1_000));
    let media = alice.put(&picture, Progress::none()).await.unwrap();
    assert!(get(&bob, &media.address, 0).await.unwrap().1 == bytes(1_000));
}

#[test]
fn threads_of_two_hubs_publish_at_once_and_no_number_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let hubs = [open(folder.path()), open(folder.path())];
    let names: Vec<String> = (0..8).map(|number| format!("user{number}")).collect();
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    hubs[0].create_group("ops", "user0", &members).unwrap();
    std::thread::scope(|scope| {
        for (number, name) in names.iter().enumerate() {
            let end = hubs[number % 2].account(name);
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                runtime.block_on(async {
                    for rand in 1..=25 {
                        say(&end, &ops(), rand, "x").await;
                    }
                });
            });
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let heard = runtime.block_on(receive(&hubs[1].account("user0"), 200));
    let numbers: Vec<u64> = heard.iter().map(|one| message(one).seq).collect();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_torn_end_costs_only_what_was_never_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    say(&open(folder.path()).account("alice"), &with("bob"), 1, "one").await;
    let whole = std::fs::read(&log).unwrap();
    say(&open(folder.path()).account("alice"), &with("bob"), 2, "two").await;
    let longer = std::fs::read(&log).unwrap();
    std::fs::write(&log, &longer[..longer.len() - 7]).unwrap();
    let hub = open(folder.path());
    assert_eq!(std::fs::read(&log).unwrap(), whole);
    say(&hub.account("alice"), &with("bob"), 3, "three").await;
    assert_eq!(receive_texts(&open(folder.path()).account("bob"), 2).await, ["one", "three"]);
}

#[tokio::test(start_paused = true)]
async fn damage_before_the_end_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    {
        let hub = open(folder.path());
        let alice = hub.account("alice");
        say(&alice, &with("bob"), 1, "one").await;
        say(&alice, &with("bob"), 2, "two").await;
    }
    let mut bytes = std::fs::read(&log).unwrap();
    bytes[60] ^= 1;
    std::fs::write(&log, &bytes).unwrap();
    match Hub::open(folder.path()) {
        Err(TransportError::Damaged { path, at: 20 }) => assert_eq!(path, log),
        other => panic!("{other:?}"),
    }
    assert_eq!(std::fs::read(&log).unwrap(), bytes, "nothing was changed");
}

/// Where the child publishes; without it the child has nothing to do.
const FOLDER: &str = "MYNAH_HUB_FOLDER";

/// The process that is killed. As a test it does nothing unless the other one has started it.
#[test]
fn the_child_publishes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let hub = open(Path::new(&folder));
        hub.join("ops", "alice").unwrap();
        let alice = hub.account("alice");
        let taken = alice.roam(all_of(&ops(), usize::MAX)).await.unwrap().messages.len();
        for rand in taken as u32 + 1.. {
            let (_, ack) = say(&alice, &ops(), rand, &"long ".repeat(rand as usize % 400)).await;
            let mut out = std::io::stdout().lock();
            writeln!(out, "acknowledged {}", ack.seq).unwrap();
            out.flush().unwrap();
        }
    });
}

fn start(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["transport::loopback::folder::the_child_publishes_until_it_is_killed", "--exact", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_hub_that_is_killed_while_it_appends_keeps_what_it_acknowledged_and_disturbs_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let here = open(folder.path());
    here.create_group("ops", "bob", &[]).unwrap();
    let bob = here.account("bob");
    let (mut acknowledged, mut said_here) = (0, 0);
    for round in 0..6_u64 {
        let mut child = start(folder.path());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut numbers = lines.filter_map(|line| line.split_once("acknowledged ")?.1.parse::<u64>().ok());
        acknowledged = numbers.by_ref().nth(3 + round as usize).unwrap();
        // Both processes append at the same time.
        said_here += 1;
        acknowledged = acknowledged.max(say(&bob, &ops(), said_here, "here").await.1.seq);
        (0..round * 300_000).for_each(|_| std::hint::spin_loop());
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged = numbers.last().unwrap_or(0).max(acknowledged);
    }
    let after = say(&bob, &ops(), said_here + 1, "after").await.1.seq;
    assert!(after > acknowledged, "{after} after {acknowledged}");
    let heard = receive(&bob, after as usize).await;
    let numbers: Vec<u64> = heard.iter().map(|one| message(one).seq).collect();
    assert_eq!(numbers, (1..=after).collect::<Vec<_>>());
    assert_eq!(walk(&open(folder.path()).account("bob"), all_of(&ops(), 100)).await.0.len() as u64, after);
}
