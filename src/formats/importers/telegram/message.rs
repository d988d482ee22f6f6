//! One record of a chat as a message.

use serde_json::{Map, Value};

use super::event::Facts;
use super::media;
use super::record::{Entities, Media, Reacted, Record};
use super::text::{Text, user};
use super::topics::Topics;
use crate::formats::imported::{Imported, Part, Reply};
use crate::formats::importers::Export;
use crate::formats::{Fault, lenient};
use crate::model::{Edited, Forwarded, Person, Reaction};

/// What is known where a record stands.
pub(super) struct Place<'a> {
    pub(super) export: &'a Export<'a>,
    /// The file that it is in.
    pub(super) file: &'a str,
    pub(super) is_channel: bool,
    /// The account itself, where the export says who that is.
    pub(super) me: Option<&'a str>,
}

/// The message of a record, but for its time and what is kept of the record. `json` is the record again.
pub(super) fn imported(record: Record, json: &str, place: &Place<'_>, topics: &mut Topics) -> Result<Imported, Fault> {
    let is_event = record.kind == "service";
    let (name, id) = if is_event || record.from_id.is_empty() && record.from.is_none() {
        (record.actor.as_deref().or(record.from.as_deref()), if record.actor_id.is_empty() { &record.from_id } else { &record.actor_id })
    } else {
        (record.from.as_deref(), &record.from_id)
    };
    let sender = person(id, name);
    let mut imported = Imported { id: record.id.clone(), ..Imported::default() };
    imported.is_self = place.me.filter(|_| !id.is_empty()).map(|me| me == id);
    let keys: Map<String, Value> = if is_event { lenient::parse(json)? } else { Map::new() };
    let facts = Facts::new(&keys, sender.shown(), place.is_channel, &place.export.reading.timezone);
    let topic = topics.place(&record, || facts.title());
    let is_root = topic.as_ref().is_some_and(|(_, _, is_root)| *is_root);
    imported.thread = topic.map(|(id, title, _)| (id, title));
    if is_event {
        imported.event = Some(facts.event(&record.action));
    } else if record.kind == "unsupported" {
        imported.parts.push(Part::Text(UNSUPPORTED.to_owned()));
    }
    if !record.reply_to_message_id.is_empty() && !is_root {
        // The chat of the answered message is named with its kind before the number, and known by the number alone.
        let chat = record.reply_to_peer_id.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        let chat = (!chat.is_empty()).then(|| chat.to_owned());
        imported.reply = Some(Reply { id: record.reply_to_message_id, chat, ..Reply::default() });
    }
    let text = match record.text {
        text if text.is_empty() => lenient::parse::<Entities>(json)?.text_entities,
        text => text,
    };
    imported.mentions = text.mentions();
    imported.parts.extend(media::parts(lenient::parse::<Media>(json)?, place.file, place.export));
    // What a button said is in the sentence already.
    if record.action != "send_webview_data" {
        imported.parts.push(Part::Text(Text::shown(text)));
    }
    imported.sender = sender;
    imported.forwarded = forwarded(record.forwarded_from, &record.forwarded_from_id, record.saved_from);
    imported.edited = edited(record.edited_unixtime, &record.edited, place);
    imported.reactions = record.reactions.into_iter().map(reaction).collect();
    Ok(imported)
}

/// The sentence of Telegram Desktop for what it does not know.
const UNSUPPORTED: &str = "This message is not supported by this version of Telegram Desktop. Please update the application.";

/// Somebody by id and name; accounts that are gone have no name.
fn person(id: &str, name: Option<&str>) -> Person {
    let name = name.unwrap_or_default();
    match (id, name) {
        ("", name) => Person::new(name, ""),
        (id, "") => Person::new(id, "Deleted Account"),
        (id, name) => Person::new(id, name),
    }
}

fn forwarded(from: Option<Option<String>>, id: &str, saved_from: String) -> Option<Forwarded> {
    if from.is_none() && saved_from.is_empty() {
        return None;
    }
    let from = from.map(|name| person(id, name.as_deref())).filter(|person| !person.id.is_empty());
    Some(Forwarded { from, conversation: saved_from, ..Forwarded::default() })
}

fn edited(unix: Option<u64>, local: &str, place: &Place<'_>) -> Option<Edited> {
    let zone = &place.export.reading.timezone;
    // Before 1970 stands for never.
    let time = unix.or_else(|| lenient::Moment::of(local, zone).map(|moment| moment.seconds)).filter(|time| *time > 86_400)?;
    Some(Edited { time, ..Edited::default() })
}

fn reaction(reacted: Reacted) -> Reaction {
    let emoji = match reacted.kind.as_str() {
        _ if !reacted.emoji.is_empty() => reacted.emoji,
        "paid" => "⭐".to_owned(),
        // Where its picture was left out stands a sentence.
        _ if reacted.document_id.is_empty() || reacted.document_id.starts_with('(') => "custom_emoji".to_owned(),
        _ => reacted.document_id,
    };
    let users: Vec<_> = reacted.recent.iter().map(|recent| person(&user(recent.from_id.clone()), recent.from.as_deref())).collect();
    let users: Vec<_> = users.into_iter().filter(|person| !person.id.is_empty()).collect();
    Reaction { emoji, count: reacted.count.unwrap_or(users.len() as u64), users }
}
