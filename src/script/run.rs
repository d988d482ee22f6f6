//! One run of one handler: what it is about, what it wants to happen, and what it was answered. Nothing that a run does happens before the run
//! is written; until then it lives here, where its own reads see it.

mod effects;
mod keeping;
mod timing;
mod world;

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use super::data::Data;
use super::event::{Event, Source};
use super::handler::Door;
use super::op::{Answer, Misuse, Op};

pub(super) use effects::{Act, Change, Effects, Every, Recorded, TimerRow};
pub(super) use world::{Nothing, Saying, Words, World};

/// The most answers that a dialog can be repeated from.
const MAX_RECORDED: usize = 1_000;
/// The most bytes of them.
const MAX_RECORDED_BYTES: usize = 64 << 10;

/// What one run may want at most. More is a fault of the script, and takes no memory.
mod most {
    /// Messages.
    pub(super) const SENDS: usize = 100;
    /// Things done to other messages.
    pub(super) const ACTS: usize = 100;
    /// Values that it keeps.
    pub(super) const VALUES: usize = 10_000;
    /// Bytes of them.
    pub(super) const VALUE_BYTES: usize = 4 << 20;
    /// Timers.
    pub(super) const TIMERS: usize = 1_000;
    /// Counters of its own.
    pub(super) const METRICS: usize = 100;
}

/// In what place code of a script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stance {
    /// The top level of the file, while it is loaded: it may register, and read its configuration.
    Load,
    /// Told of an event: everything may be called.
    Listener,
    /// Asked before something happens: nothing that waits, nothing that is written.
    Hook(Door),
}

/// What a run is about.
#[derive(Clone)]
pub(super) struct Facts {
    pub(super) script: Arc<str>,
    /// The handler's label.
    pub(super) label: Arc<str>,
    pub(super) stance: Stance,
    pub(super) event: Arc<Event>,
    /// What time it is for the script, Unix seconds.
    pub(super) now: u64,
    /// How many scripts have answered each other up to this event.
    pub(super) hops: u32,
}

/// What became of a call.
pub(super) enum Begun {
    /// It is answered.
    Answered(Answer),
    /// The script waits; [`Run::take_waiting`] has the call.
    Waits,
}

/// A run.
pub(super) struct Run {
    pub(super) facts: Facts,
    pub(super) effects: Effects,
    world: Rc<dyn World>,
    /// Answers of an earlier step of the dialog, which are given again.
    replayed: VecDeque<Recorded>,
    /// All answers so far.
    recorded: Vec<Recorded>,
    recorded_bytes: usize,
    /// Bytes of the values that it keeps.
    value_bytes: usize,
    /// Calls that waited.
    waited: u32,
    /// Calls that made an id.
    made: u32,
    rng: fastrand::Rng,
    waiting: Option<Op>,
    unlocked: Vec<String>,
    /// When what it says is said, Unix seconds: when the event happened to which it is the answer.
    at: u64,
    /// Names of the calls, for the trace.
    pub(super) trace: Vec<&'static str>,
}

/// What is kept of a trace.
const MAX_TRACE: usize = 100;

impl Run {
    /// A run, or, with the answers that it has got so far, the continuation of one.
    pub(super) fn new(facts: Facts, world: Rc<dyn World>, replayed: Vec<Recorded>) -> Self {
        let seed = hash(&facts.script, &facts.event.source, &facts.label, "random");
        Self {
            at: facts.event.at,
            facts,
            effects: Effects::default(),
            world,
            recorded_bytes: 0,
            recorded: Vec::with_capacity(replayed.len()),
            replayed: replayed.into(),
            value_bytes: 0,
            waited: 0,
            made: 0,
            rng: fastrand::Rng::with_seed(seed),
            waiting: None,
            unlocked: Vec::new(),
            trace: Vec::new(),
        }
    }

