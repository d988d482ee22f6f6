//! Finds the oldest messages first. Sets can only be walked from the newest on, so they are walked in windows, the last one
//! first, each greater than the one before.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::DocId;

use super::IndexError;
use super::build::Builder;
use super::execute::Search;
use super::position::rank;
use super::schema::order_of;
use super::segment::Segment;
use crate::model::MessageKey;

const FIRST_WINDOW: DocId = 256;
const GROWTH: DocId = 4;

struct Walk<'a> {
    segment: &'a Segment,
    /// Documents before this one have not been looked at.
    end: DocId,
    window: DocId,
    /// Matches of the last window that have not been taken, the oldest last.
    found: Vec<DocId>,
}

impl<'a> Walk<'a> {
    /// No match that has not been taken has a smaller order than this.
    fn bound(&self) -> Option<u64> {
        let doc = self.found.last().copied().or(self.end.checked_sub(1))?;
        Some(self.segment.columns.order(doc))
    }

    fn look(&mut self, search: &Search<'a>) -> Result<(), IndexError> {
        let start = self.end.saturating_sub(self.window);
        let mut docs = Builder::new(self.segment, search.shared, search.want()).docs(search.plan)?;
        let mut doc = docs.seek(start);
        while doc < self.end {
            if self.segment.is_alive(doc) && docs.matches() {
                self.found.push(doc);
            }
            doc = docs.advance();
        }
        self.end = start;
        self.window = self.window.saturating_mul(GROWTH);
        Ok(())
    }
}

/// The oldest hits, the oldest first.
pub(super) fn walk<'a>(search: &Search<'a>) -> Result<Vec<(MessageKey, f32)>, IndexError> {
    let after = search.after.map(|after| after.key);
    let mut walks: Vec<Walk<'a>> = Vec::with_capacity(search.segments.len());
    let mut heads = BinaryHeap::with_capacity(search.segments.len());
    for segment in search.segments {
        let end = after.map_or(segment.docs(), |after| segment.columns.first_below(order_of(after.place), 0));
        let walk = Walk { segment, end, window: FIRST_WINDOW, found: Vec::new() };
        heads.extend(walk.bound().map(|bound| Reverse((bound, walks.len()))));
        walks.push(walk);
    }
    let (mut hits, mut group): (Vec<MessageKey>, Vec<MessageKey>) = (Vec::new(), Vec::new());
    let mut group_order = 0;
    while let Some(Reverse((bound, at))) = heads.pop() {
        if bound > group_order {
            close(&mut group, &mut hits);
            group_order = bound;
            if hits.len() >= search.limit {
                break;
            }
        }
        let walk = &mut walks[at];
        match walk.found.pop() {
            Some(doc) => {
                let key = walk.segment.columns.key(doc);
                if after.is_none_or(|after| rank(&key) > rank(&after)) {
                    group.push(key);
                }
            }
            None => walk.look(search)?,
        }
        heads.extend(walk.bound().map(|bound| Reverse((bound, at))));
    }
    close(&mut group, &mut hits);
    hits.truncate(search.limit);
    Ok(hits.into_iter().map(|key| (key, 0.0)).collect())
}

/// Adds the hits of one order.
fn close(group: &mut Vec<MessageKey>, hits: &mut Vec<MessageKey>) {
    group.sort_unstable_by_key(rank);
    group.dedup();
    hits.append(group);
}
