//! The writer's lock: one process writes a store, and a second one is told which.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use super::StoreError;

/// Held while a process writes; the operating system lets go of it when the process ends, however it ends.
pub(super) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock in `path` for the store in `folder`.
    pub(super) fn take(path: &Path, folder: &Path) -> Result<Self, StoreError> {
        let io = |source| StoreError::io("lock", path, source);
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).map_err(io)?;
                return Err(StoreError::Locked { folder: folder.to_owned(), holder: holder.trim().parse().unwrap_or(0) });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        writeln!(file, "{}", std::process::id()).map_err(io)?;
        Ok(Self { _file: file })
    }
}