    /// Random numbers that are the same when the run is repeated.
    pub(super) fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.rng
    }

    /// All answers so far, for a dialog to be repeated from.
    pub(super) fn recorded(&self) -> &[Recorded] {
        &self.recorded
    }

    /// Whether answers of an earlier step are still to be given again.
    pub(super) fn is_replaying(&self) -> bool {
        !self.replayed.is_empty()
    }

    /// Makes a call. One that waits is begun, and answered with [`Run::answer`].
    ///
    /// # Errors
    /// [`Misuse`]: to be raised in the script.
    pub(super) fn call(&mut self, op: Op) -> Result<Begun, Misuse> {
        self.check_stance(&op)?;
        if self.trace.len() < MAX_TRACE && !self.is_replaying() {
            self.trace.push(op.name());
        }
        if let Some(answer) = self.replay(&op)? {
            return Ok(Begun::Answered(answer));
        }
        self.world.permit(&op)?;
        if let Op::Ask { question, to, .. } = &op {
            self.say(to, Words::New(question.clone()))?;
            self.check_repeatable()?;
        }
        if op.waits() {
            self.waited += 1;
            self.waiting = Some(op);
            return Ok(Begun::Waits);
        }
        let answer = Answer::Data(self.perform(&op)?);
        self.record(op, answer.clone(), None)?;
        Ok(Begun::Answered(answer))
    }

    /// The call that the script waits for.
    pub(super) fn take_waiting(&mut self) -> Option<Op> {
        self.waiting.take()
    }

    /// The locks that were given up since this was asked.
    pub(super) fn take_unlocked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unlocked)
    }

    /// Notes the answer to a call that waited. `now`: what time it is then.
    ///
    /// # Errors
    /// [`Misuse`] when the dialog has become too long.
    pub(super) fn answer(&mut self, op: Op, answer: Answer, now: u64) -> Result<(), Misuse> {
        self.facts.now = now;
        if matches!(op, Op::Ask { .. }) {
            self.at = now;
        }
        self.record(op, answer, Some(now))
    }

    fn check_stance(&self, op: &Op) -> Result<(), Misuse> {
        let name = op.name();
        match self.facts.stance {
            Stance::Listener => Ok(()),
            Stance::Load if matches!(op, Op::Help { .. } | Op::Metric { .. }) => Ok(()),
            Stance::Load => Err(Misuse(format!(
                "{name} is not available while the script is loaded: call it in a handler, bot.on(\"start\", …) for example"
            ))),
            Stance::Hook(_)
                if matches!(op, Op::StoreGet { for_update: false, .. } | Op::StoreScan { .. } | Op::Title { .. } | Op::Metric { .. }) =>
            {
                Ok(())
            }
            Stance::Hook(door) => Err(Misuse(format!("{name} is not available in bot.before(\"{}\"): move it to bot.on", door.word()))),
        }
    }

    /// The answer of an earlier step, if this call was made then.
    fn replay(&mut self, op: &Op) -> Result<Option<Answer>, Misuse> {
        let Some(recorded) = self.replayed.pop_front() else { return Ok(None) };
        if recorded.op != *op {
            self.replayed.clear();
            return Err(Misuse(format!(
                "the dialog cannot go on: where it called {} before, it now calls {}; state that is not in bot.store has changed meanwhile",
                recorded.op.name(),
                op.name()
            )));
        }
        self.made += u32::from(makes_id(op));
        self.waited += u32::from(op.waits());
        self.facts.now = recorded.now.unwrap_or(self.facts.now);
        if matches!(recorded.op, Op::Ask { .. }) {
            self.at = self.facts.now;
        }
        let answer = recorded.answer.clone();
        self.recorded_bytes += size(&recorded);
        self.recorded.push(recorded);
        Ok(Some(answer))
    }

    fn record(&mut self, op: Op, answer: Answer, now: Option<u64>) -> Result<(), Misuse> {
        if self.facts.stance != Stance::Listener {
            return Ok(());
        }
        let recorded = Recorded { op, answer, now };
        self.recorded_bytes += size(&recorded);
        // A run that is too long for a dialog has no use for what it was answered.
        if self.check_repeatable().is_ok() {
            self.recorded.push(recorded);
        }
        Ok(())
    }

    /// Whether the run is small enough to be repeated, which a dialog needs.
    ///
    /// # Errors
    /// [`Misuse`] with the number that is too large.
    pub(super) fn check_repeatable(&self) -> Result<(), Misuse> {
        if self.recorded.len() >= MAX_RECORDED {
            return Err(Misuse(format!("the dialog has made {} calls, the limit is {MAX_RECORDED}", self.recorded.len())));
        }
        if self.recorded_bytes > MAX_RECORDED_BYTES {
            return Err(Misuse(format!("the dialog has got {} bytes of answers, the limit is {MAX_RECORDED_BYTES}", self.recorded_bytes)));
        }
        Ok(())
    }

    /// Does what needs no waiting.
    fn perform(&mut self, op: &Op) -> Result<Data, Misuse> {
        match op {
            Op::Send { to, content } => self.say(to, Words::New(content.clone())).map(Data::Text),
            Op::Forward { id, to } => self.say(to, Words::Again(id.clone())).map(Data::Text),
            Op::Edit { id, text } => self.act(Act::Edit { id: id.clone(), text: text.clone() }),
            Op::Recall { id } => self.act(Act::Recall { id: id.clone() }),
            Op::MarkRead { chat } => self.act(Act::MarkRead { chat: chat.clone() }),
            Op::StoreGet { shelf, key, for_update } => self.get(shelf, key, *for_update),
            Op::StoreSet { shelf, key, value } => {
                self.value_bytes += key.len() + value.size();
                room("bytes kept by store:set", self.value_bytes, most::VALUE_BYTES)?;
                room("values", self.effects.store.len() + 1, most::VALUES)?;
                self.effects.store.insert((shelf.clone(), key.clone()), Change::Set(value.clone()));
                Ok(Data::Nil)
            }
            Op::StoreIncr { shelf, key, by } => self.add(shelf, key, *by),
            Op::StoreScan { shelf, prefix, after, limit } => self.scan(shelf, prefix, after.as_deref(), *limit),
            Op::TimerAt { at, name, data } => self.at(*at, name, data),
            Op::TimerEvery { schedule, zone, missed, name, data } => self.every(schedule, zone.as_deref(), *missed, name, data),
            Op::TimerCancel { id } => self.cancel(id),
            Op::TimerList { name } => self.list_timers(name.as_deref()),
            Op::Title { chat } => Ok(Data::Text(self.world.title(chat))),
            Op::Help { name } => Ok(self.world.help(name.as_deref()).into()),
            Op::Metric { name, by } => {
                let is_new = !self.effects.metrics.contains_key(name);
                room("metrics", self.effects.metrics.len() + usize::from(is_new), most::METRICS)?;
                *self.effects.metrics.entry(name.clone()).or_default() += by;
                Ok(Data::Nil)
            }
            Op::Unlock { name } => {
                self.unlocked.push(name.clone());
                Ok(Data::Nil)
            }
            Op::Ask { .. }
            | Op::Search { .. }
            | Op::History { .. }
            | Op::Find { .. }
            | Op::Save { .. }
            | Op::Read { .. }
            | Op::Http(_)
            | Op::Lock { .. } => Err(Misuse(format!("{} cannot be answered at once", op.name()))),
        }
    }

    /// Says something when the run is written. Returns the message's id.
    pub(super) fn say(&mut self, to: &str, what: Words) -> Result<String, Misuse> {
        room("messages", self.effects.sends.len() + 1, most::SENDS)?;
        let made = self.made;
        self.made += 1;
        let rand = hash(&self.facts.script, &self.facts.event.source, &self.facts.label, &format!("send {made}")) as u32;
        let saying = Saying {
            to: to.to_owned(),
            what,
            // 0 would mean that there is none.
            rand: rand.max(1),
            client_time: self.at,
            script: Arc::clone(&self.facts.script),
            hops: self.facts.hops + 1,
        };
        let message = self.world.compose(&saying)?;
        let id = message.id_text();
        self.effects.sends.push(message);
        Ok(id)
    }

    fn act(&mut self, act: Act) -> Result<Data, Misuse> {
        room("messages edited, recalled or marked", self.effects.acts.len() + 1, most::ACTS)?;
        self.effects.acts.push(act);
        Ok(Data::Nil)
    }

    fn next_id(&mut self, what: &str) -> String {
        let made = self.made;
        self.made += 1;
        short(hash(&self.facts.script, &self.facts.event.source, &self.facts.label, &format!("{what} {made}")))
    }

    /// A key for the next call to another machine, the same when the run is repeated.
    pub(super) fn idempotency_key(&self) -> String {
        short(hash(&self.facts.script, &self.facts.event.source, &self.facts.label, &format!("call {}", self.waited)))
    }
}

fn room(what: &str, wanted: usize, limit: usize) -> Result<(), Misuse> {
    if wanted <= limit { Ok(()) } else { Err(Misuse(format!("one run has at most {limit} {what}; the rest is for another one"))) }
}

fn makes_id(op: &Op) -> bool {
    matches!(op, Op::Send { .. } | Op::Forward { .. } | Op::TimerAt { .. } | Op::Ask { .. })
}

fn size(recorded: &Recorded) -> usize {
    serde_json::to_vec(recorded).map_or(0, |bytes| bytes.len())
}

/// A number derived from where a call stands, the same in every repetition.
pub(super) fn hash(script: &str, source: &Source, label: &str, what: &str) -> u64 {
    let source = serde_json::to_string(source).unwrap_or_default();
    xxhash_rust::xxh3::xxh3_64(format!("{script}\u{0}{source}\u{0}{label}\u{0}{what}").as_bytes())
}

/// A number as a word of 13 letters and digits that people can type: no `i`, `l`, `o`, `u`.
pub(super) fn short(number: u64) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    (0..13).rev().map(|place| char::from(LETTERS[(number >> (5 * place)) as usize & 31])).collect()
}
