/* What the TIM functions are told and what they answer: enums, and the keys of all JSON objects.
 *
 * Names and numbers are those of the TIM message API. Where a key was renamed over the years, both spellings are read. A constant for a
 * key that is only read has the older spelling, one for a key that is answered has the spelling of the answers. Constants that were
 * renamed have both names.
 */
#ifndef MYNAH_TIM_CLOUD_DEF_H
#define MYNAH_TIM_CLOUD_DEF_H

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif

/* Stands before every function of the library. */
#if defined(_WIN32) && !defined(MYNAH_STATIC)
#define TIM_DECL __declspec(dllimport)
#elif defined(__GNUC__)
#define TIM_DECL __attribute__((visibility("default")))
#else
#define TIM_DECL
#endif
#define TIM_API TIM_DECL

/* What a function returns. Only after TIM_SUCC the work is done and the callback comes. */
typedef enum TIMResult {
    TIM_SUCC = 0,
    TIM_ERR_SDKUNINIT = -1, /* not initialised; told as 6013 in the callback instead */
    TIM_ERR_NOTLOGIN = -2,  /* not logged in; told as 6014 in the callback instead */
    TIM_ERR_JSON = -3,      /* the JSON cannot be read, is of another kind, or lacks its content */
    TIM_ERR_PARAM = -4,     /* a text that is needed is NULL or "", or the conversation type is neither 1 nor 2 */
    TIM_ERR_CONV = -5,
    TIM_ERR_GROUP = -6
} TIMResult;

typedef enum TIMConvType {
    kTIMConv_Invalid = 0,
    kTIMConv_C2C = 1,   /* one peer; the conversation id is the peer's user id */
    kTIMConv_Group = 2, /* a group; the conversation id is the group's id */
    kTIMConv_System = 3 /* not used any more */
} TIMConvType;

typedef enum TIMElemType {
    kTIMElem_Text = 0,
    kTIMElem_Image = 1,
    kTIMElem_Sound = 2,
    kTIMElem_Custom = 3,
    kTIMElem_File = 4,
    kTIMElem_GroupTips = 5, /* 5, 8, 10 and 11 cannot be sent */
    kTIMElem_Face = 6,
    kTIMElem_Location = 7,
    kTIMElem_GroupReport = 8,
    kTIMElem_Video = 9,
    kTIMElem_FriendChange = 10,
    kTIMElem_ProfileChange = 11,
    kTIMElem_Merge = 12,
    kTIMElem_Invalid = -1
} TIMElemType;

typedef enum TIMMsgStatus {
    kTIMMsg_Sending = 1,
    kTIMMsg_SendSucc = 2,
    kTIMMsg_SendFail = 3,
    kTIMMsg_Deleted = 4, /* gone from history and search, found by id and locator */
    kTIMMsg_LocalImported = 5,
    kTIMMsg_Revoked = 6, /* stays in history */
    kTIMMsg_Cancel = 7
} TIMMsgStatus;

typedef enum TIMMsgPriority {
    kTIMMsgPriority_High = 0,
    kTIMMsgPriority_Normal = 1,
    kTIMMsgPriority_Low = 2,
    kTIMMsgPriority_Lowest = 3
} TIMMsgPriority;

typedef enum TIMReceiveMessageOpt {
    kTIMRecvMsgOpt_Receive = 0,
    kTIMRecvMsgOpt_Not_Receive = 1, /* nothing arrives */
    kTIMRecvMsgOpt_Not_Notify = 2,  /* arrives, and counts in its conversation only */
    kTIMRecvMsgOpt_Not_Notify_Except_At = 3,
    kTIMRecvMsgOpt_Not_Receive_Except_At = 4
} TIMReceiveMessageOpt;

typedef enum TIMDownloadType {
    kTIMDownload_VideoThumb = 0,
    kTIMDownload_File = 1,
    kTIMDownload_Video = 2,
    kTIMDownload_Sound = 3
} TIMDownloadType;

typedef enum TIMKeywordListMatchType { TIMKeywordListMatchType_Or = 0, TIMKeywordListMatchType_And = 1 } TIMKeywordListMatchType;

typedef enum TIMImageLevel { kTIMImageLevel_Orig = 0, kTIMImageLevel_Compression = 1, kTIMImageLevel_HD = 2 } TIMImageLevel;

typedef enum TIMPlatform {
    kTIMPlatform_Other = 0,
    kTIMPlatform_Windows = 1,
    kTIMPlatform_Android = 2,
    kTIMPlatform_IOS = 3,
    kTIMPlatform_Mac = 4,
    kTIMPlatform_Simulator = 5
} TIMPlatform;

typedef enum TIMLoginStatus {
    kTIMLoginStatus_Logined = 1,
    kTIMLoginStatus_Logining = 2,
    kTIMLoginStatus_UnLogined = 3,
    kTIMLoginStatus_Logouting = 4
} TIMLoginStatus;

typedef enum TIMConvEvent {
    kTIMConvEvent_Add = 0,
    kTIMConvEvent_Del = 1,
    kTIMConvEvent_Update = 2,
    kTIMConvEvent_Start = 3, /* Start and Finish enclose what is told after a login; their text is "" */
    kTIMConvEvent_Finish = 4
} TIMConvEvent;

typedef enum TIMNetworkStatus { kTIMConnected = 0, kTIMDisconnected = 1, kTIMConnecting = 2, kTIMConnectFailed = 3 } TIMNetworkStatus;

typedef enum TIMLogLevel {
    kTIMLog_Off = 0,
    kTIMLog_Test = 1,
    kTIMLog_Verbose = 2,
    kTIMLog_Debug = 3,
    kTIMLog_Info = 4,
    kTIMLog_Warn = 5,
    kTIMLog_Error = 6,
    kTIMLog_Assert = 7
} TIMLogLevel;

typedef enum TIMGroupAtType { kTIMGroup_At_Me = 1, kTIMGroup_At_All = 2, kTIMGroup_At_All_At_ME = 3 } TIMGroupAtType;

typedef enum TIMGroupMessageReadMembersFilter {
    TIM_GROUP_MESSAGE_READ_MEMBERS_FILTER_READ = 0,
    TIM_GROUP_MESSAGE_READ_MEMBERS_FILTER_UNREAD = 1
} TIMGroupMessageReadMembersFilter;

typedef enum TIMOfflinePushFlag { kTIMOfflinePushFlag_Default = 0, kTIMOfflinePushFlag_NoPush = 1 } TIMOfflinePushFlag;

typedef enum TIMAndroidOfflinePushNotifyMode {
    kTIMAndroidOfflinePushNotifyMode_Normal = 0,
    kTIMAndroidOfflinePushNotifyMode_Custom = 1
} TIMAndroidOfflinePushNotifyMode;

typedef enum TIMGroupTipType {
    kTIMGroupTip_None = 0,
    kTIMGroupTip_Invite = 1,
    kTIMGroupTip_Quit = 2,
    kTIMGroupTip_Kick = 3,
    kTIMGroupTip_SetAdmin = 4,
    kTIMGroupTip_CancelAdmin = 5,
    kTIMGroupTip_GroupInfoChange = 6,
    kTIMGroupTip_MemberInfoChange = 7
} TIMGroupTipType;

