//! The way of every call: arguments, the guard, the code and the words of a failure.

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use engine::Archive;
use engine::model::ConversationId;
use serde::de::DeserializeOwned;

use super::code::{Failure, mynah_code};
use super::memory::{give, put};
use super::opening::mynah_archive;
use crate::guard::guard;

/// Does a call. `error` gets NULL, or what went wrong in words, to be freed by the caller.
///
/// # Safety
/// `error` is NULL or can be written to.
pub(super) unsafe fn run(function: &'static str, error: *mut *mut c_char, work: impl FnOnce() -> Result<(), Failure>) -> mynah_code {
    let fault = || Failure { code: mynah_code::MYNAH_FAULT, text: format!("a fault in {function}; this is a bug of the library") };
    let ended = guard(function, None, || Some(work())).unwrap_or_else(|| Err(fault()));
    // SAFETY: the caller's promise.
    unsafe {
        match ended {
            Ok(()) => {
                put(error, null_mut());
                mynah_code::MYNAH_OK
            }
            Err(Failure { code, text }) => {
                give(error, &text);
                code
            }
        }
    }
}

/// The archive behind a handle.
///
/// # Safety
/// `archive` is NULL, or was opened and is not closed while the result is used.
pub(super) unsafe fn archive<'a>(archive: *const mynah_archive) -> Result<&'a Archive, Failure> {
    // SAFETY: the caller's promise.
    unsafe { archive.as_ref() }.map(|handle| &handle.archive).ok_or_else(|| Failure::argument("the archive is NULL"))
}

/// The text of the argument `name`, or `None` for NULL.
///
/// # Safety
/// `text` is NULL or ends with a NUL, and stays as it is while the result is used.
pub(super) unsafe fn optional<'a>(text: *const c_char, name: &str) -> Result<Option<&'a str>, Failure> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(text) }.to_str();
    text.map(Some).map_err(|error| Failure::argument(format!("{name} is no UTF-8 from byte {} on", error.valid_up_to())))
}

/// The text of the argument `name`.
///
/// # Safety
/// As for [`optional`].
pub(super) unsafe fn needed<'a>(text: *const c_char, name: &str) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise is handed on.
    unsafe { optional(text, name)? }.ok_or_else(|| Failure::argument(format!("{name} is NULL")))
}

/// The conversation that an argument names.
///
/// # Safety
/// As for [`optional`].
pub(super) unsafe fn conversation(text: *const c_char) -> Result<ConversationId, Failure> {
    // SAFETY: the caller's promise is handed on.
    let text = unsafe { needed(text, "conversation")? };
    text.parse().map_err(|error| Failure::argument(format!("conversation: {error}")))
}

/// What the JSON of the argument `name` says. Only the place of a mistake is told, not what stands there.
pub(super) fn parse<T: DeserializeOwned>(json: &str, name: &str) -> Result<T, Failure> {
    serde_json::from_str(json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = match error.classify() {
            serde_json::error::Category::Data => "is of another kind than what is asked for, or has an unknown option,",
            _ => "is no JSON",
        };
        Failure::argument(format!("{name} {what} at line {line}, column {column}"))
    })
}

/// The options of an argument; NULL and "" are the defaults.
///
/// # Safety
/// As for [`optional`].
pub(super) unsafe fn options<T: DeserializeOwned + Default>(text: *const c_char) -> Result<T, Failure> {
    // SAFETY: the caller's promise is handed on.
    match unsafe { optional(text, "options")? } {
        None | Some("") => Ok(T::default()),
        Some(json) => parse(json, "options"),
    }
}
