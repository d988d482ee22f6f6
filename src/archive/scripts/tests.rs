//! What scripts write, and what they are told.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Keep, ScriptWrite};
use crate::Archive;
use crate::archive::moves::Outcome;
use crate::archive::testing::{assert_clean, bob, fresh, kinds, listed, ops, options};
use crate::archive::{ArchiveError, Purge, Refusal};
use crate::model::{Message, Status};
use crate::store::{ChangeKind, JournalNo, ScriptKey, ScriptRows};

fn own(time: u64, rand: u32, text: &str) -> (Message, u64) {
    let mut message = Message::text("me", time, text).in_conversation(&bob());
    message.server_time = 0;
    message.rand = rand;
    (message, 1_000)
}

fn row(key: &str, value: &str) -> (crate::store::ScriptKeyOwned, Option<Vec<u8>>) {
    (ScriptKey::Value { script: "a", shelf: 0, owner: "", key }.into_owned(), Some(value.into()))
}

fn kept(archive: &Archive, key: &str) -> Option<Vec<u8>> {
    archive.script_row(ScriptKey::Value { script: "a", shelf: 0, owner: "", key }).unwrap()
}

#[test]
fn messages_rows_and_cursors_of_many_runs_are_one_write() {
    let (folder, archive) = fresh();
    let mut follower = archive.follow(None).unwrap();
    let written = archive
        .write_for_scripts(vec![
            ScriptWrite {
                messages: vec![own(5, 1, "one"), own(5, 2, "two")],
                rows: vec![row("k", "1")],
                cursors: vec![("a".to_owned(), JournalNo(0))],
            },
            ScriptWrite { rows: vec![row("k", "2")], ..ScriptWrite::default() },
            ScriptWrite { messages: vec![own(5, 3, "three")], cursors: vec![("b".to_owned(), JournalNo(0))], ..ScriptWrite::default() },
        ])
        .unwrap();
    assert_eq!(written.iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 1]);
    let waiting = archive.waiting().unwrap();
    let returned: Vec<_> = written.into_iter().flatten().map(|waiting| waiting.unwrap().no).collect();
    assert_eq!(waiting.iter().map(|waiting| waiting.no).collect::<Vec<_>>(), returned);
    assert_eq!(archive.changes(JournalNo(0), 1).unwrap().changes.len(), 3, "one row of the journal");
    assert_eq!(kinds(&mut follower), [ChangeKind::Queued; 3]);
    assert_eq!(kept(&archive, "k").as_deref(), Some(b"2".as_slice()), "in their order");
    drop((follower, archive));
    let archive = options().open(folder.path().join("archive")).unwrap();
    assert_eq!(listed(&archive, &bob()), ["one", "two", "three"]);
    assert_eq!(kept(&archive, "k").as_deref(), Some(b"2".as_slice()));
    assert_eq!(archive.script_cursor("b").unwrap(), Some(JournalNo(0)));
    assert_clean(&archive);
}

#[test]
fn a_message_whose_id_is_taken_gets_the_next_rand() {
    let (_folder, archive) = fresh();
    archive.queue(vec![own(5, 1, "there"), own(5, 2, "there too")]).unwrap();
    let mut named = own(6, 1, "named");
    named.0.id = Some(crate::model::MessageId::new("me-5-1").unwrap());
    let messages = vec![own(5, 1, "third"), own(5, 1, "fourth"), own(5, u32::MAX, "last"), own(5, u32::MAX, "behind the last"), named];
    let written = archive.write_for_scripts(vec![ScriptWrite { messages, rows: vec![row("k", "v")], ..ScriptWrite::default() }]).unwrap();
    let ids: Vec<Option<String>> = written[0].iter().map(|written| Some(written.as_ref().ok()?.message.id_text())).collect();
    let expected = ["me-5-3", "me-5-4", "me-5-4294967295", "me-5-5"].map(|id| Some(id.to_owned()));
    assert_eq!(ids[..4], expected);
    assert!(matches!(written[0][4], Err(Refusal::Known)), "an id that was given as such is nobody else's");
    assert_eq!(archive.find(&["me-5-4"]).unwrap()[0].texts(), ["fourth"]);
    assert!(kept(&archive, "k").is_some(), "the rest is written");
    assert_clean(&archive);
}

