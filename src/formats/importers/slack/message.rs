//! One record of a channel as a message.

use super::content::{Content, content};
use super::event::event;
use super::place::below;
use super::record::{Edit, Reacted, Record};
use super::text::{Mentions, emoji, readable};
use super::workspace::Workspace;
use crate::formats::Fault;
use crate::formats::imported::{Imported, Part};
use crate::formats::importers::Export;
use crate::formats::tree;
use crate::model::{Edited, Person, Reaction, Version};

/// What is known around a record.
pub(super) struct Beside<'a> {
    pub(super) export: &'a Export<'a>,
    /// The file of the messages.
    pub(super) path: &'a str,
    /// The folder in which files of the channel lie.
    pub(super) folder: &'a str,
    pub(super) workspace: &'a Workspace,
    /// The id of the channel.
    pub(super) channel: &'a str,
}

impl Beside<'_> {
    /// Where a file that was sent lies, as slackdump puts them.
    pub(super) fn path_of(&self, id: &str, name: &str) -> Option<String> {
        if id.is_empty() {
            return None;
        }
        let above = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let root = self.folder.rsplit_once('/').map_or("", |(root, _)| root);
        let beside_channel = format!("{id}-{name}");
        let places = [
            below(root, &format!("__uploads/{id}/{name}")),
            below(above, &format!("__uploads/{id}/{name}")),
            below(self.folder, &format!("attachments/{beside_channel}")),
            below(self.folder, &beside_channel),
            below(root, &format!("{}/attachments/{beside_channel}", self.channel)),
            below(root, &format!("{}/{beside_channel}", self.channel)),
        ];
        places.iter().filter_map(|path| tree::clean(path)).find(|path| self.export.tree.size(path).is_some())
    }
}

/// The message of a record, but for what is kept of it.
///
/// # Errors
/// [`Fault`] for a record without a time.
pub(super) fn imported(mut record: Record, beside: &Beside<'_>) -> Result<Imported, Fault> {
    match (record.subtype.as_str(), record.message.take(), record.previous_message.take()) {
        ("message_changed", Some(newer), older) => {
            let mut changed = imported(Record { message: None, previous_message: None, ..*newer }, beside)?;
            if let Some(older) = older {
                let text = readable(&older.text, beside.workspace, &mut Mentions::default());
                let time = seconds(&older.ts).unwrap_or(0);
                changed.edited.get_or_insert_default().before = vec![Version { time, text }];
            }
            Ok(changed)
        }
        ("message_deleted", _, Some(deleted)) => {
            let mut deleted = Record { message: None, previous_message: None, ..*deleted };
            if deleted.ts.is_empty() {
                deleted.ts = record.deleted_ts;
            }
            Ok(Imported { is_deleted: true, ..said(deleted, beside)? })
        }
        _ => said(record, beside),
    }
}

fn said(mut record: Record, beside: &Beside<'_>) -> Result<Imported, Fault> {
    if record.ts.is_empty() {
        return Err(Fault::Lacks { what: "time" });
    }
    let time = seconds(&record.ts).ok_or(Fault::Unreadable { what: "time" })?;
    let is_deleted = record.subtype == "tombstone";
    let sender = sender(&record, beside.workspace);
    let Content { mut text, mut parts, mentions, forwarded } = content(&mut record, beside);
    let event = event(&record, &text, beside);
    if event.is_some() || is_deleted {
        // The sentence stands in the event; of what was deleted Slack says just that.
        text.clear();
    } else if record.subtype == "me_message" {
        text = format!("* {} {text}", sender.shown());
    }
    parts.insert(0, Part::Text(text));
    let mentions = if event.is_some() { Mentions::default() } else { mentions };
    let is_pinned = !record.pinned_to.is_empty() || beside.workspace.is_pinned(beside.channel, &record.ts);
    Ok(Imported {
        edited: record.edited.map(|edit| edited(&edit, &sender, beside.workspace)),
        id: record.ts,
        sender,
        time,
        parts,
        thread: Some((record.thread_ts, String::new())).filter(|(id, _)| !id.is_empty()),
        reactions: record.reactions.into_iter().map(|reacted| reaction(reacted, beside.workspace)).collect(),
        forwarded,
        mentions: mentions.users,
        mentions_all: mentions.all,
        event,
        is_deleted,
        is_pinned,
        ..Imported::default()
    })
}

/// The seconds of a time such as `1736478630.905399`.
fn seconds(ts: &str) -> Option<u64> {
    ts.split('.').next()?.parse().ok()
}

/// Who said it: a person, or a program under a name of its own.
fn sender(record: &Record, workspace: &Workspace) -> Person {
    let program = [&record.username, &record.bot_profile.name].into_iter().find(|name| !name.is_empty()).map_or("", String::as_str);
    let user = match &record.comment {
        Some(comment) if !comment.user.is_empty() => &comment.user,
        _ => &record.user,
    };
    if !user.is_empty() {
        let profile = record.user_profile.shown();
        let known = workspace.name(user).unwrap_or(if profile.is_empty() { program } else { profile });
        return Person::new(user, if record.subtype == "bot_message" && !program.is_empty() { program } else { known });
    }
    match record.bot_id.as_str() {
        "" => Person::new(program, ""),
        bot => Person::new(bot, program),
    }
}

fn edited(edit: &Edit, sender: &Person, workspace: &Workspace) -> Edited {
    let by = Some(&edit.user).filter(|user| !user.is_empty() && **user != sender.id);
    Edited { time: seconds(&edit.ts).unwrap_or(0), by: by.map(|user| workspace.somebody(user)), ..Edited::default() }
}

fn reaction(reacted: Reacted, workspace: &Workspace) -> Reaction {
    let users: Vec<Person> = reacted.users.iter().map(|user| workspace.somebody(user)).collect();
    Reaction { emoji: emoji(&reacted.name), count: reacted.count.unwrap_or(0).max(users.len() as u64), users }
}
