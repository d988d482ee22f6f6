//! An event of Matrix, as a room has it, and how it relates to others.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The keys of an event that are read. What is missing or of another form is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Event {
    #[serde(rename = "type", deserialize_with = "text")]
    pub(super) kind: String,
    #[serde(deserialize_with = "text")]
    pub(super) event_id: String,
    /// `user_id` in the exports of old clients.
    #[serde(alias = "user_id", deserialize_with = "text")]
    pub(super) sender: String,
    #[serde(deserialize_with = "text")]
    pub(super) room_id: String,
    /// Unix milliseconds.
    #[serde(deserialize_with = "number")]
    pub(super) origin_server_ts: Option<u64>,
    pub(super) content: Value,
    /// Only events of the room's state have one.
    pub(super) state_key: Option<Value>,
    pub(super) unsigned: Value,
    pub(super) redacts: Value,
    prev_content: Value,
}

fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        _ => String::new(),
    })
}

fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let value = Value::deserialize(from)?;
    let float = |value: &Value| value.as_f64().filter(|number| (0.0..1e16).contains(number)).map(|number| number as u64);
    Ok(value.as_u64().or_else(|| value.as_str()?.parse().ok()).or_else(|| float(&value)))
}

/// An event as clients hand it out when it was encrypted.
#[derive(Deserialize)]
struct Decrypted {
    decrypted: Event,
}

/// How an event relates to another one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Relation<'a> {
    pub(super) kind: &'a str,
    pub(super) to: &'a str,
    /// The emoji of a reaction.
    pub(super) key: &'a str,
}

impl Event {
    /// # Errors
    /// [`serde_json::Error`] when it is no JSON object.
    pub(super) fn parse(json: &str) -> Result<Self, serde_json::Error> {
        let event: Self = serde_json::from_str(json)?;
        if event.kind.is_empty()
            && let Ok(Decrypted { decrypted }) = serde_json::from_str(json)
        {
            return Ok(decrypted);
        }
        Ok(event)
    }

    /// An event inside of another one.
    pub(super) fn of(value: &Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// Unix seconds.
    pub(super) fn time(&self) -> Option<u64> {
        self.origin_server_ts.map(|milliseconds| milliseconds / 1000)
    }

    /// The text under a key of the content; empty where there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.content[key].as_str().unwrap_or_default()
    }

    /// What the state was before.
    pub(super) fn before(&self) -> &Value {
        let unsigned = &self.unsigned["prev_content"];
        if unsigned.is_null() { &self.prev_content } else { unsigned }
    }

    /// Whom an event of membership is about.
    pub(super) fn target(&self) -> &str {
        self.state_key.as_ref().and_then(Value::as_str).filter(|key| !key.is_empty()).unwrap_or(&self.sender)
    }

    pub(super) fn relation(&self) -> Option<Relation<'_>> {
        let relates = &self.content["m.relates_to"];
        let text = |key: &str| relates[key].as_str();
        Some(Relation { kind: text("rel_type")?, to: text("event_id")?, key: text("key").unwrap_or_default() })
    }

    /// The event that it answers. What a thread names only for clients that know no threads is no answer.
    pub(super) fn answered(&self) -> Option<&str> {
        let relates = &self.content["m.relates_to"];
        if relates["is_falling_back"] == true {
            return None;
        }
        relates["m.in_reply_to"]["event_id"].as_str()
    }

    /// What it replaces, where it is an edit.
    pub(super) fn edited(&self) -> Option<&str> {
        self.relation().filter(|relation| relation.kind == "m.replace").map(|relation| relation.to)
    }

    /// The event that it takes back: newer rooms say so in the content.
    pub(super) fn redacted(&self) -> Option<&str> {
        if self.kind != "m.room.redaction" {
            return None;
        }
        self.redacts.as_str().or_else(|| self.content["redacts"].as_str())
    }

    /// Something of this kind that the server has put together about it: `m.replace`, `m.annotation`, `m.thread`.
    pub(super) fn bundled(&self, kind: &str) -> &Value {
        &self.unsigned["m.relations"][kind]
    }

    /// Whether it is a poll of the stable kind or of one before it.
    pub(super) fn is_poll(&self, part: &str) -> bool {
        self.kind.strip_prefix("m.poll.").or_else(|| self.kind.strip_prefix("org.matrix.msc3381.poll.")) == Some(part)
    }
}
