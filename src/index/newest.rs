//! Walks the segments from the newest message to older ones and stops when there are enough. The cost does not depend on how
//! many messages match.

use std::collections::BinaryHeap;

use tantivy::TERMINATED;

use super::IndexError;
use super::build::Builder;
use super::docs::Docs;
use super::execute::Search;
use super::position::rank;
use super::schema::order_of;
use super::segment::Segment;
use crate::model::MessageKey;

struct Walk<'a> {
    segment: &'a Segment,
    docs: Box<dyn Docs + 'a>,
}

/// The newest hits, the newest first.
pub(super) fn walk(search: &Search<'_>) -> Result<Vec<(MessageKey, f32)>, IndexError> {
    let after = search.after.map(|after| after.key);
    let mut walks = Vec::with_capacity(search.segments.len());
    // The candidates of the segments by their orders, the greatest on top.
    let mut heads = BinaryHeap::with_capacity(search.segments.len());
    for segment in search.segments {
        let mut docs = Builder::new(segment, search.shared, search.want()).docs(search.plan)?;
        if let Some(after) = after {
            docs.seek(segment.columns.first_at_or_below(order_of(after.place), 0));
        }
        if docs.doc() != TERMINATED {
            heads.push((segment.columns.order(docs.doc()), walks.len()));
            walks.push(Walk { segment, docs });
        }
    }
    let mut hits = Hits::new(search.limit, after);
    while let Some((order, at)) = heads.pop() {
        if !hits.take_order(order) {
            break;
        }
        let Walk { segment, docs } = &mut walks[at];
        let bound = heads.peek().map(|(order, _)| *order);
        loop {
            let doc = docs.doc();
            if segment.is_alive(doc) && docs.matches() {
                if !hits.take_order(segment.columns.order(doc)) {
                    return Ok(hits.finish());
                }
                hits.add(segment.columns.key(doc));
            }
            let next = docs.advance();
            if next == TERMINATED {
                break;
            }
            // Where other segments have candidates too, the one with the newest goes on.
            if let Some(bound) = bound {
                let order = segment.columns.order(next);
                if order < bound {
                    heads.push((order, at));
                    break;
                }
            }
        }
    }
    Ok(hits.finish())
}

/// Hits in the order of their messages. Those of one order come in any order and are sorted when it is complete.
struct Hits {
    limit: usize,
    after: Option<MessageKey>,
    done: Vec<MessageKey>,
    order: u64,
    group: Vec<MessageKey>,
}

impl Hits {
    fn new(limit: usize, after: Option<MessageKey>) -> Self {
        Self { limit, after, done: Vec::new(), order: u64::MAX, group: Vec::new() }
    }

    /// Hits of this order and below are to come; `false` when no more are needed.
    fn take_order(&mut self, order: u64) -> bool {
        if order < self.order {
            self.close();
            self.order = order;
        }
        self.done.len() < self.limit
    }

    fn add(&mut self, key: MessageKey) {
        if self.after.is_none_or(|after| rank(&key) < rank(&after)) {
            self.group.push(key);
            // Very many messages of one second must not take very much memory.
            if self.group.len() > self.limit.saturating_mul(4).saturating_add(1_024) {
                self.sort();
                self.group.truncate(self.limit);
            }
        }
    }

    fn sort(&mut self) {
        self.group.sort_unstable_by_key(|key| std::cmp::Reverse(rank(key)));
        self.group.dedup();
    }

    fn close(&mut self) {
        self.sort();
        let room = self.limit - self.done.len();
        self.done.extend(self.group.drain(..).take(room));
    }

    fn finish(mut self) -> Vec<(MessageKey, f32)> {
        self.close();
        self.done.into_iter().map(|key| (key, 0.0)).collect()
    }
}
