//! Sets of documents that are not made of others: of a term, in a row, as bits.

use std::rc::Rc;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::{DocId, DocSet, TERMINATED};

use super::bm25::Bm25;
use super::docs::Docs;

/// The documents of a term.
pub(super) struct Term {
    postings: SegmentPostings,
    scoring: Option<Rc<Bm25>>,
}

impl Term {
    pub(super) fn new(postings: SegmentPostings, scoring: Option<Rc<Bm25>>) -> Self {
        Self { postings, scoring }
    }
}

impl Docs for Term {
    fn doc(&self) -> DocId {
        self.postings.doc()
    }

    fn advance(&mut self) -> DocId {
        self.postings.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.postings.doc() < target { self.postings.seek(target) } else { self.postings.doc() }
    }

    fn cost(&self) -> u64 {
        self.postings.doc_freq().into()
    }

    fn score(&mut self) -> f32 {
        self.scoring.as_ref().map_or(0.0, |scoring| scoring.score(self.postings.doc(), self.postings.term_freq()))
    }
}

/// All documents from one to before another.
pub(super) struct Stretch {
    doc: DocId,
    end: DocId,
}

impl Stretch {
    pub(super) fn new(start: DocId, end: DocId) -> Self {
        let mut stretch = Self { doc: 0, end };
        stretch.seek(start);
        stretch
    }
}

impl Docs for Stretch {
    fn doc(&self) -> DocId {
        self.doc
    }

    fn advance(&mut self) -> DocId {
        self.seek(self.doc.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = self.doc.max(target);
        if self.doc >= self.end {
            self.doc = TERMINATED;
        }
        self.doc
    }

    fn cost(&self) -> u64 {
        self.end.saturating_sub(self.doc).into()
    }
}

/// Documents by bits, all with one score.
pub(super) struct Bits {
    words: Rc<[u64]>,
    docs: u64,
    doc: DocId,
    score: f32,
}

impl Bits {
    /// `docs` says how many bits are set, roughly.
    pub(super) fn new(words: Rc<[u64]>, docs: u64, score: f32) -> Self {
        let mut bits = Self { words, docs, doc: 0, score };
        bits.find(0);
        bits
    }

    fn find(&mut self, target: DocId) -> DocId {
        let mut at = target as usize / 64;
        self.doc = TERMINATED;
        if let Some(&first) = self.words.get(at) {
            let mut word = first & (u64::MAX << (target % 64));
            while word == 0 {
                at += 1;
                match self.words.get(at) {
                    Some(&next) => word = next,
                    None => return TERMINATED,
                }
            }
            self.doc = at as u32 * 64 + word.trailing_zeros();
        }
        self.doc
    }
}

impl Docs for Bits {
    fn doc(&self) -> DocId {
        self.doc
    }

    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.find(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target { self.find(target) } else { self.doc }
    }

    fn cost(&self) -> u64 {
        self.docs
    }

    fn score(&mut self) -> f32 {
        self.score
    }
}
