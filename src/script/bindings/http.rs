//! `http`: requests to other machines.

use std::time::Duration;

use mlua::{Function, Lua, Table, Value};

use super::arguments::{Argument, Arguments, Options};
use super::call::{Act, Outcome, ask};
use super::docs::{Call, Key, Namespace, Place, Record, arg, key};
use super::plain;
use crate::script::data::Data;
use crate::script::op::{HttpRequest, Misuse, Op};

/// What is waited for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_TIMEOUT: Duration = Duration::from_secs(60);
/// The most bytes of an answer.
const LIMIT: u64 = 1 << 20;
const MAX_LIMIT: u64 = 16 << 20;
/// The most bytes of a body that is sent.
const MAX_BODY: usize = 1 << 20;
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

const HEADERS: Key = key("headers", "{ [string]: string }?", "Headers by name.");
const WAIT: Key = key("timeout", "Duration?", "How long to wait, at most a minute; 10 s if not given.");
const AUTH: Key = key("auth", "Secret?", "Sent as `Authorization: Bearer …`.");
const MOST: Key = key("limit", "number?", "The most bytes of an answer, at most 16 MiB; 1 MiB if not given. A longer one is an error.");
const JSON: Key = key("json", "any", "Sent as JSON.");
const BODY: Key = key("body", "(string | buffer)?", "Sent as it is.");

pub(super) static GET: Record = Record { name: "GetOptions", doc: "How something is fetched.", keys: &[HEADERS, WAIT, AUTH, MOST] };

pub(super) static POST: Record =
    Record { name: "PostOptions", doc: "What is sent, and how.", keys: &[JSON, BODY, HEADERS, WAIT, AUTH, MOST] };

pub(super) static REQUEST: Record = Record {
    name: "HttpRequest",
    doc: "A request.",
    keys: &[
        key("url", "string", "`https://…` or `http://…`."),
        key("method", "(\"GET\" | \"HEAD\" | \"POST\" | \"PUT\" | \"PATCH\" | \"DELETE\")?", "`GET` if not given."),
        JSON,
        BODY,
        HEADERS,
        WAIT,
        AUTH,
        MOST,
    ],
};

pub(super) static RESPONSE: Record = Record {
    name: "HttpResponse",
    doc: "What came back.",
    keys: &[
        key("status", "number", "200, 404, …"),
        key("ok", "boolean", "Whether the status is 200 to 299."),
        key("headers", "{ [string]: string }", "By name, in lower case."),
        key("body", "string", "The body: text, or bytes."),
        key("json", "(...any) -> any", "Reads the body as JSON: `r.json()`. Returns nil and why, if it is none."),
    ],
};

