/* What is refused before anything is done: missing texts, unknown types, broken JSON. */
#include "functions.h"
#include "phases.h"

#include <string.h>

/* The callback of a call that must be refused. */
static void never(int32_t code, const char *desc, const char *json, const void *user_data) {
    (void)desc, (void)json, (void)user_data;
    CHECK_INT(code, -12345);
}

#define EACH_FUNCTION(function)                                                                                                                      \
    for (const struct function *function = functions; function < functions + function_count && (check_row(function->name), true); function++)

static void begin(void) {
    start();
    login("alice");
}

/* Ends the library, which waits for what is pending: a callback that must not come would have come. */
static void end(void) {
    check_row("");
    finish();
}

static bool needs_id(const struct function *function) { return function->naming == CONVERSATION_ID || function->naming == PLAIN_ID; }
static bool needs_json(const struct function *function) { return function->wanting != NOTHING && function->wanting != WHATEVER; }

void a_text_that_is_needed_is_refused_when_it_is_null_or_empty(void) {
    begin();
    EACH_FUNCTION(function) {
        if (needs_id(function)) {
            CHECK_INT(function->call(NULL, kTIMConv_C2C, function->json, never, NULL), TIM_ERR_PARAM);
            CHECK_INT(function->call("", kTIMConv_C2C, function->json, never, NULL), TIM_ERR_PARAM);
        }
        if (needs_json(function)) {
            CHECK_INT(function->call("bob", kTIMConv_C2C, NULL, never, NULL), TIM_ERR_PARAM);
            CHECK_INT(function->call("bob", kTIMConv_C2C, "", never, NULL), TIM_ERR_PARAM);
        }
    }
    check_row("TIMLogin");
    CHECK_INT(TIMLogin(NULL, "signature", never, NULL), TIM_ERR_PARAM);
    CHECK_INT(TIMLogin("", "signature", never, NULL), TIM_ERR_PARAM);
    CHECK_INT(TIMLogin("alice", NULL, never, NULL), TIM_ERR_PARAM);
    CHECK_INT(TIMLogin("alice", "", never, NULL), TIM_ERR_PARAM);
    check_row("TIMGetLoginUserID");
    CHECK_INT(TIMGetLoginUserID(NULL), TIM_ERR_PARAM);
    check_row("TIMConvSetDraft");
    CHECK_INT(TIMConvSetDraft(NULL, kTIMConv_C2C, "{\"draft_user_define\":\"d\"}"), TIM_ERR_PARAM);
    CHECK_INT(TIMConvSetDraft("", kTIMConv_C2C, "{\"draft_user_define\":\"d\"}"), TIM_ERR_PARAM);
    CHECK_INT(TIMConvSetDraft("bob", kTIMConv_C2C, NULL), TIM_ERR_PARAM);
    CHECK_INT(TIMConvSetDraft("bob", kTIMConv_C2C, ""), TIM_ERR_PARAM);
    check_row("TIMConvCancelDraft");
    CHECK_INT(TIMConvCancelDraft(NULL, kTIMConv_C2C), TIM_ERR_PARAM);
    CHECK_INT(TIMConvCancelDraft("", kTIMConv_C2C), TIM_ERR_PARAM);
    end();
}

void a_conversation_type_other_than_1_and_2_is_refused(void) {
    static const int types[] = {0, 3, 99, -1};
    begin();
    EACH_FUNCTION(function) {
        for (size_t at = 0; at < sizeof types / sizeof types[0]; at++) {
            if (function->naming == CONVERSATION_ID || function->naming == ANY_CONVERSATION) {
                CHECK_INT(function->call("bob", types[at], function->json, never, NULL), TIM_ERR_PARAM);
            }
        }
    }
    check_row("drafts");
    CHECK_INT(TIMConvSetDraft("bob", kTIMConv_Invalid, "{\"draft_user_define\":\"d\"}"), TIM_ERR_PARAM);
    CHECK_INT(TIMConvCancelDraft("bob", kTIMConv_System), TIM_ERR_PARAM);
    end();
}

