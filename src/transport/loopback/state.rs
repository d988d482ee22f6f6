//! What the hub knows: a fold over the entries of its log, and nothing besides. The same entries always give the same state.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::Role;
use super::entry::Entry;
use crate::model::{Body, ConversationId, ConversationKind, Message, Place};

/// A conversation as the hub names it, the same for everybody in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Talk {
    /// Two users in the order of their names; one who talks to itself stands twice.
    Pair(Box<str>, Box<str>),
    /// A group.
    Group(Box<str>),
}

impl Talk {
    /// The talk that `account` calls `conversation`.
    pub(super) fn of(account: &str, conversation: &ConversationId) -> Self {
        let id = conversation.id();
        match conversation.kind() {
            ConversationKind::Group => Self::Group(id.into()),
            ConversationKind::C2c => Self::Pair(account.min(id).into(), account.max(id).into()),
        }
    }
}

/// What became of a message after it was said.
#[derive(Default)]
pub(super) struct Fate {
    /// Position of the entry that took it back.
    pub(super) recalled: Option<u64>,
    /// How often it was edited.
    pub(super) version: u64,
    /// Position of the newest edit.
    pub(super) edited: Option<u64>,
}

/// A member of a group.
pub(super) struct Member {
    pub(super) role: Role,
    /// Position in the log at which it joined.
    pub(super) since: u64,
}

/// What an account no longer wants to find.
#[derive(Default)]
pub(super) struct Erased {
    /// Everything before this position.
    before: u64,
    /// And the messages at these.
    messages: BTreeSet<u64>,
}

impl Erased {
    /// Whether the message at `position` is among it.
    pub(super) fn covers(&self, position: u64) -> bool {
        position < self.before || self.messages.contains(&position)
    }
}

/// What was said in one conversation. Messages are named by their position in the log.
#[derive(Default)]
pub(super) struct TalkState {
    /// In the order of their places.
    pub(super) messages: Vec<u64>,
    by_id: FxHashMap<Box<str>, u64>,
    /// Of those that were recalled or edited.
    fates: BTreeMap<u64, Fate>,
    /// The edits by message and nonce.
    edits: BTreeMap<(u64, u64), u64>,
    /// The number of the newest message of a group.
    pub(super) seq: u64,
    /// Up to which second each account has read.
    read: BTreeMap<Box<str>, u64>,
    erased: BTreeMap<Box<str>, Erased>,
    /// `None`: it is no group, or one that nobody has made.
    pub(super) members: Option<BTreeMap<Box<str>, Member>>,
}

impl TalkState {
    /// The position of the message with this id.
    pub(super) fn find(&self, id: &str) -> Option<u64> {
        self.by_id.get(id).copied()
    }

    /// What became of the message at this position, if anything.
    pub(super) fn fate(&self, position: u64) -> Option<&Fate> {
        self.fates.get(&position)
    }

    /// The position of the edit of this nonce of the message at `position`, if it was taken.
    pub(super) fn edit(&self, position: u64, nonce: u64) -> Option<u64> {
        self.edits.get(&(position, nonce)).copied()
    }

    /// Up to which second an account has read, 0 for not at all.
    pub(super) fn read_up_to(&self, account: &str) -> u64 {
        self.read.get(account).copied().unwrap_or(0)
    }

    /// What an account has erased, if anything.
    pub(super) fn erased_by(&self, account: &str) -> Option<&Erased> {
        self.erased.get(account)
    }

    /// The account as a member, if the talk is a group that has it.
    pub(super) fn member(&self, account: &str) -> Option<&Member> {
        self.members.as_ref()?.get(account)
    }
}

/// An entry, and who did it.
struct Logged {
    entry: Entry,
    /// Index in `accounts`, for what is delivered.
    by: usize,
}

/// A user as the hub knows it.
struct Account {
    /// What its peers call the conversation with it.
    named: ConversationId,
    /// The positions of what it receives.
    inbox: Vec<u64>,
    /// The position before which each device has kept everything.
    confirmed: BTreeMap<Box<str>, u64>,
}

