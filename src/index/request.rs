//! What a search asks for, what it answers, and what it needs to know from the archive meanwhile.

use std::ops::Range;

use super::HitPosition;
use crate::model::{ConversationNo, ConversationRef, ElementType, MessageKey, Place};
use crate::query::{Expr, Sort};

/// What the index asks the archive during a search. Called from the searching thread only.
pub trait Context {
    /// The conversations that a person means; a bare id may name two, an unknown one none.
    fn conversations(&self, which: &ConversationRef) -> Vec<ConversationNo>;

    /// The conversations that may have unread messages, each with the place up to which it is read.
    fn read_marks(&self) -> Vec<(ConversationNo, Place)>;

    /// Where the message with this id stands, if it is there.
    fn message(&self, id: &str) -> Option<MessageKey>;

    /// Whether this incoming message, which lies after its conversation's read mark or in the same second, is unread.
    fn is_unread(&self, key: MessageKey) -> bool;

    /// Shows every searched text of a visible message to `visit`, in the order in which it was indexed, and says whether the
    /// message is still there (neither purged nor deleted nor recalled).
    fn texts(&self, key: MessageKey, visit: &mut dyn FnMut(&str)) -> bool;
}

/// A search.
#[derive(Clone)]
pub struct Request<'a> {
    /// The condition.
    pub expr: Expr,
    /// The order of the hits.
    pub sort: Sort,
    /// The most hits wanted. Zero when only numbers are asked for.
    pub limit: usize,
    /// Go on after this hit. It must come from a search of the same order; another one's is ignored.
    pub after: Option<HitPosition>,
    /// Count all matches, exactly.
    pub count: bool,
    /// Count matches for each conversation.
    pub conversations: bool,
    /// Count matches by what they have in common.
    pub facets: Option<FacetSpec>,
    /// Count matches over time.
    pub timeline: Option<Timeline<'a>>,
}

impl Request<'_> {
    /// The newest `limit` messages for which `expr` holds, nothing counted.
    pub fn newest(expr: Expr, limit: usize) -> Self {
        Self { expr, sort: Sort::Newest, limit, after: None, count: false, conversations: false, facets: None, timeline: None }
    }

    pub(super) fn tallies(&self) -> bool {
        self.conversations || self.facets.is_some() || self.timeline.is_some()
    }
}

/// Which facets are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FacetSpec {
    /// Counts by conversation.
    pub conversations: bool,
    /// Counts by sender.
    pub senders: bool,
    /// Counts by element type.
    pub types: bool,
    /// The most entries of one facet, the greatest counts first.
    pub top: usize,
}

/// How time is cut for a histogram. The index knows no calendar.
#[derive(Clone, Copy)]
pub struct Timeline<'a> {
    /// The bar that holds a Unix second: its first second and the first one after it. Bars must not overlap.
    pub bar: &'a dyn Fn(u64) -> Range<u64>,
}

/// One message that matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The message.
    pub key: MessageKey,
    /// How well it matches (BM25); zero unless hits are sorted by relevance.
    pub score: f32,
    /// Where it stands, for a next page after it.
    pub position: HitPosition,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The hits of this page, in the order asked for.
    pub hits: Vec<Hit>,
    /// Where the next page starts; `None` when there are no more hits.
    pub next: Option<HitPosition>,
    /// All matches, whatever the page; set when the request asked for anything to be counted.
    pub total: Option<u64>,
    /// Matches for each conversation, the one with the newest match first; empty unless asked for.
    pub conversations: Vec<ConversationCount>,
    /// The facets asked for.
    pub facets: Facets,
    /// The bars of the histogram that have matches, oldest first; empty unless asked for.
    pub timeline: Vec<Bar>,
}

/// The matches in one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversationCount {
    /// The conversation.
    pub conversation: ConversationNo,
    /// How many match.
    pub count: u64,
    /// The newest of them.
    pub newest: MessageKey,
}

/// Counts by what matches have in common, the greatest first; equal counts in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By conversation.
    pub conversations: Vec<(ConversationNo, u64)>,
    /// By sender.
    pub senders: Vec<(String, u64)>,
    /// By element type; a message with two types counts for both.
    pub types: Vec<(ElementType, u64)>,
}

/// One bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its first second.
    pub start: u64,
    /// The first second after it.
    pub end: u64,
    /// Matches in it.
    pub count: u64,
}
