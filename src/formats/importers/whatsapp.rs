//! WhatsApp: the text of one chat as its apps export it, `_chat.txt` or `WhatsApp Chat with ….txt`, with the media beside it.
//!
//! The format says nothing about itself: the shape of the headers, the order of the dates, the calendar and the language are found out in a
//! first reading of the whole file. Memory grows with the people of a chat. Messages have no ids, and times no zone.

mod body;
mod dates;
mod events;
mod evidence;
mod halves;
mod header;
mod reader;
mod senders;
mod survey;
mod words;

use std::borrow::Cow;
use std::sync::Arc;

use super::{Candidate, Export, Importer, ReadError, Unit};
use crate::formats::lines::Lines;
use crate::formats::out::{Chat, ChatName, Out};
use crate::formats::tree::clean;
use crate::formats::{FormatError, Source};
use crate::model::{About, Person};
use dates::Calendar;
use header::Header;
use reader::Reader;
use survey::Survey;
use words::WORDS;

pub(in crate::formats) struct WhatsApp;

impl Importer for WhatsApp {
    fn name(&self) -> &'static str {
        "whatsapp"
    }

    fn title(&self) -> &'static str {
        "exports of WhatsApp chats: _chat.txt or WhatsApp Chat with ….txt, alone, in a folder or in the zip with media"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let name = file.name();
        let is_text = name.to_ascii_lowercase().ends_with(".txt");
        if file.is_told {
            return (is_text || headers(file.head).0 > 0).then(|| file.alone());
        }
        if !is_text || name.starts_with('.') || file.path.starts_with("__MACOSX/") {
            return None;
        }
        let is_named = is_usual(stem(name)) || WORDS.chat(stem(name)).is_some();
        let (found, spoken) = headers(file.head);
        let begins = || lines(file.head).find(|line| !line.trim().is_empty()).is_some_and(|line| header::read(&line).is_some());
        let is_one = if is_named { found > 0 } else { begins() && spoken > 0 && spoken * 2 >= found };
        is_one.then(|| file.alone())
    }

    fn gives_ids(&self) -> bool {
        true
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        export.files.iter().try_for_each(|path| read(export, path, out))
    }
}

/// The lines of the beginning of a file.
fn lines(head: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.split(|byte| *byte == b'\n').map(senders::decoded)
}

/// How many lines have a header, and in how many of them somebody says something.
fn headers(head: &[u8]) -> (usize, usize) {
    let is_said = |header: &Header<'_>| {
        let line = senders::split(header.rest);
        line.sender.is_some_and(|name| !name.starts_with(['<', '*', '-', '[', '#']))
    };
    let mut counts = (0, 0);
    for line in lines(head).filter(|line| header::may_begin(line.as_bytes())) {
        if let Some(header) = header::read(&line) {
            counts.0 += 1;
            counts.1 += usize::from(is_said(&header));
        }
    }
    counts
}

/// A name without its ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a file is named as phones of Apple's name every chat.
fn is_usual(stem: &str) -> bool {
    let stem = stem.to_ascii_lowercase();
    let stem = stem.split(" (").next().unwrap_or_default();
    matches!(stem, "_chat" | "chat")
}

