//! Divides a mailbox file into mails, of any flavour: mboxo, mboxrd and what programs make of them.
//!
//! What divides mails is a line that begins with `From `, and so do lines of mails that were not quoted. A line divides when it has a date as
//! programs write it and stands at the beginning, behind a blank line or before a header; without a date, when a blank line is before it and a
//! header of mails behind it. It divides nothing under a line such as `----- Begin Included Message -----`, and in a mail that is attached to
//! another one.

use std::io::{self, Read};

use memchr::memchr;
use memchr::memmem;

use super::file::{field_name, is_known_field};
use crate::formats::window::Window;

/// Bytes that are looked at behind a line to tell whether it divides.
const AHEAD: usize = 4 << 10;
/// Bytes in which an attached mail has to end; what does not is taken for the damage of a mail that was cut off.
const ATTACHED: usize = 8 << 20;
/// Bytes of a line that are taken at once.
const LINE: usize = 1 << 20;

/// What stands between two dividing lines.
pub(super) struct Raw {
    /// The line of the file on which it begins, from 1.
    pub(super) line: u64,
    /// What stands behind `From ` on the dividing line; `None` for what comes before the first one.
    pub(super) envelope: Option<String>,
    /// The mail, unquoted.
    pub(super) bytes: Vec<u8>,
    /// Whether it is longer than any mail, and is cut off.
    pub(super) is_cut: bool,
}

/// Reads mails, one in memory at a time.
pub(super) struct Mbox<R> {
    window: Window<R>,
    /// The lines that were passed.
    lines: u64,
    most: usize,
    /// The envelope of the mail that comes.
    envelope: Option<String>,
}

impl<R: Read> Mbox<R> {
    /// Begins to read; of a mail, at most so many bytes are kept.
    pub(super) fn new(reader: R, most: usize) -> Self {
        Self { window: Window::new(reader), lines: 0, most, envelope: None }
    }

    /// The next mail; `None` at the end.
    ///
    /// # Errors
    /// What the reader says; what was read of a mail before it is given first.
    pub(super) fn next(&mut self) -> io::Result<Option<Raw>> {
        if self.lines == 0 {
            self.fill(AHEAD)?;
            if self.window.bytes().starts_with(b"\xef\xbb\xbf") {
                self.window.pass(3);
            }
        }
        let envelope = self.envelope.take();
        // The dividing line was passed with the mail before.
        let line = if envelope.is_some() { self.lines } else { self.lines + 1 };
        let mut raw = Raw { line, envelope, bytes: Vec::new(), is_cut: false };
        let mut scan = Scan::default();
        loop {
            let end = match self.line_end() {
                Ok(end) => end,
                // What is there is a mail all the same; the error comes again with the next call.
                Err(_) if raw.envelope.is_some() && !raw.bytes.is_empty() => return Ok(Some(raw)),
                Err(error) => return Err(error),
            };
            if end == 0 {
                raw.trim();
                return Ok((raw.envelope.is_some() || !raw.bytes.is_empty()).then_some(raw));
            }
            if scan.is_line_start && self.window.bytes().starts_with(b"From ") && !scan.is_included && !self.is_attached(&mut scan)? {
                self.fill(end + AHEAD)?;
                if is_separator(self.window.bytes(), scan.is_blank_before) {
                    let envelope = String::from_utf8_lossy(&self.window.bytes()[5..end]).trim_end().to_owned();
                    self.window.pass(end);
                    self.lines += 1;
                    raw.trim();
                    if raw.envelope.is_some() || !raw.bytes.is_empty() {
                        self.envelope = Some(envelope);
                        return Ok(Some(raw));
                    }
                    raw.envelope = Some(envelope);
                    raw.line = self.lines;
                    scan = Scan { is_blank_before: false, ..Scan::default() };
                    continue;
                }
            }
            let line = &self.window.bytes()[..end];
            let was_line_start = scan.is_line_start;
            raw.take(if was_line_start { unquoted(line) } else { line }, self.most);
            scan.pass(line);
            self.lines += u64::from(line.ends_with(b"\n"));
            self.window.pass(end);
        }
    }

    /// The bytes up to the end of the line that comes, and with it; less of a very long one, and 0 at the end of the file.
    fn line_end(&mut self) -> io::Result<usize> {
        let mut searched = 0;
        loop {
            let bytes = self.window.bytes();
            if let Some(at) = memchr(b'\n', &bytes[searched..]) {
                return Ok(searched + at + 1);
            }
            if bytes.len() >= LINE {
                return Ok(LINE);
            }
            searched = bytes.len();
            if !self.window.more()? {
                return Ok(searched);
            }
        }
    }

    /// Whether the line that comes belongs to an attached mail, which ends where its boundary comes again.
    fn is_attached(&mut self, scan: &mut Scan) -> io::Result<bool> {
        let Some(attached) = &mut scan.attached else { return Ok(false) };
        if attached.end.is_none() {
            self.fill(ATTACHED)?;
            let bytes = &self.window.bytes()[..self.window.bytes().len().min(ATTACHED)];
            let found = memmem::find(bytes, &[b"\n", &attached.boundary[..]].concat());
            attached.end = Some(self.window.passed() + found.unwrap_or(0) as u64);
        }
        Ok(attached.end > Some(self.window.passed()))
    }

