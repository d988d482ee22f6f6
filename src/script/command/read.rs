//! What a message gives a command. Any text at all is read without a fault.

use std::collections::BTreeMap;

use super::usage;
use crate::model::limits;
use crate::script::fold::{fold_char, folded};
use crate::script::handler::{Argument, ArgumentKind, ArgumentValue, CommandSpec};
use crate::script::when::{self, Zone};

/// Against what a command is read.
#[derive(Clone, Copy)]
pub(in crate::script) struct Hearing<'a> {
    /// The account's user id, under which people may address it.
    pub(in crate::script) account: &'a str,
    /// What has to stand in front of the name, unless the account is addressed. Without one `/` and `!` may stand there.
    pub(in crate::script) prefix: Option<&'a str>,
    /// Unix seconds.
    pub(in crate::script) now: u64,
    pub(in crate::script) zone: &'a Zone,
}

/// What a message is to a command.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::script) enum Reading {
    /// Not this command.
    NotThis,
    /// This command, with what it cannot be done; the text says that to whoever wrote it.
    Wrong(String),
    /// This command, with values by the names of its arguments; those left out are missing.
    Given(BTreeMap<String, ArgumentValue>),
}

/// The signs that stand in front of commands.
const SIGNS: [char; 4] = ['/', '!', '／', '！'];
/// What opens a quotation, with what closes it.
const QUOTES: [(char, char); 5] = [('"', '"'), ('“', '”'), ('„', '“'), ('「', '」'), ('«', '»')];
/// Whole numbers up to here are whole in Lua.
const MAX_INT: i64 = 1 << 53;

/// Reads a message as this command. At most one sign is taken off, and what is given as text is not read again.
///
/// A command without arguments that is neither addressed nor has a sign is the whole message, since `ping` also begins sentences.
pub(in crate::script) fn read(spec: &CommandSpec, text: &str, hearing: &Hearing<'_>) -> Reading {
    let Some((rest, is_meant)) = behind_opening(text, hearing) else { return Reading::NotThis };
    let Some(mut rest) = behind_name(rest, &spec.name) else { return Reading::NotThis };
    if spec.arguments.is_empty() && !rest.is_empty() && !is_meant {
        return Reading::NotThis;
    }
    let wrong = |why: String| Reading::Wrong(format!("{why}\nUsage: {}", usage(spec)));
    let mut given = BTreeMap::new();
    for argument in &spec.arguments {
        if rest.is_empty() {
            if argument.is_optional {
                break;
            }
            return wrong(format!("{} is missing.", argument.name));
        }
        match value(argument, rest, hearing) {
            Ok((value, behind)) => {
                given.insert(argument.name.clone(), value);
                rest = behind;
            }
            Err(why) => return wrong(why),
        }
    }
    if rest.is_empty() { Reading::Given(given) } else { wrong(format!("{} is too much.", when::shown(rest))) }
}

/// What stands behind the address and the sign, and whether there was either; `None` when a sign is needed and missing.
pub(super) fn behind_opening<'a>(text: &'a str, hearing: &Hearing<'_>) -> Option<(&'a str, bool)> {
    let text = text.trim();
    let (text, is_addressed) = match behind_address(text, hearing.account) {
        Some(behind) => (behind, true),
        None => (text, false),
    };
    let behind_sign = match hearing.prefix {
        // As people type them, a sign of either width is the sign.
        Some(prefix) => behind_folded(text, prefix),
        None => text.strip_prefix(SIGNS),
    };
    match behind_sign {
        Some(behind) => Some((behind, true)),
        None if hearing.prefix.is_some() && !is_addressed => None,
        None => Some((text, is_addressed)),
    }
}

/// What stands behind `@account`, and a comma or colon after it.
fn behind_address<'a>(text: &'a str, account: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(['@', '＠'])?;
    let rest = behind_folded(rest, account).filter(|_| !account.is_empty())?;
    let behind = rest.strip_prefix([',', ':', '，', '：']).unwrap_or(rest);
    let is_end = behind.len() < rest.len() || behind.is_empty() || behind.starts_with(char::is_whitespace);
    is_end.then(|| behind.trim_start())
}

