//! The people, channels and reactions of a server, out of the tables of its export.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::record::{Reaction, Recipient, Stream, Submessage, Subscription, User};
use super::text::Names;
use crate::formats::Fault;
use crate::formats::importers::{Export, ReadError};
use crate::formats::json::Records;
use crate::formats::lenient;
use crate::formats::out::{At, Chat, ChatName, Out};
use crate::model::{About, Person};

/// People of a channel that are told of; more stand in its messages.
const MEMBERS: usize = 10_000;

const PLACES: [&str; 8] = [
    "zerver_userprofile[]",
    "zerver_userprofile_crossrealm[]",
    "zerver_userprofile_mirrordummy[]",
    "zerver_stream[]",
    "zerver_recipient[]",
    "zerver_subscription[]",
    "zerver_reaction[]",
    "zerver_submessage[]",
];

#[derive(Default)]
pub(super) struct Tables {
    pub(super) names: Names,
    /// Programs of the server that say what happened.
    heralds: FxHashSet<u64>,
    streams: FxHashMap<u64, Stream>,
    recipients: FxHashMap<u64, (u64, u64)>,
    /// By recipient.
    members: FxHashMap<u64, BTreeSet<u64>>,
    /// By message.
    reactions: FxHashMap<u64, Vec<Reaction>>,
    submessages: FxHashMap<u64, Vec<Submessage>>,
    /// Conversations that were told of.
    told: FxHashSet<String>,
}

impl Tables {
    /// Takes the tables that stand in a file.
    pub(super) fn take(&mut self, export: &Export<'_>, path: &str, out: &mut Out<'_>) -> Result<(), ReadError> {
        let file = export.shown(path);
        let mut records = Records::new(&file, export.tree.open(path)?, &PLACES);
        while let Some(found) = records.next()? {
            let (place, line) = (found.place, found.line);
            if let Err(fault) = found.json.and_then(|json| self.row(place, &json)) {
                out.fault(At::new(&file, line), fault)?;
            }
        }
        Ok(())
    }

    fn row(&mut self, place: usize, json: &str) -> Result<(), Fault> {
        match place {
            0..=2 => {
                let User { id: Some(id), full_name, email, is_bot } = lenient::parse(json)? else { return Ok(()) };
                if is_bot && email.starts_with("notification-bot@") {
                    self.heralds.insert(id);
                }
                self.names.insert(id, full_name);
            }
            3 => {
                let stream: Stream = lenient::parse(json)?;
                self.streams.insert(stream.id.unwrap_or(0), stream);
            }
            4 => {
                if let Recipient { id: Some(id), kind: Some(kind), type_id: Some(type_id) } = lenient::parse(json)? {
                    self.recipients.insert(id, (kind, type_id));
                }
            }
            5 => {
                if let Subscription { user_profile: Some(user), recipient: Some(recipient) } = lenient::parse(json)? {
                    self.members.entry(recipient).or_default().insert(user);
                }
            }
            6 => {
                let reaction: Reaction = lenient::parse(json)?;
                self.reactions.entry(reaction.message.unwrap_or(0)).or_default().push(reaction);
            }
            _ => {
                let submessage: Submessage = lenient::parse(json)?;
                self.submessages.entry(submessage.message_id.unwrap_or(0)).or_default().push(submessage);
            }
        }
        Ok(())
    }

    /// The conversation of a message, and whether it is a channel. What is known of it is told the first time.
    ///
    /// # Errors
    /// The fault of a message whose recipient no table has, within.
    pub(super) fn chat(&mut self, sender: u64, recipient: u64, out: &mut Out<'_>) -> Result<Result<(Chat, bool), Fault>, ReadError> {
        let Some((kind, type_id)) = self.recipients.get(&recipient).copied() else {
            return Ok(Err(Fault::Unreadable { what: "recipient" }));
        };
        let members = || self.members.get(&recipient).cloned().unwrap_or_default();
        // Both directions of a talk between two are one conversation, also where newer servers have a group for it.
        let (id, people) = match kind {
            2 => (format!("stream-{type_id}"), members()),
            1 => direct([sender, type_id].into_iter().collect()),
            _ if members().is_empty() => (format!("group-{type_id}"), BTreeSet::new()),
            _ => direct(members()),
        };
        let chat = Chat { id, name: ChatName::Own };
        if self.told.insert(chat.id.clone()) {
            let members: Vec<Person> = people.iter().take(MEMBERS).map(|user| self.names.person(*user)).collect();
            let about = match self.streams.get(&type_id).filter(|_| kind == 2) {
                Some(stream) => About {
                    name: stream.name.clone(),
                    topic: stream.description.clone(),
                    kind: if stream.invite_only { "private channel" } else { "channel" }.to_owned(),
                    members,
                    ..About::default()
                },
                None => about_people(members),
            };
            out.about(&chat, about)?;
        }
        Ok(Ok((chat, kind == 2)))
    }

    pub(super) fn is_herald(&self, user: u64) -> bool {
        self.heralds.contains(&user)
    }

    /// The reactions to a message and what was done in its widget. Each is asked for once.
    pub(super) fn of_message(&mut self, id: u64) -> (Vec<Reaction>, Vec<Submessage>) {
        (self.reactions.remove(&id).unwrap_or_default(), self.submessages.remove(&id).unwrap_or_default())
    }
}

/// The id of a talk between people, and these.
pub(super) fn direct(people: BTreeSet<u64>) -> (String, BTreeSet<u64>) {
    let ids: Vec<String> = people.iter().map(u64::to_string).collect();
    (format!("dm-{}", ids.join("-")), people)
}

/// What is known of a talk between people.
pub(super) fn about_people(members: Vec<Person>) -> About {
    let kind = if members.len() > 2 { "group direct" } else { "direct" };
    let name = members.iter().map(Person::shown).collect::<Vec<_>>().join(", ");
    About { name, kind: kind.to_owned(), members, ..About::default() }
}
