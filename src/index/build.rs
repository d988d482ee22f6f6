//! Makes the plan of a search into sets of documents of one segment.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use tantivy::index::SegmentId;
use tantivy::schema::{Field, IndexRecordOption, Term as Key};

use super::bm25::{Bm25, rarity};
use super::contains::{Terms, contains};
use super::docs::{Docs, Set};
use super::leaves::{Stretch, Term};
use super::phrase::Phrase;
use super::plan::{Plan, Words};
use super::schema::{CONVERSATION_FIELD, SENDER_FIELD, TEXT_FIELD, Tag, order_of};
use super::segment::Segment;
use super::texts::Texts;
use super::union::Union;
use super::vocabulary::Fit;
use super::{Context, IndexError};
use crate::model::{ConversationNo, MessageKey, Place};

/// How many documents of a set will be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// About as many as give so many hits.
    Some(usize),
    /// All.
    Everything,
}

type BitsKey = (SegmentId, usize, usize);

/// What the sets of one search share.
pub(super) struct Shared<'a> {
    pub(super) context: &'a dyn Context,
    pub(super) texts: RefCell<Texts<'a>>,
    /// Set when scores are asked for.
    pub(super) statistics: Option<Statistics>,
    /// What has been made from many terms, by segment and the ids of the plan.
    bits: RefCell<FxHashMap<BitsKey, Rc<[u64]>>>,
    /// What went wrong while documents were walked.
    failure: RefCell<Option<IndexError>>,
}

/// What relevance is measured with.
pub(super) struct Statistics {
    docs: u64,
    average_length: f32,
    segments: Vec<std::sync::Arc<Segment>>,
}

impl Statistics {
    pub(super) fn of(segments: &[std::sync::Arc<Segment>]) -> Self {
        let docs = segments.iter().map(|segment| u64::from(segment.docs())).sum::<u64>();
        let tokens = segments.iter().map(|segment| segment.inverted(TEXT_FIELD).total_num_tokens()).sum::<u64>();
        Self { docs, average_length: (tokens as f32 / docs.max(1) as f32).max(1.0), segments: segments.to_vec() }
    }

    fn rarity(&self, term: &Key) -> Result<f32, IndexError> {
        let mut doc_freq = 0;
        for segment in &self.segments {
            doc_freq += segment.term(term)?.map_or(0, |info| u64::from(info.doc_freq));
        }
        Ok(rarity(doc_freq, self.docs))
    }
}

impl<'a> Shared<'a> {
    pub(super) fn new(context: &'a dyn Context, keywords: usize, statistics: Option<Statistics>) -> Self {
        let texts = RefCell::new(Texts::new(context, keywords > 1));
        Self { context, texts, statistics, bits: RefCell::default(), failure: RefCell::default() }
    }

    /// What went wrong while documents were walked: without it a set would silently have ended early.
    pub(super) fn finish(&self) -> Result<(), IndexError> {
        self.failure.borrow_mut().take().map_or(Ok(()), Err)
    }
}

/// Builds the sets of one segment.
#[derive(Clone)]
pub(super) struct Builder<'a> {
    pub(super) segment: &'a Segment,
    shared: &'a Shared<'a>,
    want: Want,
}

impl<'a> Builder<'a> {
    pub(super) fn new(segment: &'a Segment, shared: &'a Shared<'a>, want: Want) -> Self {
        Self { segment, shared, want }
    }

    pub(super) fn want(&self) -> Want {
        self.want
    }

    pub(super) fn texts(&self) -> &'a RefCell<Texts<'a>> {
        &self.shared.texts
    }

