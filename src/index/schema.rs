//! The fields of the index, in the order of their numbers, and the order that its documents are sorted by.

use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::store::Compressor;
use tantivy::{IndexSettings, IndexSortByField, Order};

use super::IndexError;
use super::tokenizer::{MARKS, NAME, SENDER, TEXT};
use crate::model::{Feature, MessageKey, Place};

/// The words of the texts, with positions.
pub(super) const TEXT_FIELD: Field = Field::from_field_id(0);
/// The runs of punctuation and blanks between them.
pub(super) const MARKS_FIELD: Field = Field::from_field_id(1);
/// What a message is, as [`Tag`] numbers.
pub(super) const TAGS_FIELD: Field = Field::from_field_id(2);
/// The number of the conversation.
pub(super) const CONVERSATION_FIELD: Field = Field::from_field_id(3);
/// The sender: as term case folded, as column as it is.
pub(super) const SENDER_FIELD: Field = Field::from_field_id(4);
/// See [`order_of`]; documents are sorted by it, the greatest first.
pub(super) const ORDER_FIELD: Field = Field::from_field_id(5);
/// The sequence number, where the order cannot hold it.
pub(super) const SEQ_FIELD: Field = Field::from_field_id(6);
/// The random number.
pub(super) const RAND_FIELD: Field = Field::from_field_id(7);
/// The element types, as bits.
pub(super) const TYPES_FIELD: Field = Field::from_field_id(8);
/// By which names a message is found: see [`super::names`].
pub(super) const NAMES_FIELD: Field = Field::from_field_id(9);

pub(super) const CONVERSATION: &str = "conversation";
pub(super) const SENDER_NAME: &str = "sender";
pub(super) const ORDER: &str = "order";
pub(super) const SEQ: &str = "seq";
pub(super) const RAND: &str = "rand";
pub(super) const TYPES: &str = "types";

/// A fact about a message. Element types have their own numbers, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Tag {
    /// A web address is in a text.
    Link = 16,
    /// From the account itself.
    FromSelf = 17,
    /// Taken back.
    Recalled = 18,
    /// The terms know less than the folded texts do.
    Lossy = 19,
    /// A run is longer than a term, so terms do not rule the message out.
    Long = 20,
}

/// The number of the fact that a message has this.
pub(super) fn feature_tag(feature: Feature) -> u8 {
    FIRST_FEATURE + feature.number()
}

/// Features have the numbers behind all tags.
const FIRST_FEATURE: u8 = 21;

pub(super) fn schema() -> Schema {
    let words = |tokenizer, option, norms| {
        TextOptions::default()
            .set_indexing_options(TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option).set_fieldnorms(norms))
    };
    let indexed = || NumericOptions::default().set_indexed();
    let column = || NumericOptions::default().set_fast();
    let mut builder = Schema::builder();
    builder.add_text_field("text", words(TEXT, IndexRecordOption::WithFreqsAndPositions, true));
    builder.add_text_field("marks", words(MARKS, IndexRecordOption::Basic, false));
    builder.add_u64_field("tags", indexed());
    builder.add_u64_field(CONVERSATION, indexed().set_fast());
    builder.add_text_field(SENDER_NAME, words(SENDER, IndexRecordOption::Basic, false).set_fast("raw"));
    builder.add_u64_field(ORDER, column());
    builder.add_u64_field(SEQ, column());
    builder.add_u64_field(RAND, column());
    builder.add_u64_field(TYPES, column());
    builder.add_text_field("names", words(NAME, IndexRecordOption::Basic, false));
    builder.build()
}

pub(super) fn settings() -> IndexSettings {
    IndexSettings {
        sort_by_field: Some(IndexSortByField { field: ORDER.to_owned(), order: Order::Desc }),
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

const SEQ_BITS: u32 = 24;
/// Sequence numbers from this one on share an order and are told apart by their column.
pub(super) const SEQ_LIMIT: u64 = (1 << SEQ_BITS) - 1;
/// The greatest time that can be sorted.
pub(super) const TIME_LIMIT: u64 = (1 << (u64::BITS - SEQ_BITS)) - 1;

/// A number that never decreases from one place to a later one. Places with equal numbers are compared in full.
pub(super) fn order_of(place: Place) -> u64 {
    if place.time > TIME_LIMIT { u64::MAX } else { place.time << SEQ_BITS | place.seq.min(SEQ_LIMIT) }
}

/// The time in an order.
pub(super) fn time_of(order: u64) -> u64 {
    order >> SEQ_BITS
}

/// The sequence number in an order; [`SEQ_LIMIT`] says to look it up.
pub(super) fn seq_of(order: u64) -> u64 {
    order & SEQ_LIMIT
}

/// The order of a message that is to be indexed.
pub(super) fn checked_order(key: &MessageKey) -> Result<u64, IndexError> {
    let time = key.place.time;
    if time > TIME_LIMIT { Err(IndexError::Time { time, limit: TIME_LIMIT }) } else { Ok(order_of(key.place)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_have_the_numbers_that_the_schema_gives_them() {
        let schema = schema();
        for (field, name) in [
            (TEXT_FIELD, "text"),
            (MARKS_FIELD, "marks"),
            (TAGS_FIELD, "tags"),
            (CONVERSATION_FIELD, CONVERSATION),
            (SENDER_FIELD, SENDER_NAME),
            (ORDER_FIELD, ORDER),
            (SEQ_FIELD, SEQ),
            (RAND_FIELD, RAND),
            (TYPES_FIELD, TYPES),
            (NAMES_FIELD, "names"),
        ] {
            assert_eq!(schema.get_field(name).unwrap(), field);
        }
    }

    proptest! {
        #[test]
        fn a_later_place_never_has_a_smaller_order(
            times in [prop_oneof![0..3_u64, Just(TIME_LIMIT), any::<u64>()], prop_oneof![0..3_u64, Just(TIME_LIMIT), any::<u64>()]],
            seqs in [prop_oneof![0..3_u64, SEQ_LIMIT - 2..SEQ_LIMIT + 2, any::<u64>()], prop_oneof![0..3_u64, SEQ_LIMIT - 2..SEQ_LIMIT + 2, any::<u64>()]],
        ) {
            let mut places = [0, 1].map(|at| Place { time: times[at], seq: seqs[at], rand: 0 });
            places.sort();
            prop_assert!(order_of(places[0]) <= order_of(places[1]));
        }
    }
}
