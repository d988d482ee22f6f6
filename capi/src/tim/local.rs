//! What needs no other machine: importing, saving, reading history, finding.

use std::ffi::{c_char, c_int, c_void};

use engine::Durability;
use engine::query::tim::HistoryParam;
use serde_json::value::RawValue;

use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::codes::{INVALID_PARAMETERS, TIM_ERR_JSON};
use crate::{emit, json, message, text};

static IMPORT: Function = Function::works("TIMMsgImportMsgList").failing_with("[]");
static GET_LIST: Function = Function::reads("TIMMsgGetMsgList");

/// Adds messages to the local database of a conversation.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgImportMsgList(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msg_array: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&IMPORT, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (id, array) = unsafe { (text::needed(conv_id)?, text::needed(json_msg_array)?) };
        let conversation = message::conversation(&id, conv_type)?;
        let array = json::standard(&array)?;
        let items: Vec<&RawValue> = serde_json::from_str(&array).map_err(|_| TIM_ERR_JSON)?;
        let messages = items.iter().map(|item| message::message(item.get())).collect::<Result<Vec<_>, _>>()?;
        if messages.is_empty() {
            return Err(TIM_ERR_JSON);
        }
        Work::write(move |account| {
            account.archive.import_with(&conversation, messages, Durability::Buffered)?;
            Ok(Answer::ok(""))
        })
    })
}

/// A page of a conversation's history.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetMsgList(
    conv_id: *const c_char,
    conv_type: c_int,
    json_get_msg_param: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&GET_LIST, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (id, param) = unsafe { (text::needed(conv_id)?, text::needed(json_get_msg_param)?) };
        let conversation = message::conversation(&id, conv_type)?;
        let param = HistoryParam::from_json(&json::standard(&param)?).map_err(|_| TIM_ERR_JSON)?;
        Work::read(move |account| {
            if param.count == 0 {
                return Answer::failed(INVALID_PARAMETERS, "count is zero", "[]");
            }
            match account.archive.history_for(&conversation, &param) {
                Ok(messages) => Answer::ok(emit::messages(&messages)),
                Err(error) => Answer::unkept(error, "[]"),
            }
        })
    })
}
