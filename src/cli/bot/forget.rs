//! `mynah bot forget`: a script that does not come back.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::harmless;
use crate::script::{check_name, forget};

/// Forget a script that was taken away
///
/// A script whose file is gone keeps its timers, open questions, dead letters and values, and hears what it has missed when it comes back. This is
/// for those that do not come back. `mynah run` must not be at work; a script whose file is still there begins anew.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah bot forget hello
  mynah bot forget hello --keep-values")]
pub(super) struct Forget {
    /// The script
    #[arg(value_name = "NAME")]
    script: String,

    /// Keep what it has stored
    #[arg(long)]
    keep_values: bool,
}

impl Forget {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        check_name(&self.script)?;
        forget(&context.open()?, &self.script, self.keep_values)?;
        let text = format!("{} is forgotten", harmless(&self.script));
        Ok(context.out.result(&json!({ "forgotten": self.script }), text)?)
    }
}
