//! Finding single messages, by their ids and by locators.

use std::ffi::{c_char, c_int, c_void};

use engine::model::{Locator, Message};
use serde_json::Value;

use crate::account::Account;
use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::codes::{INVALID_PARAMETERS, TIM_ERR_JSON};
use crate::{emit, json, message, text};

static FIND: Function = Function::reads("TIMMsgFindMessages");
static LOCATE: Function = Function::reads("TIMMsgFindByMsgLocatorList");

/// The messages with these ids, the oldest first, each once; deleted and recalled ones too.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgFindMessages(json_message_id_array: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&FIND, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let array = unsafe { text::needed(json_message_id_array) }?;
        let ids = match json::value(&array) {
            Ok(Value::Array(ids)) => ids.into_iter().filter_map(|id| id.as_str().map(str::to_owned)).collect(),
            // What is no array has no ids, and is told by the callback.
            _ => Vec::new(),
        };
        Work::read(move |account| find(account, &ids))
    })
}

fn find(account: &Account, ids: &[String]) -> Answer {
    if ids.is_empty() {
        return Answer::failed(INVALID_PARAMETERS, "message_id_list is empty", "[]");
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    match account.archive.find(&ids) {
        // An id that was imported may look like anything, so it is looked for before it is called unfit.
        Ok(found) if found.is_empty() && !ids.iter().any(|id| is_like_ours(id)) => {
            Answer::failed(INVALID_PARAMETERS, "no message id is valid", "[]")
        }
        Ok(mut found) => {
            found.sort_by_key(Message::place);
            Answer::ok(emit::messages(&found))
        }
        Err(error) => Answer::unkept(error, "[]"),
    }
}

/// Whether an id looks like those that messages get: something, a number and a number, with hyphens between.
fn is_like_ours(id: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = id.rsplitn(3, '-');
    parts.next().is_some_and(is_number) && parts.next().is_some_and(is_number) && parts.next().is_some()
}

/// The messages of a conversation that these locators find, in the order of the locators, each once; deleted and recalled ones too.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgFindByMsgLocatorList(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msg_locator_array: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&LOCATE, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (id, array) = unsafe { (text::needed(conv_id), text::needed(json_msg_locator_array)) };
        let (id, array) = (id?, array?);
        let conversation = message::conversation(&id, conv_type)?;
        let Value::Array(items) = json::value(&array)? else { return Err(TIM_ERR_JSON) };
        if !items.iter().any(Value::is_object) {
            return Work::read(|_| Answer::failed(INVALID_PARAMETERS, "empty message_locator_list", "[]"));
        }
        // One that lacks a number finds nothing.
        let locators: Vec<Locator> = items.iter().filter_map(|item| Locator::from_value(item).ok()).collect();
        Work::read(move |account| match account.archive.locate(&conversation, &locators) {
            Ok(found) => Answer::ok(emit::messages(&found)),
            Err(error) => Answer::unkept(error, "[]"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_something_and_two_numbers() {
        for id in ["alice-1700000000-1", "-1-2", "a-b-1-2"] {
            assert!(is_like_ours(id), "{id}");
        }
        for id in ["", "1-2", "id_clienttime_rand_1", "alice-1-", "alice--1", "alice-x-1"] {
            assert!(!is_like_ours(id), "{id}");
        }
    }
}
