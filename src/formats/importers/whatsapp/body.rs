//! What a message says: text, files that are there or left out, places, polls, and the marks that WhatsApp puts beside them.

use serde_json::json;

use super::header::is_mark;
use super::words::WORDS;
use crate::formats::imported::{Attachment, FileKind, Part};

/// What stands in the place of something that an export leaves out, by the keys of `words.txt`.
pub(super) const SAID: &[&str] = &["image", "video", "audio", "sticker", "gif", "contact", "document", "media", "once", "deleted", "live"];

const OWN: char = '\u{200e}';

/// A message, taken apart.
#[derive(Default)]
pub(super) struct Body {
    pub(super) parts: Vec<Part>,
    /// The names of those who are mentioned.
    pub(super) mentions: Vec<String>,
    pub(super) is_edited: bool,
    pub(super) is_deleted: bool,
    /// It tells that something happened; who reads it makes an event of it.
    pub(super) is_event: bool,
}

/// Without the marks that lead a text of the program's own.
pub(super) fn plain(text: &str) -> &str {
    text.trim_start_matches(OWN)
}

/// Reads what somebody said. `place` gives the path of a file beside the export where it is there.
pub(super) fn read(text: &str, place: &dyn Fn(&str) -> Option<String>) -> Body {
    let is_own = text.starts_with(OWN);
    let (text, is_edited) = without_edited(text);
    let mut body = Body { is_edited, ..Body::default() };
    let short = plain(text);
    if text.len() <= 200 && WORDS.is("deleted", text).is_some() || is_own && text.len() <= 200 && is_deleted_by_admin(short) {
        body.is_deleted = true;
        return body;
    }
    let part = poll(short).or_else(|| spot(short, is_own));
    if let Some(part) = part {
        body.parts.push(part);
        return body;
    }
    if let Some((file, caption)) = file(text, place) {
        body.parts.push(Part::File(file));
        body.say(caption);
    } else if let Some((part, caption)) = left_out(text) {
        body.parts.push(part);
        body.say(caption);
    } else if is_own && WORDS.event(short).is_some() || super::events::is_notice(short) {
        body.is_event = true;
    } else {
        body.say(short);
    }
    body
}

impl Body {
    /// Adds a text, with mentions as names.
    fn say(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut said = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("@\u{2068}") {
            let (before, behind) = (&rest[..=at], &rest[at + 1 + '\u{2068}'.len_utf8()..]);
            let Some((name, next)) = behind.split_once('\u{2069}').filter(|(name, _)| name.len() <= 200 && !name.contains('\n')) else {
                break;
            };
            let name = name.trim_start_matches('~').trim();
            said.push_str(before);
            said.push_str(name);
            if !self.mentions.iter().any(|known| known == name) {
                self.mentions.push(name.to_owned());
            }
            rest = next;
        }
        said.push_str(rest);
        self.parts.push(Part::Text(said));
    }
}

fn is_deleted_by_admin(text: &str) -> bool {
    ["This message was deleted by", "Diese Nachricht wurde von"].iter().any(|begin| text.starts_with(begin))
}

/// The text before the mark of an edited message, and whether there is one.
fn without_edited(text: &str) -> (&str, bool) {
    let end = text.trim_end_matches(|at: char| is_mark(at) || at == ' ');
    if let Some(inner) = end.strip_suffix('>')
        && let Some(at) = inner.rfind('<')
        && WORDS.is("edited", &inner[at + 1..]).is_some()
    {
        let before = text[..at].trim_end_matches(OWN);
        return (before.strip_suffix(' ').unwrap_or(before), true);
    }
    (text, false)
}

/// The file that a message names as its own and the text beside it, when its words are those of a language that is known.
pub(super) fn attached(line: &str) -> Option<(&str, &str, &'static str)> {
    let (word, name, rest) = in_angles(line).or_else(|| in_parentheses(line).map(|(words, name)| (words, name, "")))?;
    let language = WORDS.any(&["attached", "file"], word)?.1;
    Some((name, rest, language))
}

