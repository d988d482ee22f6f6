//! Who speaks in a line, and what: the name up to the first colon, without what WhatsApp puts around it.

use std::borrow::Cow;

use super::header::is_mark;

/// Bytes of the longest name.
const LONGEST: usize = 200;

/// What follows a header.
pub(super) struct Line<'a> {
    /// Nobody: something happened.
    pub(super) sender: Option<Cow<'a, str>>,
    pub(super) text: &'a str,
}

/// Divides what follows a header into who and what.
pub(super) fn split(rest: &str) -> Line<'_> {
    let first = rest.split('\n').next().unwrap_or_default();
    let divided = match first.find(": ") {
        Some(at) => Some((&rest[..at], &rest[at + 2..])),
        None => first.trim_end().strip_suffix(':').map(|name| (name, rest[first.len()..].trim_start_matches('\n'))),
    };
    match divided.and_then(|(name, text)| Some((cleaned(name)?, text))) {
        Some((sender, text)) => Line { sender: Some(sender), text },
        None => Line { sender: None, text: rest },
    }
}

/// As [`split`], for a colon without a blank behind it.
pub(super) fn split_close(rest: &str) -> Option<(Cow<'_, str>, &str)> {
    let first = rest.split('\n').next()?;
    let at = first.find(':')?;
    Some((cleaned(&rest[..at])?, &rest[at + 1..]))
}

/// A name as people write it: no steering marks, plain blanks, no tilde before those who are not in the address book.
/// `None` for what is no name: nothing, too much, or the beginning of a quotation.
fn cleaned(name: &str) -> Option<Cow<'_, str>> {
    if name.len() > LONGEST || opens_quotation(name) {
        return None;
    }
    let is_odd = |character: char| is_mark(character) || matches!(character, '\u{a0}' | '\u{202f}');
    let plain: Cow<'_, str> = match name.contains(is_odd) {
        true => name.chars().filter(|at| !is_mark(*at)).map(|at| if is_odd(at) { ' ' } else { at }).collect::<String>().into(),
        false => name.into(),
    };
    let trim = |name: &str| name.trim().strip_prefix('~').unwrap_or(name.trim()).trim().to_owned();
    let is_tidy = !plain.starts_with(['~', ' ']) && !plain.ends_with(' ');
    let tidy = if is_tidy { plain } else { trim(&plain).into() };
    (!tidy.is_empty()).then_some(tidy)
}

fn opens_quotation(name: &str) -> bool {
    let count = |sign| name.matches(sign).count();
    count('"') % 2 == 1 || count('“') > count('”') && count('„') == 0 || count('«') > count('»') || count('「') > count('」')
}

/// Bytes that are no UTF-8, as people's editors save them: in the code page of Western Europe.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}
