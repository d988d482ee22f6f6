//! Whether an account has what it must have, at the end, when everything has become quiet.

use std::collections::{BTreeMap, BTreeSet};

use mynah::archive::SearchRequest;
use mynah::model::{ConversationId, ConversationKind, Message, Place, Status};
use mynah::query::Expr;
use mynah::{ChangeKind, JournalNo};

use super::ledger::{Fact, View};
use super::story::{Ending, Story};
use super::world::Account;
use crate::naive::{Random, fold};

/// What the journal says of one message.
#[derive(Default)]
struct Trace {
    /// How often it came to be there, and how often it was taken away for good.
    came: u64,
    went: u64,
    /// It came the last time as an incoming message, which nobody has read.
    is_news: bool,
}

/// A message in the journal: by conversation and rand, which no two messages of a world share.
type Name = (ConversationId, u32);

/// An account at the end of the world.
pub(super) struct Verdict<'a> {
    account: &'a Account,
    story: &'a Story,
    view: &'a View,
    ledger: &'a BTreeMap<String, Fact>,
    shown: BTreeMap<ConversationId, Vec<Message>>,
    traces: BTreeMap<Name, Trace>,
    /// What came in, by the journal.
    received: Vec<(JournalNo, Name)>,
    /// Conversations into which history was filled: within a second its order is that of filling.
    filled: BTreeSet<ConversationId>,
}

impl<'a> Verdict<'a> {
    pub(super) fn new(account: &'a Account, story: &'a Story, view: &'a View, ledger: &'a BTreeMap<String, Fact>) -> Self {
        let archive = account.archive();
        let shown = account.shown();
        let (mut traces, mut received, mut filled) = (BTreeMap::<Name, Trace>::new(), Vec::new(), BTreeSet::new());
        for change in archive.changes(JournalNo(0), usize::MAX).unwrap().changes {
            let Some(conversation) = archive.conversation_name(change.key.conversation) else { continue };
            let name = (conversation, change.key.place.rand);
            match change.kind {
                ChangeKind::Added | ChangeKind::Queued | ChangeKind::Received => {
                    let trace = traces.entry(name.clone()).or_default();
                    trace.came += 1;
                    trace.is_news = change.kind == ChangeKind::Received;
                }
                ChangeKind::Purged => traces.entry(name.clone()).or_default().went += 1,
                _ => {}
            }
            match change.kind {
                ChangeKind::Received => received.push((change.no, name)),
                ChangeKind::Added => drop(filled.insert(name.0)),
                _ => {}
            }
        }
        Self { account, story, view, ledger, shown, traces, received, filled }
    }

    /// The first thing that is not as it must be.
    pub(super) fn reach(&self) -> Result<(), String> {
        if let Some(complaint) = self.story.complaints.first() {
            return Err(complaint.clone());
        }
        self.traces.iter().try_for_each(|(name, trace)| self.check_trace(name, trace))?;
        self.view.facts.iter().try_for_each(|(id, fact)| self.check_fact(id, fact))?;
        self.check_said()?;
        self.check_shown()?;
        self.check_counts()?;
        self.check_peers()?;
        self.check_told()?;
        self.check_search()?;
        let findings = self.account.archive().check().map_err(|error| error.to_string())?.findings;
        if findings.is_empty() { Ok(()) } else { Err(format!("the check finds {findings:?}")) }
    }

    fn find(&self, id: &str) -> Option<Message> {
        self.account.archive().find(&[id]).unwrap().pop()
    }

    fn trace(&self, conversation: &ConversationId, rand: u32) -> Option<&Trace> {
        self.traces.get(&(conversation.clone(), rand))
    }

    /// Nothing is there twice, and nothing goes that nobody took away.
    fn check_trace(&self, (conversation, rand): &Name, trace: &Trace) -> Result<(), String> {
        if trace.came != trace.went && trace.came != trace.went + 1 {
            return Err(format!("the message {rand} of {conversation} came {} times and went {} times", trace.came, trace.went));
        }
        if trace.went > 0 && !self.story.emptied.contains(conversation) {
            return Err(format!("the message {rand} of {conversation} was taken away by nobody"));
        }
        Ok(())
    }

