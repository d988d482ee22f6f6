//! Okapi BM25, with the statistics of a whole snapshot.

use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReader;

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Scores the documents of one term or phrase in one segment.
pub(super) struct Bm25 {
    weight: f32,
    norms: FieldNormReader,
    average_length: f32,
}

impl Bm25 {
    /// For a term of this [`rarity`], or a phrase of terms whose rarities add up to it.
    pub(super) fn new(rarity: f32, average_length: f32, norms: FieldNormReader) -> Self {
        Self { weight: rarity * (1.0 + K1), norms, average_length }
    }

    pub(super) fn score(&self, doc: DocId, term_freq: u32) -> f32 {
        let length = self.norms.fieldnorm(doc) as f32;
        let freq = term_freq as f32;
        self.weight * freq / (freq + K1 * (1.0 - B + B * length / self.average_length))
    }
}

/// How much a term tells: the rarer, the more.
pub(super) fn rarity(doc_freq: u64, docs: u64) -> f32 {
    let (freq, docs) = (doc_freq as f32, docs.max(doc_freq) as f32);
    (1.0 + (docs - freq + 0.5) / (freq + 0.5)).ln()
}