    /// The documents of the segment that `plan` means, ready to be walked.
    pub(super) fn docs(&self, plan: &'a Plan) -> Result<Box<dyn Docs + 'a>, IndexError> {
        let docs = self.segment.docs();
        Ok(self.set(plan, docs.into())?.into_docs(docs))
    }

    /// The documents that `plan` means, when other conditions leave about `lead` documents.
    pub(super) fn set(&self, plan: &'a Plan, lead: u64) -> Result<Set<'a>, IndexError> {
        match plan {
            Plan::Everything => Ok(Set::Everything),
            Plan::Words(words) => self.words(words),
            Plan::Keyword(keyword) => contains(self, keyword, lead),
            Plan::All(parts) => self.all(parts, lead),
            Plan::Any(parts) => {
                let sets = parts.iter().map(|part| self.set(part, lead)).collect::<Result<_, _>>()?;
                Ok(Set::any(sets, self.shared.statistics.is_some()))
            }
            Plan::Not(inner) => Ok(Set::not(self.set(inner, lead)?, self.segment.docs())),
            Plan::Orders(first, last) => Ok(self.orders(*first, *last)),
            Plan::Tag(tag) => self.tag(*tag),
            Plan::Conversations(conversations) => {
                let sets = conversations.iter().map(|conversation| self.conversation(*conversation)).collect::<Result<_, _>>()?;
                Ok(Set::any(sets, false))
            }
            Plan::Sender(sender) => self.term(&Key::from_field_text(SENDER_FIELD, sender)),
            Plan::Name(term) => self.term(&super::names::key(term)),
            Plan::Messages(keys) => Ok(self.messages(keys)),
            Plan::Unread(marks) => self.unread(marks),
        }
    }

    /// The documents with a fact or an element type.
    pub(super) fn tag(&self, tag: u8) -> Result<Set<'a>, IndexError> {
        self.term(&Key::from_field_u64(super::schema::TAGS_FIELD, tag.into()))
    }

    /// The documents for which terms do not decide.
    pub(super) fn doubtful(&self) -> Result<Box<dyn Docs + 'a>, IndexError> {
        let sets = vec![self.tag(Tag::Lossy as u8)?, self.tag(Tag::Long as u8)?];
        Ok(Set::any(sets, false).into_docs(self.segment.docs()))
    }

    /// Bits that are made once in a search, however often a segment's sets are built.
    pub(super) fn bits(&self, key: (usize, usize), make: impl FnOnce() -> Result<Rc<[u64]>, IndexError>) -> Result<Rc<[u64]>, IndexError> {
        let key = (self.segment.id(), key.0, key.1);
        if let Some(bits) = self.shared.bits.borrow().get(&key) {
            return Ok(Rc::clone(bits));
        }
        let bits = make()?;
        self.shared.bits.borrow_mut().insert(key, Rc::clone(&bits));
        Ok(bits)
    }

    /// For work in the middle of a walk, where no error can be returned: it is kept for the end of the search.
    pub(super) fn recovering<T>(&self, work: impl FnOnce() -> Result<T, IndexError>) -> Option<T> {
        work().map_err(|error| *self.shared.failure.borrow_mut() = Some(error)).ok()
    }

    fn all(&self, parts: &'a [Plan], lead: u64) -> Result<Set<'a>, IndexError> {
        let mut sets = Vec::with_capacity(parts.len());
        let mut lead = lead;
        // How a keyword is best found depends on what the other conditions leave.
        let (dear, cheap): (Vec<&Plan>, Vec<&Plan>) = parts.iter().partition(|part| part.has_keyword());
        for part in cheap.into_iter().chain(dear) {
            let set = self.set(part, lead)?;
            lead = lead.min(set.cost(self.segment.docs()));
            sets.push(set);
            if lead == 0 {
                return Ok(Set::Nothing);
            }
        }
        Ok(Set::all(sets))
    }

    fn words(&self, words: &Words) -> Result<Set<'a>, IndexError> {
        let segment = self.segment;
        let Some((last, whole)) = words.terms.split_last() else { return Ok(Set::Everything) };
        let last_fit = if words.prefix { Fit::Prefix } else { Fit::Whole };
        if whole.is_empty() {
            let Some(terms) = Terms::find(segment, TEXT_FIELD, &last.0, last_fit)? else { return Ok(Set::Nothing) };
            if words.prefix {
                // The beginning of a word says little, and the same of every word that has it.
                let score = if self.shared.statistics.is_some() { 1.0 } else { 0.0 };
                return terms.set(self, TEXT_FIELD, (words.id, 0), score);
            }
            let option = if self.shared.statistics.is_some() { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
            let scoring = self.scoring(words)?;
            let mut postings = terms.postings(segment, TEXT_FIELD, option)?;
            return Ok(postings.pop().map_or(Set::Nothing, |postings| Set::some(Term::new(postings, scoring))));
        }
        let mut places = Vec::with_capacity(words.terms.len());
        for (text, offset, fit) in whole.iter().map(|(text, offset)| (text, offset, Fit::Whole)).chain([(&last.0, &last.1, last_fit)]) {
            let Some(terms) = Terms::find(segment, TEXT_FIELD, text, fit)? else { return Ok(Set::Nothing) };
            places.push((*offset, Union::new(terms.postings(segment, TEXT_FIELD, IndexRecordOption::WithFreqsAndPositions)?, 0.0)));
        }
        Ok(Set::some(Phrase::new(places, self.scoring(words)?)))
    }

    fn scoring(&self, words: &Words) -> Result<Option<Rc<Bm25>>, IndexError> {
        let Some(statistics) = &self.shared.statistics else { return Ok(None) };
        let mut rarity = 0.0;
        for (term, _) in &words.terms {
            rarity += statistics.rarity(&Key::from_field_text(TEXT_FIELD, term))?;
        }
        Ok(Some(Rc::new(Bm25::new(rarity, statistics.average_length, self.segment.norms().clone()))))
    }

    fn term(&self, term: &Key) -> Result<Set<'a>, IndexError> {
        let Some(info) = self.segment.term(term)? else { return Ok(Set::Nothing) };
        if info.doc_freq == self.segment.docs() {
            return Ok(Set::Everything);
        }
        let field: Field = term.field();
        let postings = self.segment.inverted(field).read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
        Ok(Set::some(Term::new(postings, None)))
    }

