//! Reading on: from changes of the archive to events in lanes. Scripts at the same place read together; one that lags reads by itself, the same way.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::acts::Acts;
use super::lanes::{Item, LaneKey, Origin, Part};
use super::{Conductor, READ};
use crate::model::{Message, Status};
use crate::script::command::{self, CommandIndex, Hearing, Reading};
use crate::script::event::{Event, EventKind, Source, What, named::Named};
use crate::script::filter::{MatchContext, Matcher};
use crate::script::handler::{HandlerNo, Role};
use crate::script::people;
use crate::store::{Change, ChangeKind};

/// Messages that went through so many scripts are heard by none.
pub(super) const MAX_HOPS: u32 = 4;

/// A handler of the script of this number.
type Key = (usize, HandlerNo);

/// Who wants to hear what, of all scripts together.
pub(super) struct Index {
    /// The scripts by their numbers.
    names: Vec<Arc<str>>,
    matcher: Matcher<Key>,
    commands: CommandIndex<Key>,
    /// Scripts have come, gone or changed since it was made.
    pub(super) is_stale: bool,
}

impl Default for Index {
    fn default() -> Self {
        Self { names: Vec::new(), matcher: Matcher::new(std::iter::empty()), commands: CommandIndex::new([]), is_stale: false }
    }
}

impl Conductor {
    /// Reads until every script has enough, or there is nothing more.
    pub(super) fn read_on(&mut self) {
        if std::mem::take(&mut self.index.is_stale) {
            self.rebuild_index();
        }
        let now = self.clock.now();
        loop {
            let head = self.archive.journal_head();
            let positions = self.scripts.values().filter(|desk| desk.reads(head, now)).map(|desk| desk.progress.position());
            let Some(from) = positions.min() else { break };
            for desk in self.scripts.values_mut() {
                desk.is_reading = desk.reads(head, now) && desk.progress.position() == from;
            }
            let changes = match self.archive.changes_with_messages(from, READ) {
                Ok(changes) if !changes.is_empty() => changes,
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "scripts cannot read on");
                    break;
                }
            };
            let Some(last) = changes.last().map(|(change, _)| change.no) else { break };
            for (change, message) in &changes {
                if let Some(event) = self.event_of(change, message.as_ref()) {
                    self.give_out(change, &Arc::new(event));
                }
            }
            for desk in self.scripts.values_mut().filter(|desk| desk.is_reading) {
                desk.progress.read_up_to(last);
            }
        }
        // What is held for the next call is not needed before there is something new.
        if self.scripts.values().all(|desk| !desk.reads(self.archive.journal_head(), now)) {
            self.archive.release_changes();
        }
    }

    fn rebuild_index(&mut self) {
        let mut wanted = Vec::new();
        let mut commands = Vec::new();
        for (number, desk) in self.scripts.values().enumerate() {
            let Some(version) = &desk.current else { continue };
            let prefix = version.edition.manifest.prefix.as_deref();
            for (position, (handler, filter)) in version.handlers.iter().zip(&version.filters).enumerate() {
                let key = (number, HandlerNo(position));
                match (&handler.role, filter) {
                    (Role::On { event, .. }, Some(filter)) => wanted.push((key, *event, filter)),
                    (Role::Command(spec), _) => commands.push((key, spec, prefix)),
                    _ => {}
                }
            }
        }
        self.index = Index {
            names: self.scripts.keys().cloned().collect(),
            matcher: Matcher::new(wanted.into_iter()),
            commands: CommandIndex::new(commands),
            is_stale: false,
        };
    }

    /// What a change means for scripts.
    fn event_of(&self, change: &Change, message: Option<&Message>) -> Option<Event> {
        let conversation = self.archive.conversation_name(change.key.conversation);
        let (kind, what) = match change.kind {
            ChangeKind::Read => {
                let what = What::Read { by: self.account.to_string(), up_to: change.key.place.time };
                (EventKind::Read, what)
            }
            ChangeKind::PeerRead => {
                let by = conversation.as_ref().map(|conversation| conversation.id().to_owned()).unwrap_or_default();
                (EventKind::Read, What::Read { by, up_to: change.key.place.time })
            }
            kind => (of_message(kind, message?)?, What::Message(Arc::new(message?.clone()))),
        };
        let at = match &what {
            What::Message(message) => message.server_time,
            _ => self.clock.now(),
        };
        Some(Event { source: Source::Journal(change.no), kind, at, conversation: conversation.map(Named), what })
    }

    /// Puts an event into the lanes of all scripts at this place that want it.
    fn give_out(&mut self, change: &Change, event: &Arc<Event>) {
        let mut parts: HashMap<Arc<str>, Vec<(HandlerNo, Part)>> = HashMap::new();
        let context = MatchContext { account: &self.account };
        for ((script, handler), hit) in self.index.matcher.matches(event, &context) {
            let part = Part { hit: Some(hit), ..Part::of("") };
            parts.entry(Arc::clone(&self.index.names[script])).or_default().push((handler, part));
        }
        for (script, handler, part) in self.commands_of(event) {
            parts.entry(script).or_default().push((handler, part));
        }
        // Whoever has asked something there may be answered.
        if event.kind == EventKind::Receive
            && let Some(chat) = event.place()
        {
            let may_be_asked = |desk: &&super::Desk| desk.may_have_asked(chat);
            for desk in self.scripts.values().filter(may_be_asked) {
                parts.entry(Arc::clone(&desk.name)).or_default();
            }
        }
        for (script, mut wanted) in parts {
            let Some(desk) = self.scripts.get_mut(&script) else { continue };
            if !desk.is_reading
                || is_by(event, &script, &self.account, &self.acts)
                || desk.progress.is_done(change.no, super::dialogs::ANSWER)
            {
                continue;
            }
            wanted.sort_by_key(|(handler, _)| *handler);
            let mut own = VecDeque::with_capacity(wanted.len());
            for (handler, part) in wanted {
                let Some(label) = desk.label(handler) else { continue };
                if !desk.progress.is_done(change.no, &label) && desk.hears(handler, event) {
                    own.push_back(Part { label, ..part });
                }
            }
            let Some(key) = event.place().cloned().map(LaneKey::Chat) else { continue };
            if own.is_empty() && !event.place().is_some_and(|chat| desk.may_have_asked(chat)) {
                continue;
            }
            desk.progress.begin(change.no, own.len().max(1));
            let item = Item {
                origin: Origin::Journal(change.no),
                event: Arc::clone(event),
                parts: own,
                is_heard: event.kind != EventKind::Receive,
            };
            desk.lanes.push(key, item);
        }
    }

    /// The commands that a message gives.
    fn commands_of(&self, event: &Event) -> Vec<(Arc<str>, HandlerNo, Part)> {
        let Some(message) = event.message().filter(|_| event.kind == EventKind::Receive) else { return Vec::new() };
        let text = message.texts().join("\n");
        let mut given = Vec::new();
        for (number, handler) in self.index.commands.candidates(&text, &self.account) {
            let script = &self.index.names[number];
            let Some(version) = self.scripts.get(script).and_then(|desk| desk.current.as_ref()) else { continue };
            let Some(Role::Command(spec)) = version.handlers.get(handler.0).map(|handler| &handler.role) else { continue };
            let is_wanted = spec.who.is_empty() || spec.who.contains(&message.sender);
            let manifest = &version.edition.manifest;
            if !is_wanted || (message.origin().is_some() && !manifest.bots) {
                continue;
            }
            let zone = &version.edition.zone;
            let hearing = Hearing { account: &self.account, prefix: manifest.prefix.as_deref(), now: event.at, zone };
            let part = match command::read(spec, &text, &hearing) {
                Reading::NotThis => continue,
                Reading::Wrong(usage) => Part { usage: Some(usage), ..Part::of("") },
                Reading::Given(arguments) => Part { arguments: Some(arguments), ..Part::of("") },
            };
            given.push((Arc::clone(script), handler, part));
        }
        given
    }
}

