//! One message as Telegram Desktop writes it.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::text::{Text, user};
use crate::formats::lenient::{list, number, text, text_or_none, told_text};

/// A message, or something that happened (`type` is `service`).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    #[serde(rename = "type", deserialize_with = "text")]
    pub(super) kind: String,
    /// In the zone of the computer that wrote it.
    #[serde(deserialize_with = "text")]
    pub(super) date: String,
    #[serde(deserialize_with = "number")]
    pub(super) date_unixtime: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) edited: String,
    #[serde(deserialize_with = "number")]
    pub(super) edited_unixtime: Option<u64>,
    #[serde(deserialize_with = "text_or_none")]
    pub(super) from: Option<String>,
    #[serde(deserialize_with = "peer")]
    pub(super) from_id: String,
    #[serde(deserialize_with = "text_or_none")]
    pub(super) actor: Option<String>,
    #[serde(deserialize_with = "peer")]
    pub(super) actor_id: String,
    #[serde(deserialize_with = "text")]
    pub(super) action: String,
    pub(super) text: Text,
    #[serde(deserialize_with = "text")]
    pub(super) reply_to_message_id: String,
    /// The chat of the answered message where it is another one.
    #[serde(deserialize_with = "text")]
    pub(super) reply_to_peer_id: String,
    /// Null where the account is gone.
    #[serde(deserialize_with = "told_text")]
    pub(super) forwarded_from: Option<Option<String>>,
    #[serde(deserialize_with = "peer")]
    pub(super) forwarded_from_id: String,
    /// The chat that it was put aside from.
    #[serde(deserialize_with = "text")]
    pub(super) saved_from: String,
    #[serde(deserialize_with = "list")]
    pub(super) reactions: Vec<Reacted>,
}

/// The text of a message once more, in pieces only; some programs write this one alone.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Entities {
    pub(super) text_entities: Text,
}

/// The keys that say what is attached. Values of several forms are as they stand.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Media {
    #[serde(deserialize_with = "text")]
    pub(super) photo: String,
    #[serde(deserialize_with = "number")]
    pub(super) photo_file_size: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) file: String,
    #[serde(deserialize_with = "text")]
    pub(super) file_name: String,
    #[serde(deserialize_with = "number")]
    pub(super) file_size: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) thumbnail: String,
    #[serde(deserialize_with = "text")]
    pub(super) media_type: String,
    #[serde(deserialize_with = "text")]
    pub(super) sticker_emoji: String,
    #[serde(deserialize_with = "text")]
    pub(super) performer: String,
    /// Of a song; of what happened, another thing.
    #[serde(deserialize_with = "text")]
    pub(super) title: String,
    #[serde(deserialize_with = "text")]
    pub(super) mime_type: String,
    #[serde(deserialize_with = "number")]
    pub(super) duration_seconds: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) width: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(super) height: Option<u64>,
    pub(super) contact_information: Value,
    #[serde(deserialize_with = "text")]
    pub(super) contact_vcard: String,
    pub(super) location_information: Value,
    #[serde(deserialize_with = "text")]
    pub(super) place_name: String,
    #[serde(deserialize_with = "text")]
    pub(super) address: String,
    #[serde(deserialize_with = "text")]
    pub(super) live_location_period_seconds: String,
    #[serde(deserialize_with = "text")]
    pub(super) game_title: String,
    #[serde(deserialize_with = "text")]
    pub(super) game_description: String,
    #[serde(deserialize_with = "text")]
    pub(super) game_link: String,
    pub(super) invoice_information: Value,
    pub(super) poll: Value,
    pub(super) todo_list: Value,
    pub(super) giveaway_information: Value,
    pub(super) giveaway_results: Value,
    #[serde(deserialize_with = "text")]
    pub(super) paid_stars_amount: String,
    pub(super) dice: Value,
}

/// One kind of reaction.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reacted {
    #[serde(rename = "type", deserialize_with = "text")]
    pub(super) kind: String,
    #[serde(deserialize_with = "number")]
    pub(super) count: Option<u64>,
    #[serde(deserialize_with = "text")]
    pub(super) emoji: String,
    /// The number of an emoji that somebody drew, or where its picture lies.
    #[serde(deserialize_with = "text")]
    pub(super) document_id: String,
    /// The last ones who reacted.
    #[serde(deserialize_with = "list")]
    pub(super) recent: Vec<Recent>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Recent {
    #[serde(deserialize_with = "text_or_none")]
    pub(super) from: Option<String>,
    #[serde(deserialize_with = "peer")]
    pub(super) from_id: String,
}

fn peer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(user(text(deserializer)?))
}
