//! The documents of many terms, walked together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

use super::IndexError;
use super::docs::Docs;

/// What is in the postings of at least one of some terms.
pub(super) struct Union {
    postings: Vec<SegmentPostings>,
    /// The candidates of all postings that have one, the first document on top.
    heap: BinaryHeap<Reverse<(DocId, usize)>>,
    score: f32,
}

impl Union {
    /// `score` is what every document gets.
    pub(super) fn new(postings: Vec<SegmentPostings>, score: f32) -> Self {
        let heap = postings.iter().enumerate().map(|(at, one)| Reverse((one.doc(), at))).filter(|Reverse((doc, _))| *doc != TERMINATED);
        Self { heap: heap.collect(), postings, score }
    }

    /// The positions in the candidate, plus `offset`, in order.
    pub(super) fn positions(&mut self, offset: u32, positions: &mut Vec<u32>) {
        positions.clear();
        let doc = self.doc();
        let mut lists = 0;
        for one in self.postings.iter_mut().filter(|one| one.doc() == doc) {
            one.append_positions_with_offset(offset, positions);
            lists += 1;
        }
        if lists > 1 {
            positions.sort_unstable();
            positions.dedup();
        }
    }
}

impl Docs for Union {
    fn doc(&self) -> DocId {
        self.heap.peek().map_or(TERMINATED, |Reverse((doc, _))| *doc)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        while let Some(mut top) = self.heap.peek_mut().filter(|top| top.0.0 < target) {
            let at = top.0.1;
            top.0.0 = self.postings[at].seek(target);
            if top.0.0 == TERMINATED {
                std::collections::binary_heap::PeekMut::pop(top);
            }
        }
        self.doc()
    }

    fn advance(&mut self) -> DocId {
        let doc = self.doc();
        if doc == TERMINATED { TERMINATED } else { self.seek(doc + 1) }
    }

    fn cost(&self) -> u64 {
        self.postings.iter().map(|one| u64::from(one.doc_freq())).sum()
    }

    fn score(&mut self) -> f32 {
        self.score
    }
}

/// The documents of some terms, as bits of a segment of `docs` documents.
pub(super) fn fill_bits(
    inverted: &InvertedIndexReader,
    infos: impl Iterator<Item = TermInfo>,
    docs: DocId,
) -> Result<Rc<[u64]>, IndexError> {
    let mut words = vec![0_u64; (docs as usize).div_ceil(64)];
    let mut postings = None;
    for info in infos {
        match &mut postings {
            Some(postings) => inverted.reset_block_postings_from_terminfo(&info, postings)?,
            None => postings = Some(inverted.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic)?),
        }
        let Some(postings) = &mut postings else { continue };
        let mut left = info.doc_freq as usize;
        while left > 0 {
            let block = postings.docs();
            let block = &block[..block.len().min(left)];
            for &doc in block.iter().filter(|&&doc| doc < docs) {
                words[doc as usize / 64] |= 1 << (doc % 64);
            }
            left -= block.len();
            if block.is_empty() {
                break;
            }
            postings.advance();
        }
    }
    Ok(words.into())
}
