//! The host: what a program starts to have scripts hear, change and answer the messages of a session.

mod ears;
mod options;

use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::bundle::{Bundle, BundleError};
use super::committer::Committer;
use super::conductor::{Conductor, Mail, Post, Score, mailbox};
use super::editions::Editions;
use super::event::WebhookCall;
use super::help::HelpDesk;
use super::hooks::{HookTable, ScriptHooks};
use super::log::{Level, LogBook, LogLine, logs_of};
use super::outside::{Outside, Secrets};
use super::stage::{Edition, Loaded, Order, Props, Stage};
use super::vm::Fault;
use super::webhook::{Doors, Listener, WebhookAnswer};
use crate::archive::{ArchiveError, Bell};
use crate::fetch::FetchOptions;
use crate::session::{Hooks, Session};
use crate::store::lock;

use ears::hear_session;
pub use options::ScriptOptions;

/// The longest that loading a version may take, all in all.
const LOADING: Duration = Duration::from_secs(10);
/// The longest that what is under way may take when the host is stopped.
const STOPPING: Duration = Duration::from_secs(5);

/// Why scripts cannot run, or one of them cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScriptError {
    /// Its files cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// It is not right. One that works goes on.
    #[error("{script} cannot be loaded: {why}")]
    Unfit {
        /// Its name.
        script: String,
        /// What is wrong, and where.
        why: String,
    },
    /// What is kept for scripts cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// What was to be done when the host ended cannot be read.
    #[error("cannot read {what}: {source}")]
    Unreadable {
        /// What.
        what: &'static str,
        /// Why not.
        source: ArchiveError,
    },
    /// A thread or a listener cannot be started.
    #[error("cannot start {what}: {source}")]
    Start {
        /// What.
        what: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// A rehearsal cannot go on.
    #[error("{0}")]
    Rehearsal(String),
    /// What the operator has set is wrong.
    #[error("{0}")]
    Settings(String),
    /// The host has ended.
    #[error("the scripts have ended")]
    Ended,
}

/// Scripts that are about to run. It exists before the session does, because the session has to know its hooks.
pub struct Scripts {
    options: ScriptOptions,
    table: watch::Sender<Option<Arc<HookTable>>>,
}

impl Scripts {
    /// Scripts with these options.
    pub fn new(options: ScriptOptions) -> Self {
        Self { options, table: watch::Sender::new(None) }
    }

    /// What the session asks; for [`SessionOptions::hooks`](crate::session::SessionOptions::hooks). What the session sends and receives waits until
    /// [`ScriptHost::open_doors`].
    pub fn hooks(&self) -> impl Hooks + use<> {
        ScriptHooks(self.table.subscribe())
    }

    /// Starts the host for a session that was logged in with [`Scripts::hooks`].
    ///
    /// # Errors
    /// [`ScriptError::Start`], [`ScriptError::Settings`], [`ScriptError::Unreadable`]: nothing runs.
    pub async fn begin(self, session: Arc<Session>) -> Result<ScriptHost, ScriptError> {
        ScriptHost::begin(self, session).await
    }
}

/// Scripts at work. End it with [`ScriptHost::stop`]; dropping it ends it as a crash would: nothing is lost or done twice.
pub struct ScriptHost {
    session: Arc<Session>,
    props: Arc<Props>,
    editions: Arc<Editions>,
    post: Post,
    stages: Vec<super::stage::Prompter>,
    conductor: Mutex<Option<JoinHandle<()>>>,
    table: watch::Sender<Option<Arc<HookTable>>>,
    hooks: Arc<HookTable>,
    listener: Option<Listener>,
    ears: CancellationToken,
    over: CancellationToken,
    /// Asks the ears whether they have passed something on.
    calls: mpsc::Sender<oneshot::Sender<bool>>,
    _bell: Bell,
}

