//! What stands in the body of a message, and another text in it. Knows nothing of Lua.

use serde_json::Value;

use crate::model::{Body, Element, ElementType, Message};
use crate::script::op::Misuse;
use crate::script::said;

fn content(element: &Element) -> Option<&str> {
    match element {
        Element::Text(text) => Some(&text.content),
        _ => None,
    }
}

/// Its body with another text.
///
/// Where there are several text elements and the new text has as many lines as they have together, each gets its own lines. Otherwise the first one
/// gets all, and the others go. A body without one gets one.
///
/// # Errors
/// [`Misuse`] when the text is too long.
pub(super) fn with(message: &Message, text: &str) -> Result<Body, Misuse> {
    let body = &message.body;
    if said::text(message) == text {
        return Ok(body.clone());
    }
    let mut elements = body.elements();
    let mut lines = text.split('\n');
    let heights: Vec<usize> =
        elements.iter().filter_map(content).filter(|text| !text.is_empty()).map(|text| text.split('\n').count()).collect();
    let is_same_height = heights.iter().sum::<usize>() == text.split('\n').count();
    let mut is_first = true;
    elements.retain_mut(|element| {
        let Element::Text(element) = element else { return true };
        if is_same_height && !element.content.is_empty() {
            let height = element.content.split('\n').count();
            element.content = lines.by_ref().take(height).collect::<Vec<_>>().join("\n");
            return true;
        }
        if !is_same_height && is_first {
            text.clone_into(&mut element.content);
        }
        std::mem::take(&mut is_first)
    });
    if !elements.iter().any(|element| matches!(element, Element::Text(_))) {
        elements.insert(0, Element::text(text));
    }
    let elements = serde_json::to_value(&elements).map_err(|_| Misuse::new("the elements cannot be written"))?;
    let mut changed = body.clone();
    changed.set("message_elem_array", Some(elements)).map_err(|error| Misuse(error.to_string()))?;
    Ok(changed)
}

/// What its sender is called: in the group, else anywhere.
pub(super) fn sender_name(message: &Message) -> Option<String> {
    let body = &message.body;
    if !body.may_have("message_sender_") {
        return None;
    }
    let name = |object: &str, keys: &[&str]| {
        let object = body.get(object)?;
        keys.iter().find_map(|key| object.get(key)?.as_str().filter(|name| !name.is_empty()).map(str::to_owned))
    };
    name(
        "message_sender_group_member_info",
        &["group_member_info_name_card", "group_member_info_friend_remark", "group_member_info_nick_name"],
    )
    .or_else(|| name("message_sender_profile", &["user_profile_friend_remark", "user_profile_nick_name"]))
}

/// The user ids that it mentions.
pub(super) fn mentions(body: &Body) -> Vec<String> {
    const KEY: &str = "message_group_at_user_array";
    let mentioned = if body.may_have(KEY) { body.get(KEY) } else { None };
    let Some(Value::Array(mentioned)) = mentioned else { return Vec::new() };
    mentioned.into_iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

/// The data of its first custom element.
pub(super) fn custom(body: &Body) -> Option<String> {
    if !body.types().contains(ElementType::Custom) {
        return None;
    }
    body.elements().into_iter().find_map(|element| match element {
        Element::Custom(custom) => Some(custom.data),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(elements: &[Element]) -> Message {
        Message::new("ana", 1, Body::of_elements(elements))
    }

    #[track_caller]
    fn check(elements: &[Element], text: &str, expected: &[Element]) {
        let changed = Message::new("ana", 1, with(&message(elements), text).unwrap());
        assert!(changed.body.elements() == expected, "{}", changed.body.as_json());
        assert_eq!(said::text(&changed), text);
    }

    #[test]
    fn a_new_text_goes_where_the_old_one_stood() {
        let image = || Element::image("a.png");
        check(&[Element::text("a")], "b", &[Element::text("b")]);
        check(&[Element::text("a"), image(), Element::text("b\nc")], "A\nB\nC", &[Element::text("A"), image(), Element::text("B\nC")]);
        check(&[image(), Element::text("a"), Element::text("b")], "all of it", &[image(), Element::text("all of it")]);
        check(&[image()], "with words", &[Element::text("with words"), image()]);
    }

    #[test]
    fn the_same_text_changes_nothing() {
        let said = message(&[Element::text("a"), Element::image("a.png"), Element::text("b")]);
        assert!(with(&said, "a\nb").unwrap() == said.body);
    }

    #[test]
    fn a_text_that_is_too_long_is_refused() {
        let long = "x".repeat(crate::model::limits::TEXT_LENGTH.max as usize + 1);
        assert!(with(&message(&[Element::text("a")]), &long).is_err());
    }

    #[test]
    fn a_name_is_the_one_of_the_group_before_the_one_of_the_profile() {
        let mut message = Message::text("u1", 1, "a");
        assert_eq!(sender_name(&message), None);
        message.body.set("message_sender_profile", Some(serde_json::json!({"user_profile_nick_name": "Ann"}))).unwrap();
        assert_eq!(sender_name(&message).as_deref(), Some("Ann"));
        message.body.set("message_sender_group_member_info", Some(serde_json::json!({"group_member_info_name_card": "Boss"}))).unwrap();
        assert_eq!(sender_name(&message).as_deref(), Some("Boss"));
    }
}
