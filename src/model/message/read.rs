//! Reads a message from JSON, as leniently as the interface asks: every key may be missing, null, or in its older spelling.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Body, Message, MessageId};
use crate::model::{ConversationId, ConversationKind, ElementsError, LimitError, Status, TypeSet, limits};

/// Why a text is no message. Never says what people wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// The text is no JSON.
    #[error("not JSON: {problem} at column {column}")]
    Syntax {
        /// What the parser found.
        problem: &'static str,
        /// Byte of the line, from 1.
        column: usize,
    },
    /// The JSON is something else than an object.
    #[error("a message is a JSON object, this is another kind of value")]
    NotAnObject,
    /// A key that the engine needs has a value of the wrong kind.
    #[error("{key} has a value of the wrong kind")]
    WrongKind {
        /// The key.
        key: &'static str,
    },
    /// A number of the head is negative or has more than 64 bits.
    #[error("{key} is out of range")]
    HeadRange {
        /// The key.
        key: &'static str,
    },
    /// `message_conv_type` is neither 1 (C2C) nor 2 (group).
    #[error("message_conv_type is {number}, known are 1 (C2C) and 2 (group)")]
    ConversationKind {
        /// What was given.
        number: u64,
    },
    /// A number somewhere in the message is too large for any reader.
    #[error("a number is out of the range of a 64-bit float")]
    NumberRange,
    /// The elements cannot be read.
    #[error("message_elem_array: {0}")]
    Elements(#[source] ElementsError),
    /// Something is larger than its limit.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl MessageError {
    fn syntax(error: &serde_json::Error) -> Self {
        use serde_json::error::Category;
        let problem = match error.classify() {
            Category::Eof => "the text ends too early",
            Category::Syntax | Category::Data | Category::Io => "a character that does not belong there",
        };
        Self::Syntax { problem, column: error.column() }
    }
}

impl Message {
    /// Reads one message from one JSON object.
    ///
    /// Accepts both spellings of renamed keys, zero and missing ids, null and absent keys, a text where `message_custom_int`
    /// stands; the last of two equal keys wins; unknown keys are kept. `message_unique_id` is derived and not read.
    ///
    /// # Errors
    /// [`MessageError`]: what is wrong, without what was written.
    pub fn from_json(json: &str) -> Result<Self, MessageError> {
        limits::PRINTED_SIZE.check(json.len())?;
        let members: Members<'_> = match serde_json::from_str(json) {
            Ok(members) => members,
            Err(error) if error.is_data() => return Err(MessageError::NotAnObject),
            Err(error) => return Err(MessageError::syntax(&error)),
        };
        limits::KEYS.check(members.0.len())?;
        Head::read(members.0)
    }
}

/// The members of an object in their order, values unparsed, the last of equal keys kept.
struct Members<'a>(Vec<(Cow<'a, str>, &'a str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(Cow<'de, str>, &'de str)> = Vec::with_capacity(24);
                while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
                    let value = map.next_value::<&'de RawValue>()?.get();
                    let is_full = members.len() as u64 > limits::KEYS.max;
                    match members.iter_mut().find(|(known, _)| *known == key) {
                        Some(member) => member.1 = value,
                        // Refused when all is read; looking for equal keys among more would take too long.
                        None if is_full => {}
                        None => members.push((key, value)),
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// A key, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(Read)
    }
}

/// The parts of the head that are put together when all members are read.
#[derive(Default)]
struct Head<'a> {
    conversation: Cow<'a, str>,
    conversation_kind: u64,
    id: Cow<'a, str>,
    elements: Option<&'a str>,
    custom_int: Option<&'a str>,
}

