//! Telegram: `result.json` of Telegram Desktop, of one chat or of all, with the files beside it.
//!
//! Takes memory for one record at a time, and for the topics of a forum. What Telegram writes that is no JSON is mended first.

mod event;
mod media;
mod message;
mod record;
mod repair;
mod text;
mod topics;

use rustc_hash::FxHashMap;
use serde_json::Value;

pub(in crate::formats) use repair::repair;

use super::{Candidate, Export, Importer, ReadError, Unit};
use crate::formats::imported::Record as Original;
use crate::formats::json::{Found, Records};
use crate::formats::out::{At, Chat, ChatName, Out, Stopped};
use crate::formats::{Fault, FormatError, lenient};
use crate::model::About;
use message::Place;
use record::Record;
use topics::Topics;

pub(in crate::formats) struct Telegram;

/// The kinds of chats.
const KINDS: &[&str] = &[
    "saved_messages",
    "replies",
    "verification_codes",
    "personal_chat",
    "bot_chat",
    "private_group",
    "private_supergroup",
    "public_supergroup",
    "private_channel",
    "public_channel",
];

/// What an export of all may begin with.
const PARTS: &[&str] = &[
    "\"personal_information\"",
    "\"profile_pictures\"",
    "\"stories\"",
    "\"contacts\"",
    "\"frequent_contacts\"",
    "\"sessions\"",
    "\"web_sessions\"",
    "\"chats\"",
    "\"left_chats\"",
];

/// What is wanted of a file: four keys of a chat that stands alone, of those that are there, and of those that were left; then who wrote it.
const PLACES: [&str; 13] = [
    "id",
    "name",
    "type",
    "messages[]",
    "chats.list[].id",
    "chats.list[].name",
    "chats.list[].type",
    "chats.list[].messages[]",
    "left_chats.list[].id",
    "left_chats.list[].name",
    "left_chats.list[].type",
    "left_chats.list[].messages[]",
    "personal_information.user_id",
];
const KEYS: usize = 4;
const MESSAGE: usize = 3;
const ME: usize = 12;

impl Importer for Telegram {
    fn name(&self) -> &'static str {
        "telegram"
    }

    fn title(&self) -> &'static str {
        "Telegram Desktop: result.json of one chat or of all, with its files"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let text = file.text();
        if !text.trim_start().starts_with('{') {
            return None;
        }
        let has = |key: &str| text.contains(key);
        let is_chat = || has("\"messages\"") && KINDS.iter().any(|kind| has(&format!("\"{kind}\"")));
        // Of a chat whose head stands behind its messages only those are in sight.
        let are_messages = || has("\"messages\"") && has("\"id\"") && (has("\"date_unixtime\"") || (has("\"from_id\"") && has("\"date\"")));
        // Lists of people and devices may fill all that is in sight.
        let is_all = || {
            let first = text.trim_start().trim_start_matches('{').trim_start();
            first.starts_with("\"about\"") && PARTS.iter().any(|part| has(part))
        };
        (file.is_told || is_chat() || are_messages() || is_all()).then(|| file.alone())
    }

    fn is_attachment(&self, file: &Candidate<'_>) -> bool {
        // In a chat's own folder, or in `chats/chat_1` of the export of all.
        let Some((folder, _)) = file.path.split_once("/files/").or_else(|| Some(("", file.path.strip_prefix("files/")?))) else {
            return false;
        };
        let above = folder.rsplit_once("chats/").map(|(above, _)| above.trim_end_matches('/'));
        let has_export = |folder: &str| file.tree.size(format!("{folder}/result.json").trim_start_matches('/')).is_some();
        has_export(folder) || above.is_some_and(has_export)
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        for path in export.files {
            let mut reader = Reader::new(export, path);
            let read = reader.read(out);
            reader.end(out)?;
            read?;
        }
        Ok(())
    }
}

/// What a file says about a chat.
#[derive(Clone, Default)]
struct Head {
    id: String,
    name: String,
    kind: String,
}

impl Head {
    /// Takes over the value of one of the keys of a chat.
    fn set(&mut self, key: usize, found: &Found) {
        let value = found.json.as_ref().ok().and_then(|json| serde_json::from_str::<Value>(&repair(json)).ok()).unwrap_or_default();
        let value = lenient::text_of(&value);
        match key {
            0 => self.id = value,
            1 => self.name = value,
            _ => self.kind = value,
        }
    }

    fn about(&self) -> About {
        let name = match self.kind.as_str() {
            "saved_messages" if self.name.is_empty() => "Saved Messages",
            "replies" if self.name.is_empty() => "Replies",
            "verification_codes" if self.name.is_empty() => "Verification Codes",
            _ => &self.name,
        };
        About { name: name.to_owned(), kind: self.kind.clone(), ..About::default() }
    }
}

/// A chat that is being read.
#[derive(Default)]
struct Talk {
    /// The object that it is in the document.
    object: u64,
    head: Head,
    /// Known from the first message on.
    chat: Option<Chat>,
    told: About,
    topics: Topics,
    /// The time of the message before.
    time: Option<u64>,
}

/// Reads one file.
struct Reader<'a> {
    export: &'a Export<'a>,
    path: &'a str,
    file: std::sync::Arc<str>,
    talk: Talk,
    /// What is said of the chats behind their messages, by their objects.
    heads: Option<FxHashMap<u64, Head>>,
    me: Option<String>,
    mended: u64,
    is_zone_told: bool,
}

impl<'a> Reader<'a> {
    fn new(export: &'a Export<'a>, path: &'a str) -> Self {
        let file = export.shown(path);
        Self { export, path, file, talk: Talk::default(), heads: None, me: None, mended: 0, is_zone_told: false }
    }

