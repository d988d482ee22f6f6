//! The columns of a segment that make a message's key.

use std::sync::Arc;

use tantivy::DocId;
use tantivy::columnar::{Column, ColumnValues};
use tantivy::index::SegmentReader;

use super::schema::{CONVERSATION, ORDER, RAND, SEQ, SEQ_LIMIT, seq_of, time_of};
use crate::model::{ConversationNo, MessageKey, Place};

/// Where each document of a segment stands.
#[derive(Clone)]
pub(super) struct Columns {
    order: Arc<dyn ColumnValues<u64>>,
    seq: Column<u64>,
    rand: Arc<dyn ColumnValues<u64>>,
    conversation: Arc<dyn ColumnValues<u64>>,
    docs: DocId,
}

impl Columns {
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let full = |name| Ok::<_, tantivy::TantivyError>(columns.u64(name)?.first_or_default_col(0));
        Ok(Self {
            order: full(ORDER)?,
            seq: columns.u64(SEQ)?,
            rand: full(RAND)?,
            conversation: full(CONVERSATION)?,
            docs: reader.max_doc(),
        })
    }

    /// All documents, deleted ones too.
    pub(super) fn docs(&self) -> DocId {
        self.docs
    }

    /// Never increases from one document to the next.
    pub(super) fn order(&self, doc: DocId) -> u64 {
        self.order.get_val(doc)
    }

    pub(super) fn conversation(&self, doc: DocId) -> ConversationNo {
        ConversationNo(self.conversation.get_val(doc) as u32)
    }

    pub(super) fn key(&self, doc: DocId) -> MessageKey {
        let order = self.order(doc);
        let seq = match seq_of(order) {
            SEQ_LIMIT => self.seq.first(doc).unwrap_or(SEQ_LIMIT),
            seq => seq,
        };
        let place = Place { time: time_of(order), seq, rand: self.rand.get_val(doc) as u32 };
        MessageKey { conversation: self.conversation(doc), place }
    }

    /// The first document from `start` on whose order is not above `order`.
    pub(super) fn first_at_or_below(&self, order: u64, start: DocId) -> DocId {
        let (mut low, mut high) = (start, self.docs);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.order(middle) > order { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The first document from `start` on whose order is below `order`.
    pub(super) fn first_below(&self, order: u64, start: DocId) -> DocId {
        match order.checked_sub(1) {
            Some(order) => self.first_at_or_below(order, start),
            None => self.docs,
        }
    }
}
