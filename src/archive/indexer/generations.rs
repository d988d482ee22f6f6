//! The folders of the index: each index built from nothing has a number of its own, so that an old one serves until the new one can.

use std::fs;
use std::path::{Path, PathBuf};

use crate::archive::Shared;
use crate::index::{Coverage, IndexError, IndexOptions, IndexReader, IndexWriter, Rebuild};
use crate::store::JournalNo;

use super::rebuild;

/// An index that is open for writing.
pub(super) struct Generation {
    pub(super) writer: IndexWriter,
    pub(super) folder: PathBuf,
    /// What the documents handed over so far cover; the commit to come says so.
    pub(super) reached: Coverage,
}

impl Generation {
    /// Opens the newest complete index in `root`, or the newest one, or begins one; removes the others and what is damaged.
    pub(super) fn open(shared: &Shared, options: &IndexOptions) -> Result<Self, IndexError> {
        let root = shared.store.layout().index();
        let mut opened: Option<Self> = None;
        for (_, folder) in numbered(&root).into_iter().rev() {
            if opened.as_ref().is_some_and(|generation| generation.reached.is_complete()) {
                remove(&folder);
                continue;
            }
            match IndexWriter::open(&folder, options) {
                Ok(writer) => {
                    let reached = writer.coverage();
                    let is_better = opened.as_ref().is_none_or(|_| reached.is_complete());
                    let generation = Self { writer, folder, reached };
                    // One that does not fit now could seem to fit later, when the journal has grown past it.
                    if !generation.fits(shared) {
                        generation.discard();
                        continue;
                    }
                    let other = if is_better { opened.replace(generation) } else { Some(generation) };
                    other.into_iter().for_each(Self::discard);
                }
                Err(error @ (IndexError::Locked | IndexError::Io(_))) => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "the index cannot be used and is built again");
                    remove(&folder);
                }
            }
        }
        match opened {
            Some(generation) => Ok(generation),
            None => Self::begin(shared, options),
        }
    }

    /// Whether the journal can bring this index up to date: it has every change behind the index, and none before its own head.
    fn fits(&self, shared: &Shared) -> bool {
        let reached = JournalNo(self.reached.journal);
        let oldest = shared.store.oldest_change().ok().flatten();
        let has_all = oldest.is_none_or(|oldest| oldest.0 <= reached.0 + 1);
        reached <= shared.store.head() && has_all
    }

    /// Begins an index that is to be filled from the log.
    pub(super) fn begin(shared: &Shared, options: &IndexOptions) -> Result<Self, IndexError> {
        let root = shared.store.layout().index();
        fs::create_dir_all(&root).map_err(IndexError::Io)?;
        let number = numbered(&root).last().map_or(1, |(number, _)| number + 1);
        let folder = root.join(format!("{number:06}"));
        let mut writer = IndexWriter::create(&folder, options)?;
        let head = shared.store.head();
        // Nothing was ever written, so there is nothing to scan.
        let rebuilding = (head.0 > 0).then(|| Rebuild { next: rebuild::Phase::START.to_bytes() });
        let reached = Coverage { journal: head.0, rebuilding };
        writer.commit(&reached)?;
        Ok(Self { writer, folder, reached })
    }

    /// Closes it and removes its folder.
    pub(super) fn discard(self) {
        let Self { writer, folder, .. } = self;
        drop(writer);
        remove(&folder);
    }
}

/// The numbered folders, in the order of their numbers.
fn numbered(root: &Path) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut numbered: Vec<(u32, PathBuf)> =
        entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path()))).collect();
    numbered.sort_unstable();
    numbered
}

fn remove(folder: &Path) {
    // What cannot be removed now is removed at the next opening.
    if let Err(error) = fs::remove_dir_all(folder) {
        tracing::warn!(%error, folder = %folder.display(), "could not remove an old index");
    }
}

/// Gives a reading process the index that is there, as it was last committed; without one, searches say that they are incomplete.
pub(in crate::archive) fn open_reader(shared: &Shared) {
    let mut best: Option<IndexReader> = None;
    for (_, folder) in numbered(&shared.store.layout().index()) {
        match IndexReader::open_read_only(&folder) {
            Ok(reader) if reader.snapshot().coverage().is_complete() || best.is_none() => best = Some(reader),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "an index cannot be read"),
        }
    }
    let coverage = best.as_ref().map(|best| best.snapshot().coverage().clone());
    shared.index.serve(best, |progress| {
        progress.covered = JournalNo(coverage.as_ref().map_or(0, |coverage| coverage.journal));
        progress.is_complete = coverage.is_some_and(|coverage| coverage.is_complete());
    });
}
