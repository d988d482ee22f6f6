//! Elements that tell of changes of the friend list and of profiles. Never sent by a user.

use crate::model::objects::UserProfileCustomString;
use crate::model::record::{object, record};

record! {
    /// A change of the friend list.
    pub struct FriendChangeElement {
        /// What happened: 1 friends added, 2 removed, 3 requests came, 4 requests went, 5 black list grew, 6 shrank, 7 requests were
        /// read, 8 friends' profiles changed, 9 friend groups added, 10 removed, 11 changed; 0 none.
        change_type: u64 = "friend_change_elem_change_type",
        /// User ids, for type 1.
        friend_add_identifier_array: Vec<String> = "friend_change_elem_friend_add_identifier_array",
        /// User ids, for type 2.
        friend_del_identifier_array: Vec<String> = "friend_change_elem_friend_del_identifier_array",
        /// Requests, for type 3.
        friend_add_pendency_array: Vec<FriendAddPendency> = "friend_change_elem_friend_add_pendency_array",
        /// User ids, for type 4.
        pendency_del_identifier_array: Vec<String> = "friend_change_elem_pendency_del_identifier_array",
        /// Up to when requests were read, Unix seconds, for type 7.
        pendency_readed_report_timestamp: u64 = "friend_change_elem_pendency_readed_report_timestamp",
        /// User ids, for type 5.
        blacklist_add_identifier_array: Vec<String> = "friend_change_elem_blacklist_add_identifier_array",
        /// User ids, for type 6.
        blacklist_del_identifier_array: Vec<String> = "friend_change_elem_blacklist_del_identifier_array",
        /// What changed, for type 8.
        friend_profile_update_item_array: Vec<FriendProfileUpdate> = "friend_change_elem_friend_profile_update_item_array",
        /// Names of friend groups, for type 9.
        friend_group_add_array: Vec<String> = "friend_change_elem_friend_group_add_array",
        /// Names of friend groups, for type 10.
        friend_group_del_array: Vec<String> = "friend_change_elem_friend_group_del_array",
        /// Names of friend groups, for type 11.
        friend_group_update_array: Vec<String> = "friend_change_elem_friend_group_update_array",
    }
}

object! {
    /// Somebody asks to be a friend.
    pub struct FriendAddPendency {
        /// User id.
        identifier: String = "friend_add_pendency_identifier",
        /// Nickname.
        nick_name: String = "friend_add_pendency_nick_name",
        /// Where the request comes from.
        add_source: String = "friend_add_pendency_add_source",
        /// What the request says.
        add_wording: String = "friend_add_pendency_add_wording",
    }
}

object! {
    /// What the account changed about a friend.
    pub struct FriendProfileUpdate {
        /// User id.
        identifier: String = "friend_profile_update_identifier",
        /// The changes.
        item: Option<FriendProfileItem> = "friend_profile_update_item",
    }
}

object! {
    /// Changes about a friend. `None` is unchanged; `Some` of nothing is emptied.
    pub struct FriendProfileItem {
        /// The name that the account gave this friend.
        remark: Option<String> = "friend_profile_item_remark",
        /// Names of the friend groups that the friend is in.
        group_name_array: Option<Vec<String>> = "friend_profile_item_group_name_array",
        /// Custom fields.
        custom_string_array: Option<Vec<FriendProfileCustomString>> = "friend_profile_item_custom_string_array",
    }
}

object! {
    /// A custom field about a friend.
    pub struct FriendProfileCustomString {
        /// The field's name.
        key: String = "friend_profile_custom_string_info_key",
        /// The value.
        value: String = "friend_profile_custom_string_info_value",
    }
}

record! {
    /// A change of a user's profile.
    pub struct ProfileChangeElement {
        /// 1 the profile changed; 0 none.
        change_type: u64 = "profile_change_elem_change_type",
        /// User id of whose profile changed.
        from_identifier: String = "profile_change_elem_from_identifier" | "profile_change_elem_from_identifer",
        /// The changes, for type 1.
        user_profile_item: Option<Box<UserProfileItem>> = "profile_change_elem_user_profile_item",
    }
}

object! {
    /// Changes of a profile. `None` is unchanged; `Some` of nothing is emptied.
    /// The numbers are those of [`UserProfile`](crate::model::UserProfile).
    pub struct UserProfileItem {
        /// Nickname.
        nick_name: Option<String> = "user_profile_item_nick_name",
        /// Gender.
        gender: Option<u64> = "user_profile_item_gender",
        /// Web address of the avatar.
        face_url: Option<String> = "user_profile_item_face_url",
        /// Signature line.
        self_signature: Option<String> = "user_profile_item_self_signature",
        /// Who may add this user as a friend.
        add_permission: Option<u64> = "user_profile_item_add_permission",
        /// Where the user lives.
        location: Option<String> = "user_profile_item_location",
        /// Language.
        language: Option<u64> = "user_profile_item_language",
        /// Birthday.
        birthday: Option<u64> = "user_profile_item_birthday",
        /// Level.
        level: Option<u64> = "user_profile_item_level",
        /// Role.
        role: Option<u64> = "user_profile_item_role",
        /// Custom fields.
        custom_string_array: Option<Vec<UserProfileCustomString>> = "user_profile_item_custom_string_array",
    }
}
