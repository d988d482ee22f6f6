// A file that was sent is downloaded by what its element says, with progress.
#include "seed.hpp"

#include <vector>

namespace {
// All callbacks of one download, the last of which has both sizes equal.
struct Download {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Json::Value> sizes;
    int32_t code = 0;
    bool over = false;
};
} // namespace

int main() {
    Library library;
    const auto original = library.folder() / "report.txt";
    const std::string content(100000, 'x');
    std::ofstream(original) << content;
    {
        User user1("user1");
        Json::Value elem;
        elem[kTIMElemType] = kTIMElem_File;
        elem[kTIMFileElemFilePath] = original.string();
        elem[kTIMFileElemFileName] = "report.txt";
        elem[kTIMFileElemFileSize] = Json::UInt64(content.size());
        Json::Value message;
        message[kTIMMsgElemArray].append(elem);
        Answer sent;
        EXPECT_EQUAL(TIMMsgSendMessage("user2", kTIMConv_C2C, message.toStyledString().c_str(), nullptr, Answer::take, &sent), TIM_SUCC);
        EXPECT_EQUAL(sent.wait(), ERR_SUCC);
    }
    Inbox inbox;
    User user2("user2");
    inbox.wait(1);
    const Json::Value elem = history("user1", kTIMConv_C2C)[0][kTIMMsgElemArray][0];
    EXPECT_EQUAL(elem[kTIMFileElemFileName].asString(), "report.txt");

    Json::Value download_param;
    download_param[kTIMMsgDownloadElemParamFlag] = elem[kTIMFileElemDownloadFlag];
    download_param[kTIMMsgDownloadElemParamType] = kTIMDownload_File;
    download_param[kTIMMsgDownloadElemParamId] = elem[kTIMFileElemFileId];
    download_param[kTIMMsgDownloadElemParamBusinessId] = elem[kTIMFileElemBusinessId];
    download_param[kTIMMsgDownloadElemParamUrl] = elem[kTIMFileElemUrl];
    const auto copy = library.folder() / "copy.txt";
    Download download;
    int ret = TIMMsgDownloadElemToPath(
        download_param.toStyledString().c_str(), copy.string().c_str(),
        [](int32_t code, const char*, const char* json_param, const void* user_data) {
            auto* download = static_cast<Download*>(const_cast<void*>(user_data));
            std::lock_guard<std::mutex> lock(download->mutex);
            const Json::Value sizes = parsed(json_param);
            download->sizes.push_back(sizes);
            download->code = code;
            download->over = code != ERR_SUCC || sizes[kTIMMsgDownloadElemResultCurrentSize] == sizes[kTIMMsgDownloadElemResultTotalSize];
            download->changed.notify_all();
        },
        &download);
    EXPECT_EQUAL(ret, TIM_SUCC);
    {
        std::unique_lock<std::mutex> lock(download.mutex);
        EXPECT(download.changed.wait_for(lock, std::chrono::seconds(30), [&] { return download.over; }));
        EXPECT_EQUAL(download.code, ERR_SUCC);
        EXPECT_EQUAL(download.sizes.back()[kTIMMsgDownloadElemResultTotalSize].asUInt(), content.size());
    }
    std::stringstream copied;
    copied << std::ifstream(copy).rdbuf();
    EXPECT(copied.str() == content);
    std::cout << "downloaded, byte by byte the same" << std::endl;
}
