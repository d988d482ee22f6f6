// A deleted message leaves history and is still found by its id. An empty message names none.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");
    const Json::Value message = say("user2", kTIMConv_C2C, "delete me");

    Json::Value json_value_msg(Json::objectValue);
    Json::Value json_value_msgdelete;
    json_value_msgdelete[kTIMMsgDeleteParamIsRamble] = false;
    json_value_msgdelete[kTIMMsgDeleteParamMsg] = json_value_msg;
    EXPECT_EQUAL(TIMMsgDelete("user2", kTIMConv_C2C, json_value_msgdelete.toStyledString().c_str(), Answer::take, nullptr), TIM_ERR_JSON);

    json_value_msgdelete[kTIMMsgDeleteParamMsg] = message;
    Answer deleted;
    EXPECT_EQUAL(TIMMsgDelete("user2", kTIMConv_C2C, json_value_msgdelete.toStyledString().c_str(), Answer::take, &deleted), TIM_SUCC);
    EXPECT_EQUAL(deleted.wait(), ERR_SUCC);
    EXPECT_EQUAL(deleted.text, "");
    EXPECT_EQUAL(history("user2", kTIMConv_C2C).size(), 0u);
    EXPECT_EQUAL(found(message[kTIMMsgMsgId].asString())[kTIMMsgStatus].asInt(), kTIMMsg_Deleted);
    std::cout << "deleted" << std::endl;
}
