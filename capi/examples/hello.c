/* Sends a message, reads it back and searches for it, by the TIM message API.
 *
 *     cc hello.c $(pkg-config --cflags --libs mynah) -pthread -o hello && ./hello FOLDER
 */
#include <TIMCloud.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* One answer at a time: callbacks come from a thread of the library. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int answers = 0;

static void answered(int32_t code, const char *desc, const char *json_params, const void *user_data) {
    if (code != ERR_SUCC) {
        fprintf(stderr, "%s: %d %s\n", (const char *)user_data, (int)code, desc);
        exit(1);
    }
    if (json_params[0] != '\0') {
        printf("%s: %s\n", (const char *)user_data, json_params);
    }
    pthread_mutex_lock(&lock);
    answers++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void wait_for(int returned) {
    if (returned != TIM_SUCC) {
        fprintf(stderr, "a call was refused: %d\n", returned);
        exit(1);
    }
    pthread_mutex_lock(&lock);
    while (answers == 0) {
        pthread_cond_wait(&changed, &lock);
    }
    answers--;
    pthread_mutex_unlock(&lock);
}

int main(int argc, char **argv) {
    char config[4200];
    snprintf(config, sizeof config, "{\"%s\":\"%s\"}", kTIMSdkConfigConfigFilePath, argc > 1 ? argv[1] : ".");
    if (TIMInit(1400000001, config) != TIM_SUCC) {
        return 1;
    }
    wait_for(TIMLogin("alice", "any", answered, "login"));
    wait_for(TIMMsgSendMessage("bob", kTIMConv_C2C, "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"hello from C\"}]}", NULL, answered, "sent"));
    wait_for(TIMMsgGetMsgList("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":20}", answered, "history"));
    wait_for(TIMMsgSearchLocalMessages("{\"msg_search_param_keyword_array\":[\"hello\"]}", answered, "found"));
    TIMUninit();
    return 0;
}
