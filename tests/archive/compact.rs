//! After purging and compacting nothing is left on the disk.

use std::path::{Path, PathBuf};

use mynah::archive::Purge;
use mynah::query::Expr;

use super::{assert_clean, found, fresh, ops, said, save};

/// The files below `folder` whose bytes hold the token.
fn holders(folder: &Path, token: &str) -> Vec<PathBuf> {
    let mut holders = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            holders.extend(self::holders(&path, token));
        } else if memchr::memmem::find(&std::fs::read(&path).unwrap(), token.as_bytes()).is_some() {
            holders.push(path);
        }
    }
    holders
}

#[test]
fn no_file_holds_a_purged_word_after_compacting() {
    let (folder, archive) = fresh();
    let root = folder.path().join("archive");
    // Lower case, so that the index holds it as it is; without repetition, so that no compression hides it.
    let token = "zq8x1v7kp3wj5yt9";
    archive.import(&ops(), (0..500).map(|n| said("alice", n, &format!("filler {n}"))).collect()).unwrap();
    let mut ids = vec![save(&archive, &ops(), said("alice", 600, &format!("the word is {token}")))];
    ids.push(save(&archive, &ops(), said("alice", 601, "first text")));
    archive.edit_text(&ids[1], &format!("edited to {token}")).unwrap();
    ids.push(save(&archive, &ops(), said("alice", 602, "with a file")));
    archive.attach(&ids[2], token.as_bytes()).unwrap();
    assert_eq!(found(&archive, Expr::word(token)).len(), 2);
    let before = holders(&root, token);
    for part in ["store", "media"] {
        assert!(before.iter().any(|path| path.starts_with(root.join(part))), "the search of raw bytes sees {part}: {before:?}");
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    archive.purge(&ops(), Purge::Ids(&ids)).unwrap();
    archive.compact().unwrap();
    assert_eq!(holders(&root, token), Vec::<PathBuf>::new());
    // The index keeps no text, but its dictionaries keep the words of documents until they are merged away.
    let stats = archive.stats().unwrap();
    assert_eq!((stats.indexed, stats.index_deleted), (500, 0));
    assert_clean(&archive);
}

#[test]
fn an_old_text_is_gone_after_an_edit_and_compacting() {
    let (folder, archive) = fresh();
    let token = "h4r9m2c7x6b1q8zv";
    let id = save(&archive, &ops(), said("alice", 1, token));
    assert_eq!(found(&archive, Expr::word(token)).len(), 1);
    archive.edit_text(&id, "something else").unwrap();
    archive.compact().unwrap();
    assert_eq!(holders(folder.path(), token), Vec::<PathBuf>::new());
}

#[test]
fn compacting_waits_for_purges_that_the_index_has_still_to_see() {
    let (folder, archive) = fresh();
    let token = "w3n8d5f0s7g2l9ke";
    archive.import(&ops(), (1..=25_000).map(|n| said("alice", n, &format!("{token} {n}"))).collect()).unwrap();
    assert_eq!(found(&archive, Expr::word(token) & Expr::until(10)).len(), 10);
    archive.purge(&ops(), Purge::All).unwrap();
    archive.compact().unwrap();
    assert_eq!(holders(folder.path(), token), Vec::<PathBuf>::new());
    assert_clean(&archive);
}

#[test]
fn compacting_during_a_rebuild_leaves_no_trace_in_the_new_index_either() {
    let (folder, archive) = fresh();
    let token = "t6y1u8i3o5p0a9sd";
    archive.import(&ops(), (1..=25_000).map(|n| said("alice", n, &format!("{token} {n}"))).collect()).unwrap();
    archive.reindex();
    archive.purge(&ops(), Purge::All).unwrap();
    archive.compact().unwrap();
    assert_eq!(holders(folder.path(), token), Vec::<PathBuf>::new());
}

#[test]
fn a_file_that_nothing_names_any_more_goes_when_compacting() {
    let (folder, archive) = fresh();
    let root = folder.path().join("archive");
    save(&archive, &ops(), said("alice", 1, "x"));
    // What a purge leaves when the process ends between its write and the removal of the file.
    let hash = blake3_of(b"a stray picture");
    let place = root.join("media").join(&hash[..2]);
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join(&hash[2..]), "a stray picture").unwrap();
    archive.compact().unwrap();
    assert_eq!(holders(&root, "stray picture"), Vec::<PathBuf>::new());
}

fn blake3_of(content: &[u8]) -> String {
    let (_folder, archive) = fresh();
    let id = save(&archive, &ops(), said("alice", 1, "x"));
    archive.attach(&id, content).unwrap().to_string()
}
