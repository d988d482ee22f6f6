//! What a message says about itself beyond its elements, under keys of the project's own: thread, reactions, edits, where it was forwarded
//! from, what happened, and the record that it was read from. The keys stand in the body beside those of the message API.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Body, Message, MessageError};

/// Somebody whom a message names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The user id, as senders have it.
    pub id: String,
    /// The name that people see, where it is another.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl Person {
    /// Somebody with a name of another form than the id.
    pub fn new(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: if name == id { String::new() } else { name.to_owned() } }
    }

    /// The name, or the id where there is none.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

/// A talk inside a conversation (`mynah_thread`): its first message has it too, where the source says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The id of its first message, or an id of its own for topics that are none.
    pub id: String,
    /// Its title, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// One kind of reaction to a message (one of `mynah_reactions`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji itself, or the source's name of one that is no character.
    pub emoji: String,
    /// How often; may be more than there are names.
    pub count: u64,
    /// Who, as far as the source says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<Person>,
}

/// That a message was edited (`mynah_edited`), and what it was before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    /// When last, Unix seconds; 0 where the source does not say.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub time: u64,
    /// Who, where it was not the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
    /// Earlier versions, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Version>,
}

/// An earlier version of a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// When it was written, Unix seconds; 0 where the source does not say.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub time: u64,
    /// Its text.
    pub text: String,
}

/// Says when and how much, never what.
impl std::fmt::Debug for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Version").field("time", &self.time).field("bytes", &self.text.len()).finish()
    }
}

/// Where a forwarded message was first said (`mynah_forwarded`). What the source does not say is empty or 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// Who said it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Person>,
    /// The name of the conversation in which it was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub conversation: String,
    /// The id that it had there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// When, Unix seconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub time: u64,
}

/// Something that happened in the conversation, where a message tells no more (`mynah_event`): somebody came, a call ended, a picture changed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// What, in the source's own word: `pin_message`, `channel_join`, `call`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The sentence that people see. Search finds it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Says what happened, never who said what.
impl std::fmt::Debug for Happening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Happening").field("kind", &self.kind).field("bytes", &self.text.len()).finish()
    }
}

/// What a message was read from (`mynah_source`).
#[derive(Clone, Serialize, Deserialize)]
pub struct SourceRecord {
    /// The name of the format: `slack`, `whatsapp`.
    pub format: String,
    /// The id that the source gives it, if it gives one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The record as it stands in the source: the JSON itself, or the text of its lines as one string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Box<RawValue>>,
    /// The hash of the media file with the record, where it is too large to stand here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub record_hash: String,
}

/// Says where from and how much, never what.
impl std::fmt::Debug for SourceRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = self.record.as_ref().map_or(0, |record| record.get().len());
        f.debug_struct("SourceRecord").field("format", &self.format).field("bytes", &bytes).finish_non_exhaustive()
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What can stand in a body under a key of its own.
pub trait Context: Serialize + serde::de::DeserializeOwned {
    /// The key.
    const KEY: &'static str;
}

macro_rules! contexts {
    ($($kind:ty => $key:literal),+ $(,)?) => { $(impl Context for $kind { const KEY: &'static str = $key; })+ };
}

contexts! {
    Thread => "mynah_thread",
    Vec<Reaction> => "mynah_reactions",
    Edited => "mynah_edited",
    Forwarded => "mynah_forwarded",
    Happening => "mynah_event",
    SourceRecord => "mynah_source",
}

impl Body {
    /// What stands under the key of `T`; `None` where nothing does, or something of another form.
    pub fn context<T: Context>(&self) -> Option<T> {
        if self.may_have(T::KEY) { serde_json::from_value(self.get(T::KEY)?).ok() } else { None }
    }

    /// Sets what stands under the key of `T`.
    ///
    /// # Errors
    /// [`MessageError`] when the body becomes too large; it is as it was then.
    pub fn set_context<T: Context>(&mut self, value: &T) -> Result<(), MessageError> {
        self.set(T::KEY, serde_json::to_value(value).ok())
    }
}

impl Message {
    /// The hashes of the media files that belong to it, as `mynah_media` names them.
    pub fn media_hashes(&self) -> Vec<String> {
        if !self.body.may_have(MEDIA) {
            return Vec::new();
        }
        let hashes = self.body.get(MEDIA).and_then(|hashes| serde_json::from_value(hashes).ok());
        hashes.unwrap_or_default()
    }

    /// The name that people see for the sender: the one that it was said under, or else the user id.
    pub fn sender_name(&self) -> String {
        let profile = if self.body.may_have(PROFILE) { self.body.get(PROFILE) } else { None };
        profile.as_ref().and_then(name_in).unwrap_or(&self.sender).to_owned()
    }
}

/// The key with the hashes of media files.
const MEDIA: &str = "mynah_media";
/// The name in the profile of who said a message.
pub(super) fn name_in(profile: &Value) -> Option<&str> {
    profile.get(NAME).and_then(Value::as_str).filter(|name| !name.is_empty())
}

/// The key with the profile of who said it, as the message API has it.
pub(super) const PROFILE: &str = "message_sender_profile";
pub(super) const NAME: &str = "user_profile_nick_name";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_says_about_itself_survives_its_json() {
        let mut message = Message::text("U1", 5, "hello");
        let thread = Thread { id: "slack:C1:5.1".to_owned(), name: String::new() };
        let reactions = vec![Reaction { emoji: "👍".to_owned(), count: 3, users: vec![Person::new("U2", "Ann")] }];
        message.body.set_context(&thread).unwrap();
        message.body.set_context(&reactions).unwrap();
        message.body.set("message_sender_profile", Some(serde_json::json!({"user_profile_nick_name": "Bob"}))).unwrap();
        let again = Message::from_json(&message.to_json()).unwrap();
        assert_eq!(again.body.context::<Thread>(), Some(thread));
        assert_eq!(again.body.context::<Vec<Reaction>>(), Some(reactions));
        assert_eq!(again.body.context::<Edited>(), None);
        assert_eq!(again.sender_name(), "Bob");
        assert_eq!(Message::text("U1", 5, "x").sender_name(), "U1");
    }

    #[test]
    fn a_key_of_another_form_counts_as_not_given() {
        let message = Message::from_json(r#"{"mynah_thread":7,"mynah_reactions":{},"mynah_event":"x"}"#).unwrap();
        assert!(message.body.context::<Thread>().is_none());
        assert!(message.body.context::<Vec<Reaction>>().is_none());
        assert!(message.body.context::<Happening>().is_none());
    }
}
