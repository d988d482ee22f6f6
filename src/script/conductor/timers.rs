//! Timers: when they are due, what happens then, and when they are due again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::lanes::{Item, LaneKey, Origin, Part};
use super::{Conductor, Desk};
use crate::archive::ScriptWrite;
use crate::script::event::{Event, EventKind, Fired, Source, What};
use crate::script::handler::Role;
use crate::script::log::Level;
use crate::script::op::Missed;
use crate::script::run::TimerRow;
use crate::script::schedule::Schedule;
use crate::script::storage::{gone, row};
use crate::store::ScriptKey;

/// Every timer of every script that is here, by when it is due.
#[derive(Default)]
pub(super) struct Timers {
    due: BTreeMap<(u64, Arc<str>, String), TimerRow>,
    at: HashMap<(Arc<str>, String), u64>,
    /// Timers that are due, and whose runs have not ended.
    firing: HashMap<(Arc<str>, String), TimerRow>,
}

impl Timers {
    /// Sets a timer, anew if it is set.
    pub(super) fn set(&mut self, script: &Arc<str>, row: TimerRow) {
        self.forget(script, &row.id);
        self.at.insert((Arc::clone(script), row.id.clone()), row.due);
        self.due.insert((row.due, Arc::clone(script), row.id.clone()), row);
    }

    pub(super) fn forget(&mut self, script: &Arc<str>, id: &str) {
        let key = (Arc::clone(script), id.to_owned());
        self.firing.remove(&key);
        if let Some(due) = self.at.remove(&key) {
            self.due.remove(&(due, key.0, key.1));
        }
    }

    /// Forgets all timers of a script.
    pub(super) fn forget_all(&mut self, script: &Arc<str>) {
        self.due.retain(|(_, owner, _), _| owner != script);
        self.at.retain(|(owner, _), _| owner != script);
        self.firing.retain(|(owner, _), _| owner != script);
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<u64> {
        self.due.first_key_value().map(|((due, ..), _)| *due)
    }

    pub(super) fn count(&self, script: &Arc<str>) -> usize {
        self.at.keys().filter(|(owner, _)| owner == script).count() + self.firing.keys().filter(|(owner, _)| owner == script).count()
    }

    /// Whether the run of a timer is under way, or waits for its turn.
    pub(super) fn is_firing(&self, script: &Arc<str>, id: &str) -> bool {
        self.firing.contains_key(&(Arc::clone(script), id.to_owned()))
    }

    /// When a timer is due that is set.
    fn due(&self, script: &Arc<str>, id: &str) -> Option<u64> {
        self.at.get(&(Arc::clone(script), id.to_owned())).copied()
    }

    /// Takes the next timer that is due now. It counts as firing until it is set or forgotten.
    fn take_due(&mut self, now: u64) -> Option<(Arc<str>, TimerRow)> {
        let ((_, script, id), row) = {
            let first = self.due.first_entry().filter(|first| first.key().0 <= now)?;
            first.remove_entry()
        };
        self.at.remove(&(Arc::clone(&script), id.clone()));
        self.firing.insert((Arc::clone(&script), id), row.clone());
        Some((script, row))
    }

    fn fired(&mut self, script: &Arc<str>, id: &str) -> Option<TimerRow> {
        self.firing.remove(&(Arc::clone(script), id.to_owned()))
    }
}

impl Conductor {
    /// Puts every timer that is due into its lane.
    pub(super) fn fire_timers(&mut self) {
        let now = self.clock.now();
        while let Some((script, row)) = self.timers.take_due(now) {
            self.fire(&script, row, now);
        }
    }

