//! What stands above the messages of a conversation: what it is called, and who is in it.

use std::borrow::Cow;

use crate::model::{About, ConversationId, Message};

/// A conversation that begins.
#[derive(Clone)]
pub(super) struct Heading {
    pub(super) id: ConversationId,
    /// What is known of it; nothing for most.
    pub(super) about: Option<About>,
}

impl Heading {
    pub(super) fn new(id: ConversationId, about: Option<About>) -> Self {
        Self { id, about }
    }

    /// The name that people see, or its id.
    pub(super) fn name(&self) -> &str {
        self.about.as_ref().map(|about| about.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(self.id.id())
    }

    pub(super) fn topic(&self) -> &str {
        self.about.as_ref().map_or("", |about| &about.topic)
    }

    /// What kind of conversation it is and which program it comes from, as far as is known: `channel · slack`.
    pub(super) fn kind(&self) -> String {
        let Some(about) = &self.about else { return String::new() };
        let words: Vec<Cow<'_, str>> =
            [&about.kind, &about.source].iter().filter(|word| !word.is_empty()).map(|word| word.replace('_', " ").into()).collect();
        words.join(" · ")
    }

    /// The name of a person of the conversation, or the id where it is not known.
    pub(super) fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        let members = self.about.as_ref().map_or(&[][..], |about| &about.members);
        // They are kept in the order of their ids.
        members.binary_search_by(|member| member.id.as_str().cmp(id)).map_or(id, |at| members[at].shown())
    }

    /// The name of who said a message.
    pub(super) fn sender_of(&self, message: &Message) -> String {
        match message.sender_name() {
            name if name == message.sender => self.name_of(&name).to_owned(),
            name => name,
        }
    }
}