impl ScriptHost {
    async fn begin(scripts: Scripts, session: Arc<Session>) -> Result<Self, ScriptError> {
        let Scripts { options, table } = scripts;
        let archive = Arc::clone(session.archive());
        let data = options.data.clone().unwrap_or_else(|| archive.folder().join("scripts"));
        let clock = session.clock();
        let book = if options.is_dry { LogBook::unkept() } else { LogBook::new(logs_of(&data)) };
        let log = Arc::new(book.heard_by(options.ear.clone()));
        let help = Arc::new(HelpDesk::default());
        let props = Arc::new(Props {
            archive: Arc::clone(&archive),
            past: options.past.clone(),
            account: session.account().into(),
            log: Arc::clone(&log),
            files: data.join("files"),
            help: Arc::clone(&help),
            clock: clock.clone(),
            limits: options.limits.clone(),
        });
        let editions = Arc::new(Editions::new(&options)?);
        let (sender, mail) = mailbox();
        let rung = Arc::new(AtomicBool::new(false));
        let post = Post::new(sender, Arc::clone(&rung));
        let start = |what| move |source| ScriptError::Start { what, source };
        let mut stages = Vec::with_capacity(options.stages);
        for _ in 0..options.stages {
            let post = post.clone();
            let stage = Stage::start(Arc::clone(&props), move |news| post.send(Mail::News(news))).map_err(start("a thread for scripts"))?;
            stages.push(stage);
        }
        let prompters = stages.iter().map(Stage::prompter).collect();
        let tell = post.clone();
        let told = Arc::clone(&log);
        let committer = Committer::start(Arc::clone(&session), &options, told, move |committed| tell.send(Mail::Committed(committed)))
            .map_err(start("the thread that writes for scripts"))?;
        let tell = post.clone();
        let hooks = Arc::new(HookTable::new(
            session.account().into(),
            Arc::clone(&log),
            clock.clone(),
            options.hook_grace,
            Box::new(move |news| tell.send(Mail::Hook(news))),
        ));
        let secrets =
            Secrets::read(options.secrets.as_deref(), std::env::vars_os()).map_err(|error| ScriptError::Settings(error.to_string()))?;
        let doors = Doors::new(secrets.clone());
        let outside = Outside::new(Arc::clone(&session), props.files.clone(), secrets, &FetchOptions::default(), options.fake_http.clone())
            .in_the_past(options.past.clone());
        let score = Score {
            session: Arc::clone(&session),
            stages,
            committer,
            hooks: Arc::clone(&hooks),
            outside: Arc::new(outside),
            doors: doors.clone(),
            editions: Arc::clone(&editions),
            props: Arc::clone(&props),
            runtime: tokio::runtime::Handle::current(),
            post: post.clone(),
            owner: options.owner.clone(),
            is_dry: options.is_dry,
        };
        let unreadable = |source| ScriptError::Unreadable { what: "what scripts have still to do to messages", source };
        let conductor = Conductor::new(score).map_err(unreadable)?;
        let over = CancellationToken::new();
        let ends = over.clone().drop_guard();
        let thread = std::thread::Builder::new()
            .name("mynah-conductor".to_owned())
            .spawn(move || {
                let _ends = ends;
                conductor.run(&mail, &rung);
            })
            .map_err(start("the conductor's thread"))?;
        let listener = match options.listen.filter(|_| !options.is_dry) {
            Some(address) => Some(listen(address, &post, doors).await?),
            None => None,
        };
        let bell = archive.on_change({
            let post = post.clone();
            move |_| post.ring()
        });
        let ears = CancellationToken::new();
        let (calls, asked) = mpsc::channel(1);
        tokio::spawn(hear_session(session.events(), post.clone(), ears.clone(), asked));
        Ok(Self {
            session,
            props,
            editions,
            post,
            stages: prompters,
            conductor: Mutex::new(Some(thread)),
            table,
            hooks,
            listener,
            ears,
            over,
            calls,
            _bell: bell,
        })
    }

    /// Lets the session go on with what waits for the hooks. Call it when the scripts are loaded.
    pub fn open_doors(&self) {
        self.table.send_replace(Some(Arc::clone(&self.hooks)));
    }

    /// Where webhooks listen.
    pub fn listening(&self) -> Option<SocketAddr> {
        self.listener.as_ref().map(Listener::address)
    }

