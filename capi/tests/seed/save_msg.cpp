// A notice that only this user sees: saved into a conversation, never sent.
#include "seed.hpp"

int main() {
    Library library;
    {
        User user1("user1");
        Json::Value elem;
        elem[kTIMElemType] = kTIMElem_Text;
        elem[kTIMTextElemContent] = "you are friends now";
        Json::Value message;
        message[kTIMMsgSender] = "user2";
        message[kTIMMsgElemArray].append(elem);

        Answer saved;
        EXPECT_EQUAL(TIMMsgSaveMsg("user2", kTIMConv_C2C, message.toStyledString().c_str(), Answer::take, &saved), TIM_SUCC);
        EXPECT_EQUAL(saved.wait(), ERR_SUCC);
        EXPECT_EQUAL(saved.json[kTIMMsgStatus].asInt(), kTIMMsg_LocalImported);
        EXPECT_EQUAL(saved.json[kTIMMsgIsFormSelf].asBool(), false);
        EXPECT_EQUAL(text_of(history("user2", kTIMConv_C2C)[0]), "you are friends now");
    }
    User user2("user2");
    EXPECT_EQUAL(history("user1", kTIMConv_C2C).size(), 0u);
    std::cout << "saved here, and nowhere else" << std::endl;
}
