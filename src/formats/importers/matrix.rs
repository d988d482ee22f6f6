//! Rooms of Matrix: the JSON that Element exports, alone or with its files, and events as servers give them, in an array or one a line.
//!
//! A file is read twice: edits, reactions and redactions stand behind the messages that they are about. An edit counts when it is by the one who
//! wrote the message, as clients do it. Times are exact and in UTC.

mod content;
mod event;
mod media;
mod relations;
mod source;
mod state;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{Candidate, Export, Importer, ReadError, Unit};
use crate::formats::imported::{Event as Happened, Imported, Record, Reply};
use crate::formats::out::{At, Chat, ChatName, Out};
use crate::formats::{Fault, FormatError};
use crate::model::{About, Edited, Person, Version};
use content::{parts, plain_text, poll, quoted, without_quote};
use event::Event;
use relations::{Edit, Relations};
use source::{Found, each};

pub(in crate::formats) struct Matrix;

/// People of a room that are told of; more stand in its messages.
const MEMBERS: usize = 10_000;

impl Importer for Matrix {
    fn name(&self) -> &'static str {
        "matrix"
    }

    fn title(&self) -> &'static str {
        "rooms of Matrix: Element's JSON export with or without files, events of a server"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let text = file.text();
        let has = |keys: &[&str]| keys.iter().all(|key| text.contains(key));
        let is_export = has(&["\"room_name\"", "\"export_date\"", "\"exported_by\""]);
        let is_events = has(&["\"event_id\"", "\"origin_server_ts\"", "\"sender\"", "\"content\""]);
        let begins = text.trim_start().starts_with(['{', '[']);
        (begins && (file.is_told || is_export || is_events)).then(|| file.alone())
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        for path in export.files {
            if !export.tree.is_lasting() {
                return Err(FormatError::OnlyOnce { file: export.shown(path) }.into());
            }
            let mut relations = Relations::default();
            let taken = each(export, path, |found| {
                if let Found::Event(line, Ok(json)) = found
                    && let Ok(event) = Event::parse(json)
                {
                    relations.take(event, json, line);
                }
                Ok(())
            });
            // A file that is cut off is told of by the second reading.
            if let Err(ReadError::Stopped) = taken {
                return taken;
            }
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut reader = Reader {
                export,
                path,
                file: export.shown(path),
                folder,
                names: relations.names.clone(),
                relations,
                about: About::default(),
                rooms: BTreeMap::new(),
            };
            let read = each(export, path, |found| reader.take(found, out));
            match read {
                Err(ReadError::Format(error)) => out.unread(error)?,
                read => read?,
            }
            reader.finish(out)?;
        }
        Ok(())
    }
}

/// Reads the messages of one file.
struct Reader<'a> {
    export: &'a Export<'a>,
    path: &'a str,
    file: Arc<str>,
    folder: &'a str,
    relations: Relations,
    /// By the user id, at the place that was reached.
    names: FxHashMap<String, String>,
    /// What the head of the export says.
    about: About,
    rooms: BTreeMap<String, Room>,
}

struct Room {
    chat: Chat,
    about: About,
    /// The people who were met, by their ids.
    members: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn take(&mut self, found: Found<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        match found {
            Found::Name(name) => self.about.name = name,
            Found::Topic(topic) => self.about.topic = topic,
            Found::Event(line, json) => {
                let at = At::new(&self.file, line);
                let json = match json {
                    Ok(json) => json,
                    Err(fault) => return Ok(out.fault(at, fault)?),
                };
                match Event::parse(json) {
                    Ok(event) => self.event(event, json, at, out)?,
                    Err(error) => out.fault(at, Fault::Json { line: error.line(), column: error.column() })?,
                }
            }
        }
        Ok(())
    }

    fn event(&mut self, event: Event, json: &str, at: At, out: &mut Out<'_>) -> Result<(), ReadError> {
        // They are told with what they are about.
        let is_about_another = event.kind == "m.reaction" || event.kind == "m.room.redaction" || event.is_poll("response");
        if is_about_another || event.edited().is_some() {
            return Ok(());
        }
        let lacks = |what| Fault::Lacks { what };
        if event.kind.is_empty() || event.sender.is_empty() {
            return Ok(out.fault(at, lacks(if event.kind.is_empty() { "type" } else { "sender" }))?);
        }
        if event.time().is_none() {
            return Ok(out.fault(at, lacks("origin_server_ts"))?);
        }
        let (edits, foreign) = self.relations.edits_of(&event);
        for edit in foreign {
            out.fault(At::new(&self.file, edit.line), Fault::Unreadable { what: "edit of what somebody else wrote" })?;
        }
        self.message(event, edits, json, at, out)
    }

