//! The hooks of all scripts: who is asked, and what became of asking.

use std::sync::Arc;

use super::Conductor;
use crate::archive::ScriptWrite;
use crate::script::filter::Filter;
use crate::script::handler::{FilterSpec, Handler, HandlerNo, OnError, Role};
use crate::script::health::May;
use crate::script::hooks::{Hook, HookNews, Went};
use crate::script::log::Level;
use crate::script::storage::row;
use crate::store::ScriptKey;

impl Conductor {
    /// Makes the table of hooks that sessions ask. While a script is in quarantine, those of its hooks without which things may happen are passed
    /// over until the next probe; the others are asked all the same, because nobody else looks for them.
    pub(super) fn put_hooks(&self) {
        let mut hooks = Vec::new();
        for desk in self.scripts.values().filter(|desk| !self.is_dry && desk.leaving.is_none()) {
            let Some(version) = &desk.current else { continue };
            let rests_until = desk.health.rests_until();
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
                    rests_until: if options.on_error == OnError::Allow { rests_until } else { 0 },
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
            HookNews::Asked { script, went, metrics } => {
                let now = self.clock.now();
                let Some(desk) = self.scripts.get_mut(&script) else { return };
                desk.is_changed = true;
                desk.state.runs += 1;
                desk.count_metrics(&metrics);
                desk.state.failures += u64::from(went != Went::Well);
                self.judge(&script, went, now);
            }
        }
    }

    /// Counts how a hook has done for or against its script. In quarantine only a probe counts: the first hook that is asked after the rest, unless
    /// an event is under way as such.
    fn judge(&mut self, script: &Arc<str>, went: Went, now: u64) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        match desk.health.may_run(now) {
            _ if went == Went::Unanswered => return,
            May::Rest { .. } => return,
            May::Probe => desk.health.probe(),
            May::Run => {}
        }
        if went == Went::Well {
            if desk.health.succeed() {
                self.put_hooks();
                self.note(script, Level::Info, "it works again; the quarantine is over");
            }
            return;
        }
        let begins = desk.health.fail(now);
        if desk.health.quarantined_since().is_some() {
            self.put_hooks();
        }
        if begins {
            let mut write = ScriptWrite::default();
            self.tell_of_quarantine(script, &mut write, now);
            self.commit(None, write, Vec::new());
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
