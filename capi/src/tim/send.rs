//! Sending, and calling back what has not left.

use std::ffi::{c_char, c_int, c_void};
use std::sync::{Arc, OnceLock};

use engine::model::{ConversationId, Message};
use engine::session::SendFailure;

use crate::account::Account;
use crate::answer::{Answer, CommCallback, Reply, UserData};
use crate::call::{Function, Work, call};
use crate::codes::TOO_MANY_CALLS;
use crate::desk::desk;
use crate::{emit, json, message, text};

static SEND: Function = Function::works("TIMMsgSendMessage");
static SEND_NEW: Function = Function::works("TIMMsgSendNewMsg");
static SEND_NEW_EX: Function = Function::works("TIMMsgSendNewMsgEx");
static CANCEL: Function = Function::works("TIMMsgCancelSend").failing_with("{}");

/// Bytes of the buffer for an id, with the NUL at its end.
const ID_BYTES: usize = 128;

/// Sends a message. Its id is in the buffer when this returns; while a login is under way it is not known yet, and the buffer holds "".
///
/// # Safety
/// The texts are NULL or end with a NUL; the buffer is NULL or has 128 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSendMessage(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msg_param: *const c_char,
    message_id_buffer: *mut c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    let id = Arc::new(OnceLock::new());
    let returned = call(&SEND, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (conversation, message) = unsafe { arguments(conv_id, conv_type, json_msg_param) }?;
        let id = Arc::clone(&id);
        Work::begin(move |account, reply| {
            send(account, conversation, message, reply, |given| {
                // Nobody else sets it.
                let _ = id.set(given.to_owned());
            });
        })
    });
    if returned == 0 && !message_id_buffer.is_null() {
        let id = id.get().map(String::as_str).filter(|id| id.len() < ID_BYTES).unwrap_or_default();
        // SAFETY: the caller promises 128 bytes; the id and the NUL behind it are no more.
        unsafe {
            std::ptr::copy_nonoverlapping(id.as_ptr(), message_id_buffer.cast::<u8>(), id.len());
            message_id_buffer.add(id.len()).write(0);
        }
    }
    returned
}

/// Sends a message.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSendNewMsg(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msg_param: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&SEND_NEW, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (conversation, message) = unsafe { arguments(conv_id, conv_type, json_msg_param) }?;
        Work::begin(move |account, reply| send(account, conversation, message, reply, |_| {}))
    })
}

/// Sends a message. The first callback is given its id, the second one the message as it ended.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSendNewMsgEx(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msg_param: *const c_char,
    msgid_cb: CommCallback,
    res_cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    let user_data = UserData(user_data);
    call(&SEND_NEW_EX, res_cb, user_data, || {
        // SAFETY: the caller's promise.
        let (conversation, message) = unsafe { arguments(conv_id, conv_type, json_msg_param) }?;
        let ticket = desk().admit().ok_or(TOO_MANY_CALLS)?;
        Work::begin(move |account, reply| {
            // Made only where there is an id, since a reply that is dropped says so.
            send(account, conversation, message, reply, |id| {
                ticket.renew();
                desk().answer(Reply::new(msgid_cb, user_data, "", ticket), Answer::done(id));
            });
        })
    })
}

/// Reads what all of these functions are given.
///
/// # Safety
/// The texts are NULL or end with a NUL.
unsafe fn arguments(id: *const c_char, kind: c_int, param: *const c_char) -> Result<(ConversationId, Message), i32> {
    // SAFETY: the caller's promise is handed on.
    let (id, param) = unsafe { (text::needed(id), text::needed(param)) };
    let (id, param) = (id?, param?);
    Ok((message::conversation(&id, kind)?, message::to_send(&json::standard(&param)?)?))
}

/// Begins to send, tells the id at once and how it ended when it has.
fn send(account: &Arc<Account>, conversation: ConversationId, message: Message, reply: Reply, tell: impl FnOnce(&str)) {
    let refused = refused(&account.user, &conversation, message.clone());
    let sending = match account.session().map(|session| session.try_send(&conversation, message)) {
        Ok(Ok(sending)) => sending,
        Ok(Err(error)) => {
            tell(&refused.id_text());
            return desk().answer(reply, ended(Err(SendFailure { error: Arc::new(error), message: Box::new(refused) })));
        }
        Err(answer) => return desk().answer(reply, answer),
    };
    tell(sending.id());
    let mut turn = account.sends.join(&conversation);
    account.spawn(async move {
        let outcome = sending.outcome().await;
        turn.come().await;
        desk().answer(reply, ended(outcome));
    });
}

/// The message as it is answered when it is refused at once.
pub(super) fn refused(account: &str, conversation: &ConversationId, message: Message) -> Message {
    let given = Message { client_time: 0, server_time: 0, seq: 0, rand: 0, id: None, status: None, ..message };
    let mut refused = message::one_of_its_own(given).in_conversation(conversation);
    if refused.sender.is_empty() {
        refused.sender = account.to_owned();
    }
    refused.is_from_self = Some(true);
    refused.is_read = Some(true);
    refused.is_peer_read = Some(false);
    refused
}

/// The answer to a send that ended so.
pub(super) fn ended(outcome: Result<Message, SendFailure>) -> Answer {
    match outcome {
        Ok(message) => Answer::done(emit::message(&message)),
        Err(SendFailure { error, message }) => Answer::refused(&error, emit::message(&message)),
    }
}

/// Calls back a message that has not left.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgCancelSend(
    conv_id: *const c_char,
    conv_type: c_int,
    message_id: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&CANCEL, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (conversation, id) = unsafe { (text::needed(conv_id), text::needed(message_id)) };
        message::conversation(&conversation?, conv_type)?;
        let id = id?.into_owned();
        Work::wait(async move |account| {
            let session = match account.session() {
                Ok(session) => session,
                Err(answer) => return answer,
            };
            match session.cancel(&id).await {
                Ok(message) => Answer::done(emit::message(&message)),
                Err(error) => Answer::refused(&error, "{}"),
            }
        })
    })
}
