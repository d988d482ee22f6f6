//! What a call's callback is given, and the callback itself.

use std::borrow::Cow;
use std::ffi::{c_char, c_void};

use engine::archive::ArchiveError;
use engine::session::SessionError;

use crate::codes::{INTERNAL, TIM_SUCC};
use crate::desk::Ticket;
use crate::text;

/// `TIMCommCallback`: code, description, JSON, and what the caller wanted to have back. The texts live until it returns.
pub type CommCallback = Option<unsafe extern "C" fn(code: i32, desc: *const c_char, json_params: *const c_char, user_data: *const c_void)>;

/// A pointer of the caller's, which is handed back and never looked at.
#[derive(Clone, Copy)]
pub(crate) struct UserData(pub(crate) *const c_void);

// SAFETY: the library only carries it to the callback; what it points to is between the caller and the callback.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

/// What a callback says.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) desc: Cow<'static, str>,
    pub(crate) json: String,
}

impl Answer {
    /// Done, with what local data gave.
    pub(crate) fn ok(json: impl Into<String>) -> Self {
        Self { code: TIM_SUCC, desc: Cow::Borrowed("OK"), json: json.into() }
    }

    /// Done, without local data having been asked.
    pub(crate) fn done(json: impl Into<String>) -> Self {
        Self { code: TIM_SUCC, desc: Cow::Borrowed(""), json: json.into() }
    }

    /// Not done.
    pub(crate) fn failed(code: i32, desc: impl Into<Cow<'static, str>>, json: impl Into<String>) -> Self {
        Self { code, desc: desc.into(), json: json.into() }
    }

    /// Not done, for the session's reason.
    pub(crate) fn refused(error: &SessionError, json: impl Into<String>) -> Self {
        Self::failed(error.code(), error.to_string(), json)
    }

    /// Not done, for the archive's reason.
    pub(crate) fn unkept(error: ArchiveError, json: impl Into<String>) -> Self {
        Self::refused(&SessionError::from(error), json)
    }

    /// The library itself has failed.
    pub(crate) fn fault(json: impl Into<String>) -> Self {
        Self::failed(INTERNAL, "internal error", json)
    }
}

/// Where the answer of one call goes.
pub(crate) struct Reply {
    callback: CommCallback,
    user_data: UserData,
    ticket: Ticket,
}

impl Reply {
    pub(crate) fn new(callback: CommCallback, user_data: UserData, ticket: Ticket) -> Self {
        Self { callback, user_data, ticket }
    }

    /// Calls back. To be called on the library thread, and once but for the progress of a download.
    pub(crate) fn call(&self, answer: &Answer) {
        let Some(callback) = self.callback else { return };
        if !self.ticket.is_current() {
            return;
        }
        let (desc, json) = (text::out(&answer.desc), text::out(&answer.json));
        // SAFETY: the caller gave a function of this type for this call; the texts live until it returns.
        unsafe { callback(answer.code, desc.as_ptr(), json.as_ptr(), self.user_data.0) };
    }
}
