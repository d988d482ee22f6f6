//! What one script keeps, as its runs see it: the archive, and over it what ended runs have written that is not on the disk yet.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::archive::Archive;
use crate::script::data::Data;
use crate::script::op::{Misuse, Shelf};
use crate::script::run::{Change, Effects, TimerRow};
use crate::script::storage;

/// Values that a script may keep in all, and their bytes.
const VALUES: u64 = 1_000_000;
const VALUE_BYTES: u64 = 256 << 20;
/// Names under which a script may count.
const METRICS: usize = 1_000;
/// Timers that a script may have.
const TIMERS: usize = 10_000;

/// A value that is written, and by which write.
type Fresh<T> = (T, u64);

/// What a script keeps. One for all its versions.
pub(super) struct Shelves {
    script: Arc<str>,
    archive: Arc<Archive>,
    values: RefCell<BTreeMap<(Shelf, String), Fresh<Data>>>,
    timers: RefCell<BTreeMap<String, Fresh<Option<TimerRow>>>>,
    writes: RefCell<VecDeque<Written>>,
    newest: Cell<u64>,
    /// At least so many timers are set, if that was counted.
    timer_count: Cell<Option<usize>>,
    /// The names under which it has counted in this process.
    metrics: RefCell<BTreeSet<String>>,
}

/// What one write has put over the archive.
struct Written {
    stamp: u64,
    values: Vec<(Shelf, String)>,
    timers: Vec<String>,
}

/// What a run's changes come to.
pub(super) struct Settled {
    pub(super) stamp: u64,
    pub(super) values: Vec<((Shelf, String), Data)>,
    pub(super) timers: Vec<(String, Option<TimerRow>)>,
}

/// Another run has changed what a run depends on.
pub(super) struct Conflict;

impl Shelves {
    pub(super) fn new(script: Arc<str>, archive: Arc<Archive>) -> Self {
        Self {
            script,
            archive,
            values: RefCell::default(),
            timers: RefCell::default(),
            writes: RefCell::default(),
            newest: Cell::new(0),
            timer_count: Cell::new(None),
            metrics: RefCell::default(),
        }
    }

    pub(super) fn value(&self, shelf: &Shelf, key: &str) -> Result<Data, Misuse> {
        if let Some((value, _)) = self.values.borrow().get(&(shelf.clone(), key.to_owned())) {
            return Ok(value.clone());
        }
        storage::value(&self.archive, &self.script, shelf, key)
    }

