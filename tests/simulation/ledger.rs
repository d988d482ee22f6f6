//! What was said in the world, as the inboxes of all accounts have it. Written as anybody would write it first.

use std::collections::BTreeMap;

use mynah::model::{ConversationId, ConversationKind, Message, Place};
use mynah::transport::Incoming;

/// A message and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) conversation: ConversationId,
    pub(super) sender: String,
    /// In a conversation with a peer seq is 0: each side has its own.
    pub(super) place: Place,
    pub(super) texts: Vec<String>,
    pub(super) version: u64,
    pub(super) is_recalled: bool,
}

/// What an account was sent.
#[derive(Debug, Default)]
pub(super) struct View {
    /// By id.
    pub(super) facts: BTreeMap<String, Fact>,
    /// The ids in the order in which they came.
    pub(super) order: Vec<String>,
    /// Every wording that an edit gave to a message.
    pub(super) edits: Vec<(String, Vec<String>)>,
    /// Up to which second somebody has read a conversation.
    pub(super) read: BTreeMap<(ConversationId, String), u64>,
}

impl View {
    /// What an inbox says, one thing after the other.
    pub(super) fn of(inbox: Vec<Incoming>) -> Result<Self, String> {
        let mut view = Self::default();
        for incoming in inbox {
            match incoming {
                Incoming::Message(message) => view.take(&message)?,
                Incoming::Recall { id, .. } => {
                    if let Some(fact) = view.facts.get_mut(&id) {
                        fact.is_recalled = true;
                    }
                }
                Incoming::Edit { id, version, body, .. } => {
                    let texts = Message::new("", 0, body).texts();
                    view.edits.push((id.clone(), texts.clone()));
                    if let Some(fact) = view.facts.get_mut(&id).filter(|fact| fact.version < version) {
                        (fact.version, fact.texts) = (version, texts);
                    }
                }
                Incoming::Read { conversation, by, up_to } => {
                    let read = view.read.entry((conversation, by)).or_default();
                    *read = up_to.max(*read);
                }
            }
        }
        Ok(view)
    }

    fn take(&mut self, message: &Message) -> Result<(), String> {
        let (id, conversation) = (message.id_text(), message.conversation.clone().ok_or("a message without a conversation came in")?);
        let seq = if conversation.kind() == ConversationKind::Group { message.seq } else { 0 };
        let place = Place { seq, ..message.place() };
        let sender = message.sender.clone();
        let fact = Fact { conversation, sender, place, texts: message.texts(), version: 0, is_recalled: false };
        self.order.push(id.clone());
        match self.facts.insert(id.clone(), fact) {
            None => Ok(()),
            Some(_) => Err(format!("the hub has {id} twice")),
        }
    }

    /// The messages of a group in the order in which they came.
    fn of_group(&self, group: &ConversationId) -> Vec<&Fact> {
        self.order.iter().filter_map(|id| self.facts.get(id)).filter(|fact| fact.conversation == *group).collect()
    }
}

/// Everything that was said, from all views: by id, as somebody has it who has all that became of it.
pub(super) fn agree(names: &[&str], views: &[View], founders: usize) -> Result<BTreeMap<String, Fact>, String> {
    let mut ledger: BTreeMap<String, Fact> = BTreeMap::new();
    for (view, reader) in views.iter().zip(names) {
        for (id, fact) in &view.facts {
            let known = ledger.entry(id.clone()).or_insert_with(|| fact.clone());
            let (here, there) = (&fact.place, &known.place);
            if here != there || fact.sender != known.sender || fact.conversation.kind() != known.conversation.kind() {
                return Err(format!("{reader} has {id} at {here:?}, somebody else at {there:?}"));
            }
            // Who has left a group no longer hears what becomes of its messages.
            known.is_recalled |= fact.is_recalled;
            if fact.version > known.version {
                (known.version, known.texts) = (fact.version, fact.texts.clone());
            }
        }
    }
    for (id, fact) in &ledger {
        let has = |name: &str| names.iter().position(|known| *known == name).and_then(|at| views[at].facts.get(id));
        let readers: Vec<&str> = match (fact.conversation.kind(), fact.conversation.id()) {
            (ConversationKind::Group, "ops") => names.to_vec(),
            (ConversationKind::Group, _) => names[..founders].to_vec(),
            // The first who had it calls the conversation by the other, or is the receiver and calls it by the sender.
            (ConversationKind::C2c, other) => names.iter().copied().filter(|name| *name == fact.sender || *name == other).collect(),
        };
        for reader in readers {
            match has(reader) {
                None => return Err(format!("{reader} was not sent {id}")),
                Some(seen) if (&seen.texts, seen.is_recalled) != (&fact.texts, fact.is_recalled) => {
                    return Err(format!("{reader} does not know what became of {id}"));
                }
                Some(_) => {}
            }
        }
    }
    for group in ["ops", "club"] {
        let group = ConversationId::group(group).map_err(|error| error.to_string())?;
        for view in &views[..founders] {
            let numbers: Vec<u64> = view.of_group(&group).iter().map(|fact| fact.place.seq).collect();
            if numbers != (1..=numbers.len() as u64).collect::<Vec<_>>() {
                return Err(format!("the messages of {group} are numbered {numbers:?}"));
            }
        }
    }
    Ok(ledger)
}
