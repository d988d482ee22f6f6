//! Times as objects: moments that scripts compare, shift by lengths of time, and write for people.

use mlua::{Lua, Value};

use super::arguments::{Argument, Arguments};
use super::call::{Act, Outcome, one};
use super::docs::{Call, Place, arg};
use super::object::{Field, Object};
use super::shared;
use crate::script::{vm, when};

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time {
    /// Unix seconds.
    pub(super) unix: u64,
}

impl Time {
    /// As a value for scripts.
    pub(super) fn value(lua: &Lua, unix: u64) -> mlua::Result<Value> {
        lua.create_any_userdata(Self { unix }).map(Value::UserData)
    }
}

/// The script's time zone.
pub(super) fn zone(lua: &Lua) -> mlua::Result<when::Zone> {
    Ok(shared(lua)?.setup.zone.clone())
}

pub(super) static OBJECT: Object<Time> = Object {
    name: "Time",
    doc: "A moment, in seconds. `t + \"2h\"` and `t - \"15m\"` are other moments (a number stands for seconds), `t - u` is the number of seconds between two, `<`, `<=` and `==` compare. As text it is `2026-11-27 09:00:00` in the script's time zone.",
    fields: &[Field { name: "unix", luau: "number", doc: "Unix seconds.", get: |_, time| Ok(Value::Number(time.unix as f64)) }],
    methods: &[
        Call {
            path: "time:format",
            arguments: &[arg("pattern", "string", "`%Y-%m-%d %H:%M` and what else strftime knows.")],
            returns: "string",
            luau: None,
            line: "Writes the moment as the pattern says, in the script's time zone.",
            more: "The zone is that of the manifest (`zone = \"Europe/Vienna\"`), else that of the machine.",
            example: "m:reply(m.time:format(\"%A %H:%M\"))",
            place: Place::Anywhere,
            waits: false,
            act: Act::Plain(format),
        },
        Call {
            path: "time:friendly",
            arguments: &[],
            returns: "string",
            luau: None,
            line: "Writes the moment for people, seen from now: `in 2 h`, `tomorrow at 9:00`, `on Fri 27 Nov at 9:00`.",
            more: "",
            example: "m:reply(`I will remind you {a.when:friendly()}.`)",
            place: Place::Anywhere,
            waits: false,
            act: Act::Plain(friendly),
        },
    ],
    operators: &[("__add", &ADD), ("__sub", &SUB), ("__eq", &EQ), ("__lt", &LT), ("__le", &LE), ("__tostring", &TEXT)],
    operator_types: "    function __add(self, other: Duration): Time\n    function __sub(self, other: Duration | Time): any\n    function __lt(self, other: Time): boolean\n    function __le(self, other: Time): boolean\n",
};

/// An operator, which needs no description of its own.
const fn operator(path: &'static str, arguments: &'static [super::docs::Parameter], act: fn(&Lua, &mut Arguments) -> Outcome) -> Call {
    Call {
        path,
        arguments,
        returns: "",
        luau: None,
        line: "",
        more: "",
        example: "",
        place: Place::Anywhere,
        waits: false,
        act: Act::Plain(act),
    }
}

const SIDES: &[super::docs::Parameter] = &[arg("left", "Time", ""), arg("right", "Time | Duration", "")];

static ADD: Call = operator("time + length", SIDES, |lua, arguments| {
    let (left, right) = (arguments.next(), arguments.next());
    let (time, length) = match moment(&left) {
        Some(time) => (time, right.duration()?),
        // `"2h" + t` means the same.
        None => (moment(&right).ok_or_else(|| right.wrong("a time"))?, left.duration()?),
    };
    one(lua, Time::value(lua, time.unix.saturating_add(length.as_secs()))?)
});

static SUB: Call = operator("time - length", SIDES, |lua, arguments| {
    let (left, right) = (arguments.next(), arguments.next());
    let time = moment(&left).ok_or_else(|| left.wrong("a time"))?;
    match moment(&right) {
        Some(other) => one(lua, time.unix as f64 - other.unix as f64),
        None => one(lua, Time::value(lua, time.unix.saturating_sub(right.duration()?.as_secs()))?),
    }
});

static EQ: Call = operator("time == time", SIDES, |lua, arguments| {
    let (left, right) = (arguments.next(), arguments.next());
    one(lua, moment(&left).is_some() && moment(&left) == moment(&right))
});

static LT: Call = operator("time < time", SIDES, |lua, arguments| {
    let (left, right) = both(arguments)?;
    one(lua, left < right)
});

static LE: Call = operator("time <= time", SIDES, |lua, arguments| {
    let (left, right) = both(arguments)?;
    one(lua, left <= right)
});

static TEXT: Call = operator("tostring(time)", SIDES, |lua, arguments| {
    let time = arguments.next();
    let time = moment(&time).ok_or_else(|| time.wrong("a time"))?;
    one(lua, when::format(time.unix, "%Y-%m-%d %H:%M:%S", &zone(lua)?).unwrap_or_else(|_| time.unix.to_string()))
});

fn both(arguments: &mut Arguments) -> Result<(Time, Time), crate::script::op::Misuse> {
    let (left, right) = (arguments.next(), arguments.next());
    Ok((moment(&left).ok_or_else(|| left.wrong("a time"))?, moment(&right).ok_or_else(|| right.wrong("a time"))?))
}

fn moment(argument: &Argument) -> Option<Time> {
    argument.value.as_userdata()?.borrow::<Time>().ok().map(|time| *time)
}

fn format(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let time = *arguments.object::<Time>()?;
    let pattern = arguments.next();
    let text = when::format(time.unix, &pattern.text()?, &zone(lua)?).map_err(|wrong| pattern.bad(wrong))?;
    one(lua, text)
}

fn friendly(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let time = *arguments.object::<Time>()?;
    let now = vm::current_run(lua)?.borrow().facts.now;
    one(lua, when::friendly(time.unix, now, &zone(lua)?))
}
