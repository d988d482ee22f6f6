use engine::model::Status;
use serde_json::json;

use super::*;

const TEXT: &str = r#""message_elem_array":[{"elem_type":0,"text_elem_content":"hello"}]"#;

#[track_caller]
fn check(text: &str, expected: &str) {
    let expected: Value = serde_json::from_str(expected).unwrap();
    let body: Value = serde_json::from_str(message(text).unwrap().body.as_json()).unwrap();
    assert_eq!(body["message_elem_array"], expected, "{text}");
}

#[test]
fn what_is_no_element_is_dropped_and_the_rest_stays() {
    check(
        r#"{"message_elem_array":[7,null,{"elem_type":99},{"elem_type":-1},{"text_elem_content":"left"}]}"#,
        r#"[{"elem_type":0,"text_elem_content":"left"}]"#,
    );
    check(r#"{"message_elem_array":"text"}"#, "[]");
    check(r#"{"message_elem_array":{"elem_type":0}}"#, "[]");
    check(r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":7}]}"#, r#"[{"elem_type":0}]"#);
    check(
        r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"\ud83d"},]}"#,
        "[{\"elem_type\":0,\"text_elem_content\":\"\u{fffd}\"}]",
    );
}

#[test]
fn a_value_of_another_kind_counts_as_not_given() {
    let odd = format!(
        r#"{{{TEXT},"message_sender":["a"],"message_seq":-1,"message_client_time":true,"message_conv_type":9,"message_conv_id":"x",
            "message_is_read":"yes","message_custom_int":"custom int","message_custom_str":7}}"#
    );
    let message = message(&odd).unwrap();
    assert_eq!((message.sender.as_str(), message.seq, message.client_time, message.is_read), ("", 0, 0, None));
    assert_eq!(message.conversation, None);
    assert_eq!(message.body.get("message_custom_int"), Some(0.into()));
    assert_eq!(message.body.get("message_custom_str"), None);
}

#[test]
fn a_message_of_nothing_and_what_is_none_is_refused() {
    for text in ["{}", "{ }", "[]", "null", "7", "\"text\"", "", "{", "{} {}"] {
        assert_eq!(message(text).unwrap_err(), TIM_ERR_JSON, "{text}");
    }
    let enormous = format!(r#"{{"message_elem_array":[{{"text_elem_content":"{}"}}]}}"#, "e".repeat(4_000_000));
    assert_eq!(message(&enormous).unwrap_err(), TIM_ERR_JSON);
}

#[test]
fn of_an_array_objects_are_read_and_an_empty_one_refuses_all() {
    assert_eq!(messages(&format!("[null,7,{{{TEXT}}},\"text\",{{{TEXT}}},]")).unwrap().len(), 2);
    for text in [format!("[{{{TEXT}}},{{}}]"), "[]".to_owned(), "[null,1]".to_owned(), format!("{{{TEXT}}}")] {
        assert_eq!(messages(&text).unwrap_err(), TIM_ERR_JSON, "{text}");
    }
}

#[test]
fn a_message_that_was_given_out_comes_back_no_larger_than_it_was() {
    let mut given = Message { rand: 7, seq: 3, status: Some(Status::Sent), ..Message::text("bob", 1_700_000_000, "hello") };
    given = given.in_conversation(&ConversationId::group("ops").unwrap());
    given.body.set("message_cloud_custom_str", Some("mine".into())).unwrap();
    given.body.set("message_sender_profile", Some(json!({"user_profile_nick_name": "Bob"}))).unwrap();
    let again = message(&emit::message(&given)).unwrap();
    assert_eq!(again.body.as_json(), given.body.as_json());
    assert_eq!((again.id_text(), again.place(), again.conversation), (given.id_text(), given.place(), given.conversation));
}

#[test]
fn the_same_words_without_an_id_are_said_anew_each_time() {
    let words = || Message::text("bob", 0, "hello");
    let (first, second) = (one_of_its_own(words()), one_of_its_own(words()));
    assert_ne!(first.rand, second.rand);
    assert!(first.client_time > 1_700_000_000 && first.rand != 0);
    let known = Message { rand: 7, ..words() };
    assert_eq!(one_of_its_own(known.clone()), known);
}

#[test]
fn a_message_that_forwards_another_keeps_what_was_said_and_nothing_of_who_said_it() {
    let given = |forwards: bool| {
        let sender = r#""message_sender":"berta","message_msg_id":"berta-1-2","message_rand":2,"message_server_time":1"#;
        let said = r#""message_elem_array":[{"elem_type":0,"text_elem_content":"hello"}]"#;
        to_send(&format!("{{{sender},{said},\"message_is_forward_message\":{forwards}}}")).unwrap()
    };
    let forwarded = given(true);
    assert_eq!((forwarded.sender.as_str(), forwarded.id.is_none(), forwarded.rand, forwarded.server_time), ("", true, 0, 0));
    assert_eq!(forwarded.texts(), ["hello"]);
    assert!(!forwarded.body.as_json().contains("forward"), "who hears it does not forward it");
    assert_eq!(given(false).sender, "berta");
}
