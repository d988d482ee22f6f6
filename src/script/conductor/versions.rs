//! Versions of scripts: a new one takes over between two events, an old one goes when it has nothing more to do.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::Conductor;
use super::desk::{Desk, Version};
use super::lanes::{Item, LaneKey, Origin, Part};
use super::mail::Mail;
use crate::archive::{ArchiveError, Keep, ScriptWrite};
use crate::script::event::{DownloadNews, Event, EventKind, Source, WebhookCall, What, named::Named};
use crate::script::filter::Filter;
use crate::script::handler::{FilterSpec, Handler, Role};
use crate::script::health::Breaker;
use crate::script::hooks::{Hook, HookNews};
use crate::script::log::Level;
use crate::script::progress::Progress;
use crate::script::rows::{DeadLetter, DialogRow, InboxRow, SourceRow};
use crate::script::stage::{Edition, Loaded, Order};
use crate::script::storage::{self, gone, row};
use crate::script::webhook::WebhookAnswer;
use crate::store::{JournalNo, ScriptKey, ScriptKeyOwned, ScriptRows};

/// Requests that may wait for one script.
const REQUESTS: usize = 64;

impl Conductor {
    /// Lets a loaded version take over; or, where it is an older one, finish what was begun with it.
    pub(super) fn enter(&mut self, edition: Arc<Edition>, stage: usize, loaded: Loaded, is_current: bool) {
        let script = Arc::clone(&edition.bundle.name);
        let mut filters = Vec::with_capacity(loaded.handlers.len());
        for handler in &loaded.handlers {
            match compile(handler) {
                Ok(filter) => filters.push(filter),
                Err(problem) => {
                    self.stages[stage].prompter().order(Order::Unload(edition.no));
                    return self.unfit(&script, problem);
                }
            }
        }
        if !is_current && !self.scripts.contains_key(&script) {
            // The script has left meanwhile.
            return self.stages[stage].prompter().order(Order::Unload(edition.no));
        }
        if self.scripts.get(&script).is_none_or(|desk| !desk.has_cursor) {
            match self.desk(&script) {
                Ok(desk) => {
                    self.scripts.insert(Arc::clone(&script), desk);
                }
                Err(error) => return self.unfit(&script, format!("what it keeps cannot be read: {error}")),
            }
        }
        let version = Version { no: edition.no, edition, stage, handlers: loaded.handlers, filters, is_kept: false, runs: 0 };
        let Some(desk) = self.scripts.get_mut(&script) else { return };
        desk.is_changed = true;
        if !is_current {
            desk.loading.remove(&version.hash());
            desk.older.push(version);
            desk.lanes.wake_waiting();
            return;
        }
        let rate = version.edition.granted.send_rate();
        let now = self.clock.now();
        desk.total = rate.map(|rate| Breaker::new(rate.count.into(), rate.seconds, now));
        desk.state.memory = loaded.memory as u64;
        desk.state.version = version.hash();
        // Whoever looks from outside sees it at once.
        self.noted_at = 0;
        desk.problem = None;
        desk.is_stopping = false;
        desk.health = crate::script::health::Health::default();
        let (is_first, pending) = (desk.current.is_none(), version.edition.pending());
        if let Some(before) = desk.current.replace(version) {
            desk.older.push(before);
        }
        if let Some(pending) = pending {
            self.note(&script, Level::Warn, pending);
        }
        let Some(desk) = self.scripts.get(&script) else { return };
        self.help.learn(&script, commands(desk.current.as_ref()));
        self.doors.put(&script, webhooks(desk.current.as_ref()));
        self.index.is_stale = true;
        if is_first {
            self.recall_what_waits(&script);
        }
        self.live(&script, EventKind::Start);
        self.unload_idle(&script);
        self.put_hooks();
    }

    /// A script as it was left: how far it has read, its dialogs, what is numbered.
    fn desk(&self, script: &Arc<str>) -> Result<Desk, ArchiveError> {
        let archive = &self.archive;
        let cursor = match archive.script_cursor(script)? {
            Some(cursor) => cursor,
            None if self.is_dry => archive.journal_head(),
            // A new script hears what is said from now on.
            None => archive.new_script_cursor(script)?,
        };
        self.desk_at(script, cursor)
    }

