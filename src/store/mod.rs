//! The log: every message, conversation and journal entry in RocksDB. Owns the crate rocksdb, the layout on disk, the writer's
//! lock and durability. Knows nothing of what a change means; that is the archive's.

mod backup;
mod closing;
mod conversation;
#[cfg(feature = "session")]
mod early;
mod error;
mod journal;
mod layout;
mod lock;
mod options;
mod outbox;
mod pins;
mod read;
mod record;
#[cfg(feature = "script")]
mod script;
mod tail;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use backup::folder_size;
pub(crate) use conversation::{ConversationRecord, Conversations, FIRST_SEQ};
#[cfg(feature = "session")]
pub(crate) use early::{EarlyEdit, EarlyRecall, EarlyRow};
pub use error::StoreError;
pub(crate) use journal::Entry;
pub use journal::{Change, ChangeKind, JournalNo};
#[cfg(feature = "session")]
pub(crate) use layout::early_key;
pub(crate) use layout::{Layout, id_key};
pub(crate) use pins::{PinNo, Pinned};
pub(crate) use read::{Direction, Stored, View};
pub(crate) use record::{Flags, Record};
#[cfg(feature = "script")]
pub(crate) use script::{ScriptKey, ScriptKeyOwned, ScriptRows, Usage};
pub(crate) use write::Write;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, RwLock};

use rocksdb::DB;

use lock::WriterLock;

/// When a write is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// After it is on the disk: it survives `kill -9` and a power cut. Concurrent writers share one fsync.
    #[default]
    Synced,
    /// After it is with the operating system: it survives the end or `kill -9` of the process, not a power cut.
    Buffered,
}

/// How much memory the store may use, all column families together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Bytes of the one block cache.
    pub(crate) block_cache: usize,
    /// Bytes of all memtables.
    pub(crate) memtables: usize,
}

/// An open store.
pub(crate) struct Store {
    db: DB,
    layout: Layout,
    cache: rocksdb::Cache,
    /// All conversations as of the last committed write.
    conversations: RwLock<Arc<Conversations>>,
    /// Taken by whoever writes. Everything that a write depends on is read under it.
    writing: Mutex<()>,
    /// The number of the newest journal entry. Changes under `writing`.
    head: AtomicU64,
    /// Rows of the journal up to this number are gone. Changes under `writing`.
    trimmed: AtomicU64,
    /// How many of the newest changes stay although every reader has passed them.
    spare: AtomicU64,
    /// Who waits in the outbox. Changes under `writing`.
    outbox: Mutex<outbox::Outbox>,
    /// What came before its message. Changes under `writing`.
    #[cfg(feature = "session")]
    early: Mutex<early::Early>,
    /// What scripts keep. Changes under `writing`.
    #[cfg(feature = "script")]
    usages: Mutex<script::Usages>,
    /// The newest change when a write of scripts' cursors last looked whether the journal can be trimmed.
    #[cfg(feature = "script")]
    trim_looked: AtomicU64,
    pins: Mutex<pins::Pins>,
    /// A write failed: the memory may be ahead of the disk, so nothing more is written until reopened.
    poisoned: AtomicBool,
    tail: tail::Tail,
    syncing: Mutex<Syncing>,
    synced: Condvar,
    /// `None` when another process writes.
    _lock: Option<WriterLock>,
    /// The folder that a reading process keeps its own notes in.
    _notes: Option<NotesFolder>,
}

/// Who shares which fsync.
struct Syncing {
    /// Every entry up to this one is on the disk.
    done: u64,
    /// Somebody is in fsync at the moment.
    running: bool,
}

/// A folder outside the store that goes with the reader.
struct NotesFolder(std::path::PathBuf);

