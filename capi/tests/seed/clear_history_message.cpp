// Clearing takes all messages of a conversation; the conversation stays.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");
    say("user2", kTIMConv_C2C, "one");
    say("user2", kTIMConv_C2C, "two");

    Answer cleared;
    EXPECT_EQUAL(TIMMsgClearHistoryMessage("user2", kTIMConv_C2C, Answer::take, &cleared), TIM_SUCC);
    EXPECT_EQUAL(cleared.wait(), ERR_SUCC);
    EXPECT_EQUAL(cleared.text, "");
    EXPECT_EQUAL(history("user2", kTIMConv_C2C).size(), 0u);

    Answer conversations;
    EXPECT_EQUAL(TIMConvGetConvList(Answer::take, &conversations), TIM_SUCC);
    EXPECT_EQUAL(conversations.wait(), ERR_SUCC);
    EXPECT_EQUAL(conversations.json.size(), 1u);
    EXPECT_EQUAL(conversations.json[0][kTIMConvId].asString(), "user2");
    EXPECT_EQUAL(conversations.json[0][kTIMConvIsHasLastMsg].asBool(), false);
    std::cout << "cleared" << std::endl;
}
