//! The journal as a public thing.

use std::time::Duration;

use mynah::archive::{ArchiveError, Purge};
use mynah::{ChangeKind, JournalNo};

use super::{fresh, ops, options, said, save};

#[test]
fn every_change_is_told_once_in_order_and_without_gaps() {
    let (_folder, archive) = fresh();
    let mut reader = archive.journal_reader("test").unwrap();
    let id = save(&archive, &ops(), said("alice", 1, "one"));
    archive.edit_text(&id, "two").unwrap();
    archive.annotate(&id, Some(1), None).unwrap();
    archive.recall(&id).unwrap();
    archive.delete(&ops(), &[&id]).unwrap();
    archive.set_pinned(&ops(), true).unwrap();
    archive.purge(&ops(), Purge::All).unwrap();
    archive.clear(&ops()).unwrap();
    archive.delete_conversation(&ops()).unwrap();
    let changes = reader.read(1_000).unwrap();
    use ChangeKind::{Added, Annotated, Cleared, ConversationChanged, ConversationDeleted, Deleted, Edited, Purged, Recalled};
    let kinds: Vec<ChangeKind> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [Added, Edited, Annotated, Recalled, Deleted, ConversationChanged, Purged, Cleared, ConversationDeleted]);
    let numbers: Vec<u64> = changes.iter().map(|change| change.no.0).collect();
    assert_eq!(numbers, (1..=9).collect::<Vec<u64>>());
    reader.pass(changes[8].no).unwrap();
    assert!(reader.read(10).unwrap().is_empty());
    assert_eq!(archive.journal_head(), JournalNo(9));
}

#[test]
fn what_a_reader_has_not_passed_comes_again_after_reopening() {
    let (folder, archive) = fresh();
    let mut reader = archive.journal_reader("mirror").unwrap();
    for time in 1..=3 {
        save(&archive, &ops(), said("alice", time, "x"));
    }
    reader.pass(JournalNo(1)).unwrap();
    drop(reader);
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    let reader = archive.journal_reader("mirror").unwrap();
    assert_eq!(reader.passed(), JournalNo(1));
    assert_eq!(reader.read(10).unwrap().iter().map(|change| change.no.0).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_new_reader_begins_behind_the_newest_change() {
    let (_folder, archive) = fresh();
    save(&archive, &ops(), said("alice", 1, "before"));
    let reader = archive.journal_reader("late").unwrap();
    save(&archive, &ops(), said("alice", 2, "after"));
    assert_eq!(reader.read(10).unwrap().iter().map(|change| change.key.place.time).collect::<Vec<_>>(), [2]);
}

#[test]
fn changes_are_kept_for_the_slowest_reader_and_dropped_behind_all() {
    let (_folder, archive) = fresh();
    let mut slow = archive.journal_reader("slow").unwrap();
    let mut fast = archive.journal_reader("fast").unwrap();
    for time in 1..=20 {
        save(&archive, &ops(), said("alice", time, "x"));
    }
    fast.pass(JournalNo(20)).unwrap();
    assert_eq!(slow.read(100).unwrap().len(), 20);
    // The index is a reader too, and passes changes a moment after they can be searched.
    pass_until_oldest_is(&archive, &mut slow, JournalNo(15));
    assert_eq!(slow.read(100).unwrap().len(), 5);
    let Err(ArchiveError::Trimmed { since, oldest }) = archive.changes(JournalNo(0), 10) else { panic!("nothing was dropped") };
    assert_eq!((since, oldest), (JournalNo(0), JournalNo(16)));
    archive.forget_journal_reader("slow").unwrap();
    save(&archive, &ops(), said("alice", 21, "x"));
    pass_until_oldest_is(&archive, &mut fast, JournalNo(20));
}

/// Passes `no` until everything up to it is dropped, which is when the index has passed it too.
fn pass_until_oldest_is(archive: &mynah::Archive, reader: &mut mynah::archive::JournalReader<'_>, no: JournalNo) {
    let end = std::time::Instant::now() + Duration::from_secs(60);
    while archive.stats().unwrap().journal_oldest != no.0 + 1 {
        assert!(std::time::Instant::now() < end, "the oldest change is {}", archive.stats().unwrap().journal_oldest);
        assert!(archive.wait_until_indexed());
        reader.pass(no).unwrap();
        std::thread::yield_now();
    }
}

#[test]
fn a_reader_that_is_faster_than_the_index_takes_nothing_away_from_it() {
    let (folder, archive) = fresh();
    let mut reader = archive.journal_reader("fast").unwrap();
    for time in 1..=50 {
        save(&archive, &ops(), said("alice", time, "x"));
        reader.pass(archive.journal_head()).unwrap();
    }
    drop(reader);
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    super::assert_clean(&archive);
    assert_eq!(archive.stats().unwrap().indexed, 50);
}

#[test]
fn asking_behind_the_end_gives_nothing_and_a_pass_beyond_it_skips_nothing() {
    let (_folder, archive) = fresh();
    let mut reader = archive.journal_reader("test").unwrap();
    save(&archive, &ops(), said("alice", 1, "x"));
    for since in [1, 2, u64::MAX - 1, u64::MAX] {
        let changes = archive.changes(JournalNo(since), 10).unwrap();
        assert_eq!((changes.changes.len(), changes.next), (0, JournalNo(since)));
    }
    reader.pass(JournalNo(u64::MAX)).unwrap();
    save(&archive, &ops(), said("alice", 2, "y"));
    assert_eq!(reader.read(10).unwrap().len(), 1);
}

#[test]
fn who_waits_for_a_change_is_woken_by_it() {
    let (_folder, archive) = fresh();
    assert!(!archive.wait_for_change(JournalNo(0), Duration::ZERO));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| archive.wait_for_change(JournalNo(0), Duration::from_secs(60)));
        save(&archive, &ops(), said("alice", 1, "x"));
        assert!(waiting.join().unwrap());
    });
    assert!(archive.wait_for_change(JournalNo(0), Duration::ZERO));
}

#[test]
fn a_limit_cuts_between_writes() {
    let (_folder, archive) = fresh();
    let _reader = archive.journal_reader("test").unwrap();
    for first in [1, 11, 21] {
        archive.import(&ops(), (first..first + 10).map(|time| said("alice", time, "x")).collect()).unwrap();
    }
    let page = archive.changes(JournalNo(0), 15).unwrap();
    assert_eq!((page.changes.len(), page.next), (20, JournalNo(20)));
    let rest = archive.changes(JournalNo(25), 15).unwrap();
    assert_eq!(rest.changes.iter().map(|change| change.no.0).collect::<Vec<_>>(), (26..=30).collect::<Vec<_>>());
}

#[test]
fn spare_changes_stay_although_every_reader_has_passed_them() {
    let folder = tempfile::tempdir().unwrap();
    let archive = super::options().spare_changes(5).open(folder.path().join("archive")).unwrap();
    for time in 1..=20 {
        save(&archive, &ops(), said("alice", time, "x"));
    }
    let mut reader = archive.journal_reader("reader").unwrap();
    pass_until_oldest_is(&archive, &mut reader, JournalNo(15));
    reader.pass(JournalNo(20)).unwrap();
    assert_eq!(archive.changes(JournalNo(15), 100).unwrap().changes.len(), 5);
    assert!(matches!(archive.changes(JournalNo(14), 100), Err(ArchiveError::Trimmed { .. })));
}
