//! Pages of history.

use std::ffi::{c_char, c_int, c_void};

use engine::query::tim::HistoryParam;

use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::codes::{INVALID_PARAMETERS, TIM_ERR_JSON};
use crate::{emit, json, message, text};

static GET_LIST: Function = Function::reads("TIMMsgGetMsgList");

/// A page of a conversation's history. One that may ask other machines is answered when these have; local ones do not wait for it.
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
        let (id, param) = unsafe { (text::needed(conv_id), text::needed(json_get_msg_param)) };
        let (id, param) = (id?, param?);
        let conversation = message::conversation(&id, conv_type)?;
        let param = HistoryParam::from_json(&json::standard(&param)?).map_err(|_| TIM_ERR_JSON)?;
        if param.count == 0 {
            return Work::read(|_| Answer::failed(INVALID_PARAMETERS, "count is zero", "[]"));
        }
        if !param.remote {
            return Work::read(move |account| match account.archive.history_for(&conversation, &param) {
                Ok(messages) => Answer::ok(emit::messages(&messages)),
                Err(error) => Answer::unkept(error, "[]"),
            });
        }
        Work::wait(async move |account| {
            let Ok(session) = account.session() else {
                // The login has failed: then there is what is here.
                return match account.look_up(move |archive| archive.history_for(&conversation, &param)).await {
                    Some(Ok(messages)) => Answer::ok(emit::messages(&messages)),
                    Some(Err(error)) => Answer::unkept(error, "[]"),
                    None => Answer::fault("[]"),
                };
            };
            match session.history_for(&conversation, &param).await {
                Ok(messages) => Answer::ok(emit::messages(&messages)),
                Err(error) => Answer::refused(&error, "[]"),
            }
        })
    })
}
