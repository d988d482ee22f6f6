// Sends a message, reads it back and searches for it, by the TIM message API.
//
//     c++ -std=c++17 hello.cpp $(pkg-config --cflags --libs mynah jsoncpp) -pthread -o hello && ./hello FOLDER
#include <TIMCloud.h>

#include <json/json.h>

#include <future>
#include <iostream>
#include <stdexcept>
#include <string>

// Makes a call and waits for the JSON of its answer.
template <typename Call> std::string answer_of(Call call) {
    std::promise<std::string> promise;
    auto answered = [](int32_t code, const char* desc, const char* json_params, const void* user_data) {
        auto* promise = static_cast<std::promise<std::string>*>(const_cast<void*>(user_data));
        if (code == ERR_SUCC) {
            promise->set_value(json_params);
        } else {
            promise->set_exception(std::make_exception_ptr(std::runtime_error(desc)));
        }
    };
    if (call(static_cast<TIMCommCallback>(answered), &promise) != TIM_SUCC) {
        throw std::runtime_error("a call was refused");
    }
    return promise.get_future().get();
}

int main(int argc, char** argv) {
    Json::Value config;
    config[kTIMSdkConfigConfigFilePath] = argc > 1 ? argv[1] : ".";
    if (TIMInit(1400000001, config.toStyledString().c_str()) != TIM_SUCC) {
        return 1;
    }
    answer_of([](auto cb, auto data) { return TIMLogin("alice", "any", cb, data); });

    Json::Value text;
    text[kTIMElemType] = kTIMElem_Text;
    text[kTIMTextElemContent] = "hello from C++";
    Json::Value message;
    message[kTIMMsgElemArray].append(text);
    const std::string json = message.toStyledString();
    std::cout << "sent: " << answer_of([&](auto cb, auto data) { return TIMMsgSendMessage("bob", kTIMConv_C2C, json.c_str(), nullptr, cb, data); }) << "\n";

    Json::Value page;
    page[kTIMMsgGetMsgListParamCount] = 20;
    const std::string twenty = page.toStyledString();
    std::cout << "history: " << answer_of([&](auto cb, auto data) { return TIMMsgGetMsgList("bob", kTIMConv_C2C, twenty.c_str(), cb, data); }) << "\n";

    Json::Value search;
    search[kTIMMsgSearchParamKeywordArray].append("hello");
    const std::string hello = search.toStyledString();
    std::cout << "found: " << answer_of([&](auto cb, auto data) { return TIMMsgSearchLocalMessages(hello.c_str(), cb, data); }) << "\n";
    return TIMUninit();
}
