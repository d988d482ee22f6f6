//! One version of a script on its stage: its machine, and everything that runs in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::shelf::{Conflict, Shelves};
use super::world::StageWorld;
use super::{Edition, Failure, Loaded, News, Props, RunNo, RunOrder, Wants, Why};
use crate::script::bindings::{self, Setup};
use crate::script::data::Data;
use crate::script::event::{Event, EventKind, Source, What};
use crate::script::handler::Handler;
use crate::script::log::{Level, LogLine};
use crate::script::op::{Answer, Op};
use crate::script::run::{Facts, Run, Stance};
use crate::script::vm::{Alarm, Fault, FunctionNo, Program, RunCell, Step, Suspended, Vm};

/// One version of a script at work.
pub(super) struct Cast {
    pub(super) edition: Arc<Edition>,
    pub(super) props: Arc<Props>,
    pub(super) shelves: Rc<Shelves>,
    pub(super) vm: Vm,
    pub(super) handlers: Vec<(Handler, FunctionNo)>,
    runs: BTreeMap<RunNo, Running>,
    locks: BTreeMap<String, Lock>,
}

/// A run under way.
struct Running {
    cell: RunCell,
    stance: Next,
    cpu: Duration,
    /// The last call outside has failed.
    was_refused: bool,
    held: Vec<String>,
}

/// How a run goes on.
enum Next {
    /// With the beginning.
    Begin(Box<RunOrder>),
    /// It had to make room for others.
    Paused(Suspended),
    /// It waits for an answer.
    Waits(Suspended, Op),
    /// It has its answer.
    Answered(Suspended, Op, Answer),
    /// It is running.
    Running,
}

/// Who has a lock, and who waits for it.
struct Lock {
    holder: RunNo,
    waiting: VecDeque<RunNo>,
}

/// What a step of a run leads to.
pub(super) enum Move {
    /// The run can go on at once.
    Ready(RunNo),
    /// Others have to hear of it.
    Tell(Box<News>),
    /// Nothing, for now.
    Rest,
}

impl Cast {
    pub(super) fn load(edition: Arc<Edition>, props: Arc<Props>, shelves: Rc<Shelves>, alarm: &Alarm) -> Result<Self, Fault> {
        let registered = Rc::new(RefCell::new(Vec::new()));
        let setup = setup(&edition, &props, Rc::clone(&registered));
        let world =
            Rc::new(StageWorld { props: Arc::clone(&props), edition: Arc::clone(&edition), shelves: Rc::clone(&shelves), place: None });
        let event = Event {
            source: Source::Life(edition.no.0),
            kind: EventKind::Start,
            at: props.clock.now(),
            conversation: None,
            what: What::Nothing,
        };
        let facts = Facts {
            script: Arc::clone(&edition.bundle.name),
            label: "top level".into(),
            stance: Stance::Load,
            event: Arc::new(event),
            now: props.clock.now(),
            hops: 0,
        };
        let run = Rc::new(RefCell::new(Run::new(facts, world, Vec::new())));
        let program =
            Program { name: Arc::clone(&edition.bundle.name), entry: edition.bundle.entry.clone(), files: edition.bundle.files.clone() };
        let limits = edition.limits(&props.limits);
        let vm = Vm::load(&program, &limits, alarm, &|lua| bindings::install(lua, &setup), run)?;
        let handlers = registered.take();
        Ok(Self { edition, props, shelves, vm, handlers, runs: BTreeMap::new(), locks: BTreeMap::new() })
    }

    pub(super) fn loaded(&self) -> Loaded {
        Loaded { handlers: self.handlers.iter().map(|(handler, _)| handler.clone()).collect(), memory: self.vm.memory() }
    }

    /// Whether the machine is of no use any more.
    pub(super) fn is_spent(&self) -> bool {
        self.vm.is_spent()
    }

    pub(super) fn edition(&self) -> &Arc<Edition> {
        &self.edition
    }

    pub(super) fn runs(&self) -> Vec<RunNo> {
        self.runs.keys().copied().collect()
    }

    /// Takes a run in.
    pub(super) fn begin(&mut self, order: Box<RunOrder>) -> Result<RunNo, (RunNo, String)> {
        let run = order.run;
        let Some((handler, _)) = self.handlers.get(order.handler.0) else {
            return Err((run, "the script has no such handler".to_owned()));
        };
        let world = StageWorld {
            props: Arc::clone(&self.props),
            edition: Arc::clone(&self.edition),
            shelves: Rc::clone(&self.shelves),
            place: order.event.place().cloned(),
        };
        let facts = self.facts(handler, &order.event, Stance::Listener, order.now, order.hops);
        let mut order = order;
        let cell = Rc::new(RefCell::new(Run::new(facts, Rc::new(world), std::mem::take(&mut order.replayed))));
        let running = Running { cell, stance: Next::Begin(order), cpu: Duration::ZERO, was_refused: false, held: Vec::new() };
        self.runs.insert(run, running);
        Ok(run)
    }

