/* What is answered before the library is started, before a login, and after a logout. */
#include "functions.h"
#include "phases.h"

#include <string.h>

static void all_answer(int32_t wanted) {
    struct answer answer = ANSWER;
    for (const struct function *function = functions; function < functions + function_count; function++) {
        check_row(function->name);
        EXPECT_ANSWER(&answer, call_rightly(function, answer_take, &answer), function->needing == NO_LIBRARY ? ERR_SUCC : wanted);
        if (function->needing != NO_LIBRARY) {
            CHECK(answer.desc[0] != '\0');
        }
        if (function->naming == CONVERSATION_ID) {
            CHECK_INT(function->call("", kTIMConv_C2C, function->json, NULL, NULL), TIM_ERR_PARAM);
        }
    }
    check_row("");
    answer_clear(&answer);
}

void before_the_library_is_started_callbacks_say_so(void) {
    all_answer(ERR_SDK_NOT_INITIALIZED);
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMLogin("alice", "signature", answer_take, &answer), ERR_SDK_NOT_INITIALIZED);
    EXPECT_ANSWER(&answer, TIMLogout(answer_take, &answer), ERR_SDK_NOT_INITIALIZED);
    answer_clear(&answer);
    CHECK(TIMGetSDKVersion() != NULL && TIMGetSDKVersion()[0] != '\0');
    CHECK(TIMGetServerTime() > 1700000000);
    CHECK_INT(TIMGetLoginStatus(), kTIMLoginStatus_UnLogined);

    start();
    login("alice");
    finish();
    all_answer(ERR_SDK_NOT_INITIALIZED);
}

void before_a_login_callbacks_say_so(void) {
    start();
    all_answer(ERR_SDK_NOT_LOGGED_IN);
    finish();
}

void after_a_logout_callbacks_say_so(void) {
    start();
    login("alice");
    logout();
    all_answer(ERR_SDK_NOT_LOGGED_IN);
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMLogout(answer_take, &answer), ERR_SDK_NOT_LOGGED_IN);
    answer_clear(&answer);
    finish();
}

void the_state_of_the_login_can_be_asked(void) {
    char user[128];
    CHECK_INT(TIMGetLoginStatus(), kTIMLoginStatus_UnLogined);
    start();
    CHECK_INT(TIMInit(1400000001, NULL), TIM_SUCC);
    CHECK_INT(TIMGetLoginStatus(), kTIMLoginStatus_UnLogined);
    CHECK_INT(TIMGetLoginUserID(user), TIM_SUCC);
    CHECK_TEXT(user, "");

    login("alice");
    CHECK_INT(TIMGetLoginStatus(), kTIMLoginStatus_Logined);
    memset(user, 'x', sizeof user);
    CHECK_INT(TIMGetLoginUserID(user), TIM_SUCC);
    CHECK_TEXT(user, "alice");
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMLogin("bob", "signature", answer_take, &answer), ERR_SDK_ACCOUNT_LOGIN_IN_PROCESS);
    answer_clear(&answer);

    logout();
    CHECK_INT(TIMGetLoginStatus(), kTIMLoginStatus_UnLogined);
    login("bob");
    CHECK_INT(TIMGetLoginUserID(user), TIM_SUCC);
    CHECK_TEXT(user, "bob");
    finish();
    CHECK_INT(TIMGetLoginStatus(), kTIMLoginStatus_UnLogined);
}
