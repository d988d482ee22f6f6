//! Beginning and ending, also at the same time.

use std::collections::HashSet;
use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::stage::*;
use crate::tim::config::{TIMSetConfig, callExperimentalAPI};
use crate::tim::conversations::{TIMConvCreate, TIMConvGetConvList, TIMConvGetTotalUnreadMessageCount};
use crate::tim::life::*;

fn user() -> String {
    let mut buffer = [0x7f_u8; 128];
    // SAFETY: the buffer has 128 bytes.
    assert_eq!(unsafe { TIMGetLoginUserID(buffer.as_mut_ptr().cast::<c_char>()) }, 0);
    std::ffi::CStr::from_bytes_until_nul(&buffer).unwrap().to_str().unwrap().to_owned()
}

#[test]
fn before_the_beginning_and_behind_the_end_calls_say_that_it_is_not_initialised() {
    let stage = Stage::dark();
    assert_eq!(ask(|cb, data| TIMConvGetConvList(cb, data)).code, 6013);
    stage.init();
    assert_eq!(ask(|cb, data| TIMConvGetConvList(cb, data)).code, 6014);
    assert_eq!(ask(|cb, data| TIMConvGetConvList(cb, data)).desc, "not init database");
    stage.init();
    assert_eq!(TIMUninit(), 0);
    let unread = ask(|cb, data| TIMConvGetTotalUnreadMessageCount(cb, data));
    assert_eq!((unread.code, unread.json.as_str()), (6013, "{\"conv_get_total_unread_message_count_result_unread_count\":0}"));
    assert_eq!(ask(|cb, data| TIMLogout(cb, data)).code, 6013);
}

#[test]
fn who_is_logged_in_is_known_until_the_logout() {
    let _stage = Stage::new();
    assert_eq!((TIMGetLoginStatus(), user().as_str()), (3, ""));
    login("Anna");
    assert_eq!((TIMGetLoginStatus(), user().as_str()), (1, "Anna"));
    assert!(TIMGetServerTime() > 1_700_000_000);
    let again = Mailbox::new();
    begin_login("Berta", again);
    assert_eq!(again.next().code, 7501);
    logout();
    assert_eq!((TIMGetLoginStatus(), user().as_str()), (3, ""));
    login("Berta");
    assert_eq!(user(), "Berta");
}

#[test]
fn a_name_that_nobody_can_have_is_refused_and_a_long_one_has_a_folder() {
    let _stage = Stage::new();
    for name in ["x".repeat(97).as_str(), "a\nb", "\u{7f}"] {
        let mailbox = Mailbox::new();
        begin_login(name, mailbox);
        assert_eq!(mailbox.next().code, 7003, "{name:?}");
    }
    let long = "安".repeat(32);
    login(&long);
    assert_eq!(user(), long);
    // SAFETY: NULL is allowed to be refused.
    assert_eq!(unsafe { TIMGetLoginUserID(std::ptr::null_mut()) }, -4);
}

#[test]
fn logging_in_and_out_at_once_happens_in_order() {
    let _stage = Stage::new();
    let (logins, logouts) = (Mailbox::new(), Mailbox::new());
    for _ in 0..5 {
        begin_login("anna", logins);
        assert_eq!(logins.next().code, 0);
        assert_eq!(TIMLogout(Some(answered), logouts.user_data()), 0);
        begin_login("anna", logins);
        assert_eq!((logouts.next().code, logins.next().code), (0, 0));
        logout();
    }
}

#[test]
fn a_call_while_the_login_goes_on_waits_for_it_and_keeps_its_place() {
    let _stage = Stage::new();
    let (login, lists) = (Mailbox::new(), Mailbox::new());
    begin_login("anna", login);
    for number in 0..200 {
        if number % 2 == 0 {
            assert_eq!(TIMConvGetConvList(Some(answered), lists.user_data()), 0);
        } else {
            assert_eq!(TIMConvGetTotalUnreadMessageCount(Some(answered), lists.user_data()), 0);
        }
    }
    for number in 0..200 {
        let told = lists.next();
        assert_eq!((told.code, told.json == "[]"), (0, number % 2 == 0), "call {number}");
    }
    assert_eq!(login.next().code, 0);
}

#[test]
fn an_end_in_the_middle_of_a_login_answers_everything_once_and_nothing_later() {
    let stage = Stage::dark();
    for round in 0..20_u64 {
        stage.init();
        let (login, lists) = (Mailbox::new(), Mailbox::new());
        begin_login("anna", login);
        for _ in 0..10 {
            assert_eq!(TIMConvGetConvList(Some(answered), lists.user_data()), 0);
        }
        // The end comes at another moment of the login each time.
        for _ in 0..round * 200 {
            thread::yield_now();
        }
        TIMUninit();
        let (logins, lists) = (login.so_far(), lists.so_far());
        assert_eq!((logins.len(), lists.len()), (1, 10));
        assert!([0, 7009].contains(&logins[0].code));
        assert!(lists.iter().all(|told| [0, 7009].contains(&told.code)), "{lists:?}");
    }
}

