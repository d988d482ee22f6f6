//! What became of an import: of every source, how many messages, what was inferred, and what could not be taken and why.

use std::collections::BTreeSet;
use std::error::Error;

use serde::Serialize;

use super::reading::{Batch, Job};
use crate::archive::ImportReport;
use crate::formats::FormatError;
use crate::formats::out::{At, Inferred};
use crate::formats::tree::{Passed, Tree};

/// Things of one kind that a report names one by one; of more it says only how many.
const NAMED: usize = 1_000;

/// What became of an import.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Messages that were not there before.
    pub new: u64,
    /// Messages that were there already.
    pub known: u64,
    /// Messages that were there in a version that says less.
    pub updated: u64,
    /// Records that gave no message, and messages that the archive refused.
    pub refused: u64,
    /// Files that were not read to their end.
    pub unread: u64,
    /// Files that were to be read.
    pub files: u64,
    /// Bytes of files, as they lie there, that were read.
    pub bytes: u64,
    /// Why files were not read at all, as far as they are named.
    pub faults: Vec<Told>,
    /// Whether search finds everything; if not, the index could not be written.
    #[serde(skip)]
    pub is_searchable: bool,
    /// By input and format.
    pub sources: Vec<SourceReport>,
    /// Files that were passed over, as far as they are named, and why.
    pub passed_over: Vec<Told>,
    /// Files that were passed over, all of them.
    pub passed_over_total: u64,
}

/// What became of the files of one format in one file, folder or archive.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SourceReport {
    /// What was named.
    pub input: String,
    /// The format.
    pub format: &'static str,
    /// Files that were read.
    pub files: u64,
    /// As [`Report::new`].
    pub new: u64,
    /// As [`Report::known`].
    pub known: u64,
    /// As [`Report::updated`].
    pub updated: u64,
    /// As [`Report::refused`].
    pub refused: u64,
    /// Files that were not read to their end.
    pub unread: u64,
    /// Files beside messages that are in the media store now.
    pub attachments: u64,
    /// What the source does not say and that was found out or assumed.
    pub inferred: BTreeSet<Inferred>,
    /// What could not be taken, the first of it.
    pub faults: Vec<Told>,
    #[serde(skip)]
    handed: u64,
}

/// Something that was not taken.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// The file, as it is shown.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// Why.
    pub reason: String,
}

impl Report {
    /// Notes what was passed over in a tree.
    pub(super) fn pass(&mut self, tree: &Tree, passed: Vec<Passed>) {
        self.passed_over_total += passed.len() as u64;
        let room = NAMED.saturating_sub(self.passed_over.len());
        let told = passed.into_iter().take(room);
        self.passed_over.extend(told.map(|passed| Told {
            file: tree.shown(&passed.path).to_string(),
            line: 0,
            reason: passed.why.to_owned(),
        }));
    }

    /// Notes a file that cannot be read at all.
    pub(super) fn unread(&mut self, error: &FormatError) {
        self.unread += 1;
        if self.faults.len() < NAMED {
            self.faults.push(Told { file: String::new(), line: 0, reason: error.to_string() });
        }
    }

    /// The position of the report on the source that a job belongs to.
    pub(super) fn source(&mut self, job: &Job) -> usize {
        let (input, format) = (job.tree.name(), job.found.importer.name());
        let known = self.sources.iter().position(|source| *source.input == **input && source.format == format);
        known.unwrap_or_else(|| {
            self.sources.push(SourceReport { input: input.to_string(), format, ..SourceReport::default() });
            self.sources.len() - 1
        })
    }

    /// Messages that were handed to the archive so far.
    pub(super) fn handed(&self) -> u64 {
        self.sources.iter().map(|source| source.handed).sum()
    }

    /// What was inferred, a sentence each, the same once: `timezone: UTC (the default; the source names none)`.
    pub fn inferences(&self) -> impl Iterator<Item = String> {
        let all: BTreeSet<&Inferred> = self.sources.iter().flat_map(|source| &source.inferred).collect();
        let texts = all.into_iter().map(|Inferred { what, value, why }| format!("{what}: {value} ({why})"));
        texts.collect::<Vec<_>>().into_iter()
    }

    /// Fills in the sums.
    pub(super) fn add_up(&mut self) {
        let sum = |of: fn(&SourceReport) -> u64| self.sources.iter().map(of).sum();
        (self.new, self.known, self.updated) = (sum(|source| source.new), sum(|source| source.known), sum(|source| source.updated));
        (self.refused, self.unread) = (sum(|source| source.refused), self.unread + sum(|source| source.unread));
    }
}

impl SourceReport {
    /// Notes the files of a job whose last batch this is.
    pub(super) fn count_files(&mut self, batch: &Batch) {
        if batch.is_last {
            self.files += batch.job.found.files.len() as u64;
        }
    }

    pub(super) fn hand(&mut self) {
        self.handed += 1;
    }

    pub(super) fn fault(&mut self, at: &At, reason: &dyn Error) {
        self.refused += 1;
        self.tell(at, reason);
    }

    pub(super) fn unread(&mut self, error: &FormatError) {
        self.unread += 1;
        self.tell(&At { file: self.input.as_str().into(), line: 0 }, error);
    }

    fn tell(&mut self, at: &At, reason: &dyn Error) {
        if self.faults.len() < NAMED {
            self.faults.push(Told { file: at.file.to_string(), line: at.line, reason: reason.to_string() });
        }
    }

    pub(super) fn infer(&mut self, inferred: Inferred) {
        if self.inferred.len() < NAMED {
            self.inferred.insert(inferred);
        }
    }

    /// Adds what became of a run of the archive's importer. Refused ones that were named are told already.
    pub(super) fn add(&mut self, report: &ImportReport) {
        self.new += report.new;
        self.known += report.known;
        self.updated += report.updated;
        self.refused += report.refused_total - report.refused.len() as u64;
    }
}
