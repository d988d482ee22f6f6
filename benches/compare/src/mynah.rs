//! Mynah, through its public Rust API alone.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mynah::Durability;
use mynah::archive::{ArchiveOptions, HistoryRequest, ImportOptions, SearchRequest};
use mynah::model::{ConversationId, Message as MynahMessage};
use mynah::query::Expr;

use crate::engine::{Archive, Edit, HISTORY_PAGE, Page, Query, SEARCH_PAGE, Search, Spot};
use crate::messages::{self, Message};

/// Messages handed from the reading thread to the importing one at a time.
const BATCH: usize = 10_000;

/// An open archive.
pub(crate) struct Mynah {
    archive: mynah::Archive,
}

impl Mynah {
    /// Imports a plain file into a new archive, and returns how many messages it had and how long it took until all of them were on disk and
    /// searchable.
    pub(crate) fn import(folder: &Path, file: &Path) -> Result<(u64, Duration)> {
        let start = Instant::now();
        let Self { archive } = Self::open(folder)?;
        let mut importer = archive.importer(ImportOptions::default());
        let read = |number, line: &str| MynahMessage::from_json(line).with_context(|| format!("line {number} is no message"));
        messages::for_each_batch(file, BATCH, read, |batch| Ok(batch.into_iter().try_for_each(|message| importer.add(message))?))?;
        let report = importer.finish()?;
        ensure!(report.refused.is_empty(), "{} messages were refused", report.refused_total);
        ensure!(archive.wait_until_indexed(), "the index is not complete");
        Ok((report.new + report.known, start.elapsed()))
    }

    /// Opens an archive that [`Mynah::import`] made.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        // What a commit of SQLite promises under synchronous=NORMAL.
        Ok(Self { archive: ArchiveOptions::new().durability(Durability::Buffered).open(folder)? })
    }

    fn history_page(&self, spot: &Spot, limit: usize) -> Result<Vec<MynahMessage>> {
        let conversation: ConversationId = spot.conversation.parse()?;
        let request = HistoryRequest { until: Some(spot.time), limit, ..HistoryRequest::default() };
        Ok(self.archive.history(&conversation, &request)?.messages)
    }
}

fn request(query: &Query) -> SearchRequest {
    let expr = match query {
        Query::Word(word) => Expr::word(word),
        Query::Phrase(words) => Expr::phrase(words),
        Query::Contains(text) => Expr::contains(text),
    };
    SearchRequest { snippet_chars: 0, limit: SEARCH_PAGE, ..SearchRequest::new(expr) }
}

impl Search for Mynah {
    fn newest(&mut self, query: &Query, after: Option<&str>) -> Result<Page> {
        let answer = self.archive.search(&SearchRequest { cursor: after.map(str::to_owned), ..request(query) })?;
        ensure!(answer.coverage.complete, "the answer is not complete");
        Ok(Page { bodies: answer.hits.iter().map(|hit| hit.message.to_json()).collect(), next: answer.next })
    }

    fn count(&mut self, query: &Query) -> Result<u64> {
        let answer = self.archive.search(&SearchRequest { limit: 0, count: true, ..request(query) })?;
        ensure!(answer.coverage.complete, "the answer is not complete");
        answer.total.context("a count was asked for and not given")
    }
}

impl Archive for Mynah {
    fn history(&mut self, spot: &Spot) -> Result<Vec<String>> {
        Ok(self.history_page(spot, HISTORY_PAGE)?.iter().map(MynahMessage::to_json).collect())
    }

    fn id_at(&mut self, spot: &Spot) -> Result<Option<String>> {
        Ok(self.history_page(spot, 1)?.first().map(MynahMessage::id_text))
    }

    fn find(&mut self, id: &str) -> Result<Option<String>> {
        Ok(self.archive.find(&[id])?.first().map(MynahMessage::to_json))
    }

    fn edit(&mut self, edits: &[Edit]) -> Result<()> {
        for edit in edits {
            self.archive.edit_text(&edit.id, &edit.text)?;
        }
        Ok(())
    }

    fn save(&mut self, message: &Message) -> Result<()> {
        let conversation: ConversationId = message.conversation.parse()?;
        self.archive.save(&conversation, MynahMessage::from_json(&message.json)?)?;
        Ok(())
    }

    fn reindex(&mut self) -> Result<()> {
        self.archive.reindex();
        ensure!(self.archive.wait_until_reindexed(), "the new index is not complete");
        Ok(())
    }
}
