//! `bot.timer`: timers that survive a restart. They carry a name and data, never a function.

use mlua::Lua;

use super::arguments::{Argument, Arguments};
use super::call::{Act, Outcome, Wrong, ask};
use super::docs::{Call, Namespace, Parameter, Place, Record, arg, key};
use crate::script::data::Data;
use crate::script::op::{Missed, Misuse, Op};
use crate::script::vm;

/// The longest name, bytes.
const MAX_NAME: usize = 64;

pub(super) static EVERY: Record = Record {
    name: "EveryOptions",
    doc: "How a timer comes again.",
    keys: &[
        key("zone", "string?", "The time zone of the schedule, such as `\"Europe/Vienna\"`; the script's if not given."),
        key(
            "missed",
            "(\"once\" | \"skip\" | \"all\")?",
            "What to do about times at which nobody was there: answer all with one (`\"once\"`, if not given), go on with the next, answer each.",
        ),
    ],
};

pub(super) static ROW: Record = Record {
    name: "TimerRow",
    doc: "A timer that waits.",
    keys: &[
        key("id", "string", "What `bot.timer.cancel` takes."),
        key("name", "string", "Its name."),
        key("due", "Time", "When it is due next."),
        key("data", "any", "Its data."),
        key("every", "string?", "Its schedule, if it comes again."),
    ],
};

const NAME: Parameter = arg("name", "string", "The handler's: `bot.on(\"timer\", name, fn)`. 1 to 64 bytes.");
const DATA: Parameter = arg("data", "any?", "Plain data for the handler, `t.data`; at most 64 KiB.");

pub(super) static NAMESPACE: Namespace = Namespace {
    path: "bot.timer",
    doc: "Timers survive a restart, an update and a crash. They have a name and data: the handler is found by the name when the time comes. One that was missed is answered late, and knows how late.",
    values: &[],
    calls: &[
        Call {
            path: "bot.timer.at",
            arguments: &[arg("when", "When", "A time: an object, text such as `\"fri 9:00\"`, or Unix seconds."), NAME, DATA],
            returns: "string",
            luau: None,
            line: "Sets a timer for a time, and returns its id.",
            more: "A time that has passed is due at once.",
            example: "bot.timer.at(a.when, \"due\", { chat = m.chat.id, what = a.what })",
            place: Place::Listeners,
            waits: false,
            act: Act::Plain(at),
        },
        Call {
            path: "bot.timer.after",
            arguments: &[arg("length", "Duration", "How long from now: `\"15m\"`, or seconds."), NAME, DATA],
            returns: "string",
            luau: None,
            line: "Sets a timer for some time from now, and returns its id.",
            more: "",
            example: "bot.timer.after(\"2h\", \"check\", { id = m.id })",
            place: Place::Listeners,
            waits: false,
            act: Act::Plain(after),
        },
        Call {
            path: "bot.timer.every",
            arguments: &[
                arg(
                    "schedule",
                    "string",
                    "`\"15m\"`, `\"daily 9:00\"`, `\"weekdays 9:00\"`, `\"mon,fri 9:00\"`, `\"monthly 1 9:00\"`, or cron: `\"0 9 * * 1-5\"`.",
                ),
                NAME,
                DATA,
                arg("options", "EveryOptions?", "Time zone, and what to do about missed times."),
            ],
            returns: "string",
            luau: None,
            line: "Sets a timer that comes again and again, and returns its id.",
            more: "The same schedule under the same name is the same timer, so it can be set at every start.",
            example: "bot.on(\"start\", function() bot.timer.every(\"weekdays 9:00\", \"digest\", nil, { zone = \"Europe/Vienna\" }) end)",
            place: Place::Listeners,
            waits: false,
            act: Act::Plain(every),
        },
        Call {
            path: "bot.timer.cancel",
            arguments: &[arg("id", "string", "As it was returned.")],
            returns: "boolean",
            luau: None,
            line: "Drops a timer, and says whether there was one.",
            more: "",
            example: "m:reply(bot.timer.cancel(a.id) and \"Dropped.\" or \"I have no such reminder.\")",
            place: Place::Listeners,
            waits: false,
            act: Act::Plain(cancel),
        },
        Call {
            path: "bot.timer.list",
            arguments: &[arg("name", "string?", "Only timers of this name.")],
            returns: "{ TimerRow }",
            luau: None,
            line: "The script's timers, the next one first.",
            more: "",
            example: "for _, t in bot.timer.list(\"due\") do print(t.id, t.due:friendly()) end",
            place: Place::Listeners,
            waits: false,
            act: Act::Plain(list),
        },
    ],
};

fn name(argument: &Argument) -> Result<String, Misuse> {
    let name = argument.text()?;
    match name.len() {
        1..=MAX_NAME => Ok(name),
        length => Err(argument.bad(format_args!("a name has 1 to {MAX_NAME} bytes, this one has {length}"))),
    }
}

fn data(lua: &Lua, argument: &Argument) -> Result<Data, Wrong> {
    if argument.is_nil() { Ok(Data::Nil) } else { argument.data(lua) }
}

fn at(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let at = arguments.next().time(lua)?;
    let name = name(&arguments.next())?;
    let data = data(lua, &arguments.next())?;
    ask(lua, Op::TimerAt { at, name, data })
}

fn after(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let length = arguments.next().duration()?;
    let name = name(&arguments.next())?;
    let data = data(lua, &arguments.next())?;
    let now = vm::current_run(lua)?.borrow().facts.now;
    ask(lua, Op::TimerAt { at: now.saturating_add(length.as_secs()), name, data })
}

fn every(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let schedule = arguments.next().text()?;
    let name = name(&arguments.next())?;
    let data = data(lua, &arguments.next())?;
    let options = arguments.next().options(EVERY.keys)?;
    let missed = [("once", Missed::Once), ("skip", Missed::Skip), ("all", Missed::All)];
    let missed = options.read("missed", |given| given.choice(&missed))?.unwrap_or_default();
    let zone = options.read("zone", Argument::text)?;
    ask(lua, Op::TimerEvery { schedule, zone, missed, name, data })
}

fn cancel(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let id = arguments.next().text()?;
    ask(lua, Op::TimerCancel { id })
}

fn list(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let name = arguments.next();
    let name = if name.is_nil() { None } else { Some(name.text()?) };
    ask(lua, Op::TimerList { name })
}
