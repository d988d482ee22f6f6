//! The conductor: one thread that knows how far every script has come, which event is whose turn, and what has to be written for it. It blocks
//! on nothing but its mail, holds no lock, and is the only one who decides.

mod acts;
mod breakers;
mod desk;
mod dialogs;
mod ending;
mod hooks;
mod inbox;
mod lanes;
mod life;
mod mail;
mod notes;
mod playing;
mod reading;
mod settling;
mod timers;
mod unwritten;
mod versions;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::committer::Committer;
use super::editions::Editions;
use super::help::HelpDesk;
use super::hooks::HookTable;
use super::log::{Level, LogBook, LogLine};
use super::outside::Outside;
use super::stage::{Props, RunNo, Stage};
use super::webhook::Doors;
use crate::archive::{Archive, ArchiveError};
use crate::session::{Clock, Session};

use acts::Acts;
pub(super) use desk::Desk;
pub(super) use mail::{Mail, Post};
use playing::Playing;
use reading::Index;
use timers::Timers;
use unwritten::Unwritten;

/// Changes that are read at once.
const READ: usize = 512;
/// States and cursors that have moved without a run are noted after this time.
const NOTE_EVERY_S: u64 = 2;

/// What the conductor is given.
pub(super) struct Score {
    pub(super) session: Arc<Session>,
    pub(super) stages: Vec<Stage>,
    pub(super) committer: Committer,
    pub(super) hooks: Arc<HookTable>,
    pub(super) outside: Arc<Outside>,
    pub(super) doors: Doors,
    pub(super) editions: Arc<Editions>,
    pub(super) props: Arc<Props>,
    pub(super) runtime: Handle,
    pub(super) post: Post,
    pub(super) owner: Option<crate::model::ConversationId>,
    pub(super) is_dry: bool,
}

/// The conductor.
pub(super) struct Conductor {
    archive: Arc<Archive>,
    account: Arc<str>,
    session: Arc<Session>,
    stages: Vec<Stage>,
    /// `None` once nothing can be written any more.
    committer: Option<Committer>,
    hooks: Arc<HookTable>,
    outside: Arc<Outside>,
    doors: Doors,
    editions: Arc<Editions>,
    props: Arc<Props>,
    log: Arc<LogBook>,
    help: Arc<HelpDesk>,
    clock: Clock,
    runtime: Handle,
    post: Post,
    /// Who is told when a script needs somebody.
    owner: Option<crate::model::ConversationId>,
    /// What is committed is only told, so nothing that would follow from it may be done either.
    is_dry: bool,

    scripts: BTreeMap<Arc<str>, Desk>,
    index: Index,
    timers: Timers,
    runs: HashMap<RunNo, Playing>,
    unwritten: Unwritten,
    /// Stamps and webhook answers of runs that are not on the disk yet, in the order of their commits.
    writing: HashMap<RunNo, settling::Pending>,
    acts: Acts,
    /// Messages that are with the hooks.
    preparing: usize,
    newest_run: u64,
    newest_inbox: u64,
    noted_at: u64,
    idle: Vec<oneshot::Sender<()>>,
}

/// Whether the conductor goes on.
#[derive(PartialEq, Eq)]
enum Goes {
    On,
    Home,
}

impl Conductor {
    /// A conductor who knows what was to be done when the one before went home.
    ///
    /// # Errors
    /// [`ArchiveError`] when that cannot be read.
    pub(super) fn new(score: Score) -> Result<Self, ArchiveError> {
        let Score { session, stages, committer, hooks, outside, doors, editions, props, runtime, post, owner, is_dry } = score;
        let clock = props.clock.clone();
        let archive = Arc::clone(session.archive());
        let mut conductor = Self {
            account: session.account().into(),
            archive,
            session,
            stages,
            committer: Some(committer),
            hooks,
            outside,
            doors,
            editions,
            log: Arc::clone(&props.log),
            help: Arc::clone(&props.help),
            props,
            noted_at: clock.now(),
            clock,
            runtime,
            post,
            owner,
            is_dry,
            scripts: BTreeMap::new(),
            index: Index::default(),
            timers: Timers::default(),
            runs: HashMap::new(),
            unwritten: Unwritten::default(),
            writing: HashMap::new(),
            acts: Acts::default(),
            preparing: 0,
            newest_run: 0,
            newest_inbox: 0,
            idle: Vec::new(),
        };
        if !is_dry {
            conductor.resume_acts()?;
        }
        Ok(conductor)
    }

    /// Works until it is told to go home.
    pub(super) fn run(mut self, mail: &Receiver<Mail>, rung: &AtomicBool) {
        loop {
            let wait = self.patience();
            let first = match mail.recv_timeout(wait) {
                Ok(mail) => Some(mail),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            // One look at the journal answers for all rings so far.
            rung.store(false, Ordering::Release);
            let goes = first.into_iter().chain(mail.try_iter().take(1_024)).map(|mail| self.take(mail)).any(|goes| goes == Goes::Home);
            if goes {
                break;
            }
            self.fire_timers();
            self.read_on();
            self.end_partings();
            self.begin_due();
            self.begin_acts();
            self.note_now_and_then();
            self.forget_heard_recalls();
            self.tell_the_idle();
        }
        self.note_all();
        // Ends when everything is written.
        drop(self.committer.take());
    }

    /// How long it may wait for mail.
    fn patience(&self) -> Duration {
        let now = self.clock.now();
        // What is due already was looked at; what holds it up will ring.
        let next = self.wakes().filter(|at| *at > now).min();
        let until = next.map_or(NOTE_EVERY_S, |at| at.saturating_sub(now).min(NOTE_EVERY_S));
        Duration::from_secs(until.max(1))
    }

    /// When something is due next, Unix seconds.
    fn next_wake(&self) -> Option<u64> {
        self.wakes().min()
    }

    fn wakes(&self) -> impl Iterator<Item = u64> + '_ {
        self.timers.next().into_iter().chain(self.acts.next()).chain(self.scripts.values().filter_map(Desk::next_wake))
    }

    fn tell_the_idle(&mut self) {
        if !self.idle.is_empty() && self.is_idle() {
            for idle in self.idle.drain(..) {
                // Nobody may wait any more.
                let _ = idle.send(());
            }
        }
    }

    /// Whether there is nothing to do before something new happens.
    fn is_idle(&self) -> bool {
        let head = self.archive.journal_head();
        let nothing_runs = self.runs.is_empty() && self.unwritten.is_empty() && self.preparing == 0;
        nothing_runs
            && self.acts.is_idle(self.clock.now())
            && self.timers.next().is_none_or(|due| due > self.clock.now())
            && self.scripts.values().all(|desk| desk.is_idle(head, self.clock.now()))
    }

    fn note(&self, script: &str, level: Level, message: impl Into<String>) {
        let line =
            LogLine { at: self.clock.now(), level, from: "host".to_owned(), message: message.into(), fields: super::data::Data::Nil };
        self.log.note(script, line);
    }
}

/// Makes the conductor's mail box; the flag says that it was rung for and has not looked yet.
pub(super) fn mailbox() -> (Sender<Mail>, Receiver<Mail>) {
    std::sync::mpsc::channel()
}
