//! What every story needs: the library for itself, a folder, callbacks that can be waited for, and a peer on the same hub.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

use engine::session::{Session, SessionOptions};
use engine::transport::loopback::Hub;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::answer::CommCallback;
use crate::listeners::listeners;
use crate::tim::life::{TIMInit, TIMLogin, TIMLogout, TIMUninit};
use crate::tim::setters::*;

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(30);
pub(super) const APP: u64 = 1_400_000_000;

static ONE: Mutex<()> = Mutex::new(());

/// A library that is initialised, in a folder of its own.
pub(super) struct Stage {
    pub(super) folder: TempDir,
    _one: MutexGuard<'static, ()>,
}

impl Stage {
    /// A library that is initialised.
    pub(super) fn new() -> Self {
        let stage = Self::dark();
        stage.init();
        stage
    }

    /// A library that is not.
    pub(super) fn dark() -> Self {
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        Self { folder: tempfile::tempdir().unwrap(), _one: one }
    }

    pub(super) fn init(&self) {
        let config = c(&json!({ "sdk_config_config_file_path": self.folder.path() }).to_string());
        // SAFETY: the text ends with a NUL.
        assert_eq!(unsafe { TIMInit(APP, config.as_ptr()) }, 0);
    }

    pub(super) fn hub(&self) -> PathBuf {
        self.folder.path().join(APP.to_string()).join("hub")
    }

    /// Somebody else on the same hub.
    pub(super) fn peer(&self, name: &str) -> Peer {
        let runtime = Runtime::new().unwrap();
        let hub = Hub::open(&self.hub()).unwrap();
        let login = SessionOptions::new().login(self.folder.path().join(name), hub.account(name));
        let session = runtime.block_on(login).unwrap();
        Peer { session: Some(session), runtime, hub }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        TIMUninit();
        let nobody = std::ptr::null();
        for callback in listeners().received() {
            listeners().remove_received(callback);
        }
        TIMSetMsgReadedReceiptCallback(None, nobody);
        TIMSetMsgRevokeCallback(None, nobody);
        TIMSetMsgUpdateCallback(None, nobody);
        TIMSetConvEventCallback(None, nobody);
        TIMSetConvTotalUnreadMessageCountChangedCallback(None, nobody);
        TIMSetNetworkStatusListenerCallback(None, nobody);
        TIMSetLogCallback(None, nobody);
    }
}

/// Somebody else.
pub(super) struct Peer {
    session: Option<Session>,
    runtime: Runtime,
    pub(super) hub: Hub,
}

impl Peer {
    pub(super) fn session(&self) -> &Session {
        self.session.as_ref().unwrap()
    }

    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let session = self.session.take().unwrap();
        self.runtime.block_on(session.logout());
    }
}

/// What a callback was called with.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) code: i32,
    pub(super) desc: String,
    pub(super) json: String,
    pub(super) thread: ThreadId,
}

impl Told {
    pub(super) fn value(&self) -> Value {
        serde_json::from_str(&self.json).unwrap()
    }
}

/// Where callbacks arrive. It is never freed, so that one which came too often or too late would be seen, and not crash.
pub(super) struct Mailbox {
    sender: Mutex<Sender<Told>>,
    receiver: Mutex<Receiver<Told>>,
}

impl Mailbox {
    pub(super) fn new() -> &'static Self {
        let (sender, receiver) = channel();
        Box::leak(Box::new(Self { sender: Mutex::new(sender), receiver: Mutex::new(receiver) }))
    }

    pub(super) fn user_data(&'static self) -> *const c_void {
        std::ptr::from_ref(self).cast()
    }

    /// The next call; fails when none comes.
    #[track_caller]
    pub(super) fn next(&self) -> Told {
        self.receiver.lock().unwrap().recv_timeout(PATIENCE).expect("a callback comes")
    }

    /// The calls that have come.
    pub(super) fn so_far(&self) -> Vec<Told> {
        self.receiver.lock().unwrap().try_iter().collect()
    }

    /// The first call from now on for which this holds.
    #[track_caller]
    pub(super) fn until(&self, is_it: impl Fn(&Told) -> bool) -> Told {
        loop {
            let told = self.next();
            if is_it(&told) {
                return told;
            }
        }
    }

    /// # Safety
    /// `user_data` is that of a mailbox.
    unsafe fn put(user_data: *const c_void, code: i32, desc: &str, json: &str) {
        // SAFETY: the caller's promise; a mailbox is never freed.
        let mailbox = unsafe { &*user_data.cast::<Self>() };
        let told = Told { code, desc: desc.to_owned(), json: json.to_owned(), thread: std::thread::current().id() };
        mailbox.sender.lock().unwrap().send(told).unwrap();
    }
}

/// # Safety
/// `text` ends with a NUL.
unsafe fn text<'a>(text: *const c_char) -> &'a str {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap()
}

pub(super) unsafe extern "C" fn answered(code: i32, desc: *const c_char, json: *const c_char, user_data: *const c_void) {
    // SAFETY: the library gives texts, and the `user_data` of a mailbox.
    unsafe { Mailbox::put(user_data, code, text(desc), text(json)) };
}

pub(super) unsafe extern "C" fn told(json: *const c_char, user_data: *const c_void) {
    // SAFETY: as above.
    unsafe { Mailbox::put(user_data, 0, "", text(json)) };
}

pub(super) unsafe extern "C" fn conversation_told(event: c_int, json: *const c_char, user_data: *const c_void) {
    // SAFETY: as above.
    unsafe { Mailbox::put(user_data, event, "", text(json)) };
}

pub(super) unsafe extern "C" fn unread_told(count: c_int, user_data: *const c_void) {
    // SAFETY: as above.
    unsafe { Mailbox::put(user_data, count, "", "") };
}

pub(super) unsafe extern "C" fn network_told(status: c_int, _: i32, desc: *const c_char, user_data: *const c_void) {
    // SAFETY: as above.
    unsafe { Mailbox::put(user_data, status, text(desc), "") };
}

pub(super) unsafe extern "C" fn logged(level: c_int, line: *const c_char, user_data: *const c_void) {
    // SAFETY: as above.
    unsafe { Mailbox::put(user_data, level, text(line), "") };
}

pub(super) fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

/// Makes a call that is taken, and waits for its answer.
#[track_caller]
pub(super) fn ask(call: impl FnOnce(CommCallback, *const c_void) -> c_int) -> Told {
    let mailbox = Mailbox::new();
    assert_eq!(call(Some(answered), mailbox.user_data()), 0);
    mailbox.next()
}

/// Begins to log in.
pub(super) fn begin_login(user: &str, mailbox: &'static Mailbox) {
    // SAFETY: the texts end with a NUL.
    assert_eq!(unsafe { TIMLogin(c(user).as_ptr(), c"sig".as_ptr(), Some(answered), mailbox.user_data()) }, 0);
}

#[track_caller]
pub(super) fn login(user: &str) {
    let mailbox = Mailbox::new();
    begin_login(user, mailbox);
    let told = mailbox.next();
    assert_eq!((told.code, told.json.as_str()), (0, ""), "{}", told.desc);
}

#[track_caller]
pub(super) fn logout() {
    assert_eq!(ask(|cb, data| TIMLogout(cb, data)).code, 0);
}
