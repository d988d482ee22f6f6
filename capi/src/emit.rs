//! Messages as the API gives them out: with every key that its readers may look for, whatever the message was given with.

mod complete;
mod keys;

use std::fmt::Write as _;
use std::sync::LazyLock;

use engine::model::{ConversationKind, Message, Status};
use serde_json::value::RawValue;

pub(crate) use keys::{Fill, Key, MEMBER, MESSAGE, OFFLINE_PUSH, PROFILE};

/// What stands before the elements of a body.
const ELEMENTS: &str = "{\"message_elem_array\":";
/// The beginning of a text element, as bodies have it. A text follows, in quotes.
const TEXT: &str = "{\"elem_type\":0,\"text_elem_content\":";

/// All keys with their defaults, each with a comma in front, of a message that has none of them.
static DEFAULTS: LazyLock<String> = LazyLock::new(|| {
    let mut out = String::new();
    complete::write_missing(&mut out, &Default::default(), MESSAGE);
    out
});

/// One message.
pub(crate) fn message(message: &Message) -> String {
    let mut out = String::with_capacity(message.body.as_json().len() + 1_792);
    write(message, &mut out);
    out
}

/// A list of messages; `[]` when there are none.
pub(crate) fn messages<'a>(messages: impl IntoIterator<Item = &'a Message>) -> String {
    let mut out = String::from("[");
    for message in messages {
        if out.len() > 1 {
            out.push(',');
        }
        write(message, &mut out);
    }
    out.push(']');
    out
}

/// A text as JSON.
pub(crate) fn text(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        // A text can always be written.
        out.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned()));
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

/// Appends a message.
pub(crate) fn write(message: &Message, out: &mut String) {
    out.push('{');
    write_head(message, out);
    let body = message.body.as_json();
    if is_plain_text(body) {
        // The body without its braces.
        out.push(',');
        out.push_str(&body[1..body.len() - 1]);
        out.push_str(&DEFAULTS);
        write_sender(message, None, None, out);
    } else {
        write_body(message, body, out);
    }
    out.push('}');
}

/// Whether a body is one text element and nothing else, as almost all are.
pub(crate) fn is_plain_text(body: &str) -> bool {
    let rest = body.strip_prefix(ELEMENTS).and_then(|rest| rest.strip_prefix('[')).and_then(|rest| rest.strip_prefix(TEXT));
    rest.and_then(text_end).is_some_and(|end| end == "}]}")
}

/// What stands behind a text in quotes.
fn text_end(json: &str) -> Option<&str> {
    let mut rest = json.strip_prefix('"')?;
    loop {
        let at = rest.find(['"', '\\'])?;
        if rest.as_bytes()[at] == b'"' {
            return Some(&rest[at + 1..]);
        }
        // The escaped character is one byte, or `u` and digits.
        rest = rest.get(at + 2..)?;
    }
}

/// What a message has in fields of its own.
fn write_head(message: &Message, out: &mut String) {
    let (id, kind) = message.conversation.as_ref().map_or(("", 0), |conversation| (conversation.id(), conversation.kind().number()));
    out.push_str("\"message_conv_id\":");
    text(out, id);
    out.push_str(",\"message_msg_id\":");
    text(out, &message.id_text());
    out.push_str(",\"message_sender\":");
    text(out, &message.sender);
    let server_time = if is_unsent(message) { 0 } else { message.server_time };
    let is_from_self = message.is_from_self.unwrap_or(false);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        ",\"message_conv_type\":{kind},\"message_client_time\":{},\"message_server_time\":{server_time},\"message_seq\":{},\"message_rand\":{},\
         \"message_unique_id\":{},\"message_status\":{},\"message_is_from_self\":{is_from_self},\"message_is_read\":{},\"message_is_peer_read\":{}",
        message.client_time,
        message.seq,
        message.rand,
        message.unique_id(),
        // Without one it was refused before it was kept.
        message.status.unwrap_or(Status::Sending).number(),
        message.is_read.unwrap_or(true),
        message.is_peer_read.unwrap_or(!is_from_self),
    );
}

/// Whether no server has given the message a time.
fn is_unsent(message: &Message) -> bool {
    message.is_from_self == Some(true) && matches!(message.status, None | Some(Status::Sending | Status::Failed | Status::Cancelled))
}

/// The elements and the other keys of a body that is more than one text.
fn write_body(message: &Message, body: &str, out: &mut String) {
    let mut members = complete::members(body);
    out.push_str(",\"message_elem_array\":");
    write_elements(members.remove("message_elem_array").map_or("[]", RawValue::get), out);
    let profile = members.remove("message_sender_profile");
    let member = members.remove("message_sender_group_member_info");
    let push = members.remove("message_offline_push_config");
    // Kept as 32 bits, and given out as the signed number that they are to C.
    if let Some(number) = members.remove("message_custom_int") {
        let number = number.get().parse::<u32>().unwrap_or(0).cast_signed();
        let _ = write!(out, ",\"message_custom_int\":{number}");
        complete::write_missing_but(out, &members, MESSAGE, "message_custom_int");
    } else {
        complete::write_missing(out, &members, MESSAGE);
    }
    for (key, value) in &members {
        out.push(',');
        text(out, key);
        out.push(':');
        out.push_str(value.get());
    }
    if let Some(push) = push {
        out.push_str(",\"message_offline_push_config\":");
        complete::write_object(out, &complete::members(push.get()), OFFLINE_PUSH);
    }
    write_sender(message, profile, member, out);
}

/// Who said it, as far as that is known.
fn write_sender(message: &Message, profile: Option<&RawValue>, member: Option<&RawValue>, out: &mut String) {
    let mut profile = profile.map(|profile| complete::members(profile.get())).unwrap_or_default();
    profile.remove("user_profile_identifier");
    out.push_str(",\"message_sender_profile\":{\"user_profile_identifier\":");
    text(out, &message.sender);
    complete::write_members(out, &profile);
    complete::write_missing(out, &profile, PROFILE);
    out.push('}');
    if message.conversation.as_ref().is_some_and(|conversation| conversation.kind() == ConversationKind::Group) || member.is_some() {
        out.push_str(",\"message_sender_group_member_info\":");
        complete::write_object(out, &member.map(|member| complete::members(member.get())).unwrap_or_default(), MEMBER);
    }
}

/// An array of elements, each with the keys of its type.
fn write_elements(elements: &str, out: &mut String) {
    // A body's array was read when it came in; one that cannot be read any more has no elements.
    let elements: Vec<&RawValue> = serde_json::from_str(elements).unwrap_or_default();
    out.push('[');
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        let json = element.get();
        if json.strip_prefix(TEXT).and_then(text_end) == Some("}") {
            out.push_str(json);
        } else {
            let members = complete::members(json);
            let kind = members.get("elem_type").and_then(|kind| kind.get().parse().ok());
            complete::write_object(out, &members, kind.map_or(&[], keys::of_element));
        }
    }
    out.push(']');
}

#[cfg(test)]
mod tests;
