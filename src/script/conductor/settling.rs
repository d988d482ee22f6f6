//! Settling a run: everything that it wants, what it was told, and that it is done, as one write.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::dialogs::{ANSWER, Asked};
use super::lanes::{LaneKey, Origin, Part};
use super::playing::Playing;
use super::{Conductor, Desk};
use crate::archive::{KeptMedia, ScriptWrite};
use crate::script::committer::Commit;
use crate::script::event::Event;
use crate::script::log::Level;
use crate::script::progress::Passed;
use crate::script::rows::{ActRow, DeadLetter, TraceRow};
use crate::script::stage::{Failure, RunNo, Wants, Why};
use crate::script::storage::{gone, row, value_row};
use crate::script::webhook::WebhookAnswer;
use crate::store::ScriptKey;

/// Traces that are kept of a script.
const TRACES: u64 = 1_000;
/// Digits of a version in traces.
const VERSION_DIGITS: usize = 12;

/// What is done once a run is on the disk.
pub(super) struct Pending {
    pub(super) script: Arc<str>,
    /// The stage, and the stamp of what it wrote there.
    pub(super) stamp: Option<(usize, u64)>,
    pub(super) answer: Option<(oneshot::Sender<WebhookAnswer>, WebhookAnswer)>,
    pub(super) acts: Vec<(u64, ActRow)>,
}

impl Conductor {
    /// Gives a run to the committer, and lets its lane go on.
    pub(super) fn settle(&mut self, run: RunNo, playing: Playing, wants: Wants, kept: Vec<KeptMedia>) {
        self.leave_stage(&playing);
        let Playing { script, stage, hash, lane, origin, event, mut part, began, .. } = playing;
        let now = self.clock.now();
        let Some(desk) = self.scripts.get_mut(&script) else { return };
        let mut write = ScriptWrite::default();
        let trace = TraceRow {
            at: now,
            label: desk.label_of(&part),
            message: event.message().map(|message| message.id_text()),
            version: hash.chars().take(VERSION_DIGITS).collect(),
            word: part.hit.as_ref().and_then(|hit| hit.word.clone()),
            calls: wants.calls.iter().map(ToString::to_string).collect(),
            sent: wants.sends.iter().map(crate::model::Message::id_text).collect(),
            cpu_us: u64::try_from(wants.cpu.as_micros()).unwrap_or(u64::MAX),
            fault: None,
        };
        desk.note_done(&mut write, &origin, if part.dialog.is_some() { ANSWER } else { &part.label });
        desk.note_trace(&mut write, &trace);
        desk.count(&wants);
        if part.usage.is_none() && desk.health.succeed() {
            desk.is_changed = true;
            self.put_hooks();
            self.note(&script, Level::Info, "it works again; the quarantine is over");
        }
        write.rows.extend(wants.values.iter().map(|((shelf, key), value)| value_row(&script, shelf, key, value)));
        self.settle_timers(&script, &mut write, &origin, wants.timers, now);
        let asks = wants.asks.map(|(ask, recorded)| Asked {
            ask,
            recorded,
            label: part.label.clone(),
            event: Event::clone(&event),
            hit: part.hit.clone(),
            arguments: part.arguments.clone(),
            version: hash,
            began,
        });
        self.settle_dialog(&script, &mut write, &part, asks, now);
        let acts = self.note_acts(&script, &mut write, wants.acts, &wants.sends, wants.hops + 1);
        self.count_sends(&script, &mut write, &lane, &wants.sends, now);
        let deadline = self.session.send_deadline();
        // What is said stands before what the host has to say about it.
        write.messages.splice(..0, wants.sends.into_iter().map(|message| (message, deadline)));
        let answer = part.answer.take().map(|answer| (answer, WebhookAnswer::Done(wants.returned)));
        self.writing.insert(run, Pending { script: Arc::clone(&script), stamp: Some((stage, wants.stamp)), answer, acts });
        self.commit(Some(run), write, kept);
        if let Some(desk) = self.scripts.get_mut(&script) {
            desk.lanes.rest(&lane, None);
        }
    }

