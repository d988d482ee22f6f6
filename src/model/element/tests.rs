//! Elements survive reading and printing, whatever clients write.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::record::samples::every_key_survives;

/// Checks a sample with every key of an element: as a record, and as an element of that type.
#[track_caller]
fn check_sample<T: Record + PartialEq + fmt::Debug>(kind: ElementType, sample: Value) {
    every_key_survives::<T>(&sample);
    let mut element = sample.as_object().unwrap().clone();
    element.insert("elem_type".to_owned(), kind.number().into());
    element.insert("a_key_of_tomorrow".to_owned(), json!({"deep": [1, null, 2.5]}));
    let read = Element::from_map(element.clone());
    assert_eq!(read.kind(), Some(kind));
    assert_eq!(serde_json::to_value(&read).unwrap(), Value::Object(element));
}

#[test]
fn every_key_of_every_element_survives() {
    check_sample::<TextElement>(ElementType::Text, json!({"text_elem_content": "hello"}));
    check_sample::<CustomElement>(
        ElementType::Custom,
        json!({"custom_elem_data": "d", "custom_elem_desc": "vote", "custom_elem_ext": "e", "custom_elem_sound": "s"}),
    );
    check_sample::<FaceElement>(ElementType::Face, json!({"face_elem_index": -3, "face_elem_buf": "[smile]"}));
    check_sample::<LocationElement>(
        ElementType::Location,
        json!({"location_elem_desc": "here", "location_elem_longitude": 113.9346951234568, "location_elem_latitude": -22.5}),
    );
    check_sample::<MergeElement>(
        ElementType::Merge,
        json!({
            "merge_elem_title": "t", "merge_elem_abstract_array": ["a", "b"], "merge_elem_compatible_text": "c",
            "merge_elem_message_array": [{"message_sender": "u", "message_elem_array": [{"elem_type": 0}]}],
            "merge_elem_layer_over_limit": true, "merge_elem_relay_pb_key": "p", "merge_elem_relay_json_key": "j", "merge_elem_relay_buffer": "b"
        }),
    );
}

#[test]
fn every_key_of_every_media_element_survives() {
    check_sample::<ImageElement>(
        ElementType::Image,
        json!({
            "image_elem_orig_path": "/p", "image_elem_level": 2, "image_elem_format": 255,
            "image_elem_orig_id": "o", "image_elem_orig_pic_height": 1, "image_elem_orig_pic_width": 2, "image_elem_orig_pic_size": 3,
            "image_elem_thumb_id": "t", "image_elem_thumb_pic_height": 4, "image_elem_thumb_pic_width": 5, "image_elem_thumb_pic_size": 6,
            "image_elem_large_id": "l", "image_elem_large_pic_height": 7, "image_elem_large_pic_width": 8, "image_elem_large_pic_size": 9,
            "image_elem_orig_url": "ou", "image_elem_thumb_url": "tu", "image_elem_large_url": "lu", "image_elem_task_id": -1
        }),
    );
    check_sample::<SoundElement>(
        ElementType::Sound,
        json!({
            "sound_elem_file_path": "/p", "sound_elem_file_size": 1, "sound_elem_file_time": 2, "sound_elem_file_id": "i",
            "sound_elem_business_id": 3, "sound_elem_download_flag": 4, "sound_elem_url": "u", "sound_elem_task_id": 5
        }),
    );
    check_sample::<FileElement>(
        ElementType::File,
        json!({
            "file_elem_file_path": "/p/n", "file_elem_file_name": "n", "file_elem_file_size": 5_000_000_000_i64, "file_elem_file_id": "i",
            "file_elem_business_id": 3, "file_elem_download_flag": 4, "file_elem_url": "u", "file_elem_task_id": 5
        }),
    );
    check_sample::<VideoElement>(
        ElementType::Video,
        json!({
            "video_elem_video_type": "mp4", "video_elem_video_size": 1, "video_elem_video_duration": 2, "video_elem_video_path": "/v",
            "video_elem_video_id": "i", "video_elem_business_id": 3, "video_elem_video_download_flag": 4, "video_elem_video_url": "u",
            "video_elem_image_type": "jpg", "video_elem_image_size": 5, "video_elem_image_width": 6, "video_elem_image_height": 7,
            "video_elem_image_path": "/i", "video_elem_image_id": "ii", "video_elem_image_download_flag": 8, "video_elem_image_url": "iu",
            "video_elem_task_id": u64::MAX
        }),
    );
}

