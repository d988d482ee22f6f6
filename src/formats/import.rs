//! Takes exports into an archive: reads them on a thread of its own, keeps the files beside messages, and reports what became of everything.

mod reading;
mod report;
mod taking;

use std::path::PathBuf;
use std::sync::Arc;

use super::importers::Reading;
use super::out::{At, Item};
use super::tree::Tree;
use super::units::{self, Found};
use super::{Fault, FormatError};
use crate::archive::{Archive, ArchiveError, ImportOptions, Importer, Refusal, Versions};
use reading::{Batch, Job, ReadAhead};
pub use report::{Report, SourceReport};
use taking::Taking;

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// What the files do not say.
    pub reading: Reading,
    /// The format of all files; otherwise each is recognized.
    pub format: Option<String>,
    /// Whether nothing is taken when something cannot be taken. Files are read through once before then.
    pub is_strict: bool,
}

/// What is told while an import goes on.
#[derive(Debug)]
pub enum Step<'a> {
    /// What is to be read is known: bytes of all files, where that is known, and whether this is only the look before a strict import.
    Begins {
        /// Bytes as they lie there.
        size: Option<u64>,
        /// Nothing is written in this pass.
        is_checking: bool,
    },
    /// So many messages were read, and so many bytes more.
    Read {
        /// Bytes as they lie there.
        bytes: u64,
        /// Messages so far.
        messages: u64,
    },
    /// A record that gave no message.
    Fault(&'a At, &'a dyn std::error::Error),
    /// A message that the archive refused.
    Refused(&'a At, &'a Refusal),
    /// A file that could not be read to its end.
    Unread(&'a FormatError),
    /// All is written.
    Indexing,
}

/// What a strict import has written when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing.
    Nothing,
    /// The batches before the one that could not be taken.
    EarlierBatches,
}

/// Why an import ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The archive could not be written. What was written before stays.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A source could not be read at all.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A record gave no message, in a strict import.
    #[error("{}:{}: {reason}", at.file, at.line)]
    Fault {
        /// Where.
        at: At,
        /// Why.
        reason: Fault,
        /// What was written.
        kept: Kept,
    },
    /// The archive refused a message, in a strict import.
    #[error("{}:{}: {reason}", at.file, at.line)]
    Refused {
        /// Where.
        at: At,
        /// Why.
        reason: Refusal,
        /// What was written.
        kept: Kept,
    },
    /// The thread that reads could not be started.
    #[error("could not start a thread for reading: {0}")]
    Thread(#[source] std::io::Error),
}

/// Takes everything that is at `paths` into the archive: files, folders, zip and tar archives, and `-` for standard input.
///
/// What is there already is not added again; of a message that has changed since, the version that says more stays. Messages are found from the
/// moment this returns, and are on the disk. Ended early, by an error or the end of the process, what was written stays, and the same import
/// adds the rest.
///
/// # Errors
/// [`ImportError`]; damage inside of files is none, but is told and reported.
pub fn import(archive: &Archive, paths: &[PathBuf], import: &Import, watch: &mut dyn FnMut(Step<'_>)) -> Result<Report, ImportError> {
    let told = import.format.as_deref().map(units::importer).transpose()?;
    let mut report = Report::default();
    let mut jobs = Vec::new();
    let mut unread = Vec::new();
    for path in paths {
        let is_stdin = path.as_os_str() == "-";
        let trees = match if is_stdin { Tree::stdin().map(|tree| vec![tree]) } else { Tree::named(path) } {
            Ok(trees) => trees,
            Err(error @ FormatError::Open { .. }) => return Err(error.into()),
            Err(error) => {
                unread.push(error);
                continue;
            }
        };
        let is_one_file = trees.len() == 1 && trees[0].is_one_file();
        let before = (jobs.len(), unread.len());
        for tree in trees {
            let tree = Arc::new(tree);
            let units = units::units(&tree, told);
            report.pass(&tree, units.passed);
            unread.extend(units.unread);
            jobs.extend(units.found.into_iter().map(|found| Job { tree: Arc::clone(&tree), found: Arc::new(found) }));
        }
        if (jobs.len(), unread.len()) == before {
            unread.push(match is_one_file {
                true if is_stdin => FormatError::Unknown { file: "standard input".into() },
                true => FormatError::Unknown { file: path.to_string_lossy().into() },
                false => FormatError::EmptyFolder { path: path.clone() },
            });
        }
    }
    if jobs.is_empty() && unread.len() == 1 && paths.len() == 1 {
        return Err(unread.remove(0).into());
    }
    report.files = jobs.iter().map(|job| job.found.files.len() as u64).sum::<u64>() + unread.len() as u64;
    for error in unread {
        if import.is_strict {
            return Err(error.into());
        }
        watch(Step::Unread(&error));
        report.unread(&error);
    }
    let size = jobs.iter().all(|job| job.tree.is_lasting()).then(|| jobs.iter().map(|job| job.found.size).sum());
    let mut run = Run { archive, import, report, watch };
    if import.is_strict {
        run.check(&jobs, size)?;
    }
    (run.watch)(Step::Begins { size, is_checking: false });
    run.take(jobs)?;
    Ok(run.report)
}

/// What is under way.
struct Run<'a> {
    archive: &'a Archive,
    import: &'a Import,
    report: Report,
    watch: &'a mut dyn FnMut(Step<'_>),
}

