//! Makes JSON of what Telegram Desktop writes in the place of it: control characters as `\x1B`, values without quotes, half characters.
//! Every fault is mended where it stands, so that all the rest stays as it was written.

use std::borrow::Cow;

/// The text with what is no JSON in it made into JSON; borrowed where nothing had to be. What is not closed at its end stays open.
pub(in crate::formats) fn repair(json: &str) -> Cow<'_, str> {
    let mut mended = Mended { json, copied: 0, text: String::new() };
    let bytes = json.as_bytes();
    let mut at = 0;
    // Whether a value has to come: behind a colon, a comma of an array or an opening bracket.
    let mut wants_value = true;
    let mut open = Vec::new();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'"' => {
                at = mended.string(at);
                wants_value = false;
            }
            b'{' | b'[' => {
                open.push(byte);
                wants_value = byte == b'[';
                at += 1;
            }
            b'}' | b']' => {
                mended.no_value_before(at, wants_value && open.last() == Some(&b'{'));
                open.pop();
                wants_value = false;
                at += 1;
            }
            b',' => {
                mended.no_value_before(at, wants_value && open.last() == Some(&b'{'));
                let is_last = matches!(bytes[at + 1..].iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'}' | b']' | b','));
                if is_last {
                    mended.replace(at, at + 1, "");
                }
                wants_value = !is_last && open.last() == Some(&b'[');
                at += 1;
            }
            b':' => {
                wants_value = true;
                at += 1;
            }
            _ => {
                at = mended.bare(at);
                wants_value = false;
            }
        }
    }
    mended.finish()
}

/// Bytes in which the line of a value without quotes ends; such a value is the name of a file, or a sentence.
const LINE: usize = 4 << 10;

struct Mended<'a> {
    json: &'a str,
    /// Up to here it was taken over.
    copied: usize,
    text: String,
}

impl<'a> Mended<'a> {
    fn replace(&mut self, start: usize, end: usize, by: &str) {
        self.text.push_str(&self.json[self.copied..start]);
        self.text.push_str(by);
        self.copied = end;
    }

    fn finish(mut self) -> Cow<'a, str> {
        if self.copied == 0 && self.text.is_empty() {
            return Cow::Borrowed(self.json);
        }
        self.text.push_str(&self.json[self.copied..]);
        Cow::Owned(self.text)
    }

    /// A key whose value is not there gets null.
    fn no_value_before(&mut self, at: usize, is_missing: bool) {
        if is_missing {
            self.replace(at, at, "null");
        }
    }

    /// Mends the string that begins here and returns where it ends.
    fn string(&mut self, start: usize) -> usize {
        let bytes = self.json.as_bytes();
        let mut at = start + 1;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' => return at + 1,
                b'\\' => at = self.escape(at),
                0..=0x1F => {
                    self.replace(at, at + 1, &format!("\\u{byte:04x}"));
                    at += 1;
                }
                _ => at += 1,
            }
        }
        at
    }

    /// Mends the escape that begins here and returns where it ends.
    fn escape(&mut self, start: usize) -> usize {
        let bytes = self.json.as_bytes();
        match bytes.get(start + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => start + 2,
            Some(b'x') if hex(bytes, start + 2, 2).is_some() => {
                self.replace(start, start + 2, "\\u00");
                start + 4
            }
            Some(b'u') => match hex(bytes, start + 2, 4) {
                Some(0xD800..=0xDBFF) => match (bytes.get(start + 6..start + 8), hex(bytes, start + 8, 4)) {
                    (Some(b"\\u"), Some(0xDC00..=0xDFFF)) => start + 12,
                    _ => self.half(start),
                },
                Some(0xDC00..=0xDFFF) => self.half(start),
                Some(_) => start + 6,
                None => self.backslash(start),
            },
            _ => self.backslash(start),
        }
    }

    /// Half a character becomes the sign for one that is lost.
    fn half(&mut self, start: usize) -> usize {
        self.replace(start, start + 6, "\u{fffd}");
        start + 6
    }

    /// A backslash that begins no escape is a backslash.
    fn backslash(&mut self, start: usize) -> usize {
        self.replace(start, start + 1, "\\\\");
        start + 1
    }

    /// Puts quotes around a value that has none and is no number, and returns where it ends.
    ///
    /// Every value of Telegram's ends its line, so one with a comma or a bracket in it is whole.
    fn bare(&mut self, start: usize) -> usize {
        let rest = &self.json[start..];
        let token = rest.find([',', '}', ']', ':', '\n', '"']).map_or(rest, |end| &rest[..end]).trim_end();
        if matches!(token, "true" | "false" | "null") || serde_json::from_str::<serde_json::Number>(token).is_ok() {
            return start + token.len();
        }
        let near = &rest[..rest.floor_char_boundary(LINE)];
        let line = near.find('\n').map(|end| near[..end].trim_end());
        let value = line.map_or(token, |line| line.strip_suffix(',').unwrap_or(line).trim_end());
        // A line that goes on with other values is not all of it.
        let value = if value.contains('"') { token } else { value };
        // Something always has to be passed, also what can be no value.
        let length = value.len().max(rest.chars().next().map_or(1, char::len_utf8));
        let quoted = serde_json::Value::from(&rest[..length]).to_string();
        self.replace(start, start + length, &quoted);
        start + length
    }
}

