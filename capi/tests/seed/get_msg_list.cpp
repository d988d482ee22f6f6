// Pages of history. Without a start, newer than now is nothing and older than now is everything.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");
    for (const char* text : {"one", "two", "three"}) {
        say("Windows-02", kTIMConv_C2C, text);
    }

    Json::Value json_msg(Json::objectValue);
    Json::Value json_get_msg_param;
    json_get_msg_param[kTIMMsgGetMsgListParamLastMsg] = json_msg;
    json_get_msg_param[kTIMMsgGetMsgListParamIsRamble] = false;
    json_get_msg_param[kTIMMsgGetMsgListParamIsForward] = false;
    json_get_msg_param[kTIMMsgGetMsgListParamCount] = 100;
    Answer older;
    EXPECT_EQUAL(TIMMsgGetMsgList("Windows-02", kTIMConv_C2C, json_get_msg_param.toStyledString().c_str(), Answer::take, &older), TIM_SUCC);
    EXPECT_EQUAL(older.wait(), ERR_SUCC);
    EXPECT_EQUAL(older.json.size(), 3u);
    EXPECT_EQUAL(text_of(older.json[0]), "three");
    EXPECT_EQUAL(text_of(older.json[2]), "one");

    json_get_msg_param[kTIMMsgGetMsgListParamLastMsg] = older.json[2];
    json_get_msg_param[kTIMMsgGetMsgListParamIsForward] = true;
    Answer newer;
    EXPECT_EQUAL(TIMMsgGetMsgList("Windows-02", kTIMConv_C2C, json_get_msg_param.toStyledString().c_str(), Answer::take, &newer), TIM_SUCC);
    EXPECT_EQUAL(newer.wait(), ERR_SUCC);
    EXPECT_EQUAL(newer.json.size(), 2u);
    EXPECT_EQUAL(text_of(newer.json[0]), "two");
    EXPECT_EQUAL(text_of(newer.json[1]), "three");

    Answer unknown;
    EXPECT_EQUAL(TIMMsgGetMsgList("Windows-03", kTIMConv_C2C, json_get_msg_param.toStyledString().c_str(), Answer::take, &unknown), TIM_SUCC);
    EXPECT_EQUAL(unknown.wait(), ERR_SUCC);
    EXPECT_EQUAL(unknown.text, "[]");
    std::cout << "three older, two newer" << std::endl;
}
