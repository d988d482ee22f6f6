//! Files that are not what they were: found and named, or without any effect; never a panic, never a wrong answer.

use std::fs;
use std::path::{Path, PathBuf};

use super::shelf::{Shelf, key, options, text};
use crate::index::{IndexError, IndexReader, IndexWriter, Request};
use crate::query::Expr;

/// An index with deletions and two segments, closed.
fn closed() -> (Shelf, PathBuf) {
    let mut shelf = Shelf::of(&["one word", "two words", "three wörds"]);
    shelf.put(key(2, 5, 0), text("four words, 你好"));
    shelf.remove(&[key(1, 1, 0)]);
    shelf.commit();
    // A merge that goes on behind the back of the test would change which files there are.
    shelf.writer.wait_merges().unwrap();
    let folder = shelf.folder.path().join("index");
    let parked = tempfile::tempdir().unwrap();
    let writer = IndexWriter::create(parked.path(), &options()).unwrap();
    drop(std::mem::replace(&mut shelf.writer, writer));
    (shelf, folder)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| !file.file_name().unwrap().to_str().unwrap().starts_with(".tantivy"));
    files.sort();
    files
}

/// Opens the damaged index: it has to say what is wrong, or to answer as if nothing were.
#[track_caller]
fn check(shelf: &Shelf, folder: &Path, file: &Path, damage: &str) {
    let name = file.file_name().unwrap().to_str().unwrap();
    let opened = IndexWriter::open(folder, &options());
    let read = IndexReader::open_read_only(folder);
    match opened {
        Ok(writer) => {
            let answer = writer.reader().snapshot().search(&Request::newest(Expr::Word("words".to_owned()), 10), shelf).unwrap();
            let keys: Vec<_> = answer.hits.iter().map(|hit| hit.key).collect();
            assert_eq!(keys, shelf.scan(&Expr::Word("words".to_owned())), "{damage} {name} changed the answer");
            assert_eq!(writer.coverage().journal, 3, "{damage} {name} changed the coverage");
        }
        Err(error) => {
            assert!(error.needs_rebuild(), "{damage} {name}: {error:?}");
            if let IndexError::Missing { file: named } | IndexError::Damaged { file: named, .. } = &error {
                assert_eq!(named.to_str().unwrap(), name, "{damage} {name}: {error:?}");
            }
            assert!(read.is_err(), "{damage} {name}: a reader sees what a writer sees");
        }
    }
}

#[track_caller]
fn damage_each_file(damage: &str, harm: impl Fn(&Path)) {
    let (shelf, folder) = closed();
    for file in files(&folder) {
        let whole = fs::read(&file).unwrap();
        harm(&file);
        check(&shelf, &folder, &file, damage);
        fs::write(&file, whole).unwrap();
    }
    assert!(IndexWriter::open(&folder, &options()).is_ok(), "whole files that are only newer are taken");
}

#[test]
fn a_file_that_is_gone_is_named() {
    damage_each_file("removing", |file| fs::remove_file(file).unwrap());
}

#[test]
fn an_emptied_file_is_named() {
    damage_each_file("emptying", |file| fs::write(file, b"").unwrap());
}

#[test]
fn a_truncated_file_is_named() {
    damage_each_file("truncating", |file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    });
}

#[test]
fn a_flipped_bit_is_found() {
    for part in 0..8 {
        damage_each_file("flipping a bit of", |file| {
            let mut bytes = fs::read(file).unwrap();
            let at = (bytes.len() - 1) * part / 7;
            bytes[at] ^= 4;
            fs::write(file, bytes).unwrap();
        });
    }
}

#[test]
fn verifying_finds_what_opening_trusts() {
    let (_shelf, folder) = closed();
    let file = files(&folder).into_iter().find(|file| file.extension().is_some_and(|extension| extension == "idx")).unwrap();
    let time = fs::metadata(&file).unwrap().modified().unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[0] ^= 1;
    fs::write(&file, bytes).unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    let writer = IndexWriter::open(&folder, &options()).unwrap();
    let Err(IndexError::Damaged { file: named, .. }) = writer.reader().verify() else { panic!("a wrong checksum is an error") };
    assert_eq!(named.file_name(), file.file_name());
}

#[test]
fn a_folder_without_an_index_says_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(IndexWriter::open(folder.path(), &options()), Err(IndexError::Missing { .. })));
    assert!(matches!(IndexWriter::open(&folder.path().join("none"), &options()), Err(IndexError::Missing { .. })));
}