#[test]
fn a_message_that_cannot_be_taken_is_refused_alone() {
    let (_folder, archive) = fresh();
    let mut homeless = own(5, 1, "x");
    homeless.0.conversation = None;
    let messages = vec![own(5, 1, "one"), homeless, own(5, 2, "two")];
    let written = archive.write_for_scripts(vec![ScriptWrite { messages, ..ScriptWrite::default() }]).unwrap();
    assert_eq!(written[0].iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(listed(&archive, &bob()), ["one", "two"]);
}

#[test]
fn rows_alone_wake_nobody_and_make_no_change() {
    let (_folder, archive) = fresh();
    let rung = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&rung);
    let _bell = archive.on_change(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    archive.write_for_scripts(vec![ScriptWrite { rows: vec![row("k", "v")], ..ScriptWrite::default() }]).unwrap();
    archive.write_for_scripts(Vec::new()).unwrap();
    assert_eq!((archive.journal_head(), rung.load(Ordering::Relaxed)), (JournalNo(0), 0));
    archive.write_for_scripts(vec![ScriptWrite { messages: vec![own(5, 1, "one")], ..ScriptWrite::default() }]).unwrap();
    assert_eq!((archive.journal_head(), rung.load(Ordering::Relaxed)), (JournalNo(1), 1));
}

#[test]
fn a_reader_cannot_write_for_scripts() {
    let (folder, archive) = fresh();
    archive.write_for_scripts(vec![ScriptWrite { rows: vec![row("k", "v")], ..ScriptWrite::default() }]).unwrap();
    let reader = options().open_reader(folder.path().join("archive")).unwrap();
    assert!(matches!(reader.write_for_scripts(vec![ScriptWrite::default()]), Err(ArchiveError::Store(_))));
    assert!(kept(&reader, "k").is_some());
}

#[test]
fn a_script_that_is_forgotten_leaves_what_is_on_its_shelves_if_that_is_wanted() {
    let (_folder, archive) = fresh();
    let others = ScriptKey::Timer { script: "ab", id: "t" };
    let mine = [
        ScriptKey::Timer { script: "a", id: "t" },
        ScriptKey::State { script: "a" },
        ScriptKey::Done { script: "a", no: 1, label: "x" },
        ScriptKey::Dead { script: "a", no: 1 },
        ScriptKey::Dialog { script: "a", id: "d" },
        ScriptKey::Inbox { script: "a", no: 1 },
        ScriptKey::Trace { script: "a", no: 1 },
    ];
    archive.new_script_cursor("a").unwrap();
    let mut rows: Vec<_> = mine.iter().chain([&others]).map(|key| (key.into_owned(), Some(Vec::new()))).collect();
    rows.push(row("k", "v"));
    archive.write_for_scripts(vec![ScriptWrite { rows, ..ScriptWrite::default() }]).unwrap();
    archive.forget_script("a", Keep::Values).unwrap();
    assert!(mine.iter().all(|key| archive.script_row(*key).unwrap().is_none()));
    assert_eq!(archive.script_cursor("a").unwrap(), None);
    assert!(archive.script_row(others).unwrap().is_some() && kept(&archive, "k").is_some());
    assert_eq!(archive.script_usage("a").unwrap().rows, 1);
    archive.forget_script("a", Keep::Nothing).unwrap();
    assert_eq!((kept(&archive, "k"), archive.script_usage("a").unwrap().rows), (None, 0));
    assert_eq!(archive.script_rows(ScriptRows::Timers { script: None }, None, 9).unwrap().len(), 1);
}

/// What is told behind a number: the kinds, with the texts of the messages.
fn told(archive: &Archive, since: u64) -> Vec<(ChangeKind, Option<String>)> {
    let told = archive.changes_with_messages(JournalNo(since), 100).unwrap();
    told.into_iter().map(|(change, message)| (change.kind, message.map(|message| message.texts().concat()))).collect()
}

fn said(kind: ChangeKind, text: &str) -> (ChangeKind, Option<String>) {
    (kind, Some(text.to_owned()))
}

/// Asserts that what is told is the same from memory and from the disk.
#[track_caller]
fn assert_told(archive: Archive, folder: &tempfile::TempDir, expected: &[(ChangeKind, Option<String>)]) {
    assert_eq!(told(&archive, 0), expected);
    drop(archive);
    let archive = options().spare_changes(1_000).open(folder.path().join("archive")).unwrap();
    assert_eq!(told(&archive, 0), expected, "read from the disk");
}

fn keeping() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = options().spare_changes(1_000).open(folder.path().join("archive")).unwrap();
    archive.changes_with_messages(JournalNo(0), 1).unwrap();
    (folder, archive)
}