    pub(super) fn facts(&self, handler: &Handler, event: &Arc<Event>, stance: Stance, now: u64, hops: u32) -> Facts {
        Facts {
            script: Arc::clone(&self.edition.bundle.name),
            label: handler.label.as_str().into(),
            stance,
            event: Arc::clone(event),
            now,
            hops,
        }
    }

    /// Gives a waiting run its answer. Returns whether it can go on.
    pub(super) fn answer(&mut self, run: RunNo, answer: Answer, now: u64) -> bool {
        let Some(running) = self.runs.get_mut(&run) else { return false };
        match std::mem::replace(&mut running.stance, Next::Running) {
            Next::Waits(suspended, op) => {
                running.was_refused = matches!(answer, Answer::Failed { .. });
                // Whether it has become too long for a dialog is asked where a dialog begins.
                let noted = running.cell.borrow_mut().answer(op.clone(), answer.clone(), now);
                debug_assert!(noted.is_ok());
                running.stance = Next::Answered(suspended, op, answer);
                true
            }
            other => {
                running.stance = other;
                false
            }
        }
    }

    /// Lets a run go on until it waits, makes room, or ends.
    pub(super) fn step(&mut self, run: RunNo) -> Vec<Move> {
        let Some(running) = self.runs.get_mut(&run) else { return Vec::new() };
        let cell = Rc::clone(&running.cell);
        let began = self.vm.computed();
        let step = match std::mem::replace(&mut running.stance, Next::Running) {
            Next::Begin(order) => {
                let function = self.handlers[order.handler.0].1;
                let arguments =
                    |lua: &mlua::Lua| bindings::event_arguments(lua, &order.event, order.hit.as_ref(), order.arguments.as_ref());
                self.vm.begin(function, arguments, Rc::clone(&cell), self.props.limits.cpu)
            }
            Next::Paused(suspended) => self.vm.resume(suspended, |_| Ok(mlua::MultiValue::new())),
            Next::Answered(suspended, op, answer) => self.vm.resume(suspended, |lua| bindings::answer_values(lua, &op, &answer)),
            waits @ (Next::Waits(..) | Next::Running) => {
                running.stance = waits;
                return Vec::new();
            }
        };
        if let Some(running) = self.runs.get_mut(&run) {
            running.cpu += self.vm.computed().saturating_sub(began);
        }
        let mut moves = self.give_back(run, false);
        moves.push(match step {
            Step::Paused(suspended) => self.set(run, Next::Paused(suspended), Move::Ready(run)),
            Step::Waits(suspended) => self.wait(run, suspended, &cell),
            Step::Ended(values) => self.end(run, &cell, values, None),
            Step::Failed(fault) => self.fail(run, &fault),
        });
        if !self.runs.contains_key(&run) {
            moves.extend(self.give_back(run, true));
        }
        moves
    }

    fn set(&mut self, run: RunNo, next: Next, then: Move) -> Move {
        if let Some(running) = self.runs.get_mut(&run) {
            running.stance = next;
        }
        then
    }

    fn wait(&mut self, run: RunNo, suspended: Suspended, cell: &RunCell) -> Move {
        let (op, key) = {
            let mut cell = cell.borrow_mut();
            (cell.take_waiting(), cell.idempotency_key())
        };
        match op {
            // A machine that waits for nothing goes on.
            None => self.set(run, Next::Paused(suspended), Move::Ready(run)),
            Some(Op::Lock { name }) => self.lock(run, suspended, name),
            Some(op @ Op::Ask { .. }) => {
                let is_held = self.runs.get(&run).is_some_and(|running| !running.held.is_empty());
                self.vm.abandon(suspended);
                if is_held {
                    let fault = "m:ask cannot wait inside bot.lock: nobody knows for how long the lock would be held".to_owned();
                    return self.fail_with(run, Why::Script, fault);
                }
                self.end(run, cell, mlua::MultiValue::new(), Some(op))
            }
            Some(op) => self.set(run, Next::Waits(suspended, op.clone()), Move::Tell(Box::new(News::Waits { run, op, key }))),
        }
    }

    fn lock(&mut self, run: RunNo, suspended: Suspended, name: String) -> Move {
        let op = Op::Lock { name: name.clone() };
        let Some(running) = self.runs.get_mut(&run) else { return Move::Rest };
        running.stance = Next::Waits(suspended, op);
        if !running.held.is_empty() {
            // Two runs that hold what the other one wants would wait for ever.
            return self.fail_with(run, Why::Script, "bot.lock: this run holds a lock already; take one at a time".to_owned());
        }
        match self.locks.get_mut(&name) {
            Some(lock) => {
                lock.waiting.push_back(run);
                Move::Rest
            }
            None => {
                self.locks.insert(name.clone(), Lock { holder: run, waiting: VecDeque::new() });
                self.hand(run, name);
                Move::Ready(run)
            }
        }
    }

