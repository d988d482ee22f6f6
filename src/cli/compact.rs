//! `mynah compact`: rewrites log and index without what was removed.

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::output;

/// Rewrite log and index, so that nothing of what was purged is left on the disk
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah compact")]
pub(super) struct Compact {}

impl Compact {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open()?;
        let size = || archive.stats().map(|stats| stats.store_bytes + stats.index_bytes);
        let before = size()?;
        archive.compact()?;
        let after = size()?;
        let text = format!("log and index: {} before, {} now", output::bytes(before), output::bytes(after));
        Ok(context.out.result(&json!({"bytes_before": before, "bytes": after}), text)?)
    }
}
