use engine::model::{Body, ConversationId, Element};
use serde_json::{Value, json};

use super::*;

fn kept(body: Body) -> Message {
    let message = Message { rand: 7, seq: 3, status: Some(Status::Imported), ..Message::new("bob", 1_700_000_000, body) };
    message.in_conversation(&ConversationId::c2c("bob").unwrap())
}

fn given_out(given: &Message) -> Value {
    serde_json::from_str(&message(given)).unwrap()
}

#[test]
fn a_message_has_44_keys_and_one_of_a_group_45() {
    let message = kept(Body::of_text("a \"quoted\" text"));
    assert!(is_plain_text(message.body.as_json()));
    let out = given_out(&message);
    assert_eq!(out.as_object().unwrap().len(), 44);
    assert_eq!(out["message_elem_array"], json!([{"elem_type": 0, "text_elem_content": "a \"quoted\" text"}]));
    assert_eq!(out["message_sender_profile"]["user_profile_identifier"], "bob");
    assert_eq!((&out["message_priority"], &out["message_group_receipt_unread_count"]), (&json!(1), &json!(-1)));
    let in_group = given_out(&message.in_conversation(&ConversationId::group("ops").unwrap()));
    assert_eq!(in_group.as_object().unwrap().len(), 45);
    assert_eq!(in_group["message_sender_group_member_info"].as_object().unwrap().len(), 14);
}

#[test]
fn what_a_message_brings_stands_in_the_place_of_the_default() {
    let mut body = Body::of_text("hello");
    for (key, value) in [
        ("message_custom_int", json!(u32::MAX)),
        ("message_cloud_custom_str", json!("mine")),
        ("my_own_key", json!({"a": [1, null]})),
        ("message_sender_profile", json!({"user_profile_nick_name": "Bob", "user_profile_identifier": "somebody"})),
        ("message_offline_push_config", json!({"offline_push_config_ios_config": {"ios_offline_push_config_title": "t"}})),
    ] {
        body.set(key, Some(value)).unwrap();
    }
    let out = given_out(&kept(body));
    assert_eq!(out.as_object().unwrap().len(), 44 + 2, "the key of one's own, and the push that was given");
    assert_eq!(out["message_custom_int"], -1, "C reads it with a sign");
    assert_eq!((&out["message_cloud_custom_str"], &out["my_own_key"]), (&json!("mine"), &json!({"a": [1, null]})));
    assert_eq!(out["message_sender_profile"]["user_profile_nick_name"], "Bob");
    assert_eq!(out["message_sender_profile"]["user_profile_identifier"], "bob");
    let push = &out["message_offline_push_config"];
    assert_eq!((push.as_object().unwrap().len(), push["offline_push_config_android_config"].as_object().unwrap().len()), (5, 5));
    assert_eq!(push["offline_push_config_ios_config"]["ios_offline_push_config_title"], "t");
}

#[test]
fn elements_have_the_keys_of_their_type() {
    let numbers_and_keys = [(0, 2), (1, 19), (2, 6), (3, 5), (4, 6), (5, 10), (6, 3), (7, 4), (8, 9), (9, 13), (10, 2), (11, 3), (12, 7)];
    for (number, keys) in numbers_and_keys {
        let element: Element = serde_json::from_value(json!({ "elem_type": number })).unwrap();
        let out = given_out(&kept(Body::of_elements(&[element, Element::text("behind it")])));
        assert_eq!(out["message_elem_array"][0].as_object().unwrap().len(), keys, "type {number}");
        assert_eq!(out["message_elem_array"][1]["text_elem_content"], "behind it");
    }
    let tips =
        json!({"elem_type": 5, "group_tips_elem_op_user_info": {"user_profile_nick_name": "Ann"}, "group_tips_elem_user_array": ["bob"]});
    let out = given_out(&kept(Body::of_elements(&[serde_json::from_value(tips).unwrap()])));
    let tips = &out["message_elem_array"][0];
    assert_eq!(tips["group_tips_elem_op_user_info"].as_object().unwrap().len(), 12);
    assert_eq!(tips["group_tips_elem_op_user_info"]["user_profile_nick_name"], "Ann");
    assert_eq!(tips["group_tips_elem_user_array"], json!(["bob"]));
    let place = message(&kept(Body::of_elements(&[Element::location("", 22.0, 113.9346951234568)])));
    assert!(place.contains("\"location_elem_latitude\":22,") && place.contains(":113.9346951234568"), "{place}");
}

#[test]
fn an_own_message_that_was_not_sent_has_no_time_of_a_server() {
    let own = |status| Message { is_from_self: Some(true), status, ..kept(Body::of_text("hello")) };
    for (status, time) in [(Some(Status::Failed), 0), (Some(Status::Sending), 0), (None, 0), (Some(Status::Sent), 1_700_000_000)] {
        assert_eq!(given_out(&own(status))["message_server_time"], time, "{status:?}");
    }
}

#[test]
fn a_list_of_nothing_is_two_characters() {
    assert_eq!(messages([]), "[]");
    let message = kept(Body::of_text("x"));
    assert_eq!(serde_json::from_str::<Vec<Value>>(&messages([&message, &message])).unwrap().len(), 2);
}
