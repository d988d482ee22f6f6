// One message to two users: each gets it with an id of its own.
#include "seed.hpp"

int main() {
    Library library;
    {
        User user1("user1");
        Json::Value json_value_elem;
        json_value_elem[kTIMElemType] = TIMElemType::kTIMElem_Text;
        json_value_elem[kTIMTextElemContent] = "this is batch send msg";
        Json::Value json_value_msg;
        json_value_msg[kTIMMsgSender] = "user1";
        json_value_msg[kTIMMsgClientTime] = time(nullptr);
        json_value_msg[kTIMMsgServerTime] = time(nullptr);
        json_value_msg[kTIMMsgElemArray].append(json_value_elem);
        Json::Value json_value_ids(Json::arrayValue);
        json_value_ids.append("user2");
        json_value_ids.append("user3");
        Json::Value json_value_batchsend;
        json_value_batchsend[kTIMMsgBatchSendParamIdentifierArray] = json_value_ids;
        json_value_batchsend[kTIMMsgBatchSendParamMsg] = json_value_msg;

        Answer sent;
        EXPECT_EQUAL(TIMMsgBatchSend(json_value_batchsend.toStyledString().c_str(), Answer::take, &sent), TIM_SUCC);
        EXPECT_EQUAL(sent.wait(), ERR_SUCC);
        EXPECT_EQUAL(sent.json.size(), 2u);
        for (Json::ArrayIndex at = 0; at < 2; ++at) {
            const Json::Value result = sent.json[at];
            EXPECT_EQUAL(result[kTIMMsgBatchSendResultIdentifier], json_value_ids[at]);
            EXPECT_EQUAL(result[kTIMMsgBatchSendResultCode].asInt(), ERR_SUCC);
            EXPECT_EQUAL(result[kTIMMsgBatchSendResultDesc].asString(), "");
            EXPECT_EQUAL(result[kTIMMsgBatchSendResultMsg][kTIMMsgConvId], json_value_ids[at]);
            EXPECT_EQUAL(result[kTIMMsgBatchSendResultMsg][kTIMMsgStatus].asInt(), kTIMMsg_SendSucc);
        }
        EXPECT(sent.json[0][kTIMMsgBatchSendResultMsg][kTIMMsgMsgId] != sent.json[1][kTIMMsgBatchSendResultMsg][kTIMMsgMsgId]);
    }
    Inbox inbox;
    User user3("user3");
    inbox.wait(1);
    EXPECT_EQUAL(text_of(history("user1", kTIMConv_C2C)[0]), "this is batch send msg");
    std::cout << "two got it" << std::endl;
}
