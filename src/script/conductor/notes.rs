//! Notes for whoever looks from outside: the state of each script, and how far it is although it had nothing to do.

use std::sync::Arc;

use super::{Conductor, NOTE_EVERY_S};
use crate::archive::ScriptWrite;
use crate::model::{Body, Element, Message, Origin};
use crate::script::log::Level;
use crate::script::storage::row;
use crate::store::ScriptKey;

/// Cursors that have fallen behind by so much are noted although nothing was done.
const FAR: u64 = 1_000;

impl Conductor {
    /// Notes what has changed, now and then.
    pub(super) fn note_now_and_then(&mut self) {
        let now = self.clock.now();
        if now >= self.noted_at + NOTE_EVERY_S {
            self.noted_at = now;
            self.note_all();
        }
    }

    /// Notes everything that has changed since it was noted.
    pub(super) fn note_all(&mut self) {
        let (now, head) = (self.clock.now(), self.archive.journal_head());
        let mut write = ScriptWrite::default();
        let timers: Vec<usize> = self.scripts.keys().map(|script| self.timers.count(script)).collect();
        for (desk, timers) in self.scripts.values_mut().zip(timers) {
            let lag = if desk.has_version() { head.0.saturating_sub(desk.progress.low().0) } else { 0 };
            let is_far = desk.progress.low().0 > desk.noted_cursor.0 + FAR;
            if !(desk.is_changed || is_far || (lag == 0 && desk.progress.low() > desk.noted_cursor)) {
                continue;
            }
            let passed = desk.progress.advance();
            desk.note_passed(&mut write, passed);
            if std::mem::take(&mut desk.is_changed) {
                desk.state.at = now;
                desk.state.lag = lag;
                desk.state.dialogs = desk.dialogs.len() as u64;
                desk.state.timers = (timers - desk.dialogs.len().min(timers)) as u64;
                desk.state.problem = desk.problem.clone();
                desk.state.state = desk.word().to_owned();
                write.rows.push(row(ScriptKey::State { script: &desk.name }, Some(&desk.state)));
            }
        }
        if !write.rows.is_empty() || !write.cursors.is_empty() {
            self.commit(None, write, Vec::new());
        }
    }

    /// Tells the owner that a script rests because it failed too often.
    pub(super) fn tell_of_quarantine(&mut self, script: &Arc<str>, write: &mut ScriptWrite, now: u64) {
        let text = format!(
            "{script} has failed too often and rests; one event is tried in a minute. `mynah dead list {script}` shows what went wrong"
        );
        self.tell_owner(script, write, Level::Error, text, now);
    }

    /// Notes something in a script's log, and adds a message with it to the owner.
    pub(super) fn tell_owner(&mut self, script: &Arc<str>, write: &mut ScriptWrite, level: Level, text: String, now: u64) {
        self.note(script, level, text.clone());
        if let Some(desk) = self.scripts.get_mut(script) {
            desk.is_changed = true;
        }
        let Some(owner) = &self.owner else { return };
        let message = Message::new(&self.account, now, Body::of_elements(&[Element::text(text)])).in_conversation(owner);
        // Nobody answers it.
        let Ok(mut message) = message.with_origin(&Origin { script: "mynah".to_owned(), hops: super::reading::MAX_HOPS }) else { return };
        message.rand = fastrand::u32(1..);
        write.messages.push((message, self.session.send_deadline()));
    }
}

impl super::Desk {
    /// How it is, in a word.
    fn word(&self) -> &'static str {
        match (&self.current, &self.problem, self.health.quarantined_since()) {
            (_, _, _) if self.is_stopping => "stopped",
            (None, ..) => "failed",
            (_, _, Some(_)) => "quarantined",
            (_, Some(_), None) => "old",
            (Some(_), None, None) => "running",
        }
    }
}
