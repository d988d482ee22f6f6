//! Beginning: whose turn it is, and what has to be so before a run begins.

use std::sync::Arc;
use std::time::Duration;

use super::desk::IN_FLIGHT;
use super::lanes::{Item, LaneKey, Origin, Part};
use super::{Conductor, acts};
use crate::script::compose;
use crate::script::event::Event;
use crate::script::handler::Role;
use crate::script::health::May;
use crate::script::op::{Answer, Content};
use crate::script::run::{self, Recorded, Saying, Words};
use crate::script::stage::{Failure, Order, RunNo, RunOrder, VersionNo, Wants, Why};

/// How a command is given is not told to who gave it wrong longer ago, seconds.
const USAGE_S: u64 = 600;

/// A run under way.
pub(super) struct Playing {
    pub(super) script: Arc<str>,
    pub(super) version: VersionNo,
    /// The number of its stage, and the version's hash as hex.
    pub(super) stage: usize,
    pub(super) hash: String,
    pub(super) lane: LaneKey,
    pub(super) origin: Origin,
    pub(super) event: Arc<Event>,
    pub(super) part: Part,
    /// What time it was for the script when it began, Unix seconds.
    pub(super) began: u64,
    /// What it wants, while its messages are with the hooks.
    pub(super) wants: Option<Box<crate::script::stage::Wants>>,
}

/// What became of beginning something in a lane.
enum Begun {
    Yes,
    /// There was nothing to do.
    Nothing,
    /// Not now, or never; the lane has been seen to.
    Seen,
}

impl Conductor {
    /// Begins everything that can begin.
    pub(super) fn begin_due(&mut self) {
        let now = self.clock.now();
        let mut due = Vec::new();
        for desk in self.scripts.values_mut() {
            if desk.lanes.next_wake().is_some_and(|until| until <= now) {
                desk.lanes.wake(now);
            }
            if desk.lanes.has_ready() {
                due.push(Arc::clone(&desk.name));
            }
        }
        for script in due {
            while self.unwritten.has_room() && self.begin_next(&script, now) {}
        }
    }

    /// Begins one thing for a script. Returns whether more may be possible.
    fn begin_next(&mut self, script: &Arc<str>, now: u64) -> bool {
        let Some(desk) = self.scripts.get_mut(script) else { return false };
        if desk.in_flight >= IN_FLIGHT || desk.current.is_none() {
            return false;
        }
        if desk.parting_until.is_some() {
            // How the version is, and what it has said, does not keep it from hearing that it ends.
            let Some(key) = desk.lanes.next_parting() else { return false };
            self.begin_or_rest(script, &key, now);
            return true;
        }
        let may = desk.health.may_run(now);
        let is_resting = matches!(may, May::Rest { .. }) || (may == May::Probe && desk.in_flight > 0);
        if is_resting || self.acts.waiting(script) >= acts::WAITING {
            return false;
        }
        let Some(key) = desk.lanes.next() else { return false };
        if let Some(until) = desk.silent_until(&key, now) {
            desk.lanes.rest(&key, Some(until));
            return true;
        }
        if may == May::Probe {
            desk.health.probe();
        }
        let begun = self.begin_or_rest(script, &key, now);
        if may == May::Probe
            && !matches!(begun, Begun::Yes)
            && let Some(desk) = self.scripts.get_mut(script)
        {
            desk.health.again(now);
        }
        true
    }

    /// Begins what is next in a lane, which rests if there is nothing.
    fn begin_or_rest(&mut self, script: &Arc<str>, key: &LaneKey, now: u64) -> Begun {
        let begun = self.begin_in(script, key, now);
        if matches!(begun, Begun::Nothing)
            && let Some(desk) = self.scripts.get_mut(script)
        {
            desk.lanes.rest(key, None);
        }
        begun
    }

