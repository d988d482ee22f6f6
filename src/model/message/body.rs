//! The body of a message: its elements and all keys that the engine does not order or find by, as one compact JSON object.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::compact;
use super::context::{Context, Happening};
use super::read::MessageError;
use crate::model::{Element, ElementType, LimitError, TypeSet, limits, scan_elements, searched_texts};

/// The key that every body begins with.
const ELEMENTS: &str = "message_elem_array";
const HEAD: &str = "{\"message_elem_array\":";
/// What stands around the text of a body with one plain text.
const PLAIN_HEAD: &str = "[{\"elem_type\":0,\"text_elem_content\":\"";
const PLAIN_END: &str = "\"}]";

/// Elements and all other keys of a message, as compact JSON text.
///
/// Always a valid JSON object, without needless white space, whose first key is `message_elem_array`.
#[derive(Clone)]
pub struct Body {
    json: String,
    /// The types of the elements in `json`.
    types: TypeSet,
    /// Known to have no other keys than the elements, so that nobody has to look.
    is_bare: bool,
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl Eq for Body {}

/// Says how much, never what.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a body of {} bytes", self.json.len())
    }
}

impl Body {
    /// A body of these elements.
    pub fn of_elements(elements: &[Element]) -> Self {
        // Elements are plain data with text keys, which always can be written.
        let json = serde_json::to_string(elements).unwrap_or_else(|_| "[]".to_owned());
        Self::of_array(&json, elements.iter().filter_map(Element::kind).collect())
    }

    /// A body of one text element.
    pub fn of_text(text: &str) -> Self {
        let text = Value::from(text);
        Self::of_array(&format!("[{{\"elem_type\":0,\"text_elem_content\":{text}}}]"), [ElementType::Text].into_iter().collect())
    }

    /// A body of a compact element array.
    fn of_array(elements: &str, types: TypeSet) -> Self {
        Self { json: [HEAD, elements, "}"].concat(), types, is_bare: true }
    }

    /// Makes a body of raw JSON: an element array and the other keys with their values.
    ///
    /// # Errors
    /// [`MessageError`] when the elements are no array of objects, or a limit is passed.
    pub(super) fn from_raw(elements: Option<&str>, more: &[(&str, &str)]) -> Result<Self, MessageError> {
        let mut json = String::with_capacity(elements.map_or(2, str::len) + HEAD.len() + 1);
        json.push_str(HEAD);
        let types = match elements {
            None => {
                json.push_str("[]");
                TypeSet::EMPTY
            }
            Some(raw) => {
                let start = json.len();
                limits::ELEMENTS.check(compact::push(&mut json, raw)?)?;
                match plain_text(&json[start..]) {
                    // With its escapes it is no shorter than without.
                    Some(text) if text.len() as u64 <= limits::TEXT_LENGTH.max => [ElementType::Text].into_iter().collect(),
                    _ => rewrite(&mut json, start)?,
                }
            }
        };
        for (key, raw) in more {
            json.push(',');
            compact::push_text(&mut json, key);
            json.push(':');
            compact::push(&mut json, raw)?;
        }
        json.push('}');
        limits::MESSAGE_SIZE.check(json.len())?;
        Ok(Self { json, types, is_bare: more.is_empty() })
    }

    /// Takes a body as [`Body::as_json`] gave it, with its types; nothing is checked.
    ///
    /// Text that is no such body gives elements and texts of nothing, never a panic.
    pub fn from_stored(json: &str, types: TypeSet) -> Self {
        Self { json: json.to_owned(), types, is_bare: false }
    }

    /// The body as one compact JSON object.
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// Whether it is a body that reading a message could give: one built of elements may be too large.
    ///
    /// # Errors
    /// [`LimitError`] with the size that is too large.
    pub fn check_limits(&self) -> Result<(), LimitError> {
        limits::MESSAGE_SIZE.check(self.json.len())?;
        // A text is no longer than the body that it is part of.
        if self.json.len() as u64 > limits::TEXT_LENGTH.max {
            let mut longest = 0;
            self.for_each_text(|text| longest = longest.max(text.len()));
            limits::TEXT_LENGTH.check(longest)?;
        }
        Ok(())
    }

    /// The element array as JSON.
    pub fn elements_json(&self) -> &str {
        elements_json(&self.json)
    }

    /// Bytes of the elements and all other keys: of the JSON without what every body has.
    pub fn content_bytes(&self) -> usize {
        self.json.len().saturating_sub(HEAD.len() + "}".len())
    }

    /// The types of its elements.
    pub fn types(&self) -> TypeSet {
        self.types
    }

    /// Its elements, each with all keys.
    pub fn elements(&self) -> Vec<Element> {
        // A body's array was read when it came in; one that cannot be read any more has no elements.
        Element::read_list(self.elements_json()).unwrap_or_default()
    }

    /// Calls back with each text that search looks at.
    pub fn for_each_text(&self, each: impl FnMut(&str)) {
        for_each_text(&self.json, each);
    }

