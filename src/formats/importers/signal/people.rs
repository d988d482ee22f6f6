//! Who is who in a plaintext export: its ids hold in the file only, so people and groups are known by what Signal knows them by.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::ME;
use super::frame::{Account, Contact, Recipient, hex, uuid};
use crate::formats::importers::Export;
use crate::model::{About, Person};

/// Somebody, or a group.
pub(super) struct Known {
    pub(super) person: Person,
    /// `direct`, `group`, `note_to_self`, `release_notes`.
    kind: &'static str,
    topic: String,
    /// User ids.
    members: Vec<String>,
}

/// Everybody in the file.
pub(super) struct People {
    by_number: FxHashMap<String, Known>,
    /// The shown names by user id.
    names: FxHashMap<String, String>,
    me: Person,
}

impl People {
    pub(super) fn new(export: &Export<'_>) -> Self {
        let me = Person::new(export.reading.me.as_deref().unwrap_or(ME), "");
        Self { by_number: FxHashMap::default(), names: FxHashMap::default(), me }
    }

    /// Takes the name of the account itself.
    pub(super) fn account(&mut self, account: &Account) {
        let name = joined([&account.given_name, &account.family_name]);
        self.me = Person::new(&self.me.id, &name);
        for known in self.by_number.values_mut().filter(|known| known.kind == "note_to_self") {
            known.person = self.me.clone();
        }
    }

    pub(super) fn add(&mut self, recipient: Recipient) {
        let plain = |person: Person, kind| Known { person, kind, topic: String::new(), members: Vec::new() };
        let known = if let Some(contact) = &recipient.contact {
            plain(of_contact(contact, &recipient.id), "direct")
        } else if let Some(group) = recipient.group {
            let snapshot = group.snapshot;
            let title = snapshot.title.and_then(|title| title.title).unwrap_or_default();
            // The key opens the group for whoever has it: its hash does not.
            let id = group.master_key.map_or_else(|| title.clone(), |key| format!("group-{:016x}", xxh3_64(hex(&key).as_bytes())));
            Known {
                person: Person::new(&id, &title),
                kind: "group",
                topic: snapshot.description.and_then(|description| description.description_text).unwrap_or_default(),
                members: snapshot.members.iter().filter_map(|member| Some(uuid(member.user_id.as_deref()?))).collect(),
            }
        } else if recipient.own.is_some() {
            plain(self.me.clone(), "note_to_self")
        } else if recipient.release_notes.is_some() {
            plain(Person::new("release-notes", "Signal"), "release_notes")
        } else if recipient.distribution_list.is_some() {
            plain(Person::new(&format!("list-{}", recipient.id), ""), "distribution_list")
        } else if recipient.call_link.is_some() {
            plain(Person::new(&format!("call-link-{}", recipient.id), ""), "call_link")
        } else {
            plain(Person::new(&recipient.id, ""), "unknown")
        };
        if !known.person.name.is_empty() {
            self.names.insert(known.person.id.clone(), known.person.name.clone());
        }
        self.by_number.insert(recipient.id, known);
    }

    /// Who has this number in the file; the number itself where nobody does.
    pub(super) fn person(&self, number: &str) -> Person {
        self.by_number.get(number).map_or_else(|| Person::new(number, ""), |known| known.person.clone())
    }

    /// Whether the number is the account's own.
    pub(super) fn is_me(&self, number: &str) -> bool {
        self.by_number.get(number).is_some_and(|known| known.kind == "note_to_self")
    }

    /// The shown name of a user id.
    pub(super) fn name(&self, user: &str) -> String {
        self.names.get(user).cloned().unwrap_or_else(|| user.to_owned())
    }

    pub(super) fn me(&self) -> &Person {
        &self.me
    }

    /// The description of a chat with whoever has this number.
    pub(super) fn about(&self, number: &str) -> About {
        let Some(known) = self.by_number.get(number) else { return About::default() };
        let members = known.members.iter().map(|user| Person::new(user, &self.name(user))).collect();
        About {
            name: known.person.shown().to_owned(),
            topic: known.topic.clone(),
            kind: known.kind.to_owned(),
            members,
            ..About::default()
        }
    }
}

fn of_contact(contact: &Contact, number: &str) -> Person {
    let id = [contact.aci.as_deref().map(uuid), Some(contact.e164.clone()), contact.pni.as_deref().map(uuid), contact.username.clone()];
    let id = id.into_iter().flatten().find(|id| !id.is_empty() && id != "0").unwrap_or_else(|| number.to_owned());
    let nickname = contact.nickname.as_ref().map(|name| joined([&name.given, &name.family])).unwrap_or_default();
    let names = [
        nickname,
        contact.system_nickname.clone().unwrap_or_default(),
        joined([&contact.system_given_name, &contact.system_family_name]),
        joined([&contact.profile_given_name, &contact.profile_family_name]),
        contact.username.clone().unwrap_or_default(),
        contact.e164.clone(),
    ];
    Person::new(&id, &names.into_iter().find(|name| !name.is_empty()).unwrap_or_default())
}

fn joined(parts: [&Option<String>; 2]) -> String {
    let parts: Vec<&str> = parts.into_iter().filter_map(|part| part.as_deref()).map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}
