//! The hooks of all scripts: who is asked before something is sent, received or downloaded, in which order, and for how long.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, timeout};

use super::data::Data;
use super::event::{DownloadNews, Event, EventKind, Source, What, named::Named};
use super::filter::Filter;
use super::handler::{Door, HandlerNo, OnError};
use super::log::{Level, LogBook, LogLine};
use super::rows::ChangeRow;
use super::stage::{Asked, HookOrder, Order, Prompter, Ruling, Verdict, VersionNo};
use super::vm::Fault;
use crate::model::Message;
use crate::session::{Clock, Denied, Download, Hooks};

/// What all hooks of one message together may take, beside the way to a stage and back.
const IN_ALL: Duration = Duration::from_millis(100);
/// What the way to the stage and back may take beyond a hook's own computing time.
pub(super) const GRACE: Duration = Duration::from_millis(30);

/// One hook.
pub(super) struct Hook {
    pub(super) script: Arc<str>,
    pub(super) version: VersionNo,
    pub(super) handler: HandlerNo,
    pub(super) label: String,
    pub(super) door: Door,
    pub(super) filter: Filter,
    pub(super) priority: i32,
    pub(super) deadline: Duration,
    pub(super) on_error: OnError,
    /// It is passed over until this second, because its script is in quarantine; 0 where it is not.
    pub(super) rests_until: u64,
    pub(super) stage: Prompter,
}

/// Told of every change and failure, for the conductor to keep and count.
pub(super) type Tell = dyn Fn(HookNews) + Send + Sync;

/// What became of asking.
pub(super) enum HookNews {
    /// Hooks have changed a message of this id.
    Changed { message: String, changes: Vec<ChangeRow> },
    /// A hook was asked.
    Asked { script: Arc<str>, went: Went, metrics: BTreeMap<String, f64> },
}

/// What became of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    /// The hook has ruled.
    Well,
    /// The script has failed.
    Wrong,
    /// There is no answer, for which the script is not to blame: its thread was busy, or the time had to do for others too.
    Unanswered,
}

/// What one hook may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Share {
    computing: Duration,
    /// For the way to the stage and back.
    way: Duration,
}

impl Share {
    /// The share of the first of those that wait, in the time that is left. Each script that waits has the same, and each of its hooks the same of
    /// that, so that there is always time for those behind, also behind a script with many hooks.
    fn of<'a>(left: Duration, first: &Hook, waiting: impl Iterator<Item = &'a Hook>, grace: Duration) -> Self {
        let (mut scripts, mut own) = (BTreeSet::from([&*first.script]), 0_u32);
        for hook in waiting {
            scripts.insert(&hook.script);
            own += u32::from(hook.script == first.script);
        }
        let scripts = u32::try_from(scripts.len()).unwrap_or(u32::MAX);
        let whole = left / scripts / own.max(1);
        let way = grace.min(whole / 2);
        Self { computing: first.deadline.min(whole - way), way }
    }

    /// Whose fault it is that the hook has failed.
    fn blames(self, hook: &Hook, fault: &Fault) -> Went {
        match fault {
            // It was promised more.
            Fault::Deadline { .. } if self.computing < hook.deadline => Went::Unanswered,
            Fault::Panicked { .. } | Fault::Spent => Went::Unanswered,
            _ => Went::Wrong,
        }
    }
}

/// All hooks, and what they need.
pub(super) struct HookTable {
    hooks: RwLock<Arc<Vec<Hook>>>,
    account: Arc<str>,
    log: Arc<LogBook>,
    clock: Clock,
    /// What the way to a stage and back may take.
    grace: Duration,
    tell: Box<Tell>,
}

impl HookTable {
    pub(super) fn new(account: Arc<str>, log: Arc<LogBook>, clock: Clock, grace: Duration, tell: Box<Tell>) -> Self {
        Self { hooks: RwLock::default(), account, log, clock, grace, tell }
    }

