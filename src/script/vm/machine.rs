//! The machine that runs one version of one script: loading, beginning, going on, ending.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use mlua::chunk::ChunkMode;
use mlua::thread::ThreadStatus;
use mlua::{Function, Lua, MultiValue, Thread};

use super::alarm::Alarm;
use super::fault::{self, Fault};
use super::meter::{Account, Meter};
use super::state::{self, State};
use super::{RunCell, flags, sandbox};

/// What a script may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::script) struct Limits {
    /// Computing time of the run of a listener; hooks bring their own.
    pub(in crate::script) cpu: Duration,
    /// Computing time of loading.
    pub(in crate::script) load_cpu: Duration,
    /// Bytes that may be in use between two runs.
    pub(in crate::script) memory: usize,
    /// How many bytes more may be in use during a run. Luau does not collect when memory runs out, so that what is no longer used counts too.
    pub(in crate::script) headroom: usize,
    /// The most bytes of one file.
    pub(in crate::script) source: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { cpu: Duration::from_millis(300), load_cpu: Duration::from_secs(1), memory: 32 << 20, headroom: 32 << 20, source: 256 << 10 }
    }
}

/// The source of one version of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::script) struct Program {
    /// The script's name.
    pub(in crate::script) name: Arc<str>,
    /// The file that is run when it is loaded.
    pub(in crate::script) entry: String,
    /// All its files: path below the script's folder, without `.luau` or `.lua`, to source.
    pub(in crate::script) files: BTreeMap<String, Arc<str>>,
}

/// The number of a function that the machine keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::script) struct FunctionNo(usize);

/// A virtual machine with one version of one script, bound to the thread on which it was made.
pub(in crate::script) struct Vm {
    lua: Lua,
    state: Rc<State>,
    limits: Limits,
    is_spent: bool,
}

/// A run that has not ended.
pub(in crate::script) struct Suspended {
    thread: Thread,
    run: RunCell,
    account: Account,
}

/// How far a run came.
pub(in crate::script) enum Step {
    /// It is over, and returned this.
    Ended(MultiValue),
    /// It waits for the answer to what [`Run::take_waiting`](crate::script::run::Run::take_waiting) has.
    Waits(Suspended),
    /// Its slice is over and somebody else waits: go on with it, with no values, when it is its turn again.
    Paused(Suspended),
    /// It came to nothing.
    Failed(Fault),
}

#[cfg(test)]
impl Suspended {
    /// The run.
    pub(in crate::script) fn run(&self) -> &RunCell {
        &self.run
    }
}

impl Vm {
    /// A machine with the script's functions registered. `install` puts the host's functions into the globals, which then are frozen; the top
    /// level of the entry file is run as `run`, which may not wait.
    ///
    /// # Errors
    /// Why the script cannot be loaded. Nothing is left of it.
    pub(in crate::script) fn load(
        program: &Program,
        limits: &Limits,
        alarm: &Alarm,
        install: &dyn Fn(&Lua) -> mlua::Result<()>,
        run: RunCell,
    ) -> Result<Vm, Fault> {
        flags::set()?;
        if let Some((path, source)) = program.files.iter().find(|(_, source)| source.len() > limits.source) {
            return Err(Fault::TooLarge { file: path.clone(), bytes: source.len(), limit: limits.source });
        }
        let source = program.files.get(&program.entry).ok_or_else(|| Fault::NoFile { file: program.entry.clone() })?;
        let mut vm = Self::furnished(program, limits, alarm, install).map_err(|error| Fault::of(&error))?;
        let chunk =
            vm.lua.load(&**source).set_name(format!("={}", program.entry)).set_mode(ChunkMode::Text).set_compiler(sandbox::compiler());
        let chunk = chunk.into_function().map_err(|error| Fault::of(&error))?;
        match vm.start(chunk, |_| Ok(MultiValue::new()), run, limits.load_cpu, Room::Never) {
            Step::Ended(_) => {
                // Machines mostly wait: what loading left behind would stay for as long as they do.
                vm.collect();
                Ok(vm)
            }
            Step::Failed(fault) => Err(fault),
            Step::Waits(_) | Step::Paused(_) => Err(Fault::Script {
                message: "nothing can wait while the script is loaded: wait in a handler, bot.on(\"start\", …) for example".to_owned(),
                traceback: String::new(),
            }),
        }
    }

    fn furnished(program: &Program, limits: &Limits, alarm: &Alarm, install: &dyn Fn(&Lua) -> mlua::Result<()>) -> mlua::Result<Self> {
        let lua = sandbox::machine()?;
        let state = Rc::new(State {
            meter: Meter::new(alarm.clone()),
            run: RefCell::new(None),
            kept: RefCell::new(Vec::new()),
            theirs: lua.create_table()?,
            waits: lua.create_table()?,
            waiting: RefCell::new(None),
            data_of: RefCell::new(None),
            files: program.files.clone(),
            began_at: Cell::new(0),
        });
        lua.set_app_data(Rc::clone(&state));
        sandbox::furnish(&lua, &state)?;
        install(&lua)?;
        sandbox::freeze(&lua)?;
        let seen = Rc::downgrade(&state);
        lua.set_interrupt(move |_| seen.upgrade().map_or(Ok(mlua::VmState::Continue), |state| state.interrupt()));
        lua.set_memory_limit(limits.memory + limits.headroom)?;
        Ok(Self { lua, state, limits: limits.clone(), is_spent: false })
    }

    /// Keeps a function for as long as the machine lives: one that is registered for an event, for example.
    ///
    /// # Errors
    /// If this is no machine of the script host.
    pub(in crate::script) fn keep(lua: &Lua, function: Function) -> mlua::Result<FunctionNo> {
        let state = state::state(lua)?;
        let mut kept = state.kept.borrow_mut();
        kept.push(function);
        Ok(FunctionNo(kept.len() - 1))
    }

