//! The objects that ride inside messages and elements: user profiles, group members, offline push settings.

use super::record::object;

object! {
    /// A user as a message shows them (`message_sender_profile`, the operators of tips and reports).
    pub struct UserProfile {
        /// User id.
        identifier: String = "user_profile_identifier",
        /// Nickname.
        nick_name: String = "user_profile_nick_name",
        /// 0 unknown, 1 male, 2 female.
        gender: u64 = "user_profile_gender",
        /// Web address of the avatar.
        face_url: String = "user_profile_face_url",
        /// Signature line.
        self_signature: String = "user_profile_self_signature",
        /// Who may add this user as a friend: 0 unknown, 1 anyone, 2 after a confirmation, 3 nobody.
        add_permission: u64 = "user_profile_add_permission",
        /// Where the user lives.
        location: String = "user_profile_location",
        /// Language, a number of the app's own.
        language: u64 = "user_profile_language",
        /// Birthday, mostly as the digits yyyymmdd.
        birthday: u64 = "user_profile_birthday",
        /// Level, a number of the app's own.
        level: u64 = "user_profile_level",
        /// Role, a number of the app's own.
        role: u64 = "user_profile_role",
        /// The name that the account gave this friend.
        friend_remark: String = "user_profile_friend_remark",
        /// Custom fields.
        custom_string_array: Vec<UserProfileCustomString> = "user_profile_custom_string_array",
    }
}

object! {
    /// A custom field of a [`UserProfile`] or a [`UserProfileItem`](super::UserProfileItem).
    pub struct UserProfileCustomString {
        /// The field's name with its prefix `Tag_Profile_Custom_`.
        key: String = "user_profile_custom_string_info_key",
        /// The value; the service allows 500 bytes.
        value: String = "user_profile_custom_string_info_value",
    }
}

object! {
    /// A user as a member of a group (`message_sender_group_member_info`, the operators of tips and reports).
    pub struct GroupMemberInfo {
        /// User id.
        identifier: String = "group_member_info_identifier",
        /// Group id.
        group_id: String = "group_member_info_group_id",
        /// When the user joined, Unix seconds.
        join_time: u64 = "group_member_info_join_time",
        /// 0 none, 200 member, 300 administrator, 400 owner.
        member_role: u64 = "group_member_info_member_role",
        /// The member's receive option, by the numbers of [`ReceiveOption`](super::ReceiveOption).
        msg_flag: u64 = "group_member_info_msg_flag",
        /// The sequence number up to which the member has read.
        msg_seq: u64 = "group_member_info_msg_seq",
        /// When the member may write again, Unix seconds.
        shutup_time: u64 = "group_member_info_shutup_time",
        /// The name that the member bears in this group.
        name_card: String = "group_member_info_name_card",
        /// Nickname.
        nick_name: String = "group_member_info_nick_name",
        /// The name that the account gave this friend.
        friend_remark: String = "group_member_info_friend_remark" | "group_member_info_remark",
        /// Web address of the avatar.
        face_url: String = "group_member_info_face_url",
        /// Whether the member is online.
        is_online: bool = "group_member_info_is_online",
        /// The kinds of device on which the member is online.
        online_devices: Vec<String> = "group_member_info_online_devices",
        /// Custom fields.
        custom_info: Vec<GroupMemberCustomString> = "group_member_info_custom_info",
    }
}

object! {
    /// A custom field of a [`GroupMemberInfo`].
    pub struct GroupMemberCustomString {
        /// The field's name.
        key: String = "group_member_info_custom_string_info_key",
        /// The value.
        value: String = "group_member_info_custom_string_info_value",
    }
}

object! {
    /// How a message is announced on devices that are asleep (`message_offline_push_config`).
    pub struct OfflinePushConfig {
        /// The text that is shown.
        desc: String = "offline_push_config_desc",
        /// Data for the app that is opened.
        ext: String = "offline_push_config_ext",
        /// 0 announce, 1 don't.
        flag: u64 = "offline_push_config_flag",
        /// What only iOS knows.
        ios_config: Option<Box<IosOfflinePushConfig>> = "offline_push_config_ios_config",
        /// What only Android knows.
        android_config: Option<Box<AndroidOfflinePushConfig>> = "offline_push_config_android_config",
    }
}

