//! Settings, and what clients say to the service's own experiments.

use std::ffi::{c_char, c_int, c_void};

use crate::answer::{Answer, CommCallback, Reply, UserData};
use crate::codes::{INTERNAL, TIM_ERR_JSON, TIM_SUCC, TOO_MANY_CALLS};
use crate::config::config;
use crate::desk::desk;
use crate::guard::guard;
use crate::library::library;
use crate::{json, text};

/// Changes settings. The callback is given the text that was passed in.
///
/// # Safety
/// `json_config` is NULL or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConfig(json_config: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    // SAFETY: the caller's promise is handed on.
    unsafe {
        answer_object("TIMSetConfig", json_config, cb, user_data, |text, settings| {
            config().take(settings);
            text.to_owned()
        })
    }
}

/// Takes what clients say to the service's own experiments, and does nothing.
///
/// # Safety
/// `json_param` is NULL or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn callExperimentalAPI(json_param: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    // SAFETY: the caller's promise is handed on.
    unsafe { answer_object("callExperimentalAPI", json_param, cb, user_data, |_, _| String::new()) }
}

/// Takes a JSON object, also before `TIMInit`, and answers what `take` makes of it.
///
/// # Safety
/// `json` is NULL or a text that ends with a NUL.
unsafe fn answer_object(
    function: &'static str,
    json: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
    take: impl FnOnce(&str, &serde_json::Value) -> String,
) -> c_int {
    guard(function, INTERNAL, || {
        // SAFETY: the caller's promise.
        let text = match unsafe { text::needed(json) } {
            Ok(text) => text,
            Err(code) => return code,
        };
        let value = match json::value(&text) {
            Ok(value) if value.is_object() => value,
            Ok(_) | Err(_) => return TIM_ERR_JSON,
        };
        let Some(ticket) = desk().admit() else { return TOO_MANY_CALLS };
        let reply = Reply::new(cb, UserData(user_data), "", ticket);
        library().answer(reply, Answer::done(take(&text, &value)));
        TIM_SUCC
    })
}