#[test]
fn every_key_of_every_notice_survives() {
    let user = json!({"user_profile_identifier": "u"});
    let member = json!({"group_member_info_identifier": "u"});
    let group_change = json!({
        "group_tips_group_change_info_flag": 6, "group_tips_group_change_info_value": "v", "group_tips_group_change_info_key": "k",
        "group_tips_group_change_info_bool_value": true, "group_tips_group_change_info_int_value": 1,
        "group_tips_group_change_info_uint64_value": u64::MAX
    });
    let member_change = json!({"group_tips_member_change_info_identifier": "u", "group_tips_member_change_info_shutupTime": 60});
    let mark_change = json!({
        "group_tips_member_mark_change_info_enableMark": true, "group_tips_member_mark_change_info_markType": 1000,
        "group_tips_member_mark_change_info_userIDList": ["u"]
    });
    every_key_survives::<GroupTipGroupChangeInfo>(&group_change);
    every_key_survives::<GroupTipMemberChangeInfo>(&member_change);
    every_key_survives::<GroupTipMemberMarkChangeInfo>(&mark_change);
    check_sample::<GroupTipsElement>(
        ElementType::GroupTips,
        json!({
            "group_tips_elem_tip_type": 7, "group_tips_elem_op_user": "u", "group_tips_elem_group_name": "n", "group_tips_elem_group_id": "g",
            "group_tips_elem_time": 1, "group_tips_elem_user_array": ["a", "b"], "group_tips_elem_group_change_info_array": [group_change],
            "group_tips_elem_member_change_info_array": [member_change], "group_tips_elem_member_mark_info_array": [mark_change],
            "group_tips_elem_op_user_info": user, "group_tips_elem_op_group_memberinfo": member,
            "group_tips_elem_changed_user_info_array": [user], "group_tips_elem_changed_group_memberinfo_array": [member],
            "group_tips_elem_member_num": 3, "group_tips_elem_platform": "iOS", "group_tips_elem_join_type": 1,
            "group_tips_elem_pinned_message_list": {}
        }),
    );
    check_sample::<GroupReportElement>(
        ElementType::GroupReport,
        json!({
            "group_report_elem_report_type": 1, "group_report_elem_group_id": "g", "group_report_elem_group_name": "n",
            "group_report_elem_op_user": "u", "group_report_elem_msg": "m", "group_report_elem_user_data": "d",
            "group_report_elem_op_user_info": user, "group_report_elem_op_group_memberinfo": member, "group_report_elem_platform": "p",
            "group_report_elem_shut_up_time": 60, "group_report_elem_group_message_receive_option": 2
        }),
    );
}

#[test]
fn every_key_of_every_change_survives() {
    let pendency = json!({
        "friend_add_pendency_identifier": "u", "friend_add_pendency_nick_name": "n", "friend_add_pendency_add_source": "s",
        "friend_add_pendency_add_wording": "w"
    });
    let custom = json!({"friend_profile_custom_string_info_key": "k", "friend_profile_custom_string_info_value": "v"});
    let friend = json!({
        "friend_profile_item_remark": "", "friend_profile_item_group_name_array": [], "friend_profile_item_custom_string_array": [custom]
    });
    let update = json!({"friend_profile_update_identifier": "u", "friend_profile_update_item": friend});
    every_key_survives::<FriendAddPendency>(&pendency);
    every_key_survives::<FriendProfileCustomString>(&custom);
    every_key_survives::<FriendProfileItem>(&friend);
    every_key_survives::<FriendProfileUpdate>(&update);
    check_sample::<FriendChangeElement>(
        ElementType::FriendChange,
        json!({
            "friend_change_elem_change_type": 8, "friend_change_elem_friend_add_identifier_array": ["a"],
            "friend_change_elem_friend_del_identifier_array": ["b"], "friend_change_elem_friend_add_pendency_array": [pendency],
            "friend_change_elem_pendency_del_identifier_array": ["c"], "friend_change_elem_pendency_readed_report_timestamp": 1,
            "friend_change_elem_blacklist_add_identifier_array": ["d"], "friend_change_elem_blacklist_del_identifier_array": ["e"],
            "friend_change_elem_friend_profile_update_item_array": [update], "friend_change_elem_friend_group_add_array": ["f"],
            "friend_change_elem_friend_group_del_array": ["g"], "friend_change_elem_friend_group_update_array": ["h"]
        }),
    );
    let profile = json!({
        "user_profile_item_nick_name": "", "user_profile_item_gender": 0, "user_profile_item_face_url": "f",
        "user_profile_item_self_signature": "s", "user_profile_item_add_permission": 1, "user_profile_item_location": "l",
        "user_profile_item_language": 1, "user_profile_item_birthday": 19900102, "user_profile_item_level": 1, "user_profile_item_role": 1,
        "user_profile_item_custom_string_array": []
    });
    every_key_survives::<UserProfileItem>(&profile);
    check_sample::<ProfileChangeElement>(
        ElementType::ProfileChange,
        json!({
            "profile_change_elem_change_type": 1, "profile_change_elem_from_identifier": "u", "profile_change_elem_user_profile_item": profile
        }),
    );
}