/// `caption <word: name>`: the word, the name, and what stands before.
fn in_angles(text: &str) -> Option<(&str, &str, &str)> {
    let inner = text.trim_end_matches(|at: char| is_mark(at) || at == ' ').strip_suffix('>')?;
    let at = inner.rfind('<')?;
    let (word, name) = inner[at + 1..].split_once([':', '：'])?;
    let name = name.trim_matches(|at: char| is_mark(at) || at.is_whitespace());
    has_ending(name).then_some((word.trim(), name, &text[..at]))
}

/// `name (words)`: the words and the name.
fn in_parentheses(line: &str) -> Option<(&str, &str)> {
    let inner = line.trim_end_matches(|at: char| is_mark(at) || at == ' ').strip_suffix(')')?;
    let at = inner.rfind(" (")?;
    let name = inner[..at].trim_matches(|at: char| is_mark(at) || at == ' ');
    has_ending(name).then_some((&inner[at + 2..], name))
}

fn has_ending(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    name.len() <= 255 && (1..=8).contains(&ending.len()) && ending.bytes().all(|at| at.is_ascii_alphanumeric())
}

/// Whether a file is named as WhatsApp names what it receives: `IMG-20241201-WA0001.jpg`, `00000012-PHOTO-2024-12-01-10-00-00.jpg`.
fn has_its_name(name: &str) -> bool {
    let (kind, rest) = without_number(name).split_once('-').unwrap_or_default();
    let is_kind = !kind.is_empty() && kind.len() <= 8 && kind.bytes().all(|at| at.is_ascii_uppercase());
    is_kind && rest.len() >= 8 && rest.bytes().take(4).all(|at| at.is_ascii_digit())
}

/// A name without the running number that each export of a phone of Apple's gives anew.
fn without_number(name: &str) -> &str {
    match name.split_once('-') {
        Some((number, rest)) if number.len() == 8 && number.bytes().all(|at| at.is_ascii_digit()) => rest,
        _ => name,
    }
}

/// The file of a message and the text beside it.
fn file<'a>(text: &'a str, place: &dyn Fn(&str) -> Option<String>) -> Option<(Attachment, &'a str)> {
    let (first, behind) = text.split_once('\n').unwrap_or((text, ""));
    if !(text.contains('<') || first.contains(" (")) {
        return None;
    }
    let angles = in_angles(text).or_else(|| in_angles(first).map(|(word, name, _)| (word, name, behind)));
    let found = angles.filter(|(word, name, rest)| {
        WORDS.is("attached", word).is_some() || rest.ends_with(OWN) || text.starts_with(OWN) || has_its_name(name)
    });
    let found = found.map(|(_, name, rest)| (name, rest));
    let (name, caption) = match found {
        Some(found) => found,
        None => {
            let (words, name) = in_parentheses(first)?;
            (WORDS.is("file", words).is_some() || has_its_name(name) || place(name).is_some()).then_some((name, behind))?
        }
    };
    let shown = without_number(name);
    let caption = plain(caption).trim_end_matches([OWN, ' ']);
    let is_title = caption == shown || caption.split_once(" • ").is_some_and(|(title, _)| title == shown || has_ending(title));
    let caption = if is_title { "" } else { caption };
    let path = place(name).unwrap_or_default();
    Some((
        Attachment { kind: FileKind::of("", name), name: shown.to_owned(), path, place: name.to_owned(), ..Attachment::default() },
        caption,
    ))
}

