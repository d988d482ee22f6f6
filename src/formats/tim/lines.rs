//! One message a line.

use std::io::{self, Read};

use memchr::memchr;

use super::{BOM, Entry, LONGEST, Window, parse, too_long};

/// The next line that is not blank; `None` at the end.
pub(super) fn next<R: Read>(window: &mut Window<R>, line: &mut u64) -> io::Result<Option<Entry>> {
    let mut searched = 0;
    loop {
        let bytes = window.bytes();
        let end = match memchr(b'\n', &bytes[searched..]) {
            Some(at) => searched + at,
            None if bytes.len() > LONGEST => return pass_long(window, line).map(Some),
            None => {
                searched = bytes.len();
                if window.more()? {
                    continue;
                }
                searched
            }
        };
        let bytes = window.bytes();
        if bytes.is_empty() {
            return Ok(None);
        }
        let text = bytes[..end].trim_ascii();
        // Files that were put together keep the mark of each.
        let text = text.strip_prefix(BOM).unwrap_or(text);
        let entry = (!text.is_empty()).then(|| Entry { line: *line, said: parse(text) });
        window.pass(end + 1);
        *line += 1;
        searched = 0;
        if entry.is_some() {
            return Ok(entry);
        }
    }
}

/// Passes a line without holding it.
fn pass_long<R: Read>(window: &mut Window<R>, line: &mut u64) -> io::Result<Entry> {
    let mut length = 0;
    loop {
        let bytes = window.bytes();
        let end = memchr(b'\n', bytes);
        let count = end.unwrap_or(bytes.len());
        length += count;
        window.pass(end.map_or(count, |end| end + 1));
        if end.is_some() || !window.more()? {
            break;
        }
    }
    let entry = Entry { line: *line, said: Err(too_long(length)) };
    *line += 1;
    Ok(entry)
}
