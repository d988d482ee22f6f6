//! The door for searching: one for all threads of a process, at a commit until it is reloaded.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tantivy::directory::{Directory, DirectoryLock, META_LOCK};
use tantivy::index::{Index, IndexMeta};

use super::disk::Disk;
use super::guard::guarded;
use super::manifest::{self, Manifest};
use super::schema::{schema, settings};
use super::segment::Segment;
use super::snapshot::Snapshot;
use super::tokenizer::tokenizers;
use super::{Coverage, IndexError};

/// Searches an index, while somebody else may be writing it. A clone sees what this one sees.
#[derive(Clone)]
pub struct IndexReader {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    index: Index,
    current: RwLock<Arc<View>>,
    /// Held while a view is made, so that two reloads do not open the same segments twice, nor put an older view over a newer one.
    reloading: Mutex<()>,
}

/// What one commit (or a merge after it) shows.
pub(super) struct View {
    pub(super) coverage: Coverage,
    /// In no order that means anything.
    pub(super) segments: Vec<Arc<Segment>>,
    pub(super) bytes: u64,
}

impl IndexReader {
    /// Opens an index that another process writes, at its last commit.
    ///
    /// # Errors
    /// As [`super::IndexWriter::open`], except that nothing is locked.
    pub fn open_read_only(folder: &Path) -> Result<Self, IndexError> {
        Self::over(folder, open_index(folder)?)
    }

    /// Opens a reader of an index whose files have been checked.
    pub(super) fn over(folder: &Path, index: Index) -> Result<Self, IndexError> {
        let view = guarded(folder, || view(folder, &index, None))?;
        let (folder, current) = (folder.to_owned(), RwLock::new(Arc::new(view)));
        Ok(Self { shared: Arc::new(Shared { folder, index, current, reloading: Mutex::new(()) }) })
    }

    /// Goes on to the last commit. Searches that have begun stay where they are.
    ///
    /// # Errors
    /// [`IndexError`]; the reader then goes on with what it has.
    pub fn reload(&self) -> Result<(), IndexError> {
        let shared = &*self.shared;
        let _reloading = shared.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = self.view();
        let view = guarded(&shared.folder, || view(&shared.folder, &shared.index, Some(&earlier)))?;
        *shared.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        Ok(())
    }

    /// What can be searched now; it does not change while it is held.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(self.shared.folder.clone(), self.view())
    }

    /// Builds what searches inside words need, so that the first one does not have to wait for it.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] when a term dictionary cannot be read.
    pub fn warm(&self) -> Result<(), IndexError> {
        self.snapshot().warm()
    }

    /// Reads every file of the last commit and compares it with its checksum.
    ///
    /// # Errors
    /// [`IndexError::Missing`] or [`IndexError::Damaged`] with the file's name.
    pub fn verify(&self) -> Result<(), IndexError> {
        verify(&self.shared.folder, &self.shared.index)
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.shared.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for IndexReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexReader").field("folder", &self.shared.folder).finish_non_exhaustive()
    }
}

/// Opens the index of a folder and checks that it is one of ours and that its files are whole.
pub(super) fn open_index(folder: &Path) -> Result<Index, IndexError> {
    guarded(folder, || {
        let directory = Disk::open(folder)?;
        if !Index::exists(&directory)? {
            return Err(IndexError::Missing { file: "meta.json".into() });
        }
        let mut index = Index::open(directory).map_err(name_meta)?;
        if index.schema() != schema() || *index.settings() != settings() {
            return Err(IndexError::Incompatible);
        }
        index.set_tokenizers(tokenizers());
        let _lock = lock(&index);
        let meta = index.load_metas().map_err(name_meta)?;
        Coverage::from_payload(meta.payload.as_deref())?;
        Manifest::read(folder).check(folder, &index, &meta)?;
        Ok(index)
    })
}

/// Reads every file of the last commit and checks it.
pub(super) fn verify(folder: &Path, index: &Index) -> Result<(), IndexError> {
    guarded(folder, || {
        let _lock = lock(index);
        let meta = index.load_metas().map_err(name_meta)?;
        Coverage::from_payload(meta.payload.as_deref())?;
        manifest::check_all(folder, index, &meta)?;
        meta.segments.iter().try_for_each(|segment| Segment::open(index, segment.clone(), None).map(drop))
    })
}

fn view(folder: &Path, index: &Index, earlier: Option<&View>) -> Result<View, IndexError> {
    let _lock = lock(index);
    let meta: IndexMeta = index.load_metas().map_err(name_meta)?;
    let coverage = Coverage::from_payload(meta.payload.as_deref())?;
    let bytes = manifest::size(folder, &meta);
    let mut segments = Vec::with_capacity(meta.segments.len());
    for segment in meta.segments {
        let known = earlier.and_then(|earlier| earlier.segments.iter().find(|known| known.id() == segment.id()));
        segments.push(match known {
            Some(known) if known.is(&segment) => Arc::clone(known),
            known => Arc::new(Segment::open(index, segment, known.map(AsRef::as_ref))?),
        });
    }
    Ok(View { coverage, segments, bytes })
}

/// Keeps the writer, in whatever process it is, from collecting files that are about to be opened. On a folder that cannot be
/// written there is no writer either.
fn lock(index: &Index) -> Option<DirectoryLock> {
    index.directory().acquire_lock(&META_LOCK).ok()
}

/// The library does not say which file it could not read.
fn name_meta(error: tantivy::TantivyError) -> IndexError {
    match IndexError::from(error) {
        IndexError::Damaged { file, what } if file.as_os_str().is_empty() => {
            tracing::error!(what, "a list of files cannot be read");
            let file = if what.contains(".managed.json") { ".managed.json" } else { "meta.json" };
            IndexError::damaged(file, "it cannot be read")
        }
        other => other,
    }
}
