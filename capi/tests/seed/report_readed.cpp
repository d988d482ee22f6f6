// What arrived while nobody was there is unread, until its conversation is reported as read up to a message, or wholly.
#include "seed.hpp"

int main() {
    Library library;
    {
        User user2("user2");
        say("user1", kTIMConv_C2C, "one");
        say("user1", kTIMConv_C2C, "two");
    }
    Inbox inbox;
    User user1("user1");
    inbox.wait(2);
    EXPECT_EQUAL(total_unread(), 2);

    const std::string newest = history("user2", kTIMConv_C2C)[0].toStyledString();
    Answer up_to_a_message;
    EXPECT_EQUAL(TIMMsgReportReaded("user2", kTIMConv_C2C, newest.c_str(), Answer::take, &up_to_a_message), TIM_SUCC);
    EXPECT_EQUAL(up_to_a_message.wait(), ERR_SUCC);
    EXPECT_EQUAL(up_to_a_message.text, "");
    EXPECT_EQUAL(total_unread(), 0);
    EXPECT_EQUAL(history("user2", kTIMConv_C2C)[0][kTIMMsgIsRead].asBool(), true);

    Answer too_often;
    EXPECT_EQUAL(TIMMsgReportReaded(nullptr, kTIMConv_C2C, nullptr, Answer::take, &too_often), TIM_SUCC);
    too_often.wait();
    EXPECT(too_often.code == ERR_SUCC || too_often.code == ERR_SDK_COMM_API_CALL_FREQUENCY_LIMIT);
    std::cout << "two were unread, none is" << std::endl;
}
