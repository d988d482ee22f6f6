/* Which keys a message and its elements have when they are answered. */
#include "phases.h"
#include "world.h"

#include <string.h>

static void check_keys(const char *object, const char *const *keys) {
    size_t wanted = 0;
    for (; keys[wanted] != NULL; wanted++) {
        check_row(keys[wanted]);
        CHECK(json_has(object, keys[wanted]));
    }
    check_row(object);
    size_t found = 0;
    int depth = 0;
    bool inside = false;
    for (const char *at = object; *at != '\0'; at++) {
        if (inside && *at == '\\') {
            at++;
        } else if (*at == '"') {
            inside = !inside;
        } else if (!inside) {
            depth += *at == '{' || *at == '[';
            depth -= *at == '}' || *at == ']';
            found += depth == 1 && *at == ':';
        }
    }
    CHECK_INT(found, wanted);
    check_row("");
}

static const char *const message_keys[] = {
    "message_client_time", "message_cloud_custom_str", "message_conv_id", "message_conv_type", "message_custom_int",
    "message_custom_moderation_configuration_id", "message_custom_str", "message_elem_array", "message_excluded_from_content_moderation",
    "message_excluded_from_last_message", "message_group_receipt_read_count", "message_group_receipt_unread_count", "message_has_risk_content",
    "message_has_sent_receipt", "message_is_broadcast_message", "message_is_excluded_from_unread_count", "message_is_from_self",
    "message_is_online_msg", "message_is_peer_read", "message_is_read", "message_msg_id", "message_need_read_receipt", "message_pinner_face_url",
    "message_pinner_friend_remark", "message_pinner_name_card", "message_pinner_nick_name", "message_pinner_user_id", "message_platform",
    "message_priority", "message_rand", "message_receipt_peer_read", "message_revoke_reason", "message_revoker_face_url",
    "message_revoker_nick_name", "message_revoker_user_id", "message_risk_type_identified", "message_sender", "message_sender_profile", "message_seq",
    "message_server_time", "message_status", "message_support_message_extension", "message_unique_id", "message_version", NULL, NULL};

void a_message_has_all_its_keys(void) {
    CHECK_INT(sizeof message_keys / sizeof message_keys[0], 44 + 2);
    start();
    login("alice");
    save("bob", kTIMConv_C2C, said_by("bob", 1700000000, "hello"));
    char *message = json_at(history("bob", kTIMConv_C2C), 0);
    check_keys(message, message_keys);
    static const char *const profile[] = {"user_profile_face_url", "user_profile_friend_remark", "user_profile_identifier", "user_profile_nick_name", NULL};
    check_keys(json_value(message, kTIMMsgSenderProfile), profile);
    CHECK_TEXT(json_text(json_value(message, kTIMMsgSenderProfile), kTIMUserProfileIdentifier), "bob");
    CHECK_INT(json_int(message, kTIMMsgPriority), 1);
    CHECK_INT(json_int(message, kTIMMsgGroupReceiptUnreadCount), -1);
    CHECK_INT(json_int(message, kTIMMsgStatus), kTIMMsg_LocalImported);
    CHECK_INT(json_int(message, kTIMMsgServerTime), 1700000000);
    CHECK(json_int(message, kTIMMsgUniqueId) == (long long)((1700000000ULL << 32) | (unsigned long long)json_int(message, kTIMMsgRand)));

    save("ops", kTIMConv_Group, said_by("bob", 1700000000, "hello"));
    message = json_at(history("ops", kTIMConv_Group), 0);
    const char *group_keys[46];
    memcpy(group_keys, message_keys, sizeof group_keys);
    group_keys[44] = kTIMMsgSenderGroupMemberInfo;
    check_keys(message, group_keys);
    static const char *const member[] = {
        "group_member_info_custom_info", "group_member_info_face_url", "group_member_info_friend_remark", "group_member_info_group_id",
        "group_member_info_identifier", "group_member_info_is_online", "group_member_info_join_time", "group_member_info_member_role",
        "group_member_info_msg_flag", "group_member_info_msg_seq", "group_member_info_name_card", "group_member_info_nick_name",
        "group_member_info_online_devices", "group_member_info_shutup_time", NULL};
    check_keys(json_value(message, kTIMMsgSenderGroupMemberInfo), member);
    finish();
}

