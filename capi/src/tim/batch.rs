//! One message to many users.

use std::ffi::{c_char, c_int, c_void};
use std::fmt::Write as _;
use std::sync::Arc;

use engine::model::{ConversationId, Message};
use engine::session::SessionError;
use serde_json::Value;

use super::send;
use crate::account::Account;
use crate::answer::{Answer, CommCallback, UserData};
use crate::call::{Function, Work, call};
use crate::codes::{INVALID_PARAMETERS, TIM_ERR_JSON};
use crate::{emit, json, message, text};

static BATCH_SEND: Function = Function::works("TIMMsgBatchSend").failing_with("[]");

/// Sends a message to each of these users. The results are in their order; a user who is named twice gets it twice.
///
/// # Safety
/// The text is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgBatchSend(json_batch_send_param: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    call(&BATCH_SEND, cb, UserData(user_data), || {
        // SAFETY: the caller's promise.
        let param = unsafe { text::needed(json_batch_send_param) }?;
        let Value::Object(param) = json::value(&param)? else { return Err(TIM_ERR_JSON) };
        let users = param.get("msg_batch_send_param_identifier_array").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        // What is no text is a user whom nobody is called.
        let users: Vec<String> = users.iter().map(|user| user.as_str().unwrap_or_default().to_owned()).collect();
        let message = param.get("msg_batch_send_param_msg").map(|message| message::to_send(&message.to_string())).transpose()?;
        if users.is_empty() {
            return Work::wait(async |_| Answer::failed(INVALID_PARAMETERS, "no receivers", "[]"));
        }
        let message = message.ok_or(TIM_ERR_JSON)?;
        Work::wait(async move |account| send_to_all(&account, &users, message).await)
    })
}

async fn send_to_all(account: &Arc<Account>, users: &[String], message: Message) -> Answer {
    let session = match account.session() {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let named: Vec<&str> = users.iter().map(String::as_str).filter(|user| !user.is_empty()).collect();
    let mut results = Results::new();
    match session.send_to_all(&named, message.clone()).await {
        Ok(sent) => {
            let mut sent = sent.into_iter();
            for user in users {
                match if user.is_empty() { None } else { sent.next() }.map(|sent| sent.result) {
                    Some(Ok(message)) => results.add(user, 0, "", &message),
                    Some(Err(failure)) => results.add(user, failure.code(), &failure.error.to_string(), &failure.message),
                    None => results.add(user, INVALID_PARAMETERS, "receiver is empty", &message),
                }
            }
        }
        Err(error) => results.refuse(account, users, &message, &error),
    }
    results.answer()
}

/// The results of a batch as JSON.
struct Results {
    json: String,
    /// Of the last one that has failed.
    failure: Option<(i32, String)>,
}

impl Results {
    fn new() -> Self {
        Self { json: String::from("["), failure: None }
    }

    fn add(&mut self, user: &str, code: i32, desc: &str, message: &Message) {
        let out = &mut self.json;
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str("{\"msg_batch_send_result_identifier\":");
        emit::text(out, user);
        // Writing to a String cannot fail.
        let _ = write!(out, ",\"msg_batch_send_result_code\":{code},\"msg_batch_send_result_desc\":");
        emit::text(out, desc);
        out.push_str(",\"msg_batch_send_result_msg\":");
        emit::write(message, out);
        out.push('}');
        if code != 0 {
            self.failure = Some((code, desc.to_owned()));
        }
    }

    /// The same for each of them: it was sent to nobody.
    fn refuse(&mut self, account: &Account, users: &[String], message: &Message, error: &SessionError) {
        for user in users {
            let message = match ConversationId::c2c(user) {
                Ok(conversation) => send::refused(&account.user, &conversation, message.clone()),
                Err(_) => message.clone(),
            };
            self.add(user, error.code(), &error.to_string(), &message);
        }
    }

    fn answer(mut self) -> Answer {
        self.json.push(']');
        match self.failure {
            None => Answer::done(self.json),
            Some((code, desc)) => Answer::failed(code, desc, self.json),
        }
    }
}
