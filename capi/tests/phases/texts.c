/* Texts and JSON as clients write them: huge, broken, lenient; and as they are answered. */
#include "functions.h"
#include "phases.h"

#include <stdlib.h>
#include <string.h>

static void begin(void) {
    start();
    login("alice");
}

void huge_texts_come_back_whole(void) {
    enum { HUGE = 1500000 };
    begin();
    char *text = keep(malloc(HUGE + 1));
    for (size_t at = 0; at < HUGE; at++) {
        text[at] = (char)('a' + at % 26);
    }
    text[HUGE] = '\0';
    char *saved = save("bob", kTIMConv_C2C, text_message(text, ",\"message_sender\":\"bob\""));
    CHECK(strcmp(text_of(saved), text) == 0);
    CHECK(strcmp(text_of(by_id(json_text(saved, kTIMMsgMsgId))), text) == 0);

    char *enormous = keep(malloc(4 * 1000 * 1000 + 100));
    memset(enormous, 'e', 4 * 1000 * 1000);
    enormous[4 * 1000 * 1000] = '\0';
    struct answer answer = ANSWER;
    CHECK_INT(TIMMsgSaveMsg("bob", kTIMConv_C2C, text_message(enormous, ""), answer_take, &answer), TIM_ERR_JSON);
    /* Before sending, a message has a limit. */
    EXPECT_ANSWER(&answer, TIMMsgSendMessage("bob", kTIMConv_C2C, text_message(text, ""), NULL, answer_take, &answer), ERR_SDK_MSG_BODY_SIZE_LIMIT);
    /* A conversation id may be as long as a store takes it, and is refused beyond that. */
    text[200] = '\0';
    save(text, kTIMConv_C2C, said_by(text, 1700000000, "hello"));
    CHECK_INT(json_count(history(text, kTIMConv_C2C)), 1);
    text[200] = 's';
    for (const struct function *function = functions; function < functions + function_count; function++) {
        if (function->naming == CONVERSATION_ID) {
            check_row(function->name);
            int returned = function->call(text, kTIMConv_C2C, function->json, NULL, NULL);
            CHECK(returned == TIM_SUCC || returned == TIM_ERR_PARAM || returned == TIM_ERR_CONV);
        }
    }
    check_row("");
    answer_clear(&answer);
    finish();
}

static bool is_utf8(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    while (*at != 0) {
        size_t more = *at < 0x80 ? 0 : (*at & 0xe0) == 0xc0 ? 1 : (*at & 0xf0) == 0xe0 ? 2 : (*at & 0xf8) == 0xf0 ? 3 : 9;
        if (more == 9) {
            return false;
        }
        for (at++; more > 0; more--, at++) {
            if ((*at & 0xc0) != 0x80) {
                return false;
            }
        }
    }
    return true;
}

void texts_that_are_not_utf8_do_no_harm(void) {
    static const char *const broken[] = {"\xff", "\xc3", "\xe4\xbd", "\xf0\x9f\x98", "\x80", "\xc0\xaf", "\xed\xa0\x80", "a\xfe" "b"};
    begin();
    struct answer answer = ANSWER;
    for (size_t at = 0; at < sizeof broken / sizeof broken[0]; at++) {
        for (const struct function *function = functions; function < functions + function_count; function++) {
            check_row(function->name);
            /* As the id. */
            answer_clear(&answer);
            if (function->naming == CONVERSATION_ID) {
                int returned = function->call(broken[at], kTIMConv_C2C, function->json, answer_take, &answer);
                CHECK(returned == TIM_SUCC || returned == TIM_ERR_PARAM);
                if (returned == TIM_SUCC) {
                    answer_wait(&answer, 1);
                    CHECK(is_utf8(answer.json) && is_utf8(answer.desc));
                }
            }
            /* As the JSON. */
            answer_clear(&answer);
            if (function->wanting != NOTHING && function->wanting != WHATEVER) {
                int returned = function->call("bob", kTIMConv_C2C, broken[at], answer_take, &answer);
                CHECK(returned == TIM_ERR_JSON || function->wanting == ANYTHING);
                if (returned == TIM_SUCC) {
                    answer_wait(&answer, 1);
                }
            }
        }
        /* Inside a text. */
        check_row("inside a text");
        answer_clear(&answer);
        CHECK_INT(TIMMsgSaveMsg("carol", kTIMConv_C2C, text_message(broken[at], ""), answer_take, &answer), TIM_SUCC);
        CHECK_INT(answer_wait(&answer, 1), ERR_SUCC);
        CHECK(is_utf8(answer.json));
    }
    check_row("");
    CHECK_INT(json_count(history("carol", kTIMConv_C2C)), sizeof broken / sizeof broken[0]);
    answer_clear(&answer);
    finish();
}

