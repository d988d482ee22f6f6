//! Reading without complaint: how any JSON value becomes a field of a message, and how such records are printed again.
//!
//! The rules are those of the message API. A value of another kind than the field counts as not given: a text where a number
//! belongs is 0, a number or null where a text belongs is "". Fractions are cut off, numbers out of range take the nearest bound.
//! Items of a list that are of another kind are left out. Of a key given twice, or in both of its spellings, the last one counts.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::{Map, Number, Value};

/// The key that says what an element is.
pub(super) const ELEMENT_TYPE: &str = "elem_type";

/// What a field of a record can be.
pub(super) trait Field: Default + PartialEq + Serialize {
    /// The value as this, unless it is of another kind.
    fn read(value: Value) -> Option<Self>;

    /// What `Debug` may show of it: amounts, never what people wrote.
    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// A JSON object with named fields, and room for the keys that have none.
pub(super) trait Record: Default {
    /// The keys that are printed, in the order of the fields.
    const KEYS: &'static [&'static str];
    /// Former spellings, which are read only.
    const FORMER_KEYS: &'static [&'static str];

    /// Takes every key of `map`: into its field, or into `other`.
    fn from_map(map: Map<String, Value>) -> Self;

    /// Prints the fields that are not default, then `other`. Keys that have a field are not taken from `other`,
    /// so that none is printed twice.
    fn print<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl Field for String {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

impl Field for u64 {
    fn read(value: Value) -> Option<Self> {
        let number = value.as_number()?;
        Some(number.as_u64().unwrap_or_else(|| if number.is_i64() { 0 } else { number.as_f64().map_or(0, |float| float as u64) }))
    }

    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Field for i64 {
    fn read(value: Value) -> Option<Self> {
        value.as_number().map(whole)
    }

    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Field for f64 {
    fn read(value: Value) -> Option<Self> {
        value.as_f64()
    }

    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
}

/// C clients print their one-byte bool as a number: everything but 0 is true.
impl Field for bool {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Bool(flag) => Some(flag),
            Value::Number(number) => Some(number.as_f64() != Some(0.0)),
            _ => None,
        }
    }

    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Field for Value {
    fn read(value: Value) -> Option<Self> {
        (!value.is_null()).then_some(value)
    }

    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Array(items) => Some(items.into_iter().filter_map(T::read).collect()),
            _ => None,
        }
    }

    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} items", self.len())
    }
}

impl<T: Field> Field for Option<T> {
    fn read(value: Value) -> Option<Self> {
        Some(T::read(value))
    }

    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.outline(f),
            None => f.write_str("none"),
        }
    }
}

impl<T: Field> Field for Box<T> {
    fn read(value: Value) -> Option<Self> {
        T::read(value).map(Box::new)
    }

    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).outline(f)
    }
}

/// A number without its fraction, or the nearest bound.
pub(super) fn whole(number: &Number) -> i64 {
    number.as_i64().unwrap_or_else(|| if number.is_u64() { i64::MAX } else { number.as_f64().map_or(0, |float| float as i64) })
}

/// Shows a field by its outline.
pub(super) struct Outline<'a, T>(pub(super) &'a T);

impl<T: Field> fmt::Debug for Outline<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.outline(f)
    }
}

/// Makes a struct from a table of its fields and their keys (`field: type = "key" | "former key"`): a [`Record`] whose `Debug`
/// shows which fields are set, and no text.
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $kind:ty = $key:literal $(| $former:literal)*),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)+
            /// Keys that have no field here. They are kept and printed again.
            pub other: serde_json::Map<String, serde_json::Value>,
        }

        impl crate::model::lenient::Record for $name {
            const KEYS: &'static [&'static str] = &[$($key),+];
            const FORMER_KEYS: &'static [&'static str] = &[$($($former,)*)+];

            fn from_map(map: serde_json::Map<String, serde_json::Value>) -> Self {
                let mut record = Self::default();
                for (key, value) in map {
                    match key.as_str() {
                        $($key $(| $former)* => record.$field = crate::model::lenient::Field::read(value).unwrap_or_default(),)+
                        _ => {
                            record.other.insert(key, value);
                        }
                    }
                }
                record
            }

            fn print<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $(if self.$field != <$kind>::default() {
                    map.serialize_entry($key, &self.$field)?;
                })+
                for (key, value) in &self.other {
                    if !Self::KEYS.contains(&key.as_str()) && !Self::FORMER_KEYS.contains(&key.as_str()) {
                        map.serialize_entry(key, value)?;
                    }
                }
                Ok(())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $(if self.$field != <$kind>::default() {
                    shown.field(stringify!($field), &crate::model::lenient::Outline(&self.$field));
                })+
                if self.other.is_empty() { shown.finish() } else { shown.finish_non_exhaustive() }
            }
        }
    };
}

