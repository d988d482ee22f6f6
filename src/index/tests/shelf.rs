//! Messages in a map, with an index of them, and a naive search.

use std::collections::{BTreeMap, BTreeSet};

use icu_casemap::CaseMapper;
use tempfile::TempDir;

use crate::index::lexer::{Lexeme, Lexer, Purpose};
use crate::index::{Answer, Context, Coverage, Doc, IndexOptions, IndexWriter, Request};
use crate::model::{ConversationNo, ConversationRef, ElementType, MessageKey, Place, Traits, TypeSet};
use crate::query::{Expr, Filter, Sort};

#[derive(Clone, Debug, Default)]
pub(super) struct Message {
    pub(super) sender: String,
    pub(super) types: TypeSet,
    pub(super) is_self: bool,
    pub(super) recalled: bool,
    pub(super) unread: bool,
    /// Its own id, for threads that it began.
    pub(super) id: String,
    pub(super) traits: Traits,
    pub(super) texts: Vec<String>,
}

pub(super) struct Shelf {
    pub(super) folder: TempDir,
    pub(super) writer: IndexWriter,
    pub(super) messages: BTreeMap<MessageKey, Message>,
}

pub(super) fn options() -> IndexOptions {
    IndexOptions { memory: 16_000_000, ..IndexOptions::default() }
}

pub(super) fn key(conversation: u32, time: u64, seq: u64) -> MessageKey {
    MessageKey { conversation: ConversationNo(conversation), place: Place { time, seq, rand: 7 } }
}

pub(super) fn text(text: &str) -> Message {
    Message { sender: "ann".to_owned(), types: TypeSet::from_iter([ElementType::Text]), texts: vec![text.to_owned()], ..Message::default() }
}

impl Shelf {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let writer = IndexWriter::create(&folder.path().join("index"), &options()).unwrap();
        Self { folder, writer, messages: BTreeMap::new() }
    }

    /// A shelf with these texts, one a second, in conversation 1.
    pub(super) fn of(texts: &[&str]) -> Self {
        let mut shelf = Self::new();
        for (at, one) in texts.iter().enumerate() {
            shelf.put(key(1, at as u64, 0), text(one));
        }
        shelf.commit();
        shelf
    }

    /// Adds a message, or puts it in the place of what stands there.
    pub(super) fn put(&mut self, key: MessageKey, message: Message) {
        if self.messages.contains_key(&key) {
            self.writer.remove(&[key]).unwrap();
        }
        let texts: Vec<&str> = message.texts.iter().map(String::as_str).collect();
        let Message { sender, types, is_self, recalled, traits, .. } = &message;
        self.writer.add(&Doc { key, sender, types: *types, is_self: *is_self, recalled: *recalled, traits, texts: &texts }).unwrap();
        self.messages.insert(key, message);
    }

    pub(super) fn remove(&mut self, keys: &[MessageKey]) {
        self.writer.remove(keys).unwrap();
        keys.iter().for_each(|key| drop(self.messages.remove(key)));
    }

    pub(super) fn commit(&mut self) {
        self.writer.commit(&Coverage { journal: self.messages.len() as u64, rebuilding: None }).unwrap();
    }

    pub(super) fn search(&self, request: &Request<'_>) -> Answer {
        self.writer.reader().snapshot().search(request, self).unwrap()
    }

    /// Everything that matches, through the index, the newest first.
    pub(super) fn find(&self, expr: &Expr) -> Vec<MessageKey> {
        let mut request = Request::newest(expr.clone(), 1_000_000);
        request.count = true;
        let answer = self.search(&request);
        assert_eq!(answer.total, Some(answer.hits.len() as u64), "the count is the number of hits: {expr:?}");
        answer.hits.iter().map(|hit| hit.key).collect()
    }

    /// Everything that matches, by looking at every message, the newest first.
    pub(super) fn scan(&self, expr: &Expr) -> Vec<MessageKey> {
        let recalled = asks_for_recalled(expr, true);
        let mut keys: Vec<MessageKey> = self.messages.keys().copied().collect();
        keys.retain(|key| (recalled || !self.messages[key].recalled) && self.holds(expr, *key));
        keys.sort_by_key(|key| std::cmp::Reverse((key.place, key.conversation)));
        keys
    }

    /// The texts that match a word query, as they are.
    #[track_caller]
    pub(super) fn check(&self, expr: Expr, expected: &[&str]) {
        let found: BTreeSet<&str> = self.find(&expr).iter().map(|key| &*self.messages[key].texts[0]).collect();
        assert_eq!(found, expected.iter().copied().collect(), "{expr:?}");
    }

    fn holds(&self, expr: &Expr, key: MessageKey) -> bool {
        let message = &self.messages[&key];
        let texts: &[String] = if message.recalled { &[] } else { &message.texts };
        match expr {
            Expr::All => true,
            Expr::Word(text) | Expr::Phrase(text) => has_words(texts, text, false),
            Expr::Prefix(text) => has_words(texts, text, true),
            Expr::Contains(keyword) => has_keyword(texts, keyword),
            Expr::And(parts) => parts.iter().all(|part| self.holds(part, key)),
            Expr::Or(parts) => parts.iter().any(|part| self.holds(part, key)),
            Expr::Not(inner) => !self.holds(inner, key),
            Expr::Filter(Filter::Conversation(which)) => self.conversations(which).contains(&key.conversation),
            Expr::Filter(Filter::Sender(sender)) => fold(&message.sender) == fold(sender),
            Expr::Filter(Filter::SaidBy(who)) => {
                fold(&message.sender) == fold(who) || message.traits.sender_name.as_ref().is_some_and(|name| fold(name) == fold(who))
            }
            Expr::Filter(Filter::Has(feature)) => message.traits.features.contains(feature),
            Expr::Filter(Filter::Thread(thread)) => {
                let ids = self.threads(thread);
                ids.contains(&message.id) || message.traits.thread.as_ref().is_some_and(|thread| ids.contains(&thread.id))
            }
            Expr::Filter(Filter::Time { from, until }) => {
                from.is_none_or(|from| key.place.time >= from) && until.is_none_or(|until| key.place.time <= until)
            }
            Expr::Filter(Filter::Type(kind)) => message.types.contains(*kind),
            Expr::Filter(Filter::HasLink) => texts.iter().any(|text| text.contains("http://")),
            Expr::Filter(Filter::Unread) => message.unread && !message.is_self,
            Expr::Filter(Filter::Recalled) => message.recalled,
            Expr::Filter(Filter::FromSelf) => message.is_self,
        }
    }
}

