// Messages of a group with one of two keywords, the newest first.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");
    say("xxxxx", kTIMConv_Group, "here is keyword1");
    say("xxxxx", kTIMConv_Group, "nothing to see");
    say("xxxxx", kTIMConv_Group, "and KEYWORD2 too");
    say("user2", kTIMConv_C2C, "keyword1 elsewhere");

    Json::Value json_search_message_param;
    json_search_message_param[kTIMMsgSearchParamKeywordArray].append("keyword1");
    json_search_message_param[kTIMMsgSearchParamKeywordArray].append("keyword2");
    json_search_message_param[kTIMMsgSearchParamMessageTypeArray].append(kTIMElem_Text);
    json_search_message_param[kTIMMsgSearchParamMessageTypeArray].append(kTIMElem_Image);
    json_search_message_param[kTIMMsgSearchParamConvId] = "xxxxx";
    json_search_message_param[kTIMMsgSearchParamConvType] = kTIMConv_Group;
    json_search_message_param[kTIMMsgSearchParamPageIndex] = 0;
    json_search_message_param[kTIMMsgSearchParamPageSize] = 10;
    Answer one;
    EXPECT_EQUAL(TIMMsgSearchLocalMessages(json_search_message_param.toStyledString().c_str(), Answer::take, &one), TIM_SUCC);
    EXPECT_EQUAL(one.wait(), ERR_SUCC);
    EXPECT_EQUAL(one.json[kTIMMsgSearchResultTotalCount].asInt(), 2);
    const Json::Value item = one.json[kTIMMsgSearchResultItemArray][0];
    EXPECT_EQUAL(item[kTIMMsgSearchResultItemConvId].asString(), "xxxxx");
    EXPECT_EQUAL(item[kTIMMsgSearchResultItemTotalMessageCount].asInt(), 2);
    EXPECT_EQUAL(text_of(item[kTIMMsgSearchResultItemMessageArray][0]), "and KEYWORD2 too");
    EXPECT_EQUAL(text_of(item[kTIMMsgSearchResultItemMessageArray][1]), "here is keyword1");

    // As the printed JSON of the document: without a conversation, which searches all of them.
    json_search_message_param.removeMember(kTIMMsgSearchParamConvId);
    json_search_message_param.removeMember(kTIMMsgSearchParamConvType);
    Answer all;
    EXPECT_EQUAL(TIMMsgSearchLocalMessages(json_search_message_param.toStyledString().c_str(), Answer::take, &all), TIM_SUCC);
    EXPECT_EQUAL(all.wait(), ERR_SUCC);
    EXPECT_EQUAL(all.json[kTIMMsgSearchResultTotalCount].asInt(), 2);
    for (const auto& part : all.json[kTIMMsgSearchResultItemArray]) {
        const bool is_group = part[kTIMMsgSearchResultItemConvType].asInt() == kTIMConv_Group;
        EXPECT_EQUAL(part[kTIMMsgSearchResultItemTotalMessageCount].asInt(), is_group ? 2 : 1);
        EXPECT_EQUAL(part.isMember(kTIMMsgSearchResultItemMessageArray), !is_group);
    }
    std::cout << "two messages, two conversations" << std::endl;
}
