// A text to a peer: its id is known when the call returns, and the callback has the message as it was sent.
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

    const size_t kMessageIDLength = 128;
    char message_id_buffer[kMessageIDLength] = {0};
    Answer sent;
    int ret = TIMMsgSendMessage("user2", kTIMConv_C2C, json_value_msg.toStyledString().c_str(), message_id_buffer, Answer::take, &sent);
    EXPECT_EQUAL(ret, TIM_SUCC);
    const std::string id = message_id_buffer;
    EXPECT_EQUAL(id.rfind("user1-", 0), 0u);

    EXPECT_EQUAL(sent.wait(), ERR_SUCC);
    EXPECT_EQUAL(sent.json[kTIMMsgMsgId].asString(), id);
    EXPECT_EQUAL(sent.json[kTIMMsgStatus].asInt(), kTIMMsg_SendSucc);
    EXPECT_EQUAL(sent.json[kTIMMsgConvId].asString(), "user2");
    EXPECT_EQUAL(sent.json[kTIMMsgConvType].asInt(), kTIMConv_C2C);
    EXPECT_EQUAL(sent.json[kTIMMsgSender].asString(), "user1");
    EXPECT_EQUAL(sent.json[kTIMMsgIsFormSelf].asBool(), true);
    EXPECT_EQUAL(sent.json[kTIMMsgIsRead].asBool(), true);
    EXPECT(sent.json[kTIMMsgServerTime].asInt64() > 0);
    EXPECT_EQUAL(text_of(sent.json), "send text");
    std::cout << "sent under the id that was known at once" << std::endl;
}
