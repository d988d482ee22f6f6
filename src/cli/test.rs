//! `mynah test`: the tests of scripts.

use std::io::Write as _;
use std::path::PathBuf;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::output::{self, harmless};
use super::scripts;
use crate::script::{TestOptions, TestOutcome, test};

/// Run the tests of scripts
///
/// Each test talks with the script in a chat of its own in memory: people who are simulated, a clock that is set, no network. Exits with 1
/// where one fails.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah test
  mynah test scripts/hello.luau
  mynah test --only greeted
  mynah test --json | jq -r 'select(.passed | not) | .why'")]
pub(super) struct Test {
    /// A script or a folder of them [default: scripts.folder of the configuration]
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    path: Option<PathBuf>,

    /// Only tests with this in their names
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

impl Test {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let found = scripts::at(&scripts::folder(context, self.path.as_deref()))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)?;
        let options = self.only.map_or_else(TestOptions::new, |only| TestOptions::new().only(only));
        let (mut passed, mut failed) = (0, 0);
        for (bundle, _) in found {
            let report = runtime.block_on(test(&bundle, &options))?;
            for result in report.results {
                let (why, at) = match result.outcome {
                    TestOutcome::Passed => (None, None),
                    TestOutcome::Failed { why, at } => (Some(why), at),
                };
                *(if why.is_none() { &mut passed } else { &mut failed }) += 1;
                if context.out.is_json() {
                    context.out.json(&json!({
                        "script": report.script, "test": result.name, "file": result.file, "line": result.line,
                        "passed": why.is_none(), "why": why, "at": at,
                    }))?;
                } else {
                    let word = if why.is_none() { "passed" } else { "failed" };
                    context.out.line(harmless(&format!("{word}  {}: {}", report.script, result.name)))?;
                    if let Some(why) = why {
                        let at = at.unwrap_or_else(|| format!("{}:{}", result.file, result.line));
                        context.out.line(harmless(&format!("  {at}: {}", why.replace('\n', "\n  "))))?;
                    }
                }
                context.out.raw().flush()?;
            }
        }
        if failed > 0 {
            return Err(Failure::FailedTests { failed, passed });
        }
        if !context.out.is_json() {
            output::note(&format!("{} passed", output::counted(passed, "test")));
        }
        Ok(())
    }
}