    fn begin_in(&mut self, script: &Arc<str>, key: &LaneKey, now: u64) -> Begun {
        let Some((origin, event, part)) = self.next_part(script, key) else { return Begun::Nothing };
        if let Origin::Timer(id) = &origin
            && !self.timers.is_firing(script, id)
        {
            // It was cancelled while it waited for its turn.
            return Begun::Nothing;
        }
        if let Some(usage) = &part.usage {
            let usage = usage.clone();
            if now.saturating_sub(event.at) > USAGE_S {
                self.pass_over(script, &origin);
                return Begun::Nothing;
            }
            return self.answer_with_usage(script, key, origin, event, part, usage);
        }
        let Some(desk) = self.scripts.get_mut(script) else { return Begun::Nothing };
        let mut replayed = Vec::new();
        let (mut told, mut label) = (Arc::clone(&event), part.label.clone());
        let (mut hash, mut began, mut given) = (None, now, None);
        if let Some((dialog, answer)) = &part.dialog {
            let Some(row) = desk.dialogs.get(dialog) else {
                // It was ended meanwhile.
                self.pass_over(script, &origin);
                return Begun::Nothing;
            };
            replayed = row.recorded.clone();
            replayed.push(Recorded { op: row.ask.clone(), answer: answer.clone(), now: Some(event.at) });
            (told, label, hash) = (Arc::new(row.event.clone()), row.label.clone(), Some(row.version.clone()));
            // What was answered by the clock of then is answered the same.
            began = row.began;
            given = Some((row.hit.clone(), row.arguments.clone()));
        }
        let version = match &hash {
            Some(hash) => match desk.version_of_hash(hash) {
                Some(version) => version,
                None => {
                    let hash = hash.clone();
                    return self.wait_for_version(script, key, origin, event, part, &hash);
                }
            },
            None => match desk.version_for(&origin) {
                Some(version) => version,
                // It has ended before it could hear of that.
                None => return Begun::Nothing,
            },
        };
        let Some(handler) = version.position(&label) else {
            let text = format!("the script has no handler {label} any more: it was edited while this waited");
            let failure = Failure { why: Why::Gone, text, calls: Vec::new(), cpu: Duration::ZERO };
            self.give_up(script, key, origin, event, part, &failure);
            return Begun::Seen;
        };
        let mut part = part;
        let is_first = !std::mem::replace(&mut part.has_begun, true);
        if part.dialog.is_none() && is_first && !matches!(origin, Origin::Inbox(_)) {
            let rests = resting(&version.handlers[handler.0].role, version.edition.manifest.stale, &told, now);
            if let Some(reason) = rests {
                self.note(script, crate::script::log::Level::Info, format!("{label}: passed over, {reason}"));
                self.pass_over(script, &origin);
                return Begun::Nothing;
            }
            if !self.cool(script, &label, &told, now) {
                self.pass_over(script, &origin);
                return Begun::Nothing;
            }
        }
        let Some(desk) = self.scripts.get_mut(script) else { return Begun::Nothing };
        let Some(version) = (match &hash {
            Some(hash) => desk.version_of_hash(hash),
            None => desk.version_for(&origin),
        }) else {
            return Begun::Nothing;
        };
        version.runs += 1;
        let (no, stage, hash) = (version.no, version.stage, version.hash().to_string());
        let (hit, arguments) = given.unwrap_or_else(|| (part.hit.clone(), part.arguments.clone()));
        let run = self.book(
            script,
            key,
            Playing { script: Arc::clone(script), version: no, stage, hash, lane: key.clone(), origin, event, part, began, wants: None },
        );
        let hops = told.hops();
        let order = RunOrder { run, version: no, handler, event: told, hit, arguments, now: began, hops, replayed };
        self.stages[stage].prompter().order(Order::Run(Box::new(order)));
        Begun::Yes
    }

    /// Says how a command is given to whoever gave it wrong. The script is not asked.
    fn answer_with_usage(
        &mut self,
        script: &Arc<str>,
        key: &LaneKey,
        origin: Origin,
        event: Arc<Event>,
        part: Part,
        usage: String,
    ) -> Begun {
        let Some(version) = self.scripts.get_mut(script).and_then(|desk| desk.current.as_mut()) else { return Begun::Nothing };
        let Some(message) = event.message() else { return Begun::Nothing };
        let reply_to = Some(message.id_text());
        let saying = Saying {
            to: event.place().map(ToString::to_string).unwrap_or_default(),
            what: Words::New(Content { text: Some(usage), reply_to, ..Content::default() }),
            rand: (run::hash(script, &event.source, &part.label, "usage") as u32).max(1),
            client_time: event.at,
            script: Arc::clone(script),
            hops: 1,
        };
        let sends = match compose::message(&self.props, &saying, None) {
            Ok(message) => vec![message],
            Err(misuse) => {
                tracing::warn!(%script, %misuse, "how a command is given cannot be said");
                Vec::new()
            }
        };
        version.runs += 1;
        let (no, stage, hash, began) = (version.no, version.stage, version.hash().to_string(), self.clock.now());
        let run = self.book(
            script,
            key,
            Playing { script: Arc::clone(script), version: no, stage, hash, lane: key.clone(), origin, event, part, began, wants: None },
        );
        self.ended(run, Box::new(Wants { sends, ..Wants::default() }));
        Begun::Yes
    }

