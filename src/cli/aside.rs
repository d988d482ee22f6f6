//! What a message says of itself besides what was said, for people: what it answers, where it is from, reactions, edits, its thread.

use super::show::one_line;
use crate::model::{Edited, Forwarded, Message, Person, Reaction, Status, Thread};

/// Characters of a quote that are shown.
const QUOTED: usize = 60;

/// The lines above what was said: what it answers, and where it was said first. Each is one that can't steer a terminal.
pub(super) fn above(message: &Message) -> Vec<String> {
    if is_gone(message) {
        return Vec::new();
    }
    let answered = message.answered().map(|answered| {
        let quote: String = one_line(&answered.text).chars().take(QUOTED).collect();
        match (answered.sender.as_str(), quote.as_str()) {
            (_, "") => format!("> {}", one_line(&answered.id)),
            ("", quote) => format!("> {quote}"),
            (sender, quote) => format!("> {}: {quote}", one_line(sender)),
        }
    });
    answered.into_iter().chain(forwarded(message)).collect()
}

/// What stands below what was said, in one line that can't steer a terminal; empty where there is nothing.
pub(super) fn below(message: &Message) -> String {
    if is_gone(message) {
        return String::new();
    }
    let reactions = message.body.context::<Vec<Reaction>>().unwrap_or_default();
    let mut marks: Vec<String> = reactions.iter().map(|reaction| format!("{} {}", one_line(&reaction.emoji), reaction.count)).collect();
    if message.body.context::<Edited>().is_some() {
        marks.push("edited".to_owned());
    }
    if let Some(thread) = message.body.context::<Thread>() {
        let name = if thread.name.is_empty() { &thread.id } else { &thread.name };
        marks.push(format!("thread {}", one_line(name)));
    }
    if message.body.is_true("mynah_pinned") {
        marks.push("pinned".to_owned());
    }
    marks.join("  ")
}

fn forwarded(message: &Message) -> Option<String> {
    let Some(Forwarded { from, conversation, .. }) = message.body.context() else {
        return message.body.is_true("message_is_forward_message").then(|| "> forwarded".to_owned());
    };
    let from = from.as_ref().map(Person::shown).map(one_line).filter(|name| !name.is_empty());
    let place = Some(one_line(&conversation)).filter(|place| !place.is_empty());
    Some(match (from, place) {
        (Some(from), Some(place)) => format!("> forwarded from {from} in {place}"),
        (Some(from), None) => format!("> forwarded from {from}"),
        (None, Some(place)) => format!("> forwarded from {place}"),
        (None, None) => "> forwarded".to_owned(),
    })
}

/// Whether nothing of it is shown any more.
fn is_gone(message: &Message) -> bool {
    matches!(message.status, Some(Status::Recalled | Status::Deleted))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn message(keys: &Value) -> Message {
        let mut message = Message::text("U1", 1, "hello");
        for (key, value) in keys.as_object().unwrap() {
            message.body.set(key, Some(value.clone())).unwrap();
        }
        message
    }

    #[track_caller]
    fn check(keys: &Value, expected_above: &[&str], expected_below: &str) {
        let message = message(keys);
        assert_eq!(
            (above(&message), below(&message).as_str()),
            (expected_above.iter().map(|&line| line.to_owned()).collect(), expected_below)
        );
    }

    #[test]
    fn what_stands_around_a_message_is_told_in_a_few_words() {
        check(&json!({}), &[], "");
        let reactions = json!([{"emoji": "👍", "count": 3}, {"emoji": ":shipit:", "count": 1}]);
        check(
            &json!({"mynah_reactions": reactions, "mynah_edited": {"time": 5}, "mynah_thread": {"id": "t", "name": "Lunch"}, "mynah_pinned": true}),
            &[],
            "👍 3  :shipit: 1  edited  thread Lunch  pinned",
        );
        let reply = r#"{"messageReply":{"messageID":"a-1","messageAbstract":"when?\nsoon","messageSender":"Bob"}}"#;
        check(&json!({"message_cloud_custom_str": reply}), &["> Bob: when? soon"], "");
        check(&json!({"message_cloud_custom_str": r#"{"messageReply":{"messageID":"a-1"}}"#}), &["> a-1"], "");
        check(
            &json!({"mynah_forwarded": {"from": {"id": "U2", "name": "Ann"}, "conversation": "news"}}),
            &["> forwarded from Ann in news"],
            "",
        );
        check(&json!({"message_is_forward_message": true}), &["> forwarded"], "");
    }

    #[test]
    fn nothing_around_a_message_can_steer_the_terminal() {
        let keys = json!({
            "mynah_reactions": [{"emoji": "\u{1b}[2J", "count": 1}],
            "mynah_thread": {"id": "\u{1b}]0;x\u{7}\n"},
            "mynah_forwarded": {"conversation": "\u{9b}31m\r\n"},
            "message_cloud_custom_str": json!({"messageReply": {"messageID": "\u{1b}c", "messageSender": "\u{8}"}}).to_string(),
        });
        let message = message(&keys);
        let shown = above(&message).join("") + &below(&message);
        assert!(!shown.contains(char::is_control), "{shown:?}");
    }

    #[test]
    fn nothing_is_told_of_a_message_that_was_taken_back() {
        let mut message = message(&json!({"mynah_reactions": [{"emoji": "👍", "count": 3}], "mynah_forwarded": {}}));
        message.status = Some(Status::Recalled);
        assert_eq!((above(&message), below(&message)), (Vec::new(), String::new()));
    }
}
