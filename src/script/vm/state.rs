//! What a machine knows of the run whose code it executes. Reached from every function of the host by [`current_run`].

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use mlua::{Function, Lua, Table, Value, VmState};

use super::RunCell;
use super::convert::DataOf;
use super::meter::{Meter, Verdict};

/// The state of one machine, in its `Lua` as data of the application.
pub(super) struct State {
    pub(super) meter: Meter,
    /// The run whose code is executed, in whichever coroutine.
    pub(super) run: RefCell<Option<RunCell>>,
    /// Functions that were registered, for as long as the machine lives.
    pub(super) kept: RefCell<Vec<Function>>,
    /// Marks what a script's coroutine yields to the script.
    pub(super) theirs: Table,
    /// Marks what is yielded to the host because the run waits.
    pub(super) waits: Table,
    /// Makes functions that wait, see [`waiting_function`].
    pub(super) waiting: RefCell<Option<Function>>,
    /// How objects of the host become data.
    pub(super) data_of: RefCell<Option<DataOf>>,
    /// The files of the script, by path.
    pub(super) files: BTreeMap<String, Arc<str>>,
    /// What time it was when the run began, so that `os.clock` is the same in each repetition.
    pub(super) began_at: Cell<u64>,
}

/// The state of the machine.
///
/// # Errors
/// If this is no machine of the script host.
pub(super) fn state(lua: &Lua) -> mlua::Result<Rc<State>> {
    match lua.app_data_ref::<Rc<State>>() {
        Some(state) => Ok(Rc::clone(&state)),
        None => Err(mlua::Error::runtime("this is no machine of the script host")),
    }
}

/// The run whose code is being executed, also inside coroutines of the script.
///
/// # Errors
/// If none is: a function of the host was kept and called from outside.
pub(in crate::script) fn current_run(lua: &Lua) -> mlua::Result<RunCell> {
    let run = state(lua)?.run.borrow().clone();
    run.ok_or_else(|| mlua::Error::runtime("no run is under way"))
}

/// A Lua function that may wait. It calls `prepare(…)`, whose first result says whether the run waits; if it does not, the other results are the
/// answer, and if it does, the values are with which [`Vm::resume`](super::Vm::resume) goes on. The caller gets the answer, or what `finish`
/// makes of it. Inside `table.sort`, `string.gsub` and metamethods, which cannot be left, `prepare` is not called and an error is raised.
///
/// # Errors
/// When there is no memory.
pub(in crate::script) fn waiting_function(lua: &Lua, prepare: Function, finish: Option<Function>) -> mlua::Result<Function> {
    let waiting = state(lua)?.waiting.borrow().clone();
    match waiting {
        Some(waiting) => waiting.call((prepare, finish)),
        None => Err(mlua::Error::runtime("functions that wait can be made once the machine is furnished")),
    }
}

/// For functions of the host that go through much: to be called now and then, so that the deadline holds in them too.
///
/// # Errors
/// When the run has to stop.
#[inline]
pub(in crate::script) fn look_at_deadline(lua: &Lua) -> mlua::Result<()> {
    let state = state(lua)?;
    match state.meter.is_due() && state.meter.look() == Verdict::Stop {
        true => Err(stopped()),
        false => Ok(()),
    }
}

impl State {
    /// What Luau asks at every call, return and backward jump.
    #[inline]
    pub(super) fn interrupt(&self) -> mlua::Result<VmState> {
        match self.meter.is_due() {
            true => self.interrupt_now(),
            false => Ok(VmState::Continue),
        }
    }

    #[cold]
    fn interrupt_now(&self) -> mlua::Result<VmState> {
        match self.meter.look() {
            Verdict::GoOn => Ok(VmState::Continue),
            Verdict::MakeRoom => Ok(VmState::Yield),
            Verdict::Stop => Err(stopped()),
        }
    }

    pub(super) fn is_waits(&self, value: Option<&Value>) -> bool {
        matches!(value, Some(Value::Table(table)) if *table == self.waits)
    }
}

fn stopped() -> mlua::Error {
    mlua::Error::runtime("stopped: the computing time is used up")
}
