//! Versions of one message in any order, any number of times, in any batches.

use proptest::prelude::*;
use serde_json::json;

use super::super::testing::{assert_clean, bob, fresh, kinds, listed, ops};
use super::super::{Archive, ImportOptions, ImportReport, SearchRequest};
use super::Versions;
use crate::media::MediaHash;
use crate::model::{Edited, Message, MessageId, Reaction, Status, Version};
use crate::query::Expr;
use crate::store::{ChangeKind, Durability};

fn version(id: &str, text: &str) -> Message {
    let mut message = Message::text("U1", 5, text).in_conversation(&ops());
    message.id = Some(MessageId::new(id).unwrap());
    message.is_read = Some(false);
    message
}

fn edited(mut message: Message, time: u64, before: &[&str]) -> Message {
    let before = before.iter().map(|text| Version { time: 0, text: (*text).to_owned() }).collect();
    message.body.set_context(&Edited { time, by: None, before }).unwrap();
    message
}

fn reacted(mut message: Message, count: u64) -> Message {
    message.body.set_context(&vec![Reaction { emoji: "👍".to_owned(), count, users: Vec::new() }]).unwrap();
    message
}

fn naming(mut message: Message, files: &[MediaHash]) -> Message {
    let names: Vec<String> = files.iter().map(MediaHash::to_string).collect();
    message.body.set("mynah_media", Some(json!(names))).unwrap();
    message
}

fn recalled(mut message: Message) -> Message {
    message.status = Some(Status::Recalled);
    message
}

fn import(archive: &Archive, batch: Vec<Message>) -> ImportReport {
    let options = ImportOptions { versions: Versions::KeepFullest, ..ImportOptions::default() };
    archive.import_batch(batch, options, Durability::Buffered).unwrap()
}

fn counts(report: &ImportReport) -> (u64, u64, u64, u64) {
    (report.new, report.updated, report.known, report.refused_total)
}

/// Whether `greater` stays, whichever of the two comes first, and in one batch too.
#[track_caller]
fn check(lesser: &Message, greater: &Message) {
    for batches in
        [vec![vec![lesser], vec![greater]], vec![vec![greater], vec![lesser]], vec![vec![lesser, greater]], vec![vec![greater, lesser]]]
    {
        let (_folder, archive) = fresh();
        for batch in batches {
            import(&archive, batch.into_iter().cloned().collect());
        }
        let kept = archive.find(&["m"]).unwrap().pop().unwrap();
        assert_eq!((kept.body.as_json(), kept.status.unwrap()), (greater.body.as_json(), greater.status.unwrap_or(Status::Imported)));
    }
}

#[test]
fn the_version_that_says_more_stays_whichever_came_first() {
    let plain = version("m", "hello");
    check(&edited(version("m", "a long text that was edited"), 7, &["x", "y"]), &recalled(plain.clone()));
    check(&edited(plain.clone(), 7, &["x", "y"]), &edited(plain.clone(), 8, &[]));
    check(&reacted(edited(plain.clone(), 7, &["x"]), 9), &edited(plain.clone(), 7, &["x", "y"]));
    check(&reacted(version("m", "a longer text"), 2), &reacted(plain.clone(), 3));
    check(&plain, &version("m", "a longer text"));
    check(&version("m", "hallo"), &plain);
}

#[test]
fn a_fuller_version_is_searched_counted_and_told() {
    let (_folder, archive) = fresh();
    assert_eq!(counts(&import(&archive, vec![version("m", "deploy"), version("n", "other")])), (2, 0, 0, 0));
    let mut follower = archive.follow(None).unwrap();
    assert_eq!(counts(&import(&archive, vec![edited(version("m", "rollback"), 9, &["deploy"]), version("n", "other")])), (0, 1, 1, 0));
    let found = |word: &str| archive.search(&SearchRequest::new(Expr::word(word))).unwrap().hits.len();
    assert_eq!((found("deploy"), found("rollback")), (0, 1));
    let unread = || archive.conversation(&ops()).unwrap().unwrap().unread;
    assert_eq!(unread(), 2);
    assert_eq!(counts(&import(&archive, vec![recalled(version("m", ""))])), (0, 1, 0, 0));
    assert_eq!((found("rollback"), unread()), (0, 1));
    assert_eq!(counts(&import(&archive, vec![recalled(version("m", "")), version("m", "deploy")])), (0, 0, 2, 0));
    assert_eq!(kinds(&mut follower), [ChangeKind::Edited, ChangeKind::Recalled]);
    assert_clean(&archive);
}

#[test]
fn what_was_changed_here_is_not_changed_by_another_version() {
    let (_folder, archive) = fresh();
    import(&archive, ["edited", "recalled", "deleted"].map(|id| version(id, "hello")).into());
    archive.edit_text("edited", "changed here").unwrap();
    archive.recall("recalled").unwrap();
    archive.delete(&ops(), &["deleted"]).unwrap();
    let before = archive.find(&["edited", "recalled", "deleted"]).unwrap();
    let fuller = ["edited", "recalled", "deleted"].map(|id| recalled(edited(version(id, "a longer text"), 9, &["x"])));
    assert_eq!(counts(&import(&archive, fuller.into())), (0, 0, 3, 0));
    assert_eq!(archive.find(&["edited", "recalled", "deleted"]).unwrap(), before);
    assert_clean(&archive);
}

