//! What a call's callback is given, and the callback itself.

use std::borrow::Cow;
use std::ffi::{c_char, c_void};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use engine::archive::ArchiveError;
use engine::session::SessionError;

use crate::codes::{INTERNAL, INTERRUPTED, TIM_SUCC};
use crate::desk::{Ticket, desk};
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

    /// Not done, for the session's reason. A session that ended under a call has interrupted it.
    pub(crate) fn refused(error: &SessionError, json: impl Into<String>) -> Self {
        let code = if matches!(error, SessionError::Ended) { INTERRUPTED } else { error.code() };
        Self::failed(code, error.to_string(), json)
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

/// Where the answer of one call goes. It comes exactly once: a reply that is dropped says so.
pub(crate) struct Reply {
    /// `None` once it is answered.
    line: Mutex<Option<Arc<Line>>>,
}

/// Who is called back.
struct Line {
    callback: CommCallback,
    user_data: UserData,
    /// The JSON of a failure.
    failed: &'static str,
    ticket: Ticket,
}

impl Reply {
    /// `failed` is the JSON of a failure.
    pub(crate) fn new(callback: CommCallback, user_data: UserData, failed: &'static str, ticket: Ticket) -> Self {
        Self { line: Mutex::new(Some(Arc::new(Line { callback, user_data, failed, ticket }))) }
    }

    /// Makes it one of the present era, see [`crate::desk::Desk::begin_era`].
    pub(crate) fn renew(&self) {
        if let Some(line) = &*self.line() {
            line.ticket.renew();
        }
    }

    /// Calls back, and will again: for the progress of a download. To be called on the library thread.
    pub(crate) fn tell(&self, progress: &Answer) {
        let line = self.line().clone();
        if let Some(line) = line {
            line.call(progress);
        }
    }

    /// Calls back for the last time. To be called on the library thread.
    pub(crate) fn end(&self, answer: &Answer) {
        let line = self.line().take();
        if let Some(line) = line {
            line.call(answer);
        }
    }

    fn line(&self) -> MutexGuard<'_, Option<Arc<Line>>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        let Some(line) = self.line().take() else { return };
        let answer = if thread::panicking() { Answer::fault(line.failed) } else { Answer::failed(INTERRUPTED, "interrupted", line.failed) };
        desk().post(move || line.call(&answer));
    }
}

impl Line {
    fn call(&self, answer: &Answer) {
        let Some(callback) = self.callback else { return };
        if !self.ticket.is_current() {
            return;
        }
        let (desc, json) = (text::out(&answer.desc), text::out(&answer.json));
        // SAFETY: the caller gave a function of this type for this call; the texts live until it returns.
        unsafe { callback(answer.code, desc.as_ptr(), json.as_ptr(), self.user_data.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes the code where `user_data` points to.
    unsafe extern "C" fn note(code: i32, _: *const c_char, _: *const c_char, user_data: *const c_void) {
        // SAFETY: the tests below pass a mutex that outlives the call.
        let codes = unsafe { &*user_data.cast::<Mutex<Vec<i32>>>() };
        codes.lock().unwrap().push(code);
    }

    #[test]
    fn a_reply_that_nobody_gives_says_so_and_one_that_is_given_is_given_once() {
        let codes: Mutex<Vec<i32>> = Mutex::default();
        let reply = || Reply::new(Some(note), UserData((&raw const codes).cast()), "", desk().admit().unwrap());
        drop(reply());
        desk().answer(reply(), Answer::ok(""));
        desk().drain();
        assert_eq!(*codes.lock().unwrap(), [INTERRUPTED, TIM_SUCC]);
        let twice = reply();
        twice.end(&Answer::done(""));
        twice.end(&Answer::done(""));
        drop(twice);
        desk().drain();
        assert_eq!(codes.lock().unwrap().len(), 3);
    }
}
