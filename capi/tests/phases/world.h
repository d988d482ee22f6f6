/* A library in a folder of its own, users who log in, and answers that are waited for without sleeping. */
#ifndef WORLD_H
#define WORLD_H

#include "TIMCloud.h"
#include "check.h"

#include <pthread.h>

/* How long anything is waited for. */
enum { PATIENCE_S = 60 };

/* The answers of calls that were given it as user data: the last one, and how many came. */
struct answer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int times;
    int32_t code;
    char *desc;
    char *json;
    pthread_t thread;
};
#define ANSWER {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, NULL, NULL, (pthread_t)0}

void answer_take(int32_t code, const char *desc, const char *json, const void *user_data);
/* Waits for the given number of answers, and gives the code of the last one. */
int32_t answer_wait(struct answer *answer, int times);
/* Forgets what came. */
void answer_clear(struct answer *answer);

/* The call returns 0, its one answer has this code. */
#define EXPECT_ANSWER(answer, call, wanted)                                                                                                          \
    do {                                                                                                                                             \
        answer_clear(answer);                                                                                                                        \
        CHECK_INT((call), TIM_SUCC);                                                                                                                 \
        CHECK_INT(answer_wait((answer), 1), (wanted));                                                                                               \
    } while (0)
/* The same, and the answer is this text. */
#define EXPECT_JSON(answer, call, wanted, text)                                                                                                      \
    do {                                                                                                                                             \
        EXPECT_ANSWER(answer, call, wanted);                                                                                                         \
        CHECK_TEXT((answer)->json, (text));                                                                                                          \
    } while (0)

/* The folder of this program, made at the first call. */
const char *folder(void);
void remove_folder(void);
char *file_with(const char *name, const char *content);
char *content_of(const char *path);

void start(void);
void start_with(const char *config);
void finish(void);
void login(const char *user);
void logout(void);

/* The JSON of a text message; `more` is "" or further keys that begin with a comma. */
char *text_message(const char *text, const char *more);
/* An imported message of another: sender, time. */
char *said_by(const char *sender, long long time, const char *text);

/* Each checks that it worked, and gives the message as it is, kept. */
char *say(const char *conv, TIMConvType type, const char *text);
char *save(const char *conv, TIMConvType type, const char *message);
void import(const char *conv, TIMConvType type, const char *array);
/* The newest messages, the newest first. */
char *history(const char *conv, TIMConvType type);
char *by_id(const char *id);
/* The locator of a message. */
char *locator_of(const char *message);
int total_unread(void);
/* The ConvInfo of a conversation, or NULL. */
char *conversation(const char *conv, TIMConvType type);
char *first_elem(const char *message);
/* The text of the first element. */
char *text_of(const char *message);

/* What the setters of callbacks are told, in its order: a letter for the kind, and the JSON. */
struct diary {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t count;
    char kind[4096];
    char *json[4096];
};
enum { ARRIVED = 'm', READ = 'r', RECALLED = 'x', CHANGED = 'u', CONVERSATION = 'c', UNREAD = 't', NETWORK = 'n' };
/* Writes down everything that happens from now on. */
struct diary *keep_diary(void);
void close_diary(void);
/* Waits for the n-th entry of this kind, from 0, and gives its JSON. */
char *diary_wait(char kind, size_t n);
size_t diary_count(char kind);

/* Writes an answer to the file that the environment names, for the check against the schemas. */
void note_answer(const char *schema, const char *json);

#endif
