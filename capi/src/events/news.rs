//! One thing to tell to a callback, and the telling.

use std::ffi::{CString, c_int};
use std::sync::Arc;

use engine::model::{ConversationId, ElementType, Message};
use engine::transport::Connection;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::account::Account;
use crate::answer::UserData;
use crate::codes::DATABASE;
use crate::config::config;
use crate::desk::desk;
use crate::listeners::{Listener, listeners};
use crate::{conversation, emit, text};

/// The most things of one call.
const TOGETHER: usize = 100;

/// `TIMConvEvent`.
#[derive(Clone, Copy)]
#[repr(i32)]
enum ConversationEvent {
    Add = 0,
    Delete = 1,
    Update = 2,
    Start = 3,
    Finish = 4,
}

/// `TIMNetworkStatus`.
#[derive(Clone, Copy)]
#[repr(i32)]
enum Network {
    Connected = 0,
    Disconnected = 1,
    Connecting = 2,
    Failed = 3,
}

/// Something to tell.
pub(super) enum News {
    Received(Vec<Message>),
    Edited(Vec<Message>),
    Recalled(Vec<Message>),
    PeerRead(Vec<(ConversationId, u64)>),
    ConversationsAdded(Vec<ConversationId>),
    ConversationsChanged(Vec<ConversationId>),
    ConversationsDeleted(Vec<ConversationId>),
    TotalUnread(u64),
    Upload { id: String, element: usize, current: u64, total: u64 },
    Connection(Connection),
    Deaf,
    SyncBegan,
    SyncEnded,
}

impl News {
    /// Takes in what came next, or gives it back: where it is of another kind, or there is no room.
    pub(super) fn take_in(&mut self, next: Self) -> Option<Self> {
        fn join<T>(these: &mut Vec<T>, those: Vec<T>) -> Option<Vec<T>> {
            if these.len() + those.len() > TOGETHER {
                return Some(those);
            }
            these.extend(those);
            None
        }
        match (self, next) {
            (Self::Received(these), Self::Received(those)) => join(these, those).map(Self::Received),
            (Self::Edited(these), Self::Edited(those)) => join(these, those).map(Self::Edited),
            (Self::Recalled(these), Self::Recalled(those)) => join(these, those).map(Self::Recalled),
            (Self::PeerRead(these), Self::PeerRead(those)) => join(these, those).map(Self::PeerRead),
            (Self::ConversationsAdded(these), Self::ConversationsAdded(those)) => join(these, those).map(Self::ConversationsAdded),
            (Self::ConversationsChanged(these), Self::ConversationsChanged(those)) => join(these, those).map(Self::ConversationsChanged),
            (Self::ConversationsDeleted(these), Self::ConversationsDeleted(those)) => join(these, those).map(Self::ConversationsDeleted),
            (Self::TotalUnread(this), Self::TotalUnread(that)) => {
                *this = that;
                None
            }
            (_, next) => Some(next),
        }
    }

    /// Calls the callbacks, on the library thread, as long as what comes from `era` is wanted. The account is let go before, so that a callback may
    /// end it.
    pub(super) fn tell(self, account: Arc<Account>, era: u64) {
        match self {
            Self::Received(messages) => {
                drop(account);
                received(&messages, era);
            }
            Self::Edited(messages) => {
                drop(account);
                json(&listeners().updated, || emit::messages(&messages));
            }
            Self::Recalled(mut messages) => {
                messages.retain(|message| revoker(message).as_deref() != Some(&account.user));
                drop(account);
                if !messages.is_empty() {
                    json(&listeners().recalled, || Value::from_iter(messages.iter().map(revoked)).to_string());
                }
            }
            Self::PeerRead(receipts) => {
                drop(account);
                if config().has_receipts() {
                    json(&listeners().receipts, || Value::from_iter(receipts.iter().map(|(id, up_to)| receipt(id, *up_to))).to_string());
                }
            }
            Self::ConversationsAdded(ids) => conversations(account, ConversationEvent::Add, &ids),
            Self::ConversationsChanged(ids) => conversations(account, ConversationEvent::Update, &ids),
            Self::ConversationsDeleted(ids) => {
                drop(account);
                let names = ids.iter().map(|id| json!({ "conv_id": id.id(), "conv_type": id.kind().number() }));
                conversation_event(ConversationEvent::Delete, &Value::from_iter(names).to_string());
            }
            Self::SyncBegan => {
                drop(account);
                conversation_event(ConversationEvent::Start, "");
            }
            Self::SyncEnded => {
                drop(account);
                conversation_event(ConversationEvent::Finish, "");
            }
            Self::TotalUnread(unread) => {
                drop(account);
                if let Some((callback, UserData(user_data))) = listeners().unread.get() {
                    let unread = c_int::try_from(unread).unwrap_or(c_int::MAX);
                    // SAFETY: the caller set a function of this type.
                    unsafe { callback(unread, user_data) };
                }
            }
            Self::Upload { id, element, current, total } => upload(account, &id, element, current, total),
            Self::Connection(connection) => {
                drop(account);
                let status = match connection {
                    Connection::Connected => Network::Connected,
                    Connection::Connecting => Network::Connecting,
                    Connection::Disconnected => Network::Disconnected,
                };
                network(status, 0, c"".to_owned());
            }
            Self::Deaf => {
                drop(account);
                network(Network::Failed, DATABASE, c"what comes in cannot be kept; log in again when the cause is mended".to_owned());
            }
        }
    }
}

