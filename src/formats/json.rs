//! Goes through a JSON document of any size and gives the values at the places that are wanted, as text, one at a time.
//!
//! It looks for the ends of values only, so that a value which is no valid JSON costs itself alone: whoever asked for it parses it, and may mend
//! it before.

use std::io::{self, Read};
use std::sync::Arc;

use super::window::Window;
use super::{Fault, FormatError};
use crate::model::{LimitError, limits};

/// Bytes of one wanted value, if nothing else is said; a longer one is passed over. Twice what the largest message takes, since records say more than messages.
const LONGEST: usize = 2 * limits::MESSAGE_SIZE.max as usize;
/// Objects and arrays inside each other, to which a document is followed.
const DEPTH: usize = 128;
/// Bytes of a key; one that is longer is not wanted.
const KEY: usize = 256;

/// A value that stands at a wanted place.
#[derive(Debug)]
pub(super) struct Found {
    /// Which place: its position in the list that was given.
    pub(super) place: usize,
    /// Which object it belongs to, arrays apart: the number of the innermost one around it, by their beginnings.
    pub(super) object: u64,
    /// The line on which the value begins, from 1.
    pub(super) line: u64,
    /// The value as it stands there, or why there is none.
    pub(super) json: Result<String, Fault>,
}

impl Found {
    /// The value, parsed.
    ///
    /// # Errors
    /// [`Fault`] when it is not UTF-8, too long, or no JSON.
    pub(super) fn parse<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, Fault> {
        match &self.json {
            Ok(json) => parse(json),
            Err(fault) => Err(fault.again()),
        }
    }
}

/// Parses a text as JSON.
///
/// # Errors
/// [`Fault::Json`] with the place of what is wrong.
pub(super) fn parse<'a, T: serde::Deserialize<'a>>(json: &'a str) -> Result<T, Fault> {
    serde_json::from_str(json).map_err(|error| Fault::Json { line: error.line(), column: error.column() })
}

/// Reads the values at some places of a document, in its order.
///
/// A place is written as the keys that lead to it, joined by dots, with `[]` for every item of an array: `name`, `messages[]`,
/// `chats.list[].messages[]`, `[]` for the items of a document that is an array. A wanted value inside of a wanted value is not given again.
pub(super) struct Records<R> {
    file: Arc<str>,
    window: Window<R>,
    line: u64,
    wanted: Vec<Vec<Step>>,
    /// The open objects and arrays.
    path: Vec<Level>,
    /// Objects that were opened so far.
    objects: u64,
    state: State,
    /// Bytes of one wanted value.
    longest: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Item,
}

struct Level {
    /// An array has no keys.
    is_array: bool,
    /// For each wanted place, whether the levels up to this one lead to it.
    leads: Vec<bool>,
    /// The number of the innermost object, this one or around it.
    object: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Inside,
    End,
}

impl<R: Read> Records<R> {
    /// Begins to read; `file` stands in what is said about it.
    pub(super) fn new(file: &Arc<str>, reader: R, wanted: &[&str]) -> Self {
        let wanted = wanted.iter().map(|place| steps(place)).collect();
        Self {
            file: Arc::clone(file),
            window: Window::new(reader),
            line: 1,
            wanted,
            path: Vec::new(),
            objects: 0,
            state: State::Start,
            longest: LONGEST,
        }
    }

    /// Takes values of so many bytes.
    pub(super) fn up_to(mut self, longest: usize) -> Self {
        self.longest = longest;
        self
    }

    /// The next wanted value; `None` at the end of the document.
    ///
    /// # Errors
    /// [`FormatError::Read`], and [`FormatError::Truncated`] when the document ends in its middle. What was given before stands.
    pub(super) fn next(&mut self) -> Result<Option<Found>, FormatError> {
        if self.state == State::Start {
            while self.window.bytes().len() < 3 && self.more()? {}
            if self.window.bytes().starts_with(b"\xef\xbb\xbf") {
                self.window.pass(3);
            }
            self.state = State::Inside;
            let leads = vec![true; self.wanted.len()];
            if let Some(found) = self.value(leads)? {
                return Ok(Some(found));
            }
        }
        while self.state == State::Inside {
            let Some(level) = self.path.last() else {
                self.state = State::End;
                break;
            };
            let is_array = level.is_array;
            match self.byte()? {
                None => return Err(self.truncated()),
                Some(b']' | b'}') => {
                    self.window.pass(1);
                    self.path.pop();
                }
                Some(b',' | b':') => self.window.pass(1),
                Some(_) if is_array => {
                    if let Some(found) = self.value_behind(&Step::Item)? {
                        return Ok(Some(found));
                    }
                }
                Some(_) => {
                    let key = Step::Key(self.key()?);
                    while matches!(self.byte()?, Some(b':')) {
                        self.window.pass(1);
                    }
                    if let Some(found) = self.value_behind(&key)? {
                        return Ok(Some(found));
                    }
                }
            }
        }
        Ok(None)
    }

