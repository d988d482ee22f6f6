//! A file with tests: loading it, and playing one of its tests in a machine of its own, on a thread of its own. The machine has the limits of a
//! script's, with more time, and nothing of the world but what its town gives.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::cue::Cue;
use super::town::BEGIN;
use crate::model::Message;
use crate::script::bindings::{self, Setup, StoryCall, Test};
use crate::script::bundle::Bundle;
use crate::script::data::Data;
use crate::script::event::{Event, EventKind, Source, What};
use crate::script::manifest::Manifest;
use crate::script::op::{Answer, Misuse, Op, Shelf};
use crate::script::run::{Facts, Run, Saying, Stance, TimerRow, World};
use crate::script::vm::{Alarm, Fault, Limits, Program, RunCell, Step, Vm};
use crate::script::when::{self, Zone};

/// Computing time of one test, and of loading a file of them.
const COMPUTING: Duration = Duration::from_secs(10);

/// A file with tests. Its machine sees the script's other files, and can require them.
#[derive(Clone)]
pub(super) struct Book {
    pub(super) file: String,
    program: Program,
    config: Data,
    zone: Option<Arc<str>>,
    name: Arc<str>,
}

/// What a test asks of its town, and where the answer goes: what it returns, or why the test fails.
pub(super) type Call = (Cue, oneshot::Sender<Played>);

/// What came of a call, and what time it is then.
pub(super) struct Played {
    pub(super) answer: Result<Answer, String>,
    pub(super) now: u64,
}

/// How a test went.
pub(super) struct Outcome {
    pub(super) result: Result<(), Fault>,
    pub(super) computed: Duration,
}

/// The files of a script in which tests can be: its own first one, and those beside it.
pub(super) fn books(bundle: &Bundle) -> Vec<Book> {
    let manifest = Manifest::read(bundle.source(), &bundle.name).unwrap_or_default();
    let config = manifest.values(&toml::Table::new()).unwrap_or(Data::Map(BTreeMap::new()));
    let entries = std::iter::once(&bundle.entry).chain(bundle.tests.keys());
    let book = |entry: &String| {
        let mut files = bundle.files.clone();
        files.extend(bundle.tests.iter().map(|(path, source)| (path.clone(), Arc::clone(source))));
        let program = Program { name: Arc::clone(&bundle.name), entry: entry.clone(), files };
        Book { file: entry.clone(), program, config: config.clone(), zone: manifest.zone.clone(), name: Arc::clone(&bundle.name) }
    };
    entries.map(book).collect()
}

impl Book {
    /// The names of its tests, each with its line. Blocks, and runs the file.
    ///
    /// # Errors
    /// Why it cannot be loaded.
    pub(super) fn tests(&self) -> Result<Vec<(String, u32)>, Fault> {
        self.load().map(|(_, tests, _)| tests.into_iter().map(|test| (test.name, test.line)).collect())
    }

    /// Plays a test. Blocks; what it asks goes to `calls`.
    pub(super) fn play(&self, number: usize, calls: &mpsc::Sender<Call>) -> Outcome {
        let (mut vm, tests, run) = match self.load() {
            Ok(loaded) => loaded,
            Err(fault) => return Outcome { result: Err(fault), computed: Duration::ZERO },
        };
        let before = vm.computed();
        let result = match tests.get(number) {
            Some(test) => self.perform(&mut vm, test, run, calls),
            None => Err(Fault::NoFile { file: format!("test {number} of {}", self.file) }),
        };
        Outcome { result, computed: vm.computed().saturating_sub(before) }
    }

