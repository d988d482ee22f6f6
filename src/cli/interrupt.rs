//! Ctrl-C in the middle of work that can end in good order.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::{Builder, Runtime};

use super::failure::Failure;
use super::session;

/// Hears Ctrl-C as long as it lives.
pub(super) struct Interrupt {
    /// Its task ends with it.
    _runtime: Runtime,
    heard: Arc<AtomicBool>,
}

impl Interrupt {
    /// Begins to listen. From now on Ctrl-C no longer ends the process by itself.
    pub(super) fn listen() -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_io().build().map_err(Failure::Runtime)?;
        let heard = Arc::new(AtomicBool::new(false));
        let hearing = Arc::clone(&heard);
        runtime.spawn(async move {
            session::interrupted().await;
            hearing.store(true, Ordering::Relaxed);
        });
        Ok(Self { _runtime: runtime, heard })
    }

    /// Whether to go on.
    pub(super) fn flow(&self) -> ControlFlow<()> {
        if self.heard.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
