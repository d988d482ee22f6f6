//! Records: structs made from a table of their fields and keys, with room for the keys that have no field.
//!
//! Of a key given twice, or in both of its spellings, the last one counts.

use serde::ser::SerializeMap;
use serde_json::{Map, Value};

use super::ElementType;

/// The key that says what an element is.
pub(super) const ELEMENT_TYPE: &str = "elem_type";

/// A JSON object with named fields, and room for the keys that have none.
pub(super) trait Record: Default {
    /// The keys that are printed, in the order of the fields.
    const KEYS: &'static [&'static str];
    /// Former spellings, which are read only.
    const FORMER_KEYS: &'static [&'static str];

    /// Takes every key of `map`: into its field, or into `other`.
    fn from_map(map: Map<String, Value>) -> Self;

    /// Prints the type of an element, the fields that are not default, then `other`. Keys that have a field are not taken from
    /// `other`, so that none is printed twice.
    fn print<M: SerializeMap>(&self, element: Option<ElementType>, map: &mut M) -> Result<(), M::Error>;
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

        impl crate::model::record::Record for $name {
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

            fn print<M: serde::ser::SerializeMap>(
                &self,
                element: Option<crate::model::ElementType>,
                map: &mut M,
            ) -> Result<(), M::Error> {
                if let Some(kind) = element {
                    map.serialize_entry(crate::model::record::ELEMENT_TYPE, &kind.number())?;
                }
                $(if self.$field != <$kind>::default() {
                    map.serialize_entry($key, &self.$field)?;
                })+
                for (key, value) in &self.other {
                    let key = key.as_str();
                    let is_type = element.is_some() && key == crate::model::record::ELEMENT_TYPE;
                    if !is_type && !Self::KEYS.contains(&key) && !Self::FORMER_KEYS.contains(&key) {
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
        crate::model::record::record! { $(#[$doc])* pub struct $name { $($table)+ } }

        impl crate::model::lenient::Field for $name {
            fn read(value: serde_json::Value) -> Option<Self> {
                match value {
                    serde_json::Value::Object(map) => Some(<Self as crate::model::record::Record>::from_map(map)),
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
                crate::model::record::Record::print(self, None, &mut map)?;
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
    use std::collections::BTreeSet;
    use std::fmt;

    use serde_json::json;

    use super::*;

    /// Checks a sample with every key of `T`, none of them with its default: each has a field, is printed as it was, and is
    /// what the schema says.
    #[track_caller]
    pub(in crate::model) fn every_key_survives<T: Record + PartialEq + fmt::Debug>(sample: &Value) {
        let read = |value: &Value| T::from_map(value.as_object().unwrap().clone());
        let record = read(sample);

        let mut printed = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut printed);
        let mut map = serde::Serializer::serialize_map(&mut serializer, None).unwrap();
        record.print(None, &mut map).unwrap();
        SerializeMap::end(map).unwrap();
        let printed: Value = serde_json::from_slice(&printed).unwrap();

        assert_eq!(&printed, sample);
        assert!(read(&printed) == record);
        let keys: Vec<_> = printed.as_object().unwrap().keys().collect();
        assert_eq!(keys, T::KEYS, "the sample has every key, and printing keeps the order of the fields");
        the_schema_has_every_key::<T>(sample);
    }

    #[track_caller]
    fn the_schema_has_every_key<T: Record>(sample: &Value) {
        let schema: Value = serde_json::from_str(include_str!("../../schemas/message.schema.json")).unwrap();
        let name = std::any::type_name::<T>().rsplit("::").next().unwrap();
        let mut definition = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() && !definition.is_empty() {
                definition.push('_');
            }
            definition.extend(letter.to_lowercase());
        }

        let properties = schema["$defs"][&definition]["properties"].as_object().unwrap();
        // Keys of the project's own have no field: they are kept as any unknown key is.
        let in_schema: BTreeSet<_> = properties.keys().map(String::as_str).filter(|key| !key.starts_with("mynah_")).collect();
        assert_eq!(in_schema, T::KEYS.iter().chain(T::FORMER_KEYS).copied().collect(), "{definition}");
        let part = json!({"$ref": format!("#/$defs/{definition}"), "$defs": schema["$defs"]});
        jsonschema::validate(&part, sample).unwrap();
    }
}
