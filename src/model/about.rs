//! What is known about a conversation besides its messages: its name, its topic, who is in it.

use serde::{Deserialize, Serialize};

use super::Person;

/// A description of a conversation, as the source that it came from gives it. Empty and `None` mean that the source does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The name that people see.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// What it is, in the source's word: `channel`, `direct`, `private_supergroup`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The name of the format that it came from: `slack`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Who is in it, by their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Person>,
}

impl About {
    /// Takes over what `newer` says; members come together.
    ///
    /// The result does not depend on how often the same is taken over.
    pub fn update(&mut self, newer: Self) {
        let replace = |old: &mut String, new: String| {
            if !new.is_empty() {
                *old = new;
            }
        };
        replace(&mut self.name, newer.name);
        replace(&mut self.topic, newer.topic);
        replace(&mut self.kind, newer.kind);
        replace(&mut self.source, newer.source);
        for member in newer.members {
            match self.members.binary_search_by(|known| known.id.cmp(&member.id)) {
                Ok(at) => replace(&mut self.members[at].name, member.name),
                Err(at) => self.members.insert(at, member),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_keeps_what_the_newer_one_does_not_say() {
        let mut about = About { name: "ops".to_owned(), topic: "on call".to_owned(), ..About::default() };
        let newer =
            About { name: "operations".to_owned(), members: vec![Person::new("U2", "Bob"), Person::new("U1", "")], ..About::default() };
        about.update(newer.clone());
        about.update(newer);
        assert_eq!((about.name.as_str(), about.topic.as_str()), ("operations", "on call"));
        assert_eq!(about.members, [Person::new("U1", ""), Person::new("U2", "Bob")]);
    }
}
