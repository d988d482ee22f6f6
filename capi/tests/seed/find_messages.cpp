// Messages are found by their ids, the oldest first; what looks like an id and is none is left out.
#include "seed.hpp"

int main() {
    Library library;
    User user1("user1");
    const Json::Value first = say("user2", kTIMConv_C2C, "the first");
    const Json::Value second = say("user2", kTIMConv_C2C, "the second");

    Json::Value json_message_id_array;
    json_message_id_array.append(second[kTIMMsgMsgId]);
    json_message_id_array.append("nobody-1551446728-45598731");
    json_message_id_array.append(first[kTIMMsgMsgId]);
    Answer answer;
    EXPECT_EQUAL(TIMMsgFindMessages(json_message_id_array.toStyledString().c_str(), Answer::take, &answer), TIM_SUCC);
    EXPECT_EQUAL(answer.wait(), ERR_SUCC);
    EXPECT_EQUAL(answer.json.size(), 2u);
    EXPECT_EQUAL(answer.json[0], first);
    EXPECT_EQUAL(answer.json[1], second);

    Answer none;
    EXPECT_EQUAL(TIMMsgFindMessages("[\"nobody-1551446728-45598731\",]", Answer::take, &none), TIM_SUCC);
    EXPECT_EQUAL(none.wait(), ERR_SUCC);
    EXPECT_EQUAL(none.text, "[]");

    Answer placeholders;
    EXPECT_EQUAL(TIMMsgFindMessages("[\"id_clienttime_rand_1\", \"id_clienttime_rand_2\",]", Answer::take, &placeholders), TIM_SUCC);
    EXPECT_EQUAL(placeholders.wait(), ERR_INVALID_PARAMETERS);
    std::cout << "found two, the oldest first" << std::endl;
}
