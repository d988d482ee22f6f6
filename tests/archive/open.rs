//! Opening: one writer, many readers, and folders that are no archive.

use std::fs;

use mynah::archive::{ArchiveError, SearchRequest};
use mynah::query::Expr;
use mynah::{Archive, StoreError};

use super::{fresh, history, ops, options, said, save};

fn refused(result: Result<Archive, ArchiveError>) -> StoreError {
    match result {
        Err(ArchiveError::Store(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[test]
fn a_second_writer_is_told_which_process_holds_the_archive() {
    let (folder, _archive) = fresh();
    let error = refused(options().open(folder.path().join("archive")));
    assert!(matches!(&error, StoreError::Locked { holder, .. } if *holder == std::process::id()), "{error}");
    assert!(error.to_string().contains(&format!("process {}", std::process::id())));
}

#[test]
fn the_lock_goes_with_the_archive() {
    let (folder, archive) = fresh();
    drop(archive);
    options().open(folder.path().join("archive")).unwrap();
}

#[test]
fn a_reader_sees_what_the_writer_wrote_when_it_refreshes() {
    let (folder, archive) = fresh();
    save(&archive, &ops(), said("alice", 1, "one cat"));
    assert!(archive.wait_until_indexed());
    let reader = options().open_reader(folder.path().join("archive")).unwrap();
    assert_eq!(history(&reader, &ops()), ["one cat"]);
    save(&archive, &ops(), said("alice", 2, "two cats"));
    assert!(archive.wait_until_indexed());
    assert_eq!(history(&reader, &ops()), ["one cat"]);
    reader.refresh().unwrap();
    assert_eq!(history(&reader, &ops()), ["one cat", "two cats"]);
    let answer = reader.search(&SearchRequest::new(Expr::prefix("cat"))).unwrap();
    assert_eq!((answer.hits.len(), answer.coverage.complete), (2, true));
    save(&archive, &super::bob(), said("bob", 3, "a new conversation"));
    archive.purge(&ops(), mynah::archive::Purge::All).unwrap();
    reader.refresh().unwrap();
    assert!(history(&reader, &ops()).is_empty());
    assert_eq!(reader.conversations().unwrap().len(), 2);
}

#[test]
fn a_readers_answer_never_claims_what_its_index_does_not_have() {
    let (folder, archive) = fresh();
    let reader = options().open_reader(folder.path().join("archive")).unwrap();
    for time in 1..=100 {
        save(&archive, &ops(), said("alice", time, "cat"));
        reader.refresh().unwrap();
        let known = history(&reader, &ops()).len() as u64;
        let answer = reader.search(&SearchRequest { count: true, ..SearchRequest::new(Expr::word("cat")) }).unwrap();
        assert!(!answer.coverage.complete || answer.total == Some(known), "complete with {:?} of {known}", answer.total);
    }
}

#[test]
fn a_reader_changes_nothing_and_says_so() {
    let (folder, archive) = fresh();
    let id = save(&archive, &ops(), said("alice", 1, "one"));
    drop(archive);
    let reader = options().open_reader(folder.path().join("archive")).unwrap();
    let is_refused = |result: Result<(), ArchiveError>| {
        assert!(matches!(result, Err(ArchiveError::Store(StoreError::ReadOnly))), "{result:?}");
    };
    is_refused(reader.save(&ops(), said("alice", 2, "two")).map(drop));
    is_refused(reader.import(&ops(), vec![said("alice", 2, "two")]).map(drop));
    is_refused(reader.edit_text(&id, "x").map(drop));
    is_refused(reader.recall(&id).map(drop));
    is_refused(reader.delete(&ops(), &[&id]).map(drop));
    is_refused(reader.clear(&ops()).map(drop));
    is_refused(reader.mark_read(mynah::archive::ReadUpTo::All).map(drop));
    is_refused(reader.set_pinned(&ops(), true));
    is_refused(reader.attach(&id, &b"x"[..]).map(drop));
    is_refused(reader.journal_reader("x").map(drop));
    is_refused(reader.compact());
    reader.reindex();
    assert!(reader.check().unwrap().findings.is_empty());
    assert_eq!(reader.stats().unwrap().media_bytes, 0);
}

#[test]
fn a_reader_can_make_a_backup() {
    let (folder, archive) = fresh();
    save(&archive, &ops(), said("alice", 1, "one"));
    drop(archive);
    let reader = options().open_reader(folder.path().join("archive")).unwrap();
    match reader.backup(folder.path().join("backup")) {
        Ok(()) => {
            Archive::restore(folder.path().join("backup"), folder.path().join("restored")).unwrap();
            assert_eq!(history(&options().open(folder.path().join("restored")).unwrap(), &ops()), ["one"]);
        }
        Err(error) => assert!(matches!(error, ArchiveError::Store(StoreError::ReadOnly)), "{error}"),
    }
}

#[test]
fn there_is_nothing_to_read_where_there_is_no_archive() {
    let folder = tempfile::tempdir().unwrap();
    for place in [folder.path().to_owned(), folder.path().join("missing")] {
        assert!(matches!(refused(options().open_reader(&place)), StoreError::Missing { .. }));
    }
    assert!(!folder.path().join("missing").exists());
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    assert!(matches!(refused(options().open(folder.path())), StoreError::Foreign { .. }));
    assert!(matches!(refused(options().open_reader(folder.path())), StoreError::Foreign { .. }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let text = refused(options().open(&file)).to_string();
    assert!(text.contains("file"), "{text}");
    refused(options().open_reader(&file));
}

#[test]
fn a_newer_format_is_refused_with_its_number() {
    let (folder, archive) = fresh();
    drop(archive);
    let root = folder.path().join("archive");
    let format = fs::read_to_string(root.join("FORMAT")).unwrap();
    fs::write(root.join("FORMAT"), format.replace('4', "7")).unwrap();
    for result in [options().open(&root), options().open_reader(&root)] {
        assert!(matches!(refused(result), StoreError::Newer { found: 7, supported: 4, .. }));
    }
    for damaged in ["", "mynah store, format ", "mynah store, format x", "something else"] {
        fs::write(root.join("FORMAT"), damaged).unwrap();
        assert!(matches!(refused(options().open(&root)), StoreError::Damaged { .. }), "{damaged:?}");
    }
}

#[test]
fn an_open_that_ended_in_its_first_moment_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for left_behind in [&["LOCK"][..], &["LOCK", "FORMAT.new"], &["LOCK", "FORMAT"]] {
        let root = folder.path().join(left_behind.len().to_string()).join(left_behind.concat());
        fs::create_dir_all(&root).unwrap();
        for name in left_behind {
            fs::write(root.join(name), if *name == "FORMAT" { "mynah store, format 1\n" } else { "" }).unwrap();
        }
        let archive = options().open(&root).unwrap();
        save(&archive, &ops(), said("alice", 1, "x"));
    }
}

#[test]
fn an_archive_of_one_user_is_not_written_as_another() {
    let (folder, archive) = fresh();
    let id = save(&archive, &ops(), said("alice", 1, "mine"));
    drop(archive);
    let path = folder.path().join("archive");
    let Err(ArchiveError::OtherAccount { owner, account }) = options().account("eve").open(&path) else { panic!("it has an owner") };
    assert_eq!((owner.as_str(), account.as_str()), ("me", "eve"));
    let archive = Archive::open(&path).unwrap();
    assert_eq!(archive.account().as_deref(), Some("me"));
    assert_eq!(archive.find(&[&id]).unwrap().len(), 1);
}
