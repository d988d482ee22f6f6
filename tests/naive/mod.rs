//! The archive as anybody would write it first: a list of messages in memory, every question answered by looking at all of them.
//! Random operations are done to it and to the real one, and both are asked the same.

mod compare;
mod random;

pub(crate) use compare::{assert_equal, compare, fold};
pub(crate) use random::Random;

use mynah::Archive;
use mynah::archive::{Purge, ReadUpTo};
use mynah::model::{ConversationId, Message, Place, Status};

/// The conversations that operations choose from: a peer and two groups.
pub(crate) fn conversation(number: usize) -> ConversationId {
    match number % 3 {
        0 => ConversationId::c2c("bob").unwrap(),
        1 => ConversationId::group("ops").unwrap(),
        _ => ConversationId::group("bob").unwrap(),
    }
}

/// What somebody says in an operation.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) sender: &'static str,
    pub(crate) time: u64,
    pub(crate) rand: u32,
    pub(crate) text: String,
    pub(crate) is_read: bool,
}

impl Said {
    fn message(&self) -> Message {
        let mut message = Message::text(self.sender, self.time, &self.text);
        message.rand = self.rand;
        message.is_read = Some(self.is_read);
        message
    }
}

/// Something that is done to an archive. Numbers pick from what is there, modulo how much that is. Done twice in a row, each
/// leaves what it leaves when done once.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Import(usize, Vec<Said>),
    Save(usize, Said),
    Edit(usize, String),
    Delete(usize),
    Recall(usize),
    Purge(usize),
    PurgeBefore(usize, u64),
    Clear(usize),
    DeleteConversation(usize),
    ReadMessage(usize),
    ReadConversation(usize),
    ReadAll,
    Reopen,
    Reindex,
    Compact,
}

/// A message as the naive archive keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) conversation: ConversationId,
    pub(crate) id: String,
    pub(crate) place: Place,
    pub(crate) sender: String,
    pub(crate) text: String,
    pub(crate) status: Status,
    pub(crate) is_read: bool,
}

impl Kept {
    pub(crate) fn is_visible(&self) -> bool {
        self.status != Status::Deleted
    }

    pub(crate) fn is_searched(&self) -> bool {
        !matches!(self.status, Status::Deleted | Status::Recalled)
    }
}

/// What the naive archive knows of a conversation.
#[derive(Clone, Debug)]
pub(crate) struct Talk {
    pub(crate) id: ConversationId,
    pub(crate) mark: Option<Place>,
    pub(crate) is_listed: bool,
    next_seq: u64,
}

/// The naive archive.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naive {
    pub(crate) messages: Vec<Kept>,
    pub(crate) talks: Vec<Talk>,
}

