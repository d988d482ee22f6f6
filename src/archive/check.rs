//! Checking an archive: walks log, index and media, compares what they say of each other, names what is wrong.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use rustc_hash::FxHashSet;

use super::import::media_of;
use super::{Archive, ArchiveError, ArchiveOptions};
use crate::index;
use crate::media::MediaHash;
use crate::model::{Body, ConversationNo, MessageKey, Place, Status, for_each_text};
use crate::query::Expr;
use crate::store::{ConversationRecord, Flags, Record, StoreError, Stored};

/// Messages whose own words are searched for.
const SAMPLES: u64 = 200;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// `store`, `index` or `media`.
    pub part: &'static str,
    /// What is wrong, with file or numbers.
    pub what: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// What a check saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct CheckReport {
    /// Messages that were read, deleted ones included.
    pub messages: u64,
    /// Media files that were read.
    pub media: u64,
    /// Messages that were searched for by their own words.
    pub samples: u64,
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
}

impl CheckReport {
    /// Puts what could not be read among the findings, once.
    ///
    /// # Errors
    /// What is not about the archive's files.
    fn tell(&mut self, error: ArchiveError) -> Result<(), ArchiveError> {
        let (part, remedy) = match &error {
            ArchiveError::Store(StoreError::Storage(_) | StoreError::Damaged { .. } | StoreError::Io { .. }) => ("store", RESTORE),
            ArchiveError::Index(_) => ("index", REINDEX),
            ArchiveError::Media(_) => ("media", FETCH),
            _ => return Err(error),
        };
        let what = error.to_string();
        if !self.findings.iter().any(|finding| finding.what == what) {
            self.find(part, what, remedy);
        }
        Ok(())
    }

    fn find(&mut self, part: &'static str, what: String, remedy: &'static str) {
        self.findings.push(Finding { part, what, remedy });
    }
}

const RESTORE: &str = "restore a backup, or export what can be read and import it into a new archive";
const REINDEX: &str = "run `mynah reindex`: the index is built again from the log, nothing is lost";
const FETCH: &str = "fetch the file again, or restore the media folder from a backup";

/// What walking the messages of one conversation gave.
#[derive(Default)]
struct Counted {
    messages: u64,
    unread: u64,
    last: Option<Place>,
}

impl ArchiveOptions {
    /// Opens the archive in `folder` for writing and checks it, see [`Archive::check`]. A log too damaged to be opened is a finding.
    ///
    /// # Errors
    /// As for [`ArchiveOptions::open_existing`] where the archive is not damaged, but missing, locked, newer or something else.
    pub fn check(&self, folder: impl AsRef<Path>) -> Result<CheckReport, ArchiveError> {
        match self.open_existing(folder) {
            Ok(archive) => archive.check(),
            Err(ArchiveError::Store(error)) if error.is_damage() => {
                let mut report = CheckReport::default();
                report.find("store", error.to_string(), RESTORE);
                Ok(report)
            }
            Err(error) => Err(error),
        }
    }
}

impl Archive {
    /// Reads everything and reports what is wrong. Takes as long as reading the archive; call it while nobody writes.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] where something else than the archive's files stands in the way; what is wrong with them is in the report.
    pub fn check(&self) -> Result<CheckReport, ArchiveError> {
        let mut report = CheckReport::default();
        if let Err(error) = self.store().verify_files() {
            report.tell(error.into())?;
        }
        let mut counted = BTreeMap::new();
        let mut searched = 0;
        match self.walk(&mut report, &mut counted, &mut searched) {
            Ok(()) => {
                self.compare_conversations(&mut report, &counted);
                self.compare_ids(&mut report).or_else(|error| report.tell(error))?;
                self.compare_outbox(&mut report).or_else(|error| report.tell(error))?;
                self.compare_index(&mut report, searched).or_else(|error| report.tell(error))?;
            }
            Err(error) => report.tell(error)?,
        }
        self.compare_media(&mut report).or_else(|error| report.tell(error))?;
        Ok(report)
    }

    /// Reads every message: its record, its id's row, its counts.
    fn walk(
        &self,
        report: &mut CheckReport,
        counted: &mut BTreeMap<ConversationNo, Counted>,
        searched: &mut u64,
    ) -> Result<(), ArchiveError> {
        let view = self.store().view();
        let conversations = self.store().conversations();
        let mut lost = 0_u64;
        let mut broken = 0_u64;
        view.scan(None, |key, record| {
            report.messages += 1;
            broken += u64::from(serde_json::from_str::<serde::de::IgnoredAny>(&record.body_json()).is_err());
            lost += u64::from(view.key_of_hashed(record.id_key(key.place.rand))? != Some(key));
            let counted = counted.entry(key.conversation).or_default();
            let mark = conversations.record(key.conversation).and_then(|conversation| conversation.read_mark);
            count(counted, key, record, mark);
            *searched += u64::from(record.is_visible());
            Ok(ControlFlow::Continue(()))
        })?;
        if broken > 0 {
            report.find("store", format!("{broken} messages do not hold JSON"), RESTORE);
        }
        if lost > 0 {
            report.find("store", format!("{lost} messages are not found by their ids"), RESTORE);
        }
        Ok(())
    }

    fn compare_conversations(&self, report: &mut CheckReport, counted: &BTreeMap<ConversationNo, Counted>) {
        let conversations = self.store().conversations();
        for (number, record) in conversations.iter() {
            let none = Counted::default();
            let counted = counted.get(&number).unwrap_or(&none);
            let ConversationRecord { messages, unread, last, .. } = **record;
            if (messages, unread, last) != (counted.messages, counted.unread, counted.last) {
                let what = format!(
                    "{} says {messages} messages, {unread} unread, and has {}, {}, or another last message",
                    record.id, counted.messages, counted.unread
                );
                report.find("store", what, RESTORE);
            }
        }
        for number in counted.keys().filter(|&&number| conversations.record(number).is_none_or(|record| record.deleted)) {
            report.find("store", format!("messages of conversation number {} belong to no conversation", number.0), RESTORE);
        }
    }

