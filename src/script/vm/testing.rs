//! A machine with the smallest host that a story needs: `on(fn)` registers, `search(query)` waits, `note(text)` writes down.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use mlua::{IntoLuaMulti, Lua, LuaString, MultiValue};

use super::meter::computed;
use super::*;
use crate::script::data::Data;
use crate::script::event::{Event, EventKind, Source, What};
use crate::script::op::{Answer, Misuse, Op};
use crate::script::run::{Begun, Facts, Nothing, Run, Stance};

/// A run of an event of this number.
pub(super) fn run(stance: Stance, number: u64) -> RunCell {
    let event = Event { source: Source::Inbox(number), kind: EventKind::Start, at: 1_000, conversation: None, what: What::Nothing };
    let facts = Facts { script: Arc::from("story"), label: Arc::from("start"), stance, event: Arc::new(event), now: 1_000, hops: 0 };
    Rc::new(RefCell::new(Run::new(facts, Rc::new(Nothing), Vec::new())))
}

/// A machine at work.
pub(super) struct Host {
    pub(super) vm: Vm,
    pub(super) limits: Limits,
    pub(super) notes: Rc<RefCell<Vec<String>>>,
    pub(super) somebody_waits: Arc<AtomicBool>,
    /// The computing time of this thread in the machine.
    pub(super) took: Duration,
    handlers: Rc<RefCell<Vec<FunctionNo>>>,
}

impl Host {
    /// A script of one file.
    pub(super) fn of(source: &str) -> Result<Self, Fault> {
        Self::with(&[("main", source)], Limits::default())
    }

    /// A script of these files, the first of which is its entry.
    pub(super) fn with(files: &[(&str, &str)], limits: Limits) -> Result<Self, Fault> {
        let program = Program {
            name: Arc::from("story"),
            entry: files[0].0.to_owned(),
            files: files.iter().map(|(path, source)| ((*path).to_owned(), Arc::from(*source))).collect::<BTreeMap<_, _>>(),
        };
        let somebody_waits = Arc::new(AtomicBool::new(false));
        let alarm = Alarm::new(Arc::clone(&somebody_waits)).unwrap();
        let (notes, handlers) = (Rc::<RefCell<Vec<String>>>::default(), Rc::<RefCell<Vec<FunctionNo>>>::default());
        let install = {
            let (notes, handlers) = (Rc::clone(&notes), Rc::clone(&handlers));
            move |lua: &Lua| install(lua, &notes, &handlers)
        };
        let vm = Vm::load(&program, &limits, &alarm, &install, run(Stance::Load, 0))?;
        Ok(Self { vm, limits, notes, somebody_waits, took: Duration::ZERO, handlers })
    }

    /// Begins the first handler in a new run of this number.
    pub(super) fn begin(&mut self, number: u64) -> Step {
        self.begin_with(number, ())
    }

    pub(super) fn begin_with(&mut self, number: u64, arguments: impl IntoLuaMulti) -> Step {
        let handler = self.handlers.borrow()[0];
        let budget = self.limits.cpu;
        self.timed(|vm| vm.begin(handler, |lua| arguments.into_lua_multi(lua), run(Stance::Listener, number), budget))
    }

    /// Runs the first handler to its end, answering every search with its own query and resuming whenever it made room.
    pub(super) fn finish(&mut self, step: Step) -> Result<MultiValue, Fault> {
        let mut step = step;
        loop {
            step = match step {
                Step::Ended(values) => return Ok(values),
                Step::Failed(fault) => return Err(fault),
                Step::Paused(suspended) => self.timed(|vm| vm.resume(suspended, |_| Ok(MultiValue::new()))),
                Step::Waits(suspended) => self.answer(suspended),
            };
        }
    }

    /// Answers the search that a run waits for with its own query.
    pub(super) fn answer(&mut self, suspended: Suspended) -> Step {
        let op = suspended.run().borrow_mut().take_waiting().expect("a run that waits has a call");
        let Op::Search { query, .. } = &op else { panic!("only searches wait here") };
        let query = query.clone();
        let data = Answer::Data(Data::Text(query.clone()));
        suspended.run().borrow_mut().answer(op, data, 1_001).unwrap();
        self.timed(|vm| vm.resume(suspended, |lua| (format!("found {query}"), 1).into_lua_multi(lua)))
    }

    fn timed(&mut self, step: impl FnOnce(&mut Vm) -> Step) -> Step {
        let before = computed();
        let step = step(&mut self.vm);
        self.took += computed().saturating_sub(before);
        step
    }

    /// Runs the first handler to its end.
    pub(super) fn call(&mut self) -> Result<MultiValue, Fault> {
        let step = self.begin(1);
        self.finish(step)
    }

    /// Runs the first handler to its end and returns its first value as text.
    #[track_caller]
    pub(super) fn text(&mut self) -> String {
        let values = self.call().unwrap();
        values.front().map(|value| value.to_string().unwrap()).unwrap_or_default()
    }
}

fn install(lua: &Lua, notes: &Rc<RefCell<Vec<String>>>, handlers: &Rc<RefCell<Vec<FunctionNo>>>) -> mlua::Result<()> {
    let globals = lua.globals();
    let handlers = Rc::clone(handlers);
    let on = lua.create_function(move |lua, function| {
        handlers.borrow_mut().push(Vm::keep(lua, function)?);
        Ok(())
    })?;
    globals.raw_set("on", on)?;
    let notes = Rc::clone(notes);
    let note = lua.create_function(move |_, text: LuaString| {
        notes.borrow_mut().push(text.to_string_lossy());
        Ok(())
    })?;
    globals.raw_set("note", note)?;
    globals.raw_set("fail", lua.create_function(|_, ()| -> mlua::Result<()> { panic!("a fault of the host") })?)?;
    globals
        .raw_set("misuse", lua.create_function(|_, ()| -> mlua::Result<()> { Err(mlua::Error::external(Misuse::new("bot.send: no"))) })?)?;
    let prepare = lua.create_function(|lua, query: String| {
        let op = Op::Search {
            query,
            chat: None,
            from: None,
            after: None,
            before: None,
            has: None,
            limit: 1,
            next: None,
            order: None,
            facets: false,
            timeline: None,
        };
        let begun = current_run(lua)?.borrow_mut().call(op).map_err(mlua::Error::external)?;
        Ok(matches!(begun, Begun::Waits))
    })?;
    globals.raw_set("search", waiting_function(lua, prepare, None)?)
}

/// Limits with this much computing time.
pub(super) fn within(cpu: Duration) -> Limits {
    Limits { cpu, ..Limits::default() }
}