impl<'a> Run<'a> {
    /// Reads everything that can be read twice without writing; the first thing that cannot be taken is the error.
    fn check(&mut self, jobs: &[Job], size: Option<u64>) -> Result<(), ImportError> {
        (self.watch)(Step::Begins { size, is_checking: true });
        let kept = Kept::Nothing;
        let jobs = jobs.iter().filter(|job| job.tree.is_lasting()).cloned().collect();
        let mut examined: Option<(Job, Importer<'_>)> = None;
        let mut messages = 0;
        for Batch { job, items, bytes, .. } in ReadAhead::start(jobs, &self.import.reading).map_err(ImportError::Thread)? {
            let importer = match &mut examined {
                Some((of, importer)) if of.is(&job) => importer,
                other => &mut other.insert((job.clone(), self.archive.importer(self.options(&job.found)))).1,
            };
            for item in items {
                let (at, message) = match item {
                    Item::Message(at, message) | Item::WithMedia(at, message, _) => (at, *message),
                    Item::Draft(at, draft) => match draft.finish(&[]) {
                        Ok(message) => (at, message),
                        Err(reason) => return Err(ImportError::Fault { at, reason, kept }),
                    },
                    Item::Fault(at, reason) => return Err(ImportError::Fault { at, reason, kept }),
                    Item::Unread(error) => return Err(error.into()),
                    Item::About(..) | Item::Inferred(_) => continue,
                };
                importer.examine(message).map_err(|reason| ImportError::Refused { at, reason, kept })?;
                messages += 1;
            }
            (self.watch)(Step::Read { bytes, messages });
        }
        Ok(())
    }

    fn options(&self, found: &Found) -> ImportOptions {
        ImportOptions {
            conversation: self.import.reading.conversation.clone(),
            strict: self.import.is_strict,
            versions: if found.importer.gives_ids() { Versions::KeepFullest } else { Versions::KeepFirst },
        }
    }

    /// Takes all jobs, one after the other.
    fn take(&mut self, jobs: Vec<Job>) -> Result<(), ImportError> {
        let mut batches = ReadAhead::start(jobs, &self.import.reading).map_err(ImportError::Thread)?.peekable();
        while let Some(first) = batches.peek() {
            let job = first.job.clone();
            let source = self.report.source(&job);
            let mut taking = Taking::new(self.archive, self.options(&job.found));
            // Messages that bring ids may share a run over several units; those without are told apart within one file.
            let belongs = |other: &Job| if job.found.importer.gives_ids() { other.is_of(&job) } else { other.is(&job) };
            while let Some(batch) = batches.next_if(|batch| belongs(&batch.job)) {
                self.report.sources[source].count_files(&batch);
                for item in batch.items {
                    self.item(&mut taking, source, &batch.job.tree, item)?;
                }
                taking.tell_refused(&mut self.report.sources[source], self.watch);
                self.report.bytes += batch.bytes;
                let messages = self.report.handed();
                (self.watch)(Step::Read { bytes: batch.bytes, messages });
            }
            taking.finish(&mut self.report.sources[source], self.watch)?;
        }
        (self.watch)(Step::Indexing);
        self.report.is_searchable = self.archive.wait_until_indexed() || self.archive.wait_until_reindexed();
        self.report.add_up();
        Ok(())
    }

    fn item(&mut self, taking: &mut Taking<'_>, source: usize, tree: &Tree, item: Item) -> Result<(), ImportError> {
        let report = &mut self.report.sources[source];
        match item {
            Item::Message(at, message) => taking.add(at, *message, report)?,
            Item::Draft(at, draft) => match taking.keep_files(tree, *draft, report)? {
                Ok(message) => taking.add(at, message, report)?,
                Err(reason) => self.fault(source, at, reason)?,
            },
            Item::WithMedia(at, message, media) => {
                taking.keep_media(tree, &media, report)?;
                taking.add(at, *message, report)?;
            }
            Item::About(conversation, about) => taking.describe(&conversation, *about)?,
            Item::Fault(at, reason) => self.fault(source, at, reason)?,
            Item::Unread(error) if self.import.is_strict => return Err(error.into()),
            Item::Unread(error) => {
                (self.watch)(Step::Unread(&error));
                report.unread(&error);
            }
            Item::Inferred(inferred) => report.infer(inferred),
        }
        Ok(())
    }

    fn fault(&mut self, source: usize, at: At, reason: Fault) -> Result<(), ImportError> {
        if self.import.is_strict {
            return Err(ImportError::Fault { at, reason, kept: Kept::EarlierBatches });
        }
        (self.watch)(Step::Fault(&at, &reason));
        self.report.sources[source].fault(&at, &reason);
        Ok(())
    }
}
