//! What the handler of a webhook returns: the answer to its caller.

use mlua::{MultiValue, Table, Value};

use super::arguments::kind;
use super::docs::{Record, key};
use crate::script::data::Data;
use crate::script::op::Misuse;

pub(super) static ANSWER: Record = Record {
    name: "WebhookReply",
    doc: "An answer to the caller of a webhook.",
    keys: &[
        key("status", "number?", "200 if not given."),
        key("body", "(string | buffer)?", "The body."),
        key("headers", "{ [string]: string }?", "Headers by name."),
    ],
};

/// An answer to the caller of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::script) struct Response {
    pub(in crate::script) status: u16,
    /// Names in lower case.
    pub(in crate::script) headers: Vec<(String, String)>,
    pub(in crate::script) body: Vec<u8>,
}

impl From<Response> for Data {
    fn from(response: Response) -> Self {
        let headers = response.headers.into_iter().map(|(name, value)| (name, value.into())).collect();
        Self::map([("status", f64::from(response.status).into()), ("headers", Self::Map(headers)), ("body", Self::Bytes(response.body))])
    }
}

/// What the handler of a webhook means with what it returned: nothing is 204, a text is 200 with this body.
///
/// # Errors
/// [`Misuse`] when it is something else.
pub(in crate::script) fn response(values: &MultiValue) -> Result<Response, Misuse> {
    let plain = |status, body| Ok(Response { status, headers: Vec::new(), body });
    match values.front() {
        None | Some(Value::Nil) => plain(204, Vec::new()),
        Some(Value::String(text)) => plain(200, text.as_bytes().to_vec()),
        Some(Value::Table(table)) => read(table),
        Some(other) => Err(bad(format_args!("a text or a table expected, got {}", kind(other)))),
    }
}

fn bad(what: impl std::fmt::Display) -> Misuse {
    Misuse(format!("bot.webhook: what the handler returned: {what}"))
}

fn read(table: &Table) -> Result<Response, Misuse> {
    let mut response = Response { status: 200, headers: Vec::new(), body: Vec::new() };
    for pair in table.pairs::<Value, Value>() {
        let (name, value) = pair.map_err(|_| bad("it cannot be read"))?;
        let name = name.as_string().map(|name| name.to_string_lossy()).unwrap_or_default();
        match (name.as_str(), &value) {
            ("status", Value::Integer(_) | Value::Number(_)) => response.status = status(&value)?,
            ("body", Value::String(text)) => response.body = text.as_bytes().to_vec(),
            ("body", Value::Buffer(buffer)) => response.body = buffer.to_vec(),
            ("headers", Value::Table(headers)) => response.headers = lines(headers)?,
            ("status" | "body" | "headers", other) => return Err(bad(format_args!("{name} cannot be {}", kind(other)))),
            _ => return Err(bad(format_args!("there is no {name:?}; known are status, body, headers"))),
        }
    }
    Ok(response)
}

fn status(value: &Value) -> Result<u16, Misuse> {
    let number = value.as_number().or_else(|| value.as_integer().map(|whole| whole as f64)).unwrap_or_default();
    match number.fract() == 0.0 && (200.0..=599.0).contains(&number) {
        true => Ok(number as u16),
        false => Err(bad(format_args!("status is 200 to 599, not {number}"))),
    }
}

fn lines(headers: &Table) -> Result<Vec<(String, String)>, Misuse> {
    let mut lines = Vec::new();
    for pair in headers.pairs::<String, String>() {
        let (name, value) = pair.map_err(|_| bad("names and values of headers are texts"))?;
        let is_token = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if !is_token || value.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(bad(format_args!("{name:?} is no header")));
        }
        lines.push((name.to_ascii_lowercase(), value));
    }
    lines.sort();
    Ok(lines)
}
