//! Slack: official exports and those of slackdump, a file a day and channel, and slackdump's dumps, a file a channel or thread.
//!
//! Takes memory for the people and channels of the workspace and for one record at a time.

mod content;
mod event;
mod message;
mod place;
mod record;
mod text;
mod workspace;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Candidate, Export, Importer, ReadError, Unit};
use crate::formats::json::Records;
use crate::formats::lenient;
use crate::formats::out::{At, Chat, Out};
use message::Beside;
use place::Place;
use record::Record;
use workspace::Workspace;

pub(in crate::formats) struct Slack;

/// The items of a day, or the messages of a dump; and what a dump says of itself.
const PLACES: [&str; 4] = ["[]", "messages[]", "channel_id", "name"];
const CHANNEL: usize = 2;
const NAME: usize = 3;

/// Bytes of one record: one of a dump holds all answers of its thread.
const LONGEST: usize = 64 << 20;

impl Importer for Slack {
    fn name(&self) -> &'static str {
        "slack"
    }

    fn title(&self) -> &'static str {
        "Slack: export as zip or folder, exports and dumps of slackdump"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        place::unit(file)
    }

    fn is_attachment(&self, file: &Candidate<'_>) -> bool {
        place::is_attachment(file)
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        let places: Vec<(&String, Place<'_>)> = export.files.iter().map(|path| (path, place::of(export.tree, path))).collect();
        let mut workspace = Workspace::read(export, &places, out)?;
        for (path, place) in places.iter().filter(|(_, place)| !matches!(place, Place::List { .. })) {
            match read_file(export, path, place, &mut workspace, out) {
                // The other days and channels are read all the same.
                Err(ReadError::Format(error)) => out.unread(error)?,
                read => read?,
            }
        }
        Ok(())
    }
}

fn read_file(export: &Export<'_>, path: &str, place: &Place<'_>, workspace: &mut Workspace, out: &mut Out<'_>) -> Result<(), ReadError> {
    let file = export.shown(path);
    let mut records = Records::new(&file, export.tree.open(path)?, &PLACES).up_to(LONGEST);
    let mut reader =
        Reader { export, path, file, folder: place.folder(), channel: place.channel().to_owned(), name: String::new(), chat: None };
    while let Some(found) = records.next()? {
        match found.place {
            CHANNEL => reader.channel = found.parse().unwrap_or(reader.channel),
            NAME => reader.name = found.parse().unwrap_or_default(),
            _ => match found.json {
                Ok(json) => reader.take(json, found.line, workspace, out)?,
                Err(fault) => out.fault(At::new(&reader.file, found.line), fault)?,
            },
        }
    }
    Ok(())
}

/// Reads the messages of one file.
struct Reader<'a> {
    export: &'a Export<'a>,
    path: &'a str,
    file: Arc<str>,
    /// The folder in which files of the channel lie.
    folder: &'a str,
    /// Its id or name, as the file or its folder says.
    channel: String,
    /// Its name in a dump.
    name: String,
    chat: Option<Chat>,
}

impl Reader<'_> {
    /// Takes a record, and behind it the answers that a dump keeps in it.
    fn take(&mut self, json: String, line: u64, workspace: &mut Workspace, out: &mut Out<'_>) -> Result<(), ReadError> {
        let chat = match &self.chat {
            Some(chat) => chat.clone(),
            None => self.chat.insert(workspace.begin(&self.channel, &self.name, out)?).clone(),
        };
        let (json, replies) = match without_replies(&json) {
            Some((parent, replies)) => (parent, replies),
            None => (json, Vec::new()),
        };
        self.message(json, &chat, line, workspace, out)?;
        for reply in replies {
            self.message(reply, &chat, line, workspace, out)?;
        }
        Ok(())
    }

    fn message(&self, json: String, chat: &Chat, line: u64, workspace: &Workspace, out: &mut Out<'_>) -> Result<(), ReadError> {
        let at = At::new(&self.file, line);
        let record: Record = match lenient::parse(&json) {
            Ok(record) => record,
            Err(fault) => return Ok(out.fault(at, fault)?),
        };
        let beside = Beside { export: self.export, path: self.path, folder: self.folder, workspace, channel: &chat.id };
        match message::imported(record, &beside) {
            Ok(mut imported) => {
                imported.record = lenient::record(json);
                Ok(out.message(chat, at, imported)?)
            }
            Err(fault) => Ok(out.fault(at, fault)?),
        }
    }
}

#[derive(Deserialize)]
struct Answered<'a> {
    #[serde(borrow, rename = "slackdump_thread_replies")]
    replies: &'a RawValue,
}

/// A record of a dump with an empty list in the place of the answers that it holds, and these; `None` where it holds none.
fn without_replies(json: &str) -> Option<(String, Vec<String>)> {
    memchr::memmem::find(json.as_bytes(), b"slackdump_thread_replies")?;
    let held = serde_json::from_str::<Answered<'_>>(json).ok()?.replies.get();
    let replies: Vec<&RawValue> = serde_json::from_str(held).ok()?;
    let start = held.as_ptr() as usize - json.as_ptr() as usize;
    let parent = format!("{}[]{}", &json[..start], &json[start + held.len()..]);
    Some((parent, replies.into_iter().map(|reply| reply.get().to_owned()).collect()))
}

#[cfg(test)]
mod tests;
