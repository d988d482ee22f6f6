//! What scripts find in their globals: the library of Luau without what reaches outside or cannot be stopped, and the host's own part of it.

use mlua::chunk::{ChunkMode, Compiler};
use mlua::{Function, Lua, LuaOptions, MultiValue, StdLib, Table, Value};

use super::fault::{self, HOST};
use super::state::State;
use super::{clock, json, re, text};

/// What is left of the globals of Luau. `getfenv`, `setfenv`, `newproxy`, `loadstring`, `collectgarbage` and `gcinfo` are not: they reach into
/// other functions, run what was never checked, or tell of the machine what is another in each run. `print` is the bindings'.
const GLOBALS: [&str; 32] = [
    "_G",
    "_VERSION",
    "assert",
    "bit32",
    "buffer",
    "coroutine",
    "debug",
    "error",
    "getmetatable",
    "ipairs",
    "math",
    "next",
    "os",
    "pairs",
    "pcall",
    "rawequal",
    "rawget",
    "rawlen",
    "rawset",
    "require",
    "select",
    "setmetatable",
    "string",
    "table",
    "tonumber",
    "tostring",
    "type",
    "typeof",
    "unpack",
    "utf8",
    "vector",
    "xpcall",
];

/// Functions of the library's tables that are taken out. Those of `table` call a function for each element in one go; it may be one that is
/// not Lua, and then nothing looks at the deadline.
const REMOVED: [(&str, &str); 2] = [("table", "foreach"), ("table", "foreachi")];

/// The longest that a table of the globals lies inside others.
const MAX_NESTING: usize = 8;

/// A machine with nothing of the host's in it.
pub(super) fn machine() -> mlua::Result<Lua> {
    let libraries = StdLib::COROUTINE
        | StdLib::TABLE
        | StdLib::OS
        | StdLib::STRING
        | StdLib::UTF8
        | StdLib::BIT
        | StdLib::MATH
        | StdLib::BUFFER
        | StdLib::VECTOR
        | StdLib::DEBUG;
    // With `catch_rust_panics(false)` mlua replaces pcall by one through which nothing can wait. The one of Luau is kept; a panic that it
    // has caught goes on as soon as the prelude looks at what was caught, so that no script can hold it back.
    Lua::new_with(libraries, LuaOptions::new().catch_rust_panics(true))
}

/// How scripts are compiled: with lines, so that errors have a place, and without inlining, so that tracebacks are whole.
pub(super) fn compiler() -> Compiler {
    Compiler::new().set_optimization_level(1).set_debug_level(1)
}

/// Puts the host's part into the globals and takes out what scripts may not have. Everything has to be there before [`freeze`].
pub(super) fn furnish(lua: &Lua, state: &State) -> mlua::Result<()> {
    let host = lua.create_table()?;
    host.raw_set("name", HOST)?;
    host.raw_set("theirs", &state.theirs)?;
    host.raw_set("waits", &state.waits)?;
    host.raw_set("told", lua.create_function(told)?)?;
    host.raw_set("resolve", lua.create_function(super::require::resolve)?)?;
    host.raw_set("chunk", lua.create_function(super::require::chunk)?)?;
    text::install(lua, &host)?;
    clock::install(lua, &host)?;
    let prelude = lua
        .load(include_str!("prelude.luau"))
        .set_name(format!("={HOST}"))
        .set_mode(ChunkMode::Text)
        .set_compiler(Compiler::new().set_optimization_level(1).set_debug_level(0));
    let waiting: Function = prelude.call(host)?;
    state.waiting.replace(Some(waiting));
    let globals = lua.globals();
    for (library, function) in REMOVED {
        globals.raw_get::<Table>(library)?.raw_remove(function)?;
    }
    for pair in globals.clone().pairs::<Value, Value>() {
        let (name, _) = pair?;
        if !name.as_string().is_some_and(|name| GLOBALS.iter().any(|kept| name == *kept)) {
            globals.raw_set(name, Value::Nil)?;
        }
    }
    json::install(lua)?;
    re::install(lua)
}

/// Makes all that scripts find unchangeable. What they set themselves is theirs.
pub(super) fn freeze(lua: &Lua) -> mlua::Result<()> {
    let globals = lua.globals();
    for pair in globals.pairs::<Value, Value>() {
        if let (name, Value::Table(table)) = pair?
            && name.as_string().is_none_or(|name| name != "_G")
        {
            freeze_table(&table, MAX_NESTING)?;
        }
    }
    lua.sandbox(true)
}

fn freeze_table(table: &Table, nesting: usize) -> mlua::Result<()> {
    if nesting > 0 && !table.is_readonly() {
        table.set_readonly(true);
        for pair in table.clone().pairs::<Value, Value>() {
            if let Value::Table(inner) = pair?.1 {
                freeze_table(&inner, nesting - 1)?;
            }
        }
    }
    Ok(())
}

/// What a script gets in place of a caught error object of the host. Reading a panic that was caught lets it go on.
fn told(lua: &Lua, problem: Value) -> mlua::Result<MultiValue> {
    let told = match &problem {
        Value::Error(error) => Value::String(lua.create_string(fault::text_of(error))?),
        _ => problem,
    };
    Ok(MultiValue::from_iter([told]))
}
