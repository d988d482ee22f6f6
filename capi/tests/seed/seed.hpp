// What the programs of this folder share: a library in a folder of its own, users who log in, and the answers of calls.
#pragma once

#include "TIMCloud.h"

#include <json/json.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>

// Ends the program at the first thing that is not as it should be.
template <typename A, typename B> void expect_equal(const A& found, const B& wanted, const char* what, const char* file, int line) {
    if (!(found == wanted)) {
        std::cerr << file << ":" << line << ": " << what << " is\n  " << found << "\nand should be\n  " << wanted << std::endl;
        std::_Exit(1);
    }
}
#define EXPECT_EQUAL(found, wanted) expect_equal(found, wanted, #found, __FILE__, __LINE__)
#define EXPECT(condition) expect_equal(static_cast<bool>(condition), true, #condition, __FILE__, __LINE__)

inline Json::Value parsed(const std::string& text) {
    Json::Value value;
    std::string problem;
    std::istringstream stream(text);
    if (!text.empty() && !Json::parseFromStream(Json::CharReaderBuilder(), stream, &value, &problem)) {
        std::cerr << "an answer is no JSON: " << problem << std::endl;
        std::_Exit(1);
    }
    return value;
}

// The answer of one call: pass `Answer::take` as its callback and a pointer to it as its user data, then wait.
struct Answer {
    int32_t code = -1;
    std::string desc;
    std::string text;
    Json::Value json;

    static void take(int32_t code, const char* desc, const char* json_param, const void* user_data) {
        auto* answer = static_cast<Answer*>(const_cast<void*>(user_data));
        std::lock_guard<std::mutex> lock(answer->mutex_);
        answer->code = code;
        answer->desc = desc;
        answer->text = json_param;
        answer->json = parsed(answer->text);
        ++answer->times_;
        answer->changed_.notify_all();
    }

    // Waits for the answer and gives its code.
    int32_t wait() {
        std::unique_lock<std::mutex> lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(30), [this] { return times_ > 0; })) {
            std::cerr << "a callback did not come within 30 seconds" << std::endl;
            std::_Exit(1);
        }
        return code;
    }

  private:
    int times_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
};

// The messages that arrive while it lives.
class Inbox {
  public:
    Inbox() { TIMAddRecvNewMsgCallback(take, this); }
    ~Inbox() { TIMRemoveRecvNewMsgCallback(take); }

    // Waits until as many have arrived.
    void wait(Json::ArrayIndex count) {
        std::unique_lock<std::mutex> lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(30), [this, count] { return messages_.size() >= count; })) {
            std::cerr << messages_.size() << " of " << count << " messages arrived within 30 seconds" << std::endl;
            std::_Exit(1);
        }
    }

  private:
    static void take(const char* json_msg_array, const void* user_data) {
        auto* inbox = static_cast<Inbox*>(const_cast<void*>(user_data));
        std::lock_guard<std::mutex> lock(inbox->mutex_);
        for (const auto& message : parsed(json_msg_array)) {
            inbox->messages_.append(message);
        }
        inbox->changed_.notify_all();
    }

    Json::Value messages_{Json::arrayValue};
    std::mutex mutex_;
    std::condition_variable changed_;
};

// A library in a folder of its own, which goes with it.
class Library {
  public:
    Library() {
        std::string form = (std::filesystem::temp_directory_path() / "mynah-seed-XXXXXX").string();
        EXPECT(mkdtemp(form.data()) != nullptr);
        folder_ = form;
        Json::Value config;
        config[kTIMSdkConfigConfigFilePath] = form;
        config[kTIMSdkConfigLogFilePath] = form;
        EXPECT_EQUAL(TIMInit(1400000001, config.toStyledString().c_str()), TIM_SUCC);
    }
    ~Library() {
        EXPECT_EQUAL(TIMUninit(), TIM_SUCC);
        std::filesystem::remove_all(folder_);
    }

    const std::filesystem::path& folder() const { return folder_; }

  private:
    std::filesystem::path folder_;
};

// A user who is logged in.
class User {
  public:
    explicit User(const std::string& id) {
        Answer login;
        EXPECT_EQUAL(TIMLogin(id.c_str(), "signature", Answer::take, &login), TIM_SUCC);
        EXPECT_EQUAL(login.wait(), ERR_SUCC);
    }
    ~User() {
        Answer logout;
        EXPECT_EQUAL(TIMLogout(Answer::take, &logout), TIM_SUCC);
        EXPECT_EQUAL(logout.wait(), ERR_SUCC);
    }
};

// Sends a text and gives the message as it was answered.
inline Json::Value say(const std::string& conv_id, TIMConvType conv_type, const std::string& text) {
    Json::Value elem;
    elem[kTIMElemType] = kTIMElem_Text;
    elem[kTIMTextElemContent] = text;
    Json::Value message;
    message[kTIMMsgElemArray].append(elem);
    Answer sent;
    EXPECT_EQUAL(TIMMsgSendMessage(conv_id.c_str(), conv_type, message.toStyledString().c_str(), nullptr, Answer::take, &sent), TIM_SUCC);
    EXPECT_EQUAL(sent.wait(), ERR_SUCC);
    return sent.json;
}

// The newest messages of a conversation, the newest first.
inline Json::Value history(const std::string& conv_id, TIMConvType conv_type) {
    Json::Value page;
    page[kTIMMsgGetMsgListParamCount] = 100;
    Answer listed;
    EXPECT_EQUAL(TIMMsgGetMsgList(conv_id.c_str(), conv_type, page.toStyledString().c_str(), Answer::take, &listed), TIM_SUCC);
    EXPECT_EQUAL(listed.wait(), ERR_SUCC);
    return listed.json;
}

// The message with this id, as it is now.
inline Json::Value found(const std::string& id) {
    Json::Value ids;
    ids.append(id);
    Answer answer;
    EXPECT_EQUAL(TIMMsgFindMessages(ids.toStyledString().c_str(), Answer::take, &answer), TIM_SUCC);
    EXPECT_EQUAL(answer.wait(), ERR_SUCC);
    EXPECT_EQUAL(answer.json.size(), 1u);
    return answer.json[0];
}

// How many messages are unread in all.
inline int total_unread() {
    Answer answer;
    EXPECT_EQUAL(TIMConvGetTotalUnreadMessageCount(Answer::take, &answer), TIM_SUCC);
    EXPECT_EQUAL(answer.wait(), ERR_SUCC);
    return answer.json[kTIMConvGetTotalUnreadMessageCountResultUnreadCount].asInt();
}

// The text of a message's first element.
inline std::string text_of(const Json::Value& message) { return message[kTIMMsgElemArray][0][kTIMTextElemContent].asString(); }
