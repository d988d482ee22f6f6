//! All terms of a field in a segment, in memory, so that terms can be found by what is inside them.

use std::ops::Range;

use memchr::memmem::Finder;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;

use super::IndexError;

/// Where in a term a piece of it has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is the whole term.
    Whole,
    /// At the beginning.
    Prefix,
    /// At the end.
    Suffix,
    /// Anywhere.
    Inside,
}

/// The terms of a field, by number, in the order of their bytes.
///
/// A term costs its bytes, five times its length and 24 bytes of memory.
pub(super) struct Vocabulary {
    /// The terms, one after the other.
    bytes: Vec<u8>,
    /// Where each term ends in `bytes`.
    ends: Vec<u32>,
    doc_freqs: Vec<u32>,
    /// Where the postings and positions of each term start, and where those of the last one end.
    postings: Vec<u64>,
    positions: Vec<u64>,
    trigrams: Trigrams,
}

/// Which terms have three bytes in a row, by a hash of these.
struct Trigrams {
    /// Where each bucket starts in `terms`, and where the last one ends.
    starts: Vec<u32>,
    terms: Vec<u32>,
}

const BUCKETS: usize = 1 << 16;

fn bucket(gram: &[u8]) -> usize {
    let gram = u32::from(gram[0]) | u32::from(gram[1]) << 8 | u32::from(gram[2]) << 16;
    (gram.wrapping_mul(0x9E37_79B1) >> 16) as usize
}

impl Vocabulary {
    /// Reads the term dictionary of a field.
    pub(super) fn read(inverted: &InvertedIndexReader) -> Result<Self, IndexError> {
        let terms = inverted.terms().num_terms();
        let mut vocabulary = Self {
            bytes: Vec::new(),
            ends: Vec::with_capacity(terms),
            doc_freqs: Vec::with_capacity(terms),
            postings: Vec::with_capacity(terms + 1),
            positions: Vec::with_capacity(terms + 1),
            trigrams: Trigrams { starts: Vec::new(), terms: Vec::new() },
        };
        let mut last = (0, 0);
        let mut stream = inverted.terms().stream()?;
        while let Some((term, info)) = stream.next() {
            vocabulary.bytes.extend_from_slice(term);
            vocabulary.ends.push(vocabulary.bytes.len() as u32);
            vocabulary.doc_freqs.push(info.doc_freq);
            vocabulary.postings.push(info.postings_range.start as u64);
            vocabulary.positions.push(info.positions_range.start as u64);
            let start = (info.postings_range.start, info.positions_range.start);
            if start.0 < last.0 || start.1 < last.1 || u32::try_from(vocabulary.bytes.len()).is_err() {
                return Err(IndexError::damaged("term", "its terms are out of order"));
            }
            last = (info.postings_range.end, info.positions_range.end);
        }
        vocabulary.postings.push(last.0 as u64);
        vocabulary.positions.push(last.1 as u64);
        vocabulary.bytes.shrink_to_fit();
        vocabulary.trigrams = Trigrams::of(&vocabulary);
        Ok(vocabulary)
    }

