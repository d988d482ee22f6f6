// The message of the send callback goes into the recall as it came, from inside the callback.
#include "seed.hpp"

namespace {
Answer recalled;
std::string sent_id;
} // namespace

int main() {
    Library library;
    User user1("user1");

    Json::Value json_value_text;
    json_value_text[kTIMElemType] = kTIMElem_Text;
    json_value_text[kTIMTextElemContent] = "send text";
    Json::Value json_value_msg;
    json_value_msg[kTIMMsgElemArray].append(json_value_text);

    int ret = TIMMsgSendNewMsg(
        "test_win_03", kTIMConv_C2C, json_value_msg.toStyledString().c_str(),
        [](int32_t code, const char*, const char* json_param, const void* user_data) {
            EXPECT_EQUAL(code, ERR_SUCC);
            sent_id = parsed(json_param)[kTIMMsgMsgId].asString();
            EXPECT_EQUAL(TIMMsgRevoke("test_win_03", kTIMConv_C2C, json_param, Answer::take, user_data), TIM_SUCC);
        },
        &recalled);
    EXPECT_EQUAL(ret, TIM_SUCC);

    EXPECT_EQUAL(recalled.wait(), ERR_SUCC);
    EXPECT_EQUAL(recalled.text, "");
    EXPECT_EQUAL(found(sent_id)[kTIMMsgStatus].asInt(), kTIMMsg_Revoked);
    EXPECT_EQUAL(history("test_win_03", kTIMConv_C2C).size(), 1u);
    std::cout << "recalled, and still in history" << std::endl;
}