#[test]
fn changes_are_told_with_their_messages_as_they_are_now() {
    let (folder, archive) = keeping();
    use ChangeKind::{Added, Deleted, Edited, Moved, Purged, Queued, Recalled, Sent};
    archive.save(&ops(), Message::text("alice", 5, "first")).unwrap();
    let edited = archive.save(&ops(), Message::text("alice", 6, "before")).unwrap();
    archive.edit_text(&edited.id_text(), "after").unwrap();
    let gone = archive.save(&ops(), Message::text("alice", 7, "gone")).unwrap();
    archive.purge(&ops(), Purge::Ids(&[&gone.id_text()])).unwrap();
    let mine = archive.queue(vec![own(8, 1, "mine")]).unwrap().remove(0).unwrap();
    archive.settle(vec![(mine.no, Outcome::Sent { server_time: 9, seq: None, body: None })]).unwrap();
    let recalled = archive.save(&ops(), Message::text("alice", 10, "recalled")).unwrap();
    archive.recall(&recalled.id_text()).unwrap();
    let deleted = archive.save(&ops(), Message::text("alice", 11, "deleted")).unwrap();
    archive.delete(&ops(), &[&deleted.id_text()]).unwrap();
    let message = archive.changes_with_messages(JournalNo(9), 100).unwrap().remove(0).1.unwrap();
    assert_eq!(message.status, Some(Status::Recalled), "it was taken back meanwhile");
    let expected = [
        said(Added, "first"),
        said(Added, "after"),
        said(Edited, "after"),
        (Added, None),
        (Purged, None),
        (Queued, None),
        (Moved, None),
        said(Sent, "mine"),
        said(Added, "recalled"),
        said(Recalled, "recalled"),
        said(Added, "deleted"),
        said(Deleted, "deleted"),
    ];
    assert_told(archive, &folder, &expected);
}

#[test]
fn what_was_cleared_is_told_without_its_messages() {
    let (folder, archive) = keeping();
    use ChangeKind::{Added, Cleared, Purged};
    archive.save(&ops(), Message::text("alice", 5, "first")).unwrap();
    archive.save(&bob(), Message::text("bob", 5, "stays")).unwrap();
    archive.clear(&ops()).unwrap();
    archive.save(&ops(), Message::text("alice", 6, "second")).unwrap();
    assert_told(archive, &folder, &[(Added, None), said(Added, "stays"), (Purged, None), (Cleared, None), said(Added, "second")]);
}

#[test]
fn changes_that_are_gone_are_named() {
    let (folder, archive) = fresh();
    for time in 1..=3 {
        archive.save(&ops(), Message::text("alice", time, "x")).unwrap();
    }
    let mut reader = archive.journal_reader("r").unwrap();
    // The index is a reader too, and passes changes a moment after they can be searched.
    while archive.store().oldest_change().unwrap() != Some(JournalNo(3)) {
        reader.pass(JournalNo(3)).unwrap();
        std::thread::yield_now();
    }
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    assert!(matches!(archive.changes_with_messages(JournalNo(0), 9), Err(ArchiveError::Trimmed { oldest: JournalNo(3), .. })));
    assert!(archive.changes_with_messages(JournalNo(3), 9).unwrap().is_empty());
}

/// Copies the files of a folder, and of those in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy(&entry.path(), &target) } else { assert!(fs::copy(entry.path(), target).is_ok()) }
    }
}

#[test]
fn a_run_is_there_whole_or_not_at_all_wherever_the_log_ends() {
    const RUNS: u32 = 12;
    let (folder, archive) = fresh();
    archive.new_script_cursor("a").unwrap();
    for run in 1..=RUNS {
        let rows =
            vec![row("runs", &run.to_string()), (ScriptKey::Timer { script: "a", id: &run.to_string() }.into_owned(), Some(Vec::new()))];
        let write = ScriptWrite { messages: vec![own(5, run, "x")], rows, cursors: vec![("a".to_owned(), JournalNo(run.into()))] };
        archive.write_for_scripts(vec![write]).unwrap();
    }
    // As a process leaves it that ends without a word.
    let left = folder.path().join("left");
    copy(&folder.path().join("archive"), &left);
    let log = fs::read_dir(left.join("store"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "log"));
    let log = log.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    let bytes = fs::read(&log).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for cut in (0..=bytes.len()).step_by(bytes.len() / 25).chain([bytes.len()]) {
        let root = folder.path().join(format!("cut-{cut}"));
        copy(&left, &root);
        fs::write(root.join("store").join(log.file_name().unwrap()), &bytes[..cut]).unwrap();
        let archive = options().open(&root).unwrap();
        let runs: usize = kept(&archive, "runs").map_or(0, |runs| String::from_utf8(runs).unwrap().parse().unwrap());
        let timers = archive.script_rows(ScriptRows::Timers { script: Some("a") }, None, 99).unwrap().len();
        let (listed, waiting) = (listed(&archive, &bob()).len(), archive.waiting().unwrap().len());
        let cursor = archive.script_cursor("a").unwrap().unwrap_or_default();
        assert_eq!((timers, listed, waiting, cursor), (runs, runs, runs, JournalNo(runs as u64)), "cut at {cut} of {}", bytes.len());
        seen.insert(runs);
        drop(archive);
        fs::remove_dir_all(root).unwrap();
    }
    assert!(seen.len() > 3 && seen.contains(&(RUNS as usize)), "the log was cut in many places: {seen:?}");
}
