//! Lanes: what waits for a script, one lane a conversation. In a lane one thing happens at a time, in order; lanes do not wait for each other.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::model::ConversationId;
use crate::script::event::Event;
use crate::script::filter::Hit;
use crate::script::handler::ArgumentValue;
use crate::script::op::Answer;
use crate::script::stage::VersionNo;
use crate::script::webhook::WebhookAnswer;
use crate::store::JournalNo;

/// What shares an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum LaneKey {
    Chat(ConversationId),
    /// Events without a conversation: one lane a handler.
    Handler(String),
    /// A version hears that it ends: one lane a handler.
    Parting(VersionNo, String),
}

/// Where an event comes from, and so what is noted when it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Journal(JournalNo),
    /// The timer of this id.
    Timer(String),
    /// A row of the inbox.
    Inbox(u64),
    /// A version begins or ends; nobody else is told. Nothing is noted.
    Life(VersionNo),
    /// How far a download is. Nothing is noted.
    Progress,
}

/// One handler's part in an event.
pub(super) struct Part {
    pub(super) label: String,
    pub(super) hit: Option<Hit>,
    pub(super) arguments: Option<std::collections::BTreeMap<String, ArgumentValue>>,
    /// It was begun before: what is asked before beginning was asked.
    pub(super) has_begun: bool,
    /// How often it was tried.
    pub(super) attempts: u32,
    /// How often it was tried again because something outside failed.
    pub(super) refusals: u32,
    /// How often it was repeated because others changed what it depends on.
    pub(super) conflicts: u32,
    /// It is a command that was given wrong; this says how it is given.
    pub(super) usage: Option<String>,
    /// The dialog that goes on, with the answer to its question.
    pub(super) dialog: Option<(String, Answer)>,
    /// Who waits for what it returns.
    pub(super) answer: Option<oneshot::Sender<WebhookAnswer>>,
}

impl Part {
    pub(super) fn of(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            hit: None,
            arguments: None,
            has_begun: false,
            attempts: 0,
            refusals: 0,
            conflicts: 0,
            usage: None,
            dialog: None,
            answer: None,
        }
    }
}

/// An event in a lane, with the parts of it that are still to be done.
pub(super) struct Item {
    pub(super) origin: Origin,
    pub(super) event: Arc<Event>,
    pub(super) parts: VecDeque<Part>,
    /// Whether it was looked at as the answer to a question.
    pub(super) is_heard: bool,
}

/// One lane.
#[derive(Default)]
pub(super) struct Lane {
    pub(super) items: VecDeque<Item>,
    /// A run is under way, or is being settled.
    pub(super) is_playing: bool,
    /// Nothing begins before this second.
    pub(super) held_until: Option<u64>,
}

/// All lanes of a script that have something in them.
#[derive(Default)]
pub(super) struct Lanes {
    lanes: HashMap<LaneKey, Lane>,
    /// Lanes that can begin something.
    ready: VecDeque<LaneKey>,
    /// Items in all lanes.
    items: usize,
}

impl Lanes {
    pub(super) fn push(&mut self, key: LaneKey, item: Item) {
        self.items += 1;
        let lane = self.lanes.entry(key.clone()).or_default();
        lane.items.push_back(item);
        if lane.items.len() == 1 && !lane.is_playing && lane.held_until.is_none() {
            self.ready.push_back(key);
        }
    }

    /// Puts an item before all others of a lane whose turn it is; [`Lanes::rest`] lets it go on.
    pub(super) fn push_front(&mut self, key: &LaneKey, item: Item) {
        self.items += 1;
        self.lanes.entry(key.clone()).or_default().items.push_front(item);
    }

    pub(super) fn items(&self) -> usize {
        self.items
    }

    pub(super) fn has(&self, chat: &ConversationId) -> bool {
        !self.lanes.is_empty() && self.lanes.contains_key(&LaneKey::Chat(chat.clone()))
    }

    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// The next lane that can begin something.
    pub(super) fn next(&mut self) -> Option<LaneKey> {
        self.ready.pop_front()
    }

    /// The next lane in which a version hears that it ends.
    pub(super) fn next_parting(&mut self) -> Option<LaneKey> {
        let at = self.ready.iter().position(|key| matches!(key, LaneKey::Parting(..)))?;
        self.ready.remove(at)
    }

    /// The versions that have still to hear that they end.
    pub(super) fn parting(&self) -> impl Iterator<Item = VersionNo> + '_ {
        self.lanes.keys().filter_map(|key| match key {
            LaneKey::Parting(version, _) => Some(*version),
            _ => None,
        })
    }

    pub(super) fn lane(&mut self, key: &LaneKey) -> Option<&mut Lane> {
        self.lanes.get_mut(key)
    }

    /// A lane whose turn it was. It may be empty, when its only item was taken out.
    pub(super) fn lane_or_new(&mut self, key: &LaneKey) -> &mut Lane {
        self.lanes.entry(key.clone()).or_default()
    }

    /// Takes the first item out of a lane.
    pub(super) fn pop(&mut self, key: &LaneKey) -> Option<Item> {
        let item = self.lanes.get_mut(key)?.items.pop_front();
        self.items -= usize::from(item.is_some());
        item
    }

    /// Ends what a lane does, and lets it go on, at once or not before a second.
    pub(super) fn rest(&mut self, key: &LaneKey, held_until: Option<u64>) {
        let Some(lane) = self.lanes.get_mut(key) else { return };
        lane.is_playing = false;
        lane.held_until = held_until;
        if lane.items.is_empty() && held_until.is_none() {
            self.lanes.remove(key);
        } else if held_until.is_none() {
            self.ready.push_back(key.clone());
        }
    }

    /// Lets lanes go on that were held until now, and says until when others are held.
    pub(super) fn wake(&mut self, now: u64) {
        let due: Vec<LaneKey> =
            self.lanes.iter().filter(|(_, lane)| lane.held_until.is_some_and(|until| until <= now)).map(|(key, _)| key.clone()).collect();
        for key in due {
            self.rest(&key, None);
        }
    }

    /// Lets lanes go on that wait for something that has no second.
    pub(super) fn wake_waiting(&mut self) {
        let due: Vec<LaneKey> =
            self.lanes.iter().filter(|(_, lane)| lane.held_until == Some(u64::MAX)).map(|(key, _)| key.clone()).collect();
        for key in due {
            self.rest(&key, None);
        }
    }

    /// When the next lane may go on that is held.
    pub(super) fn next_wake(&self) -> Option<u64> {
        self.lanes.values().filter_map(|lane| lane.held_until).min()
    }

    /// Forgets what has not begun; it comes again from the journal.
    pub(super) fn clear(&mut self) {
        self.ready.clear();
        self.items = 0;
        for lane in self.lanes.values_mut() {
            lane.items.clear();
            lane.held_until = None;
        }
        self.lanes.retain(|_, lane| lane.is_playing);
    }
}
