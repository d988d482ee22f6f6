//! One message as Facebook and Instagram write it, and as the export of encrypted chats does.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::formats::lenient::{flag, list, number, or_default, text};

/// A message. Each export has the keys of one kind; those of the encrypted chats are the second names.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    #[serde(alias = "senderName", deserialize_with = "text")]
    pub(super) sender_name: String,
    /// Milliseconds.
    #[serde(alias = "timestamp", deserialize_with = "number")]
    pub(super) timestamp_ms: Option<u64>,
    #[serde(alias = "text", deserialize_with = "text")]
    pub(super) content: String,
    /// `Generic`, `Share`, `Call`, `Subscribe`, `Unsubscribe`; not in exports from 2023 on.
    #[serde(rename = "type", deserialize_with = "text")]
    pub(super) kind: String,
    #[serde(deserialize_with = "list")]
    pub(super) photos: Vec<File>,
    #[serde(deserialize_with = "list")]
    pub(super) videos: Vec<File>,
    #[serde(deserialize_with = "list")]
    pub(super) audio_files: Vec<File>,
    #[serde(deserialize_with = "list")]
    pub(super) gifs: Vec<File>,
    #[serde(deserialize_with = "list")]
    pub(super) files: Vec<File>,
    #[serde(deserialize_with = "list")]
    pub(super) media: Vec<File>,
    #[serde(deserialize_with = "or_default")]
    pub(super) sticker: Option<File>,
    /// A link, with a preview.
    pub(super) share: Value,
    pub(super) poll: Value,
    #[serde(deserialize_with = "list")]
    pub(super) reactions: Vec<Reacted>,
    /// Seconds.
    #[serde(deserialize_with = "number")]
    pub(super) call_duration: Option<u64>,
    #[serde(deserialize_with = "flag")]
    pub(super) missed: bool,
    /// Who came or went.
    #[serde(deserialize_with = "list")]
    pub(super) users: Vec<Name>,
    #[serde(alias = "isUnsent", deserialize_with = "flag")]
    pub(super) is_unsent: bool,
    #[serde(rename = "quoted_message_metadata", deserialize_with = "or_default")]
    pub(super) quoted: Option<Quoted>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    #[serde(deserialize_with = "text")]
    pub(super) uri: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reacted {
    #[serde(deserialize_with = "text")]
    pub(super) reaction: String,
    #[serde(deserialize_with = "text")]
    pub(super) actor: String,
}

/// A message that is answered; only its text is told.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Quoted {
    #[serde(deserialize_with = "or_default")]
    pub(super) creator: Name,
    #[serde(deserialize_with = "text")]
    pub(super) text: String,
}

/// Somebody's name, alone or as the only key.
#[derive(Clone, Default)]
pub(super) struct Name(pub(super) String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::String(name) => Self(name),
            other => Self(other["name"].as_str().unwrap_or_default().to_owned()),
        })
    }
}

/// When a message was said, without all the rest.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Moment {
    #[serde(alias = "timestamp", deserialize_with = "number")]
    pub(super) timestamp_ms: Option<u64>,
}
