//! An array of messages, taken apart element by element without parsing it: an element ends where its brackets close.
//!
//! So a broken element costs itself only. Where brackets cannot say it, because a text in the element is not closed on its line,
//! the next element is looked for at the next line that begins as this one's did.

use std::io::{self, Read};

use memchr::{memchr, memchr3};

use super::{Entry, Fault, LONGEST, Window, parse, too_long};

/// Where in an array the reader stands.
#[derive(Default)]
pub(super) struct Array {
    at: At,
    /// How many blanks stand between the beginning of the line and here; `None` when something else does.
    indent: Option<usize>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum At {
    /// Before an array, or behind one.
    #[default]
    Outside,
    /// Behind the opening bracket.
    Start,
    Element,
    Comma,
    /// Behind an element, begun on this line, that leaves it unclear where the next one begins.
    Lost(u64),
    End,
}

pub(super) enum Next {
    Entry(Entry),
    End,
    /// There is more, and no way to tell where it begins. The damage began on this line.
    Lost(u64),
}

/// Where an element ends.
struct Extent {
    /// Bytes of it that lie in the window.
    length: usize,
    /// Bytes of it that were passed already, because it is too long.
    passed: usize,
    /// Line ends in it.
    lines: u64,
    closed: Closed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Closed {
    Yes,
    /// The source ends.
    No,
    /// A line ends inside a text.
    InText,
}

impl Array {
    pub(super) fn next<R: Read>(&mut self, window: &mut Window<R>, line: &mut u64) -> io::Result<Next> {
        loop {
            let Some(byte) = self.pass_blanks(window, line)? else { return Ok(self.end(*line)) };
            let (fault, is_passed) = match (self.at, byte) {
                (At::Lost(line), _) => return Ok(Next::Lost(line)),
                (At::End, _) => return Ok(Next::End),
                (At::Outside, b'[') => {
                    self.at = At::Start;
                    (None, true)
                }
                (At::Outside, _) => {
                    self.at = At::End;
                    (Some(Fault::BehindArray), false)
                }
                (At::Element, b',') => {
                    self.at = At::Comma;
                    (None, true)
                }
                (At::Start | At::Comma, b',') => (Some(Fault::ExtraComma), true),
                (At::Comma, b']') => {
                    self.at = At::Element;
                    (Some(Fault::ExtraComma), false)
                }
                (At::Start | At::Element, b']') => {
                    self.at = At::Outside;
                    (None, true)
                }
                (At::Element, _) => {
                    self.at = At::Comma;
                    (Some(Fault::MissingComma), false)
                }
                (At::Start | At::Comma, _) => return self.element(window, line).map(Next::Entry),
            };
            if is_passed {
                window.pass(1);
                self.indent = None;
            }
            if let Some(fault) = fault {
                return Ok(Next::Entry(Entry { line: *line, said: Err(fault) }));
            }
        }
    }

    fn end(&mut self, line: u64) -> Next {
        match std::mem::replace(&mut self.at, At::End) {
            At::Outside | At::End => Next::End,
            At::Start | At::Element | At::Comma | At::Lost(_) => Next::Entry(Entry { line, said: Err(Fault::OpenArray) }),
        }
    }

    /// The next byte that is not blank, left where it is.
    fn pass_blanks<R: Read>(&mut self, window: &mut Window<R>, line: &mut u64) -> io::Result<Option<u8>> {
        loop {
            match window.bytes().first().copied() {
                Some(b'\n') => {
                    *line += 1;
                    self.indent = Some(0);
                }
                Some(b' ' | b'\t' | b'\r') => self.indent = self.indent.map(|blanks| blanks + 1),
                Some(byte) => return Ok(Some(byte)),
                None if window.more()? => continue,
                None => return Ok(None),
            }
            window.pass(1);
        }
    }

    /// Reads the element that begins here.
    fn element<R: Read>(&mut self, window: &mut Window<R>, line: &mut u64) -> io::Result<Entry> {
        let extent = measure(window)?;
        let length = extent.passed + extent.length;
        let said = if length > LONGEST { Err(too_long(length)) } else { parse(&window.bytes()[..extent.length]) };
        let entry = Entry { line: *line, said };
        window.pass(extent.length);
        *line += extent.lines;
        let indent = std::mem::take(&mut self.indent);
        self.at = match (extent.closed, indent) {
            (Closed::Yes, _) => At::Element,
            (Closed::No, _) => At::End,
            // Inside an element of several lines that are not indented, any line may begin as the element did.
            (Closed::InText, Some(indent)) if indent > 0 || extent.lines == 0 => self.find_next(window, line, indent)?,
            (Closed::InText, _) => At::Lost(entry.line),
        };
        Ok(entry)
    }

    /// Passes lines up to the next one that begins with `indent` blanks and an object, or ends the array.
    fn find_next<R: Read>(&mut self, window: &mut Window<R>, line: &mut u64, indent: usize) -> io::Result<At> {
        loop {
            // Here stands the rest of a line, which is passed.
            while memchr(b'\n', window.bytes()).is_none() {
                let count = window.bytes().len();
                window.pass(count);
                if !window.more()? {
                    return Ok(At::Lost(*line));
                }
            }
            let end = memchr(b'\n', window.bytes()).map_or(0, |end| end + 1);
            window.pass(end);
            *line += 1;
            self.indent = Some(0);
            while window.bytes().len() <= indent && window.more()? {}
            let blanks = window.bytes().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            match window.bytes().get(blanks) {
                Some(b'{') if blanks == indent => return Ok(At::Comma),
                Some(b']') if blanks <= indent => return Ok(At::Element),
                _ => {}
            }
        }
    }
}

/// Finds the end of the element at the beginning of the window. Holds no more of it than a message may have.
fn measure<R: Read>(window: &mut Window<R>) -> io::Result<Extent> {
    let (mut at, mut passed, mut depth, mut lines, mut in_text) = (0, 0, 0_usize, 0, false);
    loop {
        let bytes = window.bytes();
        let extent = |length, lines, closed| Ok(Extent { length, passed, lines, closed });
        while let Some(&byte) = bytes.get(at) {
            if in_text {
                let Some(found) = memchr3(b'"', b'\\', b'\n', &bytes[at..]) else {
                    at = bytes.len();
                    break;
                };
                at += found;
                match (bytes[at], bytes.get(at + 1)) {
                    (b'"', _) if depth == 0 => return extent(at + 1, lines, Closed::Yes),
                    (b'"', _) => {
                        in_text = false;
                        at += 1;
                    }
                    (b'\n', _) => return extent(at, lines, Closed::InText),
                    (_, None) => break,
                    (_, Some(b'\n')) => at += 1,
                    (_, Some(_)) => at += 2,
                }
                continue;
            }
            match byte {
                b'"' => in_text = true,
                b'{' | b'[' => depth += 1,
                // A bracket that closes nothing is an element of its own, unless it ends one.
                b'}' | b']' if depth == 0 => return extent(at.max(1), lines, Closed::Yes),
                b'}' | b']' if depth == 1 => return extent(at + 1, lines, Closed::Yes),
                b'}' | b']' => depth -= 1,
                b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return extent(at, lines, Closed::Yes),
                b'\n' => lines += 1,
                _ => {}
            }
            at += 1;
        }
        if passed + at > LONGEST {
            passed += at;
            window.pass(at);
            at = 0;
        }
        if !window.more()? {
            let length = window.bytes().len();
            let is_open = depth > 0 || in_text;
            return Ok(Extent { length, passed, lines, closed: if is_open { Closed::No } else { Closed::Yes } });
        }
    }
}
