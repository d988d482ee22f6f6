//! Where importers put what they read: messages, descriptions of conversations, what could not be read, and what was inferred.

mod occurrences;

use std::sync::Arc;

use super::imported::{Draft, Ids, Imported};
use super::tree::Tree;
use super::{Fault, FormatError};
use crate::model::{About, ConversationId, Message};
use occurrences::Occurrences;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The file, as it is shown.
    pub file: Arc<str>,
    /// The line, from 1; 0 for the file as a whole.
    pub line: u64,
}

impl At {
    pub(super) fn new(file: &Arc<str>, line: u64) -> Self {
        Self { file: Arc::clone(file), line }
    }
}

/// Something that the source does not say and that was found out or assumed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Inferred {
    /// What: `timezone`, `date order`, `language`, `encoding`, `conversation`.
    pub what: &'static str,
    /// What it was taken to be.
    pub value: String,
    /// Why.
    pub why: String,
}

/// One thing that an importer has read.
pub(super) enum Item {
    Message(At, Box<Message>),
    /// A message with files beside it.
    Draft(At, Box<Draft>),
    /// A message of the message API with the files of the tree that it names by their hashes.
    WithMedia(At, Box<Message>, Vec<String>),
    About(ConversationId, Box<About>),
    Fault(At, Fault),
    /// A file that could not be read, or not to its end.
    Unread(FormatError),
    Inferred(Inferred),
}

impl Item {
    /// Bytes of memory that it takes, about.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Message(_, message) | Self::WithMedia(_, message, _) => message.body.as_json().len(),
            Self::Draft(_, draft) => draft.size(),
            Self::About(..) | Self::Fault(..) | Self::Unread(_) | Self::Inferred(_) => 100,
        }
    }
}

/// Nobody takes what is read any more.
#[derive(Debug)]
pub(super) struct Stopped;

/// Why an importer ends before its source does.
#[derive(Debug)]
pub(super) enum ReadError {
    Stopped,
    Format(FormatError),
}

impl From<Stopped> for ReadError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl From<FormatError> for ReadError {
    fn from(error: FormatError) -> Self {
        Self::Format(error)
    }
}

/// Takes what an importer reads.
pub(super) struct Out<'a> {
    format: &'static str,
    tree: &'a Tree,
    /// The conversation that a person named, for sources that do not name theirs.
    named: Option<&'a ConversationId>,
    /// The names by which the account itself is known in the source.
    me: Option<&'a str>,
    occurrences: Occurrences,
    put: &'a mut dyn FnMut(Item) -> bool,
}

/// Whether a source says by itself which conversation it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChatName {
    /// It has an id or a name of its own in the source.
    Own,
    /// It was made of the name of a file, so the one that a person names is better.
    Guessed,
}

/// A conversation of a source, as messages and descriptions name it.
#[derive(Clone, Debug)]
pub(super) struct Chat {
    pub(super) id: String,
    pub(super) name: ChatName,
}

impl<'a> Out<'a> {
    pub(super) fn new(
        format: &'static str,
        tree: &'a Tree,
        named: Option<&'a ConversationId>,
        me: Option<&'a str>,
        put: &'a mut dyn FnMut(Item) -> bool,
    ) -> Self {
        Self { format, tree, named, me, occurrences: Occurrences::default(), put }
    }

    fn ids<'i>(&'i self, chat: &'i Chat) -> Ids<'i> {
        let named = self.named.filter(|_| chat.name == ChatName::Guessed);
        Ids { format: self.format, chat: &chat.id, named: named.map(ConversationId::id) }
    }

    fn put(&mut self, item: Item) -> Result<(), Stopped> {
        if (self.put)(item) { Ok(()) } else { Err(Stopped) }
    }

    /// Takes a message of a conversation.
    pub(super) fn message(&mut self, chat: &Chat, at: At, mut imported: Imported) -> Result<(), Stopped> {
        if let Some(me) = self.me
            && imported.is_self.is_none()
        {
            imported.is_self = Some(imported.sender.id == me || imported.sender.name == me);
        }
        let mut occurrences = std::mem::take(&mut self.occurrences);
        let (time, tree) = (imported.time, self.tree);
        let draft = imported.into_draft(self.format, &self.ids(chat), |content| occurrences.count(time, content), |path| tree.size(path));
        self.occurrences = occurrences;
        let item = draft.and_then(|draft| match draft.files.is_empty() {
            true => Ok(Item::Message(at.clone(), Box::new(draft.finish(&[])?))),
            false => Ok(Item::Draft(at.clone(), Box::new(draft))),
        });
        self.put(item.unwrap_or_else(|fault| Item::Fault(at, fault)))
    }

    /// The source says from here on what it said before: messages that are known by what they say are counted anew.
    pub(super) fn begin_again(&mut self) {
        self.occurrences = Occurrences::default();
    }

    /// Takes a message that is one of the message API already, with the files of the tree that it names by their hashes.
    pub(super) fn api_message(&mut self, at: At, message: Message, media: Vec<String>) -> Result<(), Stopped> {
        let message = Box::new(message);
        self.put(if media.is_empty() { Item::Message(at, message) } else { Item::WithMedia(at, message, media) })
    }

    /// Takes what the source says about a conversation. Best before its first message.
    pub(super) fn about(&mut self, chat: &Chat, mut about: About) -> Result<(), Stopped> {
        about.source = self.format.to_owned();
        match ConversationId::group(&self.ids(chat).conversation()) {
            Ok(id) => self.api_about(id, about),
            // A conversation without a name has no messages either.
            Err(_) => Ok(()),
        }
    }

    /// Takes a description of a conversation that is one of the archive already.
    pub(super) fn api_about(&mut self, id: ConversationId, about: About) -> Result<(), Stopped> {
        self.put(Item::About(id, Box::new(about)))
    }

    /// Tells of a record that gives no message. Reading goes on.
    pub(super) fn fault(&mut self, at: At, fault: Fault) -> Result<(), Stopped> {
        self.put(Item::Fault(at, fault))
    }

    /// Tells of a file that cannot be read, or not to its end. Reading goes on with the others.
    pub(super) fn unread(&mut self, error: FormatError) -> Result<(), Stopped> {
        self.put(Item::Unread(error))
    }

    /// Tells what was found out or assumed.
    pub(super) fn inferred(&mut self, what: &'static str, value: impl Into<String>, why: impl Into<String>) -> Result<(), Stopped> {
        self.put(Item::Inferred(Inferred { what, value: value.into(), why: why.into() }))
    }
}