static void check_read(const char *json, const char *wanted) {
    check_row(json);
    CHECK_TEXT(text_of(save("bob", kTIMConv_C2C, json)), wanted);
    check_row("");
}

#define ELEM(value) "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":" value "}]}"

void json_is_read_as_leniently_as_clients_write_it(void) {
    begin();
    check_read(" {\n \"message_elem_array\" : [ { \"elem_type\" : 0 , \"text_elem_content\" : \"spaced\" } ] }\n", "spaced");
    check_read("{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"one\"},]}", "one");
    check_read("/* a */{\"message_elem_array\":[{\"elem_type\":0,// b\n\"text_elem_content\":\"comments\"}]}", "comments");
    check_read("{\"message_elem_array\":[{\"text_elem_content\":\"no type\"}]}", "no type");
    check_read("{\"unknown\":{\"a\":[1,2]},\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"unknown keys\"}]}", "unknown keys");
    check_read("{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"first\",\"text_elem_content\":\"last\"}]}", "last");
    check_read(ELEM("\"raw\nline\""), "raw\nline");
    check_read(ELEM("\"\\ud83d\\ude00 smile\""), "\xf0\x9f\x98\x80 smile");
    check_read(ELEM("\"\xf0\x9f\x98\x80 raw\""), "\xf0\x9f\x98\x80 raw");
    check_read(ELEM("7"), "");
    check_read(ELEM("null"), "");

    /* A number where a text belongs and the other way round. */
    char *saved = save("bob", kTIMConv_C2C, text_message("t", ",\"message_custom_int\":\"custom int\",\"message_custom_str\":7"));
    CHECK_INT(json_int(saved, kTIMMsgCustomInt), 0);
    CHECK_TEXT(json_text(saved, kTIMMsgCustomStr), "");
    static const char *const given[] = {"4294967295", "2147483648", "4294967297", "1.5", "-1"};
    static const long long kept[] = {-1, -2147483648LL, 1, 1, -1};
    for (size_t at = 0; at < 5; at++) {
        check_row(given[at]);
        saved = save("bob", kTIMConv_C2C, text_message("t", keep_format(",\"message_custom_int\":%s", given[at])));
        CHECK_INT(json_int(saved, kTIMMsgCustomInt), kept[at]);
    }
    /* Elements that are none are dropped. */
    check_row("dropped");
    saved = save("bob", kTIMConv_C2C, "{\"message_elem_array\":[7,{\"elem_type\":99},{\"elem_type\":-1},{\"elem_type\":0,\"text_elem_content\":\"left\"}]}");
    CHECK_INT(json_count(json_value(saved, kTIMMsgElemArray)), 1);
    CHECK_TEXT(text_of(saved), "left");
    check_row("");
    finish();
}

void json_is_answered_compactly(void) {
    begin();
    struct answer answer = ANSWER;
    EXPECT_JSON(&answer, TIMMsgFindMessages("[\"bob-1-1\"]", answer_take, &answer), ERR_SUCC, "[]");
    EXPECT_JSON(&answer, TIMMsgGetMsgList("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":20}", answer_take, &answer), ERR_SUCC, "[]");
    EXPECT_JSON(&answer, TIMMsgFindByMsgLocatorList("bob", kTIMConv_C2C, "[{}]", answer_take, &answer), ERR_SUCC, "[]");
    EXPECT_JSON(&answer, TIMConvGetConvList(answer_take, &answer), ERR_SUCC, "[]");

    save("bob", kTIMConv_C2C, said_by("bob", 1700000000, "a \\\"b\\\" \\n c"));
    EXPECT_ANSWER(&answer, TIMMsgGetMsgList("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":20}", answer_take, &answer), ERR_SUCC);
    CHECK(strstr(answer.json, "a \\\"b\\\" \\n c") != NULL);
    bool inside = false;
    for (const char *at = answer.json; *at != '\0'; at++) {
        if (*at == '\\') {
            at++;
        } else if (*at == '"') {
            inside = !inside;
        } else {
            CHECK(inside || (*at != ' ' && *at != '\n'));
        }
    }
    answer_clear(&answer);
    finish();
}
