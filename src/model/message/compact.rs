//! Copies JSON without white space and with one spelling for every text. Checks what a skipping parser leaves unchecked.

use super::read::MessageError;
use crate::model::limits;

/// Appends `raw`, which a parser has found to be one JSON value, in compact form.
///
/// Texts come out as raw UTF-8 with only the escapes that JSON demands; half of a surrogate pair becomes U+FFFD.
/// Returns how many items the value has, if it is an array.
pub(super) fn push(out: &mut String, raw: &str) -> Result<usize, MessageError> {
    let bytes = raw.as_bytes();
    let mut depth = 0_u64;
    let mut commas = 0;
    let length_before = out.len();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'"' => at = push_string(out, raw, at),
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'-' | b'0'..=b'9' => {
                at = number_end(bytes, at);
                let number = &raw[start..at];
                if number.len() > 15 && number.parse::<f64>().is_ok_and(|value| !value.is_finite())
                    || number.contains(['e', 'E']) && !number.parse::<f64>().is_ok_and(f64::is_finite)
                {
                    return Err(MessageError::NumberRange);
                }
                out.push_str(number);
            }
            _ => {
                match byte {
                    b'{' | b'[' => {
                        depth += 1;
                        limits::DEPTH.check_number(depth)?;
                    }
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    b',' if depth == 1 => commas += 1,
                    _ => {}
                }
                // Outside texts JSON is ASCII.
                out.push(char::from(byte));
                at += 1;
            }
        }
    }
    // Compact, so that an empty array is two bytes.
    Ok(if out.len() - length_before <= 2 { 0 } else { commas + 1 })
}

/// Appends a text as a JSON string.
pub(super) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        out.push_str(&rest[..at]);
        push_char(out, char::from(rest.as_bytes()[at]));
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

fn push_char(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '\0'..='\u{1f}' => {
            use std::fmt::Write as _;
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        }
        _ => out.push(character),
    }
}

/// Appends the string that begins at `start` and returns the position after it.
fn push_string(out: &mut String, raw: &str, start: usize) -> usize {
    out.push('"');
    let bytes = raw.as_bytes();
    let mut at = start + 1;
    loop {
        let Some(plain) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else {
            // A parser has seen the end of this string.
            out.push_str(&raw[at..]);
            return bytes.len();
        };
        out.push_str(&raw[at..at + plain]);
        at += plain;
        if bytes[at] == b'"' {
            out.push('"');
            return at + 1;
        }
        let (character, after) = escaped(raw, at);
        push_char(out, character);
        at = after;
    }
}

/// Reads the escape whose backslash stands at `at`; returns the character and the position after it.
fn escaped(raw: &str, at: usize) -> (char, usize) {
    let plain = |character| (character, at + 2);
    match raw.as_bytes().get(at + 1) {
        Some(b'b') => plain('\u{8}'),
        Some(b't') => plain('\t'),
        Some(b'n') => plain('\n'),
        Some(b'f') => plain('\u{c}'),
        Some(b'r') => plain('\r'),
        Some(b'u') => {
            let first = hex(raw, at);
            if let Some(character) = char::from_u32(first) {
                return (character, at + 6);
            }
            let second = hex(raw, at + 6);
            if (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second) {
                let both = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return (char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER), at + 12);
            }
            (char::REPLACEMENT_CHARACTER, at + 6)
        }
        Some(&byte) => plain(char::from(byte)),
        None => (char::REPLACEMENT_CHARACTER, at + 1),
    }
}

/// The four hex digits of the `\uXXXX` at `at`, or 0 when there is none.
fn hex(raw: &str, at: usize) -> u32 {
    raw.get(at..at + 6).and_then(|escape| escape.strip_prefix("\\u")).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0)
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let length = bytes[start..].iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
    length.map_or(bytes.len(), |length| start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        let mut out = String::new();
        push(&mut out, raw).unwrap();
        assert_eq!(out, expected);
    }

    #[test]
    fn white_space_goes_and_every_text_has_one_spelling() {
        check(" { \"a b\" : [ 1 , 2.50 ,\n-3e2 ] } ", r#"{"a b":[1,2.50,-3e2]}"#);
        check(r#""\u00e9\/\ud83d\ude00\u0041""#, "\"é/😀A\"");
        check(r#""\n\"\\\u0000\u001F""#, r#""\n\"\\\u0000\u001f""#);
        check(r#""half \ud83d, half \ude00""#, "\"half \u{fffd}, half \u{fffd}\"");
        check("[true,false,null]", "[true,false,null]");
    }

    #[test]
    fn what_a_skipping_parser_lets_through_is_refused() {
        let deep = "[".repeat(121) + &"]".repeat(121);
        assert!(matches!(push(&mut String::new(), &deep), Err(MessageError::Limit(_))));
        assert!(matches!(push(&mut String::new(), "[1e999]"), Err(MessageError::NumberRange)));
        let long = "9".repeat(400);
        assert!(matches!(push(&mut String::new(), &long), Err(MessageError::NumberRange)));
    }

    #[test]
    fn a_pushed_text_reads_back() {
        let text = "a\"b\\c\n\u{1}é😀";
        let mut out = String::new();
        push_text(&mut out, text);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}
