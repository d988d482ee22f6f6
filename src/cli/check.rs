//! `mynah check`: reads everything and says what is wrong.

use std::io;

use super::context::Context;
use super::failure::Failure;
use super::output::{self, Output, counted, harmless};
use crate::archive::CheckReport;

/// Read the whole archive and name what is not as it should be
///
/// Exits with 1 when something is wrong, also when the archive is too damaged to be opened.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah check
  mynah check --json")]
pub(super) struct Check {}

impl Check {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let report = context.options().check(context.store()?).map_err(Failure::Opening)?;
        if context.out.is_json() {
            context.out.json(&report)?;
        } else {
            print(&report, &mut context.out)?;
        }
        judge(&report)
    }
}

/// What was seen and what is wrong, for people.
pub(super) fn print(report: &CheckReport, out: &mut Output) -> io::Result<()> {
    for finding in &report.findings {
        out.line(format_args!("{}: {}\n    {}", finding.part, harmless(&finding.what), finding.remedy))?;
    }
    let seen = format!("{}, {}", counted(report.messages, "message"), counted(report.media, "media file"));
    let state = if report.findings.is_empty() { "all is well" } else { "not all is well" };
    out.line(format_args!("{seen}, {} searched for: {state}", output::count(report.samples)))
}

/// Findings are a failure.
pub(super) fn judge(report: &CheckReport) -> Result<(), Failure> {
    match report.findings.len() {
        0 => Ok(()),
        findings => Err(Failure::Findings { findings }),
    }
}
