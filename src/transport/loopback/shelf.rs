//! The files that a hub keeps: in memory, or in a folder by the hash of their content.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::media::{MediaError, MediaHash, MediaStore, Staging};
use crate::transport::TransportError;

/// The most bytes that are carried at once.
pub(super) const PIECE: usize = 256 * 1024;

type Files = Arc<Mutex<BTreeMap<MediaHash, Arc<[u8]>>>>;

/// Where files lie.
#[derive(Clone)]
pub(super) enum Shelf {
    /// In memory, as long as the hub.
    Memory(Files),
    /// In a folder.
    Folder(MediaStore),
}

/// A file that is being put on the shelf. Dropped, it leaves nothing behind.
pub(super) struct Putting {
    shelf: Shelf,
    content: Content,
}

enum Content {
    Memory(Vec<u8>),
    Folder(Box<Staging>),
}

/// A file that is being read.
pub(super) enum Reading {
    Memory { content: Arc<[u8]>, at: usize },
    Folder { path: Box<Path>, file: File },
}

impl Shelf {
    pub(super) fn in_memory() -> Self {
        Self::Memory(Files::default())
    }

    pub(super) fn in_folder(folder: &Path) -> Self {
        Self::Folder(MediaStore::new(folder.to_owned()))
    }

    /// Opens a file from byte `offset` on, and returns its whole size. Blocks.
    pub(super) fn open(&self, hash: MediaHash, offset: u64) -> Result<(u64, Reading), TransportError> {
        match self {
            Self::Memory(files) => {
                let content = lock(files).get(&hash).cloned().ok_or(TransportError::UnknownMedia)?;
                let at = usize::try_from(offset).map_or(content.len(), |offset| offset.min(content.len()));
                Ok((content.len() as u64, Reading::Memory { content, at }))
            }
            Self::Folder(store) => {
                let path = store.path(hash).into_boxed_path();
                let mut file = store.open(hash).map_err(failed)?;
                let size = file.metadata().and_then(|metadata| file.seek(SeekFrom::Start(offset)).map(|_| metadata.len()));
                let size = size.map_err(|source| TransportError::Memory { path: path.to_path_buf(), source })?;
                Ok((size, Reading::Folder { path, file }))
            }
        }
    }

    /// Begins to put a file there. Blocks.
    pub(super) fn begin(&self) -> Result<Putting, TransportError> {
        let content = match self {
            Self::Memory(_) => Content::Memory(Vec::new()),
            Self::Folder(store) => Content::Folder(Box::new(Staging::begin(store).map_err(failed)?)),
        };
        Ok(Putting { shelf: self.clone(), content })
    }
}

impl Putting {
    /// Adds the next bytes. Blocks.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        match &mut self.content {
            Content::Memory(content) => {
                content.extend_from_slice(bytes);
                Ok(())
            }
            Content::Folder(staging) => staging.write(bytes).map_err(failed),
        }
    }

    /// Makes the file durable and found by its hash, which is returned. Blocks.
    pub(super) fn finish(self) -> Result<MediaHash, TransportError> {
        match (self.content, &self.shelf) {
            (Content::Folder(staging), _) => staging.finish().and_then(|staged| staged.place()).map_err(failed),
            (Content::Memory(content), shelf) => {
                // Reading from memory does not fail.
                let hash = MediaHash::of(content.as_slice()).map_err(|_| TransportError::NoAnswer)?;
                if let Shelf::Memory(files) = shelf {
                    lock(files).insert(hash, content.into());
                }
                Ok(hash)
            }
        }
    }
}

impl Reading {
    /// The next bytes; none at the end. Blocks.
    pub(super) fn next(&mut self) -> Result<Vec<u8>, TransportError> {
        match self {
            Self::Memory { content, at } => {
                let piece = &content[*at..content.len().min(*at + PIECE)];
                *at += piece.len();
                Ok(piece.to_vec())
            }
            Self::Folder { path, file } => {
                let mut piece = Vec::new();
                let read = (&mut *file).take(PIECE as u64).read_to_end(&mut piece);
                read.map_err(|source| TransportError::Memory { path: path.to_path_buf(), source })?;
                Ok(piece)
            }
        }
    }
}

fn lock(files: &Files) -> std::sync::MutexGuard<'_, BTreeMap<MediaHash, Arc<[u8]>>> {
    files.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failed(error: MediaError) -> TransportError {
    match error {
        MediaError::Missing { .. } => TransportError::UnknownMedia,
        MediaError::Damaged { path } => TransportError::Damaged { path, at: 0 },
        MediaError::Io { path, source, .. } => TransportError::Memory { path, source },
    }
}
