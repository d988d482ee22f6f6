//! `mynah import`: messages from files into the archive.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use indicatif::ProgressBar;
use serde_json::json;

use super::context::Context;
use super::failure::{Failure, Kept};
use super::{output, progress};
use crate::archive::{Archive, ArchiveError, ImportOptions, ImportReport, Refusal};
use crate::formats::{Entry, Input, ReadAhead};
use crate::model::ConversationId;

/// Messages that cannot be taken are told one by one up to this many.
const TOLD: u64 = 20;

/// Add messages from files to the archive
///
/// A file is a JSON array of messages, or one message a line, plain or packed with gzip, xz or zstd; a folder stands for all
/// files of messages in it, - for standard input. What is in the archive already is not added again. Messages that cannot be
/// taken are told by file and line; they are failure only when nothing could be taken.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah import chat.jsonl.gz
  mynah import --conversation c2c:bob bob.json
  mynah import exports/ --account me --strict
  xz -dc big.jsonl.xz | mynah import -")]
pub(super) struct Import {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The conversation of messages that name none
    #[arg(long, value_name = "C")]
    conversation: Option<ConversationId>,

    /// Take all messages or none: end at the first that cannot be taken
    ///
    /// Files are read through once before anything is written. Standard input and pipes can't be read twice: of them, and where a
    /// message's id or place belongs to another one, the batches of about 10,000 before the refused one are kept.
    #[arg(long)]
    strict: bool,
}

impl Import {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let began = Instant::now();
        let mut inputs = Vec::new();
        for file in &self.files {
            inputs.extend(Input::named(file)?);
        }
        let files = inputs.len();
        let size = inputs.iter().map(Input::size).sum::<Option<u64>>().filter(|&size| size > 0);
        let archive = context.open_or_make()?;
        let options = ImportOptions { conversation: self.conversation, strict: self.strict };
        let mut run = Run { archive: &archive, options, totals: Totals::default(), refused: Refused::default(), began };
        if run.options.strict {
            run.examine(inputs.iter().filter(|input| input.size().is_some()).cloned().collect(), size)?;
        }
        let bar = progress::bar(size);
        let mut batches = ReadAhead::start(inputs).map_err(Failure::Thread)?;
        while run.take_file(&mut batches, &bar)? {}
        bar.set_message("indexing");
        let is_searchable = archive.wait_until_indexed() || archive.wait_until_reindexed();
        bar.finish_and_clear();
        if !is_searchable {
            output::note("the messages are kept, but the index could not be written; `mynah reindex` completes it");
        }
        let Run { totals: Totals { new, known, bytes, unread, .. }, refused, .. } = run;
        refused.tell_rest();
        let (refused, seconds) = (refused.count, began.elapsed().as_secs_f64());
        context.out.result(
            &json!({"new": new, "known": known, "refused": refused, "bytes": bytes, "seconds": seconds}),
            format_args!(
                "{} new, {} known, {} refused: {} in {seconds:.1} s ({} messages/s)",
                output::count(new),
                output::count(known),
                output::count(refused),
                output::bytes(bytes),
                output::count(rate(new + known, seconds)),
            ),
        )?;
        match (unread, refused) {
            (0, 0) => Ok(()),
            (0, _) if new + known > 0 => Ok(()),
            (0, _) => Err(Failure::NothingTaken),
            (unread, _) => Err(Failure::Unread { unread, files }),
        }
    }
}

/// What is under way.
struct Run<'a> {
    archive: &'a Archive,
    options: ImportOptions,
    totals: Totals,
    refused: Refused,
    began: Instant,
}

#[derive(Default)]
struct Totals {
    new: u64,
    known: u64,
    /// Messages that were handed to the archive.
    handed: u64,
    /// Unpacked bytes.
    bytes: u64,
    /// Files that were not read to the end.
    unread: usize,
}

