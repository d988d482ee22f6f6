//! Looking after an archive: statistics, compaction, a new index, backups.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::{Archive, ArchiveError};
use crate::index::IndexError;
use crate::media::{MediaHash, MediaStore};
use crate::model::ConversationId;
use crate::store::{ChangeKind, Layout, Store, StoreError, folder_size};

/// Numbers about an archive. Sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Stats {
    /// Messages, deleted ones aside.
    pub messages: u64,
    /// Conversations.
    pub conversations: u64,
    /// Unread messages of all conversations that notify.
    pub unread: u64,
    /// The log's files.
    pub store_bytes: u64,
    /// The index's files.
    pub index_bytes: u64,
    /// Media files.
    pub media_bytes: u64,
    /// Memory of the log: caches, buffers.
    pub store_memory_bytes: u64,
    /// Documents that searches see.
    pub indexed: u64,
    /// Documents of the index that are deleted and not yet merged away.
    pub index_deleted: u64,
    /// Parts of the index.
    pub index_segments: u64,
    /// The newest change.
    pub journal_head: u64,
    /// The oldest change that the journal still has, 0 for none.
    pub journal_oldest: u64,
    /// Changes that searches do not see yet.
    pub index_lag: u64,
    /// Whether the index has every message.
    pub index_complete: bool,
    /// Why the index stands still, if it does.
    pub index_fault: Option<String>,
}

