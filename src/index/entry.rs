//! A message on its way to the indexing thread: one buffer, no tree of values.

use tantivy::schema::Field;
use tantivy::schema::document::{Document, ReferenceValue, ReferenceValueLeaf, Value};

use super::IndexError;
use super::backlog::Load;
use super::doc::Doc;
use super::marks::scan;
use super::names::{shown_term, thread_name_term, thread_term};
use super::schema::{
    CONVERSATION_FIELD, MARKS_FIELD, NAMES_FIELD, ORDER_FIELD, RAND_FIELD, SENDER_FIELD, SEQ_FIELD, SEQ_LIMIT, TAGS_FIELD, TEXT_FIELD,
    TYPES_FIELD, Tag, checked_order, feature_tag,
};
use std::sync::Arc;

/// What tantivy indexes of a message.
pub(super) struct Entry {
    order: u64,
    /// Set where the order does not hold it.
    seq: Option<u64>,
    rand: u32,
    conversation: u32,
    types: u16,
    /// Bit `n` stands for the tag numbered `n`.
    tags: u32,
    /// Sender, marks, texts.
    buffer: Box<str>,
    marks_start: u32,
    texts_start: u32,
    /// Where each text but the last one ends.
    text_ends: Vec<u32>,
    /// The terms of its names; almost always none.
    names: Vec<String>,
    /// Given back when the entry has been indexed.
    _load: Option<Arc<Load>>,
}

impl Entry {
    pub(super) fn new(doc: &Doc<'_>) -> Result<Self, IndexError> {
        let order = checked_order(&doc.key)?;
        let texts = if doc.recalled { &[] } else { doc.texts };
        let mut buffer = String::with_capacity(doc.sender.len() + 24 + texts.iter().map(|text| text.len()).sum::<usize>());
        buffer.push_str(doc.sender);
        let marks_start = buffer.len() as u32;
        let traits = doc.traits;
        let features = traits.features.iter().fold(0, |bits, &feature| bits | 1_u32 << feature_tag(feature));
        let mut tags = u32::from(doc.types.bits()) | features;
        let mut set = |tag: Tag, holds: bool| tags |= u32::from(holds) << tag as u8;
        set(Tag::FromSelf, doc.is_self);
        set(Tag::Recalled, doc.recalled);
        let mut names: Vec<String> = traits.sender_name.iter().filter(|name| *name != doc.sender).map(|name| shown_term(name)).collect();
        if let Some(thread) = &traits.thread {
            names.push(thread_term(&thread.id));
            if !thread.name.is_empty() {
                names.push(thread_name_term(thread));
            }
        }
        let mut blank = false;
        for text in texts {
            let traits = scan(text, &mut buffer, &mut blank);
            set(Tag::Link, traits.link);
            set(Tag::Lossy, traits.lossy);
            set(Tag::Long, traits.long);
        }
        let texts_start = buffer.len() as u32;
        let mut text_ends = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            if at > 0 {
                text_ends.push(buffer.len() as u32);
            }
            buffer.push_str(text);
        }
        Ok(Self {
            order,
            seq: (doc.key.place.seq >= SEQ_LIMIT).then_some(doc.key.place.seq),
            rand: doc.key.place.rand,
            conversation: doc.key.conversation.0,
            types: doc.types.bits(),
            tags,
            buffer: buffer.into_boxed_str(),
            marks_start,
            texts_start,
            text_ends,
            names,
            _load: None,
        })
    }

    /// The memory that the entry takes while it waits.
    pub(super) fn bytes(&self) -> usize {
        let names = self.names.iter().map(|name| size_of::<String>() + name.len()).sum::<usize>();
        size_of::<Self>() + self.buffer.len() + self.text_ends.len() * 4 + names
    }

    /// Makes the entry hold on to `load` until it has been indexed.
    pub(super) fn carry(&mut self, load: Arc<Load>) {
        self._load = Some(load);
    }

    fn text(&self, number: usize) -> Option<&str> {
        let start = match number {
            0 => self.texts_start,
            _ => *self.text_ends.get(number - 1)?,
        };
        let end = self.text_ends.get(number).map_or(self.buffer.len(), |end| *end as usize);
        self.buffer.get(start as usize..end).filter(|text| !text.is_empty() || number < self.text_ends.len())
    }
}

/// One value of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) enum EntryValue<'a> {
    Text(&'a str),
    Number(u64),
}