    fn fire(&mut self, script: &Arc<str>, timer: TimerRow, now: u64) {
        let missed = self.missed(script, &timer, now);
        let id = timer.id.clone();
        let fired = Fired {
            id: id.clone(),
            name: timer.name.clone(),
            data: timer.data.clone(),
            due: timer.due,
            hops: timer.hops,
            missed: missed.unwrap_or(0),
        };
        let source = Source::Timer { id: id.clone(), due: timer.due };
        let event =
            Event { source, kind: EventKind::Timer, at: now.min(timer.due), conversation: timer.place.clone(), what: What::Timer(fired) };
        if let Some(dialog) = &timer.dialog {
            // An answer is said when nobody has answered, not when that was noticed.
            return self.time_out(script, dialog, event);
        }
        let Some(desk) = self.scripts.get_mut(script) else { return };
        let label = desk.timer_label(&timer.name);
        match (label, missed) {
            (Some(label), Some(_)) => {
                let key = event.place().cloned().map_or_else(|| LaneKey::Handler(label.clone()), LaneKey::Chat);
                let item = Item { origin: Origin::Timer(id), event: Arc::new(event), parts: [Part::of(label)].into(), is_heard: true };
                desk.lanes.push(key, item);
            }
            (Some(_), None) => self.forget(script, &Origin::Timer(id)),
            (None, _) => {
                self.note(script, Level::Warn, format!("a timer named {:?} was due, but the script has no handler for it", timer.name));
                self.forget(script, &Origin::Timer(id));
            }
        }
    }

    /// How many earlier times this one stands for; `None`: it is to be passed over.
    fn missed(&self, script: &Arc<str>, timer: &TimerRow, now: u64) -> Option<u64> {
        let Some(every) = &timer.every else { return Some(0) };
        let caught = self.schedule(script, timer)?.catch_up(timer.due, now, every.missed);
        (!caught.times.is_empty()).then_some(caught.missed)
    }

    fn schedule(&self, script: &Arc<str>, timer: &TimerRow) -> Option<Schedule> {
        let every = timer.every.as_ref()?;
        let manifest = || Some(&self.scripts.get(script)?.current.as_ref()?.edition.manifest);
        let of_script = || manifest()?.zone.as_deref().map(str::to_owned);
        let zone = every.zone.clone().or_else(of_script);
        Schedule::parse(&every.schedule, zone.as_deref()).ok()
    }

    /// Adds to the write of a run what becomes of timers: those that it set or cancelled, and the one that it was told of.
    pub(super) fn settle_timers(
        &mut self,
        script: &Arc<str>,
        write: &mut ScriptWrite,
        origin: &Origin,
        set: Vec<(String, Option<TimerRow>)>,
        now: u64,
    ) {
        let firing: Vec<Option<u64>> = set.iter().map(|(id, _)| self.next_due_if_firing(script, id, now)).collect();
        if let Origin::Timer(id) = origin
            && let Some(timer) = self.timers.fired(script, id)
            && !set.iter().any(|(other, _)| other == id)
        {
            let next = self.next_due(script, &timer, now);
            match next {
                Some(due) => {
                    let timer = TimerRow { due, ..timer };
                    write.rows.push(row(ScriptKey::Timer { script, id }, Some(&timer)));
                    self.timers.set(script, timer);
                }
                None => write.rows.push(gone(ScriptKey::Timer { script, id })),
            }
        }
        for ((id, mut timer), firing) in set.into_iter().zip(firing) {
            // The run saw when it was due; since then it may have fired.
            if let Some(timer) = &mut timer
                && timer.every.is_some()
                && let Some(due) = self.timers.due(script, &id).or(firing)
            {
                timer.due = due;
            }
            write.rows.push(row(ScriptKey::Timer { script, id: &id }, timer.as_ref()));
            match timer {
                Some(timer) => self.timers.set(script, timer),
                None => self.timers.forget(script, &id),
            }
        }
    }

    /// When a timer is due again whose run is under way.
    fn next_due_if_firing(&self, script: &Arc<str>, id: &str, now: u64) -> Option<u64> {
        let timer = self.timers.firing.get(&(Arc::clone(script), id.to_owned()))?.clone();
        self.next_due(script, &timer, now)
    }

    /// When a timer that has fired is due again.
    fn next_due(&self, script: &Arc<str>, timer: &TimerRow, now: u64) -> Option<u64> {
        let every = timer.every.as_ref()?;
        let behind = if every.missed == Missed::All { timer.due } else { timer.due.max(now) };
        self.schedule(script, timer)?.next_after(behind)
    }
}

impl Desk {
    /// The handler for timers of this name: its own, or the one for all.
    fn timer_label(&self, name: &str) -> Option<String> {
        let handlers = &self.current.as_ref()?.handlers;
        let of = |wanted: Option<&str>| {
            handlers
                .iter()
                .find(|handler| matches!(&handler.role, Role::On { event: EventKind::Timer, filter } if filter.timer.as_deref() == wanted))
        };
        of(Some(name)).or_else(|| of(None)).map(|handler| handler.label.clone())
    }
}
