/* All functions that answer by a callback, in one form, so that a phase can do the same with each of them. */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include "world.h"

/* Which first argument a function has. */
enum naming {
    UNNAMED,
    CONVERSATION_ID,   /* and a conversation type */
    ANY_CONVERSATION,  /* the same, and NULL is all of them */
    PLAIN_ID           /* a user, a group, a message, a path */
};

/* Which JSON it takes. */
enum wanting {
    NOTHING,
    ANYTHING,      /* any text that is not empty */
    WHATEVER,      /* NULL as well */
    AN_OBJECT,     /* with something in it */
    EVEN_EMPTY,    /* an object */
    AN_ARRAY,      /* with something in it */
    EMPTY_ARRAY    /* an array */
};

/* Where it is of use. */
enum needing { A_LIBRARY, A_LOGIN, NO_LIBRARY };

struct function {
    const char *name;
    int (*call)(const char *id, int type, const char *json, TIMCommCallback cb, const void *user_data);
    enum naming naming;
    enum wanting wanting;
    enum needing needing;
    /* A right use of it, also where there are no messages. */
    const char *json;
};

extern const struct function functions[];
extern const size_t function_count;

/* Calls it in the right way. */
int call_rightly(const struct function *function, TIMCommCallback cb, const void *user_data);

#endif
