//! Rows of scripts: their bytes, their order, what stays apart, what is counted.

use proptest::prelude::*;

use super::super::{ChangeKind, Durability, Flags, JournalNo, Memory, Record, Store};
use super::{LOOK_EVERY, ScriptKey, ScriptRows, Usage};
use crate::model::{ConversationId, ConversationKind, Message, MessageKey, Status};

const MEMORY: Memory = Memory { block_cache: 1 << 20, memtables: 8 << 20 };

fn open(folder: &tempfile::TempDir) -> Store {
    Store::open(folder.path(), MEMORY).unwrap()
}

fn put(store: &Store, rows: &[(ScriptKey<'_>, Option<&[u8]>)]) {
    let mut write = store.write().unwrap();
    for (key, value) in rows {
        write.put_script_row(*key, *value).unwrap();
    }
    write.commit(Durability::Buffered).unwrap();
}

fn value<'a>(script: &'a str, owner: &'a str, key: &'a str) -> ScriptKey<'a> {
    ScriptKey::Value { script, shelf: 1, owner, key }
}

/// The bytes of format 3. They never change: a store on somebody's disk has them.
#[test]
fn the_keys_of_scripts_of_format_3_still_read() {
    let script = "ab";
    let keys: [(ScriptKey<'_>, &str, &[u8]); 11] = [
        (ScriptKey::Value { script, shelf: 2, owner: "me", key: "k" }, "script_kv", b"\x02ab\x02\x02mek"),
        (ScriptKey::Timer { script, id: "t1" }, "timers", b"\x02abt1"),
        (ScriptKey::State { script }, "scripts", b"\x01ab"),
        (ScriptKey::Done { script, no: 258, label: "x#1" }, "scripts", b"\x02\x02ab\0\0\0\0\0\0\x01\x02x#1"),
        (ScriptKey::Dead { script, no: 1 }, "scripts", b"\x03\x02ab\0\0\0\0\0\0\0\x01"),
        (ScriptKey::Dialog { script, id: "d" }, "scripts", b"\x04\x02abd"),
        (ScriptKey::Inbox { script, no: 1 }, "scripts", b"\x05\x02ab\0\0\0\0\0\0\0\x01"),
        (ScriptKey::Act { no: 1 }, "scripts", b"\x06\0\0\0\0\0\0\0\x01"),
        (ScriptKey::Source { hash: [7; 32] }, "scripts", &[7; 33]),
        (ScriptKey::Trace { script, no: 1 }, "scripts", b"\x08\x02ab\0\0\0\0\0\0\0\x01"),
        (ScriptKey::Changed { message: [9; 16] }, "scripts", &[9; 17]),
    ];
    for (key, family, bytes) in keys {
        assert_eq!(key.encode(), (family, bytes.to_vec()), "{key:?}");
        assert_eq!(ScriptKey::decode(family, bytes), Some(key));
        assert_eq!(key.into_owned().borrow(), key);
    }
    for cut in 0..4 {
        assert_eq!(ScriptKey::decode("scripts", &b"\x03\x02ab\0\0"[..cut]), None);
    }
    assert_eq!(ScriptKey::decode("scripts", b"\x0a"), None);
}

#[test]
fn debug_of_a_key_says_whose_it_is_and_not_what_people_wrote() {
    let shown = format!("{:?}", value("remind", "c2c:bob", "secret").into_owned());
    assert_eq!(shown, r#"Value("remind")"#);
}

#[test]
fn no_name_reaches_into_the_rows_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let keys = [value("a", "b", "c"), value("a", "", "bc"), value("ab", "", "c"), value("a", "bc", ""), value("a\u{1}", "b", "c")];
    put(&store, &keys.map(|key| (key, Some(b"1".as_slice()))));
    for key in keys {
        let ScriptKey::Value { script, shelf, owner, .. } = key else { unreachable!("all are values") };
        let shelf = store.script_rows(ScriptRows::Shelf { script, shelf, owner, prefix: "" }, None, 9).unwrap();
        assert_eq!(shelf.iter().map(|(found, _)| found.borrow()).collect::<Vec<_>>(), [key]);
    }
    assert_eq!(store.script_rows(ScriptRows::Values { script: "a" }, None, 9).unwrap().len(), 3);
    let timers = [ScriptKey::Timer { script: "a", id: "b1" }, ScriptKey::Timer { script: "ab", id: "1" }];
    put(&store, &timers.map(|key| (key, Some(b"".as_slice()))));
    assert_eq!(store.script_rows(ScriptRows::Timers { script: Some("a") }, None, 9).unwrap().len(), 1);
    assert_eq!(store.script_rows(ScriptRows::Timers { script: None }, None, 9).unwrap().len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_shelf_is_in_the_byte_order_of_its_keys_page_by_page(
        keys in prop::collection::btree_set("[a-c\u{0}\u{7f}é漢]{0,4}", 0..20),
        others in prop::collection::vec(("[ab]{0,2}", "[a-c]{0,2}", ".{0,3}"), 0..10),
        prefix in "[a-c]{0,1}",
        page in 1_usize..5,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        let others: Vec<_> = others.iter().filter(|(script, owner, _)| (script.as_str(), owner.as_str()) != ("a", "c")).collect();
        put(&store, &others.iter().map(|(script, owner, key)| (value(script, owner, key), Some(b"".as_slice()))).collect::<Vec<_>>());
        put(&store, &keys.iter().map(|key| (value("a", "c", key), Some(key.as_bytes()))).collect::<Vec<_>>());
        let shelf = ScriptRows::Shelf { script: "a", shelf: 1, owner: "c", prefix: &prefix };
        let mut found: Vec<String> = Vec::new();
        loop {
            let after = found.last().cloned();
            let rows = store.script_rows(shelf, after.as_deref().map(|after| value("a", "c", after)), page).unwrap();
            prop_assert!(rows.len() <= page);
            let is_last = rows.is_empty();
            for (_, value) in rows {
                found.push(String::from_utf8(value).unwrap());
            }
            if is_last {
                break;
            }
        }
        let expected: Vec<String> = keys.into_iter().filter(|key| key.starts_with(&prefix)).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn what_a_script_keeps_is_counted_along_with_every_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    put(&store, &[(value("a", "", "k"), Some(b"123"))]);
    let bytes = |text: &str| (value("a", "", "k").encode().1.len() + text.len()) as u64;
    assert_eq!(store.script_usage("a").unwrap(), Usage { rows: 1, bytes: bytes("123") });
    put(&store, &[(value("a", "", "l"), Some(b"1")), (value("a", "", "k"), Some(b"")), (value("b", "", "k"), Some(b"other"))]);
    assert_eq!(store.script_usage("a").unwrap(), Usage { rows: 2, bytes: bytes("") + bytes("1") });
    put(&store, &[(value("a", "", "l"), None), (value("a", "", "l"), Some(b"12")), (value("a", "", "x"), None)]);
    assert_eq!(store.script_usage("a").unwrap(), Usage { rows: 2, bytes: bytes("") + bytes("12") });
    drop(store.write().unwrap().put_script_row(value("a", "", "never"), Some(b"written")));
    let counted = store.script_usage("a").unwrap();
    drop(store);
    assert_eq!(open(&folder).script_usage("a").unwrap(), counted);
    let store = open(&folder);
    store.script_usage("a").unwrap();
    let mut write = store.write().unwrap();
    write.remove_script_rows(ScriptRows::Values { script: "a" }).unwrap();
    write.commit(Durability::Buffered).unwrap();
    assert_eq!(store.script_usage("a").unwrap(), Usage::default());
    assert_eq!(store.script_usage("b").unwrap().rows, 1);
}

#[test]
fn the_journal_keeps_what_a_script_has_still_to_see_and_is_trimmed_now_and_then() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert_eq!(store.script_cursor("a").unwrap(), None);
    assert_eq!(store.new_script_cursor("a").unwrap(), JournalNo(0));
    store.new_script_cursor("b").unwrap();
    let ops = ConversationId::group("ops").unwrap();
    for first in (1..=LOOK_EVERY).step_by(1_000) {
        let mut write = store.write().unwrap();
        for seq in first..first + 1_000 {
            let mut message = Message::text("alice", 5, "hello");
            message.seq = seq;
            let key = MessageKey { conversation: write.number_or_new(&ops), place: message.place() };
            write.add(key, ConversationKind::Group, &Record::of(&message, Status::Sent, Flags::default()), ChangeKind::Added).unwrap();
        }
        write.commit(Durability::Buffered).unwrap();
    }
    let pass = |script: &str, no| {
        let mut write = store.write().unwrap();
        write.put_script_cursors(&[(script.to_owned(), JournalNo(no))]).unwrap();
        write.commit(Durability::Buffered).unwrap();
        store.oldest_change().unwrap().unwrap().0
    };
    assert_eq!(pass("a", 5_500), 1, "the other one has seen nothing");
    assert_eq!(store.script_cursor("a").unwrap(), Some(JournalNo(5_500)));
    store.trim_looked.store(0, std::sync::atomic::Ordering::Release);
    assert_eq!(pass("b", 7_000), 5_001, "the row with change 5,501 stays");
    assert_eq!(pass("a", 9_000), 5_001, "nobody looks again so soon");
    assert_eq!(store.new_cursor("reader:x").unwrap(), JournalNo(LOOK_EVERY));
    store.put_cursor("reader:x", JournalNo(LOOK_EVERY)).unwrap();
    assert_eq!(store.oldest_change().unwrap().unwrap().0, 7_001, "other readers respect the cursors of scripts");
}
