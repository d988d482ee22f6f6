//! The inbox: events that the journal does not tell of, kept for a handler until it has dealt with them. Requests, downloads that are done, and
//! events that are dealt with once more.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::Conductor;
use super::lanes::{Item, LaneKey, Origin, Part};
use crate::archive::ScriptWrite;
use crate::script::event::{DownloadNews, Event, EventKind, Source, WebhookCall, What, named::Named};
use crate::script::handler::{Handler, Role};
use crate::script::rows::{DeadLetter, InboxRow};
use crate::script::storage::{self, gone, row};
use crate::script::webhook::WebhookAnswer;
use crate::store::ScriptKey;

/// Requests that may wait for one script.
const REQUESTS: usize = 64;

impl Conductor {
    /// Takes in a request to a webhook.
    pub(super) fn webhook(&mut self, script: &str, call: WebhookCall, answer: oneshot::Sender<WebhookAnswer>) {
        let script: Arc<str> = script.into();
        let refuse = |answer: oneshot::Sender<WebhookAnswer>, why| {
            // Whoever called may have gone.
            let _ = answer.send(why);
        };
        let Some(desk) = self.scripts.get(&script).filter(|desk| desk.leaving.is_none()) else {
            return refuse(answer, WebhookAnswer::Unknown);
        };
        let is_its = |handler: &&Handler| matches!(&handler.role, Role::Webhook { path, .. } if *path == call.path);
        let label = desk.current.as_ref().and_then(|version| version.handlers.iter().find(is_its)).map(|handler| handler.label.clone());
        let Some(label) = label else { return refuse(answer, WebhookAnswer::Unknown) };
        if desk.lanes.items() >= REQUESTS || !self.unwritten.has_room() {
            return refuse(answer, WebhookAnswer::Busy);
        }
        let event = Event {
            source: Source::Inbox(0),
            kind: EventKind::Webhook,
            at: self.clock.now(),
            conversation: None,
            what: What::Webhook(call),
        };
        self.keep_in_inbox(&script, InboxRow { label, event, hit: None, arguments: None }, ScriptWrite::default(), Some(answer));
    }

    /// Tells scripts how far a download is. That it is done is kept until they have dealt with it.
    pub(super) fn download(&mut self, news: DownloadNews) {
        let message = news.id.as_ref().and_then(|id| self.archive.find(&[id]).ok().and_then(|mut found| found.pop()));
        let conversation = message.and_then(|message| message.conversation).map(Named);
        let is_done = news.path.is_some();
        let event =
            Event { source: Source::Inbox(0), kind: EventKind::Download, at: self.clock.now(), conversation, what: What::Download(news) };
        let mut told = Vec::new();
        for desk in self.scripts.values().filter(|desk| desk.leaving.is_none()) {
            let Some(version) = &desk.current else { continue };
            for (handler, filter) in version.handlers.iter().zip(&version.filters) {
                if matches!(&handler.role, Role::On { event: EventKind::Download, .. })
                    && let Some(hit) = filter.as_ref().and_then(|filter| filter.holds(&event, &self.account))
                {
                    told.push((Arc::clone(&desk.name), handler.label.clone(), hit));
                }
            }
        }
        for (script, label, hit) in told {
            if is_done {
                let inbox = InboxRow { label, event: event.clone(), hit: Some(hit), arguments: None };
                self.keep_in_inbox(&script, inbox, ScriptWrite::default(), None);
            } else if let Some(desk) = self.scripts.get_mut(&script)
                && desk.lanes.items() < REQUESTS
            {
                let key = LaneKey::Handler(label.clone());
                let parts = [Part { hit: Some(hit), ..Part::of(label) }].into();
                desk.lanes.push(key, Item { origin: Origin::Progress, event: Arc::new(event.clone()), parts, is_heard: true });
            }
        }
    }

    /// Tries a dead letter again, or forgets it. Returns whether there was one.
    pub(super) fn deal_with_dead(&mut self, script: &str, no: u64, retry: bool) -> bool {
        let script: Arc<str> = script.into();
        let letter = storage::read::<DeadLetter>(&self.archive, ScriptKey::Dead { script: &script, no }).ok().flatten();
        let (Some(letter), Some(desk)) = (letter, self.scripts.get_mut(&script)) else { return false };
        if !desk.dealt.insert(no) {
            return false;
        }
        desk.state.dead = desk.state.dead.saturating_sub(1);
        desk.is_changed = true;
        let write = ScriptWrite { rows: vec![gone(ScriptKey::Dead { script: &script, no })], ..ScriptWrite::default() };
        if retry {
            self.keep_in_inbox(&script, letter.into_waiting(), write, None);
        } else {
            self.commit(None, write, Vec::new());
        }
        true
    }

    pub(super) fn put_in_lane(&mut self, script: &Arc<str>, no: u64, row: InboxRow, answer: Option<oneshot::Sender<WebhookAnswer>>) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        let key = row.event.place().cloned().map_or_else(|| LaneKey::Handler(row.label.clone()), LaneKey::Chat);
        let part = Part { answer, hit: row.hit, arguments: row.arguments, ..Part::of(row.label) };
        desk.lanes.push(key, Item { origin: Origin::Inbox(no), event: Arc::new(row.event), parts: [part].into(), is_heard: true });
    }

    /// A number that no event of this or an earlier process has.
    pub(super) fn unique(&mut self) -> u64 {
        self.newest_inbox = self.newest_inbox.max(self.clock.now() << 20) + 1;
        self.newest_inbox
    }

    /// Has an event kept for a handler until it is dealt with, and dealt with.
    fn keep_in_inbox(
        &mut self,
        script: &Arc<str>,
        mut inbox: InboxRow,
        mut write: ScriptWrite,
        answer: Option<oneshot::Sender<WebhookAnswer>>,
    ) {
        let no = self.unique();
        // A letter that is tried again makes the same ids as before.
        if matches!(inbox.event.source, Source::Inbox(0)) {
            inbox.event.source = Source::Inbox(no);
        }
        write.rows.push(row(ScriptKey::Inbox { script, no }, Some(&inbox)));
        self.commit(None, write, Vec::new());
        self.put_in_lane(script, no, inbox, answer);
    }
}