    fn desk_at(&self, script: &Arc<str>, cursor: JournalNo) -> Result<Desk, ArchiveError> {
        let archive = &self.archive;
        let done = storage::keys(archive, ScriptRows::Done { script })?.into_iter().filter_map(|key| match key {
            ScriptKeyOwned::Done { no, label, .. } => Some((JournalNo(no), label)),
            _ => None,
        });
        let mut desk = Desk::new(Arc::clone(script), Progress::new(cursor, done));
        for (key, dialog) in storage::all::<DialogRow>(archive, ScriptRows::Dialogs { script })? {
            if let ScriptKeyOwned::Dialog { id, .. } = key {
                desk.dialogs.insert(id, dialog);
            }
        }
        let number = |key: &ScriptKeyOwned| match key {
            ScriptKeyOwned::Trace { no, .. } | ScriptKeyOwned::Dead { no, .. } => *no,
            _ => 0,
        };
        desk.newest_trace = storage::keys(archive, ScriptRows::Traces { script })?.iter().map(number).max().unwrap_or(0);
        let dead = storage::keys(archive, ScriptRows::Dead { script })?;
        desk.newest_dead = dead.iter().map(number).max().unwrap_or(0);
        desk.state.dead = dead.len() as u64;
        Ok(desk)
    }

    /// Puts back what a script had waiting when the host ended: timers, and events that the journal does not tell of.
    fn recall_what_waits(&mut self, script: &Arc<str>) {
        for timer in storage::timers(&self.archive, script) {
            self.timers.set(script, timer);
        }
        let rows = storage::all::<InboxRow>(&self.archive, ScriptRows::Inbox { script }).unwrap_or_default();
        for (key, row) in rows {
            if let ScriptKeyOwned::Inbox { no, .. } = key {
                self.newest_inbox = self.newest_inbox.max(no);
                self.put_in_lane(script, no, row, None);
            }
        }
    }

