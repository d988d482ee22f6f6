/* The end of the library: in a callback, with calls under way, again and again; and of the process at any moment. */
#define _GNU_SOURCE
#include "functions.h"
#include "phases.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct answer ended = ANSWER;
static int late = 0;

static void count_late(int32_t code, const char *desc, const char *json, const void *user_data) {
    (void)code, (void)desc, (void)json, (void)user_data;
    __atomic_add_fetch(&late, 1, __ATOMIC_SEQ_CST);
}

static void end_here(int32_t code, const char *desc, const char *json, const void *user_data) {
    CHECK_INT(code, ERR_SUCC);
    /* What is pending is dropped. */
    for (int call = 0; call < 100; call++) {
        CHECK_INT(TIMMsgGetMsgList("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":5}", count_late, NULL), TIM_SUCC);
    }
    CHECK_INT(TIMUninit(), TIM_SUCC);
    CHECK_TEXT(json, "[]");
    answer_take(code, desc, json, user_data);
}

void the_library_can_be_ended_in_a_callback(void) {
    start();
    login("alice");
    answer_clear(&ended);
    late = 0;
    CHECK_INT(TIMMsgFindMessages("[\"bob-1-1\"]", end_here, &ended), TIM_SUCC);
    CHECK_INT(answer_wait(&ended, 1), ERR_SUCC);
    answer_clear(&ended);
    /* The same folder can be opened again, so it was closed. */
    start();
    login("alice");
    finish();
    CHECK_INT(late, 0);
}

/* As many as can be on their way at once. */
enum { WAITING = 1000 };
static int codes[WAITING];
static int answered = 0;
static bool over = false;

static void note_code(int32_t code, const char *desc, const char *json, const void *user_data) {
    (void)desc, (void)json;
    CHECK(!__atomic_load_n(&over, __ATOMIC_SEQ_CST));
    codes[(long)user_data] = code;
    __atomic_add_fetch(&answered, 1, __ATOMIC_SEQ_CST);
}

static void fill_the_queue(void) {
    over = false;
    answered = 0;
    memset(codes, 0xff, sizeof codes);
    start();
    login("alice");
    for (long call = 0; call < WAITING; call++) {
        CHECK_INT(TIMMsgSendMessage("bob", kTIMConv_C2C, text_message("hello", ""), NULL, note_code, (const void *)call), TIM_SUCC);
    }
    finish();
    over = true;
}

void what_is_pending_at_the_end_is_answered(void) {
    fill_the_queue();
    CHECK_INT(answered, WAITING);
    for (long call = 0; call < WAITING; call++) {
        CHECK_INT(codes[call], codes[call] == ERR_SUCC ? ERR_SUCC : ERR_SDK_COMM_INTERRUPT);
    }
}

void no_callback_comes_after_the_end(void) {
    fill_the_queue();
    /* Whatever was still at work would have had the time of another life of the library to show itself. */
    start();
    login("alice");
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMMsgGetMsgList("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":5}", answer_take, &answer), ERR_SUCC);
    answer_clear(&answer);
    finish();
}

void the_library_can_be_started_again(void) {
    for (int turn = 0; turn < 5; turn++) {
        start();
        login("alice");
        say("bob", kTIMConv_C2C, "again");
        CHECK_INT(json_count(history("bob", kTIMConv_C2C)), turn + 1);
        finish();
    }
    CHECK_INT(TIMUninit(), TIM_SUCC);
}

/* Imports one message after the other and writes a byte for each that was answered, until it is killed. */
static void write_until_killed(int to) {
    start();
    login("alice");
    struct answer answer = ANSWER;
    for (int number = 0;; number++) {
        char *message = keep_format("[%s]", said_by("bob", 1700000000 + number, "one"));
        EXPECT_ANSWER(&answer, TIMMsgImportMsgList("bob", kTIMConv_C2C, message, answer_take, &answer), ERR_SUCC);
        CHECK_INT(write(to, "x", 1), 1);
    }
}

void messages_survive_kill_dash_nine_once_they_are_answered(void) {
    enum { ANSWERED = 200 };
    int ends[2];
    folder();
    CHECK_INT(pipe(ends), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        close(ends[0]);
        write_until_killed(ends[1]);
    }
    close(ends[1]);
    char byte;
    for (int number = 0; number < ANSWERED; number++) {
        CHECK_INT(read(ends[0], &byte, 1), 1);
    }
    CHECK_INT(kill(child, SIGKILL), 0);
    int status;
    CHECK_INT(waitpid(child, &status, 0), child);
    int more = 0;
    while (read(ends[0], &byte, 1) == 1) {
        more++;
    }
    close(ends[0]);

    start();
    login("alice");
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMMsgGetMsgList("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":100000}", answer_take, &answer), ERR_SUCC);
    CHECK(json_count(answer.json) >= (size_t)(ANSWERED + more));
    answer_clear(&answer);
    finish();
}
