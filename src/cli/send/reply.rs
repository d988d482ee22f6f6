//! How a message says that it answers another one: as the clients of the message API do it, in `message_cloud_custom_str`.

use serde_json::{Value, json};

use crate::cli::show;
use crate::model::{Element, Message};

/// Characters of the answered message that are quoted.
const QUOTED: usize = 100;

/// The cloud custom data of a message that answers this one.
///
/// The message at the root of a thread goes along, so that clients can show the thread as one.
pub(super) fn answering(message: &Message) -> String {
    let id = message.id_text();
    let root = root(message).unwrap_or_else(|| id.clone());
    let quoted: String = show::summary(message).chars().take(QUOTED).collect();
    let reply = json!({
        "messageID": id,
        "messageRootID": root,
        "messageAbstract": quoted,
        "messageSender": message.sender,
        "messageType": message.body.elements().first().map_or(0, client_type),
        "messageTime": message.server_time,
        "messageSequence": message.seq,
        "version": 1,
    });
    json!({ "messageReply": reply }).to_string()
}

/// The root of the thread that a message belongs to, if it answers one itself.
fn root(message: &Message) -> Option<String> {
    let custom = message.body.get("message_cloud_custom_str")?;
    let custom: Value = serde_json::from_str(custom.as_str()?).ok()?;
    let reply = custom.get("messageReply")?;
    let named = |key: &str| reply.get(key).and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned);
    named("messageRootID").or_else(|| named("messageID"))
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
        let reply = read(&answering(&asked));
        assert_eq!(reply["messageID"], "alice-1700000000-42");
        assert_eq!(reply["messageRootID"], "alice-1700000000-42");
        assert_eq!(reply["messageAbstract"], "who? ".repeat(20));
        assert_eq!((&reply["messageSender"], &reply["messageType"], &reply["version"]), (&json!("alice"), &json!(1), &json!(1)));
        assert_eq!((&reply["messageTime"], &reply["messageSequence"]), (&json!(1_700_000_000), &json!(7)));

        let mut body = Body::of_elements(&[Element::face(3, "")]);
        body.set("message_cloud_custom_str", Some(answering(&asked).into())).unwrap();
        let answer = Message { rand: 9, ..Message::new("bob", 1_700_000_001, body) };
        let reply = read(&answering(&answer));
        assert_eq!((&reply["messageID"], &reply["messageRootID"]), (&json!("bob-1700000001-9"), &json!("alice-1700000000-42")));
        assert_eq!((&reply["messageAbstract"], &reply["messageType"]), (&json!("[sticker: 3]"), &json!(8)));
    }
}
