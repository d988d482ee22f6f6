/* Another process that uses the same hub: what it is told to do it does, and says so. */
#ifndef PEER_H
#define PEER_H

#include <stdio.h>
#include <sys/types.h>

struct peer {
    pid_t pid;
    FILE *to;
    FILE *from;
};

/* Starts one and logs it in. */
struct peer peer_start(const char *user);
/* Tells it one thing and waits for its answer, which is kept. */
char *peer_do(struct peer *peer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void peer_end(struct peer *peer);

/* The other process. */
int peer_main(int argc, char **argv);

#endif
