//! Timers that a run sets: what it has set or cancelled itself lies over what is set.

use std::collections::BTreeMap;

use super::{Every, Run, TimerRow, hash, most, room, short};
use crate::script::data::Data;
use crate::script::event::Source;
use crate::script::op::{Missed, Misuse};

impl Run {
    /// Sets a timer for one time.
    pub(super) fn at(&mut self, at: u64, name: &str, data: &Data) -> Result<Data, Misuse> {
        room("timers", self.effects.timers.len() + 1, most::TIMERS)?;
        self.value_bytes += data.size();
        room("bytes kept by store:set", self.value_bytes, most::VALUE_BYTES)?;
        let id = self.next_id("timer");
        let row = TimerRow {
            id: id.clone(),
            name: name.to_owned(),
            data: data.clone(),
            due: at,
            every: None,
            place: self.facts.event.conversation.clone(),
            hops: self.facts.hops,
            dialog: None,
        };
        self.effects.timers.insert(id.clone(), Some(row));
        Ok(Data::Text(id))
    }

    /// Cancels a timer. Returns whether there was one.
    pub(super) fn cancel(&mut self, id: &str) -> Result<Data, Misuse> {
        room("timers", self.effects.timers.len() + 1, most::TIMERS)?;
        let is_there = match self.effects.timers.get(id) {
            Some(row) => row.is_some(),
            None => self.world.timer(id)?.is_some_and(|row| row.dialog.is_none()),
        };
        if is_there {
            self.effects.timers.insert(id.to_owned(), None);
        }
        Ok(Data::Bool(is_there))
    }

    /// Sets a timer that comes again and again.
    pub(super) fn every(&mut self, schedule: &str, zone: Option<&str>, missed: Missed, name: &str, data: &Data) -> Result<Data, Misuse> {
        // One timer for one schedule of one name: asking for it again at every start must not make more.
        let key = format!("every {name} {schedule} {}", zone.unwrap_or_default());
        let id = short(hash(&self.facts.script, &Source::Life(0), "", &key));
        let known = match self.effects.timers.get(&id) {
            Some(row) => row.clone(),
            None => self.world.timer(&id)?,
        };
        let next = self.world.next_due(schedule, zone, self.facts.now)?;
        let due = match (&known, next) {
            (Some(known), _) => known.due,
            (None, Some(next)) => next,
            (None, None) => return Err(Misuse::new("bot.timer.every: the schedule is never due")),
        };
        room("timers", self.effects.timers.len() + 1, most::TIMERS)?;
        let every = Some(Every { schedule: schedule.to_owned(), zone: zone.map(str::to_owned), missed });
        let row = TimerRow {
            id: id.clone(),
            name: name.to_owned(),
            data: data.clone(),
            due,
            every,
            place: self.facts.event.conversation.clone(),
            hops: self.facts.hops,
            dialog: None,
        };
        // It may be due just now: what is as it should be is not touched.
        if known.as_ref() == Some(&row) {
            return Ok(Data::Text(id));
        }
        self.effects.timers.insert(id.clone(), Some(row));
        Ok(Data::Text(id))
    }

    pub(super) fn list_timers(&self, name: Option<&str>) -> Result<Data, Misuse> {
        let mut rows: BTreeMap<String, TimerRow> = self.world.timers()?.into_iter().map(|row| (row.id.clone(), row)).collect();
        for (id, row) in &self.effects.timers {
            match row {
                Some(row) => rows.insert(id.clone(), row.clone()),
                None => rows.remove(id),
            };
        }
        let mut rows: Vec<TimerRow> =
            rows.into_values().filter(|row| row.dialog.is_none() && name.is_none_or(|name| row.name == name)).collect();
        rows.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
        let shown = |row: TimerRow| {
            let every = row.every.map(|every| every.schedule);
            Data::map([
                ("id", row.id.into()),
                ("name", row.name.into()),
                ("due", row.due.into()),
                ("data", row.data),
                ("every", every.into()),
            ])
        };
        Ok(Data::List(rows.into_iter().map(shown).collect()))
    }
}
