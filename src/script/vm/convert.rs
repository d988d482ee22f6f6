//! Values of Lua as plain data and back. Owns what may be kept: no functions, no circles, nothing larger than it may be.

use std::rc::Rc;

use mlua::{AnyUserData, Lua, Table, Value};

use super::state::{look_at_deadline, state};
use crate::script::data::{Data, MAX_DEPTH};
use crate::script::op::Misuse;

/// Says what an object of the host is as data, if it is anything.
pub(super) type DataOf = Rc<dyn Fn(&AnyUserData) -> Option<Data>>;

/// Sets how objects of the host become data; without it none of them do.
///
/// # Errors
/// If this is no machine of the script host.
pub(in crate::script) fn convert_objects_with(lua: &Lua, data_of: DataOf) -> mlua::Result<()> {
    state(lua)?.data_of.replace(Some(data_of));
    Ok(())
}

/// The data that a value is. `name` is what the script calls it in errors, `most` the bytes that it may have, about as JSON would.
///
/// A table with the keys 1 to n is a list, one with names is a map, an empty one is a map. `json.null` is nil.
///
/// # Errors
/// [`Misuse`] with the path to what cannot be kept, as `data.items[3]: a function cannot be kept`; or the deadline.
pub(in crate::script) fn to_data(lua: &Lua, value: &Value, name: &str, most: usize) -> mlua::Result<Data> {
    let data_of = state(lua)?.data_of.borrow().clone();
    let mut reading = Reading { lua, data_of, most, left: most, seen: 0 };
    reading.data(value, 0).map_err(|trouble| trouble.into_error(name))
}

/// The value that data is. In lists nil is `json.null`, so that what is behind it keeps its place; in maps it is absent.
///
/// # Errors
/// When there is no memory.
pub(in crate::script) fn to_lua(lua: &Lua, data: &Data) -> mlua::Result<Value> {
    Ok(match data {
        Data::Nil => Value::Nil,
        Data::Bool(is) => Value::Boolean(*is),
        Data::Number(number) => Value::Number(*number),
        Data::Text(text) => Value::String(lua.create_string(text)?),
        Data::Bytes(bytes) => Value::String(lua.create_string(bytes)?),
        Data::List(list) => {
            let table = lua.create_table_with_capacity(list.len(), 0)?;
            for item in list {
                table.raw_push(if item.is_nil() { Value::NULL } else { to_lua(lua, item)? })?;
            }
            Value::Table(table)
        }
        Data::Map(map) => {
            let table = lua.create_table_with_capacity(0, map.len())?;
            for (name, value) in map {
                table.raw_set(name.as_str(), to_lua(lua, value)?)?;
            }
            Value::Table(table)
        }
    })
}

/// Why a value is no data: what, and the way there from the inside out.
enum Trouble {
    Misuse { path: Vec<String>, why: String },
    Error(mlua::Error),
}

impl Trouble {
    fn why(why: impl Into<String>) -> Self {
        Self::Misuse { path: Vec::new(), why: why.into() }
    }

    fn below(mut self, step: impl FnOnce() -> String) -> Self {
        if let Self::Misuse { path, .. } = &mut self {
            path.push(step());
        }
        self
    }

    fn into_error(self, name: &str) -> mlua::Error {
        match self {
            Self::Misuse { path, why } => {
                let path: String = path.into_iter().rev().collect();
                mlua::Error::external(Misuse::new(format!("{name}{path}: {why}")))
            }
            Self::Error(error) => error,
        }
    }
}

impl From<mlua::Error> for Trouble {
    fn from(error: mlua::Error) -> Self {
        Self::Error(error)
    }
}

struct Reading<'a> {
    lua: &'a Lua,
    data_of: Option<DataOf>,
    most: usize,
    left: usize,
    seen: usize,
}