typedef enum TIMGroupTipGroupChangeFlag {
    kTIMGroupTipChangeFlag_Unknown = 0,
    kTIMGroupTipChangeFlag_Name = 1,
    kTIMGroupTipChangeFlag_Introduction = 2,
    kTIMGroupTipChangeFlag_Notification = 3,
    kTIMGroupTipChangeFlag_FaceUrl = 4,
    kTIMGroupTipChangeFlag_Owner = 5,
    kTIMGroupTipChangeFlag_Custom = 6,
    kTIMGroupTipChangeFlag_Attribute = 7,
    kTIMGroupTipChangeFlag_ShutupAll = 8,
    kTIMGroupTipChangeFlag_MessageReceiveOpt = 0x0A,
    kTIMGroupTipChangeFlag_GroupAddOpt = 0x0B
} TIMGroupTipGroupChangeFlag;

typedef enum TIMGroupReportType {
    kTIMGroupReport_None = 0,
    kTIMGroupReport_AddRequest = 1,
    kTIMGroupReport_AddAccept = 2,
    kTIMGroupReport_AddRefuse = 3,
    kTIMGroupReport_BeKicked = 4,
    kTIMGroupReport_Delete = 5,
    kTIMGroupReport_Create = 6,
    kTIMGroupReport_Invite = 7,
    kTIMGroupReport_Quit = 8,
    kTIMGroupReport_GrantAdmin = 9,
    kTIMGroupReport_CancelAdmin = 10,
    kTIMGroupReport_GroupRecycle = 11,
    kTIMGroupReport_InviteReq = 12,
    kTIMGroupReport_InviteAccept = 13,
    kTIMGroupReport_InviteRefuse = 14,
    kTIMGroupReport_ReadReport = 15,
    kTIMGroupReport_UserDefine = 16
} TIMGroupReportType;

typedef enum TIMProfileChangeType { kTIMProfileChange_None = 0, kTIMProfileChange_Profile = 1 } TIMProfileChangeType;

typedef enum TIMFriendChangeType {
    kTIMFriendChange_None = 0,
    kTIMFriendChange_FriendAdd = 1,
    kTIMFriendChange_FriendDel = 2,
    kTIMFriendChange_PendencyAdd = 3,
    kTIMFriendChange_PendencyDel = 4,
    kTIMFriendChange_BlackListAdd = 5,
    kTIMFriendChange_BlackListDel = 6,
    kTIMFriendChange_PendencyReadedReport = 7,
    kTIMFriendChange_FriendProfileUpdate = 8,
    kTIMFriendChange_FriendGroupAdd = 9,
    kTIMFriendChange_FriendGroupDel = 10,
    kTIMFriendChange_FriendGroupModify = 11
} TIMFriendChangeType;

typedef enum TIMGroupMemberRole {
    kTIMMemberRole_None = 0,
    kTIMMemberRole_Normal = 200,
    kTIMMemberRole_Admin = 300,
    kTIMMemberRole_Owner = 400
} TIMGroupMemberRole;

typedef enum TIMGroupType {
    kTIMGroup_Public = 0,
    kTIMGroup_Private = 1,
    kTIMGroup_ChatRoom = 2,
    kTIMGroup_BChatRoom = 3,
    kTIMGroup_AVChatRoom = 4,
    kTIMGroup_Community = 5
} TIMGroupType;

typedef enum TIMGenderType { kTIMGenderType_Unkown = 0, kTIMGenderType_Male = 1, kTIMGenderType_Female = 2 } TIMGenderType;

typedef enum TIMProfileAddPermission {
    kTIMProfileAddPermission_Unknown = 0,
    kTIMProfileAddPermission_AllowAny = 1,
    kTIMProfileAddPermission_NeedConfirm = 2,
    kTIMProfileAddPermission_DenyAny = 3
} TIMProfileAddPermission;

/* Texts with a meaning. */
static const char* const kImSDK_MesssageAtALL = "__kImSDK_MesssageAtALL__"; /* in kTIMMsgGroupAtUserArray: everybody; one s less is read too */
static const char* const kIOSOfflinePushNoSound = "push.no_sound";
static const char* const kIOSOfflinePushDefaultSound = "default";

/* The keys, by object. Every key can be left out where nothing else is said. */

/* SdkConfig: TIMInit. */
/* string: folder of the stores; UTF-8; the working folder where it is not given */
static const char* const kTIMSdkConfigConfigFilePath = "sdk_config_config_file_path";
/* string: folder for a log file; none where it is not given */
static const char* const kTIMSdkConfigLogFilePath = "sdk_config_log_file_path";
static const char* const kTIMSdkConfigJavaVM = "sdk_config_java_vm"; /* uint64: Android only: JavaVM pointer as an integer */
static const char* const kMynahTransport = "mynah_transport"; /* string or object: how messages travel, see TIMInit; Mynah only */
static const char* const kMynahGroups = "mynah_groups"; /* array string: groups that whoever logs in is a member of; Mynah only */

/* SetConfig: TIMSetConfig. */
static const char* const kTIMSetConfigLogLevel = "set_config_log_level"; /* uint TIMLogLevel: level written to the log file */
static const char* const kTIMSetConfigCackBackLogLevel = "set_config_callback_log_level"; /* uint TIMLogLevel: level delivered to TIMLogCallback */
static const char* const kTIMSetConfigIsLogOutputConsole = "set_config_is_log_output_console"; /* bool: echo log to console; default true */
static const char* const kTIMSetConfigUserConfig = "set_config_user_config"; /* object UserConfig */
static const char* const kTIMSetConfigUserDefineData = "set_config_user_define_data"; /* string: opaque data of the app, at most 64 bytes */
static const char* const kTIMSetConfigHttpProxyInfo = "set_config_http_proxy_info"; /* object HttpProxyInfo: clear with ip "" and port 0 */
static const char* const kTIMSetConfigSocks5ProxyInfo = "set_config_socks5_proxy_info"; /* object Socks5ProxyInfo */
static const char* const kTIMSetConfigPACProxyInfo = "set_config_pac_proxy_info"; /* object PACProxyInfo */
/* bool: only use the local DNS when choosing a server */
static const char* const kTIMSetConfigIsOnlyLocalDNSSource = "set_config_is_only_local_dns_source";

/* UserConfig. */
/* bool: true = tell what peers have read (TIMSetMsgReadedReceiptCallback) */
static const char* const kTIMUserConfigIsReadReceipt = "user_config_is_read_receipt";
static const char* const kTIMUserConfigIsSyncReport = "user_config_is_sync_report"; /* bool: deprecated */
/* bool: true = group tips do not count as unread */
static const char* const kTIMUserConfigIsIngoreGroupTipsUnRead = "user_config_is_ingore_grouptips_unread";
static const char* const kTIMUserConfigIsDisableStorage = "user_config_is_is_disable_storage"; /* bool: true = no local database */
static const char* const kTIMUserConfigGroupGetInfoOption = "user_config_group_getinfo_option"; /* object GroupGetInfoOption */
static const char* const kTIMUserConfigGroupMemberGetInfoOption = "user_config_group_member_getinfo_option"; /* object GroupMemberGetInfoOption */

/* GroupGetInfoOption and GroupMemberGetInfoOption. */
static const char* const kTIMGroupGetInfoOptionInfoFlag = "group_get_info_option_info_flag"; /* uint */
static const char* const kTIMGroupGetInfoOptionCustomArray = "group_get_info_option_custom_array"; /* array string */
static const char* const kTIMGroupMemberGetInfoOptionInfoFlag = "group_member_get_info_option_info_flag"; /* uint */
static const char* const kTIMGroupMemberGetInfoOptionRoleFlag = "group_member_get_info_option_role_flag"; /* uint */
static const char* const kTIMGroupMemberGetInfoOptionCustomArray = "group_member_get_info_option_custom_array"; /* array string */