impl<'a> Value<'a> for EntryValue<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match *self {
            Self::Text(text) => ReferenceValueLeaf::Str(text),
            Self::Number(number) => ReferenceValueLeaf::U64(number),
        })
    }
}

/// The values of an entry, by field.
pub(super) struct EntryValues<'a> {
    entry: &'a Entry,
    field: Field,
    texts: usize,
    tags: u32,
    names: std::slice::Iter<'a, String>,
}

impl<'a> Iterator for EntryValues<'a> {
    type Item = (Field, EntryValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = self.entry;
            let field = self.field;
            let text = |range: std::ops::Range<u32>| entry.buffer.get(range.start as usize..range.end as usize).map(EntryValue::Text);
            let value = match field {
                TEXT_FIELD => {
                    let text = entry.text(self.texts);
                    self.texts += 1;
                    if text.is_some() {
                        return text.map(|text| (field, EntryValue::Text(text)));
                    }
                    None
                }
                MARKS_FIELD if entry.marks_start < entry.texts_start => text(entry.marks_start..entry.texts_start),
                TAGS_FIELD => {
                    if self.tags != 0 {
                        let tag = self.tags.trailing_zeros();
                        self.tags &= self.tags - 1;
                        return Some((field, EntryValue::Number(tag.into())));
                    }
                    None
                }
                CONVERSATION_FIELD => Some(EntryValue::Number(entry.conversation.into())),
                SENDER_FIELD => text(0..entry.marks_start),
                ORDER_FIELD => Some(EntryValue::Number(entry.order)),
                SEQ_FIELD => entry.seq.map(EntryValue::Number),
                RAND_FIELD => Some(EntryValue::Number(entry.rand.into())),
                TYPES_FIELD => Some(EntryValue::Number(entry.types.into())),
                MARKS_FIELD => None,
                NAMES_FIELD => {
                    let name = self.names.next()?;
                    return Some((field, EntryValue::Text(name)));
                }
                _ => return None,
            };
            self.field = Field::from_field_id(field.field_id() + 1);
            if let Some(value) = value {
                return Some((field, value));
            }
        }
    }
}

impl Document for Entry {
    type Value<'a> = EntryValue<'a>;
    type FieldsValuesIter<'a> = EntryValues<'a>;

    fn iter_fields_and_values(&self) -> EntryValues<'_> {
        EntryValues { entry: self, field: TEXT_FIELD, texts: 0, tags: self.tags, names: self.names.iter() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConversationNo, ElementType, Feature, MessageKey, Place, Thread, Traits, TypeSet};

    #[test]
    fn an_entry_has_the_values_of_its_message() {
        let key = MessageKey { conversation: ConversationNo(3), place: Place { time: 5, seq: SEQ_LIMIT + 1, rand: 9 } };
        let types = TypeSet::from_iter([ElementType::Text, ElementType::File]);
        let thread = Thread { id: "T1".to_owned(), name: "Lunch".to_owned() };
        let traits = Traits { features: vec![Feature::Reply], sender_name: Some("Anna".to_owned()), thread: Some(thread) };
        let doc = Doc { key, sender: "Ann", types, is_self: true, recalled: false, traits: &traits, texts: &["a, b", "", "www.x.y"] };
        let entry = Entry::new(&doc).unwrap();
        let values: Vec<String> = entry.iter_fields_and_values().map(|(field, value)| format!("{} {value:?}", field.field_id())).collect();
        let expected = [
            "0 Text(\"a, b\")",
            "0 Text(\"\")",
            "0 Text(\"www.x.y\")",
            "1 Text(\",a a.a.a\")",
            "2 Number(0)",
            "2 Number(4)",
            "2 Number(16)",
            "2 Number(17)",
            "2 Number(22)",
            "3 Number(3)",
            "4 Text(\"Ann\")",
            "5 Number(100663295)",
            "6 Number(16777216)",
            "7 Number(9)",
            "8 Number(17)",
            "9 Text(\"sanna\")",
            "9 Text(\"tT1\")",
            "9 Text(\"nlunch\\0T1\")",
        ];
        assert_eq!(values, expected);
        let recalled = Entry::new(&Doc { recalled: true, ..doc }).unwrap();
        assert!(recalled.iter_fields_and_values().all(|(field, _)| field != TEXT_FIELD && field != MARKS_FIELD));
    }
}
