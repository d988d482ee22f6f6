//! Messenger and Instagram: `message_1.json` and its parts, and the export of encrypted chats, with the files beside them.
//!
//! The sources have the newest messages first, so the messages of a file are put aside and come in the order of their times; the parts of a
//! chat are read from the one with the greatest number, which is the oldest.

mod mend;
mod message;
mod record;
mod spool;

use std::io;
use std::sync::Arc;

use super::{Candidate, Export, Importer, ReadError, Unit};
use crate::formats::json::{Found, Records};
use crate::formats::out::{At, Chat, ChatName, Out};
use crate::formats::{Fault, FormatError, lenient};
use crate::model::{About, Person};
use message::Place;
use record::{Moment, Name, Record};
use spool::Spool;

/// Both write the same files.
pub(in crate::formats) struct Meta {
    name: &'static str,
    title: &'static str,
}

pub(in crate::formats) static MESSENGER: Meta =
    Meta { name: "messenger", title: "Facebook Messenger: message_1.json and its parts, exports of encrypted chats" };

pub(in crate::formats) static INSTAGRAM: Meta = Meta { name: "instagram", title: "Instagram: message_1.json and its parts" };

const PLACES: [&str; 6] = ["messages[]", "participants", "title", "thread_path", "thread_type", "threadName"];
const MESSAGE: usize = 0;

impl Importer for Meta {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let text = file.text();
        let has = |key: &str| text.contains(key);
        let is_open = || has("\"sender_name\"") && has("\"timestamp_ms\"");
        let is_encrypted = || has("\"senderName\"") && has("\"timestamp\"") && (has("\"threadName\"") || has("\"isUnsent\""));
        // The people of a large group may fill all that is in sight.
        let is_part = || number(file.name()).is_some() && has("\"participants\"") && has("\"name\"");
        let is_chat = || is_part() || (has("\"messages\"") && (is_open() || is_encrypted()));
        let is_its_own = || is_chat() && is_of_instagram(file) == (self.name == INSTAGRAM.name);
        if !text.trim_start().starts_with('{') || !(file.is_told || is_its_own()) {
            return None;
        }
        match number(file.name()) {
            Some(_) => Some(Unit(format!("{}/message", file.folder()))),
            None => Some(file.alone()),
        }
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        let mut paths: Vec<&String> = export.files.iter().collect();
        paths.sort_by_key(|path| std::cmp::Reverse(number(path.rsplit('/').next().unwrap_or_default()).unwrap_or_default()));
        let mut mended = 0;
        for path in paths {
            match read_file(path, export, &mut mended, out) {
                // The other parts are read all the same.
                Err(ReadError::Format(error)) => out.unread(error)?,
                read => read?,
            }
        }
        match mended {
            0 => Ok(()),
            count => Ok(out.inferred("encoding", "UTF-8", format!("{count} texts had each byte of it as a character of its own"))?),
        }
    }
}

/// The number of a part of a chat.
fn number(name: &str) -> Option<u64> {
    name.strip_prefix("message_")?.strip_suffix(".json")?.parse().ok()
}

/// Whether it is a chat of Instagram. The files themselves mostly do not say so, but what they came in does.
fn is_of_instagram(file: &Candidate<'_>) -> bool {
    let text = file.text();
    if text.contains("your_facebook_activity/") || text.contains("your_activity_across_facebook/") || text.contains("\"senderName\"") {
        return false;
    }
    let place = file.tree.shown(file.path).to_lowercase();
    let links = || text.contains("//www.instagram.com/") || text.contains("//ig.me/");
    place.contains("instagram")
        || text.contains("your_instagram_activity/")
        || (!place.contains("facebook") && !place.contains("messenger") && links())
}

/// What a file says about its chat.
#[derive(Default)]
struct Head {
    participants: Vec<Name>,
    title: String,
    thread_path: String,
    thread_type: String,
    thread_name: String,
}

