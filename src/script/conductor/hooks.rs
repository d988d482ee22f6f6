//! The hooks of all scripts: who is asked, and what became of asking.

use std::sync::Arc;

use super::Conductor;
use crate::archive::ScriptWrite;
use crate::script::filter::Filter;
use crate::script::handler::{FilterSpec, Handler, HandlerNo, Role};
use crate::script::hooks::{Hook, HookNews};
use crate::script::storage::row;
use crate::store::ScriptKey;

impl Conductor {
    /// Makes the table of hooks that sessions ask.
    pub(super) fn put_hooks(&self) {
        let mut hooks = Vec::new();
        for desk in self.scripts.values().filter(|desk| !self.is_dry && desk.leaving.is_none()) {
            let Some(version) = &desk.current else { continue };
            for (number, (handler, filter)) in version.handlers.iter().zip(&version.filters).enumerate() {
                let (Role::Before { door, options }, Some(filter)) = (&handler.role, filter) else { continue };
                hooks.push(Hook {
                    script: Arc::clone(&desk.name),
                    version: version.no,
                    handler: HandlerNo(number),
                    label: handler.label.clone(),
                    door: *door,
                    filter: filter.clone(),
                    priority: options.priority,
                    deadline: options.deadline,
                    on_error: options.on_error,
                    stage: self.stages[version.stage].prompter(),
                });
            }
        }
        self.hooks.put(hooks);
    }

    /// Hears what became of asking a hook.
    pub(super) fn hear_of_hook(&mut self, news: HookNews) {
        match news {
            HookNews::Changed { message, changes } => {
                let key = ScriptKey::Changed { message: crate::store::id_key(&message) };
                let write = ScriptWrite { rows: vec![row(key, Some(&changes))], ..ScriptWrite::default() };
                self.commit(None, write, Vec::new());
            }
            HookNews::Asked { script, is_failure, metrics } => {
                let now = self.clock.now();
                let Some(desk) = self.scripts.get_mut(&script) else { return };
                desk.is_changed = true;
                desk.state.runs += 1;
                desk.count_metrics(&metrics);
                if is_failure {
                    desk.state.failures += 1;
                    if desk.health.fail(now) {
                        let mut write = ScriptWrite::default();
                        self.tell_of_quarantine(&script, &mut write, now);
                        self.commit(None, write, Vec::new());
                    }
                }
            }
        }
    }
}

/// The filter of a handler that has one.
pub(super) fn compile(handler: &Handler) -> Result<Option<Filter>, String> {
    let spec = match &handler.role {
        Role::On { filter, .. } => filter.clone(),
        // What scripts say is not less to be looked at than what people say.
        Role::Before { options, .. } => FilterSpec { bots: true, ..options.filter.clone() },
        Role::Command(_) | Role::Webhook { .. } => return Ok(None),
    };
    Filter::compile(&spec).map(Some).map_err(|misuse| format!("line {}: {}: {misuse}", handler.line, handler.label))
}
