//! The JSON Schemas in `schemas/`: each is a valid schema, takes what it should and refuses what it should not.

use std::path::PathBuf;

use jsonschema::{Registry, Validator};
use mynah::model::{Element, Priority, ReceiveOption, Status, limits};
use serde_json::{Map, Value, json};

const NAMES: [&str; 28] = [
    "message",
    "message-input",
    "locator",
    "history-parameters",
    "search-parameters",
    "search-results",
    "hit",
    "search-summary",
    "import-details",
    "import-report",
    "conversation",
    "setting",
    "event",
    "downloaded",
    "script-state",
    "log-line",
    "dead-letter",
    "grant",
    "finding",
    "test-result",
    "replay-scene",
    "replay-summary",
    "conv-info",
    "receipt",
    "receive-option",
    "batch-send-result",
    "download-progress",
    "export-line",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn text_of(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("{name}.schema.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The schema of this name, ready to hold what the program prints against it.
pub(crate) fn schema(name: &str) -> Validator {
    let message = text_of("message");
    let id = message["$id"].as_str().unwrap().to_owned();
    let registry = Registry::new().add(id, message).unwrap().prepare().unwrap();
    jsonschema::options().with_registry(&registry).build(&text_of(name)).unwrap()
}

#[track_caller]
pub(crate) fn accepts(schema: &Validator, value: &Value) {
    let faults: Vec<_> = schema.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "refused {value}\n{}", faults.join("\n"));
}

#[track_caller]
pub(crate) fn refuses(schema: &Validator, why: &str, value: &Value) {
    assert!(!schema.is_valid(value), "accepted although {why}: {value}");
}

/// `value` with the values of these keys replaced; null takes the key away.
fn with(value: &Value, changes: &Value) -> Value {
    let mut changed: Map<String, Value> = value.as_object().unwrap().clone();
    for (key, change) in changes.as_object().unwrap() {
        if change.is_null() {
            changed.shift_remove(key);
        } else {
            changed.insert(key.clone(), change.clone());
        }
    }
    changed.into()
}

fn a_message() -> Value {
    json!({
        "message_conv_id": "ops", "message_conv_type": 2, "message_msg_id": "alice-1700000000-7", "message_sender": "alice",
        "message_client_time": 1_700_000_000, "message_server_time": 1_700_000_000, "message_seq": 5, "message_rand": u32::MAX,
        "message_unique_id": u64::MAX, "message_status": 5, "message_is_from_self": false, "message_is_read": true,
        "message_is_peer_read": false, "message_elem_array": [{"elem_type": 0, "text_elem_content": "hello"}]
    })
}

#[test]
fn every_schema_is_one_of_the_2020_draft_and_says_what_it_describes() {
    let mut files: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    let mut expected = NAMES.map(|name| format!("{name}.schema.json"));
    expected.sort();
    assert_eq!(files, expected);
    for name in NAMES {
        let text = text_of(name);
        jsonschema::draft202012::meta::validate(&text).unwrap();
        assert_eq!(text["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(text["$id"].as_str().unwrap().ends_with(&format!("/{name}.schema.json")));
        assert!(text["title"].is_string() && text["description"].is_string(), "{name}");
        schema(name);
    }
}

#[test]
fn the_limits_of_the_schemas_are_those_of_the_model() {
    let message = text_of("message");
    assert_eq!(message["$defs"]["time"]["maximum"], limits::TIME.max);
    assert_eq!(message["$defs"]["rand"]["maximum"], limits::RAND.max);
    assert_eq!(message["$defs"]["element_array"]["maxItems"], limits::ELEMENTS.max);
    assert_eq!(message["properties"]["message_conv_id"]["maxLength"], limits::CONVERSATION_ID.max);
    assert_eq!(message["properties"]["message_msg_id"]["maxLength"], limits::MESSAGE_ID.max);
    assert_eq!(message["properties"]["message_sender"]["maxLength"], limits::USER_ID.max);
    let range = |property: &Value| (property["minimum"].as_u64().unwrap(), property["maximum"].as_u64().unwrap());
    let ends = |numbers: Vec<u8>| (u64::from(*numbers.first().unwrap()), u64::from(*numbers.last().unwrap()));
    assert_eq!(range(&message["properties"]["message_status"]), ends(Status::ALL.iter().map(|status| status.number()).collect()));
    assert_eq!(range(&message["properties"]["message_priority"]), ends(Priority::ALL.iter().map(|priority| priority.number()).collect()));
    let conversation = text_of("conversation");
    assert_eq!(range(&conversation["properties"]["receive_option"]), ends(ReceiveOption::ALL.iter().map(|one| one.number()).collect()));
}

#[test]
fn the_schema_of_messages_takes_messages_and_refuses_others() {
    let schema = schema("message");
    let good = a_message();
    accepts(&schema, &good);
    accepts(&schema, &with(&good, &json!({"message_elem_array": [], "message_server_time": 0, "a_key_of_tomorrow": [1]})));
    accepts(&schema, &with(&good, &json!({"message_group_receipt_unread_count": -1, "message_custom_int": -1, "message_priority": 0})));
    accepts(&schema, &with(&good, &json!({"message_sender_profile": {"user_profile_identifier": "alice"}})));

    for key in good.as_object().unwrap().keys() {
        refuses(&schema, &format!("{key} is missing"), &with(&good, &json!({key: null})));
    }
    for (why, change) in [
        ("a time is in milliseconds", json!({"message_client_time": 1_700_000_000_000_u64})),
        ("a time is negative", json!({"message_server_time": -1})),
        ("a time is a text", json!({"message_server_time": "1700000000"})),
        ("a rand has 33 bits", json!({"message_rand": 4_294_967_296_u64})),
        ("a seq is negative", json!({"message_seq": -1})),
        ("a seq has a fraction", json!({"message_seq": 1.5})),
        ("a unique id has 65 bits", json!({"message_unique_id": 18_446_744_073_709_551_616.0_f64})),
        ("a unique id is a text", json!({"message_unique_id": "7"})),
        ("there is no status 0", json!({"message_status": 0})),
        ("there is no status 8", json!({"message_status": 8})),
        ("there is no priority 4", json!({"message_priority": 4})),
        ("there is no conversation type 3", json!({"message_conv_type": 3})),
        ("a conversation has no name", json!({"message_conv_id": ""})),
        ("a conversation's name is too long", json!({"message_conv_id": "x".repeat(257)})),
        ("a message has no id", json!({"message_msg_id": ""})),
        ("a flag is a number", json!({"message_is_read": 1})),
        ("the local number has 33 bits", json!({"message_custom_int": 4_294_967_296_u64})),
        ("the local number is a text", json!({"message_custom_int": "7"})),
        ("mentions are numbers", json!({"message_group_at_user_array": [7]})),
        ("a profile is a text", json!({"message_sender_profile": "alice"})),
        ("a profile's name is a number", json!({"message_sender_profile": {"user_profile_nick_name": 7}})),
        ("push settings hold a text for iOS", json!({"message_offline_push_config": {"offline_push_config_ios_config": "x"}})),
        ("the elements are an object", json!({"message_elem_array": {}})),
        ("an element is a text", json!({"message_elem_array": ["hello"]})),
        ("there are too many elements", json!({"message_elem_array": vec![json!({}); 1_001]})),
    ] {
        refuses(&schema, why, &with(&good, &change));
    }
    refuses(&schema, "it is an array", &json!([good]));
}

#[test]
fn the_schema_of_messages_takes_every_element_that_is_printed() {
    let schema = schema("message");
    let elements = [
        Element::text("hello"),
        Element::image("/tmp/a.png"),
        Element::sound("/tmp/a.amr", 3),
        Element::custom("{}", "vote"),
        Element::file("/tmp/plan.pdf", 7),
        Element::face(-1, "x"),
        Element::location("here", -90.0, 180.0),
        Element::video("/tmp/a.mp4", 3, "/tmp/a.jpg"),
        Element::merge("t", vec!["a".to_owned()], "c", vec![a_message()]),
    ];
    accepts(&schema, &with(&a_message(), &json!({"message_elem_array": elements})));
    let notices =
        (0..=12).map(|kind| json!({"elem_type": kind})).chain([json!({}), json!({"elem_type": -1, "x": null}), json!({"elem_type": 99})]);
    accepts(&schema, &with(&a_message(), &json!({"message_elem_array": notices.collect::<Vec<_>>()})));
}

#[test]
fn the_schema_of_messages_refuses_elements_of_wrong_types() {
    let schema = schema("message");
    for (why, element) in [
        ("a type is a text", json!({"elem_type": "text"})),
        ("a text is a number", json!({"elem_type": 0, "text_elem_content": 5})),
        ("a text without a type is a number", json!({"text_elem_content": 5})),
        ("an image's path is null", json!({"elem_type": 1, "image_elem_orig_path": null})),
        ("a sound's time is a text", json!({"elem_type": 2, "sound_elem_file_time": "3"})),
        ("custom data are an object", json!({"elem_type": 3, "custom_elem_data": {}})),
        ("a file's size has a fraction", json!({"elem_type": 4, "file_elem_file_size": 1.5})),
        ("tips list numbers", json!({"elem_type": 5, "group_tips_elem_user_array": [1]})),
        ("tips' operator is a text", json!({"elem_type": 5, "group_tips_elem_op_user_info": "alice"})),
        (
            "a change's flag is a text",
            json!({"elem_type": 5, "group_tips_elem_group_change_info_array": [{"group_tips_group_change_info_flag": "1"}]}),
        ),
        ("a sticker's number is a text", json!({"elem_type": 6, "face_elem_index": "1"})),
        ("a longitude is a text", json!({"elem_type": 7, "location_elem_longitude": "1"})),
        ("a report's type is negative", json!({"elem_type": 8, "group_report_elem_report_type": -1})),
        ("a video's size is negative", json!({"elem_type": 9, "video_elem_video_size": -1})),
        ("requests are texts", json!({"elem_type": 10, "friend_change_elem_friend_add_pendency_array": ["bob"]})),
        ("whose profile is a number, in the former spelling", json!({"elem_type": 11, "profile_change_elem_from_identifer": 5})),
        ("bundled messages are texts", json!({"elem_type": 12, "merge_elem_message_array": ["x"]})),
    ] {
        refuses(&schema, why, &with(&a_message(), &json!({"message_elem_array": [element]})));
    }
}

#[test]
fn the_schema_of_imports_takes_what_clients_write() {
    let schema = schema("message-input");
    accepts(&schema, &json!({"message_elem_array": []}));
    accepts(&schema, &a_message());
    let known: Map<String, Value> =
        text_of("message-input")["properties"].as_object().unwrap().keys().map(|key| (key.clone(), Value::Null)).collect();
    let mut nulls = Value::Object(known);
    nulls["message_elem_array"] = json!([]);
    accepts(&schema, &nulls);
    accepts(
        &schema,
        &json!({
            "message_elem_array": [{"text_elem_content": "hello"}], "message_unique_id": 0, "message_rand": 0, "message_seq": 0,
            "message_status": 0, "message_conv_type": 0, "message_conv_id": "", "message_msg_id": "", "message_custom_int": "custom int",
            "message_offlie_push_config": {"offline_push_config_desc": "new"}, "msg_last_msg_id": "x"
        }),
    );

    refuses(&schema, "it has no elements", &json!({"message_sender": "alice"}));
    for (why, change) in [
        ("the elements are a text", json!({"message_elem_array": "hello"})),
        ("an element is null", json!({"message_elem_array": [null]})),
        ("a text is a number", json!({"message_elem_array": [{"text_elem_content": 5}]})),
        ("a time is in milliseconds", json!({"message_client_time": 1_700_000_000_000_u64})),
        ("a rand is negative", json!({"message_rand": -1})),
        ("a status is too large", json!({"message_status": 8})),
        ("a priority is a text", json!({"message_priority": "high"})),
        ("a sender is a number", json!({"message_sender": 7})),
        ("a flag is a text", json!({"message_is_read": "yes"})),
        ("push settings in the former spelling are a text", json!({"message_offlie_push_config": "x"})),
        ("a conversation type is unknown", json!({"message_conv_type": 4})),
    ] {
        refuses(&schema, why, &with(&a_message(), &change));
    }
}

#[test]
fn both_schemas_of_messages_know_the_same_keys() {
    let keys = |name: &str| -> Vec<String> { text_of(name)["properties"].as_object().unwrap().keys().cloned().collect() };
    let mut input = keys("message-input");
    input.retain(|key| key != "message_offlie_push_config");
    assert_eq!(keys("message"), input);
}

#[test]
fn the_schema_of_locators_wants_what_is_compared() {
    let schema = schema("locator");
    let good = json!({"message_locator_time": 1_700_000_000, "message_locator_seq": 5, "message_locator_rand": 7});
    accepts(&schema, &good);
    accepts(
        &schema,
        &with(
            &good,
            &json!({"message_locator_is_self": true, "message_locator_is_revoked": false, "message_locator_unique_id": u64::MAX,
                "message_locator_conv_id": "ops", "message_locator_conv_type": 2}),
        ),
    );
    for (why, change) in [
        ("the time is missing", json!({"message_locator_time": null})),
        ("the seq is missing", json!({"message_locator_seq": null})),
        ("the rand is missing", json!({"message_locator_rand": null})),
        ("the rand has 33 bits", json!({"message_locator_rand": 4_294_967_296_u64})),
        ("the time is a text", json!({"message_locator_time": "1700000000"})),
        ("the direction is a number", json!({"message_locator_is_self": 1})),
        ("the conversation type is a flag", json!({"message_locator_conv_type": true})),
    ] {
        refuses(&schema, why, &with(&good, &change));
    }
    refuses(&schema, "it is an array", &json!([good]));
}

#[test]
fn the_schema_of_history_parameters_takes_both_spellings() {
    let schema = schema("history-parameters");
    accepts(&schema, &json!({}));
    accepts(&schema, &json!({"msg_getmsglist_param_last_msg": null, "msg_getmsglist_param_is_remble": true, "more": 1}));
    accepts(
        &schema,
        &json!({
            "msg_getmsglist_param_last_msg": {}, "msg_getmsglist_param_count": 20, "msg_getmsglist_param_is_ramble": false,
            "msg_getmsglist_param_is_forward": true, "msg_getmsglist_param_last_msg_seq": 5, "msg_getmsglist_param_time_begin": 0,
            "msg_getmsglist_param_time_period": 3600, "msg_getmsglist_param_message_type_array": [0, 12],
            "msg_getmsglist_param_message_seq_array": [1, u64::MAX]
        }),
    );
    for (why, parameters) in [
        ("nothing is asked for", json!({"msg_getmsglist_param_count": 0})),
        ("the count is a text", json!({"msg_getmsglist_param_count": "20"})),
        ("the start is an id", json!({"msg_getmsglist_param_last_msg": "id"})),
        ("the start's seq is negative", json!({"msg_getmsglist_param_last_msg_seq": -1})),
        ("the begin is in milliseconds", json!({"msg_getmsglist_param_time_begin": 1_700_000_000_000_u64})),
        ("there is no type 13", json!({"msg_getmsglist_param_message_type_array": [13]})),
        ("types are words", json!({"msg_getmsglist_param_message_type_array": ["image"]})),
        ("the direction is a word", json!({"msg_getmsglist_param_is_forward": "newer"})),
        ("a seq is a text", json!({"msg_getmsglist_param_message_seq_array": ["1"]})),
        ("a flag in the former spelling is a number", json!({"msg_getmsglist_param_is_remble": 1})),
    ] {
        refuses(&schema, why, &parameters);
    }
}

#[test]
fn the_schema_of_search_parameters_wants_something_to_search_by() {
    let schema = schema("search-parameters");
    let good = json!({"msg_search_param_keyword_array": ["deploy"]});
    accepts(&schema, &good);
    accepts(&schema, &json!({"msg_search_param_send_indentifier_array": ["alice"]}));
    accepts(&schema, &json!({"msg_search_param_keyword_array": [], "msg_search_param_message_type_array": [1]}));
    accepts(
        &schema,
        &with(
            &good,
            &json!({
                "msg_search_param_keyword_list_match_type": 1, "msg_search_param_send_identifier_array": ["alice"],
                "msg_search_param_conv_type": 2, "msg_search_param_conv_id": "ops", "msg_search_param_search_time_position": 0,
                "msg_search_param_search_time_period": 86_400, "msg_search_param_page_index": 0, "msg_search_param_page_size": 20
            }),
        ),
    );
    for (why, parameters) in [
        ("there is nothing to search by", json!({})),
        ("there is no keyword", json!({"msg_search_param_keyword_array": []})),
        ("a keyword is empty", json!({"msg_search_param_keyword_array": [""]})),
        ("a keyword is a number", json!({"msg_search_param_keyword_array": [7]})),
        ("keywords are one text", json!({"msg_search_param_keyword_array": "deploy"})),
        ("there is no such way to match", with(&good, &json!({"msg_search_param_keyword_list_match_type": 2}))),
        ("the conversation has no id", with(&good, &json!({"msg_search_param_conv_type": 2}))),
        ("the conversation's id is empty", with(&good, &json!({"msg_search_param_conv_type": 1, "msg_search_param_conv_id": ""}))),
        ("there is no conversation type 3", with(&good, &json!({"msg_search_param_conv_type": 3}))),
        ("senders are numbers", with(&good, &json!({"msg_search_param_send_indentifier_array": [7]}))),
        ("the period is negative", with(&good, &json!({"msg_search_param_search_time_period": -1}))),
        ("the page is a text", with(&good, &json!({"msg_search_param_page_index": "0"}))),
        ("there is no type 13", with(&good, &json!({"msg_search_param_message_type_array": [13]}))),
    ] {
        refuses(&schema, why, &parameters);
    }
}

#[test]
fn the_schema_of_search_results_takes_groups_with_and_without_messages() {
    let schema = schema("search-results");
    let item = json!({"msg_search_result_item_conv_id": "ops", "msg_search_result_item_conv_type": 2, "msg_search_result_item_total_message_count": 3});
    let results = |items: Value| json!({"msg_search_result_total_count": 1, "msg_search_result_item_array": items});
    accepts(&schema, &results(json!([])));
    accepts(&schema, &results(json!([item, with(&item, &json!({"msg_search_result_item_message_array": [a_message()]}))])));
    refuses(&schema, "the total is missing", &json!({"msg_search_result_item_array": []}));
    refuses(&schema, "the items are missing", &json!({"msg_search_result_total_count": 0}));
    for (why, change) in [
        ("an item has no conversation", json!({"msg_search_result_item_conv_id": null})),
        ("an item's conversation has no type", json!({"msg_search_result_item_conv_type": 0})),
        ("an item has no hit", json!({"msg_search_result_item_total_message_count": 0})),
        ("an item's messages are empty and not left out", json!({"msg_search_result_item_message_array": []})),
        ("an item's message is not whole", json!({"msg_search_result_item_message_array": [{}]})),
    ] {
        refuses(&schema, why, &results(json!([with(&item, &change)])));
    }
}

#[test]
fn the_schemas_of_the_lines_of_a_search_take_hits_and_their_end() {
    let hit = schema("hit");
    let good = json!({"message": a_message(), "snippet": "hello", "highlights": [[0, 2], [3, 5]], "score": 1.5});
    accepts(&hit, &good);
    accepts(&hit, &with(&good, &json!({"highlights": [], "snippet": ""})));
    let mut unscored = good.clone();
    unscored["score"] = Value::Null;
    accepts(&hit, &unscored);
    for (why, change) in [
        ("the message is missing", json!({"message": null})),
        ("the snippet is missing", json!({"snippet": null})),
        ("the score is missing", json!({"score": null})),
        ("the message is not whole", json!({"message": {"message_msg_id": "x"}})),
        ("a highlight has one end", json!({"highlights": [[0]]})),
        ("a highlight has three ends", json!({"highlights": [[0, 1, 2]]})),
        ("a highlight begins before the snippet", json!({"highlights": [[-1, 2]]})),
        ("a highlight is no pair", json!({"highlights": [0, 2]})),
        ("the score is a text", json!({"score": "1.5"})),
    ] {
        refuses(&hit, why, &with(&good, &change));
    }

    let summary = schema("search-summary");
    let good = json!({"total": 12, "complete": true, "next": "c2Vj"});
    accepts(&summary, &good);
    accepts(&summary, &json!({"total": 0, "complete": false, "next": null, "facets": {}, "timeline": {}, "conversations": {}}));
    for (why, change) in [
        ("the total is missing", json!({"total": null})),
        ("the total is negative", json!({"total": -1})),
        ("coverage is missing", json!({"complete": null})),
        ("coverage is a word", json!({"complete": "yes"})),
        ("the cursor is missing", json!({"next": null})),
        ("the cursor is empty", json!({"next": ""})),
        ("the cursor is a number", json!({"next": 20})),
        ("the facets are a number", json!({"facets": 3})),
    ] {
        refuses(&summary, why, &with(&good, &change));
    }
}

#[test]
fn the_schema_of_import_reports_wants_every_count() {
    let schema = schema("import-report");
    let good = json!({"new": 1, "known": 0, "refused": 0, "bytes": 200, "seconds": 0.5});
    accepts(&schema, &good);
    for key in good.as_object().unwrap().keys() {
        refuses(&schema, &format!("{key} is missing"), &with(&good, &json!({key: null})));
        refuses(&schema, &format!("{key} is negative"), &with(&good, &json!({key: -1})));
        refuses(&schema, &format!("{key} is a text"), &with(&good, &json!({key: "1"})));
    }
    refuses(&schema, "a count has a fraction", &with(&good, &json!({"new": 0.5})));
}

#[test]
fn the_schema_of_conversations_takes_full_and_empty_ones() {
    let schema = schema("conversation");
    let empty = json!({"conversation": "group:ops", "messages": 0, "unread": 0, "last_message": null, "receive_option": 0, "pinned": false,
        "draft": null, "about": null, "read_mark": null});
    accepts(&schema, &empty);
    let full = with(
        &empty,
        &json!({"conversation": "c2c:a:\nb", "messages": 9, "last_message": a_message(), "receive_option": 2, "draft": "so far",
            "about": {"name": "ops", "topic": "", "kind": "channel", "source": "slack", "members": [{"id": "U1", "name": "Ann"}, {"id": "U2"}]},
            "read_mark": {"time": 1_700_000_000, "seq": 5, "rand": 7}}),
    );
    accepts(&schema, &full);
    for key in full.as_object().unwrap().keys() {
        refuses(&schema, &format!("{key} is missing"), &with(&full, &json!({key: null})));
    }
    for (why, change) in [
        ("the kind is missing", json!({"conversation": "ops"})),
        ("the kind is unknown", json!({"conversation": "room:ops"})),
        ("the id is missing", json!({"conversation": "group:"})),
        ("a member has no id", json!({"about": {"members": [{"name": "Ann"}]}})),
        ("unread is negative", json!({"unread": -1})),
        ("there is no receive option 3", json!({"receive_option": 3})),
        ("pinned is a number", json!({"pinned": 1})),
        ("the draft is a number", json!({"draft": 1})),
        ("the last message is an id", json!({"last_message": "id"})),
        ("the read mark has no seq", json!({"read_mark": {"time": 1, "rand": 7}})),
        ("the read mark is a time", json!({"read_mark": 1_700_000_000})),
    ] {
        refuses(&schema, why, &with(&full, &change));
    }
}

#[test]
fn the_schema_of_settings_wants_a_value_and_who_said_it() {
    let schema = schema("setting");
    let good = json!({"key": "download.max", "value": 20, "source": {"from": "default"}});
    for change in [
        json!({}),
        json!({"key": "store", "value": "/a", "source": {"from": "file", "path": "config.toml", "line": 1}}),
        json!({"value": ["a", "b"], "source": {"from": "variable", "name": "MYNAH_TRANSPORT_GROUPS"}}),
        json!({"value": false, "source": {"from": "flag", "name": "--store"}}),
    ] {
        accepts(&schema, &with(&good, &change));
    }
    accepts(&schema, &json!({"key": "account", "value": null, "source": {"from": "default"}}));
    for key in good.as_object().unwrap().keys() {
        refuses(&schema, &format!("{key} is missing"), &with(&good, &json!({key: null})));
    }
    for (why, change) in [
        ("the key has two dots", json!({"key": "a.b.c"})),
        ("the value has a fraction", json!({"value": 0.5})),
        ("the list holds numbers", json!({"value": [1]})),
        ("nobody said it", json!({"source": {}})),
        ("the source is unknown", json!({"source": {"from": "wind"}})),
        ("the line is missing", json!({"source": {"from": "file", "path": "config.toml"}})),
        ("the variable has no name", json!({"source": {"from": "variable"}})),
    ] {
        refuses(&schema, why, &with(&good, &change));
    }
}

#[test]
fn the_schema_of_events_takes_each_with_what_belongs_to_it() {
    let schema = schema("event");
    for good in [
        json!({"cursor": 7, "event": "received", "message": a_message()}),
        json!({"cursor": 7, "event": "peer-read", "conversation": "c2c:bob", "up_to": 5}),
        json!({"cursor": 7, "event": "conversation-added", "conversation": "group:ops"}),
        json!({"cursor": 7, "event": "total-unread", "unread": 0}),
        json!({"cursor": null, "event": "connection", "connection": "disconnected"}),
        json!({"cursor": null, "event": "deaf"}),
    ] {
        accepts(&schema, &good);
    }
    refuses(&schema, "nobody knows what was received", &json!({"cursor": 7, "event": "received"}));
    refuses(&schema, "nobody knows where was read", &json!({"cursor": 7, "event": "read", "up_to": 5}));
    refuses(&schema, "it does not say where to go on", &json!({"event": "deaf"}));
    refuses(&schema, "there is no such event", &json!({"cursor": 7, "event": "moved"}));
}

#[test]
fn the_schema_of_conversations_of_the_message_api_wants_every_key() {
    let schema = schema("conv-info");
    let empty = json!({
        "conv_id": "berta", "conv_type": 1, "conv_show_name": "berta", "conv_owner": "", "conv_face_url": "", "conv_custom_data": "",
        "conv_active_time": 0, "conv_is_has_lastmsg": false, "conv_last_msg": {}, "conv_is_has_draft": false, "conv_draft": {},
        "conv_is_pinned": false, "conv_recv_opt": 0, "conv_unread_num": 0, "conv_c2c_read_timestamp": 0, "conv_group_read_sequence": 0,
        "conv_group_at_info_array": [], "conv_mark_array": [], "conv_conversation_group_array": []
    });
    accepts(&schema, &empty);
    let mention = json!({"conv_group_at_info_seq": 7, "conv_group_at_info_at_type": 3});
    accepts(
        &schema,
        &with(&empty, &json!({"conv_last_msg": a_message(), "conv_group_at_info_array": [mention], "conv_draft": {"draft_edit_time": 1}})),
    );
    for key in empty.as_object().unwrap().keys() {
        refuses(&schema, &format!("{key} is missing"), &with(&empty, &json!({key: null})));
    }
    for (why, change) in [
        ("there is no conversation type 3", json!({"conv_type": 3})),
        ("unread is negative", json!({"conv_unread_num": -1})),
        ("the last message is an id", json!({"conv_last_msg": "id"})),
        ("the last message is half of one", json!({"conv_last_msg": {"message_seq": 1}})),
        (
            "there is no way 4 to be mentioned",
            json!({"conv_group_at_info_array": [{"conv_group_at_info_seq": 7, "conv_group_at_info_at_type": 4}]}),
        ),
        ("pinned is a number", json!({"conv_is_pinned": 1})),
    ] {
        refuses(&schema, why, &with(&empty, &change));
    }
}

#[test]
fn the_schemas_of_other_answers_of_the_message_api_take_them_and_refuse_others() {
    #[track_caller]
    fn check(name: &str, good: &Value, changes: &[(&str, Value)]) {
        let schema = schema(name);
        accepts(&schema, good);
        for (why, change) in changes {
            refuses(&schema, why, &with(good, change));
        }
    }
    check(
        "receipt",
        &json!({"msg_receipt_conv_id": "berta", "msg_receipt_conv_type": 1, "msg_receipt_msg_id": "", "msg_receipt_time_stamp": 1_700_000_000}),
        &[
            ("the conversation is missing", json!({"msg_receipt_conv_id": null})),
            ("the time is in milliseconds", json!({"msg_receipt_time_stamp": 1_700_000_000_000_u64})),
            ("a count is negative", json!({"msg_receipt_read_count": -1})),
        ],
    );
    check(
        "receive-option",
        &json!({"msg_recv_msg_opt_result_identifier": "berta", "msg_recv_msg_opt_result_opt": 2}),
        &[
            ("there is no option 3", json!({"msg_recv_msg_opt_result_opt": 3})),
            ("nobody is named", json!({"msg_recv_msg_opt_result_identifier": null})),
        ],
    );
    check(
        "batch-send-result",
        &json!({"msg_batch_send_result_identifier": "", "msg_batch_send_result_code": 6017, "msg_batch_send_result_desc": "receiver is empty",
            "msg_batch_send_result_msg": {}}),
        &[
            ("the code is a text", json!({"msg_batch_send_result_code": "0"})),
            ("the message is a list", json!({"msg_batch_send_result_msg": []})),
        ],
    );
    check(
        "download-progress",
        &json!({"msg_download_elem_result_current_size": 0, "msg_download_elem_result_total_size": 0}),
        &[
            ("a size is negative", json!({"msg_download_elem_result_current_size": -1})),
            ("a size is missing", json!({"msg_download_elem_result_total_size": null})),
        ],
    );
}