    /// The session that the scripts hear.
    pub fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Loads a script, or a new version of one: first in a machine of its own, then, if that goes well, in the place of the one before, between
    /// two events.
    ///
    /// # Errors
    /// [`ScriptError::Unfit`]: the version before goes on.
    pub async fn load(&self, bundle: Bundle) -> Result<(), ScriptError> {
        let script: Arc<str> = Arc::clone(&bundle.name);
        match self.rehearse(bundle).await {
            Ok((edition, stage, loaded)) => {
                let (done, entered) = oneshot::channel();
                self.post.send(Mail::Enter { edition, stage, loaded, is_current: true, done: Some(done) });
                let entered = entered.await.map_err(|_| ScriptError::Ended)?;
                entered.map_err(|why| ScriptError::Unfit { script: script.to_string(), why })
            }
            Err(why) => {
                self.post.send(Mail::Unfit { script: Arc::clone(&script), problem: why.clone() });
                Err(ScriptError::Unfit { script: script.to_string(), why })
            }
        }
    }

    async fn rehearse(&self, bundle: Bundle) -> Result<(Arc<Edition>, usize, Loaded), String> {
        let edition = Arc::new(self.editions.make(bundle)?);
        let props = Arc::clone(&self.props);
        let rehearsed = Arc::clone(&edition);
        // On a thread of its own: whatever it does at its top level, nobody waits for it.
        let aside = tokio::task::spawn_blocking(move || {
            let stage = Stage::start(props, |_| {}).map_err(|error| error.to_string())?;
            let (answer, loaded) = oneshot::channel();
            stage.prompter().order(Order::Load { edition: rehearsed, loaded: answer });
            loaded.blocking_recv().map_err(|_| "its stage has ended".to_owned())?.map(drop).map_err(|fault: Fault| fault.to_string())
        });
        match tokio::time::timeout(LOADING, aside).await {
            Ok(Ok(rehearsed)) => rehearsed?,
            Ok(Err(_)) => return Err("a fault of the host while it was loaded".to_owned()),
            Err(_) => return Err(format!("loading takes more than {} s", LOADING.as_secs())),
        }
        // All versions of a script on one stage: what its runs have written and is not on the disk yet is known there alone.
        let stage = xxhash_rust::xxh3::xxh3_64(edition.bundle.name.as_bytes()) as usize % self.stages.len();
        let (answer, loaded) = oneshot::channel();
        self.stages[stage].order(Order::Load { edition: Arc::clone(&edition), loaded: answer });
        match loaded.await {
            Ok(Ok(loaded)) => Ok((edition, stage, loaded)),
            Ok(Err(fault)) => Err(fault.to_string()),
            Err(_) => Err("its stage has ended".to_owned()),
        }
    }

    /// Ends a script that is no longer wanted, once it has heard that it ends. What it keeps stays, for when it comes back; then it hears what is said from then on.
    pub async fn unload(&self, script: &str) {
        let (done, gone) = oneshot::channel();
        self.post.send(Mail::Leave { script: script.into(), done });
        // A conductor who has gone home has forgotten it too.
        let _ = gone.await;
    }

    /// Says that a script cannot be read, so that whoever looks sees it.
    pub fn report(&self, script: &str, problem: &str) {
        self.post.send(Mail::Unfit { script: script.into(), problem: problem.to_owned() });
    }

    /// Notes something about a script in its log.
    pub(super) fn note(&self, script: &str, level: Level, message: String) {
        let line = LogLine { at: self.props.clock.now(), level, from: "host".to_owned(), message, fields: super::Data::Nil };
        self.props.log.note(script, line);
    }

    /// Waits until the scripts have ended: because they were stopped, or because what they do can no longer be written.
    pub async fn ended(&self) {
        self.over.cancelled().await;
    }

    /// Reads the grants again. Scripts whose grants have changed have to be loaded again.
    ///
    /// # Errors
    /// [`ScriptError::Settings`]: the grants before stay.
    pub fn reload_grants(&self) -> Result<(), ScriptError> {
        self.editions.reload_grants()
    }

    /// Looks at the clock again, after it was set.
    pub fn tick(&self) {
        self.post.send(Mail::Rung);
    }