fn read(export: &Export<'_>, path: &str, out: &mut Out<'_>) -> Result<(), ReadError> {
    let file = export.shown(path);
    // The first reading does not count for the progress.
    let survey = Survey::of(Source::new(&file, export.tree.open_as_it_is(path)?)?);
    let Some(class) = survey.classes.first() else {
        out.unread(FormatError::Unknown { file })?;
        return Ok(());
    };
    let language = survey.language();
    let (chat, name, why) = chat(export, path, &survey);
    out.inferred("conversation", name.as_str(), why)?;
    if let Some((language, count)) = language {
        out.inferred("language", language, format!("{count} texts of the program's own"))?;
    }
    let decision = class.decide(language.map(|(language, _)| language));
    out.inferred("date order", decision.order.name(), decision.why)?;
    let orders: Vec<_> = survey.classes.iter().map(|class| class.decide(language.map(|(language, _)| language)).order).collect();
    tell_halves(class, out)?;
    if let Some(line) = survey.not_utf8 {
        out.inferred("encoding", "windows-1252 where it is no UTF-8", format!("line {line} is no UTF-8"))?;
    }
    export.tell_timezone(out)?;
    let members = class.members();
    let kind = if survey.is_group || members.len() > 2 { "group" } else { "direct" };
    let shown = survey.subject.clone().unwrap_or(name);
    let people = members.iter().map(|name| Person::new(name, name)).collect();
    out.about(&chat, About { name: shown, kind: kind.to_owned(), members: people, ..About::default() })?;
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let place = |name: &str| clean(&format!("{folder}{name}")).filter(|path| export.tree.size(path).is_some());
    let mut reader = Reader {
        survey: &survey,
        orders,
        timezone: &export.reading.timezone,
        chat: &chat,
        file: Arc::clone(&file),
        members,
        place: &place,
        state: reader::State::default(),
    };
    let mut calendars = Vec::new();
    let mut lines = Lines::new(export.tree.open(path)?);
    loop {
        match lines.next() {
            Ok(Some(line)) => {
                if let Some(calendar) = reader.line(line.number, line.bytes, out)?
                    && !calendars.contains(&calendar)
                {
                    calendars.push(calendar);
                    if calendar != Calendar::Gregorian {
                        out.inferred("calendar", calendar.name(), format!("the year of line {}", line.number))?;
                    }
                }
            }
            Ok(None) => break,
            Err(source) => {
                reader.end(out)?;
                out.unread(FormatError::Read { file, source })?;
                return Ok(());
            }
        }
    }
    Ok(reader.end(out)?)
}

/// Says how words beside times were understood that no table has.
fn tell_halves(class: &survey::Class, out: &mut Out<'_>) -> Result<(), ReadError> {
    if let Some([am, pm]) = class.learned() {
        out.inferred("half of the day", format!("{am} before noon, {pm} after"), "their order on the same days")?;
    } else if let Some(word) = class.not_understood() {
        out.inferred("half of the day", format!("{word} says nothing"), "the word is not known; hours were read as hours of 24")?;
    }
    Ok(())
}

/// The conversation, its name, and where the name is from.
fn chat(export: &Export<'_>, path: &str, survey: &Survey) -> (Chat, String, &'static str) {
    let file = path.rsplit('/').next().unwrap_or(path);
    let folder = path.rsplit('/').nth(1);
    let root = export.tree.name();
    let outer =
        if export.tree.is_one_file() { root.rsplit(['/', '\\']).nth(1) } else { root.rsplit(['/', '\\']).find(|part| !part.is_empty()) };
    let outer =
        outer.map(|name| name.strip_suffix(".zip").unwrap_or(name)).filter(|name| !name.is_empty() && *name != "." && *name != "..");
    let of_chat = |name: Option<&str>| name.and_then(|name| WORDS.chat(name)).map(|(name, _)| name);
    let (name, why) = if let Some(name) = of_chat(Some(stem(file))) {
        (name, "the name of the file")
    } else if !is_usual(stem(file)) {
        (stem(file).to_owned(), "the name of the file")
    } else if let Some(name) = of_chat(folder).or_else(|| of_chat(outer)) {
        (name, "the name of the folder or archive")
    } else if let Some(name) = &survey.owner {
        (name.clone(), "the program speaks under this name")
    } else if let Some(name) = folder.or(outer) {
        (name.to_owned(), "the name of the folder or archive")
    } else {
        ("chat".to_owned(), "nothing names it")
    };
    (Chat { id: name.clone(), name: ChatName::Guessed }, name, why)
}

#[cfg(test)]
mod tests;