/// What the hub knows.
#[derive(Default)]
pub(super) struct State {
    log: Vec<Logged>,
    accounts: Vec<Account>,
    numbers: BTreeMap<Box<str>, usize>,
    talks: BTreeMap<Talk, TalkState>,
    /// The newest time that was given out.
    pub(super) latest: u64,
}

impl State {
    /// The state of these entries.
    pub(super) fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut state = Self::default();
        entries.into_iter().for_each(|entry| state.fold(entry));
        state
    }

    /// The entries it was made from.
    pub(super) fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.log.into_iter().map(|logged| logged.entry)
    }

    /// How many entries there are: the position of the next one.
    pub(super) fn length(&self) -> u64 {
        self.log.len() as u64
    }

    /// The entry at a position.
    pub(super) fn entry(&self, position: u64) -> Option<&Entry> {
        Some(&self.log.get(usize::try_from(position).ok()?)?.entry)
    }

    /// The message at a position, as it was said.
    pub(super) fn message(&self, position: u64) -> Option<&Message> {
        match self.entry(position)? {
            Entry::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The newest body of a message that was edited.
    pub(super) fn body(&self, fate: &Fate) -> Option<&Body> {
        match self.entry(fate.edited?)? {
            Entry::Edit { body, .. } => Some(body),
            _ => None,
        }
    }

    /// What is known of the conversation that `account` calls so.
    pub(super) fn talk(&self, account: &str, conversation: &ConversationId) -> Option<&TalkState> {
        self.talks.get(&Talk::of(account, conversation))
    }

    /// The members of a group, if there is such a group.
    pub(super) fn members(&self, group: &str) -> Option<&BTreeMap<Box<str>, Member>> {
        self.talks.get(&Talk::Group(group.into()))?.members.as_ref()
    }

    /// What peers call the conversation with the account that did what stands at `position`.
    pub(super) fn named_by_peers(&self, position: u64) -> Option<&ConversationId> {
        let by = self.log.get(usize::try_from(position).ok()?)?.by;
        Some(&self.accounts.get(by)?.named)
    }

    /// The positions of what an account receives, in order.
    pub(super) fn inbox(&self, account: &str) -> &[u64] {
        self.numbers.get(account).map_or(&[], |&number| self.accounts[number].inbox.as_slice())
    }

    /// The position before which a device has kept everything.
    pub(super) fn confirmed(&self, account: &str, device: &str) -> u64 {
        let number = self.numbers.get(account);
        number.and_then(|&number| self.accounts[number].confirmed.get(device)).copied().unwrap_or(0)
    }

    /// The number of an account; `None` for a name that no account can have.
    fn number(&mut self, name: &str) -> Option<usize> {
        if let Some(&number) = self.numbers.get(name) {
            return Some(number);
        }
        let named = ConversationId::c2c(name).ok()?;
        self.accounts.push(Account { named, inbox: Vec::new(), confirmed: BTreeMap::new() });
        self.numbers.insert(name.into(), self.accounts.len() - 1);
        Some(self.accounts.len() - 1)
    }

    /// Takes the next entry.
    pub(super) fn fold(&mut self, entry: Entry) {
        let position = self.length();
        self.latest = self.latest.max(entry.server_time().unwrap_or(0));
        let by = match &entry {
            Entry::Message(message) => {
                self.fold_message(position, message);
                &message.sender
            }
            Entry::Recall { by, to, id, .. } => {
                let talk = self.talks.entry(Talk::of(by, to)).or_default();
                if let Some(message) = talk.find(id) {
                    talk.fates.entry(message).or_default().recalled = Some(position);
                }
                self.deliver(position, by, to);
                by
            }
            Entry::Edit { by, to, id, nonce, version, .. } => {
                let talk = self.talks.entry(Talk::of(by, to)).or_default();
                if let Some(message) = talk.find(id) {
                    let fate = talk.fates.entry(message).or_default();
                    fate.version = *version;
                    fate.edited = Some(position);
                    if let Some(nonce) = nonce {
                        talk.edits.insert((message, *nonce), position);
                    }
                }
                self.deliver(position, by, to);
                by
            }
            Entry::Read { by, to, up_to, .. } => {
                self.talks.entry(Talk::of(by, to)).or_default().read.insert(by.as_str().into(), *up_to);
                match to.kind() {
                    ConversationKind::C2c => self.deliver(position, by, to),
                    // What a member has read concerns its own devices only.
                    ConversationKind::Group => self.put_into_inbox(position, by),
                }
                by
            }
            Entry::Erase { by, to, ids } => {
                let talk = self.talks.entry(Talk::of(by, to)).or_default();
                let found: Vec<u64> = ids.iter().flatten().filter_map(|id| talk.find(id)).collect();
                let erased = talk.erased.entry(by.as_str().into()).or_default();
                erased.messages.extend(found);
                if ids.is_none() {
                    *erased = Erased { before: position, messages: BTreeSet::new() };
                }
                by
            }
            Entry::Member { group, account, role } => {
                let talk = self.talks.entry(Talk::Group(group.as_str().into())).or_default();
                let members = talk.members.get_or_insert_default();
                members.entry(account.as_str().into()).or_insert(Member { role: *role, since: position }).role = *role;
                account
            }
            Entry::Left { group, account } => {
                if let Some(members) = self.talks.get_mut(&Talk::Group(group.as_str().into())).and_then(|talk| talk.members.as_mut()) {
                    members.remove(account.as_str());
                }
                account
            }
            Entry::Confirm { account, device, cursor } => {
                if let Some(number) = self.number(account) {
                    let confirmed = self.accounts[number].confirmed.entry(device.as_str().into()).or_default();
                    *confirmed = (*confirmed).max(*cursor);
                }
                account
            }
        };
        // An entry of a name that no account can have is delivered to nobody, so nobody asks who did it.
        let by = self.number(&by.clone()).unwrap_or(0);
        self.log.push(Logged { entry, by });
    }

    fn fold_message(&mut self, position: u64, message: &Message) {
        let Some(to) = &message.conversation else { return };
        let name = Talk::of(&message.sender, to);
        let talk = self.talks.entry(name).or_default();
        let place = message.place();
        let log = &self.log;
        let is_before = |&known: &u64| place_at(log, known) <= Some(place);
        // Almost always the last.
        let at = if talk.messages.last().is_none_or(is_before) { talk.messages.len() } else { talk.messages.partition_point(is_before) };
        talk.messages.insert(at, position);
        talk.seq = talk.seq.max(message.seq);
        talk.by_id.insert(message.id_text().into(), position);
        self.deliver(position, &message.sender, to);
    }

    /// Puts a position into the inboxes of everybody in the conversation that `by` calls `to`.
    fn deliver(&mut self, position: u64, by: &str, to: &ConversationId) {
        match Talk::of(by, to) {
            Talk::Pair(one, other) => {
                self.put_into_inbox(position, &one);
                if one != other {
                    self.put_into_inbox(position, &other);
                }
            }
            Talk::Group(_) => {
                let Some(members) = self.talks.get(&Talk::of(by, to)).and_then(|talk| talk.members.as_ref()) else { return };
                for name in members.keys() {
                    // Who is a member has a number since it joined.
                    if let Some(&number) = self.numbers.get(name) {
                        self.accounts[number].inbox.push(position);
                    }
                }
            }
        }
    }

    fn put_into_inbox(&mut self, position: u64, account: &str) {
        if let Some(number) = self.number(account) {
            self.accounts[number].inbox.push(position);
        }
    }
}

fn place_at(log: &[Logged], position: u64) -> Option<Place> {
    match &log.get(usize::try_from(position).ok()?)?.entry {
        Entry::Message(message) => Some(message.place()),
        _ => None,
    }
}
