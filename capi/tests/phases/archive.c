/* What is kept: imported, paged, found, deleted, searched, noted. */
#include "phases.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

enum { THEN = 1700000000 };

static void begin(void) {
    start();
    login("alice");
}

static char *page(const char *conv, TIMConvType type, const char *parameters) {
    struct answer answer = ANSWER;
    check_row(parameters);
    EXPECT_ANSWER(&answer, TIMMsgGetMsgList(conv, type, parameters, answer_take, &answer), ERR_SUCC);
    note_answer("messages", answer.json);
    char *json = keep_copy(answer.json);
    answer_clear(&answer);
    check_row("");
    return json;
}

/* The texts of these messages, one after the other. */
static char *texts(const char *messages) {
    char *all = keep_copy("");
    for (size_t at = 0; at < json_count(messages); at++) {
        all = keep_format("%s%s%s", all, at > 0 ? " " : "", text_of(json_at(messages, at)));
    }
    return all;
}

/* Messages "0", "1" … a minute apart. */
static void import_numbers(const char *conv, TIMConvType type, int count) {
    char *array = keep_copy("[");
    for (int number = 0; number < count; number++) {
        char text[16];
        snprintf(text, sizeof text, "%d", number);
        array = keep_format("%s%s%s", array, number > 0 ? "," : "", said_by("bob", THEN + 60 * number, text));
    }
    import(conv, type, keep_format("%s]", array));
}

void imported_messages_keep_their_time_and_come_once(void) {
    begin();
    char *both = keep_format("[%s,%s]", said_by("bob", THEN, "from bob"), said_by("alice", THEN + 1, "from me"));
    import("bob", kTIMConv_C2C, both);
    import("bob", kTIMConv_C2C, both);
    char *listed = history("bob", kTIMConv_C2C);
    CHECK_TEXT(texts(listed), "from me from bob");
    CHECK(json_bool(json_at(listed, 0), kTIMMsgIsFormSelf) && !json_bool(json_at(listed, 1), kTIMMsgIsFormSelf));
    CHECK_INT(json_int(json_at(listed, 0), kTIMMsgServerTime), THEN + 1);
    CHECK_INT(json_int(json_at(listed, 1), kTIMMsgClientTime), THEN);
    /* What was listed goes back in and changes nothing. */
    import("bob", kTIMConv_C2C, listed);
    CHECK_TEXT(history("bob", kTIMConv_C2C), listed);

    /* Without a sender it is one's own, without a time it is of now. */
    char *saved = save("bob", kTIMConv_C2C, text_message("a note", ""));
    CHECK(json_bool(saved, kTIMMsgIsFormSelf));
    CHECK(json_int(saved, kTIMMsgServerTime) > THEN + 1);
    CHECK_TEXT(by_id(json_text(saved, kTIMMsgMsgId)), saved);
    finish();
}

void an_import_with_an_empty_object_takes_nothing(void) {
    begin();
    struct answer answer = ANSWER;
    char *with_empty = keep_format("[%s,{}]", said_by("bob", THEN, "one"));
    int returned = TIMMsgImportMsgList("bob", kTIMConv_C2C, with_empty, answer_take, &answer);
    CHECK(returned == TIM_ERR_JSON || (returned == TIM_SUCC && answer_wait(&answer, 1) != ERR_SUCC));
    CHECK_INT(json_count(history("bob", kTIMConv_C2C)), 0);
    answer_clear(&answer);
    returned = TIMMsgListDelete("bob", kTIMConv_C2C, "[{}]", answer_take, &answer);
    CHECK(returned == TIM_ERR_JSON || (returned == TIM_SUCC && answer_wait(&answer, 1) != ERR_SUCC));
    /* What is no object is passed over. */
    import("bob", kTIMConv_C2C, keep_format("[null,7,%s]", said_by("bob", THEN, "one")));
    CHECK_INT(json_count(history("bob", kTIMConv_C2C)), 1);
    answer_clear(&answer);
    finish();
}