impl Run<'_> {
    /// Reads files through without writing; the first message that cannot be taken is the failure.
    fn examine(&self, files: Vec<Input>, size: Option<u64>) -> Result<(), Failure> {
        let kept = Kept::Nothing;
        let bar = progress::bar(size);
        bar.set_message("checking");
        let mut importer = self.archive.importer(self.options.clone());
        for batch in ReadAhead::start(files).map_err(Failure::Thread)? {
            for Entry { line, message } in batch.entries {
                let file = || Arc::clone(&batch.file);
                let message = message.map_err(|reason| Failure::Unreadable { file: file(), line, reason, kept })?;
                importer.examine(message).map_err(|reason| Failure::Refused { file: file(), line, reason, kept })?;
            }
            if let Some(error) = batch.error {
                return Err(error.into());
            }
            if batch.is_last {
                importer = self.archive.importer(self.options.clone());
            }
            bar.inc(batch.packed_bytes);
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Takes the messages of the next file. Returns whether there was one.
    ///
    /// Each file is an import of its own, so that equal messages of one file are several, and those of two files the same.
    fn take_file(&mut self, batches: &mut ReadAhead, bar: &ProgressBar) -> Result<bool, Failure> {
        let mut places = Places::default();
        let mut importer = self.archive.importer(self.options.clone());
        let mut is_last = false;
        while !is_last {
            let Some(batch) = batches.next() else { return Ok(false) };
            is_last = batch.is_last;
            self.totals.bytes += batch.bytes;
            for Entry { line, message } in batch.entries {
                match message {
                    Ok(message) => {
                        places.push(&batch.file, line);
                        importer.add(message).map_err(|error| places.failure(error))?;
                        self.totals.handed += 1;
                    }
                    Err(reason) if self.options.strict => {
                        return Err(Failure::Unreadable { file: batch.file, line, reason, kept: Kept::EarlierBatches });
                    }
                    Err(reason) => self.refused.tell(&batch.file, line, &reason, bar),
                }
            }
            if let Some(error) = batch.error {
                if self.options.strict {
                    return Err(error.into());
                }
                self.totals.unread += 1;
                bar.suspend(|| output::error(&Failure::from(error).told()));
            }
            let report = importer.report();
            self.refused.tell_late(report, &places, bar);
            places.forget_before(report.new + report.known + report.refused_total);
            bar.inc(batch.packed_bytes);
            let rate = rate(self.totals.handed, self.began.elapsed().as_secs_f64());
            bar.set_message(format!("{} messages, {}/s", output::count(self.totals.handed), output::count(rate)));
        }
        let report = importer.finish().map_err(|error| places.failure(error))?;
        self.refused.tell_late(&report, &places, bar);
        self.refused.late = Late::default();
        self.totals.new += report.new;
        self.totals.known += report.known;
        Ok(true)
    }
}

fn rate(messages: u64, seconds: f64) -> u64 {
    (messages as f64 / seconds.max(1e-9)) as u64
}

/// Tells what could not be taken, and counts it.
#[derive(Default)]
struct Refused {
    count: u64,
    late: Late,
    hints: Vec<&'static str>,
}

/// How far the archive's report on the present file was told.
#[derive(Default)]
struct Late {
    named: usize,
    total: u64,
}

impl Refused {
    fn tell(&mut self, file: &str, line: u64, reason: &dyn std::error::Error, bar: &ProgressBar) {
        self.count += 1;
        if self.count <= TOLD {
            bar.suspend(|| output::error(&format!("{file}:{line}: {reason}")));
        }
    }

    /// Tells what the archive has refused since the last call.
    fn tell_late(&mut self, report: &ImportReport, places: &Places, bar: &ProgressBar) {
        let named = report.refused.get(self.late.named..).unwrap_or_default();
        for refused in named {
            let (file, line) = places.get(refused.position);
            self.tell(&file, line, &refused.reason, bar);
            let hint = match refused.reason {
                Refusal::NoConversation => Some("--conversation C names a conversation for messages that name none"),
                Refusal::NoSender => Some("--account USER names the user whose archive this is, and who said what names no sender"),
                _ => None,
            };
            if let Some(hint) = hint.filter(|hint| !self.hints.contains(hint)) {
                self.hints.push(hint);
            }
        }
        // The report names the first of many only.
        self.count += report.refused_total - self.late.total - named.len() as u64;
        self.late = Late { named: report.refused.len(), total: report.refused_total };
    }

    fn tell_rest(&self) {
        if self.count > TOLD {
            output::note(&format!("and {} more", output::count(self.count - TOLD)));
        }
        self.hints.iter().for_each(|hint| output::note(hint));
    }
}

/// Where the messages of a file stand in it, as far as the archive may still refuse them.
#[derive(Default)]
struct Places {
    /// Messages on lines that follow each other, without gaps between the stretches.
    stretches: VecDeque<Stretch>,
    /// The position of the next message in the run, from 0.
    next: u64,
}

struct Stretch {
    first: u64,
    file: Arc<str>,
    line: u64,
}

impl Places {
    fn push(&mut self, file: &Arc<str>, line: u64) {
        let follows = |last: &Stretch| Arc::ptr_eq(&last.file, file) && last.line + (self.next - last.first) == line;
        if !self.stretches.back().is_some_and(follows) {
            self.stretches.push_back(Stretch { first: self.next, file: Arc::clone(file), line });
        }
        self.next += 1;
    }

    fn get(&self, position: u64) -> (Arc<str>, u64) {
        let behind = self.stretches.partition_point(|stretch| stretch.first <= position);
        match behind.checked_sub(1).and_then(|at| self.stretches.get(at)) {
            Some(stretch) => (Arc::clone(&stretch.file), stretch.line + (position - stretch.first)),
            None => ("a file".into(), 0),
        }
    }

    fn forget_before(&mut self, position: u64) {
        while self.stretches.get(1).is_some_and(|second| second.first <= position) {
            self.stretches.pop_front();
        }
    }

    /// The error of an import, with the place of the message that it is about.
    fn failure(&self, error: ArchiveError) -> Failure {
        match error {
            ArchiveError::Refused { position, reason } => {
                let (file, line) = self.get(position as u64);
                Failure::Refused { file, line, reason, kept: Kept::EarlierBatches }
            }
            error => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_message_is_known_until_it_is_forgotten() {
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        let mut places = Places::default();
        let pushed = [(&a, 1), (&a, 2), (&a, 4), (&a, 5), (&b, 6), (&b, 6), (&b, 6)];
        pushed.iter().for_each(|&(file, line)| places.push(file, line));
        let check = |places: &Places, from: usize| {
            for (position, &(file, line)) in pushed.iter().enumerate().skip(from) {
                assert_eq!(places.get(position as u64), (Arc::clone(file), line));
            }
        };
        check(&places, 0);
        assert_eq!(places.stretches.len(), 5, "lines that follow each other are one stretch");
        places.forget_before(3);
        assert_eq!(places.stretches.len(), 4);
        check(&places, 3);
        places.forget_before(7);
        assert_eq!(places.stretches.len(), 1);
    }
}
