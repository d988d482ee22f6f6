//! Reporting what was read, and asking who has.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use engine::archive::{ArchiveError, ReadUpTo};
use engine::model::{ConversationId, ConversationKind, Message, Place};
use serde_json::{Value, json};

use crate::account::Account;
use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::known::known;
use crate::{message, text};

static REPORT: Function = Function::works("TIMMsgReportReaded");
static MARK_ALL: Function = Function::works("TIMMsgMarkAllMessageAsRead");
static SEND_RECEIPTS: Function = Function::works("TIMMsgSendMessageReadReceipts");
static GET_RECEIPTS: Function = Function::works("TIMMsgGetMessageReadReceipts").failing_with("[]");

/// Marks a conversation as read: up to the time of this message, or all of it where it is none. Without a conversation, all of this type.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgReportReaded(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msg_param: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&REPORT, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (id, param) = unsafe { (text::needed(conv_id), text::needed(json_msg_param)) };
        let Ok(id) = id else {
            let kind = message::conversation_kind(conv_type)?;
            return Work::wait(async move |account| report(&account, ReadUpTo::Kind(kind)).await);
        };
        let conversation = message::conversation(&id, conv_type)?;
        // Whatever is no message is none.
        let message = param.ok().and_then(|param| message::message(&param).ok());
        Work::wait(async move |account| {
            let Some(message) = message else { return report(&account, ReadUpTo::Conversation(&conversation)).await };
            let (name, given) = (conversation.clone(), message.clone());
            match account.look_up(move |archive| known(archive, Some(&name), &given)).await {
                Some(Ok(found)) => {
                    // One that was said elsewhere says nothing but its time.
                    let found = found.filter(|found| found.conversation.as_ref() == Some(&conversation)).unwrap_or(message);
                    report(&account, ReadUpTo::Message(&conversation, mark(&conversation, &found))).await
                }
                Some(Err(error)) => Answer::unkept(error, ""),
                None => Answer::fault(""),
            }
        })
    })
}

/// Up to where one has read who has read this message: between two people a second is the measure, in a group the message.
fn mark(conversation: &ConversationId, message: &Message) -> Place {
    let place = message.place();
    match conversation.kind() {
        ConversationKind::C2c => Place::end_of(if place.time == 0 { message.client_time } else { place.time }),
        ConversationKind::Group => place,
    }
}

/// Marks everything as read.
#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgMarkAllMessageAsRead(cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&MARK_ALL, cb, UserData(user_data), || Work::wait(async move |account| report(&account, ReadUpTo::All).await))
}

/// Tells that messages were read, by marking their conversation as read up to the newest of them: there is no other receipt.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSendMessageReadReceipts(json_msg_array: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&SEND_RECEIPTS, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let messages = message::messages(&unsafe { text::needed(json_msg_array) }?)?;
        Work::wait(async move |account| {
            let messages = match all_known(&account, messages).await {
                Ok(messages) => messages,
                Err(answer) => return answer,
            };
            for message in messages.iter().filter(|message| message.is_from_self != Some(true)) {
                let Some(conversation) = &message.conversation else { continue };
                let answer = report(&account, ReadUpTo::Message(conversation, mark(conversation, message))).await;
                if answer.code != 0 {
                    return answer;
                }
            }
            Answer::done("")
        })
    })
}

/// Who has read these messages, as far as that is known: between two people whether the other one has, in a group nothing.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetMessageReadReceipts(json_msg_array: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&GET_RECEIPTS, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let messages = message::messages(&unsafe { text::needed(json_msg_array) }?)?;
        Work::wait(async move |account| match all_known(&account, messages).await {
            Ok(messages) => Answer::ok(messages.iter().map(receipt).collect::<Value>().to_string()),
            Err(answer) => Answer { json: "[]".to_owned(), ..answer },
        })
    })
}

/// A `MessageReceipt`.
fn receipt(message: &Message) -> Value {
    let (id, kind) = message.conversation.as_ref().map_or(("", 0), |conversation| (conversation.id(), conversation.kind().number()));
    let is_group = message.conversation.as_ref().is_some_and(|conversation| conversation.kind() == ConversationKind::Group);
    let is_peer_read = !is_group && message.is_peer_read.unwrap_or(false);
    json!({
        "msg_receipt_conv_id": id,
        "msg_receipt_conv_type": kind,
        "msg_receipt_msg_id": message.id_text(),
        "msg_receipt_time_stamp": message.server_time,
        "msg_receipt_is_peer_read": is_peer_read,
        "msg_receipt_read_count": u8::from(is_peer_read),
        "msg_receipt_unread_count": if is_group { -1 } else { i32::from(!is_peer_read) },
    })
}

/// Those of the messages that are here.
async fn all_known(account: &Arc<Account>, messages: Vec<Message>) -> Result<Vec<Message>, Answer> {
    let look = account.look_up(move |archive| -> Result<Vec<Message>, ArchiveError> {
        let found = messages.iter().map(|message| known(archive, None, message)).collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().flatten().collect())
    });
    match look.await {
        Some(Ok(messages)) => Ok(messages),
        Some(Err(error)) => Err(Answer::unkept(error, "")),
        None => Err(Answer::fault("")),
    }
}

async fn report(account: &Arc<Account>, up_to: ReadUpTo<'_>) -> Answer {
    let session = match account.session() {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    match session.report_read(up_to).await {
        Ok(_) => Answer::done(""),
        Err(error) => Answer::refused(&error, ""),
    }
}
