/* On which thread, in which order and how often callbacks come. */
#include <stdio.h>
#include <time.h>
#include "functions.h"
#include "phases.h"

#include <stdlib.h>
#include <string.h>

static void begin(void) {
    start();
    login("alice");
}

void user_data_comes_back_untouched_on_one_thread_of_the_library(void) {
    begin();
    pthread_t library = (pthread_t)0;
    for (const struct function *function = functions; function < functions + function_count; function++) {
        check_row(function->name);
        /* `answer_take` writes to what it is given: another pointer than this one would show. */
        struct answer answer = ANSWER;
        CHECK_INT(call_rightly(function, answer_take, &answer), TIM_SUCC);
        answer_wait(&answer, 1);
        CHECK(!pthread_equal(answer.thread, pthread_self()));
        CHECK(library == (pthread_t)0 || pthread_equal(library, answer.thread));
        library = answer.thread;
        answer_clear(&answer);
    }
    check_row("");
    struct answer last = ANSWER;
    EXPECT_ANSWER(&last, TIMLogout(answer_take, &last), ERR_SUCC);
    CHECK(pthread_equal(library, last.thread));
    answer_clear(&last);
    finish();
}

/* Answers in the order in which they come: the user data of each. */
enum { MANY = 10000 };
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int count;
    long of[MANY];
    int times[MANY];
    pthread_t thread;
    bool other_thread;
} line = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, {0}, {0}, (pthread_t)0, false};

static void line_up(int32_t code, const char *desc, const char *json, const void *user_data) {
    long number = (long)user_data;
    CHECK(desc != NULL && json != NULL);
    CHECK_INT(code, ERR_SUCC);
    CHECK(number >= 0 && number < MANY);
    pthread_mutex_lock(&line.lock);
    if (line.count == 0) {
        line.thread = pthread_self();
    }
    line.other_thread |= !pthread_equal(line.thread, pthread_self());
    line.of[line.count % MANY] = number;
    line.times[number]++;
    line.count++;
    pthread_cond_broadcast(&line.changed);
    pthread_mutex_unlock(&line.lock);
}

static void line_wait(int count) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&line.lock);
    while (line.count < count) {
        CHECK_INT(pthread_cond_timedwait(&line.changed, &line.lock, &until), 0);
    }
    CHECK_INT(line.count, count);
    pthread_mutex_unlock(&line.lock);
}

static void line_clear(void) {
    line.count = 0;
    memset(line.times, 0, sizeof line.times);
    line.other_thread = false;
}

static int call_numbered(long number) {
    char message[256];
    switch (number % 8) {
    case 0:
        return TIMMsgFindMessages("[\"bob-1700000000-1\"]", line_up, (const void *)number);
    case 1:
        return TIMMsgGetMsgList("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":5}", line_up, (const void *)number);
    case 2:
        return TIMConvGetTotalUnreadMessageCount(line_up, (const void *)number);
    case 3:
        return TIMMsgFindByMsgLocatorList("bob", kTIMConv_C2C, "[{}]", line_up, (const void *)number);
    case 4:
        return TIMConvGetConvList(line_up, (const void *)number);
    case 5:
        return TIMMsgGetC2CReceiveMessageOpt("[\"bob\"]", line_up, (const void *)number);
    case 6:
        return TIMConvCreate("bob", kTIMConv_C2C, line_up, (const void *)number);
    default:
        snprintf(message, sizeof message, "{\"message_sender\":\"bob\",\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"%ld\"}]}", number);
        return TIMMsgSaveMsg("bob", kTIMConv_C2C, message, line_up, (const void *)number);
    }
}

static void *call_an_eighth(void *which) {
    for (long number = (long)which; number < MANY; number += 8) {
        /* Over all threads together, each one calls every function. */
        CHECK_INT(call_numbered(number / 8 * 8 + (number + number / 8) % 8), TIM_SUCC);
    }
    return NULL;
}

void ten_thousand_calls_of_eight_threads_are_each_answered_once(void) {
    begin();
    line_clear();
    pthread_t threads[8];
    for (long which = 0; which < 8; which++) {
        CHECK_INT(pthread_create(&threads[which], NULL, call_an_eighth, (void *)which), 0);
    }
    for (size_t which = 0; which < 8; which++) {
        CHECK_INT(pthread_join(threads[which], NULL), 0);
    }
    line_wait(MANY);
    CHECK(!line.other_thread);
    for (long number = 0; number < MANY; number++) {
        CHECK_INT(line.times[number], 1);
    }
    finish();
}

void calls_of_one_function_are_answered_in_their_order(void) {
    enum { CALLS = 400 };
    begin();
    for (int kind = 0; kind < 8; kind++) {
        line_clear();
        for (long call = 0; call < CALLS; call++) {
            CHECK_INT(call_numbered(call * 8 + kind), TIM_SUCC);
        }
        line_wait(CALLS);
        for (long call = 0; call < CALLS; call++) {
            CHECK_INT(line.of[call], call * 8 + kind);
        }
    }
    finish();
}

/* Holds the library thread until it is told to go on. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int passed = 0;

static void wait_at_the_gate(int32_t code, const char *desc, const char *json, const void *user_data) {
    (void)code, (void)desc, (void)json, (void)user_data;
    pthread_mutex_lock(&gate);
    passed++;
    pthread_mutex_unlock(&gate);
}

void more_calls_than_fit_are_refused(void) {
    enum { FIT = 65536 };
    begin();
    passed = 0;
    pthread_mutex_lock(&gate);
    int taken = 0, returned;
    while ((returned = TIMMsgFindMessages("[\"bob-1-1\"]", wait_at_the_gate, NULL)) == TIM_SUCC) {
        taken++;
        CHECK(taken <= FIT);
    }
    CHECK_INT(returned, ERR_SDK_NET_REQ_COUNT_LIMIT);
    CHECK_INT(taken, FIT);
    pthread_mutex_unlock(&gate);

    /* What was taken is answered, and then there is room again. */
    struct answer answer = ANSWER;
    do {
        returned = TIMMsgFindMessages("[\"bob-1-1\"]", answer_take, &answer);
        CHECK(returned == TIM_SUCC || returned == ERR_SDK_NET_REQ_COUNT_LIMIT);
    } while (returned != TIM_SUCC);
    CHECK_INT(answer_wait(&answer, 1), ERR_SUCC);
    CHECK_INT(passed, FIT);
    answer_clear(&answer);
    finish();
}

static struct answer inner = ANSWER;

static void save_again(int32_t code, const char *desc, const char *json, const void *user_data) {
    (void)desc, (void)user_data;
    CHECK_INT(code, ERR_SUCC);
    const char *message = text_message("said in a callback", ",\"message_sender\":\"bob\"");
    CHECK_INT(TIMMsgSaveMsg("bob", kTIMConv_C2C, message, answer_take, &inner), TIM_SUCC);
    /* The call did not call back from inside, and the text given to this callback still stands. */
    CHECK_INT(inner.times, 0);
    CHECK_TEXT(json, "[]");
}

void calls_in_a_callback_work(void) {
    begin();
    answer_clear(&inner);
    CHECK_INT(TIMMsgFindMessages("[\"bob-1-1\"]", save_again, NULL), TIM_SUCC);
    CHECK_INT(answer_wait(&inner, 1), ERR_SUCC);
    answer_clear(&inner);
    CHECK_INT(json_count(history("bob", kTIMConv_C2C)), 1);
    finish();
}
