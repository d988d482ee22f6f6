//! Holds the floors: what each file under `src/` may import. A file that breaks a law fails with a sentence that says which.

mod laws;
mod names;

use std::fs;
use std::path::Path;

/// Reads every file under `src/` and returns a sentence for each law that one breaks.
fn broken_laws(root: &Path) -> Vec<String> {
    let lent = names::lent_by(&fs::read_to_string(root.join("src/lib.rs")).unwrap());
    let mut folders = vec![root.join("src")];
    let mut broken = Vec::new();
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                broken.extend(laws::broken_by(&name, &fs::read_to_string(&path).unwrap(), &lent));
                files += 1;
            }
        }
    }
    assert!(files > 10, "only {files} files were found under src/");
    broken.sort();
    broken
}

fn manifest() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap()
}

#[test]
fn every_file_imports_only_from_lower_floors_and_only_its_own_crates() {
    let broken = broken_laws(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(broken.is_empty(), "{} broken laws:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn every_dependency_has_an_owner_and_every_owned_crate_is_a_dependency() {
    let sections = ["[dependencies]", "[dev-dependencies]"];
    let mut section = "";
    let mut dependencies = Vec::new();
    let manifest = manifest();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.trim();
        } else if sections.contains(&section)
            && let Some((name, _)) = line.split_once('=')
        {
            dependencies.push(name.trim().replace('-', "_"));
        }
    }
    dependencies.sort();
    // Tests may want more features of a crate than the library.
    dependencies.dedup();
    let mut owned: Vec<String> = laws::OWNERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    owned.sort();
    assert_eq!(dependencies, owned, "Cargo.toml and the table OWNERS in tests/floors/laws.rs name the same crates");
}

#[test]
fn architecture_names_every_room_with_its_floor_and_its_crates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | `"));
    let mut named = Vec::new();
    for (floor, (room, rest)) in rows.filter_map(|(floor, rest)| Some((floor, rest.split_once("/` |")?))) {
        named.push((room, floor.parse().unwrap()));
        assert!(laws::ROOMS.contains(&(room, floor.parse().unwrap())), "ARCHITECTURE.md has {room} on floor {floor}, the law has not");
        let (_, owned) = rest.trim_end_matches([' ', '|']).split_once(" |").unwrap_or_default();
        // Crates are in backticks, before what else the room owns.
        for name in owned.split(';').next().unwrap().split('`').skip(1).step_by(2).map(|name| name.replace('-', "_")) {
            assert!(laws::owns(room, &name), "ARCHITECTURE.md gives {name} to {room}, the law does not");
        }
    }
    for room in laws::ROOMS.iter().filter(|(room, _)| root.join("src").join(room).is_dir()) {
        assert!(named.contains(room), "ARCHITECTURE.md lacks {room:?}");
    }
}

#[test]
fn unsafe_code_is_forbidden_in_the_whole_package() {
    let manifest = manifest();
    let lints = manifest.split("[lints.rust]").nth(1).unwrap().split("\n[").next().unwrap();
    assert!(lints.lines().any(|line| line == "unsafe_code = \"forbid\""), "{lints}");
}

#[track_caller]
fn check(file: &str, source: &str, expected: &[&str]) {
    let lent = names::lent_by("pub mod model; pub use archive::Archive; pub use index::{Bar, IndexError};");
    assert_eq!(laws::broken_by(file, source, &lent), expected, "{file}: {source}");
}

#[test]
fn imports_from_lower_floors_and_of_ones_own_room_are_lawful() {
    check("src/store/read.rs", "use crate::model::{Message, limits}; use super::lock; use std::fs; use self::x::y;", &[]);
    check("src/store/read.rs", "fn f() -> rocksdb::Error { serde_json::to_vec(&crate::model::x()) }", &[]);
    check("src/archive/indexer/work.rs", "use super::super::Shared; use crate::{index::Doc, store::Store}; use super::*;", &[]);
    check("src/store.rs", "mod tests { use super::*; use super::super::model; pub(in crate::store) fn f() {} }", &[]);
    check("src/lib.rs", "pub mod anything; use rocksdb::DB; use crate::archive::Archive;", &[]);
    check("src/cli/mod.rs", "use crate::archive::Archive; use crate::{Archive, IndexError}; use clap::Parser;", &[]);
}

