//! Finds documents by their keys, so that they can be deleted without a term of their own: documents are sorted by the order of
//! their places, so a binary search finds the few that can be meant.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use tantivy::index::SegmentReader;
use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{BitSet, DocId, Score, TantivyError};

use super::columns::Columns;
use super::schema::order_of;
use crate::model::MessageKey;

/// Matches the documents of some messages.
#[derive(Clone)]
pub(super) struct KeysQuery {
    /// By order, the greatest first.
    groups: Arc<Vec<(u64, FxHashSet<MessageKey>)>>,
}

impl KeysQuery {
    pub(super) fn new(keys: &[MessageKey]) -> Self {
        let mut keys: Vec<(u64, MessageKey)> = keys.iter().map(|key| (order_of(key.place), *key)).collect();
        keys.sort_unstable_by_key(|(order, _)| std::cmp::Reverse(*order));
        let groups = keys.chunk_by(|a, b| a.0 == b.0).map(|group| (group[0].0, group.iter().map(|(_, key)| *key).collect()));
        Self { groups: Arc::new(groups.collect()) }
    }

    fn docs(&self, reader: &SegmentReader) -> tantivy::Result<Vec<DocId>> {
        let columns = Columns::open(reader)?;
        let mut docs = Vec::new();
        let mut start = 0;
        for (order, keys) in self.groups.iter() {
            start = columns.first_at_or_below(*order, start);
            for doc in (start..columns.docs()).take_while(|&doc| columns.order(doc) == *order) {
                // A key stands for every document of it: an interrupted rebuild may have added one twice.
                if keys.contains(&columns.key(doc)) {
                    docs.push(doc);
                }
            }
        }
        Ok(docs)
    }
}

impl std::fmt::Debug for KeysQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeysQuery").field("orders", &self.groups.len()).finish()
    }
}

impl Query for KeysQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for KeysQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut docs = BitSet::with_max_value(reader.max_doc());
        for doc in self.docs(reader)? {
            docs.insert(doc);
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(docs), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("keys are not scored".to_owned()))
    }

    fn for_each_no_score(&self, reader: &SegmentReader, callback: &mut dyn FnMut(&[DocId])) -> tantivy::Result<()> {
        callback(&self.docs(reader)?);
        Ok(())
    }
}
