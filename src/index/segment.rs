//! An opened segment: its columns, its term dictionaries, and the vocabularies that are built when first asked for.

use std::sync::{Arc, OnceLock};

use tantivy::columnar::{ColumnValues, StrColumn};
use tantivy::fastfield::AliveBitSet;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::{Index, InvertedIndexReader, SegmentId, SegmentMeta, SegmentReader};
use tantivy::schema::{Field, Term};
use tantivy::{DocId, postings::TermInfo};

use super::IndexError;
use super::columns::Columns;
use super::schema::{CONVERSATION_FIELD, MARKS_FIELD, NAMES_FIELD, SENDER_FIELD, SENDER_NAME, TAGS_FIELD, TEXT_FIELD, TYPES, Tag};
use super::vocabulary::Vocabulary;
use crate::model::TypeSet;

/// A segment, open for reading. Nothing in it changes.
pub(super) struct Segment {
    reader: SegmentReader,
    /// Held so that the writer of this process does not collect the files.
    meta: SegmentMeta,
    pub(super) columns: Columns,
    types: Arc<dyn ColumnValues<u64>>,
    text: Arc<InvertedIndexReader>,
    marks: Arc<InvertedIndexReader>,
    tags: Arc<InvertedIndexReader>,
    conversations: Arc<InvertedIndexReader>,
    senders: Arc<InvertedIndexReader>,
    names: Arc<InvertedIndexReader>,
    norms: FieldNormReader,
    vocabularies: Arc<Vocabularies>,
}

#[derive(Default)]
struct Vocabularies {
    text: OnceLock<Vocabulary>,
    marks: OnceLock<Vocabulary>,
}

impl Segment {
    /// Opens the segment of `meta`; takes over from `earlier` what deletions leave as it is.
    pub(super) fn open(index: &Index, meta: SegmentMeta, earlier: Option<&Self>) -> Result<Self, IndexError> {
        let reader = SegmentReader::open(&index.segment(meta.clone()))?;
        let columns = Columns::open(&reader)?;
        let contradicts = |what: &str| IndexError::damaged(meta.id().uuid_string(), what);
        if reader.fast_fields().u64(super::schema::ORDER)?.num_docs() != meta.max_doc() {
            return Err(contradicts("its columns have another number of messages"));
        }
        if reader.num_docs() != meta.num_docs() {
            return Err(contradicts("its deletions have another number of messages"));
        }
        Ok(Self {
            columns,
            types: reader.fast_fields().u64(TYPES)?.first_or_default_col(0),
            text: reader.inverted_index(TEXT_FIELD)?,
            marks: reader.inverted_index(MARKS_FIELD)?,
            tags: reader.inverted_index(TAGS_FIELD)?,
            conversations: reader.inverted_index(CONVERSATION_FIELD)?,
            senders: reader.inverted_index(SENDER_FIELD)?,
            names: reader.inverted_index(NAMES_FIELD)?,
            norms: reader.get_fieldnorms_reader(TEXT_FIELD)?,
            vocabularies: earlier.map(|earlier| Arc::clone(&earlier.vocabularies)).unwrap_or_default(),
            reader,
            meta,
        })
    }

    pub(super) fn id(&self) -> SegmentId {
        self.meta.id()
    }

    /// Whether this is `meta`'s segment with the same deletions.
    pub(super) fn is(&self, meta: &SegmentMeta) -> bool {
        self.meta.id() == meta.id() && self.meta.delete_opstamp() == meta.delete_opstamp()
    }

    /// All documents, deleted ones too.
    pub(super) fn docs(&self) -> DocId {
        self.columns.docs()
    }

    pub(super) fn alive_docs(&self) -> DocId {
        self.reader.num_docs()
    }

    pub(super) fn deleted_docs(&self) -> DocId {
        self.reader.num_deleted_docs()
    }

    pub(super) fn alive(&self) -> Option<&AliveBitSet> {
        self.reader.alive_bitset()
    }

    pub(super) fn is_alive(&self, doc: DocId) -> bool {
        self.alive().is_none_or(|alive| alive.is_alive(doc))
    }

    pub(super) fn types(&self, doc: DocId) -> TypeSet {
        TypeSet::from_bits(self.types.get_val(doc) as u16)
    }

    /// The senders as they are written, by number.
    pub(super) fn senders(&self) -> Result<Option<StrColumn>, IndexError> {
        Ok(self.reader.fast_fields().str(SENDER_NAME)?)
    }

    pub(super) fn norms(&self) -> &FieldNormReader {
        &self.norms
    }

    pub(super) fn inverted(&self, field: Field) -> &Arc<InvertedIndexReader> {
        match field {
            MARKS_FIELD => &self.marks,
            TAGS_FIELD => &self.tags,
            CONVERSATION_FIELD => &self.conversations,
            SENDER_FIELD => &self.senders,
            NAMES_FIELD => &self.names,
            _ => &self.text,
        }
    }

    /// Where the postings of a term are.
    pub(super) fn term(&self, term: &Term) -> Result<Option<TermInfo>, IndexError> {
        Ok(self.inverted(term.field()).get_term_info(term)?)
    }

    pub(super) fn tag(&self, tag: u8) -> Result<Option<TermInfo>, IndexError> {
        self.term(&Term::from_field_u64(TAGS_FIELD, tag.into()))
    }

    pub(super) fn has_tag(&self, tag: Tag) -> Result<bool, IndexError> {
        Ok(self.tag(tag as u8)?.is_some())
    }

    /// The terms of the text or the marks, built when first asked for and kept as long as the segment.
    pub(super) fn vocabulary(&self, field: Field) -> Result<&Vocabulary, IndexError> {
        let cell = if field == MARKS_FIELD { &self.vocabularies.marks } else { &self.vocabularies.text };
        if let Some(vocabulary) = cell.get() {
            return Ok(vocabulary);
        }
        let built = Vocabulary::read(self.inverted(field))?;
        Ok(cell.get_or_init(|| built))
    }

    /// The memory of the vocabularies that have been built.
    pub(super) fn vocabulary_bytes(&self) -> usize {
        [&self.vocabularies.text, &self.vocabularies.marks].iter().filter_map(|cell| cell.get()).map(Vocabulary::bytes).sum()
    }
}
