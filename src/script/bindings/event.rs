//! What handlers are called with, for each kind of event.

use std::collections::BTreeMap;
use std::sync::Arc;

use mlua::{IntoLuaMulti as _, Lua, MultiValue, Table, Value};

use super::docs::{EventDoc, Record, key};
use super::http;
use super::message::Heard;
use super::place::{Chat, User};
use super::plain;
use super::time::Time;
use crate::model::{Element, Message};
use crate::script::event::{DownloadNews, Event, EventKind, Fired, WebhookCall, What};
use crate::script::filter::Hit;
use crate::script::handler::ArgumentValue;
use crate::script::vm;

const MESSAGE: &str = "m: Message, hit: Hit";

/// Every event that `bot.on` takes.
pub(super) static EVENTS: &[EventDoc] = &[
    EventDoc { word: "receive", arguments: MESSAGE, doc: "Somebody else said something." },
    EventDoc {
        word: "sent",
        arguments: MESSAGE,
        doc: "The account said something, by hand or by another script. A script never hears what it said itself.",
    },
    EventDoc { word: "edit", arguments: MESSAGE, doc: "A message got a new content, which it has already." },
    EventDoc { word: "recall", arguments: MESSAGE, doc: "A message was taken back." },
    EventDoc { word: "delete", arguments: MESSAGE, doc: "A message was deleted here." },
    EventDoc {
        word: "download",
        arguments: "d: DownloadEvent",
        doc: "A file was fetched. With `progress = true` in the filter, its progress too. The log does not tell of downloads: a script that has heard that one is done deals with it over crashes too, but one that is done while the program ends, or while more than a thousand reports wait to be heard, is told to nobody. One that fails is told only to who asked for it.",
    },
    EventDoc { word: "read", arguments: "r: ReadEvent", doc: "The account, or a peer, has read a conversation." },
    EventDoc { word: "join", arguments: "g: MemberEvent", doc: "People came into a group." },
    EventDoc { word: "leave", arguments: "g: MemberEvent", doc: "People left a group, or were removed." },
    EventDoc {
        word: "timer",
        arguments: "t: TimerEvent",
        doc: "A timer is due. `bot.on(\"timer\", \"due\", fn)` takes those of one name.",
    },
    EventDoc { word: "start", arguments: "", doc: "This version of the script begins to work. Not repeated after a crash." },
    EventDoc {
        word: "stop",
        arguments: "s: StopEvent",
        doc: "This version ends. What it wants then is written before the next version hears anything, unless that takes more than five seconds. Runs that are under way may end after it. Not repeated after a crash.",
    },
];

pub(super) static HIT: Record = Record {
    name: "Hit",
    doc: "What the filter found in the message.",
    keys: &[
        key("word", "string?", "The word of the filter that is in the text, as the filter has it."),
        key("captures", "{ string? }", "What the pattern matched: the whole match, then its groups."),
    ],
};

pub(super) static TIMER: Record = Record {
    name: "TimerEvent",
    doc: "A timer that is due.",
    keys: &[
        key("id", "string", "As `bot.timer.at` returned it."),
        key("name", "string", "Its name."),
        key("data", "any", "Its data."),
        key("due", "Time", "When it was due."),
        key("late", "number", "How many seconds ago that was."),
        key("missed", "number", "How many earlier times were missed and are answered with this one."),
    ],
};

pub(super) static DOWNLOAD: Record = Record {
    name: "DownloadEvent",
    doc: "How far a download is.",
    keys: &[
        key("done", "boolean", "Whether all of it is there."),
        key("path", "string?", "Where the file is, once it is all there."),
        key("name", "string?", "The last part of the path."),
        key("size", "number", "Bytes in all; as many as there are while that is not known."),
        key("bytes", "number", "Bytes that are there."),
        key("total", "number?", "Bytes in all, if that is known."),
        key("message", "string?", "The id of the message that names the file, if it is for one."),
    ],
};

pub(super) static STOP: Record = Record {
    name: "StopEvent",
    doc: "Why a version ends.",
    keys: &[key("reason", "\"replaced\" | \"removed\" | \"host\"", "A newer version takes over; the script was removed; the host ends.")],
};

pub(super) static READ: Record = Record {
    name: "ReadEvent",
    doc: "Somebody has read.",
    keys: &[key("by", "User", "Who."), key("up_to", "Time", "Everything up to then."), key("chat", "Chat?", "Where.")],
};

pub(super) static MEMBERS: Record = Record {
    name: "MemberEvent",
    doc: "Who came or left.",
    keys: &[
        key("people", "{ User }", "Whom it happened to."),
        key("by", "User?", "Who did it."),
        key("chat", "Chat?", "Which group."),
        key("message", "Message", "The notice that tells of it."),
    ],
};

pub(super) static WEBHOOK: Record = Record {
    name: "WebhookCall",
    doc: "A request to a webhook.",
    keys: &[
        key("path", "string", "What stands behind the script's name."),
        key("method", "string", "`POST`, `GET` …"),
        key("headers", "{ [string]: string }", "By name, in lower case."),
        key("query", "{ [string]: string }", "What stands behind the `?`."),
        key("body", "string", "The body: text, or bytes."),
        key("json", "(...any) -> any", "Reads the body as JSON: `call.json()`. Returns nil and why, if it is none."),
    ],
};

