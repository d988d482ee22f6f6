//! Importers tried on files that a test makes.

use std::path::Path;

use jiff::tz::TimeZone;
use tempfile::TempDir;

use super::{Export, ReadError, Reading};
use crate::formats::out::{Inferred, Item, Out};
use crate::formats::tree::Tree;
use crate::formats::units::{importer, units};
use crate::model::{About, Message};

/// What an importer gave.
#[derive(Default)]
pub(super) struct Tried {
    pub(super) messages: Vec<Message>,
    pub(super) abouts: Vec<(String, About)>,
    /// `file:line: reason`, the file without its folder.
    pub(super) faults: Vec<String>,
    pub(super) unread: Vec<String>,
    pub(super) inferred: Vec<Inferred>,
}

impl Tried {
    /// Of every message the sender and its first text, or the sentence of its event in brackets.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |message: &Message| {
            let text = match message.body.context::<crate::model::Happening>() {
                Some(event) => format!("({})", event.text),
                None => message.texts().into_iter().next().unwrap_or_default(),
            };
            format!("{}: {text}", message.sender.as_str())
        };
        self.messages.iter().map(line).collect()
    }

    /// The times of the messages, in UTC.
    pub(super) fn times(&self) -> Vec<String> {
        let shown = |message: &Message| jiff::Timestamp::from_second(message.server_time.cast_signed()).unwrap().to_string();
        self.messages.iter().map(shown).collect()
    }

    /// The ids of the messages.
    pub(super) fn ids(&self) -> Vec<String> {
        self.messages.iter().map(|message| message.id_text().to_owned()).collect()
    }
}

/// A folder with these files.
pub(super) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

/// What the table makes of these files, in times of UTC.
pub(super) fn read(files: &[(&str, &[u8])]) -> Tried {
    read_in(TimeZone::UTC, None, files)
}

/// What the importer of this name makes of these files, or the table where no name is given.
pub(super) fn read_in(timezone: TimeZone, format: Option<&str>, files: &[(&str, &[u8])]) -> Tried {
    read_path(folder(files).path(), timezone, format)
}

fn read_path(path: &Path, timezone: TimeZone, format: Option<&str>) -> Tried {
    let mut tried = Tried::default();
    let reading = Reading { timezone, ..Reading::default() };
    let told = format.map(|name| importer(name).unwrap());
    for tree in Tree::named(path).unwrap() {
        for unit in units(&tree, told).found {
            let export = Export { tree: &tree, unit: &unit.unit, files: &unit.files, reading: &reading };
            let mut put = |item: Item| {
                match item {
                    Item::Message(_, message) | Item::WithMedia(_, message, _) => tried.messages.push(*message),
                    Item::Draft(_, draft) => {
                        let hashes = vec![Some("0".repeat(64)); draft.files.len()];
                        tried.messages.push(draft.finish(&hashes).unwrap());
                    }
                    Item::About(id, about) => tried.abouts.push((id.to_string(), *about)),
                    Item::Fault(at, fault) => {
                        let name = at.file.rsplit('/').next().unwrap_or_default();
                        tried.faults.push(format!("{name}:{}: {fault}", at.line));
                    }
                    Item::Unread(error) => tried.unread.push(error.to_string()),
                    Item::Inferred(inferred) => tried.inferred.push(inferred),
                }
                true
            };
            let mut out = Out::new(unit.importer.name(), &tree, None, None, &mut put);
            match unit.importer.read(&export, &mut out) {
                Ok(()) => {}
                Err(ReadError::Format(error)) => tried.unread.push(error.to_string()),
                Err(ReadError::Stopped) => unreachable!(),
            }
        }
    }
    tried
}
