//! Acts: what scripts do to messages that are there. They are begun when their run is written, those of one script in one conversation in their order,
//! and each is tried until it is done or refused for good, however often the host is started again. Its row is what remembers it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use super::mail::Mail;
use super::{Conductor, Desk};
use crate::archive::{ArchiveError, ScriptWrite};
use crate::model::{Message, Origin};
use crate::script::acts::{Attempt, attempt};
use crate::script::log::Level;
use crate::script::rows::ActRow;
use crate::script::run::Act;
use crate::script::storage::{self, gone, row};
use crate::store::{JournalNo, ScriptKey, ScriptKeyOwned, ScriptRows};

/// Acts of one script that may wait. While there are more, it begins nothing.
pub(super) const WAITING: usize = 1_000;
/// The longest wait between two attempts, seconds. The first one is a second, each further one twice the one before.
const LONGEST_S: u64 = 300;

/// What shares an order: a script, and the conversation that its acts change; none where nobody knows it.
pub(in crate::script) type ActLane = (Arc<str>, Option<String>);

/// All acts that are not done.
#[derive(Default)]
pub(super) struct Acts {
    lanes: BTreeMap<ActLane, Queue>,
    /// How many of each script there are.
    counts: HashMap<Arc<str>, usize>,
    /// Recalls that are done and of which their scripts may still read.
    recalled: Vec<Recalled>,
    newest: u64,
    under_way: usize,
}

#[derive(Default)]
struct Queue {
    acts: VecDeque<(u64, ActRow)>,
    is_under_way: bool,
    attempts: u32,
    /// The first one is not tried before this second.
    held_until: u64,
}

/// A recall that is done. Its row stays until the script has read of it, so that it knows it for its own also after a crash.
struct Recalled {
    no: u64,
    script: Arc<str>,
    id: String,
    /// The journal tells of it up to here.
    behind: JournalNo,
}

impl Acts {
    pub(super) fn number(&mut self) -> u64 {
        self.newest += 1;
        self.newest
    }

    /// Puts an act behind those that are there.
    pub(super) fn push(&mut self, no: u64, act: ActRow) {
        self.newest = self.newest.max(no);
        let script: Arc<str> = act.script.as_str().into();
        *self.counts.entry(Arc::clone(&script)).or_default() += 1;
        self.lanes.entry((script, act.chat.clone())).or_default().acts.push_back((no, act));
    }

    /// How many of a script are not done.
    pub(super) fn waiting(&self, script: &str) -> usize {
        self.counts.get(script).copied().unwrap_or(0)
    }

    /// When the next one is tried, Unix seconds.
    pub(super) fn next(&self) -> Option<u64> {
        self.lanes.values().filter(|queue| !queue.is_under_way).map(|queue| queue.held_until).min()
    }

    /// Whether nothing is under way, and nothing can begin.
    pub(super) fn is_idle(&self, now: u64) -> bool {
        self.under_way == 0 && self.next().is_none_or(|at| at > now)
    }

    /// Lets everything be tried at once that waits for the other side.
    pub(super) fn wake(&mut self) {
        self.lanes.values_mut().for_each(|queue| queue.held_until = 0);
    }

    /// Whether a script takes, or took, this message back.
    pub(super) fn recalls(&self, script: &str, id: &str) -> bool {
        let is_it = |act: &ActRow| act.script == script && matches!(&act.act, Act::Recall { id: recalled } if recalled == id);
        self.recalled.iter().any(|recalled| *recalled.script == *script && recalled.id == id)
            || (self.waiting(script) > 0 && self.lanes.values().flat_map(|queue| &queue.acts).any(|(_, act)| is_it(act)))
    }

    /// The acts whose turn it is; they count as under way.
    fn take_due(&mut self, now: u64) -> Vec<(ActLane, ActRow)> {
        let mut due = Vec::new();
        for (lane, queue) in self.lanes.iter_mut().filter(|(_, queue)| !queue.is_under_way && queue.held_until <= now) {
            if let Some((_, act)) = queue.acts.front() {
                queue.is_under_way = true;
                self.under_way += 1;
                due.push((lane.clone(), act.clone()));
            }
        }
        due
    }

    /// Lets the first act of a lane be tried again later. Returns which attempt has failed, from 1.
    fn put_off(&mut self, lane: &ActLane, now: u64) -> u32 {
        let Some(queue) = self.lanes.get_mut(lane) else { return 0 };
        self.under_way -= 1;
        queue.is_under_way = false;
        let wait = 1_u64.checked_shl(queue.attempts).unwrap_or(LONGEST_S).min(LONGEST_S);
        queue.held_until = now.saturating_add(wait);
        queue.attempts = queue.attempts.saturating_add(1);
        queue.attempts
    }

