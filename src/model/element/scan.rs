//! Which texts of a message are searched: the one definition of it, on the stored JSON, without building elements.

mod values;

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use self::values::{Lines, Scalar, Skipped, scalars_are};
use super::{ElementsError, kind_of};
use crate::model::{ElementType, TypeSet};

/// Calls `found` with every searched text of an element array, in its order; empty texts are left out.
///
/// Searched are the content of text elements, the description of custom ones, the name of files, the description of places, and of bundles
/// the title and each line below it. The name of a file is the message API's, or else `mynah_file_name`, which pictures, sounds and videos may
/// have too, or else the last component of a file's path. Nothing else is.
///
/// Of a text that is not JSON, the elements before the fault are given.
///
/// ```
/// use mynah::model::searched_texts;
///
/// let mut texts = Vec::new();
/// searched_texts(r#"[{"elem_type":0,"text_elem_content":"see this"},{"elem_type":4,"file_elem_file_path":"/tmp/plan.pdf"}]"#, |_, text| {
///     texts.push(text.to_owned())
/// });
/// assert_eq!(texts, ["see this", "plan.pdf"]);
/// ```
pub fn searched_texts(elements_json: &str, found: impl FnMut(ElementType, &str)) {
    // What is in the store was read before it was written; the fault has been told there.
    let _ = scan_elements(elements_json, found);
}

/// As [`searched_texts`], and returns the types of the elements; those of unknown types are skipped.
///
/// Accepts the texts that [`Element::read_list`](super::Element::read_list) accepts, and finds what is in its elements.
///
/// # Errors
/// [`ElementsError::NotJson`] when the text is not JSON, or nests deeper than 127 levels. `found` was called for what stands before.
pub fn scan_elements(elements_json: &str, found: impl FnMut(ElementType, &str)) -> Result<TypeSet, ElementsError> {
    let mut reader = serde_json::Deserializer::from_str(elements_json);
    let types = Elements { types: TypeSet::EMPTY, found }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(types)
}

/// The last part of a path that is not empty, behind a slash of either kind.
pub(super) fn last_component(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or_default()
}

/// The element array.
struct Elements<F> {
    types: TypeSet,
    found: F,
}

impl<'de, F: FnMut(ElementType, &str)> DeserializeSeed<'de> for Elements<F> {
    type Value = TypeSet;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<TypeSet, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(ElementType, &str)> Visitor<'de> for Elements<F> {
    type Value = TypeSet;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<TypeSet, A::Error> {
        while let Some(Item(item)) = items.next_element()? {
            let Some(element) = item else { continue };
            if let Some(kind) = kind_of(element.kind) {
                self.types.insert(kind);
                element.searched(kind, &mut self.found);
            }
        }
        Ok(self.types)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TypeSet, A::Error> {
        Skipped::entries(map)?;
        Ok(self.types)
    }

    scalars_are!(TypeSet::EMPTY);
}

/// What a search needs of an element, whatever its type turns out to be.
#[derive(Default)]
struct Scanned<'de> {
    kind: i64,
    text: Cow<'de, str>,
    custom_desc: Cow<'de, str>,
    file_name: Cow<'de, str>,
    file_path: Cow<'de, str>,
    own_name: Cow<'de, str>,
    location_desc: Cow<'de, str>,
    merge_title: Cow<'de, str>,
    merge_lines: Vec<Cow<'de, str>>,
}

impl Scanned<'_> {
    fn searched(self, kind: ElementType, found: &mut impl FnMut(ElementType, &str)) {
        let mut found = |text: &str| {
            if !text.is_empty() {
                found(kind, text);
            }
        };
        match kind {
            ElementType::Text => found(&self.text),
            ElementType::Custom => found(&self.custom_desc),
            ElementType::File if !self.file_name.is_empty() => found(&self.file_name),
            ElementType::File if self.own_name.is_empty() => found(last_component(&self.file_path)),
            ElementType::File | ElementType::Image | ElementType::Sound | ElementType::Video => found(&self.own_name),
            ElementType::Location => found(&self.location_desc),
            ElementType::Merge => {
                found(&self.merge_title);
                self.merge_lines.iter().for_each(|line| found(line));
            }
            ElementType::GroupTips
            | ElementType::Face
            | ElementType::GroupReport
            | ElementType::FriendChange
            | ElementType::ProfileChange => {}
        }
    }
}

/// The keys that matter.
#[derive(serde::Deserialize)]
#[serde(field_identifier)]
enum Key {
    #[serde(rename = "elem_type")]
    Kind,
    #[serde(rename = "text_elem_content")]
    Text,
    #[serde(rename = "custom_elem_desc")]
    CustomDesc,
    #[serde(rename = "file_elem_file_name")]
    FileName,
    #[serde(rename = "file_elem_file_path")]
    FilePath,
    #[serde(rename = "mynah_file_name")]
    OwnName,
    #[serde(rename = "location_elem_desc")]
    LocationDesc,
    #[serde(rename = "merge_elem_title")]
    MergeTitle,
    #[serde(rename = "merge_elem_abstract_array")]
    MergeLines,
    #[serde(other)]
    Other,
}

/// An item of the element array; `None` when it is no object.
struct Item<'de>(Option<Scanned<'de>>);

impl<'de> Deserialize<'de> for Item<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item<'de>, A::Error> {
        let mut element = Scanned::default();
        while let Some(key) = map.next_key()? {
            match key {
                Key::Kind => element.kind = map.next_value::<Scalar<'de>>()?.number(),
                Key::Text => element.text = map.next_value::<Scalar<'de>>()?.text(),
                Key::CustomDesc => element.custom_desc = map.next_value::<Scalar<'de>>()?.text(),
                Key::FileName => element.file_name = map.next_value::<Scalar<'de>>()?.text(),
                Key::FilePath => element.file_path = map.next_value::<Scalar<'de>>()?.text(),
                Key::OwnName => element.own_name = map.next_value::<Scalar<'de>>()?.text(),
                Key::LocationDesc => element.location_desc = map.next_value::<Scalar<'de>>()?.text(),
                Key::MergeTitle => element.merge_title = map.next_value::<Scalar<'de>>()?.text(),
                Key::MergeLines => element.merge_lines = map.next_value::<Lines<'de>>()?.0,
                Key::Other => {
                    map.next_value::<Skipped>()?;
                }
            }
        }
        Ok(Item(Some(element)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Item<'de>, A::Error> {
        Skipped::items(items)?;
        Ok(Item(None))
    }

    scalars_are!(Item(None));
}

#[cfg(test)]
mod tests;
