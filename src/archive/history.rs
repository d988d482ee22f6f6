//! Paging through a conversation in either direction.

use std::fmt;
use std::ops::ControlFlow;
use std::str::FromStr;

use super::{Archive, ArchiveError};
use crate::model::{ConversationId, ConversationKind, Message, MessageKey, Place, TypeSet};
use crate::store::Direction;

/// Which way a page goes, and so the order of its messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Towards older messages, newest first.
    #[default]
    NewestFirst,
    /// Towards newer messages, oldest first.
    OldestFirst,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the end that the order begins with.
    #[default]
    End,
    /// Behind this place in the direction of the page; what stands there is not part of it.
    Beyond(Place),
    /// At the message with this sequence number, which is part of the page, or where it is missing at the next one in the
    /// direction of the page. Groups only; elsewhere it counts as [`Start::End`].
    Seq(u64),
}

/// What to list of a conversation.
#[derive(Clone, Debug)]
pub struct HistoryRequest {
    /// Where to begin.
    pub start: Start,
    /// Which way to go.
    pub order: Order,
    /// The most messages to list.
    pub limit: usize,
    /// Only messages with an element of one of these types; empty for all.
    pub types: TypeSet,
    /// Only messages of this second or later, Unix seconds.
    pub from: Option<u64>,
    /// Only messages of this second or earlier, Unix seconds.
    pub until: Option<u64>,
}

impl Default for HistoryRequest {
    fn default() -> Self {
        Self { start: Start::End, order: Order::NewestFirst, limit: 20, types: TypeSet::EMPTY, from: None, until: None }
    }
}

/// A page of history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The messages, in the order of the request.
    pub messages: Vec<Message>,
    /// Where the next page begins, if there may be one.
    pub next: Option<HistoryCursor>,
}

/// Where a page of history ends. Text form: `time-seq-rand`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryCursor(pub Place);

impl fmt::Display for HistoryCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.0.time, self.0.seq, self.0.rand)
    }
}

impl FromStr for HistoryCursor {
    type Err = ArchiveError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '-');
        let mut number = || parts.next()?.parse::<u64>().ok();
        let mut read = || Some(Place { time: number()?, seq: number()?, rand: u32::try_from(number()?).ok()? });
        read().map(Self).ok_or(ArchiveError::Cursor)
    }
}

impl Archive {
    /// A page of a conversation. An unknown conversation has no messages. Deleted messages are left out and cost no count.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn history(&self, conversation: &ConversationId, request: &HistoryRequest) -> Result<Page, ArchiveError> {
        let mut page = Page { messages: Vec::with_capacity(request.limit.min(1_000)), next: None };
        let conversations = self.store().conversations();
        let Some((number, record)) = conversations.get(conversation) else { return Ok(page) };
        let view = self.store().view();
        let (first, last) = (request.from.map_or(Place::FIRST, Place::start_of), request.until.map_or(Place::LAST, Place::end_of));
        let direction = match request.order {
            Order::NewestFirst => Direction::Backward,
            Order::OldestFirst => Direction::Forward,
        };
        let (start, excluded) = match request.start {
            Start::Beyond(place) => (Some(place), Some(place)),
            Start::Seq(seq) if conversation.kind() == ConversationKind::Group => match view.key_of_seq(number, seq, direction)? {
                Some(key) => (Some(key.place), None),
                None => return Ok(page),
            },
            Start::Seq(_) | Start::End => (None, None),
        };
        let start = match direction {
            Direction::Backward => start.map_or(last, |start| start.min(last)),
            Direction::Forward => start.map_or(first, |start| start.max(first)),
        };
        let read = record.read_up_to();
        view.walk(number, start, direction, |MessageKey { place, .. }, record| {
            if !(first..=last).contains(&place) {
                return Ok(ControlFlow::Break(()));
            }
            if !record.is_visible() || Some(place) == excluded || !(request.types.is_empty() || record.types.intersects(request.types)) {
                return Ok(ControlFlow::Continue(()));
            }
            if page.messages.len() == request.limit {
                page.next = page.messages.last().map(|last| HistoryCursor(last.place()));
                return Ok(ControlFlow::Break(()));
            }
            page.messages.push(record.to_message(place, conversation, read));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(page)
    }

    /// The messages of a group with these sequence numbers, in their order; unknown and deleted ones are left out.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn history_of_seqs(&self, conversation: &ConversationId, seqs: &[u64]) -> Result<Vec<Message>, ArchiveError> {
        let conversations = self.store().conversations();
        let Some(number) = conversations.number(conversation).filter(|_| conversation.kind() == ConversationKind::Group) else {
            return Ok(Vec::new());
        };
        let mut messages = Vec::with_capacity(seqs.len());
        for &seq in seqs {
            if let Some(key) = self.store().view().key_of_seq(number, seq, Direction::Forward)?.filter(|key| key.place.seq == seq) {
                messages.extend(self.message_at(key)?.filter(|message| message.status != Some(crate::model::Status::Deleted)));
            }
        }
        Ok(messages)
    }
}