void history_is_paged_in_both_directions(void) {
    begin();
    import_numbers("bob", kTIMConv_C2C, 7);
    struct answer answer = ANSWER;
    static const char *const countless[] = {"{}", "{\"msg_getmsglist_param_count\":0}", "{\"msg_getmsglist_param_count\":\"20\"}"};
    for (size_t at = 0; at < 3; at++) {
        EXPECT_JSON(&answer, TIMMsgGetMsgList("bob", kTIMConv_C2C, countless[at], answer_take, &answer), ERR_INVALID_PARAMETERS, "[]");
    }
    answer_clear(&answer);
    char *first = page("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":3}");
    CHECK_TEXT(texts(first), "6 5 4");
    char *oldest = json_at(first, 2);
    CHECK_TEXT(texts(page("bob", kTIMConv_C2C, keep_format("{\"msg_getmsglist_param_count\":3,\"msg_getmsglist_param_last_msg\":%s}", oldest))), "3 2 1");
    CHECK_TEXT(texts(page("bob", kTIMConv_C2C,
                          keep_format("{\"msg_getmsglist_param_count\":3,\"msg_getmsglist_param_is_forward\":true,\"msg_getmsglist_param_last_msg\":%s}", oldest))),
               "5 6");
    /* No start is no start, however it is said. */
    static const char *const no_start[] = {"{}", "null", "[]", "\"text\""};
    for (size_t at = 0; at < 4; at++) {
        CHECK_TEXT(texts(page("bob", kTIMConv_C2C, keep_format("{\"msg_getmsglist_param_count\":3,\"msg_getmsglist_param_last_msg\":%s}", no_start[at]))),
                   "6 5 4");
    }
    CHECK_TEXT(page("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":3,\"msg_getmsglist_param_is_forward\":true}"), "[]");
    CHECK_TEXT(texts(page("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":3,\"msg_getmsglist_param_is_remble\":true}")), "6 5 4");
    CHECK_TEXT(texts(page("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":3,\"msg_getmsglist_param_is_ramble\":true}")), "6 5 4");
    CHECK_INT(json_count(page("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":4294967295}")), 7);
    CHECK_INT(json_count(page("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":-1}")), 7);
    CHECK_TEXT(page("c2c_bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":3}"), "[]");
    CHECK_TEXT(page("bob", kTIMConv_Group, "{\"msg_getmsglist_param_count\":3}"), "[]");

    /* Messages of one second are each passed once. */
    char *array = keep_copy("[");
    for (int number = 0; number < 9; number++) {
        char text[16];
        snprintf(text, sizeof text, "s%d", number);
        array = keep_format("%s%s%s", array, number > 0 ? "," : "", said_by("carol", THEN, text));
    }
    import("carol", kTIMConv_C2C, keep_format("%s]", array));
    char *seen = page("carol", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":2}");
    char *all = texts(seen);
    for (int turn = 0; turn < 4; turn++) {
        seen = page("carol", kTIMConv_C2C,
                    keep_format("{\"msg_getmsglist_param_count\":2,\"msg_getmsglist_param_last_msg\":%s}", json_at(seen, json_count(seen) - 1)));
        all = keep_format("%s %s", all, texts(seen));
    }
    CHECK_TEXT(all, "s8 s7 s6 s5 s4 s3 s2 s1 s0");
    check_row("");
    finish();
}

void history_of_a_group_begins_at_a_seq(void) {
    begin();
    import_numbers("ops", kTIMConv_Group, 5);
    char *listed = history("ops", kTIMConv_Group);
    long long middle = json_int(json_at(listed, 2), kTIMMsgSeq);
    CHECK_TEXT(texts(page("ops", kTIMConv_Group, keep_format("{\"msg_getmsglist_param_count\":2,\"msg_getmsglist_param_last_msg_seq\":%lld}", middle))), "2 1");
    CHECK_TEXT(texts(page("ops", kTIMConv_Group,
                          keep_format("{\"msg_getmsglist_param_count\":9,\"msg_getmsglist_param_is_forward\":true,\"msg_getmsglist_param_last_msg_seq\":%lld}", middle))),
               "2 3 4");
    /* The message wins over the seq. */
    CHECK_TEXT(texts(page("ops", kTIMConv_Group,
                          keep_format("{\"msg_getmsglist_param_count\":9,\"msg_getmsglist_param_last_msg_seq\":%lld,\"msg_getmsglist_param_last_msg\":%s}", middle,
                                      json_at(listed, 3)))),
               "0");
    CHECK_TEXT(texts(page("ops", kTIMConv_Group,
                          keep_format("{\"msg_getmsglist_param_count\":9,\"msg_getmsglist_param_message_seq_array\":[%lld,%lld]}", middle, middle + 1))),
               "2 3");
    check_row("");
    finish();
}

void history_can_be_cut_by_time_and_type(void) {
    begin();
    import_numbers("bob", kTIMConv_C2C, 7);
    CHECK_TEXT(texts(page("bob", kTIMConv_C2C,
                          keep_format("{\"msg_getmsglist_param_count\":9,\"msg_getmsglist_param_time_begin\":%d,\"msg_getmsglist_param_time_period\":120}", THEN + 240))),
               "4 3 2");
    CHECK_TEXT(texts(page("bob", kTIMConv_C2C,
                          keep_format("{\"msg_getmsglist_param_count\":9,\"msg_getmsglist_param_is_forward\":true,\"msg_getmsglist_param_time_begin\":%d,"
                                      "\"msg_getmsglist_param_time_period\":60}",
                                      THEN + 240))),
               "4 5");
    save("bob", kTIMConv_C2C, "{\"message_sender\":\"bob\",\"message_elem_array\":[{\"elem_type\":6,\"face_elem_index\":1}]}");
    CHECK_INT(json_count(page("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":9,\"msg_getmsglist_param_message_type_array\":[6]}")), 1);
    CHECK_INT(json_count(page("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":9,\"msg_getmsglist_param_message_type_array\":[0]}")), 7);
    CHECK_INT(json_count(page("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":9,\"msg_getmsglist_param_message_type_array\":[]}")), 8);
    check_row("");
    finish();
}

void messages_are_found_by_their_ids(void) {
    begin();
    import_numbers("bob", kTIMConv_C2C, 3);
    char *listed = history("bob", kTIMConv_C2C);
    char *newest = json_text(json_at(listed, 0), kTIMMsgMsgId), *oldest = json_text(json_at(listed, 2), kTIMMsgMsgId);
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMMsgFindMessages(keep_format("[\"%s\",\"nobody-1-1\",7,null,\"%s\",\"%s\",]", newest, oldest, newest), answer_take, &answer), ERR_SUCC);
    CHECK_TEXT(texts(answer.json), "0 2");
    EXPECT_JSON(&answer, TIMMsgFindMessages("[\"nobody-1-1\"]", answer_take, &answer), ERR_SUCC, "[]");
    static const char *const unfit[] = {"[]", "text", "{}", "[\"id_clienttime_rand_1\"]", "[1,null]", "{"};
    for (size_t at = 0; at < 6; at++) {
        check_row(unfit[at]);
        EXPECT_JSON(&answer, TIMMsgFindMessages(unfit[at], answer_take, &answer), ERR_INVALID_PARAMETERS, "[]");
    }
    check_row("");
    answer_clear(&answer);
    finish();
}

void messages_are_found_by_their_locators(void) {
    begin();
    import_numbers("bob", kTIMConv_C2C, 3);
    char *listed = history("bob", kTIMConv_C2C);
    char *newest = locator_of(json_at(listed, 0)), *oldest = locator_of(json_at(listed, 2));
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMMsgFindByMsgLocatorList("bob", kTIMConv_C2C, keep_format("[%s,%s,%s]", newest, oldest, newest), answer_take, &answer), ERR_SUCC);
    CHECK_TEXT(texts(answer.json), "2 0");
    note_answer("messages", answer.json);
    EXPECT_JSON(&answer, TIMMsgFindByMsgLocatorList("carol", kTIMConv_C2C, keep_format("[%s]", newest), answer_take, &answer), ERR_SUCC, "[]");
    EXPECT_JSON(&answer, TIMMsgFindByMsgLocatorList("bob", kTIMConv_C2C, "[{}]", answer_take, &answer), ERR_SUCC, "[]");
    static const char *const keys[] = {"message_locator_time", "message_locator_seq", "message_locator_rand"};
    for (size_t at = 0; at < 3; at++) {
        check_row(keys[at]);
        char *other = json_with(newest, keys[at], "12345");
        EXPECT_JSON(&answer, TIMMsgFindByMsgLocatorList("bob", kTIMConv_C2C, keep_format("[%s]", other), answer_take, &answer), ERR_SUCC, "[]");
    }
    check_row("is_self");
    EXPECT_JSON(&answer,
                TIMMsgFindByMsgLocatorList("bob", kTIMConv_C2C, keep_format("[%s]", json_with(newest, "message_locator_is_self", "true")), answer_take, &answer),
                ERR_SUCC, "[]");
    static const char *const empty[] = {"[]", "[null]", "[1]"};
    for (size_t at = 0; at < 3; at++) {
        check_row(empty[at]);
        EXPECT_JSON(&answer, TIMMsgFindByMsgLocatorList("bob", kTIMConv_C2C, empty[at], answer_take, &answer), ERR_INVALID_PARAMETERS, "[]");
    }
    check_row("");
    answer_clear(&answer);
    finish();
}

void deleted_messages_leave_history_and_can_be_found(void) {
    begin();
    import_numbers("bob", kTIMConv_C2C, 3);
    char *middle = json_at(history("bob", kTIMConv_C2C), 1);
    char *parameter = keep_format("{\"msg_delete_param_is_remble\":false,\"msg_delete_param_msg\":%s}", middle);
    struct answer answer = ANSWER;
    EXPECT_JSON(&answer, TIMMsgDelete("bob", kTIMConv_C2C, parameter, answer_take, &answer), ERR_SUCC, "");
    CHECK_TEXT(texts(history("bob", kTIMConv_C2C)), "2 0");
    CHECK_INT(json_int(by_id(json_text(middle, kTIMMsgMsgId)), kTIMMsgStatus), kTIMMsg_Deleted);
    EXPECT_ANSWER(&answer, TIMMsgFindByMsgLocatorList("bob", kTIMConv_C2C, keep_format("[%s]", locator_of(middle)), answer_take, &answer), ERR_SUCC);
    CHECK_INT(json_count(answer.json), 1);
    /* Again, and one that is not there, is no fault. */
    EXPECT_JSON(&answer, TIMMsgDelete("bob", kTIMConv_C2C, parameter, answer_take, &answer), ERR_SUCC, "");
    char *unknown = keep_format("{\"msg_delete_param_msg\":%s}", said_by("bob", THEN + 5, "never there"));
    EXPECT_JSON(&answer, TIMMsgDelete("bob", kTIMConv_C2C, unknown, answer_take, &answer), ERR_SUCC, "");
    /* It is a start of a page still. */
    CHECK_TEXT(texts(page("bob", kTIMConv_C2C, keep_format("{\"msg_getmsglist_param_count\":9,\"msg_getmsglist_param_last_msg\":%s}", middle))), "0");
    /* By its id alone. */
    char *id = json_value(json_at(history("bob", kTIMConv_C2C), 0), kTIMMsgMsgId);
    EXPECT_JSON(&answer, TIMMsgDelete("bob", kTIMConv_C2C, keep_format("{\"msg_delete_param_msg\":{\"message_msg_id\":%s}}", id), answer_take, &answer), ERR_SUCC, "");
    CHECK_TEXT(texts(history("bob", kTIMConv_C2C)), "0");

    EXPECT_JSON(&answer, TIMMsgClearHistoryMessage("bob", kTIMConv_C2C, answer_take, &answer), ERR_SUCC, "");
    CHECK_TEXT(history("bob", kTIMConv_C2C), "[]");
    CHECK(conversation("bob", kTIMConv_C2C) != NULL);
    answer_clear(&answer);
    finish();
}

void lists_are_deleted_up_to_fifty_once_a_second(void) {
    begin();
    import_numbers("bob", kTIMConv_C2C, 52);
    char *all = history("bob", kTIMConv_C2C);
    CHECK_INT(json_count(all), 52);
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMMsgListDelete("bob", kTIMConv_C2C, all, answer_take, &answer), ERR_INVALID_PARAMETERS);
    char *fifty = keep_copy("[");
    for (size_t at = 0; at < 50; at++) {
        fifty = keep_format("%s%s%s", fifty, at > 0 ? "," : "", json_at(all, at));
    }
    EXPECT_JSON(&answer, TIMMsgListDelete("bob", kTIMConv_C2C, keep_format("%s]", fifty), answer_take, &answer), ERR_SUCC, "");
    CHECK_TEXT(texts(history("bob", kTIMConv_C2C)), "1 0");
    EXPECT_ANSWER(&answer, TIMMsgListDelete("bob", kTIMConv_C2C, history("bob", kTIMConv_C2C), answer_take, &answer), ERR_SDK_COMM_API_CALL_FREQUENCY_LIMIT);
    CHECK_INT(json_count(history("bob", kTIMConv_C2C)), 2);
    answer_clear(&answer);
    finish();
}

static char *search(const char *parameters) {
    struct answer answer = ANSWER;
    check_row(parameters);
    EXPECT_ANSWER(&answer, TIMMsgSearchLocalMessages(parameters, answer_take, &answer), ERR_SUCC);
    note_answer("search-results", answer.json);
    char *json = keep_copy(answer.json);
    answer_clear(&answer);
    check_row("");
    return json;
}

static char *hits(const char *parameters) {
    char *items = json_value(search(parameters), kTIMMsgSearchResultItemArray);
    CHECK(items != NULL);
    return json_count(items) == 0 ? keep_copy("") : texts(json_value(json_at(items, 0), kTIMMsgSearchResultItemMessageArray));
}

void search_finds_inside_words_in_one_conversation_and_in_all(void) {
    begin();
    import("bob", kTIMConv_C2C, keep_format("[%s,%s,%s]", said_by("bob", THEN, "redeployed"), said_by("alice", THEN + 1, "DEPLOY now"), said_by("bob", THEN + 2, "tea?")));
    import("ops", kTIMConv_Group, keep_format("[%s]", said_by("carol", THEN + 3, "who deploys")));
    import("ops", kTIMConv_Group, "[{\"message_sender\":\"carol\",\"message_server_time\":1700000009,\"message_elem_array\":[{\"elem_type\":4,\"file_elem_file_name\":\"plan.txt\"}]}]");

    char *all = search("{\"msg_search_param_keyword_array\":[\"plo\"]}");
    CHECK_INT(json_int(all, kTIMMsgSearchResultTotalCount), 2);
    char *items = json_value(all, kTIMMsgSearchResultItemArray);
    CHECK_INT(json_count(items), 2);
    for (size_t at = 0; at < 2; at++) {
        char *item = json_at(items, at);
        bool one = strcmp(json_text(item, kTIMMsgSearchResultItemConvId), "ops") == 0;
        CHECK_INT(json_int(item, kTIMMsgSearchResultItemTotalMessageCount), one ? 1 : 2);
        CHECK(json_has(item, kTIMMsgSearchResultItemMessageArray) == one);
    }
#define IN_BOB ",\"msg_search_param_conv_id\":\"bob\",\"msg_search_param_conv_type\":1"
    CHECK_INT(json_int(search("{\"msg_search_param_keyword_array\":[\"plo\"]" IN_BOB "}"), kTIMMsgSearchResultTotalCount), 2);
    CHECK_TEXT(hits("{\"msg_search_param_keyword_array\":[\"plo\"]" IN_BOB "}"), "DEPLOY now redeployed");
    CHECK_TEXT(hits("{\"msg_search_param_keyword_array\":[\"tea\",\"now\"]" IN_BOB "}"), "tea? DEPLOY now");
    CHECK_TEXT(hits("{\"msg_search_param_keyword_array\":[\"deploy\",\"now\"],\"msg_search_param_keyword_list_match_type\":1" IN_BOB "}"), "DEPLOY now");
    CHECK_TEXT(hits("{\"msg_search_param_keyword_array\":[\"e\"],\"msg_search_param_send_indentifier_array\":[\"alice\"]" IN_BOB "}"), "DEPLOY now");
    CHECK_TEXT(hits("{\"msg_search_param_keyword_array\":[\"e\"],\"msg_search_param_send_identifier_array\":[\"alice\"]" IN_BOB "}"), "DEPLOY now");
    CHECK_TEXT(hits("{\"msg_search_param_keyword_array\":[\"e\"],\"msg_search_param_search_time_position\":1700000001,\"msg_search_param_search_time_period\":1" IN_BOB "}"),
               "DEPLOY now redeployed");
    CHECK_TEXT(hits("{\"msg_search_param_keyword_array\":[\"e\"],\"msg_search_param_page_size\":2,\"msg_search_param_page_index\":1" IN_BOB "}"), "redeployed");
    CHECK_TEXT(hits("{\"msg_search_param_keyword_array\":[\"nowhere\"]" IN_BOB "}"), "");
    CHECK_INT(json_int(search("{\"msg_search_param_keyword_array\":[],\"msg_search_param_message_type_array\":[4]}"), kTIMMsgSearchResultTotalCount), 1);
    CHECK_INT(json_int(search("{\"msg_search_param_keyword_array\":[\"plan\"]}"), kTIMMsgSearchResultTotalCount), 1);

    static const char *const unfit[] = {"{}", "{\"msg_search_param_keyword_array\":[]}", "{\"msg_search_param_keyword_array\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]}"};
    struct answer answer = ANSWER;
    for (size_t at = 0; at < 3; at++) {
        check_row(unfit[at]);
        EXPECT_ANSWER(&answer, TIMMsgSearchLocalMessages(unfit[at], answer_take, &answer), ERR_INVALID_PARAMETERS);
        CHECK_INT(json_int(answer.json, kTIMMsgSearchResultTotalCount), 0);
    }
    check_row("");
    answer_clear(&answer);
    finish();
}

void own_notes_stay_with_a_message(void) {
    begin();
    char *saved = save("bob", kTIMConv_C2C, said_by("bob", THEN, "note this"));
    char *noted = json_with(json_with(saved, kTIMMsgCustomInt, "7"), kTIMMsgCustomStr, "\"seven\"");
    struct answer answer = ANSWER;
    EXPECT_JSON(&answer, TIMMsgSetLocalCustomData(noted, answer_take, &answer), ERR_SUCC, "");
    char *now = by_id(json_text(saved, kTIMMsgMsgId));
    CHECK_INT(json_int(now, kTIMMsgCustomInt), 7);
    CHECK_TEXT(json_text(now, kTIMMsgCustomStr), "seven");
    CHECK_TEXT(text_of(now), "note this");
    CHECK_INT(json_int(now, kTIMMsgServerTime), THEN);
    EXPECT_JSON(&answer, TIMMsgSetLocalCustomData(json_with(now, kTIMMsgCustomInt, "\"custom int\""), answer_take, &answer), ERR_SUCC, "");
    now = by_id(json_text(saved, kTIMMsgMsgId));
    CHECK_INT(json_int(now, kTIMMsgCustomInt), 0);
    CHECK_TEXT(json_text(now, kTIMMsgCustomStr), "seven");
    EXPECT_JSON(&answer, TIMMsgSetLocalCustomData(said_by("bob", THEN + 9, "unknown"), answer_take, &answer), ERR_SUCC, "");
    answer_clear(&answer);
    finish();
}