    fn value_behind(&mut self, step: &Step) -> Result<Option<Found>, FormatError> {
        let depth = self.path.len();
        let Some(level) = self.path.last() else { return Ok(None) };
        let leads = self.wanted.iter().zip(&level.leads).map(|(steps, leads)| *leads && steps.get(depth - 1) == Some(step)).collect();
        self.value(leads)
    }

    /// Goes into the value that comes, gives it, or passes it over, by whether it leads to something that is wanted.
    fn value(&mut self, leads: Vec<bool>) -> Result<Option<Found>, FormatError> {
        let depth = self.path.len();
        if let Some(place) = (0..self.wanted.len()).find(|&at| leads[at] && self.wanted[at].len() == depth) {
            let (line, json) = (self.line_of_value()?, self.text()?);
            let object = self.path.last().map_or(0, |level| level.object);
            return Ok(Some(Found { place, object, line, json }));
        }
        match self.byte()? {
            None => Err(self.truncated()),
            Some(open @ (b'{' | b'[')) if leads.contains(&true) && depth < DEPTH => {
                self.window.pass(1);
                let is_array = open == b'[';
                self.objects += u64::from(!is_array);
                let object = if is_array { self.path.last().map_or(0, |level| level.object) } else { self.objects };
                self.path.push(Level { is_array, leads, object });
                Ok(None)
            }
            Some(_) => {
                self.pass_value()?;
                Ok(None)
            }
        }
    }

    fn line_of_value(&mut self) -> Result<u64, FormatError> {
        self.byte()?;
        Ok(self.line)
    }

    /// The text of the value that begins here.
    fn text(&mut self) -> Result<Result<String, Fault>, FormatError> {
        let length = self.measure(true)?;
        if length > self.longest {
            return Ok(Err(Fault::Limit(LimitError { limit: &limits::MESSAGE_SIZE, amount: length as u64 })));
        }
        let bytes = &self.window.bytes()[..length];
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(Fault::Encoding { column: error.valid_up_to() + 1 }),
        };
        self.pass_counted(length);
        Ok(text)
    }

    fn pass_value(&mut self) -> Result<(), FormatError> {
        self.measure(false).map(drop)
    }

    /// Finds the end of the value that begins here and returns its length. It stays in the window when it is to be kept and not too long;
    /// otherwise it is passed.
    fn measure(&mut self, keep: bool) -> Result<usize, FormatError> {
        let (mut at, mut passed, mut depth) = (0, 0, 0_usize);
        let (mut in_text, mut escaped) = (false, false);
        loop {
            if at == self.window.bytes().len() {
                if !keep || passed > 0 || at > self.longest {
                    self.pass_counted(at);
                    passed += at;
                    at = 0;
                }
                if !self.more()? {
                    return if depth == 0 && !in_text { Ok(passed + at) } else { Err(self.truncated()) };
                }
            }
            let byte = self.window.bytes()[at];
            if in_text {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => in_text = false,
                    _ => {}
                }
                at += 1;
                if !in_text && depth == 0 {
                    break;
                }
                continue;
            }
            match byte {
                b'"' => in_text = true,
                b'{' | b'[' => depth += 1,
                // The end of what is around a value that stands alone.
                b'}' | b']' | b',' if depth == 0 => break,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        at += 1;
                        break;
                    }
                }
                b' ' | b'\t' | b'\r' | b'\n' if depth == 0 && at + passed > 0 => break,
                _ => {}
            }
            at += 1;
        }
        if !keep || passed > 0 {
            self.pass_counted(at);
        }
        let length = passed + at;
        if keep && passed == 0 && length > self.longest {
            self.pass_counted(at);
        }
        Ok(length)
    }

    /// The key that begins here.
    fn key(&mut self) -> Result<String, FormatError> {
        if self.byte()? != Some(b'"') {
            // Something that is no key, in the place of one.
            self.window.pass(1);
            return Ok(String::new());
        }
        let length = self.measure(true)?;
        if length > self.longest {
            return Ok(String::new());
        }
        let raw = &self.window.bytes()[..length];
        let key = if length <= KEY { serde_json::from_slice(raw).unwrap_or_default() } else { String::new() };
        self.pass_counted(length);
        Ok(key)
    }

    /// The next byte that is no blank, left where it is.
    fn byte(&mut self) -> Result<Option<u8>, FormatError> {
        loop {
            match self.window.bytes().first().copied() {
                Some(b'\n') => self.line += 1,
                Some(b' ' | b'\t' | b'\r') => {}
                Some(byte) => return Ok(Some(byte)),
                None if self.more()? => continue,
                None => return Ok(None),
            }
            self.window.pass(1);
        }
    }

    fn pass_counted(&mut self, count: usize) {
        self.line += memchr::memchr_iter(b'\n', &self.window.bytes()[..count]).count() as u64;
        self.window.pass(count);
    }

    fn more(&mut self) -> Result<bool, FormatError> {
        self.window.more().map_err(|source: io::Error| FormatError::Read { file: Arc::clone(&self.file), source })
    }

    fn truncated(&mut self) -> FormatError {
        self.state = State::End;
        FormatError::Truncated { file: Arc::clone(&self.file), line: self.line }
    }
}

