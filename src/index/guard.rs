//! Turns a panic of the search library into an error: it trusts its files, and a damaged one can make it stumble.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::IndexError;

/// Runs `work`. A panic in it means that some file in `folder` does not hold what it should.
pub(super) fn guarded<T>(folder: &Path, work: impl FnOnce() -> Result<T, IndexError>) -> Result<T, IndexError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
        tracing::error!(what, "reading the index panicked");
        Err(IndexError::damaged(folder, "its files contradict each other"))
    })
}
