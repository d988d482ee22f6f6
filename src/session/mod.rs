//! An account at work: an archive plus a transport. Sends, receives, recalls, edits, reports what was read, downloads. Owns the trait
//! [`Hooks`], and the order in which things happen; what is kept, and how, is the archive's.

mod attempt;
mod batch;
mod bridge;
mod clock;
mod code;
mod compose;
mod download;
mod edit;
mod error;
mod events;
mod flight;
mod history;
mod hooks;
mod journal;
mod lane;
mod limits;
mod local;
mod merged;
mod options;
#[cfg(feature = "script")]
mod outgoing;
mod parts;
mod publish;
mod read;
mod recall;
mod receive;
mod remove;
mod take_over;
mod together;
mod upload;
mod write;

pub use batch::SentTo;
pub use bridge::Blocking;
pub use clock::Clock;
pub use download::{DownloadRequest, Downloading};
pub use error::SessionError;
pub use events::Events;
pub use flight::{SendFailure, Sending};
pub use history::Roaming;
pub use hooks::{Denied, Download, Hooks};
pub use journal::{Event, JournalEvents, Told};
pub use limits::{Allowance, Limits};
pub use merged::Bundle;
pub use options::SessionOptions;
#[cfg(feature = "script")]
pub(crate) use outgoing::{check_outgoing, may_have_files};
pub use parts::Part;
#[cfg(feature = "script")]
pub(crate) use parts::content_of;
pub use remove::Reach;

use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore, broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::archive::{Archive, Bell, OutboxNo, Outcome, Refusal, Waiting, Work};
use crate::fetch::Fetcher;
use crate::model::{ConversationId, Message, Status};
use crate::store::{JournalNo, lock};
use crate::transport::{Connection, Transport};

use bridge::Bridge;
use compose::Rands;
use flight::Flight;
use lane::{Given, Lanes};
use together::Together;

/// Messages that may be under way at once, as in the service.
const IN_FLIGHT: usize = 1_000;
/// Events that are not in the journal and that a slow subscriber can lag behind before it misses some.
const LIVE: usize = 1_024;

/// A logged-in account. Share it behind an `Arc`; all its methods take `&self`.
///
/// End it with [`Session::logout`]. Dropping it ends it as a crash would: nothing that was acknowledged is lost, what waited goes on waiting.
pub struct Session {
    shared: Arc<Shared>,
    /// Rings when the archive has changed.
    _bell: Bell,
}

/// What the callers' tasks and the session's own share.
struct Shared {
    account: String,
    bridge: Bridge,
    transport: Arc<dyn Transport>,
    options: SessionOptions,
    fetcher: Fetcher,
    rands: Rands,
    rng: Mutex<fastrand::Rng>,
    lanes: Lanes,
    /// Messages of all lanes that are put into the outbox, with their deadlines.
    queueing: Together<(Message, u64), Result<Waiting, Refusal>>,
    /// Messages of all lanes that have ended.
    settling: Together<(OutboxNo, Outcome), Option<Message>>,
    /// One permit for each message under way.
    in_flight: Arc<Semaphore>,
    limits: limits::Gate,
    live: broadcast::Sender<Event>,
    /// What comes in can no longer be kept.
    deaf: watch::Sender<bool>,
    /// The newest change of the archive.
    head: watch::Receiver<JournalNo>,
    /// There may be a read receipt to send.
    receipts: Notify,
    /// Read receipts were sent, or could not be.
    receipts_tried: watch::Sender<()>,
    runtime: Handle,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// No other session works on the archive meanwhile; `None` after logging out.
    work: Mutex<Option<Work>>,
}

impl Session {
    async fn begin(options: SessionOptions, archive: Arc<Archive>, transport: Arc<dyn Transport>) -> Result<Self, SessionError> {
        let account = transport.account().to_owned();
        crate::model::limits::ACCOUNT.check(account.len())?;
        let bridge = Bridge::new(Arc::clone(&archive), options.blocking);
        let work = archive.begin_work().ok_or(SessionError::AtWork)?;
        let (name, fetch) = (account.clone(), options.fetch.clone());
        let fetcher = bridge
            .run(move |archive| -> Result<Fetcher, SessionError> {
                archive.name_account(&name)?;
                Ok(Fetcher::new(fetch)?)
            })
            .await?;
        let (head_sender, head) = watch::channel(archive.journal_head());
        let bell = archive.on_change(move |no| {
            head_sender.send_replace(no);
        });
        let (live, _) = broadcast::channel(LIVE);
        // Two logins of one second have to differ.
        let seed = options.seed.map(|seed| seed ^ archive.journal_head().0.rotate_left(32));
        let shared = Arc::new(Shared {
            account,
            bridge,
            transport,
            fetcher,
            rands: Rands::new(seed),
            rng: Mutex::new(seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)),
            lanes: Lanes::default(),
            queueing: Together::default(),
            settling: Together::default(),
            in_flight: Arc::new(Semaphore::new(IN_FLIGHT)),
            limits: limits::Gate::new(options.limits.clone()),
            live,
            deaf: watch::Sender::new(false),
            head,
            receipts: Notify::new(),
            receipts_tried: watch::Sender::new(()),
            runtime: Handle::current(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            work: Mutex::new(Some(work)),
            options,
        });
        let session = Self { shared, _bell: bell };
        session.resume().await?;
        Ok(session)
    }

