//! Plain data: what passes between a script and its host, and what is kept for scripts. Has no identity, no functions and no cycles.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The key under which bytes that are not text stand in JSON. No key of a script begins with it.
const BYTES: &str = "\u{0}bytes";

/// The deepest nesting of lists and maps.
pub(super) const MAX_DEPTH: usize = 32;

/// A value without behaviour.
#[derive(Clone, Default, PartialEq)]
pub enum Data {
    /// Nothing.
    #[default]
    Nil,
    /// Yes or no.
    Bool(bool),
    /// A finite number.
    Number(f64),
    /// Text.
    Text(String),
    /// Bytes that are not UTF-8.
    Bytes(Vec<u8>),
    /// Values in order, from 1 in Lua.
    List(Vec<Data>),
    /// Values by name.
    Map(BTreeMap<String, Data>),
}

/// Says what it is and how much, never what it says.
impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("nil"),
            Self::Bool(_) => f.write_str("yes or no"),
            Self::Number(_) => f.write_str("a number"),
            Self::Text(text) => write!(f, "text of {} bytes", text.len()),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::List(list) => f.debug_list().entries(list).finish(),
            Self::Map(map) => f.debug_set().entries(map.values()).finish(),
        }
    }
}

impl Data {
    /// A map of these entries.
    pub fn map<const N: usize>(entries: [(&str, Data); N]) -> Self {
        Self::Map(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The value of this name, if this is a map that has it.
    pub fn get(&self, name: &str) -> Option<&Data> {
        match self {
            Self::Map(map) => map.get(name),
            _ => None,
        }
    }

    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether this is nil.
    pub fn is_nil(&self) -> bool {
        *self == Self::Nil
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        const VALUE: usize = 8;
        VALUE
            + match self {
                Self::Nil | Self::Bool(_) | Self::Number(_) => 0,
                Self::Text(text) => text.len(),
                Self::Bytes(bytes) => bytes.len(),
                Self::List(list) => list.iter().map(Self::size).sum(),
                Self::Map(map) => map.iter().map(|(name, value)| name.len() + value.size()).sum(),
            }
    }

    /// The JSON of it; what [`Data::from_json`] reads.
    pub fn to_json(&self) -> String {
        // Maps have text keys and numbers are finite, so there is nothing that JSON lacks.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Data::to_json`] wrote, or any JSON.
    ///
    /// # Errors
    /// What is wrong with the JSON, and where.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Data {
    fn from(is: bool) -> Self {
        Self::Bool(is)
    }
}

impl From<f64> for Data {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Data {
    /// Numbers above 2⁵³ are rounded, as in Lua.
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl<T: Into<Data>> From<Option<T>> for Data {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

impl<T: Into<Data>> From<Vec<T>> for Data {
    fn from(list: Vec<T>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nil => serializer.serialize_unit(),
            Self::Bool(is) => serializer.serialize_bool(*is),
            // A whole number looks like one, so that 3 does not come back as 3.0 where other programs read it.
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 => {
                serializer.serialize_i64(*number as i64)
            }
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.collect_map([(BYTES, bytes)]),
            Self::List(list) => serializer.collect_seq(list),
            Self::Map(map) => serializer.collect_map(map),
        }
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(serde_json::Value::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("these are no bytes"))
    }
}

impl Data {
    fn from_value(value: serde_json::Value) -> Option<Self> {
        use serde_json::Value;
        Some(match value {
            Value::Null => Self::Nil,
            Value::Bool(is) => Self::Bool(is),
            Value::Number(number) => Self::Number(number.as_f64()?),
            Value::String(text) => Self::Text(text),
            Value::Array(list) => Self::List(list.into_iter().map(Self::from_value).collect::<Option<_>>()?),
            Value::Object(map) => match map.get(BYTES) {
                Some(bytes) => Self::Bytes(serde_json::from_value(bytes.clone()).ok()?),
                None => {
                    let entries = map.into_iter().map(|(name, value)| Some((name, Self::from_value(value)?)));
                    Self::Map(entries.collect::<Option<_>>()?)
                }
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_survives_its_own_json() {
        let data = Data::map([
            ("whole", Data::Number(3.0)),
            ("part", Data::Number(0.1)),
            ("big", Data::Number(1e300)),
            ("text", Data::from("漢字 \u{0}")),
            ("bytes", Data::Bytes(vec![0, 255, 128])),
            ("list", Data::List(vec![Data::Nil, Data::from(true)])),
        ]);
        assert_eq!(Data::from_json(&data.to_json()).unwrap(), data);
        assert!(data.to_json().contains(r#""whole":3}"#), "a whole number looks like one: {}", data.to_json());
    }

    #[test]
    fn what_only_pretends_to_be_bytes_is_refused() {
        assert!(Data::from_json(r#"{"\u0000bytes":"no"}"#).is_err());
        assert!(Data::from_json("[1,").is_err());
    }
}
