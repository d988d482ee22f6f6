//! Archives through the small API.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::plain::changing::*;
use crate::plain::code::mynah_code::{self, *};
use crate::plain::importing::*;
use crate::plain::journal::*;
use crate::plain::keeping::*;
use crate::plain::memory::mynah_free;
use crate::plain::opening::*;
use crate::plain::reading::*;
use crate::plain::searching::*;

fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

/// A text that was given, freed.
fn taken(text: *mut c_char) -> String {
    assert!(!text.is_null());
    // SAFETY: the library gave it.
    unsafe {
        let copy = CStr::from_ptr(text).to_str().unwrap().to_owned();
        mynah_free(text);
        copy
    }
}

/// What a call gives that has to be done.
#[track_caller]
fn given(call: impl FnOnce(*mut *mut c_char, *mut *mut c_char) -> mynah_code) -> Value {
    let (mut out, mut error) = (null_mut(), null_mut());
    let code = call(&raw mut out, &raw mut error);
    assert!(code == MYNAH_OK && error.is_null(), "{code:?}: {}", taken(error));
    serde_json::from_str(&taken(out)).unwrap()
}

/// How a call fails.
#[track_caller]
fn refused(call: impl FnOnce(*mut *mut c_char, *mut *mut c_char) -> mynah_code) -> (mynah_code, String) {
    let (mut out, mut error) = (null_mut(), null_mut());
    let code = call(&raw mut out, &raw mut error);
    assert!(out.is_null(), "nothing is given");
    (code, taken(error))
}

fn open(folder: &std::path::Path) -> *mut mynah_archive {
    let mut archive = null_mut();
    // SAFETY: the texts end with a NUL, the handle can be written to.
    let code = unsafe { mynah_open(c(folder.to_str().unwrap()).as_ptr(), null(), &raw mut archive, null_mut()) };
    assert_eq!(code, MYNAH_OK);
    archive
}

