#include "check.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *row = "";

void check_row(const char *name) { row = name; }

static void fail(const char *file, int line) {
    fprintf(stderr, "%s:%d: %s%s", file, line, row, row[0] ? ": " : "");
}

static void end(void) {
    fflush(NULL);
    _exit(1);
}

void check_true(bool condition, const char *what, const char *file, int line) {
    if (!condition) {
        fail(file, line);
        fprintf(stderr, "not so: %s\n", what);
        end();
    }
}

void check_int(long long found, long long wanted, const char *what, const char *file, int line) {
    if (found != wanted) {
        fail(file, line);
        fprintf(stderr, "%s is %lld and should be %lld\n", what, found, wanted);
        end();
    }
}

void check_text(const char *found, const char *wanted, const char *what, const char *file, int line) {
    if (found == NULL || wanted == NULL || strcmp(found, wanted) != 0) {
        fail(file, line);
        fprintf(stderr, "%s is\n  %s\nand should be\n  %s\n", what, found ? found : "(null)", wanted ? wanted : "(null)");
        end();
    }
}

struct kept {
    struct kept *next;
    char *memory;
};
static struct kept *all_kept = NULL;
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

char *keep(char *memory) {
    struct kept *kept = malloc(sizeof *kept);
    CHECK(memory != NULL && kept != NULL);
    kept->memory = memory;
    pthread_mutex_lock(&kept_lock);
    kept->next = all_kept;
    all_kept = kept;
    pthread_mutex_unlock(&kept_lock);
    return memory;
}

char *keep_copy(const char *text) { return keep(strdup(text)); }

char *keep_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = keep(malloc((size_t)length + 1));
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void free_kept(void) {
    while (all_kept != NULL) {
        struct kept *next = all_kept->next;
        free(all_kept->memory);
        free(all_kept);
        all_kept = next;
    }
}

static const char *past_blanks(const char *at) {
    while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') {
        at++;
    }
    return at;
}

static const char *past_text(const char *at) {
    CHECK(*at == '"');
    for (at++; *at != '"'; at++) {
        CHECK(*at != '\0');
        if (*at == '\\') {
            at++;
        }
    }
    return at + 1;
}

static const char *past_value(const char *at) {
    at = past_blanks(at);
    if (*at == '"') {
        return past_text(at);
    }
    if (*at != '{' && *at != '[') {
        return at + strcspn(at, ",]} \n\t\r");
    }
    int depth = 0;
    do {
        CHECK(*at != '\0');
        if (*at == '"') {
            at = past_text(at);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    } while (depth > 0);
    return at;
}

static char *piece(const char *from, const char *to) { return keep(strndup(from, (size_t)(to - from))); }

/* Where the value of a key begins, or without a key the element with this index; else NULL, and how many there are. */
static const char *find(const char *json, const char *key, size_t index, size_t *count, const char **end_of_value) {
    char open = key == NULL ? '[' : '{';
    const char *at = past_blanks(json);
    CHECK(*at == open);
    at = past_blanks(at + 1);
    for (*count = 0; *at != ']' && *at != '}'; (*count)++) {
        bool wanted = key == NULL && *count == index;
        if (key != NULL) {
            const char *name_end = past_text(at);
            size_t length = (size_t)(name_end - at) - 2;
            wanted = strlen(key) == length && strncmp(at + 1, key, length) == 0;
            at = past_blanks(name_end);
            CHECK(*at == ':');
            at = past_blanks(at + 1);
        }
        *end_of_value = past_value(at);
        if (wanted) {
            return at;
        }
        at = past_blanks(*end_of_value);
        if (*at == ',') {
            at = past_blanks(at + 1);
        }
    }
    return NULL;
}

size_t json_count(const char *array) {
    size_t count;
    const char *end_of_value;
    find(array, NULL, (size_t)-1, &count, &end_of_value);
    return count;
}

char *json_at(const char *array, size_t index) {
    size_t count;
    const char *end_of_value;
    const char *at = find(array, NULL, index, &count, &end_of_value);
    CHECK(at != NULL);
    return piece(at, end_of_value);
}

char *json_value(const char *object, const char *key) {
    size_t count;
    const char *end_of_value;
    const char *at = find(object, key, 0, &count, &end_of_value);
    return at == NULL ? NULL : piece(at, end_of_value);
}

bool json_has(const char *object, const char *key) { return json_value(object, key) != NULL; }

static char *value_of(const char *object, const char *key) {
    char *value = json_value(object, key);
    if (value == NULL) {
        fprintf(stderr, "no key %s in %.400s\n", key, object);
        end();
    }
    return value;
}

long long json_int(const char *object, const char *key) {
    char *value = value_of(object, key);
    char *rest;
    long long number = value[0] == '-' ? strtoll(value, &rest, 10) : (long long)strtoull(value, &rest, 10);
    CHECK(rest != value && *rest == '\0');
    return number;
}

bool json_bool(const char *object, const char *key) {
    char *value = value_of(object, key);
    CHECK(strcmp(value, "true") == 0 || strcmp(value, "false") == 0);
    return value[0] == 't';
}

char *json_text(const char *object, const char *key) {
    char *value = value_of(object, key);
    CHECK(value[0] == '"');
    char *to = value;
    for (const char *from = value + 1; *from != '"'; from++) {
        if (*from == '\\') {
            from++;
            *to++ = *from == 'n' ? '\n' : *from == 't' ? '\t' : *from;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return value;
}

char *json_with(const char *object, const char *key, const char *value) {
    size_t count;
    const char *end_of_value;
    const char *at = find(object, key, 0, &count, &end_of_value);
    if (at != NULL) {
        return keep_format("%.*s%s%s", (int)(at - object), object, value, end_of_value);
    }
    const char *open = past_blanks(object);
    return keep_format("{\"%s\":%s%s%s", key, value, count > 0 ? "," : "", open + 1);
}
