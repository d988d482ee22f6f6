//! The keys that messages, their elements and the objects in them always have, with what stands there when nothing was given.

/// A key that is always there.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) fill: Fill,
}

/// What stands at a key where nothing was given.
#[derive(Clone, Copy)]
pub(crate) enum Fill {
    /// This JSON.
    Value(&'static str),
    /// A number that may have a fraction: 0.
    Double,
    /// An object with these keys.
    Object(&'static [Key]),
}

const fn key(name: &'static str, fill: Fill) -> Key {
    Key { name, fill }
}

const fn text(name: &'static str) -> Key {
    key(name, Fill::Value("\"\""))
}

const fn number(name: &'static str) -> Key {
    key(name, Fill::Value("0"))
}

const fn no(name: &'static str) -> Key {
    key(name, Fill::Value("false"))
}

const fn list(name: &'static str) -> Key {
    key(name, Fill::Value("[]"))
}

/// Of a message, beside what it has in fields of its own, its elements and its sender.
pub(crate) const MESSAGE: &[Key] = &[
    text("message_cloud_custom_str"),
    number("message_custom_int"),
    text("message_custom_moderation_configuration_id"),
    text("message_custom_str"),
    no("message_excluded_from_content_moderation"),
    no("message_excluded_from_last_message"),
    number("message_group_receipt_read_count"),
    key("message_group_receipt_unread_count", Fill::Value("-1")),
    no("message_has_risk_content"),
    no("message_has_sent_receipt"),
    no("message_is_broadcast_message"),
    no("message_is_excluded_from_unread_count"),
    no("message_is_online_msg"),
    no("message_need_read_receipt"),
    text("message_pinner_face_url"),
    text("message_pinner_friend_remark"),
    text("message_pinner_name_card"),
    text("message_pinner_nick_name"),
    text("message_pinner_user_id"),
    number("message_platform"),
    key("message_priority", Fill::Value("1")),
    no("message_receipt_peer_read"),
    text("message_revoke_reason"),
    text("message_revoker_face_url"),
    text("message_revoker_nick_name"),
    text("message_revoker_user_id"),
    number("message_risk_type_identified"),
    no("message_support_message_extension"),
    number("message_version"),
];

/// Of a message's sender. The identifier is the message's.
pub(crate) const PROFILE: &[Key] = &[text("user_profile_face_url"), text("user_profile_friend_remark"), text("user_profile_nick_name")];

/// Of a member of a group.
pub(crate) const MEMBER: &[Key] = &[
    list("group_member_info_custom_info"),
    text("group_member_info_face_url"),
    text("group_member_info_friend_remark"),
    text("group_member_info_group_id"),
    text("group_member_info_identifier"),
    no("group_member_info_is_online"),
    number("group_member_info_join_time"),
    number("group_member_info_member_role"),
    number("group_member_info_msg_flag"),
    number("group_member_info_msg_seq"),
    text("group_member_info_name_card"),
    text("group_member_info_nick_name"),
    list("group_member_info_online_devices"),
    number("group_member_info_shutup_time"),
];

/// Of an offline push, which is there only when it was given.
pub(crate) const OFFLINE_PUSH: &[Key] = &[
    text("offline_push_config_desc"),
    text("offline_push_config_ext"),
    number("offline_push_config_flag"),
    key("offline_push_config_android_config", Fill::Object(ANDROID_PUSH)),
    key("offline_push_config_ios_config", Fill::Object(IOS_PUSH)),
];

const ANDROID_PUSH: &[Key] = &[
    number("android_offline_push_config_notify_mode"),
    text("android_offline_push_config_oppo_channel_id"),
    text("android_offline_push_config_sound"),
    text("android_offline_push_config_title"),
    key("android_offline_push_config_vivo_classification", Fill::Value("1")),
];

const IOS_PUSH: &[Key] =
    &[no("ios_offline_push_config_ignore_badge"), text("ios_offline_push_config_sound"), text("ios_offline_push_config_title")];

/// Of who did something in a group, as a user.
const OPERATOR: &[Key] = &[
    key("user_profile_add_permission", Fill::Value("1")),
    number("user_profile_birthday"),
    list("user_profile_custom_string_array"),
    text("user_profile_face_url"),
    number("user_profile_gender"),
    text("user_profile_identifier"),
    number("user_profile_language"),
    number("user_profile_level"),
    text("user_profile_location"),
    text("user_profile_nick_name"),
    number("user_profile_role"),
    text("user_profile_self_signature"),
];

/// Of an element of the type with this number.
pub(super) fn of_element(kind: u8) -> &'static [Key] {
    match kind {
        0 => TEXT,
        1 => IMAGE,
        2 => SOUND,
        3 => CUSTOM,
        4 => FILE,
        5 => GROUP_TIPS,
        6 => FACE,
        7 => LOCATION,
        8 => GROUP_REPORT,
        9 => VIDEO,
        10 => FRIEND_CHANGE,
        11 => PROFILE_CHANGE,
        12 => MERGE,
        _ => &[],
    }
}

const TEXT: &[Key] = &[text("text_elem_content")];

const IMAGE: &[Key] = &[
    number("image_elem_format"),
    text("image_elem_large_id"),
    number("image_elem_large_pic_height"),
    number("image_elem_large_pic_size"),
    number("image_elem_large_pic_width"),
    text("image_elem_large_url"),
    number("image_elem_level"),
    text("image_elem_orig_id"),
    text("image_elem_orig_path"),
    number("image_elem_orig_pic_height"),
    number("image_elem_orig_pic_size"),
    number("image_elem_orig_pic_width"),
    text("image_elem_orig_url"),
    text("image_elem_thumb_id"),
    number("image_elem_thumb_pic_height"),
    number("image_elem_thumb_pic_size"),
    number("image_elem_thumb_pic_width"),
    text("image_elem_thumb_url"),
];

const SOUND: &[Key] = &[
    number("sound_elem_business_id"),
    text("sound_elem_file_id"),
    text("sound_elem_file_path"),
    number("sound_elem_file_size"),
    number("sound_elem_file_time"),
];

const CUSTOM: &[Key] = &[text("custom_elem_data"), text("custom_elem_desc"), text("custom_elem_ext"), text("custom_elem_sound")];

const FILE: &[Key] = &[
    number("file_elem_business_id"),
    text("file_elem_file_id"),
    text("file_elem_file_name"),
    text("file_elem_file_path"),
    number("file_elem_file_size"),
];

const GROUP_TIPS: &[Key] = &[
    text("group_tips_elem_group_id"),
    number("group_tips_elem_join_type"),
    number("group_tips_elem_member_num"),
    key("group_tips_elem_op_group_memberinfo", Fill::Object(MEMBER)),
    text("group_tips_elem_op_user"),
    key("group_tips_elem_op_user_info", Fill::Object(OPERATOR)),
    key("group_tips_elem_pinned_message_list", Fill::Value("{}")),
    text("group_tips_elem_platform"),
    number("group_tips_elem_tip_type"),
];

const FACE: &[Key] = &[text("face_elem_buf"), number("face_elem_index")];

const LOCATION: &[Key] =
    &[text("location_elem_desc"), key("location_elem_latitude", Fill::Double), key("location_elem_longitude", Fill::Double)];

const GROUP_REPORT: &[Key] = &[
    text("group_report_elem_group_id"),
    text("group_report_elem_msg"),
    key("group_report_elem_op_group_memberinfo", Fill::Object(MEMBER)),
    text("group_report_elem_op_user"),
    key("group_report_elem_op_user_info", Fill::Object(OPERATOR)),
    text("group_report_elem_platform"),
    number("group_report_elem_report_type"),
    text("group_report_elem_user_data"),
];

const VIDEO: &[Key] = &[
    number("video_elem_business_id"),
    number("video_elem_image_height"),
    text("video_elem_image_id"),
    text("video_elem_image_path"),
    number("video_elem_image_size"),
    text("video_elem_image_type"),
    number("video_elem_image_width"),
    number("video_elem_video_duration"),
    text("video_elem_video_id"),
    text("video_elem_video_path"),
    number("video_elem_video_size"),
    text("video_elem_video_type"),
];

const FRIEND_CHANGE: &[Key] = &[number("friend_change_elem_change_type")];

const PROFILE_CHANGE: &[Key] = &[key("profile_change_elem_change_type", Fill::Value("1")), text("profile_change_elem_from_identifier")];

const MERGE: &[Key] = &[
    text("merge_elem_compatible_text"),
    no("merge_elem_layer_over_limit"),
    text("merge_elem_relay_buffer"),
    text("merge_elem_relay_json_key"),
    text("merge_elem_relay_pb_key"),
    text("merge_elem_title"),
];
