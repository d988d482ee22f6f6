//! The one hand that writes an index: adds, removes, commits, merges.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::TantivyError;
use tantivy::index::Index;
use tantivy::indexer::{IndexWriterOptions, UserOperation};
use tantivy::merge_policy::{LogMergePolicy, MergePolicy, NoMergePolicy};

use super::backlog::Backlog;
use super::disk::Disk;
use super::doc::Doc;
use super::entry::Entry;
use super::guard::guarded;
use super::keys_query::KeysQuery;
use super::manifest::Manifest;
use super::reader::open_index;
use super::schema::{schema, settings};
use super::tokenizer::tokenizers;
use super::{Coverage, IndexError, IndexReader};
use crate::model::MessageKey;

/// How an index is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexOptions {
    /// Threads that index. One keeps segments few.
    pub threads: usize,
    /// Bytes that the indexing threads fill before they write a segment, together; at least 15 MB a thread.
    pub memory: usize,
    /// Bytes of messages that may wait for the indexing threads.
    pub backlog: usize,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self { threads: 1, memory: 100_000_000, backlog: 8_000_000 }
    }
}

/// Messages that travel to the indexing thread together.
const BATCH: usize = 64;

/// Writes an index. There is one for a folder at a time, in all processes.
///
/// What is added and removed takes effect in the order of the calls, and is seen from the next commit on. Dropping the writer
/// forgets what has not been committed, waits for merges that are going on, and leaves the last commit on disk.
pub struct IndexWriter {
    folder: PathBuf,
    index: Index,
    options: IndexOptions,
    /// `None` after a failure that leaves open what has been written.
    writer: Option<tantivy::IndexWriter<Entry>>,
    batch: Vec<Entry>,
    batch_bytes: usize,
    backlog: Arc<Backlog>,
    pending_docs: usize,
    reader: IndexReader,
}

impl IndexWriter {
    /// Makes an empty index that covers nothing. The folder is made if it is not there; an index in it is an error.
    ///
    /// # Errors
    /// [`IndexError::Io`] when the folder cannot be written, [`IndexError::Engine`] when it holds an index.
    pub fn create(folder: &Path, options: &IndexOptions) -> Result<Self, IndexError> {
        std::fs::create_dir_all(folder)?;
        let disk = Disk::open(folder)?;
        if Index::exists(&disk)? {
            return Err(TantivyError::IndexAlreadyExists.into());
        }
        let mut index = Index::create(disk, schema(), settings())?;
        index.set_tokenizers(tokenizers());
        Self::over(folder, index, options)
    }

    /// Opens the index of a folder at its last commit. Files that do not look as that commit left them are read and checked.
    ///
    /// # Errors
    /// [`IndexError::Missing`], [`IndexError::Damaged`], [`IndexError::Incompatible`]: remove the folder and build it again.
    /// [`IndexError::Locked`]: somebody else writes it.
    pub fn open(folder: &Path, options: &IndexOptions) -> Result<Self, IndexError> {
        Self::over(folder, open_index(folder)?, options)
    }

    fn over(folder: &Path, index: Index, options: &IndexOptions) -> Result<Self, IndexError> {
        let writer = Some(engine(&index, options)?);
        let reader = IndexReader::over(folder, index.clone())?;
        let (folder, options) = (folder.to_owned(), *options);
        let (batch, backlog) = (Vec::with_capacity(BATCH), Backlog::new(options.backlog));
        Ok(Self { folder, index, options, writer, batch, batch_bytes: 0, backlog, pending_docs: 0, reader })
    }

    /// Adds a message. Waits while more than [`IndexOptions::backlog`] bytes wait to be indexed.
    ///
    /// # Errors
    /// [`IndexError::Time`]: nothing has been added. [`IndexError::Stopped`] and others: what has been added since the last commit
    /// is lost; open the index again.
    pub fn add(&mut self, doc: &Doc<'_>) -> Result<(), IndexError> {
        let entry = Entry::new(doc)?;
        let bytes = entry.bytes();
        self.batch.push(entry);
        self.batch_bytes += bytes;
        self.pending_docs += 1;
        if self.batch.len() >= BATCH || self.batch_bytes >= self.options.backlog / 4 { self.send() } else { Ok(()) }
    }

