//! Searching: resolves names, waits for the index where asked, fetches bodies, cuts snippets.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use super::indexer::Progress;
use super::{Archive, ArchiveError};
use crate::index::{self, Context, FacetSpec, HitPosition, IndexError};
use crate::model::{ConversationId, ConversationNo, ConversationRef, ElementType, Message, MessageKey, Place, Status, for_each_text};
use crate::query::{Expr, Filter, Interval, Sort, TimeZone};
use crate::store::{Conversations, JournalNo, Record, StoreError, View};

/// What to search for, and what to know about it.
///
/// ```
/// use mynah::archive::SearchRequest;
/// use mynah::query::{Expr, Sort};
/// let request = SearchRequest { sort: Sort::Oldest, limit: 50, ..SearchRequest::new(Expr::word("deploy")) };
/// # assert_eq!(request.limit, 50);
/// ```
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// The condition.
    pub expr: Expr,
    /// The order of the hits.
    pub sort: Sort,
    /// The most hits of a page. 0 where only counts are wanted.
    pub limit: usize,
    /// Where a page before ended ([`SearchAnswer::next`]).
    pub cursor: Option<String>,
    /// Whether to count all matches, exactly.
    pub count: bool,
    /// Whether to count by conversation.
    pub by_conversation: bool,
    /// Which facets to count.
    pub facets: Option<FacetSpec>,
    /// Which timeline to count, in which time zone.
    pub timeline: Option<(Interval, TimeZone)>,
    /// The most characters of a snippet; 0 for none.
    pub snippet_chars: usize,
    /// Whether to wait until everything that was acknowledged before is in the index.
    pub fresh: bool,
}

impl SearchRequest {
    /// The newest 20 messages for which `expr` holds, with snippets of 120 characters, everything acknowledged included.
    pub fn new(expr: Expr) -> Self {
        Self {
            expr,
            sort: Sort::Newest,
            limit: 20,
            cursor: None,
            count: false,
            by_conversation: false,
            facets: None,
            timeline: None,
            snippet_chars: 120,
            fresh: true,
        }
    }
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The message.
    pub message: Message,
    /// The part of its texts around what was found.
    pub snippet: String,
    /// What was found, as byte ranges of `snippet`, in order, not overlapping.
    pub highlights: Vec<Range<usize>>,
    /// How well it matches (BM25) where hits are in that order, else 0.
    pub score: f32,
}

/// What an answer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Every change up to this one is in the answer.
    pub journal: JournalNo,
    /// Whether the answer holds every message that it should: false while the index is built again, or cannot be written.
    pub complete: bool,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct SearchAnswer {
    /// The page of hits.
    pub hits: Vec<Hit>,
    /// Where the next page begins, if there is one. Letters, digits, `-` and `_`; it may be kept.
    pub next: Option<String>,
    /// All matches, if they were counted.
    pub total: Option<u64>,
    /// Matches by conversation, the one with the newest match first, if they were asked for: name, count, newest match.
    pub conversations: Vec<(ConversationId, u64, MessageKey)>,
    /// The facet of conversations, if it was asked for.
    pub facet_conversations: Vec<(ConversationId, u64)>,
    /// The facet of senders, if it was asked for.
    pub facet_senders: Vec<(String, u64)>,
    /// The facet of element types, if it was asked for.
    pub facet_types: Vec<(ElementType, u64)>,
    /// The bars of the timeline that have matches, oldest first, if they were asked for.
    pub timeline: Vec<index::Bar>,
    /// What the answer covers.
    pub coverage: Coverage,
}