    pub(super) fn scan(&self, shelf: &Shelf, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<(String, Data)>, Misuse> {
        let fresh: BTreeMap<String, Data> = {
            let values = self.values.borrow();
            let mine = values.iter().filter(|((on, key), _)| on == shelf && key.starts_with(prefix));
            mine.filter(|((_, key), _)| after.is_none_or(|after| key.as_str() > after))
                .map(|((_, key), (value, _))| (key.clone(), value.clone()))
                .collect()
        };
        let wanted = limit + fresh.len();
        let kept = storage::values(&self.archive, &self.script, shelf, prefix, after, wanted)?;
        // What stands behind the page belongs to a later one.
        let end = if kept.len() < wanted { None } else { kept.last().map(|(key, _)| key.clone()) };
        let mut all: BTreeMap<String, Data> = kept.into_iter().collect();
        for (key, value) in fresh {
            if end.as_ref().is_some_and(|end| key > *end) {
                continue;
            }
            if value.is_nil() {
                all.remove(&key)
            } else {
                all.insert(key, value)
            };
        }
        Ok(all.into_iter().take(limit).collect())
    }

    pub(super) fn timer(&self, id: &str) -> Result<Option<TimerRow>, Misuse> {
        match self.timers.borrow().get(id) {
            Some((row, _)) => Ok(row.clone()),
            None => storage::timer(&self.archive, &self.script, id),
        }
    }

    pub(super) fn timers(&self) -> Result<Vec<TimerRow>, Misuse> {
        let kept = storage::timers(&self.archive, &self.script).map_err(|error| storage::unreadable(&error))?;
        let mut rows: BTreeMap<String, TimerRow> = kept.into_iter().map(|row| (row.id.clone(), row)).collect();
        for (id, (row, _)) in &*self.timers.borrow() {
            match row {
                Some(row) => rows.insert(id.clone(), row.clone()),
                None => rows.remove(id),
            };
        }
        Ok(rows.into_values().collect())
    }

    /// What the changes of a run come to now, seen by every run from now on. Whoever gets it writes it, in the order of the stamps.
    ///
    /// # Errors
    /// [`Conflict`]: nothing has changed.
    pub(super) fn settle(&self, effects: &mut Effects) -> Result<Result<Settled, Misuse>, Conflict> {
        for ((shelf, key), expected) in &effects.expected {
            match self.value(shelf, key) {
                Ok(value) if value == *expected => {}
                Ok(_) => return Err(Conflict),
                Err(misuse) => return Ok(Err(misuse)),
            }
        }
        let mut values = Vec::with_capacity(effects.store.len());
        for ((shelf, key), change) in std::mem::take(&mut effects.store) {
            let value = match change {
                Change::Set(value) => value,
                Change::Add(by) => match self.value(&shelf, &key) {
                    Ok(Data::Number(number)) => Data::Number(number + by),
                    Ok(Data::Nil) => Data::Number(by),
                    // It was a number when the run looked.
                    Ok(_) => return Err(Conflict),
                    Err(misuse) => return Ok(Err(misuse)),
                },
            };
            values.push(((shelf, key), value));
        }
        let timers: Vec<_> = std::mem::take(&mut effects.timers).into_iter().collect();
        if let Err(misuse) = self.check_room(&values, &timers).and_then(|()| self.count(&effects.metrics)) {
            return Ok(Err(misuse));
        }
        let stamp = self.newest.get() + 1;
        self.newest.set(stamp);
        if !values.is_empty() || !timers.is_empty() {
            let written = Written {
                stamp,
                values: values.iter().map(|(place, _)| place.clone()).collect(),
                timers: timers.iter().map(|(id, _)| id.clone()).collect(),
            };
            self.writes.borrow_mut().push_back(written);
            self.values.borrow_mut().extend(values.iter().map(|(place, value)| (place.clone(), (value.clone(), stamp))));
            self.timers.borrow_mut().extend(timers.iter().map(|(id, row)| (id.clone(), (row.clone(), stamp))));
        }
        Ok(Ok(Settled { stamp, values, timers }))
    }

    /// Takes note of what is counted: the names of all versions of a script are one list, and it has an end.
    ///
    /// # Errors
    /// [`Misuse`] with the limit: none of the new names is counted.
    pub(super) fn count(&self, metrics: &BTreeMap<String, f64>) -> Result<(), Misuse> {
        let mut known = self.metrics.borrow_mut();
        let new = metrics.keys().filter(|name| !known.contains(*name)).count();
        if known.len() + new > METRICS {
            return Err(Misuse::new(format!("bot.metric: the script has counted under {} names, the limit is {METRICS}", known.len())));
        }
        known.extend(metrics.keys().cloned());
        Ok(())
    }

    /// Whether what a script keeps in all stays within its limits.
    fn check_room(&self, values: &[((Shelf, String), Data)], timers: &[(String, Option<TimerRow>)]) -> Result<(), Misuse> {
        if values.iter().any(|(_, value)| !value.is_nil()) {
            let usage =
                self.archive.script_usage(&self.script).map_err(|error| Misuse::new(format!("the archive cannot be read: {error}")))?;
            let more: u64 = values.iter().map(|((_, key), value)| (key.len() + value.size()) as u64).sum();
            if usage.bytes + more > VALUE_BYTES || usage.rows + values.len() as u64 > VALUES {
                return Err(Misuse::new(format!(
                    "what the script keeps has reached its limit of {VALUES} values or {VALUE_BYTES} bytes; delete some"
                )));
            }
        }
        let set = timers.iter().filter(|(_, row)| row.is_some()).count();
        if set > 0 {
            // What fired meanwhile is not known here: looked at anew where it matters.
            let known = match self.timer_count.get().filter(|count| count + set <= TIMERS) {
                Some(known) => known,
                None => self.timers()?.len(),
            };
            if known + set > TIMERS {
                return Err(Misuse::new(format!("the script has {known} timers, the limit is {TIMERS}; cancel some")));
            }
            self.timer_count.set(Some(known + set));
        }
        Ok(())
    }

    /// Notes that everything up to `stamp` is on the disk.
    pub(super) fn written(&self, stamp: u64) {
        let mut writes = self.writes.borrow_mut();
        let (mut values, mut timers) = (self.values.borrow_mut(), self.timers.borrow_mut());
        while writes.front().is_some_and(|write| write.stamp <= stamp) {
            let Some(write) = writes.pop_front() else { break };
            // A later write may stand over it.
            for place in write.values {
                if values.get(&place).is_some_and(|(_, newest)| *newest == write.stamp) {
                    values.remove(&place);
                }
            }
            for id in write.timers {
                if timers.get(&id).is_some_and(|(_, newest)| *newest == write.stamp) {
                    timers.remove(&id);
                }
            }
        }
    }
}