    fn compare_ids(&self, report: &mut CheckReport) -> Result<(), ArchiveError> {
        let view = self.store().view();
        let (mut rows, mut dangling) = (0_u64, 0_u64);
        let mut failed = None;
        view.scan_ids(|id, key| {
            rows += 1;
            let points_back = || {
                let Some(stored) = view.get(key?).ok()? else { return Some(false) };
                let record = stored.record().ok()?;
                Some(record.id_key(key?.place.rand) == id)
            };
            if failed.is_none() {
                match points_back() {
                    Some(true) => {}
                    Some(false) => dangling += 1,
                    None => failed = Some(rows),
                }
            }
        })?;
        if dangling > 0 || failed.is_some() {
            report.find("store", format!("{dangling} of {rows} ids point to no message of that id"), RESTORE);
        }
        Ok(())
    }

    /// Compares the outbox with the messages that wait in it. The other way round nothing can be said: a message may have been imported with
    /// the status of one on its way.
    fn compare_outbox(&self, report: &mut CheckReport) -> Result<(), ArchiveError> {
        let rows = self.store().outbox()?;
        let mut seen = FxHashSet::default();
        let mut lost = 0_u64;
        for (_, row) in &rows {
            let stored = self.store().view().get(row.key)?;
            let record = stored.as_ref().map(Stored::record).transpose()?;
            let waits = |record: Record<'_>| {
                // It may have been deleted or recalled while it waits.
                record.flags.has(Flags::FROM_SELF) && matches!(record.status, Status::Sending | Status::Deleted | Status::Recalled)
            };
            lost += u64::from(!record.is_some_and(waits) || !seen.insert(row.key));
        }
        if lost > 0 {
            report.find("store", format!("{lost} of {} rows of the outbox belong to no message that waits", rows.len()), RESTORE);
        }
        Ok(())
    }

    /// Compares the number of documents, every file's checksum, and searches for messages by words of their own.
    fn compare_index(&self, report: &mut CheckReport, visible: u64) -> Result<(), ArchiveError> {
        // One that is being built, after a restore for example, is waited for.
        if !self.wait_until_reindexed() || !self.wait_until_indexed() {
            report.find("index", "the index is not complete".to_owned(), REINDEX);
            return Ok(());
        }
        let Some(reader) = self.shared.index.reader() else { return Ok(()) };
        if let Err(error) = reader.verify() {
            report.find("index", error.to_string(), REINDEX);
            return Ok(());
        }
        let snapshot = reader.snapshot();
        let docs = snapshot.facts().docs;
        if docs != visible {
            report.find("index", format!("{docs} documents for {visible} messages"), REINDEX);
        }
        let missed = self.search_for_samples(report)?;
        if missed > 0 {
            report.find("index", format!("{missed} of {} messages are not found by their own words", report.samples), REINDEX);
        }
        Ok(())
    }

    /// Searches for messages spread over the archive by the first words of their texts; returns how many were not found.
    fn search_for_samples(&self, report: &mut CheckReport) -> Result<u64, ArchiveError> {
        let Some(reader) = self.shared.index.reader() else { return Ok(0) };
        let snapshot = reader.snapshot();
        let context = self.context();
        let every = (report.messages / SAMPLES).max(1);
        let mut samples: Vec<(MessageKey, String)> = Vec::new();
        let mut number = 0;
        self.store().view().scan(None, |key, record| {
            number += 1;
            if record.is_searched() && number % every == 0 {
                let mut first = None;
                for_each_text(&record.body_json(), |text| {
                    first.get_or_insert_with(|| text.chars().take(40).collect::<String>());
                });
                samples.extend(first.filter(|text| !text.trim().is_empty()).map(|text| (key, text)));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let mut missed = 0;
        for (key, text) in samples {
            let at = key.place.time;
            let request = index::Request::newest(Expr::and([Expr::contains(text), Expr::within(at..=at)]), usize::MAX);
            let found = snapshot.search(&request, &context).inspect_err(|error| self.report_damage(error))?;
            report.samples += 1;
            missed += u64::from(!found.hits.iter().any(|hit| hit.key == key));
        }
        Ok(missed)
    }

    fn compare_media(&self, report: &mut CheckReport) -> Result<(), ArchiveError> {
        let uses = self.store().view().media_uses()?;
        let mut named: Vec<MediaHash> = uses.iter().map(|(hash, _)| MediaHash(*hash)).collect();
        named.dedup();
        for &hash in &named {
            report.media += 1;
            if let Err(error) = self.shared.media.verify(hash) {
                report.find("media", error.to_string(), FETCH);
            }
        }
        for (hash, key) in uses {
            let Some(stored) = self.store().view().get(key)? else {
                report.find("media", format!("file {} is named by a message that is gone", MediaHash(hash)), RESTORE);
                continue;
            };
            let record = stored.record()?;
            if !media_of(&Body::from_stored(&record.body_json(), record.types)).contains(&hash) {
                report.find("media", format!("file {} is not named by its message", MediaHash(hash)), RESTORE);
            }
        }
        Ok(())
    }
}

fn count(counted: &mut Counted, key: MessageKey, record: &Record<'_>, mark: Option<Place>) {
    if record.is_visible() {
        counted.messages += 1;
        if record.may_be_last() {
            counted.last = counted.last.max(Some(key.place));
        }
    }
    if record.may_be_unread() && mark.is_none_or(|mark| key.place > mark) {
        counted.unread += 1;
    }
}