static CALLED_BACK: AtomicUsize = AtomicUsize::new(0);
static ENDED: AtomicBool = AtomicBool::new(false);
/// All calls of the story are made.
static MADE: AtomicBool = AtomicBool::new(false);

unsafe extern "C" fn end(_: i32, _: *const c_char, _: *const c_char, _: *const c_void) {
    CALLED_BACK.fetch_add(1, Ordering::SeqCst);
    while !MADE.load(Ordering::SeqCst) {
        thread::yield_now();
    }
    TIMUninit();
    ENDED.store(true, Ordering::SeqCst);
}

unsafe extern "C" fn count(_: i32, _: *const c_char, _: *const c_char, _: *const c_void) {
    assert!(!ENDED.load(Ordering::SeqCst), "no callback comes behind the end");
    CALLED_BACK.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn an_end_from_a_callback_returns_and_drops_what_is_pending() {
    let stage = Stage::new();
    login("anna");
    let nobody = std::ptr::null();
    TIMConvGetConvList(Some(count), nobody);
    TIMConvGetConvList(Some(end), nobody);
    for _ in 0..100 {
        TIMConvGetConvList(Some(count), nobody);
    }
    MADE.store(true, Ordering::SeqCst);
    crate::desk::desk().drain();
    assert!(ENDED.load(Ordering::SeqCst));
    assert_eq!(CALLED_BACK.load(Ordering::SeqCst), 2);
    stage.init();
    login("anna");
}

#[test]
fn calls_of_eight_threads_are_answered_once_whatever_begins_and_ends_meanwhile() {
    let stage = Stage::new();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let callers: Vec<_> = (0..8)
            .map(|number| {
                let is_over = &is_over;
                scope.spawn(move || {
                    let name = c(&format!("peer{number}"));
                    let answers = Mailbox::new();
                    let mut threads = Vec::new();
                    while !is_over.load(Ordering::Relaxed) {
                        for _ in 0..10 {
                            // SAFETY: the text ends with a NUL.
                            assert_eq!(unsafe { TIMConvCreate(name.as_ptr(), 1, Some(answered), answers.user_data()) }, 0);
                            assert_eq!(TIMConvGetConvList(Some(answered), answers.user_data()), 0);
                        }
                        for _ in 0..20 {
                            let told = answers.next();
                            assert!([0, 6013, 6014, 7009].contains(&told.code), "{told:?}");
                            threads.push(told.thread);
                        }
                    }
                    threads.dedup();
                    (answers, threads)
                })
            })
            .collect();
        let mailbox = Mailbox::new();
        for _ in 0..10 {
            begin_login("anna", mailbox);
            assert_eq!(TIMLogout(Some(answered), mailbox.user_data()), 0);
            begin_login("anna", mailbox);
            TIMUninit();
            assert_eq!(mailbox.so_far().len(), 3);
            stage.init();
        }
        login("anna");
        logout();
        is_over.store(true, Ordering::Relaxed);
        let answers: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
        TIMUninit();
        let threads: HashSet<_> = answers.iter().flat_map(|(_, threads)| threads).collect();
        assert_eq!(threads.len(), 1, "all callbacks come from one thread");
        assert!(answers.iter().all(|(answers, _)| answers.so_far().is_empty()), "no call is answered twice");
    });
}

#[test]
fn settings_are_echoed_as_they_came_also_before_the_beginning() {
    let _stage = Stage::dark();
    let given = "{ \"set_config_log_level\" : 3,  \"unknown\": [1, ]}";
    // SAFETY: the text ends with a NUL.
    let told = ask(|cb, data| unsafe { TIMSetConfig(c(given).as_ptr(), cb, data) });
    assert_eq!((told.code, told.json.as_str(), told.desc.as_str()), (0, given, ""));
    for (text, code) in [("", -4), ("[]", -3), ("{", -3), ("7", -3)] {
        // SAFETY: the text ends with a NUL.
        assert_eq!(unsafe { TIMSetConfig(c(text).as_ptr(), None, std::ptr::null()) }, code, "{text}");
    }
    // SAFETY: the text ends with a NUL.
    let told = ask(|cb, data| unsafe { callExperimentalAPI(c"{}".as_ptr(), cb, data) });
    assert_eq!((told.code, told.json.as_str()), (0, ""));
}