/* HttpProxyInfo. */
static const char* const kTIMHttpProxyInfoIp = "http_proxy_info_ip"; /* string: host */
static const char* const kTIMHttpProxyInfoPort = "http_proxy_info_port"; /* int: port, non-zero */
static const char* const kTIMHttpProxyInfoUserName = "http_proxy_info_username"; /* string: auth user */
static const char* const kTIMHttpProxyInfoPassword = "http_proxy_info_password"; /* string: auth password */

/* Socks5ProxyInfo. */
static const char* const kTIMSocks5ProxyInfoIp = "socks5_proxy_info_ip"; /* string: host */
static const char* const kTIMSocks5ProxyInfoPort = "socks5_proxy_info_port"; /* int: port */
static const char* const kTIMSocks5ProxyInfoUserName = "socks5_proxy_info_username"; /* string: auth user */
static const char* const kTIMSocks5ProxyInfoPassword = "socks5_proxy_info_password"; /* string: auth password */

/* PACProxyInfo. */
static const char* const kTIMPACProxyInfoUserName = "pac_proxy_info_username"; /* string: auth user */
static const char* const kTIMPACProxyInfoPassword = "pac_proxy_info_password"; /* string: auth password */

/* Message: A message. */
static const char* const kTIMMsgElemArray = "message_elem_array"; /* array Elem: what it says, in its order */
static const char* const kTIMMsgConvId = "message_conv_id"; /* string: peer user id, or group id; when sending, the argument counts */
static const char* const kTIMMsgConvType = "message_conv_type"; /* uint TIMConvType: conversation type */
static const char* const kTIMMsgSender = "message_sender"; /* string: user id of the author */
static const char* const kTIMMsgPriority = "message_priority"; /* uint TIMMsgPriority: groups only; 1 where not given */
static const char* const kTIMMsgClientTime = "message_client_time"; /* uint64: the sender's clock, Unix seconds */
static const char* const kTIMMsgServerTime = "message_server_time"; /* uint64: Unix seconds; 0 until the message has been taken */
static const char* const kTIMMsgIsFormSelf = "message_is_from_self"; /* bool: sent by the logged-in user */
static const char* const kTIMMsgPlatform = "message_platform"; /* uint TIMPlatform: platform the author used */
static const char* const kTIMMsgIsRead = "message_is_read"; /* bool: read by the logged-in user */
static const char* const kTIMMsgIsOnlineMsg = "message_is_online_msg"; /* bool: true = for users who are online now; stored nowhere */
static const char* const kTIMMsgIsPeerRead = "message_is_peer_read"; /* bool: C2C: the peer has read up to here */
static const char* const kTIMMsgReceiptPeerRead = "message_receipt_peer_read"; /* bool: the peer reported this very message as read */
static const char* const kTIMMsgNeedReadReceipt = "message_need_read_receipt"; /* bool: ask for a read receipt of this message */
static const char* const kTIMMsgIsBroadcastMessage = "message_is_broadcast_message"; /* bool */
static const char* const kTIMMsgHasSentReceipt = "message_has_sent_receipt"; /* bool: the receipt for it has been sent */
static const char* const kTIMMsgGroupReceiptReadCount = "message_group_receipt_read_count"; /* int32: see TIMMsgGetMessageReadReceipts */
static const char* const kTIMMsgGroupReceiptUnreadCount = "message_group_receipt_unread_count"; /* int32: see TIMMsgGetMessageReadReceipts */
static const char* const kTIMMsgVersion = "message_version"; /* uint64: raised by each TIMMsgModifyMessage */
static const char* const kTIMMsgStatus = "message_status"; /* uint TIMMsgStatus */
/* uint64: C2C: server time << 32 | rand; group: seq << 32 | rand; read it as 64 bits */
static const char* const kTIMMsgUniqueId = "message_unique_id";
static const char* const kTIMMsgMsgId = "message_msg_id"; /* string: finds the message for good; opaque */
static const char* const kTIMMsgRand = "message_rand"; /* uint64: chosen by the sender, 32 bits */
static const char* const kTIMMsgSeq = "message_seq"; /* uint64: group: rises by one; C2C: neither rising nor unique */
static const char* const kTIMMsgCustomInt = "message_custom_int"; /* uint32: the user's own, never sent */
static const char* const kTIMMsgCustomStr = "message_custom_str"; /* string: the user's own, never sent */
static const char* const kTIMMsgCloudCustomStr = "message_cloud_custom_str"; /* string: travels with the message */
static const char* const kTIMMsgIsExcludedFromUnreadCount = "message_is_excluded_from_unread_count"; /* bool: true = never counted as unread */
/* array string: user ids mentioned, and kImSDK_MesssageAtALL for everybody; at most 30 */
static const char* const kTIMMsgGroupAtUserArray = "message_group_at_user_array";
static const char* const kTIMMsgIsForwardMessage = "message_is_forward_message"; /* bool: set on a copy of a message in order to forward it */
static const char* const kTIMMsgSenderProfile = "message_sender_profile"; /* object UserProfile */
/* object GroupMemberInfo: groups only; identifier and name_card can be relied on */
static const char* const kTIMMsgSenderGroupMemberInfo = "message_sender_group_member_info";
/* bool: true = does not become a conversation's last message */
static const char* const kTIMMsgExcludedFromLastMessage = "message_excluded_from_last_message";
/* array string: the only members of the group who get it; at most 50 */
static const char* const kTIMMsgTargetGroupMemberArray = "message_target_group_member_array";
static const char* const kTIMMsgOfflinePushConfig = "message_offline_push_config"; /* object OfflinePushConfig */
static const char* const kTIMMsgSupportMessageExtension = "message_support_message_extension"; /* bool */
static const char* const kTIMMsgHasRiskContent = "message_has_risk_content"; /* bool */
static const char* const kTIMMsgExcludedFromContentModeration = "message_excluded_from_content_moderation"; /* bool */
static const char* const kTIMMsgRevokerUserId = "message_revoker_user_id"; /* string: who recalled it */
static const char* const kTIMMsgRevokerNickName = "message_revoker_nick_name"; /* string */
static const char* const kTIMMsgRevokerFaceUrl = "message_revoker_face_url"; /* string */
static const char* const kTIMMsgRevokeReason = "message_revoke_reason"; /* string */

/* Elem: what every element has; the rest depends on its type. */
static const char* const kTIMElemType = "elem_type"; /* uint TIMElemType: text where not given */

/* TextElem: Type 0: text. */
static const char* const kTIMTextElemContent = "text_elem_content"; /* string: the text */

