//! `mynah reindex`: a new index from the log.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::{output, progress};
use crate::archive::Archive;

/// Build the index again from the log; searches go on meanwhile
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah reindex")]
pub(super) struct Reindex {}

impl Reindex {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let began = Instant::now();
        let archive = context.open()?;
        archive.reindex();
        let is_complete = wait(&archive)?;
        let stats = archive.stats()?;
        if !is_complete {
            return Err(Failure::Index { fault: stats.index_fault.unwrap_or_else(|| "it was not built to the end".to_owned()) });
        }
        let (messages, seconds) = (stats.indexed, began.elapsed().as_secs_f64());
        let text = format!("{} indexed in {seconds:.1} s", output::counted(messages, "message"));
        Ok(context.out.result(&json!({"messages": messages, "complete": is_complete, "seconds": seconds}), text)?)
    }
}

/// Waits for the end and shows how far it is.
fn wait(archive: &Archive) -> Result<bool, Failure> {
    let bar = progress::bar(Some(archive.stats()?.messages));
    let (sender, ended) = channel();
    let is_complete = std::thread::scope(|scope| {
        scope.spawn(move || sender.send(archive.wait_until_reindexed()));
        loop {
            match ended.recv_timeout(Duration::from_millis(100)) {
                Ok(is_complete) => return is_complete,
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => {
                    let scanned = archive.reindexed();
                    bar.set_position(scanned);
                    bar.set_message(format!("{} messages", output::count(scanned)));
                }
            }
        }
    });
    bar.finish_and_clear();
    Ok(is_complete)
}
