//! Finds the best matches first. Every match has to be scored.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use tantivy::TERMINATED;

use super::IndexError;
use super::build::{Builder, Want};
use super::execute::Search;
use super::position::rank;
use crate::model::MessageKey;

/// Ordered by score, then by age: the better one is the greater.
#[derive(Clone, Copy, PartialEq)]
struct Scored {
    score: f32,
    key: MessageKey,
}

impl Eq for Scored {}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| rank(&self.key).cmp(&rank(&other.key)))
    }
}

/// The best hits, the best first.
pub(super) fn walk(search: &Search<'_>) -> Result<Vec<(MessageKey, f32)>, IndexError> {
    let after = search.after.map(|after| Scored { score: after.score, key: after.key });
    let mut best: BinaryHeap<Reverse<Scored>> = BinaryHeap::new();
    for segment in search.segments {
        let mut docs = Builder::new(segment, search.shared, Want::Everything).docs(search.plan)?;
        let mut doc = docs.doc();
        while doc != TERMINATED {
            if segment.is_alive(doc) && docs.matches() {
                let score = docs.score();
                // The key is four column reads, so it is only read for a score that has a chance.
                let full = best.len() >= search.limit;
                if !full || best.peek().is_some_and(|Reverse(worst)| score >= worst.score) {
                    let scored = Scored { score, key: segment.columns.key(doc) };
                    if after.is_none_or(|after| scored < after) && !(full && best.peek().is_some_and(|Reverse(worst)| scored <= *worst)) {
                        best.push(Reverse(scored));
                        if best.len() > search.limit {
                            best.pop();
                        }
                    }
                }
            }
            doc = docs.advance();
        }
    }
    let mut best: Vec<Scored> = best.into_iter().map(|Reverse(scored)| scored).collect();
    best.sort_unstable_by_key(|scored| Reverse(*scored));
    Ok(best.into_iter().map(|scored| (scored.key, scored.score)).collect())
}
