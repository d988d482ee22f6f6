//! Answers of the host as values of Lua.

use std::sync::Arc;

use mlua::{IntoLuaMulti as _, Lua, MultiValue, Value};

use super::http;
use super::message::Heard;
use super::plain;
use super::time::Time;
use crate::model::Message;
use crate::script::op::{Answer, Op};

/// What a call returns to the script, also one that waited.
pub(in crate::script) fn answer_values(lua: &Lua, op: &Op, answer: &Answer) -> mlua::Result<MultiValue> {
    match answer {
        Answer::Failed { why } => (Value::Nil, why.as_str()).into_lua_multi(lua),
        Answer::Messages { messages, next } => match op {
            Op::History { .. } => page(lua, messages, next.as_deref())?.into_lua_multi(lua),
            _ => match messages.first() {
                Some(json) => heard(lua, json)?.into_lua_multi(lua),
                None => Value::Nil.into_lua_multi(lua),
            },
        },
        Answer::Data(data) => match op {
            Op::Http(_) => http::response(lua, data)?.into_lua_multi(lua),
            Op::TimerList { .. } => {
                let value = plain::to_lua(lua, data)?;
                with_times(lua, &value, "due")?;
                value.into_lua_multi(lua)
            }
            Op::Search { .. } => {
                let value = plain::to_lua(lua, data)?;
                if let Value::Table(page) = &value {
                    with_times(lua, &page.raw_get("timeline")?, "time")?;
                }
                value.into_lua_multi(lua)
            }
            _ => plain::to_lua(lua, data)?.into_lua_multi(lua),
        },
    }
}

fn heard(lua: &Lua, json: &str) -> mlua::Result<Value> {
    let message = Message::from_json(json).map_err(mlua::Error::external)?;
    Heard::value(lua, &Arc::new(message))
}

fn page(lua: &Lua, messages: &[String], next: Option<&str>) -> mlua::Result<Value> {
    let list = lua.create_table_with_capacity(messages.len(), 0)?;
    for json in messages {
        list.raw_push(heard(lua, json)?)?;
    }
    let page = lua.create_table()?;
    page.raw_set("messages", list)?;
    page.raw_set("next", next)?;
    Ok(Value::Table(page))
}

/// Makes times of the seconds that stand under a name in each row of a list.
fn with_times(lua: &Lua, rows: &Value, name: &str) -> mlua::Result<()> {
    let Value::Table(list) = rows else { return Ok(()) };
    for row in list.sequence_values::<mlua::Table>() {
        let row = row?;
        let second: f64 = row.raw_get(name)?;
        row.raw_set(name, Time::value(lua, second.max(0.0) as u64)?)?;
    }
    Ok(())
}