/* ImageElem: Type 1: a picture in three sizes. */
static const char* const kTIMImageElemOrigPath = "image_elem_orig_path"; /* string: local file to send */
static const char* const kTIMImageElemLevel = "image_elem_level"; /* uint TIMImageLevel */
static const char* const kTIMImageElemFormat = "image_elem_format"; /* int: 0xff unknown, 1 JPG, 2 GIF, 3 PNG, 4 BMP */
static const char* const kTIMImageElemOrigId = "image_elem_orig_id"; /* string: uuid of the original */
static const char* const kTIMImageElemOrigPicHeight = "image_elem_orig_pic_height"; /* int: px */
static const char* const kTIMImageElemOrigPicWidth = "image_elem_orig_pic_width"; /* int: px */
static const char* const kTIMImageElemOrigPicSize = "image_elem_orig_pic_size"; /* int: bytes */
static const char* const kTIMImageElemThumbId = "image_elem_thumb_id"; /* string: uuid of the thumbnail */
static const char* const kTIMImageElemThumbPicHeight = "image_elem_thumb_pic_height"; /* int: px */
static const char* const kTIMImageElemThumbPicWidth = "image_elem_thumb_pic_width"; /* int: px */
static const char* const kTIMImageElemThumbPicSize = "image_elem_thumb_pic_size"; /* int: bytes */
static const char* const kTIMImageElemLargeId = "image_elem_large_id"; /* string: uuid of the large version */
static const char* const kTIMImageElemLargePicHeight = "image_elem_large_pic_height"; /* int: px */
static const char* const kTIMImageElemLargePicWidth = "image_elem_large_pic_width"; /* int: px */
static const char* const kTIMImageElemLargePicSize = "image_elem_large_pic_size"; /* int: bytes */
static const char* const kTIMImageElemOrigUrl = "image_elem_orig_url"; /* string: download URL */
static const char* const kTIMImageElemThumbUrl = "image_elem_thumb_url"; /* string: download URL */
static const char* const kTIMImageElemLargeUrl = "image_elem_large_url"; /* string: download URL */
static const char* const kTIMImageElemTaskId = "image_elem_task_id"; /* int: deprecated */

/* SoundElem: Type 2: a recording; one a message. */
static const char* const kTIMSoundElemFilePath = "sound_elem_file_path"; /* string: local recording to send */
static const char* const kTIMSoundElemFileSize = "sound_elem_file_size"; /* int: bytes */
static const char* const kTIMSoundElemFileTime = "sound_elem_file_time"; /* int: seconds */
static const char* const kTIMSoundElemFileId = "sound_elem_file_id"; /* string: uuid */
static const char* const kTIMSoundElemBusinessId = "sound_elem_business_id"; /* int: pass to download */
static const char* const kTIMSoundElemDownloadFlag = "sound_elem_download_flag"; /* int: not used any more */
static const char* const kTIMSoundElemUrl = "sound_elem_url"; /* string: URL */
static const char* const kTIMSoundElemTaskId = "sound_elem_task_id"; /* int: deprecated */

/* CustomElem: Type 3: what only the app understands. */
static const char* const kTIMCustomElemData = "custom_elem_data"; /* string: passed through */
static const char* const kTIMCustomElemDesc = "custom_elem_desc"; /* string: what search looks at */
static const char* const kTIMCustomElemExt = "custom_elem_ext"; /* string: for offline push */
static const char* const kTIMCustomElemSound = "custom_elem_sound"; /* string: for offline push */

/* FileElem: Type 4: a file; one a message. */
static const char* const kTIMFileElemFilePath = "file_elem_file_path"; /* string: local file to send, with name */
static const char* const kTIMFileElemFileName = "file_elem_file_name"; /* string: display name; defaults to the last path component */
static const char* const kTIMFileElemFileSize = "file_elem_file_size"; /* int: bytes */
static const char* const kTIMFileElemFileId = "file_elem_file_id"; /* string: uuid */
static const char* const kTIMFileElemBusinessId = "file_elem_business_id"; /* int: pass to download */
static const char* const kTIMFileElemDownloadFlag = "file_elem_download_flag"; /* int: not used any more */
static const char* const kTIMFileElemUrl = "file_elem_url"; /* string: URL */
static const char* const kTIMFileElemTaskId = "file_elem_task_id"; /* int: deprecated */

/* GroupTipsElem: Type 5: what happened in a group; cannot be sent. */
static const char* const kTIMGroupTipsElemTipType = "group_tips_elem_tip_type"; /* uint TIMGroupTipType */
static const char* const kTIMGroupTipsElemOpUser = "group_tips_elem_op_user"; /* string: operator userID */
static const char* const kTIMGroupTipsElemGroupName = "group_tips_elem_group_name"; /* string: deprecated */
static const char* const kTIMGroupTipsElemGroupId = "group_tips_elem_group_id"; /* string: groupID */
static const char* const kTIMGroupTipsElemTime = "group_tips_elem_time"; /* uint: deprecated */
static const char* const kTIMGroupTipsElemUserArray = "group_tips_elem_user_array"; /* array string: affected userIDs */
/* array GroupTipGroupChangeInfo: for tip type 6 */
static const char* const kTIMGroupTipsElemGroupChangeInfoArray = "group_tips_elem_group_change_info_array";
/* array GroupTipMemberChangeInfo: for tip type 7 */
static const char* const kTIMGroupTipsElemMemberChangeInfoArray = "group_tips_elem_member_change_info_array";
static const char* const kTIMGroupTipsElemOpUserInfo = "group_tips_elem_op_user_info"; /* object UserProfile: operator profile */
static const char* const kTIMGroupTipsElemOpGroupMemberInfo = "group_tips_elem_op_group_memberinfo"; /* object GroupMemberInfo: operator as member */
static const char* const kTIMGroupTipsElemChangedUserInfoArray = "group_tips_elem_changed_user_info_array"; /* array UserProfile: affected profiles */
/* array GroupMemberInfo: affected members */
static const char* const kTIMGroupTipsElemChangedGroupMemberInfoArray = "group_tips_elem_changed_group_memberinfo_array";
static const char* const kTIMGroupTipsElemMemberNum = "group_tips_elem_member_num"; /* uint: member count, for types 1, 2, 3 */
static const char* const kTIMGroupTipsElemPlatform = "group_tips_elem_platform"; /* string: operator platform as text */

/* GroupTipGroupChangeInfo. */
static const char* const kTIMGroupTipGroupChangeInfoFlag = "group_tips_group_change_info_flag"; /* uint TIMGroupTipGroupChangeFlag */
static const char* const kTIMGroupTipGroupChangeInfoValue = "group_tips_group_change_info_value"; /* string: new value, meaning depends on flag */
static const char* const kTIMGroupTipGroupChangeInfoKey = "group_tips_group_change_info_key"; /* string: with flag Custom only */
static const char* const kTIMGroupTipGroupChangeInfoBoolValue = "group_tips_group_change_info_bool_value"; /* bool: only for mute-all */
static const char* const kTIMGroupTipGroupChangeInfoIntValue = "group_tips_group_change_info_int_value"; /* uint32: receive and join options only */

/* GroupTipMemberChangeInfo. */
static const char* const kTIMGroupTipMemberChangeInfoIdentifier = "group_tips_member_change_info_identifier"; /* string: member */
static const char* const kTIMGroupTipMemberChangeInfoShutupTime = "group_tips_member_change_info_shutupTime"; /* uint: seconds */

/* FaceElem: Type 6: a sticker of the app. */
static const char* const kTIMFaceElemIndex = "face_elem_index"; /* int: index in the app's own sticker set */
static const char* const kTIMFaceElemBuf = "face_elem_buf"; /* string: passed through */

/* LocationElem: Type 7: a place. */
static const char* const kTIMLocationElemDesc = "location_elem_desc"; /* string: description */
static const char* const kTIMLocationElemLongitude = "location_elem_longitude"; /* double: longitude */
static const char* const kTIMLocationElemlatitude = "location_elem_latitude"; /* double: latitude */

