//! The list of conversations.

use std::ffi::{c_char, c_int, c_uchar, c_void};

use engine::archive::ArchiveError;
use engine::model::{ConversationId, ConversationKind};
use engine::session::SessionError;
use serde_json::{Value, json};

use crate::account::Account;
use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::codes::{INTERNAL, TIM_ERR_JSON, TIM_ERR_NOTLOGIN, TIM_ERR_SDKUNINIT, TIM_SUCC};
use crate::guard::guard;
use crate::library::library;
use crate::{conversation, json, message, text};

static CREATE: Function = Function::works("TIMConvCreate");
static DELETE: Function = Function::works("TIMConvDelete");
static LIST: Function = Function::reads("TIMConvGetConvList");
static INFO: Function = Function::reads("TIMConvGetConvInfo");
static PIN: Function = Function::works("TIMConvPinConversation");
static TOTAL_UNREAD: Function =
    Function::reads("TIMConvGetTotalUnreadMessageCount").failing_with("{\"conv_get_total_unread_message_count_result_unread_count\":0}");

/// Makes a conversation without messages, and answers with it as it is then. Who makes a group becomes a member of it.
///
/// # Safety
/// `conv_id` is NULL or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvCreate(conv_id: *const c_char, conv_type: c_int, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&CREATE, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let id = unsafe { named(conv_id, conv_type)? };
        Work::write(move |account| {
            if id.kind() == ConversationKind::Group
                && let Err(error) = account.hub.join(id.id(), &account.user)
            {
                return Ok(Answer::refused(&SessionError::from(error), ""));
            }
            let made = account.archive.add_conversation(&id)?;
            Ok(Answer::done(conversation::one(account, &made)?))
        })
    })
}

/// Takes a conversation away with its messages, here and from the roaming history. One that is not there is gone.
///
/// # Safety
/// `conv_id` is NULL or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvDelete(conv_id: *const c_char, conv_type: c_int, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&DELETE, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let id = unsafe { named(conv_id, conv_type)? };
        Work::wait(async move |account| {
            let session = match account.session() {
                Ok(session) => session,
                Err(answer) => return answer,
            };
            match session.delete_conversation(&id).await {
                Ok(_) => Answer::ok(""),
                Err(error) => Answer::refused(&error, ""),
            }
        })
    })
}

/// All conversations: pinned ones and then the newest first.
#[unsafe(no_mangle)]
pub extern "C" fn TIMConvGetConvList(cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&LIST, cb, UserData(user_data), || {
        Work::read(|account| match conversation::all(account) {
            Ok(list) if list == "[]" => Answer { desc: "no conversation".into(), ..Answer::ok(list) },
            list => listed(list),
        })
    })
}

/// These conversations, in this order; those that are not there are left out.
///
/// # Safety
/// `json_get_conv_list_param` is NULL or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetConvInfo(json_get_conv_list_param: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&INFO, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let param = unsafe { text::needed(json_get_conv_list_param)? };
        let ids = names(&param)?;
        Work::read(move |account| listed(conversation::named(account, &ids)))
    })
}

/// Keeps a draft: a `Draft` object. It is on the disk when this returns.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvSetDraft(conv_id: *const c_char, conv_type: c_int, json_draft_param: *const c_char) -> c_int {
    at_once("TIMConvSetDraft", || {
        // SAFETY: the caller's promise.
        let (id, draft) = unsafe { (text::needed(conv_id)?, text::needed(json_draft_param)?) };
        let id = message::conversation(&id, conv_type)?;
        let draft = json::filled_object(&draft)?;
        Ok(move |account: &Account| {
            let mut draft = draft;
            if draft["draft_edit_time"].as_u64().unwrap_or(0) == 0 {
                draft["draft_edit_time"] = account.now().into();
            }
            account.archive.set_draft(&id, Some(&draft))
        })
    })
}

