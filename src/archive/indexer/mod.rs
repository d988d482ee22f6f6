//! The thread that keeps the index: one loop from the journal, whether it follows, catches up, recovers or starts from nothing.

mod apply;
mod generations;
mod rebuild;
mod state;
mod work;

use std::sync::Arc;
use std::thread::JoinHandle;

use super::{ArchiveError, Shared};

use apply::ApplyError;
pub(super) use generations::open_reader;
pub(super) use state::{IndexState, Progress};
use work::Work;

/// The name of the index's cursor in the journal.
const CURSOR: &str = "index";

/// The running thread.
pub(super) struct Indexer {
    thread: JoinHandle<()>,
}

impl Indexer {
    /// Opens the index, or begins a new one, and starts the thread.
    pub(super) fn start(shared: &Arc<Shared>, memory: usize) -> Result<Option<Self>, ArchiveError> {
        let work = match Work::open(shared, memory) {
            Ok(work) => work,
            Err(ApplyError::Store(error)) => return Err(error.into()),
            // The log is what counts: it takes messages and gives them out without an index, and searches say that they are incomplete.
            Err(ApplyError::Index(error)) => {
                tracing::warn!(%error, "the index cannot be opened");
                shared.index.set_fault(error.to_string());
                return Ok(None);
            }
        };
        shared.index.set_running(true);
        let shared = Arc::clone(shared);
        let run = move || {
            // A panic in the index must not leave searchers waiting; the store goes on without an index.
            if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work.run(&shared))).is_err() {
                shared.index.set_fault("the indexing thread ended unexpectedly".to_owned());
            }
            shared.index.set_running(false);
        };
        let thread = std::thread::Builder::new().name("mynah-index".to_owned()).spawn(run).map_err(ArchiveError::Thread)?;
        Ok(Some(Self { thread }))
    }

    /// Commits what is pending and ends the thread.
    pub(super) fn stop(self, shared: &Shared) {
        shared.index.ask(|asked| asked.stop = true);
        // It has caught its own panics.
        let _ = self.thread.join();
    }
}
