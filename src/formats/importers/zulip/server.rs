//! The export of a server: its tables, and its messages in markdown in files of their own.

use serde_json::{Value, json};

use super::record::{Edit, Reaction, Record, Submessage};
use super::tables::Tables;
use super::text::{Mentions, Names, answer, file, readable, uploads};
use super::{REALM, below, is_messages, uploaded};
use crate::formats::Fault;
use crate::formats::imported::{Event, Imported, Part, Tip};
use crate::formats::importers::{Export, ReadError};
use crate::formats::json::Records;
use crate::formats::lenient::{self, Moment, number_in};
use crate::formats::out::{At, Out};
use crate::model::{self, Edited, Person, Version};

/// Reads an export.
pub(super) fn read(export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
    let root = export.files.first().and_then(|path| path.rsplit_once('/')).map_or("", |(root, _)| root);
    let mut tables = Tables::default();
    let is_of = |path: &str| is_messages(path.rsplit('/').next().unwrap_or_default());
    let realm = below(root, REALM);
    if export.tree.size(&realm).is_some() {
        match tables.take(export, &realm, out) {
            // Of the messages it is told one by one that nobody knows their conversation.
            Err(ReadError::Format(error)) => out.unread(error)?,
            read => read?,
        }
    }
    for path in export.files.iter().filter(|path| is_of(path)) {
        match messages(export, path, root, &mut tables, out) {
            Err(ReadError::Format(error)) => out.unread(error)?,
            read => read?,
        }
    }
    Ok(())
}

fn messages(export: &Export<'_>, path: &str, root: &str, tables: &mut Tables, out: &mut Out<'_>) -> Result<(), ReadError> {
    let shown = export.shown(path);
    let mut records = Records::new(&shown, export.tree.open(path)?, &["zerver_message[]"]);
    while let Some(found) = records.next()? {
        let at = At::new(&shown, found.line);
        let parsed = found.json.and_then(|json| Ok((lenient::parse::<Record>(&json)?, json)));
        let (record, json) = match parsed {
            Ok(parsed) => parsed,
            Err(fault) => {
                out.fault(at, fault)?;
                continue;
            }
        };
        let (Some(id), Some(sender), Some(recipient)) = (record.id, record.sender, record.recipient) else {
            let what = if record.id.is_none() {
                "id"
            } else if record.sender.is_none() {
                "sender"
            } else {
                "recipient"
            };
            out.fault(at, Fault::Lacks { what })?;
            continue;
        };
        let chat = match tables.chat(sender, recipient, out)? {
            Ok(chat) => chat,
            Err(fault) => {
                out.fault(at, fault)?;
                continue;
            }
        };
        let (chat, is_channel) = chat;
        let (reactions, submessages) = tables.of_message(id);
        let mut imported = match imported(&record, &tables.names) {
            Ok(imported) => imported,
            Err(fault) => {
                out.fault(at, fault)?;
                continue;
            }
        };
        imported.parts.extend(uploads(&record.content).into_iter().map(|path| Part::File(file(path, uploaded(export.tree, root, path)))));
        if is_channel {
            imported.thread = thread(&record.subject);
        }
        if tables.is_herald(sender) {
            let said = imported.parts.iter().position(|part| matches!(part, Part::Text(_))).map(|at| imported.parts.remove(at));
            let text = if let Some(Part::Text(text)) = said { text } else { String::new() };
            imported.event = Some(Event { kind: "notification".to_owned(), text, tip: Tip::Other, users: Vec::new() });
        }
        if let Some(poll) = poll(&submessages, &tables.names) {
            imported.parts = vec![poll];
        }
        imported.reactions = collected(&reactions, &tables.names);
        imported.record = lenient::record(json);
        out.message(&chat, at, imported)?;
    }
    Ok(())
}

/// A message in markdown, but for its files, thread and reactions.
///
/// # Errors
/// [`Fault`] for one without a time.
pub(super) fn imported(record: &Record, names: &Names) -> Result<Imported, Fault> {
    let time = time(record)?;
    let sender = match record.sender.or(record.sender_id) {
        Some(id) if record.sender_full_name.is_empty() => names.person(id),
        Some(id) => Person::new(&id.to_string(), &record.sender_full_name),
        None => Person::new(&record.sender_full_name, ""),
    };
    let mut mentions = Mentions::default();
    let (reply, said) = answer(&record.content, names).map_or((None, record.content.as_str()), |(reply, said)| (Some(reply), said));
    let text = match said.strip_prefix("/me ") {
        Some(did) => format!("* {} {}", sender.shown(), readable(did, names, &mut mentions)),
        None => readable(said, names, &mut mentions),
    };
    Ok(Imported {
        id: record.id.map(|id| id.to_string()).unwrap_or_default(),
        edited: edited(record, time, &sender, names),
        sender,
        time,
        parts: vec![Part::Text(text)],
        reply,
        mentions: mentions.users,
        mentions_all: mentions.all,
        ..Imported::default()
    })
}

