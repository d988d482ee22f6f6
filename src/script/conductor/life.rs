//! How versions begin and end: each hears that it begins, and that it ends, before the next one hears anything.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::lanes::{Item, LaneKey, Origin, Part};
use super::{Conductor, Desk};
use crate::archive::ScriptWrite;
use crate::script::event::{Ending, Event, EventKind, Source, What};
use crate::script::handler::{Handler, Role};
use crate::script::stage::{Order, VersionNo};
use crate::script::storage::gone;
use crate::store::ScriptKey;

/// How long nothing else of a script begins because one of its versions hears that it ends, seconds.
const PARTING_S: u64 = 5;

impl Conductor {
    /// Tells the current version of a script that it begins.
    pub(super) fn tell_of_start(&mut self, script: &Arc<str>) {
        self.tell_of_life(script, EventKind::Start, What::Nothing, |_, label| LaneKey::Handler(label));
    }

    /// Tells the current version of a script that it ends. What it does then is written like anything else, before anything else of the script begins.
    pub(super) fn tell_of_end(&mut self, script: &Arc<str>, why: Ending) {
        self.tell_of_life(script, EventKind::Stop, What::Ending(why), LaneKey::Parting);
        let until = self.clock.now() + PARTING_S;
        if let Some(desk) = self.scripts.get_mut(script) {
            desk.parting_until = desk.lanes.parting().next().map(|_| until);
        }
    }

    fn tell_of_life(&mut self, script: &Arc<str>, kind: EventKind, what: What, lane: impl Fn(VersionNo, String) -> LaneKey) {
        let source = Source::Life(self.unique());
        let Some(desk) = self.scripts.get_mut(script) else { return };
        let Some(version) = &desk.current else { return };
        let no = version.no;
        let event = Arc::new(Event { source, kind, at: self.clock.now(), conversation: None, what });
        let wants = |handler: &&Handler| matches!(&handler.role, Role::On { event, .. } if *event == kind);
        let labels: Vec<String> = version.handlers.iter().filter(wants).map(|handler| handler.label.clone()).collect();
        for label in labels {
            let parts = [Part::of(label.clone())].into();
            desk.lanes.push(lane(no, label), Item { origin: Origin::Life(no), event: Arc::clone(&event), parts, is_heard: true });
        }
    }

    /// Lets scripts go on, or go, whose versions have heard that they end, or had their time for it.
    pub(super) fn end_partings(&mut self) {
        let now = self.clock.now();
        let is_over = |desk: &Desk| desk.parting_until.is_some_and(|until| until <= now || desk.lanes.parting().next().is_none());
        let over: Vec<Arc<str>> = self.scripts.values().filter(|desk| is_over(desk)).map(|desk| Arc::clone(&desk.name)).collect();
        for script in over {
            let Some(desk) = self.scripts.get_mut(&script) else { continue };
            desk.parting_until = None;
            if desk.leaving.is_some() {
                self.let_go(&script);
            } else {
                self.unload_idle(&script);
            }
        }
    }

    /// Lets a script go that is no longer there, once it has heard of it.
    pub(super) fn leave(&mut self, script: &Arc<str>, done: oneshot::Sender<()>) {
        let Some(desk) = self.scripts.get_mut(script) else {
            // Nobody may wait for it.
            let _ = done.send(());
            return;
        };
        if let Some(waiting) = &mut desk.leaving {
            return waiting.push(done);
        }
        desk.leaving = Some(vec![done]);
        desk.is_stopping = true;
        desk.lanes.clear();
        self.timers.forget_all(script);
        self.help.forget(script);
        self.doors.put(script, []);
        self.index.is_stale = true;
        self.put_hooks();
        self.tell_of_end(script, Ending::Removed);
        if self.scripts.get(script).is_some_and(|desk| desk.parting_until.is_none()) {
            self.let_go(script);
        }
    }

    /// Lets a script go that has heard that it is removed. Everything that it keeps and has still to do stays as it is on the disk, as after a
    /// crash: a file may be away for a moment only. [`forget`](crate::script::forget) is for those that do not come back.
    pub(super) fn let_go(&mut self, script: &Arc<str>) {
        let Some(desk) = self.scripts.remove(script) else { return };
        for version in desk.current.iter().chain(&desk.older) {
            self.stages[version.stage].prompter().order(Order::Unload(version.no));
        }
        self.runs.retain(|_, playing| playing.script != *script);
        self.timers.forget_all(script);
        self.index.is_stale = true;
        // When it comes back, it reads what it has written until now.
        if let Some(committer) = &self.committer {
            committer.flush();
        }
        // It is no longer among those that are at work.
        self.commit(None, ScriptWrite { rows: vec![gone(ScriptKey::State { script })], ..ScriptWrite::default() }, Vec::new());
        for done in desk.leaving.into_iter().flatten() {
            // Nobody may wait for it.
            let _ = done.send(());
        }
    }

    /// Takes nothing new, and tells every script that it ends.
    pub(super) fn stop_all(&mut self) {
        let scripts: Vec<Arc<str>> =
            self.scripts.values().filter(|desk| desk.leaving.is_none()).map(|desk| Arc::clone(&desk.name)).collect();
        for script in scripts {
            if let Some(desk) = self.scripts.get_mut(&script) {
                desk.is_stopping = true;
                desk.lanes.clear();
            }
            self.tell_of_end(&script, Ending::Host);
        }
    }
}