#[track_caller]
fn check(read: &str, printed: &str) {
    let element: Element = serde_json::from_str(read).unwrap();
    assert_eq!(serde_json::to_string(&element).unwrap(), printed);
    assert!(serde_json::from_str::<Element>(printed).unwrap() == element, "what is printed reads as the same");
}

#[test]
fn what_clients_write_is_read_and_printed_in_the_present_form() {
    check("{}", r#"{"elem_type":0}"#);
    check(r#"{"text_elem_content":"no type"}"#, r#"{"elem_type":0,"text_elem_content":"no type"}"#);
    check(r#"{"elem_type":null,"text_elem_content":null}"#, r#"{"elem_type":0}"#);
    check(r#"{"elem_type":"image","text_elem_content":5}"#, r#"{"elem_type":0}"#);
    check(r#"{"text_elem_content":"a","elem_type":0,"text_elem_content":"b"}"#, r#"{"elem_type":0,"text_elem_content":"b"}"#);
    check(r#"{"elem_type":2.9,"sound_elem_file_time":3.99,"sound_elem_file_size":"9"}"#, r#"{"elem_type":2,"sound_elem_file_time":3}"#);
    check(r#"{"elem_type":4,"file_elem_file_size":0,"file_elem_file_name":""}"#, r#"{"elem_type":4}"#);
    check(r#"{"elem_type":7,"location_elem_longitude":null,"location_elem_latitude":"1"}"#, r#"{"elem_type":7}"#);
    check(r#"{"elem_type":12,"merge_elem_abstract_array":[1,"a",null],"merge_elem_layer_over_limit":1}"#, MERGED);
    check(r#"{"elem_type":5,"group_tips_elem_op_user_info":[],"group_tips_elem_user_array":{}}"#, r#"{"elem_type":5}"#);
    check(r#"{"elem_type":5,"group_tips_elem_op_user_info":{}}"#, r#"{"elem_type":5,"group_tips_elem_op_user_info":{}}"#);
    check(r#"{"elem_type":11,"profile_change_elem_from_identifer":"u"}"#, r#"{"elem_type":11,"profile_change_elem_from_identifier":"u"}"#);
    check(r#"{"face_elem_index":1,"elem_type":0}"#, r#"{"elem_type":0,"face_elem_index":1}"#);
}

const MERGED: &str = r#"{"elem_type":12,"merge_elem_abstract_array":["a"],"merge_elem_layer_over_limit":true}"#;

#[test]
fn an_element_of_an_unknown_type_stays_as_it_is() {
    for json in [r#"{"elem_type":-1,"x":null}"#, r#"{"x":[{}],"elem_type":99}"#, r#"{"elem_type":1e+30}"#] {
        check(json, json);
        assert_eq!(serde_json::from_str::<Element>(json).unwrap().kind(), None);
    }
}

#[test]
fn what_is_no_object_is_left_out_of_a_list_and_refused_alone() {
    let list = Element::read_list(r#"[null,1,"secret",[{}],{"elem_type":6}]"#).unwrap();
    assert_eq!(list.iter().map(Element::kind).collect::<Vec<_>>(), [Some(ElementType::Face)]);
    assert!(Element::read_list("{}").unwrap().is_empty());
    let error = serde_json::from_str::<Element>(r#""secret""#).unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[test]
fn a_text_that_is_not_json_is_refused_by_its_place_and_not_by_its_words() {
    let error = Element::read_list("[{\"secret\":\n secret}]").unwrap_err();
    assert_eq!(error.to_string(), "the elements are not JSON at line 2, column 2");
    assert!(!format!("{error:?}").contains("secret"));
    let deep = "[".repeat(200_000);
    assert!(Element::read_list(&deep).is_err());
    assert!(scan_elements(&deep, |_, _| {}).is_err());
    let deep = format!("[{{\"x\":{}1{}}}]", "[".repeat(126), "]".repeat(126));
    assert!(Element::read_list(&deep).is_err());
    assert!(scan_elements(&deep, |_, _| {}).is_err());
}

#[test]
fn a_key_is_printed_once_even_if_it_was_put_among_the_others() {
    let mut text = TextElement { content: "right".to_owned(), ..Default::default() };
    text.other.insert("text_elem_content".to_owned(), json!("wrong"));
    text.other.insert("elem_type".to_owned(), json!(5));
    text.other.insert("mine".to_owned(), json!(1));
    let printed = serde_json::to_string(&Element::from(text)).unwrap();
    assert_eq!(printed, r#"{"elem_type":0,"text_elem_content":"right","mine":1}"#);
}

#[test]
fn debug_shows_amounts_and_no_words() {
    let mut element = MergeElement { title: "secret".to_owned(), abstract_array: vec!["secret".to_owned()], ..Default::default() };
    element.other.insert("secret".to_owned(), json!("secret"));
    assert_eq!(format!("{:?}", Element::from(element)), "MergeElement { title: 6 bytes, abstract_array: 1 items, .. }");
    let tips = GroupTipsElement {
        op_user_info: Some(Box::new(crate::model::UserProfile { nick_name: "secret".to_owned(), gender: 1, ..Default::default() })),
        ..Default::default()
    };
    assert_eq!(format!("{tips:?}"), "GroupTipsElement { op_user_info: UserProfile { nick_name: 6 bytes, gender: 1 } }");
    let unknown = Element::from_map(json!({"elem_type": 99, "secret": "secret"}).as_object().unwrap().clone());
    assert_eq!(format!("{unknown:?}"), "an element of an unknown type with 2 keys");
}

#[test]
fn constructors_fill_in_what_a_client_would() {
    let printed = |element: Element| serde_json::to_string(&element).unwrap();
    assert_eq!(printed(Element::text("hi")), r#"{"elem_type":0,"text_elem_content":"hi"}"#);
    assert_eq!(printed(Element::custom("d", "vote")), r#"{"elem_type":3,"custom_elem_data":"d","custom_elem_desc":"vote"}"#);
    assert_eq!(
        printed(Element::file(r"C:\docs\plan.pdf", 7)),
        r#"{"elem_type":4,"file_elem_file_path":"C:\\docs\\plan.pdf","file_elem_file_name":"plan.pdf","file_elem_file_size":7}"#
    );
    assert_eq!(
        printed(Element::location("x", 1.5, -2.0)),
        r#"{"elem_type":7,"location_elem_desc":"x","location_elem_longitude":-2.0,"location_elem_latitude":1.5}"#
    );
    let Element::Video(video) = Element::video("/v/a.MP4", 3, "/v.d/snapshot") else { panic!("a video") };
    assert_eq!((&*video.video_type, &*video.image_type, video.video_duration), ("mp4", "", 3));
    assert_eq!(Element::image("/i").kind(), Some(ElementType::Image));
    assert_eq!(Element::sound("/s", 3).kind(), Some(ElementType::Sound));
    assert_eq!(Element::face(1, "").kind(), Some(ElementType::Face));
    assert_eq!(Element::merge("t", vec![], "c", vec![]).kind(), Some(ElementType::Merge));
}

/// JSON texts of values of every kind.
pub(super) fn any_json() -> impl Strategy<Value = String> {
    let text = || prop_oneof![any::<String>(), "[a-z/\\\\.]{0,6}"].prop_map(|text| Value::from(text).to_string());
    let scalar = prop_oneof![
        3 => text(),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => any::<f64>().prop_map(|number| Value::from(number).to_string()),
        1 => prop::sample::select(vec!["null", "true", "false", "0", "1", "-0.0", "1e400", "1e-400", "\"\\ud83d\"", "\"\\u4f60\\n\"", "18446744073709551616"])
            .prop_map(str::to_owned),
    ];
    scalar.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec((text(), inner), 0..4).prop_map(|entries| {
                format!("{{{}}}", entries.iter().map(|(key, value)| format!("{key} : {value}")).collect::<Vec<_>>().join(", "))
            }),
        ]
    })
}

/// JSON texts of objects that look like elements: real keys, some of them twice, with values of every kind.
pub(super) fn any_element() -> impl Strategy<Value = String> {
    let keys = [
        TextElement::KEYS,
        CustomElement::KEYS,
        FileElement::KEYS,
        LocationElement::KEYS,
        MergeElement::KEYS,
        MergeElement::KEYS,
        GroupTipsElement::KEYS,
        ProfileChangeElement::KEYS,
        ProfileChangeElement::FORMER_KEYS,
        &["elem_type", "elem_type", "elem_type", "mynah_file_name", "unknown"],
    ]
    .concat();
    let number = prop_oneof![4 => (-1..14).prop_map(|number: i32| number.to_string()), 1 => any_json()];
    let entry = (prop::sample::select(keys), any_json(), number)
        .prop_map(|(key, value, number)| if key == "elem_type" { format!("\"{key}\":{number}") } else { format!("\"{key}\":{value}") });
    vec(entry, 0..8).prop_map(|entries| format!("{{{}}}", entries.join(",")))
}

proptest! {
    #[test]
    fn what_is_printed_reads_as_an_equal_element(json in any_element()) {
        if let Ok(element) = serde_json::from_str::<Element>(&json) {
            let printed = serde_json::to_string(&element).unwrap();
            let again: Element = serde_json::from_str(&printed).unwrap();
            prop_assert!(again == element, "{}", printed);
            prop_assert_eq!(serde_json::to_string(&again).unwrap(), printed);
        }
    }
}
