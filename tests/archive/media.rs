//! Media files beside messages: shared by content, gone with the last message that names them.

use std::io::Read as _;

use mynah::archive::{ArchiveError, Purge};
use mynah::model::Body;
use mynah::{MediaError, MediaHash};

use super::{assert_clean, fresh, ops, said, save};

fn is_there(archive: &mynah::Archive, hash: MediaHash) -> bool {
    archive.media(hash).is_ok()
}

#[test]
fn an_attached_file_can_be_read_and_goes_with_the_last_message_that_names_it() {
    let (_folder, archive) = fresh();
    let one = save(&archive, &ops(), said("alice", 1, "one"));
    let two = save(&archive, &ops(), said("alice", 2, "two"));
    let hash = archive.attach(&one, &b"a picture"[..]).unwrap();
    assert_eq!(archive.attach(&two, &b"a picture"[..]).unwrap(), hash);
    let other = archive.attach(&two, &b"a sound"[..]).unwrap();
    let mut content = String::new();
    archive.media(hash).unwrap().read_to_string(&mut content).unwrap();
    assert_eq!(content, "a picture");
    assert_clean(&archive);
    archive.purge(&ops(), Purge::Ids(&[&one])).unwrap();
    assert!(is_there(&archive, hash));
    archive.purge(&ops(), Purge::Ids(&[&two])).unwrap();
    assert!(!is_there(&archive, hash) && !is_there(&archive, other));
    assert_eq!(archive.stats().unwrap().media_bytes, 0);
    assert_clean(&archive);
}

#[test]
fn messages_purged_together_take_their_shared_file_with_them() {
    let (_folder, archive) = fresh();
    let ids = [1, 2].map(|time| save(&archive, &ops(), said("alice", time, "x")));
    let hash = ids.each_ref().map(|id| archive.attach(id, &b"shared"[..]).unwrap())[0];
    archive.clear(&ops()).unwrap();
    assert!(!is_there(&archive, hash));
    assert_clean(&archive);
}

#[test]
fn an_edit_that_drops_a_file_takes_it_away_unless_another_message_names_it() {
    let (_folder, archive) = fresh();
    let one = save(&archive, &ops(), said("alice", 1, "one"));
    let two = save(&archive, &ops(), said("alice", 2, "two"));
    let (shared, own) = (archive.attach(&one, &b"shared"[..]).unwrap(), archive.attach(&one, &b"own"[..]).unwrap());
    archive.attach(&two, &b"shared"[..]).unwrap();
    archive.edit(&one, Body::of_text("no files any more")).unwrap();
    assert!(is_there(&archive, shared));
    assert!(!is_there(&archive, own), "nothing names it, so a purge could never take it away");
    assert_clean(&archive);
}

#[test]
fn a_file_for_an_unknown_message_is_not_kept() {
    let (_folder, archive) = fresh();
    assert!(matches!(archive.attach("nobody", &b"stray"[..]), Err(ArchiveError::UnknownMessage { .. })));
    assert_eq!(archive.stats().unwrap().media_bytes, 0);
}

#[test]
fn attaching_and_purging_at_once_never_leaves_a_message_without_its_file() {
    let (_folder, archive) = fresh();
    let keeper = save(&archive, &ops(), said("alice", 1, "keeper"));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for time in 100..200 {
                let id = save(&archive, &ops(), said("alice", time, "passing"));
                archive.attach(&id, &b"same content"[..]).unwrap();
                archive.purge(&ops(), Purge::Ids(&[&id])).unwrap();
            }
        });
        scope.spawn(|| {
            for _ in 0..100 {
                let hash = archive.attach(&keeper, &b"same content"[..]).unwrap();
                assert!(is_there(&archive, hash), "the keeper's file is gone");
                archive.edit(&keeper, Body::of_text("dropped")).unwrap();
            }
        });
    });
    assert_clean(&archive);
}

#[test]
fn a_missing_and_a_damaged_file_are_named_by_a_check() {
    let (folder, archive) = fresh();
    let id = save(&archive, &ops(), said("alice", 1, "one"));
    let (lost, damaged) = (archive.attach(&id, &b"lost"[..]).unwrap(), archive.attach(&id, &b"damaged"[..]).unwrap());
    let path = |hash: MediaHash| {
        let digits = hash.to_string();
        folder.path().join("archive/media").join(&digits[..2]).join(&digits[2..])
    };
    std::fs::remove_file(path(lost)).unwrap();
    std::fs::write(path(damaged), "other bytes").unwrap();
    assert!(matches!(archive.media(lost), Err(ArchiveError::Media(MediaError::Missing { hash })) if hash == lost));
    let findings = archive.check().unwrap().findings;
    assert_eq!(findings.len(), 2);
    assert!(findings.iter().all(|finding| finding.part == "media"));
}
