//! The account of a rehearsal at work: the real session and host, over an archive of its own, by a clock that is set. Who talks with it, and over
//! what, is for others to say.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::archive::{Archive, ArchiveError, ArchiveOptions};
use crate::script::host::{ScriptHost, ScriptOptions, Scripts};
use crate::session::{Clock, Limits, Session, SessionError, SessionOptions};
use crate::store::{Durability, StoreError};
use crate::transport::Transport;

/// A wait that only a fault makes this long.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How soon is looked again whether something is over.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
/// Memory for each archive, MiB.
const MEMORY_MIB: usize = 64;
/// What the way to a hook and back may take, by the clock on the wall: how busy the machine is says nothing about the script.
const HOOK_GRACE: Duration = Duration::from_secs(10);

/// Why a step of a rehearsal cannot be taken, or was not as expected.
pub(super) type Why = String;

/// The clock of a rehearsal.
#[derive(Clone)]
pub(super) enum Hands {
    /// It stands until it is set. Unix seconds.
    Standing(Arc<AtomicU64>),
    /// It goes as the machine's does, so many seconds ahead of it.
    Going(Arc<AtomicU64>),
}

impl Hands {
    pub(super) fn standing_at(second: u64) -> Self {
        Self::Standing(Arc::new(AtomicU64::new(second)))
    }

    pub(super) fn going() -> Self {
        Self::Going(Arc::default())
    }

    pub(super) fn now(&self) -> u64 {
        match self {
            Self::Standing(now) => now.load(Ordering::SeqCst),
            Self::Going(ahead) => Clock::system().now() + ahead.load(Ordering::SeqCst),
        }
    }

    /// Sets it on.
    pub(super) fn set(&self, second: u64) {
        match self {
            Self::Standing(now) => now.store(second, Ordering::SeqCst),
            Self::Going(ahead) => ahead.store(second.saturating_sub(Clock::system().now()), Ordering::SeqCst),
        }
    }

    fn clock(&self) -> Clock {
        let hands = self.clone();
        Clock::new(move || hands.now())
    }
}

/// The account, its archive and its host.
pub(super) struct Studio {
    folder: PathBuf,
    pub(super) hands: Hands,
    host: Option<ScriptHost>,
}

impl Studio {
    /// An account whose archive is, or will be, in this folder. Nothing runs yet.
    pub(super) fn new(folder: PathBuf, hands: Hands) -> Self {
        Self { folder, hands, host: None }
    }

    /// The host, while it runs.
    pub(super) fn host(&self) -> Option<&ScriptHost> {
        self.host.as_ref()
    }

    /// Logs in over a line, and starts a host in which no script is yet.
    pub(super) async fn open<T: Transport>(&mut self, mut options: ScriptOptions, line: impl Fn() -> T) -> Result<&ScriptHost, Why> {
        options.hook_grace = HOOK_GRACE;
        let scripts = Scripts::new(options);
        let login = self.login(&scripts, line);
        let session = tokio::time::timeout(PATIENCE, login).await.map_err(|_| "the archive stays locked".to_owned())??;
        let host = scripts.begin(Arc::new(session)).await.map_err(|error| error.to_string())?;
        Ok(self.host.insert(host))
    }

    async fn login<T: Transport>(&self, scripts: &Scripts, line: impl Fn() -> T) -> Result<Session, Why> {
        loop {
            let options = SessionOptions::new().archive(archive_options()).limits(Limits::none()).hooks(scripts.hooks());
            match options.clock(self.hands.clock()).login(&self.folder, line()).await {
                // The one before is still closing it.
                Err(SessionError::Archive(ArchiveError::Store(StoreError::Locked { .. }))) => tokio::time::sleep(LOOK_AGAIN).await,
                Err(error) => return Err(format!("the account cannot log in: {error}")),
                Ok(session) => return Ok(session),
            }
        }
    }

    /// Ends host and session as a kill would: nothing is told, and what is not written is gone.
    pub(super) async fn crash(&mut self) -> Result<(), Why> {
        let Some(host) = self.host.take() else { return Ok(()) };
        let archive = Arc::clone(host.session().archive());
        let closed = async {
            // Dropping joins threads.
            let _ = tokio::task::spawn_blocking(move || drop(host)).await;
            // Tasks of the session hold the archive for a moment longer.
            while Arc::strong_count(&archive) > 1 {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            // Whoever lets go last closes it: from here on nobody writes in its folder.
            let _ = tokio::task::spawn_blocking(move || drop(archive)).await;
        };
        tokio::time::timeout(PATIENCE, closed).await.map_err(|_| "somebody keeps the archive open".to_owned())
    }

    /// Waits until nobody has anything to do.
    pub(super) async fn rest(&self) -> Result<(), Why> {
        let host = self.running()?;
        let rest = async {
            let archive = Arc::clone(host.session().archive());
            loop {
                let head = archive.journal_head();
                host.idle().await.map_err(|error| error.to_string())?;
                let looked = Arc::clone(&archive);
                let waits = tokio::task::spawn_blocking(move || {
                    let waits = !looked.waiting().map_err(|error| error.to_string())?.is_empty();
                    if waits {
                        looked.wait_for_change(looked.journal_head(), Duration::from_millis(20));
                    }
                    Ok::<bool, Why>(waits)
                });
                let waits = waits.await.map_err(|error| error.to_string())??;
                if !waits && archive.journal_head() == head {
                    return Ok::<(), Why>(());
                }
            }
        };
        tokio::time::timeout(PATIENCE, rest).await.map_err(|_| "the script never rests".to_owned())?
    }

    /// When something is due next, in a second from now at the soonest; `None`: nothing ever is.
    pub(super) async fn next_due(&self) -> Result<Option<u64>, Why> {
        let next = self.running()?.next_wake().await.map_err(|error| error.to_string())?;
        Ok(next.map(|next| next.max(self.hands.now() + 1)))
    }

    /// Sets the clock on, and waits until what is due then has happened.
    pub(super) async fn set(&self, second: u64) -> Result<(), Why> {
        self.hands.set(second);
        self.running()?.tick();
        self.rest().await
    }

    /// The archive, while the host runs.
    pub(super) fn archive(&self) -> Result<Arc<Archive>, Why> {
        Ok(Arc::clone(self.running()?.session().archive()))
    }

    fn running(&self) -> Result<&ScriptHost, Why> {
        self.host.as_ref().ok_or_else(|| "the script does not run".to_owned())
    }
}

/// How the archives of rehearsals are opened: nothing of them is to last.
pub(super) fn archive_options() -> ArchiveOptions {
    ArchiveOptions::new().durability(Durability::Buffered).memory_mib(MEMORY_MIB)
}
