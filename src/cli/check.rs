//! `mynah check`: reads everything and says what is wrong.

use super::context::Context;
use super::failure::Failure;
use super::output::{self, counted, harmless};

/// Read the whole archive and name what is not as it should be
///
/// Exits with 1 when something is wrong.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah check
  mynah check --json")]
pub(super) struct Check {}

impl Check {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let report = context.open()?.check()?;
        if context.out.is_json() {
            context.out.json(&report)?;
        } else {
            for finding in &report.findings {
                context.out.line(format_args!("{}: {}\n    {}", finding.part, harmless(&finding.what), finding.remedy))?;
            }
            let seen = format!("{}, {}", counted(report.messages, "message"), counted(report.media, "media file"));
            let state = if report.findings.is_empty() { "all is well" } else { "not all is well" };
            context.out.line(format_args!("{seen}, {} searched for: {state}", output::count(report.samples)))?;
        }
        match report.findings.len() {
            0 => Ok(()),
            findings => Err(Failure::Findings { findings }),
        }
    }
}
