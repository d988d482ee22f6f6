//! The laws: which room stands on which floor, and which room owns which foreign crate.

use std::collections::BTreeMap;

use super::names;

/// Every room with its floor. A room imports from lower floors only, so rooms on one floor are strangers.
pub(super) const ROOMS: [(&str, u8); 12] = [
    ("model", 0),
    ("query", 1),
    ("store", 2),
    ("index", 2),
    ("media", 2),
    ("archive", 3),
    ("fetch", 4),
    ("formats", 4),
    ("transport", 4),
    ("session", 5),
    ("script", 6),
    ("cli", 7),
];

/// Files that belong to no room: they put the rooms together.
const OUTSIDE: [&str; 2] = ["src/lib.rs", "src/main.rs"];

/// Who may use a foreign crate.
#[derive(Clone, Copy)]
pub(super) enum Owner {
    /// This room.
    Room(&'static str),
    /// Every room: it does nothing that a room would own.
    Everyone,
    /// Every room from this floor on: those below have no use for it, or, as with tasks, are to know nothing of it.
    From(u8),
    /// No file under `src/`.
    Tests,
}

/// Every dependency with its owner.
pub(super) const OWNERS: [(&str, Owner); 66] = [
    ("aho_corasick", Owner::Room("script")),
    ("anstream", Owner::Room("cli")),
    ("anstyle", Owner::Room("cli")),
    ("assert_cmd", Owner::Tests),
    ("async_trait", Owner::From(4)),
    ("base64", Owner::Room("formats")),
    ("blake3", Owner::Everyone),
    ("bzip2", Owner::Room("formats")),
    ("chardetng", Owner::Room("formats")),
    ("clap", Owner::Room("cli")),
    ("clap_complete", Owner::Room("cli")),
    ("criterion", Owner::Tests),
    ("croner", Owner::Room("script")),
    ("csv", Owner::Room("formats")),
    ("emojis", Owner::Room("formats")),
    ("encoding_rs", Owner::Room("formats")),
    ("etcetera", Owner::Room("cli")),
    ("fastrand", Owner::From(4)),
    ("flate2", Owner::Room("formats")),
    ("full_moon", Owner::Room("script")),
    ("futures_util", Owner::From(4)),
    ("hmac", Owner::Room("script")),
    ("html2text", Owner::Room("formats")),
    ("http_body_util", Owner::Room("script")),
    ("hyper", Owner::Room("script")),
    ("hyper_util", Owner::Room("script")),
    ("icu_casemap", Owner::Room("index")),
    ("indicatif", Owner::Room("cli")),
    ("jiff", Owner::Everyone),
    ("jsonschema", Owner::Room("model")),
    ("liblzma", Owner::Room("formats")),
    ("linkify", Owner::Room("formats")),
    ("mail_builder", Owner::Room("formats")),
    ("mail_parser", Owner::Room("formats")),
    ("maud", Owner::Room("formats")),
    ("memchr", Owner::Everyone),
    ("mlua", Owner::Room("script")),
    ("notify", Owner::Room("script")),
    ("proptest", Owner::Everyone),
    ("pulldown_cmark", Owner::Room("formats")),
    ("regex", Owner::Room("script")),
    ("reqwest", Owner::Room("fetch")),
    ("rocksdb", Owner::Room("store")),
    ("rustc_hash", Owner::Everyone),
    ("rustix", Owner::Room("script")),
    ("rustyline", Owner::Room("cli")),
    ("serde", Owner::Everyone),
    ("serde_json", Owner::Everyone),
    ("sha2", Owner::From(4)),
    ("strsim", Owner::From(6)),
    ("syn", Owner::Tests),
    ("tantivy", Owner::Room("index")),
    ("tar", Owner::Room("formats")),
    ("tempfile", Owner::Everyone),
    ("thiserror", Owner::Everyone),
    ("tikv_jemallocator", Owner::Room("cli")),
    ("tokio", Owner::From(4)),
    ("tokio_util", Owner::From(4)),
    ("toml", Owner::From(6)),
    ("tracing", Owner::Everyone),
    ("tracing_subscriber", Owner::Room("cli")),
    ("unicode_normalization", Owner::Room("index")),
    ("unicode_segmentation", Owner::Room("index")),
    ("xxhash_rust", Owner::Everyone),
    ("zip", Owner::Room("formats")),
    ("zstd", Owner::Room("formats")),
];

fn floor_of(room: &str) -> Option<u8> {
    ROOMS.iter().find(|(name, _)| *name == room).map(|&(_, floor)| floor)
}

/// Whether this room owns this crate.
pub(super) fn owns(room: &str, name: &str) -> bool {
    OWNERS.iter().any(|&(owned, owner)| owned == name && matches!(owner, Owner::Room(owner) if owner == room))
}

/// A sentence for each law that `source` breaks as the file of this name, each once. `lent` are the names that the root has from
/// rooms: who imports one imports from its room.
pub(super) fn broken_by(file: &str, source: &str, lent: &BTreeMap<String, String>) -> Vec<String> {
    if OUTSIDE.contains(&file) {
        return Vec::new();
    }
    let modules = names::module_of(file);
    let room = modules[0].as_str();
    let Some(floor) = floor_of(room) else {
        return vec![format!(
            "{file} lies in {room}, which is no room; give it a floor in ROOMS in tests/floors/laws.rs, or move the file"
        )];
    };
    let parsed = syn::parse_file(source).unwrap_or_else(|error| panic!("{file} is not Rust: {error}"));
    let mut broken = Vec::new();
    for name in names::all_in(&parsed, modules.clone()) {
        let sentence = match &name {
            names::Name::Inside(path) => broken_inside(file, (room, floor), path, lent),
            names::Name::Foreign(path) => broken_foreign(file, room, path),
        };
        broken.extend(sentence.filter(|sentence| !broken.contains(sentence)));
    }
    broken
}

fn broken_inside(file: &str, (room, floor): (&str, u8), path: &[String], lent: &BTreeMap<String, String>) -> Option<String> {
    let first = path.first()?;
    let other = lent.get(first).unwrap_or(first).as_str();
    let imports = format!("{file} imports crate::{}", path.join("::"));
    match floor_of(other) {
        _ if other == room => None,
        None => Some(format!("{imports}: {other} is no room; import it from the room that it belongs to")),
        Some(above) if above > floor => Some(format!(
            "{imports}: {room} is on floor {floor} and may not import {other} on floor {above}; a file imports only from lower floors"
        )),
        Some(same) if same == floor => {
            Some(format!("{imports}: {room} and {other} are both on floor {floor}; rooms on one floor are strangers"))
        }
        Some(_) => None,
    }
}

fn broken_foreign(file: &str, room: &str, path: &[String]) -> Option<String> {
    let name = path.first()?.as_str();
    let &(_, owner) = OWNERS.iter().find(|(owned, _)| *owned == name)?;
    let uses = format!("{file} uses {}: the crate {name}", path.join("::"));
    match owner {
        Owner::From(lowest) if floor_of(room).is_none_or(|floor| floor < lowest) => {
            Some(format!("{uses} is for rooms from floor {lowest} on"))
        }
        Owner::Room(owner) if owner != room => Some(format!("{uses} belongs to {owner}; each foreign crate has one owner room")),
        Owner::Room(_) | Owner::Everyone | Owner::From(_) => None,
        Owner::Tests => Some(format!("{uses} is for tests/ and benches/ only")),
    }
}
