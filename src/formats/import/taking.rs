//! One run of the archive's importer, with the files beside its messages, and where the messages stand that it refuses.

use std::collections::VecDeque;
use std::io::Read;

use super::report::SourceReport;
use super::{ImportError, Kept, Step};
use crate::archive::{Archive, ArchiveError, ImportOptions, Importer, KeptMedia};
use crate::formats::imported::{Content, Draft};
use crate::formats::out::At;
use crate::formats::tree::Tree;
use crate::formats::{Fault, FormatError};
use crate::media::MediaHash;
use crate::model::{About, ConversationId, Message};

pub(super) struct Taking<'a> {
    archive: &'a Archive,
    importer: Importer<'a>,
    /// Where the messages stand that the archive may still refuse.
    places: VecDeque<At>,
    /// Messages before the first of the places.
    forgotten: u64,
    /// Refused messages that were told.
    told: usize,
    /// The files of messages that may not be written yet, each with the number of messages before the one that names it.
    kept: VecDeque<(u64, KeptMedia)>,
}

impl<'a> Taking<'a> {
    pub(super) fn new(archive: &'a Archive, options: ImportOptions) -> Self {
        Self { archive, importer: archive.importer(options), places: VecDeque::new(), forgotten: 0, told: 0, kept: VecDeque::new() }
    }

    pub(super) fn add(&mut self, at: At, message: Message, report: &mut SourceReport) -> Result<(), ImportError> {
        self.places.push_back(at);
        report.hand();
        self.importer.add(message).map_err(|error| failure(error, &self.places, self.forgotten))
    }

    /// Takes over what is known of a conversation, in its place among the messages.
    pub(super) fn describe(&mut self, conversation: &ConversationId, about: About) -> Result<(), ImportError> {
        self.importer.describe(conversation, about).map_err(|error| failure(error, &self.places, self.forgotten))
    }

    /// Puts the files of a message into the media store, unless it is known with all of them.
    ///
    /// A file that cannot be read is told, and the message is taken without it.
    pub(super) fn keep_files(
        &mut self,
        tree: &Tree,
        draft: Draft,
        report: &mut SourceReport,
    ) -> Result<Result<Message, Fault>, ImportError> {
        if let Some(hashes) = self.known_hashes(&draft)? {
            return Ok(draft.finish(&hashes));
        }
        let mut hashes = Vec::with_capacity(draft.files.len());
        for file in &draft.files {
            let content: Result<Box<dyn Read + Send>, FormatError> = match &file.content {
                Content::Path(path) => tree.open_as_it_is(path),
                Content::Bytes(bytes) => Ok(Box::new(std::io::Cursor::new(bytes.clone()))),
            };
            hashes.push(self.keep(content, report)?);
        }
        Ok(draft.finish(&hashes))
    }

    /// The hashes that the files of a message have in the archive already.
    fn known_hashes(&self, draft: &Draft) -> Result<Option<Vec<Option<String>>>, ArchiveError> {
        let Some(known) = self.archive.find(&[draft.id.as_str()])?.pop() else { return Ok(None) };
        let elements: Vec<serde_json::Value> = serde_json::from_str(known.body.elements_json()).unwrap_or_default();
        let source = known.body.context::<crate::model::SourceRecord>();
        let hashes: Vec<Option<String>> = draft
            .files
            .iter()
            .map(|file| match file.element {
                Some(at) => Some(elements.get(at)?.get("mynah_file_hash")?.as_str()?.to_owned()),
                None => source.as_ref().map(|source| source.record_hash.clone()).filter(|hash| !hash.is_empty()),
            })
            .collect();
        Ok(hashes.iter().all(Option::is_some).then_some(hashes))
    }

    /// Puts the files that a message names by their hashes into the media store.
    pub(super) fn keep_media(&mut self, tree: &Tree, paths: &[String], report: &mut SourceReport) -> Result<(), ImportError> {
        for path in paths {
            let digits: String = path.rsplit('/').take(2).collect::<Vec<_>>().into_iter().rev().collect();
            let is_there = MediaHash::from_hex(&digits).is_some_and(|hash| self.archive.media(hash).is_ok());
            if !is_there {
                self.keep(tree.open_as_it_is(path), report)?;
            }
        }
        Ok(())
    }

    fn keep(
        &mut self,
        content: Result<Box<dyn Read + Send>, FormatError>,
        report: &mut SourceReport,
    ) -> Result<Option<String>, ImportError> {
        let kept = match content {
            Ok(content) => self.archive.keep_media(content),
            Err(error) => {
                report.unread(&error);
                return Ok(None);
            }
        };
        match kept {
            Ok(kept) => {
                report.attachments += 1;
                let hash = kept.hash().to_string();
                self.kept.push_back((self.forgotten + self.places.len() as u64, kept));
                Ok(Some(hash))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Tells what the archive has refused since the last call, and forgets where the others stand.
    pub(super) fn tell_refused(&mut self, source: &mut SourceReport, watch: &mut dyn FnMut(Step<'_>)) {
        let report = self.importer.report();
        for refused in report.refused.get(self.told..).unwrap_or_default() {
            if let Some(at) = place(&self.places, self.forgotten, refused.position) {
                watch(Step::Refused(at, &refused.reason));
                source.fault(at, &refused.reason);
            }
        }
        self.told = report.refused.len();
        let dealt_with = report.new + report.known + report.updated + report.refused_total;
        while self.forgotten < dealt_with && self.places.pop_front().is_some() {
            self.forgotten += 1;
        }
        while self.kept.front().is_some_and(|&(before, _)| before < self.forgotten) {
            self.kept.pop_front();
        }
    }

    /// Writes the rest and adds what became of all to the report.
    pub(super) fn finish(self, source: &mut SourceReport, watch: &mut dyn FnMut(Step<'_>)) -> Result<(), ImportError> {
        let Self { importer, places, forgotten, told, .. } = self;
        let report = importer.finish().map_err(|error| failure(error, &places, forgotten))?;
        for refused in report.refused.get(told..).unwrap_or_default() {
            if let Some(at) = place(&places, forgotten, refused.position) {
                watch(Step::Refused(at, &refused.reason));
                source.fault(at, &refused.reason);
            }
        }
        source.add(&report);
        Ok(())
    }
}

fn place(places: &VecDeque<At>, forgotten: u64, position: u64) -> Option<&At> {
    places.get(usize::try_from(position.checked_sub(forgotten)?).ok()?)
}

/// The error of an import, with the place of the message that it is about.
fn failure(error: ArchiveError, places: &VecDeque<At>, forgotten: u64) -> ImportError {
    match error {
        ArchiveError::Refused { position, reason } => match place(places, forgotten, position as u64) {
            Some(at) => ImportError::Refused { at: at.clone(), reason, kept: Kept::EarlierBatches },
            None => ArchiveError::Refused { position, reason }.into(),
        },
        error => error.into(),
    }
}