    fn perform(&self, vm: &mut Vm, test: &Test, run: RunCell, calls: &mpsc::Sender<Call>) -> Result<(), Fault> {
        let pending: StoryCall = Rc::default();
        let now = Rc::new(Cell::new(BEGIN));
        let mut step = {
            let (pending, now) = (Rc::clone(&pending), Rc::clone(&now));
            vm.begin(test.function, |lua| bindings::story_arguments(lua, pending, now), Rc::clone(&run), COMPUTING)
        };
        loop {
            step = match step {
                Step::Ended(_) => return Ok(()),
                Step::Failed(fault) => return Err(fault),
                Step::Paused(suspended) => vm.resume(suspended, |_| Ok(mlua::MultiValue::new())),
                Step::Waits(suspended) => {
                    let played = pending.take().and_then(|cue| ask(cue, calls));
                    let Played { answer, now: later } = played.ok_or(Fault::Spent)?;
                    now.set(later);
                    run.borrow_mut().facts.now = later;
                    vm.resume(suspended, |lua| match answer {
                        Ok(answer) => bindings::story_values(lua, &answer),
                        Err(why) => bindings::raised(lua, &Misuse(why)),
                    })
                }
            }
        }
    }

    fn load(&self) -> Result<(Vm, Vec<Test>, RunCell), Fault> {
        let told = Rc::<RefCell<Vec<Test>>>::default();
        let setup = Setup {
            name: Arc::clone(&self.name),
            version: None,
            config: self.config.clone(),
            zone: self.zone(),
            registered: Rc::default(),
            tests: Some(Rc::clone(&told)),
            log: Rc::new(|_, _, _| {}),
        };
        let nothing = Event { source: Source::Life(0), kind: EventKind::Start, at: BEGIN, conversation: None, what: What::Nothing };
        let facts = Facts {
            script: Arc::clone(&self.name),
            label: "test".into(),
            stance: Stance::Load,
            event: Arc::new(nothing),
            now: BEGIN,
            hops: 0,
        };
        let run = Rc::new(RefCell::new(Run::new(facts, Rc::new(Nowhere), Vec::new())));
        let alarm = Alarm::new(Arc::new(AtomicBool::new(false))).map_err(|error| Fault::Panicked { what: error.to_string() })?;
        let limits = Limits { load_cpu: COMPUTING, ..Limits::default() };
        let vm = Vm::load(&self.program, &limits, &alarm, &|lua| bindings::install(lua, &setup), Rc::clone(&run))?;
        Ok((vm, told.take(), run))
    }

    fn zone(&self) -> Zone {
        self.zone.as_deref().and_then(|zone| when::zone(zone).ok()).unwrap_or_else(when::local_zone)
    }
}

/// Asks the town; nothing when it is gone.
fn ask(cue: Cue, calls: &mpsc::Sender<Call>) -> Option<Played> {
    let (answer, answered) = oneshot::channel();
    calls.blocking_send((cue, answer)).ok()?;
    answered.blocking_recv().ok()
}

/// What a test sees of the world by itself: nothing.
struct Nowhere;

fn nowhere() -> Misuse {
    Misuse::new("a test does nothing by itself: it says with t:… what others do")
}

impl World for Nowhere {
    fn stored(&self, _: &Shelf, _: &str) -> Result<Data, Misuse> {
        Err(nowhere())
    }

    fn scan(&self, _: &Shelf, _: &str, _: Option<&str>, _: usize) -> Result<Vec<(String, Data)>, Misuse> {
        Err(nowhere())
    }

    fn timer(&self, _: &str) -> Result<Option<TimerRow>, Misuse> {
        Ok(None)
    }

    fn timers(&self) -> Result<Vec<TimerRow>, Misuse> {
        Ok(Vec::new())
    }

    fn title(&self, chat: &str) -> String {
        chat.to_owned()
    }

    fn help(&self, _: Option<&str>) -> Option<String> {
        None
    }

    fn permit(&self, _: &Op) -> Result<(), Misuse> {
        Err(nowhere())
    }

    fn compose(&self, _: &Saying) -> Result<Message, Misuse> {
        Err(nowhere())
    }

    fn next_due(&self, _: &str, _: Option<&str>, _: u64) -> Result<Option<u64>, Misuse> {
        Err(nowhere())
    }

    fn message(&self, _: &str) -> Result<Option<Message>, Misuse> {
        Err(nowhere())
    }
}
