//! `data.json` of sigexport: a message a line, with everything that it knows.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::chat::{self, Runs};
use super::{chat_of, person};
use crate::formats::imported::{Attachment, Event, FileKind, Imported, Part, Record, Reply, Tip};
use crate::formats::importers::{Export, ReadError};
use crate::formats::json;
use crate::formats::lines::Lines;
use crate::formats::out::{At, Out};
use crate::formats::tree::clean;
use crate::formats::{Fault, FormatError};
use crate::model::{Reaction, limits};

/// A line.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    date: String,
    sender: Option<String>,
    body: Option<String>,
    quote: Option<String>,
    /// An emoji in old versions, an object with one in newer ones.
    sticker: Value,
    /// Pairs of a name and an emoji.
    reactions: Option<Vec<Value>>,
    attachments: Option<Vec<File>>,
    deleted: Option<bool>,
    call: Option<bool>,
    missed: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    name: Option<String>,
    path: Option<String>,
    missing_kind: Option<String>,
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
    while let Some(line) = lines.next().map_err(|source| FormatError::Read { file: Arc::clone(&file), source })? {
        let at = At::new(&file, line.number);
        if line.bytes.trim_ascii().is_empty() {
            continue;
        }
        let content = xxh3_64(line.bytes);
        match message(export, path, line.bytes) {
            Ok((imported, milliseconds)) => {
                if runs.begins(milliseconds, content, true) {
                    out.begin_again();
                }
                out.message(&chat, at, imported)?;
            }
            Err(_) if line.is_cut => {
                let too_long = limits::MESSAGE_SIZE.check(usize::MAX);
                out.fault(at, too_long.map_or_else(Fault::Limit, |()| Fault::Unreadable { what: "length" }))?;
            }
            Err(fault) => out.fault(at, fault)?,
        }
    }
    Ok(())
}

/// The message of a line, and its time.
fn message(export: &Export<'_>, path: &str, bytes: &[u8]) -> Result<(Imported, i64), Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::Encoding { column: error.valid_up_to() + 1 })?;
    let message: Message = json::parse(text)?;
    if message.date.is_empty() {
        return Err(Fault::Lacks { what: "date" });
    }
    let milliseconds = chat::parse(&message.date, &export.reading.timezone).ok_or(Fault::Unreadable { what: "date" })?;
    let time = u64::try_from(milliseconds / 1_000).map_err(|_| Fault::Unreadable { what: "date" })?;
    let (sender, is_self) = person(message.sender.as_deref().unwrap_or("No-Sender"), export);
    let body = without_end(message.body.as_deref().unwrap_or_default()).to_owned();
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let mut imported = Imported {
        sender,
        is_self,
        time,
        reply: message.quote.as_deref().map(quoted).filter(|text| !text.is_empty()).map(|text| Reply { text, ..Reply::default() }),
        reactions: reactions(message.reactions.unwrap_or_default(), export),
        is_deleted: message.deleted.unwrap_or_default(),
        record: Record::Json(text.trim().to_owned()),
        ..Imported::default()
    };
    if message.call == Some(true) {
        let kind = if message.missed == Some(true) { "missed_call" } else { "call" };
        imported.event = Some(Event { kind: kind.to_owned(), text: body, tip: Tip::Other, users: Vec::new() });
    } else {
        imported.parts.push(Part::Text(body));
    }
    if let Some(sticker) = sticker(&message.sticker, &folder, export) {
        imported.parts.push(sticker);
    }
    imported.parts.extend(message.attachments.unwrap_or_default().into_iter().map(|file| attachment(file, &folder)));
    let says_nothing = imported.parts.iter().all(|part| matches!(part, Part::Text(text) if text.is_empty()));
    if says_nothing && !imported.is_deleted && imported.event.is_none() {
        // Signal's own notes in a chat come without their words.
        imported.event = Some(Event { kind: "update".to_owned(), text: String::new(), tip: Tip::Other, users: Vec::new() });
    }
    Ok((imported, milliseconds))
}

/// The text without the two blanks that end a line in Markdown.
pub(super) fn without_end(body: &str) -> &str {
    body.strip_suffix("  ").unwrap_or(body)
}

/// A quotation without its marks.
pub(super) fn quoted(quote: &str) -> String {
    let lines = quote.trim().lines().map(|line| line.strip_prefix('>').map_or(line, |line| line.strip_prefix(' ').unwrap_or(line)));
    lines.collect::<Vec<_>>().join("\n")
}

fn reactions(pairs: Vec<Value>, export: &Export<'_>) -> Vec<Reaction> {
    let mut reactions: Vec<Reaction> = Vec::new();
    for pair in pairs {
        let (name, emoji) = match &pair {
            Value::Array(pair) => (pair.first(), pair.get(1)),
            pair => (pair.get("name"), pair.get("emoji")),
        };
        let Some(emoji) = emoji.and_then(Value::as_str) else { continue };
        add_reaction(&mut reactions, name.and_then(Value::as_str).unwrap_or_default(), emoji, export);
    }
    reactions
}

pub(super) fn add_reaction(reactions: &mut Vec<Reaction>, name: &str, emoji: &str, export: &Export<'_>) {
    let at = reactions.iter().position(|reaction| reaction.emoji == emoji).unwrap_or_else(|| {
        reactions.push(Reaction { emoji: emoji.to_owned(), count: 0, users: Vec::new() });
        reactions.len() - 1
    });
    reactions[at].count += 1;
    if !name.is_empty() {
        reactions[at].users.push(person(name, export).0);
    }
}

fn sticker(sticker: &Value, folder: &str, export: &Export<'_>) -> Option<Part> {
    let text = |key: &str| sticker.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let (Some(id), Some(pack), Some(extension)) = (text("id"), text("packId"), text("extension")) {
        // The stickers of all chats lie beside the folders of the chats.
        let outer = folder.trim_end_matches('/').rsplit_once('/').map_or(String::new(), |(outer, _)| format!("{outer}/"));
        let path = format!("{outer}exported_stickers/{pack}/{id}.{extension}");
        if let Some(path) = clean(&path).filter(|path| export.tree.size(path).is_some()) {
            let name = text("emoji").unwrap_or(id).to_owned();
            return Some(Part::File(Attachment { kind: FileKind::Image, name, path, ..Attachment::default() }));
        }
    }
    match sticker {
        Value::String(emoji) if !emoji.is_empty() => Some(Part::Sticker(emoji.clone())),
        Value::Object(_) => Some(Part::Sticker(text("emoji").unwrap_or("sticker").to_owned())),
        _ => None,
    }
}

fn attachment(file: File, folder: &str) -> Part {
    let name = file.name.unwrap_or_default();
    if let Some(kind) = file.missing_kind {
        return Part::File(Attachment { name, place: format!("({kind} not exported)"), ..Attachment::default() });
    }
    part_of_file(&name, &file.path.unwrap_or_default(), folder)
}

/// The file of this name, which lies at a path below the folder in which blanks are written as `%20`.
pub(super) fn part_of_file(name: &str, path: &str, folder: &str) -> Part {
    let path = path.strip_prefix("./").unwrap_or(path).replace("%20", " ");
    let kind = FileKind::of("", if name.contains('.') { name } else { &path });
    let path = clean(&format!("{folder}{path}")).unwrap_or_default();
    Part::File(Attachment { kind, name: name.to_owned(), path, ..Attachment::default() })
}