impl Archive {
    /// Searches.
    ///
    /// With [`SearchRequest::fresh`] the answer has everything that was acknowledged before the call. Deleted and recalled
    /// messages are never in it.
    ///
    /// # Errors
    /// [`ArchiveError::Cursor`] for a cursor of another order or none of ours. [`ArchiveError::Index`] when the index is
    /// damaged: it is being built again, and later searches say how far. [`ArchiveError::Store`] when the log cannot be read.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchAnswer, ArchiveError> {
        let position = request.cursor.as_ref().map(|cursor| cursor.parse::<HitPosition>()).transpose().map_err(|_| ArchiveError::Cursor)?;
        if position.is_some_and(|position| position.sort() != request.sort) {
            return Err(ArchiveError::Cursor);
        }
        let target = self.store().head();
        if request.fresh {
            self.cover(target);
        }
        let Some(reader) = self.shared.index.reader() else { return Ok(nothing()) };
        let snapshot = reader.snapshot();
        let covered = snapshot.coverage().clone();
        let context = self.context();
        let bar = request.timeline.as_ref().map(|(interval, zone)| move |second| bar(*interval, zone, second));
        let asked = index::Request {
            expr: request.expr.clone(),
            sort: request.sort,
            limit: request.limit,
            after: position,
            count: request.count,
            conversations: request.by_conversation,
            facets: request.facets,
            timeline: bar.as_ref().map(|bar| index::Timeline { bar }),
        };
        let answer = snapshot.search(&asked, &context).inspect_err(|error| self.report_damage(error))?;
        if let Some(error) = context.failed.take() {
            return Err(error.into());
        }
        let journal = JournalNo(covered.journal);
        let coverage = Coverage { journal, complete: covered.is_complete() && (journal >= target || !request.fresh && self.is_followed()) };
        self.answer(request, answer, &context.conversations, coverage)
    }

    /// Fetches the bodies of the hits and names the conversations.
    fn answer(
        &self,
        request: &SearchRequest,
        answer: index::Answer,
        conversations: &Conversations,
        coverage: Coverage,
    ) -> Result<SearchAnswer, ArchiveError> {
        let mut hits = Vec::with_capacity(answer.hits.len());
        for hit in &answer.hits {
            // Where the index lags, it may still show what the log has taken away.
            let Some(message) = self.message_at(hit.key)?.filter(|message| is_shown(message, &request.expr)) else { continue };
            let (snippet, highlights) = match request.snippet_chars {
                0 => (String::new(), Vec::new()),
                most => {
                    let texts = message.texts();
                    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    let snippet = index::snippet(&request.expr, &texts, most);
                    (snippet.text, snippet.highlights)
                }
            };
            hits.push(Hit { message, snippet, highlights, score: hit.score });
        }
        let name = |number: ConversationNo| conversations.record(number).map(|record| record.id.clone());
        let counts = answer.conversations.iter();
        let facet = answer.facets.conversations.iter();
        Ok(SearchAnswer {
            hits,
            next: answer.next.map(|next| next.to_string()),
            total: answer.total,
            conversations: counts.filter_map(|count| Some((name(count.conversation)?, count.count, count.newest))).collect(),
            facet_conversations: facet.filter_map(|&(number, count)| Some((name(number)?, count))).collect(),
            facet_senders: answer.facets.senders,
            facet_types: answer.facets.types,
            timeline: answer.timeline,
            coverage,
        })
    }

    pub(super) fn context(&self) -> Answering<'_> {
        Answering { view: self.store().view(), conversations: self.store().conversations(), failed: Cell::new(None) }
    }

    /// Waits until searches see every change up to `target`, unless the index is being built and cannot soon.
    pub(super) fn cover(&self, target: JournalNo) -> Progress {
        let state = &self.shared.index;
        let is_done = |progress: &Progress| progress.covered >= target || !progress.is_complete;
        let progress = state.progress();
        if is_done(&progress) || !progress.is_running {
            return progress;
        }
        state.ask(|asked| asked.cover = asked.cover.max(target));
        state.wait(None, is_done)
    }

    /// Lets a fast writer wait until the index is at most `lag` changes behind.
    pub(super) fn wait_for_index_within(&self, lag: u64) {
        let head = self.store().head().0;
        self.shared.index.wait(None, |progress| progress.fed.0 + lag >= head || !progress.is_complete);
    }

    /// Whether the index follows the journal by itself, so that an answer may lag but misses nothing for ever.
    fn is_followed(&self) -> bool {
        let progress = self.shared.index.progress();
        progress.is_running && progress.fault.is_none()
    }

    /// Has a damaged index built again.
    pub(super) fn report_damage(&self, error: &IndexError) {
        // A search may fail by itself, or on an index that was replaced meanwhile; only files that are bad are a reason to begin again.
        let is_damaged = || self.shared.index.reader().is_none_or(|reader| reader.verify().is_err());
        if error.needs_rebuild() && is_damaged() {
            tracing::warn!(%error, "the index is damaged and is built again");
            self.shared.index.ask(|asked| asked.damaged = true);
        }
    }
}

