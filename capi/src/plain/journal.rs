//! The journal: what changed behind a number, waiting for more, being called.

use std::ffi::{c_char, c_void};
use std::ptr::null_mut;
use std::time::Duration;

use engine::JournalNo;
use engine::archive::Bell;
use engine::session::{Event, JournalEvents};
use serde_json::{Value, json};

use super::code::{Failure, mynah_code};
use super::memory::{give, put};
use super::opening::mynah_archive;
use super::run::{archive, run};
use crate::answer::UserData;
use crate::guard::guard;

/// The number of the newest change, 0 before the first one or where the archive is NULL.
///
/// # Safety
/// `archive` is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_journal_head(archive: *const mynah_archive) -> u64 {
    // SAFETY: the caller's promise.
    guard("mynah_journal_head", 0, || unsafe { self::archive(archive) }.map_or(0, |archive| archive.journal_head().0))
}

/// What changed behind the change `since`, at least one write's worth and about `limit`. `*changes` gets an object with `"next"` (the number to
/// ask for next) and `"changes"`: objects with `"no"`, `"event"` (a word such as `"added"` or `"edited"`), `"conversation"` and, where it is
/// about a message, `"id"`; to be freed with `mynah_free`. Of messages that are gone for good nothing is said.
///
/// Changes that were dropped from the journal are `MYNAH_ARGUMENT`: see `"spare_changes"` of `mynah_open`.
///
/// # Safety
/// `archive` is open; the last two are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_changes(
    archive: *const mynah_archive,
    since: u64,
    limit: usize,
    changes: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(changes, null_mut());
        run("mynah_changes", error, || {
            let archive = self::archive(archive)?;
            let read = archive.changes(JournalNo(since), limit.max(1))?;
            let mut told = Vec::new();
            for one in JournalEvents::new(archive).told(archive, &read.changes)? {
                let Some((conversation, id)) = about(&one.event) else { continue };
                let mut change = json!({ "no": one.no.map(|no| no.0), "event": one.event.word(), "conversation": conversation });
                if let Some(id) = id {
                    change["id"] = id.into();
                }
                told.push(change);
            }
            give(changes, &json!({ "next": read.next.0, "changes": told }).to_string());
            Ok(())
        })
    }
}

/// The conversation that an event is about, and the message.
fn about(event: &Event) -> Option<(Value, Option<String>)> {
    match event {
        Event::Received(message)
        | Event::Added(message)
        | Event::Queued(message)
        | Event::Sent(message)
        | Event::Failed(message)
        | Event::Cancelled(message)
        | Event::Edited(message)
        | Event::Recalled(message)
        | Event::Deleted(message)
        | Event::Annotated(message) => Some((json!(message.conversation), Some(message.id_text()))),
        Event::Read { conversation, .. } | Event::PeerRead { conversation, .. } => Some((json!(conversation), None)),
        Event::ConversationAdded(conversation)
        | Event::ConversationChanged(conversation)
        | Event::ConversationCleared(conversation)
        | Event::ConversationDeleted(conversation) => Some((json!(conversation), None)),
        _ => None,
    }
}

/// Waits until there is a change behind `since`, at most `timeout_ms`. `*is_there` gets 1 when there is one, else 0. A reader learns of changes
/// by `mynah_refresh` only.
///
/// # Safety
/// As for `mynah_changes`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_wait_for_change(
    archive: *const mynah_archive,
    since: u64,
    timeout_ms: u64,
    is_there: *mut u8,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_wait_for_change", error, || {
            let archive = self::archive(archive)?;
            put(is_there, u8::from(archive.wait_for_change(JournalNo(since), Duration::from_millis(timeout_ms))));
            Ok(())
        })
    }
}

/// Is called with the number of the newest change of a write.
#[allow(non_camel_case_types, reason = "the name is the one in C")]
pub type mynah_changed = Option<unsafe extern "C" fn(no: u64, user_data: *mut c_void)>;

/// Somebody who is called after each write.
#[allow(non_camel_case_types, reason = "the name is the one in C")]
pub struct mynah_bell {
    _bell: Bell,
}

/// Has `changed` called after every write with this handle, by the thread that wrote, which waits meanwhile; several threads may call at once,
/// so the numbers need not rise. It may call functions of this header with the archive, but not close it.
///
/// `*bell` gets a handle that ends it, to be freed with `mynah_bell_free` before or after the archive is closed. `user_data` must live until then.
///
/// # Safety
/// `archive` is open; `changed` may be called from any thread with `user_data`; the last two are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_on_change(
    archive: *const mynah_archive,
    changed: mynah_changed,
    user_data: *mut c_void,
    bell: *mut *mut mynah_bell,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(bell, null_mut());
        run("mynah_on_change", error, || {
            let archive = self::archive(archive)?;
            let changed = changed.ok_or_else(|| Failure::argument("changed is NULL"))?;
            if bell.is_null() {
                return Err(Failure::argument("the place for the handle is NULL"));
            }
            let user_data = UserData(user_data);
            let ring = move |no: JournalNo| {
                let user_data: UserData = user_data;
                // SAFETY: the caller promises that it may be called so until the bell is freed.
                changed(no.0, user_data.0.cast_mut());
            };
            put(bell, Box::into_raw(Box::new(mynah_bell { _bell: archive.on_change(ring) })));
            Ok(())
        })
    }
}

/// Ends the calls after writes. One that is under way in another thread may still end after this. NULL is passed over.
///
/// # Safety
/// `bell` is NULL, or came from `mynah_on_change` and is not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_bell_free(bell: *mut mynah_bell) {
    guard("mynah_bell_free", (), || {
        if !bell.is_null() {
            // SAFETY: the caller promises that it came from `mynah_on_change`.
            drop(unsafe { Box::from_raw(bell) });
        }
    });
}
