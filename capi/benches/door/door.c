/* The C side of the benchmark: imports and reads by the TIM message API, and says for each subject how many microseconds a call took.
 *
 * door FOLDER MESSAGES CALLS
 */
#define _GNU_SOURCE
#include "TIMCloud.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CONVERSATIONS = 10, FIRST_TIME = 1600000000, IN_FLIGHT = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long in_flight = 0;
/* The last answer, where it is kept. */
static char *kept = NULL;

static void must(bool condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "door: %s\n", what);
        exit(1);
    }
}

static void answered(int32_t code, const char *desc, const char *json, const void *user_data) {
    must(code == ERR_SUCC, desc);
    pthread_mutex_lock(&lock);
    if (user_data != NULL) {
        free(kept);
        kept = strdup(json);
    }
    in_flight--;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

/* Notes that a call was made, and waits until at most so many are under way. */
static void called(int returned, long most) {
    must(returned == TIM_SUCC, "a call was refused");
    pthread_mutex_lock(&lock);
    in_flight++;
    while (in_flight > most) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

static void wait_for_all(void) {
    pthread_mutex_lock(&lock);
    while (in_flight > 0) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

static double now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static const char *conversation(long number) {
    static char name[32];
    snprintf(name, sizeof name, "peer%ld", number % CONVERSATIONS);
    return name;
}

static size_t write_message(char *to, long number) {
    return (size_t)sprintf(to,
                           "{\"message_sender\":\"%s\",\"message_client_time\":%ld,\"message_server_time\":%ld,\"message_elem_array\":"
                           "[{\"elem_type\":0,\"text_elem_content\":\"%s %ld of those that were said\"}]}",
                           conversation(number), FIRST_TIME + number, FIRST_TIME + number, number % 1000 == 0 ? "needle" : "message", number);
}

static void log_in(const char *user) {
    called(TIMLogin(user, "any", answered, NULL), 0);
}

static void log_out(void) { called(TIMLogout(answered, NULL), 0); }

/* Imports all messages in batches of one conversation each. */
static void import(const char *name, long messages, long batch, long most) {
    char *array = malloc((size_t)batch * 300 + 3);
    double begin = now_us();
    for (long done = 0; done < messages; done += batch) {
        size_t length = 0;
        array[length++] = '[';
        /* Every tenth message belongs to the conversation: a batch is of one, and all of them take turns. */
        for (long at = 0; at < batch; at++) {
            long number = done / (batch * CONVERSATIONS) * (batch * CONVERSATIONS) + at * CONVERSATIONS + done / batch % CONVERSATIONS;
            length += write_message(array + length, number);
            array[length++] = at + 1 < batch ? ',' : ']';
        }
        array[length] = '\0';
        called(TIMMsgImportMsgList(conversation(done / batch), kTIMConv_C2C, array, answered, NULL), most);
    }
    wait_for_all();
    printf("%s %.3f\n", name, (now_us() - begin) / (double)messages);
    free(array);
}

static int by_size(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void report(const char *name, double *times, long calls) {
    qsort(times, (size_t)calls, sizeof *times, by_size);
    printf("%s %.3f %.3f\n", name, times[calls / 2], times[calls * 99 / 100]);
}

/* The last object of an answered array. */
static char *last_object(const char *array) {
    const char *begin = array;
    int depth = 0;
    bool inside = false;
    for (const char *at = array; *at != '\0'; at++) {
        if (inside && *at == '\\') {
            at++;
        } else if (*at == '"') {
            inside = !inside;
        } else if (!inside && *at == '{' && ++depth == 1) {
            begin = at;
        } else if (!inside && *at == '}') {
            depth--;
        }
    }
    return strndup(begin, strlen(begin) - 1);
}

/* The value of a key of a compact object, as JSON. */
static char *value(const char *object, const char *key) {
    char name[64];
    snprintf(name, sizeof name, "\"%s\":", key);
    const char *at = strstr(object, name);
    must(at != NULL, key);
    at += strlen(name);
    return strndup(at, *at == '"' ? strcspn(at + 1, "\"") + 2 : strcspn(at, ",}"));
}

static char *page(const char *conv, int size, const char *before, double *took) {
    char *parameters = NULL;
    must(asprintf(&parameters, "{\"msg_getmsglist_param_count\":%d,\"msg_getmsglist_param_last_msg\":%s}", size, before ? before : "{}") > 0, "memory");
    double begin = now_us();
    called(TIMMsgGetMsgList(conv, kTIMConv_C2C, parameters, answered, &kept), 0);
    *took = now_us() - begin;
    free(parameters);
    return strcmp(kept, "[]") == 0 ? NULL : last_object(kept);
}

/* Walks back through the conversations, page by page. */
static void pages(const char *name, int size, long calls) {
    double *times = malloc((size_t)calls * sizeof *times);
    char *before = NULL;
    long turn = 0;
    for (long call = 0; call < calls; call++) {
        char *next = page(conversation(turn), size, before, &times[call]);
        turn += next == NULL;
        free(before);
        before = next;
    }
    free(before);
    report(name, times, calls);
    free(times);
}

/* Makes the same kind of call for messages all over the conversations, one at a time. */
static void each(const char *name, long calls, char **arguments, int (*call)(const char *argument)) {
    double *times = malloc((size_t)calls * sizeof *times);
    for (long number = 0; number < calls; number++) {
        double begin = now_us();
        called(call(arguments[number]), 0);
        times[number] = now_us() - begin;
    }
    report(name, times, calls);
    free(times);
}

static int find(const char *ids) { return TIMMsgFindMessages(ids, answered, NULL); }
static int locate(const char *locators) { return TIMMsgFindByMsgLocatorList("peer0", kTIMConv_C2C, locators, answered, NULL); }
static int search(const char *parameters) { return TIMMsgSearchLocalMessages(parameters, answered, NULL); }
static int delete_one(const char *parameters) { return TIMMsgDelete("peer0", kTIMConv_C2C, parameters, answered, NULL); }

static void reads(long calls) {
    pages("page-20", 20, calls);
    pages("page-50", 50, calls);

    char **ids = malloc((size_t)calls * sizeof *ids), **locators = malloc((size_t)calls * sizeof *locators);
    char **doomed = malloc((size_t)calls * sizeof *doomed), **searches = malloc((size_t)calls * sizeof *searches);
    char *message = NULL;
    double took;
    for (long call = 0; call < calls; call++) {
        char *next = page("peer0", 1, message, &took);
        must(next != NULL, "the first conversation has too few messages");
        free(message);
        message = next;
        char *id = value(message, "message_msg_id"), *time = value(message, "message_server_time"), *seq = value(message, "message_seq");
        char *rand = value(message, "message_rand");
        must(asprintf(&ids[call], "[%s]", id) > 0, "memory");
        must(asprintf(&locators[call], "[{\"message_locator_time\":%s,\"message_locator_seq\":%s,\"message_locator_rand\":%s}]", time, seq, rand) > 0, "memory");
        must(asprintf(&doomed[call], "{\"msg_delete_param_msg\":%s}", message) > 0, "memory");
        must(asprintf(&searches[call],
                      "{\"msg_search_param_keyword_array\":[\"needle\"],\"msg_search_param_conv_type\":1,\"msg_search_param_conv_id\":\"peer%ld\","
                      "\"msg_search_param_page_size\":20}",
                      call % CONVERSATIONS) > 0,
             "memory");
        free(id), free(time), free(seq), free(rand);
    }
    free(message);
    each("find", calls, ids, find);
    each("locate", calls, locators, locate);
    each("search", calls, searches, search);
    each("delete", calls, doomed, delete_one);
    for (long call = 0; call < calls; call++) {
        free(ids[call]), free(locators[call]), free(doomed[call]), free(searches[call]);
    }
    free(ids), free(locators), free(doomed), free(searches);
}

int main(int argc, char **argv) {
    must(argc == 4, "door FOLDER MESSAGES CALLS");
    long messages = atol(argv[2]), calls = atol(argv[3]);
    char config[4200];
    snprintf(config, sizeof config, "{\"%s\":\"%s\",\"mynah_transport\":\"memory\"}", kTIMSdkConfigConfigFilePath, argv[1]);
    must(TIMInit(1400000001, config) == TIM_SUCC, "the library could not be started");
    log_in("one");
    import("import-1", messages, 1, IN_FLIGHT);
    log_out();
    log_in("hundred");
    import("import-100", messages, 100, 0);
    log_out();
    log_in("thousand");
    import("import-1000", messages, 1000, 0);
    reads(calls);
    log_out();
    free(kept);
    return TIMUninit();
}