/// Whether a search may show a message: never a deleted one, and a recalled one only where that is asked for.
fn is_shown(message: &Message, expr: &Expr) -> bool {
    match message.status {
        Some(Status::Deleted) => false,
        Some(Status::Recalled) => asks_for_recalled(expr),
        _ => true,
    }
}

fn asks_for_recalled(expr: &Expr) -> bool {
    match expr {
        Expr::Filter(filter) => *filter == Filter::Recalled,
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(asks_for_recalled),
        _ => false,
    }
}

/// The bar of a timeline that holds a second: its first second and the first one after it.
fn bar(interval: Interval, zone: &TimeZone, second: u64) -> Range<u64> {
    let span = interval.around(second, zone);
    span.from..span.until.saturating_add(1)
}

/// The answer of an archive that has no index yet.
fn nothing() -> SearchAnswer {
    SearchAnswer {
        hits: Vec::new(),
        next: None,
        total: None,
        conversations: Vec::new(),
        facet_conversations: Vec::new(),
        facet_senders: Vec::new(),
        facet_types: Vec::new(),
        timeline: Vec::new(),
        coverage: Coverage { journal: JournalNo(0), complete: false },
    }
}

/// What the index asks during one search.
pub(super) struct Answering<'a> {
    view: View<'a>,
    conversations: Arc<Conversations>,
    /// The first failure of the log, which makes the answer worthless.
    failed: Cell<Option<StoreError>>,
}

impl Answering<'_> {
    /// Reads a message and asks something of it; a failure counts as no, and is kept.
    fn look(&self, key: MessageKey, ask: impl FnOnce(&Record<'_>) -> bool) -> bool {
        let looked = self.view.get(key).and_then(|stored| stored.map_or(Ok(false), |stored| Ok(ask(&stored.record()?))));
        looked.unwrap_or_else(|error| {
            self.failed.set(Some(error));
            false
        })
    }
}

impl Context for Answering<'_> {
    fn message(&self, id: &str) -> Option<MessageKey> {
        self.view.key_of_id(id).unwrap_or_else(|error| {
            self.failed.set(Some(error));
            None
        })
    }

    fn conversations(&self, which: &ConversationRef) -> Vec<ConversationNo> {
        self.conversations.named(which).into_iter().map(|(number, _)| number).collect()
    }

    fn read_marks(&self) -> Vec<(ConversationNo, Place)> {
        let unread = self.conversations.iter().filter(|(_, record)| record.unread > 0);
        unread.map(|(number, record)| (number, record.read_mark.unwrap_or(Place::FIRST))).collect()
    }

    fn is_unread(&self, key: MessageKey) -> bool {
        // The index knows the mark to the second only.
        let mark = self.conversations.record(key.conversation).and_then(|record| record.read_mark);
        mark.is_none_or(|mark| key.place > mark) && self.look(key, |record| record.may_be_unread())
    }

    fn texts(&self, key: MessageKey, visit: &mut dyn FnMut(&str)) -> bool {
        self.look(key, |record| {
            if record.is_searched() {
                for_each_text(&record.body_json(), |text| visit(text));
            }
            record.is_searched()
        })
    }
}
