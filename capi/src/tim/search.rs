//! Searching the local database.

use std::ffi::{c_char, c_int, c_void};
use std::fmt::Write as _;

use engine::archive::SearchResult;
use engine::query::tim::{ParamError, SearchParam};

use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::codes::{INVALID_PARAMETERS, TIM_ERR_JSON};
use crate::{emit, json, text};

/// The JSON of a search that has failed.
const NOTHING: &str = "{\"msg_search_result_search_cursor\":\"\",\"msg_search_result_total_count\":0}";

static SEARCH: Function = Function::reads("TIMMsgSearchLocalMessages").failing_with(NOTHING);

/// Searches messages for keywords, in one conversation or in all.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSearchLocalMessages(
    json_search_message_param: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&SEARCH, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let param = unsafe { text::needed(json_search_message_param) }?;
        let param = match SearchParam::from_json(&json::standard(&param)?) {
            Ok(param) => param,
            Err(ParamError::Json(_) | ParamError::NoObject) => return Err(TIM_ERR_JSON),
            Err(error) => return Work::wait(async move |_| Answer::failed(INVALID_PARAMETERS, error.to_string(), NOTHING)),
        };
        // It waits for the index, so it is not for the library thread.
        Work::wait(async move |account| match account.look_up(move |archive| archive.search_for(&param)).await {
            Some(Ok(result)) => Answer::ok(result_json(&result)),
            Some(Err(error)) => Answer::unkept(error, NOTHING),
            None => Answer::fault(NOTHING),
        })
    })
}

/// A `MessageSearchResult`. An item without messages has no key for them: clients search again inside the conversation when it is not there.
pub(crate) fn result_json(result: &SearchResult) -> String {
    let mut out = format!("{{\"msg_search_result_total_count\":{},\"msg_search_result_item_array\":[", result.total);
    for (at, item) in result.items.iter().enumerate() {
        out.push_str(if at > 0 { ",{\"msg_search_result_item_conv_id\":" } else { "{\"msg_search_result_item_conv_id\":" });
        emit::text(&mut out, item.conversation.id());
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            ",\"msg_search_result_item_conv_type\":{},\"msg_search_result_item_total_message_count\":{}",
            item.conversation.kind().number(),
            item.count
        );
        if !item.messages.is_empty() {
            out.push_str(",\"msg_search_result_item_message_array\":");
            out.push_str(&emit::messages(&item.messages));
        }
        out.push('}');
    }
    out.push_str("]}");
    out
}
