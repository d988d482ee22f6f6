//! Keeps what was fetched, by content, for the next time. All of it can be lost without harm: content is compared with its hash whenever it
//! is taken out, and what a crash left half done is passed over. Everything here blocks.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tracing::{debug, warn};

use super::validator::Validator;
use super::{CacheOptions, FetchError};
use crate::media::{MediaHash, MediaStore};

/// A source whose content is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    /// The hash of the content.
    content: String,
    bytes: u64,
    #[serde(default)]
    validator: Validator,
    /// Rises with every use of any entry.
    used: u64,
}

/// Content that is there.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) hash: MediaHash,
    pub(super) bytes: u64,
    /// What the server said about its version.
    pub(super) validator: Validator,
}

/// A folder with `content/`, the files by their hash, and `sources/`, one small file for each source.
pub(super) struct Cache {
    content: MediaStore,
    sources: PathBuf,
    max_bytes: u64,
    /// By the hash of the source's name.
    entries: Mutex<HashMap<String, Entry>>,
    /// Locked: what one process removes, another would miss.
    _lock: File,
}

impl Cache {
    /// Opens a cache and clears up what a crash left. `None` when somebody else has it open.
    pub(super) fn open(options: &CacheOptions) -> Result<Option<Self>, FetchError> {
        let sources = options.folder.join("sources");
        fs::create_dir_all(&sources).map_err(FetchError::io("create", &sources))?;
        let path = options.folder.join("LOCK");
        let lock = File::create(&path).map_err(FetchError::io("create", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                warn!(folder = %options.folder.display(), "somebody else has the cache of fetched files open, going on without one");
                return Ok(None);
            }
            Err(TryLockError::Error(source)) => return Err(FetchError::io("lock", &path)(source)),
        }
        let content = MediaStore::new(options.folder.join("content"));
        let entries = Mutex::new(read_entries(&sources, &content).map_err(FetchError::io("read", &sources))?);
        let cache = Self { content, sources, max_bytes: options.max_bytes, entries, _lock: lock };
        cache.remove_unnamed();
        cache.shrink(&mut cache.table());
        Ok(Some(cache))
    }

    /// The content that this source had last.
    pub(super) fn find(&self, source: &str) -> Option<Kept> {
        let table = self.table();
        table.get(source).and_then(|entry| {
            let hash = MediaHash::from_hex(&entry.content)?;
            Some(Kept { hash, bytes: entry.bytes, validator: entry.validator.clone() })
        })
    }

    /// The content with this hash.
    pub(super) fn find_content(&self, hash: MediaHash) -> Option<Kept> {
        let digits = hash.to_string();
        let table = self.table();
        let entry = table.values().find(|entry| entry.content == digits)?;
        Some(Kept { hash, bytes: entry.bytes, validator: Validator::default() })
    }

    /// Opens a file. Its content has to be compared with the hash by who reads it.
    pub(super) fn take_out(&self, hash: MediaHash) -> Option<File> {
        let mut table = self.table();
        let digits = hash.to_string();
        let now = next_use(&table);
        for (source, entry) in table.iter_mut().filter(|(_, entry)| entry.content == digits) {
            entry.used = now;
            self.note(source, entry);
        }
        self.content.open(hash).ok()
    }