    fn put_in_lane(&mut self, script: &Arc<str>, no: u64, row: InboxRow, answer: Option<oneshot::Sender<WebhookAnswer>>) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        let key = row.event.place().cloned().map_or_else(|| LaneKey::Handler(row.label.clone()), LaneKey::Chat);
        let part = Part { answer, hit: row.hit, arguments: row.arguments, ..Part::of(row.label) };
        desk.lanes.push(key, Item { origin: Origin::Inbox(no), event: Arc::new(row.event), parts: [part].into(), is_heard: true });
    }

    /// Has an event kept for a handler until it is dealt with, and dealt with.
    fn put_in_inbox(&mut self, script: &Arc<str>, label: String, event: Event, answer: Option<oneshot::Sender<WebhookAnswer>>) {
        let inbox = InboxRow { label, event, hit: None, arguments: None };
        let write = ScriptWrite::default();
        self.keep_in_inbox(script, inbox, write, answer);
    }

    /// A number that no event of this or an earlier process has.
    fn unique(&mut self) -> u64 {
        self.newest_inbox = self.newest_inbox.max(self.clock.now() << 20) + 1;
        self.newest_inbox
    }

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

    /// Tells the handlers of a script that it begins or ends.
    fn live(&mut self, script: &Arc<str>, kind: EventKind) {
        let source = Source::Life(self.unique());
        let Some(desk) = self.scripts.get_mut(script) else { return };
        let Some(version) = &desk.current else { return };
        let event = Event { source, kind, at: self.clock.now(), conversation: None, what: What::Nothing };
        let wants = |handler: &&Handler| matches!(&handler.role, Role::On { event, .. } if *event == kind);
        let labels: Vec<String> = version.handlers.iter().filter(wants).map(|handler| handler.label.clone()).collect();
        for label in labels {
            let item =
                Item { origin: Origin::Life, event: Arc::new(event.clone()), parts: [Part::of(label.clone())].into(), is_heard: true };
            desk.lanes.push(LaneKey::Handler(label), item);
        }
    }

    /// Notes that a version cannot be loaded. One that works goes on.
    pub(super) fn unfit(&mut self, script: &Arc<str>, problem: String) {
        self.note(script, Level::Error, problem.clone());
        if !self.scripts.contains_key(script)
            && let Ok(cursor) = self.archive.script_cursor(script)
            && let Ok(mut desk) = self.desk_at(script, cursor.unwrap_or_else(|| self.archive.journal_head()))
        {
            // One that was never loaded has nothing to hear, and holds the journal up for nobody.
            desk.has_cursor = cursor.is_some();
            self.scripts.insert(Arc::clone(script), desk);
        }
        if let Some(desk) = self.scripts.get_mut(script) {
            desk.problem = Some(problem);
            desk.is_changed = true;
            self.noted_at = 0;
        }
    }

    /// Forgets a script that is no longer there. What it keeps stays, for when it comes back; it then hears what is said from then on.
    pub(super) fn leave(&mut self, script: &Arc<str>) {
        let Some(desk) = self.scripts.remove(script) else { return };
        for version in desk.current.iter().chain(&desk.older) {
            self.stages[version.stage].prompter().order(Order::Unload(version.no));
        }
        self.runs.retain(|_, playing| playing.script != *script);
        self.timers.forget_all(script);
        self.help.forget(script);
        self.doors.put(script, []);
        self.index.is_stale = true;
        self.put_hooks();
        if self.is_dry {
            return;
        }
        // Nothing that waits to be written brings back what is forgotten.
        if let Some(committer) = &self.committer {
            committer.flush();
        }
        if let Err(error) = self.archive.forget_script(script, Keep::Values) {
            tracing::error!(%error, "a script that is gone cannot be forgotten");
        }
    }

    /// Unloads older versions that have nothing more to do.
    pub(super) fn unload_idle(&mut self, script: &Arc<str>) {
        let Some(desk) = self.scripts.get_mut(script).filter(|desk| !desk.older.is_empty()) else { return };
        let wanted: BTreeSet<&String> = desk.dialogs.values().map(|dialog| &dialog.version).collect();
        let (kept, idle): (Vec<_>, Vec<_>) =
            std::mem::take(&mut desk.older).into_iter().partition(|version| version.runs > 0 || wanted.contains(&version.hash()));
        desk.older = kept;
        for version in idle {
            self.stages[version.stage].prompter().order(Order::Unload(version.no));
        }
    }

    /// Keeps the source of a version, so that dialogs can go on with it.
    pub(super) fn keep_source(&mut self, script: &Arc<str>, write: &mut ScriptWrite, hash: &str) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        let Some(version) = desk.version_of_hash(hash).filter(|version| !version.is_kept) else { return };
        version.is_kept = true;
        let source = SourceRow { bundle: version.edition.bundle.clone() };
        write.rows.push(row(ScriptKey::Source { hash: version.edition.bundle.hash().0 }, Some(&source)));
    }

    /// Has an older version loaded, for the dialogs that began with it.
    pub(super) fn load_older(&mut self, script: &Arc<str>, hash: &str) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        if !desk.loading.insert(hash.to_owned()) {
            return;
        }
        let Some(stage) = desk.current.as_ref().map(|version| version.stage) else { return };
        let kept = hash_of(hash).and_then(|hash| storage::read::<SourceRow>(&self.archive, ScriptKey::Source { hash }).ok().flatten());
        let made = kept.ok_or_else(|| "its source is not kept any more".to_owned()).and_then(|kept| self.editions.make(kept.bundle));
        let (post, script, hash, prompter) = (self.post.clone(), Arc::clone(script), hash.to_owned(), self.stages[stage].prompter());
        self.runtime.spawn(async move {
            let loaded = match made {
                Ok(edition) => {
                    let edition = Arc::new(edition);
                    let (answer, loaded) = oneshot::channel();
                    prompter.order(Order::Load { edition: Arc::clone(&edition), loaded: answer });
                    match loaded.await {
                        Ok(Ok(loaded)) => Ok((edition, loaded)),
                        Ok(Err(fault)) => Err(fault.to_string()),
                        Err(_) => Err("its stage has ended".to_owned()),
                    }
                }
                Err(problem) => Err(problem),
            };
            match loaded {
                Ok((edition, loaded)) => post.send(Mail::Enter { edition, stage, loaded, is_current: false, done: None }),
                Err(problem) => post.send(Mail::OlderUnfit { script, version: hash, problem }),
            }
        });
    }

    /// Notes that an older version cannot be loaded.
    pub(super) fn older_unfit(&mut self, script: &Arc<str>, version: &str, problem: &str) {
        if let Some(desk) = self.scripts.get_mut(script) {
            desk.loading.remove(version);
        }
        self.end_dialogs_of(script, version, problem);
    }

    /// Makes the table of hooks that sessions ask.
    fn put_hooks(&self) {
        let mut hooks = Vec::new();
        for desk in self.scripts.values().filter(|_| !self.is_dry) {
            let Some(version) = &desk.current else { continue };
            for (number, (handler, filter)) in version.handlers.iter().zip(&version.filters).enumerate() {
                let (Role::Before { door, options }, Some(filter)) = (&handler.role, filter) else { continue };
                hooks.push(Hook {
                    script: Arc::clone(&desk.name),
                    version: version.no,
                    handler: crate::script::handler::HandlerNo(number),
                    label: handler.label.clone(),
                    door: *door,
                    filter: filter.clone(),
                    priority: options.priority,
                    deadline: options.deadline,
                    on_error: options.on_error,
                    stage: self.stages[version.stage].prompter(),
                });
            }
        }
        self.hooks.put(hooks);
    }

    /// Takes in a request to a webhook.
    pub(super) fn webhook(&mut self, script: &str, call: WebhookCall, answer: oneshot::Sender<WebhookAnswer>) {
        let script: Arc<str> = script.into();
        let refuse = |answer: oneshot::Sender<WebhookAnswer>, why| {
            // Whoever called may have gone.
            let _ = answer.send(why);
        };
        let Some(desk) = self.scripts.get(&script) else { return refuse(answer, WebhookAnswer::Unknown) };
        let is_its = |handler: &&Handler| matches!(&handler.role, Role::Webhook { path, .. } if *path == call.path);
        let label = desk.current.as_ref().and_then(|version| version.handlers.iter().find(is_its)).map(|handler| handler.label.clone());
        let Some(label) = label else { return refuse(answer, WebhookAnswer::Unknown) };
        if desk.lanes.items() >= REQUESTS || self.unwritten >= super::UNWRITTEN {
            return refuse(answer, WebhookAnswer::Busy);
        }
        let event = Event {
            source: Source::Inbox(0),
            kind: EventKind::Webhook,
            at: self.clock.now(),
            conversation: None,
            what: What::Webhook(call),
        };
        self.put_in_inbox(&script, label, event, Some(answer));
    }

    /// Tells scripts how far a download is. That it is done is kept until they have dealt with it.
    pub(super) fn download(&mut self, news: &DownloadNews) {
        let message = news.id.as_ref().and_then(|id| self.archive.find(&[id]).ok().and_then(|mut found| found.pop()));
        let conversation = message.and_then(|message| message.conversation).map(Named);
        let mut told = Vec::new();
        for desk in self.scripts.values() {
            let Some(version) = &desk.current else { continue };
            let wants = |handler: &&Handler| matches!(&handler.role, Role::On { event: EventKind::Download, filter } if filter.progress || news.path.is_some());
            told.extend(version.handlers.iter().filter(wants).map(|handler| (Arc::clone(&desk.name), handler.label.clone())));
        }
        for (script, label) in told {
            let what = What::Download(news.clone());
            let event = Event {
                source: Source::Inbox(0),
                kind: EventKind::Download,
                at: self.clock.now(),
                conversation: conversation.clone(),
                what,
            };
            if news.path.is_some() {
                self.put_in_inbox(&script, label, event, None);
            } else if let Some(desk) = self.scripts.get_mut(&script)
                && desk.lanes.items() < REQUESTS
            {
                let key = LaneKey::Handler(label.clone());
                desk.lanes
                    .push(key, Item { origin: Origin::Life, event: Arc::new(event), parts: [Part::of(label)].into(), is_heard: true });
            }
        }
    }

    /// Hears what became of asking a hook.
    pub(super) fn hear_of_hook(&mut self, news: HookNews) {
        match news {
            HookNews::Changed { message, changes } => {
                let key = ScriptKey::Changed { message: crate::store::id_key(&message) };
                let write = ScriptWrite { rows: vec![row(key, Some(&changes))], ..ScriptWrite::default() };
                self.commit(None, write, Vec::new());
            }
            HookNews::Asked { script, is_failure } => {
                let now = self.clock.now();
                let Some(desk) = self.scripts.get_mut(&script) else { return };
                desk.is_changed = true;
                desk.state.runs += 1;
                if is_failure {
                    desk.state.failures += 1;
                    if desk.health.fail(now) {
                        let mut write = ScriptWrite::default();
                        self.tell_of_quarantine(&script, &mut write, now);
                        self.commit(None, write, Vec::new());
                    }
                }
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

    /// Takes nothing new, and tells every script that it ends.
    pub(super) fn stop_all(&mut self) {
        let scripts: Vec<Arc<str>> = self.scripts.keys().cloned().collect();
        for script in scripts {
            if let Some(desk) = self.scripts.get_mut(&script) {
                desk.is_stopping = true;
                desk.lanes.clear();
            }
            self.live(&script, EventKind::Stop);
        }
    }
}

/// The filter of a handler that has one.
fn compile(handler: &Handler) -> Result<Option<Filter>, String> {
    let spec = match &handler.role {
        Role::On { filter, .. } => filter.clone(),
        // What scripts say is not less to be looked at than what people say.
        Role::Before { options, .. } => FilterSpec { bots: true, ..options.filter.clone() },
        Role::Command(_) | Role::Webhook { .. } => return Ok(None),
    };
    Filter::compile(&spec).map(Some).map_err(|misuse| format!("line {}: {}: {misuse}", handler.line, handler.label))
}

fn commands(version: Option<&Version>) -> Vec<crate::script::handler::CommandSpec> {
    let handlers = version.map(|version| version.handlers.as_slice()).unwrap_or_default();
    let command = |handler: &Handler| match &handler.role {
        Role::Command(spec) => Some(spec.clone()),
        _ => None,
    };
    handlers.iter().filter_map(command).collect()
}

/// The paths of webhooks, with the names of their secrets.
fn webhooks(version: Option<&Version>) -> Vec<(String, Option<String>)> {
    let handlers = version.map(|version| version.handlers.as_slice()).unwrap_or_default();
    let webhook = |handler: &Handler| match &handler.role {
        Role::Webhook { path, options } => Some((path.clone(), options.secret.clone())),
        _ => None,
    };
    handlers.iter().filter_map(webhook).collect()
}

/// Reads the hex form of a content hash.
fn hash_of(hex: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}
