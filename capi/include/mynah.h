/* The small C API of Mynah: archives of messages, several in one process. Link with -lmynah.
 *
 * Calls. Each returns when it is done, and may wait for the disk. All but mynah_close and the two that free may be called with one handle from
 * several threads at once.
 *
 * Failures. A function returns MYNAH_OK or why it was not done. Its last parameter gets NULL, or what went wrong in words, to be freed with
 * mynah_free; it may be NULL itself. Words never hold what people wrote.
 *
 * Memory. What is passed in belongs to the caller and is not used after the function has returned. A text that is given through a char **
 * belongs to the caller and is freed with mynah_free; the char ** may be NULL where the text is not wanted. Where a call fails, it gets
 * NULL. No exception of C++ may leave a function that the library calls; it would end the process.
 *
 * Texts are UTF-8 and end with a NUL. A conversation is named c2c:USER or group:ID. Messages are JSON as in the TIM message API. Times are Unix
 * seconds.
 *
 * This file is generated from the library's source.
 */

#ifndef MYNAH_H
#define MYNAH_H

#include <stddef.h>
#include <stdint.h>

/**
 * How a call ended.
 */
typedef enum mynah_code {
  /**
   * It is done. What was written is on the disk.
   */
  MYNAH_OK = 0,
  /**
   * An argument cannot be used: NULL where something is needed, text that is no UTF-8, JSON of another kind, an unknown option. Nothing
   * was done.
   */
  MYNAH_ARGUMENT = 1,
  /**
   * There is no archive, message or conversation of this name. Nothing was done.
   */
  MYNAH_UNKNOWN = 2,
  /**
   * A message cannot be taken. Nothing was done.
   */
  MYNAH_REFUSED = 3,
  /**
   * Another process, or another handle of this one, writes the archive.
   */
  MYNAH_LOCKED = 4,
  /**
   * The archive is open for reading only. Nothing was done.
   */
  MYNAH_READ_ONLY = 5,
  /**
   * The disk is full or cannot be read or written, or files are damaged or of a later version. A write may or may not have been done; after
   * a failed write the archive takes no more until it is opened again.
   */
  MYNAH_STORAGE = 6,
  /**
   * The index cannot be searched. Nothing is lost: it is built again from the log.
   */
  MYNAH_INDEX = 7,
  /**
   * The library itself has failed. This is a bug.
   */
  MYNAH_FAULT = 8,
} mynah_code;

/**
 * An archive: every message of one account, and what finds them. All functions may be called with it from several threads at once.
 */
typedef struct mynah_archive mynah_archive;

/**
 * Somebody who is called after each write.
 */
typedef struct mynah_bell mynah_bell;

/**
 * Is called with one message, as JSON of `length` bytes and a NUL behind it, which live until it returns. 0 goes on, anything else ends it.
 */
typedef int (*mynah_each)(const char *message, size_t length, void *user_data);

/**
 * Is called with the number of the newest change of a write.
 */
typedef void (*mynah_changed)(uint64_t no, void *user_data);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Frees a text that this library gave. NULL is passed over. Texts are freed with this and nothing else, each once, from any thread.
 */
void mynah_free(char *text);

/**
 * The version of the library. The text belongs to the library and lives as long as it is loaded.
 */
const char *mynah_version(void);

/**
 * Opens the archive in `folder` for reading and writing, and makes one where the folder is missing or empty. One process at a time can, with
 * one handle.
 *
 * `options_json` is NULL or an object: `"account"` (text, the user whose archive it is; to be named once), `"memory_mib"` (256),
 * `"buffered"` (true: writes are on the disk after `mynah_sync`, and survive the end of the process before that), `"existing"` (true: makes
 * nothing), `"spare_changes"` (how many of the newest changes stay readable for `mynah_changes`).
 *
 * `*archive` gets the handle, to be closed with `mynah_close`, or NULL.
 */
enum mynah_code mynah_open(const char *folder,
                           const char *options_json,
                           struct mynah_archive **archive,
                           char **error);

