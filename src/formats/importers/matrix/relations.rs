//! What events say about others: edits, reactions, redactions, votes, pins; and the names of people. It takes a reading of its own, before
//! that of the messages; memory grows with such events, not with messages.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::event::Event;
use crate::model::{Person, Reaction};

/// A later version of a message.
pub(super) struct Edit {
    pub(super) event: Event,
    /// The event as it stands in the source.
    pub(super) json: String,
    pub(super) line: u64,
}

#[derive(Default)]
pub(super) struct Relations {
    /// By the message that is edited, in the order of the file.
    pub(super) edits: FxHashMap<String, Vec<Edit>>,
    /// By the message: who, with what, in the order of the file, and the reaction's own id.
    reactions: FxHashMap<String, Vec<(String, String, String)>>,
    /// Events that were taken back.
    redacted: FxHashSet<String>,
    /// First messages of threads.
    threads: FxHashSet<String>,
    /// By the poll: who voted last for what.
    votes: FxHashMap<String, FxHashMap<String, (u64, Vec<String>)>>,
    /// By the room.
    pinned: FxHashMap<String, Vec<String>>,
    /// By the user id: the first name that is known.
    pub(super) names: FxHashMap<String, String>,
    /// The room of the first event.
    pub(super) room: String,
}

impl Relations {
    /// Takes what the event says about others.
    pub(super) fn take(&mut self, event: Event, json: &str, line: u64) {
        if self.room.is_empty() {
            self.room.clone_from(&event.room_id);
        }
        if let Some(redacted) = event.redacted() {
            self.redacted.insert(redacted.to_owned());
            return;
        }
        if event.kind == "m.room.member" {
            // What somebody was called before is what the messages before it were said under.
            let name = [event.before(), &event.content].into_iter().find_map(|content| content["displayname"].as_str());
            if let Some(name) = name {
                self.names.entry(event.target().to_owned()).or_insert_with(|| name.to_owned());
            }
        }
        if event.kind == "m.room.pinned_events" {
            let pinned = event.content["pinned"].as_array().map(|ids| ids.iter().filter_map(Value::as_str).map(str::to_owned).collect());
            self.pinned.insert(event.room_id.clone(), pinned.unwrap_or_default());
        }
        let Some(relation) = event.relation() else { return };
        let to = relation.to.to_owned();
        match relation.kind {
            "m.annotation" if event.kind == "m.reaction" && event.unsigned["redacted_because"].is_null() => {
                let reaction = (relation.key.to_owned(), event.sender.clone(), event.event_id.clone());
                self.reactions.entry(to).or_default().push(reaction);
            }
            "m.replace" if event.unsigned["redacted_because"].is_null() => {
                self.edits.entry(to).or_default().push(Edit { event, json: json.to_owned(), line });
            }
            "m.thread" => {
                self.threads.insert(to);
            }
            "m.reference" if event.is_poll("response") => {
                let response =
                    ["m.selections", "org.matrix.msc3381.poll.response", "m.poll.response"].into_iter().map(|key| &event.content[key]);
                let answers = response.filter_map(|value| value.as_array().or_else(|| value["answers"].as_array())).next();
                let answers = answers.map(|ids| ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default();
                let time = event.origin_server_ts.unwrap_or(0);
                let vote = self.votes.entry(to).or_default().entry(event.sender).or_default();
                if vote.0 <= time {
                    *vote = (time, answers);
                }
            }
            _ => {}
        }
    }

    pub(super) fn is_redacted(&self, event: &Event) -> bool {
        !event.unsigned["redacted_because"].is_null() || self.redacted.contains(&event.event_id)
    }

    pub(super) fn is_pinned(&self, room: &str, id: &str) -> bool {
        self.pinned.get(room).is_some_and(|ids| ids.iter().any(|pinned| pinned == id))
    }

    pub(super) fn is_thread(&self, event: &Event) -> bool {
        !event.bundled("m.thread").is_null() || self.threads.contains(&event.event_id)
    }

    /// The edits that count: those of the one who wrote the message, the oldest first, one moment once.
    pub(super) fn edits_of(&mut self, event: &Event) -> (Vec<Edit>, Vec<Edit>) {
        let mut edits = self.edits.remove(&event.event_id).unwrap_or_default();
        let bundled = event.bundled("m.replace");
        if bundled.is_object()
            && let Some(edit) = Event::of(bundled)
            && edits.iter().all(|known| known.event.event_id != edit.event_id)
        {
            edits.push(Edit { event: edit, json: String::new(), line: 0 });
        }
        edits.retain(|edit| !self.is_redacted(&edit.event));
        edits.sort_by_key(|edit| edit.event.origin_server_ts);
        edits.into_iter().partition(|edit| edit.event.sender == event.sender)
    }

    /// The reactions to a message, by the emoji, in the order of their first ones.
    pub(super) fn reactions_to(&self, event: &Event, shown: impl Fn(&str) -> Person) -> Vec<Reaction> {
        let mut reactions: Vec<Reaction> = Vec::new();
        for (key, sender, id) in self.reactions.get(&event.event_id).into_iter().flatten() {
            if self.redacted.contains(id) {
                continue;
            }
            let at = reactions.iter().position(|reaction| reaction.emoji == *key).unwrap_or_else(|| {
                reactions.push(Reaction { emoji: key.clone(), count: 0, users: Vec::new() });
                reactions.len() - 1
            });
            let reaction = &mut reactions[at];
            if reaction.users.iter().all(|user| user.id != *sender) {
                reaction.count += 1;
                reaction.users.push(shown(sender));
            }
        }
        if reactions.is_empty() {
            // Older servers count them, and do not say who.
            let counted = event.bundled("m.annotation")["chunk"].as_array().into_iter().flatten();
            let counted = counted.filter_map(|item| Some((item["key"].as_str()?, item["count"].as_u64()?)));
            reactions.extend(counted.map(|(key, count)| Reaction { emoji: key.to_owned(), count, users: Vec::new() }));
        }
        reactions
    }

    /// How many voted for an answer of a poll.
    pub(super) fn votes_for(&self, poll: &str, answer: &str) -> usize {
        self.votes.get(poll).map_or(0, |votes| votes.values().filter(|(_, answers)| answers.iter().any(|id| id == answer)).count())
    }
}
