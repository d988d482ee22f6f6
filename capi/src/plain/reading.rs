//! Reading: by id, by locator, page by page, the list of conversations, everything.

use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

use engine::archive::{ArchiveError, Conversation, ExportRequest, HistoryRequest, Order, Start};
use engine::model::{Locator, Message};
use serde_json::{Value, json};

use super::code::{Failure, mynah_code};
use super::memory::{give, put};
use super::opening::mynah_archive;
use super::options::{By, HistoryOptions, types};
use super::run::{archive, conversation, needed, options, parse, run};
use crate::answer::UserData;
use crate::text;

/// Finds messages by id: `ids_json` is an array of ids. `*messages` gets an array of those that there are, in this order, deleted (status 4)
/// and recalled ones (6) too; to be freed with `mynah_free`.
///
/// # Safety
/// `archive` is open; texts are NULL or end with a NUL; the last two are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_find(
    archive: *const mynah_archive,
    ids_json: *const c_char,
    messages: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(messages, null_mut());
        run("mynah_find", error, || {
            let ids: Vec<String> = parse(needed(ids_json, "ids_json")?, "ids_json")?;
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            give(messages, &list(&self::archive(archive)?.find(&ids)?));
            Ok(())
        })
    }
}

/// Finds messages of a conversation by locator: `locators_json` is an array of `MsgLocator` objects. `*messages` as for `mynah_find`.
///
/// # Safety
/// As for `mynah_find`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_locate(
    archive: *const mynah_archive,
    conversation: *const c_char,
    locators_json: *const c_char,
    messages: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(messages, null_mut());
        run("mynah_locate", error, || {
            let conversation = self::conversation(conversation)?;
            let given: Vec<Value> = parse(needed(locators_json, "locators_json")?, "locators_json")?;
            let locators = given.iter().map(Locator::from_value).collect::<Result<Vec<_>, _>>();
            let locators = locators.map_err(|error| Failure::argument(format!("locators_json: {error}")))?;
            give(messages, &list(&self::archive(archive)?.locate(&conversation, &locators)?));
            Ok(())
        })
    }
}

/// A page of a conversation. An unknown conversation has no messages.
///
/// `options_json` is NULL or an object: `"limit"` (20), `"order"` (`"newest"` or `"oldest"` first), `"cursor"` (the `"next"` of a page before),
/// `"seq"` (of a group: where to begin), `"types"` (array of words such as `"image"`), `"from"` and `"until"` (Unix seconds, both included).
/// `*page` gets an object with `"messages"` and `"next"` (text, or null on the last page), to be freed with `mynah_free`.
///
/// # Safety
/// As for `mynah_find`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_history(
    archive: *const mynah_archive,
    conversation: *const c_char,
    options_json: *const c_char,
    page: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(page, null_mut());
        run("mynah_history", error, || {
            let (archive, conversation) = (self::archive(archive)?, self::conversation(conversation)?);
            let found = archive.history(&conversation, &history_request(options(options_json)?)?)?;
            let next = found.next.map(|next| next.to_string());
            give(page, &format!("{{\"messages\":{},\"next\":{}}}", list(&found.messages), Value::from(next)));
            Ok(())
        })
    }
}

fn history_request(asked: HistoryOptions) -> Result<HistoryRequest, Failure> {
    let start = match (&asked.cursor, asked.seq) {
        (Some(cursor), _) => Start::Beyond(cursor.parse::<engine::archive::HistoryCursor>()?.0),
        (None, Some(seq)) => Start::Seq(seq),
        (None, None) => Start::End,
    };
    let order = match asked.order {
        By::Newest => Order::NewestFirst,
        By::Oldest => Order::OldestFirst,
        By::Relevance => return Err(Failure::argument("options: a history has the order newest or oldest")),
    };
    Ok(HistoryRequest { start, order, limit: asked.limit.unwrap_or(20), types: types(&asked.types)?, from: asked.from, until: asked.until })
}

/// The list of conversations, pinned ones first, then by their last message. `*conversations` gets an array of objects with
/// `"conversation"`, `"messages"`, `"unread"`, `"last_message"`, `"receive_option"`, `"pinned"`, `"draft"` and `"read_mark"`, to be freed with
/// `mynah_free`.
///
/// # Safety
/// As for `mynah_find`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_conversations(
    archive: *const mynah_archive,
    conversations: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(conversations, null_mut());
        run("mynah_conversations", error, || {
            let listed = self::archive(archive)?.conversations()?;
            give(conversations, &Value::from_iter(listed.iter().map(entry)).to_string());
            Ok(())
        })
    }
}

/// Is called with one message, as JSON of `length` bytes and a NUL behind it, which live until it returns. 0 goes on, anything else ends it.
#[allow(non_camel_case_types, reason = "the name is the one in C")]
pub type mynah_each = Option<unsafe extern "C" fn(message: *const c_char, length: usize, user_data: *mut c_void) -> c_int>;

/// Calls `each`, on this thread, with every message that is not deleted: conversation by conversation, the oldest message first. Imported in
/// this order they make the same archive again. `conversation` is NULL for all. What is written meanwhile may be missing.
///
/// # Safety
/// `archive` is open; `conversation` is NULL or ends with a NUL; `each` may be called with `user_data`; `error` is NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_export(
    archive: *const mynah_archive,
    conversation: *const c_char,
    each: mynah_each,
    user_data: *mut c_void,
    error: *mut *mut c_char,
) -> mynah_code {
    /// Why an export ended early.
    enum End {
        Asked,
        Failed(ArchiveError),
    }
    impl From<ArchiveError> for End {
        fn from(error: ArchiveError) -> Self {
            Self::Failed(error)
        }
    }
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_export", error, || {
            let archive = self::archive(archive)?;
            let conversation = if conversation.is_null() { None } else { Some(self::conversation(conversation)?) };
            let each = each.ok_or_else(|| Failure::argument("each is NULL"))?;
            let user_data = UserData(user_data);
            let ended = archive.export(&ExportRequest { conversation, ..ExportRequest::default() }, |message| {
                let json = text::out(&message.to_json());
                match each(json.as_ptr(), json.as_bytes().len(), user_data.0.cast_mut()) {
                    0 => Ok(()),
                    _ => Err(End::Asked),
                }
            });
            match ended {
                Ok(()) | Err(End::Asked) => Ok(()),
                Err(End::Failed(error)) => Err(error.into()),
            }
        })
    }
}

/// The messages as an array.
pub(super) fn list(messages: &[Message]) -> String {
    let mut out = String::from("[");
    for message in messages {
        if out.len() > 1 {
            out.push(',');
        }
        message.write_json(&mut out);
    }
    out.push(']');
    out
}

/// The shape of `schemas/conversation.schema.json`.
fn entry(conversation: &Conversation) -> Value {
    json!({
        "conversation": conversation.id,
        "messages": conversation.messages,
        "unread": conversation.unread,
        "last_message": conversation.last_message,
        "receive_option": conversation.receive_option.number(),
        "pinned": conversation.pinned,
        "draft": conversation.draft,
        "read_mark": conversation.read_mark.map(|mark| json!({ "time": mark.time, "seq": mark.seq, "rand": mark.rand })),
    })
}
