//! One message as DiscordChatExporter writes it.

use serde::Deserialize;
use serde_json::Value;

use crate::formats::lenient::{flag, list, number, or_default, text};
use crate::model::Person;

/// A message, or something that happened, by its type.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    /// The name of the type, or the number of one that the program does not know.
    #[serde(rename = "type", deserialize_with = "text")]
    pub(super) kind: String,
    #[serde(deserialize_with = "text")]
    pub(super) timestamp: String,
    #[serde(rename = "timestampEdited", deserialize_with = "text")]
    pub(super) edited: String,
    #[serde(rename = "isPinned", deserialize_with = "flag")]
    pub(super) is_pinned: bool,
    #[serde(deserialize_with = "or_default")]
    pub(super) author: User,
    #[serde(deserialize_with = "text")]
    pub(super) content: String,
    #[serde(deserialize_with = "list")]
    pub(super) attachments: Vec<File>,
    #[serde(deserialize_with = "list")]
    pub(super) embeds: Vec<Value>,
    #[serde(deserialize_with = "list")]
    pub(super) stickers: Vec<Sticker>,
    #[serde(deserialize_with = "list")]
    pub(super) reactions: Vec<Reacted>,
    #[serde(deserialize_with = "list")]
    pub(super) mentions: Vec<User>,
    #[serde(deserialize_with = "or_default")]
    pub(super) reference: Option<Reference>,
    #[serde(rename = "forwardedMessage", deserialize_with = "or_default")]
    pub(super) forwarded: Option<Forwarded>,
    /// The command that a program answers.
    #[serde(deserialize_with = "or_default")]
    pub(super) interaction: Option<Interaction>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    #[serde(deserialize_with = "text")]
    name: String,
    /// The name in this server.
    #[serde(deserialize_with = "text")]
    nickname: String,
}

impl User {
    /// The name that people see.
    pub(super) fn shown(&self) -> &str {
        if self.nickname.is_empty() { &self.name } else { &self.nickname }
    }

    pub(super) fn person(&self) -> Person {
        if self.id.is_empty() { Person::new(self.shown(), "") } else { Person::new(&self.id, self.shown()) }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    /// On the web, or where it lies beside the export.
    #[serde(deserialize_with = "text")]
    pub(super) url: String,
    #[serde(rename = "fileName", deserialize_with = "text")]
    pub(super) name: String,
    #[serde(rename = "fileSizeBytes", deserialize_with = "number")]
    pub(super) size: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sticker {
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
    #[serde(rename = "sourceUrl", deserialize_with = "text")]
    pub(super) url: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reacted {
    #[serde(deserialize_with = "or_default")]
    pub(super) emoji: Emoji,
    #[serde(deserialize_with = "number")]
    pub(super) count: Option<u64>,
    #[serde(deserialize_with = "list")]
    pub(super) users: Vec<User>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Emoji {
    /// The character, or the name of a picture.
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
    #[serde(deserialize_with = "text")]
    pub(super) code: String,
}

/// Another message: one that is answered, forwarded, or was pinned.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    #[serde(rename = "type", deserialize_with = "text")]
    pub(super) kind: String,
    #[serde(rename = "messageId", deserialize_with = "text")]
    pub(super) message: String,
    #[serde(rename = "channelId", deserialize_with = "text")]
    pub(super) channel: String,
}

/// What a forwarded message said; its author is not told.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Forwarded {
    #[serde(deserialize_with = "text")]
    pub(super) timestamp: String,
    #[serde(deserialize_with = "text")]
    pub(super) content: String,
    #[serde(deserialize_with = "list")]
    pub(super) attachments: Vec<File>,
    #[serde(deserialize_with = "list")]
    pub(super) embeds: Vec<Value>,
    #[serde(deserialize_with = "list")]
    pub(super) stickers: Vec<Sticker>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Interaction {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) user: User,
}
