//! `mynah restore`: an archive from a backup.

use std::path::PathBuf;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::output;
use crate::archive::Archive;

/// Make the archive from the newest backup in a folder, and check it whole
///
/// The archive's own folder (--store) has to be new or empty.
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
        Archive::restore(&self.folder, context.store())?;
        // Opening it builds its index, so that it can be searched from now on.
        let archive = context.open()?;
        archive.wait_until_reindexed();
        let messages = archive.stats()?.messages;
        let text = format!("{} restored to {}", output::counted(messages, "message"), context.store().display());
        Ok(context.out.result(&json!({"messages": messages, "folder": archive.folder().to_string_lossy()}), text)?)
    }
}