/// Removes a draft. That is on the disk when this returns. A conversation that is not there is not made.
///
/// # Safety
/// `conv_id` is NULL or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvCancelDraft(conv_id: *const c_char, conv_type: c_int) -> c_int {
    at_once("TIMConvCancelDraft", || {
        // SAFETY: the caller's promise.
        let id = unsafe { named(conv_id, conv_type)? };
        Ok(move |account: &Account| match account.archive.has_conversation(&id) {
            true => account.archive.set_draft(&id, None),
            false => Ok(()),
        })
    })
}

/// Puts a conversation at the top of the list, or takes it from there.
///
/// # Safety
/// `conv_id` is NULL or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvPinConversation(
    conv_id: *const c_char,
    conv_type: c_int,
    is_pinned: c_uchar,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&PIN, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let id = unsafe { named(conv_id, conv_type)? };
        Work::write(move |account| {
            account.archive.set_pinned(&id, is_pinned != 0)?;
            Ok(Answer::ok(""))
        })
    })
}

/// The unread messages of all conversations that notify.
#[unsafe(no_mangle)]
pub extern "C" fn TIMConvGetTotalUnreadMessageCount(cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&TOTAL_UNREAD, cb, UserData(user_data), || {
        Work::read(|account| {
            let count = json!({ "conv_get_total_unread_message_count_result_unread_count": account.archive.total_unread() });
            Answer::done(count.to_string())
        })
    })
}

/// The conversation that two arguments name.
///
/// # Safety
/// `id` is NULL or a text that ends with a NUL.
unsafe fn named(id: *const c_char, kind: c_int) -> Result<ConversationId, i32> {
    // SAFETY: the caller's promise is handed on.
    let id = unsafe { text::needed(id)? };
    message::conversation(&id, kind)
}

/// The names of an array of `GetConversationListParam`. What is none is passed over.
fn names(param: &str) -> Result<Vec<ConversationId>, i32> {
    let Value::Array(items) = json::value(param)? else { return Err(TIM_ERR_JSON) };
    if items.is_empty() {
        return Err(TIM_ERR_JSON);
    }
    let name = |item: &Value| {
        let kind = item["get_conversation_list_param_conv_type"].as_u64().and_then(ConversationKind::from_number)?;
        ConversationId::new(kind, item["get_conversation_list_param_conv_id"].as_str()?).ok()
    };
    Ok(items.iter().filter_map(name).collect())
}

fn listed(list: Result<String, ArchiveError>) -> Answer {
    match list {
        Ok(list) => Answer::ok(list),
        Err(error) => Answer::unkept(error, "[]"),
    }
}

/// Does something that has no callback, and returns the number of how it ended.
fn at_once<W: FnOnce(&Account) -> Result<(), ArchiveError>>(function: &'static str, read: impl FnOnce() -> Result<W, i32>) -> c_int {
    guard(function, INTERNAL, || {
        let work = match read() {
            Ok(work) => work,
            Err(code) => return code,
        };
        match library().ask(work) {
            Some(Ok(())) => TIM_SUCC,
            Some(Err(error)) => SessionError::from(error).code(),
            None if library().is_open() => TIM_ERR_NOTLOGIN,
            None => TIM_ERR_SDKUNINIT,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_conversations_are_read_and_what_is_none_is_passed_over() {
        let param = r#"[{"get_conversation_list_param_conv_id":"a","get_conversation_list_param_conv_type":1}, 7, {},
            {"get_conversation_list_param_conv_id":"b","get_conversation_list_param_conv_type":3},
            {"get_conversation_list_param_conv_id":"g","get_conversation_list_param_conv_type":2},]"#;
        let names = names(param).unwrap();
        assert_eq!(names, [ConversationId::c2c("a").unwrap(), ConversationId::group("g").unwrap()]);
        for refused in ["[]", "{}", "[1", "7"] {
            assert_eq!(super::names(refused), Err(TIM_ERR_JSON), "{refused}");
        }
    }
}