/// What stands for something that the export leaves out, and the text beside it.
fn left_out(text: &str) -> Option<(Part, &str)> {
    let (first, behind) = text.split_once('\n').unwrap_or((text, ""));
    let (key, said, caption) = match text.rfind(OWN).filter(|at| *at > 0 && text.len() - at < 200) {
        Some(at) if WORDS.any(SAID, &text[at..]).is_some() => (WORDS.any(SAID, &text[at..])?.0, &text[at..], text[..at].trim_end()),
        _ => (WORDS.any(SAID, first)?.0, first, behind),
    };
    let said = plain(said).trim();
    if matches!(key, "media" | "once") && !said.starts_with('<') {
        return None;
    }
    let caption = plain(caption);
    let (name, caption) = match (key, caption.split_once(" • ")) {
        ("document", Some((name, _))) => (name, ""),
        ("document", None) if has_ending(caption) => (caption, ""),
        _ => ("", caption),
    };
    let kind = match key {
        "image" | "gif" => FileKind::Image,
        "video" => FileKind::Video,
        "audio" => FileKind::Sound,
        "sticker" => return Some((Part::Sticker(said.to_owned()), caption)),
        "contact" => return Some((other("contact", said), caption)),
        "live" => return Some((other("location", said), caption)),
        "once" => return Some((other("once", said), caption)),
        "deleted" => return None,
        _ => FileKind::File,
    };
    let name = name.to_owned();
    Some((Part::File(Attachment { kind, name, place: said.to_owned(), ..Attachment::default() }), caption))
}

fn other(kind: &'static str, text: &str) -> Part {
    Part::Other { kind, text: text.to_owned(), data: json!({}) }
}

/// A place: a word or its name, and a link with its degrees.
fn spot(text: &str, is_own: bool) -> Option<Part> {
    let at = text.find("https://maps.google.com/?q=").or_else(|| text.find("https://www.google.com/maps?q="))?;
    let (_, degrees) = text[at..].split_once("q=")?;
    let (latitude, longitude) = degrees.trim().split_once(',')?;
    let (latitude, longitude): (f64, f64) = (latitude.parse().ok()?, longitude.parse().ok()?);
    let before = text[..at].trim().trim_end_matches([':', '：']).trim();
    let is_word = WORDS.is("location", before).is_some();
    let is_named = before.ends_with(')') && !before.contains('\n');
    let is_there = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    let desc = if is_word { String::new() } else { before.to_owned() };
    (is_there && (is_word || is_own || is_named)).then_some(Part::Place { desc, latitude, longitude })
}

/// A poll: a word and a question, and then only options with the same word before and a number of votes behind.
fn poll(text: &str) -> Option<Part> {
    let (head, rest) = text.split_once(['\n', OWN]).filter(|(head, _)| head.contains([':', '：']))?;
    let (word, question) = head.split_once([':', '：'])?;
    if word.len() > 40 || word.chars().any(|at| !at.is_alphabetic() || at.is_lowercase()) {
        return None;
    }
    let mut question = question.trim().to_owned();
    let mut options: Vec<(&str, &str, u64)> = Vec::new();
    for line in rest.split('\n').map(|line| plain(line).trim()).filter(|line| !line.is_empty()) {
        match option(line) {
            Some(found) if options.first().is_none_or(|first| first.0 == found.0) => options.push(found),
            _ if options.is_empty() => {
                if !question.is_empty() {
                    question.push('\n');
                }
                question.push_str(line);
            }
            _ => return None,
        }
    }
    if options.is_empty() {
        return None;
    }
    let lines = options.iter().map(|(_, text, votes)| format!("\n- {text} ({votes})"));
    let text = format!("{question}{}", lines.collect::<String>());
    let options: Vec<_> = options.iter().map(|(_, text, votes)| json!({"text": text, "votes": votes})).collect();
    Some(Part::Other { kind: "poll", text, data: json!({"question": question, "options": options}) })
}

/// `OPTION: text (3 votes)`: the word, the text, the number.
fn option(line: &str) -> Option<(&str, &str, u64)> {
    let (word, rest) = line.split_once([':', '：'])?;
    let inner = rest.trim_end().strip_suffix([')', '）'])?;
    let at = inner.rfind(['(', '（'])?;
    let votes: String = inner[at..].chars().filter(char::is_ascii_digit).collect();
    let is_word = word.len() <= 40 && word.chars().all(|at| at.is_alphabetic() && !at.is_lowercase());
    is_word.then_some((word, rest[..at].trim(), votes.parse().ok()?))
}