    /// Takes the first act of a lane away, which needs no more attempts.
    fn finish(&mut self, lane: &ActLane) -> Option<(u64, ActRow)> {
        let queue = self.lanes.get_mut(lane)?;
        self.under_way -= 1;
        (queue.is_under_way, queue.attempts, queue.held_until) = (false, 0, 0);
        let done = queue.acts.pop_front();
        if queue.acts.is_empty() {
            self.lanes.remove(lane);
        }
        if let Some(count) = self.counts.get_mut(&lane.0) {
            *count -= usize::from(done.is_some());
            if *count == 0 {
                self.counts.remove(&lane.0);
            }
        }
        done
    }
}

impl Conductor {
    /// Adds the acts of a run to its write. They begin when that is written.
    pub(super) fn note_acts(
        &mut self,
        script: &Arc<str>,
        write: &mut ScriptWrite,
        acts: Vec<Act>,
        said: &[Message],
        hops: u32,
    ) -> Vec<(u64, ActRow)> {
        let mut noted = Vec::with_capacity(acts.len());
        for act in acts {
            let chat = match &act {
                Act::Edit { id, .. } | Act::Recall { id } => self.chat_of(id, said),
                Act::MarkRead { chat } => Some(chat.clone()),
            };
            let act = ActRow { script: script.to_string(), chat, hops, act };
            let no = self.acts.number();
            write.rows.push(row(ScriptKey::Act { no }, Some(&act)));
            noted.push((no, act));
        }
        noted
    }

    /// Where the message of this id stands: one of those that are said together with the act, or one of the archive.
    fn chat_of(&self, id: &str, said: &[Message]) -> Option<String> {
        let place = |message: &Message| message.conversation.as_ref().map(ToString::to_string);
        if let Some(message) = said.iter().find(|message| message.id_text() == id) {
            return place(message);
        }
        // One that cannot be found is in no order with others, and will be refused.
        self.archive.find(&[id]).ok()?.first().and_then(place)
    }

    /// Reads what was to be done to messages when the host ended.
    pub(super) fn resume_acts(&mut self) -> Result<(), ArchiveError> {
        for (key, act) in storage::whole::<ActRow>(&self.archive, ScriptRows::Acts, "what scripts do to messages")? {
            if let ScriptKeyOwned::Act { no } = key {
                self.acts.push(no, act);
            }
        }
        Ok(())
    }

    /// Begins every act whose turn it is.
    pub(super) fn begin_acts(&mut self) {
        for (lane, act) in self.acts.take_due(self.clock.now()) {
            let (session, post) = (Arc::clone(&self.session), self.post.clone());
            self.runtime.spawn(async move {
                let by = Origin { script: act.script, hops: act.hops };
                let attempt = attempt(&session, &act.act, &by).await;
                post.send(Mail::Acted { lane, attempt });
            });
        }
    }

    /// Hears what became of an attempt.
    pub(super) fn acted(&mut self, lane: &ActLane, attempt: Attempt) {
        let refused = match attempt {
            Attempt::Later(why) => {
                if self.acts.put_off(lane, self.clock.now()) == 1 {
                    self.note(&lane.0, Level::Warn, format!("something done to a message waits, and is tried again: {why}"));
                }
                return;
            }
            Attempt::Refused(why) => Some(why),
            Attempt::Done => None,
        };
        let Some((no, act)) = self.acts.finish(lane) else { return };
        let is_refused = refused.is_some();
        if let Some(why) = refused {
            self.note(&lane.0, Level::Warn, format!("{} was not done: {why}", act.act.name()));
        }
        match act.act {
            Act::Recall { id } if !is_refused && self.scripts.contains_key(&lane.0) => {
                let behind = self.archive.journal_head();
                self.acts.recalled.push(Recalled { no, script: Arc::clone(&lane.0), id, behind });
            }
            _ => self.forget_acts([no]),
        }
    }

    /// Forgets the recalls of which their scripts have read.
    pub(super) fn forget_heard_recalls(&mut self) {
        let is_heard = |scripts: &BTreeMap<Arc<str>, Desk>, recalled: &Recalled| {
            scripts.get(&recalled.script).is_none_or(|desk| desk.noted_cursor >= recalled.behind)
        };
        let (heard, kept) = std::mem::take(&mut self.acts.recalled).into_iter().partition(|recalled| is_heard(&self.scripts, recalled));
        self.acts.recalled = kept;
        let heard: Vec<Recalled> = heard;
        if !heard.is_empty() {
            self.forget_acts(heard.into_iter().map(|recalled| recalled.no));
        }
    }

    fn forget_acts(&mut self, acts: impl IntoIterator<Item = u64>) {
        let rows = acts.into_iter().map(|no| gone(ScriptKey::Act { no })).collect();
        self.commit(None, ScriptWrite { rows, ..ScriptWrite::default() }, Vec::new());
    }
}
