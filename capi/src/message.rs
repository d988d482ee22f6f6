//! Messages as callers give them: read as leniently as the real library reads them.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use engine::model::{Body, ConversationId, ConversationKind, Element, Message, MessageError};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::codes::{TIM_ERR_JSON, TIM_ERR_PARAM};
use crate::emit::{self, Fill, Key};
use crate::json;

/// A conversation as two arguments name it.
///
/// # Errors
/// [`TIM_ERR_PARAM`] when the type is neither 1 nor 2, or the id cannot be one.
pub(crate) fn conversation(id: &str, kind: i32) -> Result<ConversationId, i32> {
    ConversationId::new(conversation_kind(kind)?, id).map_err(|_| TIM_ERR_PARAM)
}

/// What kind of conversation a number stands for.
///
/// # Errors
/// [`TIM_ERR_PARAM`] when it is neither 1 nor 2.
pub(crate) fn conversation_kind(kind: i32) -> Result<ConversationKind, i32> {
    u64::try_from(kind).ok().and_then(ConversationKind::from_number).ok_or(TIM_ERR_PARAM)
}

/// A message as a caller wrote it.
///
/// # Errors
/// [`TIM_ERR_JSON`] when it is no object, has nothing in it, or passes a limit.
pub(crate) fn message(text: &str) -> Result<Message, i32> {
    of_object(&json::standard(text)?)
}

/// The messages of an array. What is no object is passed over.
///
/// # Errors
/// [`TIM_ERR_JSON`] when it is no array, none of its items is an object, or one of them is no message, an empty object for example.
pub(crate) fn messages(text: &str) -> Result<Vec<Message>, i32> {
    let array = json::standard(text)?;
    let items: Vec<&RawValue> = serde_json::from_str(&array).map_err(|_| TIM_ERR_JSON)?;
    let objects = items.iter().map(|item| item.get()).filter(|item| item.starts_with('{'));
    let messages = objects.map(of_object).collect::<Result<Vec<_>, _>>()?;
    if messages.is_empty() { Err(TIM_ERR_JSON) } else { Ok(messages) }
}

/// A message of standard JSON; see [`message`].
///
/// # Errors
/// As for [`message`].
pub(crate) fn of_object(object: &str) -> Result<Message, i32> {
    let inside = object.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or(TIM_ERR_JSON)?;
    if inside.trim().is_empty() {
        return Err(TIM_ERR_JSON);
    }
    let stripped = was_given_out(object).then(|| without_defaults(object)).flatten();
    let object = stripped.as_deref().unwrap_or(object);
    let mut message = match Message::from_json(object) {
        Err(MessageError::WrongKind { .. } | MessageError::HeadRange { .. } | MessageError::ConversationKind { .. }) => {
            Message::from_json(&with_right_kinds(object)?)
        }
        read => read,
    }
    .map_err(|_| TIM_ERR_JSON)?;
    drop_unknown_elements(&mut message.body)?;
    Ok(message)
}

/// A message to be sent, of an object. A copy of somebody's message that says that it forwards it is the account's own: only what was said is left of
/// it.
///
/// # Errors
/// As for [`of_object`].
pub(crate) fn to_send(object: &str) -> Result<Message, i32> {
    let message = of_object(object)?;
    let members: Map<String, Value> = serde_json::from_str(object).map_err(|_| TIM_ERR_JSON)?;
    if members.get("message_is_forward_message").and_then(Value::as_bool) != Some(true) {
        return Ok(message);
    }
    let mut body = message.body;
    let of_the_copy = ["message_sender_profile", "message_sender_group_member_info", "message_custom_int", "message_custom_str"];
    for key in of_the_copy.into_iter().chain(["message_is_forward_message"]) {
        body.set(key, None).map_err(|_| TIM_ERR_JSON)?;
    }
    Ok(Message::new("", 0, body))
}

/// The message with a rand and a time, where it was given neither these nor an id: saying the same words twice is saying two things.
pub(crate) fn one_of_its_own(mut message: Message) -> Message {
    /// Numbers of one process follow each other from a random beginning, as in the real library.
    static RAND: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(RandomState::new().hash_one(SystemTime::now()) as u32));
    if message.id.is_some() || message.rand != 0 {
        return message;
    }
    // Never 0, which means that there is none.
    message.rand = RAND.fetch_add(1, Ordering::Relaxed).max(1);
    if message.client_time == 0 && message.server_time == 0 {
        message.client_time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
    }
    message
}

/// Whether the message is one that [`emit`] has written, and has keys that nobody gave it.
fn was_given_out(object: &str) -> bool {
    object.contains("\"message_group_receipt_unread_count\"")
}

/// The object without the keys that every message is given out with, where they say nothing: kept, they would make each message that comes
/// back larger, here and on its way. `None` when the object cannot be read.
fn without_defaults(object: &str) -> Option<String> {
    let mut members: Map<String, Value> = serde_json::from_str(object).ok()?;
    drop_defaults(&mut members, emit::MESSAGE);
    let sender = members.get("message_sender").cloned();
    if let Some(Value::Object(profile)) = members.get_mut("message_sender_profile") {
        drop_defaults(profile, emit::PROFILE);
        if profile.get("user_profile_identifier") == sender.as_ref() {
            profile.shift_remove("user_profile_identifier");
        }
    }
    if let Some(Value::Object(member)) = members.get_mut("message_sender_group_member_info") {
        drop_defaults(member, emit::MEMBER);
    }
    for key in ["message_sender_profile", "message_sender_group_member_info"] {
        if members.get(key).and_then(Value::as_object).is_some_and(Map::is_empty) {
            members.shift_remove(key);
        }
    }
    serde_json::to_string(&members).ok()
}

fn drop_defaults(members: &mut Map<String, Value>, keys: &[Key]) {
    members.retain(|name, value| {
        let default = keys.iter().find(|key| key.name == name).map(|key| key.fill);
        !matches!(default, Some(Fill::Value(default)) if serde_json::from_str(default).is_ok_and(|default: Value| *value == default))
    });
}

/// The object without those values of its head that are of a kind that does not belong there; they count as not given.
fn with_right_kinds(object: &str) -> Result<String, i32> {
    let mut members: Map<String, Value> = serde_json::from_str(object).map_err(|_| TIM_ERR_JSON)?;
    members.retain(|key, value| match key.as_str() {
        "message_elem_array" => value.is_array(),
        "message_conv_id" | "message_msg_id" | "message_sender" => value.is_string(),
        "message_conv_type" => matches!(value.as_u64(), Some(1 | 2)),
        "message_client_time" | "message_server_time" | "message_seq" | "message_rand" | "message_status" => {
            value.as_f64().is_some_and(|number| number >= 0.0)
        }
        "message_is_from_self" | "message_is_read" | "message_is_peer_read" => value.is_boolean() || value.is_u64(),
        _ => true,
    });
    serde_json::to_string(&members).map_err(|_| TIM_ERR_JSON)
}

/// Takes out elements of types that nobody knows.
fn drop_unknown_elements(body: &mut Body) -> Result<(), i32> {
    if emit::is_plain_text(body.as_json()) {
        return Ok(());
    }
    let elements = body.elements();
    if elements.iter().any(|element| element.kind().is_none()) {
        let known: Vec<&Element> = elements.iter().filter(|element| element.kind().is_some()).collect();
        let known = serde_json::to_value(known).map_err(|_| TIM_ERR_JSON)?;
        body.set("message_elem_array", Some(known)).map_err(|_| TIM_ERR_JSON)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