/* GroupReportElem: Type 8: what happened in a group, for one person; cannot be sent. */
static const char* const kTIMGroupReportElemReportType = "group_report_elem_report_type"; /* uint TIMGroupReportType */
static const char* const kTIMGroupReportElemGroupId = "group_report_elem_group_id"; /* string: groupID */
static const char* const kTIMGroupReportElemGroupName = "group_report_elem_group_name"; /* string: deprecated */
static const char* const kTIMGroupReportElemOpUser = "group_report_elem_op_user"; /* string: operator */
static const char* const kTIMGroupReportElemMsg = "group_report_elem_msg"; /* string: reason */
static const char* const kTIMGroupReportElemUserData = "group_report_elem_user_data"; /* string: custom data from the operator */
static const char* const kTIMGroupReportElemOpUserInfo = "group_report_elem_op_user_info"; /* object UserProfile: operator profile */
/* object GroupMemberInfo: operator as member */
static const char* const kTIMGroupReportElemOpGroupMemberInfo = "group_report_elem_op_group_memberinfo";
static const char* const kTIMGroupReportElemPlatform = "group_report_elem_platform"; /* string: platform as text */

/* VideoElem: Type 9: a video and its snapshot. */
static const char* const kTIMVideoElemVideoType = "video_elem_video_type"; /* string: such as "mp4" */
static const char* const kTIMVideoElemVideoSize = "video_elem_video_size"; /* uint: bytes */
static const char* const kTIMVideoElemVideoDuration = "video_elem_video_duration"; /* uint: seconds */
static const char* const kTIMVideoElemVideoPath = "video_elem_video_path"; /* string: local video to send */
static const char* const kTIMVideoElemVideoId = "video_elem_video_id"; /* string: uuid of the video */
static const char* const kTIMVideoElemBusinessId = "video_elem_business_id"; /* int: pass to download; of video and snapshot */
static const char* const kTIMVideoElemVideoDownloadFlag = "video_elem_video_download_flag"; /* int: not used any more */
static const char* const kTIMVideoElemVideoUrl = "video_elem_video_url"; /* string: URL of the video */
static const char* const kTIMVideoElemImageType = "video_elem_image_type"; /* string: such as "jpg" */
static const char* const kTIMVideoElemImageSize = "video_elem_image_size"; /* uint: bytes */
static const char* const kTIMVideoElemImageWidth = "video_elem_image_width"; /* uint: px */
static const char* const kTIMVideoElemImageHeight = "video_elem_image_height"; /* uint: px */
static const char* const kTIMVideoElemImagePath = "video_elem_image_path"; /* string: local snapshot to send */
static const char* const kTIMVideoElemImageId = "video_elem_image_id"; /* string: uuid of the snapshot */
static const char* const kTIMVideoElemImageDownloadFlag = "video_elem_image_download_flag"; /* int: not used any more */
static const char* const kTIMVideoElemImageUrl = "video_elem_image_url"; /* string: URL of the snapshot */
static const char* const kTIMVideoElemTaskId = "video_elem_task_id"; /* uint: deprecated */

/* FriendChangeElem: Type 10; cannot be sent. */
static const char* const kTIMFriendChangeElemChangeType = "friend_change_elem_change_type"; /* uint TIMFriendChangeType */
static const char* const kTIMFriendChangeElemFriendAddIdentifierArray = "friend_change_elem_friend_add_identifier_array"; /* array string: type 1 */
static const char* const kTIMFriendChangeElemFriendDelIdentifierArray = "friend_change_elem_friend_del_identifier_array"; /* array string: type 2 */
/* array FriendAddPendency: type 3 */
static const char* const kTIMFriendChangeElemFriendAddPendencyItemArray = "friend_change_elem_friend_add_pendency_array";
/* array string: type 4 */
static const char* const kTIMFriendChangeElemPendencyDelIdentifierArray = "friend_change_elem_pendency_del_identifier_array";
/* uint64: type 7 */
static const char* const kTIMFriendChangeElemPendencyReadedReportTimestamp = "friend_change_elem_pendency_readed_report_timestamp";
/* array string: type 5 */
static const char* const kTIMFriendChangeElemBlackListAddIdentifierArray = "friend_change_elem_blacklist_add_identifier_array";
/* array string: type 6 */
static const char* const kTIMFriendChangeElemBlackListDelIdentifierArray = "friend_change_elem_blacklist_del_identifier_array";
/* array FriendProfileUpdate: type 8 */
static const char* const kTIMFriendChangeElemFreindProfileUpdateItemArray = "friend_change_elem_friend_profile_update_item_array";
static const char* const kTIMFriendChangeElemFriendGroupAddIdentifierArray = "friend_change_elem_friend_group_add_array"; /* array string: type 9 */
static const char* const kTIMFriendChangeElemFriendGroupDelIdentifierArray = "friend_change_elem_friend_group_del_array"; /* array string: type 10 */
/* array string: type 11 */
static const char* const kTIMFriendChangeElemFriendGroupModifyIdentifierArray = "friend_change_elem_friend_group_update_array";

/* FriendProfileUpdate. */
static const char* const kTIMFriendProfileUpdateIdentifier = "friend_profile_update_identifier"; /* string: friend */
static const char* const kTIMFriendProfileUpdateItem = "friend_profile_update_item"; /* object FriendProfileItem */

/* FriendProfileItem. */
static const char* const kTIMFriendProfileItemRemark = "friend_profile_item_remark"; /* string: remark */
static const char* const kTIMFriendProfileItemGroupNameArray = "friend_profile_item_group_name_array"; /* array string: friend groups */
/* array FriendProfileCustemStringInfo: custom fields */
static const char* const kTIMFriendProfileItemCustomStringArray = "friend_profile_item_custom_string_array";

/* FriendAddPendency. */
static const char* const kTIMFriendAddPendencyIdentifier = "friend_add_pendency_identifier"; /* string: requester */
static const char* const kTIMFriendAddPendencyNickName = "friend_add_pendency_nick_name"; /* string: nickname */
static const char* const kTIMFriendAddPendencyAddSource = "friend_add_pendency_add_source"; /* string: source */
static const char* const kTIMFriendAddPendencyAddWording = "friend_add_pendency_add_wording"; /* string: wording */

/* ProfileChangeElem: Type 11; cannot be sent. */
static const char* const kTIMProfileChangeElemChangeType = "profile_change_elem_change_type"; /* uint TIMProfileChangeType */
static const char* const kTIMProfileChangeElemFromIndentifier = "profile_change_elem_from_identifier"; /* string: whose profile changed */
/* object UserProfileItem: the changed fields */
static const char* const kTIMProfileChangeElemUserProfileItem = "profile_change_elem_user_profile_item";

/* UserProfileItem. */
static const char* const kTIMUserProfileItemNickName = "user_profile_item_nick_name"; /* string: changed field */
static const char* const kTIMUserProfileItemGender = "user_profile_item_gender"; /* uint TIMGenderType: changed field */
static const char* const kTIMUserProfileItemFaceUrl = "user_profile_item_face_url"; /* string: changed field */
static const char* const kTIMUserProfileItemSelfSignature = "user_profile_item_self_signature"; /* string: changed field */
static const char* const kTIMUserProfileItemAddPermission = "user_profile_item_add_permission"; /* uint TIMProfileAddPermission: changed field */
static const char* const kTIMUserProfileItemLoaction = "user_profile_item_location"; /* string: changed field */
static const char* const kTIMUserProfileItemLanguage = "user_profile_item_language"; /* uint: changed field */
static const char* const kTIMUserProfileItemBirthDay = "user_profile_item_birthday"; /* uint: changed field */
static const char* const kTIMUserProfileItemLevel = "user_profile_item_level"; /* uint: changed field */
static const char* const kTIMUserProfileItemRole = "user_profile_item_role"; /* uint: changed field */
/* array UserProfileCustemStringInfo: changed field */
static const char* const kTIMUserProfileItemCustomStringArray = "user_profile_item_custom_string_array";

