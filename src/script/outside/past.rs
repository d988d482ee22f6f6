//! What a replay looks into: the archive whose history is played, up to the second at which it is.

use std::sync::Arc;

use super::{Why, unreadable};
use crate::archive::Archive;
use crate::model::Message;

/// An archive with what was said until now, and later.
#[derive(Clone)]
pub(in crate::script) struct Past(Arc<Archive>);

impl Past {
    /// What was said in this archive.
    pub(in crate::script) fn new(archive: Arc<Archive>) -> Self {
        Self(archive)
    }

    /// Looks into it, on a thread on which nobody else waits.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Archive) -> T + Send + 'static) -> T {
        let archive = Arc::clone(&self.0);
        match tokio::task::spawn_blocking(move || work(&archive)).await {
            Ok(done) => done,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime ends, and with it whoever waits here.
            Err(_) => std::future::pending().await,
        }
    }

    /// The message of this id, if it was said by then. Blocks.
    pub(in crate::script) fn message(&self, id: &str, now: u64) -> Result<Option<Message>, Why> {
        let found = self.0.find(&[id]).map_err(unreadable)?;
        Ok(found.into_iter().find(|message| message.server_time <= now))
    }
}
