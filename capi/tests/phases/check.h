/* Checks that end the program at the first thing that is not as it should be, and what a test reads out of JSON. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>

#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)
#define CHECK_INT(found, wanted) check_int((found), (wanted), #found, __FILE__, __LINE__)
#define CHECK_TEXT(found, wanted) check_text((found), (wanted), #found, __FILE__, __LINE__)

void check_true(bool condition, const char *what, const char *file, int line);
void check_int(long long found, long long wanted, const char *what, const char *file, int line);
void check_text(const char *found, const char *wanted, const char *what, const char *file, int line);

/* Which row of a table is being checked; is named by a check that fails. */
void check_row(const char *name);

/* Keeps a piece of memory until `free_kept`, and gives it back. */
char *keep(char *memory);
char *keep_copy(const char *text);
char *keep_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
void free_kept(void);

/* JSON. What is given back is kept until `free_kept`. */
size_t json_count(const char *array);
char *json_at(const char *array, size_t index);
/* The value of a key as JSON, or NULL. */
char *json_value(const char *object, const char *key);
bool json_has(const char *object, const char *key);
long long json_int(const char *object, const char *key);
bool json_bool(const char *object, const char *key);
/* A text, with simple escapes undone. */
char *json_text(const char *object, const char *key);
/* The same object with another value for a key, or with one more key. */
char *json_with(const char *object, const char *key, const char *value);

#endif
