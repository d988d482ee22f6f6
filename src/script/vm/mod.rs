//! The virtual machine: one version of one script in a sandbox, which is stopped when its time is used up, waits without holding a thread, makes
//! room for others, and cannot take anything down with it. Owns mlua's `Lua`; knows calls only as functions that may wait.

mod alarm;
mod clock;
mod convert;
mod fault;
mod flags;
mod json;
mod machine;
mod meter;
mod re;
mod require;
mod sandbox;
mod state;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;

use std::cell::RefCell;
use std::rc::Rc;

pub(super) use alarm::Alarm;
pub(super) use convert::{convert_objects_with, to_data, to_lua};
pub(super) use fault::Fault;
pub(super) use machine::{FunctionNo, Limits, Program, Step, Suspended, Vm};
pub(super) use state::{current_run, waiting_function};

use super::run::Run;

/// A run, shared between the machine that executes it and the host that looks after it, on one thread.
pub(super) type RunCell = Rc<RefCell<Run>>;
