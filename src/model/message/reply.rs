//! How a message says that it answers another one: as the clients of the message API do it, in `message_cloud_custom_str`.

use serde_json::{Value, json};

use super::Message;
use crate::model::Element;

/// Characters of the answered message that are quoted.
const QUOTED: usize = 100;

/// The key with the custom data of a message.
pub(super) const CUSTOM: &str = "message_cloud_custom_str";

/// What a message says of the one that it answers.
#[derive(Clone, PartialEq, Eq)]
pub struct Answered {
    /// The id of that message.
    pub id: String,
    /// Who said it, as the one who answers saw them. Empty: it does not say.
    pub sender: String,
    /// What is quoted of it. Empty: nothing.
    pub text: String,
}

/// Says which, never what is quoted.
impl std::fmt::Debug for Answered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answered").field("id", &self.id).field("sender", &self.sender).field("bytes", &self.text.len()).finish()
    }
}

impl Message {
    /// The cloud custom data of a message that answers this one.
    ///
    /// The message at the root of a thread goes along, so that clients can show the thread as one.
    pub fn answer_data(&self) -> String {
        let id = self.id_text();
        let root = reply(self).and_then(|reply| named(&reply, "messageRootID").or_else(|| named(&reply, "messageID")));
        let quoted: String = self.summary().chars().take(QUOTED).collect();
        let reply = json!({
            "messageID": id,
            "messageRootID": root.as_ref().unwrap_or(&id),
            "messageAbstract": quoted,
            "messageSender": self.sender,
            "messageType": self.body.elements().first().map_or(0, client_type),
            "messageTime": self.server_time,
            "messageSequence": self.seq,
            "version": 1,
        });
        json!({ "messageReply": reply }).to_string()
    }

    /// What this message says of the one that it answers, if it does.
    pub fn answered(&self) -> Option<Answered> {
        let reply = reply(self)?;
        let text = |key| named(&reply, key).unwrap_or_default();
        Some(Answered { id: named(&reply, "messageID")?, sender: text("messageSender"), text: text("messageAbstract") })
    }

    /// The id of the message that this one answers, if it does.
    pub fn answered_id(&self) -> Option<String> {
        named(&reply(self)?, "messageID")
    }
}

/// Whether this cloud custom data says that its message answers another one.
pub(super) fn is_answer(custom: &str) -> bool {
    reply_in(custom).is_some_and(|reply| named(&reply, "messageID").is_some())
}

/// What a message says of the one that it answers.
fn reply(message: &Message) -> Option<Value> {
    if !message.body.may_have(CUSTOM) {
        return None;
    }
    reply_in(message.body.get(CUSTOM)?.as_str()?)
}

fn reply_in(custom: &str) -> Option<Value> {
    let custom: Value = serde_json::from_str(custom).ok()?;
    custom.get("messageReply").cloned()
}

fn named(reply: &Value, key: &str) -> Option<String> {
    reply.get(key).and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The number that clients have for a type of element; theirs are not those of the message API.
fn client_type(element: &Element) -> u8 {
    match element {
        Element::Text(_) => 1,
        Element::Custom(_) => 2,
        Element::Image(_) => 3,
        Element::Sound(_) => 4,
        Element::Video(_) => 5,
        Element::File(_) => 6,
        Element::Location(_) => 7,
        Element::Face(_) => 8,
        Element::GroupTips(_) => 9,
        Element::Merge(_) => 10,
        Element::GroupReport(_) | Element::FriendChange(_) | Element::ProfileChange(_) | Element::Unknown(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Body;

    fn read(custom: &str) -> Value {
        let custom: Value = serde_json::from_str(custom).unwrap();
        custom["messageReply"].clone()
    }

    #[test]
    fn an_answer_quotes_the_beginning_and_names_the_root_of_the_thread() {
        let asked = Message { seq: 7, rand: 42, ..Message::text("alice", 1_700_000_000, &"who? ".repeat(30)) };
        let reply = read(&asked.answer_data());
        assert_eq!(reply["messageID"], "alice-1700000000-42");
        assert_eq!(reply["messageRootID"], "alice-1700000000-42");
        assert_eq!(reply["messageAbstract"], "who? ".repeat(20));
        assert_eq!((&reply["messageSender"], &reply["messageType"], &reply["version"]), (&json!("alice"), &json!(1), &json!(1)));
        assert_eq!((&reply["messageTime"], &reply["messageSequence"]), (&json!(1_700_000_000), &json!(7)));

        let mut body = Body::of_elements(&[Element::face(3, "")]);
        body.set("message_cloud_custom_str", Some(asked.answer_data().into())).unwrap();
        let answer = Message { rand: 9, ..Message::new("bob", 1_700_000_001, body) };
        assert_eq!(answer.answered_id().as_deref(), Some("alice-1700000000-42"));
        assert_eq!(asked.answered_id(), None);
        let reply = read(&answer.answer_data());
        assert_eq!((&reply["messageID"], &reply["messageRootID"]), (&json!("bob-1700000001-9"), &json!("alice-1700000000-42")));
        assert_eq!((&reply["messageAbstract"], &reply["messageType"]), (&json!("[sticker: 3]"), &json!(8)));
    }
}