/// A [`record!`] that stands in JSON by itself: it can be a field of another one, and has serde's traits. Reading it never fails
/// on valid JSON; what is no object reads as the default.
macro_rules! object {
    ($(#[$doc:meta])* pub struct $name:ident { $($table:tt)+ }) => {
        crate::model::lenient::record! { $(#[$doc])* pub struct $name { $($table)+ } }

        impl crate::model::lenient::Field for $name {
            fn read(value: serde_json::Value) -> Option<Self> {
                match value {
                    serde_json::Value::Object(map) => Some(<Self as crate::model::lenient::Record>::from_map(map)),
                    _ => None,
                }
            }

            fn outline(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                crate::model::lenient::Record::print(self, &mut map)?;
                serde::ser::SerializeMap::end(map)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                Ok(crate::model::lenient::Field::read(value).unwrap_or_default())
            }
        }
    };
}

pub(super) use {object, record};

/// What the tests of all records share.
#[cfg(test)]
pub(super) mod samples {
    use super::*;

    /// Checks a sample with every key of `T`, none of them with its default: each has a field, and is printed as it was.
    #[track_caller]
    pub(in crate::model) fn every_key_survives<T: Record + PartialEq + fmt::Debug>(sample: &Value) {
        let read = |value: &Value| T::from_map(value.as_object().unwrap().clone());
        let record = read(sample);

        let mut printed = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut printed);
        let mut map = serde::Serializer::serialize_map(&mut serializer, None).unwrap();
        record.print(&mut map).unwrap();
        SerializeMap::end(map).unwrap();
        let printed: Value = serde_json::from_slice(&printed).unwrap();

        assert_eq!(&printed, sample);
        assert!(read(&printed) == record);
        let keys: Vec<_> = printed.as_object().unwrap().keys().collect();
        assert_eq!(keys, T::KEYS, "the sample has every key, and printing keeps the order of the fields");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check<T: Field + fmt::Debug>(values: impl IntoIterator<Item = Value>, expected: T) {
        for value in values {
            let shown = value.to_string();
            assert_eq!(T::read(value).unwrap_or_default(), expected, "{shown}");
        }
    }

    #[test]
    fn a_value_of_another_kind_counts_as_not_given() {
        check(["null", "7", "1.5", "true", "[\"x\"]", "{\"x\":\"y\"}"].map(parsed), String::new());
        check(["null", "\"7\"", "true", "[7]", "{}", "0", "0.9", "-0.9", "-1", "-1e300"].map(parsed), 0_u64);
        check(["null", "\"-7\"", "true", "[7]", "{}", "0", "0.9", "-0.9"].map(parsed), 0_i64);
        check(["null", "\"7.5\"", "true", "[7.5]", "{}", "0", "-0.0"].map(parsed), 0.0_f64);
        check(["null", "\"true\"", "[true]", "{}", "0", "0.0", "false"].map(parsed), false);
        check(["null", "\"x\"", "5", "{}", "[]", "[null,5,{}]"].map(parsed), Vec::<String>::new());
        check(["null"].map(parsed), None::<Value>);
        check(["null", "7", "[]"].map(parsed), None::<String>);
    }

    #[test]
    fn numbers_are_cut_off_and_take_the_nearest_bound() {
        check(["7", "7.0", "7.999"].map(parsed), 7_u64);
        check(["18446744073709551615", "18446744073709551616", "1e300"].map(parsed), u64::MAX);
        check(["-7", "-7.999"].map(parsed), -7_i64);
        check(["9223372036854775807", "9223372036854775808", "1e300"].map(parsed), i64::MAX);
        check(["-9223372036854775809", "-1e300"].map(parsed), i64::MIN);
        check(["1", "-1", "0.5", "true"].map(parsed), true);
        check(["22"].map(parsed), 22.0_f64);
    }

    #[test]
    fn a_given_value_differs_from_none() {
        check([json!("")], Some(String::new()));
        check([json!(0)], Some(0_u64));
        check([json!(["a", 5, null, "b"])], vec!["a".to_owned(), "b".to_owned()]);
    }

    fn parsed(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }
}
