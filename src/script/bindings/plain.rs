//! Values of Lua as plain data, and back.

use std::collections::BTreeMap;

use mlua::{Lua, Table, Value};

use super::arguments::kind;
use super::time::Time;
use crate::script::data::{Data, MAX_DEPTH};
use crate::script::op::Misuse;

/// What a value costs besides its texts, bytes.
const COST: usize = 8;

/// The plain data of a value: at most `limit` bytes, about. A time becomes its Unix seconds.
///
/// # Errors
/// [`Misuse`] that names the part which is no plain data: `.items[3]: a function cannot be kept`.
pub(super) fn to_data(value: &Value, limit: usize) -> Result<Data, Misuse> {
    let mut reader = Reader { left: limit, limit, path: Vec::new() };
    reader.read(value).map_err(|what| match reader.path.is_empty() {
        true => Misuse(what),
        false => Misuse(format!("{}: {what}", reader.path.concat())),
    })
}

struct Reader {
    left: usize,
    limit: usize,
    /// Where the reader is: `.items`, `[3]`. Left as it is where something is wrong.
    path: Vec<String>,
}

impl Reader {
    fn read(&mut self, value: &Value) -> Result<Data, String> {
        self.pay(COST)?;
        match value {
            Value::Nil => Ok(Data::Nil),
            Value::Boolean(is) => Ok(Data::Bool(*is)),
            Value::Integer(number) => Ok(Data::Number(*number as f64)),
            Value::Number(number) if number.is_finite() => Ok(Data::Number(*number)),
            Value::Number(number) => Err(format!("{number} cannot be kept: it is not finite")),
            Value::String(text) => {
                let bytes = text.as_bytes();
                self.pay(bytes.len())?;
                Ok(match std::str::from_utf8(&bytes) {
                    Ok(text) => Data::Text(text.to_owned()),
                    Err(_) => Data::Bytes(bytes.to_vec()),
                })
            }
            Value::Buffer(buffer) => {
                self.pay(buffer.len())?;
                Ok(Data::Bytes(buffer.to_vec()))
            }
            Value::Table(table) => self.table(table),
            Value::UserData(object) => match object.borrow::<Time>() {
                Ok(time) => Ok(Data::from(time.unix)),
                Err(_) => Err(format!("{} cannot be kept; keep its id", kind(value))),
            },
            other => Err(format!("{} cannot be kept", kind(other))),
        }
    }

    fn pay(&mut self, bytes: usize) -> Result<(), String> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(format!("this is more than {} bytes", self.limit)),
        }
    }

    /// A table with the keys 1 to n is a list; one without any is an empty map.
    fn table(&mut self, table: &Table) -> Result<Data, String> {
        if self.path.len() >= MAX_DEPTH {
            return Err(format!("tables are nested deeper than {MAX_DEPTH}, or contain themselves"));
        }
        let length = table.raw_len();
        if length == 0 {
            return self.map(table);
        }
        let mut list = Vec::new();
        let mut pairs = 0;
        for pair in table.pairs::<Value, Value>() {
            let (name, _) = pair.map_err(|error| error.to_string())?;
            pairs += 1;
            if pairs > length || !matches!(name, Value::Integer(_) | Value::Number(_)) {
                return Err("a table is a list or has names, not both".to_owned());
            }
        }
        for place in 1..=length {
            let value: Value = table.raw_get(place).map_err(|error| error.to_string())?;
            list.push(self.inside(format!("[{place}]"), &value)?);
        }
        Ok(Data::List(list))
    }

    fn map(&mut self, table: &Table) -> Result<Data, String> {
        let mut map = BTreeMap::new();
        for pair in table.pairs::<Value, Value>() {
            let (name, value) = pair.map_err(|error| error.to_string())?;
            let name = match &name {
                Value::String(name) => name.to_str().map(|name| name.to_owned()).map_err(|_| "a name is not UTF-8".to_owned())?,
                other => return Err(format!("{} cannot be a name: names are texts, lists begin with 1", kind(other))),
            };
            if name.starts_with('\0') {
                return Err("a name cannot begin with a zero byte".to_owned());
            }
            self.pay(name.len())?;
            let value = self.inside(format!(".{name}"), &value)?;
            map.insert(name, value);
        }
        Ok(Data::Map(map))
    }

    fn inside(&mut self, step: String, value: &Value) -> Result<Data, String> {
        self.path.push(step);
        let data = self.read(value)?;
        self.path.pop();
        Ok(data)
    }
}

/// The value of plain data.
pub(super) fn to_lua(lua: &Lua, data: &Data) -> mlua::Result<Value> {
    Ok(match data {
        Data::Nil => Value::Nil,
        Data::Bool(is) => Value::Boolean(*is),
        Data::Number(number) => Value::Number(*number),
        Data::Text(text) => Value::String(lua.create_string(text)?),
        Data::Bytes(bytes) => Value::String(lua.create_string(bytes)?),
        Data::List(list) => {
            let table = lua.create_table_with_capacity(list.len(), 0)?;
            for (place, value) in list.iter().enumerate() {
                table.raw_set(place + 1, to_lua(lua, value)?)?;
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
