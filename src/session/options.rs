//! How an account works: deadlines, windows, limits, hooks.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{Blocking, Clock, Hooks, Limits, Session, SessionError};
use crate::archive::{Archive, ArchiveOptions};
use crate::fetch::FetchOptions;
use crate::transport::Transport;

/// How a session is opened.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let folder = tempfile::tempdir()?;
/// use mynah::model::{ConversationId, Message};
/// use mynah::session::SessionOptions;
/// use mynah::transport::loopback::Hub;
///
/// let hub = Hub::new();
/// let alice = SessionOptions::new().login(folder.path().join("alice"), hub.account("alice")).await?;
/// let bob = SessionOptions::new().login(folder.path().join("bob"), hub.account("bob")).await?;
/// let mut heard = bob.events();
///
/// let sending = alice.send(&ConversationId::c2c("bob")?, Message::text("", 0, "hello")).await?;
/// assert_eq!(sending.outcome().await?.texts(), ["hello"]);
/// let said = loop {
///     if let mynah::session::Event::Received(message) = heard.next().await?.event {
///         break message;
///     }
/// };
/// assert_eq!(said.sender, "alice");
/// alice.logout().await;
/// bob.logout().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).map_err(|error| error.to_string())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SessionOptions {
    pub(super) archive: ArchiveOptions,
    pub(super) hooks: Option<Arc<dyn Hooks>>,
    pub(super) limits: Limits,
    pub(super) deadline: Duration,
    pub(super) answer_timeout: Duration,
    pub(super) recall_window: Duration,
    pub(super) tells_readers: bool,
    pub(super) clock: Clock,
    pub(super) blocking: Blocking,
    pub(super) seed: Option<u64>,
    pub(super) fetch: FetchOptions,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            archive: ArchiveOptions::new(),
            hooks: None,
            limits: Limits::service(),
            deadline: Duration::from_secs(120),
            answer_timeout: Duration::from_secs(10),
            recall_window: Duration::from_secs(120),
            tells_readers: true,
            clock: Clock::system(),
            blocking: Blocking::default(),
            seed: None,
            fetch: FetchOptions::default(),
        }
    }
}

impl SessionOptions {
    /// The defaults: the limits of the service, two minutes to send and to recall, no hooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// How [`SessionOptions::login`] opens the archive. [`SessionOptions::login_to`] takes it as it is.
    pub fn archive(mut self, options: ArchiveOptions) -> Self {
        self.archive = options;
        self
    }

    /// Who may see, change and refuse what is sent, received and downloaded.
    pub fn hooks(mut self, hooks: impl Hooks) -> Self {
        self.hooks = Some(Arc::new(hooks));
        self
    }

    /// Which limits of the service are kept.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// After this time a message that could not be sent fails.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// After this time without an answer a message is published again.
    pub fn answer_timeout(mut self, timeout: Duration) -> Self {
        self.answer_timeout = timeout;
        self
    }

    /// For this time after sending a message can be recalled. The transport has a window of its own; the shorter one counts.
    pub fn recall_window(mut self, window: Duration) -> Self {
        self.recall_window = window;
        self
    }

    /// Whether peers are told what was read.
    pub fn tells_readers(mut self, tells: bool) -> Self {
        self.tells_readers = tells;
        self
    }

    /// What time it is.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Where calls of the archive run.
    pub fn blocking(mut self, blocking: Blocking) -> Self {
        self.blocking = blocking;
        self
    }

    /// Makes the random parts of ids and waits the same in every run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// What may be downloaded, and how.
    pub fn fetch(mut self, options: FetchOptions) -> Self {
        self.fetch = options;
        self
    }

    /// Opens the archive in `folder`, makes it where there is none, and logs its account in: what waited to be sent is sent, what came
    /// meanwhile is received.
    ///
    /// # Errors
    /// [`SessionError::Archive`], and as for [`SessionOptions::login_to`].
    pub async fn login(self, folder: impl AsRef<Path>, transport: impl Transport) -> Result<Session, SessionError> {
        let options = self.archive.clone();
        let folder = folder.as_ref().to_owned();
        let open = move || options.open(&folder);
        let archive = match self.blocking {
            Blocking::InPlace => open()?,
            Blocking::Threads => match tokio::task::spawn_blocking(open).await {
                Ok(archive) => archive?,
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => return Err(SessionError::Ended),
            },
        };
        self.login_to(Arc::new(archive), transport).await
    }

    /// Logs in the account of an open archive, which others may go on using.
    ///
    /// Over an archive that is only read ([`ArchiveOptions::open_reader`]) the session only looks: it receives nothing, nothing of what waits is
    /// sent, and nothing can be sent.
    ///
    /// # Errors
    /// [`SessionError::Archive`] when the archive belongs to another account, or what waits to be sent cannot be read;
    /// [`SessionError::Limit`] for an account name of more than 96 bytes, which would make ids too long.
    pub async fn login_to(self, archive: Arc<Archive>, transport: impl Transport) -> Result<Session, SessionError> {
        Session::begin(self, archive, Arc::new(transport)).await
    }
}
