//! Discord: the JSON of DiscordChatExporter, a channel or thread in one file or in parts, with the files beside it.
//!
//! Takes memory for one record at a time.

mod content;
mod message;
mod record;
mod text;

use serde::Deserialize;

use super::{Candidate, Export, Importer, ReadError, Unit};
use crate::formats::Fault;
use crate::formats::imported::Imported;
use crate::formats::json::{Found, Records};
use crate::formats::lenient::{self, Moment, text};
use crate::formats::out::{At, Chat, ChatName, Out};
use crate::model::About;
use content::Beside;
use record::Record;

pub(in crate::formats) struct Discord;

const PLACES: [&str; 3] = ["guild", "channel", "messages[]"];
const GUILD: usize = 0;
const CHANNEL: usize = 1;

impl Importer for Discord {
    fn name(&self) -> &'static str {
        "discord"
    }

    fn title(&self) -> &'static str {
        "Discord: JSON of DiscordChatExporter, with its files"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let text = file.text();
        let is_its_own = || ["\"guild\"", "\"channel\"", "\"messages\""].iter().all(|key| text.contains(key));
        (text.trim_start().starts_with('{') && (file.is_told || is_its_own())).then(|| Unit(part(file.path).0))
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        let mut paths: Vec<&String> = export.files.iter().collect();
        paths.sort_by_key(|path| part(path).1);
        let mut is_zone_told = false;
        for path in paths {
            match read_file(path, export, &mut is_zone_told, out) {
                // The other parts are read all the same.
                Err(ReadError::Format(error)) => out.unread(error)?,
                read => read?,
            }
        }
        Ok(())
    }
}

/// The name of a file without the number of its part, and that number; the first part has none.
fn part(path: &str) -> (String, u64) {
    if let Some((name, rest)) = path.rsplit_once(" [part ")
        && let Some((number, ending)) = rest.split_once(']')
        && let Ok(number) = number.parse()
    {
        return (format!("{name}{ending}"), number);
    }
    (path.to_owned(), 1)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Guild {
    /// 0 for direct messages.
    #[serde(deserialize_with = "text")]
    id: String,
    #[serde(deserialize_with = "text")]
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Channel {
    #[serde(deserialize_with = "text")]
    id: String,
    #[serde(rename = "type", deserialize_with = "text")]
    kind: String,
    /// Of a thread: the channel that it is in.
    #[serde(deserialize_with = "text")]
    category: String,
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    topic: String,
}

/// The description of a channel: its topic says where it is.
fn about(guild: &Guild, channel: &Channel) -> About {
    let is_direct = channel.kind.starts_with("Direct");
    let place = [&guild.name, &channel.category].into_iter().filter(|name| !is_direct && !name.is_empty() && guild.id != "0");
    let place = place.map(String::as_str).collect::<Vec<_>>().join(" / ");
    let topic = [place, channel.topic.clone()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    About { name: channel.name.clone(), topic, kind: channel.kind.clone(), ..About::default() }
}

fn read_file(path: &str, export: &Export<'_>, is_zone_told: &mut bool, out: &mut Out<'_>) -> Result<(), ReadError> {
    let file = export.shown(path);
    let mut records = Records::new(&file, export.tree.open(path)?, &PLACES);
    let (mut guild, mut channel) = (Guild::default(), Channel::default());
    let mut chat: Option<Chat> = None;
    let mut told = About::default();
    while let Some(found) = records.next()? {
        match found.place {
            GUILD => guild = head(&found),
            CHANNEL => channel = head(&found),
            _ => {
                if chat.is_none() {
                    let begun = begin(path, &channel, out)?;
                    told = about(&guild, &channel);
                    out.about(&begun, told.clone())?;
                    chat = Some(begun);
                }
                let Some(chat) = &chat else { continue };
                let at = At::new(&file, found.line);
                let beside = Beside { export, file: path };
                match message(found, &channel.id, &beside) {
                    Ok((imported, is_local)) => {
                        if is_local && !std::mem::replace(is_zone_told, true) {
                            export.tell_timezone(out)?;
                        }
                        out.message(chat, at, imported)?;
                    }
                    Err(fault) => out.fault(at, fault)?,
                }
            }
        }
    }
    // What stands behind the messages is told too.
    let about = about(&guild, &channel);
    match &chat {
        Some(chat) if about != told => Ok(out.about(chat, about)?),
        _ => Ok(()),
    }
}

fn head<T: Default + for<'de> Deserialize<'de>>(found: &Found) -> T {
    found.json.as_ref().ok().and_then(|json| lenient::parse(json).ok()).unwrap_or_default()
}

/// The conversation of a file.
fn begin(path: &str, channel: &Channel, out: &mut Out<'_>) -> Result<Chat, ReadError> {
    if !channel.id.is_empty() {
        return Ok(Chat { id: channel.id.clone(), name: ChatName::Own });
    }
    let (name, _) = part(path);
    let id = name.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
    out.inferred("conversation", id, "the name of the file; the channel has no id in the source")?;
    Ok(Chat { id: id.to_owned(), name: ChatName::Guessed })
}

/// The message in a record, and whether its time was read in the zone that was given.
fn message(found: Found, channel: &str, beside: &Beside<'_>) -> Result<(Imported, bool), Fault> {
    let json = found.json?;
    let record: Record = lenient::parse(&json)?;
    let what = if record.timestamp.is_empty() { Fault::Lacks { what: "time" } } else { Fault::Unreadable { what: "time" } };
    let moment = Moment::of(&record.timestamp, &beside.export.reading.timezone).ok_or(what)?;
    let mut imported = message::imported(record, channel, beside);
    (imported.time, imported.record) = (moment.seconds, lenient::record(json));
    Ok((imported, moment.is_local))
}

#[cfg(test)]
mod tests;