/// When a message was sent, Unix seconds.
///
/// # Errors
/// [`Fault`] where it says no time, or none that can be read.
pub(super) fn time(record: &Record) -> Result<u64, Fault> {
    let times = [&record.date_sent, &record.pub_date, &record.timestamp];
    let time = times.into_iter().find(|time| !time.is_empty()).ok_or(Fault::Lacks { what: "time" })?;
    let moment = || Moment::of(time, &jiff::tz::TimeZone::UTC).map(|moment| moment.seconds);
    number_in(time).or_else(moment).ok_or(Fault::Unreadable { what: "time" })
}

/// The thread of a topic; the topic without a name is none. Topics that differ in the size of letters only are one.
pub(super) fn thread(topic: &str) -> Option<(String, String)> {
    let topic = topic.trim_matches(['\u{7}', ' ']);
    (!topic.is_empty()).then(|| (format!("topic-{}", topic.to_lowercase()), topic.to_owned()))
}

/// That a message was edited: what it was before, if the export says so.
pub(super) fn edited(record: &Record, sent: u64, sender: &Person, names: &Names) -> Option<Edited> {
    let edits: Vec<Edit> = match &record.edit_history {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        other => serde_json::from_value(other.clone()).unwrap_or_default(),
    };
    // Those of the topic alone are edits of the thread.
    let changes: Vec<&Edit> = edits.iter().filter(|edit| edit.prev_content.is_some()).collect();
    let last = record.last_edit_time.or(record.last_edit_timestamp);
    let Some(newest) = changes.first() else {
        return (edits.is_empty() && last.is_some()).then(|| Edited { time: last.unwrap_or(0), ..Edited::default() });
    };
    let by = newest.user_id.map(|id| names.person(id)).filter(|person| person.id != sender.id);
    let mut written = sent;
    let mut before = Vec::new();
    for edit in changes.iter().rev() {
        let text = readable(edit.prev_content.as_deref().unwrap_or_default(), names, &mut Mentions::default());
        before.push(Version { time: written, text });
        written = edit.timestamp.unwrap_or(0);
    }
    Some(Edited { time: newest.timestamp.or(last).unwrap_or(0), by, before })
}

/// Reactions by their emoji, in the order of the first of each.
pub(super) fn collected(reactions: &[Reaction], names: &Names) -> Vec<model::Reaction> {
    let mut all: Vec<model::Reaction> = Vec::new();
    for reaction in reactions {
        let emoji = emoji(reaction);
        let user = reaction.user_id.map(|id| names.person(id));
        match all.iter_mut().find(|known| known.emoji == emoji) {
            Some(known) => {
                known.count += 1;
                known.users.extend(user);
            }
            None => all.push(model::Reaction { emoji, count: 1, users: user.into_iter().collect() }),
        }
    }
    all
}

fn emoji(reaction: &Reaction) -> String {
    let is_character = matches!(reaction.reaction_type.as_str(), "unicode_emoji" | "");
    let letters = reaction.emoji_code.split('-').map(|code| u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
    match letters.collect::<Option<String>>() {
        Some(emoji) if is_character && !reaction.emoji_code.is_empty() => emoji,
        _ => reaction.emoji_name.clone(),
    }
}

/// The poll of a message with the votes that were cast.
pub(super) fn poll(submessages: &[Submessage], names: &Names) -> Option<Part> {
    let done: Vec<(Option<u64>, Value)> =
        submessages.iter().filter_map(|done| Some((done.sender_id, serde_json::from_str(&done.content).ok()?))).collect();
    let (_, widget) = done.first().filter(|(_, widget)| widget["widget_type"] == "poll")?;
    let mut question = widget["extra_data"]["question"].as_str().unwrap_or_default().to_owned();
    let of_widget = widget["extra_data"]["options"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut options: Vec<(String, String, Vec<u64>)> =
        of_widget.enumerate().map(|(at, option)| (format!("canned,{at}"), option.to_owned(), Vec::new())).collect();
    for (sender, event) in &done[1..] {
        let sender = sender.unwrap_or(0);
        match event["type"].as_str().unwrap_or_default() {
            "new_option" => {
                options.push((format!("{sender},{}", event["idx"]), event["option"].as_str().unwrap_or_default().to_owned(), Vec::new()))
            }
            "question" => question = event["question"].as_str().unwrap_or_default().to_owned(),
            "vote" => {
                let Some((.., voters)) = options.iter_mut().find(|(key, ..)| event["key"] == key.as_str()) else { continue };
                voters.retain(|voter| *voter != sender);
                if event["vote"].as_i64().unwrap_or(0) > 0 {
                    voters.push(sender);
                }
            }
            _ => {}
        }
    }
    let lines = options.iter().map(|(_, option, voters)| format!("{option} ({})", voters.len()));
    let text = std::iter::once(question.clone()).chain(lines).collect::<Vec<_>>().join("\n");
    let data = options.iter().map(
        |(_, option, voters)| json!({"option": option, "voters": voters.iter().map(|voter| names.person(*voter)).collect::<Vec<_>>()}),
    );
    Some(Part::Other { kind: "poll", text, data: json!({"question": question, "options": data.collect::<Vec<_>>()}) })
}
