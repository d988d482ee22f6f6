//! Lists of messages: archives with one file a topic in a folder a channel, whose messages are pages, and what the API gives.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::record::{Index, Named, Record};
use super::server::{collected, edited, imported, poll, thread, time};
use super::tables::{about_people, direct};
use super::text::{Names, decoded, file, uploads};
use super::{INDEX, below, page};
use crate::formats::Fault;
use crate::formats::imported::{Imported, Part};
use crate::formats::importers::{Export, ReadError};
use crate::formats::json::Records;
use crate::formats::lenient;
use crate::formats::out::{At, Chat, ChatName, Out};
use crate::model::{About, Person};

/// Bytes of the list of channels and topics.
const MOST: u64 = 64 << 20;

/// Reads all lists of an archive.
pub(super) fn read(export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
    let root = export.unit.strip_prefix("archive").unwrap_or_default().trim_start();
    let mut archive = Archive { export, index: index(export, &below(root, INDEX)), names: Names::default(), told: FxHashSet::default() };
    for path in export.files.iter().filter(|path| !path.ends_with(INDEX)) {
        match archive.list(path, out) {
            Err(ReadError::Format(error)) => out.unread(error)?,
            read => read?,
        }
    }
    Ok(())
}

/// The index, if there is one that can be read: names can be made out without it.
fn index(export: &Export<'_>, path: &str) -> Index {
    let bytes = export.tree.size(path).and_then(|_| export.read_whole(path, MOST).ok()).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

struct Archive<'a> {
    export: &'a Export<'a>,
    index: Index,
    /// Of the people that were met.
    names: Names,
    /// Conversations that were told of.
    told: FxHashSet<String>,
}

/// The channel and topic that a file is named by.
struct Place {
    id: String,
    name: String,
    topic: String,
}

impl Archive<'_> {
    fn list(&mut self, path: &str, out: &mut Out<'_>) -> Result<(), ReadError> {
        let place = self.place(path);
        let shown = self.export.shown(path);
        let mut records = Records::new(&shown, self.export.tree.open(path)?, &["[]", "messages[]"]);
        while let Some(found) = records.next()? {
            let at = At::new(&shown, found.line);
            let read = found.json.and_then(|json| {
                let record: Record = lenient::parse(&json)?;
                let imported = self.message(&record, &place)?;
                Ok((record, Imported { record: lenient::record(json), ..imported }))
            });
            match read {
                Ok((record, imported)) => {
                    let chat = self.chat(&record, &place, out)?;
                    out.message(&chat, at, imported)?;
                }
                Err(fault) => out.fault(at, fault)?,
            }
        }
        Ok(())
    }

    /// What the names of a file and its folder say: `113488-general/lunch.20today.json`.
    fn place(&self, path: &str) -> Place {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = folder.rsplit('/').next().unwrap_or_default();
        let (id, of_folder) = folder.split_once('-').filter(|(id, _)| id.parse::<u64>().is_ok()).unwrap_or(("", folder));
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let topic = if stem.contains('%') { decoded(stem, '%') } else { decoded(stem, '.') };
        let listed = self.index.streams.iter().find(|(_, stream)| !id.is_empty() && lenient::text_of(&stream["id"]) == id);
        let topics = listed.and_then(|(_, stream)| stream["topic_data"].as_object());
        // Of characters that no file name has, the index alone knows.
        let topic = match topics {
            Some(topics) if !topics.contains_key(&topic) => topics.keys().find(|key| plain(key) == plain(&topic)).cloned().unwrap_or(topic),
            _ => topic,
        };
        let name = listed.map_or_else(|| of_folder.to_owned(), |(name, _)| name.clone());
        Place { id: if id.is_empty() { of_folder.to_owned() } else { id.to_owned() }, name, topic }
    }

    fn message(&mut self, record: &Record, place: &Place) -> Result<Imported, Fault> {
        if record.id.is_none() {
            return Err(Fault::Lacks { what: "id" });
        }
        if let Some(id) = record.sender_id {
            self.names.insert(id, record.sender_full_name.clone());
        }
        for person in people(record) {
            self.names.insert(person.id.unwrap_or(0), person.full_name);
        }
        let is_page =
            record.content_type == "text/html" || (record.content_type.is_empty() && record.content.trim_start().starts_with('<'));
        let mut message = imported(record, &self.names)?;
        if is_page {
            let mentions = page::mentions(&record.content);
            message.parts = vec![Part::Text(page::text(&record.content))];
            (message.mentions, message.mentions_all) = (mentions.users, mentions.all);
            message.reply = page::answer(&record.content);
            message.edited = edited(record, time(record)?, &message.sender, &self.names);
        }
        message.parts.extend(uploads(&record.content).into_iter().map(|path| Part::File(file(path, None))));
        if let Some(poll) = poll(&record.submessages, &self.names) {
            message.parts = vec![poll];
        }
        message.reactions = collected(&record.reactions, &self.names);
        let topic = if record.subject.is_empty() && record.display_recipient.is_null() { &place.topic } else { &record.subject };
        message.thread = if people(record).is_empty() { thread(topic) } else { None };
        Ok(message)
    }

    /// The conversation of a message, as the API tells it or else the place.
    fn chat(&mut self, record: &Record, place: &Place, out: &mut Out<'_>) -> Result<Chat, ReadError> {
        let people = people(record);
        let channel = record.display_recipient.as_str().unwrap_or_default();
        let (id, name, about) = if !people.is_empty() {
            let (id, _) = direct(people.iter().filter_map(|person| person.id).collect::<BTreeSet<_>>());
            let members = people.iter().filter_map(|person| Some(Person::new(&person.id?.to_string(), &person.full_name)));
            (id, ChatName::Own, about_people(members.collect()))
        } else {
            let about = |name: &str| About { name: name.to_owned(), kind: "channel".to_owned(), ..About::default() };
            match record.stream_id {
                Some(id) => (format!("stream-{id}"), ChatName::Own, about(if channel.is_empty() { &place.name } else { channel })),
                None if !channel.is_empty() => (format!("stream-{channel}"), ChatName::Own, about(channel)),
                None if place.id.parse::<u64>().is_ok() => (format!("stream-{}", place.id), ChatName::Own, about(&place.name)),
                None => (format!("stream-{}", place.id), ChatName::Guessed, about(&place.name)),
            }
        };
        let chat = Chat { id, name };
        if self.told.insert(chat.id.clone()) {
            if chat.name == ChatName::Guessed {
                out.inferred("conversation", &place.name, "the name of the folder; no message names its channel")?;
            }
            out.about(&chat, about)?;
        }
        Ok(chat)
    }
}

/// The people of direct messages; none in a channel.
fn people(record: &Record) -> Vec<Named> {
    serde_json::from_value(record.display_recipient.clone()).unwrap_or_default()
}

/// The letters of a topic alone.
fn plain(topic: &str) -> String {
    topic.chars().filter(|letter| letter.is_alphanumeric()).collect()
}