fn messages() -> String {
    let texts = ["the deploy is done", "tea?", "deploy again"];
    let line = |(time, text): (u64, &str)| {
        json!({ "message_sender": "alice", "message_server_time": time, "message_client_time": time,
            "message_elem_array": [{ "elem_type": 0, "text_elem_content": text }] })
        .to_string()
    };
    (1_700_000_000..).zip(texts).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_imported_is_listed_searched_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    let (ops, lines) = (c("group:ops"), messages() + "\n{broken\n");
    // SAFETY: the archive is open, the texts end with a NUL, what is given is freed.
    unsafe {
        let import = |out, error| mynah_import(archive, ops.as_ptr(), lines.as_ptr().cast(), lines.len(), out, error);
        let report = given(import);
        assert_eq!((&report["new"], &report["refused"], &report["reasons"][0]["line"]), (&json!(3), &json!(1), &json!(4)));
        assert_eq!(given(import)["known"], 3);

        let page = given(|out, error| mynah_history(archive, ops.as_ptr(), c"{\"limit\":2}".as_ptr(), out, error));
        assert_eq!(page["messages"].as_array().unwrap().len(), 2);
        let rest = c(&json!({ "limit": 2, "cursor": page["next"] }).to_string());
        let rest = given(|out, error| mynah_history(archive, ops.as_ptr(), rest.as_ptr(), out, error));
        assert_eq!((rest["messages"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));

        let id = page["messages"][0]["message_msg_id"].as_str().unwrap().to_owned();
        let ids = c(&json!([id]).to_string());
        let options = c"{\"by_conversation\":true,\"facets\":5,\"timeline\":\"day\",\"zone\":\"UTC\"}";
        let search = |query: &'static CStr| given(|out, error| mynah_search(archive, query.as_ptr(), options.as_ptr(), out, error));
        let found = search(c"deploy");
        assert_eq!((&found["total"], &found["complete"], &found["conversations"]["group:ops"]), (&json!(2), &json!(true), &json!(2)));
        assert_eq!((&found["facets"]["senders"]["alice"], &found["timeline"]["1699920000"]), (&json!(2), &json!(2)));
        assert_eq!(found["hits"][0]["highlights"], json!([[0, 6]]));
        let contains = given(|out, error| mynah_search(archive, c"PLOY".as_ptr(), c"{\"contains\":true}".as_ptr(), out, error));
        assert_eq!(contains["total"], 2);
        let param = c"{\"msg_search_param_keyword_array\":[\"tea\"]}";
        assert_eq!(given(|out, error| mynah_search_param(archive, param.as_ptr(), out, error))["msg_search_result_total_count"], 1);

        let id = c(&id);
        given(|out, error| mynah_edit(archive, id.as_ptr(), c"rollback".as_ptr(), out, error));
        assert_eq!(search(c"rollback")["total"], 1);
        let noted = given(|out, error| mynah_annotate(archive, id.as_ptr(), &7, c"seen".as_ptr(), out, error));
        assert_eq!((&noted["message_custom_int"], &noted["message_custom_str"]), (&json!(7), &json!("seen")));
        assert_eq!(given(|out, error| mynah_recall(archive, id.as_ptr(), out, error))["message_status"], 6);
        let mut count = 0;
        assert_eq!(mynah_delete(archive, ops.as_ptr(), ids.as_ptr(), &raw mut count, null_mut()), MYNAH_OK);
        assert_eq!(count, 1);
        assert_eq!(given(|out, error| mynah_find(archive, ids.as_ptr(), out, error))[0]["message_status"], 4);
        assert_eq!(mynah_purge(archive, ops.as_ptr(), ids.as_ptr(), &raw mut count, null_mut()), MYNAH_OK);
        assert_eq!(given(|out, error| mynah_find(archive, ids.as_ptr(), out, error)), json!([]));
        let listed = given(|out, error| mynah_conversations(archive, out, error));
        assert_eq!((&listed[0]["conversation"], &listed[0]["messages"]), (&json!("group:ops"), &json!(2)));
        let locator = c(&json!([{ "message_locator_time": rest["messages"][0]["message_server_time"],
            "message_locator_seq": rest["messages"][0]["message_seq"], "message_locator_rand": rest["messages"][0]["message_rand"] }])
        .to_string());
        let located = given(|out, error| mynah_locate(archive, ops.as_ptr(), locator.as_ptr(), out, error));
        assert_eq!(located, rest["messages"]);
        assert_eq!(mynah_compact(archive, null_mut()), MYNAH_OK);
        assert_eq!(given(|out, error| mynah_check(archive, out, error))["findings"], json!([]));
        assert_eq!(mynah_clear(archive, ops.as_ptr(), &raw mut count, null_mut()), MYNAH_OK);
        assert_eq!((count, &given(|out, error| mynah_stats(archive, out, error))["messages"]), (2, &json!(0)));
        assert_eq!(mynah_delete_conversation(archive, ops.as_ptr(), null_mut(), null_mut()), MYNAH_OK);
        assert_eq!(given(|out, error| mynah_conversations(archive, out, error)), json!([]));
        mynah_close(archive);
    }
}

unsafe extern "C" fn gather(message: *const c_char, length: usize, user_data: *mut c_void) -> c_int {
    // SAFETY: the test below passes a list that nobody else uses meanwhile.
    let list = unsafe { &mut *user_data.cast::<Vec<String>>() };
    // SAFETY: the library gives `length` bytes.
    list.push(String::from_utf8(unsafe { std::slice::from_raw_parts(message.cast::<u8>(), length) }.to_vec()).unwrap());
    c_int::from(list.len() == 2)
}

unsafe extern "C" fn ring(no: u64, user_data: *mut c_void) {
    // SAFETY: the test below passes a number that lives long enough.
    unsafe { &*user_data.cast::<AtomicU64>() }.store(no, Ordering::SeqCst);
}

#[test]
fn changes_ring_and_are_read_and_what_is_exported_and_backed_up_makes_the_same_archive() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let (archive, lines) = (open(&place("a")), messages());
    let newest = AtomicU64::new(0);
    // SAFETY: the archive is open, the texts end with a NUL, what is given is freed, `newest` outlives the bell.
    unsafe {
        let mut bell = null_mut();
        let user_data = (&raw const newest).cast_mut().cast();
        assert_eq!(mynah_on_change(archive, Some(ring), user_data, &raw mut bell, null_mut()), MYNAH_OK);
        given(|out, error| mynah_import(archive, c"c2c:alice".as_ptr(), lines.as_ptr().cast(), lines.len(), out, error));
        assert_eq!(newest.load(Ordering::SeqCst), mynah_journal_head(archive));
        mynah_bell_free(bell);
        let one = c(lines.lines().next().unwrap());
        let saved = given(|out, error| mynah_save(archive, c"c2c:berta".as_ptr(), one.as_ptr(), out, error));
        assert_eq!(saved["message_conv_id"], "berta");
        assert!(newest.load(Ordering::SeqCst) < mynah_journal_head(archive));
        let mut is_there = 7;
        assert_eq!(mynah_wait_for_change(archive, newest.load(Ordering::SeqCst), 0, &raw mut is_there, null_mut()), MYNAH_OK);
        assert_eq!(is_there, 1);
        let changes = given(|out, error| mynah_changes(archive, newest.load(Ordering::SeqCst), 10, out, error));
        assert_eq!(changes["next"], mynah_journal_head(archive));
        assert_eq!((&changes["changes"][0]["event"], &changes["changes"][0]["id"]), (&json!("added"), &saved["message_msg_id"]));

        let mut two: Vec<String> = Vec::new();
        assert_eq!(mynah_export(archive, null(), Some(gather), (&raw mut two).cast(), null_mut()), MYNAH_OK);
        assert_eq!(two.len(), 2, "it ends when it is told to");
        assert_eq!(mynah_backup(archive, c(place("backup").to_str().unwrap()).as_ptr(), null_mut()), MYNAH_OK);
        let mut reader = null_mut();
        assert_eq!(mynah_open_reader(c(place("a").to_str().unwrap()).as_ptr(), null(), &raw mut reader, null_mut()), MYNAH_OK);
        assert_eq!(given(|out, error| mynah_stats(reader, out, error))["messages"], 4);
        assert_eq!(refused(|_, error| mynah_clear(reader, c"c2c:berta".as_ptr(), null_mut(), error)).0, MYNAH_READ_ONLY);
        assert_eq!(mynah_refresh(reader, null_mut()), MYNAH_OK);
        mynah_close(reader);
        mynah_close(archive);
        assert_eq!(
            mynah_restore(c(place("backup").to_str().unwrap()).as_ptr(), c(place("b").to_str().unwrap()).as_ptr(), null_mut()),
            MYNAH_OK
        );
        let restored = open(&place("b"));
        assert_eq!(given(|out, error| mynah_stats(restored, out, error))["messages"], 4);
        std::fs::write(place("more.jsonl"), &lines).unwrap();
        let more = c(place("more.jsonl").to_str().unwrap());
        assert_eq!(given(|out, error| mynah_import_file(restored, c"c2c:alice".as_ptr(), more.as_ptr(), out, error))["known"], 3);
        assert_eq!(mynah_reindex(restored, null_mut()), MYNAH_OK);
        assert_eq!(mynah_sync(restored, null_mut()), MYNAH_OK);
        mynah_close(restored);
    }
}

