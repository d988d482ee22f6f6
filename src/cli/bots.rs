//! `mynah bots`: how the scripts are.

use std::time::Duration;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::output::{self, bytes, count, harmless};
use super::scripts;
use crate::query::time_text;
use crate::script::{Look, Request, ScriptState};

/// Show how the scripts are: what they do, how far they lag, what they cost
///
/// It works while `mynah run` does, and tells of the last time where nothing runs. The lag is in changes of the archive.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah bots
  mynah bots --json | jq -r 'select(.state != \"running\") | .script'")]
pub(super) struct Bots {}

impl Bots {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open_reader()?;
        let is_running = scripts::ask(context, &Request::Ping)?.is_some();
        let mut states = Look::at(&archive).states()?;
        if !is_running {
            // Nobody was left to note that they ended.
            states.iter_mut().filter(|(_, state)| state.state != "failed").for_each(|(_, state)| "stopped".clone_into(&mut state.state));
        }
        if context.out.is_json() {
            for (script, state) in &states {
                let mut object = json!(state);
                object["script"] = json!(script);
                context.out.json(&object)?;
            }
            return Ok(());
        }
        if states.is_empty() {
            output::note("no script has worked here yet; `mynah bot new NAME` makes one, `mynah run` has it at work");
        }
        let width = states.iter().map(|(script, _)| script.len()).max().unwrap_or_default();
        for (script, state) in &states {
            print(script, width, state, context)?;
        }
        if !is_running && !states.is_empty() {
            output::note("no scripts are running; `mynah run` starts them");
        }
        Ok(())
    }
}

fn print(script: &str, width: usize, state: &ScriptState, context: &mut Context) -> Result<(), Failure> {
    let output::Styles { name, faint, found } = context.out.styles;
    let cpu = Duration::from_millis(state.cpu_us / 1_000);
    let mut line = format!(
        "{name}{script:width$}{name:#}  {:<11}  lag {}  {}  cpu {cpu:?}  {}",
        state.state,
        count(state.lag),
        output::counted(state.runs, "run"),
        bytes(state.memory),
    );
    for (number, what) in [(state.failures, "failure"), (state.dead, "dead letter"), (state.timers, "timer"), (state.dialogs, "dialog")] {
        if number > 0 {
            line += &format!("  {}", output::counted(number, what));
        }
    }
    context.out.line(format_args!("{line}  {faint}{}{faint:#}", time_text(state.at, &context.zone)))?;
    if let Some(problem) = &state.problem {
        context.out.line(format_args!("  {found}{}{found:#}", harmless(problem).replace('\n', "\n  ")))?;
    }
    for (metric, value) in &state.metrics {
        context.out.line(format_args!("  {faint}{} {value}{faint:#}", harmless(metric)))?;
    }
    Ok(())
}
