/* What was given out is taken back, and what public clients do works. */
#include "phases.h"
#include "world.h"

#include <string.h>

static void begin(void) {
    start();
    login("alice");
}

/* Puts a message into every function that takes one. None may refuse to read it. */
static void take_back(const char *message) {
    const char *conv = json_text(message, kTIMMsgConvId);
    TIMConvType type = (TIMConvType)json_int(message, kTIMMsgConvType);
    struct answer answer = ANSWER;
    check_row(message);
    EXPECT_JSON(&answer, TIMMsgSetLocalCustomData(json_with(message, kTIMMsgCustomStr, "\"seen\""), answer_take, &answer), ERR_SUCC, "");
    CHECK_TEXT(json_text(by_id(json_text(message, kTIMMsgMsgId)), kTIMMsgCustomStr), "seen");
    EXPECT_ANSWER(&answer, TIMMsgGetMsgList(conv, type, keep_format("{\"msg_getmsglist_param_count\":5,\"msg_getmsglist_param_last_msg\":%s}", message), answer_take, &answer),
                  ERR_SUCC);
    CHECK(strstr(answer.json, json_value(message, kTIMMsgMsgId)) == NULL);
    EXPECT_ANSWER(&answer, TIMMsgFindByMsgLocatorList(conv, type, keep_format("[%s]", locator_of(message)), answer_take, &answer), ERR_SUCC);
    CHECK_INT(json_count(answer.json), 1);
    CHECK_TEXT(json_text(json_at(answer.json, 0), kTIMMsgMsgId), json_text(message, kTIMMsgMsgId));

    answer_clear(&answer);
    CHECK_INT(TIMMsgReportReaded(conv, type, message, answer_take, &answer), TIM_SUCC);
    int32_t code = answer_wait(&answer, 1);
    CHECK(code == ERR_SUCC || code == ERR_SDK_COMM_API_CALL_FREQUENCY_LIMIT);

    answer_clear(&answer);
    CHECK_INT(TIMMsgDownloadMergerMessage(message, answer_take, &answer), TIM_SUCC);
    code = answer_wait(&answer, 1);
    CHECK_INT(code, strstr(message, "\"elem_type\":12") != NULL ? ERR_SUCC : ERR_INVALID_PARAMETERS);

    import(conv, type, keep_format("[%s]", message));
    EXPECT_ANSWER(&answer, TIMMsgFindMessages(keep_format("[%s]", json_value(message, kTIMMsgMsgId)), answer_take, &answer), ERR_SUCC);
    CHECK_INT(json_count(answer.json), 1);

    bool sent = json_int(message, kTIMMsgStatus) == kTIMMsg_SendSucc && json_bool(message, kTIMMsgIsFormSelf);
    answer_clear(&answer);
    CHECK_INT(TIMMsgRevoke(conv, type, message, answer_take, &answer), TIM_SUCC);
    CHECK((answer_wait(&answer, 1) == ERR_SUCC) == sent);

    EXPECT_JSON(&answer, TIMMsgDelete(conv, type, keep_format("{\"msg_delete_param_msg\":%s}", message), answer_take, &answer), ERR_SUCC, "");
    CHECK_INT(json_int(by_id(json_text(message, kTIMMsgMsgId)), kTIMMsgStatus), kTIMMsg_Deleted);
    answer_clear(&answer);
    CHECK_INT(TIMMsgListDelete(conv, type, keep_format("[%s]", message), answer_take, &answer), TIM_SUCC);
    code = answer_wait(&answer, 1);
    CHECK(code == ERR_SUCC || code == ERR_SDK_COMM_API_CALL_FREQUENCY_LIMIT);
    check_row("");
    answer_clear(&answer);
}

static char *answered(int returned, struct answer *answer) {
    CHECK_INT(returned, TIM_SUCC);
    CHECK_INT(answer_wait(answer, 1), ERR_SUCC);
    char *json = keep_copy(answer->json);
    answer_clear(answer);
    return json;
}

