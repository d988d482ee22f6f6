//! What a file of Slack is, by its name, what lies around it and how it begins.

use crate::formats::importers::{Candidate, Unit};
use crate::formats::tree::Tree;

/// Bytes at the beginning of a file that tell a dump.
const HEAD: usize = 4 << 10;

/// The lists of channels of an export, with what those channels are.
pub(super) const CHANNELS: [(&str, &str); 5] = [
    ("channels.json", "channel"),
    ("ref-channels.json", "channel"),
    ("groups.json", "private channel"),
    ("mpims.json", "group direct"),
    ("dms.json", "direct"),
];

/// The lists of people.
pub(super) const USERS: [&str; 2] = ["users.json", "org_users.json"];

/// Lists of an export in which no messages stand.
const OTHERS: [&str; 7] = [
    "integration_logs.json",
    "canvases.json",
    "content_flags.json",
    "file_conversations.json",
    "lists.json",
    "huddle_transcripts.json",
    "external_user_access_logs.json",
];

/// What a file of an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// A list of the workspace.
    List { name: &'a str },
    /// The messages of a day, in the folder of their channel.
    Day { folder: &'a str, channel: &'a str },
    /// A channel or a thread of one. Its files lie in the folder.
    Dump { folder: &'a str, channel: &'a str },
}

impl<'a> Place<'a> {
    pub(super) fn folder(&self) -> &'a str {
        match self {
            Self::List { .. } => "",
            Self::Day { folder, .. } | Self::Dump { folder, .. } => folder,
        }
    }

    /// The id or name of the channel.
    pub(super) fn channel(&self) -> &'a str {
        match self {
            Self::List { .. } => "",
            Self::Day { channel, .. } | Self::Dump { channel, .. } => channel,
        }
    }
}

/// What a file that was taken is.
pub(super) fn of<'a>(tree: &Tree, path: &'a str) -> Place<'a> {
    let (folder, name) = split(path);
    if is_list(name) && is_root(tree, folder) {
        return Place::List { name };
    }
    if is_day(name) {
        return Place::Day { folder, channel: split(folder).1 };
    }
    let stem = name.strip_suffix(".json").unwrap_or(name);
    // A thread is named by its channel and the time of its beginning.
    let channel = stem.rsplit_once(['_', '-']).filter(|(_, time)| is_time(time)).map_or(stem, |(channel, _)| channel);
    Place::Dump { folder: path.strip_suffix(".json").unwrap_or(path), channel: channel.strip_suffix("_thread").unwrap_or(channel) }
}

/// Which files are read as one: all of an export, or all dumps of a folder.
pub(super) fn unit(file: &Candidate<'_>) -> Option<Unit> {
    let (folder, name) = (file.folder(), file.name());
    if is_list(name) && is_root(file.tree, folder) {
        return Some(Unit(root_name(folder)));
    }
    if is_day(name) && is_root(file.tree, split(folder).0) {
        return Some(Unit(root_name(split(folder).0)));
    }
    if !(name.ends_with(".json") || file.is_told) {
        return None;
    }
    let text = file.text();
    if is_dump(text) || is_messages(text) || file.is_told {
        // Days without the lists of their workspace are channels all the same.
        return Some(Unit(root_name(if is_day(name) { split(folder).0 } else { folder })));
    }
    None
}

/// Whether a file is what people sent: it lies where slackdump puts those.
pub(super) fn is_attachment(file: &Candidate<'_>) -> bool {
    let mut folder = file.folder();
    while !folder.is_empty() {
        let (above, name) = split(folder);
        let is_its_own = match name {
            "__uploads" => is_root(file.tree, above),
            "attachments" => is_root(file.tree, split(above).0) || is_dump_at(file.tree, above),
            _ => is_dump_at(file.tree, folder),
        };
        if is_its_own {
            return true;
        }
        folder = above;
    }
    false
}

/// Whether a folder is that of an export: a list of people and one of channels lie in it.
fn is_root(tree: &Tree, folder: &str) -> bool {
    let is_there = |name: &str| tree.size(&below(folder, name)).is_some();
    USERS.iter().any(|name| is_there(name)) && CHANNELS.iter().any(|(name, _)| is_there(name))
}

/// Whether a dump lies beside a folder that has its name.
fn is_dump_at(tree: &Tree, folder: &str) -> bool {
    let path = format!("{folder}.json");
    tree.size(&path).is_some() && tree.head(&path, HEAD).is_ok_and(|head| is_dump(&String::from_utf8_lossy(&head)))
}

fn is_dump(text: &str) -> bool {
    text.trim_start().starts_with('{') && ["\"channel_id\"", "\"messages\""].iter().all(|key| text.contains(key))
}

/// Whether a list of messages begins so.
fn is_messages(text: &str) -> bool {
    let begins = text.trim_start();
    let has = |key: &str| begins.contains(key);
    begins.starts_with('[') && has("\"ts\"") && has("\"type\"") && has("\"message\"") && (has("\"user\"") || has("\"bot_id\""))
}

fn is_list(name: &str) -> bool {
    USERS.contains(&name) || OTHERS.contains(&name) || CHANNELS.iter().any(|(list, _)| *list == name)
}

/// Whether it is called as `2025-01-31.json`.
fn is_day(name: &str) -> bool {
    let Some(day) = name.strip_suffix(".json") else { return false };
    day.len() == 10 && day.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Whether it is a time as Slack writes it, `1736478630.905399`.
fn is_time(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(seconds, rest)| is_number(seconds) && is_number(rest))
}

/// The folder and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

pub(super) fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn root_name(folder: &str) -> String {
    if folder.is_empty() { "all".to_owned() } else { folder.to_owned() }
}
