//! The one way from async code to the archive, which blocks.

use std::sync::Arc;

use crate::archive::Archive;

/// Where calls of the archive run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blocking {
    /// On threads of their own, so that other tasks go on meanwhile.
    #[default]
    Threads,
    /// In the task that asks: everything else on its thread waits, and the order of all steps is the same in every run. For simulations.
    InPlace,
}

/// An archive as async code uses it.
pub(super) struct Bridge {
    archive: Arc<Archive>,
    blocking: Blocking,
}

impl Bridge {
    pub(super) fn new(archive: Arc<Archive>, blocking: Blocking) -> Self {
        Self { archive, blocking }
    }

    /// The archive, for calls that only look at memory.
    pub(super) fn archive(&self) -> &Arc<Archive> {
        &self.archive
    }

    /// Runs `work`. Work that has begun runs to its end, also when nobody waits for it any more.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Archive) -> T + Send + 'static) -> T {
        if self.blocking == Blocking::InPlace {
            return work(&self.archive);
        }
        let archive = Arc::clone(&self.archive);
        match tokio::task::spawn_blocking(move || work(&archive)).await {
            Ok(done) => done,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime ends, and with it whoever waits here.
            Err(_) => std::future::pending().await,
        }
    }
}
