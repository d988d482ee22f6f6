//! `json` for scripts: `json.encode(value)`, `json.decode(text)`, `json.null`.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

use mlua::{Lua, LuaString, MultiValue, Table, Value};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::convert::to_data;
use super::state::look_at_deadline;
use crate::script::data::Data;
use crate::script::op::Misuse;

/// The most bytes of a text that is read or made.
const MOST: usize = 4 << 20;

/// Puts `json` into the globals.
pub(super) fn install(lua: &Lua) -> mlua::Result<()> {
    let json = lua.create_table()?;
    json.raw_set("encode", lua.create_function(encode)?)?;
    json.raw_set("decode", lua.create_function(decode)?)?;
    json.raw_set("null", Value::NULL)?;
    lua.globals().raw_set("json", json)
}

fn encode(lua: &Lua, value: Value) -> mlua::Result<LuaString> {
    let data = to_data(lua, &value, "json.encode: argument 1", MOST)?;
    if has_bytes(&data) {
        return Err(mlua::Error::external(Misuse::new("json.encode: argument 1: a text in it is not UTF-8, and JSON has no bytes")));
    }
    lua.create_string(data.to_json())
}

fn has_bytes(data: &Data) -> bool {
    match data {
        Data::Bytes(_) => true,
        Data::List(list) => list.iter().any(has_bytes),
        Data::Map(map) => map.values().any(has_bytes),
        _ => false,
    }
}

/// The value, or nil and what is wrong with the text.
fn decode(lua: &Lua, text: LuaString) -> mlua::Result<MultiValue> {
    let bytes = text.as_bytes();
    if bytes.len() > MOST {
        return lua.pack_multi((Value::Nil, format!("the text is {} bytes, the limit is {MOST}", bytes.len())));
    }
    let reading = Reading { lua, seen: Cell::new(0), error: RefCell::new(None) };
    let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
    let value =
        Place { reading: &reading, in_list: false }.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    match (value, reading.error.take()) {
        (_, Some(error)) => Err(error),
        (Ok(value), None) => lua.pack_multi(value),
        (Err(wrong), None) => lua.pack_multi((Value::Nil, format!("this is no JSON, line {} column {}", wrong.line(), wrong.column()))),
    }
}

struct Reading<'a> {
    lua: &'a Lua,
    seen: Cell<usize>,
    /// What Lua said, which the reader of JSON cannot carry.
    error: RefCell<Option<mlua::Error>>,
}

impl Reading<'_> {
    fn done<T, E: serde::de::Error>(&self, result: mlua::Result<T>) -> Result<T, E> {
        self.seen.set(self.seen.get() + 1);
        let looked = if self.seen.get().is_multiple_of(1024) { look_at_deadline(self.lua) } else { Ok(()) };
        looked.and(result).map_err(|error| {
            self.error.replace(Some(error));
            E::custom("stopped")
        })
    }

    fn table<E: serde::de::Error>(&self) -> Result<Table, E> {
        self.done(self.lua.create_table())
    }
}

/// Where a value belongs.
#[derive(Clone, Copy)]
struct Place<'a> {
    reading: &'a Reading<'a>,
    in_list: bool,
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    /// As in [`super::convert::to_lua`]: absent in a map, in its place in a list.
    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        Ok(if self.in_list { Value::NULL } else { Value::Nil })
    }

    fn visit_bool<E: serde::de::Error>(self, is: bool) -> Result<Value, E> {
        Ok(Value::Boolean(is))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.reading.done(self.reading.lua.create_string(text).map(Value::String))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let table = self.reading.table()?;
        while let Some(item) = items.next_element_seed(Place { in_list: true, ..self })? {
            self.reading.done(table.raw_push(item))?;
        }
        Ok(Value::Table(table))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let table = self.reading.table()?;
        while let Some(name) = entries.next_key::<Cow<'de, str>>()? {
            let value = entries.next_value_seed(Place { in_list: false, ..self })?;
            self.reading.done(table.raw_set(&*name, value))?;
        }
        Ok(Value::Table(table))
    }
}
