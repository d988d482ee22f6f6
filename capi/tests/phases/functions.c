#include "functions.h"

#define TAKES const char *id, int type, const char *json, TIMCommCallback cb, const void *user_data
#define UNUSED (void)id, (void)type, (void)json

static int send_message(TAKES) { return TIMMsgSendMessage(id, (TIMConvType)type, json, NULL, cb, user_data); }
static int send_new_msg(TAKES) { return TIMMsgSendNewMsg(id, (TIMConvType)type, json, cb, user_data); }
static int send_new_msg_ex(TAKES) { return TIMMsgSendNewMsgEx(id, (TIMConvType)type, json, NULL, cb, user_data); }
static int cancel_send(TAKES) { return TIMMsgCancelSend(id, (TIMConvType)type, json, cb, user_data); }
static int find_messages(TAKES) { return UNUSED, TIMMsgFindMessages(json, cb, user_data); }
static int report_readed(TAKES) { return TIMMsgReportReaded(id, (TIMConvType)type, json, cb, user_data); }
static int mark_all(TAKES) { return UNUSED, TIMMsgMarkAllMessageAsRead(cb, user_data); }
static int revoke(TAKES) { return TIMMsgRevoke(id, (TIMConvType)type, json, cb, user_data); }
static int locate(TAKES) { return TIMMsgFindByMsgLocatorList(id, (TIMConvType)type, json, cb, user_data); }
static int import_list(TAKES) { return TIMMsgImportMsgList(id, (TIMConvType)type, json, cb, user_data); }
static int save_msg(TAKES) { return TIMMsgSaveMsg(id, (TIMConvType)type, json, cb, user_data); }
static int get_list(TAKES) { return TIMMsgGetMsgList(id, (TIMConvType)type, json, cb, user_data); }
static int delete_one(TAKES) { return TIMMsgDelete(id, (TIMConvType)type, json, cb, user_data); }
static int delete_list(TAKES) { return TIMMsgListDelete(id, (TIMConvType)type, json, cb, user_data); }
static int clear(TAKES) { return (void)json, TIMMsgClearHistoryMessage(id, (TIMConvType)type, cb, user_data); }
static int set_c2c_opt(TAKES) { return UNUSED, TIMMsgSetC2CReceiveMessageOpt(json, kTIMRecvMsgOpt_Receive, cb, user_data); }
static int get_c2c_opt(TAKES) { return UNUSED, TIMMsgGetC2CReceiveMessageOpt(json, cb, user_data); }
static int set_group_opt(TAKES) { return UNUSED, TIMMsgSetGroupReceiveMessageOpt(id, kTIMRecvMsgOpt_Receive, cb, user_data); }
static int download(TAKES) { return (void)type, TIMMsgDownloadElemToPath(json, id, cb, user_data); }
static int merged(TAKES) { return UNUSED, TIMMsgDownloadMergerMessage(json, cb, user_data); }
static int search(TAKES) { return UNUSED, TIMMsgSearchLocalMessages(json, cb, user_data); }
static int set_custom(TAKES) { return UNUSED, TIMMsgSetLocalCustomData(json, cb, user_data); }
static int batch_send(TAKES) { return UNUSED, TIMMsgBatchSend(json, cb, user_data); }
static int modify(TAKES) { return UNUSED, TIMMsgModifyMessage(json, cb, user_data); }
static int send_receipts(TAKES) { return UNUSED, TIMMsgSendMessageReadReceipts(json, cb, user_data); }
static int get_receipts(TAKES) { return UNUSED, TIMMsgGetMessageReadReceipts(json, cb, user_data); }
static int conv_create(TAKES) { return (void)json, TIMConvCreate(id, (TIMConvType)type, cb, user_data); }
static int conv_delete(TAKES) { return (void)json, TIMConvDelete(id, (TIMConvType)type, cb, user_data); }
static int conv_list(TAKES) { return UNUSED, TIMConvGetConvList(cb, user_data); }
static int conv_info(TAKES) { return UNUSED, TIMConvGetConvInfo(json, cb, user_data); }
static int conv_pin(TAKES) { return (void)json, TIMConvPinConversation(id, (TIMConvType)type, true, cb, user_data); }
static int conv_total(TAKES) { return UNUSED, TIMConvGetTotalUnreadMessageCount(cb, user_data); }
static int set_config(TAKES) { return UNUSED, TIMSetConfig(json, cb, user_data); }
static int experiment(TAKES) { return UNUSED, callExperimentalAPI(json, cb, user_data); }

#define MESSAGE "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"hello\"}],\"message_sender\":\"bob\",\"message_server_time\":1700000000}"
#define OWN "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"hello\"}]}"
#define BUNDLE "{\"message_elem_array\":[{\"elem_type\":12,\"merge_elem_title\":\"t\",\"merge_elem_message_array\":[" OWN "]}]}"

