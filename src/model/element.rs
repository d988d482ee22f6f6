//! Elements, the parts of a message: their types, how they are read from JSON and printed, and which of their texts are searched.

mod group;
mod media;
mod media_type;
mod merge;
mod profile;
mod scan;
mod text;

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

pub use group::{GroupReportElement, GroupTipGroupChangeInfo, GroupTipMemberChangeInfo, GroupTipMemberMarkChangeInfo, GroupTipsElement};
pub use media::{FileElement, ImageElement, SoundElement, VideoElement};
pub use media_type::media_type;
pub use merge::MergeElement;
pub use profile::{FriendAddPendency, FriendChangeElement, FriendProfileCustomString, FriendProfileItem, FriendProfileUpdate};
pub use profile::{ProfileChangeElement, UserProfileItem};
pub use scan::{scan_elements, searched_texts};
pub use text::{CustomElement, FaceElement, LocationElement, TextElement};

use super::record::{ELEMENT_TYPE, Record};
use super::{ElementType, lenient};

/// One part of a message.
///
/// Reading is lenient: a missing `elem_type` is text, a value of another kind than its field counts as not given (a text where a
/// number belongs is 0, a number or null where a text belongs is ""), fractions are cut off, former spellings of keys are read.
/// Only what is no JSON object is refused. Keys without a field are kept in `other`, elements of unknown types as they are.
///
/// Printing is strict: `elem_type`, then the fields that differ from their default, in the present spelling, then `other`.
/// What was printed reads as an equal element.
///
/// `Debug` shows amounts and no texts.
///
/// ```
/// use mynah::model::Element;
///
/// let element: Element = serde_json::from_str(r#"{"elem_type":4,"file_elem_file_name":"plan.pdf","file_elem_file_size":null}"#)?;
/// assert!(matches!(&element, Element::File(file) if file.file_name == "plan.pdf" && file.file_size == 0));
/// assert_eq!(serde_json::to_string(&element)?, r#"{"elem_type":4,"file_elem_file_name":"plan.pdf"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Element {
    /// Plain text.
    Text(TextElement),
    /// A picture.
    Image(ImageElement),
    /// A sound recording.
    Sound(SoundElement),
    /// Data of the app's own.
    Custom(CustomElement),
    /// A file.
    File(FileElement),
    /// A notice to all members of a group.
    GroupTips(GroupTipsElement),
    /// A sticker.
    Face(FaceElement),
    /// A place on earth.
    Location(LocationElement),
    /// A group notice to one person.
    GroupReport(GroupReportElement),
    /// A video.
    Video(VideoElement),
    /// A change of the friend list.
    FriendChange(FriendChangeElement),
    /// A change of a profile.
    ProfileChange(ProfileChangeElement),
    /// A bundle of messages.
    Merge(MergeElement),
    /// An element of a type that this version does not know, with all its keys.
    Unknown(Map<String, Value>),
}

macro_rules! elements {
    ($($variant:ident($record:ident)),+ $(,)?) => {
        impl Element {
            /// The element's type; `None` when it is unknown.
            pub fn kind(&self) -> Option<ElementType> {
                match self {
                    $(Self::$variant(_) => Some(ElementType::$variant),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Reads a JSON object; never fails.
            pub fn from_map(mut map: Map<String, Value>) -> Self {
                match map.get(ELEMENT_TYPE).map_or(Some(ElementType::Text), kind_in) {
                    $(Some(ElementType::$variant) => {
                        map.shift_remove(ELEMENT_TYPE);
                        Self::$variant($record::from_map(map))
                    })+
                    None => Self::Unknown(map),
                }
            }
        }

        impl Serialize for Element {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(record) => {
                        let mut map = serializer.serialize_map(None)?;
                        record.print(Some(ElementType::$variant), &mut map)?;
                        map.end()
                    })+
                    Self::Unknown(map) => map.serialize(serializer),
                }
            }
        }

        impl fmt::Debug for Element {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(record) => record.fmt(f),)+
                    Self::Unknown(map) => write!(f, "an element of an unknown type with {} keys", map.len()),
                }
            }
        }

        $(impl From<$record> for Element {
            fn from(record: $record) -> Self {
                Self::$variant(record)
            }
        })+
    };
}

elements! {
    Text(TextElement),
    Image(ImageElement),
    Sound(SoundElement),
    Custom(CustomElement),
    File(FileElement),
    GroupTips(GroupTipsElement),
    Face(FaceElement),
    Location(LocationElement),
    GroupReport(GroupReportElement),
    Video(VideoElement),
    FriendChange(FriendChangeElement),
    ProfileChange(ProfileChangeElement),
    Merge(MergeElement),
}

