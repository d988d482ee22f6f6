//! Dead letters: events that a handler could not deal with, until somebody has them dealt with once more or forgotten.

use super::bundle::check_name;
use super::rows::DeadLetter;
use super::storage::{self, gone, row};
use crate::archive::{Archive, ArchiveError, ScriptWrite};
use crate::store::{ScriptKey, ScriptKeyOwned, ScriptRows};

/// Puts a dead letter into its script's inbox, to be dealt with when the script runs again. For an archive whose scripts do not run: a host that
/// runs is asked by [`ScriptHost::retry_dead`](super::ScriptHost::retry_dead). Returns whether there is such a letter.
///
/// # Errors
/// [`ArchiveError::Store`]: all of it may be done or nothing.
pub fn retry(archive: &Archive, script: &str, no: u64) -> Result<bool, ArchiveError> {
    let Some(letter) = letter(archive, script, no)? else { return Ok(false) };
    let number = |key: &ScriptKeyOwned| if let ScriptKeyOwned::Inbox { no, .. } = key { *no } else { 0 };
    let newest = storage::keys(archive, ScriptRows::Inbox { script })?.iter().map(number).max().unwrap_or(0);
    let inbox = ScriptKey::Inbox { script, no: newest + 1 };
    let rows = vec![row(inbox, Some(&letter.into_waiting())), gone(ScriptKey::Dead { script, no })];
    archive.write_for_scripts(vec![ScriptWrite { rows, ..ScriptWrite::default() }])?;
    Ok(true)
}

/// Forgets a dead letter, in an archive whose scripts do not run. Returns whether there was such a letter.
///
/// # Errors
/// [`ArchiveError::Store`]: it may be forgotten or not.
pub fn skip(archive: &Archive, script: &str, no: u64) -> Result<bool, ArchiveError> {
    if letter(archive, script, no)?.is_none() {
        return Ok(false);
    }
    let rows = vec![gone(ScriptKey::Dead { script, no })];
    archive.write_for_scripts(vec![ScriptWrite { rows, ..ScriptWrite::default() }])?;
    Ok(true)
}

/// The dead letter of this number.
pub(super) fn letter(archive: &Archive, script: &str, no: u64) -> Result<Option<DeadLetter>, ArchiveError> {
    // What is no name of a script has no rows.
    if check_name(script).is_err() {
        return Ok(None);
    }
    storage::read(archive, ScriptKey::Dead { script, no })
}
