//! The bridge from the program, which blocks, to a session, which does not: login as configured, work, logout.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::context::{self, Context};
use super::failure::Failure;
use super::settings::{self, SendLimits, Settings, TransportKind};
use crate::JournalNo;
use crate::archive::{Archive, ArchiveError};
use crate::fetch::{CacheOptions, FetchOptions, PrivateAddresses};
use crate::model::{ConversationId, ConversationKind, ConversationRef, Message};
use crate::session::{Limits, Session, SessionOptions};
use crate::transport::TransportError;
use crate::transport::loopback::{Hub, HubOptions};

/// Threads on which a session works beside the one that waits for it.
const THREADS: usize = 2;

/// What waits for an account is here within this time after the login.
const ARRIVAL: Duration = Duration::from_secs(2);

/// The account of the configuration, logged in.
pub(super) struct Online {
    runtime: Runtime,
    link: Link,
}

/// A session with the hub that it works through.
pub(super) struct Link {
    pub(super) session: Arc<Session>,
    pub(super) hub: Hub,
    /// The newest change before it logged in: behind it is what came meanwhile.
    pub(super) began: JournalNo,
}

impl Online {
    /// Opens the archive and the hub, joins the groups of the configuration, and logs in.
    pub(super) fn begin(context: &Context) -> Result<Self, Failure> {
        Self::begin_with(context, |options| options)
    }

    /// As [`Online::begin`], with something to add to how the account works.
    pub(super) fn begin_with(context: &Context, add: impl FnOnce(SessionOptions) -> SessionOptions) -> Result<Self, Failure> {
        let settings = &context.settings;
        let (archive, account) = context.open_as_user()?;
        let began = archive.journal_head();
        let hub = match settings.transport_kind.value {
            TransportKind::Loopback => open_hub(settings)?,
        };
        for group in &settings.transport_groups.value {
            hub.join(group, &account)?;
        }
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).enable_all().build().map_err(Failure::Runtime)?;
        let login = add(options(context, &archive.folder())).login_to(Arc::new(archive), hub.account(&account));
        let session = Arc::new(runtime.block_on(login)?);
        Ok(Self { runtime, link: Link { session, hub, began } })
    }

    /// The account of an archive that another process may write, as one that only looks: it receives and sends nothing, and nobody notices.
    pub(super) fn looking(context: &Context, add: impl FnOnce(SessionOptions) -> SessionOptions) -> Result<Self, Failure> {
        let archive = context.open_reader()?;
        let account = archive.account().ok_or(Failure::NoAccount)?;
        let began = archive.journal_head();
        // Nothing goes through it, so it is none of those that others share.
        let hub = Hub::new();
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).enable_all().build().map_err(Failure::Runtime)?;
        let login = add(options(context, &archive.folder())).login_to(Arc::new(archive), hub.account(&account));
        let session = Arc::new(runtime.block_on(login)?);
        Ok(Self { runtime, link: Link { session, hub, began } })
    }

    /// Does `work`, whatever comes of it logs out, and returns what came of it.
    pub(super) fn run<T>(self, work: impl AsyncFnOnce(&Link) -> Result<T, Failure>) -> Result<T, Failure> {
        let Self { runtime, link } = self;
        runtime.block_on(async {
            let done = work(&link).await;
            link.session.logout().await;
            done
        })
    }
}

impl Link {
    /// Makes the account a member of the conversation, where that is a group.
    pub(super) fn join(&self, conversation: &ConversationId) -> Result<(), TransportError> {
        match conversation.kind() {
            ConversationKind::C2c => Ok(()),
            ConversationKind::Group => self.hub.join(conversation.id(), self.session.account()),
        }
    }

    /// The message with this id. One that is unknown may be among what came meanwhile, so it is waited for a little.
    pub(super) async fn message(&self, id: &str) -> Result<Message, Failure> {
        let found = self.arrived(|archive| Ok(archive.find(&[id])?.pop())).await?;
        Ok(found.ok_or_else(|| ArchiveError::UnknownMessage { id: id.to_owned() })?)
    }

    /// The conversation that a person means, which has to be there, or to be begun by what came meanwhile.
    pub(super) async fn conversation(&self, which: &ConversationRef) -> Result<ConversationId, Failure> {
        let known = |archive: &Archive| Ok(context::meant(archive, which)?.filter(|id| archive.has_conversation(id)));
        self.arrived(known).await?.ok_or_else(|| Failure::UnknownConversation { conversation: which.clone() })
    }

    /// Looks until there is something, as long as that may still be on its way.
    async fn arrived<T>(&self, look: impl Fn(&Archive) -> Result<Option<T>, Failure>) -> Result<Option<T>, Failure> {
        let archive = self.session.archive();
        let mut events = self.session.events_since(self.began);
        let arrival = async {
            loop {
                if let Some(there) = look(archive)? {
                    return Ok(Some(there));
                }
                events.next().await?;
            }
        };
        tokio::time::timeout(ARRIVAL, arrival).await.unwrap_or(Ok(None))
    }
}

/// Returns when somebody presses Ctrl-C. From the first call on that no longer ends the process by itself.
pub(super) async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Where it cannot be heard, it ends the process as ever.
        std::future::pending::<()>().await;
    }
}

/// Returns when the process is told to end: by Ctrl-C, or by whoever started it.
pub(super) async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => tokio::select! {
            () = interrupted() => {}
            _ = terminated.recv() => {}
        },
        Err(_) => interrupted().await,
    }
}

/// The hub of the configuration.
fn open_hub(settings: &Settings) -> Result<Hub, Failure> {
    let folder: &Path = settings.transport_hub.value.as_deref().ok_or(Failure::NoHubFolder)?;
    let options = HubOptions::new().recall_window(settings.recall_window.value);
    let options = match settings.send_limits.value {
        SendLimits::Service => options,
        SendLimits::None => options.message_bytes(None),
    };
    Ok(Hub::open_with_options(folder, options)?)
}

/// How the account works whose archive is in `folder`.
fn options(context: &Context, folder: &Path) -> SessionOptions {
    let Settings { send_limits, send_deadline, recall_window, .. } = &context.settings;
    let limits = match send_limits.value {
        SendLimits::Service => Limits::service(),
        SendLimits::None => Limits::none(),
    };
    SessionOptions::new()
        .archive(context.options())
        .limits(limits)
        .deadline(send_deadline.value)
        .recall_window(recall_window.value)
        .fetch(fetch_options(&context.settings, folder))
}

fn fetch_options(settings: &Settings, folder: &Path) -> FetchOptions {
    let bytes = |mib: u64| mib.saturating_mul(1 << 20);
    let cache = Some(bytes(settings.download_cache.value)).filter(|&bytes| bytes > 0).zip(settings::cache_folder(folder));
    FetchOptions {
        allow_file_urls: settings.download_file_urls.value,
        private_addresses: match settings.download_private_addresses.value {
            true => PrivateAddresses::Allow,
            false => PrivateAddresses::Refuse,
        },
        max_bytes: bytes(settings.download_max.value),
        parallel: usize::try_from(settings.download_parallel.value).unwrap_or(usize::MAX),
        cache: cache.map(|(max_bytes, folder)| CacheOptions { folder, max_bytes }),
        ..FetchOptions::default()
    }
}