static void check_elem(const char *elem, const char *const *keys) {
    char *saved = save("bob", kTIMConv_C2C, keep_format("{\"message_sender\":\"bob\",\"message_elem_array\":[%s]}", elem));
    check_keys(first_elem(saved), keys);
    char *listed = by_id(json_text(saved, kTIMMsgMsgId));
    check_keys(first_elem(listed), keys);
}

void elements_have_all_their_keys(void) {
    start();
    login("alice");
    check_elem("{\"elem_type\":0}", (const char *const[]){"elem_type", "text_elem_content", NULL});
    check_elem("{\"elem_type\":1}",
               (const char *const[]){"elem_type", "image_elem_format", "image_elem_level", "image_elem_orig_path", "image_elem_orig_id",
                                     "image_elem_orig_url", "image_elem_orig_pic_height", "image_elem_orig_pic_width", "image_elem_orig_pic_size",
                                     "image_elem_thumb_id", "image_elem_thumb_url", "image_elem_thumb_pic_height", "image_elem_thumb_pic_width",
                                     "image_elem_thumb_pic_size", "image_elem_large_id", "image_elem_large_url", "image_elem_large_pic_height",
                                     "image_elem_large_pic_width", "image_elem_large_pic_size", NULL});
    check_elem("{\"elem_type\":2}", (const char *const[]){"elem_type", "sound_elem_business_id", "sound_elem_file_id", "sound_elem_file_path",
                                                          "sound_elem_file_size", "sound_elem_file_time", NULL});
    check_elem("{\"elem_type\":3}", (const char *const[]){"elem_type", "custom_elem_data", "custom_elem_desc", "custom_elem_ext", "custom_elem_sound", NULL});
    check_elem("{\"elem_type\":4}", (const char *const[]){"elem_type", "file_elem_business_id", "file_elem_file_id", "file_elem_file_name",
                                                          "file_elem_file_path", "file_elem_file_size", NULL});
    check_elem("{\"elem_type\":6}", (const char *const[]){"elem_type", "face_elem_index", "face_elem_buf", NULL});
    check_elem("{\"elem_type\":7}", (const char *const[]){"elem_type", "location_elem_desc", "location_elem_latitude", "location_elem_longitude", NULL});
    check_elem("{\"elem_type\":9}",
               (const char *const[]){"elem_type", "video_elem_business_id", "video_elem_image_height", "video_elem_image_width", "video_elem_image_size",
                                     "video_elem_image_id", "video_elem_image_path", "video_elem_image_type", "video_elem_video_duration",
                                     "video_elem_video_size", "video_elem_video_id", "video_elem_video_path", "video_elem_video_type", NULL});
    check_elem("{\"elem_type\":12}", (const char *const[]){"elem_type", "merge_elem_compatible_text", "merge_elem_layer_over_limit",
                                                           "merge_elem_relay_buffer", "merge_elem_relay_json_key", "merge_elem_relay_pb_key",
                                                           "merge_elem_title", NULL});

    /* The order of elements is kept. */
    char *saved = save("bob", kTIMConv_C2C,
                       "{\"message_elem_array\":[{\"elem_type\":6,\"face_elem_index\":3},{\"elem_type\":0,\"text_elem_content\":\"a\"},"
                       "{\"elem_type\":0,\"text_elem_content\":\"b\"},{\"elem_type\":7,\"location_elem_latitude\":22,\"location_elem_longitude\":113.9346951234568}]}");
    char *elems = json_value(saved, kTIMMsgElemArray);
    CHECK_INT(json_count(elems), 4);
    CHECK_INT(json_int(json_at(elems, 0), kTIMFaceElemIndex), 3);
    CHECK_TEXT(json_text(json_at(elems, 1), kTIMTextElemContent), "a");
    CHECK_TEXT(json_text(json_at(elems, 2), kTIMTextElemContent), "b");
    CHECK_TEXT(json_value(json_at(elems, 3), kTIMLocationElemlatitude), "22");
    CHECK_TEXT(json_value(json_at(elems, 3), kTIMLocationElemLongitude), "113.9346951234568");
    finish();
}
