//! The rows of scripts in the archive, as what they mean: values, timers, dialogs, letters.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::data::Data;
use super::op::{Misuse, Shelf};
use super::run::TimerRow;
use crate::archive::{Archive, ArchiveError};
use crate::store::{ScriptKey, ScriptKeyOwned, ScriptRows, StoreError};

/// Rows that are read at once.
const PAGE: usize = 1_000;

/// A row to be written: its key, and its content or that it goes.
pub(super) type Row = (ScriptKeyOwned, Option<Vec<u8>>);

/// The number of a shelf in keys, and whose it is. They never change: a store on somebody's disk has them.
fn shelf_key(shelf: &Shelf) -> (u8, &str) {
    match shelf {
        Shelf::Script => (0, ""),
        Shelf::Chat(chat) => (1, chat),
        Shelf::Person(person) => (2, person),
    }
}

pub(super) fn unreadable(error: &ArchiveError) -> Misuse {
    Misuse::new(format!("the archive cannot be read: {error}"))
}

/// What is kept on a shelf; nil where nothing is.
pub(super) fn value(archive: &Archive, script: &str, shelf: &Shelf, key: &str) -> Result<Data, Misuse> {
    let (number, owner) = shelf_key(shelf);
    let row = archive.script_row(ScriptKey::Value { script, shelf: number, owner, key }).map_err(|error| unreadable(&error))?;
    let Some(row) = row else { return Ok(Data::Nil) };
    serde_json::from_slice(&row).map_err(|_| Misuse::new("what is kept under a key is damaged"))
}

/// Values of a shelf from `prefix` behind `after`, in the order of their keys.
pub(super) fn values(
    archive: &Archive,
    script: &str,
    shelf: &Shelf,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, Data)>, Misuse> {
    let (number, owner) = shelf_key(shelf);
    let rows = ScriptRows::Shelf { script, shelf: number, owner, prefix };
    let after = after.map(|key| ScriptKey::Value { script, shelf: number, owner, key });
    let found = archive.script_rows(rows, after, limit).map_err(|error| unreadable(&error))?;
    let read = |(key, value): (ScriptKeyOwned, Vec<u8>)| match key {
        ScriptKeyOwned::Value { key, .. } => serde_json::from_slice(&value).ok().map(|value| (key, value)),
        _ => None,
    };
    Ok(found.into_iter().filter_map(read).collect())
}

/// The row of a value.
pub(super) fn value_row(script: &str, shelf: &Shelf, key: &str, value: &Data) -> Row {
    let (number, owner) = shelf_key(shelf);
    let key = ScriptKey::Value { script, shelf: number, owner, key }.into_owned();
    (key, if value.is_nil() { None } else { Some(value.to_json().into_bytes()) })
}

/// The row of anything that is kept as JSON.
pub(super) fn row<T: Serialize>(key: ScriptKey<'_>, content: Option<&T>) -> Row {
    // Everything that is kept has text keys and finite numbers.
    (key.into_owned(), content.map(|content| serde_json::to_vec(content).unwrap_or_default()))
}

/// A row that goes.
pub(super) fn gone(key: ScriptKey<'_>) -> Row {
    (key.into_owned(), None)
}

/// What is kept under a key as JSON.
///
/// # Errors
/// [`ArchiveError::Store`] when the log cannot be read.
pub(super) fn read<T: DeserializeOwned>(archive: &Archive, key: ScriptKey<'_>) -> Result<Option<T>, ArchiveError> {
    let row = archive.script_row(key)?;
    Ok(row.and_then(|row| serde_json::from_slice(&row).ok()))
}

/// All rows of a kind, in the order of their keys. Those that cannot be understood are left out, and said so in the log.
///
/// # Errors
/// [`ArchiveError::Store`] when the log cannot be read.
pub(super) fn all<T: DeserializeOwned>(archive: &Archive, rows: ScriptRows<'_>) -> Result<Vec<(ScriptKeyOwned, T)>, ArchiveError> {
    let mut all = Vec::new();
    each(archive, rows, |key, row| {
        match row {
            Some(row) => all.push((key, row)),
            None => tracing::warn!(?key, "a row of a script cannot be understood"),
        }
        Ok(())
    })?;
    Ok(all)
}

/// All rows of a kind, in the order of their keys; for work that waits, of which nothing may be passed over.
///
/// # Errors
/// [`ArchiveError::Store`] when the log cannot be read, or a row cannot be understood; it says `what` that is.
pub(super) fn whole<T: DeserializeOwned>(
    archive: &Archive,
    rows: ScriptRows<'_>,
    what: &str,
) -> Result<Vec<(ScriptKeyOwned, T)>, ArchiveError> {
    let mut all = Vec::new();
    each(archive, rows, |key, row| {
        all.push((key, row.ok_or_else(|| StoreError::unreadable(&format!("row of {what}")))?));
        Ok(())
    })?;
    Ok(all)
}

fn each<T: DeserializeOwned>(
    archive: &Archive,
    rows: ScriptRows<'_>,
    mut take: impl FnMut(ScriptKeyOwned, Option<T>) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let mut after: Option<ScriptKeyOwned> = None;
    loop {
        let page = archive.script_rows(rows, after.as_ref().map(ScriptKeyOwned::borrow), PAGE)?;
        let is_last = page.len() < PAGE;
        after = page.last().map(|(key, _)| key.clone());
        for (key, value) in page {
            take(key, serde_json::from_slice(&value).ok())?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// The keys of all rows of a kind.
///
/// # Errors
/// [`ArchiveError::Store`] when the log cannot be read.
pub(super) fn keys(archive: &Archive, rows: ScriptRows<'_>) -> Result<Vec<ScriptKeyOwned>, ArchiveError> {
    let mut all = Vec::new();
    loop {
        let page = archive.script_rows(rows, all.last().map(ScriptKeyOwned::borrow), PAGE)?;
        let is_last = page.len() < PAGE;
        all.extend(page.into_iter().map(|(key, _)| key));
        if is_last {
            return Ok(all);
        }
    }
}

/// The timer of this id.
pub(super) fn timer(archive: &Archive, script: &str, id: &str) -> Result<Option<TimerRow>, Misuse> {
    read(archive, ScriptKey::Timer { script, id }).map_err(|error| unreadable(&error))
}

/// All timers of a script.
///
/// # Errors
/// As for [`whole`].
pub(super) fn timers(archive: &Archive, script: &str) -> Result<Vec<TimerRow>, ArchiveError> {
    let rows = whole(archive, ScriptRows::Timers { script: Some(script) }, "a timer")?;
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}
