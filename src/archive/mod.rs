//! The archive: store, index and media behind one face. Import, find, history, search, delete; no network, no scripts.

mod abouts;
mod bells;
mod changes;
mod check;
mod conversations;
#[cfg(feature = "session")]
mod early;
mod edit;
mod error;
mod export;
mod find;
mod follow;
mod history;
mod identity;
mod import;
mod incoming;
mod indexer;
mod intake;
#[cfg(any(feature = "formats", feature = "session"))]
mod kept;
mod maintain;
#[cfg(feature = "session")]
mod moves;
#[cfg(feature = "session")]
mod outbox;
#[cfg(feature = "session")]
mod receive;
mod remove;
#[cfg(feature = "script")]
mod scripts;
mod search;
#[cfg(test)]
mod testing;
mod tim;
mod versions;

pub use bells::Bell;
pub use changes::{Changes, JournalReader};
pub use check::{CheckReport, Finding};
pub use conversations::{Conversation, ReadUpTo};
pub use error::{ArchiveError, Refusal};
pub use export::{ExportRequest, Extent};
pub use follow::Follower;
pub use history::{HistoryCursor, HistoryRequest, Order, Page, Start};
pub use import::{ImportOptions, ImportReport, Importer, Refused};
#[cfg(any(feature = "formats", feature = "session"))]
pub(crate) use kept::KeptMedia;
pub use maintain::Stats;
pub use remove::Purge;
pub use search::{Coverage, Hit, SearchAnswer, SearchRequest};
pub use tim::{SearchResult, SearchResultItem};
pub use versions::Versions;
#[cfg(feature = "session")]
pub(crate) use {
    edit::version_of,
    moves::Outcome,
    outbox::{OutboxNo, Waiting},
    receive::Arrival,
    tim::Asked,
};

#[cfg(feature = "script")]
pub(crate) use scripts::{Keep, ScriptWrite};

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::media::MediaStore;
use crate::store::{Durability, JournalNo, Layout, Memory, Store};

use indexer::Indexer;

/// How an archive is opened.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// use mynah::archive::ArchiveOptions;
/// let archive = ArchiveOptions::new().account("me").open(folder.path().join("archive"))?;
/// # drop(archive);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ArchiveOptions {
    account: Option<String>,
    durability: Durability,
    memory_mib: usize,
    spare_changes: u64,
}

impl Default for ArchiveOptions {
    fn default() -> Self {
        Self { account: None, durability: Durability::default(), memory_mib: 256, spare_changes: 0 }
    }
}

impl ArchiveOptions {
    /// The defaults: no account named, synced writes, 256 MiB.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the user whose archive this is. It is kept in the archive, so it needs to be given once; one that belongs to another user
    /// is not opened for writing.
    pub fn account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    /// When single writes and batches of [`Archive::import`] are acknowledged. An [`Importer`] is always buffered, with one sync at its end.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// The memory for caches and buffers, in MiB; at least 64. Half is the index writer's, the rest the log's.
    pub fn memory_mib(mut self, mib: usize) -> Self {
        self.memory_mib = mib.max(64);
        self
    }

    /// How many of the newest changes stay in the journal although every reader has passed them: for who follows it from another process, or
    /// comes back a little later. None unless said otherwise; a change takes about 10 bytes.
    pub fn spare_changes(mut self, changes: u64) -> Self {
        self.spare_changes = changes;
        self
    }

    /// Opens the archive in `folder` for reading and writing, and creates it where the folder is missing or empty.
    ///
    /// Only one process at a time can. Searches see everything from the moment this returns, unless the index has to be
    /// rebuilt: then they say that they are incomplete until it is.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: another process writes, the folder is something else, newer or damaged, the disk is full.
    /// [`ArchiveError::OtherAccount`]: nothing has changed.
    pub fn open(&self, folder: impl AsRef<Path>) -> Result<Archive, ArchiveError> {
        let store = Store::open(folder.as_ref(), self.store_memory())?;
        store.keep_spare(self.spare_changes);
        let owner = store.account()?;
        let shared = Arc::new(Shared::new(store, owner, self.durability));
        if let Some(account) = &self.account {
            shared.name_account(account)?;
        }
        shared.media.remove_staged()?;
        let indexer = Indexer::start(&shared, self.index_memory())?;
        Ok(Archive { shared, indexer })
    }

    /// As [`ArchiveOptions::open`], but makes nothing where there is no archive.
    ///
    /// # Errors
    /// As for [`ArchiveOptions::open`], and [`StoreError::Missing`](crate::StoreError::Missing) inside.
    pub fn open_existing(&self, folder: impl AsRef<Path>) -> Result<Archive, ArchiveError> {
        Layout::new(folder.as_ref()).check_format()?;
        self.open(folder)
    }

    /// Opens the archive in `folder` for reading, while another process may write it.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: there is none, it is something else, newer or damaged.
    pub fn open_reader(&self, folder: impl AsRef<Path>) -> Result<Archive, ArchiveError> {
        let store = Store::open_reader(folder.as_ref(), self.store_memory())?;
        let account = store.account()?;
        let shared = Arc::new(Shared::new(store, account, self.durability));
        indexer::open_reader(&shared);
        // The log after the index, so that whatever the index knows is in it.
        shared.store.catch_up()?;
        Ok(Archive { shared, indexer: None })
    }

