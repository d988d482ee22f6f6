//! Lines in which the program says that something happened: who came, left, called, or changed the group.

use super::words::WORDS;
use crate::formats::imported::{Event, Tip};

/// Something that happened, with who did it where the line says so.
pub(super) struct Happened {
    pub(super) event: Event,
    /// The name of who did it; empty where the line names nobody that is known.
    pub(super) by: String,
}

/// Whether somebody's line is one that the program says in everybody's name, in an export that does not mark it.
pub(super) fn is_notice(text: &str) -> bool {
    text.len() > 30 && WORDS.begins(text)
}

/// What a line tells that happened. `members` are in the order of their names.
pub(super) fn read(text: &str, members: &[String]) -> Happened {
    let text = text.trim_matches(|at: char| super::header::is_mark(at) || at.is_whitespace());
    let kind = WORDS.event(text).map_or("notice", |(kind, _)| kind);
    let tip = match kind {
        "added" | "joined" => Tip::Joined,
        "left" => Tip::Left,
        "removed" => Tip::Removed,
        "created" | "subject" | "icon" | "description" | "settings" => Tip::GroupChanged,
        "number" | "security" => Tip::MemberChanged,
        _ => Tip::Other,
    };
    let starts = |name: &&String| text.strip_prefix(name.as_str()).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    let named = members.iter().filter(starts).max_by_key(|name| name.len()).cloned();
    let (before, behind) = sides(text, kind);
    let by = named.or(before).unwrap_or_default();
    let users = match kind {
        "left" | "joined" if !by.is_empty() => vec![by.clone()],
        "added" | "removed" => {
            let mut users: Vec<String> = members.iter().filter(|name| **name != by && text.contains(name.as_str())).cloned().collect();
            if users.is_empty() {
                users = behind;
            }
            users
        }
        _ => Vec::new(),
    };
    Happened { event: Event { kind: kind.to_owned(), text: text.to_owned(), tip, users }, by }
}

/// Who stands before and behind the verb of an English line.
fn sides(text: &str, kind: &str) -> (Option<String>, Vec<String>) {
    let verb = match kind {
        "added" => " added ",
        "removed" => " removed ",
        "joined" => " joined",
        "left" => " left",
        "created" => " created ",
        "subject" | "icon" | "description" => " changed ",
        _ => return (None, Vec::new()),
    };
    let Some((before, behind)) = text.split_once(verb) else { return (None, Vec::new()) };
    let is_name = |name: &str| !name.is_empty() && name.len() < 100 && !matches!(name, "You" | "you");
    let names = behind.split(", ").flat_map(|part| part.split(" and ")).map(|name| name.trim_end_matches('.').trim());
    let users = names.filter(|name| is_name(name)).map(str::to_owned).collect();
    (Some(before.trim()).filter(|name| is_name(name)).map(str::to_owned), users)
}

/// What stands between the last quotation marks of a line: the new name of a group.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let end = text.rfind(['"', '”', '“', '»', '」', '’'])?;
    let before = &text[..end];
    let start = before.rfind(['"', '“', '„', '«', '「', '‘'])?;
    let inner = &before[start..];
    let inner = inner[inner.chars().next().map_or(0, char::len_utf8)..].trim();
    (!inner.is_empty()).then_some(inner)
}