void json_that_is_broken_or_of_another_kind_is_refused(void) {
    static const char *const broken[] = {"{", "[", "{]", "nonsense", "{} behind", "[] []", "{'a':1}", "{\"a\":}", "{\"a\":1,}", "\xef\xbb\xbf{}", "{\"a\":\"", "/*"};
    static const char *const no_object[] = {"[]", "[{}]", "1", "\"text\"", "null", "true"};
    static const char *const no_array[] = {"1", "\"text\"", "null", "{}", "{\"a\":1}"};
    begin();
    EACH_FUNCTION(function) {
        if (!needs_json(function) || function->wanting == ANYTHING) {
            continue;
        }
        bool object = function->wanting == AN_OBJECT || function->wanting == EVEN_EMPTY;
        for (size_t at = 0; at < sizeof broken / sizeof broken[0]; at++) {
            CHECK_INT(function->call("bob", kTIMConv_C2C, broken[at], never, NULL), TIM_ERR_JSON);
        }
        for (size_t at = 0; object && at < sizeof no_object / sizeof no_object[0]; at++) {
            CHECK_INT(function->call("bob", kTIMConv_C2C, no_object[at], never, NULL), TIM_ERR_JSON);
        }
        for (size_t at = 0; !object && at < sizeof no_array / sizeof no_array[0]; at++) {
            CHECK_INT(function->call("bob", kTIMConv_C2C, no_array[at], never, NULL), TIM_ERR_JSON);
        }
        if (function->wanting == AN_OBJECT) {
            CHECK_INT(function->call("bob", kTIMConv_C2C, "{}", never, NULL), TIM_ERR_JSON);
        }
        if (function->wanting == AN_ARRAY) {
            CHECK_INT(function->call("bob", kTIMConv_C2C, "[]", never, NULL), TIM_ERR_JSON);
        }
    }
    check_row("TIMMsgDelete");
    CHECK_INT(TIMMsgDelete("bob", kTIMConv_C2C, "{\"msg_delete_param_msg\":{}}", never, NULL), TIM_ERR_JSON);
    check_row("TIMMsgImportMsgList");
    CHECK_INT(TIMMsgImportMsgList("bob", kTIMConv_C2C, "[null]", never, NULL), TIM_ERR_JSON);
    CHECK_INT(TIMMsgImportMsgList("bob", kTIMConv_C2C, "[1,\"text\"]", never, NULL), TIM_ERR_JSON);
    check_row("TIMMsgListDelete");
    CHECK_INT(TIMMsgListDelete("bob", kTIMConv_C2C, "[null]", never, NULL), TIM_ERR_JSON);
    check_row("TIMConvSetDraft");
    CHECK_INT(TIMConvSetDraft("bob", kTIMConv_C2C, "{"), TIM_ERR_JSON);
    end();
}

void a_bad_argument_is_told_before_bad_json(void) {
    begin();
    EACH_FUNCTION(function) {
        if (needs_json(function) && needs_id(function)) {
            CHECK_INT(function->call("", kTIMConv_C2C, "{", never, NULL), TIM_ERR_PARAM);
        }
        if (needs_json(function) && function->naming == CONVERSATION_ID) {
            CHECK_INT(function->call("bob", 7, "{", never, NULL), TIM_ERR_PARAM);
        }
    }
    end();
}

void a_callback_may_be_null(void) {
    begin();
    EACH_FUNCTION(function) { CHECK_INT(call_rightly(function, NULL, NULL), TIM_SUCC); }
    check_row("");
    /* The work was done: a message that was saved without a callback is there. */
    CHECK_INT(TIMMsgSaveMsg("carol", kTIMConv_C2C, text_message("kept", ",\"message_sender\":\"carol\""), NULL, NULL), TIM_SUCC);
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMMsgSaveMsg("carol", kTIMConv_C2C, text_message("behind it", ",\"message_sender\":\"carol\""), answer_take, &answer), ERR_SUCC);
    answer_clear(&answer);
    CHECK_INT(json_count(history("carol", kTIMConv_C2C)), 2);
    end();
}
