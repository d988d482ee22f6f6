//! `mynah bot check`: what can be said of a script without running it.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::{self, harmless};
use crate::cli::scripts;
use crate::script::check_bundle;

/// Check scripts without running them: syntax, calls, manifest, what would be lost
///
/// Prints a line for each finding and exits with 1 where something will not work. Warnings alone are no failure.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah bot check scripts/hello.luau
  mynah bot check
  mynah bot check --json | jq -r 'select(.severity == \"error\") | .text'")]
pub(super) struct Check {
    /// Scripts or folders of them [default: scripts.folder of the configuration]
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
}

impl Check {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let paths = if self.paths.is_empty() { vec![scripts::folder(context, None)] } else { self.paths };
        let (mut errors, mut checked) = (0, 0);
        for path in paths {
            for (bundle, folder) in scripts::at(&path)? {
                checked += 1;
                for found in check_bundle(&bundle) {
                    errors += usize::from(found.is_error);
                    let file = folder.join(&found.file).to_string_lossy().into_owned();
                    let severity = if found.is_error { "error" } else { "warning" };
                    if context.out.is_json() {
                        context.out.json(&json!({
                            "script": bundle.name(), "file": file, "line": found.line, "column": found.column,
                            "severity": severity, "text": found.text, "help": found.help,
                        }))?;
                        continue;
                    }
                    let help = found.help.map_or_else(String::new, |help| format!(" ({help})"));
                    let line = format!("{file}:{}:{}: {severity}: {}{help}", found.line, found.column, found.text);
                    context.out.line(harmless(&line))?;
                }
            }
        }
        if errors > 0 {
            return Err(Failure::Faulty { errors });
        }
        if !context.out.is_json() {
            output::note(&format!("{} checked, nothing will fail that can be seen", output::counted(checked, "script")));
        }
        Ok(())
    }
}
