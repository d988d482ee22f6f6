//! Objects with all their keys: those that they have as they are, and those that they lack with their defaults.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::keys::{Fill, Key};

/// The members of an object, their values as they stand there.
pub(super) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// The members of a JSON object; none of anything else.
pub(super) fn members(json: &str) -> Members<'_> {
    serde_json::from_str(json).unwrap_or_default()
}

/// An object with these members, and the keys of the table.
pub(super) fn write_object(out: &mut String, members: &Members<'_>, keys: &[Key]) {
    let start = out.len();
    for (name, value) in members {
        begin(out, name);
        match keys.iter().find(|key| key.name == name).map(|key| key.fill) {
            Some(Fill::Object(keys)) if value.get().starts_with('{') => write_object(out, &self::members(value.get()), keys),
            // As C++ prints it, without a fraction of nothing.
            Some(Fill::Double) => out.push_str(value.get().strip_suffix(".0").unwrap_or(value.get())),
            _ => out.push_str(value.get()),
        }
    }
    write_missing(out, members, keys);
    // Each member has a comma in front; that of the first one becomes the brace.
    match out.len() > start {
        true => out.replace_range(start..=start, "{"),
        false => out.push('{'),
    }
    out.push('}');
}

/// The members as they are, each with a comma in front.
pub(super) fn write_members(out: &mut String, members: &Members<'_>) {
    for (name, value) in members {
        begin(out, name);
        out.push_str(value.get());
    }
}

/// The keys of the table that the members lack, each with a comma in front.
pub(super) fn write_missing(out: &mut String, members: &Members<'_>, keys: &[Key]) {
    write_missing_but(out, members, keys, "");
}

/// As [`write_missing`], but for one key that is there already.
pub(super) fn write_missing_but(out: &mut String, members: &Members<'_>, keys: &[Key], there: &str) {
    for key in keys.iter().filter(|key| key.name != there && !members.contains_key(key.name)) {
        begin(out, key.name);
        match key.fill {
            Fill::Value(value) => out.push_str(value),
            Fill::Double => out.push('0'),
            Fill::Object(keys) => write_object(out, &Members::new(), keys),
        }
    }
}

fn begin(out: &mut String, name: &str) {
    out.push(',');
    super::text(out, name);
    out.push(':');
}
