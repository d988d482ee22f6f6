//! Counts all matches of a search: the total, by conversation, sender and type, and over time.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::{DocId, TERMINATED};

use super::build::{Builder, Want};
use super::docs::Docs;
use super::execute::Search;
use super::plan::Plan;
use super::position::rank;
use super::schema::{TEXT_FIELD, time_of};
use super::segment::Segment;
use super::{Answer, Bar, ConversationCount, FacetSpec, IndexError, Request, Timeline};
use crate::model::{ConversationNo, ElementType, MessageKey};

/// Counts all matches.
pub(super) fn count(search: &Search<'_>) -> Result<u64, IndexError> {
    search.segments.iter().try_fold(0, |total, segment| Ok(total + count_in(search, segment)?))
}

fn count_in<'a>(search: &Search<'a>, segment: &'a Arc<Segment>) -> Result<u64, IndexError> {
    if let Some(count) = count_of_term(search.plan, segment)? {
        return Ok(count);
    }
    let mut docs = Builder::new(segment, search.shared, Want::Everything).docs(search.plan)?;
    let mut count = 0;
    while docs.doc() != TERMINATED {
        count += u64::from(segment.is_alive(docs.doc()) && docs.matches());
        docs.advance();
    }
    Ok(count)
}

/// The count of one word: the index knows it, but for the documents that have been deleted.
fn count_of_term(plan: &Plan, segment: &Segment) -> Result<Option<u64>, IndexError> {
    let Plan::Words(words) = plan else { return Ok(None) };
    let ([(term, _)], false) = (&*words.terms, words.prefix) else { return Ok(None) };
    let Some(info) = segment.term(&tantivy::schema::Term::from_field_text(TEXT_FIELD, term))? else { return Ok(Some(0)) };
    let all = u64::from(info.doc_freq);
    let Some(alive) = segment.alive() else { return Ok(Some(all)) };
    if all < 8 * u64::from(segment.deleted_docs()) {
        return Ok(None);
    }
    let postings = segment.inverted(TEXT_FIELD).read_postings_from_terminfo(&info, tantivy::schema::IndexRecordOption::Basic)?;
    let mut docs = super::leaves::Term::new(postings, None);
    let deleted = (0..segment.docs()).filter(|&doc| alive.is_deleted(doc)).filter(|&doc| docs.seek(doc) == doc).count();
    Ok(Some(all - deleted as u64))
}

/// Everything counted in one pass over the matches.
pub(super) struct Tally<'a> {
    total: u64,
    conversations: FxHashMap<ConversationNo, ConversationCount>,
    want_conversations: bool,
    spec: FacetSpec,
    senders: FxHashMap<String, u64>,
    types: [u64; ElementType::ALL.len()],
    timeline: Option<Timeline<'a>>,
    bars: FxHashMap<u64, Bar>,
}

impl<'a> Tally<'a> {
    pub(super) fn of(search: &Search<'_>, request: &Request<'a>) -> Result<Self, IndexError> {
        let mut tally = Self {
            total: 0,
            conversations: FxHashMap::default(),
            want_conversations: request.conversations,
            spec: request.facets.unwrap_or_default(),
            senders: FxHashMap::default(),
            types: [0; ElementType::ALL.len()],
            timeline: request.timeline,
            bars: FxHashMap::default(),
        };
        for segment in search.segments {
            let mut docs = Builder::new(segment, search.shared, Want::Everything).docs(search.plan)?;
            tally.add(segment, &mut *docs)?;
        }
        Ok(tally)
    }

    fn add(&mut self, segment: &Segment, docs: &mut dyn Docs) -> Result<(), IndexError> {
        let columns = &segment.columns;
        let senders = if self.spec.senders { segment.senders()? } else { None };
        let by_conversation = self.want_conversations || self.spec.conversations;
        let mut sender_counts: FxHashMap<u64, u64> = FxHashMap::default();
        // Documents come in the order of time, so the bar rarely changes.
        let mut bar = Bar { start: 0, end: 0, count: 0 };
        while docs.doc() != TERMINATED {
            let doc = docs.doc();
            if segment.is_alive(doc) && docs.matches() {
                self.total += 1;
                if by_conversation {
                    self.count_conversation(segment, doc);
                }
                if let Some(number) = senders.as_ref().and_then(|senders| senders.ords().first(doc)) {
                    *sender_counts.entry(number).or_default() += 1;
                }
                if self.spec.types {
                    segment.types(doc).iter().for_each(|kind| self.types[usize::from(kind.number())] += 1);
                }
                if let Some(timeline) = self.timeline {
                    let time = time_of(columns.order(doc));
                    if !(bar.start..bar.end).contains(&time) {
                        self.close(bar);
                        let Range { start, end } = (timeline.bar)(time);
                        bar = Bar { start, end, count: 0 };
                    }
                    bar.count += 1;
                }
            }
            docs.advance();
        }
        self.close(bar);
        if let Some(senders) = senders {
            for (number, count) in sender_counts {
                let mut name = String::new();
                senders.ord_to_str(number, &mut name)?;
                *self.senders.entry(name).or_default() += count;
            }
        }
        Ok(())
    }

    fn count_conversation(&mut self, segment: &Segment, doc: DocId) {
        let conversation = segment.columns.conversation(doc);
        let key = |doc| segment.columns.key(doc);
        let entry = self.conversations.entry(conversation);
        let counted = entry.or_insert_with(|| ConversationCount { conversation, count: 0, newest: key(doc) });
        counted.count += 1;
        // Of one segment the newest comes first, except where orders are equal.
        if super::schema::order_of(counted.newest.place) <= segment.columns.order(doc) {
            counted.newest = std::cmp::max_by_key(counted.newest, key(doc), |key: &MessageKey| rank(key));
        }
    }

    fn close(&mut self, bar: Bar) {
        if bar.count > 0 {
            self.bars.entry(bar.start).or_insert(Bar { count: 0, ..bar }).count += bar.count;
        }
    }

    pub(super) fn into_answer(self, answer: &mut Answer) -> Result<(), IndexError> {
        answer.total = Some(self.total);
        let mut conversations: Vec<ConversationCount> = self.conversations.into_values().collect();
        conversations.sort_unstable_by_key(|counted| std::cmp::Reverse(rank(&counted.newest)));
        if self.spec.conversations {
            let counts = conversations.iter().map(|counted| (counted.conversation, counted.count)).collect();
            answer.facets.conversations = top(counts, self.spec.top);
        }
        if self.want_conversations {
            answer.conversations = conversations;
        }
        answer.facets.senders = top(self.senders.into_iter().collect(), self.spec.top);
        let types = ElementType::ALL.iter().map(|&kind| (kind, self.types[usize::from(kind.number())]));
        answer.facets.types = top(types.filter(|(_, count)| *count > 0).collect(), self.spec.top);
        answer.timeline = self.bars.into_values().collect();
        answer.timeline.sort_unstable_by_key(|bar| bar.start);
        Ok(())
    }
}

/// The greatest counts first.
fn top<K: Ord>(mut counts: Vec<(K, u64)>, top: usize) -> Vec<(K, u64)> {
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(top);
    counts
}