    fn read(&mut self, out: &mut Out<'_>) -> Result<(), ReadError> {
        let mut records = Records::new(&self.file, self.export.tree.open(self.path)?, &PLACES);
        while let Some(found) = records.next()? {
            if found.place == ME {
                let id = found.parse::<Value>().map(|id| lenient::text_of(&id)).unwrap_or_default();
                self.me = (!id.is_empty()).then(|| text::user(id));
                continue;
            }
            if found.object != self.talk.object {
                self.tell(out)?;
                self.talk = Talk { object: found.object, ..Talk::default() };
            }
            match found.place % KEYS {
                MESSAGE => self.message(found, out)?,
                key => self.talk.head.set(key, &found),
            }
        }
        Ok(())
    }

    fn message(&mut self, found: Found, out: &mut Out<'_>) -> Result<(), ReadError> {
        if self.talk.chat.is_none() {
            self.begin_talk(out)?;
        }
        let Some(chat) = self.talk.chat.clone() else { return Ok(()) };
        let at = At::new(&self.file, found.line);
        let json = match found.json {
            Ok(json) => json,
            Err(fault) => return Ok(out.fault(at, fault)?),
        };
        let (record, mended) = match self.record(&json) {
            Ok(read) => read,
            Err(fault) => return Ok(out.fault(at, fault)?),
        };
        let Some(time) = self.time(&record, out)? else {
            return Ok(out.fault(at, Fault::Lacks { what: "time" })?);
        };
        let is_channel = self.talk.head.kind.ends_with("_channel");
        let place = Place { export: self.export, file: self.path, is_channel, me: self.me.as_deref() };
        match message::imported(record, mended.as_deref().unwrap_or(&json), &place, &mut self.talk.topics) {
            Ok(mut imported) => {
                imported.time = time;
                imported.record = if mended.is_some() { Original::Text(json) } else { lenient::record(json) };
                self.talk.time = Some(time);
                Ok(out.message(&chat, at, imported)?)
            }
            Err(fault) => Ok(out.fault(at, fault)?),
        }
    }

    /// A record, and its JSON where that had to be mended.
    fn record(&mut self, json: &str) -> Result<(Record, Option<String>), Fault> {
        lenient::parse(json).map(|record| (record, None)).or_else(|_| {
            let mended = repair(json).into_owned();
            let record = lenient::parse(&mended)?;
            self.mended += 1;
            Ok((record, Some(mended)))
        })
    }

    /// When it was said. Messages that the program did not know have the time of the one before.
    fn time(&mut self, record: &Record, out: &mut Out<'_>) -> Result<Option<u64>, ReadError> {
        if let Some(time) = record.date_unixtime {
            return Ok(Some(time));
        }
        let moment = lenient::Moment::of(&record.date, &self.export.reading.timezone);
        if moment.is_some_and(|moment| moment.is_local) && !self.is_zone_told {
            self.export.tell_timezone(out)?;
            self.is_zone_told = true;
        }
        Ok(match moment {
            Some(moment) => Some(moment.seconds),
            None if record.date.is_empty() && record.kind == "unsupported" => self.talk.time,
            None => None,
        })
    }

    /// Before the first message of a chat: which one it is.
    fn begin_talk(&mut self, out: &mut Out<'_>) -> Result<(), ReadError> {
        if self.talk.head.id.is_empty() && self.export.tree.is_lasting() {
            // What describes the chat stands behind its messages.
            if self.heads.is_none() {
                self.heads = Some(self.heads()?);
            }
            if let Some(head) = self.heads.as_ref().and_then(|heads| heads.get(&self.talk.object)) {
                self.talk.head = head.clone();
            }
        }
        let head = &self.talk.head;
        let chat = if head.id.is_empty() {
            let stem = self.path.strip_suffix(".json").unwrap_or(self.path);
            let id = if head.name.is_empty() { stem } else { &head.name };
            out.inferred("conversation", id, "the chat has no id in the source")?;
            Chat { id: id.to_owned(), name: ChatName::Guessed }
        } else {
            Chat { id: head.id.clone(), name: ChatName::Own }
        };
        self.talk.chat = Some(chat);
        Ok(self.tell(out)?)
    }

    /// The heads of all chats.
    fn heads(&self) -> Result<FxHashMap<u64, Head>, FormatError> {
        let mut heads: FxHashMap<u64, Head> = FxHashMap::default();
        // The messages are walked over too, so that the chats have the same numbers.
        let mut records = Records::new(&self.file, self.export.tree.open(self.path)?, &PLACES);
        loop {
            match records.next() {
                Ok(Some(found)) if found.place < ME && found.place % KEYS != MESSAGE => {
                    heads.entry(found.object).or_default().set(found.place % KEYS, &found);
                }
                Ok(Some(_)) => {}
                // That it ends early is told when its messages are read.
                Ok(None) | Err(_) => return Ok(heads),
            }
        }
    }

    /// Says what is known of the chat, if that is more than was said.
    fn tell(&mut self, out: &mut Out<'_>) -> Result<(), Stopped> {
        let about = self.talk.head.about();
        match &self.talk.chat {
            Some(chat) if about != self.talk.told => {
                self.talk.told = about.clone();
                out.about(chat, about)
            }
            _ => Ok(()),
        }
    }

    fn end(&mut self, out: &mut Out<'_>) -> Result<(), Stopped> {
        self.tell(out)?;
        match self.mended {
            0 => Ok(()),
            count => out.inferred("JSON", format!("{count} records mended"), "Telegram writes some characters and values that are none"),
        }
    }
}

#[cfg(test)]
mod tests;