    /// The value of a key other than the elements.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.to_map().remove(key)
    }

    /// Whether the key could be there: a quick look that is sometimes wrong about `true`, never about `false`.
    pub(crate) fn may_have(&self, key: &str) -> bool {
        !self.is_bare && memchr::memmem::find(self.json.as_bytes(), key.as_bytes()).is_some()
    }

    /// Whether the key is there and true.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.may_have(key) && self.get(key) == Some(Value::Bool(true))
    }

    /// Sets a key, or removes it with `None`. `message_elem_array` has to be an array of objects.
    ///
    /// # Errors
    /// [`MessageError`] as for reading a message; the body is unchanged.
    pub fn set(&mut self, key: &str, value: Option<Value>) -> Result<(), MessageError> {
        let mut map = self.to_map();
        match value {
            Some(value) => drop(map.insert(key.to_owned(), value)),
            None => drop(map.remove(key)),
        }
        let elements = map.shift_remove(ELEMENTS).map(|elements| elements.to_string());
        let more: Vec<(String, String)> = map.into_iter().map(|(key, value)| (key, value.to_string())).collect();
        let more: Vec<(&str, &str)> = more.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        *self = Self::from_raw(elements.as_deref(), &more)?;
        Ok(())
    }

    /// Keys that only one archive knows: the local custom data and the names of its media files. They never travel, and stay when a message gets a
    /// new body from elsewhere.
    #[cfg(feature = "session")]
    pub(crate) const LOCAL_KEYS: [&str; 3] = ["message_custom_int", "message_custom_str", "mynah_media"];

    /// Takes [`Body::LOCAL_KEYS`] out of a body that goes elsewhere, or comes from there.
    ///
    /// # Errors
    /// As for [`Body::set`]; a body that keeps to the limits has none, since it gets smaller.
    #[cfg(feature = "session")]
    pub(crate) fn drop_local_keys(&mut self) -> Result<(), MessageError> {
        for key in Self::LOCAL_KEYS {
            if self.may_have(key) {
                self.set(key, None)?;
            }
        }
        Ok(())
    }

    /// The same body with another text in its first text element; `None` when it has none.
    ///
    /// # Errors
    /// [`MessageError`] when the text is too long.
    pub fn with_text(&self, text: &str) -> Result<Option<Self>, MessageError> {
        let mut elements: Vec<Value> = serde_json::from_str(self.elements_json()).unwrap_or_default();
        let kind = |element: &Value| element.get("elem_type").map_or(Some(0), Value::as_u64);
        let Some(element) = elements.iter_mut().find(|element| kind(element) == Some(0)).and_then(Value::as_object_mut) else {
            return Ok(None);
        };
        element.insert("text_elem_content".to_owned(), Value::from(text));
        let mut body = self.clone();
        body.set(ELEMENTS, Some(Value::Array(elements)))?;
        Ok(Some(body))
    }

    fn to_map(&self) -> Map<String, Value> {
        serde_json::from_str(&self.json).unwrap_or_default()
    }
}

/// Calls back with each text that search looks at, in the body `json`: those of the elements, then what an event says.
pub(crate) fn for_each_text(json: &str, mut each: impl FnMut(&str)) {
    let elements = json.strip_prefix(HEAD).unwrap_or_default();
    match plain_text(elements) {
        Some("") => {}
        // Without a backslash the text stands there as it is.
        Some(text) if memchr::memchr(b'\\', text.as_bytes()).is_none() => each(text),
        _ => searched_texts(elements_json(json), |_, text| each(text)),
    }
    let behind = behind_plain_text(json).unwrap_or(json).as_bytes();
    if behind != b"}"
        && memchr::memmem::find(behind, Happening::KEY.as_bytes()).is_some()
        && let Some(text) = event_text(json).filter(|text| !text.is_empty())
    {
        each(&text);
    }
}

/// What the event of a body says.
fn event_text(json: &str) -> Option<String> {
    let keys: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
    serde_json::from_str::<Happening>(keys.get(Happening::KEY)?.get()).ok().map(|event| event.text)
}

/// What stands behind the elements of a body with one plain text; `None` for any other body.
pub(super) fn behind_plain_text(json: &str) -> Option<&str> {
    let elements = json.strip_prefix(HEAD)?;
    let text = plain_text(elements)?;
    elements.get(PLAIN_HEAD.len() + text.len() + PLAIN_END.len()..)
}

/// What almost every message is: `[{"elem_type":0,"text_elem_content":"…"}]`, with more or nothing behind it. Returns the text,
/// escapes as they are.
fn plain_text(elements: &str) -> Option<&str> {
    let text = elements.strip_prefix(PLAIN_HEAD)?;
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes[at] {
            b'"' => return text[at..].starts_with(PLAIN_END).then(|| &text[..at]),
            // The escaped character is one byte, or `u` and four digits that are no quote.
            _ => at += 2,
        }
    }
}

/// The element array at the beginning of the body `json`.
fn elements_json(json: &str) -> &str {
    let Some(rest) = json.strip_prefix(HEAD) else { return "[]" };
    // The array is the first value of the object, so a reader of one value stops at its end.
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&serde_json::value::RawValue>();
    match values.next() {
        Some(Ok(elements)) => elements.get(),
        Some(Err(_)) | None => "[]",
    }
}

/// Writes the elements from `start` on as the engine writes elements: every known key with a value of its type. Returns the types.
fn rewrite(json: &mut String, start: usize) -> Result<TypeSet, MessageError> {
    let elements = Element::read_list(&json[start..]).map_err(MessageError::Elements)?;
    json.truncate(start);
    // Elements are plain data with text keys, which always can be written.
    json.push_str(&serde_json::to_string(&elements).unwrap_or_else(|_| "[]".to_owned()));
    let mut longest = 0;
    let types = scan_elements(&json[start..], |_, text| longest = longest.max(text.len())).map_err(MessageError::Elements)?;
    limits::TEXT_LENGTH.check(longest)?;
    Ok(types)
}