const struct function functions[] = {
    {"TIMMsgSendMessage", send_message, CONVERSATION_ID, AN_OBJECT, A_LOGIN, OWN},
    {"TIMMsgSendNewMsg", send_new_msg, CONVERSATION_ID, AN_OBJECT, A_LOGIN, OWN},
    {"TIMMsgSendNewMsgEx", send_new_msg_ex, CONVERSATION_ID, AN_OBJECT, A_LOGIN, OWN},
    {"TIMMsgCancelSend", cancel_send, CONVERSATION_ID, ANYTHING, A_LOGIN, "alice-1700000000-1"},
    {"TIMMsgFindMessages", find_messages, UNNAMED, ANYTHING, A_LOGIN, "[\"bob-1700000000-1\"]"},
    {"TIMMsgReportReaded", report_readed, ANY_CONVERSATION, WHATEVER, A_LOGIN, ""},
    {"TIMMsgMarkAllMessageAsRead", mark_all, UNNAMED, NOTHING, A_LOGIN, NULL},
    {"TIMMsgRevoke", revoke, CONVERSATION_ID, AN_OBJECT, A_LOGIN, MESSAGE},
    {"TIMMsgFindByMsgLocatorList", locate, CONVERSATION_ID, EMPTY_ARRAY, A_LOGIN, "[{\"message_locator_time\":1,\"message_locator_seq\":1,\"message_locator_rand\":1}]"},
    {"TIMMsgImportMsgList", import_list, CONVERSATION_ID, AN_ARRAY, A_LOGIN, "[" MESSAGE "]"},
    {"TIMMsgSaveMsg", save_msg, CONVERSATION_ID, AN_OBJECT, A_LOGIN, MESSAGE},
    {"TIMMsgGetMsgList", get_list, CONVERSATION_ID, EVEN_EMPTY, A_LOGIN, "{\"msg_getmsglist_param_count\":20}"},
    {"TIMMsgDelete", delete_one, CONVERSATION_ID, AN_OBJECT, A_LOGIN, "{\"msg_delete_param_msg\":" MESSAGE "}"},
    {"TIMMsgListDelete", delete_list, CONVERSATION_ID, AN_ARRAY, A_LOGIN, "[" MESSAGE "]"},
    {"TIMMsgClearHistoryMessage", clear, CONVERSATION_ID, NOTHING, A_LOGIN, NULL},
    {"TIMMsgSetC2CReceiveMessageOpt", set_c2c_opt, UNNAMED, AN_ARRAY, A_LOGIN, "[\"bob\"]"},
    {"TIMMsgGetC2CReceiveMessageOpt", get_c2c_opt, UNNAMED, AN_ARRAY, A_LOGIN, "[\"bob\"]"},
    {"TIMMsgSetGroupReceiveMessageOpt", set_group_opt, PLAIN_ID, NOTHING, A_LOGIN, NULL},
    {"TIMMsgDownloadElemToPath", download, PLAIN_ID, EVEN_EMPTY, A_LOGIN, "{\"msg_download_elem_param_url\":\"nowhere\"}"},
    {"TIMMsgDownloadMergerMessage", merged, UNNAMED, AN_OBJECT, A_LOGIN, BUNDLE},
    {"TIMMsgSearchLocalMessages", search, UNNAMED, EVEN_EMPTY, A_LOGIN, "{\"msg_search_param_keyword_array\":[\"hello\"]}"},
    {"TIMMsgSetLocalCustomData", set_custom, UNNAMED, AN_OBJECT, A_LOGIN, MESSAGE},
    {"TIMMsgBatchSend", batch_send, UNNAMED, EVEN_EMPTY, A_LOGIN, "{\"msg_batch_send_param_identifier_array\":[\"bob\"],\"msg_batch_send_param_msg\":" OWN "}"},
    {"TIMMsgModifyMessage", modify, UNNAMED, AN_OBJECT, A_LOGIN, MESSAGE},
    {"TIMMsgSendMessageReadReceipts", send_receipts, UNNAMED, AN_ARRAY, A_LOGIN, "[" MESSAGE "]"},
    {"TIMMsgGetMessageReadReceipts", get_receipts, UNNAMED, AN_ARRAY, A_LOGIN, "[" MESSAGE "]"},
    {"TIMConvCreate", conv_create, CONVERSATION_ID, NOTHING, A_LOGIN, NULL},
    {"TIMConvDelete", conv_delete, CONVERSATION_ID, NOTHING, A_LOGIN, NULL},
    {"TIMConvGetConvList", conv_list, UNNAMED, NOTHING, A_LOGIN, NULL},
    {"TIMConvGetConvInfo", conv_info, UNNAMED, AN_ARRAY, A_LOGIN, "[{\"get_conversation_list_param_conv_id\":\"bob\",\"get_conversation_list_param_conv_type\":1}]"},
    {"TIMConvPinConversation", conv_pin, CONVERSATION_ID, NOTHING, A_LOGIN, NULL},
    {"TIMConvGetTotalUnreadMessageCount", conv_total, UNNAMED, NOTHING, A_LOGIN, NULL},
    {"TIMSetConfig", set_config, UNNAMED, EVEN_EMPTY, NO_LIBRARY, "{\"set_config_log_level\":4}"},
    {"callExperimentalAPI", experiment, UNNAMED, WHATEVER, NO_LIBRARY, "{\"request_operation\":\"internal_operation_set_ui_platform\"}"},
};
const size_t function_count = sizeof functions / sizeof functions[0];

int call_rightly(const struct function *function, TIMCommCallback cb, const void *user_data) {
    const char *id = function->call == download ? keep_format("%s/downloaded", folder()) : "bob";
    return function->call(id, kTIMConv_C2C, function->json, cb, user_data);
}