    /// Lets a run go on that has got its lock.
    fn hand(&mut self, run: RunNo, name: String) {
        let now = self.props.clock.now();
        if let Some(running) = self.runs.get_mut(&run) {
            running.held.push(name);
        }
        self.answer(run, Answer::Data(Data::Nil), now);
    }

    /// Takes the locks back that a run has given up; all of them where it is over.
    fn give_back(&mut self, run: RunNo, is_over: bool) -> Vec<Move> {
        let given_up: Vec<String> = match self.runs.get_mut(&run) {
            Some(running) => {
                let unlocked = running.cell.borrow_mut().take_unlocked();
                running.held.retain(|name| !unlocked.contains(name));
                unlocked
            }
            None if is_over => self.locks.iter().filter(|(_, lock)| lock.holder == run).map(|(name, _)| name.clone()).collect(),
            None => Vec::new(),
        };
        if is_over {
            self.locks.values_mut().for_each(|lock| lock.waiting.retain(|waiting| *waiting != run));
        }
        let mut moves = Vec::new();
        for name in given_up {
            let Some(lock) = self.locks.get_mut(&name).filter(|lock| lock.holder == run) else { continue };
            match lock.waiting.pop_front() {
                Some(next) => {
                    lock.holder = next;
                    self.hand(next, name);
                    moves.push(Move::Ready(next));
                }
                None => {
                    self.locks.remove(&name);
                }
            }
        }
        moves
    }

    fn end(&mut self, run: RunNo, cell: &RunCell, values: mlua::MultiValue, ask: Option<Op>) -> Move {
        let returned = match cell.borrow().facts.event.kind {
            EventKind::Webhook => match bindings::response(&values) {
                Ok(response) => response.into(),
                Err(misuse) => return self.fail_with(run, Why::Script, misuse.to_string()),
            },
            _ => Data::Nil,
        };
        let mut cell = cell.borrow_mut();
        if cell.is_replaying() {
            drop(cell);
            let text =
                "the dialog cannot go on: it ended before it came to its question; state that is not in bot.store has changed meanwhile";
            return self.fail_with(run, Why::Script, text.to_owned());
        }
        let settled = match self.shelves.settle(&mut cell.effects) {
            Ok(Ok(settled)) => settled,
            Ok(Err(misuse)) => {
                drop(cell);
                return self.fail_with(run, Why::Script, misuse.to_string());
            }
            Err(Conflict) => {
                drop(cell);
                return self.fail_with(run, Why::Conflict, "another run has changed what it depends on".to_owned());
            }
        };
        let asks = ask.map(|ask| (ask, cell.recorded().to_vec()));
        let effects = std::mem::take(&mut cell.effects);
        let calls = std::mem::take(&mut cell.trace);
        let hops = cell.facts.hops;
        drop(cell);
        let cpu = self.runs.remove(&run).map_or(Duration::ZERO, |running| running.cpu);
        let wants = Wants {
            stamp: settled.stamp,
            sends: effects.sends,
            acts: effects.acts,
            hops,
            values: settled.values,
            timers: settled.timers,
            metrics: effects.metrics,
            returned,
            asks,
            calls,
            cpu,
            memory: self.vm.memory(),
        };
        Move::Tell(Box::new(News::Ended { run, wants: Box::new(wants) }))
    }

    fn fail(&mut self, run: RunNo, fault: &Fault) -> Move {
        let was_refused = self.runs.get(&run).is_some_and(|running| running.was_refused);
        let why = if was_refused && matches!(fault, Fault::Script { .. }) { Why::Outside } else { Why::Script };
        self.fail_with(run, why, fault.to_string())
    }

    fn fail_with(&mut self, run: RunNo, why: Why, text: String) -> Move {
        let running = self.runs.remove(&run);
        let (cpu, calls) = match running {
            Some(running) => {
                if let Next::Waits(suspended, _) | Next::Paused(suspended) | Next::Answered(suspended, ..) = running.stance {
                    self.vm.abandon(suspended);
                }
                let calls = std::mem::take(&mut running.cell.borrow_mut().trace);
                (running.cpu, calls)
            }
            None => (Duration::ZERO, Vec::new()),
        };
        Move::Tell(Box::new(News::Failed { run, failure: Failure { why, text, calls, cpu } }))
    }
}

/// What the API of this version knows of it.
fn setup(edition: &Arc<Edition>, props: &Arc<Props>, registered: Rc<RefCell<Vec<(Handler, FunctionNo)>>>) -> Setup {
    let (name, book, clock) = (Arc::clone(&edition.bundle.name), Arc::clone(&props.log), props.clock.clone());
    let log = move |level: Level, message: &str, fields: &Data| {
        book.note(
            &name,
            LogLine { at: clock.now(), level, from: "script".to_owned(), message: message.to_owned(), fields: fields.clone() },
        );
    };
    Setup {
        name: Arc::clone(&edition.bundle.name),
        version: edition.manifest.version.clone(),
        config: edition.config.clone(),
        registered,
        log: Rc::new(log),
        zone: edition.zone.clone(),
        tests: None,
    }
}
