//! Signal: what sigexport writes of Signal Desktop (`data.json`, or `chat.md` where there is no other), and the plaintext export of the app
//! (`main.jsonl` with its folder `files`).
//!
//! Memory grows with the people and chats of an export, and with the number of its files, not with its messages.

mod backup;
mod chat;
mod files;
mod frame;
mod lines;
mod markdown;
mod people;
mod update;

use super::{Candidate, Export, HEAD, Importer, ReadError, Unit};
use crate::formats::out::{Chat, ChatName, Out};
use crate::model::Person;

pub(in crate::formats) struct Signal;

/// What a file of an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A message a line, of one chat.
    Lines,
    /// A chat to read, of one chat.
    Markdown,
    /// A frame a line, of all chats.
    Backup,
}

impl Importer for Signal {
    fn name(&self) -> &'static str {
        "signal"
    }

    fn title(&self) -> &'static str {
        "Signal: data.json and chat.md of sigexport, main.jsonl of the plaintext export"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let form = Form::of(file.text(), file.name(), file.is_told)?;
        // Both say the same, and the other one says more.
        let beside = if file.folder().is_empty() { "data.json".to_owned() } else { format!("{}/data.json", file.folder()) };
        (form != Form::Markdown || file.tree.size(&beside).is_none()).then(|| file.alone())
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        for path in export.files {
            let head = export.tree.head(path, HEAD)?;
            let name = path.rsplit('/').next().unwrap_or_default();
            match Form::of(&String::from_utf8_lossy(&head), name, true) {
                Some(Form::Backup) => backup::read(export, path, out)?,
                Some(Form::Markdown) => markdown::read(export, path, out)?,
                _ => lines::read(export, path, out)?,
            }
        }
        Ok(())
    }
}

impl Form {
    fn of(text: &str, name: &str, is_told: bool) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let first = text.lines().next().unwrap_or_default();
        if first.starts_with('{') {
            let starts = |key: &str| first[1..].trim_start().starts_with(key);
            if starts("\"date\"") && first.contains("\"sender\"") && (first.contains("\"body\"") || first.len() > 1_000) {
                return Some(Self::Lines);
            }
            let is_frame = ["\"account\"", "\"recipient\"", "\"chat\"", "\"chatItem\"", "\"stickerPack\""].into_iter().any(starts);
            let is_info =
                first.contains("\"backupTimeMs\"") || (starts("\"version\"") && first.len() < 4_000 && text.contains("\n{\"account\""));
            let is_named = name.eq_ignore_ascii_case("main.jsonl");
            return ((is_frame && (is_named || text.contains("\"recipient\""))) || is_info || (is_told && is_frame))
                .then_some(Self::Backup);
        }
        let lower = name.to_ascii_lowercase();
        let header = markdown::Header::of(first)?;
        let is_text =
            lower.ends_with(".txt") && !header.has_seconds && header.has_comma && !lower.contains("whatsapp") && lower != "_chat.txt";
        (is_told || lower.ends_with(".md") || is_text).then_some(Self::Markdown)
    }
}

/// What sigexport and the app call the account itself.
const ME: &str = "Me";

/// Who is called so: the account itself, by the id that a person gave it, or somebody by name.
fn person(name: &str, export: &Export<'_>) -> (Person, Option<bool>) {
    match name {
        ME => (Person::new(export.reading.me.as_deref().unwrap_or(ME), ""), Some(true)),
        "No-Sender" => (Person::default(), Some(false)),
        other => (Person::new(other, ""), Some(false)),
    }
}

/// The chat of a file of sigexport: the name of its folder.
fn chat_of(export: &Export<'_>, path: &str) -> Chat {
    let shown = export.shown(path).replace('\\', "/");
    let mut parts = shown.rsplit('/');
    let file = parts.next().unwrap_or_default();
    let name = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_general = ["data", "chat", "index"].contains(&name);
    let folder = parts.find(|part| !part.is_empty() && *part != ".").filter(|_| is_general);
    let folder = folder.map(|folder| folder.strip_suffix(".zip").unwrap_or(folder));
    Chat { id: folder.unwrap_or(name).to_owned(), name: ChatName::Guessed }
}

#[cfg(test)]
mod tests;
