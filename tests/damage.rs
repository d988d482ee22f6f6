//! Every file of an archive damaged in every way: it is found and named, or it changes nothing. No panic, and no wrong answer that
//! is given as complete.

pub(crate) mod disk;

use std::fs;
use std::path::{Path, PathBuf};

use mynah::Archive;
use mynah::archive::{Purge, SearchRequest};
use mynah::model::Message;
use mynah::query::Expr;

use crate::archive::{bob, history, ops, options, said};

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Harm {
    Removed,
    Emptied,
    CutInHalf,
    /// One byte is another, so many tenths into the file.
    Flipped(usize),
}

const HARMS: [Harm; 6] = [Harm::Removed, Harm::Emptied, Harm::CutInHalf, Harm::Flipped(1), Harm::Flipped(5), Harm::Flipped(9)];

impl Harm {
    fn apply(self, path: &Path) {
        let bytes = fs::read(path).unwrap();
        match self {
            Self::Removed => fs::remove_file(path).unwrap(),
            Self::Emptied => fs::write(path, "").unwrap(),
            Self::CutInHalf => fs::write(path, &bytes[..bytes.len() / 2]).unwrap(),
            Self::Flipped(tenths) => {
                let (length, mut bytes) = (bytes.len(), bytes);
                if let Some(byte) = bytes.get_mut(length * tenths / 10) {
                    *byte ^= 0x55;
                }
                fs::write(path, bytes).unwrap();
            }
        }
    }
}

/// What the archive holds, as its whole self told it.
struct Whole {
    texts: Vec<String>,
    cats: u64,
    ids: Vec<String>,
}

fn whole(archive: &Archive) -> Whole {
    let texts = history(archive, &ops());
    let cats = texts.iter().filter(|text| text.contains("cat")).count() as u64;
    let page = archive.history(&ops(), &mynah::archive::HistoryRequest { limit: 20, ..Default::default() }).unwrap();
    Whole { texts, cats, ids: page.messages.iter().map(Message::id_text).collect() }
}

/// Fills an archive so that its files hold something of everything.
fn fill(archive: &Archive) {
    let text = |n: u64| format!("{} number {n} {}", if n.is_multiple_of(3) { "cat" } else { "dog" }, "x".repeat((n % 50) as usize));
    for part in 0..4 {
        archive.import(&ops(), (1..=400).map(|n| said("alice", part * 400 + n, &text(part * 400 + n))).collect()).unwrap();
    }
    archive.import(&bob(), vec![said("bob", 1, "elsewhere")]).unwrap();
    archive.delete(&ops(), &[&whole(archive).ids[3]]).unwrap();
    archive.purge(&ops(), Purge::Ids(&[&whole(archive).ids[7]])).unwrap();
    archive.edit_text(&whole(archive).ids[9], "a cat after an edit").unwrap();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    files.sort_unstable();
    files
}

pub(crate) fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        // A file of the index may go while a living archive is copied.
        if let Err(error) = fs::copy(&file, target) {
            assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
        }
    }
}

/// How an archive with a damaged file behaved.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Opening, reading or checking said what is wrong.
    Named,
    /// Everything is there and answers are right.
    Whole,
    /// Acknowledged messages are missing and nothing said so.
    Short(usize),
}

/// Opens what is left and holds every answer against the whole archive.
fn examine(root: &Path, expected: &Whole, case: &str) -> Outcome {
    let archive = match options().open(root) {
        Ok(archive) => archive,
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{case}");
            return Outcome::Named;
        }
    };
    let request = mynah::archive::HistoryRequest { limit: usize::MAX, order: mynah::archive::Order::OldestFirst, ..Default::default() };
    let Ok(page) = archive.history(&ops(), &request) else { return Outcome::Named };
    let texts = crate::archive::texts(&page.messages);
    let ids: Vec<&str> = expected.ids.iter().map(String::as_str).collect();
    let Ok(found) = archive.find(&ids) else { return Outcome::Named };
    // Twice: the first search may be the one that finds the damage, and says so.
    for _ in 0..2 {
        let request = SearchRequest { count: true, ..SearchRequest::new(Expr::contains("cat")) };
        if let Ok(answer) = archive.search(&request)
            && answer.coverage.complete
        {
            let cats = texts.iter().filter(|text| text.contains("cat")).count() as u64;
            assert_eq!(answer.total, Some(cats), "{case}: a wrong answer given as complete");
        }
        archive.wait_until_reindexed();
    }
    let Ok(report) = archive.check() else { return Outcome::Named };
    if !report.findings.is_empty() {
        return Outcome::Named;
    }
    let answer = archive.search(&SearchRequest { count: true, ..SearchRequest::new(Expr::contains("cat")) }).unwrap();
    assert!(answer.coverage.complete, "{case}: a clean check of an incomplete index");
    if texts == expected.texts && found.len() == expected.ids.len() {
        assert_eq!(answer.total, Some(expected.cats), "{case}");
        return Outcome::Whole;
    }
    Outcome::Short(expected.texts.len() - texts.len())
}

