//! Getting what messages stand for: files, and the messages of bundles.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use engine::session::DownloadRequest;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::account::Account;
use crate::answer::{Answer, CommCallback, Reply, UserData};
use crate::call::{Function, Work, call};
use crate::codes::{INVALID_PARAMETERS, TIM_ERR_JSON};
use crate::desk::desk;
use crate::{emit, json, message, text};

static DOWNLOAD: Function = Function::works("TIMMsgDownloadElemToPath");
static DOWNLOAD_MERGED: Function = Function::works("TIMMsgDownloadMergerMessage").failing_with("[]");

/// Downloads a file to a path; what was there is replaced when all of it is here. The callback comes as often as there is progress to tell, and
/// once more at the end, which is the one time when both sizes are equal.
///
/// # Safety
/// The texts are NULL or end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgDownloadElemToPath(
    json_download_elem_param: *const c_char,
    path: *const c_char,
    cb: CommCallback,
    user_data: *const c_void,
) -> c_int {
    call(&DOWNLOAD, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let (param, path) = unsafe { (text::needed(json_download_elem_param), text::needed(path)) };
        let (param, path) = (param?, path?.into_owned());
        let Value::Object(param) = json::value(&param)? else { return Err(TIM_ERR_JSON) };
        let url = param.get("msg_download_elem_param_url").and_then(Value::as_str).unwrap_or_default().to_owned();
        if url.is_empty() {
            return Work::wait(async move |_| Answer::failed(INVALID_PARAMETERS, "url or path is empty", ""));
        }
        let request = DownloadRequest::from_url(url).to_file(path);
        Work::begin(move |account, reply| {
            let (downloader, account) = (Arc::clone(account), account);
            account.spawn(async move { download(&downloader, request, reply).await });
        })
    })
}

async fn download(account: &Account, request: DownloadRequest, reply: Reply) {
    let mut downloading = match account.session() {
        Ok(session) => session.download(request),
        Err(answer) => return desk().answer(reply, answer),
    };
    let reply = Arc::new(reply);
    let mut progress = downloading.progress();
    // Ends when the download does. What comes while the callback runs is told at once: the newest.
    while progress.changed().await.is_ok() {
        let (current, total) = *progress.borrow_and_update();
        if current != total {
            tell(&reply, Answer::done(sizes(current, total))).await;
        }
    }
    let answer = match downloading.outcome().await {
        Ok(fetched) => Answer::done(sizes(fetched.bytes, fetched.bytes)),
        Err(error) => Answer::refused(&error, ""),
    };
    desk().post(move || reply.end(&answer));
}

/// Tells of progress, and waits until that was done.
async fn tell(reply: &Arc<Reply>, progress: Answer) {
    let (told, is_told) = oneshot::channel();
    let reply = Arc::clone(reply);
    desk().post(move || {
        reply.tell(&progress);
        let _ = told.send(());
    });
    // It is dropped unsent when the callback has failed; then there is nothing to wait for either.
    let _ = is_told.await;
}

/// A `MsgDownloadElemResult`.
fn sizes(current: u64, total: u64) -> String {
    format!("{{\"msg_download_elem_result_current_size\":{current},\"msg_download_elem_result_total_size\":{total}}}")
}

/// The messages of a bundle, in the order in which they were bundled.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgDownloadMergerMessage(json_single_msg: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&DOWNLOAD_MERGED, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let message = message::message(&unsafe { text::needed(json_single_msg) }?)?;
        Work::wait(async move |account| {
            let session = match account.session() {
                Ok(session) => session,
                Err(answer) => return answer,
            };
            match session.download_merged(&message).await {
                Ok(messages) => Answer::done(emit::messages(&messages)),
                Err(error) => Answer::refused(&error, "[]"),
            }
        })
    })
}
