//! Changing what is there: reading marks, contents, notes; recalling, deleting, purging.

use std::ffi::c_char;
use std::ptr::null_mut;

use engine::archive::{Purge, ReadUpTo};

use super::code::{Failure, mynah_code};
use super::memory::{give, put};
use super::opening::mynah_archive;
use super::run::{archive, conversation, needed, optional, parse, run};

/// Marks messages as read: up to and including `message_id`, or all of `conversation` where that is NULL, or everything where both are.
/// `*count` gets how many were unread. A mark never moves backwards.
///
/// # Safety
/// `archive` is open; texts are NULL or end with a NUL; the last two are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_mark_read(
    archive: *const mynah_archive,
    conversation: *const c_char,
    message_id: *const c_char,
    count: *mut u64,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_mark_read", error, || {
            let archive = self::archive(archive)?;
            let read = if let Some(id) = optional(message_id, "message_id")? {
                let unknown = || engine::archive::ArchiveError::UnknownMessage { id: id.to_owned() };
                let message = archive.find(&[id])?.pop().ok_or_else(unknown)?;
                let place = message.place();
                archive.mark_read(ReadUpTo::Message(&message.conversation.ok_or_else(unknown)?, place))?
            } else if conversation.is_null() {
                archive.mark_read(ReadUpTo::All)?
            } else {
                archive.mark_read(ReadUpTo::Conversation(&self::conversation(conversation)?))?
            };
            put(count, read);
            Ok(())
        })
    }
}

/// Gives the first text of a message a new wording; everything else stays. `*message` gets it as it is then, to be freed with `mynah_free`.
///
/// # Safety
/// As for `mynah_mark_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_edit(
    archive: *const mynah_archive,
    message_id: *const c_char,
    text: *const c_char,
    message: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(message, null_mut());
        run("mynah_edit", error, || {
            let (id, text) = (needed(message_id, "message_id")?, needed(text, "text")?);
            give(message, &self::archive(archive)?.edit_text(id, text)?.to_json());
            Ok(())
        })
    }
}

/// Sets the local custom data of a message, which no other machine sees. NULL leaves one of them as it is. `*message` as for `mynah_edit`.
///
/// # Safety
/// As for `mynah_mark_read`; `custom_int` is NULL or can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_annotate(
    archive: *const mynah_archive,
    message_id: *const c_char,
    custom_int: *const u32,
    custom_str: *const c_char,
    message: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(message, null_mut());
        run("mynah_annotate", error, || {
            let (id, text) = (needed(message_id, "message_id")?, optional(custom_str, "custom_str")?);
            give(message, &self::archive(archive)?.annotate(id, custom_int.as_ref().copied(), text)?.to_json());
            Ok(())
        })
    }
}

/// Notes that a message was taken back by who sent it: status 6. It stays in history and leaves search. `*message` as for `mynah_edit`.
///
/// # Safety
/// As for `mynah_mark_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_recall(
    archive: *const mynah_archive,
    message_id: *const c_char,
    message: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(message, null_mut());
        run("mynah_recall", error, || {
            let id = needed(message_id, "message_id")?;
            give(message, &self::archive(archive)?.recall(id)?.to_json());
            Ok(())
        })
    }
}

/// Deletes messages of a conversation: status 4, gone from history, search and counts, still found by id and locator. `ids_json` is an array
/// of ids; unknown ones are passed over. `*count` gets how many were there.
///
/// # Safety
/// As for `mynah_mark_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_delete(
    archive: *const mynah_archive,
    conversation: *const c_char,
    ids_json: *const c_char,
    count: *mut u64,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_delete", error, || {
            let (archive, conversation, ids) = (self::archive(archive)?, self::conversation(conversation)?, ids(ids_json)?);
            put(count, archive.delete(&conversation, &texts(&ids))? as u64);
            Ok(())
        })
    }
}

/// Takes messages of a conversation out of log, index and media for good; after `mynah_compact` no trace of them is on the disk. `ids_json` as
/// for `mynah_delete`. `*count` gets how many.
///
/// # Safety
/// As for `mynah_mark_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_purge(
    archive: *const mynah_archive,
    conversation: *const c_char,
    ids_json: *const c_char,
    count: *mut u64,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_purge", error, || {
            let (archive, conversation, ids) = (self::archive(archive)?, self::conversation(conversation)?, ids(ids_json)?);
            put(count, archive.purge(&conversation, Purge::Ids(&texts(&ids)))?);
            Ok(())
        })
    }
}

/// Purges all messages of a conversation; it stays in the list. `*count` gets how many.
///
/// # Safety
/// As for `mynah_mark_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_clear(
    archive: *const mynah_archive,
    conversation: *const c_char,
    count: *mut u64,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_clear", error, || {
            put(count, self::archive(archive)?.clear(&self::conversation(conversation)?)?);
            Ok(())
        })
    }
}

/// Purges a conversation with all its messages. A new message brings it back. `*count` gets how many messages.
///
/// # Safety
/// As for `mynah_mark_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_delete_conversation(
    archive: *const mynah_archive,
    conversation: *const c_char,
    count: *mut u64,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_delete_conversation", error, || {
            put(count, self::archive(archive)?.delete_conversation(&self::conversation(conversation)?)?);
            Ok(())
        })
    }
}

/// # Safety
/// As for [`needed`].
unsafe fn ids(json: *const c_char) -> Result<Vec<String>, Failure> {
    // SAFETY: the caller's promise is handed on.
    parse(unsafe { needed(json, "ids_json")? }, "ids_json")
}

fn texts(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}