    /// When something is due next, Unix seconds: a timer, the end of a question, another attempt.
    ///
    /// # Errors
    /// [`ScriptError::Ended`].
    pub(super) async fn next_wake(&self) -> Result<Option<u64>, ScriptError> {
        let (told, next) = oneshot::channel();
        self.post.send(Mail::NextWake(told));
        next.await.map_err(|_| ScriptError::Ended)
    }

    /// Calls a webhook of a script as its listener does for whom it let in, and waits for the answer.
    ///
    /// # Errors
    /// [`ScriptError::Ended`].
    pub(super) async fn call_webhook(&self, script: &str, call: WebhookCall) -> Result<WebhookAnswer, ScriptError> {
        let (answer, answered) = oneshot::channel();
        self.post.send(Mail::Webhook { script: script.to_owned(), call, answer });
        answered.await.map_err(|_| ScriptError::Ended)
    }

    /// Waits until there is nothing to do before something new happens.
    ///
    /// # Errors
    /// [`ScriptError::Ended`].
    pub async fn idle(&self) -> Result<(), ScriptError> {
        loop {
            let (idle, is_idle) = oneshot::channel();
            self.post.send(Mail::WhenIdle(idle));
            is_idle.await.map_err(|_| ScriptError::Ended)?;
            // What was downloaded meanwhile may be on its way to the scripts.
            let (passed_on, is_news) = oneshot::channel();
            let asked = self.calls.send(passed_on).await.is_ok();
            if !asked || !is_news.await.unwrap_or(false) {
                return Ok(());
            }
        }
    }

    /// The newest lines of a script's log, at most `limit`, oldest first.
    ///
    /// # Errors
    /// What the system says when they cannot be read.
    pub fn log(&self, script: &str, limit: usize) -> std::io::Result<Vec<super::log::LogLine>> {
        self.props.log.newest(script, limit)
    }

    /// Deals once more with an event that was given up. Returns whether there is one of this number.
    ///
    /// # Errors
    /// [`ScriptError::Ended`].
    pub async fn retry_dead(&self, script: &str, no: u64) -> Result<bool, ScriptError> {
        self.deal_with_dead(script, no, true).await
    }

    /// Forgets an event that was given up. Returns whether there is one of this number.
    ///
    /// # Errors
    /// [`ScriptError::Ended`].
    pub async fn skip_dead(&self, script: &str, no: u64) -> Result<bool, ScriptError> {
        self.deal_with_dead(script, no, false).await
    }

    async fn deal_with_dead(&self, script: &str, no: u64, retry: bool) -> Result<bool, ScriptError> {
        let (done, was_there) = oneshot::channel();
        self.post.send(Mail::Dead { script: script.to_owned(), no, retry, done });
        was_there.await.map_err(|_| ScriptError::Ended)
    }

    /// Ends all scripts: they are told, what is under way may end, and everything is written.
    pub async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        self.post.send(Mail::Stop(done));
        // What takes longer is done at the next start.
        let _ = tokio::time::timeout(STOPPING, stopped).await;
        let _ = tokio::time::timeout(STOPPING, self.session.idle()).await;
        if let Some(listener) = &self.listener {
            listener.close().await;
        }
        self.end();
        let conductor = lock(&self.conductor).take();
        if let Some(conductor) = conductor {
            // A conductor who came to grief has said so.
            let _ = tokio::task::spawn_blocking(move || conductor.join()).await;
        }
    }

    fn end(&self) {
        self.ears.cancel();
        self.post.send(Mail::Home);
    }
}

impl Drop for ScriptHost {
    fn drop(&mut self) {
        self.end();
        if let Some(conductor) = lock(&self.conductor).take() {
            let _ = conductor.join();
        }
    }
}

/// Opens the door for webhooks.
async fn listen(address: SocketAddr, post: &Post, doors: Doors) -> Result<Listener, ScriptError> {
    let post = post.clone();
    let ask = move |script: String, call| {
        let (answer, answered) = oneshot::channel();
        post.send(Mail::Webhook { script, call, answer });
        answered
    };
    Listener::bind(address, ask, doors).await.map_err(|source| ScriptError::Start { what: "the listener for webhooks", source })
}