    /// Removes messages; those that are not in the index do not matter. Many keys in one call are much cheaper than many calls.
    ///
    /// # Errors
    /// As [`IndexWriter::add`].
    pub fn remove(&mut self, keys: &[MessageKey]) -> Result<(), IndexError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.send()?;
        self.pending_docs += keys.len();
        self.engine()?.delete_query(Box::new(KeysQuery::new(keys)))?;
        Ok(())
    }

    /// Puts all that was added and removed into the index, all of it or nothing, together with what it covers. Readers of this
    /// writer see it when this returns.
    ///
    /// It outlives the process from then on, however that ends. A power failure may cost the index, which is found when it is
    /// opened next, unless [`IndexWriter::sync`] comes after.
    ///
    /// # Errors
    /// The commit may or may not have been made; open the index again and go on from its coverage.
    pub fn commit(&mut self, coverage: &Coverage) -> Result<(), IndexError> {
        self.send()?;
        let committed = guarded(&self.folder, || {
            let writer = self.writer.as_mut().ok_or(IndexError::Stopped)?;
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&coverage.to_payload()?);
            commit.commit()?;
            Ok(())
        });
        if committed.is_err() {
            self.writer = None;
        }
        committed?;
        self.pending_docs = 0;
        self.note_files()?;
        self.reader.reload()
    }

    /// Waits until the last commit is on disk.
    ///
    /// # Errors
    /// [`IndexError::Io`] when the disk failed.
    pub fn sync(&self) -> Result<(), IndexError> {
        Manifest::sync(&self.folder, &self.index.load_metas()?)
    }

    /// What the last commit covers.
    pub fn coverage(&self) -> Coverage {
        self.reader.snapshot().coverage().clone()
    }

    /// Messages added and removed since the last commit.
    pub fn pending_docs(&self) -> usize {
        self.pending_docs
    }

    /// A reader that sees every commit of this writer.
    pub fn reader(&self) -> IndexReader {
        self.reader.clone()
    }

    /// Commits, and merges all segments into one: nothing of a removed message is in any file then, its words neither.
    ///
    /// Readers go on meanwhile. Needs room on disk for a second index.
    ///
    /// # Errors
    /// As [`IndexWriter::commit`].
    pub fn compact(&mut self, coverage: &Coverage) -> Result<(), IndexError> {
        self.commit(coverage)?;
        self.wait_merges_with(Box::new(NoMergePolicy))?;
        let segments = self.index.searchable_segment_metas()?;
        if segments.len() > 1 || segments.iter().any(|segment| segment.has_deletes()) {
            let ids: Vec<_> = segments.iter().map(|segment| segment.id()).collect();
            let writer = self.engine()?;
            writer.merge(&ids).wait()?;
        }
        self.engine()?.set_merge_policy(Box::new(merge_policy()));
        self.reader.reload()?;
        self.engine()?.garbage_collect_files().wait()?;
        self.note_files()
    }

    /// Waits until no merge is going on. What has been added and not committed is forgotten.
    #[cfg(test)]
    pub(super) fn wait_merges(&mut self) -> Result<(), IndexError> {
        self.wait_merges_with(Box::new(merge_policy()))?;
        self.reader.reload()?;
        self.engine()?.garbage_collect_files().wait()?;
        self.note_files()
    }

    /// Goes back to the last commit and makes the writer usable again after a failure.
    ///
    /// # Errors
    /// [`IndexError`] when the index cannot be written still; try again later.
    pub fn rollback(&mut self) -> Result<(), IndexError> {
        self.batch.clear();
        (self.batch_bytes, self.pending_docs) = (0, 0);
        // Ended first, its merges too: there is one writer of a folder.
        if let Some(writer) = self.writer.take()
            && let Err(error) = writer.wait_merging_threads()
        {
            tracing::warn!(%error, "the index writer that is given up had failed");
        }
        self.writer = Some(engine(&self.index, &self.options)?);
        self.reader.reload()
    }

    fn engine(&mut self) -> Result<&mut tantivy::IndexWriter<Entry>, IndexError> {
        self.writer.as_mut().ok_or(IndexError::Stopped)
    }

    fn send(&mut self) -> Result<(), IndexError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let writer = self.writer.as_ref().ok_or(IndexError::Stopped)?;
        let load = self.backlog.take(std::mem::take(&mut self.batch_bytes));
        let mut batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        batch.iter_mut().for_each(|entry| entry.carry(Arc::clone(&load)));
        drop(load);
        let sent = writer.run(batch.into_iter().map(UserOperation::Add).collect::<Vec<_>>());
        if sent.is_err() {
            self.writer = None;
        }
        sent?;
        Ok(())
    }

    fn wait_merges_with(&mut self, policy: Box<dyn MergePolicy>) -> Result<(), IndexError> {
        self.batch.clear();
        (self.batch_bytes, self.pending_docs) = (0, 0);
        self.writer.take().ok_or(IndexError::Stopped)?.wait_merging_threads()?;
        let writer = engine(&self.index, &self.options)?;
        writer.set_merge_policy(policy);
        self.writer = Some(writer);
        Ok(())
    }

    fn note_files(&self) -> Result<(), IndexError> {
        Manifest::write(&self.folder, &self.index.load_metas()?)
    }
}

