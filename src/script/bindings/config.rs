//! `bot.config`: the values that the operator and the manifest give. A key that was not declared is an error, so that a mistyped one shows.

use mlua::{Function, Lua, Table, Value};

use super::plain;
use crate::script::data::Data;

const UNKNOWN: &str = r#"
local error, tostring, known, declared = ...
return function(_, key)
    if declared[key] then
        return nil
    end
    error(`bot.config has no {tostring(key)}; {known}. It is declared in the head of the file: --!mynah config.{tostring(key)} = \{ type = "string" \}`, 2)
end
"#;

/// The table of the configuration, frozen.
pub(super) fn table(lua: &Lua, config: &Data) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    let declared = lua.create_table()?;
    let mut names: Vec<&str> = Vec::new();
    if let Data::Map(config) = config {
        for (name, value) in config {
            let value = plain::to_lua(lua, value)?;
            freeze(&value)?;
            table.raw_set(name.as_str(), value)?;
            declared.raw_set(name.as_str(), true)?;
            names.push(name);
        }
    }
    let known = if names.is_empty() { "nothing is declared".to_owned() } else { format!("known are {}", names.join(", ")) };
    let globals = lua.globals();
    let (error, tostring): (Function, Function) = (globals.get("error")?, globals.get("tostring")?);
    let unknown: Function = lua.load(UNKNOWN).set_name("=bot").call((error, tostring, known, declared))?;
    let meta = lua.create_table()?;
    meta.raw_set("__index", unknown)?;
    meta.raw_set("__metatable", false)?;
    meta.set_readonly(true);
    table.set_metatable(Some(meta))?;
    table.set_readonly(true);
    Ok(table)
}

fn freeze(value: &Value) -> mlua::Result<()> {
    if let Value::Table(table) = value {
        for pair in table.pairs::<Value, Value>() {
            freeze(&pair?.1)?;
        }
        table.set_readonly(true);
    }
    Ok(())
}
