// The option of a group is read back with its conversation.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");
    say("group_id", kTIMConv_Group, "I am in");

    Answer set;
    EXPECT_EQUAL(TIMMsgSetGroupReceiveMessageOpt("group_id", kTIMRecvMsgOpt_Not_Notify, Answer::take, &set), TIM_SUCC);
    EXPECT_EQUAL(set.wait(), ERR_SUCC);
    EXPECT_EQUAL(set.text, "");

    Json::Value conversation;
    conversation[kTIMGetConversationListParamConvId] = "group_id";
    conversation[kTIMGetConversationListParamConvType] = kTIMConv_Group;
    Json::Value conversations;
    conversations.append(conversation);
    Answer info;
    EXPECT_EQUAL(TIMConvGetConvInfo(conversations.toStyledString().c_str(), Answer::take, &info), TIM_SUCC);
    EXPECT_EQUAL(info.wait(), ERR_SUCC);
    EXPECT_EQUAL(info.json.size(), 1u);
    EXPECT_EQUAL(info.json[0][kTIMConvRecvOpt].asInt(), kTIMRecvMsgOpt_Not_Notify);
    std::cout << "the group does not notify" << std::endl;
}
