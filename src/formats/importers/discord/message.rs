//! One record of a channel as a message.

use super::content::{Beside, parts};
use super::record::{Reacted, Record, User};
use crate::formats::imported::{Event, Imported, Part, Reply, Tip};
use crate::formats::lenient::Moment;
use crate::model::{Edited, Forwarded, Reaction};

/// The message of a record, but for its time and what is kept of the record.
pub(super) fn imported(mut record: Record, channel: &str, beside: &Beside<'_>) -> Imported {
    let zone = &beside.export.reading.timezone;
    let mut imported = Imported { id: record.id.clone(), sender: record.author.person(), ..Imported::default() };
    let reference = record.reference.take().filter(|reference| !reference.message.is_empty());
    let forwarded_time =
        record.forwarded.as_ref().map(|forwarded| Moment::of(&forwarded.timestamp, zone).map_or(0, |moment| moment.seconds));
    imported.parts = parts(&mut record, beside);
    if is_event(&record.kind) {
        let said = imported.parts.iter().position(|part| matches!(part, Part::Text(_))).map(|at| imported.parts.remove(at));
        let text = if let Some(Part::Text(text)) = said { text } else { String::new() };
        imported.event = Some(event(&record, text));
    } else if let Some(time) = forwarded_time {
        let id = reference.map(|reference| reference.message).unwrap_or_default();
        imported.forwarded = Some(Forwarded { id, time, ..Forwarded::default() });
    } else if let Some(reference) = reference {
        let is_here = reference.channel.is_empty() || reference.channel == channel;
        if reference.kind == "Forward" || (!is_here && record.kind != "Reply" && record.kind != "19") {
            // News of a channel that this one follows are forwarded too.
            imported.forwarded = Some(Forwarded { id: reference.message, ..Forwarded::default() });
        } else {
            let chat = (!is_here).then_some(reference.channel);
            imported.reply = Some(Reply { id: reference.message, chat, ..Reply::default() });
        }
    }
    imported.mentions = record.mentions.into_iter().map(|user| user.id).filter(|id| !id.is_empty()).collect();
    imported.edited = Moment::of(&record.edited, zone).map(|moment| Edited { time: moment.seconds, ..Edited::default() });
    imported.is_pinned = record.is_pinned;
    imported.reactions = record.reactions.into_iter().map(reaction).collect();
    imported
}

/// Whether Discord says it, not a person. Later types than the program knows have numbers.
fn is_event(kind: &str) -> bool {
    let said = ["", "Default", "Reply", "ChatInputCommand", "ThreadStarterMessage", "ContextMenuCommand", "0", "19", "20", "21", "23"];
    !said.contains(&kind)
}

fn event(record: &Record, text: String) -> Event {
    let users: Vec<String> = record.mentions.iter().map(|user| user.id.clone()).filter(|id| !id.is_empty()).collect();
    let (tip, users) = match record.kind.as_str() {
        "RecipientAdd" | "1" => (Tip::Joined, users),
        "RecipientRemove" | "2" if users.first().is_none_or(|user| *user == record.author.id) => (Tip::Left, users),
        "RecipientRemove" | "2" => (Tip::Removed, users),
        "GuildMemberJoin" | "7" => (Tip::Joined, vec![record.author.id.clone()]),
        "ChannelNameChange" | "ChannelIconChange" | "ChannelPinnedMessage" | "4" | "5" | "6" => (Tip::GroupChanged, users),
        _ => (Tip::Other, users),
    };
    let text = if text.is_empty() { sentence(&record.kind) } else { text };
    Event { kind: record.kind.clone(), text, tip, users }
}

/// The sentence for a type that the program has none for.
fn sentence(kind: &str) -> String {
    match kind {
        "8" => "Boosted the server.",
        "9" => "Boosted the server to level 1.",
        "10" => "Boosted the server to level 2.",
        "11" => "Boosted the server to level 3.",
        "12" => "Added a channel whose news are shown here.",
        "14" => "The server has been removed from Server Discovery.",
        "15" => "The server is eligible for Server Discovery again.",
        "16" => "The server has failed the requirements of Server Discovery for a week.",
        "17" => "The server has failed the requirements of Server Discovery for three weeks.",
        "18" => "Started a thread.",
        "22" => "Reminder to invite people.",
        "24" => "AutoMod has blocked a message.",
        "25" => "Subscribed to a role.",
        "27" => "Started a stage.",
        "28" => "Ended a stage.",
        "29" => "Became a speaker of the stage.",
        "31" => "Changed the topic of the stage.",
        "36" => "Enabled security actions.",
        "37" => "Disabled security actions.",
        "38" => "Reported a raid.",
        "39" => "Reported a false alarm.",
        "46" => "A poll has ended.",
        other => other,
    }
    .to_owned()
}

fn reaction(reacted: Reacted) -> Reaction {
    let users: Vec<_> = reacted.users.iter().map(User::person).filter(|person| !person.id.is_empty()).collect();
    let emoji = if reacted.emoji.name.is_empty() { reacted.emoji.code } else { reacted.emoji.name };
    Reaction { emoji, count: reacted.count.unwrap_or(users.len() as u64), users }
}