    fn conversation(&self, conversation: ConversationNo) -> Result<Set<'a>, IndexError> {
        self.term(&Key::from_field_u64(CONVERSATION_FIELD, conversation.0.into()))
    }

    fn orders(&self, first: u64, last: u64) -> Set<'a> {
        let columns = &self.segment.columns;
        let start = columns.first_at_or_below(last, 0);
        let end = columns.first_below(first, start);
        match (start, end) {
            (start, end) if start >= end => Set::Nothing,
            (0, end) if end == columns.docs() => Set::Everything,
            (start, end) => Set::some(Stretch::new(start, end)),
        }
    }

    fn messages(&self, keys: &[MessageKey]) -> Set<'a> {
        let columns = &self.segment.columns;
        let mut sets = Vec::new();
        for key in keys {
            let order = order_of(key.place);
            let start = columns.first_at_or_below(order, 0);
            let docs = (start..columns.first_below(order, start)).filter(|&doc| columns.key(doc) == *key);
            sets.extend(docs.map(|doc| Set::some(Stretch::new(doc, doc + 1))));
        }
        Set::any(sets, false)
    }

    fn unread(&self, marks: &[(ConversationNo, Place)]) -> Result<Set<'a>, IndexError> {
        let mut sets = Vec::with_capacity(marks.len());
        for (conversation, place) in marks {
            sets.push(Set::all(vec![self.conversation(*conversation)?, self.orders(order_of(*place), u64::MAX)]));
        }
        let incoming = Set::not(self.tag(Tag::FromSelf as u8)?, self.segment.docs());
        match Set::all(vec![incoming, Set::any(sets, false)]) {
            Set::Nothing => Ok(Set::Nothing),
            set => Ok(Set::some(Unread { set: set.into_docs(self.segment.docs()), segment: self.segment, context: self.shared.context })),
        }
    }
}

/// Documents that the archive has to say are unread.
struct Unread<'a> {
    set: Box<dyn Docs + 'a>,
    segment: &'a Segment,
    context: &'a dyn Context,
}

impl Docs for Unread<'_> {
    fn doc(&self) -> tantivy::DocId {
        self.set.doc()
    }

    fn advance(&mut self) -> tantivy::DocId {
        self.set.advance()
    }

    fn seek(&mut self, target: tantivy::DocId) -> tantivy::DocId {
        self.set.seek(target)
    }

    fn cost(&self) -> u64 {
        self.set.cost()
    }

    fn matches(&mut self) -> bool {
        self.set.matches() && self.context.is_unread(self.segment.columns.key(self.set.doc()))
    }

    fn check_cost(&self) -> u8 {
        2
    }
}
