//! Values that a run keeps: what it has changed itself lies over what is kept.

use std::collections::BTreeMap;

use super::{Change, Run, most, room};
use crate::script::data::Data;
use crate::script::op::{Misuse, Shelf};

impl Run {
    /// A value as this run sees it.
    pub(super) fn get(&mut self, shelf: &Shelf, key: &str, for_update: bool) -> Result<Data, Misuse> {
        let place = (shelf.clone(), key.to_owned());
        match self.effects.store.get(&place) {
            Some(Change::Set(value)) => Ok(value.clone()),
            Some(Change::Add(by)) => Ok(Data::Number(number(&self.world.stored(shelf, key)?)? + by)),
            None => {
                let value = self.world.stored(shelf, key)?;
                if for_update {
                    self.effects.expected.entry(place).or_insert_with(|| value.clone());
                }
                Ok(value)
            }
        }
    }

    pub(super) fn add(&mut self, shelf: &Shelf, key: &str, by: f64) -> Result<Data, Misuse> {
        room("values", self.effects.store.len() + 1, most::VALUES)?;
        let sum = number(&self.get(shelf, key, false)?)? + by;
        let change = self.effects.store.entry((shelf.clone(), key.to_owned())).or_insert(Change::Add(0.0));
        match change {
            Change::Add(sum) => *sum += by,
            Change::Set(value) => *value = Data::Number(sum),
        }
        Ok(Data::Number(sum))
    }

    pub(super) fn scan(&mut self, shelf: &Shelf, prefix: &str, after: Option<&str>, limit: usize) -> Result<Data, Misuse> {
        // As many more as this run may take away, so that the page is full all the same.
        let touched: BTreeMap<String, Change> = {
            let mine = self.effects.store.iter().filter(|((on, key), _)| on == shelf && key.starts_with(prefix));
            mine.filter(|((_, key), _)| after.is_none_or(|after| key.as_str() > after))
                .map(|((_, key), change)| (key.clone(), change.clone()))
                .collect()
        };
        let kept = self.world.scan(shelf, prefix, after, limit + touched.len() + 1)?;
        let is_all = kept.len() < limit + touched.len() + 1;
        let last = kept.last().map(|(key, _)| key.clone());
        let mut items: BTreeMap<String, Data> = kept.into_iter().collect();
        for (key, change) in touched {
            // What stands behind the page belongs to a later one.
            if !is_all && last.as_ref().is_some_and(|last| key > *last) {
                continue;
            }
            let value = match change {
                Change::Set(value) => value,
                Change::Add(by) => Data::Number(number(items.get(&key).unwrap_or(&Data::Nil))? + by),
            };
            if value.is_nil() {
                items.remove(&key)
            } else {
                items.insert(key, value)
            };
        }
        let more = items.len() > limit;
        let items: Vec<(String, Data)> = items.into_iter().take(limit).collect();
        let next = if more { items.last().map(|(key, _)| key.clone()) } else { None };
        let rows = items.into_iter().map(|(key, value)| Data::map([("key", Data::Text(key)), ("value", value)])).collect();
        Ok(Data::map([("items", Data::List(rows)), ("next", next.into())]))
    }
}

fn number(value: &Data) -> Result<f64, Misuse> {
    match value {
        Data::Nil => Ok(0.0),
        Data::Number(number) => Ok(*number),
        _ => Err(Misuse("store:incr: what is kept under this key is no number".to_owned())),
    }
}