impl Head {
    fn set(&mut self, found: &Found) {
        let Ok(json) = &found.json else { return };
        let text = || lenient::parse(json).map(|value| lenient::text_of(&value)).unwrap_or_default();
        match PLACES[found.place] {
            "participants" => self.participants = lenient::parse(json).unwrap_or_default(),
            "title" => self.title = text(),
            "thread_path" => self.thread_path = text(),
            "thread_type" => self.thread_type = text(),
            _ => self.thread_name = text(),
        }
    }

    /// The conversation of a file, and whether its id had to be made of the name of the file.
    fn chat(&self, file: &str, place: &mut Place<'_>) -> (Chat, bool) {
        let id = [&self.thread_path, &self.thread_name].into_iter().find(|id| !id.is_empty());
        if let Some(id) = id {
            return (Chat { id: place.meant(id), name: ChatName::Own }, false);
        }
        let (folder, name) = file.rsplit_once('/').unwrap_or_default();
        let folder = folder.rsplit('/').next().filter(|_| number(name).is_some());
        let stem = file.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
        (Chat { id: folder.unwrap_or(stem).to_owned(), name: ChatName::Guessed }, true)
    }

    fn about(&self, place: &mut Place<'_>) -> About {
        // The export of encrypted chats puts a number behind the name.
        let numbered = self.thread_name.rsplit_once('_').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
        let name = if self.title.is_empty() { numbered.map_or(self.thread_name.as_str(), |(name, _)| name) } else { &self.title };
        let folder = self.thread_path.split_once('/').map_or("", |(folder, _)| folder);
        let kind = if self.thread_type.is_empty() { folder } else { &self.thread_type };
        let mut members: Vec<Person> = self.participants.iter().map(|Name(name)| Person::new(&place.meant(name), "")).collect();
        members.retain(|member| !member.id.is_empty());
        members.sort_by(|one, other| one.id.cmp(&other.id));
        members.dedup();
        About { name: place.meant(name), kind: kind.to_owned(), members, ..About::default() }
    }
}

fn read_file(path: &str, export: &Export<'_>, mended: &mut u64, out: &mut Out<'_>) -> Result<(), ReadError> {
    let file = export.shown(path);
    let mut records = Records::new(&file, export.tree.open(path)?, &PLACES);
    let (mut head, mut spool) = (Head::default(), Spool::new());
    let mut place = Place { export, file: path, is_sound: false, mended: 0 };
    let ended = loop {
        let found = match records.next() {
            Ok(Some(found)) => found,
            Ok(None) => break Ok(()),
            // What was there before it ended is read all the same.
            Err(error) => break Err(error),
        };
        if found.place != MESSAGE {
            head.set(&found);
            continue;
        }
        let at = At::new(&file, found.line);
        match found.json.and_then(|json| Ok((lenient::parse::<Moment>(&json)?.timestamp_ms, json))) {
            Ok((Some(time), json)) => {
                place.is_sound |= json.contains("\"senderName\"");
                spool.push(time, found.line, &json).map_err(|error| failed(&file, error))?;
            }
            Ok((None, _)) => out.fault(at, Fault::Lacks { what: "time" })?,
            Err(fault) => out.fault(at, fault)?,
        }
    };
    let (chat, is_guessed) = head.chat(path, &mut place);
    if is_guessed {
        out.inferred("conversation", chat.id.as_str(), "the name of the file; the chat has none in the source")?;
    }
    let about = head.about(&mut place);
    out.about(&chat, about)?;
    for kept in spool.drain() {
        let (line, json) = kept.map_err(|error| failed(&file, error))?;
        let at = At::new(&file, line);
        match lenient::parse::<Record>(&json) {
            Ok(record) => {
                let time = record.timestamp_ms.unwrap_or_default() / 1_000;
                let mut imported = place.imported(record);
                (imported.time, imported.record) = (time, lenient::record(json));
                out.message(&chat, at, imported)?;
            }
            Err(fault) => out.fault(at, fault)?,
        }
    }
    *mended += place.mended;
    Ok(ended?)
}

fn failed(file: &Arc<str>, source: io::Error) -> FormatError {
    FormatError::Read { file: Arc::clone(file), source }
}

#[cfg(test)]
mod tests;
