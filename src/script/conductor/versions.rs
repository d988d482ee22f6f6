//! Versions of scripts: a new one takes over between two events, an old one goes when it has nothing more to do.
//!
//! A version is first loaded aside, on a thread of its own, so that one that does not come to an end, or to nothing, holds up nobody. Then it is loaded
//! once more on the stage of its script, because a machine never leaves its thread, and what the runs of a script have written and is not on the disk yet
//! is known on its stage alone. For that time the other scripts of the stage wait: as long as compiling it and its top level take, which went well a
//! moment before, and at most the time that loading may compute ([`Limits::load_cpu`](crate::script::vm::Limits)).

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::Conductor;
use super::desk::{Desk, Version};
use super::hooks::compile;
use super::mail::Mail;
use crate::archive::{ArchiveError, ScriptWrite};
use crate::script::event::Ending;
use crate::script::handler::{Handler, Role};
use crate::script::health::Breaker;
use crate::script::log::Level;
use crate::script::progress::Progress;
use crate::script::rows::{DialogRow, InboxRow, SourceRow};
use crate::script::run::TimerRow;
use crate::script::stage::{Edition, Loaded, Order};
use crate::script::storage::{self, gone, row};
use crate::store::{JournalNo, ScriptKey, ScriptKeyOwned, ScriptRows};

/// What a script had waiting when the host ended: timers, and events that the journal does not tell of.
type Waiting = (Vec<TimerRow>, Vec<(ScriptKeyOwned, InboxRow)>);

impl Conductor {
    /// Lets a loaded version take over; or, where it is an older one, finish what was begun with it.
    ///
    /// # Errors
    /// Why it cannot. One that works goes on.
    pub(super) fn enter(&mut self, edition: Arc<Edition>, stage: usize, loaded: Loaded, is_current: bool) -> Result<(), String> {
        let script = Arc::clone(&edition.bundle.name);
        let (no, hash) = (edition.no, Arc::clone(&edition.hash));
        let entered = self.try_to_enter(edition, stage, loaded, is_current);
        if let Err(problem) = &entered {
            self.stages[stage].prompter().order(Order::Unload(no));
            if is_current {
                self.unfit(&script, problem.clone());
            } else {
                self.older_unfit(&script, &hash, problem);
            }
        }
        entered
    }

