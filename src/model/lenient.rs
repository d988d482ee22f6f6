//! Reading without complaint: how any JSON value becomes a field of a message.
//!
//! The rules are those of the message API. A value of another kind than the field counts as not given: a text where a number
//! belongs is 0, a number or null where a text belongs is "". Fractions are cut off, numbers out of range take the nearest bound.
//! Items of a list that are of another kind are left out.

use std::fmt;

use serde::Serialize;
use serde_json::{Number, Value};

/// What a field of a record can be.
pub(super) trait Field: Default + PartialEq + Serialize {
    /// The value as this, unless it is of another kind.
    fn read(value: Value) -> Option<Self>;

    /// What `Debug` may show of it: amounts, never what people wrote.
    fn outline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
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
