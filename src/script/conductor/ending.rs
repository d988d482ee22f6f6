//! What becomes of a run: written, repeated, tried again later, or given up.

use std::sync::Arc;

use super::desk::Ended;
use super::lanes::{LaneKey, Origin, Part};
use super::playing::Playing;
use super::{Conductor, Goes};
use crate::archive::KeptMedia;
use crate::model::Message;
use crate::script::committer::Committed;
use crate::script::event::Event;
use crate::script::guard::guarded;
use crate::script::log::Level;
use crate::script::outside::Call;
use crate::script::stage::{Failure, News, Order, RunNo, Wants, Why};

use super::mail::Mail;

/// Seconds before a run is tried again that failed because of something outside. After the first two its lane goes on without it.
const RETRIES_S: [u64; 4] = [1, 10, 60, 600];
/// Retries for which the lane waits.
const IN_ORDER: u32 = 2;
/// How often a run is repeated because others changed what it depends on, before that counts as its own fault.
const MAX_CONFLICTS: u32 = 50;

impl Conductor {
    /// Hears from a stage.
    pub(super) fn hear(&mut self, news: News) {
        match news {
            News::Waits { run, op, key } => self.ask_outside(run, op, key),
            News::Ended { run, wants } => self.ended(run, wants),
            News::Failed { run, failure } => self.failed(run, failure),
        }
    }

    fn ask_outside(&mut self, run: RunNo, op: crate::script::op::Op, key: String) {
        let Some(playing) = self.runs.get(&run) else { return };
        let Some(desk) = self.scripts.get_mut(&playing.script) else { return };
        let Some(version) = desk.version(playing.version) else { return };
        let prompter = self.stages[version.stage].prompter();
        let call = Call {
            script: Arc::clone(&playing.script),
            op,
            idempotency_key: key,
            place: playing.event.place().cloned(),
            zone: version.edition.manifest.zone.as_deref().map(str::to_owned),
            hops: playing.event.hops(),
            reach: version.edition.granted.reach(),
        };
        if self.is_dry && matches!(call.op, crate::script::op::Op::Http(_) | crate::script::op::Op::Save { .. }) {
            self.note(&call.script, Level::Info, format!("{} is not done in a dry run", call.op.name()));
            let answer = crate::script::op::Answer::Failed { why: "it is not done in a dry run".to_owned() };
            return prompter.order(Order::Answer { run, answer, now: self.clock.now() });
        }
        let (outside, clock) = (Arc::clone(&self.outside), self.clock.clone());
        self.runtime.spawn(async move {
            let answer = outside.answer(call).await;
            prompter.order(Order::Answer { run, answer, now: clock.now() });
        });
    }

    pub(super) fn ended(&mut self, run: RunNo, wants: Box<Wants>) {
        let Some(playing) = self.runs.get_mut(&run) else { return };
        let script = Arc::clone(&playing.script);
        let needs_files = wants.sends.iter().any(crate::session::may_have_files);
        let is_ready = self.is_dry || wants.sends.is_empty() || !(needs_files || self.hooks.sees_sends(&script));
        let Some(desk) = self.scripts.get_mut(&script) else { return };
        if is_ready {
            desk.ended.push_back((run, Some(Ended { wants: *wants, kept: Vec::new() })));
            return self.settle_ended(&script);
        }
        desk.ended.push_back((run, None));
        let messages = wants.sends.clone();
        playing.wants = Some(wants);
        self.preparing += 1;
        let (hooks, session, post) = (Arc::clone(&self.hooks), Arc::clone(&self.session), self.post.clone());
        self.runtime.spawn(async move {
            let (mut seen, mut kept, mut refused) = (Vec::new(), Vec::new(), Vec::new());
            for mut message in messages {
                let prepared = guarded("a message of a script was prepared", async {
                    hooks.before_send(&mut message, Some(&script)).await.map_err(|denied| denied.reason)?;
                    session.prepare(message).await.map_err(|error| error.to_string())
                });
                match prepared.await.flatten() {
                    Ok((message, files)) => {
                        seen.push(message);
                        kept.extend(files);
                    }
                    Err(why) => refused.push(why),
                }
            }
            post.send(Mail::Prepared { run, messages: seen, kept, refused });
        });
    }

    /// Goes on with a run whose messages the hooks have seen.
    pub(super) fn prepared(&mut self, run: RunNo, messages: Vec<Message>, kept: Vec<KeptMedia>, refused: &[String]) {
        self.preparing -= 1;
        let Some(playing) = self.runs.get_mut(&run) else { return };
        let (script, label) = (Arc::clone(&playing.script), playing.part.label.clone());
        let Some(mut wants) = playing.wants.take() else { return };
        for reason in refused {
            self.note(&script, Level::Warn, format!("{label}: a message was not sent: {reason}"));
        }
        wants.sends = messages;
        if let Some(desk) = self.scripts.get_mut(&script)
            && let Some((_, ended)) = desk.ended.iter_mut().find(|(waiting, _)| *waiting == run)
        {
            *ended = Some(Ended { wants: *wants, kept });
        }
        self.settle_ended(&script);
    }

