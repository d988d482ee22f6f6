//! `mynah backup`: a copy of this moment.

use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;

/// Add a backup of this moment to those in a folder; what is there already is not copied again
///
/// The index is not part of it: it is built again after restoring.
///
/// Backups are kept until you remove them, none is ever taken away here. Messages that are purged later, and their media files,
/// stay in the backups that were made before; to be rid of those, remove the folder and back up anew.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah backup /mnt/disk/mynah")]
pub(super) struct Backup {
    /// The folder of backups
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Backup {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let began = Instant::now();
        context.open()?.backup(&self.folder)?;
        let seconds = began.elapsed().as_secs_f64();
        let text = format!("backed up to {} in {seconds:.1} s", self.folder.display());
        Ok(context.out.result(&json!({"folder": self.folder.to_string_lossy(), "seconds": seconds}), text)?)
    }
}
