// A list of messages is deleted at once, as it was answered before.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");

    Json::Value json_value_elem;
    json_value_elem[kTIMElemType] = TIMElemType::kTIMElem_Text;
    json_value_elem[kTIMTextElemContent] = "I will be deleted";
    Json::Value json_value_msg;
    json_value_msg[kTIMMsgSender] = "user1";
    json_value_msg[kTIMMsgClientTime] = time(nullptr);
    json_value_msg[kTIMMsgServerTime] = time(nullptr);
    json_value_msg[kTIMMsgElemArray].append(json_value_elem);
    Json::Value json_value_msgs;
    json_value_msgs.append(json_value_msg);
    Answer imported;
    EXPECT_EQUAL(TIMMsgImportMsgList("user2", kTIMConv_C2C, json_value_msgs.toStyledString().c_str(), Answer::take, &imported), TIM_SUCC);
    EXPECT_EQUAL(imported.wait(), ERR_SUCC);
    say("user2", kTIMConv_C2C, "so will I");

    const std::string both = history("user2", kTIMConv_C2C).toStyledString();
    Answer deleted;
    EXPECT_EQUAL(TIMMsgListDelete("user2", kTIMConv_C2C, both.c_str(), Answer::take, &deleted), TIM_SUCC);
    EXPECT_EQUAL(deleted.wait(), ERR_SUCC);
    EXPECT_EQUAL(deleted.text, "");
    EXPECT_EQUAL(history("user2", kTIMConv_C2C).size(), 0u);

    Answer too_soon;
    EXPECT_EQUAL(TIMMsgListDelete("user2", kTIMConv_C2C, both.c_str(), Answer::take, &too_soon), TIM_SUCC);
    EXPECT_EQUAL(too_soon.wait(), ERR_SDK_COMM_API_CALL_FREQUENCY_LIMIT);
    std::cout << "both deleted, and once a second is the limit" << std::endl;
}