impl Element {
    /// Reads a JSON value; `None` when it is no object.
    pub fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self::from_map(map)),
            _ => None,
        }
    }

    /// Reads a JSON text of an element array. Items that are no objects are left out; what is no array has no elements.
    ///
    /// # Errors
    /// [`ElementsError::NotJson`] when the text is not JSON, or nests deeper than 127 levels.
    pub fn read_list(json: &str) -> Result<Vec<Self>, ElementsError> {
        match serde_json::from_str(json)? {
            Value::Array(items) => Ok(items.into_iter().filter_map(Self::from_value).collect()),
            _ => Ok(Vec::new()),
        }
    }

    /// Plain text.
    pub fn text(content: impl Into<String>) -> Self {
        TextElement { content: content.into(), ..Default::default() }.into()
    }

    /// Data of the app's own; `desc` says in words what they are, and is searched.
    pub fn custom(data: impl Into<String>, desc: impl Into<String>) -> Self {
        CustomElement { data: data.into(), desc: desc.into(), ..Default::default() }.into()
    }

    /// A sticker: its number in the app's set, and data of the app's own.
    pub fn face(index: i64, buf: impl Into<String>) -> Self {
        FaceElement { index, buf: buf.into(), ..Default::default() }.into()
    }

    /// A place on earth in degrees, with a description.
    pub fn location(desc: impl Into<String>, latitude: f64, longitude: f64) -> Self {
        LocationElement { desc: desc.into(), longitude, latitude, ..Default::default() }.into()
    }

    /// The picture in a local file, whose format is told by the extension of its name.
    pub fn image(path: impl Into<String>) -> Self {
        let path = path.into();
        let format = match extension(&path).as_str() {
            "jpg" | "jpeg" => 1,
            "gif" => 2,
            "png" => 3,
            "bmp" => 4,
            _ => 0,
        };
        ImageElement { orig_path: path, format, ..Default::default() }.into()
    }

    /// The recording in a local file, which lasts `seconds`.
    pub fn sound(path: impl Into<String>, seconds: u32) -> Self {
        SoundElement { file_path: path.into(), file_time: seconds.into(), ..Default::default() }.into()
    }

    /// A local file of `size` bytes, shown by the last component of its path.
    pub fn file(path: impl Into<String>, size: u32) -> Self {
        let path = path.into();
        FileElement { file_name: scan::last_component(&path).to_owned(), file_path: path, file_size: size.into(), ..Default::default() }
            .into()
    }

    /// The video in a local file, which lasts `seconds`, with a snapshot in another file. Their types are the extensions of the names.
    pub fn video(path: impl Into<String>, seconds: u32, snapshot: impl Into<String>) -> Self {
        let (video_path, image_path) = (path.into(), snapshot.into());
        VideoElement {
            video_type: extension(&video_path),
            video_duration: seconds.into(),
            image_type: extension(&image_path),
            video_path,
            image_path,
            ..Default::default()
        }
        .into()
    }

    /// A bundle of messages, shown by a title and a few lines; `compatible_text` is for programs that know no bundles.
    pub fn merge(title: impl Into<String>, lines: Vec<String>, compatible_text: impl Into<String>, messages: Vec<Value>) -> Self {
        MergeElement {
            title: title.into(),
            abstract_array: lines,
            compatible_text: compatible_text.into(),
            message_array: messages,
            ..Default::default()
        }
        .into()
    }
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_value(value).ok_or_else(|| serde::de::Error::custom("an element is not a JSON object"))
    }
}

/// Why a text holds no elements.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ElementsError {
    /// It is not JSON, or nests too deep.
    #[error("the elements are not JSON at line {line}, column {column}")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// What the reader stumbled over.
        source: serde_json::Error,
    },
}

impl From<serde_json::Error> for ElementsError {
    fn from(source: serde_json::Error) -> Self {
        Self::NotJson { line: source.line(), column: source.column(), source }
    }
}

/// The type that the value of `elem_type` stands for: what is no number stands for text.
fn kind_in(value: &Value) -> Option<ElementType> {
    kind_of(value.as_number().map_or(0, lenient::whole))
}

/// The type with this number, as the reader of elements and the scanner see it.
fn kind_of(number: i64) -> Option<ElementType> {
    ElementType::from_number(u64::try_from(number).ok()?)
}

/// What stands behind the last dot of a file's name, in lower case.
fn extension(path: &str) -> String {
    scan::last_component(path).rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