    fn store_memory(&self) -> Memory {
        let quarter = (self.memory_mib << 20) / 4;
        Memory { block_cache: quarter, memtables: quarter }
    }

    fn index_memory(&self) -> usize {
        (self.memory_mib << 20) / 2
    }
}

/// Every message of one account, and what finds them. Share it between threads behind an `Arc`; all its methods take `&self`.
///
/// Dropping it ends the indexing thread and writes what is buffered.
pub struct Archive {
    shared: Arc<Shared>,
    /// `None` in a reading process, and where the index cannot be opened.
    indexer: Option<Indexer>,
}

/// A session's claim on an archive, which ends with it.
#[cfg(feature = "session")]
pub(crate) struct Work(Arc<()>);

/// What the callers' threads and the indexing thread share.
struct Shared {
    store: Store,
    media: MediaStore,
    /// The user whose archive this is.
    account: RwLock<Option<String>>,
    durability: Durability,
    index: indexer::IndexState,
    bells: bells::Bells,
    #[cfg(feature = "session")]
    settled: std::sync::Mutex<outbox::Settled>,
    /// The session that works with the archive.
    #[cfg(feature = "session")]
    at_work: std::sync::Mutex<std::sync::Weak<()>>,
    #[cfg(any(feature = "formats", feature = "session"))]
    kept: kept::Kept,
}

impl Shared {
    fn new(store: Store, account: Option<String>, durability: Durability) -> Self {
        let media = MediaStore::new(store.layout().media());
        Self {
            store,
            media,
            account: RwLock::new(account),
            durability,
            index: indexer::IndexState::default(),
            bells: bells::Bells::default(),
            #[cfg(feature = "session")]
            settled: std::sync::Mutex::default(),
            #[cfg(feature = "session")]
            at_work: std::sync::Mutex::default(),
            #[cfg(any(feature = "formats", feature = "session"))]
            kept: kept::Kept::default(),
        }
    }

    /// Names the user whose archive this is, unless that is done.
    fn name_account(&self, account: &str) -> Result<(), ArchiveError> {
        let mut owner = self.account.write().unwrap_or_else(PoisonError::into_inner);
        match &*owner {
            Some(owner) if owner == account => {}
            Some(owner) => return Err(ArchiveError::OtherAccount { owner: owner.clone(), account: account.to_owned() }),
            None => {
                self.store.put_account(account)?;
                *owner = Some(account.to_owned());
            }
        }
        Ok(())
    }

    /// Wakes and calls everybody who waits for changes, after a write up to `no` was acknowledged.
    fn tell_of_changes(&self, no: JournalNo) {
        self.index.tell_of_changes();
        self.bells.ring(no);
    }
}

impl Archive {
    /// Opens the archive in `folder` with the default options; see [`ArchiveOptions::open`].
    ///
    /// # Errors
    /// As for [`ArchiveOptions::open`].
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        ArchiveOptions::new().open(folder)
    }

    /// Where it lies.
    pub fn folder(&self) -> PathBuf {
        self.store().layout().root().to_owned()
    }

    /// The user whose archive this is, if it was named.
    pub fn account(&self) -> Option<String> {
        self.shared.account.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it is only read, and another process may write it.
    #[cfg(feature = "session")]
    pub(crate) fn is_reader(&self) -> bool {
        !self.store().is_writer()
    }

    /// Claims the archive for one session; `None` while another has it.
    #[cfg(feature = "session")]
    pub(crate) fn begin_work(&self) -> Option<Work> {
        let mut at_work = crate::store::lock(&self.shared.at_work);
        if at_work.strong_count() > 0 {
            return None;
        }
        let work = Work(Arc::new(()));
        *at_work = Arc::downgrade(&work.0);
        Some(work)
    }

    /// Names the user whose archive this is, unless that is done.
    ///
    /// # Errors
    /// [`ArchiveError::OtherAccount`]: nothing has changed.
    #[cfg(feature = "session")]
    pub(crate) fn name_account(&self, account: &str) -> Result<(), ArchiveError> {
        self.shared.name_account(account)
    }

    /// Takes in what the writing process has written since this one was opened. Does nothing in the writing process.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: what could be read before still can be.
    pub fn refresh(&self) -> Result<(), ArchiveError> {
        if !self.store().is_writer() {
            indexer::open_reader(&self.shared);
            // The log after the index, so that whatever the index knows is in it.
            self.store().catch_up()?;
        }
        Ok(())
    }

    /// Waits until a write that is under way is published: a message can be found a moment before the journal tells of it.
    #[cfg(all(test, feature = "script"))]
    pub(crate) fn wait_for_writer(&self) {
        drop(self.store().write());
    }

    fn store(&self) -> &Store {
        &self.shared.store
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        if let Some(indexer) = self.indexer.take() {
            indexer.stop(&self.shared);
        }
        // A clean close leaves a short log, so that the next open is fast. A failure leaves a long one, nothing worse.
        if self.store().is_writer()
            && let Err(error) = self.store().close()
        {
            tracing::warn!(%error, "could not flush the log while closing");
        }
    }
}
