//! What is said: a text, or a table with text, files, mentions.

use mlua::{Lua, Value};

use super::arguments::{Argument, Options};
use super::call::Wrong;
use super::docs::{Record, key};
use super::message::Heard;
use crate::script::op::{Content, Misuse};

pub(super) static SAID: Record = Record {
    name: "Said",
    doc: "What is said.",
    keys: &[
        key("text", "string?", "The text."),
        key("files", "{ string }?", "Files below the script's own folder."),
        key("reply_to", "(string | Message)?", "The message that it answers: its id, or the message."),
        key("mentions", "{ string | User }?", "Who is mentioned."),
        key("custom", "any", "Data for programs: text as it is, anything else as JSON."),
    ],
};

/// Reads what is to be said.
pub(super) fn content(lua: &Lua, argument: &Argument) -> Result<Content, Wrong> {
    match &argument.value {
        Value::Table(_) => table(lua, &argument.options(SAID.keys)?),
        Value::String(_) | Value::Integer(_) | Value::Number(_) => Ok(Content { text: Some(argument.words()?), ..Content::default() }),
        _ => Err(argument.wrong("text or a table").into()),
    }
}

fn table(lua: &Lua, options: &Options) -> Result<Content, Wrong> {
    let content = Content {
        text: options.read("text", Argument::words)?,
        files: options.read("files", |files| files.list(Argument::text))?.unwrap_or_default(),
        reply_to: options.read("reply_to", id)?,
        mentions: options.read("mentions", |people| people.list(Argument::user))?.unwrap_or_default(),
        custom: options.read("custom", |data| custom(lua, data))?,
    };
    if content.text.is_none() && content.files.is_empty() && content.custom.is_none() {
        return Err(options.bad("there is nothing to say: text, files or custom is missing").into());
    }
    Ok(content)
}

/// A message, by itself or its id.
fn id(argument: &Argument) -> Result<String, Misuse> {
    match &argument.value {
        Value::UserData(object) => object.borrow::<Heard>().map(|message| message.id()).map_err(|_| argument.wrong("a message or its id")),
        _ => argument.text(),
    }
}

fn custom(lua: &Lua, argument: &Argument) -> Result<String, Wrong> {
    match &argument.value {
        Value::String(_) => Ok(argument.text()?),
        _ => Ok(argument.data(lua)?.to_json()),
    }
}
