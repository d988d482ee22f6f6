// Own notes at a message, set inside the callback that listed it. A text where a number belongs counts as 0.
#include "seed.hpp"

namespace {
Answer noted;
} // namespace

int main() {
    Library library;
    User user1("user1");
    say("98826", kTIMConv_C2C, "note this");

    Json::Value json_parameters;
    json_parameters[kTIMMsgGetMsgListParamIsRamble] = true;
    json_parameters[kTIMMsgGetMsgListParamIsForward] = false;
    json_parameters[kTIMMsgGetMsgListParamCount] = 1;
    int ret = TIMMsgGetMsgList(
        "98826", kTIMConv_C2C, json_parameters.toStyledString().c_str(),
        [](int32_t code, const char*, const char* json_params, const void*) {
            EXPECT_EQUAL(code, ERR_SUCC);
            Json::Value json_obj_msg = parsed(json_params)[0];
            json_obj_msg[kTIMMsgCustomStr] = "custom Str";
            json_obj_msg[kTIMMsgCustomInt] = "custom int";
            EXPECT_EQUAL(TIMMsgSetLocalCustomData(json_obj_msg.toStyledString().c_str(), Answer::take, &noted), TIM_SUCC);
        },
        nullptr);
    EXPECT_EQUAL(ret, TIM_SUCC);
    EXPECT_EQUAL(noted.wait(), ERR_SUCC);
    EXPECT_EQUAL(noted.text, "");

    Json::Value message = history("98826", kTIMConv_C2C)[0];
    EXPECT_EQUAL(message[kTIMMsgCustomStr].asString(), "custom Str");
    EXPECT_EQUAL(message[kTIMMsgCustomInt].asInt(), 0);

    message[kTIMMsgCustomInt] = 7;
    Answer number;
    EXPECT_EQUAL(TIMMsgSetLocalCustomData(message.toStyledString().c_str(), Answer::take, &number), TIM_SUCC);
    EXPECT_EQUAL(number.wait(), ERR_SUCC);
    EXPECT_EQUAL(history("98826", kTIMConv_C2C)[0][kTIMMsgCustomInt].asInt(), 7);
    std::cout << "noted" << std::endl;
}