/**
 * Opens the archive in `folder` for reading, while another process may write it; see `mynah_refresh`. Of the options `"memory_mib"` counts.
 *
 * `*archive` gets the handle, to be closed with `mynah_close`, or NULL.
 */
enum mynah_code mynah_open_reader(const char *folder,
                                  const char *options_json,
                                  struct mynah_archive **archive,
                                  char **error);

/**
 * Closes an archive and writes what is buffered. NULL is passed over. No other call with the handle may be under way, and none may follow.
 */
void mynah_close(struct mynah_archive *archive);

/**
 * Takes in what the writing process has written since a reader was opened or refreshed. Does nothing in the writing process.
 */
enum mynah_code mynah_refresh(const struct mynah_archive *archive,
                              char **error);

/**
 * Adds messages: a JSON array of them, or one a line. All that can be taken are there when this returns.
 *
 * `conversation` (`c2c:USER` or `group:ID`) is that of messages that name none, or NULL. `length` is the number of bytes of `messages`, which
 * needs no NUL. `*report` gets an object with `"new"`, `"known"`, `"refused"` and `"reasons"` (array of objects with `"line"` and `"reason"`,
 * the first 100), to be freed with `mynah_free`.
 */
enum mynah_code mynah_import(const struct mynah_archive *archive,
                             const char *conversation,
                             const char *messages,
                             size_t length,
                             char **report,
                             char **error);

/**
 * Takes in everything that is at `path`, as `mynah import` does: a file, a folder, a zip or tar archive, of messages or of an export of another
 * chat program. What is there already is not added again.
 *
 * `conversation` is as for `mynah_import`. `*report` gets the same object, whose `"reasons"` have a `"file"` too, with `"updated"` (messages that
 * were there in a version that says less) and `"unread"` (files that were not read to their end), to be freed with `mynah_free`.
 */
enum mynah_code mynah_import_file(const struct mynah_archive *archive,
                                  const char *conversation,
                                  const char *path,
                                  char **report,
                                  char **error);

/**
 * Adds one message to a conversation. `*message` gets it as it is kept, to be freed with `mynah_free`; one that is known already as it was.
 */
enum mynah_code mynah_save(const struct mynah_archive *archive,
                           const char *conversation,
                           const char *message_json,
                           char **message,
                           char **error);

/**
 * Finds messages by id: `ids_json` is an array of ids. `*messages` gets an array of those that there are, in this order, deleted (status 4)
 * and recalled ones (6) too; to be freed with `mynah_free`.
 */
enum mynah_code mynah_find(const struct mynah_archive *archive,
                           const char *ids_json,
                           char **messages,
                           char **error);

/**
 * Finds messages of a conversation by locator: `locators_json` is an array of `MsgLocator` objects. `*messages` as for `mynah_find`.
 */
enum mynah_code mynah_locate(const struct mynah_archive *archive,
                             const char *conversation,
                             const char *locators_json,
                             char **messages,
                             char **error);

/**
 * A page of a conversation. An unknown conversation has no messages.
 *
 * `options_json` is NULL or an object: `"limit"` (20), `"order"` (`"newest"` or `"oldest"` first), `"cursor"` (the `"next"` of a page before),
 * `"seq"` (of a group: where to begin), `"types"` (array of words such as `"image"`), `"from"` and `"until"` (Unix seconds, both included).
 * `*page` gets an object with `"messages"` and `"next"` (text, or null on the last page), to be freed with `mynah_free`.
 */
enum mynah_code mynah_history(const struct mynah_archive *archive,
                              const char *conversation,
                              const char *options_json,
                              char **page,
                              char **error);

/**
 * The list of conversations, pinned ones first, then by their last message. `*conversations` gets an array of objects with
 * `"conversation"`, `"messages"`, `"unread"`, `"last_message"`, `"receive_option"`, `"pinned"`, `"draft"` and `"read_mark"`, to be freed with
 * `mynah_free`.
 */
