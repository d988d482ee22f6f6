//! Values out of a JSON object whose writer may have meant well: wrong types become defaults.

use serde_json::{Map, Value};

use super::ParamError;
use crate::model::{ElementType, TypeSet};

/// The object that the text is.
pub(super) fn object(text: &str) -> Result<Map<String, Value>, ParamError> {
    match serde_json::from_str(text).map_err(ParamError::Json)? {
        Value::Object(object) => Ok(object),
        _ => Err(ParamError::NoObject),
    }
}

/// A whole number from 0 up. What is below is 0, parts are cut off, and what is no number is 0.
pub(super) fn number(object: &Map<String, Value>, key: &str) -> u64 {
    object.get(key).map_or(0, whole)
}

/// A number of 32 bits as the real library takes it: what does not fit is cut to its lowest 32 bits, so that -1 is the largest.
pub(super) fn number32(object: &Map<String, Value>, key: &str) -> u32 {
    match object.get(key) {
        Some(value) => value.as_i64().map_or_else(|| whole(value) as u32, |number| number as u32),
        None => 0,
    }
}

/// A truth value; a number other than 0 is true.
pub(super) fn truth(object: &Map<String, Value>, key: &str) -> bool {
    match object.get(key) {
        Some(Value::Bool(truth)) => *truth,
        Some(value) => whole(value) != 0,
        None => false,
    }
}

/// A text; what is no text is empty.
pub(super) fn text<'o>(object: &'o Map<String, Value>, key: &str) -> &'o str {
    object.get(key).and_then(Value::as_str).unwrap_or("")
}

/// The texts of an array that are not empty; a bare text is an array of one.
pub(super) fn texts(object: &Map<String, Value>, key: &str) -> Vec<String> {
    let texts = list(object, key).iter().filter_map(Value::as_str);
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// The numbers of an array.
pub(super) fn numbers(object: &Map<String, Value>, key: &str) -> Vec<u64> {
    list(object, key).iter().filter(|value| value.is_number()).map(whole).collect()
}

/// The element types of an array. `None` when it names no numbers: all types. Numbers without a type stay out of the set.
pub(super) fn types(object: &Map<String, Value>, key: &str) -> Option<TypeSet> {
    let numbers = numbers(object, key);
    (!numbers.is_empty()).then(|| numbers.into_iter().filter_map(ElementType::from_number).collect())
}

fn list<'o>(object: &'o Map<String, Value>, key: &str) -> &'o [Value] {
    match object.get(key) {
        Some(Value::Array(values)) => values,
        Some(value @ (Value::String(_) | Value::Number(_))) => std::slice::from_ref(value),
        _ => &[],
    }
}

fn whole(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_f64().map(|number| number as u64)).unwrap_or(0)
}
