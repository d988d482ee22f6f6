//! The lines of a text, one after the other, as bytes: what encoding they have is for who reads them.

use std::io::{self, Read};

use memchr::memchr;

use super::window::Window;
use crate::model::limits;

/// Bytes of a line; what stands behind on it is cut off. No message is longer.
const LONGEST: usize = limits::MESSAGE_SIZE.max as usize;

/// One line without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Its number in the file, from 1.
    pub(super) number: u64,
    /// Its bytes, without `\n` or `\r\n`.
    pub(super) bytes: &'a [u8],
    /// Whether it was longer than any message, and is cut off.
    pub(super) is_cut: bool,
}

/// Reads lines in memory that does not grow with the source.
pub(super) struct Lines<R> {
    window: Window<R>,
    /// The number of the line that was given last.
    number: u64,
    /// Bytes to pass before the next line, the line that was given among them.
    given: usize,
    /// The rest of the given line is still to be passed.
    in_long: bool,
}

impl<R: Read> Lines<R> {
    /// Begins to read. A byte order mark of UTF-8 is passed.
    pub(super) fn new(reader: R) -> Self {
        Self { window: Window::new(reader), number: 0, given: 0, in_long: false }
    }

    /// The next line; `None` at the end. A line end at the end of the source does not begin another line.
    ///
    /// # Errors
    /// What the reader says.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.window.pass(std::mem::take(&mut self.given));
        if std::mem::take(&mut self.in_long) {
            self.pass_rest()?;
        }
        if self.number == 0 {
            while self.window.bytes().len() < 3 && self.window.more()? {}
            if self.window.bytes().starts_with(b"\xef\xbb\xbf") {
                self.window.pass(3);
            }
        }
        let mut searched = 0;
        let (length, is_cut) = loop {
            let bytes = self.window.bytes();
            match memchr(b'\n', &bytes[searched..]) {
                Some(at) => {
                    self.given = searched + at + 1;
                    break (searched + at, false);
                }
                None if bytes.len() >= LONGEST => {
                    self.given = LONGEST;
                    self.in_long = true;
                    break (LONGEST, true);
                }
                None => searched = bytes.len(),
            }
            if !self.window.more()? {
                self.given = searched;
                break (searched, false);
            }
        };
        if self.given == 0 {
            return Ok(None);
        }
        self.number += 1;
        let bytes = &self.window.bytes()[..length];
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        Ok(Some(Line { number: self.number, bytes, is_cut }))
    }

    fn pass_rest(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.window.bytes();
            let end = memchr(b'\n', bytes);
            let count = end.map_or(bytes.len(), |end| end + 1);
            self.window.pass(count);
            if end.is_some() || !self.window.more()? {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<(u64, String, bool)> {
        let mut lines = Lines::new(text);
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push((line.number, String::from_utf8_lossy(line.bytes).into_owned(), line.is_cut));
        }
        all
    }

    #[test]
    fn lines_end_with_either_end_and_the_last_one_needs_none() {
        let expected = [(1, "a".to_owned(), false), (2, String::new(), false), (3, "b".to_owned(), false)];
        for text in ["a\n\nb", "a\r\n\r\nb\r\n", "\u{feff}a\n\nb\n"] {
            assert_eq!(lines(text.as_bytes()), expected);
        }
        assert!(lines(b"").is_empty());
        assert!(lines("\u{feff}".as_bytes()).is_empty());
    }

    #[test]
    fn a_line_longer_than_any_message_is_cut_and_the_next_one_is_whole() {
        let text = [&b"x".repeat(LONGEST * 2 + 7)[..], b"\nnext\n"].concat();
        let read = lines(&text);
        assert_eq!((read.len(), read[0].1.len(), read[0].2), (2, LONGEST, true));
        assert_eq!(read[1], (2, "next".to_owned(), false));
    }
}
