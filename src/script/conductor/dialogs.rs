//! Dialogs: questions that wait for their answers, over restarts and new versions. A dialog that has got its answer is run from its beginning
//! again, with all answers so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::RegexBuilder;

use super::lanes::{Item, LaneKey, Origin, Part};
use super::playing::nobody;
use super::{Conductor, Desk};
use crate::archive::ScriptWrite;
use crate::model::ConversationId;
use crate::script::compose;
use crate::script::event::{Event, EventKind, Source};
use crate::script::filter::Hit;
use crate::script::handler::ArgumentValue;
use crate::script::log::Level;
use crate::script::op::{Answer, Op};
use crate::script::rows::DialogRow;
use crate::script::run::{Recorded, TimerRow, hash, short};
use crate::script::storage::{gone, row};
use crate::store::ScriptKey;

/// Stands for the handler where an event was the answer to a question: no other handler of the script hears of it, after a crash neither.
pub(super) const ANSWER: &str = "*";
/// Open dialogs of one script. Beyond that the oldest one ends.
const OPEN: usize = 1_000;
/// Bytes of a compiled pattern.
const PATTERN_BYTES: usize = 1 << 20;

/// The question at which a run stands, and what the run was.
pub(super) struct Asked {
    pub(super) ask: Op,
    pub(super) recorded: Vec<Recorded>,
    pub(super) label: String,
    pub(super) event: Event,
    pub(super) hit: Option<Hit>,
    pub(super) arguments: Option<BTreeMap<String, ArgumentValue>>,
    pub(super) version: String,
    pub(super) began: u64,
}

impl Asked {
    /// The row of a dialog that begins with this question; what belongs to the question itself is not filled in.
    fn first(&self) -> DialogRow {
        DialogRow {
            id: String::new(),
            chat: String::new(),
            from: None,
            pattern: None,
            asked: 0,
            until: 0,
            label: self.label.clone(),
            event: self.event.clone(),
            hit: self.hit.clone(),
            arguments: self.arguments.clone(),
            began: self.began,
            version: self.version.clone(),
            recorded: Vec::new(),
            behind: None,
            ask: self.ask.clone(),
        }
    }
}

impl DialogRow {
    /// Whether it is held in this conversation.
    pub(super) fn is_in(&self, chat: &ConversationId) -> bool {
        // Compared without making text: this is asked for every message.
        self.chat.strip_prefix(chat.kind().word()).and_then(|rest| rest.strip_prefix(':')).is_some_and(|id| id == chat.id())
    }

    /// Whether this message answers its question.
    fn is_answered_by(&self, event: &Event) -> bool {
        let (Some(message), Some(chat)) = (event.message(), event.place()) else { return false };
        if let (Source::Journal(no), Some(behind)) = (&event.source, self.behind)
            && *no <= behind
        {
            return false;
        }
        let is_from = self.from.as_ref().is_none_or(|from| *from == message.sender);
        if event.kind != EventKind::Receive || !self.is_in(chat) || !is_from || message.origin().is_some() {
            return false;
        }
        let Some(pattern) = &self.pattern else { return true };
        let pattern = RegexBuilder::new(pattern).case_insensitive(true).size_limit(PATTERN_BYTES).build();
        pattern.is_ok_and(|pattern| pattern.is_match(message.texts().join("\n").trim()))
    }
}

impl Desk {
    /// The dialog whose question this answers, with the answer: the one that was asked last.
    pub(super) fn answered_by(&self, event: &Event) -> Option<(String, Answer)> {
        let open = self.dialogs.values().filter(|dialog| !self.answered.contains(&dialog.id));
        let asked = open.filter(|dialog| dialog.is_answered_by(event)).max_by_key(|dialog| (dialog.asked, dialog.id.clone()))?;
        let answer = event.message()?.to_json();
        Some((asked.id.clone(), Answer::Messages { messages: vec![answer], next: None }))
    }
}

