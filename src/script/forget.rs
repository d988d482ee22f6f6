//! Forgetting a script that does not come back.

use super::ScriptError;
use crate::archive::{Archive, Keep};

/// Forgets what a script has still to do: how far it has come, its timers, questions, dead letters and traces; what it keeps too, unless that
/// is to stay. The archive is to be open for writing, so no host works with it.
///
/// # Errors
/// [`ScriptError::Archive`]: all of it may be forgotten or nothing.
pub fn forget(archive: &Archive, script: &str, keeps_values: bool) -> Result<(), ScriptError> {
    let keep = if keeps_values { Keep::Values } else { Keep::Nothing };
    Ok(archive.forget_script(script, keep)?)
}
