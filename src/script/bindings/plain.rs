//! Values of Lua as plain data, with errors that name the argument.

use mlua::{AnyUserData, Lua, Value};

use super::call::Wrong;
use super::time::Time;
use crate::script::data::Data;
use crate::script::op::Misuse;
use crate::script::vm;

pub(super) use crate::script::vm::to_lua;

/// The plain data of a value, at most `limit` bytes. `at` is what it is called in errors.
pub(super) fn to_data(lua: &Lua, value: &Value, at: &str, limit: usize) -> Result<Data, Wrong> {
    vm::to_data(lua, value, at, limit).map_err(|error| match error.downcast_ref::<Misuse>() {
        Some(misuse) => Wrong::Misuse(misuse.clone()),
        None => Wrong::Lua(error),
    })
}

/// What objects are as data: a time is its Unix seconds, nothing else can be kept.
pub(super) fn of_object(object: &AnyUserData) -> Option<Data> {
    object.borrow::<Time>().ok().map(|time| Data::from(time.unix))
}
