//! Changing what was said: taking it back, saying it differently, noting something at it.

use std::ffi::{c_char, c_int, c_void};

use engine::archive::ArchiveError;
use serde_json::Value;

use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::codes::INVALID_PARAMETERS;
use crate::known::known;
use crate::{emit, message, text};

static REVOKE: Function = Function::works("TIMMsgRevoke");
static MODIFY: Function = Function::works("TIMMsgModifyMessage");
static SET_CUSTOM: Function = Function::works("TIMMsgSetLocalCustomData");

/// Takes a message back. It stays in history, with status 6.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgRevoke(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msg_param: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&REVOKE, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (id, param) = unsafe { (text::needed(conv_id), text::needed(json_msg_param)) };
        let (id, param) = (id?, param?);
        let conversation = message::conversation(&id, conv_type)?;
        let message = message::message(&param)?;
        Work::wait(async move |account| {
            let session = match account.session() {
                Ok(session) => session,
                Err(answer) => return answer,
            };
            let (given, place) = (message.id_text(), conversation.clone());
            let id = match account.look_up(move |archive| known(archive, Some(&conversation), &message)).await {
                Some(Ok(Some(found))) if found.conversation.as_ref() != Some(&place) => {
                    return Answer::failed(INVALID_PARAMETERS, "the message is of another conversation", "");
                }
                // One that is not kept here can be on its way.
                Some(Ok(found)) => found.map_or(given, |found| found.id_text()),
                Some(Err(error)) => return Answer::unkept(error, ""),
                None => return Answer::fault(""),
            };
            match session.recall(&id, None).await {
                Ok(_) => Answer::done(""),
                Err(error) => Answer::refused(&error, ""),
            }
        })
    })
}

/// Gives an own message that was sent the elements and other keys of this one. The callback is given the message as it is now, also when it was
/// not changed.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgModifyMessage(json_msg_param: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&MODIFY, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let param = unsafe { text::needed(json_msg_param) }?;
        let message = message::message(&param)?;
        Work::wait(async move |account| {
            let session = match account.session() {
                Ok(session) => session,
                Err(answer) => return answer,
            };
            let body = message.body.clone();
            let given = message.id_text();
            let found = match account.look_up(move |archive| known(archive, None, &message)).await {
                Some(Ok(found)) => found,
                Some(Err(error)) => return Answer::unkept(error, ""),
                None => return Answer::fault(""),
            };
            let id = found.as_ref().map_or(given, |found| found.id_text());
            match session.edit(&id, body).await {
                Ok(edited) => Answer::done(emit::message(&edited)),
                Err(error) => Answer::refused(&error, found.as_ref().map(emit::message).unwrap_or_default()),
            }
        })
    })
}

/// Sets the custom number and the custom text of a message, which stay on this machine; those that are not given become 0 and "". One that is
/// not here is passed over.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetLocalCustomData(json_msg_param: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&SET_CUSTOM, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let param = unsafe { text::needed(json_msg_param) }?;
        let message = message::message(&param)?;
        Work::write(move |account| {
            if let Some(found) = known(&account.archive, None, &message)? {
                let number =
                    message.body.get("message_custom_int").as_ref().and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
                let text = message.body.get("message_custom_str").as_ref().and_then(Value::as_str).map(str::to_owned);
                match account.archive.annotate(&found.id_text(), Some(number.unwrap_or(0)), Some(text.as_deref().unwrap_or_default())) {
                    // It went meanwhile.
                    Ok(_) | Err(ArchiveError::UnknownMessage { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(Answer::ok(""))
        })
    })
}