    /// Enters a run into the books.
    fn book(&mut self, script: &Arc<str>, key: &LaneKey, playing: Playing) -> RunNo {
        if let Some(desk) = self.scripts.get_mut(script) {
            desk.in_flight += 1;
            desk.lanes.lane_or_new(key).is_playing = true;
        }
        self.newest_run += 1;
        let run = RunNo(self.newest_run);
        self.runs.insert(run, playing);
        run
    }

    /// Takes the next part out of a lane; the answer to a question comes before everything else.
    fn next_part(&mut self, script: &Arc<str>, key: &LaneKey) -> Option<(Origin, Arc<Event>, Part)> {
        loop {
            let desk = self.scripts.get_mut(script)?;
            let item = desk.lanes.lane(key)?.items.front_mut()?;
            if !std::mem::replace(&mut item.is_heard, true) {
                let (event, origin, parts) = (Arc::clone(&item.event), item.origin.clone(), item.parts.len());
                if let Some((dialog, answer)) = desk.answered_by(&event) {
                    if let Origin::Journal(no) = origin {
                        // All other parts fall away.
                        for _ in 1..parts {
                            desk.progress.finish_unnoted(no);
                        }
                    }
                    desk.answered.insert(dialog.clone());
                    let part = Part { dialog: Some((dialog, answer)), ..Part::of(super::dialogs::ANSWER) };
                    desk.lanes.lane(key)?.items.front_mut()?.parts = [part].into();
                }
            }
            let item = desk.lanes.lane(key)?.items.front_mut()?;
            let (origin, event) = (item.origin.clone(), Arc::clone(&item.event));
            let part = item.parts.pop_front();
            if item.parts.is_empty() {
                desk.lanes.pop(key);
            }
            match part {
                Some(part) => return Some((origin, event, part)),
                // It was there only because it might have been an answer.
                None => self.pass_over(script, &origin),
            }
        }
    }

    /// Deals with a part for which nothing has to be written.
    pub(super) fn pass_over(&mut self, script: &Arc<str>, origin: &Origin) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        match origin {
            Origin::Journal(no) => desk.progress.finish_unnoted(*no),
            Origin::Timer(_) | Origin::Inbox(_) => self.forget(script, origin),
            Origin::Life(_) | Origin::Progress => {}
        }
    }

    /// Puts a part back to the front of its lane, which goes on at once or not before a second.
    pub(super) fn put_back(
        &mut self,
        script: &Arc<str>,
        key: &LaneKey,
        origin: Origin,
        event: Arc<Event>,
        part: Part,
        held_until: Option<u64>,
    ) {
        let Some(desk) = self.scripts.get_mut(script) else { return };
        desk.lanes.push_front(key, Item { origin, event, parts: [part].into(), is_heard: true });
        desk.lanes.rest(key, held_until);
    }

    /// Lets a part wait until its version is loaded.
    fn wait_for_version(&mut self, script: &Arc<str>, key: &LaneKey, origin: Origin, event: Arc<Event>, part: Part, hash: &str) -> Begun {
        self.load_older(script, hash);
        // Whatever becomes of that, the lane is woken then.
        self.put_back(script, key, origin, event, part, Some(u64::MAX));
        Begun::Seen
    }

    /// Whether a handler has rested long enough since it answered there; then it begins to rest anew.
    fn cool(&mut self, script: &Arc<str>, label: &str, event: &Event, now: u64) -> bool {
        let Some(desk) = self.scripts.get_mut(script) else { return false };
        let role = desk.current.as_ref().and_then(|version| version.handler(label)).map(|handler| handler.role.clone());
        let place = || event.place().map(ToString::to_string).unwrap_or_default();
        let (cooldown, whom) = match role {
            Some(Role::On { filter, .. }) => (filter.cooldown, place()),
            Some(Role::Command(spec)) => (spec.cooldown, event.message().map(|message| message.sender.clone()).unwrap_or_default()),
            _ => (None, String::new()),
        };
        let Some(cooldown) = cooldown else { return true };
        desk.cooling.retain(|_, until| *until > now);
        let key = (label.to_owned(), whom);
        if desk.cooling.contains_key(&key) {
            return false;
        }
        desk.cooling.insert(key, now + cooldown.as_secs().max(1));
        true
    }
}

/// Why an event is too old for a handler.
fn resting(role: &Role, of_script: Option<Duration>, event: &Event, now: u64) -> Option<String> {
    let stale = match role {
        Role::On { filter, .. } => filter.stale,
        Role::Command(spec) => Some(of_script.unwrap_or(spec.stale)),
        _ => None,
    }?;
    let age = now.saturating_sub(event.at);
    (age > stale.as_secs()).then(|| format!("it is {age} s old, the limit is {} s", stale.as_secs()))
}

/// The answer that is no answer.
pub(super) fn nobody() -> Answer {
    Answer::Data(crate::script::data::Data::Nil)
}