impl Shelf {
    /// The ids of the threads that are called so: by their id, or because one of their messages says so.
    fn threads(&self, called: &str) -> BTreeSet<String> {
        let threads = self.messages.values().filter_map(|message| message.traits.thread.as_ref());
        let named = threads.filter(|thread| !thread.name.is_empty() && fold(&thread.name) == fold(called)).map(|thread| thread.id.clone());
        named.chain([called.to_owned()]).collect()
    }
}

impl Context for Shelf {
    fn message(&self, id: &str) -> Option<MessageKey> {
        self.messages.iter().find(|(_, message)| message.id == id).map(|(key, _)| *key)
    }

    fn conversations(&self, which: &ConversationRef) -> Vec<ConversationNo> {
        which.id.parse().map(ConversationNo).into_iter().collect()
    }

    fn read_marks(&self) -> Vec<(ConversationNo, Place)> {
        let unread = self.messages.iter().filter(|(_, message)| message.unread);
        let conversations: BTreeSet<ConversationNo> = unread.map(|(key, _)| key.conversation).collect();
        conversations.into_iter().map(|conversation| (conversation, Place::FIRST)).collect()
    }

    fn is_unread(&self, key: MessageKey) -> bool {
        self.messages[&key].unread
    }

    fn texts(&self, key: MessageKey, visit: &mut dyn FnMut(&str)) -> bool {
        let Some(message) = self.messages.get(&key).filter(|message| !message.recalled) else { return false };
        message.texts.iter().for_each(|text| visit(text));
        true
    }
}

fn fold(text: &str) -> String {
    CaseMapper::new().fold_string(text).into_owned()
}

fn has_keyword(texts: &[String], keyword: &str) -> bool {
    texts.iter().any(|text| fold(text).contains(&fold(keyword)))
}

fn has_words(texts: &[String], words: &str, prefix: bool) -> bool {
    let wanted = lex(words, Purpose::Query);
    if wanted.is_empty() {
        return words.trim().is_empty() || has_keyword(texts, words.trim());
    }
    texts.iter().any(|text| {
        let tokens = lex(text, Purpose::Index);
        tokens.iter().any(|(_, start)| {
            wanted.iter().enumerate().all(|(at, (term, offset))| {
                let last = prefix && at + 1 == wanted.len();
                tokens
                    .iter()
                    .any(|(token, position)| *position == start + offset && (token == term || (last && token.starts_with(term.as_str()))))
            })
        })
    })
}

fn lex(text: &str, purpose: Purpose) -> Vec<(String, usize)> {
    let mut lexer = Lexer::new(text, purpose);
    let mut lexeme = Lexeme::default();
    let mut tokens = Vec::new();
    while lexer.advance(&mut lexeme) {
        tokens.push((lexeme.text.clone(), lexeme.position));
    }
    tokens
}

fn asks_for_recalled(expr: &Expr, positive: bool) -> bool {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(|part| asks_for_recalled(part, positive)),
        Expr::Not(inner) => asks_for_recalled(inner, !positive),
        Expr::Filter(Filter::Recalled) => positive,
        _ => false,
    }
}

/// Every order of hits.
pub(super) const SORTS: [Sort; 3] = [Sort::Newest, Sort::Oldest, Sort::Relevance];