enum mynah_code mynah_conversations(const struct mynah_archive *archive,
                                    char **conversations,
                                    char **error);

/**
 * Calls `each`, on this thread, with every message that is not deleted: conversation by conversation, the oldest message first. Imported in
 * this order they make the same archive again. `conversation` is NULL for all. What is written meanwhile may be missing.
 */
enum mynah_code mynah_export(const struct mynah_archive *archive,
                             const char *conversation,
                             mynah_each each,
                             void *user_data,
                             char **error);

/**
 * Searches. `query` is read as people type: words, `"phrases"`, `-without`, `from:USER`, `in:CONVERSATION`, `before:2024-03-01`, `has:image`;
 * it is never an error. Everything that was written before the call is found.
 *
 * `options_json` is NULL or an object: `"contains"` (true: `query` is one text, found inside words too, exactly but for capitals),
 * `"conversation"` (only in this one), `"limit"` (20), `"order"` (`"newest"`, `"oldest"`, `"relevance"`), `"cursor"` (the `"next"` of a page
 * before), `"by_conversation"` (true: counts), `"facets"` (how many of each), `"timeline"` (`"hour"`, `"day"`, `"month"`, `"year"`), `"zone"` (a
 * name such as `"Europe/Berlin"`; the machine's), `"snippet_chars"` (120), `"stale"` (true: does not wait for the index).
 *
 * `*answer` gets an object with `"hits"` (each with `"message"`, `"snippet"`, `"highlights"` in characters, `"score"`), `"total"`, `"complete"`,
 * `"next"`, `"notes"`, and what else was asked for; to be freed with `mynah_free`.
 */
enum mynah_code mynah_search(const struct mynah_archive *archive,
                             const char *query,
                             const char *options_json,
                             char **answer,
                             char **error);

/**
 * Searches as `TIMMsgSearchLocalMessages` does: `param_json` is a `MessageSearchParam`, `*result` gets a `MessageSearchResult`, to be freed
 * with `mynah_free`.
 */
enum mynah_code mynah_search_param(const struct mynah_archive *archive,
                                   const char *param_json,
                                   char **result,
                                   char **error);

/**
 * Marks messages as read: up to and including `message_id`, or all of `conversation` where that is NULL, or everything where both are.
 * `*count` gets how many were unread. A mark never moves backwards.
 */
enum mynah_code mynah_mark_read(const struct mynah_archive *archive,
                                const char *conversation,
                                const char *message_id,
                                uint64_t *count,
                                char **error);

/**
 * Gives the first text of a message a new wording; everything else stays. `*message` gets it as it is then, to be freed with `mynah_free`.
 */
enum mynah_code mynah_edit(const struct mynah_archive *archive,
                           const char *message_id,
                           const char *text,
                           char **message,
                           char **error);

/**
 * Sets the local custom data of a message, which no other machine sees. NULL leaves one of them as it is. `*message` as for `mynah_edit`.
 */
enum mynah_code mynah_annotate(const struct mynah_archive *archive,
                               const char *message_id,
                               const uint32_t *custom_int,
                               const char *custom_str,
                               char **message,
                               char **error);

/**
 * Notes that a message was taken back by who sent it: status 6. It stays in history and leaves search. `*message` as for `mynah_edit`.
 */
enum mynah_code mynah_recall(const struct mynah_archive *archive,
                             const char *message_id,
                             char **message,
                             char **error);

/**
 * Deletes messages of a conversation: status 4, gone from history, search and counts, still found by id and locator. `ids_json` is an array
 * of ids; unknown ones are passed over. `*count` gets how many were there.
 */
enum mynah_code mynah_delete(const struct mynah_archive *archive,
                             const char *conversation,
                             const char *ids_json,
                             uint64_t *count,
                             char **error);

/**
 * Takes messages of a conversation out of log, index and media for good; after `mynah_compact` no trace of them is on the disk. `ids_json` as
 * for `mynah_delete`. `*count` gets how many.
 */
enum mynah_code mynah_purge(const struct mynah_archive *archive,
                            const char *conversation,
                            const char *ids_json,
                            uint64_t *count,
                            char **error);

