//! What a file of mails is, told from its beginning.

use memchr::memchr;

use super::mbox;

/// How mails lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileForm {
    /// Any number of them, divided by lines that begin with `From `.
    Box,
    /// One.
    Mail,
    /// One, behind its length and before a property list.
    AppleMail,
}

/// Header fields that show that somebody's mail program wrote them.
const SURE: &[&str] = &["from", "received", "return-path", "message-id", "delivered-to", "x-mozilla-status", "x-gm-thrid", "envelope-to"];
/// Header fields that stand in other files too.
const LIKELY: &[&str] = &[
    "to",
    "cc",
    "date",
    "subject",
    "mime-version",
    "content-type",
    "in-reply-to",
    "references",
    "sender",
    "reply-to",
    "x-mailer",
    "status",
];

impl FileForm {
    /// Of a file with these first bytes and this name; `None` for one that holds no mail.
    pub(super) fn of(head: &[u8], name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let is_named_box = [".mbox", ".mbx"].iter().any(|ending| lower.ends_with(ending)) || lower == "mbox";
        let start = begin(head);
        if start.is_empty() {
            return is_named_box.then_some(Self::Box);
        }
        if mbox::is_separator(start, true) {
            // Files with a name of Maildir hold one mail whatever it begins with.
            let is_single = lower.ends_with(".eml") || lower.contains(":2,");
            return Some(if is_single { Self::Mail } else { Self::Box });
        }
        if is_named_box && mbox::has_separator(head) {
            return Some(Self::Box);
        }
        if is_header(start) {
            return Some(Self::Mail);
        }
        (lower.ends_with(".emlx") && is_header(of_apple(head))).then_some(Self::AppleMail)
    }
}

/// The mail in a file of Apple Mail: as many bytes as its first line says, and all where it says something else.
pub(super) fn of_apple(bytes: &[u8]) -> &[u8] {
    let Some(end) = memchr(b'\n', bytes) else { return bytes };
    let length = std::str::from_utf8(&bytes[..end]).ok().and_then(|line| line.trim().parse::<usize>().ok());
    match length {
        Some(length) => &bytes[end + 1..bytes.len().min(end + 1 + length)],
        None => bytes,
    }
}

/// A mail without the dividing line that some programs leave before it.
pub(super) fn without_separator(bytes: &[u8]) -> &[u8] {
    let start = begin(bytes);
    match memchr(b'\n', start) {
        Some(end) if mbox::is_separator(start, true) => &start[end + 1..],
        _ => start,
    }
}

/// What comes behind a byte order mark and blank lines.
fn begin(head: &[u8]) -> &[u8] {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let blank = head.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    // A line that begins with a blank goes on with a line that is not there.
    match head[..blank].last() {
        Some(b' ' | b'\t') => head,
        _ => &head[blank..],
    }
}

/// Whether the header of a mail begins here: two fields of mails, one of which nothing else has.
fn is_header(start: &[u8]) -> bool {
    let (mut sure, mut likely) = (0, 0);
    for (number, line) in start.split(|&byte| byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line.first() {
            None => break,
            Some(b' ' | b'\t') if number > 0 => continue,
            Some(_) => {}
        }
        let Some(name) = field_name(line) else {
            // Some programs leave one line of a mailbox before the header.
            if number == 0 && !line.starts_with(b">From ") {
                return false;
            }
            continue;
        };
        let is = |known: &&&str| known.as_bytes().eq_ignore_ascii_case(name);
        sure += usize::from(SURE.iter().any(|known| is(&known)));
        likely += usize::from(LIKELY.iter().any(|known| is(&known)));
    }
    sure > 0 && sure + likely > 1
}

/// The name of the header field on this line.
pub(super) fn field_name(line: &[u8]) -> Option<&[u8]> {
    let name = &line[..memchr(b':', line)?];
    let name = name.trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// Whether a line begins with a header field that mails have.
pub(super) fn is_known_field(line: &[u8]) -> bool {
    field_name(line).is_some_and(|name| {
        let is = |known: &&str| known.as_bytes().eq_ignore_ascii_case(name);
        SURE.iter().any(is) || LIKELY.iter().any(is) || name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"x-"))
    })
}