    /// Replaces all hooks.
    pub(super) fn put(&self, mut hooks: Vec<Hook>) {
        hooks.sort_by(|a, b| (b.priority, &a.script, a.handler).cmp(&(a.priority, &b.script, b.handler)));
        *self.hooks.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(hooks);
    }

    fn hooks(&self) -> Arc<Vec<Hook>> {
        Arc::clone(&self.hooks.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Whether anybody but this script wants to see what is sent.
    pub(super) fn sees_sends(&self, by: &str) -> bool {
        self.hooks().iter().any(|hook| hook.door == Door::Send && *hook.script != *by)
    }

    /// Asks all hooks before an own message is sent; those of the script that says it are not asked.
    pub(super) async fn before_send(&self, message: &mut Message, by: Option<&str>) -> Result<(), Denied> {
        let event = self.event(EventKind::Sent, message);
        let asked = self.ask_all(Door::Send, &event, Asked::Message(Box::new(message.clone())), by).await?;
        self.take_back(message, asked);
        Ok(())
    }

    fn event(&self, kind: EventKind, message: &Message) -> Arc<Event> {
        let what = What::Message(Arc::new(message.clone()));
        let conversation = message.conversation.clone().map(Named);
        Arc::new(Event { source: Source::Hook(message.unique_id()), kind, at: self.clock.now(), conversation, what })
    }

    fn take_back(&self, message: &mut Message, asked: Asked) {
        if let Asked::Message(changed) = asked {
            message.body = changed.body;
        }
    }

    /// Asks every hook that wants to see this, each with what the one before has left.
    async fn ask_all(&self, door: Door, event: &Arc<Event>, mut asked: Asked, by: Option<&str>) -> Result<Asked, Denied> {
        let (hooks, now) = (self.hooks(), self.clock.now());
        let is_asked = |hook: &&Hook| hook.door == door && by != Some(&*hook.script) && hook.rests_until <= now;
        let hooks: Vec<&Hook> = hooks.iter().filter(is_asked).collect();
        let mut seen = Arc::clone(event);
        let mut takes = self.takes(&hooks, &seen, &asked);
        let mut changes = Vec::new();
        let until = Instant::now() + IN_ALL + self.grace;
        for (at, hook) in hooks.iter().enumerate() {
            if !takes[at] {
                continue;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                asked = self.without(hook, asked, "the time for all hooks together is over")?;
                continue;
            }
            let waiting = hooks[at..].iter().zip(&takes[at..]).filter(|(_, takes)| **takes).map(|(hook, _)| *hook);
            let share = Share::of(left, hook, waiting, self.grace);
            let before = asked.clone();
            asked = self.ask(hook, Arc::clone(&seen), asked, share).await?;
            if let (Asked::Message(before), Asked::Message(after)) = (&before, &asked)
                && before.body != after.body
            {
                changes.push(ChangeRow { script: hook.script.to_string(), label: hook.label.clone(), at: self.clock.now() });
                seen = self.event(event.kind, after);
                takes = self.takes(&hooks, &seen, &asked);
            }
        }
        if let (Asked::Message(message), false) = (&asked, changes.is_empty()) {
            (self.tell)(HookNews::Changed { message: message.id_text(), changes });
        }
        Ok(asked)
    }

    /// Which hooks want to see this.
    fn takes(&self, hooks: &[&Hook], event: &Event, asked: &Asked) -> Vec<bool> {
        let takes = |hook: &&Hook| {
            let is_its_file = match asked {
                // A message may have other files too.
                Asked::Download(download) => hook.filter.takes_file(&download.media_type),
                Asked::Message(_) | Asked::Nothing => true,
            };
            is_its_file && hook.filter.holds(event, &self.account).is_some()
        };
        hooks.iter().map(takes).collect()
    }

    async fn ask(&self, hook: &Hook, event: Arc<Event>, asked: Asked, share: Share) -> Result<Asked, Denied> {
        let before = asked.clone();
        let (ruling, answered) = oneshot::channel();
        let (version, handler, now, budget) = (hook.version, hook.handler, self.clock.now(), share.computing);
        hook.stage.order(Order::Hook(Box::new(HookOrder { version, handler, event, asked, now, budget, ruling })));
        let (went, fault) = match timeout(share.computing + share.way, answered).await {
            Ok(Ok(Ok(Ruling { verdict, metrics }))) => {
                self.count(hook, Went::Well, metrics);
                return match verdict {
                    Verdict::Pass(asked) => Ok(asked),
                    Verdict::Deny(why) => Err(Denied::because(why)),
                };
            }
            Ok(Ok(Err(fault))) => (share.blames(hook, &fault), fault.to_string()),
            Ok(Err(_)) => (Went::Unanswered, "its stage has ended".to_owned()),
            Err(_) => (
                Went::Unanswered,
                format!("no answer within {} ms and {} ms for the way", share.computing.as_millis(), share.way.as_millis()),
            ),
        };
        self.count(hook, went, BTreeMap::new());
        self.without(hook, before, &fault)
    }

    /// What follows when a hook has not answered.
    fn without(&self, hook: &Hook, before: Asked, fault: &str) -> Result<Asked, Denied> {
        let passes = hook.on_error == OnError::Allow;
        let follows = if passes { "passes" } else { "is refused" };
        self.note(hook, Level::Error, format!("before {} failed, and what it was asked about {follows}: {fault}", hook.door.word()));
        if passes { Ok(before) } else { Err(Denied::because(format!("the hook of {} failed", hook.script))) }
    }

    fn count(&self, hook: &Hook, went: Went, metrics: BTreeMap<String, f64>) {
        (self.tell)(HookNews::Asked { script: Arc::clone(&hook.script), went, metrics });
    }

    fn note(&self, hook: &Hook, level: Level, message: String) {
        self.log.note(&hook.script, LogLine { at: self.clock.now(), level, from: hook.label.clone(), message, fields: Data::Nil });
    }
}

/// What a session is given, before the scripts are there. It waits for them: what comes in meanwhile must not slip past.
pub(super) struct ScriptHooks(pub(super) watch::Receiver<Option<Arc<HookTable>>>);

impl ScriptHooks {
    /// The hooks, once they are loaded; `None` when they never will be.
    async fn table(&self) -> Option<Arc<HookTable>> {
        let mut table = self.0.clone();
        table.wait_for(Option::is_some).await.ok().and_then(|table| table.clone())
    }
}

fn not_there() -> Denied {
    Denied::because("the scripts that have to see this have ended")
}

#[async_trait::async_trait]
impl Hooks for ScriptHooks {
    async fn before_send(&self, message: &mut Message) -> Result<(), Denied> {
        self.table().await.ok_or_else(not_there)?.before_send(message, None).await
    }

    async fn before_receive(&self, message: &mut Message) -> Result<(), Denied> {
        // What comes in is not lost because the scripts are gone.
        let Some(table) = self.table().await else { return Ok(()) };
        let event = table.event(EventKind::Receive, message);
        let asked = table.ask_all(Door::Receive, &event, Asked::Message(Box::new(message.clone())), None).await?;
        table.take_back(message, asked);
        Ok(())
    }

    async fn before_download(&self, download: &mut Download) -> Result<(), Denied> {
        let table = self.table().await.ok_or_else(not_there)?;
        let what = match &download.message {
            Some(message) => What::Message(Arc::new(message.clone())),
            // What the filters can know of a file that belongs to no message.
            None => What::Download(DownloadNews {
                id: None,
                element: download.element,
                bytes: 0,
                total: download.size,
                path: Some(download.name.clone()),
            }),
        };
        let conversation = download.message.as_ref().and_then(|message| message.conversation.clone()).map(Named);
        let event = Arc::new(Event { source: Source::Hook(0), kind: EventKind::Download, at: table.clock.now(), conversation, what });
        if let Asked::Download(changed) = table.ask_all(Door::Download, &event, Asked::Download(Box::new(download.clone())), None).await? {
            download.target = changed.target;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
