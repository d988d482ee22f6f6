//! Who is logged in: the archive, the session, and the threads that work for them.

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::Archive;
use engine::archive::ArchiveOptions;
use engine::model::ConversationId;
use engine::session::{Clock, Events, Session, SessionOptions};
use engine::transport::loopback::Hub;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::answer::{Answer, Reply};
use crate::call::{Access, Function, Waiting, Work};
use crate::codes::NOT_LOGGED_IN;
use crate::desk::desk;
use crate::library::{LoginError, Setup};
use crate::membership::Membership;
use crate::turns::Turns;
use crate::writer::{Change, Writer};

/// Threads on which a session works.
const THREADS: usize = 2;
/// How long what is under way may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// A call that waits for something, and where its answer goes.
type Lane = UnboundedSender<(Waiting, Reply)>;

/// An account whose archive is open.
pub(crate) struct Account {
    pub(crate) user: String,
    pub(crate) archive: Arc<Archive>,
    /// `None` when the login has failed: then there is what is here, and nothing more.
    session: Option<Arc<Session>>,
    pub(crate) hub: Hub,
    pub(crate) membership: Membership,
    /// Sends of one conversation are answered in their order.
    pub(crate) sends: Turns<ConversationId>,
    runtime: Mutex<Option<Runtime>>,
    handle: Handle,
    writer: Writer,
    /// One for each function whose calls wait for other machines. Bounded by the calls in flight.
    lanes: Mutex<HashMap<&'static str, Lane>>,
    is_closed: AtomicBool,
    is_interrupted: AtomicBool,
    gone: Mutex<Option<Receiver<Infallible>>>,
    /// The last field, so that it is dropped when the archive is closed.
    _open: Sender<Infallible>,
}

/// An account that was opened.
pub(crate) struct Opened {
    pub(crate) account: Arc<Account>,
    /// What happens from the login on; or why it has failed.
    pub(crate) login: Result<Heard, LoginError>,
}

/// What happens to an account that was logged in.
pub(crate) struct Heard {
    pub(crate) events: Events,
    /// The conversations that were there before.
    pub(crate) known: BTreeSet<ConversationId>,
    /// The unread messages before.
    pub(crate) unread: u64,
}

/// Waits until an account that was closed is gone, and its archive can be opened again.
pub(crate) struct Leaving(Option<Receiver<Infallible>>);

impl Leaving {
    pub(crate) fn wait(self) {
        if let Some(gone) = self.0 {
            // Nothing is ever sent: the wait ends when the other end is dropped.
            let _ = gone.recv_timeout(PATIENCE);
        }
    }
}

