//! A file on its way into the media folder: written beside, made durable, then found by its hash.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use super::{MediaError, MediaHash, MediaHasher, MediaStore};

/// How the names of files that are not yet found by their hash begin.
pub(super) const STAGED_PREFIX: &str = "incoming-";

/// A file that lies in the folder under a name of its own, and goes away again with this.
struct Beside {
    store: MediaStore,
    path: PathBuf,
}

impl Drop for Beside {
    fn drop(&mut self) {
        // One that was placed is no longer there; one that cannot be removed goes at the next opening.
        let _ = fs::remove_file(&self.path);
    }
}

/// A file that is being written into the folder. Dropped before it is finished, it goes away again.
pub(crate) struct Staging {
    file: fs::File,
    hasher: MediaHasher,
    beside: Beside,
}

impl Staging {
    /// Begins an empty file.
    pub(crate) fn begin(store: &MediaStore) -> Result<Self, MediaError> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static STAGED: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(&store.folder).map_err(MediaError::io("create", &store.folder))?;
        let number = STAGED.fetch_add(1, Ordering::Relaxed);
        let path = store.folder.join(format!("{STAGED_PREFIX}{}-{number}", std::process::id()));
        let file = fs::File::create(&path).map_err(MediaError::io("create", &path))?;
        Ok(Self { file, hasher: MediaHasher::default(), beside: Beside { store: store.clone(), path } })
    }

    /// Adds the next bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        self.hasher.update(bytes);
        self.file.write_all(bytes).map_err(MediaError::io("write", &self.beside.path))
    }

    /// Makes the file durable; it is not yet found by its hash.
    pub(crate) fn finish(self) -> Result<Staged, MediaError> {
        self.file.sync_all().map_err(MediaError::io("write", &self.beside.path))?;
        Ok(Staged { hash: self.hasher.hash(), beside: self.beside })
    }
}

/// A file that is whole in the folder and has not its place yet. Without one it goes away again.
pub(crate) struct Staged {
    hash: MediaHash,
    beside: Beside,
}

impl Staged {
    /// The hash of its content.
    pub(crate) fn hash(&self) -> MediaHash {
        self.hash
    }

    /// Makes it found by its hash, in the place of an equal file if there is one.
    pub(crate) fn place(self) -> Result<MediaHash, MediaError> {
        let store = &self.beside.store;
        let path = store.path(self.hash);
        let folder = path.parent().unwrap_or(&store.folder);
        fs::create_dir_all(folder).map_err(MediaError::io("create", folder))?;
        fs::rename(&self.beside.path, &path).map_err(MediaError::io("write", &path))?;
        let sync = fs::File::open(folder).and_then(|folder| folder.sync_all());
        sync.map_err(MediaError::io("write", folder))?;
        Ok(self.hash)
    }
}
