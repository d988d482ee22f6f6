//! Files of messages as scripts see them.

use mlua::{Function, Lua, Table, Value};

use super::arguments::{Argument, Arguments};
use super::call::{Act, Outcome, Settle, ask};
use super::docs::{Call, Place, arg};
use super::object::{Field, Object};
use crate::fetch::safe_name;
use crate::model::{Element, ElementType, Message, TypeSet};
use crate::script::mime;
use crate::script::op::{Misuse, Op};
use crate::script::run::short;

/// The most bytes of a file that a script can have in its memory.
const MAX_READ: u64 = 8 << 20;
const READ: u64 = 1 << 20;

/// A file that a message names.
pub(super) struct File {
    /// The message's id.
    message: String,
    /// The position of its element, from 0.
    element: usize,
    name: String,
    size: u64,
    mime: &'static str,
    kind: ElementType,
}

impl File {
    /// The file of an element, if it has one.
    fn of(message: &str, place: usize, element: &Element) -> Option<Self> {
        let kind = element.kind()?;
        let mime = mime::of_element(element)?;
        let (name, size) = match element {
            Element::Image(image) => {
                let format = match image.format {
                    1 => "jpg",
                    2 => "gif",
                    3 => "png",
                    4 => "bmp",
                    _ => "",
                };
                (named("image", format), image.orig_pic_size.max(0).unsigned_abs())
            }
            Element::Sound(sound) => ("sound.m4a".to_owned(), sound.file_size.max(0).unsigned_abs()),
            Element::Video(video) => (named("video", &video.video_type), video.video_size),
            Element::File(file) => (file.file_name.clone(), file.file_size.max(0).unsigned_abs()),
            _ => return None,
        };
        Some(Self { message: message.to_owned(), element: place, name: safe_name(&name), size, mime, kind })
    }

    /// The same for the same file, and fit for a path.
    fn id(&self) -> String {
        short(xxhash_rust::xxh3::xxh3_64(format!("{}\u{0}{}", self.message, self.element).as_bytes()))
    }
}

fn named(stem: &str, ending: &str) -> String {
    if ending.is_empty() { stem.to_owned() } else { format!("{stem}.{ending}") }
}

/// The files of a message.
pub(super) fn list(lua: &Lua, message: &Message) -> mlua::Result<Value> {
    let list = lua.create_table()?;
    let kinds = TypeSet::from_iter([ElementType::Image, ElementType::Sound, ElementType::Video, ElementType::File]);
    if message.body.types().intersects(kinds) {
        let id = message.id_text();
        for (place, element) in message.body.elements().iter().enumerate() {
            if let Some(file) = File::of(&id, place, element) {
                list.raw_push(lua.create_any_userdata(file)?)?;
            }
        }
    }
    Ok(Value::Table(list))
}

pub(super) static OBJECT: Object<File> = Object {
    name: "File",
    doc: "A file of a message: an image, a sound, a video or any other.",
    fields: &[
        Field {
            name: "id",
            luau: "string",
            doc: "A short name, the same every time; fit for a path.",
            get: |lua, file| lua.create_string(file.id()).map(Value::String),
        },
        Field {
            name: "name",
            luau: "string",
            doc: "Its name without folders, made fit for a path.",
            get: |lua, file| lua.create_string(&file.name).map(Value::String),
        },
        Field {
            name: "size",
            luau: "number",
            doc: "Bytes, as the message says; 0 when it does not.",
            get: |_, file| Ok(Value::Number(file.size as f64)),
        },
        Field {
            name: "mime",
            luau: "string",
            doc: "Its MIME type, by what the message says: `image/png`.",
            get: |lua, file| lua.create_string(file.mime).map(Value::String),
        },
        Field {
            name: "kind",
            luau: "\"image\" | \"sound\" | \"video\" | \"file\"",
            doc: "What it is sent as.",
            get: |lua, file| lua.create_string(file.kind.word()).map(Value::String),
        },
    ],
    methods: &[
        Call {
            path: "f:save",
            arguments: &[arg("path", "string", "Below the script's own folder of files; folders are made.")],
            returns: "({ path: string, size: number, hash: string }?, string?)",
            luau: None,
            line: "Saves the file in the script's own folder, and says where, how large and with which hash.",
            more: "It is fetched if it is not here yet; what was begun goes on after an interruption. Needs `files` in the manifest. What fails gives `nil` and why.",
            example: "f:save(`{m.time:format(\"%Y/%m\")}/{f.id}-{f.name}`)",
            place: Place::Listeners,
            waits: true,
            act: Act::Plain(save),
        },
        Call {
            path: "f:text",
            arguments: &[arg("max", "number?", "The most bytes, at most 8 MiB; 1 MiB if not given.")],
            returns: "(string?, string?)",
            luau: None,
            line: "The file's content as text; `nil` and why if it is larger, no UTF-8 or cannot be had.",
            more: "",
            example: "local csv, err = f:text()",
            place: Place::Listeners,
            waits: true,
            act: Act::Woven(weave_text),
        },
        Call {
            path: "f:bytes",
            arguments: &[arg("max", "number?", "The most bytes, at most 8 MiB; 1 MiB if not given.")],
            returns: "(string?, string?)",
            luau: None,
            line: "The file's content as bytes; `nil` and why if it is larger or cannot be had.",
            more: "",
            example: "local head = f:bytes(1024)",
            place: Place::Listeners,
            waits: true,
            act: Act::Plain(bytes),
        },
    ],
    operators: &[],
    operator_types: "",
};

fn save(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let (message, element) = place(arguments)?;
    let path = arguments.next().text()?;
    ask(lua, Op::Save { message, element, path })
}

/// What is read may be text; only Lua is there when it comes.
const TEXT: &str = r#"
local read, len = ...
return function(file, max)
    local bytes, why = read(file, max)
    if bytes and not len(bytes) then
        return nil, "the file is no UTF-8"
    end
    return bytes, why
end
"#;

static READ_TEXT: Call = Call {
    path: "f:text",
    arguments: &[arg("max", "number?", "")],
    returns: "",
    luau: None,
    line: "",
    more: "",
    example: "",
    place: Place::Listeners,
    waits: true,
    act: Act::Plain(bytes),
};

fn weave_text(lua: &Lua) -> mlua::Result<Function> {
    let read = Settle::inner(lua)?.bind(lua, &READ_TEXT)?;
    let len: Function = lua.globals().get::<Table>("utf8")?.get("len")?;
    lua.load(TEXT).set_name("=bot").call((read, len))
}

fn bytes(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let (message, element) = place(arguments)?;
    let limit = limit(&arguments.next())?;
    ask(lua, Op::Read { message, element, limit })
}

fn place(arguments: &mut Arguments) -> Result<(String, usize), Misuse> {
    let file = arguments.object::<File>()?;
    Ok((file.message.clone(), file.element))
}

fn limit(argument: &Argument) -> Result<u64, Misuse> {
    if argument.is_nil() { Ok(READ) } else { argument.whole(1, MAX_READ) }
}
