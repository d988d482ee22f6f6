//! What can be searched at one moment.

use std::path::PathBuf;
use std::sync::Arc;

use super::guard::guarded;
use super::reader::View;
use super::schema::{MARKS_FIELD, TEXT_FIELD};
use super::segment::Segment;
use super::{Answer, Context, Coverage, IndexError, Request};

/// An index at one commit. It does not change; holding it keeps files alive that later commits have done without.
#[derive(Clone)]
pub struct Snapshot {
    folder: PathBuf,
    view: Arc<View>,
}

/// Soft facts about a snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Messages in the index.
    pub docs: u64,
    /// Messages that are still in its files but deleted.
    pub deleted_docs: u64,
    /// Parts that each search goes through.
    pub segments: usize,
    /// Bytes on disk.
    pub bytes: u64,
    /// Bytes of memory that searches inside words hold.
    pub vocabulary_bytes: u64,
}

impl Snapshot {
    pub(super) fn new(folder: PathBuf, view: Arc<View>) -> Self {
        Self { folder, view }
    }

    /// What the commit covers.
    pub fn coverage(&self) -> &Coverage {
        &self.view.coverage
    }

    /// Counts and sizes.
    pub fn facts(&self) -> Facts {
        let segments = &self.view.segments;
        Facts {
            docs: segments.iter().map(|segment| u64::from(segment.alive_docs())).sum(),
            deleted_docs: segments.iter().map(|segment| u64::from(segment.deleted_docs())).sum(),
            segments: segments.len(),
            bytes: self.view.bytes,
            vocabulary_bytes: segments.iter().map(|segment| segment.vocabulary_bytes() as u64).sum(),
        }
    }

    /// Searches.
    ///
    /// Recalled messages are found only where the condition asks for them. `context` is asked from this thread, while no lock of
    /// the index is held.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] or [`IndexError::Io`] when a file could not be read; there is no answer then, not even a part of one.
    pub fn search(&self, request: &Request<'_>, context: &dyn Context) -> Result<Answer, IndexError> {
        guarded(&self.folder, || super::execute::search(&self.view.segments, request, context))
    }

    pub(super) fn warm(&self) -> Result<(), IndexError> {
        guarded(&self.folder, || {
            let warm = |segment: &Arc<Segment>| [TEXT_FIELD, MARKS_FIELD].iter().try_for_each(|&field| segment.vocabulary(field).map(drop));
            self.view.segments.iter().try_for_each(warm)
        })
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("coverage", self.coverage()).field("facts", &self.facts()).finish_non_exhaustive()
    }
}
