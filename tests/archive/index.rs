//! The index seen from outside: read-your-writes, rebuilding while writing and searching, statistics.

use mynah::archive::{Purge, SearchRequest};
use mynah::query::Expr;

use super::{assert_clean, found, fresh, ops, options, said, save};

#[test]
fn a_search_sees_what_was_acknowledged_before_it() {
    let (_folder, archive) = fresh();
    for time in 1..=30 {
        save(&archive, &ops(), said("alice", time, &format!("word{time}")));
        assert_eq!(found(&archive, Expr::word(format!("word{time}"))).len(), 1);
        assert_eq!(found(&archive, Expr::All).len() as u64, time);
    }
}

#[test]
fn an_answer_says_what_it_covers() {
    let (_folder, archive) = fresh();
    save(&archive, &ops(), said("alice", 1, "one"));
    let answer = archive.search(&SearchRequest::new(Expr::All)).unwrap();
    assert!(answer.coverage.complete);
    assert_eq!(answer.coverage.journal, archive.journal_head());
}

#[test]
fn the_old_index_answers_while_a_new_one_is_built_and_writing_goes_on() {
    let (_folder, archive) = fresh();
    archive.import(&ops(), (1..=20_000).map(|n| said("alice", n, &format!("cat {n}"))).collect()).unwrap();
    let count = |archive: &mynah::Archive| {
        let answer = archive.search(&SearchRequest { count: true, limit: 0, ..SearchRequest::new(Expr::word("cat")) }).unwrap();
        assert!(answer.coverage.complete);
        answer.total.unwrap()
    };
    assert_eq!(count(&archive), 20_000);
    archive.reindex();
    for time in 0..50 {
        save(&archive, &ops(), said("bob", 30_000 + time, "one more cat"));
        assert_eq!(count(&archive), 20_001 + time);
    }
    let page = archive.history(&ops(), &mynah::archive::HistoryRequest { limit: 10, ..Default::default() }).unwrap();
    archive
        .delete(&ops(), &page.messages.iter().map(|m| m.id_text()).collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>())
        .unwrap();
    assert_eq!(count(&archive), 20_040);
    archive.purge(&ops(), Purge::Before(1_001)).unwrap();
    assert_eq!(count(&archive), 19_040);
    assert!(archive.wait_until_reindexed());
    assert_eq!(count(&archive), 19_040);
    assert_clean(&archive);
}

#[test]
fn rebuilding_again_and_again_ends_with_one_index() {
    let (folder, archive) = fresh();
    archive.import(&ops(), (0..100).map(|n| said("alice", n, "cat")).collect()).unwrap();
    for _ in 0..3 {
        archive.reindex();
        assert!(archive.wait_until_reindexed());
    }
    assert_eq!(found(&archive, Expr::word("cat")).len(), 100);
    assert_eq!(std::fs::read_dir(folder.path().join("archive/index")).unwrap().count(), 1);
}

#[test]
fn what_came_after_the_last_commit_of_the_index_is_found_after_reopening() {
    let (folder, archive) = fresh();
    for round in 1..=5 {
        save(&archive, &ops(), said("alice", round, "cat"));
    }
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    assert_eq!(found(&archive, Expr::word("cat")).len(), 5);
    assert_clean(&archive);
}

#[test]
fn statistics_say_what_is_there() {
    let (_folder, archive) = fresh();
    archive.import(&ops(), vec![said("alice", 1, "one"), super::unread("alice", 2, "two")]).unwrap();
    save(&archive, &super::bob(), said("me", 3, "three"));
    assert!(archive.wait_until_indexed());
    let stats = archive.stats().unwrap();
    assert_eq!((stats.messages, stats.conversations, stats.unread, stats.indexed), (3, 2, 1, 3));
    assert_eq!((stats.journal_head, stats.index_lag, stats.index_complete), (3, 0, true));
    assert!(stats.index_fault.is_none());
    assert!(stats.store_bytes > 0 && stats.index_bytes > 0);
}

#[test]
fn an_answer_that_does_not_wait_shows_nothing_that_was_deleted_or_recalled() {
    let (_folder, archive) = fresh();
    let ids: Vec<String> = (1..=3).map(|time| save(&archive, &ops(), said("alice", time, "cat"))).collect();
    assert_eq!(found(&archive, Expr::word("cat")).len(), 3);
    for _ in 0..20 {
        let id = save(&archive, &ops(), said("alice", 9, "cat to go"));
        archive.wait_until_indexed();
        archive.delete(&ops(), &[&id]).unwrap();
        let request = SearchRequest { fresh: false, ..SearchRequest::new(Expr::word("cat")) };
        let shown: Vec<String> = archive.search(&request).unwrap().hits.iter().map(|hit| hit.message.id_text()).collect();
        assert!(!shown.contains(&id));
        archive.purge(&ops(), Purge::Ids(&[&id])).unwrap();
    }
    archive.recall(&ids[0]).unwrap();
    let request = SearchRequest { fresh: false, ..SearchRequest::new(Expr::word("cat")) };
    assert_eq!(archive.search(&request).unwrap().hits.len(), 2);
}

#[test]
fn an_index_that_cannot_be_opened_stops_no_archive() {
    let (folder, archive) = fresh();
    save(&archive, &ops(), said("alice", 1, "before"));
    drop(archive);
    let index = folder.path().join("archive").join("index");
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::write(&index, "in the way").unwrap();
    let archive = options().open(folder.path().join("archive")).unwrap();
    save(&archive, &ops(), said("alice", 2, "after"));
    let answer = archive.search(&SearchRequest::new(Expr::All)).unwrap();
    assert!(!answer.coverage.complete && answer.hits.is_empty());
    assert!(archive.stats().unwrap().index_fault.is_some());
    drop(archive);
    std::fs::remove_file(&index).unwrap();
    let archive = options().open(folder.path().join("archive")).unwrap();
    archive.wait_until_reindexed();
    assert_eq!(found(&archive, Expr::All), ["after", "before"]);
}

#[test]
fn a_journal_that_is_passed_often_stays_short() {
    let (_folder, archive) = fresh();
    let mut reader = archive.journal_reader("often").unwrap();
    for time in 1..=2_000 {
        save(&archive, &ops(), said("alice", time, "x"));
        reader.pass(archive.journal_head()).unwrap();
    }
    // The index notes what it has passed a moment after searches see it.
    let is_short = || {
        archive.wait_for_change(archive.journal_head(), std::time::Duration::from_millis(20));
        archive.stats().unwrap().journal_oldest > 1_900
    };
    assert!((0..500).any(|_| is_short()), "{:?}", archive.stats().unwrap());
}