/// Calls a callback that takes one JSON text, which is made only where there is one.
fn json(listener: &Listener<unsafe extern "C" fn(*const std::ffi::c_char, *const std::ffi::c_void)>, json: impl FnOnce() -> String) {
    if !listener.is_set() {
        return;
    }
    let json = text::out(&json());
    if let Some((callback, UserData(user_data))) = listener.get() {
        // SAFETY: the caller set a function of this type; the text lives until it returns.
        unsafe { callback(json.as_ptr(), user_data) };
    }
}

fn received(messages: &[Message], era: u64) {
    let callbacks = listeners().received();
    if !callbacks.is_empty() {
        let json = text::out(&emit::messages(messages));
        for callback in callbacks {
            // The callback before may have ended the library, or taken this one back.
            let Some(UserData(user_data)) = listeners().still_received(callback).filter(|_| desk().wants(era)) else { continue };
            // SAFETY: the caller added a function of this type; the text lives until it returns.
            unsafe { callback(json.as_ptr(), user_data) };
        }
    }
    for message in messages.iter().filter(|message| message.body.types().contains(ElementType::GroupTips)) {
        let elements: Vec<&RawValue> = serde_json::from_str(message.body.elements_json()).unwrap_or_default();
        let is_tips = |element: &&RawValue| serde_json::from_str::<Value>(element.get()).is_ok_and(|element| element["elem_type"] == 5);
        for element in elements.into_iter().filter(is_tips).take_while(|_| desk().wants(era)) {
            json(&listeners().tips, || element.get().to_owned());
        }
    }
}

/// Who recalled a message.
fn revoker(message: &Message) -> Option<String> {
    message.body.get("message_revoker_user_id")?.as_str().map(str::to_owned)
}

/// The `MsgLocator` of a message that was recalled.
fn revoked(message: &Message) -> Value {
    let mut locator = message.locator().to_value();
    let reason = message.body.get("message_revoke_reason");
    if let (Some(locator), Some(conversation)) = (locator.as_object_mut(), &message.conversation) {
        locator.insert("message_locator_conv_id".to_owned(), conversation.id().into());
        locator.insert("message_locator_conv_type".to_owned(), conversation.kind().number().into());
        locator.insert("message_locator_is_revoked".to_owned(), true.into());
        locator.insert("message_locator_unique_id".to_owned(), message.unique_id().into());
        locator.insert("message_revoker_user_id".to_owned(), revoker(message).unwrap_or_default().into());
        locator.insert("message_revoker_nick_name".to_owned(), "".into());
        locator.insert("message_revoker_face_url".to_owned(), "".into());
        locator.insert("message_revoke_reason".to_owned(), reason.unwrap_or_else(|| "".into()));
    }
    locator
}

/// The `MessageReceipt` of a peer that has read everything up to a second.
fn receipt(conversation: &ConversationId, up_to: u64) -> Value {
    json!({
        "msg_receipt_conv_id": conversation.id(),
        "msg_receipt_conv_type": conversation.kind().number(),
        "msg_receipt_is_peer_read": true,
        "msg_receipt_msg_id": "",
        "msg_receipt_read_count": 0,
        "msg_receipt_time_stamp": up_to,
        "msg_receipt_unread_count": 0,
    })
}

/// Tells of conversations as they are now; of those that are gone again their deletion is told.
fn conversations(account: Arc<Account>, event: ConversationEvent, ids: &[ConversationId]) {
    if !listeners().conversations.is_set() {
        return;
    }
    let listed = conversation::named(&account, ids);
    drop(account);
    match listed {
        Ok(listed) if listed == "[]" => {}
        Ok(listed) => conversation_event(event, &listed),
        Err(error) => tracing::error!(%error, "a change of conversations could not be told"),
    }
}

fn conversation_event(event: ConversationEvent, json: &str) {
    if let Some((callback, UserData(user_data))) = listeners().conversations.get() {
        let json = text::out(json);
        // SAFETY: the caller set a function of this type; the text lives until it returns.
        unsafe { callback(event as c_int, json.as_ptr(), user_data) };
    }
}

fn upload(account: Arc<Account>, id: &str, element: usize, current: u64, total: u64) {
    if !listeners().upload.is_set() {
        return;
    }
    let found = account.archive.find(&[id]);
    drop(account);
    let message = match found {
        Ok(mut found) => found.pop(),
        Err(error) => return tracing::error!(%error, "the progress of a file could not be told"),
    };
    if let (Some(message), Some((callback, UserData(user_data)))) = (message, listeners().upload.get()) {
        let json = text::out(&emit::message(&message));
        let [index, current, total] = [element as u64, current, total].map(|number| u32::try_from(number).unwrap_or(u32::MAX));
        // SAFETY: the caller set a function of this type; the text lives until it returns.
        unsafe { callback(json.as_ptr(), index, current, total, user_data) };
    }
}

fn network(status: Network, code: i32, desc: CString) {
    if let Some((callback, UserData(user_data))) = listeners().network.get() {
        // SAFETY: the caller set a function of this type; the text lives until it returns.
        unsafe { callback(status as c_int, code, desc.as_ptr(), user_data) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_of_one_kind_become_one_up_to_a_hundred() {
        let message = || Message::text("a", 1, "hello");
        let mut news = News::Received(vec![message()]);
        for _ in 1..TOGETHER {
            assert!(news.take_in(News::Received(vec![message()])).is_none());
        }
        assert!(news.take_in(News::Received(vec![message()])).is_some());
        assert!(News::TotalUnread(1).take_in(News::TotalUnread(2)).is_none());
        assert!(News::TotalUnread(1).take_in(News::Deaf).is_some());
    }
}