const fn call(
    path: &'static str,
    arguments: &'static [super::docs::Parameter],
    docs: [&'static str; 2],
    act: fn(&Lua, &mut Arguments) -> Outcome,
) -> Call {
    let [line, example] = docs;
    Call {
        path,
        arguments,
        returns: "(HttpResponse?, string?)",
        luau: None,
        line,
        more: "",
        example,
        place: Place::Listeners,
        waits: true,
        act: Act::Plain(act),
    }
}

pub(super) static NAMESPACE: Namespace = Namespace {
    path: "http",
    doc: "Requests to other machines. The hosts have to be in the manifest, `http = [\"api.example.org\"]`, and granted; addresses of private networks need a grant of their own. What cannot be reached, takes too long or is too large gives `nil` and why. Requests that write carry an `Idempotency-Key` that is the same when a run is repeated.",
    values: &[],
    calls: &[
        call(
            "http.get",
            &[arg("url", "string", "Where."), arg("options", "GetOptions?", "Headers, time-out, secret, limit.")],
            ["Fetches something.", "local r, err = http.get(\"https://api.example.org/weather\", { timeout = \"5s\" })"],
            get,
        ),
        call(
            "http.post",
            &[arg("url", "string", "Where."), arg("options", "PostOptions?", "`json` or `body`, and how.")],
            ["Sends something.", "http.post(url, { json = { text = m.text }, auth = secret \"hook\" })"],
            post,
        ),
        call(
            "http.request",
            &[arg("request", "HttpRequest", "Method, address, body and how.")],
            ["Makes any request.", "http.request { method = \"PUT\", url = url, body = text }"],
            request,
        ),
    ],
};

fn get(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let url = url(&arguments.next())?;
    let options = arguments.next().options(GET.keys)?;
    send(lua, "GET", url, &options)
}

fn post(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let url = url(&arguments.next())?;
    let options = arguments.next().options(POST.keys)?;
    send(lua, "POST", url, &options)
}

fn request(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let options = arguments.next().options(REQUEST.keys)?;
    let url = options.read("url", url)?.ok_or_else(|| options.bad("url is missing"))?;
    let methods = METHODS.map(|method| (method, method));
    let method = options.read("method", |given| given.choice(&methods))?.unwrap_or("GET");
    send(lua, method, url, &options)
}

fn url(argument: &Argument) -> Result<String, Misuse> {
    let url = argument.text()?;
    let lower = url.get(..8).unwrap_or(&url).to_ascii_lowercase();
    match lower.starts_with("https://") || lower.starts_with("http://") {
        true => Ok(url),
        false => Err(argument.bad("an address begins with https:// or http://")),
    }
}

fn send(lua: &Lua, method: &str, url: String, options: &Options) -> Outcome {
    let mut headers = options.read("headers", header_lines)?.unwrap_or_default();
    let json = options.read("json", |value| value.data(lua).map(|data| data.to_json()))?;
    let body = options.read("body", Argument::bytes)?;
    let body = match (json, body) {
        (Some(_), Some(_)) => return Err(options.bad("json and body cannot both be given").into()),
        (Some(json), None) => {
            if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
            }
            Some(Data::Text(json))
        }
        (None, Some(bytes)) if bytes.len() > MAX_BODY => {
            return Err(options.bad(format_args!("body is {} bytes, the limit is {MAX_BODY}", bytes.len())).into());
        }
        (None, Some(bytes)) => Some(String::from_utf8(bytes).map_or_else(|error| Data::Bytes(error.into_bytes()), Data::Text)),
        (None, None) => None,
    };
    if body.is_some() && matches!(method, "GET" | "HEAD") {
        return Err(options.bad(format_args!("a {method} has no body")).into());
    }
    let timeout = options.read("timeout", Argument::duration)?.unwrap_or(TIMEOUT).min(MAX_TIMEOUT);
    let limit = options.read("limit", |limit| limit.whole(1, MAX_LIMIT))?.unwrap_or(LIMIT);
    let auth = options.read("auth", Argument::secret)?;
    let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
    ask(lua, Op::Http(Box::new(HttpRequest { method: method.to_owned(), url, headers, body, auth, timeout_ms, limit })))
}

fn header_lines(argument: &Argument) -> Result<Vec<(String, String)>, Misuse> {
    let Value::Table(table) = &argument.value else { return Err(argument.wrong("a table")) };
    let mut lines = Vec::new();
    for pair in table.pairs::<String, String>() {
        let (name, value) = pair.map_err(|_| argument.bad("names and values of headers are texts"))?;
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) || value.bytes().any(|byte| byte < 0x20 && byte != b'\t' || byte == 0x7f) {
            return Err(argument.bad(format_args!("{name:?} is no header")));
        }
        lines.push((name, value));
    }
    // Tables have no order of their own, and a repeated run has to ask for the same thing.
    lines.sort();
    Ok(lines)
}

/// The table that a script gets for an answer, or for a call of its webhook: `body` can be read as JSON.
pub(super) fn with_json(lua: &Lua, table: &Table, body: &Data) -> mlua::Result<()> {
    let body = body.clone();
    let read: Function = lua.create_function(move |lua, ()| {
        let read = match &body {
            Data::Text(text) => {
                Data::from_json(text).map_err(|error| format!("the body is no JSON: line {}, column {}", error.line(), error.column()))
            }
            _ => Err("the body is no JSON: it is no text".to_owned()),
        };
        match read {
            Ok(data) => Ok((plain::to_lua(lua, &data)?, None)),
            Err(why) => Ok((Value::Nil, Some(why))),
        }
    })?;
    table.raw_set("json", read)
}

/// What a script gets for an answer.
pub(super) fn response(lua: &Lua, answer: &Data) -> mlua::Result<Value> {
    let Value::Table(table) = plain::to_lua(lua, answer)? else { return Ok(Value::Nil) };
    let status = answer.get("status").and_then(Data::as_number).unwrap_or_default();
    table.raw_set("ok", (200.0..300.0).contains(&status))?;
    with_json(lua, &table, answer.get("body").unwrap_or(&Data::Nil))?;
    Ok(Value::Table(table))
}
