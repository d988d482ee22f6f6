//! How a function of the API becomes a Lua function: its arguments are checked, what it asks goes to the run, and misuse is raised as a text
//! with the place in the script.

use std::ffi::c_void;

use mlua::{Function, IntoLuaMulti as _, LightUserData, Lua, MultiValue, Value};

use super::answer;
use super::arguments::Arguments;
use super::docs::Call;
use crate::script::op::{Misuse, Op};
use crate::script::run::Begun;
use crate::script::vm;

/// What a function does when it is called.
#[derive(Clone, Copy)]
pub(super) enum Act {
    /// Rust code, whose calls may wait if the entry says so.
    Plain(fn(&Lua, &mut Arguments) -> Outcome),
    /// A Lua function that is put together from others.
    Woven(fn(&Lua) -> mlua::Result<Function>),
    /// It is there already; only described here.
    Elsewhere,
}

/// What a function returns to the script, or why not.
pub(super) type Outcome = Result<MultiValue, Wrong>;

/// Why a function returns nothing.
pub(super) enum Wrong {
    /// The script's mistake.
    Misuse(Misuse),
    /// Raised by Lua, and passed on as it is.
    Lua(mlua::Error),
}

impl From<Misuse> for Wrong {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

impl From<mlua::Error> for Wrong {
    fn from(error: mlua::Error) -> Self {
        Self::Lua(error)
    }
}

/// Raises the second value as an error of the caller, if the first one is the mark. The numbers are the functions between here and the caller, of
/// which `more` are the API's own.
///
/// An error of Rust code would reach `pcall` without a place; a text with a place is what scripts expect.
const SETTLE: &str = r#"
local raise, error, more = ...
local function settle(mark, ...)
    if mark == raise then
        error((...), 3 + more)
    end
    return mark, ...
end
local function finish(mark, ...)
    if mark == raise then
        error((...), 4 + more)
    end
    return mark, ...
end
local function wrap(inner)
    return function(...)
        return settle(inner(...))
    end
end
return wrap, finish
"#;

/// What makes Rust functions into ones that raise texts.
pub(super) struct Settle {
    wrap: Function,
    /// For functions that wait.
    finish: Function,
}

static RAISE: u8 = 1;
static WAITING: u8 = 2;

/// A value that no script can have.
fn mark_of(what: &'static u8) -> LightUserData {
    LightUserData(std::ptr::from_ref(what).cast_mut().cast::<c_void>())
}

fn mark() -> Value {
    Value::LightUserData(mark_of(&RAISE))
}

/// The values that raise `misuse` in the script, where a call returns them or a waiting one is resumed with them.
pub(in crate::script) fn raised(lua: &Lua, misuse: &Misuse) -> mlua::Result<MultiValue> {
    (mark(), misuse.0.as_str()).into_lua_multi(lua)
}

impl Settle {
    /// For functions that scripts call.
    pub(super) fn new(lua: &Lua) -> mlua::Result<Self> {
        Self::behind(lua, 0)
    }

    /// For functions that a function of the API calls for the script.
    pub(super) fn inner(lua: &Lua) -> mlua::Result<Self> {
        Self::behind(lua, 1)
    }

    fn behind(lua: &Lua, more: u8) -> mlua::Result<Self> {
        let error: Function = lua.globals().get("error")?;
        let (wrap, finish) = lua.load(SETTLE).set_name("=bot").call((mark(), error, more))?;
        Ok(Self { wrap, finish })
    }

    /// `inner`, raising what it marks.
    fn function(&self, inner: Function) -> mlua::Result<Function> {
        self.wrap.call(inner)
    }

    /// The Lua function of an entry; none where it is elsewhere.
    pub(super) fn bind(&self, lua: &Lua, call: &'static Call) -> mlua::Result<Option<Function>> {
        let inner = match call.act {
            Act::Elsewhere => return Ok(None),
            Act::Woven(weave) => return weave(lua).map(Some),
            Act::Plain(act) => rust(lua, call, act)?,
        };
        let function = if call.waits { vm::waiting_function(lua, inner, Some(self.finish.clone()))? } else { self.function(inner)? };
        Ok(Some(function))
    }
}

fn rust(lua: &Lua, call: &'static Call, act: fn(&Lua, &mut Arguments) -> Outcome) -> mlua::Result<Function> {
    lua.create_function(move |lua, values: MultiValue| {
        let mut values = spoken(lua, act(lua, &mut Arguments::new(call, values)))?;
        // Whoever makes functions that wait wants to know first whether this one does.
        if call.waits && !is_waiting(&values) {
            values.push_front(Value::Boolean(false));
        }
        Ok(values)
    })
}

/// What a function returns when the run waits.
pub(super) fn waiting() -> MultiValue {
    MultiValue::from_iter([Value::Boolean(true), Value::LightUserData(mark_of(&WAITING))])
}

fn is_waiting(values: &MultiValue) -> bool {
    matches!(values.get(1), Some(Value::LightUserData(mark)) if *mark == mark_of(&WAITING))
}

/// What Lua gets of an outcome.
pub(super) fn spoken(lua: &Lua, outcome: Outcome) -> mlua::Result<MultiValue> {
    match outcome {
        Ok(values) => Ok(values),
        Err(Wrong::Misuse(misuse)) => raised(lua, &misuse),
        Err(Wrong::Lua(error)) => Err(error),
    }
}

/// Asks the host. What is returned goes to the script: the answer, or what makes it wait for one.
pub(super) fn ask(lua: &Lua, op: Op) -> Outcome {
    let run = vm::current_run(lua)?;
    let begun = run.borrow_mut().call(op.clone())?;
    match begun {
        Begun::Answered(answer) => Ok(answer::answer_values(lua, &op, &answer)?),
        Begun::Waits => Ok(waiting()),
    }
}

/// One value for the script.
pub(super) fn one(lua: &Lua, value: impl mlua::IntoLua) -> Outcome {
    Ok(value.into_lua_multi(lua)?)
}

/// No value.
pub(super) fn nothing() -> Outcome {
    Ok(MultiValue::new())
}
