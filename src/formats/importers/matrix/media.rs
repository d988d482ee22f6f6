//! Where Element puts the files of an export: `images/cat-11-24-2026 at 10-41-23 AM.jpg`, in a form of the date that depends on the language.

use serde_json::Value;

use super::event::Event;
use crate::formats::tree::{Tree, clean};

/// Where the file of a message lies in the tree, if it is there.
///
/// The date in its name is not read, since each language writes it otherwise: of several files of a name the one of the right size is taken,
/// then the one with the right minute and second.
pub(super) fn place_of_file(event: &Event, content: &Value, size: Option<u64>, tree: &Tree, folder: &str) -> Option<String> {
    let kind = match content["msgtype"].as_str().unwrap_or_default() {
        "m.image" => "images",
        "m.video" => "videos",
        "m.audio" => "audio",
        _ if event.kind == "m.sticker" => "stickers",
        _ => "files",
    };
    let body = content["body"].as_str()?;
    let (stem, ending) = body.rsplit_once('.').unwrap_or((body, ""));
    let is_voice = ["m.voice", "org.matrix.msc3245.voice", "org.matrix.msc2516.voice"].iter().any(|key| !content[*key].is_null());
    let ending = match ending {
        _ if event.kind == "m.sticker" => ".png".to_owned(),
        _ if is_voice => ".ogg".to_owned(),
        "" => String::new(),
        ending => format!(".{ending}"),
    };
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let begin = format!("{folder}{}", clean(&format!("{kind}/{stem}-"))?);
    let entries = tree.entries();
    let first = entries.partition_point(|entry| *entry.path < *begin);
    let dated = |path: &str| {
        path[begin.len()..].strip_suffix(ending.as_str()).is_some_and(|date| date.starts_with(|c: char| !c.is_ascii_alphabetic()))
    };
    let named = entries[first..].iter().take_while(|entry| entry.path.starts_with(&begin)).filter(|entry| dated(&entry.path));
    let mut named: Vec<_> = named.collect();
    if named.len() > 1 && size.is_some() && named.iter().any(|entry| Some(entry.size) == size) {
        named.retain(|entry| Some(entry.size) == size);
    }
    if named.len() > 1 {
        let seconds = event.time()?;
        named.retain(|entry| minute_and_second(&entry.path[begin.len()..]) == Some((seconds / 60 % 60, seconds % 60)));
    }
    match &named[..] {
        [entry] => Some(entry.path.to_string()),
        _ => None,
    }
}

/// The last two of the numbers of a date with a time: no zone of whole hours changes them.
fn minute_and_second(date: &str) -> Option<(u64, u64)> {
    let mut numbers = date.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).skip(4);
    Some((numbers.next()?, numbers.next()?))
}