    /// A message that the account was sent is there as it was said.
    fn check_fact(&self, id: &str, fact: &Fact) -> Result<(), String> {
        let trace = self.trace(&fact.conversation, fact.place.rand);
        let is_own = fact.sender == self.account.name;
        let Some(message) = self.find(id) else {
            return match trace {
                Some(trace) if trace.came == trace.went => Ok(()),
                None if !is_own && self.story.deaf.contains(&fact.conversation) => Ok(()),
                _ => Err(format!("{id} is missing")),
            };
        };
        if trace.is_none_or(|trace| trace.came == trace.went) {
            return Err(format!("{id} is there, and the journal does not say so"));
        }
        let place = Place { seq: fact.place.seq.max(seq_here(fact, &message)), ..fact.place };
        same(id, "conversation", message.conversation.as_ref(), Some(&fact.conversation))?;
        same(id, "place", message.place(), place)?;
        same(id, "sender", message.sender.as_str(), fact.sender.as_str())?;
        if message.status == Some(Status::Deleted) {
            return Ok(());
        }
        if self.story.deleted.contains(id) && trace.is_some_and(|trace| trace.went == 0) {
            return Err(format!("{id} was deleted and is there"));
        }
        // Who has left a group may know from its history what nobody told it.
        let known = self.ledger.get(id).unwrap_or(fact);
        let status = |is_recalled| if is_recalled { Status::Recalled } else { Status::Sent };
        let state = (message.status, version(&message), message.texts());
        let told = (Some(status(fact.is_recalled)), fact.version, fact.texts.clone());
        let may_be = (Some(status(known.is_recalled)), known.version, known.texts.clone());
        if state != told && state != may_be {
            return Err(format!("{id} is {state:?}, it should be {told:?}"));
        }
        Ok(())
    }

    /// What the account was told of its own messages is so.
    fn check_said(&self) -> Result<(), String> {
        for said in &self.story.said {
            let Some(id) = &said.id else { continue };
            let fact = self.ledger.get(id);
            match (&said.ending, fact) {
                (_, _) if said.is_online => {
                    if fact.is_some() || self.find(id).is_some() {
                        return Err(format!("{id} is for the moment only, and is kept"));
                    }
                }
                (Ending::Sent { .. }, None) => return Err(format!("{id} was acknowledged and never sent")),
                (Ending::Sent { time, seq }, Some(fact)) => {
                    let seq = if said.to.kind() == ConversationKind::Group { *seq } else { 0 };
                    same(id, "acknowledged place", (*time, seq), (fact.place.time, fact.place.seq))?;
                }
                (Ending::Cancelled, Some(_)) => return Err(format!("{id} was called back and sent")),
                (Ending::Cancelled, None) => self.check_unsent(id, said.to.clone(), Status::Cancelled)?,
                (Ending::Failed, None) => self.check_unsent(id, said.to.clone(), Status::Failed)?,
                // It failed, and was taken all the same; or its process ended. What is there was compared already.
                (Ending::Failed | Ending::Unknown, _) => {}
            }
        }
        if let Some(id) = self.story.recalled.iter().find(|id| self.ledger.get(*id).is_none_or(|fact| !fact.is_recalled)) {
            return Err(format!("{id} was recalled, and nobody knows"));
        }
        for (id, text) in &self.story.edited {
            if !self.view.edits.iter().any(|(edited, texts)| edited == id && texts.first() == Some(text)) {
                return Err(format!("an edit of {id} got lost"));
            }
        }
        Ok(())
    }