    pub(super) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// The memory that this takes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len() + 4 * (self.ends.len() + self.doc_freqs.len() + self.trigrams.terms.len() + BUCKETS) + 16 * self.postings.len()
    }

    /// The bytes of a term.
    pub(super) fn term(&self, number: u32) -> &[u8] {
        &self.bytes[self.range(number)]
    }

    /// How many documents have the term, deleted ones too.
    pub(super) fn doc_freq(&self, number: u32) -> u32 {
        self.doc_freqs[number as usize]
    }

    /// Where the term's postings are.
    pub(super) fn info(&self, number: u32) -> TermInfo {
        let at = number as usize;
        let range = |starts: &[u64]| starts[at] as usize..starts[at + 1] as usize;
        TermInfo { doc_freq: self.doc_freqs[at], postings_range: range(&self.postings), positions_range: range(&self.positions) }
    }

    /// The terms with `piece` in the place that `fit` says, in order.
    pub(super) fn find(&self, piece: &[u8], fit: Fit) -> Vec<u32> {
        match fit {
            Fit::Prefix => self.prefixed(piece).collect(),
            Fit::Whole => self.prefixed(piece).take(1).filter(|&number| self.term(number) == piece).collect(),
            Fit::Suffix => self.holding(piece, |term| term.ends_with(piece)),
            Fit::Inside => {
                let finder = Finder::new(piece);
                self.holding(piece, |term| finder.find(term).is_some())
            }
        }
    }

    fn range(&self, number: u32) -> Range<usize> {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[at] as usize
    }

    fn prefixed(&self, piece: &[u8]) -> Range<u32> {
        let first = |outside: &dyn Fn(&[u8]) -> bool| {
            let (mut low, mut high) = (0, self.len());
            while low < high {
                let middle = low + (high - low) / 2;
                if outside(self.term(middle)) { low = middle + 1 } else { high = middle }
            }
            low
        };
        first(&|term| term < piece)..first(&|term| term < piece || term.starts_with(piece))
    }

    fn holding(&self, piece: &[u8], fits: impl Fn(&[u8]) -> bool) -> Vec<u32> {
        match piece.windows(3).map(|gram| self.trigrams.bucket(gram)).min_by_key(|bucket| bucket.len()) {
            Some(bucket) => bucket.iter().copied().filter(|&number| fits(self.term(number))).collect(),
            None => self.scan(piece, fits),
        }
    }

    /// For pieces of one and two bytes: looks through all terms at once.
    fn scan(&self, piece: &[u8], fits: impl Fn(&[u8]) -> bool) -> Vec<u32> {
        let finder = Finder::new(piece);
        let mut found = Vec::new();
        let (mut at, mut number) = (0, 0);
        while let Some(hit) = finder.find(&self.bytes[at..]) {
            let hit = at + hit;
            // Hits are mostly close together, so the next term is looked for nearby before the rest is halved.
            let near = self.ends[number..].iter().take(16).position(|&end| end as usize > hit);
            number = near.map_or_else(|| self.ends.partition_point(|&end| end as usize <= hit), |near| number + near);
            let end = self.ends[number] as usize;
            // A hit may reach over the end of its term.
            if hit + piece.len() > end {
                at = hit + 1;
                continue;
            }
            if fits(self.term(number as u32)) {
                found.push(number as u32);
            }
            at = end;
        }
        found
    }
}

impl Trigrams {
    fn of(vocabulary: &Vocabulary) -> Self {
        // Counted first, placed second. A term stands once in a bucket, however often it has the bytes.
        let mut starts = vec![0_u32; BUCKETS + 1];
        let mut seen = vec![u32::MAX; BUCKETS];
        let each = |seen: &mut [u32], sink: &mut dyn FnMut(usize, u32)| {
            for number in 0..vocabulary.len() {
                for gram in vocabulary.term(number).windows(3) {
                    let bucket = bucket(gram);
                    if std::mem::replace(&mut seen[bucket], number) != number {
                        sink(bucket, number);
                    }
                }
            }
        };
        each(&mut seen, &mut |bucket, _| starts[bucket + 1] += 1);
        for bucket in 0..BUCKETS {
            starts[bucket + 1] += starts[bucket];
        }
        let mut next = starts.clone();
        let mut terms = vec![0; starts[BUCKETS] as usize];
        seen.fill(u32::MAX);
        each(&mut seen, &mut |bucket, number| {
            terms[next[bucket] as usize] = number;
            next[bucket] += 1;
        });
        Self { starts, terms }
    }

    fn bucket(&self, gram: &[u8]) -> &[u32] {
        let bucket = bucket(gram);
        &self.terms[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn vocabulary(terms: &BTreeSet<String>) -> Vocabulary {
        let mut vocabulary = Vocabulary {
            bytes: Vec::new(),
            ends: Vec::new(),
            doc_freqs: vec![1; terms.len()],
            postings: vec![0; terms.len() + 1],
            positions: vec![0; terms.len() + 1],
            trigrams: Trigrams { starts: Vec::new(), terms: Vec::new() },
        };
        for term in terms {
            vocabulary.bytes.extend_from_slice(term.as_bytes());
            vocabulary.ends.push(vocabulary.bytes.len() as u32);
        }
        vocabulary.trigrams = Trigrams::of(&vocabulary);
        vocabulary
    }

    proptest! {
        #[test]
        fn terms_are_found_by_what_is_inside_them(terms in prop::collection::btree_set("[a-c]{1,6}|[字é😀]{1,3}", 0..40), piece in "[a-c]{1,4}|[字é😀]{1,2}") {
            let vocabulary = vocabulary(&terms);
            for (fit, fits) in [
                (Fit::Whole, (|term, piece| term == piece) as fn(&str, &str) -> bool),
                (Fit::Prefix, |term, piece| term.starts_with(piece)),
                (Fit::Suffix, |term, piece| term.ends_with(piece)),
                (Fit::Inside, |term, piece| term.contains(piece)),
            ] {
                let expected: Vec<u32> = terms.iter().enumerate().filter(|(_, term)| fits(term, &piece)).map(|(at, _)| at as u32).collect();
                prop_assert_eq!(vocabulary.find(piece.as_bytes(), fit), expected);
            }
        }
    }
}
