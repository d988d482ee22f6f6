#define _GNU_SOURCE
#include "peer.h"
#include "world.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct peer peer_start(const char *user) {
    int down[2], up[2];
    CHECK_INT(pipe(down), 0);
    CHECK_INT(pipe(up), 0);
    struct peer peer = {fork(), NULL, NULL};
    CHECK(peer.pid >= 0);
    if (peer.pid == 0) {
        dup2(down[0], STDIN_FILENO);
        dup2(up[1], STDOUT_FILENO);
        close(down[1]);
        close(up[0]);
        execl("/proc/self/exe", "phases", "--peer", folder(), user, (char *)NULL);
        _exit(127);
    }
    close(down[0]);
    close(up[1]);
    peer.to = fdopen(down[1], "w");
    peer.from = fdopen(up[0], "r");
    CHECK(peer.to != NULL && peer.from != NULL);
    CHECK_TEXT(peer_do(&peer, "hello"), "ok");
    return peer;
}

char *peer_do(struct peer *peer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(peer->to, format, arguments);
    va_end(arguments);
    fputc('\n', peer->to);
    fflush(peer->to);
    char *line = NULL;
    size_t size = 0;
    ssize_t length = getline(&line, &size, peer->from);
    CHECK(length > 0);
    line[length - 1] = '\0';
    return keep(line);
}

void peer_end(struct peer *peer) {
    CHECK_TEXT(peer_do(peer, "end"), "ok");
    fclose(peer->to);
    fclose(peer->from);
    int status;
    CHECK_INT(waitpid(peer->pid, &status, 0), peer->pid);
    CHECK_INT(status, 0);
}

/* One command a line: a word, a user, and what is left of the line. */
static void obey(const char *command, const char *user, const char *rest) {
    struct answer answer = ANSWER;
    if (strcmp(command, "say") == 0) {
        puts(json_text(say(user, kTIMConv_C2C, rest), kTIMMsgMsgId));
    } else if (strcmp(command, "read") == 0) {
        EXPECT_ANSWER(&answer, TIMMsgReportReaded(user, kTIMConv_C2C, NULL, answer_take, &answer), ERR_SUCC);
        puts("ok");
    } else if (strcmp(command, "recall") == 0) {
        EXPECT_ANSWER(&answer, TIMMsgRevoke(user, kTIMConv_C2C, by_id(rest), answer_take, &answer), ERR_SUCC);
        puts("ok");
    } else if (strcmp(command, "change") == 0) {
        char *message = json_with(by_id(rest), kTIMMsgElemArray, "[{\"elem_type\":0,\"text_elem_content\":\"changed\"}]");
        EXPECT_ANSWER(&answer, TIMMsgModifyMessage(message, answer_take, &answer), ERR_SUCC);
        puts("ok");
    } else if (strcmp(command, "wait") == 0) {
        /* Until a message with this text has arrived. */
        for (size_t at = 0;; at++) {
            if (strstr(diary_wait(ARRIVED, at), rest) != NULL) {
                break;
            }
        }
        puts("ok");
    } else {
        puts("ok");
    }
    answer_clear(&answer);
    fflush(stdout);
}

int peer_main(int argc, char **argv) {
    CHECK_INT(argc, 4);
    start_with(keep_format("{\"sdk_config_config_file_path\":\"%s\"}", argv[2]));
    keep_diary();
    login(argv[3]);
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, stdin)) > 0) {
        line[length - 1] = '\0';
        char *rest = line;
        const char *command = strsep(&rest, " ");
        const char *user = strsep(&rest, " ");
        if (strcmp(command, "end") == 0) {
            break;
        }
        obey(command, user, rest);
    }
    free(line);
    finish();
    close_diary();
    free_kept();
    puts("ok");
    return 0;
}