impl Reading<'_> {
    fn take(&mut self, bytes: usize) -> Result<(), Trouble> {
        self.seen += 1;
        if self.seen.is_multiple_of(1024) {
            look_at_deadline(self.lua)?;
        }
        self.left = self
            .left
            .checked_sub(bytes)
            .ok_or_else(|| Trouble::why(format!("this is more than {} bytes, which is the limit", self.most)))?;
        Ok(())
    }

    fn data(&mut self, value: &Value, depth: usize) -> Result<Data, Trouble> {
        match value {
            Value::Nil => self.take(4).map(|()| Data::Nil),
            value if value.is_null() => self.take(4).map(|()| Data::Nil),
            Value::Boolean(is) => self.take(5).map(|()| Data::Bool(*is)),
            Value::Integer(number) => self.take(8).map(|()| Data::Number(*number as f64)),
            Value::Number(number) if number.is_finite() => self.take(8).map(|()| Data::Number(*number)),
            Value::Number(number) => Err(Trouble::why(format!("{number} cannot be kept"))),
            Value::String(text) => {
                let bytes = text.as_bytes();
                self.take(bytes.len() + 2)?;
                Ok(match std::str::from_utf8(&bytes) {
                    Ok(text) => Data::Text(text.to_owned()),
                    Err(_) => Data::Bytes(bytes.to_vec()),
                })
            }
            Value::Table(_) if depth == MAX_DEPTH => {
                Err(Trouble::why(format!("tables in tables deeper than {MAX_DEPTH}, or in a circle, cannot be kept")))
            }
            Value::Table(table) => self.table(table, depth),
            Value::UserData(object) => {
                let data = self.data_of.as_ref().and_then(|data_of| data_of(object));
                let data = data.ok_or_else(|| Trouble::why("an object of the host cannot be kept; keep its id"))?;
                self.take(data.to_json().len())?;
                Ok(data)
            }
            other => Err(Trouble::why(format!("a {} cannot be kept", other.type_name()))),
        }
    }

    fn table(&mut self, table: &Table, depth: usize) -> Result<Data, Trouble> {
        self.take(2)?;
        let length = table.raw_len();
        if length == 0 {
            return self.map(table, depth);
        }
        let mut list = Vec::with_capacity(length.min(self.left));
        for place in 1..=length {
            let item: Value = table.raw_get(place)?;
            if item.is_nil() {
                return Err(Trouble::why(format!("the list has a hole at {place}: put json.null there, or use names")));
            }
            list.push(self.data(&item, depth + 1).map_err(|trouble| trouble.below(|| format!("[{place}]")))?);
        }
        let mut keys = 0;
        for pair in table.clone().pairs::<Value, Value>() {
            keys += 1;
            if keys > length {
                let (key, _) = pair?;
                let why = "a table has either the items 1, 2, 3 … or names, not both";
                return Err(Trouble::why(match key.as_string() {
                    Some(name) => format!("{why}; {:?} is among its items", name.to_string_lossy()),
                    None => format!("{why}, and no holes"),
                }));
            }
        }
        Ok(Data::List(list))
    }

    fn map(&mut self, table: &Table, depth: usize) -> Result<Data, Trouble> {
        let mut map = std::collections::BTreeMap::new();
        for pair in table.clone().pairs::<Value, Value>() {
            let (key, value) = pair?;
            let Some(name) = key.as_string() else {
                return Err(Trouble::why(format!("a key is a {}; keys are names, or the items 1, 2, 3 … without holes", key.type_name())));
            };
            let Ok(name) = name.to_str().map(|name| name.to_owned()) else {
                return Err(Trouble::why("a key is not UTF-8"));
            };
            if name.starts_with('\0') {
                return Err(Trouble::why("a key begins with a zero byte"));
            }
            self.take(name.len() + 3)?;
            let data = self.data(&value, depth + 1).map_err(|trouble| trouble.below(|| format!(".{name}")))?;
            map.insert(name, data);
        }
        Ok(Data::Map(map))
    }
}
