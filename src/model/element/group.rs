//! Elements that tell what happened in a group: tips to all its members, reports to one person. Never sent by a user.

use serde_json::Value;

use crate::model::objects::{GroupMemberInfo, UserProfile};
use crate::model::record::{object, record};

record! {
    /// A notice to all members of a group.
    pub struct GroupTipsElement {
        /// What happened: 1 invited, 2 left, 3 removed, 4 made administrator, 5 no longer administrator, 6 the group changed,
        /// 7 a member changed, 8 a member's marks changed, 9 a topic changed; 0 none.
        tip_type: u64 = "group_tips_elem_tip_type",
        /// User id of who did it.
        op_user: String = "group_tips_elem_op_user",
        /// Deprecated.
        group_name: String = "group_tips_elem_group_name",
        /// Group id.
        group_id: String = "group_tips_elem_group_id",
        /// Deprecated. Unix seconds.
        time: u64 = "group_tips_elem_time",
        /// User ids of whom it happened to.
        user_array: Vec<String> = "group_tips_elem_user_array",
        /// What changed in the group, for tip type 6.
        group_change_info_array: Vec<GroupTipGroupChangeInfo> = "group_tips_elem_group_change_info_array",
        /// Which members changed, for tip type 7.
        member_change_info_array: Vec<GroupTipMemberChangeInfo> = "group_tips_elem_member_change_info_array",
        /// Which marks changed, for tip type 8. Since 7.5.
        member_mark_info_array: Vec<GroupTipMemberMarkChangeInfo> = "group_tips_elem_member_mark_info_array",
        /// Who did it.
        op_user_info: Option<Box<UserProfile>> = "group_tips_elem_op_user_info",
        /// Who did it, as a member.
        op_group_memberinfo: Option<Box<GroupMemberInfo>> = "group_tips_elem_op_group_memberinfo",
        /// Whom it happened to.
        changed_user_info_array: Vec<UserProfile> = "group_tips_elem_changed_user_info_array",
        /// Whom it happened to, as members.
        changed_group_memberinfo_array: Vec<GroupMemberInfo> = "group_tips_elem_changed_group_memberinfo_array",
        /// Members that the group then has, for the tip types 1, 2 and 3.
        member_num: u64 = "group_tips_elem_member_num",
        /// The platform of who did it, in words.
        platform: String = "group_tips_elem_platform",
        /// How a member joined, a number of the service. Since 8.2.
        join_type: u64 = "group_tips_elem_join_type",
        /// The group's pinned messages, as the service gives them: an empty object or a list. Since 7.9.
        pinned_message_list: Option<Value> = "group_tips_elem_pinned_message_list",
    }
}

object! {
    /// One change of a group.
    pub struct GroupTipGroupChangeInfo {
        /// What changed: 1 name, 2 introduction, 3 notification, 4 avatar, 5 owner, 6 a custom field, 7 attributes, 8 silence for all,
        /// 9 custom data of a topic, 10 receive option, 11 who may join, 12 who may invite, 13 whether permission groups are on,
        /// 14 default permissions, 15 who may join a topic, 16 who may invite to a topic, 17 most members of a topic; 0 unknown.
        flag: u64 = "group_tips_group_change_info_flag",
        /// The new value; what it means depends on the flag.
        value: String = "group_tips_group_change_info_value",
        /// The custom field's key, for flag 6.
        key: String = "group_tips_group_change_info_key",
        /// Whether all are silenced, for flag 8.
        bool_value: bool = "group_tips_group_change_info_bool_value",
        /// The new option, for the flags 10 to 12.
        int_value: u64 = "group_tips_group_change_info_int_value",
        /// The new permissions, for flag 14. Since 7.9.
        uint64_value: u64 = "group_tips_group_change_info_uint64_value",
    }
}

object! {
    /// One member's change.
    pub struct GroupTipMemberChangeInfo {
        /// User id.
        identifier: String = "group_tips_member_change_info_identifier",
        /// How long the member is silenced, seconds.
        shutup_time: u64 = "group_tips_member_change_info_shutupTime",
    }
}

object! {
    /// A mark that members got or lost.
    pub struct GroupTipMemberMarkChangeInfo {
        /// Whether they got it.
        enable_mark: bool = "group_tips_member_mark_change_info_enableMark",
        /// Which mark, a number of the app's own.
        mark_type: u64 = "group_tips_member_mark_change_info_markType",
        /// User ids.
        user_id_list: Vec<String> = "group_tips_member_mark_change_info_userIDList",
    }
}

record! {
    /// A group notice to one person.
    pub struct GroupReportElement {
        /// What happened: 1 asked to join, 2 let in, 3 not let in, 4 removed, 5 group dissolved, 6 created, 7 invited, 8 left,
        /// 9 made administrator, 10 no longer administrator, 11 group taken back, 12 invitation to answer, 13 accepted, 14 refused,
        /// 15 read elsewhere, 16 custom, 17 silenced, 18 topic created, 19 topic dissolved, 20 message read, 21 receive option changed,
        /// 22 banned, 23 no longer banned, 24 invitation to approve; 0 none.
        report_type: u64 = "group_report_elem_report_type",
        /// Group id.
        group_id: String = "group_report_elem_group_id",
        /// Deprecated.
        group_name: String = "group_report_elem_group_name",
        /// User id of who did it.
        op_user: String = "group_report_elem_op_user",
        /// The reason.
        msg: String = "group_report_elem_msg",
        /// Custom data from who did it.
        user_data: String = "group_report_elem_user_data",
        /// Who did it.
        op_user_info: Option<Box<UserProfile>> = "group_report_elem_op_user_info",
        /// Who did it, as a member.
        op_group_memberinfo: Option<Box<GroupMemberInfo>> = "group_report_elem_op_group_memberinfo",
        /// The platform of who did it, in words.
        platform: String = "group_report_elem_platform",
        /// How long the person is silenced, seconds. Since 7.4.
        shut_up_time: u64 = "group_report_elem_shut_up_time",
        /// The new receive option, by the numbers of [`ReceiveOption`](crate::model::ReceiveOption). Since 7.4.
        group_message_receive_option: u64 = "group_report_elem_group_message_receive_option",
    }
}
