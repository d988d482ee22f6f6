//! Prints a message: the head's keys in a fixed order, then the body as it is kept.

use super::Message;
use crate::model::Status;

impl Message {
    /// The message as one compact JSON object.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(self.body.as_json().len() + 384);
        self.write_json(&mut out);
        out
    }

    /// Appends the message as one compact JSON object. Nothing is parsed: the body is copied.
    pub fn write_json(&self, out: &mut String) {
        out.push('{');
        if let Some(conversation) = &self.conversation {
            text(out, "message_conv_id", conversation.id());
            number(out, "message_conv_type", conversation.kind().number().into());
        }
        text(out, "message_msg_id", &self.id_text());
        text(out, "message_sender", &self.sender);
        number(out, "message_client_time", self.client_time);
        number(out, "message_server_time", self.server_time);
        number(out, "message_seq", self.seq);
        number(out, "message_rand", self.rand.into());
        number(out, "message_unique_id", self.unique_id());
        if let Some(status) = self.status {
            number(out, "message_status", Status::number(status).into());
        }
        for (key, value) in
            [("message_is_from_self", self.is_from_self), ("message_is_read", self.is_read), ("message_is_peer_read", self.is_peer_read)]
        {
            if let Some(value) = value {
                member(out, key);
                out.push_str(if value { "true" } else { "false" });
            }
        }
        // The body is an object with at least one member, so what follows its brace follows a comma here.
        out.push(',');
        out.push_str(self.body.as_json().get(1..).unwrap_or("}"));
    }
}

impl serde::Serialize for Message {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::value::RawValue::from_string(self.to_json()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

fn member(out: &mut String, key: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push('"');
    out.push_str(key);
    out.push_str("\":");
}

fn text(out: &mut String, key: &str, value: &str) {
    member(out, key);
    super::compact::push_text(out, value);
}

fn number(out: &mut String, key: &str, value: u64) {
    use std::fmt::Write as _;
    member(out, key);
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}