#[test]
fn the_first_version_stays_unless_the_fullest_is_asked_for() {
    let (_folder, archive) = fresh();
    archive.import(&ops(), vec![version("m", "short")]).unwrap();
    let report = archive.import(&ops(), vec![version("m", "a longer text")]).unwrap();
    assert_eq!(counts(&report), (0, 0, 1, 0));
    assert_eq!(listed(&archive, &ops()), ["short"]);
}

#[test]
fn a_file_that_only_a_lesser_version_named_goes() {
    let (_folder, archive) = fresh();
    let hash = {
        let kept = archive.save(&bob(), Message::text("bob", 1, "x")).unwrap().id_text();
        let hash = archive.attach(&kept, &b"a picture"[..]).unwrap();
        import(&archive, vec![naming(version("m", "picture"), &[hash])]);
        archive.purge(&bob(), super::super::Purge::All).unwrap();
        hash
    };
    assert!(archive.media(hash).is_ok());
    import(&archive, vec![recalled(version("m", ""))]);
    assert!(archive.media(hash).is_err(), "nobody names it any more");
    assert_clean(&archive);
}

/// One of the versions that a property is about, of one of two messages.
#[derive(Clone, Debug)]
struct Any {
    id: &'static str,
    text: String,
    sender: &'static str,
    is_recalled: bool,
    edited: Option<(u64, usize)>,
    reactions: Option<u64>,
    files: usize,
}

fn any_version() -> impl Strategy<Value = Any> {
    let edited = prop::option::of((0..3_u64, 0..3_usize));
    (
        prop::sample::select(vec!["m", "n"]),
        "[ab]{0,2}",
        prop::sample::select(vec!["U1", "me"]),
        prop::bool::weighted(0.2),
        edited,
        prop::option::of(0..3_u64),
        0..3_usize,
    )
        .prop_map(|(id, text, sender, is_recalled, edited, reactions, files)| Any {
            id,
            text,
            sender,
            is_recalled,
            edited,
            reactions,
            files,
        })
}

impl Any {
    fn message(&self, files: &[MediaHash]) -> Message {
        let mut message = version(self.id, &self.text);
        self.sender.clone_into(&mut message.sender);
        if let Some((time, before)) = self.edited {
            message = edited(message, time, &["x"; 2][..before]);
        }
        if let Some(count) = self.reactions {
            message = reacted(message, count);
        }
        if self.files > 0 {
            message = naming(message, &files[..self.files]);
        }
        if self.is_recalled { recalled(message) } else { message }
    }
}

/// An archive in which two files are there for others.
fn with_files() -> (tempfile::TempDir, Archive, Vec<MediaHash>) {
    let (folder, archive) = fresh();
    let kept = archive.save(&bob(), Message::text("bob", 1, "files")).unwrap().id_text();
    let files = [b"one", b"two"].map(|content| archive.attach(&kept, &content[..]).unwrap());
    (folder, archive, files.into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_repetition_of_versions_ends_the_same(
        versions in prop::collection::vec(any_version(), 1..7),
        orders in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let (_folder, plain, files) = with_files();
        let all: Vec<Message> = versions.iter().map(|version| version.message(&files)).collect();
        import(&plain, all.clone());
        assert_clean(&plain);
        let expected = plain.find(&["m", "n"]).unwrap();

        let (_other_folder, archive, _) = with_files();
        for (which, alone) in orders {
            let at = which.index(all.len());
            let batch = if alone { vec![all[at].clone()] } else { all[at..].iter().rev().cloned().collect() };
            import(&archive, batch);
        }
        let (first, rest) = all.split_at(cut.index(all.len()));
        import(&archive, rest.to_vec());
        import(&archive, first.to_vec());
        prop_assert_eq!(import(&archive, all.clone()).updated, 0);
        assert_clean(&archive);
        let said = |message: &Message| (message.id_text(), message.sender.clone(), message.status, message.body.as_json().to_owned());
        let found = archive.find(&["m", "n"]).unwrap();
        prop_assert_eq!(found.iter().map(said).collect::<Vec<_>>(), expected.iter().map(said).collect::<Vec<_>>());
        let unread = |archive: &Archive| archive.conversation(&ops()).unwrap().map(|listed| (listed.messages, listed.unread));
        prop_assert_eq!(unread(&archive), unread(&plain));
        for text in ["a", "b", "ab"] {
            let found = |archive: &Archive| archive.search(&SearchRequest::new(Expr::contains(text))).unwrap().hits.len();
            prop_assert_eq!(found(&archive), found(&plain));
        }
    }
}