object! {
    /// The part of an [`OfflinePushConfig`] for iOS.
    pub struct IosOfflinePushConfig {
        /// Title.
        title: String = "ios_offline_push_config_title",
        /// Name of the sound; `push.no_sound` is silence, `default` the system's sound.
        sound: String = "ios_offline_push_config_sound",
        /// Whether the badge stays as it is.
        ignore_badge: bool = "ios_offline_push_config_ignore_badge",
    }
}

object! {
    /// The part of an [`OfflinePushConfig`] for Android.
    pub struct AndroidOfflinePushConfig {
        /// Title.
        title: String = "android_offline_push_config_title",
        /// Name of the sound.
        sound: String = "android_offline_push_config_sound",
        /// What a tap opens: 0 the app, 1 what the app decides.
        notify_mode: u64 = "android_offline_push_config_notify_mode",
        /// VIVO's class of the message: 0 operation, 1 system. Not given is 1.
        vivo_classification: Option<u64> = "android_offline_push_config_vivo_classification",
        /// OPPO's channel.
        oppo_channel_id: String = "android_offline_push_config_oppo_channel_id",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::samples::every_key_survives;
    use serde_json::json;

    #[test]
    fn every_key_of_every_object_survives() {
        let profile = json!({
            "user_profile_identifier": "u1", "user_profile_nick_name": "Ann", "user_profile_gender": 2, "user_profile_face_url": "https://f/1",
            "user_profile_self_signature": "hi", "user_profile_add_permission": 1, "user_profile_location": "Oslo", "user_profile_language": 3,
            "user_profile_birthday": 19900102, "user_profile_level": 4, "user_profile_role": 5, "user_profile_friend_remark": "sis",
            "user_profile_custom_string_array": [
                {"user_profile_custom_string_info_key": "Tag_Profile_Custom_Str", "user_profile_custom_string_info_value": "v"}
            ]
        });
        every_key_survives::<UserProfile>(&profile);
        every_key_survives::<UserProfileCustomString>(&profile["user_profile_custom_string_array"][0]);

        let member = json!({
            "group_member_info_identifier": "u1", "group_member_info_group_id": "g1", "group_member_info_join_time": 1_700_000_000,
            "group_member_info_member_role": 400, "group_member_info_msg_flag": 2, "group_member_info_msg_seq": 77,
            "group_member_info_shutup_time": 1_700_000_600, "group_member_info_name_card": "Boss", "group_member_info_nick_name": "Ann",
            "group_member_info_friend_remark": "sis", "group_member_info_face_url": "https://f/1", "group_member_info_is_online": true,
            "group_member_info_online_devices": ["iOS", "Web"],
            "group_member_info_custom_info": [
                {"group_member_info_custom_string_info_key": "k", "group_member_info_custom_string_info_value": "v"}
            ]
        });
        every_key_survives::<GroupMemberInfo>(&member);
        every_key_survives::<GroupMemberCustomString>(&member["group_member_info_custom_info"][0]);

        let push = json!({
            "offline_push_config_desc": "new message", "offline_push_config_ext": "{}", "offline_push_config_flag": 1,
            "offline_push_config_ios_config": {
                "ios_offline_push_config_title": "t", "ios_offline_push_config_sound": "default", "ios_offline_push_config_ignore_badge": true
            },
            "offline_push_config_android_config": {
                "android_offline_push_config_title": "t", "android_offline_push_config_sound": "s",
                "android_offline_push_config_notify_mode": 1, "android_offline_push_config_vivo_classification": 0,
                "android_offline_push_config_oppo_channel_id": "c"
            }
        });
        every_key_survives::<OfflinePushConfig>(&push);
        every_key_survives::<IosOfflinePushConfig>(&push["offline_push_config_ios_config"]);
        every_key_survives::<AndroidOfflinePushConfig>(&push["offline_push_config_android_config"]);
    }

    #[test]
    fn a_former_spelling_is_read_and_the_present_one_printed() {
        let member: GroupMemberInfo = serde_json::from_value(json!({"group_member_info_remark": "sis"})).unwrap();
        assert_eq!(member.friend_remark, "sis");
        assert_eq!(serde_json::to_value(&member).unwrap(), json!({"group_member_info_friend_remark": "sis"}));
    }

    #[test]
    fn what_is_no_object_reads_as_the_default() {
        for value in [json!(null), json!(5), json!("x"), json!([1]), json!({})] {
            assert_eq!(serde_json::from_value::<UserProfile>(value).unwrap(), UserProfile::default());
        }
    }
}
