//! Stores of older formats.

use std::fs;

use rocksdb::DB;

use super::{Durability, Layout, Memory, Store, StoreError, options};
use crate::model::{ConversationId, ConversationKind, Message, MessageKey, Status};
use crate::store::{ChangeKind, Flags, Record};

const MEMORY: Memory = Memory { block_cache: 1 << 20, memtables: 8 << 20 };

/// A store with one message, as format 1 had it: without the column families that came later.
fn of_format_1() -> (tempfile::TempDir, MessageKey) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), MEMORY).unwrap();
    let mut write = store.write().unwrap();
    let message = Message::text("alice", 5, "hello");
    let key = MessageKey { conversation: write.number_or_new(&ConversationId::group("ops").unwrap()), place: message.place() };
    write.add(key, ConversationKind::Group, &Record::of(&message, Status::Sent, Flags::default()), ChangeKind::Added).unwrap();
    write.commit(Durability::Synced).unwrap();
    drop(store);
    let (options, cache) = options::database(MEMORY);
    let mut db = DB::open_cf_descriptors(&options, folder.path().join("store"), options::families(MEMORY, &cache)).unwrap();
    for family in ["outbox", "early"] {
        db.drop_cf(family).unwrap();
    }
    fs::write(folder.path().join("FORMAT"), "mynah store, format 1\n").unwrap();
    (folder, key)
}

#[test]
fn a_store_of_format_1_is_read_as_it_is() {
    let (folder, key) = of_format_1();
    let reader = Store::open_reader(folder.path(), MEMORY).unwrap();
    assert!(reader.view().get(key).unwrap().is_some());
    assert!(reader.outbox().unwrap().is_empty());
    reader.verify_files().unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("FORMAT")).unwrap(), "mynah store, format 1\n");
}

#[test]
fn a_store_of_format_1_becomes_one_of_format_2_when_it_is_opened_for_writing() {
    let (folder, key) = of_format_1();
    let store = Store::open(folder.path(), MEMORY).unwrap();
    assert!(store.view().get(key).unwrap().is_some());
    assert_eq!(Layout::new(folder.path()).check_format().unwrap(), 2);
    store.close().unwrap();
    store.verify_files().unwrap();
}

#[test]
fn a_list_of_files_that_lost_its_end_is_named() {
    let (folder, _) = of_format_1();
    Store::open(folder.path(), MEMORY).unwrap().close().unwrap();
    let store = folder.path().join("store");
    let list = store.join(fs::read_to_string(store.join("CURRENT")).unwrap().trim());
    let bytes = fs::read(&list).unwrap();
    fs::write(&list, &bytes[..bytes.len() - 1]).unwrap();
    for opened in [Store::open(folder.path(), MEMORY), Store::open_reader(folder.path(), MEMORY)] {
        assert!(matches!(opened.err(), Some(StoreError::Damaged { folder, .. }) if folder == list));
    }
}