    /// A message that was not sent is where it was written.
    fn check_unsent(&self, id: &str, to: ConversationId, status: Status) -> Result<(), String> {
        match self.find(id) {
            None if self.story.emptied.contains(&to) => Ok(()),
            // Called back so early that it was never written.
            None if status == Status::Cancelled && !self.was_written(id, &to) => Ok(()),
            None => Err(format!("{id} was not sent, and is gone")),
            Some(message) if message.status == Some(Status::Deleted) && self.story.deleted.contains(id) => Ok(()),
            Some(message) => same(id, "status", message.status, Some(status)),
        }
    }

    fn was_written(&self, id: &str, to: &ConversationId) -> bool {
        let rand = id.rsplit('-').next().and_then(|rand| rand.parse().ok());
        rand.is_some_and(|rand| self.trace(to, rand).is_some())
    }

    /// What is shown was said, stands in order, and each message stands once.
    fn check_shown(&self) -> Result<(), String> {
        let came: BTreeMap<&str, usize> = self.view.order.iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
        let mut seen = BTreeSet::new();
        for (conversation, messages) in &self.shown {
            if !messages.is_sorted_by_key(Message::place) {
                return Err(format!("{conversation} is out of order"));
            }
            let mut newest: BTreeMap<&str, usize> = BTreeMap::new();
            for message in messages {
                let id = message.id_text();
                let is_unsent = message.sender == self.account.name && matches!(message.status, Some(Status::Failed | Status::Cancelled));
                if is_unsent == self.ledger.contains_key(&id) {
                    return Err(format!("{id} is shown as {:?}, it is sent: {}", message.status, !is_unsent));
                }
                let is_stirred = self.filled.contains(conversation) || self.story.emptied.contains(conversation);
                if let Some(at) = came.get(id.as_str()).filter(|_| !is_stirred)
                    && newest.insert(&message.sender, *at).is_some_and(|before| before > *at)
                {
                    return Err(format!("{id} stands before what its sender said earlier"));
                }
                if !seen.insert(id.clone()) {
                    return Err(format!("{id} is shown twice"));
                }
            }
        }
        Ok(())
    }

    /// Unread counts are what counting gives.
    fn check_counts(&self) -> Result<(), String> {
        let mut total = 0;
        for listed in self.account.archive().conversations().unwrap() {
            let is_unread = |message: &&Message| {
                let is_news = self.trace(&listed.id, message.rand).is_some_and(|trace| trace.is_news);
                let is_new = is_news && message.sender != self.account.name && message.status == Some(Status::Sent);
                is_new && listed.read_mark.is_none_or(|mark| message.place() > mark)
            };
            let unread = self.shown[&listed.id].iter().filter(is_unread).count() as u64;
            same(&listed.id.to_string(), "unread", listed.unread, unread)?;
            if listed.receive_option == mynah::model::ReceiveOption::Receive {
                total += unread;
            }
        }
        same("everything", "unread", self.account.archive().total_unread(), total)
    }

    /// What the account has read its peers know, and what they have read it knows.
    fn check_peers(&self) -> Result<(), String> {
        let read =
            |conversation: &ConversationId, by: &str| self.view.read.get(&(conversation.clone(), by.to_owned())).copied().unwrap_or(0);
        for listed in self.account.archive().conversations().unwrap() {
            if listed.id.kind() == ConversationKind::Group || listed.id.id() == self.account.name {
                continue;
            }
            let told = read(&listed.id, self.account.name);
            // A conversation that was deleted forgets how far it was read.
            let is_told =
                listed.read_mark.is_none_or(|mark| mark.time == told || (mark.time < told && self.story.emptied.contains(&listed.id)));
            if !is_told {
                return Err(format!("{} is read up to {:?}, the peer was told {told}", listed.id, listed.read_mark));
            }
            let peer = read(&listed.id, listed.id.id());
            for message in &self.shown[&listed.id] {
                if message.sender == self.account.name && message.status == Some(Status::Sent) {
                    same(&message.id_text(), "peer-read", message.is_peer_read, Some(message.server_time <= peer))?;
                }
            }
        }
        Ok(())
    }

