//! The records of an export as Slack and slackdump write them.

use serde::Deserialize;
use serde_json::Value;

use crate::formats::lenient::{flag, list, number, or_default, text};

/// A message, or something that happened, by its subtype.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    #[serde(deserialize_with = "text")]
    pub(super) subtype: String,
    /// When, in seconds with a point; the id in its channel.
    #[serde(deserialize_with = "text")]
    pub(super) ts: String,
    #[serde(deserialize_with = "text")]
    pub(super) user: String,
    #[serde(deserialize_with = "text")]
    pub(super) username: String,
    #[serde(deserialize_with = "text")]
    pub(super) bot_id: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) bot_profile: Bot,
    #[serde(deserialize_with = "or_default")]
    pub(super) user_profile: User,
    #[serde(deserialize_with = "text")]
    pub(super) text: String,
    #[serde(deserialize_with = "list")]
    pub(super) blocks: Vec<Value>,
    #[serde(deserialize_with = "list")]
    pub(super) attachments: Vec<Value>,
    #[serde(deserialize_with = "list")]
    pub(super) files: Vec<File>,
    /// The only file of a message before 2018.
    #[serde(deserialize_with = "or_default")]
    pub(super) file: Option<File>,
    /// What was said about a file, in old exports.
    #[serde(deserialize_with = "or_default")]
    pub(super) comment: Option<Comment>,
    #[serde(deserialize_with = "text")]
    pub(super) thread_ts: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) edited: Option<Edit>,
    #[serde(deserialize_with = "list")]
    pub(super) reactions: Vec<Reacted>,
    /// The channels in which it is pinned.
    #[serde(deserialize_with = "list")]
    pub(super) pinned_to: Vec<String>,
    /// Who brought the one who joined.
    #[serde(deserialize_with = "text")]
    pub(super) inviter: String,
    /// The call that began.
    #[serde(deserialize_with = "or_default")]
    pub(super) room: Option<Room>,
    /// The new form of a message, in the news of a change.
    #[serde(deserialize_with = "or_default")]
    pub(super) message: Option<Box<Record>>,
    #[serde(deserialize_with = "or_default")]
    pub(super) previous_message: Option<Box<Record>>,
    #[serde(deserialize_with = "text")]
    pub(super) deleted_ts: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Bot {
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
}

/// Somebody of the workspace, in lists of people and beside messages.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    real_name: String,
    #[serde(deserialize_with = "text")]
    display_name: String,
    #[serde(deserialize_with = "or_default")]
    profile: Profile,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Profile {
    #[serde(deserialize_with = "text")]
    display_name: String,
    #[serde(deserialize_with = "text")]
    real_name: String,
}

impl User {
    /// The name that people see, as Slack chooses it.
    pub(super) fn shown(&self) -> &str {
        let names = [&self.profile.display_name, &self.display_name, &self.real_name, &self.profile.real_name, &self.name];
        names.into_iter().find(|name| !name.trim().is_empty()).map_or("", String::as_str)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Channel {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    /// Direct messages have none.
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) topic: Said,
    #[serde(deserialize_with = "or_default")]
    pub(super) purpose: Said,
    #[serde(deserialize_with = "list")]
    pub(super) members: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(super) pins: Vec<Pin>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    #[serde(deserialize_with = "text")]
    pub(super) value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pin {
    /// The `ts` of a message, or the id of a file.
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
    #[serde(deserialize_with = "text")]
    pub(super) title: String,
    #[serde(deserialize_with = "text")]
    pub(super) mimetype: String,
    /// `hosted`, `external`, `snippet`, `tombstone`, `hidden_by_limit` and others.
    #[serde(deserialize_with = "text")]
    pub(super) mode: String,
    #[serde(deserialize_with = "number")]
    pub(super) size: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) url_private: String,
    #[serde(deserialize_with = "text")]
    pub(super) permalink: String,
    #[serde(deserialize_with = "number")]
    pub(super) original_w: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) original_h: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) duration_ms: Option<u64>,
    /// The beginning of a text file.
    #[serde(deserialize_with = "text")]
    pub(super) preview: String,
    /// The text of a mail.
    #[serde(deserialize_with = "text")]
    pub(super) plain_text: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    #[serde(deserialize_with = "text")]
    pub(super) user: String,
    #[serde(deserialize_with = "text")]
    pub(super) comment: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Edit {
    #[serde(deserialize_with = "text")]
    pub(super) user: String,
    #[serde(deserialize_with = "text")]
    pub(super) ts: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reacted {
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
    #[serde(deserialize_with = "list")]
    pub(super) users: Vec<String>,
    /// May be more than there are users.
    #[serde(deserialize_with = "number")]
    pub(super) count: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Room {
    #[serde(deserialize_with = "list")]
    pub(super) participant_history: Vec<String>,
    #[serde(deserialize_with = "flag")]
    pub(super) has_ended: bool,
}
