//! `mynah restore`: an archive from a backup.

use std::path::PathBuf;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::{check, output};
use crate::archive::Archive;

/// Make the archive from the newest backup in a folder, and check it whole
///
/// The archive's own folder (--store) has to be new or empty. Exits with 1 when something is wrong with what was restored; it is kept.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah restore /mnt/disk/mynah --store ~/restored")]
pub(super) struct Restore {
    /// The folder of backups
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Restore {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        Archive::restore(&self.folder, context.store()?)?;
        // Opening it builds its index, which checking waits for, so that it can be searched from now on.
        let archive = context.open()?;
        let report = archive.check()?;
        let messages = archive.stats()?.messages;
        let folder = archive.folder();
        if context.out.is_json() {
            context.out.json(&json!({"messages": messages, "folder": folder.to_string_lossy(), "findings": report.findings}))?;
        } else {
            context.out.line(format_args!("{} restored to {}", output::counted(messages, "message"), folder.display()))?;
            check::print(&report, &mut context.out)?;
        }
        check::judge(&report)
    }
}