impl Drop for IndexWriter {
    /// Waits for merges that are going on: one that ended after the folder has been opened again would remove files behind the
    /// back of the next writer.
    fn drop(&mut self) {
        let merged = self.writer.take().map_or(Ok(()), |writer| writer.wait_merging_threads().map_err(IndexError::from));
        if let Err(error) = merged.and_then(|()| self.sync()) {
            tracing::warn!(%error, "the index was not closed as it should be");
        }
    }
}

impl std::fmt::Debug for IndexWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexWriter").field("folder", &self.folder).field("pending_docs", &self.pending_docs).finish_non_exhaustive()
    }
}

fn engine(index: &Index, options: &IndexOptions) -> Result<tantivy::IndexWriter<Entry>, IndexError> {
    let threads = options.threads.max(1);
    let options = IndexWriterOptions::builder()
        .num_worker_threads(threads)
        .memory_budget_per_thread(options.memory / threads)
        .num_merge_threads(1)
        .build();
    let writer = index.writer_with_options(options)?;
    writer.set_merge_policy(Box::new(merge_policy()));
    // The engine numbers what it does from the number of the last commit on, and a removal with just that number can be lost
    // in a merge. So that number is used up.
    writer.run(Vec::<UserOperation<Entry>>::new())?;
    Ok(writer)
}

/// Eight of a size become one; a segment that is a third deleted is written anew.
fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(8);
    policy.set_del_docs_ratio_before_merge(0.3);
    policy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConversationNo, Place, Traits, TypeSet};

    fn key(time: u64) -> MessageKey {
        MessageKey { conversation: ConversationNo(1), place: Place::start_of(time) }
    }

    fn add(writer: &mut IndexWriter, times: std::ops::Range<u64>) {
        for time in times {
            let traits = Traits::default();
            let doc = Doc {
                key: key(time),
                sender: "ann",
                types: TypeSet::EMPTY,
                is_self: false,
                recalled: false,
                traits: &traits,
                texts: &["text"],
            };
            writer.add(&doc).unwrap();
        }
    }

    /// The engine gave the first removal after an opening the number of the last commit. A merge of a segment with deletions and
    /// a greater one without, left over by a process that was killed, then took the removal for done.
    #[test]
    fn a_removal_right_after_opening_is_not_lost_in_a_merge() {
        let folder = tempfile::tempdir().unwrap();
        let options = IndexOptions { memory: 16_000_000, ..IndexOptions::default() };
        let mut writer = IndexWriter::create(folder.path(), &options).unwrap();
        writer.engine().unwrap().set_merge_policy(Box::new(NoMergePolicy));
        add(&mut writer, 0..3);
        writer.commit(&Coverage::default()).unwrap();
        writer.remove(&[key(0)]).unwrap();
        add(&mut writer, 10..14);
        writer.commit(&Coverage::default()).unwrap();
        drop(writer);
        let mut writer = IndexWriter::open(folder.path(), &options).unwrap();
        writer.remove(&[key(1)]).unwrap();
        add(&mut writer, 20..21);
        writer.commit(&Coverage::default()).unwrap();
        writer.wait_merges().unwrap();
        assert_eq!(writer.reader().snapshot().facts().docs, 1 + 4 + 1);
    }
}
