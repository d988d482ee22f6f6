//! The hub's log with what it says: in memory, or also in a file that other processes append to as well.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::entry::Entry;
use super::file::{LockedLog, LogFile};
use super::state::State;
use crate::transport::TransportError;

/// The hub's log, and the state that follows from it.
#[derive(Default)]
pub(super) struct Book {
    state: State,
    /// Where the log is kept; without it the state is all there is.
    file: Option<LogFile>,
}

impl Book {
    /// Opens the book in a file, or begins it.
    pub(super) fn open(path: &Path) -> Result<Self, TransportError> {
        let mut book = Self { state: State::default(), file: Some(LogFile::open(path)?) };
        book.catch_up()?;
        Ok(book)
    }

    /// What the log says, as far as it was read.
    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// The log's file, to be synced, and how many entries it holds at least.
    pub(super) fn file(&self) -> Option<(Arc<File>, u64)> {
        Some((self.file.as_ref()?.handle(), self.state.length()))
    }

    /// Notes that the file could not be synced, and returns the error that says so.
    pub(super) fn note_broken(&mut self, source: std::io::Error) -> TransportError {
        match &mut self.file {
            None => TransportError::NoAnswer,
            Some(file) => {
                file.note_broken();
                file.error(source)
            }
        }
    }

    /// Reads what other processes have appended.
    pub(super) fn catch_up(&mut self) -> Result<(), TransportError> {
        match &mut self.file {
            Some(file) if file.has_news()? => read_on(&mut file.lock()?, &mut self.state),
            _ => Ok(()),
        }
    }

    /// Appends what `decide` makes of the newest state, while no other process appends. All of it is appended, or nothing.
    pub(super) fn change<T>(
        &mut self,
        decide: impl FnOnce(&State) -> Result<(Vec<Entry>, T), TransportError>,
    ) -> Result<T, TransportError> {
        let mut locked = self.file.as_mut().map(LogFile::lock).transpose()?;
        if let Some(file) = &mut locked {
            read_on(file, &mut self.state)?;
        }
        let (entries, answer) = decide(&self.state)?;
        if let Some(file) = locked.as_mut().filter(|_| !entries.is_empty()) {
            let records: Result<Vec<Vec<u8>>, serde_json::Error> = entries.iter().map(serde_json::to_vec).collect();
            file.append(&records.map_err(|error| file.error(error.into()))?)?;
        }
        entries.into_iter().for_each(|entry| self.state.fold(entry));
        Ok(answer)
    }

    /// Makes the state anew from the log; from its file, if it has one.
    pub(super) fn reopen(&mut self) -> Result<(), TransportError> {
        match &self.file {
            Some(file) => *self = Self::open(file.path())?,
            None => self.state = State::of(std::mem::take(&mut self.state).into_entries()),
        }
        Ok(())
    }
}

fn read_on(file: &mut LockedLog<'_>, state: &mut State) -> Result<(), TransportError> {
    file.read_on(|record| match serde_json::from_slice(record) {
        Ok(entry) => {
            state.fold(entry);
            true
        }
        Err(_) => false,
    })
}
