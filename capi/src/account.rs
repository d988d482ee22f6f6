//! Who is logged in: the archive, the session, and the threads that work for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::Archive;
use engine::archive::ArchiveOptions;
use engine::session::{Session, SessionOptions};
use engine::transport::loopback::Hub;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::answer::{Answer, Reply};
use crate::call::{Access, Function, Waiting, Work};
use crate::codes::NOT_LOGGED_IN;
use crate::desk::desk;
use crate::library::{LoginError, Setup};
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
    runtime: Mutex<Option<Runtime>>,
    handle: Handle,
    writer: Writer,
    /// One for each function whose calls wait for other machines. Bounded by the calls in flight.
    lanes: Mutex<HashMap<&'static str, Lane>>,
}

impl Account {
    /// Opens the archive of `user` and logs in. Blocks.
    pub(crate) fn open(setup: &Setup, user: &str) -> Result<(Arc<Self>, Option<LoginError>), LoginError> {
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).thread_name("mynah-session").enable_all().build()?;
        let hub = setup.hub(user)?;
        let archive = Arc::new(ArchiveOptions::new().account(user).open(setup.folder_of(user))?);
        let login = SessionOptions::new().tells_readers(setup.tells_readers).login_to(Arc::clone(&archive), hub.account(user));
        let (session, error) = match runtime.block_on(login) {
            Ok(session) => (Some(Arc::new(session)), None),
            Err(error) => (None, Some(LoginError::from(error))),
        };
        let writer = Writer::start(Arc::clone(&archive))?;
        let handle = runtime.handle().clone();
        let account = Self {
            user: user.to_owned(),
            archive,
            session,
            hub,
            runtime: Mutex::new(Some(runtime)),
            handle,
            writer,
            lanes: Mutex::default(),
        };
        Ok((Arc::new(account), error))
    }

    /// The session. Only calls with [`Access::Works`] come here, and only while there is one.
    pub(crate) fn session(&self) -> Result<&Arc<Session>, Answer> {
        self.session.as_ref().ok_or_else(|| Answer::failed(NOT_LOGGED_IN, "not login", ""))
    }

    pub(crate) fn is_logged_in(&self) -> bool {
        self.session.is_some()
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
                    let answer = match account.upgrade() {
                        Some(account) => work(&account),
                        None => Answer::failed(NOT_LOGGED_IN, function.closed, function.failed),
                    };
                    reply.call(&answer);
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
                    let answer = work.await;
                    desk().answer(reply, answer);
                }
            });
            lane
        });
        if let Err(refused) = lane.send((work, reply)) {
            desk().answer(refused.0.1, Answer::failed(NOT_LOGGED_IN, function.closed, function.failed));
        }
    }

    /// Logs out, ends what is under way and closes the archive. Blocks; what it ends is answered.
    pub(crate) fn close(self: Arc<Self>) {
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(runtime) = runtime {
            if let Some(session) = &self.session {
                runtime.block_on(session.logout());
            }
            self.lanes.lock().unwrap_or_else(PoisonError::into_inner).clear();
            self.writer.end();
            runtime.shutdown_timeout(PATIENCE);
        }
    }
}