    /// Goes on where an earlier run ended, and begins to listen.
    async fn resume(&self) -> Result<(), SessionError> {
        let shared = &self.shared;
        if self.archive().is_reader() {
            // What waits there is for the session of who writes it, and so is what comes in.
            return Ok(());
        }
        let (waiting, dropped): (Vec<_>, Vec<_>) = shared.bridge.run(Archive::waiting).await?.into_iter().partition(|waiting| {
            // What was deleted or recalled here while it waited is not said any more.
            waiting.message.status == Some(Status::Sending)
        });
        let dropped = dropped.into_iter().map(|waiting| (waiting.no, Outcome::Cancelled)).collect();
        shared.bridge.run(move |archive| archive.settle(dropped)).await?;
        let from_now = shared.deadline();
        // Nobody was there to send them meanwhile.
        self.take_over(waiting.into_iter().map(|waiting| Waiting { deadline: waiting.deadline.max(from_now), ..waiting }).collect());
        shared.spawn(Arc::clone(shared).run_receiver());
        shared.spawn(Arc::clone(shared).run_receipts());
        Ok(())
    }

    /// The account's name.
    pub fn account(&self) -> &str {
        &self.shared.account
    }

    /// The account's archive: history, search and everything else that needs no other machine. Its methods block.
    pub fn archive(&self) -> &Arc<Archive> {
        self.shared.bridge.archive()
    }

    /// Whether the other side can be reached, now and whenever that changes.
    pub fn connection(&self) -> watch::Receiver<Connection> {
        self.shared.transport.connection()
    }

    /// The other side's clock, Unix seconds.
    pub fn server_time(&self) -> u64 {
        self.shared.transport.server_time()
    }

    /// What happens from now on. Nothing that is in the journal is missed, however slowly it is read.
    pub fn events(&self) -> Events {
        Events::new(&self.shared, None)
    }

    /// What happened behind the change `since`, and what happens from now on.
    pub fn events_since(&self, since: JournalNo) -> Events {
        Events::new(&self.shared, Some(since))
    }

    /// Sends a message, and returns as soon as it has its id. Waits while 1,000 messages are under way.
    ///
    /// Messages to one conversation leave in the order in which they were given. A message is in the archive, with status Sending, before it
    /// leaves; if the process ends meanwhile, it is sent at the next login, and arrives once. Online-only messages are kept nowhere.
    /// Time, seq, rand, id and status of `message` are not looked at.
    ///
    /// # Errors
    /// What is wrong with the message; it is not sent. How sending ended, [`Sending::outcome`] tells.
    pub async fn send(&self, to: &ConversationId, message: Message) -> Result<Sending, SessionError> {
        let permit = Arc::clone(&self.shared.in_flight).acquire_owned().await.map_err(|_| SessionError::Ended)?;
        self.send_with(to, message, permit)
    }

    /// As [`Session::send`], without waiting. Needs no async context.
    ///
    /// # Errors
    /// [`SessionError::Busy`] while 1,000 messages are under way, and as for [`Session::send`].
    pub fn try_send(&self, to: &ConversationId, message: Message) -> Result<Sending, SessionError> {
        use tokio::sync::TryAcquireError::{Closed, NoPermits};
        let permit = Arc::clone(&self.shared.in_flight).try_acquire_owned().map_err(|error| match error {
            NoPermits => SessionError::Busy { limit: IN_FLIGHT },
            Closed => SessionError::Ended,
        })?;
        self.send_with(to, message, permit)
    }

    fn send_with(&self, to: &ConversationId, message: Message, permit: tokio::sync::OwnedSemaphorePermit) -> Result<Sending, SessionError> {
        let shared = &self.shared;
        let message = compose::compose(message, &shared.account, shared.options.clock.now(), &shared.rands)?.in_conversation(to);
        let flight = Flight::new(message.clone());
        shared.give(to, Given { message, deadline: shared.deadline(), flight: Arc::clone(&flight), permit });
        Ok(Sending { flight })
    }

    /// Calls back a message that waits or whose files are being carried, and returns it with status 7. One that a hook still looks at was never
    /// written, and is in no history.
    ///
    /// # Errors
    /// [`SessionError::NotWaiting`] when it is unknown, on its way, or sent.
    pub async fn cancel(&self, id: &str) -> Result<Message, SessionError> {
        let not_waiting = || SessionError::NotWaiting { id: id.to_owned() };
        let flight = self.shared.lanes.flight(id).ok_or_else(not_waiting)?;
        if !flight.cancel() {
            return Err(not_waiting());
        }
        if let Some(ready) = self.shared.lanes.take_cancelled(&flight) {
            self.shared.call_back(ready);
        }
        match flight.outcome().await {
            Err(failure) if matches!(*failure.error, SessionError::Cancelled) => Ok(*failure.message),
            // Something else went wrong with it before it was called back.
            Ok(_) | Err(_) => Err(not_waiting()),
        }
    }

    /// Ends the session: waits for what is being written, and leaves what waits to be sent for the next login. Ending it twice is ending it.
    ///
    /// The archive closes when nobody has it any more: when this is dropped, and everything else that uses it, [`Events`] too.
    pub async fn logout(&self) {
        self.shared.end();
        self.shared.tasks.wait().await;
        self.shared.lanes.abandon();
        lock(&self.shared.work).take();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.shared.end();
    }
}

impl Shared {
    /// Tells every task to end, and takes no new work.
    fn end(&self) {
        self.in_flight.close();
        self.stop.cancel();
        self.tasks.close();
    }

    /// Starts a task that logging out waits for.
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(task, &self.runtime);
    }

    /// A number that names something which may be tried several times.
    fn nonce(&self) -> u64 {
        lock(&self.rng).u64(..)
    }

    /// When a message fails that is given now, Unix seconds.
    fn deadline(&self) -> u64 {
        // A part of a second counts as a whole one.
        self.options.clock.now().saturating_add(self.options.deadline.as_secs_f64().ceil() as u64)
    }

    /// A number from 0 up to, but not including, 1.
    fn chance(&self) -> f64 {
        lock(&self.rng).f64()
    }
}
