//! The callbacks that were set for what happens, each with what its caller wants to have back. They may be set before `TIMInit`, and
//! outlive `TIMUninit`.

use std::ffi::{c_char, c_int, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::answer::UserData;

/// `TIMRecvNewMsgCallback`, `TIMMsgReadedReceiptCallback`, `TIMMsgRevokeCallback`, `TIMMsgUpdateCallback`, `TIMGroupTipsEventCallback`: one
/// JSON text.
pub type JsonCallback = Option<JsonFunction>;
type JsonFunction = unsafe extern "C" fn(json: *const c_char, user_data: *const c_void);

/// `TIMMsgElemUploadProgressCallback`.
pub type UploadCallback = Option<UploadFunction>;
type UploadFunction = unsafe extern "C" fn(json_msg: *const c_char, index: u32, cur_size: u32, total_size: u32, user_data: *const c_void);

/// `TIMGroupAttributeChangedCallback`.
pub type AttributeCallback =
    Option<unsafe extern "C" fn(group_id: *const c_char, json_group_attribute_array: *const c_char, user_data: *const c_void)>;

/// `TIMConvEventCallback`.
pub type ConversationCallback = Option<ConversationFunction>;
type ConversationFunction = unsafe extern "C" fn(conv_event: c_int, json_conv_array: *const c_char, user_data: *const c_void);

/// `TIMConvTotalUnreadMessageCountChangedCallback`.
pub type UnreadCallback = Option<UnreadFunction>;
type UnreadFunction = unsafe extern "C" fn(total_unread_count: c_int, user_data: *const c_void);

/// `TIMNetworkStatusListenerCallback`.
pub type NetworkCallback = Option<NetworkFunction>;
type NetworkFunction = unsafe extern "C" fn(status: c_int, code: i32, desc: *const c_char, user_data: *const c_void);

/// `TIMKickedOfflineCallback`, `TIMUserSigExpiredCallback`.
pub type PlainCallback = Option<unsafe extern "C" fn(user_data: *const c_void)>;

/// `TIMLogCallback`.
pub type LogCallback = Option<LogFunction>;
type LogFunction = unsafe extern "C" fn(level: c_int, log: *const c_char, user_data: *const c_void);

/// One callback that can be set.
pub(crate) struct Listener<F>(Mutex<Option<(F, UserData)>>);

impl<F: Copy> Listener<F> {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn inner(&self) -> MutexGuard<'_, Option<(F, UserData)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets it, or takes it back with `None`.
    pub(crate) fn set(&self, callback: Option<F>, user_data: UserData) {
        *self.inner() = callback.map(|callback| (callback, user_data));
    }

    /// What is set. To be asked for on the library thread, just before it is called.
    pub(crate) fn get(&self) -> Option<(F, UserData)> {
        *self.inner()
    }

    pub(crate) fn is_set(&self) -> bool {
        self.inner().is_some()
    }
}

/// All callbacks of the process.
pub(crate) struct Listeners {
    received: Mutex<Vec<(JsonFunction, UserData)>>,
    pub(crate) receipts: Listener<JsonFunction>,
    pub(crate) recalled: Listener<JsonFunction>,
    pub(crate) updated: Listener<JsonFunction>,
    pub(crate) tips: Listener<JsonFunction>,
    pub(crate) upload: Listener<UploadFunction>,
    pub(crate) conversations: Listener<ConversationFunction>,
    pub(crate) unread: Listener<UnreadFunction>,
    pub(crate) network: Listener<NetworkFunction>,
    pub(crate) log: Listener<LogFunction>,
}

static LISTENERS: Listeners = Listeners {
    received: Mutex::new(Vec::new()),
    receipts: Listener::new(),
    recalled: Listener::new(),
    updated: Listener::new(),
    tips: Listener::new(),
    upload: Listener::new(),
    conversations: Listener::new(),
    unread: Listener::new(),
    network: Listener::new(),
    log: Listener::new(),
};

/// The callbacks of this process.
pub(crate) fn listeners() -> &'static Listeners {
    &LISTENERS
}

impl Listeners {
    fn all_received(&self) -> MutexGuard<'_, Vec<(JsonFunction, UserData)>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a callback for messages that come in. One that is there gets this `user_data` instead of its own.
    pub(crate) fn add_received(&self, callback: JsonFunction, user_data: UserData) {
        let mut received = self.all_received();
        match received.iter_mut().find(|(known, _)| std::ptr::fn_addr_eq(*known, callback)) {
            Some(known) => known.1 = user_data,
            None => received.push((callback, user_data)),
        }
    }

    /// Takes a callback for messages that come in back.
    pub(crate) fn remove_received(&self, callback: JsonFunction) {
        self.all_received().retain(|(known, _)| !std::ptr::fn_addr_eq(*known, callback));
    }

    /// What is set for this callback now. To be asked for on the library thread, just before it is called.
    pub(crate) fn still_received(&self, callback: JsonFunction) -> Option<UserData> {
        self.all_received().iter().find(|(known, _)| std::ptr::fn_addr_eq(*known, callback)).map(|(_, user_data)| *user_data)
    }

    /// The callbacks for messages that come in, in the order in which they were added.
    pub(crate) fn received(&self) -> Vec<JsonFunction> {
        self.all_received().iter().map(|(callback, _)| *callback).collect()
    }
}
