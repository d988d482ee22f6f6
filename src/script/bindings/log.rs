//! `log` and `print`: lines of the script's log. Nothing of a message is in it unless the script puts it there.

use std::rc::Rc;

use mlua::{Lua, Value};

use super::arguments::Arguments;
use super::call::{Act, Outcome, nothing};
use super::docs::{Call, Namespace, Parameter, Place, arg};
use super::shared;
use crate::script::data::Data;
use crate::script::log::Level;
use crate::script::vm;

/// The longest message of a line, bytes.
const MAX_LINE: usize = 8 << 10;

const ARGUMENTS: &[Parameter] =
    &[arg("message", "string", "What happened."), arg("fields", "{ [string]: any }?", "Plain data that goes with it.")];

const fn level(path: &'static str, line: &'static str, example: &'static str, act: fn(&Lua, &mut Arguments) -> Outcome) -> Call {
    Call {
        path,
        arguments: ARGUMENTS,
        returns: "",
        luau: None,
        line,
        more: "",
        example,
        place: Place::Anywhere,
        waits: false,
        act: Act::Plain(act),
    }
}

pub(super) static NAMESPACE: Namespace = Namespace {
    path: "log",
    doc: "The script's log, shown by `mynah bot logs`. It keeps what the script writes into it and nothing else. What a dialog has logged before it went on is not logged again.",
    values: &[],
    calls: &[
        level("log.debug", "Logs what helps to find a mistake.", "log.debug(\"asked\", { url = url })", |lua, arguments| {
            line(lua, arguments, Level::Debug)
        }),
        level("log.info", "Logs what happened.", "log.info(\"stored\", { path = f.path, size = f.size })", |lua, arguments| {
            line(lua, arguments, Level::Info)
        }),
        level("log.warn", "Logs what may need attention.", "log.warn(\"slow answer\", { seconds = 12 })", |lua, arguments| {
            line(lua, arguments, Level::Warn)
        }),
        level("log.error", "Logs what went wrong.", "log.error(\"no answer\", { why = err })", |lua, arguments| {
            line(lua, arguments, Level::Error)
        }),
    ],
};

pub(super) static PRINT: Call = Call {
    path: "print",
    arguments: &[arg("...", "any", "What is to be shown, each as `tostring` gives it.")],
    returns: "",
    luau: Some("(...any) -> ()"),
    line: "Writes a line of level `info` into the script's log.",
    more: "",
    example: "print(\"loaded\", bot.version)",
    place: Place::Anywhere,
    waits: false,
    act: Act::Plain(print),
};

fn line(lua: &Lua, arguments: &mut Arguments, level: Level) -> Outcome {
    let message = arguments.next().words()?;
    let fields = arguments.next();
    let fields = if fields.is_nil() { Data::Nil } else { fields.data(lua)? };
    write(lua, level, message, &fields)?;
    nothing()
}

fn print(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let mut message = String::new();
    for no in 0..arguments.left() {
        if no > 0 {
            message.push('\t');
        }
        message.push_str(&shown(&arguments.next().value)?);
        if message.len() > MAX_LINE {
            break;
        }
    }
    write(lua, Level::Info, message, &Data::Nil)?;
    nothing()
}

fn shown(value: &Value) -> mlua::Result<String> {
    value.to_string()
}

fn write(lua: &Lua, level: Level, mut message: String, fields: &Data) -> mlua::Result<()> {
    // What an earlier step of a dialog has logged already.
    if vm::current_run(lua)?.borrow().is_replaying() {
        return Ok(());
    }
    if message.len() > MAX_LINE {
        let end = (0..=MAX_LINE).rev().find(|&end| message.is_char_boundary(end)).unwrap_or(0);
        message.truncate(end);
        message.push('…');
    }
    let log = Rc::clone(&shared(lua)?.setup.log);
    log(level, &message, fields);
    Ok(())
}