impl Account {
    /// Opens the archive of `user` and logs in. Blocks.
    pub(crate) fn open(setup: &Setup, user: &str) -> Result<Opened, LoginError> {
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).thread_name("mynah-session").enable_all().build()?;
        let hub = setup.hub(user)?;
        let archive = Arc::new(ArchiveOptions::new().account(user).open(setup.folder_of(user))?);
        // Taken before the login, so that nothing falls between the login and the events.
        let before = archive.follow(None)?;
        let known = archive.conversation_numbers().filter_map(|number| archive.conversation_name(number)).collect();
        let unread = archive.total_unread();
        let membership = Membership::new(hub.clone(), user);
        let options = SessionOptions::new().tells_readers(setup.tells_readers).hooks(membership.clone());
        let login = options.login_to(Arc::clone(&archive), hub.account(user));
        let (session, login) = match runtime.block_on(login) {
            Ok(session) => {
                let events = session.events_since(before.read_up_to());
                (Some(Arc::new(session)), Ok(Heard { events, known, unread }))
            }
            Err(error) => (None, Err(LoginError::from(error))),
        };
        drop(before);
        let writer = Writer::start(Arc::clone(&archive))?;
        let (open, gone) = channel();
        let account = Self {
            user: user.to_owned(),
            archive,
            session,
            hub,
            membership,
            sends: Turns::default(),
            handle: runtime.handle().clone(),
            runtime: Mutex::new(Some(runtime)),
            writer,
            lanes: Mutex::default(),
            is_closed: AtomicBool::new(false),
            is_interrupted: AtomicBool::new(false),
            gone: Mutex::new(Some(gone)),
            _open: open,
        };
        Ok(Opened { account: Arc::new(account), login })
    }

    /// The session. Only calls with [`Access::Works`] come here, and only while there is one.
    pub(crate) fn session(&self) -> Result<&Arc<Session>, Answer> {
        self.session.as_ref().ok_or_else(|| Answer::failed(NOT_LOGGED_IN, "not login", ""))
    }

    pub(crate) fn is_logged_in(&self) -> bool {
        self.session.is_some()
    }

    /// Looks something up in the archive, for a task that must not block. `None` when the account is closed meanwhile.
    pub(crate) async fn look_up<T: Send + 'static>(&self, look: impl FnOnce(&Archive) -> T + Send + 'static) -> Option<T> {
        let archive = Arc::clone(&self.archive);
        self.handle.spawn_blocking(move || look(&archive)).await.ok()
    }

    /// The other side's clock, Unix seconds; this machine's when the login has failed.
    pub(crate) fn now(&self) -> u64 {
        self.session.as_ref().map_or_else(|| Clock::system().now(), |session| session.server_time())
    }

    /// Whether its events are still told.
    pub(crate) fn is_open(&self) -> bool {
        !self.is_closed.load(Ordering::Acquire)
    }

    /// Has everything that is pending end without being done. Its replies say so when they are dropped.
    pub(crate) fn interrupt(&self) {
        self.is_interrupted.store(true, Ordering::Release);
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.is_interrupted.load(Ordering::Acquire)
    }

    /// Starts something that ends by itself, or with the account.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.handle.spawn(task);
    }

    /// Does what a call asks for.
    pub(crate) fn take(self: &Arc<Self>, function: &'static Function, work: Work, reply: Reply) {
        if function.access == Access::Works && !self.is_logged_in() {
            return desk().answer(reply, Answer::failed(NOT_LOGGED_IN, function.closed, function.failed));
        }
        match work {
            Work::Read(work) => {
                // A queue that is not worked off must not hold the archive open.
                let account = Arc::downgrade(self);
                desk().post(move || {
                    // A fault in the work is answered when the reply is dropped.
                    let answer = match account.upgrade() {
                        Some(account) if account.is_interrupted() => return drop(reply),
                        Some(account) => work(&account),
                        None => Answer::failed(NOT_LOGGED_IN, function.closed, function.failed),
                    };
                    reply.end(&answer);
                });
            }
            Work::Write(work) => {
                let change = Change { work, account: Arc::clone(self), failed: function.failed, reply };
                if let Err(change) = self.writer.write(change) {
                    desk().answer(change.reply, Answer::failed(NOT_LOGGED_IN, function.closed, function.failed));
                }
            }
            Work::Wait(work) => self.wait(function, work(Arc::clone(self)), reply),
            Work::Begin(work) => work(self, reply),
        }
    }

    /// Puts a call behind the others of its function.
    fn wait(&self, function: &'static Function, work: Waiting, reply: Reply) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(function.name).or_insert_with(|| {
            let (lane, mut calls) = unbounded_channel::<(Waiting, Reply)>();
            self.handle.spawn(async move {
                while let Some((work, reply)) = calls.recv().await {
                    // A task of its own, so that a fault ends only this call.
                    match tokio::spawn(work).await {
                        Ok(answer) => desk().answer(reply, answer),
                        Err(ended) if ended.is_panic() => desk().answer(reply, Answer::fault(function.failed)),
                        Err(_) => drop(reply),
                    }
                }
            });
            lane
        });
        if let Err(refused) = lane.send((work, reply)) {
            desk().answer(refused.0.1, Answer::failed(NOT_LOGGED_IN, function.closed, function.failed));
        }
    }

    /// Logs out, ends what is under way and closes the archive. Blocks; what it ends is answered. The archive is closed when the last call
    /// that uses it has ended.
    pub(crate) fn close(self: Arc<Self>) -> Leaving {
        self.is_closed.store(true, Ordering::Release);
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(runtime) = runtime {
            if let Some(session) = &self.session {
                runtime.block_on(session.logout());
            }
            self.lanes.lock().unwrap_or_else(PoisonError::into_inner).clear();
            self.writer.end();
            runtime.shutdown_timeout(PATIENCE);
        }
        Leaving(self.gone.lock().unwrap_or_else(PoisonError::into_inner).take())
    }
}