/// What a handler is called with.
pub(in crate::script) fn event_arguments(
    lua: &Lua,
    event: &Arc<Event>,
    hit: Option<&Hit>,
    arguments: Option<&BTreeMap<String, ArgumentValue>>,
) -> mlua::Result<MultiValue> {
    match &event.what {
        What::Nothing => Ok(MultiValue::new()),
        What::Ending(ending) => {
            let table = lua.create_table()?;
            table.raw_set("reason", ending.word())?;
            table.into_lua_multi(lua)
        }
        What::Message(message) if matches!(event.kind, EventKind::Join | EventKind::Leave) => members(lua, message)?.into_lua_multi(lua),
        What::Message(message) => {
            let message = Heard::value(lua, message)?;
            let more = match arguments {
                Some(arguments) => given(lua, arguments)?,
                None => found(lua, hit)?,
            };
            Ok(MultiValue::from_iter([message, more]))
        }
        What::Read { by, up_to } => {
            let table = lua.create_table()?;
            table.raw_set("by", User::value(lua, by, None)?)?;
            table.raw_set("up_to", Time::value(lua, *up_to)?)?;
            if let Some(place) = event.place() {
                table.raw_set("chat", Chat::value(lua, place)?)?;
            }
            table.into_lua_multi(lua)
        }
        What::Download(news) => download(lua, news)?.into_lua_multi(lua),
        What::Timer(fired) => timer(lua, fired)?.into_lua_multi(lua),
        What::Webhook(call) => webhook(lua, call)?.into_lua_multi(lua),
    }
}

/// What the filter found.
fn found(lua: &Lua, hit: Option<&Hit>) -> mlua::Result<Value> {
    let Some(hit) = hit else { return Ok(Value::Nil) };
    let table = lua.create_table()?;
    if let Some(word) = &hit.word {
        table.raw_set("word", word.as_str())?;
    }
    let captures = lua.create_table()?;
    for (place, capture) in hit.captures.iter().enumerate() {
        captures.raw_set(place + 1, capture.as_deref())?;
    }
    table.raw_set("captures", captures)?;
    Ok(Value::Table(table))
}

/// The arguments of a command by name.
fn given(lua: &Lua, arguments: &BTreeMap<String, ArgumentValue>) -> mlua::Result<Value> {
    let table = lua.create_table_with_capacity(0, arguments.len())?;
    for (name, value) in arguments {
        let value = match value {
            ArgumentValue::Text(text) => Value::String(lua.create_string(text)?),
            ArgumentValue::Number(number) | ArgumentValue::Duration(number) => Value::Number(*number),
            ArgumentValue::Time(unix) => Time::value(lua, *unix)?,
        };
        table.raw_set(name.as_str(), value)?;
    }
    Ok(Value::Table(table))
}

fn timer(lua: &Lua, fired: &Fired) -> mlua::Result<Table> {
    let now = vm::current_run(lua)?.borrow().facts.now;
    let table = lua.create_table()?;
    table.raw_set("id", fired.id.as_str())?;
    table.raw_set("name", fired.name.as_str())?;
    table.raw_set("data", plain::to_lua(lua, &fired.data)?)?;
    table.raw_set("due", Time::value(lua, fired.due)?)?;
    table.raw_set("late", now.saturating_sub(fired.due) as f64)?;
    table.raw_set("missed", fired.missed as f64)?;
    Ok(table)
}

fn download(lua: &Lua, news: &DownloadNews) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("done", news.path.is_some())?;
    table.raw_set("bytes", news.bytes as f64)?;
    table.raw_set("size", news.total.max(news.bytes) as f64)?;
    if news.total > 0 {
        table.raw_set("total", news.total as f64)?;
    }
    table.raw_set("message", news.id.as_deref())?;
    if let Some(path) = &news.path {
        table.raw_set("path", path.as_str())?;
        table.raw_set("name", path.rsplit(['/', '\\']).next())?;
    }
    Ok(table)
}

fn members(lua: &Lua, message: &Arc<Message>) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    let people = lua.create_table()?;
    let elements = message.body.elements();
    let tips = elements.iter().find_map(|element| if let Element::GroupTips(tips) = element { Some(tips) } else { None });
    if let Some(tips) = tips {
        for id in &tips.user_array {
            let profile = tips.changed_user_info_array.iter().find(|profile| profile.identifier == *id);
            let name = profile.map(|profile| profile.nick_name.as_str()).filter(|name| !name.is_empty());
            people.raw_push(User::value(lua, id, name)?)?;
        }
        if !tips.op_user.is_empty() {
            table.raw_set("by", User::value(lua, &tips.op_user, None)?)?;
        }
    }
    table.raw_set("people", people)?;
    table.raw_set("message", Heard::value(lua, message)?)?;
    if let Some(conversation) = &message.conversation {
        table.raw_set("chat", Chat::value(lua, conversation)?)?;
    }
    Ok(table)
}

fn webhook(lua: &Lua, call: &WebhookCall) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("path", call.path.as_str())?;
    table.raw_set("method", call.method.as_str())?;
    let named = |named: &BTreeMap<String, String>| lua.create_table_from(named.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    table.raw_set("headers", named(&call.headers)?)?;
    table.raw_set("query", named(&call.query)?)?;
    let body = plain::to_lua(lua, &call.body)?;
    table.raw_set("body", if body.is_nil() { Value::String(lua.create_string("")?) } else { body })?;
    http::with_json(lua, &table, &call.body)?;
    Ok(table)
}
