//! Stores of older formats.

use std::fs;

use rocksdb::DB;

use super::layout::family::LATER;
use super::{Durability, Layout, Memory, Store, StoreError, options};
use crate::model::{ConversationId, ConversationKind, Message, MessageKey, Status};
use crate::store::{ChangeKind, Flags, Record};

const MEMORY: Memory = Memory { block_cache: 1 << 20, memtables: 8 << 20 };

/// A store with one message, as an older format had it: without the column families that came later.
fn of_format(format: u32) -> (tempfile::TempDir, MessageKey) {
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
    for (family, _) in LATER.iter().filter(|(_, since)| *since > format) {
        db.drop_cf(family).unwrap();
    }
    fs::write(folder.path().join("FORMAT"), format!("mynah store, format {format}\n")).unwrap();
    (folder, key)
}

#[test]
fn a_store_of_an_older_format_is_read_as_it_is() {
    for format in [1, 2, 3] {
        let (folder, key) = of_format(format);
        let reader = Store::open_reader(folder.path(), MEMORY).unwrap();
        assert!(reader.view().get(key).unwrap().is_some());
        assert!(reader.outbox().unwrap().is_empty());
        reader.verify_files().unwrap();
        let written = fs::read_to_string(folder.path().join("FORMAT")).unwrap();
        assert_eq!(written, format!("mynah store, format {format}\n"));
    }
}

#[cfg(feature = "script")]
#[test]
fn a_store_of_an_older_format_has_nothing_of_scripts() {
    let (folder, _) = of_format(2);
    let reader = Store::open_reader(folder.path(), MEMORY).unwrap();
    assert!(reader.script_row(super::ScriptKey::State { script: "a" }).unwrap().is_none());
    assert!(reader.script_rows(super::ScriptRows::Timers { script: None }, None, 9).unwrap().is_empty());
    assert_eq!(reader.script_usage("a").unwrap(), super::Usage::default());
}

#[test]
fn a_store_of_an_older_format_becomes_one_of_this_when_it_is_opened_for_writing() {
    for format in [1, 2, 3] {
        let (folder, key) = of_format(format);
        let store = Store::open(folder.path(), MEMORY).unwrap();
        assert!(store.view().get(key).unwrap().is_some());
        assert_eq!(Layout::new(folder.path()).check_format().unwrap(), 4);
        store.close().unwrap();
        store.verify_files().unwrap();
    }
}

/// The bytes of format 4. They never change: a store on somebody's disk has them.
#[test]
fn a_description_of_format_4_still_reads() {
    const ROW: &str =
        r#"{"name":"ops","topic":"on call","kind":"channel","source":"slack","members":[{"id":"U1","name":"Ann"},{"id":"U2"}]}"#;
    let (folder, key) = of_format(4);
    let family = "abouts";
    let store = Store::open(folder.path(), MEMORY).unwrap();
    store.db.put_cf(store.family(family).unwrap(), key.conversation.0.to_be_bytes(), ROW).unwrap();
    drop(store);
    let store = Store::open(folder.path(), MEMORY).unwrap();
    let about = store.conversations().record(key.conversation).unwrap().about.clone().unwrap();
    assert_eq!((about.name.as_str(), about.topic.as_str(), about.members.len()), ("ops", "on call", 2));
    let mut write = store.write().unwrap();
    write.conversation_mut(key.conversation).unwrap().about = Some(std::sync::Arc::new(crate::model::About::clone(&about)));
    write.commit(Durability::Synced).unwrap();
    let row = store.db.get_cf(store.family(family).unwrap(), key.conversation.0.to_be_bytes()).unwrap();
    assert_eq!(row.as_deref(), Some(ROW.as_bytes()));
}

#[test]
fn a_list_of_files_that_lost_its_end_is_named() {
    let (folder, _) = of_format(1);
    Store::open(folder.path(), MEMORY).unwrap().close().unwrap();
    let store = folder.path().join("store");
    let list = store.join(fs::read_to_string(store.join("CURRENT")).unwrap().trim());
    let bytes = fs::read(&list).unwrap();
    fs::write(&list, &bytes[..bytes.len() - 1]).unwrap();
    for opened in [Store::open(folder.path(), MEMORY), Store::open_reader(folder.path(), MEMORY)] {
        assert!(matches!(opened.err(), Some(StoreError::Damaged { folder, .. }) if folder == list));
    }
}

#[test]
fn a_store_whose_list_of_files_lost_a_column_family_is_named() {
    let (folder, _) = of_format(3);
    fs::write(folder.path().join("FORMAT"), "mynah store, format 4\n").unwrap();
    for opened in [Store::open(folder.path(), MEMORY), Store::open_reader(folder.path(), MEMORY)] {
        let error = opened.err().unwrap().to_string();
        assert!(error.contains("lacks the column family abouts"), "{error}");
    }
}

#[test]
fn a_backup_of_an_older_format_is_restored_as_one_of_it_and_opened() {
    let (folder, key) = of_format(4);
    let (backups, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut store = Store::open(folder.path(), MEMORY).unwrap();
    store.db.drop_cf("abouts").unwrap();
    store.backup(backups.path()).unwrap();
    let restored = Layout::new(&target.path().join("restored"));
    Store::restore(backups.path(), &restored).unwrap();
    assert_eq!(restored.check_format().unwrap(), 3);
    let store = Store::open(restored.root(), MEMORY).unwrap();
    assert!(store.view().get(key).unwrap().is_some());
    assert_eq!(restored.check_format().unwrap(), 4);
}