/// Damages each file of `part` in each way, and returns what came of it.
fn try_all(image: &Path, part: &str, expected: &Whole) -> Vec<(PathBuf, Harm, Outcome)> {
    let mut outcomes = Vec::new();
    for file in files(&image.join(part)) {
        let name = file.strip_prefix(image).unwrap().to_owned();
        for harm in HARMS {
            let folder = tempfile::tempdir().unwrap();
            copy(image, folder.path());
            harm.apply(&folder.path().join(&name));
            let outcome = examine(folder.path(), expected, &format!("{} {harm:?}", name.display()));
            outcomes.push((name.clone(), harm, outcome));
        }
    }
    outcomes
}

/// An archive that was closed.
fn closed() -> (tempfile::TempDir, Whole) {
    let folder = tempfile::tempdir().unwrap();
    let archive = options().open(folder.path()).unwrap();
    fill(&archive);
    archive.wait_until_indexed();
    let expected = whole(&archive);
    drop(archive);
    (folder, expected)
}

#[test]
fn a_damaged_file_of_a_closed_store_is_named_or_changes_nothing() {
    let (image, expected) = closed();
    for (name, harm, outcome) in try_all(image.path(), "store", &expected) {
        assert!(!matches!(outcome, Outcome::Short(_)), "{} {harm:?}: {outcome:?}", name.display());
        let is_table = name.extension().is_some_and(|extension| extension == "sst");
        if is_table {
            assert_eq!(outcome, Outcome::Named, "{} {harm:?}", name.display());
        }
    }
}

#[test]
fn a_damaged_file_of_the_index_costs_no_message_and_no_answer() {
    let (image, expected) = closed();
    for (name, harm, outcome) in try_all(image.path(), "index", &expected) {
        assert_eq!(outcome, Outcome::Whole, "{} {harm:?}", name.display());
    }
}

#[test]
fn deleting_the_index_folder_loses_nothing() {
    let (image, expected) = closed();
    for empty in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        copy(image.path(), folder.path());
        fs::remove_dir_all(folder.path().join("index")).unwrap();
        if empty {
            fs::create_dir(folder.path().join("index")).unwrap();
        }
        assert_eq!(examine(folder.path(), &expected, "no index"), Outcome::Whole);
    }
}

/// A file that lost its end while the process was killed cannot be told from one whose end was never written, so the newest
/// messages of such a log may be gone. What is left is whole, in order, and searched completely.
#[test]
fn a_damaged_log_of_a_killed_process_costs_its_end_or_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let image = tempfile::tempdir().unwrap();
    let archive = options().open(folder.path()).unwrap();
    fill(&archive);
    archive.wait_until_indexed();
    let expected = whole(&archive);
    // What a killed process leaves: the files as they are, with nothing flushed.
    copy(folder.path(), image.path());
    drop(archive);
    for (name, harm, outcome) in try_all(image.path(), "store", &expected) {
        let is_log = name.extension().is_some_and(|extension| extension == "log");
        match outcome {
            Outcome::Short(missing) if is_log => assert!(missing > 0),
            Outcome::Short(_) => panic!("{} {harm:?}: {outcome:?}", name.display()),
            Outcome::Named | Outcome::Whole => {}
        }
    }
}

/// A power cut may take the end of the log while the index has it already. An index that is ahead must not be taken for a good one
/// later, when the log has grown past it.
#[test]
fn an_index_ahead_of_the_log_never_answers_again() {
    let folder = tempfile::tempdir().unwrap();
    let before = tempfile::tempdir().unwrap();
    let archive = options().open(folder.path()).unwrap();
    archive.journal_reader("keeps the journal whole").unwrap();
    archive.import(&ops(), (1..=50).map(|n| said("alice", n, "cat kept")).collect()).unwrap();
    archive.wait_until_indexed();
    copy(&folder.path().join("store"), before.path());
    archive.import(&ops(), (51..=100).map(|n| said("alice", n, "cat lost")).collect()).unwrap();
    archive.wait_until_indexed();
    drop(archive);
    fs::remove_dir_all(folder.path().join("store")).unwrap();
    copy(before.path(), &folder.path().join("store"));
    let archive = options().open(folder.path()).unwrap();
    archive.import(&ops(), (101..=200).map(|n| said("alice", n, "cat new")).collect()).unwrap();
    drop(archive);
    // As if it was killed before the new index was complete: the newest numbered folder goes.
    let newest = files(&folder.path().join("index")).last().unwrap().parent().unwrap().to_owned();
    fs::remove_dir_all(newest).unwrap();
    let archive = options().open(folder.path()).unwrap();
    assert!(archive.wait_until_reindexed());
    let found = crate::archive::found(&archive, Expr::word("cat"));
    assert_eq!((found.len(), found.iter().any(|text| text == "cat lost")), (150, false));
    crate::archive::assert_clean(&archive);
}