impl Naive {
    /// What the operation leaves behind.
    pub(crate) fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Import(number, batch) => batch.iter().for_each(|said| self.add(conversation(*number), said)),
            Operation::Save(number, said) => self.add(conversation(*number), said),
            Operation::Edit(pick, text) => self.change(*pick, |kept| kept.text.clone_from(text)),
            Operation::Delete(pick) => self.change(*pick, |kept| kept.status = Status::Deleted),
            Operation::Recall(pick) => self.change(*pick, |kept| {
                if kept.is_visible() {
                    kept.status = Status::Recalled;
                }
            }),
            Operation::Purge(pick) => {
                if let Some(id) = self.picked(*pick).map(|kept| kept.id.clone()) {
                    self.messages.retain(|kept| kept.id != id);
                }
            }
            Operation::PurgeBefore(number, time) => {
                self.messages.retain(|kept| kept.conversation != conversation(*number) || kept.place.time >= *time);
            }
            Operation::Clear(number) => self.messages.retain(|kept| kept.conversation != conversation(*number)),
            Operation::DeleteConversation(number) => {
                self.messages.retain(|kept| kept.conversation != conversation(*number));
                for talk in self.talks.iter_mut().filter(|talk| talk.id == conversation(*number)) {
                    (talk.is_listed, talk.mark) = (false, None);
                }
            }
            Operation::ReadMessage(pick) => {
                if let Some((id, place)) = self.picked(*pick).map(|kept| (kept.conversation.clone(), kept.place)) {
                    self.read(&id, place);
                }
            }
            Operation::ReadConversation(number) => self.read(&conversation(*number), Place::LAST),
            Operation::ReadAll => (0..3).for_each(|number| self.read(&conversation(number), Place::LAST)),
            Operation::Reopen | Operation::Reindex | Operation::Compact => {}
        }
    }

    fn add(&mut self, conversation: ConversationId, said: &Said) {
        let id = format!("{}-{}-{}", said.sender, said.time, said.rand);
        if self.messages.iter().any(|kept| kept.id == id) {
            return;
        }
        let known = self.talks.iter().position(|talk| talk.id == conversation);
        let index = known.unwrap_or_else(|| {
            self.talks.push(Talk { id: conversation.clone(), mark: None, is_listed: true, next_seq: 1 });
            self.talks.len() - 1
        });
        let talk = &mut self.talks[index];
        talk.is_listed = true;
        let place = Place { time: said.time, seq: talk.next_seq, rand: said.rand };
        talk.next_seq += 1;
        let (sender, text) = (said.sender.to_owned(), said.text.clone());
        let is_read = said.is_read || said.sender == "me";
        self.messages.push(Kept { conversation, id, place, sender, text, status: Status::Imported, is_read });
    }

    /// The message that a number picks.
    fn picked(&self, pick: usize) -> Option<&Kept> {
        self.messages.get(pick.checked_rem(self.messages.len())?)
    }

    fn change(&mut self, pick: usize, change: impl FnOnce(&mut Kept)) {
        if let Some(index) = pick.checked_rem(self.messages.len()) {
            change(&mut self.messages[index]);
        }
    }

    fn read(&mut self, conversation: &ConversationId, up_to: Place) {
        // Deleted ones of one's own may have stood at a clock of one's own.
        let counts = |kept: &&Kept| kept.conversation == *conversation && (kept.is_visible() || kept.sender != "me");
        let newest = self.messages.iter().filter(counts).map(|kept| kept.place).max();
        for talk in self.talks.iter_mut().filter(|talk| talk.id == *conversation) {
            talk.mark = talk.mark.max(newest.map(|newest| newest.min(up_to)));
        }
    }

    /// The unread messages of a conversation.
    pub(crate) fn is_unread(&self, kept: &Kept) -> bool {
        let mark = self.talks.iter().find(|talk| talk.id == kept.conversation).and_then(|talk| talk.mark);
        kept.is_searched() && !kept.is_read && mark.is_none_or(|mark| kept.place > mark)
    }
}

/// Does an operation to the real archive; `naive` is as it was before the operation. Reopening is the caller's.
pub(crate) fn act(archive: &Archive, naive: &Naive, operation: &Operation) {
    let picked = |pick: usize| naive.picked(pick).map(|kept| (kept.conversation.clone(), kept.id.clone()));
    match operation {
        Operation::Import(number, batch) => {
            archive.import(&conversation(*number), batch.iter().map(Said::message).collect()).map(drop).unwrap();
        }
        Operation::Save(number, said) => {
            archive.save(&conversation(*number), said.message()).map(drop).unwrap();
        }
        Operation::Edit(pick, text) => {
            if let Some((_, id)) = picked(*pick) {
                archive.edit_text(&id, text).unwrap();
            }
        }
        Operation::Delete(pick) => {
            if let Some((conversation, id)) = picked(*pick) {
                archive.delete(&conversation, &[&id]).unwrap();
            }
        }
        Operation::Recall(pick) => {
            if let Some((_, id)) = picked(*pick) {
                archive.recall(&id).unwrap();
            }
        }
        Operation::Purge(pick) => {
            if let Some((conversation, id)) = picked(*pick) {
                archive.purge(&conversation, Purge::Ids(&[&id])).unwrap();
            }
        }
        Operation::PurgeBefore(number, time) => drop(archive.purge(&conversation(*number), Purge::Before(*time)).unwrap()),
        Operation::Clear(number) => drop(archive.clear(&conversation(*number)).unwrap()),
        Operation::DeleteConversation(number) => drop(archive.delete_conversation(&conversation(*number)).unwrap()),
        Operation::ReadMessage(pick) => {
            if let Some(kept) = naive.picked(*pick) {
                archive.mark_read(ReadUpTo::Message(&kept.conversation, kept.place)).unwrap();
            }
        }
        Operation::ReadConversation(number) => drop(archive.mark_read(ReadUpTo::Conversation(&conversation(*number))).unwrap()),
        Operation::ReadAll => drop(archive.mark_read(ReadUpTo::All).unwrap()),
        Operation::Reindex => archive.reindex(),
        Operation::Compact => archive.compact().unwrap(),
        Operation::Reopen => {}
    }
}
