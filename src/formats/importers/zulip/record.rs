//! Messages and rows of tables as Zulip writes them.

use serde::Deserialize;
use serde_json::Value;

use crate::formats::lenient::{flag, list, number, or_default, text};

/// A message of an export, an archive or the API; each has some of these.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    #[serde(deserialize_with = "number")]
    pub(super) id: Option<u64>,
    /// The user id, in an export.
    #[serde(deserialize_with = "number")]
    pub(super) sender: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) sender_id: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) sender_full_name: String,
    /// The id of a row of recipients, in an export.
    #[serde(deserialize_with = "number")]
    pub(super) recipient: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) stream_id: Option<u64>,
    /// The name of a channel, or the people of direct messages.
    pub(super) display_recipient: Value,
    /// The topic.
    #[serde(deserialize_with = "text")]
    pub(super) subject: String,
    /// Markdown, or a page in archives and where the API is asked for that.
    #[serde(deserialize_with = "text")]
    pub(super) content: String,
    #[serde(deserialize_with = "text")]
    pub(super) content_type: String,
    /// When, in seconds.
    #[serde(deserialize_with = "text")]
    pub(super) date_sent: String,
    /// The same, before 2019.
    #[serde(deserialize_with = "text")]
    pub(super) pub_date: String,
    #[serde(deserialize_with = "text")]
    pub(super) timestamp: String,
    #[serde(deserialize_with = "number")]
    pub(super) last_edit_time: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) last_edit_timestamp: Option<u64>,
    /// A list of [`Edit`], or a text that is one; the newest first.
    pub(super) edit_history: Value,
    #[serde(deserialize_with = "list")]
    pub(super) reactions: Vec<Reaction>,
    #[serde(deserialize_with = "list")]
    pub(super) submessages: Vec<Submessage>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Edit {
    pub(super) prev_content: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) timestamp: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) user_id: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reaction {
    /// The message, in an export.
    #[serde(deserialize_with = "number")]
    pub(super) message: Option<u64>,
    #[serde(alias = "user_profile", deserialize_with = "number")]
    pub(super) user_id: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) emoji_name: String,
    /// Its code points, divided by `-`.
    #[serde(deserialize_with = "text")]
    pub(super) emoji_code: String,
    /// `unicode_emoji` for characters.
    #[serde(deserialize_with = "text")]
    pub(super) reaction_type: String,
}

/// What was done in a poll or another widget.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Submessage {
    #[serde(alias = "message", deserialize_with = "number")]
    pub(super) message_id: Option<u64>,
    #[serde(alias = "sender", deserialize_with = "number")]
    pub(super) sender_id: Option<u64>,
    /// JSON.
    #[serde(deserialize_with = "text")]
    pub(super) content: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    #[serde(deserialize_with = "number")]
    pub(super) id: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) full_name: String,
    #[serde(deserialize_with = "text")]
    pub(super) email: String,
    #[serde(deserialize_with = "flag")]
    pub(super) is_bot: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Stream {
    #[serde(deserialize_with = "number")]
    pub(super) id: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
    #[serde(deserialize_with = "text")]
    pub(super) description: String,
    #[serde(deserialize_with = "flag")]
    pub(super) invite_only: bool,
}

/// To whom messages go: a person (1), a channel (2), a group of people (3), by the id of that.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Recipient {
    #[serde(deserialize_with = "number")]
    pub(super) id: Option<u64>,
    #[serde(rename = "type", deserialize_with = "number")]
    pub(super) kind: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) type_id: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Subscription {
    #[serde(deserialize_with = "number")]
    pub(super) user_profile: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) recipient: Option<u64>,
}

/// Somebody of direct messages, as the API names them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    #[serde(deserialize_with = "number")]
    pub(super) id: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) full_name: String,
}

/// The channels of an archive.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Index {
    #[serde(deserialize_with = "or_default")]
    pub(super) streams: serde_json::Map<String, Value>,
}
