//! Removing by key, in whatever state the segments are, and what is left of a removed message.

use std::collections::BTreeSet;

use proptest::prelude::*;

use tantivy::index::{Index, SegmentReader};

use super::shelf::{Shelf, key, options, text};
use crate::index::schema::TEXT_FIELD;
use crate::index::{Coverage, IndexError, IndexReader, IndexWriter, Rebuild};
use crate::model::{ConversationNo, MessageKey, Place};
use crate::query::Expr;

#[derive(Clone, Debug)]
enum Step {
    Put(u16),
    Remove(Vec<u16>),
    Commit,
    WaitMerges,
    Compact,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        40 => any::<u16>().prop_map(Step::Put),
        6 => prop::collection::vec(any::<u16>(), 1..20).prop_map(Step::Remove),
        6 => Just(Step::Commit),
        1 => Just(Step::WaitMerges),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

/// Few keys, with every kind of tie.
fn some_key(number: u16) -> MessageKey {
    let number = u64::from(number);
    let seq = [0, 1, (1 << 24) - 1, 1 << 24, u64::MAX][(number / 3 % 5) as usize];
    MessageKey {
        conversation: ConversationNo((number % 3) as u32),
        place: Place { time: number / 15 % 4, seq, rand: (number / 60 % 2) as u32 },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_index_has_what_was_added_and_not_removed(steps in prop::collection::vec(step(), 1..200)) {
        let mut shelf = Shelf::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Put(at) => shelf.put(some_key(at), text(&format!("number {number}"))),
                Step::Remove(all) => shelf.remove(&all.into_iter().map(some_key).collect::<Vec<_>>()),
                Step::Commit => shelf.commit(),
                Step::WaitMerges => {
                    shelf.commit();
                    shelf.writer.wait_merges().unwrap();
                }
                Step::Compact => {
                    shelf.writer.compact(&Coverage::default()).unwrap();
                    prop_assert!(shelf.writer.reader().snapshot().facts().segments <= 1);
                }
                Step::Reopen => {
                    shelf.commit();
                    let Shelf { folder, writer, messages } = shelf;
                    drop(writer);
                    let writer = IndexWriter::open(&folder.path().join("index"), &options()).unwrap();
                    shelf = Shelf { folder, writer, messages };
                }
            }
        }
        shelf.commit();
        let (found, there): (BTreeSet<_>, BTreeSet<_>) = (shelf.find(&Expr::All).into_iter().collect(), shelf.scan(&Expr::All).into_iter().collect());
        prop_assert_eq!(found.difference(&there).collect::<Vec<_>>(), there.difference(&found).collect::<Vec<_>>());
        for (key, message) in &shelf.messages {
            let found = shelf.find(&Expr::Word(message.texts[0].clone()));
            prop_assert!(found.contains(key), "{:?} says {:?}", key, message.texts);
        }
    }
}

#[test]
fn nothing_of_a_removed_message_is_in_any_file_after_compacting() {
    let mut shelf = Shelf::of(&["the secretword stays not", "another one"]);
    let folder = shelf.folder.path().join("index");
    // Every file of the folder belongs to a segment that is read here.
    let words = || -> Vec<String> {
        let index = Index::open_in_dir(&folder).unwrap();
        let segments = index.searchable_segments().unwrap();
        let ids: BTreeSet<String> = segments.iter().map(|segment| segment.id().uuid_string()).collect();
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(
            files.filter_map(|file| file.split('.').next().filter(|stem| stem.len() == 32).map(str::to_owned)).collect::<BTreeSet<_>>(),
            ids
        );
        let mut words = Vec::new();
        for segment in segments {
            let inverted = SegmentReader::open(&segment).unwrap().inverted_index(TEXT_FIELD).unwrap();
            let mut terms = inverted.terms().stream().unwrap();
            while let Some((term, _)) = terms.next() {
                words.push(String::from_utf8(term.to_vec()).unwrap());
            }
        }
        words
    };
    assert!(words().contains(&"secretword".to_owned()));
    shelf.remove(&[key(1, 0, 0)]);
    shelf.writer.compact(&Coverage::default()).unwrap();
    assert_eq!(words(), ["another", "one"]);
    assert_eq!(shelf.find(&Expr::All), [key(1, 1, 0)]);
}

#[test]
fn a_thousand_edits_in_one_commit_replace_what_was_there() {
    let mut shelf = Shelf::new();
    for at in 0..3_000 {
        shelf.put(key(1, at, 0), text("before"));
    }
    shelf.commit();
    let keys: Vec<MessageKey> = (0..1_000).map(|at| key(1, at * 3, 0)).collect();
    shelf.remove(&keys);
    keys.iter().for_each(|key| shelf.put(*key, text("after")));
    shelf.commit();
    assert_eq!(shelf.find(&Expr::Word("before".to_owned())).len(), 2_000);
    assert_eq!(shelf.find(&Expr::Word("after".to_owned())).into_iter().collect::<BTreeSet<_>>(), keys.into_iter().collect());
}

#[test]
fn a_commit_keeps_what_it_covers_and_a_dropped_writer_keeps_nothing_else() {
    let mut shelf = Shelf::of(&["one"]);
    let coverage = Coverage { journal: 41, rebuilding: Some(Rebuild { next: vec![1, 2, 3] }) };
    shelf.writer.commit(&coverage).unwrap();
    shelf.put(key(1, 9, 0), text("two"));
    assert_eq!(shelf.writer.pending_docs(), 1);
    let folder = shelf.folder.path().join("index");
    drop(shelf.writer);
    let writer = IndexWriter::open(&folder, &options()).unwrap();
    assert_eq!(writer.coverage(), coverage);
    assert_eq!(writer.reader().snapshot().facts().docs, 1);
}

#[test]
fn a_second_writer_is_refused_and_other_readers_are_not() {
    let mut shelf = Shelf::of(&["one"]);
    let folder = shelf.folder.path().join("index");
    assert!(matches!(IndexWriter::open(&folder, &options()), Err(IndexError::Locked)));
    let reader = IndexReader::open_read_only(&folder).unwrap();
    let before = reader.snapshot();
    shelf.put(key(1, 9, 0), text("two"));
    shelf.commit();
    assert_eq!(reader.snapshot().facts().docs, 1);
    reader.reload().unwrap();
    assert_eq!((before.facts().docs, reader.snapshot().facts().docs), (1, 2));
}