    fn try_to_enter(&mut self, edition: Arc<Edition>, stage: usize, loaded: Loaded, is_current: bool) -> Result<(), String> {
        let script = Arc::clone(&edition.bundle.name);
        let filters = loaded.handlers.iter().map(compile).collect::<Result<Vec<_>, _>>()?;
        if self.scripts.get(&script).is_some_and(|desk| desk.leaving.is_some()) {
            self.let_go(&script);
        }
        if !is_current && !self.scripts.contains_key(&script) {
            return Err("the script has left meanwhile".to_owned());
        }
        if self.scripts.get(&script).is_none_or(|desk| !desk.has_cursor) {
            let desk = self.desk(&script).map_err(|error| format!("what it keeps cannot be read: {error}"))?;
            self.scripts.insert(Arc::clone(&script), desk);
        }
        let version = Version { no: edition.no, edition, stage, handlers: loaded.handlers, filters, is_kept: false, runs: 0 };
        let Some(desk) = self.scripts.get_mut(&script) else { return Ok(()) };
        desk.is_changed = true;
        if !is_current {
            desk.loading.remove(&**version.hash());
            desk.older.push(Version { is_kept: true, ..version });
            desk.lanes.wake_waiting();
            return Ok(());
        }
        let is_first = desk.current.is_none();
        let waiting = if is_first { Some(self.what_waits(&script)?) } else { None };
        // The one before hears of it while it is still the current one.
        if !is_first {
            self.tell_of_end(&script, Ending::Replaced);
        }
        let now = self.clock.now();
        let Some(desk) = self.scripts.get_mut(&script) else { return Ok(()) };
        desk.total = version.edition.granted.send_rate().map(|rate| Breaker::new(rate.count.into(), rate.seconds, now));
        desk.state.memory = loaded.memory as u64;
        desk.state.version = version.hash().to_string();
        // Whoever looks from outside sees it at once.
        self.noted_at = 0;
        desk.problem = None;
        desk.is_stopping = false;
        desk.health = crate::script::health::Health::default();
        let pending = version.edition.pending();
        if let Some(before) = desk.current.replace(version) {
            desk.older.push(before);
        }
        if let Some(pending) = pending {
            self.note(&script, Level::Warn, pending);
        }
        let Some(desk) = self.scripts.get(&script) else { return Ok(()) };
        self.help.learn(&script, commands(desk.current.as_ref()));
        self.doors.put(&script, webhooks(desk.current.as_ref()));
        self.index.is_stale = true;
        if let Some(waiting) = waiting {
            self.recall_what_waits(&script, waiting);
        }
        self.tell_of_start(&script);
        self.unload_idle(&script);
        self.put_hooks();
        Ok(())
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
        for (key, dialog) in storage::whole::<DialogRow>(archive, ScriptRows::Dialogs { script }, "a dialog")? {
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

    fn what_waits(&self, script: &Arc<str>) -> Result<Waiting, String> {
        let unreadable = |what: &str, error: ArchiveError| format!("its {what} cannot be read: {error}");
        let timers = storage::timers(&self.archive, script).map_err(|error| unreadable("timers", error))?;
        let inbox = storage::whole::<InboxRow>(&self.archive, ScriptRows::Inbox { script }, "the inbox");
        Ok((timers, inbox.map_err(|error| unreadable("inbox", error))?))
    }

    /// Puts back what a script had waiting when the host ended.
    fn recall_what_waits(&mut self, script: &Arc<str>, (timers, inbox): Waiting) {
        for timer in timers {
            self.timers.set(script, timer);
        }
        for (key, row) in inbox {
            if let ScriptKeyOwned::Inbox { no, .. } = key {
                self.newest_inbox = self.newest_inbox.max(no);
                self.put_in_lane(script, no, row, None);
            }
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

    /// Unloads older versions that have nothing more to do.
    pub(super) fn unload_idle(&mut self, script: &Arc<str>) {
        let Some(desk) = self.scripts.get_mut(script).filter(|desk| !desk.older.is_empty()) else { return };
        let wanted: BTreeSet<&str> = desk.dialogs.values().map(|dialog| dialog.version.as_str()).collect();
        let parting: BTreeSet<_> = desk.lanes.parting().collect();
        let is_needed = |version: &Version| version.runs > 0 || wanted.contains(&**version.hash()) || parting.contains(&version.no);
        let (kept, idle): (Vec<_>, Vec<_>) = std::mem::take(&mut desk.older).into_iter().partition(is_needed);
        desk.older = kept;
        for version in idle {
            self.stages[version.stage].prompter().order(Order::Unload(version.no));
        }
    }

    /// Keeps the source of a version, so that dialogs can go on with it, with what was granted to it.
    pub(super) fn keep_source(&mut self, script: &Arc<str>, write: &mut ScriptWrite, hash: &str) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        let Some(version) = desk.version_of_hash(hash).filter(|version| !version.is_kept) else { return };
        version.is_kept = true;
        let edition = &version.edition;
        let source = SourceRow { bundle: edition.bundle.clone(), granted: edition.granted.to_row() };
        write.rows.push(row(ScriptKey::Source { hash: edition.bundle.hash().0 }, Some(&source)));
    }

    /// Forgets the source of a version with which no dialog goes on any more.
    pub(super) fn drop_unused_source(&mut self, write: &mut ScriptWrite, hash: &str) {
        if self.scripts.values().any(|desk| desk.dialogs.values().any(|dialog| dialog.version == hash)) {
            return;
        }
        for desk in self.scripts.values_mut() {
            if let Some(version) = desk.version_of_hash(hash) {
                version.is_kept = false;
            }
        }
        write.rows.extend(hash_of(hash).map(|hash| gone(ScriptKey::Source { hash })));
    }

    /// Has an older version loaded, for the dialogs that began with it.
    pub(super) fn load_older(&mut self, script: &Arc<str>, hash: &str) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        if !desk.loading.insert(hash.to_owned()) {
            return;
        }
        let Some(stage) = desk.current.as_ref().map(|version| version.stage) else { return };
        let kept = hash_of(hash).and_then(|hash| storage::read::<SourceRow>(&self.archive, ScriptKey::Source { hash }).ok().flatten());
        let made = kept
            .ok_or_else(|| "its source is not kept any more".to_owned())
            .and_then(|kept| self.editions.make_again(kept.bundle, kept.granted.as_deref()));
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
