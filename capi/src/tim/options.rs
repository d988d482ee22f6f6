//! What happens with messages that arrive: the receive options of users and groups.

use std::ffi::{c_char, c_int, c_void};

use engine::model::{ConversationId, ReceiveOption};
use serde_json::{Value, json};

use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::codes::{INVALID_PARAMETERS, TIM_ERR_JSON, TIM_ERR_PARAM, UNKNOWN_OPTION};
use crate::{json as lenient, text};

static SET_C2C: Function = Function::works("TIMMsgSetC2CReceiveMessageOpt");
static GET_C2C: Function = Function::works("TIMMsgGetC2CReceiveMessageOpt").failing_with("[]");
static SET_GROUP: Function = Function::works("TIMMsgSetGroupReceiveMessageOpt");

/// Sets what happens with messages of these users: at most 30 a call, and 5 calls a second.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetC2CReceiveMessageOpt(
    json_identifier_array: *const c_char,
    opt: c_int,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&SET_C2C, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let users = users(&unsafe { text::needed(json_identifier_array) }?)?;
        let conversations: Result<Vec<_>, _> = users.iter().map(|user| ConversationId::c2c(user)).collect();
        set(conversations.ok(), opt)
    })
}

/// What happens with messages of these users, in the order of their ids, each once.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetC2CReceiveMessageOpt(
    json_identifier_array: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&GET_C2C, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let mut users = users(&unsafe { text::needed(json_identifier_array) }?)?;
        users.sort_unstable();
        users.dedup();
        Work::read(move |account| {
            let of = |user: &str| ConversationId::c2c(user).map_or(ReceiveOption::Receive, |user| account.archive.receive_option(&user));
            let options: Vec<Value> = users
                .iter()
                .map(|user| json!({ "msg_recv_msg_opt_result_identifier": user, "msg_recv_msg_opt_result_opt": of(user).number() }))
                .collect();
            Answer::done(Value::from(options).to_string())
        })
    })
}

/// Sets what happens with messages of a group.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetGroupReceiveMessageOpt(
    group_id: *const c_char,
    opt: c_int,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&SET_GROUP, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let group = ConversationId::group(&unsafe { text::needed(group_id) }?).map_err(|_| TIM_ERR_PARAM)?;
        set(Some(vec![group]), opt)
    })
}

/// The users of an array; what is no text is a user whom nobody is called.
fn users(array: &str) -> Result<Vec<String>, i32> {
    match lenient::value(array)? {
        Value::Array(users) if !users.is_empty() => Ok(users.iter().map(|user| user.as_str().unwrap_or_default().to_owned()).collect()),
        _ => Err(TIM_ERR_JSON),
    }
}

/// Sets the option of conversations; `None` when one of them cannot be.
fn set(conversations: Option<Vec<ConversationId>>, option: c_int) -> Result<Work, i32> {
    let option = u64::try_from(option).ok().and_then(ReceiveOption::from_number);
    Work::wait(async move |account| {
        let (Some(option), Some(conversations)) = (option, &conversations) else {
            return match option {
                None => Answer::failed(UNKNOWN_OPTION, "invalid receive_option", ""),
                Some(_) => Answer::failed(INVALID_PARAMETERS, "invalid userid", ""),
            };
        };
        let session = match account.session() {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        match session.set_receive_option(conversations, option).await {
            Ok(()) => Answer::done(""),
            Err(error) => Answer::refused(&error, ""),
        }
    })
}
