#define _GNU_SOURCE

#include "world.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct timespec deadline(void) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += PATIENCE_S;
    return at;
}

void answer_take(int32_t code, const char *desc, const char *json, const void *user_data) {
    struct answer *answer = (struct answer *)user_data;
    CHECK(desc != NULL && json != NULL);
    pthread_mutex_lock(&answer->lock);
    free(answer->desc);
    free(answer->json);
    answer->code = code;
    answer->desc = strdup(desc);
    answer->json = strdup(json);
    answer->thread = pthread_self();
    answer->times++;
    pthread_cond_broadcast(&answer->changed);
    pthread_mutex_unlock(&answer->lock);
}

int32_t answer_wait(struct answer *answer, int times) {
    struct timespec until = deadline();
    pthread_mutex_lock(&answer->lock);
    while (answer->times < times) {
        CHECK_INT(pthread_cond_timedwait(&answer->changed, &answer->lock, &until), 0);
    }
    CHECK_INT(answer->times, times);
    int32_t code = answer->code;
    pthread_mutex_unlock(&answer->lock);
    return code;
}

void answer_clear(struct answer *answer) {
    pthread_mutex_lock(&answer->lock);
    free(answer->desc);
    free(answer->json);
    answer->desc = NULL;
    answer->json = NULL;
    answer->times = 0;
    pthread_mutex_unlock(&answer->lock);
}

static char folder_path[4096] = "";

const char *folder(void) {
    if (folder_path[0] == '\0') {
        const char *base = getenv("TMPDIR");
        snprintf(folder_path, sizeof folder_path, "%s/mynah-phase-XXXXXX", base ? base : "/tmp");
        CHECK(mkdtemp(folder_path) != NULL);
    }
    return folder_path;
}

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *walk) {
    (void)info, (void)flag, (void)walk;
    return remove(path);
}

void remove_folder(void) {
    if (folder_path[0] != '\0') {
        nftw(folder_path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        folder_path[0] = '\0';
    }
}

char *file_with(const char *name, const char *content) {
    char *path = keep_format("%s/%s", folder(), name);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK(fputs(content, file) >= 0);
    CHECK_INT(fclose(file), 0);
    return path;
}

char *content_of(const char *path) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    char *content = keep(calloc(1, 1 << 20));
    CHECK(fread(content, 1, (1 << 20) - 1, file) < (1 << 20) - 1);
    fclose(file);
    return content;
}

void start(void) { start_with(keep_format("{\"sdk_config_config_file_path\":\"%s\"}", folder())); }

void start_with(const char *config) { CHECK_INT(TIMInit(1400000001, config), TIM_SUCC); }

void finish(void) { CHECK_INT(TIMUninit(), TIM_SUCC); }

void login(const char *user) {
    struct answer answer = ANSWER;
    EXPECT_JSON(&answer, TIMLogin(user, "signature", answer_take, &answer), ERR_SUCC, "");
    answer_clear(&answer);
}

void logout(void) {
    struct answer answer = ANSWER;
    EXPECT_JSON(&answer, TIMLogout(answer_take, &answer), ERR_SUCC, "");
    answer_clear(&answer);
}

char *text_message(const char *text, const char *more) {
    return keep_format("{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"%s\"}]%s}", text, more);
}

char *said_by(const char *sender, long long time, const char *text) {
    return text_message(text, keep_format(",\"message_sender\":\"%s\",\"message_client_time\":%lld,\"message_server_time\":%lld", sender, time, time));
}

/* The answer of a call that must succeed, kept. */
#define KEPT(call)                                                                                                                                   \
    struct answer answer = ANSWER;                                                                                                                   \
    EXPECT_ANSWER(&answer, call, ERR_SUCC);                                                                                                          \
    char *json = keep_copy(answer.json);                                                                                                             \
    answer_clear(&answer)

char *say(const char *conv, TIMConvType type, const char *text) {
    KEPT(TIMMsgSendMessage(conv, type, text_message(text, ""), NULL, answer_take, &answer));
    CHECK_INT(json_int(json, kTIMMsgStatus), kTIMMsg_SendSucc);
    return json;
}

char *save(const char *conv, TIMConvType type, const char *message) {
    KEPT(TIMMsgSaveMsg(conv, type, message, answer_take, &answer));
    return json;
}

void import(const char *conv, TIMConvType type, const char *array) {
    KEPT(TIMMsgImportMsgList(conv, type, array, answer_take, &answer));
    CHECK_TEXT(json, "");
}

char *history(const char *conv, TIMConvType type) {
    KEPT(TIMMsgGetMsgList(conv, type, "{\"msg_getmsglist_param_count\":100}", answer_take, &answer));
    return json;
}

char *by_id(const char *id) {
    KEPT(TIMMsgFindMessages(keep_format("[\"%s\"]", id), answer_take, &answer));
    CHECK_INT(json_count(json), 1);
    return json_at(json, 0);
}

char *locator_of(const char *message) {
    return keep_format("{\"message_locator_time\":%lld,\"message_locator_seq\":%lld,\"message_locator_rand\":%lld,\"message_locator_is_self\":%s}",
                       json_int(message, kTIMMsgServerTime), json_int(message, kTIMMsgSeq), json_int(message, kTIMMsgRand),
                       json_bool(message, kTIMMsgIsFormSelf) ? "true" : "false");
}

