// A text to a group by the older function, which gives no id before the callback.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");

    Json::Value json_value_text;
    json_value_text[kTIMElemType] = kTIMElem_Text;
    json_value_text[kTIMTextElemContent] = "send text";
    Json::Value json_value_msg;
    json_value_msg[kTIMMsgElemArray].append(json_value_text);
    json_value_msg[kTIMMsgSender] = "user1";
    json_value_msg[kTIMMsgClientTime] = time(nullptr);
    json_value_msg[kTIMMsgServerTime] = time(nullptr);

    Answer sent;
    EXPECT_EQUAL(TIMMsgSendNewMsg("ops", kTIMConv_Group, json_value_msg.toStyledString().c_str(), Answer::take, &sent), TIM_SUCC);
    EXPECT_EQUAL(sent.wait(), ERR_SUCC);
    EXPECT_EQUAL(sent.json[kTIMMsgStatus].asInt(), kTIMMsg_SendSucc);
    EXPECT_EQUAL(sent.json[kTIMMsgConvId].asString(), "ops");
    EXPECT_EQUAL(sent.json[kTIMMsgConvType].asInt(), kTIMConv_Group);
    EXPECT(sent.json.isMember(kTIMMsgSenderGroupMemberInfo));
    EXPECT_EQUAL(text_of(sent.json), "send text");
    EXPECT_EQUAL(history("ops", kTIMConv_Group).size(), 1u);
    std::cout << "sent to a group" << std::endl;
}
