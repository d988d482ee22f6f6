//! What a condition means for the index: words cut into terms, names into numbers, before any segment is looked at.

use std::cell::Cell;
use std::sync::Arc;

use super::keyword::Keyword;
use super::lexer::{Lexeme, Lexer, Purpose};
use super::names::{shown_term, thread_term, threads_named};
use super::schema::{Tag, feature_tag, order_of};
use super::segment::Segment;
use super::tokenizer::sender_term;
use super::{Context, IndexError};
use crate::model::{ConversationNo, MessageKey, Place};
use crate::query::{Expr, Filter};

/// A condition in the terms of the index.
pub(super) enum Plan {
    Everything,
    Words(Words),
    Keyword(Box<Keyword>),
    All(Vec<Plan>),
    Any(Vec<Plan>),
    Not(Box<Plan>),
    /// Orders from the first to the last, both included.
    Orders(u64, u64),
    /// A fact, or an element type, by number.
    Tag(u8),
    Conversations(Vec<ConversationNo>),
    /// Case folded.
    Sender(String),
    /// A term of a name.
    Name(String),
    /// These messages.
    Messages(Vec<MessageKey>),
    /// Candidates lie after these places.
    Unread(Vec<(ConversationNo, Place)>),
}

impl Plan {
    /// Whether a keyword is looked for in it.
    pub(super) fn has_keyword(&self) -> bool {
        self.keywords() > 0
    }

    /// How many keywords are looked for in it.
    pub(super) fn keywords(&self) -> usize {
        match self {
            Self::Keyword(_) => 1,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::keywords).sum(),
            Self::Not(inner) => inner.keywords(),
            _ => 0,
        }
    }
}

/// Terms that follow each other.
pub(super) struct Words {
    /// Each with its distance from the first.
    pub(super) terms: Vec<(String, u32)>,
    /// The last one may be only the beginning of a term.
    pub(super) prefix: bool,
    /// Tells the parts of a plan apart.
    pub(super) id: usize,
}

/// Plans a whole search: recalled messages are left out unless they are asked for.
pub(super) fn plan(expr: &Expr, segments: &[Arc<Segment>], context: &dyn Context) -> Result<Plan, IndexError> {
    let plan = Planner { segments, context, next_id: Cell::new(0) }.plan(expr)?;
    if asks_for_recalled(expr, true) || needs_text(expr) {
        return Ok(plan);
    }
    Ok(Plan::All(vec![plan, Plan::Not(Box::new(Plan::Tag(Tag::Recalled as u8)))]))
}

/// Cuts what a person typed into the terms that it stands for. Empty when it has only punctuation and blanks.
pub(super) fn terms_of(text: &str) -> Vec<(String, u32)> {
    let mut lexer = Lexer::new(text, Purpose::Query);
    let mut lexeme = Lexeme::default();
    let mut terms = Vec::new();
    while lexer.advance(&mut lexeme) {
        terms.push((lexeme.text.clone(), lexeme.position as u32));
    }
    terms
}

struct Planner<'a> {
    segments: &'a [Arc<Segment>],
    context: &'a dyn Context,
    next_id: Cell<usize>,
}

impl Planner<'_> {
    fn plan(&self, expr: &Expr) -> Result<Plan, IndexError> {
        Ok(match expr {
            Expr::All => Plan::Everything,
            Expr::Word(text) | Expr::Phrase(text) => self.words(text, false),
            Expr::Prefix(text) => self.words(text, true),
            Expr::Contains(keyword) => self.keyword(keyword),
            Expr::And(parts) => Plan::All(parts.iter().map(|part| self.plan(part)).collect::<Result<_, _>>()?),
            Expr::Or(parts) => Plan::Any(parts.iter().map(|part| self.plan(part)).collect::<Result<_, _>>()?),
            Expr::Not(inner) => Plan::Not(Box::new(self.plan(inner)?)),
            Expr::Filter(filter) => self.filter(filter)?,
        })
    }

    /// The messages of the threads with this id or name: those that say so, and the ones whose ids the threads have.
    fn thread(&self, thread: &str) -> Result<Plan, IndexError> {
        let mut ids = vec![thread.to_owned()];
        for segment in self.segments {
            ids.extend(threads_named(segment, thread)?);
        }
        ids.sort_unstable();
        ids.dedup();
        let roots = ids.iter().filter_map(|id| self.context.message(id)).collect();
        let mut parts: Vec<Plan> = ids.iter().map(|id| Plan::Name(thread_term(id))).collect();
        parts.push(Plan::Messages(roots));
        Ok(Plan::Any(parts))
    }

    fn words(&self, text: &str, prefix: bool) -> Plan {
        let terms = terms_of(text);
        if terms.is_empty() {
            // A person who types `->` means the characters.
            return self.keyword(text.trim());
        }
        Plan::Words(Words { terms, prefix, id: self.id() })
    }

    fn keyword(&self, keyword: &str) -> Plan {
        if keyword.is_empty() { Plan::Everything } else { Plan::Keyword(Box::new(Keyword::new(keyword, self.id()))) }
    }

    fn filter(&self, filter: &Filter) -> Result<Plan, IndexError> {
        Ok(match filter {
            Filter::Conversation(which) => Plan::Conversations(self.context.conversations(which)),
            Filter::Sender(sender) => Plan::Sender(sender_term(sender)),
            Filter::SaidBy(who) => Plan::Any(vec![Plan::Sender(sender_term(who)), Plan::Name(shown_term(who))]),
            Filter::Has(feature) => Plan::Tag(feature_tag(*feature)),
            Filter::Thread(thread) => self.thread(thread)?,
            Filter::Time { from, until } => {
                let first = from.map_or(0, |from| order_of(Place::start_of(from)));
                let last = until.map_or(u64::MAX, |until| order_of(Place::end_of(until)));
                Plan::Orders(first, last)
            }
            Filter::Type(kind) => Plan::Tag(kind.number()),
            Filter::HasLink => Plan::Tag(Tag::Link as u8),
            Filter::FromSelf => Plan::Tag(Tag::FromSelf as u8),
            Filter::Recalled => Plan::Tag(Tag::Recalled as u8),
            Filter::Unread => Plan::Unread(self.context.read_marks()),
        })
    }

    fn id(&self) -> usize {
        self.next_id.replace(self.next_id.get() + 1)
    }
}

/// Whether the condition for recalled messages is in `expr` without a `not` around it.
fn asks_for_recalled(expr: &Expr, positive: bool) -> bool {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(|part| asks_for_recalled(part, positive)),
        Expr::Not(inner) => asks_for_recalled(inner, !positive),
        Expr::Filter(Filter::Recalled) => positive,
        _ => false,
    }
}

/// Whether nothing without a text can match. Recalled messages have none in the index.
fn needs_text(expr: &Expr) -> bool {
    match expr {
        Expr::Word(text) | Expr::Phrase(text) | Expr::Prefix(text) => !text.trim().is_empty(),
        Expr::Contains(keyword) => !keyword.is_empty(),
        Expr::And(parts) => parts.iter().any(needs_text),
        Expr::Or(parts) => parts.iter().all(needs_text),
        Expr::Filter(Filter::HasLink) => true,
        Expr::All | Expr::Not(_) | Expr::Filter(_) => false,
    }
}
