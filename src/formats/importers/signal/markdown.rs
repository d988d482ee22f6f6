//! `chat.md` of sigexport, `index.md` in its first versions: messages as `[date time] sender: text`, their lines below.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use xxhash_rust::xxh3::xxh3_64;

use super::chat::{self, Runs};
use super::lines::{add_reaction, part_of_file, quoted, without_end};
use super::{chat_of, person};
use crate::formats::imported::{Imported, Part, Record, Reply};
use crate::formats::importers::{Export, ReadError};
use crate::formats::lines::Lines;
use crate::formats::out::{At, Out};
use crate::formats::{Fault, FormatError};

/// Bytes of a message; what is behind is cut off.
const LONGEST: usize = 300_000;

/// The beginning of a message.
pub(super) struct Header<'a> {
    date: DateTime,
    /// Whether the date is divided from the time by a comma, as in old versions.
    pub(super) has_comma: bool,
    pub(super) has_seconds: bool,
    sender: &'a str,
    text: &'a str,
}

impl<'a> Header<'a> {
    /// Of a line such as `[2019-05-29, 15:04] Me: How is everyone?`; `None` for any other.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let (stamp, rest) = line.strip_prefix('[')?.split_once("] ")?;
        let (day, clock) = stamp.split_once(' ')?;
        let (day, has_comma) = day.strip_suffix(',').map_or((day, false), |day| (day, true));
        let day = Some(day).filter(|day| day.len() == 10)?.parse::<Date>().ok()?;
        let parts: Vec<i8> = clock.split(':').map(|part| part.parse().ok().filter(|_| part.len() == 2)).collect::<Option<_>>()?;
        let (hour, minute, second) = match parts[..] {
            [hour, minute] => (hour, minute, 0),
            [hour, minute, second] => (hour, minute, second),
            _ => return None,
        };
        let date = DateTime::new(day.year(), day.month(), day.day(), hour, minute, second, 0).ok()?;
        let (sender, text) = rest.split_once(':')?;
        Some(Self { date, has_comma, has_seconds: parts.len() == 3, sender, text: text.strip_prefix(' ').unwrap_or(text) })
    }
}

/// A message whose lines are gathered.
struct Open {
    line: u64,
    date: DateTime,
    sender: String,
    text: String,
    record: String,
}

/// Reads the file of a chat.
pub(super) fn read(export: &Export<'_>, path: &str, out: &mut Out<'_>) -> Result<(), ReadError> {
    let file = export.shown(path);
    let chat = chat_of(export, path);
    out.inferred("conversation", chat.id.clone(), "the name of the chat's folder")?;
    export.tell_timezone(out)?;
    out.about(&chat, chat::about(export, path, &chat.id))?;
    let mut lines = Lines::new(export.tree.open(path)?);
    let mut runs = Runs::default();
    let mut open: Option<Open> = None;
    let mut give = |open: Open, out: &mut Out<'_>| -> Result<(), ReadError> {
        let at = At::new(&file, open.line);
        let content = xxh3_64(open.record.as_bytes());
        let Some(milliseconds) = chat::milliseconds(open.date, &export.reading.timezone).filter(|time| *time >= 0) else {
            return Ok(out.fault(at, Fault::Unreadable { what: "date" })?);
        };
        if runs.begins(milliseconds, content, false) {
            out.begin_again();
        }
        Ok(out.message(&chat, at, message(open, milliseconds, path, export))?)
    };
    loop {
        let line = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(source) => {
                if let Some(open) = open.take() {
                    give(open, out)?;
                }
                return Err(FormatError::Read { file: Arc::clone(&file), source }.into());
            }
        };
        let text = String::from_utf8_lossy(line.bytes);
        match (Header::of(&text), &mut open) {
            (Some(header), _) => {
                let next = Open {
                    line: line.number,
                    date: header.date,
                    sender: header.sender.to_owned(),
                    text: header.text.to_owned(),
                    record: text.to_string(),
                };
                if let Some(open) = open.replace(next) {
                    give(open, out)?;
                }
            }
            (None, Some(open)) if open.text.len() < LONGEST => {
                for kept in [&mut open.text, &mut open.record] {
                    kept.push('\n');
                    kept.push_str(&text);
                }
            }
            (None, Some(_)) => {}
            (None, None) if text.trim().is_empty() => {}
            (None, None) => out.fault(At::new(&file, line.number), Fault::Lacks { what: "date" })?,
        }
    }
    match open {
        Some(open) => give(open, out),
        None => Ok(()),
    }
}

fn message(open: Open, milliseconds: i64, path: &str, export: &Export<'_>) -> Imported {
    let (sender, is_self) = person(&open.sender, export);
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let mut imported = Imported {
        sender,
        is_self,
        time: u64::try_from(milliseconds / 1_000).unwrap_or_default(),
        record: Record::Text(open.record.trim_end_matches('\n').to_owned()),
        ..Imported::default()
    };
    let mut text = open.text.trim_end_matches('\n').to_owned();
    if text == "(This message was deleted)" {
        imported.is_deleted = true;
        return imported;
    }
    while let Some((body, reactions)) = last_line(&text, "(- ", " -)") {
        for (name, emoji) in reactions.split(", ").filter_map(|pair| pair.rsplit_once(": ")) {
            add_reaction(&mut imported.reactions, name, emoji, export);
        }
        text = body;
    }
    let mut others = Vec::new();
    if let Some((body, sticker)) = last_line(&text, "(( ", " ))") {
        others.push(Part::Sticker(sticker));
        text = body;
    }
    let mut files = Vec::new();
    while let Some((body, name, file)) = last_file(&text) {
        files.push(part_of_file(&name, &file, &folder));
        text = body;
    }
    others.extend(files.into_iter().rev());
    if let Some(quote) = text.strip_prefix("\n\n> ")
        && let Some((quote, body)) = quote.split_once("\n\n")
    {
        imported.reply = Some(Reply { text: quoted(quote), ..Reply::default() });
        text = body.to_owned();
    }
    imported.parts.push(Part::Text(without_end(&text).to_owned()));
    imported.parts.extend(others);
    imported
}

/// The last line where it stands in such marks, and what is before it.
fn last_line(text: &str, start: &str, end: &str) -> Option<(String, String)> {
    let (body, line) = text.rsplit_once('\n')?;
    let inner = line.trim_end().strip_prefix(start)?.strip_suffix(end)?;
    Some((body.to_owned(), inner.to_owned()))
}

/// The name and the path of a link to a file at the end, and what is before it.
fn last_file(text: &str) -> Option<(String, String, String)> {
    let rest = text.trim_end_matches(' ').strip_suffix(')')?;
    let (rest, path) = rest.rsplit_once("](")?;
    if !path.starts_with("./") && !path.starts_with("media/") {
        return None;
    }
    let (body, name) = rest.rsplit_once('[')?;
    Some((body.strip_suffix('!').unwrap_or(body).to_owned(), name.to_owned(), path.to_owned()))
}
