//! What a clean close leaves behind: how long the store's list of files was, and its hash. RocksDB takes a list that lost its end for an older
//! one, as it does one whose records it cannot follow to the end, and removes the tables that the older one does not name.

use std::fs;

use super::{Layout, Store, StoreError};

impl Store {
    /// Writes everything to tables and notes how long the list of files is. The last thing that is done to a store.
    ///
    /// # Errors
    /// [`StoreError`]: nothing is lost, opening takes longer and knows less.
    pub(crate) fn close(&self) -> Result<(), StoreError> {
        self.flush()?;
        let Some((name, size)) = self.layout.file_list() else { return Ok(()) };
        let path = self.layout.closed_file();
        let hash = self.layout.hash_of_list(&name, size).map_or_else(String::new, |hash| format!(" {hash:016x}"));
        fs::write(&path, format!("{name} {size}{hash}\n")).map_err(|source| StoreError::io("write", &path, source))
    }
}

impl Layout {
    /// Checks that the list of files is as long as it was when the store was closed, if it was closed cleanly.
    pub(super) fn check_file_list(&self) -> Result<(), StoreError> {
        let Ok(closed) = fs::read_to_string(self.closed_file()) else { return Ok(()) };
        let mut parts = closed.split_whitespace();
        let noted = parts.next().zip(parts.next().and_then(|size| size.parse::<u64>().ok()));
        let (Some((noted, size)), Some((name, found))) = (noted, self.file_list()) else { return Ok(()) };
        if name == noted && found < size {
            let what = format!("it is {found} bytes, {size} were written");
            return Err(StoreError::Damaged { folder: self.store().join(name), what });
        }
        // A note of an earlier version has no hash.
        let hash = parts.next().and_then(|hash| u64::from_str_radix(hash, 16).ok());
        if name == noted && hash.is_some() && hash != self.hash_of_list(&name, size) {
            let what = "its content is not what was written".to_owned();
            return Err(StoreError::Damaged { folder: self.store().join(name), what });
        }
        Ok(())
    }

    /// Forgets the note of the last close, which does not hold of a store that is open.
    pub(super) fn forget_closing(&self) -> Result<(), StoreError> {
        let path = self.closed_file();
        match fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io("remove", &path, source)),
            _ => Ok(()),
        }
    }

    /// The hash of the beginning of a list of files; `None` where it cannot be read.
    fn hash_of_list(&self, name: &str, size: u64) -> Option<u64> {
        let content = fs::read(self.store().join(name)).ok()?;
        Some(xxhash_rust::xxh3::xxh3_64(content.get(..usize::try_from(size).ok()?)?))
    }

    /// The name and the length of the list of files in use.
    fn file_list(&self) -> Option<(String, u64)> {
        let name = fs::read_to_string(self.store().join("CURRENT")).ok()?.trim().to_owned();
        let size = fs::metadata(self.store().join(&name)).ok()?.len();
        Some((name, size))
    }
}
