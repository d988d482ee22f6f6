//! The work of a stage's thread: takes orders, and lets what can go on go on, in turn.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};

use super::cast::{Cast, Move};
use super::shelf::Shelves;
use super::{Asked, Edition, Failure, HookOrder, News, Order, Props, Ruling, RunNo, VersionNo, Why};
use crate::script::vm::{Alarm, Fault};

/// Takes orders until it is told to end.
pub(super) fn run(props: &Arc<Props>, orders: &Receiver<Order>, crowded: &Arc<AtomicBool>, tell: &dyn Fn(News)) {
    let alarm = match Alarm::new(Arc::clone(crowded)) {
        Ok(alarm) => alarm,
        Err(error) => return tracing::error!(%error, "a stage cannot start; its scripts do not run"),
    };
    let mut theatre = Theatre {
        props: Arc::clone(props),
        alarm,
        tell,
        casts: HashMap::new(),
        shelves: HashMap::new(),
        runs: HashMap::new(),
        ready: VecDeque::new(),
    };
    loop {
        // Before the look: whoever orders something behind it sets it again.
        crowded.store(theatre.ready.len() > 1, Ordering::Relaxed);
        let order = if theatre.ready.is_empty() { orders.recv().map_err(|_| TryRecvError::Disconnected) } else { orders.try_recv() };
        match order {
            Ok(Order::End) | Err(TryRecvError::Disconnected) => return,
            Ok(order) => {
                theatre.take(order);
                continue;
            }
            Err(TryRecvError::Empty) => {}
        }
        theatre.step();
    }
}

/// What plays on one stage.
struct Theatre<'a> {
    props: Arc<Props>,
    alarm: Alarm,
    tell: &'a dyn Fn(News),
    casts: HashMap<VersionNo, Cast>,
    shelves: HashMap<Arc<str>, Rc<Shelves>>,
    /// In which version each run runs.
    runs: HashMap<RunNo, VersionNo>,
    /// Runs that can go on, in turn.
    ready: VecDeque<RunNo>,
}

impl Theatre<'_> {
    fn take(&mut self, order: Order) {
        match order {
            Order::Load { edition, loaded } => {
                let no = edition.no;
                let cast = self.load(edition);
                // Nobody may wait for it any more: then the host is ending.
                let _ = loaded.send(cast.as_ref().map(Cast::loaded).map_err(Clone::clone));
                if let Ok(cast) = cast {
                    self.casts.insert(no, cast);
                }
            }
            Order::Unload(version) => self.unload(version),
            Order::Run(order) => {
                let (run, version) = (order.run, order.version);
                match self.casts.get_mut(&version).map(|cast| cast.begin(order)) {
                    Some(Ok(run)) => {
                        self.runs.insert(run, version);
                        self.ready.push_back(run);
                    }
                    Some(Err((run, text))) => self.lose(run, Why::Script, text),
                    None => self.lose(run, Why::Lost, "this version of the script has ended".to_owned()),
                }
            }
            Order::Answer { run, answer, now } => {
                let Some(version) = self.runs.get(&run) else { return };
                if self.casts.get_mut(version).is_some_and(|cast| cast.answer(run, answer, now)) {
                    self.ready.push_back(run);
                }
            }
            Order::Hook(order) => self.ask_hook(*order),
            Order::Written { script, stamp } => {
                if let Some(shelves) = self.shelves.get(&script) {
                    shelves.written(stamp);
                }
            }
            // The loop knows it.
            Order::End => {}
        }
    }

    fn load(&mut self, edition: Arc<Edition>) -> Result<Cast, Fault> {
        let name = Arc::clone(&edition.bundle.name);
        let archive = &self.props.archive;
        let shelves = self.shelves.entry(Arc::clone(&name)).or_insert_with(|| Rc::new(Shelves::new(name, Arc::clone(archive))));
        Cast::load(edition, Arc::clone(&self.props), Rc::clone(shelves), &self.alarm)
    }

    fn unload(&mut self, version: VersionNo) {
        let Some(cast) = self.casts.remove(&version) else { return };
        for run in cast.runs() {
            self.lose(run, Why::Lost, "this version of the script has ended".to_owned());
        }
    }

    /// Tells that a run came to an end in which it had no part.
    fn lose(&mut self, run: RunNo, why: Why, text: String) {
        self.runs.remove(&run);
        self.ready.retain(|ready| *ready != run);
        (self.tell)(News::Failed { run, failure: Failure { why, text, calls: Vec::new(), cpu: std::time::Duration::ZERO } });
    }

    fn step(&mut self) {
        let Some(run) = self.ready.pop_front() else { return };
        let Some(&version) = self.runs.get(&run) else { return };
        let Some(cast) = self.casts.get_mut(&version) else { return };
        for next in cast.step(run) {
            match next {
                Move::Ready(run) => self.ready.push_back(run),
                Move::Tell(news) => {
                    if let News::Ended { run, .. } | News::Failed { run, .. } = &*news {
                        self.runs.remove(run);
                    }
                    (self.tell)(*news);
                }
                Move::Rest => {}
            }
        }
        self.replace_if_spent(version);
    }

    /// A machine that ran out of memory is thrown away; what else ran in it is lost and comes again.
    fn replace_if_spent(&mut self, version: VersionNo) {
        let Some(cast) = self.casts.get(&version).filter(|cast| cast.is_spent()) else { return };
        let (edition, runs): (Arc<Edition>, Vec<RunNo>) = (Arc::clone(cast.edition()), cast.runs());
        self.casts.remove(&version);
        for run in runs {
            self.lose(run, Why::Lost, "the script ran out of memory in another run".to_owned());
        }
        match self.load(edition) {
            Ok(cast) => {
                self.casts.insert(version, cast);
            }
            // It was loaded once, so this says something about the memory of this machine. Its events fail from here on, aloud.
            Err(fault) => tracing::error!(%fault, "a script cannot be loaded again after it ran out of memory"),
        }
    }

    fn ask_hook(&mut self, mut order: HookOrder) {
        if order.ruling.is_closed() {
            // Whoever asked has gone on without an answer.
            return;
        }
        let asked = std::mem::replace(&mut order.asked, Asked::Nothing);
        let ruling = match self.casts.get_mut(&order.version) {
            Some(cast) => cast.ask_hook(&order, asked),
            None => Ok(Ruling::pass(asked)),
        };
        // Whoever asked may have gone on without an answer.
        let _ = order.ruling.send(ruling);
        self.replace_if_spent(order.version);
    }
}
