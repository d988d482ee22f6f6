// Time, seq, rand and direction find exactly one message of a conversation.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");
    const Json::Value message = say("user2", kTIMConv_C2C, "find me");

    Json::Value json_msg_locator;
    json_msg_locator[kTIMMsgLocatorIsRevoked] = false;
    json_msg_locator[kTIMMsgLocatorTime] = message[kTIMMsgServerTime];
    json_msg_locator[kTIMMsgLocatorSeq] = message[kTIMMsgSeq];
    json_msg_locator[kTIMMsgLocatorIsSelf] = true;
    json_msg_locator[kTIMMsgLocatorRand] = message[kTIMMsgRand];
    Json::Value json_msg_locators;
    json_msg_locators.append(json_msg_locator);
    Answer answer;
    EXPECT_EQUAL(TIMMsgFindByMsgLocatorList("user2", kTIMConv_C2C, json_msg_locators.toStyledString().c_str(), Answer::take, &answer), TIM_SUCC);
    EXPECT_EQUAL(answer.wait(), ERR_SUCC);
    EXPECT_EQUAL(answer.json.size(), 1u);
    EXPECT_EQUAL(answer.json[0], message);

    // The numbers of the document are those of no message here.
    json_msg_locators[0][kTIMMsgLocatorTime] = 123;
    json_msg_locators[0][kTIMMsgLocatorSeq] = 1;
    json_msg_locators[0][kTIMMsgLocatorIsSelf] = false;
    json_msg_locators[0][kTIMMsgLocatorRand] = 12345678;
    Answer none;
    EXPECT_EQUAL(TIMMsgFindByMsgLocatorList("user2", kTIMConv_C2C, json_msg_locators.toStyledString().c_str(), Answer::take, &none), TIM_SUCC);
    EXPECT_EQUAL(none.wait(), ERR_SUCC);
    EXPECT_EQUAL(none.text, "[]");
    std::cout << "located" << std::endl;
}