impl<'a> Head<'a> {
    fn read(members: Vec<(Cow<'a, str>, &'a str)>) -> Result<Message, MessageError> {
        let mut head = Self::default();
        let mut message = Message::new("", 0, Body::from_stored("", TypeSet::EMPTY));
        let mut more: Vec<(Cow<'a, str>, &str)> = Vec::new();
        for (key, raw) in members {
            match &*key {
                "message_conv_id" => head.conversation = text(raw, "message_conv_id")?,
                "message_conv_type" => head.conversation_kind = number(raw, "message_conv_type")?,
                "message_msg_id" => head.id = text(raw, "message_msg_id")?,
                "message_sender" => message.sender = text(raw, "message_sender")?.into_owned(),
                "message_client_time" => message.client_time = time(raw, "message_client_time")?,
                "message_server_time" => message.server_time = time(raw, "message_server_time")?,
                "message_seq" => message.seq = number(raw, "message_seq")?,
                "message_rand" => message.rand = rand(raw)?,
                // Derived from the other parts; what a client hands back may be rounded.
                "message_unique_id" => {}
                "message_status" => message.status = Status::from_number(number(raw, "message_status")?),
                "message_is_from_self" => message.is_from_self = truth(raw, "message_is_from_self")?,
                "message_is_read" => message.is_read = truth(raw, "message_is_read")?,
                "message_is_peer_read" => message.is_peer_read = truth(raw, "message_is_peer_read")?,
                "message_elem_array" => head.elements = (raw != "null").then_some(raw),
                "message_custom_int" => head.custom_int = (raw != "null").then_some(raw),
                "message_offlie_push_config" if raw.starts_with('{') => put(&mut more, Cow::Borrowed("message_offline_push_config"), raw),
                _ if raw == "null" || !has_its_kind(&key, raw) => {}
                _ => put(&mut more, key, raw),
            }
        }
        message.body = head.body(&more)?;
        limits::SEQ.check_number(message.seq)?;
        if !head.conversation.is_empty() && head.conversation_kind != 0 {
            let number = head.conversation_kind;
            let kind = ConversationKind::from_number(number).ok_or(MessageError::ConversationKind { number })?;
            message.conversation = Some(ConversationId::new(kind, &head.conversation)?);
        }
        if !message.sender.is_empty() {
            limits::USER_ID.check(message.sender.len())?;
        }
        if !head.id.is_empty() && !is_derived(&head.id, &message) {
            message.id = Some(MessageId::new(&head.id)?);
        }
        Ok(message)
    }

    fn body(&self, more: &[(Cow<'_, str>, &str)]) -> Result<Body, MessageError> {
        if self.elements.is_some_and(|raw| !raw.starts_with('[')) {
            return Err(MessageError::WrongKind { key: "message_elem_array" });
        }
        let mut members: Vec<(&str, &str)> = more.iter().map(|(key, raw)| (&**key, *raw)).collect();
        // 32 bits, wrapping, as the interface keeps it; a text that is no number counts as 0.
        let custom_int = self.custom_int.map(|raw| (loose_number(raw).unwrap_or(0.0) as i64 as u32).to_string());
        members.extend(custom_int.as_deref().map(|number| ("message_custom_int", number)));
        Body::from_raw(self.elements, &members)
    }
}

/// Whether `id` is the one that is derived from the message anyway.
fn is_derived(id: &str, message: &Message) -> bool {
    let Some(rest) = id.strip_prefix(message.sender.as_str()).and_then(|rest| rest.strip_prefix('-')) else { return false };
    let Some((time, rand)) = rest.split_once('-') else { return false };
    message.rand != 0 && message.client_time != 0 && time == message.client_time.to_string() && rand == message.rand.to_string()
}

/// Whether a key of the interface has a value of its kind; of another kind it counts as not given. Unknown keys take any value.
fn has_its_kind(key: &str, raw: &str) -> bool {
    let first = raw.as_bytes().first();
    match key {
        "message_cloud_custom_str"
        | "message_custom_str"
        | "message_custom_moderation_configuration_id"
        | "message_revoke_reason"
        | "message_revoker_user_id"
        | "message_revoker_nick_name"
        | "message_revoker_face_url"
        | "message_pinner_user_id"
        | "message_pinner_nick_name"
        | "message_pinner_friend_remark"
        | "message_pinner_name_card"
        | "message_pinner_face_url" => first == Some(&b'"'),
        "message_is_online_msg"
        | "message_receipt_peer_read"
        | "message_need_read_receipt"
        | "message_is_broadcast_message"
        | "message_has_sent_receipt"
        | "message_is_excluded_from_unread_count"
        | "message_excluded_from_last_message"
        | "message_is_forward_message"
        | "message_support_message_extension"
        | "message_has_risk_content"
        | "message_excluded_from_content_moderation"
        | "message_excluded_from_muting"
        | "message_disable_cloud_message_pre_hook"
        | "message_disable_cloud_message_post_hook" => matches!(raw, "true" | "false"),
        "message_priority" => matches!(raw, "0" | "1" | "2" | "3"),
        "message_platform" | "message_version" | "message_risk_type_identified" | "message_sender_tiny_id" | "message_receiver_tiny_id" => {
            raw.parse::<u64>().is_ok()
        }
        "message_group_receipt_read_count" | "message_group_receipt_unread_count" => raw.parse::<i32>().is_ok(),
        "message_group_at_user_array" | "message_target_group_member_array" => serde_json::from_str::<Vec<String>>(raw).is_ok(),
        "message_sender_profile" | "message_sender_group_member_info" | "message_offline_push_config" => first == Some(&b'{'),
        _ => true,
    }
}

/// Adds a member unless a later spelling of the same key is there already.
fn put<'a>(members: &mut Vec<(Cow<'a, str>, &'a str)>, key: Cow<'a, str>, raw: &'a str) {
    match members.iter_mut().find(|(known, _)| *known == key) {
        Some(member) => member.1 = raw,
        None => members.push((key, raw)),
    }
}

/// A text; null is "", a number too.
fn text<'a>(raw: &'a str, key: &'static str) -> Result<Cow<'a, str>, MessageError> {
    match raw.as_bytes().first() {
        Some(b'"') => match raw[1..raw.len() - 1].contains('\\') {
            false => Ok(Cow::Borrowed(&raw[1..raw.len() - 1])),
            true => {
                let mut compact = String::with_capacity(raw.len());
                super::compact::push(&mut compact, raw)?;
                serde_json::from_str(&compact).map(Cow::Owned).map_err(|_| MessageError::WrongKind { key })
            }
        },
        Some(b'n' | b'-' | b'0'..=b'9') => Ok(Cow::Borrowed("")),
        _ => Err(MessageError::WrongKind { key }),
    }
}

/// A whole number; null and a text that is no number are 0, a fraction is cut off.
fn number(raw: &str, key: &'static str) -> Result<u64, MessageError> {
    if let Ok(number) = raw.parse() {
        return Ok(number);
    }
    let value = loose_number(raw).ok_or(MessageError::WrongKind { key })?;
    // 2^64 is the first number that does not fit.
    if (0.0..18_446_744_073_709_551_616.0).contains(&value) { Ok(value as u64) } else { Err(MessageError::HeadRange { key }) }
}

/// A number, a number in quotes, or 0 for null and any other text; `None` for true, false, arrays and objects.
fn loose_number(raw: &str) -> Option<f64> {
    match raw.as_bytes().first() {
        Some(b'"') => Some(raw.trim_matches('"').parse().ok().filter(|value: &f64| value.is_finite()).unwrap_or(0.0)),
        Some(b'-' | b'0'..=b'9') => raw.parse().ok(),
        Some(b'n') => Some(0.0),
        _ => None,
    }
}

fn time(raw: &str, key: &'static str) -> Result<u64, MessageError> {
    let time = number(raw, key)?;
    limits::TIME.check_number(time)?;
    Ok(time)
}

fn rand(raw: &str) -> Result<u32, MessageError> {
    let rand = number(raw, "message_rand")?;
    limits::RAND.check_number(rand)?;
    Ok(u32::try_from(rand).unwrap_or(u32::MAX))
}

/// true or false; a number as C takes it; null is not given.
fn truth(raw: &str, key: &'static str) -> Result<Option<bool>, MessageError> {
    match raw {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        "null" => Ok(None),
        _ => number(raw, key).map(|number| Some(number != 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Message {
        Message::from_json(json).unwrap()
    }

    #[test]
    fn what_is_printed_reads_back_the_same() {
        let json = r#"{"message_conv_id":"ops","message_conv_type":2,"message_msg_id":"given id","message_sender":"a\"b","message_client_time":7,
            "message_server_time":8,"message_seq":9,"message_rand":4294967295,"message_status":2,"message_is_from_self":false,
            "message_elem_array":[{"elem_type":0,"text_elem_content":"hi \ud83d\ude00"}],"message_custom_str":"x","my_own_key":{"deep":[1,null]}}"#;
        let message = read(json);
        let again = read(&message.to_json());
        assert_eq!(again, message);
        assert_eq!(again.to_json(), message.to_json());
        assert_eq!(message.id_text(), "given id");
        assert_eq!(message.texts(), ["hi 😀"]);
        assert_eq!(message.body.get("my_own_key"), Some(serde_json::json!({"deep": [1, null]})));
        assert_eq!(message.unique_id(), (9 << 32) | 4_294_967_295);
    }

    #[test]
    fn reading_is_as_lenient_as_the_interface_asks() {
        let message = read(r#"{"message_sender":"a","message_elem_array":null,"message_seq":null,"message_rand":0,"message_unique_id":0}"#);
        assert_eq!((message.seq, message.rand, message.body.elements_json()), (0, 0, "[]"));
        let message = read(r#"{"message_custom_int":"custom int","message_custom_str":null}"#);
        assert_eq!(message.body.get("message_custom_int"), Some(0.into()));
        assert_eq!(message.body.get("message_custom_str"), None);
        let message = read(r#"{"message_custom_int":"17"}"#);
        assert_eq!(message.body.get("message_custom_int"), Some(17.into()));
        let message = read(r#"{"message_offlie_push_config":{"offline_push_config_desc":"d"}}"#);
        assert!(message.body.get("message_offline_push_config").is_some());
        let message = read(r#"{"message_seq":1,"message_seq":2.9,"message_client_time":"text","message_is_read":1}"#);
        assert_eq!((message.seq, message.client_time, message.is_read), (2, 0, Some(true)));
        assert_eq!(read(r#"{"message_conv_id":"x"}"#).conversation, None);
    }

    #[track_caller]
    fn refused(json: &str, expected: &str) {
        assert_eq!(Message::from_json(json).unwrap_err().to_string(), expected);
    }

    #[test]
    fn what_is_no_message_is_refused_with_the_reason() {
        refused("[]", "a message is a JSON object, this is another kind of value");
        refused("{\"a\":", "not JSON: the text ends too early at column 5");
        refused(r#"{"message_elem_array":"text"}"#, "message_elem_array has a value of the wrong kind");
        refused(r#"{"message_seq":-1}"#, "message_seq is out of range");
        refused(r#"{"message_rand":4294967296}"#, "a rand is 4,294,967,296 (a number of 32 bits), the limit is 4,294,967,295");
        refused(r#"{"message_server_time":1700000000000}"#, "a time is 1,700,000,000,000 Unix seconds, the limit is 253,402,300,799");
        refused(r#"{"message_conv_id":"x","message_conv_type":3}"#, "message_conv_type is 3, known are 1 (C2C) and 2 (group)");
        refused(r#"{"message_sender":["a"]}"#, "message_sender has a value of the wrong kind");
        refused(r#"{"x":1e999}"#, "a number is out of the range of a 64-bit float");
        let long = format!(r#"{{"message_sender":"{}"}}"#, "a".repeat(257));
        refused(&long, "a user id is 257 bytes, the limit is 256");
        let many = format!(r#"{{"message_elem_array":[{}]}}"#, vec!["{}"; 1_001].join(","));
        refused(&many, "the element array is 1,001 elements, the limit is 1,000");
    }
}
