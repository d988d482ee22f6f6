//! Setting the callbacks for what happens. NULL takes one back. An event that is being told while its callback is exchanged may still reach
//! the one before.

use std::ffi::c_void;

use crate::answer::UserData;
use crate::guard::guard;
use crate::listeners::{
    AttributeCallback, ConversationCallback, JsonCallback, LogCallback, NetworkCallback, PlainCallback, UnreadCallback, UploadCallback,
    listeners,
};
use crate::log;

/// Adds a callback for messages that come in: an array of them. Several may be added, each once.
#[unsafe(no_mangle)]
pub extern "C" fn TIMAddRecvNewMsgCallback(cb: JsonCallback, user_data: *const c_void) {
    guard("TIMAddRecvNewMsgCallback", (), || {
        if let Some(callback) = cb {
            listeners().add_received(callback, UserData(user_data));
        }
    });
}

/// Takes a callback for messages that come in back.
#[unsafe(no_mangle)]
pub extern "C" fn TIMRemoveRecvNewMsgCallback(cb: JsonCallback) {
    guard("TIMRemoveRecvNewMsgCallback", (), || {
        if let Some(callback) = cb {
            listeners().remove_received(callback);
        }
    });
}

/// Sets the callback for peers that have read: an array of `MessageReceipt`.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetMsgReadedReceiptCallback(cb: JsonCallback, user_data: *const c_void) {
    guard("TIMSetMsgReadedReceiptCallback", (), || listeners().receipts.set(cb, UserData(user_data)));
}

/// Sets the callback for messages that others have recalled: an array of `MsgLocator`.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetMsgRevokeCallback(cb: JsonCallback, user_data: *const c_void) {
    guard("TIMSetMsgRevokeCallback", (), || listeners().recalled.set(cb, UserData(user_data)));
}

/// Sets the callback for files of messages that are being sent.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetMsgElemUploadProgressCallback(cb: UploadCallback, user_data: *const c_void) {
    guard("TIMSetMsgElemUploadProgressCallback", (), || listeners().upload.set(cb, UserData(user_data)));
}

/// Sets the callback for messages with a new content: an array of them.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetMsgUpdateCallback(cb: JsonCallback, user_data: *const c_void) {
    guard("TIMSetMsgUpdateCallback", (), || listeners().updated.set(cb, UserData(user_data)));
}

/// Sets the callback for notices of groups: one `GroupTipsElem`.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetGroupTipsEventCallback(cb: JsonCallback, user_data: *const c_void) {
    guard("TIMSetGroupTipsEventCallback", (), || listeners().tips.set(cb, UserData(user_data)));
}

/// Takes a callback for attributes of groups. It is never called: groups have none here.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetGroupAttributeChangedCallback(_cb: AttributeCallback, _user_data: *const c_void) {}

/// Sets the callback for the list of conversations: an array of `ConvInfo`, or "" where the first synchronisation begins and ends.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetConvEventCallback(cb: ConversationCallback, user_data: *const c_void) {
    guard("TIMSetConvEventCallback", (), || listeners().conversations.set(cb, UserData(user_data)));
}

/// Sets the callback for the unread messages of all conversations.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetConvTotalUnreadMessageCountChangedCallback(cb: UnreadCallback, user_data: *const c_void) {
    guard("TIMSetConvTotalUnreadMessageCountChangedCallback", (), || listeners().unread.set(cb, UserData(user_data)));
}

/// Sets the callback for the connection.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetNetworkStatusListenerCallback(cb: NetworkCallback, user_data: *const c_void) {
    guard("TIMSetNetworkStatusListenerCallback", (), || listeners().network.set(cb, UserData(user_data)));
}

/// Takes a callback for another login of the same account. It is never called: a hub lets an account in as often as it comes.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetKickedOfflineCallback(_cb: PlainCallback, _user_data: *const c_void) {}

/// Takes a callback for a signature that is no longer valid. It is never called: a hub looks at none.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetUserSigExpiredCallback(_cb: PlainCallback, _user_data: *const c_void) {}

/// Sets the callback for the log.
#[unsafe(no_mangle)]
pub extern "C" fn TIMSetLogCallback(cb: LogCallback, user_data: *const c_void) {
    guard("TIMSetLogCallback", (), || {
        listeners().log.set(cb, UserData(user_data));
        log::listen();
    });
}
