/* Conversations: their list, drafts, pins, receive options, unread counts. */
#include "phases.h"
#include "world.h"

#include <string.h>

static void begin(void) {
    start();
    login("alice");
}

static char *list(void) {
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMConvGetConvList(answer_take, &answer), ERR_SUCC);
    note_answer("conv-infos", answer.json);
    char *json = keep_copy(answer.json);
    answer_clear(&answer);
    return json;
}

/* Waits until the callback was told of so many conversations by events of this kind. What comes, changes and goes before the listener looks is
   told as what became of it, so whoever wants to hear of each step waits for it. */
static void wait_told(enum TIMConvEvent event, long long count) {
    for (size_t at = 0; count > 0; at++) {
        char *told = diary_wait(CONVERSATION, at);
        if (json_int(told, "event") == event) {
            count -= json_int(told, "count");
        }
    }
}

void conversations_come_change_and_go(void) {
    keep_diary();
    begin();
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMConvCreate("bob", kTIMConv_C2C, answer_take, &answer), ERR_SUCC);
    CHECK_TEXT(json_text(answer.json, kTIMConvId), "bob");
    CHECK(!json_bool(answer.json, kTIMConvIsHasLastMsg));
    import("carol", kTIMConv_C2C, keep_format("[%s]", said_by("carol", 1700000000, "hello")));
    save("ops", kTIMConv_Group, said_by("carol", 1700000100, "newer"));
    char *all = list();
    CHECK_INT(json_count(all), 3);
    char *carol = conversation("carol", kTIMConv_C2C);
    CHECK(json_bool(carol, kTIMConvIsHasLastMsg));
    CHECK_TEXT(text_of(json_value(carol, kTIMConvLastMsg)), "hello");
    CHECK_INT(json_int(carol, kTIMConvRecvOpt), kTIMRecvMsgOpt_Receive);
    CHECK(conversation("nobody", kTIMConv_C2C) == NULL);
    wait_told(kTIMConvEvent_Add, 3);

    CHECK_INT(TIMConvSetDraft("carol", kTIMConv_C2C, keep_format("{\"draft_msg\":%s,\"draft_user_define\":\"mine\",\"draft_edit_time\":1700000200}", text_message("unfinished", ""))),
              TIM_SUCC);
    carol = conversation("carol", kTIMConv_C2C);
    CHECK(json_bool(carol, kTIMConvIsHasDraft));
    CHECK_TEXT(json_text(json_value(carol, kTIMConvDraft), kTIMDraftUserDefine), "mine");
    CHECK_INT(TIMConvCancelDraft("carol", kTIMConv_C2C), TIM_SUCC);
    CHECK(!json_bool(conversation("carol", kTIMConv_C2C), kTIMConvIsHasDraft));

    EXPECT_JSON(&answer, TIMConvPinConversation("carol", kTIMConv_C2C, true, answer_take, &answer), ERR_SUCC, "");
    CHECK(json_bool(conversation("carol", kTIMConv_C2C), kTIMConvIsPinned));
    CHECK_TEXT(json_text(json_at(list(), 0), kTIMConvId), "carol");
    CHECK(json_int(json_at(list(), 0), kTIMConvActiveTime) > json_int(json_at(list(), 1), kTIMConvActiveTime));
    EXPECT_JSON(&answer, TIMConvPinConversation("carol", kTIMConv_C2C, false, answer_take, &answer), ERR_SUCC, "");
    CHECK(!json_bool(conversation("carol", kTIMConv_C2C), kTIMConvIsPinned));
    wait_told(kTIMConvEvent_Update, 1);

    EXPECT_JSON(&answer, TIMConvDelete("carol", kTIMConv_C2C, answer_take, &answer), ERR_SUCC, "");
    CHECK(conversation("carol", kTIMConv_C2C) == NULL);
    CHECK_TEXT(history("carol", kTIMConv_C2C), "[]");

    /* What was told: first a start and a finish, then what was added, changed and deleted. */
    CHECK_INT(json_int(diary_wait(CONVERSATION, 0), "event"), kTIMConvEvent_Start);
    wait_told(kTIMConvEvent_Del, 1);
    for (size_t at = 0; json_int(diary_wait(CONVERSATION, at), "event") != kTIMConvEvent_Finish; at++) {
    }
    answer_clear(&answer);
    finish();
    close_diary();
}

void receive_options_are_kept(void) {
    begin();
    struct answer answer = ANSWER;
    EXPECT_JSON(&answer, TIMMsgSetC2CReceiveMessageOpt("[\"bob\",\"carol\"]", kTIMRecvMsgOpt_Not_Notify, answer_take, &answer), ERR_SUCC, "");
    /* By user id, each once. */
    EXPECT_JSON(&answer, TIMMsgGetC2CReceiveMessageOpt("[\"dave\",\"bob\",\"dave\"]", answer_take, &answer), ERR_SUCC,
                "[{\"msg_recv_msg_opt_result_identifier\":\"bob\",\"msg_recv_msg_opt_result_opt\":2},"
                "{\"msg_recv_msg_opt_result_identifier\":\"dave\",\"msg_recv_msg_opt_result_opt\":0}]");
    note_answer("receive-options", answer.json);
    CHECK_INT(TIMMsgSetC2CReceiveMessageOpt("[\"bob\"]", (TIMReceiveMessageOpt)3, answer_take, &answer), TIM_SUCC);
    CHECK_INT(answer_wait(&answer, 2), 114011);
    EXPECT_ANSWER(&answer, TIMConvCreate("ops", kTIMConv_Group, answer_take, &answer), ERR_SUCC);
    EXPECT_JSON(&answer, TIMMsgSetGroupReceiveMessageOpt("ops", kTIMRecvMsgOpt_Not_Receive, answer_take, &answer), ERR_SUCC, "");
    CHECK_INT(json_int(conversation("ops", kTIMConv_Group), kTIMConvRecvOpt), kTIMRecvMsgOpt_Not_Receive);
    finish();

    begin();
    EXPECT_JSON(&answer, TIMMsgGetC2CReceiveMessageOpt("[\"bob\"]", answer_take, &answer), ERR_SUCC,
                "[{\"msg_recv_msg_opt_result_identifier\":\"bob\",\"msg_recv_msg_opt_result_opt\":2}]");
    answer_clear(&answer);
    finish();
}