    fn message(&mut self, event: Event, edits: Vec<Edit>, json: &str, at: At, out: &mut Out<'_>) -> Result<(), ReadError> {
        let room = if event.room_id.is_empty() { self.relations.room.clone() } else { event.room_id.clone() };
        self.note(&event, &room, out)?;
        let sender = self.person(&event.sender);
        let mut imported = Imported {
            id: event.event_id.clone(),
            time: event.time().unwrap_or(0),
            is_deleted: self.relations.is_redacted(&event),
            is_pinned: self.relations.is_pinned(&event.room_id, &event.event_id),
            reactions: self.relations.reactions_to(&event, |user| self.person(user)),
            record: Record::Json(json.to_owned()),
            ..Imported::default()
        };
        if let Some(relation) = event.relation().filter(|relation| relation.kind == "m.thread") {
            imported.thread = Some((relation.to.to_owned(), String::new()));
        } else if self.relations.is_thread(&event) {
            imported.thread = Some((event.event_id.clone(), String::new()));
        }
        if let Some(id) = event.answered() {
            let (sender, text) = quoted(without_quote(event.text("body")).0);
            imported.reply = Some(Reply { id: id.to_owned(), sender, text, ..Reply::default() });
        }
        let is_message = matches!(event.kind.as_str(), "m.room.message" | "m.sticker");
        // What was deleted has no content any more.
        let is_empty = imported.is_deleted && event.content.as_object().is_none_or(serde_json::Map::is_empty);
        if is_message {
            imported.edited = edited(&event, &edits);
            let newest = edits.last().map(|edit| &edit.event.content["m.new_content"]).filter(|content| content.is_object());
            let content = newest.unwrap_or(&event.content);
            let mentions = &content["m.mentions"];
            let users = mentions["user_ids"].as_array().into_iter().flatten();
            imported.mentions = users.filter_map(Value::as_str).map(str::to_owned).collect();
            imported.mentions_all = mentions["room"] == true;
            if !is_empty {
                imported.parts = parts(&event, content, sender.shown(), self.export.tree, self.folder);
            }
        } else if event.is_poll("start") && !is_empty {
            imported.parts = vec![poll(&event, &self.relations)];
        } else if !is_empty || event.state_key.is_some() {
            let Some((text, tip)) = state::sentence(&event, |user| self.person(user).shown().to_owned()) else { return Ok(()) };
            let users = if event.kind == "m.room.member" { vec![event.target().to_owned()] } else { Vec::new() };
            imported.event = Some(Happened { kind: event.kind.clone(), text, tip, users });
        }
        imported.sender = sender;
        if event.kind == "m.room.member" {
            self.renamed(&event);
        }
        let chat = &self.rooms[&room].chat;
        Ok(out.message(chat, at, imported)?)
    }

    /// Takes what the event says about its room, and tells of the room when it is new.
    fn note(&mut self, event: &Event, room: &str, out: &mut Out<'_>) -> Result<(), ReadError> {
        if !self.rooms.contains_key(room) {
            let chat = match room {
                "" => {
                    let name = self.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
                    let name = if self.about.name.is_empty() { name } else { &self.about.name };
                    out.inferred("conversation", name, "no event names its room")?;
                    Chat { id: name.to_owned(), name: ChatName::Guessed }
                }
                id => Chat { id: id.to_owned(), name: ChatName::Own },
            };
            let about = About { kind: "room".to_owned(), ..self.about.clone() };
            out.about(&chat, about.clone())?;
            self.rooms.insert(room.to_owned(), Room { chat, about, members: BTreeMap::new() });
        }
        let name = self.names.get(&event.sender).cloned().unwrap_or_default();
        let is_headed = !self.about.name.is_empty();
        let Some(room) = self.rooms.get_mut(room) else { return Ok(()) };
        match event.kind.as_str() {
            // The head of an export has the name and the topic of its day.
            "m.room.name" if !is_headed => event.text("name").clone_into(&mut room.about.name),
            "m.room.topic" if !is_headed => event.text("topic").clone_into(&mut room.about.topic),
            _ => {}
        }
        if room.members.len() < MEMBERS || room.members.contains_key(&event.sender) {
            room.members.insert(event.sender.clone(), name);
        }
        Ok(())
    }

    fn person(&self, id: &str) -> Person {
        Person::new(id, self.names.get(id).map_or("", String::as_str))
    }

    /// From here on somebody is called otherwise.
    fn renamed(&mut self, event: &Event) {
        if event.text("membership") != "join" {
            return;
        }
        match event.text("displayname") {
            "" => self.names.remove(event.target()),
            name => self.names.insert(event.target().to_owned(), name.to_owned()),
        };
    }

    /// Tells of the edits whose messages the file does not hold, and of the rooms.
    fn finish(mut self, out: &mut Out<'_>) -> Result<(), ReadError> {
        let mut left: Vec<Edit> = std::mem::take(&mut self.relations.edits).into_values().flatten().collect();
        left.sort_by_key(|edit| edit.event.origin_server_ts);
        for edit in left {
            let Edit { mut event, json, line } = edit;
            let new = event.content["m.new_content"].take();
            if event.time().is_some() && new.is_object() && !self.relations.is_redacted(&event) {
                event.content = new;
                self.message(event, Vec::new(), &json, At::new(&self.file, line), out)?;
            }
        }
        for (_, Room { chat, mut about, members }) in std::mem::take(&mut self.rooms) {
            about.members = members.iter().map(|(id, name)| Person::new(id, name)).collect();
            out.about(&chat, about)?;
        }
        Ok(())
    }
}

/// That a message was edited: when last, and what it was before.
fn edited(event: &Event, edits: &[Edit]) -> Option<Edited> {
    let newest = edits.last()?;
    if !newest.event.content["m.new_content"].is_object() {
        // It is encrypted, and what is shown is what was first said.
        return Some(Edited { time: newest.event.time().unwrap_or(0), ..Edited::default() });
    }
    let is_answer = event.answered().is_some();
    let newer = |edit: &Edit| plain_text(&edit.event.content["m.new_content"], false).to_owned();
    let first = Version { time: event.time().unwrap_or(0), text: plain_text(&event.content, is_answer).to_owned() };
    let earlier = edits.iter().map(|edit| Version { time: edit.event.time().unwrap_or(0), text: newer(edit) });
    let mut before: Vec<Version> = std::iter::once(first).chain(earlier).take(edits.len()).collect();
    // Older servers put the newest text in the place of the first one.
    before.retain(|version| !version.text.is_empty() && version.text != newer(newest));
    Some(Edited { time: newest.event.time().unwrap_or(0), by: None, before })
}

#[cfg(test)]
mod tests;
