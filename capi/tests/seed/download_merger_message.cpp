// A bundle of messages is sent, and what is in it comes by a call of its own.
#include "seed.hpp"

int main() {
    Library library;
    {
        User user1("user1");
        Json::Value bundled(Json::arrayValue);
        bundled.append(say("ops", kTIMConv_Group, "who deploys?"));
        bundled.append(say("ops", kTIMConv_Group, "I do"));
        Json::Value elem;
        elem[kTIMElemType] = kTIMElem_Merge;
        elem[kTIMMergerElemTitle] = "the deploy";
        elem[kTIMMergerElemAbstractArray].append("user1: who deploys?");
        elem[kTIMMergerElemCompatibleText] = "a bundle of messages";
        elem[kTIMMergerElemMsgArray] = bundled;
        Json::Value message;
        message[kTIMMsgElemArray].append(elem);
        Answer sent;
        EXPECT_EQUAL(TIMMsgSendMessage("user2", kTIMConv_C2C, message.toStyledString().c_str(), nullptr, Answer::take, &sent), TIM_SUCC);
        EXPECT_EQUAL(sent.wait(), ERR_SUCC);
    }
    Inbox inbox;
    User user2("user2");
    inbox.wait(1);
    const Json::Value received = history("user1", kTIMConv_C2C)[0];
    EXPECT_EQUAL(received[kTIMMsgElemArray][0][kTIMMergerElemTitle].asString(), "the deploy");

    Answer answer;
    EXPECT_EQUAL(TIMMsgDownloadMergerMessage(received.toStyledString().c_str(), Answer::take, &answer), TIM_SUCC);
    EXPECT_EQUAL(answer.wait(), ERR_SUCC);
    EXPECT_EQUAL(answer.json.size(), 2u);
    EXPECT_EQUAL(text_of(answer.json[0]), "who deploys?");
    EXPECT_EQUAL(text_of(answer.json[1]), "I do");
    std::cout << "two were bundled" << std::endl;
}
