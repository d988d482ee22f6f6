//! What scripts keep: values by key, for the script, for it in a conversation, for it and a person.

use mlua::{Lua, Value};

use super::arguments::{Argument, Arguments};
use super::call::{Act, Outcome, Wrong, ask, nothing, one};
use super::docs::{Call, Place, Record, arg, key};
use super::object::Object;
use super::plain;
use crate::script::data::Data;
use crate::script::op::{Misuse, Op, Shelf};

/// The longest key, bytes.
const MAX_KEY: usize = 256;
/// The largest value, bytes of its JSON.
const MAX_VALUE: usize = 64 << 10;
/// The most values of one page.
const MAX_PAGE: u64 = 1_000;
const PAGE: u64 = 100;

/// A shelf of values.
pub(super) struct Store {
    shelf: Shelf,
}

impl Store {
    pub(super) fn value(lua: &Lua, shelf: Shelf) -> mlua::Result<Value> {
        lua.create_any_userdata(Self { shelf }).map(Value::UserData)
    }
}

pub(super) static SCAN: Record = Record {
    name: "ScanOptions",
    doc: "Which values `store:scan` gives.",
    keys: &[
        key("prefix", "string?", "Only keys that begin with this."),
        key("after", "string?", "Only keys behind this one: `next` of the page before."),
        key("limit", "number?", "The most values, 1 to 1000; 100 if not given."),
    ],
};

pub(super) static PAGE_OF_VALUES: Record = Record {
    name: "StorePage",
    doc: "Values in the order of their keys.",
    keys: &[
        key("items", "{ { key: string, value: any } }", "Keys and values."),
        key("next", "string?", "What `after` takes for the next page; nil on the last one."),
    ],
};

const fn method(
    path: &'static str,
    arguments: &'static [super::docs::Parameter],
    returns: &'static str,
    docs: [&'static str; 3],
    place: Place,
    act: fn(&Lua, &mut Arguments) -> Outcome,
) -> Call {
    let [line, more, example] = docs;
    Call { path, arguments, returns, luau: None, line, more, example, place, waits: false, act: Act::Plain(act) }
}

const KEY: super::docs::Parameter = arg("key", "string", "1 to 256 bytes.");

pub(super) static OBJECT: Object<Store> = Object {
    name: "Store",
    doc: "Values by key: numbers, texts, booleans and tables of them. `bot.store` is the script's, `m.chat.store` is kept for each conversation, `m.from.store` for each person. What a run writes is there for its own reads at once, and for others when the run is written; a run that fails writes nothing.",
    fields: &[],
    methods: &[
        method(
            "store:get",
            &[KEY],
            "any",
            ["What is kept under a key, or nil.", "", "local seen = bot.store:get(\"seen\")"],
            Place::ListenersAndHooks,
            get,
        ),
        method(
            "store:set",
            &[KEY, arg("value", "any", "Plain data of at most 64 KiB; nil deletes.")],
            "",
            ["Keeps a value.", "", "m.from.store:set(\"language\", \"de\")"],
            Place::Listeners,
            set,
        ),
        method(
            "store:incr",
            &[KEY, arg("by", "number?", "How much; 1 if not given.")],
            "number",
            [
                "Adds to a number, and returns the sum.",
                "What is not there counts as 0. Runs that add at the same time never lose a count.",
                "local n = m.from.store:incr(\"points\")",
            ],
            Place::Listeners,
            incr,
        ),
        method(
            "store:update",
            &[KEY, arg("change", "(old: any) -> any", "Gets the present value and returns the new one. It must not wait.")],
            "any",
            [
                "Replaces a value by what a function makes of it, and returns that.",
                "If another run changes the value before this one is written, this one is repeated with the new value.",
                "bot.store:update(\"queue\", function(q) q = q or {}; table.insert(q, m.id); return q end)",
            ],
            Place::Listeners,
            update,
        ),
        method("store:delete", &[KEY], "", ["Forgets a value.", "", "m.chat.store:delete(\"poll\")"], Place::Listeners, delete),
        method(
            "store:scan",
            &[arg("options", "ScanOptions?", "Which ones; all if not given.")],
            "StorePage",
            [
                "Reads values in the order of their keys.",
                "",
                "for _, item in bot.store:scan({ prefix = \"user/\" }).items do print(item.key, item.value) end",
            ],
            Place::ListenersAndHooks,
            scan,
        ),
    ],
    operators: &[],
    operator_types: "",
};

fn shelf(arguments: &mut Arguments) -> Result<Shelf, Misuse> {
    Ok(arguments.object::<Store>()?.shelf.clone())
}

fn checked_key(argument: &Argument) -> Result<String, Misuse> {
    let key = argument.text()?;
    match key.len() {
        1..=MAX_KEY => Ok(key),
        length => Err(argument.bad(format_args!("a key has 1 to {MAX_KEY} bytes, this one has {length}"))),
    }
}

fn checked_value(lua: &Lua, argument: &Argument) -> Result<Data, Wrong> {
    let value = argument.data(lua)?;
    check_size(&value).map_err(|wrong| argument.bad(wrong))?;
    Ok(value)
}

fn check_size(value: &Data) -> Result<(), Misuse> {
    match value.to_json().len() {
        0..=MAX_VALUE => Ok(()),
        size => Err(Misuse(format!("the value is {size} bytes as JSON, the limit is {MAX_VALUE}"))),
    }
}

fn get(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let shelf = shelf(arguments)?;
    let key = checked_key(&arguments.next())?;
    ask(lua, Op::StoreGet { shelf, key, for_update: false })
}

fn set(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let shelf = shelf(arguments)?;
    let key = checked_key(&arguments.next())?;
    let value = checked_value(lua, &arguments.next())?;
    ask(lua, Op::StoreSet { shelf, key, value })?;
    nothing()
}

fn incr(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let shelf = shelf(arguments)?;
    let key = checked_key(&arguments.next())?;
    let by = arguments.next();
    let by = if by.is_nil() { 1.0 } else { by.number()? };
    ask(lua, Op::StoreIncr { shelf, key, by })
}

fn update(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let shelf = shelf(arguments)?;
    let key = checked_key(&arguments.next())?;
    let change = arguments.next().function()?;
    let old = ask(lua, Op::StoreGet { shelf: shelf.clone(), key: key.clone(), for_update: true })?;
    // Called from Rust, so that nothing inside can wait: the value would be another one afterwards.
    let new: Value = change.call(old).map_err(Wrong::Lua)?;
    let value = plain::to_data(lua, &new, "store:update: what the function returned", MAX_VALUE)?;
    check_size(&value).map_err(|wrong| arguments.misuse(wrong))?;
    ask(lua, Op::StoreSet { shelf, key, value })?;
    one(lua, new)
}

fn delete(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let shelf = shelf(arguments)?;
    let key = checked_key(&arguments.next())?;
    ask(lua, Op::StoreSet { shelf, key, value: Data::Nil })?;
    nothing()
}

fn scan(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let shelf = shelf(arguments)?;
    let options = arguments.next().options(SCAN.keys)?;
    let prefix = options.read("prefix", Argument::text)?.unwrap_or_default();
    let after = options.read("after", Argument::text)?;
    let limit = options.read("limit", |limit| limit.whole(1, MAX_PAGE))?.unwrap_or(PAGE);
    ask(lua, Op::StoreScan { shelf, prefix, after, limit: usize::try_from(limit).unwrap_or(usize::MAX) })
}
