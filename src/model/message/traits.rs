//! What searches ask of a message beside its texts, its types and its sender: read from the stored JSON, and where nothing of it is there,
//! found to be so by a quick look.

use std::collections::BTreeMap;

use memchr::memmem;
use serde_json::Value;
use serde_json::value::RawValue;

use super::body::behind_plain_text;
use super::context::{NAME, PROFILE, name_in};
use super::reply::{CUSTOM, is_answer};
use super::{Context, Edited, Forwarded, Reaction, Thread};
use crate::model::Feature;

/// What a message says of itself, as far as searches ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits {
    /// What it has, each once.
    pub(crate) features: Vec<Feature>,
    /// The name that people see for its sender, where it brings one.
    pub(crate) sender_name: Option<String>,
    /// The thread to which it belongs.
    pub(crate) thread: Option<Thread>,
}

/// One of these is in the JSON of every message that has traits.
const SIGNS: [&str; 5] = ["\"mynah_", "messageReply", NAME, FORWARDED, VERSION];
const FORWARDED: &str = "\"message_is_forward_message\":true";
const VERSION: &str = "\"message_version\":";

/// Reads the traits of a message from its body. A key of another form counts as not given.
pub(crate) fn traits_of(json: &str) -> Traits {
    let behind = behind_plain_text(json).unwrap_or(json).as_bytes();
    if behind == b"}" || !SIGNS.iter().any(|sign| memmem::find(behind, sign.as_bytes()).is_some()) {
        return Traits::default();
    }
    let Ok(keys) = serde_json::from_str::<BTreeMap<String, &RawValue>>(json) else { return Traits::default() };
    let keys = Keys(keys);
    let thread = keys.context::<Thread>();
    let has_feature = |feature: &Feature| match feature {
        Feature::Reaction => keys.context::<Vec<Reaction>>().is_some_and(|reactions| !reactions.is_empty()),
        Feature::Reply => keys.read::<String>(CUSTOM).is_some_and(|custom| is_answer(&custom)),
        Feature::Thread => thread.is_some(),
        Feature::Edit => keys.context::<Edited>().is_some() || keys.read::<u64>("message_version").is_some_and(|version| version > 0),
        Feature::Forward => keys.context::<Forwarded>().is_some() || keys.read("message_is_forward_message") == Some(true),
    };
    let features = Feature::ALL.iter().copied().filter(has_feature).collect();
    let sender_name = keys.read::<Value>(PROFILE).as_ref().and_then(name_in).map(str::to_owned);
    Traits { features, sender_name, thread }
}

/// The keys of a body with their values as they stand there.
struct Keys<'a>(BTreeMap<String, &'a RawValue>);

impl Keys<'_> {
    fn read<T: serde::de::DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_str(self.0.get(key)?.get()).ok()
    }

    fn context<T: Context>(&self) -> Option<T> {
        self.read(T::KEY)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Message;

    fn traits(keys: &Value) -> Traits {
        let mut message = Message::text("U1", 5, "hello");
        for (key, value) in keys.as_object().unwrap() {
            message.body.set(key, Some(value.clone())).unwrap();
        }
        traits_of(message.body.as_json())
    }

    #[track_caller]
    fn check(keys: &Value, expected: &[Feature]) {
        assert_eq!(traits(keys).features, expected, "{keys}");
    }

    #[test]
    fn each_feature_is_read_from_its_key() {
        check(&json!({}), &[]);
        check(&json!({"message_priority": 1, "mynah_pinned": true}), &[]);
        check(&json!({"mynah_reactions": [{"emoji": "👍", "count": 3}]}), &[Feature::Reaction]);
        check(&json!({"mynah_reactions": []}), &[]);
        check(&json!({"message_cloud_custom_str": "{\"messageReply\":{\"messageID\":\"a-1-1\"}}"}), &[Feature::Reply]);
        check(&json!({"message_cloud_custom_str": "messageReply"}), &[]);
        check(&json!({"mynah_thread": {"id": "t"}, "mynah_edited": {}}), &[Feature::Thread, Feature::Edit]);
        check(&json!({"message_version": 0, "message_is_forward_message": false}), &[]);
        check(&json!({"message_version": 2, "message_is_forward_message": true}), &[Feature::Edit, Feature::Forward]);
        check(&json!({"mynah_forwarded": {"conversation": "news"}}), &[Feature::Forward]);
        check(&json!({"mynah_thread": "t", "mynah_reactions": {}, "mynah_edited": 7}), &[]);
    }

    #[test]
    fn the_thread_and_the_shown_name_are_read_too() {
        let read = traits(&json!({
            "mynah_thread": {"id": "t", "name": "Lunch"},
            "message_sender_profile": {"user_profile_identifier": "U1", "user_profile_nick_name": "Ann"},
        }));
        assert_eq!(read.thread, Some(Thread { id: "t".to_owned(), name: "Lunch".to_owned() }));
        assert_eq!(read.sender_name.as_deref(), Some("Ann"));
    }
}
