// Messages that were not sent here come into a conversation as they are, and only once.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");

    Json::Value json_value_elem;
    json_value_elem[kTIMElemType] = TIMElemType::kTIMElem_Text;
    json_value_elem[kTIMTextElemContent] = "this is import msg";
    Json::Value json_value_msg;
    json_value_msg[kTIMMsgSender] = "user1";
    json_value_msg[kTIMMsgClientTime] = 1551446728;
    json_value_msg[kTIMMsgServerTime] = 1551446728;
    json_value_msg[kTIMMsgElemArray].append(json_value_elem);
    Json::Value json_value_msgs;
    json_value_msgs.append(json_value_msg);

    for (int turn = 0; turn < 2; ++turn) {
        Answer imported;
        EXPECT_EQUAL(TIMMsgImportMsgList("user2", kTIMConv_C2C, json_value_msgs.toStyledString().c_str(), Answer::take, &imported), TIM_SUCC);
        EXPECT_EQUAL(imported.wait(), ERR_SUCC);
        EXPECT_EQUAL(imported.text, "");
    }
    const Json::Value messages = history("user2", kTIMConv_C2C);
    EXPECT_EQUAL(messages.size(), 1u);
    EXPECT_EQUAL(text_of(messages[0]), "this is import msg");
    EXPECT_EQUAL(messages[0][kTIMMsgServerTime].asInt64(), 1551446728);
    EXPECT_EQUAL(messages[0][kTIMMsgClientTime].asInt64(), 1551446728);
    EXPECT_EQUAL(messages[0][kTIMMsgStatus].asInt(), kTIMMsg_LocalImported);
    EXPECT_EQUAL(messages[0][kTIMMsgIsFormSelf].asBool(), true);
    std::cout << "imported once, at its own time" << std::endl;
}
