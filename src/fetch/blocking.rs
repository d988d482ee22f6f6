//! The bridge to what blocks: files and names of hosts.

use std::io;

/// Runs `work` on a thread that may block. It is finished even if nobody waits for it any more.
///
/// # Errors
/// `work` broke off, or the runtime ends.
pub(super) async fn call<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)
}
