/* Files of messages, and bundles. */
#include "phases.h"
#include "world.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

static void begin(void) {
    start();
    login("alice");
}

void bundles_can_be_opened(void) {
    begin();
    char *bundled = keep_format("[%s,%s]", say("bob", kTIMConv_C2C, "one"), say("bob", kTIMConv_C2C, "two"));
    char *bundle = keep_format("{\"message_elem_array\":[{\"elem_type\":12,\"merge_elem_title\":\"both\",\"merge_elem_abstract_array\":[\"one\",\"two\"],"
                               "\"merge_elem_compatible_text\":\"a bundle\",\"merge_elem_message_array\":%s}]}",
                               bundled);
    struct answer answer = ANSWER;
    /* A list in the element is given back as it is. */
    EXPECT_ANSWER(&answer, TIMMsgDownloadMergerMessage(bundle, answer_take, &answer), ERR_SUCC);
    CHECK_INT(json_count(answer.json), 2);
    CHECK_TEXT(text_of(json_at(answer.json, 0)), "one");

    EXPECT_ANSWER(&answer, TIMMsgSendMessage("carol", kTIMConv_C2C, bundle, NULL, answer_take, &answer), ERR_SUCC);
    char *listed = json_at(history("carol", kTIMConv_C2C), 0);
    CHECK_TEXT(json_text(first_elem(listed), kTIMMergerElemTitle), "both");
    EXPECT_ANSWER(&answer, TIMMsgDownloadMergerMessage(listed, answer_take, &answer), ERR_SUCC);
    CHECK_INT(json_count(answer.json), 2);
    CHECK_TEXT(text_of(json_at(answer.json, 1)), "two");
    note_answer("messages", answer.json);

    EXPECT_ANSWER(&answer, TIMMsgDownloadMergerMessage(text_message("no bundle", ""), answer_take, &answer), ERR_INVALID_PARAMETERS);
    EXPECT_ANSWER(&answer, TIMMsgDownloadMergerMessage("{\"message_elem_array\":[{\"elem_type\":12,\"merge_elem_layer_over_limit\":true}]}", answer_take, &answer),
                  ERR_MERGER_MSG_LAYERS_OVER_LIMIT);
    EXPECT_ANSWER(&answer, TIMMsgDownloadMergerMessage("{\"message_elem_array\":[{\"elem_type\":12}]}", answer_take, &answer), ERR_SDK_INTERNAL_ERROR);
    answer_clear(&answer);
    finish();
}

/* The callbacks of a download: how many, and how it ended. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int times;
    bool over;
    int32_t code;
    long long current, total;
} download = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false, 0, 0, 0};

static void progress(int32_t code, const char *desc, const char *json, const void *user_data) {
    (void)desc;
    CHECK(user_data == &download);
    pthread_mutex_lock(&download.lock);
    CHECK(!download.over);
    download.times++;
    download.code = code;
    if (code == ERR_SUCC) {
        long long current = json_int(json, kTIMMsgDownloadElemResultCurrentSize);
        CHECK(current >= download.current);
        download.current = current;
        download.total = json_int(json, kTIMMsgDownloadElemResultTotalSize);
        note_answer("download-progress", json);
    }
    download.over = code != ERR_SUCC || download.current == download.total;
    pthread_cond_broadcast(&download.changed);
    pthread_mutex_unlock(&download.lock);
}

static int32_t fetch(const char *parameters, const char *path) {
    pthread_mutex_lock(&download.lock);
    download.times = 0;
    download.current = 0;
    download.over = false;
    pthread_mutex_unlock(&download.lock);
    CHECK_INT(TIMMsgDownloadElemToPath(parameters, path, progress, &download), TIM_SUCC);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&download.lock);
    while (!download.over) {
        CHECK_INT(pthread_cond_timedwait(&download.changed, &download.lock, &until), 0);
    }
    int32_t code = download.code;
    pthread_mutex_unlock(&download.lock);
    return code;
}

void files_are_downloaded(void) {
    begin();
    char *original = file_with("plan.txt", "deploy at ten");
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer,
                  TIMMsgSendMessage("bob", kTIMConv_C2C, keep_format("{\"message_elem_array\":[{\"elem_type\":4,\"file_elem_file_path\":\"%s\"}]}", original), NULL,
                                    answer_take, &answer),
                  ERR_SUCC);
    char *elem = first_elem(answer.json);
    CHECK_TEXT(json_text(elem, kTIMFileElemFileName), "plan.txt");
    CHECK_INT(json_int(elem, kTIMFileElemFileSize), 13);
    char *parameters = keep_format("{\"msg_download_elem_param_type\":1,\"msg_download_elem_param_id\":%s,\"msg_download_elem_param_business_id\":%s,"
                                   "\"msg_download_elem_param_url\":%s}",
                                   json_value(elem, kTIMFileElemFileId), json_value(elem, kTIMFileElemBusinessId), json_value(elem, kTIMFileElemUrl));
    char *copy = keep_format("%s/copy.txt", folder());
    CHECK_INT(fetch(parameters, copy), ERR_SUCC);
    CHECK_TEXT(content_of(copy), "deploy at ten");
    CHECK_INT(download.total, 13);
    /* Again, over what is there. */
    CHECK_INT(fetch(parameters, copy), ERR_SUCC);

    CHECK_INT(TIMMsgDownloadElemToPath(parameters, NULL, progress, &download), TIM_ERR_PARAM);
    EXPECT_ANSWER(&answer, TIMMsgDownloadElemToPath("{}", copy, answer_take, &answer), ERR_INVALID_PARAMETERS);
    EXPECT_ANSWER(&answer, TIMMsgDownloadElemToPath("{\"msg_download_elem_param_url\":\"\"}", copy, answer_take, &answer), ERR_INVALID_PARAMETERS);

    /* An address of another kind is nobody's file: nothing of this machine can be had by it. */
    char *secret = keep_format("{\"msg_download_elem_param_url\":\"file://%s\"}", original);
    char *stolen = keep_format("%s/stolen.txt", folder());
    CHECK_INT(fetch(secret, stolen), ERR_FILE_TRANS_DOWNLOAD_FAILED);
    CHECK(access(stolen, F_OK) != 0);
    answer_clear(&answer);
    finish();
}
