//! Zulip: the export of a server, as tar or folder; archives with a list a topic in a folder a channel; and messages as its API gives them.
//!
//! A channel is a conversation and a topic a thread of it. Takes memory for the people, channels and reactions of the server, and for one record
//! at a time.

mod listed;
mod page;
mod record;
mod server;
mod tables;
mod text;

use super::{Candidate, Export, Importer, ReadError, Unit};
use crate::formats::out::Out;
use crate::formats::tree::{self, Tree};

pub(in crate::formats) struct Zulip;

/// The file of an export in which people and channels stand.
const REALM: &str = "realm.json";
/// The file of an archive in which channels and topics stand.
const INDEX: &str = "stream_index.json";
/// Folders of an export for what people sent and for pictures.
const FILES: [&str; 4] = ["uploads", "avatars", "emoji", "realm_icons"];

impl Importer for Zulip {
    fn name(&self) -> &'static str {
        "zulip"
    }

    fn title(&self) -> &'static str {
        "Zulip: export of a server as tar or folder, archives of topics, messages of the API"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let (text, name, folder) = (file.text().trim_start(), file.name(), file.folder());
        let has = |keys: &[&str]| keys.iter().all(|key| text.contains(key));
        let unit = |folder: &str, what: &str| Some(Unit(format!("{what} {folder}").trim_end().to_owned()));
        let is_of_server = (name == REALM && text.contains("\"zerver_"))
            || has(&["\"zerver_message\""])
            || (is_messages(name) && file.tree.size(&below(folder, REALM)).is_some());
        if is_of_server || (name == "attachment.json" && has(&["\"zerver_attachment\""])) {
            return unit(folder, "export");
        }
        if name == INDEX && has(&["\"streams\""]) {
            return unit(folder, "archive");
        }
        let is_list = has(&["\"sender_full_name\"", "\"content\"", "\"timestamp\""]) && text.starts_with(['[', '{']);
        if is_list || (file.is_told && name.ends_with(".json")) {
            let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
            return if file.tree.size(&below(above, INDEX)).is_some() { unit(above, "archive") } else { unit(folder, "archive") };
        }
        None
    }

    fn is_attachment(&self, file: &Candidate<'_>) -> bool {
        let mut folder = file.folder();
        while !folder.is_empty() {
            let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
            if FILES.contains(&name) && file.tree.size(&below(above, REALM)).is_some() {
                return true;
            }
            folder = above;
        }
        false
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        if export.unit.starts_with("export") { server::read(export, out) } else { listed::read(export, out) }
    }
}

/// Whether a file is called as those of an export's messages: `messages-000001.json`.
fn is_messages(name: &str) -> bool {
    let number = name.strip_prefix("messages-").and_then(|rest| rest.split('.').next());
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Where a file lies that a message names by `/user_uploads/…`, if it is there.
fn uploaded(tree: &Tree, root: &str, path: &str) -> Option<String> {
    let path = path.strip_prefix("/user_uploads/").or_else(|| path.strip_prefix("user_uploads/"))?;
    let there = |path: &str| tree::clean(&below(root, &format!("uploads/{path}"))).filter(|path| tree.size(path).is_some());
    there(path).or_else(|| there(&text::decoded(path, '%')))
}

#[cfg(test)]
mod tests;
