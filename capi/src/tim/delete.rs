//! Deleting messages, and clearing conversations.

use std::collections::BTreeSet;
use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use engine::archive::ArchiveError;
use engine::model::{ConversationId, ConversationKind, Message};
use engine::session::Reach;
use serde_json::Value;

use crate::account::Account;
use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::codes::INVALID_PARAMETERS;
use crate::known::known;
use crate::{json, message, text};

static DELETE: Function = Function::works("TIMMsgDelete");
static LIST_DELETE: Function = Function::works("TIMMsgListDelete");
static CLEAR: Function = Function::works("TIMMsgClearHistoryMessage");

/// Deletes a message here, and from the account's roaming history where the parameter says so. One that is not here is passed over.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgDelete(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msgdel_param: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&DELETE, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (id, param) = unsafe { (text::needed(conv_id), text::needed(json_msgdel_param)) };
        let (id, param) = (id?, param?);
        let conversation = message::conversation(&id, conv_type)?;
        let param = json::filled_object(&param)?;
        let message = message::of_object(&param["msg_delete_param_msg"].to_string())?;
        let is_set = |key: &str| param[key] == Value::Bool(true) || param[key].as_u64().is_some_and(|number| number != 0);
        let is_everywhere = is_set("msg_delete_param_is_ramble") || is_set("msg_delete_param_is_remble");
        let reach = if is_everywhere { Reach::Everywhere } else { Reach::Here };
        Work::wait(async move |account| delete(&account, conversation, vec![message], reach).await)
    })
}

/// Deletes messages of a conversation here and from the account's roaming history, at most 50, and once a second. Those that are not here are
/// passed over; those of several conversations are refused.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgListDelete(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msg_array: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&LIST_DELETE, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (id, array) = unsafe { (text::needed(conv_id), text::needed(json_msg_array)) };
        let (id, array) = (id?, array?);
        let conversation = message::conversation(&id, conv_type)?;
        let messages = message::messages(&array)?;
        Work::wait(async move |account| delete(&account, conversation, messages, Reach::Everywhere).await)
    })
}

/// Empties a conversation here and in the account's roaming history; it stays in the list.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgClearHistoryMessage(
    conv_id: *const c_char,
    conv_type: c_int,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&CLEAR, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let id = unsafe { text::needed(conv_id) }?;
        let conversation = message::conversation(&id, conv_type)?;
        Work::wait(async move |account| {
            let session = match account.session() {
                Ok(session) => session,
                Err(answer) => return answer,
            };
            match session.clear(&conversation).await {
                Ok(_) => Answer::ok(""),
                Err(error) => Answer::refused(&error, ""),
            }
        })
    })
}

async fn delete(account: &Arc<Account>, conversation: ConversationId, messages: Vec<Message>, reach: Reach) -> Answer {
    let session = match account.session() {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let found = account.look_up(move |archive| -> Result<_, ArchiveError> {
        let mut places = BTreeSet::new();
        let mut ids = Vec::with_capacity(messages.len());
        for message in &messages {
            let found = known(archive, Some(&conversation), message)?;
            // To whom a message was said, its own data decide; of another group nothing is deleted.
            places.extend(
                found
                    .as_ref()
                    .and_then(|found| found.conversation.clone())
                    .filter(|theirs| conversation.kind() == ConversationKind::C2c && theirs.kind() == ConversationKind::C2c),
            );
            ids.push(found.map_or_else(|| message.id_text(), |found| found.id_text()));
        }
        let place = places.pop_first().unwrap_or(conversation);
        Ok(places.is_empty().then_some((place, ids)))
    });
    let (conversation, ids) = match found.await {
        Some(Ok(Some(found))) => found,
        Some(Ok(None)) => return Answer::failed(INVALID_PARAMETERS, "the messages are of several conversations", ""),
        Some(Err(error)) => return Answer::unkept(error, ""),
        None => return Answer::fault(""),
    };
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    match session.delete(&conversation, &ids, reach).await {
        Ok(_) => Answer::ok(""),
        Err(error) => Answer::refused(&error, ""),
    }
}