impl super::Desk {
    pub(super) fn has_version(&self) -> bool {
        self.current.is_some()
    }

    pub(super) fn label(&self, handler: HandlerNo) -> Option<String> {
        Some(self.current.as_ref()?.handlers.get(handler.0)?.label.clone())
    }

    /// Whether something may be waiting for an answer in this conversation: a dialog that is open, or one that is about to begin.
    fn may_have_asked(&self, chat: &crate::model::ConversationId) -> bool {
        self.lanes.has(chat) || (!self.dialogs.is_empty() && self.dialogs.values().any(|dialog| dialog.is_in(chat)))
    }

    /// Whether a handler hears messages of this origin.
    fn hears(&self, handler: HandlerNo, event: &Event) -> bool {
        let Some(origin) = event.origin() else { return true };
        let role = self.current.as_ref().and_then(|version| version.handlers.get(handler.0)).map(|handler| &handler.role);
        let hears_bots = match role {
            Some(Role::On { filter, .. }) => filter.bots,
            Some(Role::Command(_)) => self.current.as_ref().is_some_and(|version| version.edition.manifest.bots),
            _ => false,
        };
        origin.hops < MAX_HOPS && hears_bots
    }
}

/// Whether this script of this account caused it: said it, or did it to a message that somebody else has said.
fn is_by(event: &Event, script: &str, account: &str, acts: &Acts) -> bool {
    let Some(message) = event.message() else { return false };
    match event.kind {
        EventKind::Recall if acts.recalls(script, &message.id_text()) => true,
        EventKind::Edit => message.sender == account && message.editor().is_some_and(|editor| editor.script == script),
        _ => message.sender == account && message.origin().is_some_and(|origin| origin.script == script),
    }
}

/// What a change of a message means, as the message is now.
fn of_message(kind: ChangeKind, message: &Message) -> Option<EventKind> {
    let is_there = message.status == Some(Status::Sent);
    Some(match kind {
        // What the account said on another device is its own all the same.
        ChangeKind::Received if is_there => people::kind(message).unwrap_or(match message.is_from_self {
            Some(true) => EventKind::Sent,
            _ => EventKind::Receive,
        }),
        ChangeKind::Sent if is_there => EventKind::Sent,
        ChangeKind::Edited if is_there => EventKind::Edit,
        ChangeKind::Recalled => EventKind::Recall,
        ChangeKind::Deleted => EventKind::Delete,
        _ => return None,
    })
}