    /// Calls a kept function as `run`, with `budget` of computing time.
    pub(in crate::script) fn begin(
        &mut self,
        function: FunctionNo,
        arguments: impl FnOnce(&Lua) -> mlua::Result<MultiValue>,
        run: RunCell,
        budget: Duration,
    ) -> Step {
        let kept = self.state.kept.borrow().get(function.0).cloned();
        match kept {
            Some(kept) => self.start(kept, arguments, run, budget, Room::WhenAsked),
            None => Step::Failed(Fault::Spent),
        }
    }

    /// Goes on with a run that waited, with the values that are the answer, or with one that paused, with none.
    pub(in crate::script) fn resume(&mut self, suspended: Suspended, values: impl FnOnce(&Lua) -> mlua::Result<MultiValue>) -> Step {
        self.go_on(suspended, values, Room::WhenAsked)
    }

    /// Ends a run that has not ended. Nothing of its code is run any more.
    pub(in crate::script) fn abandon(&mut self, suspended: Suspended) {
        drop(suspended);
    }

    /// What the machine is made of, for conversions outside of runs.
    #[cfg(test)]
    pub(in crate::script) fn lua(&self) -> &Lua {
        &self.lua
    }

    /// Bytes that the machine uses.
    pub(in crate::script) fn memory(&self) -> usize {
        self.lua.used_memory()
    }

    /// Gives back what nobody uses any more: for a machine that will have nothing to do for a while.
    pub(in crate::script) fn collect(&self) {
        // A collection that fails leaves the memory in use, which is what is looked at everywhere.
        let _ = self.lua.gc_collect();
    }

    /// The computing time of all runs of this machine, ended or not.
    pub(in crate::script) fn computed(&self) -> Duration {
        self.state.meter.total()
    }

    /// Whether the machine has to be thrown away: what it does after a memory fault or a failure of the host is anybody's guess.
    pub(in crate::script) fn is_spent(&self) -> bool {
        self.is_spent
    }

    fn start(
        &mut self,
        function: Function,
        arguments: impl FnOnce(&Lua) -> mlua::Result<MultiValue>,
        run: RunCell,
        budget: Duration,
        room: Room,
    ) -> Step {
        match self.lua.create_thread(function) {
            Ok(thread) => self.go_on(Suspended { thread, run, account: Account::new(budget) }, arguments, room),
            Err(error) => Step::Failed(self.fault(&error)),
        }
    }

    fn go_on(&mut self, suspended: Suspended, values: impl FnOnce(&Lua) -> mlua::Result<MultiValue>, room: Room) -> Step {
        if self.is_spent {
            return Step::Failed(Fault::Spent);
        }
        let Suspended { thread, run, account } = suspended;
        if account.computed().is_zero() {
            self.state.began_at.set(run.borrow().facts.now);
        }
        let outer = self.state.run.replace(Some(Rc::clone(&run)));
        self.state.meter.begin(account, room == Room::WhenAsked);
        let outcome = catch_unwind(AssertUnwindSafe(|| values(&self.lua).and_then(|values| self.drive(&thread, values))));
        let (account, is_stopped) = self.state.meter.end();
        self.state.run.replace(outer);
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(panic) => {
                self.is_spent = true;
                return Step::Failed(Fault::Panicked { what: said(&*panic) });
            }
        };
        match outcome {
            // Whatever it caught on its way out, or returned at the last moment.
            _ if is_stopped => {
                let traceback = outcome.as_ref().err().map(|error| Fault::of(error).traceback().to_owned()).unwrap_or_default();
                self.checked(Step::Failed(Fault::Deadline { limit: account.budget(), traceback }))
            }
            Err(error) => {
                let fault = self.fault(&error);
                self.checked(Step::Failed(fault))
            }
            Ok(values) if thread.status() == ThreadStatus::Finished => self.checked(Step::Ended(values)),
            // Slices may be too short for the alarm to go off in one of them.
            Ok(_) if account.is_spent() => {
                self.checked(Step::Failed(Fault::Deadline { limit: account.budget(), traceback: String::new() }))
            }
            Ok(values) if self.state.is_waits(values.front()) => Step::Waits(Suspended { thread, run, account }),
            Ok(_) => Step::Paused(Suspended { thread, run, account }),
        }
    }

    /// Lets the thread go on until it has something for the host.
    fn drive(&self, thread: &Thread, values: MultiValue) -> mlua::Result<MultiValue> {
        let mut yielded: MultiValue = thread.resume(values)?;
        // A yield of the script's own that no coroutine of the script is there to take.
        while thread.status() == ThreadStatus::Resumable && !yielded.is_empty() && !self.state.is_waits(yielded.front()) {
            yielded = thread
                .resume_error("coroutine.yield: a handler is no coroutine of its own; calls that wait, such as m:ask, simply return")?;
        }
        Ok(yielded)
    }

    fn fault(&mut self, error: &mlua::Error) -> Fault {
        if fault::is_memory(error) {
            self.is_spent = true;
            return Fault::Memory { limit: self.limits.memory };
        }
        Fault::of(error)
    }

    /// The step, unless the script holds on to more than it may between two runs.
    fn checked(&mut self, step: Step) -> Step {
        if self.is_spent || self.lua.used_memory() <= self.limits.memory {
            return step;
        }
        self.collect();
        if self.lua.used_memory() <= self.limits.memory {
            return step;
        }
        self.is_spent = true;
        match step {
            Step::Ended(_) => Step::Failed(Fault::Memory { limit: self.limits.memory }),
            other => other,
        }
    }
}

/// Whether a run makes room for others after its slice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    WhenAsked,
    Never,
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it did not say why".to_owned())
}