/* MergerElem: Type 12: a bundle of messages. */
static const char* const kTIMMergerElemTitle = "merge_elem_title"; /* string: title */
static const char* const kTIMMergerElemAbstractArray = "merge_elem_abstract_array"; /* array string: at most 5 lines of 100 characters */
static const char* const kTIMMergerElemCompatibleText = "merge_elem_compatible_text"; /* string: what clients show that know no bundles; not empty */
/* array Message: at most 300 sent messages; where it is missing, TIMMsgDownloadMergerMessage gives them */
static const char* const kTIMMergerElemMsgArray = "merge_elem_message_array";
static const char* const kTIMMergerElemLayersOverLimit = "merge_elem_layer_over_limit"; /* bool: nested more than 100 deep */
static const char* const kTIMMergerElemRelayPbKey = "merge_elem_relay_pb_key"; /* string: for downloading */
static const char* const kTIMMergerElemRelayJsonKey = "merge_elem_relay_json_key"; /* string: for downloading */
static const char* const kTIMMergerElemRelayBuffer = "merge_elem_relay_buffer"; /* string: for downloading */

/* MsgGetMsgListParam: TIMMsgGetMsgList. */
/* object Message: where to start, itself not given back; {} or missing = none */
static const char* const kTIMMsgGetMsgListParamLastMsg = "msg_getmsglist_param_last_msg";
static const char* const kTIMMsgGetMsgListParamCount = "msg_getmsglist_param_count"; /* uint: at least 1 */
/* bool: true = fill up from the other side; "..._is_ramble" is read too */
static const char* const kTIMMsgGetMsgListParamIsRamble = "msg_getmsglist_param_is_remble";
/* array uint32: TIMElemType to return; empty = all */
static const char* const kTIMMsgGetMsgListMessageTypeArray = "msg_getmsglist_param_message_type_array";
/* bool: true = newer, oldest first; false = older, newest first */
static const char* const kTIMMsgGetMsgListParamIsForward = "msg_getmsglist_param_is_forward";
/* uint64: group: where to start, itself given back */
static const char* const kTIMMsgGetMsgListParamLastMsgSeq = "msg_getmsglist_param_last_msg_seq";
static const char* const kTIMMsgGetMsgListParamTimeBegin = "msg_getmsglist_param_time_begin"; /* uint64: Unix seconds, 0 = now */
/* uint64: seconds, both ends included, 0 = without end */
static const char* const kTIMMsgGetMsgListParamTimePeriod = "msg_getmsglist_param_time_period";
static const char* const kTIMMsgGetMsgListParamMessageSeqArray = "msg_getmsglist_param_message_seq_array"; /* array uint64: group: just these */

/* MsgDeleteParam: TIMMsgDelete. */
static const char* const kTIMMsgDeleteParamMsg = "msg_delete_param_msg"; /* object Message: the message to delete */
/* bool: true = on the other side too; "..._is_ramble" is read too */
static const char* const kTIMMsgDeleteParamIsRamble = "msg_delete_param_is_remble";

/* MsgLocator: Finds exactly one message of a conversation. */
static const char* const kTIMMsgLocatorConvId = "message_locator_conv_id"; /* string: conversation id */
static const char* const kTIMMsgLocatorConvType = "message_locator_conv_type"; /* uint TIMConvType */
static const char* const kTIMMsgLocatorIsRevoked = "message_locator_is_revoked"; /* bool: whether it was recalled */
static const char* const kTIMMsgLocatorTime = "message_locator_time"; /* uint64: Unix seconds */
static const char* const kTIMMsgLocatorSeq = "message_locator_seq"; /* uint64: message_seq */
static const char* const kTIMMsgLocatorIsSelf = "message_locator_is_self"; /* bool: whether the author is the logged-in user; false where not given */
static const char* const kTIMMsgLocatorRand = "message_locator_rand"; /* uint64: message_rand */
static const char* const kTIMMsgLocatorUniqueId = "message_locator_unique_id"; /* uint64: message_unique_id */

/* MsgBatchSendParam: TIMMsgBatchSend. */
static const char* const kTIMMsgBatchSendParamIdentifierArray = "msg_batch_send_param_identifier_array"; /* array string: receiving userIDs */
static const char* const kTIMMsgBatchSendParamMsg = "msg_batch_send_param_msg"; /* object Message: the message */

/* MsgBatchSendResult: an answer of TIMMsgBatchSend, one a user. */
static const char* const kTIMMsgBatchSendResultIdentifier = "msg_batch_send_result_identifier"; /* string: receiver */
static const char* const kTIMMsgBatchSendResultCode = "msg_batch_send_result_code"; /* int: error code, 0 = ok */
static const char* const kTIMMsgBatchSendResultDesc = "msg_batch_send_result_desc"; /* string: error text */
static const char* const kTIMMsgBatchSendResultMsg = "msg_batch_send_result_msg"; /* object Message: the Message as sent to that receiver */

/* DownloadElemParam: TIMMsgDownloadElemToPath. */
static const char* const kTIMMsgDownloadElemParamFlag = "msg_download_elem_param_flag"; /* uint: not used any more */
static const char* const kTIMMsgDownloadElemParamType = "msg_download_elem_param_type"; /* uint TIMDownloadType */
static const char* const kTIMMsgDownloadElemParamId = "msg_download_elem_param_id"; /* string: the element's id */
static const char* const kTIMMsgDownloadElemParamBusinessId = "msg_download_elem_param_business_id"; /* uint: the element's business_id */
static const char* const kTIMMsgDownloadElemParamUrl = "msg_download_elem_param_url"; /* string: the element's url */

/* MsgDownloadElemResult: progress of TIMMsgDownloadElemToPath. */
static const char* const kTIMMsgDownloadElemResultCurrentSize = "msg_download_elem_result_current_size"; /* uint: bytes so far */
static const char* const kTIMMsgDownloadElemResultTotalSize = "msg_download_elem_result_total_size"; /* uint: bytes in all */