impl Drop for NotesFolder {
    fn drop(&mut self) {
        // It holds RocksDB's own log only; what stays behind after a crash is in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Store {
    /// Opens the store in `folder` for writing, and creates it where the folder is missing or empty.
    ///
    /// # Errors
    /// [`StoreError`] for a folder of something else, a newer format, a second writer, damage, a full or read-only disk.
    pub(crate) fn open(folder: &Path, memory: Memory) -> Result<Self, StoreError> {
        let layout = Layout::new(folder);
        let (lock, format) = layout.prepare()?;
        layout.check_whole()?;
        layout.check_file_list()?;
        let (options, cache) = options::database(memory);
        if layout.has_files() {
            let there = DB::list_cf(&options, layout.store()).map_err(|source| StoreError::opening(layout.store(), source))?;
            layout.check_families(format, &there)?;
        }
        layout.forget_closing()?;
        let db = DB::open_cf_descriptors(&options, layout.store(), options::families(memory, &cache))
            .map_err(|source| StoreError::opening(layout.store(), source))?;
        if format < layout::FORMAT {
            layout.write_format(layout::FORMAT)?;
        }
        Self::with(db, layout, cache, Some(lock), None)
    }

    /// Opens the store in `folder` for reading while another process may write.
    ///
    /// # Errors
    /// As for [`Store::open`], and [`StoreError::Missing`] when there is none.
    pub(crate) fn open_reader(folder: &Path, memory: Memory) -> Result<Self, StoreError> {
        let layout = Layout::new(folder);
        let format = layout.check_format()?;
        layout.check_file_list()?;
        let (mut options, cache) = options::database(memory);
        options.create_if_missing(false);
        let notes = layout.reader_notes();
        std::fs::create_dir_all(&notes).map_err(|source| StoreError::io("create", &notes, source))?;
        let notes = NotesFolder(notes);
        // A store of an older format lacks some, until a process that writes opens it.
        let there = DB::list_cf(&options, layout.store()).map_err(|source| StoreError::opening(layout.store(), source))?;
        layout.check_families(format, &there)?;
        let families = options::families(memory, &cache).into_iter().filter(|family| there.iter().any(|name| name == family.name()));
        let db = DB::open_cf_descriptors_as_secondary(&options, layout.store(), notes.0.clone(), families)
            .map_err(|source| StoreError::opening(layout.store(), source))?;
        db.try_catch_up_with_primary().map_err(|source| StoreError::opening(layout.store(), source))?;
        Self::with(db, layout, cache, None, Some(notes))
    }

    fn with(
        db: DB,
        layout: Layout,
        cache: rocksdb::Cache,
        lock: Option<WriterLock>,
        notes: Option<NotesFolder>,
    ) -> Result<Self, StoreError> {
        let store = Self {
            db,
            layout,
            cache,
            conversations: RwLock::default(),
            writing: Mutex::default(),
            head: AtomicU64::new(0),
            trimmed: AtomicU64::new(0),
            spare: AtomicU64::new(0),
            outbox: Mutex::default(),
            #[cfg(feature = "session")]
            early: Mutex::default(),
            #[cfg(feature = "script")]
            usages: Mutex::default(),
            #[cfg(feature = "script")]
            trim_looked: AtomicU64::new(0),
            pins: Mutex::default(),
            poisoned: AtomicBool::new(false),
            tail: tail::Tail::default(),
            syncing: Mutex::new(Syncing { done: 0, running: false }),
            synced: Condvar::new(),
            _lock: lock,
            _notes: notes,
        };
        store.load()?;
        Ok(store)
    }

    /// From now on the newest `changes` stay in the journal although every reader has passed them.
    pub(crate) fn keep_spare(&self, changes: u64) {
        self.spare.store(changes, Ordering::Release);
    }

    /// Reads the journal's head, the conversations and the registers from the disk.
    fn load(&self) -> Result<(), StoreError> {
        let conversations = self.read_conversations()?;
        *write_lock(&self.conversations) = Arc::new(conversations);
        let head = self.read_head()?;
        self.head.store(head, Ordering::Release);
        lock(&self.syncing).done = head;
        *lock(&self.outbox) = self.read_outbox()?;
        #[cfg(feature = "session")]
        {
            *lock(&self.early) = self.read_early()?;
        }
        Ok(())
    }

    /// Takes in what the writing process has written since. Only for readers.
    ///
    /// # Errors
    /// [`StoreError::Storage`] or [`StoreError::Damaged`]; what was read before stays readable.
    pub(crate) fn catch_up(&self) -> Result<(), StoreError> {
        self.db.try_catch_up_with_primary()?;
        self.load()
    }

    /// Where things lie.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The number of the newest journal entry, 0 when there is none.
    pub(crate) fn head(&self) -> JournalNo {
        JournalNo(self.head.load(Ordering::Acquire))
    }

    /// All conversations as of the last committed write.
    pub(crate) fn conversations(&self) -> Arc<Conversations> {
        Arc::clone(&read_lock(&self.conversations))
    }

    /// Whether this process writes the store.
    pub(crate) fn is_writer(&self) -> bool {
        self._lock.is_some()
    }
}

/// Takes a lock; a thread that panicked while it held one has left nothing half-changed, by construction of what they guard.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn read_lock<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn write_lock<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}