#[test]
fn an_import_from_a_higher_floor_is_named() {
    let sentence = "src/store/read.rs imports crate::archive::Archive: store is on floor 2 and may not import archive on floor 3; \
        a file imports only from lower floors";
    check("src/store/read.rs", "use crate::archive::Archive;", &[sentence]);
    check("src/store/read.rs", "use crate::{model::Place, archive::{Archive as A}};", &[sentence]);
    check("src/store/read.rs", "use super::super::archive::Archive;", &[sentence]);
    check("src/store/read.rs", "fn f(a: &crate::archive::Archive) {}", &[sentence]);
    check("src/store/read.rs", "#[cfg(test)] mod tests { use super::super::super::archive::Archive; }", &[sentence]);
}

#[test]
fn an_import_from_a_stranger_on_the_same_floor_is_named() {
    let sentence = "src/index/doc.rs imports crate::store::Record: index and store are both on floor 2; rooms on one floor are strangers";
    check("src/index/doc.rs", "use crate::store::Record;", &[sentence]);
    check("src/index/doc.rs", "impl From<crate::store::Record> for u8 {}", &[sentence]);
    let sentence = "src/store/read.rs imports crate::IndexError: store and index are both on floor 2; rooms on one floor are strangers";
    check("src/store/read.rs", "use crate::IndexError;", &[sentence]);
}

#[test]
fn what_stands_inside_macros_and_attributes_obeys_the_same_laws() {
    let sentence = "src/model/key.rs imports crate::query::parse: model is on floor 0 and may not import query on floor 1; \
        a file imports only from lower floors";
    check("src/model/key.rs", "fn f() { assert!(1 == vec![(crate::query::parse)].len()) }", &[sentence]);
    check("src/model/key.rs", "proptest! { #[test] fn f(x: u8) { use crate::{query::parse}; } }", &[sentence]);
    check("src/model/key.rs", "macro_rules! f { () => { $crate::query::parse() } }", &[sentence]);
    check("src/model/key.rs", "#[derive(crate::query::parse)] struct S;", &[sentence]);
    check("src/model/key.rs", "struct S { #[serde(with = \"crate::query::parse\")] s: u8 }", &[sentence]);
    check("src/model/key.rs", "fn f() { println!(\"crate::query::parse\") }", &[]);
}

#[test]
fn a_foreign_crate_outside_its_owner_room_is_named() {
    let sentence = "src/archive/find.rs uses rocksdb::DB: the crate rocksdb belongs to store; each foreign crate has one owner room";
    check("src/archive/find.rs", "use rocksdb::DB;", &[sentence]);
    check("src/archive/find.rs", "fn f() { let x = ::rocksdb::DB; }", &[sentence]);
    let sentence = "src/archive/find.rs uses tantivy: the crate tantivy belongs to index; each foreign crate has one owner room";
    check("src/archive/find.rs", "extern crate tantivy;", &[sentence]);
    check("src/archive/find.rs", "use tantivy as t;", &[sentence]);
    check("src/transport/mod.rs", "use tokio::sync::watch;", &[]);
    let sentence = "src/archive/find.rs uses tokio::spawn: the crate tokio is for rooms from floor 4 on";
    check("src/archive/find.rs", "use tokio::spawn;", &[sentence]);
    let sentence = "src/cli/mod.rs uses syn::parse_file: the crate syn is for tests/ and benches/ only";
    check("src/cli/mod.rs", "use syn::parse_file;", &[sentence]);
}

#[test]
fn a_room_without_a_floor_is_named() {
    let lies = "src/attic/box.rs lies in attic, which is no room; give it a floor in ROOMS in tests/floors/laws.rs, or move the file";
    check("src/attic/box.rs", "", &[lies]);
    let imports = "src/cli/mod.rs imports crate::Attic: Attic is no room; import it from the room that it belongs to";
    check("src/cli/mod.rs", "use crate::Attic;", &[imports]);
    let glob = "src/cli/mod.rs imports crate::*: * is no room; import it from the room that it belongs to";
    check("src/cli/mod.rs", "use crate::*;", &[glob]);
}
