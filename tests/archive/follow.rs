//! Following the journal, and being called when something is written.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use mynah::archive::ArchiveError;
use mynah::{Archive, ChangeKind, JournalNo};

use super::{fresh, history, ops, options, said, save};

/// Passes everything until the journal has dropped what it may.
fn pass_until_oldest_is(archive: &Archive, no: u64) {
    let mut reader = archive.journal_reader("passing").unwrap();
    let end = std::time::Instant::now() + Duration::from_secs(60);
    while archive.stats().unwrap().journal_oldest != no {
        assert!(std::time::Instant::now() < end, "the oldest change is {}", archive.stats().unwrap().journal_oldest);
        assert!(archive.wait_until_indexed());
        reader.pass(archive.journal_head()).unwrap();
        std::thread::yield_now();
    }
}

#[test]
fn a_follower_reads_every_change_once_from_now_on() {
    let (_folder, archive) = fresh();
    save(&archive, &ops(), said("alice", 1, "before"));
    let mut follower = archive.follow(None).unwrap();
    assert!(follower.read(10).unwrap().is_empty());
    for time in 2..=4 {
        save(&archive, &ops(), said("alice", time, "x"));
    }
    let mut read = follower.read(2).unwrap();
    assert_eq!(follower.read_up_to(), JournalNo(3));
    read.extend(follower.read(10).unwrap());
    assert_eq!(read.iter().map(|change| change.no.0).collect::<Vec<_>>(), [2, 3, 4]);
    let message = archive.message_at(read[2].key).unwrap().unwrap();
    assert_eq!((message.server_time, archive.conversation_name(read[2].key.conversation)), (4, Some(ops())));
}

#[test]
fn changes_stay_while_a_follower_has_not_read_them() {
    let (_folder, archive) = fresh();
    let mut follower = archive.follow(None).unwrap();
    for time in 1..=20 {
        save(&archive, &ops(), said("alice", time, "x"));
    }
    pass_until_oldest_is(&archive, 1);
    assert_eq!(follower.read(5).unwrap().len(), 5);
    pass_until_oldest_is(&archive, 6);
    assert_eq!(follower.read(100).unwrap().len(), 15);
    // What it has read may go.
    let result = loop {
        save(&archive, &ops(), said("alice", 21 + archive.journal_head().0, "x"));
        assert!(archive.wait_until_indexed());
        archive.journal_reader("passing").unwrap().pass(archive.journal_head()).unwrap();
        if archive.stats().unwrap().journal_oldest > 20 {
            break archive.follow(Some(JournalNo(2)));
        }
    };
    let Err(ArchiveError::Trimmed { since, oldest }) = result else { panic!("what is gone cannot be followed") };
    assert_eq!(since, JournalNo(2));
    assert!(oldest > JournalNo(20));
    assert!(archive.follow(Some(JournalNo(oldest.0 - 1))).is_ok());
}

#[test]
fn a_follower_begins_where_it_is_told() {
    let (_folder, archive) = fresh();
    let _kept = archive.journal_reader("keeps").unwrap();
    for time in 1..=3 {
        save(&archive, &ops(), said("alice", time, "x"));
    }
    let changes = archive.follow(Some(JournalNo(1))).unwrap().read(10).unwrap();
    assert_eq!(changes.iter().map(|change| change.no.0).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_bell_rings_after_the_write_and_may_call_the_archive() {
    let (_folder, archive) = fresh();
    let archive = Arc::new(archive);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let answered = Arc::new(AtomicU64::new(0));
    let bell = archive.on_change({
        let (archive, heard, answered) = (Arc::downgrade(&archive), Arc::clone(&heard), Arc::clone(&answered));
        move |no| {
            let archive = archive.upgrade().unwrap();
            heard.lock().unwrap().push((no.0, history(&archive, &ops()).len()));
            // A write from within rings too, once.
            if answered.fetch_add(1, Ordering::SeqCst) == 0 {
                save(&archive, &ops(), said("bob", 9, "an answer"));
                drop(archive.on_change(|_| {}));
            }
        }
    });
    save(&archive, &ops(), said("alice", 1, "a question"));
    assert_eq!(*heard.lock().unwrap(), [(1, 1), (2, 2)]);
    drop(bell);
    save(&archive, &ops(), said("alice", 10, "x"));
    assert_eq!(heard.lock().unwrap().len(), 2);
}

#[test]
fn who_waits_inside_a_bell_holds_up_no_other_writer() {
    let (_folder, archive) = fresh();
    let (entered, is_inside) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(Some(may_go_on));
    let _bell = archive.on_change(move |no| {
        if no == JournalNo(1) {
            let waiting = may_go_on.lock().unwrap().take().unwrap();
            entered.send(()).unwrap();
            waiting.recv().unwrap();
        }
    });
    std::thread::scope(|scope| {
        scope.spawn(|| save(&archive, &ops(), said("alice", 1, "one")));
        is_inside.recv().unwrap();
        save(&archive, &ops(), said("alice", 2, "two"));
        assert!(archive.wait_until_indexed());
        go_on.send(()).unwrap();
    });
}

#[test]
fn a_bell_outlives_nothing() {
    let (folder, archive) = fresh();
    let bell = archive.on_change(|_| {});
    drop(archive);
    let again = options().open(folder.path().join("archive")).unwrap();
    drop(bell);
    save(&again, &ops(), said("alice", 1, "x"));
}

#[test]
fn a_peers_report_is_told_when_it_says_something_new() {
    let (_folder, archive) = fresh();
    save(&archive, &super::bob(), said("me", 5, "x"));
    let mut follower = archive.follow(None).unwrap();
    archive.mark_peer_read(&super::bob(), 5).unwrap();
    archive.mark_peer_read(&super::bob(), 4).unwrap();
    let changes = follower.read(10).unwrap();
    assert_eq!(changes.iter().map(|change| (change.kind, change.key.place.time)).collect::<Vec<_>>(), [(ChangeKind::PeerRead, 5)]);
}

#[test]
fn a_number_that_was_not_given_yet_is_an_error_and_no_silence() {
    let (_folder, archive) = fresh();
    save(&archive, &ops(), said("alice", 1, "x"));
    let is_ahead = |error| matches!(error, ArchiveError::Ahead { since: JournalNo(2), newest: JournalNo(1) });
    assert!(is_ahead(archive.follow(Some(JournalNo(2))).map(drop).unwrap_err()));
    assert!(archive.follow(Some(JournalNo(1))).unwrap().read(10).unwrap().is_empty());
}
