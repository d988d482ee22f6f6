//! Reads JSON as programs really write it: numbers as texts and texts as numbers, null for nothing, keys that stand twice. What has another
//! form than it should counts as not given, and costs nothing but itself.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::imported::Record;
use super::{Fault, json};

/// Parses a record; of a key that stands twice in its objects the first value counts that says something.
///
/// # Errors
/// [`Fault::Json`].
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    json::parse(text).or_else(|fault| {
        let once = json::parse::<Once>(text)?;
        serde_json::from_value(once.0).map_err(|_| fault)
    })
}

/// The original record to be kept: as JSON if all of it can be read again, otherwise as text.
pub(super) fn record(text: String) -> Record {
    // Parsing for a struct passes over the escapes of what it does not want, half a character among them.
    let is_sound = memchr::memmem::find(text.as_bytes(), b"\\ud").is_none() && memchr::memmem::find(text.as_bytes(), b"\\uD").is_none();
    if is_sound || serde_json::from_str::<Value>(&text).is_ok() { Record::Json(text) } else { Record::Text(text) }
}

/// A text; a number or a truth value as it is written; empty for anything else.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(deserializer.deserialize_any(Scalar)?.unwrap_or_default())
}

/// A text as [`text`] reads it; `None` for null and for what is none.
pub(super) fn text_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Scalar)
}

/// As [`text_or_none`], where a key with null says something else than no key.
pub(super) fn told_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Ok(Some(deserializer.deserialize_any(Scalar)?))
}

/// A whole number that is not negative, also in a text.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(deserializer.deserialize_any(Scalar)?.as_deref().and_then(number_in))
}

/// Whether it is true, also as a text or 1.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(matches!(deserializer.deserialize_any(Scalar)?.as_deref(), Some("true" | "1")))
}

/// The value, or the default where it has another form.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// The items of an array that have the form they should; none for anything else.
pub(super) fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_any(Items(PhantomData))
}

/// The whole number in a text, the part behind a point left off; `None` for what is negative or none.
pub(super) fn number_in(text: &str) -> Option<u64> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|number| *number >= 0.0 && *number < 9e15).map(|number| number as u64))
}

/// The text of a value, as [`text`] reads it.
pub(super) fn text_of(value: &Value) -> String {
    text(value).unwrap_or_default()
}

/// A time by ISO 8601, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) seconds: u64,
    /// It names no zone, so it was read in the one that was given.
    pub(super) is_local: bool,
}

impl Moment {
    /// The time in a text; in a gap or fold of the zone as jiff's compatible rule has it. `None` for what is no time, or before 1970.
    pub(super) fn of(text: &str, zone: &TimeZone) -> Option<Self> {
        let (time, is_local) = match text.parse::<Timestamp>() {
            Ok(time) => (time, false),
            Err(_) => (zone.to_ambiguous_timestamp(text.parse::<DateTime>().ok()?).compatible().ok()?, true),
        };
        Some(Self { seconds: u64::try_from(time.as_second()).ok()?, is_local })
    }
}

/// Reads what is no array or object as a text; null and those as `None`.
struct Scalar;

impl<'de> Visitor<'de> for Scalar {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Some(truth.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// Reads the items of an array that have the form they should.
struct Items<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Items<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element::<Value>()? {
            all.extend(serde_json::from_value(item).ok());
        }
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        Scalar.visit_map(entries).map(|_| Vec::new())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}

/// An object in which every key stands once.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OnceVisitor).map(|map| Self(Value::Object(map)))
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map: Map<String, Value> = Map::new();
        while let Some((key, value)) = entries.next_entry::<String, Value>()? {
            if map.get(&key).is_none_or(says_nothing) {
                map.insert(key, value);
            }
        }
        Ok(map)
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq, Default)]
    #[serde(default)]
    struct Sample {
        #[serde(deserialize_with = "text")]
        id: String,
        #[serde(deserialize_with = "told_text")]
        from: Option<Option<String>>,
        #[serde(deserialize_with = "number")]
        size: Option<u64>,
        #[serde(deserialize_with = "flag")]
        is_open: bool,
        #[serde(deserialize_with = "list")]
        sizes: Vec<u64>,
    }

    #[track_caller]
    fn check(json: &str, expected: Sample) {
        assert_eq!(parse::<Sample>(json).unwrap(), expected, "{json}");
    }

    #[test]
    fn a_value_of_another_form_costs_itself_alone() {
        let id = |id: &str| Sample { id: id.to_owned(), ..Sample::default() };
        check(r#"{"id":-5,"size":[1],"is_open":null,"sizes":"x"}"#, id("-5"));
        check(r#"{"id":"a","from":null}"#, Sample { from: Some(None), ..id("a") });
        check(
            r#"{"id":{"a":[1]},"from":7,"size":"12","is_open":"true"}"#,
            Sample { from: Some(Some("7".into())), size: Some(12), is_open: true, ..id("") },
        );
        check(r#"{"size":1.9,"sizes":[1,"x",null,2]}"#, Sample { size: Some(1), sizes: vec![1, 2], ..id("") });
        check(r#"{"size":-1,"sizes":{"a":1}}"#, id(""));
    }

    #[test]
    fn of_a_key_that_stands_twice_the_value_counts_that_says_something() {
        check(r#"{"id":"","size":1,"id":"b","id":"c"}"#, Sample { id: "b".to_owned(), size: Some(1), ..Sample::default() });
    }

    #[test]
    fn half_a_character_in_a_record_makes_a_text_of_it() {
        assert!(matches!(record(r#"{"a":"\ud83d\ude00"}"#.to_owned()), Record::Json(_)));
        assert!(matches!(record(r#"{"a":"\uD83D"}"#.to_owned()), Record::Text(_)));
    }

    #[test]
    fn times_are_read_in_their_own_zone_or_the_one_that_is_given() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let of = |text| Moment::of(text, &zone).map(|moment| (moment.seconds, moment.is_local));
        assert_eq!(of("2017-01-01T06:20:09.248Z"), Some((1_483_251_609, false)));
        assert_eq!(of("2017-01-01T06:20:09+01:00"), Some((1_483_248_009, false)));
        assert_eq!(of("2017-01-01T06:20:09"), Some((1_483_248_009, true)));
        assert_eq!(of("2021-03-28T02:30:00"), of("2021-03-28T03:30:00"), "an hour that is left out");
        assert_eq!(of("1969-12-31T00:00:00Z"), None);
        assert_eq!(of("yesterday"), None);
    }
}
