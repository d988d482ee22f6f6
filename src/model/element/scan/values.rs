//! JSON values as a scan reads them: borrowed where they can be, of any kind, and to serde_json's depth.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The methods of a visitor that takes none of the scalars: all of them give `$value`.
macro_rules! scalars_are {
    ($value:expr) => {
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

pub(super) use scalars_are;

/// A text or a number; anything else is skipped.
pub(super) enum Scalar<'de> {
    Number(i64),
    Text(Cow<'de, str>),
    Other,
}

impl<'de> Scalar<'de> {
    pub(super) fn number(self) -> i64 {
        if let Self::Number(number) = self { number } else { 0 }
    }

    pub(super) fn text(self) -> Cow<'de, str> {
        if let Self::Text(text) = self { text } else { Cow::Borrowed("") }
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Other)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number as i64))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Scalar<'de>, A::Error> {
        Skipped::items(items)?;
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scalar<'de>, A::Error> {
        Skipped::entries(map)?;
        Ok(Scalar::Other)
    }
}

/// The texts in an array; what is no array has none.
pub(super) struct Lines<'de>(pub(super) Vec<Cow<'de, str>>);

impl<'de> Deserialize<'de> for Lines<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LinesVisitor)
    }
}

struct LinesVisitor;

impl<'de> Visitor<'de> for LinesVisitor {
    type Value = Lines<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Lines<'de>, A::Error> {
        let mut lines = Vec::new();
        while let Some(item) = items.next_element::<Scalar<'de>>()? {
            if let Scalar::Text(line) = item {
                lines.push(line);
            }
        }
        Ok(Lines(lines))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Lines<'de>, A::Error> {
        Skipped::entries(map)?;
        Ok(Lines(Vec::new()))
    }

    scalars_are!(Lines(Vec::new()));
}

/// Any value, read to its end and forgotten.
///
/// It is not `IgnoredAny`, since that goes to any depth and takes texts and numbers that no reader of elements takes.
pub(super) struct Skipped;

impl Skipped {
    pub(super) fn items<'de, A: SeqAccess<'de>>(mut items: A) -> Result<(), A::Error> {
        while let Some(Self) = items.next_element()? {}
        Ok(())
    }

    pub(super) fn entries<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
        while let Some((Self, Self)) = map.next_entry()? {}
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Skipped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SkippedVisitor)
    }
}

struct SkippedVisitor;

impl<'de> Visitor<'de> for SkippedVisitor {
    type Value = Skipped;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Skipped, A::Error> {
        Skipped::items(items)?;
        Ok(Skipped)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Skipped, A::Error> {
        Skipped::entries(map)?;
        Ok(Skipped)
    }

    scalars_are!(Skipped);
}