/* MessageSearchParam: TIMMsgSearchLocalMessages. */
/* array string: at most 5; may be empty where senders or types are given */
static const char* const kTIMMsgSearchParamKeywordArray = "msg_search_param_keyword_array";
/* array TIMElemType: empty = every type that can be searched */
static const char* const kTIMMsgSearchParamMessageTypeArray = "msg_search_param_message_type_array";
static const char* const kTIMMsgSearchParamConvId = "msg_search_param_conv_id"; /* string: plain userID or groupID */
static const char* const kTIMMsgSearchParamConvType = "msg_search_param_conv_type"; /* uint TIMConvType: 0 = all conversations */
static const char* const kTIMMsgSearchParamSearchTimePosition = "msg_search_param_search_time_position"; /* uint64: UTC seconds, 0 = now */
/* uint64: seconds back from the position, 0 = unlimited */
static const char* const kTIMMsgSearchParamSearchTimePeriod = "msg_search_param_search_time_period";
static const char* const kTIMMsgSearchParamPageIndex = "msg_search_param_page_index"; /* uint: from 0 */
static const char* const kTIMMsgSearchParamPageSize = "msg_search_param_page_size"; /* uint: 0 = no paging */
/* uint TIMKeywordListMatchType: 0 where not given */
static const char* const kTIMMsgSearchParamKeywordListMatchType = "msg_search_param_keyword_list_match_type";
/* array string: at most 5; "..._send_identifier_array" is read too */
static const char* const kTIMMsgSearchParamSenderIdentifierArray = "msg_search_param_send_indentifier_array";
static const char* const kTIMMsgSearchParamSearchCount = "msg_search_param_search_count"; /* uint: hits a page, with a cursor */
static const char* const kTIMMsgSearchParamSearchCursor = "msg_search_param_search_cursor"; /* string: "" for the first page */

/* MessageSearchResult: the answer of TIMMsgSearchLocalMessages. */
/* uint: messages in one conversation, or conversations where all were searched */
static const char* const kTIMMsgSearchResultTotalCount = "msg_search_result_total_count";
static const char* const kTIMMsgSearchResultItemArray = "msg_search_result_item_array"; /* array MessageSearchResultItem: items */
static const char* const kTIMMsgSearchResultSearchCursor = "msg_search_result_search_cursor"; /* string: of the next page; "" after the last */

/* MessageSearchResultItem: one conversation's part of it. */
static const char* const kTIMMsgSearchResultItemConvId = "msg_search_result_item_conv_id"; /* string: conversation */
static const char* const kTIMMsgSearchResultItemConvType = "msg_search_result_item_conv_type"; /* uint TIMConvType: type */
/* uint: matches in this conversation */
static const char* const kTIMMsgSearchResultItemTotalMessageCount = "msg_search_result_item_total_message_count";
/* array Message: missing where all conversations were searched and this one has several */
static const char* const kTIMMsgSearchResultItemMessageArray = "msg_search_result_item_message_array";

/* GetC2CRecvMsgOptResult: an answer of TIMMsgGetC2CReceiveMessageOpt, one a user. */
static const char* const kTIMMsgGetC2CRecvMsgOptResultIdentifier = "msg_recv_msg_opt_result_identifier"; /* string: user */
static const char* const kTIMMsgGetC2CRecvMsgOptResultOpt = "msg_recv_msg_opt_result_opt"; /* uint TIMReceiveMessageOpt */

/* MessageReceipt: TIMSetMsgReadedReceiptCallback, TIMMsgGetMessageReadReceipts. */
static const char* const kTIMMsgReceiptConvId = "msg_receipt_conv_id"; /* string: peer userID or groupID */
static const char* const kTIMMsgReceiptConvType = "msg_receipt_conv_type"; /* uint TIMConvType: 1 or 2 */
static const char* const kTIMMsgReceiptMsgId = "msg_receipt_msg_id"; /* string: receipts of one message */
static const char* const kTIMMsgReceiptTimeStamp = "msg_receipt_time_stamp"; /* uint64: C2C: own messages up to this time were read by the peer */
static const char* const kTIMMsgReceiptIsPeerRead = "msg_receipt_is_peer_read"; /* bool: C2C per-message receipt state */
static const char* const kTIMMsgReceiptReadCount = "msg_receipt_read_count"; /* uint64: group: how many have read */
static const char* const kTIMMsgReceiptUnreadCount = "msg_receipt_unread_count"; /* uint64: group: how many have not */

/* ConvInfo: A conversation. */
static const char* const kTIMConvId = "conv_id"; /* string: peer userID or groupID (no prefix) */
static const char* const kTIMConvType = "conv_type"; /* uint TIMConvType: type */
static const char* const kTIMConvOwner = "conv_owner"; /* string: deprecated */
static const char* const kTIMConvUnReadNum = "conv_unread_num"; /* uint64: unread count */
static const char* const kTIMConvActiveTime = "conv_active_time"; /* uint64: for sorting: the larger, the higher in the list */
static const char* const kTIMConvIsHasLastMsg = "conv_is_has_lastmsg"; /* bool: whether conv_last_msg is valid */
static const char* const kTIMConvLastMsg = "conv_last_msg"; /* object Message: last Message */
static const char* const kTIMConvIsHasDraft = "conv_is_has_draft"; /* bool: whether conv_draft is valid */
static const char* const kTIMConvDraft = "conv_draft"; /* object Draft */
static const char* const kTIMConvRecvOpt = "conv_recv_opt"; /* uint TIMReceiveMessageOpt */
static const char* const kTIMConvGroupAtInfoArray = "conv_group_at_info_array"; /* array GroupAtInfo */
static const char* const kTIMConvIsPinned = "conv_is_pinned"; /* bool: pinned */
static const char* const kTIMConvShowName = "conv_show_name"; /* string: what to call it */
static const char* const kTIMConvMarkArray = "conv_mark_array"; /* array uint64: marks */
static const char* const kTIMConvCustomData = "conv_custom_data"; /* string: custom data */
static const char* const kTIMConvConversationGroupArray = "conv_conversation_group_array"; /* array string: names of conversation groups */

/* GroupAtInfo: where the user was mentioned. */
static const char* const kTIMGroupAtInfoSeq = "conv_group_at_info_seq"; /* uint64: seq of the message that mentions me / everyone */
static const char* const kTIMGroupAtInfoAtType = "conv_group_at_info_at_type"; /* uint TIMGroupAtType */

/* Draft: TIMConvSetDraft. */
static const char* const kTIMDraftMsg = "draft_msg"; /* object Message */
static const char* const kTIMDraftUserDefine = "draft_user_define"; /* string: free string */
static const char* const kTIMDraftEditTime = "draft_edit_time"; /* uint: last edit time */

/* GetConversationListParam: TIMConvGetConvInfo, one a conversation. */
static const char* const kTIMGetConversationListParamConvId = "get_conversation_list_param_conv_id"; /* string: id */
static const char* const kTIMGetConversationListParamConvType = "get_conversation_list_param_conv_type"; /* uint TIMConvType: type */

/* GetTotalUnreadNumberResult: the answer of TIMConvGetTotalUnreadMessageCount. */
/* int: of all conversations that count */
static const char* const kTIMConvGetTotalUnreadMessageCountResultUnreadCount = "conv_get_total_unread_message_count_result_unread_count";

/* UserProfile. */
static const char* const kTIMUserProfileIdentifier = "user_profile_identifier"; /* string: userID */
static const char* const kTIMUserProfileNickName = "user_profile_nick_name"; /* string: nickname */
static const char* const kTIMUserProfileGender = "user_profile_gender"; /* uint TIMGenderType */
static const char* const kTIMUserProfileFaceUrl = "user_profile_face_url"; /* string: avatar URL */
static const char* const kTIMUserProfileSelfSignature = "user_profile_self_signature"; /* string: signature */
static const char* const kTIMUserProfileAddPermission = "user_profile_add_permission"; /* uint TIMProfileAddPermission */
static const char* const kTIMUserProfileLocation = "user_profile_location"; /* string: location */
static const char* const kTIMUserProfileLanguage = "user_profile_language"; /* uint: language */
static const char* const kTIMUserProfileBirthDay = "user_profile_birthday"; /* uint: birthday */
static const char* const kTIMUserProfileLevel = "user_profile_level"; /* uint: level */
static const char* const kTIMUserProfileRole = "user_profile_role"; /* uint: role */
static const char* const kTIMUserProfileCustomStringArray = "user_profile_custom_string_array"; /* array UserProfileCustemStringInfo: custom fields */