fn steps(place: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in place.split('.') {
        let (key, items) = part.split_at(part.find("[]").unwrap_or(part.len()));
        if !key.is_empty() {
            steps.push(Step::Key(key.to_owned()));
        }
        steps.extend(std::iter::repeat_n(Step::Item, items.len() / 2));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(json: &[u8], wanted: &[&str]) -> Vec<(usize, u64, String)> {
        let mut records = Records::new(&"a file".into(), json, wanted);
        let mut all = Vec::new();
        while let Some(found) = records.next().unwrap() {
            all.push((found.place, found.line, found.json.unwrap_or_else(|fault| format!("! {fault}"))));
        }
        all
    }

    #[track_caller]
    fn check(json: &str, wanted: &[&str], expected: &[(usize, u64, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(place, line, text)| (place, line, text.to_owned())).collect();
        assert_eq!(found(json.as_bytes(), wanted), expected, "{json}");
    }

    #[test]
    fn values_are_found_by_the_way_that_leads_to_them() {
        let chats = "{\"about\":\"\\\"messages\\\":[1]\",\n\"chats\":{\"list\":[{\"name\":\"a\",\"messages\":[{\"x\":[1,{}]},\n2]},{\"messages\":[]}]},\"name\":null}";
        let wanted = ["name", "chats.list[].name", "chats.list[].messages[]"];
        check(chats, &wanted, &[(1, 2, "\"a\""), (2, 2, "{\"x\":[1,{}]}"), (2, 3, "2"), (0, 3, "null")]);
        check("[1, \"a,]\" ,[2] ]", &["[]"], &[(0, 1, "1"), (0, 1, "\"a,]\""), (0, 1, "[2]")]);
        check("\u{feff} {\"messages\":{\"0\":1}}", &["messages[]"], &[]);
        check("7", &["a"], &[]);
    }

    #[test]
    fn values_of_one_object_are_known_to_belong_together() {
        let chats = r#"{"list":[{"messages":[1],"id":"a"},{"x":{},"messages":[2,{}],"id":"b"}],"id":"c"}"#;
        let mut records = Records::new(&"a file".into(), chats.as_bytes(), &["id", "list[].id", "list[].messages[]"]);
        let mut objects = Vec::new();
        while let Some(found) = records.next().unwrap() {
            objects.push((found.object, found.json.unwrap()));
        }
        let expected = [(2, "1"), (2, "\"a\""), (3, "2"), (3, "{}"), (3, "\"b\""), (1, "\"c\"")];
        assert_eq!(objects, expected.map(|(object, json)| (object, json.to_owned())));
    }

    #[test]
    fn what_is_no_json_costs_itself_alone() {
        let json = r#"{"messages":[{"text":"\x1b","document_id":12a.b},{"id":2}],"other":[}"#;
        let mut records = Records::new(&"a file".into(), json.as_bytes(), &["messages[]"]);
        let first = records.next().unwrap().unwrap();
        assert!(matches!(first.parse::<serde_json::Value>(), Err(Fault::Json { line: 1, .. })));
        assert_eq!(first.json.unwrap(), r#"{"text":"\x1b","document_id":12a.b}"#);
        assert_eq!(records.next().unwrap().unwrap().json.unwrap(), r#"{"id":2}"#);
    }

    #[test]
    fn a_document_that_ends_early_is_an_error_behind_what_was_there() {
        let mut records = Records::new(&"a file".into(), &b"{\"messages\":[1,\n{\"a\":"[..], &["messages[]"]);
        assert_eq!(records.next().unwrap().unwrap().json.unwrap(), "1");
        assert!(matches!(records.next(), Err(FormatError::Truncated { line: 2, .. })));
        assert!(records.next().unwrap().is_none(), "and then nothing more");
    }

    #[test]
    fn a_value_larger_than_any_record_is_passed_over_without_being_held() {
        let long = format!("[\"{}\",\n5]", "x".repeat(3 * LONGEST));
        let mut records = Records::new(&"a file".into(), long.as_bytes(), &["[]"]);
        assert!(matches!(records.next().unwrap().unwrap().json, Err(Fault::Limit(_))));
        assert!(records.window.size() < 3 * LONGEST, "{}", records.window.size());
        let next = records.next().unwrap().unwrap();
        assert_eq!((next.line, next.json.unwrap()), (2, "5".to_owned()));
    }

    #[test]
    fn a_document_that_nests_without_end_ends() {
        let deep = "[".repeat(1_000_000);
        let mut records = Records::new(&"a file".into(), deep.as_bytes(), &["[][]"]);
        assert!(records.next().is_err());
    }
}
