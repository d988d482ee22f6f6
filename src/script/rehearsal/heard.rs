//! What the account has said in a test, and what of it was expected.

use std::collections::VecDeque;

use regex::Regex;

use super::cue::Expected;
use crate::model::{ConversationId, Element, Message};
use crate::script::data::Data;
use crate::script::said;

/// Messages that nobody has expected yet.
///
/// In one conversation messages have an order, between two they have none; so what is expected is the next one of any conversation. What was said
/// before the last thing that happened can be passed over: a test looks at what it is about.
#[derive(Default)]
pub(super) struct Heard {
    said: VecDeque<Said>,
    /// Counts what happened.
    scene: u64,
}

struct Said {
    scene: u64,
    chat: ConversationId,
    message: Message,
}

impl Said {
    fn text(&self) -> String {
        said::text(&self.message)
    }

    /// For whoever reads why a test failed.
    fn told(&self) -> String {
        format!("{:?} in {}", self.text(), self.chat)
    }

    fn data(&self) -> Data {
        let files = self.message.body.elements().into_iter().filter_map(|element| match element {
            Element::File(file) => Some(file.file_name),
            Element::Image(_) => Some("image".to_owned()),
            _ => None,
        });
        Data::map([
            ("id", self.message.id_text().into()),
            ("text", self.text().into()),
            ("chat", self.chat.to_string().into()),
            ("files", files.collect::<Vec<_>>().into()),
        ])
    }
}

impl Heard {
    /// Something happens from here on.
    pub(super) fn begin_scene(&mut self) {
        self.scene += 1;
    }

    pub(super) fn hear(&mut self, chat: ConversationId, message: Message) {
        self.said.push_back(Said { scene: self.scene, chat, message });
    }

    /// Takes the next message, which is to be this one.
    ///
    /// # Errors
    /// What was said instead.
    pub(super) fn take(&mut self, who: &str, expected: &Expected) -> Result<Data, String> {
        let wanted = Wanted::read(expected)?;
        let mut closed: Vec<&ConversationId> = Vec::new();
        let mut found = None;
        for (at, said) in self.said.iter().enumerate() {
            if closed.contains(&&said.chat) {
                continue;
            }
            if wanted.fits(said) {
                found = Some(at);
                break;
            }
            if said.scene == self.scene {
                closed.push(&said.chat);
            }
        }
        let Some(said) = found.and_then(|at| self.said.remove(at)) else {
            return Err(format!("expected that {who} says {wanted}, but {}", self.recent(who)));
        };
        // What stood before it in its conversation was passed over.
        let mut at = 0;
        self.said.retain(|other| {
            at += 1;
            at > found.unwrap_or(0) || other.chat != said.chat
        });
        Ok(said.data())
    }

    /// Whether nothing was said since something happened last, but for what was expected.
    ///
    /// # Errors
    /// What was said.
    pub(super) fn is_silent(&self, who: &str) -> Result<(), String> {
        match self.said.iter().any(|said| said.scene == self.scene) {
            true => Err(format!("expected that {who} says nothing, but {}", self.recent(who))),
            false => Ok(()),
        }
    }

    fn recent(&self, who: &str) -> String {
        let told: Vec<String> = self.said.iter().filter(|said| said.scene == self.scene).map(Said::told).collect();
        if told.is_empty() { format!("{who} said nothing") } else { format!("{who} said {}", told.join(", then ")) }
    }
}

/// An expectation that can be asked.
struct Wanted<'a> {
    expected: &'a Expected,
    pattern: Option<Regex>,
    chat: Option<String>,
}

impl<'a> Wanted<'a> {
    fn read(expected: &'a Expected) -> Result<Self, String> {
        let pattern = expected.pattern.as_deref().map(Regex::new).transpose().map_err(|error| error.to_string())?;
        Ok(Self { expected, pattern, chat: expected.chat.as_ref().map(|chat| super::town::chat_name(chat)) })
    }

    fn fits(&self, said: &Said) -> bool {
        let text = said.text();
        self.expected.text.as_ref().is_none_or(|wanted| *wanted == text)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(&text))
            && self.expected.contains.as_ref().is_none_or(|part| text.contains(part.as_str()))
            && self.chat.as_ref().is_none_or(|chat| *chat == said.chat.to_string())
    }
}

impl std::fmt::Display for Wanted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Expected { text, pattern, contains, .. } = self.expected;
        let parts = [
            text.as_ref().map(|text| format!("{text:?}")),
            pattern.as_ref().map(|pattern| format!("something that matches {pattern:?}")),
            contains.as_ref().map(|part| format!("something with {part:?} in it")),
            self.chat.as_ref().map(|chat| format!("in {chat}")),
        ];
        let told: Vec<String> = parts.into_iter().flatten().collect();
        f.write_str(if told.is_empty() { "something" } else { "" })?;
        f.write_str(&told.join(" "))
    }
}