    fn fill(&mut self, count: usize) -> io::Result<()> {
        while self.window.bytes().len() < count && self.window.more()? {}
        Ok(())
    }
}

impl Raw {
    fn take(&mut self, line: &[u8], most: usize) {
        let room = most.saturating_sub(self.bytes.len());
        self.is_cut |= line.len() > room;
        self.bytes.extend_from_slice(&line[..line.len().min(room)]);
    }

    /// The blank line before the next dividing line is no part of the mail; before the first mail blank lines are nothing.
    fn trim(&mut self) {
        if self.envelope.is_none() && self.bytes.iter().all(u8::is_ascii_whitespace) {
            self.bytes.clear();
        }
        for end in [&b"\r\n\r\n"[..], b"\n\n"] {
            if self.bytes.ends_with(end) {
                self.bytes.truncate(self.bytes.len() - end.len() / 2);
                return;
            }
        }
    }
}

/// What is known of the lines before.
struct Scan {
    /// A line begins here, and not the rest of a long one.
    is_line_start: bool,
    is_blank_before: bool,
    /// The last line that says something says that a mail is included here.
    is_included: bool,
    /// The boundary above the header of a part, while that goes on, and whether it says that the part is a mail.
    part: Option<(Vec<u8>, bool)>,
    attached: Option<Attached>,
}

/// A mail that is attached.
struct Attached {
    boundary: Vec<u8>,
    /// Where in the file its boundary comes again, once that was looked for.
    end: Option<u64>,
}

impl Default for Scan {
    fn default() -> Self {
        Self { is_line_start: true, is_blank_before: true, is_included: false, part: None, attached: None }
    }
}

impl Scan {
    fn pass(&mut self, line: &[u8]) {
        let is_whole = std::mem::replace(&mut self.is_line_start, line.ends_with(b"\n"));
        if !is_whole {
            return;
        }
        let said = line.trim_ascii();
        self.is_blank_before = said.is_empty();
        if said.is_empty() {
            if let Some((boundary, true)) = self.part.take() {
                self.attached = Some(Attached { boundary, end: None });
            }
            return;
        }
        self.is_included = false;
        if said.starts_with(b"--") {
            self.is_included = announces_mail(said);
            if self.attached.as_ref().is_some_and(|attached| said.starts_with(&attached.boundary)) {
                self.attached = None;
            }
            self.part = (said.len() > 2 && said.len() < 80).then(|| (said.to_vec(), false));
        } else if let Some((_, is_mail)) = &mut self.part {
            *is_mail |= memmem::find(&said.to_ascii_lowercase(), b"message/rfc822").is_some();
            if !line.starts_with(b" ") && !line.starts_with(b"\t") && field_name(said).is_none() {
                self.part = None;
            }
        }
    }
}

/// Whether a line says that a mail follows which is part of this one: `----- Begin Included Message -----`.
fn announces_mail(line: &[u8]) -> bool {
    let line = line.to_ascii_lowercase();
    let has = |word: &[u8]| memmem::find(&line, word).is_some();
    line.starts_with(b"--")
        && line.ends_with(b"--")
        && has(b"message")
        && [&b"begin"[..], b"original", b"forward", b"included"].into_iter().any(has)
        && !has(b"end ")
}

/// Without one `>` before `From `, with which writers quote lines that would divide.
fn unquoted(line: &[u8]) -> &[u8] {
    if line.first() != Some(&b'>') {
        return line;
    }
    let depth = line.iter().take_while(|&&byte| byte == b'>').count();
    if line[depth..].starts_with(b"From ") { &line[1..] } else { line }
}

/// Whether the bytes begin with a line that divides. They go on behind it, unless the file ends there.
pub(super) fn is_separator(bytes: &[u8], is_blank_before: bool) -> bool {
    let Some(rest) = bytes.strip_prefix(b"From ") else { return false };
    let end = memchr(b'\n', rest).unwrap_or(rest.len());
    let (line, behind) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
    let next = behind.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    match (has_date(line), is_blank_before) {
        (true, true) => true,
        (true, false) => field_name(next).is_some() || next.starts_with(b">From "),
        (false, true) => is_known_field(next),
        (false, false) => false,
    }
}

/// Whether a line that divides is among these bytes.
pub(super) fn has_separator(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"\nFrom ").any(|at| {
        let before = bytes[..at].strip_suffix(b"\r").unwrap_or(&bytes[..at]);
        is_separator(&bytes[at + 1..], before.is_empty() || before.ends_with(b"\n"))
    })
}

/// Whether a dividing line has a date: a time of day, and a year somewhere behind it.
fn has_date(line: &[u8]) -> bool {
    let line = &line[..line.len().min(512)];
    let mut words = line.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let is_time = |word: &[u8]| {
        let parts: Vec<&[u8]> = word.split(|&byte| byte == b':').collect();
        matches!(parts.len(), 2 | 3) && parts.iter().all(|part| matches!(part.len(), 1 | 2) && part.iter().all(u8::is_ascii_digit))
    };
    // A date has at least a month and a day before the time.
    let before = words.by_ref().take_while(|word| !is_time(word)).count();
    before >= 2 && words.any(|word| word.len() == 4 && word.iter().all(u8::is_ascii_digit))
}