impl Archive {
    /// Numbers about the archive as it is now.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn stats(&self) -> Result<Stats, ArchiveError> {
        let store = self.store();
        let conversations = store.conversations();
        let sizes = store.sizes();
        let progress = self.shared.index.progress();
        let index = self.shared.index.reader().map(|reader| reader.snapshot().facts()).unwrap_or_default();
        let head = store.head();
        Ok(Stats {
            messages: conversations.iter().map(|(_, record)| record.messages).sum(),
            conversations: conversations.iter().count() as u64,
            unread: self.total_unread(),
            store_bytes: sizes.disk,
            index_bytes: folder_size(&store.layout().index()),
            media_bytes: folder_size(&store.layout().media()),
            store_memory_bytes: sizes.memory,
            indexed: index.docs,
            index_deleted: index.deleted_docs,
            index_segments: index.segments as u64,
            journal_head: head.0,
            journal_oldest: store.oldest_change()?.unwrap_or_default().0,
            index_lag: head.0.saturating_sub(progress.covered.0),
            index_complete: progress.is_complete,
            index_fault: progress.fault,
        })
    }

    /// Waits until searches see everything that was written before the call.
    ///
    /// Returns false when the index is being built again or cannot be written: then it takes longer, or for ever.
    pub fn wait_until_indexed(&self) -> bool {
        let head = self.store().head();
        let progress = self.cover(head);
        progress.is_complete && progress.covered >= head
    }

    /// Has a new index built from the log in the background. The old one serves until the new one can.
    ///
    /// Where there is no complete index, one is being built already.
    pub fn reindex(&self) {
        self.shared.index.ask_to_rebuild();
    }

    /// Waits until no index is being built any more. Returns whether searches are complete then.
    pub fn wait_until_reindexed(&self) -> bool {
        self.shared.index.wait(None, |progress| progress.is_complete && !progress.is_rebuilding).is_complete
    }

    /// Messages that the index under construction has scanned so far.
    pub fn reindexed(&self) -> u64 {
        self.shared.index.progress().scanned
    }

    /// Rewrites log and index, so that nothing of what was purged is left on the disk. Waits for a rebuild that is under way.
    ///
    /// # Errors
    /// [`ArchiveError::Store`], [`ArchiveError::Index`], [`ArchiveError::Media`]: nothing is lost, traces of purged messages may be left.
    pub fn compact(&self) -> Result<(), ArchiveError> {
        if !self.store().is_writer() {
            return Err(StoreError::ReadOnly.into());
        }
        // What was purged before this has to be out of every index before their files are rewritten.
        let head = self.store().head();
        self.shared.index.wait(None, |progress| progress.is_complete && !progress.is_rebuilding);
        self.cover(head);
        let before = self.shared.index.ask_to_compact();
        let progress = self.shared.index.wait(None, |progress| progress.compactions > before);
        if let Some(what) = progress.fault {
            return Err(ArchiveError::Index(IndexError::Damaged { file: self.store().layout().index(), what }));
        }
        self.store().compact()?;
        self.remove_strays()
    }

    /// Removes media files that no message names: what a process that ended between a purge and its files left behind.
    fn remove_strays(&self) -> Result<(), ArchiveError> {
        let used: FxHashSet<[u8; 32]> = self.store().view().media_uses()?.into_iter().map(|(hash, _)| hash).collect();
        let strays: Vec<MediaHash> = self.shared.media.list()?.into_iter().filter(|hash| !used.contains(&hash.0)).collect();
        self.remove_unused(&strays)
    }

    /// Adds a backup of this moment to those in `folder`; what is there already is not copied again. Writers go on meanwhile.
    ///
    /// The index is not part of it: it is built again after restoring. The sizes of the log's copied files are compared at the end;
    /// checksums are compared by [`Archive::restore`].
    ///
    /// # Errors
    /// [`ArchiveError::Store`], [`ArchiveError::Media`]: the backups that were in `folder` before are still good.
    pub fn backup(&self, folder: impl AsRef<Path>) -> Result<(), ArchiveError> {
        let target = Layout::new(folder.as_ref());
        self.store().backup(&target.store())?;
        self.shared.media.copy_to(&MediaStore::new(target.media()))?;
        Ok(())
    }

    /// Makes an archive in the new or empty `folder` from the newest backup in `backup`, and checks it whole.
    ///
    /// # Errors
    /// [`ArchiveError::Store`], [`ArchiveError::Media`]: the backup is damaged or missing, or `folder` is not empty.
    pub fn restore(backup: impl AsRef<Path>, folder: impl AsRef<Path>) -> Result<(), ArchiveError> {
        let (source, target) = (Layout::new(backup.as_ref()), Layout::new(folder.as_ref()));
        Store::restore(&source.store(), &target)?;
        let media = MediaStore::new(target.media());
        MediaStore::new(source.media()).copy_to(&media)?;
        for hash in media.list()? {
            media.verify(hash)?;
        }
        Ok(())
    }

    /// Puts a file beside a message: copied into the media store by its content, and named in the message's `mynah_media`.
    ///
    /// # Errors
    /// [`ArchiveError::UnknownMessage`], [`ArchiveError::Media`]: the message is as it was.
    pub fn attach(&self, id: &str, content: impl std::io::Read) -> Result<MediaHash, ArchiveError> {
        let staged = self.shared.media.stage(content)?;
        let hash = staged.hash();
        self.rewrite(id, ChangeKind::Annotated, |message| {
            let mut hashes = message.body.get("mynah_media").and_then(|value| value.as_array().cloned()).unwrap_or_default();
            let name = serde_json::Value::from(hash.to_string());
            if !hashes.contains(&name) {
                hashes.push(name);
            }
            message.body.set("mynah_media", Some(hashes.into()))?;
            // While nobody else writes, so that a purge of another message with this file cannot take it away again.
            staged.place()?;
            Ok(())
        })?;
        Ok(hash)
    }

    /// Where the media file with this hash lies, whether it is there or not.
    #[cfg(feature = "session")]
    pub(crate) fn media_path(&self, hash: MediaHash) -> std::path::PathBuf {
        self.shared.media.path(hash)
    }

    /// Opens a media file for reading.
    ///
    /// # Errors
    /// [`ArchiveError::Media`] when it is not there.
    pub fn media(&self, hash: MediaHash) -> Result<std::fs::File, ArchiveError> {
        Ok(self.shared.media.open(hash)?)
    }

    /// The conversations whose name a person may mean by a bare id.
    pub fn named(&self, which: &crate::model::ConversationRef) -> Vec<ConversationId> {
        self.store().conversations().named(which).into_iter().map(|(_, record)| record.id.clone()).collect()
    }
}
