//! The frames of the plaintext export, as far as they are read here: the messages of Signal's `Backup.proto` as JSON. Numbers may be texts, bytes
//! are base64, and what is not there is left out.

use mail_parser::decoders::base64::base64_decode;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Frame {
    pub(super) account: Option<Account>,
    pub(super) recipient: Option<Recipient>,
    pub(super) chat: Option<ChatFrame>,
    pub(super) chat_item: Option<Item>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Account {
    pub(super) given_name: Option<String>,
    pub(super) family_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Recipient {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    pub(super) contact: Option<Contact>,
    pub(super) group: Option<Group>,
    #[serde(rename = "self")]
    pub(super) own: Option<Value>,
    pub(super) release_notes: Option<Value>,
    pub(super) distribution_list: Option<Value>,
    pub(super) call_link: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Contact {
    pub(super) aci: Option<String>,
    pub(super) pni: Option<String>,
    #[serde(deserialize_with = "id")]
    pub(super) e164: String,
    pub(super) username: Option<String>,
    pub(super) profile_given_name: Option<String>,
    pub(super) profile_family_name: Option<String>,
    pub(super) system_given_name: Option<String>,
    pub(super) system_family_name: Option<String>,
    pub(super) system_nickname: Option<String>,
    pub(super) nickname: Option<Name>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Name {
    pub(super) given: Option<String>,
    pub(super) family: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Group {
    pub(super) master_key: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) snapshot: Snapshot,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Snapshot {
    pub(super) title: Option<Blob>,
    pub(super) description: Option<Blob>,
    #[serde(deserialize_with = "or_default")]
    pub(super) members: Vec<Member>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Blob {
    pub(super) title: Option<String>,
    pub(super) description_text: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Member {
    pub(super) user_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ChatFrame {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    #[serde(deserialize_with = "id")]
    pub(super) recipient_id: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Item {
    #[serde(deserialize_with = "id")]
    pub(super) chat_id: String,
    #[serde(deserialize_with = "id")]
    pub(super) author_id: String,
    #[serde(deserialize_with = "number")]
    pub(super) date_sent: u64,
    #[serde(deserialize_with = "or_default")]
    pub(super) revisions: Vec<Item>,
    pub(super) outgoing: Option<Value>,
    pub(super) standard_message: Option<Standard>,
    pub(super) contact_message: Option<ContactMessage>,
    pub(super) sticker_message: Option<StickerMessage>,
    pub(super) remote_deleted_message: Option<Value>,
    pub(super) admin_deleted_message: Option<Value>,
    pub(super) update_message: Option<Value>,
    pub(super) payment_notification: Option<Value>,
    pub(super) gift_badge: Option<Value>,
    pub(super) view_once_message: Option<ViewOnce>,
    pub(super) direct_story_reply_message: Option<StoryReply>,
    pub(super) poll: Option<Poll>,
    pub(super) pin_details: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Standard {
    pub(super) text: Option<Text>,
    pub(super) long_text: Option<Pointer>,
    #[serde(deserialize_with = "or_default")]
    pub(super) attachments: Vec<MessageAttachment>,
    pub(super) quote: Option<Quote>,
    #[serde(deserialize_with = "or_default")]
    pub(super) link_preview: Vec<Value>,
    #[serde(deserialize_with = "or_default")]
    pub(super) reactions: Vec<ReactionFrame>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Text {
    pub(super) body: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) body_ranges: Vec<BodyRange>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct BodyRange {
    /// In units of UTF-16.
    #[serde(deserialize_with = "number")]
    pub(super) start: u64,
    #[serde(deserialize_with = "number")]
    pub(super) length: u64,
    pub(super) mention_aci: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct MessageAttachment {
    #[serde(deserialize_with = "or_default")]
    pub(super) pointer: Pointer,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Pointer {
    pub(super) content_type: Option<String>,
    pub(super) file_name: Option<String>,
    pub(super) path: Option<String>,
    pub(super) relative_path: Option<String>,
    pub(super) digest: Option<String>,
    pub(super) caption: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) size: u64,
    #[serde(deserialize_with = "number")]
    pub(super) width: u64,
    #[serde(deserialize_with = "number")]
    pub(super) height: u64,
    #[serde(deserialize_with = "or_default")]
    pub(super) locator_info: Locator,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Locator {
    pub(super) plaintext_hash: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) size: u64,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Quote {
    #[serde(deserialize_with = "number")]
    pub(super) target_sent_timestamp: u64,
    #[serde(deserialize_with = "id")]
    pub(super) author_id: String,
    pub(super) text: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ReactionFrame {
    #[serde(deserialize_with = "or_default")]
    pub(super) emoji: String,
    #[serde(deserialize_with = "id")]
    pub(super) author_id: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactMessage {
    pub(super) contact: Value,
    #[serde(deserialize_with = "or_default")]
    pub(super) reactions: Vec<ReactionFrame>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct StickerMessage {
    #[serde(deserialize_with = "or_default")]
    pub(super) sticker: Sticker,
    #[serde(deserialize_with = "or_default")]
    pub(super) reactions: Vec<ReactionFrame>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sticker {
    pub(super) emoji: Option<String>,
    pub(super) data: Option<Pointer>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ViewOnce {
    pub(super) attachment: Option<MessageAttachment>,
    #[serde(deserialize_with = "or_default")]
    pub(super) reactions: Vec<ReactionFrame>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct StoryReply {
    pub(super) text_reply: Option<TextReply>,
    pub(super) emoji: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) reactions: Vec<ReactionFrame>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TextReply {
    pub(super) text: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Poll {
    #[serde(deserialize_with = "or_default")]
    pub(super) question: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) options: Vec<PollOption>,
    #[serde(deserialize_with = "or_default")]
    pub(super) allow_multiple: bool,
    #[serde(deserialize_with = "or_default")]
    pub(super) has_ended: bool,
    #[serde(deserialize_with = "or_default")]
    pub(super) reactions: Vec<ReactionFrame>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PollOption {
    #[serde(deserialize_with = "or_default")]
    pub(super) option: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) votes: Vec<Value>,
}

/// The bytes of a base64 text, as lower-case hexadecimal digits; a text of another form as it stands.
pub(super) fn hex(text: &str) -> String {
    let padded = format!(
        "{}{}",
        text.trim_end_matches('=').replace('-', "+").replace('_', "/"),
        "=".repeat((4 - text.trim_end_matches('=').len() % 4) % 4)
    );
    match base64_decode(padded.as_bytes()).filter(|bytes| matches!(bytes.len(), 16 | 17 | 32)) {
        Some(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        None => text.to_ascii_lowercase(),
    }
}

/// The id of an account, which is written as base64 or as it is shown everywhere.
pub(super) fn uuid(text: &str) -> String {
    let hex = hex(text);
    match hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]),
        false => hex,
    }
}

/// A number that may be a text.
pub(super) fn as_number(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).or_else(|| value.as_f64().map(|number| number as u64)).unwrap_or_default()
}

/// A value, or nothing where the file says `null`.
fn or_default<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Value::deserialize(deserializer).map(|value| as_number(&value))
}

/// An id that may be a number.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    })
}