    /// Keeps the file at `path`, which has this content, as that of the source. What goes wrong costs the next fetch and not this one.
    pub(super) fn put_in(&self, source: &str, validator: Validator, path: &Path, hash: MediaHash) {
        let kept = File::open(path).and_then(|file| {
            let bytes = file.metadata()?.len();
            if bytes > self.max_bytes {
                return Ok(());
            }
            let staged = self.content.stage(file).map_err(io::Error::other)?;
            if staged.hash() != hash {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let mut table = self.table();
            staged.place().map_err(io::Error::other)?;
            let entry = Entry { content: hash.to_string(), bytes, validator, used: next_use(&table) };
            self.note(source, &entry);
            table.insert(source.to_owned(), entry);
            self.shrink(&mut table);
            Ok(())
        });
        if let Err(error) = kept {
            warn!(%error, "could not keep a fetched file in the cache");
        }
    }

    /// Removes content that is not what it should be.
    pub(super) fn forget(&self, hash: MediaHash) {
        let mut table = self.table();
        self.remove(&mut table, &hash.to_string());
    }

    /// Removes what was not used for longest until the rest fits. An old content of a source goes with it.
    fn shrink(&self, table: &mut HashMap<String, Entry>) {
        loop {
            let mut contents: HashMap<&str, (u64, u64)> = HashMap::new();
            for entry in table.values() {
                let (used, _) = contents.get(entry.content.as_str()).copied().unwrap_or_default();
                contents.insert(&entry.content, (used.max(entry.used), entry.bytes));
            }
            let sum = contents.values().map(|&(_, bytes)| bytes).fold(0, u64::saturating_add);
            let oldest = contents.iter().min_by_key(|(_, (used, _))| used).map(|(&content, _)| content.to_owned());
            match oldest {
                Some(oldest) if sum > self.max_bytes => self.remove(table, &oldest),
                _ => return,
            }
        }
    }

    fn remove(&self, table: &mut HashMap<String, Entry>, content: &str) {
        table.retain(|source, entry| {
            if entry.content == content {
                // One that stays names no content, and goes when the cache is opened the next time.
                let _ = fs::remove_file(self.path(source));
            }
            entry.content != content
        });
        if let Some(Err(error)) = MediaHash::from_hex(content).map(|hash| self.content.remove(hash)) {
            debug!(%error, "could not remove a file from the cache");
        }
    }

    /// Removes contents of which no source is known: a crash came between both, or the source has another one now.
    fn remove_unnamed(&self) {
        let table = self.table();
        for hash in self.content.remove_staged().and_then(|()| self.content.list()).unwrap_or_default() {
            let digits = hash.to_string();
            if !table.values().any(|entry| entry.content == digits) {
                let _ = self.content.remove(hash);
            }
        }
    }

    /// Writes the file of a source. A crash leaves the one before or this one, a power cut perhaps one that cannot be read.
    fn note(&self, source: &str, entry: &Entry) {
        let path = self.path(source);
        let fresh = path.with_extension("new");
        let written = serde_json::to_vec(entry).map_err(io::Error::from).and_then(|bytes| fs::write(&fresh, bytes));
        if let Err(error) = written.and_then(|()| fs::rename(&fresh, &path)) {
            debug!(%error, "could not note what is in the cache");
        }
    }

    fn path(&self, source: &str) -> PathBuf {
        self.sources.join(source).with_extension("json")
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn next_use(table: &HashMap<String, Entry>) -> u64 {
    table.values().map(|entry| entry.used).max().unwrap_or(0).saturating_add(1)
}

/// Reads the files of all sources, and removes those that cannot be read or whose content is not there.
fn read_entries(sources: &Path, content: &MediaStore) -> io::Result<HashMap<String, Entry>> {
    let mut entries = HashMap::new();
    for file in fs::read_dir(sources)? {
        let path = file?.path();
        let entry = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Entry>(&bytes).ok());
        let is_there = |entry: &Entry| {
            let file = MediaHash::from_hex(&entry.content).and_then(|hash| content.open(hash).ok());
            file.and_then(|file| file.metadata().ok()).is_some_and(|file| file.len() == entry.bytes)
        };
        let is_entry = path.extension().is_some_and(|extension| extension == "json");
        match (path.file_stem().and_then(|stem| stem.to_str()), entry.filter(is_there)) {
            (Some(source), Some(entry)) if is_entry => {
                entries.insert(source.to_owned(), entry);
            }
            _ => {
                let _ = fs::remove_file(&path);
            }
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::MediaHasher;

    fn cache(folder: &Path, max_bytes: u64) -> Cache {
        Cache::open(&CacheOptions { folder: folder.join("cache"), max_bytes }).unwrap().unwrap()
    }

    fn put(cache: &Cache, folder: &Path, source: &str, content: &str) -> MediaHash {
        let path = folder.join("file");
        fs::write(&path, content).unwrap();
        let mut hasher = MediaHasher::default();
        hasher.update(content.as_bytes());
        cache.put_in(source, Validator::default(), &path, hasher.hash());
        hasher.hash()
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path(), 12);
        let first = put(&cache, folder.path(), "aa", "first");
        let second = put(&cache, folder.path(), "bb", "second");
        assert!(cache.take_out(first).is_some());
        put(&cache, folder.path(), "cc", "third");
        assert!(cache.find("aa").is_some() && cache.find("cc").is_some());
        assert!(cache.find("bb").is_none() && cache.find_content(second).is_none() && cache.take_out(second).is_none());
        put(&cache, folder.path(), "dd", "larger than all of it");
        assert!(cache.find("dd").is_none() && cache.find("aa").is_some());
    }

    #[test]
    fn a_cache_is_opened_again_with_what_was_in_it_and_without_what_a_crash_left() {
        let folder = tempfile::tempdir().unwrap();
        let opened = cache(folder.path(), 100);
        let first = put(&opened, folder.path(), "aa", "first");
        let second = put(&opened, folder.path(), "bb", "second");
        let third = put(&opened, folder.path(), "cc", "third");
        drop(opened);
        let root = folder.path().join("cache");
        let content = MediaStore::new(root.join("content"));
        content.remove(second).unwrap();
        fs::write(root.join("sources/cc.json"), "half a li").unwrap();
        fs::write(root.join("content/incoming-1-1"), "half a fi").unwrap();
        let opened = cache(folder.path(), 100);
        assert!(opened.find("aa").is_some() && opened.find("bb").is_none() && opened.find("cc").is_none());
        assert_eq!(content.list().unwrap(), [first]);
        assert!(opened.find_content(third).is_none() && !root.join("sources/cc.json").exists());
        assert!(!root.join("content/incoming-1-1").exists());
    }

    #[test]
    fn a_cache_that_somebody_else_has_open_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = cache(folder.path(), 100);
        let options = CacheOptions { folder: folder.path().join("cache"), max_bytes: 1 };
        assert!(Cache::open(&options).unwrap().is_none());
        drop(first);
        assert!(Cache::open(&options).unwrap().is_some());
    }
}