/* UserProfileCustemStringInfo. */
static const char* const kTIMUserProfileCustemStringInfoKey = "user_profile_custom_string_info_key"; /* string: begins with Tag_Profile_Custom_ */
static const char* const kTIMUserProfileCustemStringInfoValue = "user_profile_custom_string_info_value"; /* string: value, at most 500 bytes */

/* GroupMemberInfo. */
static const char* const kTIMGroupMemberInfoIdentifier = "group_member_info_identifier"; /* string: userID */
static const char* const kTIMGroupMemberInfoGroupId = "group_member_info_group_id"; /* string: groupID */
static const char* const kTIMGroupMemberInfoJoinTime = "group_member_info_join_time"; /* uint: join time */
static const char* const kTIMGroupMemberInfoMemberRole = "group_member_info_member_role"; /* uint TIMGroupMemberRole */
static const char* const kTIMGroupMemberInfoMsgFlag = "group_member_info_msg_flag"; /* uint TIMReceiveMessageOpt */
static const char* const kTIMGroupMemberInfoMsgSeq = "group_member_info_msg_seq"; /* uint: read seq */
static const char* const kTIMGroupMemberInfoShutupTime = "group_member_info_shutup_time"; /* uint: mute end */
static const char* const kTIMGroupMemberInfoNameCard = "group_member_info_name_card"; /* string: name card */
static const char* const kTIMGroupMemberInfoNickName = "group_member_info_nick_name"; /* string: nickname */
static const char* const kTIMGroupMemberInfoRemark = "group_member_info_friend_remark"; /* string: friend remark */
static const char* const kTIMGroupMemberInfoFaceUrl = "group_member_info_face_url"; /* string: avatar */
static const char* const kTIMGroupMemberInfoCustomInfo = "group_member_info_custom_info"; /* array GroupMemberInfoCustemString: custom fields */

/* GroupMemberInfoCustemString. */
static const char* const kTIMGroupMemberInfoCustemStringInfoKey = "group_member_info_custom_string_info_key"; /* string: key */
static const char* const kTIMGroupMemberInfoCustemStringInfoValue = "group_member_info_custom_string_info_value"; /* string: value */

/* OfflinePushConfig. */
static const char* const kTIMOfflinePushConfigDesc = "offline_push_config_desc"; /* string: text shown */
static const char* const kTIMOfflinePushConfigExt = "offline_push_config_ext"; /* string: extension data */
static const char* const kTIMOfflinePushConfigFlag = "offline_push_config_flag"; /* uint TIMOfflinePushFlag: 0 where not given */
static const char* const kTIMOfflinePushConfigIOSConfig = "offline_push_config_ios_config"; /* object IOSOfflinePushConfig */
static const char* const kTIMOfflinePushConfigAndroidConfig = "offline_push_config_android_config"; /* object AndroidOfflinePushConfig */

/* IOSOfflinePushConfig. */
static const char* const kTIMIOSOfflinePushConfigTitle = "ios_offline_push_config_title"; /* string: title */
/* string: kIOSOfflinePushNoSound or kIOSOfflinePushDefaultSound, or a name */
static const char* const kTIMIOSOfflinePushConfigSound = "ios_offline_push_config_sound";
static const char* const kTIMIOSOfflinePushConfigIgnoreBadge = "ios_offline_push_config_ignore_badge"; /* bool: do not raise the badge */

/* AndroidOfflinePushConfig. */
static const char* const kTIMAndroidOfflinePushConfigTitle = "android_offline_push_config_title"; /* string: title */
static const char* const kTIMAndroidOfflinePushConfigSound = "android_offline_push_config_sound"; /* string: sound */
/* uint TIMAndroidOfflinePushNotifyMode */
static const char* const kTIMAndroidOfflinePushConfigNotifyMode = "android_offline_push_config_notify_mode";
/* uint32: 0 operation, 1 system (default) */
static const char* const kTIMAndroidOfflinePushConfigVIVOClassification = "android_offline_push_config_vivo_classification";
static const char* const kTIMAndroidOfflinePushConfigOPPOChannelID = "android_offline_push_config_oppo_channel_id"; /* string: OPPO channel */

/* GroupBaseInfo. */
static const char* const kTIMGroupBaseInfoGroupId = "group_base_info_group_id"; /* string: groupID */
static const char* const kTIMGroupBaseInfoGroupName = "group_base_info_group_name"; /* string: name */
static const char* const kTIMGroupBaseInfoGroupType = "group_base_info_group_type"; /* uint TIMGroupType */
static const char* const kTIMGroupBaseInfoFaceUrl = "group_base_info_face_url"; /* string: avatar */
static const char* const kTIMGroupBaseInfoInfoSeq = "group_base_info_info_seq"; /* uint: profile revision */
static const char* const kTIMGroupBaseInfoLastestSeq = "group_base_info_lastest_seq"; /* uint: newest seq */
static const char* const kTIMGroupBaseInfoReadedSeq = "group_base_info_readed_seq"; /* uint: read seq */
static const char* const kTIMGroupBaseInfoMsgFlag = "group_base_info_msg_flag"; /* uint: TIMReceiveMessageOpt */
static const char* const kTIMGroupBaseInfoIsShutupAll = "group_base_info_is_shutup_all"; /* bool: muted for all */
static const char* const kTIMGroupBaseInfoSelfInfo = "group_base_info_self_info"; /* object GroupSelfInfo */

/* GroupSelfInfo. */
static const char* const kTIMGroupSelfInfoJoinTime = "group_self_info_join_time"; /* uint: when I joined */
static const char* const kTIMGroupSelfInfoRole = "group_self_info_role"; /* uint: TIMGroupMemberRole */
static const char* const kTIMGroupSelfInfoUnReadNum = "group_self_info_unread_num"; /* uint: unread */
static const char* const kTIMGroupSelfInfoMsgFlag = "group_self_info_msg_flag"; /* uint TIMReceiveMessageOpt */

/* Later and earlier names of the same constants. */
#define kImSDK_MessageAtALL kImSDK_MesssageAtALL
#define kTIMGenderType_Unknown kTIMGenderType_Unkown
#define kTIMGroupReport_RevokeAdmin kTIMGroupReport_GroupRecycle
#define kTIMGroupReport_InviteReqToInvitee kTIMGroupReport_InviteReq
#define kTIMSetConfigCallbackLogLevel kTIMSetConfigCackBackLogLevel
#define kTIMUserConfigIsIgnoreGroupTipsUnRead kTIMUserConfigIsIngoreGroupTipsUnRead
#define kTIMLocationElemLatitude kTIMLocationElemlatitude
#define kTIMProfileChangeElemFromIdentifier kTIMProfileChangeElemFromIndentifier
#define kTIMUserProfileItemLocation kTIMUserProfileItemLoaction
#define kTIMUserProfileCustomStringInfoKey kTIMUserProfileCustemStringInfoKey
#define kTIMUserProfileCustomStringInfoValue kTIMUserProfileCustemStringInfoValue
#define kTIMGroupMemberInfoFriendRemark kTIMGroupMemberInfoRemark

#endif /* MYNAH_TIM_CLOUD_DEF_H */
