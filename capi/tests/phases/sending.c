/* What is sent, recalled, changed and sent to many. */
#include "phases.h"
#include "world.h"

#include <string.h>

static void begin(void) {
    start();
    login("alice");
}

void a_sent_message_is_answered_as_it_is(void) {
    begin();
    char *message = say("bob", kTIMConv_C2C, "hello");
    CHECK_TEXT(json_text(message, kTIMMsgSender), "alice");
    CHECK_TEXT(json_text(message, kTIMMsgConvId), "bob");
    CHECK_INT(json_int(message, kTIMMsgConvType), kTIMConv_C2C);
    CHECK(json_bool(message, kTIMMsgIsFormSelf) && json_bool(message, kTIMMsgIsRead) && !json_bool(message, kTIMMsgIsPeerRead));
    CHECK_TEXT(json_text(message, kTIMMsgMsgId),
               keep_format("alice-%lld-%lld", json_int(message, kTIMMsgClientTime), json_int(message, kTIMMsgRand)));
    CHECK_TEXT(by_id(json_text(message, kTIMMsgMsgId)), message);
    note_answer("message", message);

    char *in_group = say("ops", kTIMConv_Group, "hello");
    CHECK_INT(json_int(say("ops", kTIMConv_Group, "again"), kTIMMsgSeq), json_int(in_group, kTIMMsgSeq) + 1);

    /* By the other functions. */
    struct answer answer = ANSWER, id = ANSWER;
    EXPECT_ANSWER(&answer, TIMMsgSendNewMsg("bob", kTIMConv_C2C, text_message("older", ""), answer_take, &answer), ERR_SUCC);
    CHECK_INT(json_int(answer.json, kTIMMsgStatus), kTIMMsg_SendSucc);
    answer_clear(&answer);
    CHECK_INT(TIMMsgSendNewMsgEx("bob", kTIMConv_C2C, text_message("both", ""), answer_take, answer_take, &answer), TIM_SUCC);
    CHECK_INT(answer_wait(&answer, 2), ERR_SUCC);
    CHECK_TEXT(text_of(answer.json), "both");
    answer_clear(&answer);
    answer_clear(&id);

    /* A message for who is online now is kept nowhere. */
    size_t before = json_count(history("bob", kTIMConv_C2C));
    EXPECT_ANSWER(&answer, TIMMsgSendMessage("bob", kTIMConv_C2C, text_message("now", ",\"message_is_online_msg\":true"), NULL, answer_take, &answer), ERR_SUCC);
    CHECK_INT(json_count(history("bob", kTIMConv_C2C)), before);
    answer_clear(&answer);
    finish();
}

void the_id_is_in_the_buffer_before_the_call_returns(void) {
    begin();
    char id[128];
    memset(id, 'x', sizeof id);
    struct answer answer = ANSWER;
    CHECK_INT(TIMMsgSendMessage("bob", kTIMConv_C2C, text_message("hello", ""), id, answer_take, &answer), TIM_SUCC);
    CHECK(memchr(id, '\0', sizeof id) != NULL);
    char *at_once = keep_copy(id);
    CHECK_INT(answer_wait(&answer, 1), ERR_SUCC);
    CHECK_TEXT(json_text(answer.json, kTIMMsgMsgId), at_once);
    answer_clear(&answer);

    memset(id, 'x', sizeof id);
    CHECK_INT(TIMMsgSendMessage("", kTIMConv_C2C, text_message("hello", ""), id, answer_take, &answer), TIM_ERR_PARAM);
    CHECK_INT(TIMMsgSendMessage("bob", kTIMConv_C2C, "{", id, answer_take, &answer), TIM_ERR_JSON);
    for (size_t at = 0; at < sizeof id; at++) {
        CHECK_INT(id[at], 'x');
    }
    finish();
}

static void check_refused(const char *message, int32_t wanted) {
    struct answer answer = ANSWER;
    check_row(message);
    EXPECT_ANSWER(&answer, TIMMsgSendMessage("bob", kTIMConv_C2C, message, NULL, answer_take, &answer), wanted);
    CHECK(answer.desc[0] != '\0');
    CHECK(json_has(answer.json, kTIMMsgMsgId));
    answer_clear(&answer);
    check_row("");
}