    /// Gives an event up: it becomes a dead letter, and everything else goes on.
    pub(super) fn give_up(
        &mut self,
        script: &Arc<str>,
        lane: &LaneKey,
        origin: Origin,
        event: Arc<Event>,
        mut part: Part,
        failure: &Failure,
    ) {
        let now = self.clock.now();
        let Some(desk) = self.scripts.get_mut(script) else { return };
        let label = desk.label_of(&part);
        let version = desk.current.as_ref().map(|version| version.hash().to_string()).unwrap_or_default();
        let mut write = ScriptWrite::default();
        desk.newest_dead += 1;
        // A dialog is begun again from its beginning.
        let row_of = part.dialog.as_ref().and_then(|(dialog, _)| desk.dialogs.get(dialog));
        let (told, hit, arguments) = match row_of {
            Some(row) => (row.event.clone(), row.hit.clone(), row.arguments.clone()),
            None => (Event::clone(&event), part.hit.clone(), part.arguments.clone()),
        };
        let letter = DeadLetter {
            label: label.clone(),
            event: told,
            hit,
            arguments,
            at: now,
            version: version.clone(),
            attempts: part.attempts + part.refusals + 1,
            fault: failure.text.clone(),
        };
        let number = desk.newest_dead;
        write.rows.push(row(ScriptKey::Dead { script, no: number }, Some(&letter)));
        desk.note_done(&mut write, &origin, if part.dialog.is_some() { ANSWER } else { &part.label });
        let trace = TraceRow {
            at: now,
            label: label.clone(),
            message: event.message().map(|message| message.id_text()),
            version: version.chars().take(VERSION_DIGITS).collect(),
            word: None,
            calls: failure.calls.iter().map(ToString::to_string).collect(),
            sent: Vec::new(),
            cpu_us: u64::try_from(failure.cpu.as_micros()).unwrap_or(u64::MAX),
            fault: Some(failure.text.clone()),
        };
        desk.note_trace(&mut write, &trace);
        desk.state.failures += 1;
        desk.state.dead += 1;
        desk.is_changed = true;
        // That it was edited says nothing about how it works.
        let is_quarantined = failure.why != Why::Gone && desk.health.fail(now);
        if desk.health.quarantined_since().is_some() {
            self.put_hooks();
        }
        self.note(script, Level::Error, format!("{label} failed, dead letter {number}: {}", failure.text));
        self.settle_timers(script, &mut write, &origin, Vec::new(), now);
        if part.dialog.is_some() {
            self.settle_dialog(script, &mut write, &part, None, now);
        }
        if is_quarantined {
            self.tell_of_quarantine(script, &mut write, now);
        }
        self.newest_run += 1;
        let run = RunNo(self.newest_run);
        let answer = part.answer.take().map(|answer| (answer, WebhookAnswer::Failed));
        self.writing.insert(run, Pending { script: Arc::clone(script), stamp: None, answer, acts: Vec::new() });
        self.commit(Some(run), write, Vec::new());
        if let Some(desk) = self.scripts.get_mut(script) {
            desk.lanes.rest(lane, None);
        }
    }

    /// Notes that an event needs nothing any more that is kept for it: a timer's, or one of the inbox.
    pub(super) fn forget(&mut self, script: &Arc<str>, origin: &Origin) {
        let now = self.clock.now();
        let mut write = ScriptWrite::default();
        if let Origin::Inbox(no) = origin {
            write.rows.push(gone(ScriptKey::Inbox { script, no: *no }));
        }
        self.settle_timers(script, &mut write, origin, Vec::new(), now);
        self.commit(None, write, Vec::new());
    }

    /// Gives something to the committer.
    pub(super) fn commit(&mut self, run: Option<RunNo>, write: ScriptWrite, kept: Vec<KeptMedia>) {
        if let Some(committer) = &self.committer {
            let commit = Commit { run, write, kept, done: None };
            self.unwritten.add(commit.bytes());
            committer.commit(commit);
        }
    }
}

impl Desk {
    /// The handler that a part is for, as people know it.
    pub(super) fn label_of(&self, part: &Part) -> String {
        let dialog = part.dialog.as_ref().and_then(|(dialog, _)| self.dialogs.get(dialog));
        dialog.map_or_else(|| part.label.clone(), |dialog| dialog.label.clone())
    }

    /// Adds to a write that a handler is done with an event.
    fn note_done(&mut self, write: &mut ScriptWrite, origin: &Origin, label: &str) {
        match origin {
            Origin::Journal(no) => {
                let passed = self.progress.finish(*no, label);
                self.note_passed(write, passed);
            }
            Origin::Inbox(no) => write.rows.push(gone(ScriptKey::Inbox { script: &self.name, no: *no })),
            // The timer's row says it.
            Origin::Timer(_) | Origin::Life(_) | Origin::Progress => {}
        }
    }

    /// Adds to a write how far the script is.
    pub(super) fn note_passed(&mut self, write: &mut ScriptWrite, passed: Passed) {
        let script = &*self.name;
        if let Some(cursor) = passed.cursor {
            self.noted_cursor = cursor;
            write.cursors.push((script.to_owned(), cursor));
        }
        if let Some((no, label)) = passed.done {
            write.rows.push((ScriptKey::Done { script, no: no.0, label: &label }.into_owned(), Some(Vec::new())));
        }
        write.rows.extend(passed.forgotten.iter().map(|(no, label)| gone(ScriptKey::Done { script, no: no.0, label })));
    }

    fn note_trace(&mut self, write: &mut ScriptWrite, trace: &TraceRow) {
        self.newest_trace += 1;
        let script = &*self.name;
        write.rows.push(row(ScriptKey::Trace { script, no: self.newest_trace }, Some(trace)));
        if let Some(old) = self.newest_trace.checked_sub(TRACES) {
            write.rows.push(gone(ScriptKey::Trace { script, no: old }));
        }
    }

    fn count(&mut self, wants: &Wants) {
        self.state.runs += 1;
        self.state.cpu_us += u64::try_from(wants.cpu.as_micros()).unwrap_or(0);
        self.state.memory = wants.memory as u64;
        self.count_metrics(&wants.metrics);
        self.is_changed = true;
    }

    /// Adds what a script has counted itself. Its stage sees to it that there are not too many names.
    pub(super) fn count_metrics(&mut self, metrics: &BTreeMap<String, f64>) {
        for (name, by) in metrics {
            *self.state.metrics.entry(name.clone()).or_default() += by;
        }
    }
}
