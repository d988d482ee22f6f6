// One call reads everything, peers and groups.
#include "seed.hpp"

int main() {
    Library library;
    {
        User user1("user1");
        say("ops", kTIMConv_Group, "user1 joins by speaking");
    }
    {
        User user2("user2");
        say("user1", kTIMConv_C2C, "to you");
        say("ops", kTIMConv_Group, "to all");
    }
    Inbox inbox;
    User user1("user1");
    inbox.wait(2);
    EXPECT_EQUAL(total_unread(), 2);

    Answer read;
    EXPECT_EQUAL(TIMMsgMarkAllMessageAsRead(Answer::take, &read), TIM_SUCC);
    EXPECT_EQUAL(read.wait(), ERR_SUCC);
    EXPECT_EQUAL(read.text, "");
    EXPECT_EQUAL(total_unread(), 0);
    std::cout << "a peer and a group are read" << std::endl;
}
