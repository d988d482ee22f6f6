//! `mynah why`: what a script did about a message, and why it did not do more.

use std::sync::Arc;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::output::harmless;
use super::scripts;
use crate::archive::ArchiveError;
use crate::query::time_text;
use crate::script::{Look, explain};

/// Tell what a script did about a message, and which of its conditions hold for it
///
/// The runs are those that are kept of the script, its newest thousand. The conditions are those of the script as it is now; a script that
/// rests, a cooldown, and messages of other scripts are told by `mynah bots` and `mynah bot logs`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah why alice-1700000000-42 remind
  mynah why alice-1700000000-42 scripts/remind.luau --json")]
pub(super) struct Why {
    /// The message's id
    #[arg(value_name = "MESSAGE")]
    message: String,
    /// The script: its name, or its file
    #[arg(value_name = "SCRIPT")]
    script: String,
}

impl Why {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let bundle = scripts::named(context, &self.script)?;
        let options = scripts::options(context)?;
        let archive = Arc::new(context.open_reader()?);
        let found = archive.find(&[&self.message])?;
        let message = found.into_iter().next().ok_or_else(|| ArchiveError::UnknownMessage { id: self.message.clone() })?;
        let look = Look::at(&archive);
        let (traces, changes) = (look.traces(bundle.name(), &self.message)?, look.changes(&self.message)?);
        let script = bundle.name().to_owned();
        let handlers = explain(Arc::clone(&archive), &options, bundle, &message)?;
        if context.out.is_json() {
            let handlers: Vec<_> = handlers
                .iter()
                .map(|handler| {
                    let conditions: Vec<_> =
                        handler.conditions.iter().map(|(text, held)| json!({ "condition": text, "holds": held })).collect();
                    json!({ "handler": handler.label, "line": handler.line, "conditions": conditions })
                })
                .collect();
            return Ok(context.out.json(
                &json!({ "script": script, "message": self.message, "runs": traces, "changed_by": changes, "handlers": handlers }),
            )?);
        }
        for trace in &traces {
            let when = time_text(trace.at, &context.zone);
            let calls = if trace.calls.is_empty() { "nothing".to_owned() } else { trace.calls.join(", ") };
            let fault = trace.fault.as_ref().map_or_else(String::new, |fault| format!("; it failed: {fault}"));
            let line = format!("{when}  {}  ran for {} µs and called {calls}{fault}", trace.label, trace.cpu_us);
            context.out.line(harmless(&line))?;
        }
        for change in &changes {
            context.out.line(harmless(&format!("{} of {} has changed it", change.label, change.script)))?;
        }
        if traces.is_empty() {
            context.out.line(format_args!("{script} has not run for it, as far as is kept"))?;
        }
        for handler in &handlers {
            context.out.line(harmless(&format!("line {}  {}", handler.line, handler.label)))?;
            for (condition, holds) in &handler.conditions {
                context.out.line(harmless(&format!("  {}  {condition}", if *holds { "yes" } else { "no " })))?;
            }
        }
        Ok(())
    }
}