/**
 * Purges all messages of a conversation; it stays in the list. `*count` gets how many.
 */
enum mynah_code mynah_clear(const struct mynah_archive *archive,
                            const char *conversation,
                            uint64_t *count,
                            char **error);

/**
 * Purges a conversation with all its messages. A new message brings it back. `*count` gets how many messages.
 */
enum mynah_code mynah_delete_conversation(const struct mynah_archive *archive,
                                          const char *conversation,
                                          uint64_t *count,
                                          char **error);

/**
 * The number of the newest change, 0 before the first one or where the archive is NULL.
 */
uint64_t mynah_journal_head(const struct mynah_archive *archive);

/**
 * What changed behind the change `since`, at least one write's worth and about `limit`. `*changes` gets an object with `"next"` (the number to
 * ask for next) and `"changes"`: objects with `"no"`, `"event"` (a word such as `"added"` or `"edited"`), `"conversation"` and, where it is
 * about a message, `"id"`; to be freed with `mynah_free`. Of messages that are gone for good nothing is said.
 *
 * Changes that were dropped from the journal are `MYNAH_ARGUMENT`: see `"spare_changes"` of `mynah_open`.
 */
enum mynah_code mynah_changes(const struct mynah_archive *archive,
                              uint64_t since,
                              size_t limit,
                              char **changes,
                              char **error);

/**
 * Waits until there is a change behind `since`, at most `timeout_ms`. `*is_there` gets 1 when there is one, else 0. A reader learns of changes
 * by `mynah_refresh` only.
 */
enum mynah_code mynah_wait_for_change(const struct mynah_archive *archive,
                                      uint64_t since,
                                      uint64_t timeout_ms,
                                      uint8_t *is_there,
                                      char **error);

/**
 * Has `changed` called after every write with this handle, by the thread that wrote, which waits meanwhile; several threads may call at once,
 * so the numbers need not rise. It may call functions of this header with the archive, but not close it.
 *
 * `*bell` gets a handle that ends it, to be freed with `mynah_bell_free` before or after the archive is closed. `user_data` must live until then.
 */
enum mynah_code mynah_on_change(const struct mynah_archive *archive,
                                mynah_changed changed,
                                void *user_data,
                                struct mynah_bell **bell,
                                char **error);

/**
 * Ends the calls after writes. One that is under way in another thread may still end after this. NULL is passed over.
 */
void mynah_bell_free(struct mynah_bell *bell);

/**
 * Numbers about the archive. `*stats` gets an object, sizes in bytes, to be freed with `mynah_free`.
 */
enum mynah_code mynah_stats(const struct mynah_archive *archive, char **stats, char **error);

/**
 * Reads everything and says what is wrong. `*report` gets an object whose `"findings"` are empty when all is well, to be freed with
 * `mynah_free`. Takes as long as reading the archive; call it while nobody writes.
 */
enum mynah_code mynah_check(const struct mynah_archive *archive,
                            char **report,
                            char **error);

/**
 * Makes everything durable that was written so far: needed only where the archive was opened with `"buffered"`.
 */
enum mynah_code mynah_sync(const struct mynah_archive *archive, char **error);

/**
 * Rewrites log and index, so that nothing of what was purged is left on the disk.
 */
enum mynah_code mynah_compact(const struct mynah_archive *archive, char **error);

/**
 * Builds a new index from the log and waits until it is there. The old one serves meanwhile.
 */
enum mynah_code mynah_reindex(const struct mynah_archive *archive, char **error);

/**
 * Adds a backup of this moment to those in `folder`; what is there already is not copied again. Writers go on meanwhile.
 */
enum mynah_code mynah_backup(const struct mynah_archive *archive,
                             const char *folder,
                             char **error);

/**
 * Makes an archive in the new or empty `folder` from the newest backup in `backup`, and checks it whole.
 */
enum mynah_code mynah_restore(const char *backup, const char *folder, char **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MYNAH_H */
