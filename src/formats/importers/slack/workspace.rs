//! The people and channels of a workspace, as the lists beside the messages have them.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::de::DeserializeOwned;

use super::place::{CHANNELS, Place, USERS, below};
use super::record::{Channel, User};
use crate::formats::importers::{Export, ReadError};
use crate::formats::json::Records;
use crate::formats::lenient;
use crate::formats::out::{At, Chat, ChatName, Out};
use crate::model::{About, Person};

/// People of a channel that are told of; more stand in its messages.
const MEMBERS: usize = 10_000;

#[derive(Default)]
pub(super) struct Workspace {
    /// The names that people see, by user id.
    people: FxHashMap<String, String>,
    channels: Vec<Known>,
    /// Positions of channels by their ids and by the names of their folders.
    places: FxHashMap<String, usize>,
    /// Channels of which was told that no list has them.
    guessed: FxHashSet<String>,
}

struct Known {
    channel: Channel,
    kind: &'static str,
    /// The times of what is pinned in it.
    pins: FxHashSet<String>,
    is_told: bool,
}

impl Workspace {
    /// Reads the lists of an export, and those that lie beside dumps.
    pub(super) fn read(export: &Export<'_>, places: &[(&String, Place<'_>)], out: &mut Out<'_>) -> Result<Self, ReadError> {
        let mut workspace = Self::default();
        let mut lists: Vec<String> = Vec::new();
        for (path, place) in places {
            match place {
                Place::List { .. } => lists.push((*path).clone()),
                Place::Dump { folder, .. } => {
                    let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
                    let names = USERS.iter().chain(CHANNELS.iter().map(|(name, _)| name));
                    lists.extend(names.map(|name| below(above, name)).filter(|path| export.tree.size(path).is_some()));
                }
                Place::Day { .. } => {}
            }
        }
        lists.sort();
        lists.dedup();
        for path in &lists {
            let name = path.rsplit('/').next().unwrap_or_default();
            let read = if USERS.contains(&name) {
                each(export, path, out, |user: User| workspace.person(&user))
            } else if let Some((_, kind)) = CHANNELS.iter().find(|(list, _)| *list == name) {
                each(export, path, out, |channel| workspace.channel(channel, kind))
            } else {
                continue;
            };
            match read {
                // Messages can be read without it.
                Err(ReadError::Format(error)) => out.unread(error)?,
                read => read?,
            }
        }
        Ok(workspace)
    }

    fn person(&mut self, user: &User) {
        if !user.id.is_empty() && !user.shown().is_empty() {
            self.people.insert(user.id.clone(), user.shown().to_owned());
        }
    }

    fn channel(&mut self, mut channel: Channel, kind: &'static str) {
        if channel.id.is_empty() || self.places.contains_key(&channel.id) {
            return;
        }
        let at = self.channels.len();
        self.places.insert(channel.id.clone(), at);
        if !channel.name.is_empty() {
            // Of two with one name the folder is that of the first.
            self.places.entry(channel.name.clone()).or_insert(at);
        }
        let pins = std::mem::take(&mut channel.pins).into_iter().map(|pin| pin.id).collect();
        self.channels.push(Known { channel, kind, pins, is_told: false });
    }

    /// The conversation of a channel, by its id or the name of its folder. What the lists say of it is told the first time.
    pub(super) fn begin(&mut self, channel: &str, name: &str, out: &mut Out<'_>) -> Result<Chat, ReadError> {
        if let Some(at) = self.places.get(channel).copied() {
            let chat = Chat { id: self.channels[at].channel.id.clone(), name: ChatName::Own };
            if !std::mem::replace(&mut self.channels[at].is_told, true) {
                out.about(&chat, self.about(&self.channels[at]))?;
            }
            return Ok(chat);
        }
        let is_new = self.guessed.insert(channel.to_owned());
        let chat = Chat { id: channel.to_owned(), name: if is_id(channel) { ChatName::Own } else { ChatName::Guessed } };
        if is_new {
            if chat.name == ChatName::Guessed {
                out.inferred("conversation", channel, "the name of its folder or file; no list of channels has it")?;
            }
            out.about(&chat, About { name: name.to_owned(), kind: "channel".to_owned(), ..About::default() })?;
        }
        Ok(chat)
    }

    fn about(&self, known: &Known) -> About {
        let Channel { name, topic, purpose, members, .. } = &known.channel;
        let members: Vec<Person> = members.iter().take(MEMBERS).map(|id| self.somebody(id)).collect();
        let name =
            if known.kind.ends_with("direct") { members.iter().map(Person::shown).collect::<Vec<_>>().join(", ") } else { name.clone() };
        let mut topics = vec![topic.value.as_str(), purpose.value.as_str()];
        topics.retain(|topic| !topic.is_empty());
        topics.dedup();
        About { name, topic: topics.join("\n"), kind: known.kind.to_owned(), members, ..About::default() }
    }

    /// Somebody by the user id, with the name that the lists have.
    pub(super) fn somebody(&self, id: &str) -> Person {
        Person::new(id, self.name(id).unwrap_or_default())
    }

    pub(super) fn name(&self, id: &str) -> Option<&str> {
        self.people.get(id).map(String::as_str)
    }

    pub(super) fn channel_name(&self, id: &str) -> Option<&str> {
        let name = &self.channels[*self.places.get(id)?].channel.name;
        (!name.is_empty()).then_some(name)
    }

    /// Whether a list of channels says that the message of this time is pinned.
    pub(super) fn is_pinned(&self, channel: &str, ts: &str) -> bool {
        self.places.get(channel).is_some_and(|at| self.channels[*at].pins.contains(ts))
    }
}

/// Whether it is an id as Slack gives them, and not a name.
fn is_id(text: &str) -> bool {
    text.len() >= 8 && text.starts_with(['C', 'D', 'G']) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Hands over each item of a list.
fn each<T: DeserializeOwned>(export: &Export<'_>, path: &str, out: &mut Out<'_>, mut take: impl FnMut(T)) -> Result<(), ReadError> {
    let file = export.shown(path);
    let mut records = Records::new(&file, export.tree.open(path)?, &["[]"]);
    while let Some(found) = records.next()? {
        match found.json.and_then(|json| lenient::parse(&json)) {
            Ok(item) => take(item),
            Err(fault) => out.fault(At::new(&file, found.line), fault)?,
        }
    }
    Ok(())
}