    /// The events told each incoming message once, in the order of the journal.
    fn check_told(&self) -> Result<(), String> {
        if !self.story.told.is_sorted_by(|before, after| before.0 < after.0) {
            return Err("something was told twice, or out of order".to_owned());
        }
        let told: BTreeMap<JournalNo, &str> = self.story.told.iter().map(|(no, id)| (*no, id.as_str())).collect();
        for (no, (conversation, rand)) in &self.received {
            match told.get(no) {
                Some(id) if id.ends_with(&format!("-{rand}")) => {}
                // Of what is gone nothing is told.
                None if self.trace(conversation, *rand).is_some_and(|trace| trace.went > 0) => {}
                other => return Err(format!("change {} brought {rand} of {conversation}, told was {other:?}", no.0)),
            }
        }
        same("events", "received messages", told.keys().filter(|no| !self.received.iter().any(|(known, _)| known == *no)).count(), 0)
    }

    /// Search finds what looking at everything finds.
    fn check_search(&self) -> Result<(), String> {
        let searched = || self.shown.values().flatten().filter(|message| message.status != Some(Status::Recalled));
        let mut random = Random::new(self.view.order.len() as u64);
        for _ in 0..3 {
            let keyword = random.keyword();
            let has = |message: &&Message| message.texts().iter().any(|text| fold(text).contains(&fold(&keyword)));
            let found = self.search(Expr::contains(keyword.clone()))?;
            same(&keyword, "messages that contain it", found, searched().filter(has).map(Message::id_text).collect())?;
        }
        same("everything", "found", self.search(Expr::All)?, searched().map(Message::id_text).collect())?;
        // Every text has a word that no other one has.
        for message in searched().step_by(5) {
            let word = message.texts().first().and_then(|text| text.split(' ').next().map(str::to_owned)).unwrap_or_default();
            let has = |message: &&Message| message.texts().first().is_some_and(|text| text.split(' ').next() == Some(word.as_str()));
            same(&word, "messages with it", self.search(Expr::word(&word))?, searched().filter(has).map(Message::id_text).collect())?;
        }
        Ok(())
    }

    fn search(&self, expr: Expr) -> Result<BTreeSet<String>, String> {
        let request = SearchRequest { limit: 100_000, snippet_chars: 0, ..SearchRequest::new(expr) };
        let answer = self.account.archive().search(&request).map_err(|error| error.to_string())?;
        if !answer.coverage.complete {
            return Err("a search is not complete".to_owned());
        }
        Ok(answer.hits.iter().map(|hit| hit.message.id_text()).collect())
    }

    /// Everything that can be told from outside, line by line.
    pub(super) fn print(&self) -> Vec<String> {
        let line = |(conversation, message): (&ConversationId, &Message)| {
            let (read, peer_read) = (message.is_read, message.is_peer_read);
            format!("{conversation} {} {message:?} {:?} {read:?} {peer_read:?}", message.id_text(), message.texts())
        };
        let messages =
            self.shown.iter().flat_map(|(conversation, messages)| messages.iter().map(move |message| line((conversation, message))));
        let changes = self.account.archive().changes(JournalNo(0), usize::MAX).unwrap().changes;
        messages.chain(changes.iter().map(|change| format!("{change:?}"))).collect()
    }
}

/// The seq that counts: in a conversation with a peer each side has its own.
fn seq_here(fact: &Fact, message: &Message) -> u64 {
    if fact.conversation.kind() == ConversationKind::Group { fact.place.seq } else { message.seq }
}

fn version(message: &Message) -> u64 {
    message.body.get("message_version").and_then(|version| version.as_u64()).unwrap_or(0)
}

fn same<T: PartialEq + std::fmt::Debug>(of: &str, what: &str, here: T, expected: T) -> Result<(), String> {
    if here == expected { Ok(()) } else { Err(format!("{what} of {of}: the archive says {here:?}, it should be {expected:?}")) }
}