#[test]
fn what_cannot_be_used_is_refused_with_a_code_and_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    let ops = c"group:ops";
    // SAFETY: the archive is open, the texts end with a NUL or are NULL, what is given is freed.
    unsafe {
        let argument =
            |(code, text): (mynah_code, String), words: &str| assert!(code == MYNAH_ARGUMENT && text.contains(words), "{code:?}: {text}");
        argument(refused(|out, error| mynah_history(null(), ops.as_ptr(), null(), out, error)), "archive is NULL");
        argument(refused(|out, error| mynah_history(archive, null(), null(), out, error)), "conversation is NULL");
        argument(refused(|out, error| mynah_history(archive, c"ops".as_ptr(), null(), out, error)), "c2c:ID or group:ID");
        argument(refused(|out, error| mynah_history(archive, c"group:\xff".as_ptr(), null(), out, error)), "no UTF-8 from byte 6");
        argument(refused(|out, error| mynah_history(archive, ops.as_ptr(), c"{\"limt\":2}".as_ptr(), out, error)), "unknown option");
        argument(
            refused(|out, error| mynah_history(archive, ops.as_ptr(), c"{\"types\":[\"txt\"]}".as_ptr(), out, error)),
            "no such element",
        );
        argument(refused(|out, error| mynah_history(archive, ops.as_ptr(), c"{\"cursor\":\"x\"}".as_ptr(), out, error)), "cursor");
        argument(refused(|out, error| mynah_find(archive, c"[".as_ptr(), out, error)), "no JSON at line 1");
        argument(refused(|out, error| mynah_search(archive, c"x".as_ptr(), c"{\"zone\":\"Mars\"}".as_ptr(), out, error)), "time zone");
        argument(refused(|out, error| mynah_save(archive, ops.as_ptr(), c"[]".as_ptr(), out, error)), "");
        argument(refused(|_, error| mynah_open(c"x".as_ptr(), null(), null_mut(), error)), "handle is NULL");
        assert_eq!(refused(|out, error| mynah_edit(archive, c"nobody-1-1".as_ptr(), c"x".as_ptr(), out, error)).0, MYNAH_UNKNOWN);
        assert_eq!(refused(|_, error| mynah_mark_read(archive, null(), c"nobody-1-1".as_ptr(), null_mut(), error)).0, MYNAH_UNKNOWN);
        let mut second = null_mut();
        let again = c(folder.path().to_str().unwrap());
        assert_eq!(refused(|_, error| mynah_open(again.as_ptr(), null(), &raw mut second, error)).0, MYNAH_LOCKED);
        assert!(second.is_null());
        let missing = c"{\"existing\":true}";
        let nowhere = c(folder.path().join("nowhere").to_str().unwrap());
        assert_eq!(refused(|_, error| mynah_open(nowhere.as_ptr(), missing.as_ptr(), &raw mut second, error)).0, MYNAH_UNKNOWN);
        // Nobody has to take what is given.
        assert_eq!(mynah_history(archive, ops.as_ptr(), null(), null_mut(), null_mut()), MYNAH_OK);
        assert_eq!(mynah_mark_read(archive, null(), null(), null_mut(), null_mut()), MYNAH_OK);
        mynah_free(null_mut());
        mynah_close(null_mut());
        mynah_close(archive);
    }
}
