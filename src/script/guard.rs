//! Work of the host that a run waits for: whatever becomes of it, the run gets an answer.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

/// What a script is told where the host itself has failed.
pub(super) const FAILED: &str = "the host failed here; see its log";

/// Does some work. A panic of it ends here: it is a fault of this program, of which the program's log knows more.
///
/// # Errors
/// [`FAILED`].
pub(super) async fn guarded<T>(what: &'static str, work: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| {
        tracing::error!(what, "a panic while something was done for a script");
        FAILED.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_for_work_that_panics_is_told_so() {
        assert_eq!(guarded("a story", async { 5 }).await, Ok(5));
        assert_eq!(guarded("a story", async { panic!("oh") }).await, Err::<(), _>(FAILED.to_owned()));
    }
}
