//! JSON as callers write it: what the real library reads beyond the standard is read, what it refuses is refused.
//!
//! Read beyond the standard: `//` and `/* */` comments, a comma behind the last item of an array, control characters in a text, half a
//! surrogate pair or an unknown escape in a text (U+FFFD, or the character itself). Refused: a comma behind the last member of an object,
//! anything behind the end, a byte order mark, other quotes.

use std::borrow::Cow;

use serde_json::Value;

use crate::codes::TIM_ERR_JSON;

/// The text as standard JSON. It is borrowed when it was standard already.
///
/// # Errors
/// [`TIM_ERR_JSON`] when it can't be read even so.
pub(crate) fn standard(text: &str) -> Result<Cow<'_, str>, i32> {
    // The check passes over the contents of texts, and so over halves of surrogate pairs in them.
    let may_be_broken = text.contains("\\ud") || text.contains("\\uD");
    if !may_be_broken && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return Ok(Cow::Borrowed(text));
    }
    let mended = mend(text).ok_or(TIM_ERR_JSON)?;
    match serde_json::from_str::<serde::de::IgnoredAny>(&mended) {
        Ok(_) => Ok(Cow::Owned(mended)),
        Err(_) => Err(TIM_ERR_JSON),
    }
}

/// The value of a text.
///
/// # Errors
/// As for [`standard`].
pub(crate) fn value(text: &str) -> Result<Value, i32> {
    serde_json::from_str(&standard(text)?).map_err(|_| TIM_ERR_JSON)
}

/// An object with something in it.
///
/// # Errors
/// [`TIM_ERR_JSON`] for everything else.
pub(crate) fn filled_object(text: &str) -> Result<Value, i32> {
    value(text).and_then(|value| if value.as_object().is_some_and(|object| !object.is_empty()) { Ok(value) } else { Err(TIM_ERR_JSON) })
}

/// The text without comments, commas behind last items, and raw or broken characters in texts. `None` when a text or a comment has no end.
fn mend(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/', ']']) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        rest = if let Some(text) = behind.strip_prefix('"') {
            mend_text(text, &mut out)?
        } else if let Some(comment) = behind.strip_prefix("//") {
            comment.find('\n').map_or("", |end| &comment[end..])
        } else if let Some(comment) = behind.strip_prefix("/*") {
            &comment[comment.find("*/")? + 2..]
        } else if let Some(behind) = behind.strip_prefix(']') {
            let kept = out.trim_end();
            // A comma behind an item, not one behind nothing.
            if kept.ends_with(',') && !kept.trim_end_matches(',').trim_end().ends_with('[') {
                out.truncate(kept.len() - 1);
            }
            out.push(']');
            behind
        } else {
            return None;
        };
    }
    out.push_str(rest);
    Some(out)
}

/// Copies a text, whose opening quote is passed, and returns what is behind its end.
fn mend_text<'a>(text: &'a str, out: &mut String) -> Option<&'a str> {
    use std::fmt::Write as _;
    out.push('"');
    let mut rest = text;
    loop {
        let at = rest.find(|char: char| char == '"' || char == '\\' || char < ' ')?;
        out.push_str(&rest[..at]);
        let behind = &rest[at..];
        if let Some(behind) = behind.strip_prefix('"') {
            out.push('"');
            return Some(behind);
        }
        if let Some(escape) = behind.strip_prefix('\\') {
            rest = mend_escape(escape, out)?;
            continue;
        }
        let control = behind.chars().next()?;
        // Writing to a String cannot fail.
        let _ = write!(out, "\\u{:04x}", u32::from(control));
        rest = &behind[control.len_utf8()..];
    }
}

/// Copies an escape, whose backslash is passed, and returns what is behind it.
fn mend_escape<'a>(escape: &'a str, out: &mut String) -> Option<&'a str> {
    let first = escape.chars().next()?;
    let behind = &escape[first.len_utf8()..];
    match first {
        '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {
            out.push('\\');
            out.push(first);
            Some(behind)
        }
        'u' => {
            let Some(unit) = unit(behind) else {
                out.push('u');
                return Some(behind);
            };
            let rest = &behind[4..];
            match unit {
                0xd800..0xdc00 => {
                    if let Some(low) = rest.strip_prefix("\\u").and_then(self::unit)
                        && (0xdc00..0xe000).contains(&low)
                    {
                        out.push_str("\\u");
                        out.push_str(&behind[..10]);
                        return Some(&rest[6..]);
                    }
                    out.push('\u{fffd}');
                }
                0xdc00..0xe000 => out.push('\u{fffd}'),
                _ => {
                    out.push_str("\\u");
                    out.push_str(&behind[..4]);
                }
            }
            Some(rest)
        }
        other if other < ' ' => Some(escape),
        other => {
            out.push(other);
            Some(behind)
        }
    }
}

/// The number of four hexadecimal digits.
fn unit(text: &str) -> Option<u32> {
    let digits = text.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(text: &str, expected: Value) {
        assert_eq!(value(text), Ok(expected), "{text}");
    }

    #[track_caller]
    fn refuse(text: &str) {
        assert_eq!(value(text), Err(TIM_ERR_JSON), "{text}");
    }

    #[test]
    fn comments_last_commas_and_raw_characters_are_read() {
        check("// a list\n[1, /* two */ 2, 3,]", json!([1, 2, 3]));
        check("{\"a\": [\"x\",\n ], \"a\": [\"//,]\",]}", json!({ "a": ["//,]"] }));
        check("[\"line\nbreak\tand\u{1}\"]", json!(["line\nbreak\tand\u{1}"]));
        check("[\"\\u0000\"]", json!(["\0"]));
    }

    #[test]
    fn broken_escapes_do_not_break_a_text() {
        check(r#"["\ud83d\ude00"]"#, json!(["😀"]));
        check(r#"["\ud83d\ude00",]"#, json!(["😀"]));
        check(r#"["a\ud83db"]"#, json!(["a\u{fffd}b"]));
        check(r#"["\ude00"]"#, json!(["\u{fffd}"]));
        check(r#"["\ud83d\u0041"]"#, json!(["\u{fffd}A"]));
        check(r#"["\q\u12"]"#, json!(["qu12"]));
    }

    #[test]
    fn what_the_real_library_refuses_is_refused() {
        for text in ["{\"a\":1,}", "[1] 2", "\u{feff}[]", "['a']", "[,]", "[1,,]", "[\"a]", "[1 /* ", "", " ", "{", "[1] x"] {
            refuse(text);
        }
    }
}