void every_message_goes_back_into_every_function(void) {
    begin();
    struct answer answer = ANSWER;
    take_back(say("bob", kTIMConv_C2C, "from TIMMsgSendMessage"));
    take_back(say("ops", kTIMConv_Group, "from TIMMsgSendMessage"));
    take_back(save("bob", kTIMConv_C2C, said_by("bob", 1700000000, "from TIMMsgSaveMsg")));
    take_back(save("ops", kTIMConv_Group, said_by("bob", 1700000000, "from TIMMsgSaveMsg")));

    char *both = keep_format("[%s,%s]", said_by("bob", 1700000001, "one"), said_by("alice", 1700000002, "from TIMMsgGetMsgList"));
    import("carol", kTIMConv_C2C, both);
    take_back(json_at(history("carol", kTIMConv_C2C), 0));

    take_back(by_id(json_text(say("heidi", kTIMConv_C2C, "from TIMMsgFindMessages"), kTIMMsgMsgId)));

    char *message = say("dave", kTIMConv_C2C, "from TIMMsgFindByMsgLocatorList");
    take_back(json_at(answered(TIMMsgFindByMsgLocatorList("dave", kTIMConv_C2C, keep_format("[%s]", locator_of(message)), answer_take, &answer), &answer), 0));

    say("erin", kTIMConv_C2C, "from TIMMsgSearchLocalMessages");
    char *results = answered(TIMMsgSearchLocalMessages("{\"msg_search_param_keyword_array\":[\"SearchLocal\"]}", answer_take, &answer), &answer);
    char *item = json_at(json_value(results, kTIMMsgSearchResultItemArray), 0);
    take_back(json_at(json_value(item, kTIMMsgSearchResultItemMessageArray), 0));

    char *batch = answered(TIMMsgBatchSend(keep_format("{\"msg_batch_send_param_identifier_array\":[\"frank\"],\"msg_batch_send_param_msg\":%s}", text_message("from TIMMsgBatchSend", "")),
                                           answer_take, &answer),
                           &answer);
    take_back(json_value(json_at(batch, 0), kTIMMsgBatchSendResultMsg));

    say("grace", kTIMConv_C2C, "a last message");
    take_back(json_value(conversation("grace", kTIMConv_C2C), kTIMConvLastMsg));

    /* Elements of all kinds, group tips among them. */
    static const char *const elems[] = {"{\"elem_type\":1,\"image_elem_orig_path\":\"/x.png\"}", "{\"elem_type\":2,\"sound_elem_file_time\":3}",
                                        "{\"elem_type\":3,\"custom_elem_data\":\"d\"}", "{\"elem_type\":5,\"group_tips_elem_tip_type\":1,\"group_tips_elem_user_array\":[\"bob\"]}",
                                        "{\"elem_type\":6,\"face_elem_index\":1}", "{\"elem_type\":7,\"location_elem_latitude\":22.5}",
                                        "{\"elem_type\":9,\"video_elem_video_duration\":3}",
                                        "{\"elem_type\":12,\"merge_elem_title\":\"t\",\"merge_elem_message_array\":[{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"in\"}]}]}"};
    for (size_t at = 0; at < sizeof elems / sizeof elems[0]; at++) {
        char *given = keep_format("{\"message_sender\":\"bob\",\"message_server_time\":%zu,\"message_elem_array\":[%s]}", 1700000010 + at, elems[at]);
        take_back(save("ops", kTIMConv_Group, given));
        import("ops2", kTIMConv_Group, keep_format("[%s]", given));
        take_back(json_at(history("ops2", kTIMConv_Group), 0));
    }
    finish();
}

