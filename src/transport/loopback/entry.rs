//! One entry of the hub's log: something that it has taken, with everything that it decided about it. The JSON of entries is the
//! format of the hub's file.

use serde::{Deserialize, Serialize};

use super::Role;
use crate::model::{Body, ConversationId, Message};

/// Something that the hub has taken. Conversations are named as the account that did it sees them.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Entry {
    /// A message was said, with its server time, seq and conversation.
    Message(#[serde(with = "message_json")] Message),
    /// A message was taken back.
    Recall {
        by: String,
        to: ConversationId,
        at: u64,
        id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A message got a new body.
    Edit {
        by: String,
        to: ConversationId,
        at: u64,
        id: String,
        /// Which edit of the message it is; entries of before edits were named have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nonce: Option<u64>,
        /// How often the message was edited with this.
        version: u64,
        #[serde(with = "body_json")]
        body: Body,
    },
    /// An account has read a conversation up to this second.
    Read { by: String, to: ConversationId, at: u64, up_to: u64 },
    /// An account no longer wants to find these messages, or with `None` everything until here.
    Erase { by: String, to: ConversationId, ids: Option<Vec<String>> },
    /// An account is a member of a group from here on, or has another role.
    Member { group: String, account: String, role: Role },
    /// An account is a member of a group no longer.
    Left { group: String, account: String },
    /// A device of an account has kept everything before this position.
    Confirm { account: String, device: String, cursor: u64 },
}

impl Entry {
    /// How much somebody wrote in it.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Message(Message { body, .. }) | Self::Edit { body, .. } => body.as_json().len(),
            Self::Recall { reason, .. } => reason.as_ref().map_or(0, String::len),
            Self::Read { .. } | Self::Erase { .. } | Self::Member { .. } | Self::Left { .. } | Self::Confirm { .. } => 0,
        }
    }

    /// When it was taken, for what is answered with a time.
    pub(super) fn server_time(&self) -> Option<u64> {
        match self {
            Self::Message(message) => Some(message.server_time),
            Self::Recall { at, .. } | Self::Edit { at, .. } | Self::Read { at, .. } => Some(*at),
            Self::Erase { .. } | Self::Member { .. } | Self::Left { .. } | Self::Confirm { .. } => None,
        }
    }
}

/// A message as the JSON that it has everywhere.
mod message_json {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de};

    use super::Message;

    pub(super) fn serialize<S: Serializer>(message: &Message, serializer: S) -> Result<S::Ok, S::Error> {
        message.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Message, D::Error> {
        let json = <&serde_json::value::RawValue>::deserialize(deserializer)?;
        Message::from_json(json.get()).map_err(de::Error::custom)
    }
}

/// A body as its JSON object.
mod body_json {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de, ser};
    use serde_json::value::RawValue;

    use super::{Body, Message};

    pub(super) fn serialize<S: Serializer>(body: &Body, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(body.as_json().to_owned()).map_err(ser::Error::custom)?.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Body, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?;
        // A body is a message without a head.
        Ok(Message::from_json(json.get()).map_err(de::Error::custom)?.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_an_entry_of_format_1_still_read() {
        let json = r#"{"message":{"message_conv_id":"bob","message_conv_type":1,"message_msg_id":"alice-5-7","message_sender":"alice","message_client_time":5,"message_server_time":6,"message_seq":0,"message_rand":7,"message_unique_id":25769803783,"message_status":2,"message_elem_array":[{"elem_type":0,"text_elem_content":"hello"}]}}"#;
        let entry: Entry = serde_json::from_str(json).unwrap();
        assert!(matches!(&entry, Entry::Message(message) if message.texts() == ["hello"] && message.server_time == 6));
        assert_eq!(serde_json::to_string(&entry).unwrap(), json);
        for json in [
            r#"{"recall":{"by":"a","to":"group:g","at":6,"id":"i","reason":"r"}}"#,
            r#"{"edit":{"by":"a","to":"c2c:b","at":6,"id":"i","version":1,"body":{"message_elem_array":[{"elem_type":0,"text_elem_content":"x"}]}}}"#,
            r#"{"edit":{"by":"a","to":"c2c:b","at":6,"id":"i","nonce":18446744073709551615,"version":1,"body":{"message_elem_array":[]}}}"#,
            r#"{"read":{"by":"a","to":"c2c:b","at":6,"up_to":5}}"#,
            r#"{"erase":{"by":"a","to":"c2c:b","ids":["i"]}}"#,
            r#"{"erase":{"by":"a","to":"c2c:b","ids":null}}"#,
            r#"{"member":{"group":"g","account":"a","role":"admin"}}"#,
            r#"{"left":{"group":"g","account":"a"}}"#,
            r#"{"confirm":{"account":"a","device":"main","cursor":3}}"#,
        ] {
            let entry: Entry = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&entry).unwrap(), json);
        }
    }
}
