// What arrives from whom is set for several users at once, and asked for in one call.
#include "seed.hpp"

int main() {
    Library library;
    User me("me");

    Json::Value json_identifier_array(Json::arrayValue);
    json_identifier_array.append("user2");
    Answer set;
    EXPECT_EQUAL(TIMMsgSetC2CReceiveMessageOpt(json_identifier_array.toStyledString().c_str(), kTIMRecvMsgOpt_Not_Receive, Answer::take, &set), TIM_SUCC);
    EXPECT_EQUAL(set.wait(), ERR_SUCC);
    EXPECT_EQUAL(set.text, "");

    json_identifier_array.append("user1");
    Answer got;
    EXPECT_EQUAL(TIMMsgGetC2CReceiveMessageOpt(json_identifier_array.toStyledString().c_str(), Answer::take, &got), TIM_SUCC);
    EXPECT_EQUAL(got.wait(), ERR_SUCC);
    EXPECT_EQUAL(got.json.size(), 2u);
    EXPECT_EQUAL(got.json[0][kTIMMsgGetC2CRecvMsgOptResultIdentifier].asString(), "user1");
    EXPECT_EQUAL(got.json[0][kTIMMsgGetC2CRecvMsgOptResultOpt].asInt(), kTIMRecvMsgOpt_Receive);
    EXPECT_EQUAL(got.json[1][kTIMMsgGetC2CRecvMsgOptResultIdentifier].asString(), "user2");
    EXPECT_EQUAL(got.json[1][kTIMMsgGetC2CRecvMsgOptResultOpt].asInt(), kTIMRecvMsgOpt_Not_Receive);

    Answer both;
    EXPECT_EQUAL(TIMMsgSetC2CReceiveMessageOpt(json_identifier_array.toStyledString().c_str(), kTIMRecvMsgOpt_Receive, Answer::take, &both), TIM_SUCC);
    EXPECT_EQUAL(both.wait(), ERR_SUCC);
    Answer again;
    EXPECT_EQUAL(TIMMsgGetC2CReceiveMessageOpt(json_identifier_array.toStyledString().c_str(), Answer::take, &again), TIM_SUCC);
    EXPECT_EQUAL(again.wait(), ERR_SUCC);
    EXPECT_EQUAL(again.json[1][kTIMMsgGetC2CRecvMsgOptResultOpt].asInt(), kTIMRecvMsgOpt_Receive);
    std::cout << "one option each" << std::endl;
}
