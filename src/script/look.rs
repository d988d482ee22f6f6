//! What whoever looks from outside can see of scripts: how they are, what they did, what they could not do. It needs only a reading archive, so it
//! works while the host runs elsewhere.

use super::bundle::check_name;
use super::letters;
use super::rows::{ChangeRow, DeadLetter, ScriptState, TraceRow};
use super::storage;
use crate::archive::{Archive, ArchiveError};
use crate::store::{ScriptKey, ScriptKeyOwned, ScriptRows, id_key};

/// A dead letter with the number by which it is named.
#[derive(Clone)]
pub struct NumberedLetter {
    /// The script.
    pub script: String,
    /// Its number among the letters of the script.
    pub no: u64,
    /// The letter.
    pub letter: DeadLetter,
}

/// Looks at what an archive keeps of scripts.
#[derive(Clone, Copy)]
pub struct Look<'a>(&'a Archive);

impl<'a> Look<'a> {
    /// Looks at this archive.
    pub fn at(archive: &'a Archive) -> Self {
        Self(archive)
    }

    /// How each script is, by their names, as its host last noted it; how far it lags is counted now.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn states(&self) -> Result<Vec<(String, ScriptState)>, ArchiveError> {
        let rows = storage::all::<ScriptState>(self.0, ScriptRows::States)?;
        let mut states = Vec::with_capacity(rows.len());
        for (key, mut state) in rows {
            let ScriptKeyOwned::State { script } = key else { continue };
            if let Some(cursor) = self.0.script_cursor(&script)? {
                state.lag = self.0.journal_head().0.saturating_sub(cursor.0);
            }
            states.push((script, state));
        }
        Ok(states)
    }

    /// The dead letters of one script, or of all, oldest first.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn dead_letters(&self, script: Option<&str>) -> Result<Vec<NumberedLetter>, ArchiveError> {
        let scripts = match script {
            Some(script) => vec![script.to_owned()],
            None => self.states()?.into_iter().map(|(script, _)| script).collect(),
        };
        let mut letters = Vec::new();
        for script in scripts.into_iter().filter(|script| check_name(script).is_ok()) {
            for (key, letter) in storage::all::<DeadLetter>(self.0, ScriptRows::Dead { script: &script })? {
                if let ScriptKeyOwned::Dead { no, .. } = key {
                    letters.push(NumberedLetter { script: script.clone(), no, letter });
                }
            }
        }
        Ok(letters)
    }

    /// The dead letter of this number.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn dead_letter(&self, script: &str, no: u64) -> Result<Option<NumberedLetter>, ArchiveError> {
        let letter = letters::letter(self.0, script, no)?;
        Ok(letter.map(|letter| NumberedLetter { script: script.to_owned(), no, letter }))
    }

    /// What a script did about a message, oldest first, as far as its newest thousand runs tell.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn traces(&self, script: &str, message: &str) -> Result<Vec<TraceRow>, ArchiveError> {
        if check_name(script).is_err() {
            return Ok(Vec::new());
        }
        let traces = storage::all::<TraceRow>(self.0, ScriptRows::Traces { script })?;
        Ok(traces.into_iter().map(|(_, trace)| trace).filter(|trace| trace.message.as_deref() == Some(message)).collect())
    }

    /// Which hooks have changed a message, in their order.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn changes(&self, message: &str) -> Result<Vec<ChangeRow>, ArchiveError> {
        Ok(storage::read(self.0, ScriptKey::Changed { message: id_key(message) })?.unwrap_or_default())
    }
}