/// The number in so many hexadecimal digits.
fn hex(bytes: &[u8], start: usize, length: usize) -> Option<u32> {
    let digits = bytes.get(start..start + length).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let mended = repair(json);
        let value: Value = serde_json::from_str(&mended).unwrap_or_else(|error| panic!("{error}: {mended}"));
        assert_eq!(value, serde_json::from_str::<Value>(expected).unwrap(), "{json} became {mended}");
    }

    #[test]
    fn control_characters_become_those_that_they_are() {
        check(r#"{"text":"a\x1Bb \x0A \\x1B \xZZ"}"#, r#"{"text":"a\u001bb \n \\x1B \\xZZ"}"#);
        check("{\"text\":\"a\u{1}\nb\"}", r#"{"text":"a\u0001\nb"}"#);
        check(r#"["\q\'", "\u12", "\ud83d!", "\ude00", "\ud83d\ude00"]"#, r#"["\\q\\'", "\\u12", "�!", "�", "😀"]"#);
    }

    #[test]
    fn a_value_without_quotes_is_a_text() {
        check("{\n \"document_id\": stickers/a (1).webp\n}", r#"{"document_id":"stickers/a (1).webp"}"#);
        check(
            "[{\n \"document_id\": (File not included, change [it]),\n \"id\": 5\n}]",
            r#"[{"document_id":"(File not included, change [it])","id":5}]"#,
        );
        check(r#"{"document_id":a-b,"n":-1.5e3,"t":true,"x":null}"#, r#"{"document_id":"a-b","n":-1500.0,"t":true,"x":null}"#);
        check(r#"{"a":007,"b":NaN}"#, r#"{"a":"007","b":"NaN"}"#);
    }

    #[test]
    fn values_that_are_missing_are_null_and_commas_too_many_are_none() {
        check(r#"{"a": ,"b":[1,,2,],"c":{"d":}, }"#, r#"{"a":null,"b":[1,2],"c":{"d":null}}"#);
    }

    proptest! {
        #[test]
        fn what_is_json_stays_as_it_is(json in proptest::collection::vec(("\\PC*", any::<i64>()), 0..5)) {
            let value = serde_json::json!([json, {"a": {"b": json.len(), "c": [null, true]}}]);
            for json in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                prop_assert!(matches!(repair(&json), Cow::Borrowed(_)));
            }
        }

        #[test]
        fn anything_can_be_tried(json in "[\\[\\]{}:,\"\\\\xud0-9a-f \n\u{1}é-]{0,60}") {
            let once = repair(&json).into_owned();
            prop_assert_eq!(repair(&once).into_owned(), once, "what is mended is not mended again");
        }
    }
}
