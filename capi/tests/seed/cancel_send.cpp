// A message that is being sent is cancelled, unless it has left meanwhile; an id that nobody knows cannot be.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");

    Answer unknown;
    EXPECT_EQUAL(TIMMsgCancelSend("test_win_03", kTIMConv_C2C, "message_id_1", Answer::take, &unknown), TIM_SUCC);
    EXPECT_EQUAL(unknown.wait(), ERR_SDK_INVALID_CANCEL_MESSAGE);
    EXPECT_EQUAL(unknown.text, "{}");

    Json::Value elem;
    elem[kTIMElemType] = kTIMElem_Text;
    elem[kTIMTextElemContent] = "perhaps";
    Json::Value message;
    message[kTIMMsgElemArray].append(elem);
    char id[128] = {0};
    Answer sent;
    Answer cancelled;
    EXPECT_EQUAL(TIMMsgSendMessage("test_win_03", kTIMConv_C2C, message.toStyledString().c_str(), id, Answer::take, &sent), TIM_SUCC);
    EXPECT_EQUAL(TIMMsgCancelSend("test_win_03", kTIMConv_C2C, id, Answer::take, &cancelled), TIM_SUCC);

    if (cancelled.wait() == ERR_SUCC) {
        EXPECT_EQUAL(sent.wait(), ERR_SDK_SEND_MESSAGE_FAILED_WITH_CANCEL);
        EXPECT_EQUAL(found(id)[kTIMMsgStatus].asInt(), kTIMMsg_Cancel);
    } else {
        EXPECT_EQUAL(cancelled.code, ERR_SDK_INVALID_CANCEL_MESSAGE);
        EXPECT_EQUAL(sent.wait(), ERR_SUCC);
        EXPECT_EQUAL(found(id)[kTIMMsgStatus].asInt(), kTIMMsg_SendSucc);
    }
    std::cout << "sent or cancelled, not both" << std::endl;
}