void what_cannot_be_sent_is_refused(void) {
    begin();
    check_refused("{\"message_elem_array\":[{\"elem_type\":5}]}", ERR_INVALID_MSG_ELEM);
    check_refused("{\"message_elem_array\":[{\"elem_type\":8}]}", ERR_INVALID_MSG_ELEM);
    check_refused("{\"message_elem_array\":[]}", ERR_INVALID_MSG_ELEM);
    check_refused(text_message("not me", ",\"message_sender\":\"bob\""), ERR_SDK_COMM_INTERRUPT);
    check_refused(keep_format("{\"message_elem_array\":[{\"elem_type\":4,\"file_elem_file_path\":\"%s/nothing\"}]}", folder()), ERR_SDK_COMM_FILE_SIZE_EMPTY);
    struct answer answer = ANSWER;
    EXPECT_JSON(&answer, TIMMsgCancelSend("bob", kTIMConv_C2C, "nobody-1-1", answer_take, &answer), ERR_SDK_INVALID_CANCEL_MESSAGE, "{}");
    char *sent = say("bob", kTIMConv_C2C, "sent");
    EXPECT_JSON(&answer, TIMMsgCancelSend("bob", kTIMConv_C2C, json_text(sent, kTIMMsgMsgId), answer_take, &answer), ERR_SDK_INVALID_CANCEL_MESSAGE, "{}");
    answer_clear(&answer);
    finish();
}

void a_recalled_message_stays_in_history(void) {
    begin();
    char *sent = say("bob", kTIMConv_C2C, "oops");
    struct answer answer = ANSWER;
    EXPECT_JSON(&answer, TIMMsgRevoke("bob", kTIMConv_C2C, sent, answer_take, &answer), ERR_SUCC, "");
    char *listed = history("bob", kTIMConv_C2C);
    CHECK_INT(json_count(listed), 1);
    CHECK_INT(json_int(json_at(listed, 0), kTIMMsgStatus), kTIMMsg_Revoked);
    CHECK_TEXT(json_text(json_at(listed, 0), kTIMMsgRevokerUserId), "alice");
    EXPECT_ANSWER(&answer, TIMMsgSearchLocalMessages("{\"msg_search_param_keyword_array\":[\"oops\"]}", answer_take, &answer), ERR_SUCC);
    CHECK_INT(json_int(answer.json, kTIMMsgSearchResultTotalCount), 0);

    /* What was not sent by the user, or not at all, cannot be recalled. */
    char *saved = save("bob", kTIMConv_C2C, said_by("bob", 1700000000, "imported"));
    answer_clear(&answer);
    CHECK_INT(TIMMsgRevoke("bob", kTIMConv_C2C, saved, answer_take, &answer), TIM_SUCC);
    CHECK(answer_wait(&answer, 1) != ERR_SUCC);
    CHECK_TEXT(answer.json, "");
    answer_clear(&answer);
    finish();
}

void a_message_can_be_changed(void) {
    begin();
    char *sent = say("bob", kTIMConv_C2C, "helo");
    char *changed = json_with(sent, kTIMMsgElemArray, "[{\"elem_type\":0,\"text_elem_content\":\"hello\"}]");
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMMsgModifyMessage(changed, answer_take, &answer), ERR_SUCC);
    CHECK_TEXT(text_of(answer.json), "hello");
    CHECK(json_int(answer.json, kTIMMsgVersion) > json_int(sent, kTIMMsgVersion));
    CHECK_TEXT(text_of(by_id(json_text(sent, kTIMMsgMsgId))), "hello");
    answer_clear(&answer);
    finish();
}

void a_batch_is_answered_user_by_user(void) {
    begin();
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer,
                  TIMMsgBatchSend(keep_format("{\"msg_batch_send_param_identifier_array\":[\"bob\",\"carol\",\"bob\"],\"msg_batch_send_param_msg\":%s}",
                                              text_message("to all of you", "")),
                                  answer_take, &answer),
                  ERR_SUCC);
    CHECK_INT(json_count(answer.json), 3);
    static const char *const users[] = {"bob", "carol", "bob"};
    for (size_t at = 0; at < 3; at++) {
        char *result = json_at(answer.json, at);
        CHECK_TEXT(json_text(result, kTIMMsgBatchSendResultIdentifier), users[at]);
        CHECK_INT(json_int(result, kTIMMsgBatchSendResultCode), ERR_SUCC);
        CHECK_TEXT(json_text(json_value(result, kTIMMsgBatchSendResultMsg), kTIMMsgConvId), users[at]);
    }
    note_answer("batch-send-results", answer.json);
    CHECK_INT(json_count(history("bob", kTIMConv_C2C)), 2);
    CHECK_INT(json_count(history("carol", kTIMConv_C2C)), 1);

    /* Without receivers it answers all the same. */
    char *nobody = keep_format("{\"msg_batch_send_param_identifier_array\":[],\"msg_batch_send_param_msg\":%s}", text_message("to nobody", ""));
    EXPECT_ANSWER(&answer, TIMMsgBatchSend(nobody, answer_take, &answer), ERR_INVALID_PARAMETERS);
    CHECK_TEXT(answer.json, "[]");
    CHECK_INT(TIMMsgBatchSend("{\"msg_batch_send_param_identifier_array\":[\"bob\"],\"msg_batch_send_param_msg\":{}}", answer_take, &answer), TIM_ERR_JSON);
    answer_clear(&answer);
    finish();
}
