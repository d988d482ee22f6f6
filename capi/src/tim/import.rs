//! Putting messages into the local database: many, or one.

use std::ffi::{c_char, c_int, c_void};

use engine::Durability;
use engine::archive::ImportOptions;
use engine::model::{ConversationId, ConversationKind, Message, Status};

use crate::account::Account;
use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::{emit, message, text};

static IMPORT: Function = Function::works("TIMMsgImportMsgList").failing_with("[]");
static SAVE: Function = Function::works("TIMMsgSaveMsg");

/// Adds messages to the local database of a conversation, all of them or none.
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
        let (id, array) = unsafe { (text::needed(conv_id), text::needed(json_msg_array)) };
        let (id, array) = (id?, array?);
        let conversation = message::conversation(&id, conv_type)?;
        let messages = message::messages(&array)?;
        Work::write(move |account| {
            account.membership.join(&conversation);
            let messages = messages.into_iter().map(|message| placed(account, &conversation, message)).collect();
            let options = ImportOptions { conversation: Some(conversation), strict: true, ..ImportOptions::default() };
            account.archive.import_batch(messages, options, Durability::Buffered)?;
            Ok(Answer::ok(""))
        })
    })
}

/// Adds one message to the local database of a conversation.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSaveMsg(
    conv_id: *const c_char,
    conv_type: c_int,
    json_msg_param: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&SAVE, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (id, param) = unsafe { (text::needed(conv_id), text::needed(json_msg_param)) };
        let (id, param) = (id?, param?);
        let conversation = message::conversation(&id, conv_type)?;
        let message = message::message(&param)?;
        Work::write(move |account| {
            account.membership.join(&conversation);
            let message = message::one_of_its_own(placed(account, &conversation, message));
            let conversation = message.conversation.clone().unwrap_or(conversation);
            let saved = account.archive.save_with(&conversation, message, Durability::Buffered)?;
            Ok(Answer::ok(emit::message(&saved)))
        })
    })
}

/// The message as it is put into the database of a conversation: never sent, and what somebody else said to the account in the conversation
/// with that one, whatever the call says.
fn placed(account: &Account, conversation: &ConversationId, message: Message) -> Message {
    let is_others = !message.sender.is_empty() && message.sender != account.user;
    let theirs = (is_others && conversation.kind() == ConversationKind::C2c).then(|| ConversationId::c2c(&message.sender).ok()).flatten();
    Message {
        conversation: Some(theirs.unwrap_or_else(|| conversation.clone())),
        is_from_self: None,
        status: Some(Status::Imported),
        ..message
    }
}