int total_unread(void) {
    KEPT(TIMConvGetTotalUnreadMessageCount(answer_take, &answer));
    return (int)json_int(json, kTIMConvGetTotalUnreadMessageCountResultUnreadCount);
}

char *conversation(const char *conv, TIMConvType type) {
    KEPT(TIMConvGetConvInfo(
        keep_format("[{\"get_conversation_list_param_conv_id\":\"%s\",\"get_conversation_list_param_conv_type\":%d}]", conv, (int)type), answer_take,
        &answer));
    return json_count(json) == 0 ? NULL : json_at(json, 0);
}

char *first_elem(const char *message) { return json_at(json_value(message, kTIMMsgElemArray), 0); }

char *text_of(const char *message) { return json_text(first_elem(message), kTIMTextElemContent); }

static struct diary diary = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, {0}, {0}};

static void write_down(char kind, const char *json) {
    pthread_mutex_lock(&diary.lock);
    CHECK(diary.count < sizeof diary.kind);
    diary.kind[diary.count] = kind;
    diary.json[diary.count] = strdup(json);
    diary.count++;
    pthread_cond_broadcast(&diary.changed);
    pthread_mutex_unlock(&diary.lock);
}

static void on_message(const char *json, const void *user_data) {
    CHECK(user_data == &diary);
    write_down(ARRIVED, json);
}
static void on_read(const char *json, const void *user_data) {
    CHECK(user_data == &diary);
    write_down(READ, json);
}
static void on_recall(const char *json, const void *user_data) {
    CHECK(user_data == &diary);
    write_down(RECALLED, json);
}
static void on_change(const char *json, const void *user_data) {
    CHECK(user_data == &diary);
    write_down(CHANGED, json);
}
static void on_conversation(enum TIMConvEvent event, const char *json, const void *user_data) {
    CHECK(user_data == &diary);
    char entry[64];
    snprintf(entry, sizeof entry, "{\"event\":%d,\"count\":%zu}", (int)event, json[0] == '\0' ? (size_t)0 : json_count(json));
    CHECK((event == kTIMConvEvent_Start || event == kTIMConvEvent_Finish) == (json[0] == '\0'));
    write_down(CONVERSATION, entry);
}
static void on_unread(int count, const void *user_data) {
    CHECK(user_data == &diary);
    char entry[32];
    snprintf(entry, sizeof entry, "{\"unread\":%d}", count);
    write_down(UNREAD, entry);
}
static void on_network(enum TIMNetworkStatus status, int32_t code, const char *desc, const void *user_data) {
    CHECK(user_data == &diary && desc != NULL);
    char entry[64];
    snprintf(entry, sizeof entry, "{\"status\":%d,\"code\":%d}", (int)status, (int)code);
    write_down(NETWORK, entry);
}

struct diary *keep_diary(void) {
    TIMAddRecvNewMsgCallback(on_message, &diary);
    TIMSetMsgReadedReceiptCallback(on_read, &diary);
    TIMSetMsgRevokeCallback(on_recall, &diary);
    TIMSetMsgUpdateCallback(on_change, &diary);
    TIMSetConvEventCallback(on_conversation, &diary);
    TIMSetConvTotalUnreadMessageCountChangedCallback(on_unread, &diary);
    TIMSetNetworkStatusListenerCallback(on_network, &diary);
    return &diary;
}

void close_diary(void) {
    TIMRemoveRecvNewMsgCallback(on_message);
    TIMSetMsgReadedReceiptCallback(NULL, NULL);
    TIMSetMsgRevokeCallback(NULL, NULL);
    TIMSetMsgUpdateCallback(NULL, NULL);
    TIMSetConvEventCallback(NULL, NULL);
    TIMSetConvTotalUnreadMessageCountChangedCallback(NULL, NULL);
    TIMSetNetworkStatusListenerCallback(NULL, NULL);
    pthread_mutex_lock(&diary.lock);
    for (size_t at = 0; at < diary.count; at++) {
        free(diary.json[at]);
    }
    diary.count = 0;
    pthread_mutex_unlock(&diary.lock);
}

static char *entry(char kind, size_t n) {
    for (size_t at = 0; at < diary.count; at++) {
        if (diary.kind[at] == kind && n-- == 0) {
            return diary.json[at];
        }
    }
    return NULL;
}

char *diary_wait(char kind, size_t n) {
    struct timespec until = deadline();
    pthread_mutex_lock(&diary.lock);
    while (entry(kind, n) == NULL) {
        CHECK_INT(pthread_cond_timedwait(&diary.changed, &diary.lock, &until), 0);
    }
    char *json = keep_copy(entry(kind, n));
    pthread_mutex_unlock(&diary.lock);
    return json;
}

size_t diary_count(char kind) {
    size_t count = 0;
    pthread_mutex_lock(&diary.lock);
    for (size_t at = 0; at < diary.count; at++) {
        count += diary.kind[at] == kind;
    }
    pthread_mutex_unlock(&diary.lock);
    return count;
}

void note_answer(const char *schema, const char *json) {
    const char *path = getenv("MYNAH_ANSWERS");
    if (path != NULL) {
        FILE *file = fopen(path, "ab");
        CHECK(file != NULL);
        CHECK(fprintf(file, "%s\t%s\n", schema, json) > 0);
        CHECK_INT(fclose(file), 0);
    }
}