impl Conductor {
    /// Notes the question at which a run stands, or that its dialog is over.
    pub(super) fn settle_dialog(&mut self, script: &Arc<str>, write: &mut ScriptWrite, part: &Part, asked: Option<Asked>, now: u64) {
        let before = part.dialog.as_ref().and_then(|(id, _)| self.drop_dialog(script, write, id));
        let version = before.as_ref().map(|dialog| dialog.version.clone());
        if let Some(asked) = asked
            && let Op::Ask { to, pattern, timeout_s, from, .. } = &asked.ask
        {
            let behind = match asked.event.source {
                Source::Journal(no) => Some(no),
                _ => None,
            };
            let first = match before {
                Some(before) => before,
                None => asked.first(),
            };
            let id = short(hash(script, &first.event.source, &first.label, &format!("dialog {}", asked.recorded.len())));
            // What cannot be a conversation was refused when the question was said.
            let chat = compose::conversation(&self.archive, to).map_or_else(|_| to.clone(), |chat| chat.to_string());
            let until = now.saturating_add(*timeout_s);
            let (from, pattern) = (from.clone(), pattern.clone());
            let Asked { ask, recorded, .. } = asked;
            let dialog = DialogRow { id: id.clone(), chat, from, pattern, asked: now, until, recorded, behind, ask, ..first };
            self.keep_source(script, write, &dialog.version);
            self.end_oldest(script, write);
            let timer = dialog.timer();
            write.rows.push(row(ScriptKey::Dialog { script, id: &id }, Some(&dialog)));
            write.rows.push(row(ScriptKey::Timer { script, id: &id }, Some(&timer)));
            self.timers.set(script, timer);
            if let Some(desk) = self.scripts.get_mut(script) {
                desk.dialogs.insert(id, dialog);
            }
        }
        if let Some(version) = version {
            self.drop_unused_source(write, &version);
        }
        self.unload_idle(script);
    }

    /// Ends a dialog, whatever becomes of it.
    fn drop_dialog(&mut self, script: &Arc<str>, write: &mut ScriptWrite, id: &str) -> Option<DialogRow> {
        write.rows.push(gone(ScriptKey::Dialog { script, id }));
        write.rows.push(gone(ScriptKey::Timer { script, id }));
        self.timers.forget(script, id);
        let desk = self.scripts.get_mut(script)?;
        desk.answered.remove(id);
        desk.dialogs.remove(id)
    }

    /// Makes room for one more dialog.
    fn end_oldest(&mut self, script: &Arc<str>, write: &mut ScriptWrite) {
        let Some(desk) = self.scripts.get(script).filter(|desk| desk.dialogs.len() >= OPEN) else { return };
        let Some(id) = desk.dialogs.values().min_by_key(|dialog| (dialog.asked, dialog.id.clone())).map(|dialog| dialog.id.clone()) else {
            return;
        };
        if let Some(ended) = self.drop_dialog(script, write, &id) {
            self.drop_unused_source(write, &ended.version);
        }
        self.note(script, Level::Warn, format!("there are {OPEN} open dialogs, so the oldest one has ended without an answer"));
    }

    /// Puts into its lane that nobody has answered in time.
    pub(super) fn time_out(&mut self, script: &Arc<str>, dialog: &str, event: Event) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        let Some(row) = desk.dialogs.get(dialog) else { return self.forget(script, &Origin::Timer(dialog.to_owned())) };
        let Ok(chat) = row.chat.parse() else { return };
        let part = Part { dialog: Some((dialog.to_owned(), nobody())), ..Part::of(ANSWER) };
        let item = Item { origin: Origin::Timer(dialog.to_owned()), event: Arc::new(event), parts: [part].into(), is_heard: true };
        desk.lanes.push(LaneKey::Chat(chat), item);
    }

    /// Ends dialogs that cannot go on because their version cannot be loaded.
    pub(super) fn end_dialogs_of(&mut self, script: &Arc<str>, version: &str, problem: &str) {
        let Some(desk) = self.scripts.get(script) else { return };
        let ended: Vec<String> = desk.dialogs.values().filter(|dialog| dialog.version == version).map(|dialog| dialog.id.clone()).collect();
        let mut write = ScriptWrite::default();
        for id in &ended {
            self.drop_dialog(script, &mut write, id);
        }
        if !ended.is_empty() {
            self.drop_unused_source(&mut write, version);
            self.note(
                script,
                Level::Error,
                format!("{} dialogs have ended: the version that they began with cannot be loaded: {problem}", ended.len()),
            );
            self.commit(None, write, Vec::new());
        }
        if let Some(desk) = self.scripts.get_mut(script) {
            desk.lanes.wake_waiting();
        }
    }
}

impl DialogRow {
    /// The timer at which it ends without an answer.
    pub(super) fn timer(&self) -> TimerRow {
        let data = crate::script::Data::Nil;
        TimerRow {
            id: self.id.clone(),
            name: String::new(),
            data,
            due: self.until,
            every: None,
            place: None,
            hops: 0,
            dialog: Some(self.id.clone()),
        }
    }
}
