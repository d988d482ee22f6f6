//! Help for people: the commands of all scripts, from what the scripts say of them.

use std::collections::BTreeMap;
use std::sync::RwLock;

use super::command;
use super::handler::CommandSpec;

/// The commands of all scripts.
#[derive(Default)]
pub(super) struct HelpDesk(RwLock<BTreeMap<String, Vec<CommandSpec>>>);

impl HelpDesk {
    /// Replaces what is known of a script.
    pub(super) fn learn(&self, script: &str, commands: Vec<CommandSpec>) {
        let mut known = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.insert(script.to_owned(), commands);
    }

    /// Forgets a script.
    pub(super) fn forget(&self, script: &str) {
        self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner).remove(script);
    }

    /// Help for one command, or for all; `None` when there is none of that name.
    pub(super) fn text(&self, name: Option<&str>) -> Option<String> {
        let known = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut wanted: Vec<&CommandSpec> = known.values().flatten().filter(|spec| name.is_none_or(|name| spec.name == name)).collect();
        wanted.sort_by(|a, b| a.name.cmp(&b.name));
        if wanted.is_empty() && name.is_some() { None } else { Some(command::help(wanted)) }
    }
}