    /// Settles what has ended, in the order in which it has.
    fn settle_ended(&mut self, script: &Arc<str>) {
        while let Some(desk) = self.scripts.get_mut(script)
            && let Some((_, Some(_))) = desk.ended.front()
            && let Some((run, Some(Ended { wants, kept }))) = desk.ended.pop_front()
        {
            if let Some(playing) = self.runs.remove(&run) {
                self.settle(run, playing, wants, kept);
            }
        }
    }

    fn failed(&mut self, run: RunNo, failure: Failure) {
        let Some(playing) = self.runs.remove(&run) else { return };
        self.leave_stage(&playing);
        let Playing { script, lane, origin, event, mut part, .. } = playing;
        let now = self.clock.now();
        let is_repeated = !matches!(origin, Origin::Life(_) | Origin::Progress);
        let is_given_up = match failure.why {
            Why::Lost => false,
            Why::Conflict => part.conflicts >= MAX_CONFLICTS,
            Why::Outside => part.refusals as usize >= RETRIES_S.len(),
            Why::Script => part.attempts > 0 || !is_repeated,
            Why::Gone => true,
        };
        if !is_given_up && let Some(desk) = self.scripts.get_mut(&script) {
            desk.health.again(now);
        }
        match failure.why {
            Why::Lost => self.put_back(&script, &lane, origin, event, part, None),
            Why::Conflict if part.conflicts < MAX_CONFLICTS => {
                part.conflicts += 1;
                self.put_back(&script, &lane, origin, event, part, None);
            }
            Why::Outside if (part.refusals as usize) < RETRIES_S.len() => {
                let wait = RETRIES_S[part.refusals as usize];
                part.refusals += 1;
                self.note(&script, Level::Warn, format!("{}: tried again in {wait} s: {}", part.label, failure.text));
                self.try_later(&script, lane, origin, event, part, now + wait);
            }
            Why::Script if part.attempts == 0 && is_repeated => {
                part.attempts = 1;
                self.put_back(&script, &lane, origin, event, part, None);
            }
            Why::Outside | Why::Script | Why::Conflict | Why::Gone => self.give_up(&script, &lane, origin, event, part, &failure),
        }
    }

    /// Tries a part again at a later second, in its lane or, after a while, beside it.
    fn try_later(&mut self, script: &Arc<str>, lane: LaneKey, origin: Origin, event: Arc<Event>, part: Part, at: u64) {
        if part.refusals <= IN_ORDER {
            return self.put_back(script, &lane, origin, event, part, Some(at));
        }
        if part.refusals == IN_ORDER + 1 {
            self.note(script, Level::Warn, format!("{}: the events behind it do not wait for it any more", part.label));
        }
        let beside = LaneKey::Handler(format!("later {origin:?} {}", part.label));
        if beside != lane
            && let Some(desk) = self.scripts.get_mut(script)
        {
            desk.lanes.rest(&lane, None);
        }
        self.put_back(script, &beside, origin, event, part, Some(at));
    }

    /// Takes a run off its stage's books.
    pub(super) fn leave_stage(&mut self, playing: &Playing) {
        let Some(desk) = self.scripts.get_mut(&playing.script) else { return };
        desk.in_flight -= 1;
        if let Some(version) = desk.version(playing.version) {
            version.runs -= 1;
        }
        self.unload_idle(&playing.script);
    }

    /// Hears that runs are on the disk.
    pub(super) fn committed(&mut self, committed: Committed) -> Goes {
        let Committed { runs, commits, bytes, refused, result } = committed;
        self.unwritten.take(commits, bytes);
        if let Err(error) = result {
            tracing::error!(%error, "what scripts do can no longer be written; they end, and go on where they were when the program is started again");
            self.committer.take();
            return Goes::Home;
        }
        for (run, reason) in refused {
            if let Some(pending) = self.writing.get(&run) {
                self.note(&pending.script.clone(), Level::Error, format!("a message was not sent: {reason}"));
            }
        }
        for run in runs {
            let Some(pending) = self.writing.remove(&run) else { continue };
            // What a dry run keeps stays over the archive.
            if let Some((stage, stamp)) = pending.stamp.filter(|_| !self.is_dry) {
                self.stages[stage].prompter().order(Order::Written { script: Arc::clone(&pending.script), stamp });
            }
            if let Some((answer, returned)) = pending.answer {
                // Whoever called may have gone.
                let _ = answer.send(returned);
            }
            let acts = if self.is_dry { Vec::new() } else { pending.acts };
            for (no, act) in acts {
                self.acts.push(no, act);
            }
        }
        Goes::On
    }
}