/// What stands behind the words of the name.
fn behind_name<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    for (place, word) in name.split(' ').enumerate() {
        if place > 0 {
            rest = rest.trim_start();
        }
        rest = behind_folded(rest, word)?;
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return None;
        }
    }
    Some(rest.trim_start())
}

/// What stands behind a beginning that is equal without case, widths and accents.
fn behind_folded<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let wanted = folded(beginning);
    let mut seen = String::new();
    for (at, c) in text.char_indices() {
        if seen == wanted {
            return Some(&text[at..]);
        }
        fold_char(c, &mut seen);
        if !wanted.starts_with(&seen) {
            return None;
        }
    }
    (seen == wanted).then_some("")
}

/// The value of an argument at the beginning of `text`, and what stands behind it; or what is wrong.
fn value<'a>(argument: &Argument, text: &'a str, hearing: &Hearing<'_>) -> Result<(ArgumentValue, &'a str), String> {
    let name = &argument.name;
    let (word, behind) = word(text);
    let no = |what: &str| format!("{name}: {} is {what}", when::shown(&word));
    Ok(match &argument.kind {
        ArgumentKind::Text => (ArgumentValue::Text(text.trim_end().to_owned()), ""),
        ArgumentKind::Word => (ArgumentValue::Text(word), behind),
        ArgumentKind::Int => {
            let int = folded(&word).parse::<i64>().ok().filter(|int| int.abs() <= MAX_INT);
            (ArgumentValue::Number(int.ok_or_else(|| no("no whole number."))? as f64), behind)
        }
        ArgumentKind::Number => {
            let folded = folded(&word);
            // `inf` and `nan` are words.
            let is_number = folded.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
            let number = folded.parse::<f64>().ok().filter(|number| is_number && number.is_finite());
            (ArgumentValue::Number(number.ok_or_else(|| no("no number."))?), behind)
        }
        ArgumentKind::Duration => {
            let (length, behind) = when::length_prefix(text)
                .or_else(|| Some((when::duration(&word).ok()?, behind)))
                .ok_or_else(|| no("no length of time. Write 90s, 15m, 2h30m or 1d."))?;
            (ArgumentValue::Duration(length.as_secs_f64()), behind)
        }
        ArgumentKind::Time => {
            let (time, behind) = when::prefix(text, hearing.now, hearing.zone)
                .or_else(|| Some((when::time(&word, hearing.now, hearing.zone).ok()?, behind)))
                .ok_or_else(|| no("no time. Write 2h, 9:00, fri 9:00, tomorrow 8:30 or 2026-12-01 10:00."))?;
            if time < hearing.now {
                return Err(format!("{name}: that was {}.", when::friendly(time, hearing.now, hearing.zone)));
            }
            (ArgumentValue::Time(time), behind)
        }
        ArgumentKind::User => {
            let user = word.strip_prefix(['@', '＠']).unwrap_or(&word);
            limits::USER_ID.check(user.len()).map_err(|_| no("no user id."))?;
            (ArgumentValue::Text(user.to_owned()), behind)
        }
        ArgumentKind::Choice(words) => {
            let choice = words.iter().find(|choice| folded(choice) == folded(&word));
            let choice = choice.ok_or_else(|| no(&format!("none of {}.", words.join(", "))))?;
            (ArgumentValue::Text(choice.clone()), behind)
        }
    })
}

/// The first word, or what stands in quotes there, and what stands behind it. A quotation that is not closed is none.
fn word(text: &str) -> (String, &str) {
    let mut chars = text.chars();
    if let Some(&(_, close)) = chars.next().and_then(|first| QUOTES.iter().find(|(open, _)| *open == first))
        && let Some((word, behind)) = quoted(chars.as_str(), close)
    {
        return (word, behind);
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (text[..end].to_owned(), text[end..].trim_start())
}

/// What stands before the closing mark; a backslash takes away the meaning of the mark and of itself.
fn quoted(text: &str, close: char) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == close {
            let behind = &text[at + c.len_utf8()..];
            return (behind.is_empty() || behind.starts_with(char::is_whitespace)).then(|| (word, behind.trim_start()));
        }
        let next = text[at + c.len_utf8()..].chars().next().filter(|&next| c == '\\' && (next == close || next == '\\'));
        if next.is_some() {
            chars.next();
        }
        word.push(next.unwrap_or(c));
    }
    None
}