void what_known_clients_do_works(void) {
    /* Before TIMInit: the platform, the version, the log level; setters may be cleared without having been set. */
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer,
                  callExperimentalAPI("{\"request_operation\":\"internal_operation_set_ui_platform\",\"request_set_ui_platform_param\":5}", answer_take, &answer), ERR_SUCC);
    CHECK(TIMGetSDKVersion() != NULL);
    TIMSetMsgUpdateCallback(NULL, NULL);
    TIMSetGroupTipsEventCallback(NULL, NULL);
    TIMSetGroupAttributeChangedCallback(NULL, NULL);
    TIMSetMsgElemUploadProgressCallback(NULL, NULL);
    TIMSetKickedOfflineCallback(NULL, NULL);
    TIMSetUserSigExpiredCallback(NULL, NULL);
    TIMSetLogCallback(NULL, NULL);
    const char *config = "{ \"set_config_log_level\" : 4, \"unknown\":1 }";
    EXPECT_JSON(&answer, TIMSetConfig(config, answer_take, &answer), ERR_SUCC, config);
    begin();

    /* An id becomes a message by TIMMsgFindMessages, and its [0] goes on; the result is compared with exactly []. */
    char *sent = say("bob", kTIMConv_C2C, "hello");
    char *found = by_id(json_text(sent, kTIMMsgMsgId));
    EXPECT_ANSWER(&answer, TIMMsgReportReaded("bob", kTIMConv_C2C, found, answer_take, &answer), ERR_SUCC);
    EXPECT_JSON(&answer, TIMMsgFindMessages("[\"alice-1-1\"]", answer_take, &answer), ERR_SUCC, "[]");

    /* The first page is asked for with null, and a key is appended textually: the last one counts. */
    EXPECT_ANSWER(&answer, TIMMsgGetMsgList("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_last_msg\":null,\"msg_getmsglist_param_count\":20,\"msg_last_msg_id\":\"x\"}", answer_take, &answer),
                  ERR_SUCC);
    CHECK_INT(json_count(answer.json), 1);
    EXPECT_JSON(&answer,
                TIMMsgGetMsgList("bob", kTIMConv_C2C, keep_format("{\"msg_getmsglist_param_last_msg\":{},\"msg_getmsglist_param_count\":20,\"msg_getmsglist_param_last_msg\":%s}", sent),
                                 answer_take, &answer),
                ERR_SUCC, "[]");

    /* A new message comes with ids of 0, which are none. */
    EXPECT_ANSWER(&answer,
                  TIMMsgSendMessage("bob", kTIMConv_C2C, text_message("from Unity", ",\"message_unique_id\":0,\"message_rand\":0,\"message_seq\":0,\"message_msg_id\":\"\""), NULL,
                                    answer_take, &answer),
                  ERR_SUCC);
    CHECK(json_int(answer.json, kTIMMsgRand) != 0);

    /* JavaScript rounds the unique id; a message is known all the same. */
    char *rounded = json_with(sent, kTIMMsgUniqueId, "7301444403200000000");
    EXPECT_JSON(&answer, TIMMsgDelete("bob", kTIMConv_C2C, keep_format("{\"msg_delete_param_msg\":%s,\"msg_delete_param_is_ramble\":true}", rounded), answer_take, &answer), ERR_SUCC, "");
    CHECK_INT(json_int(by_id(json_text(sent, kTIMMsgMsgId)), kTIMMsgStatus), kTIMMsg_Deleted);

    /* Group tips as the start of a page. */
    char *tips = save("ops", kTIMConv_Group, "{\"message_sender\":\"bob\",\"message_elem_array\":[{\"elem_type\":5,\"group_tips_elem_tip_type\":1}]}");
    EXPECT_JSON(&answer, TIMMsgGetMsgList("ops", kTIMConv_Group, keep_format("{\"msg_getmsglist_param_count\":5,\"msg_getmsglist_param_last_msg\":%s}", tips), answer_take, &answer),
                ERR_SUCC, "[]");

    /* A null message, and a blank where nothing is meant, in a read report. */
    answer_clear(&answer);
    CHECK_INT(TIMMsgReportReaded("bob", kTIMConv_C2C, NULL, NULL, NULL), TIM_SUCC);
    CHECK_INT(TIMMsgReportReaded("bob", kTIMConv_C2C, " ", NULL, NULL), TIM_SUCC);
    CHECK_INT(TIMMsgReportReaded("bob", kTIMConv_C2C, "garbage", answer_take, &answer), TIM_SUCC);
    answer_wait(&answer, 1);

    /* A search without anything but keywords. */
    EXPECT_ANSWER(&answer, TIMMsgSearchLocalMessages("{\"msg_search_param_keyword_array\":[\"Unity\"]}", answer_take, &answer), ERR_SUCC);
    CHECK_INT(json_int(answer.json, kTIMMsgSearchResultTotalCount), 1);
    answer_clear(&answer);
    finish();
}
