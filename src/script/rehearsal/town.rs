//! The small town in which a test plays: the account with its script, the people who talk with it, a clock that stands until it is set. The host and
//! the session are the real ones; only the hub, the clock and other machines are the test's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::heard::Heard;
use super::line::{Line, Traffic};
use super::people::{ACCOUNT, Person};
use super::web::Web;
use crate::archive::{Archive, ArchiveError, ArchiveOptions};
use crate::model::ConversationId;
use crate::script::bundle::Bundle;
use crate::script::host::{ScriptError, ScriptHost, ScriptOptions, Scripts};
use crate::session::{Clock, Limits, Session, SessionError, SessionOptions};
use crate::store::{Durability, StoreError};
use crate::transport::loopback::{Hub, HubOptions};

/// When tests begin: a Monday, 9:00 UTC.
pub(super) const BEGIN: u64 = 1_700_470_800;
/// A wait that only a fault makes this long.
const PATIENCE: Duration = Duration::from_secs(30);
/// How soon is looked again whether something is over.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
/// Memory for each archive, MiB.
const MEMORY_MIB: usize = 64;
/// What the way to a hook and back may take, by the clock on the wall: how busy the machine is says nothing about the script.
const HOOK_GRACE: Duration = Duration::from_secs(10);
/// How often a clock that is set on may stop on its way because something is due.
const STOPS: u32 = 100_000;

/// Why a step of a test cannot be taken, or was not as expected.
pub(super) type Why = String;

/// The town.
pub(super) struct Town {
    pub(super) folder: tempfile::TempDir,
    pub(super) hub: Hub,
    pub(super) now: Arc<AtomicU64>,
    pub(super) bundle: Bundle,
    pub(super) settings: toml::Table,
    pub(super) web: Web,
    pub(super) people: BTreeMap<String, Person>,
    /// Groups, with their members.
    pub(super) groups: BTreeMap<String, BTreeSet<String>>,
    /// What scripts have said.
    pub(super) heard: Heard,
    /// What the account has said by hand.
    pub(super) sent: Heard,
    /// Why the last thing that the account wanted was refused.
    pub(super) denied: Option<String>,
    pub(super) traffic: Arc<Traffic>,
    /// How much was edited: each has a number of its own.
    pub(super) edits: u64,
    /// What people did while nobody was there.
    pub(super) awaited: Vec<String>,
    host: Option<ScriptHost>,
    is_crashed: bool,
}

impl Town {
    /// A town with this script, in which nothing has happened. `template`: an empty archive of the account, of which it gets a copy.
    pub(super) fn new(bundle: Bundle, template: &Path) -> Result<Self, Why> {
        let unwritable = |error: std::io::Error| format!("no room for the test's archive: {error}");
        let folder = tempfile::tempdir().map_err(unwritable)?;
        copy(template, &folder.path().join(ACCOUNT)).map_err(unwritable)?;
        let now = Arc::new(AtomicU64::new(BEGIN));
        let seen = Arc::clone(&now);
        let hub = Hub::with_options(HubOptions::new().clock(Arc::new(move || seen.load(Ordering::SeqCst))));
        Ok(Self {
            folder,
            hub,
            now,
            bundle,
            settings: toml::Table::new(),
            web: Web::default(),
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            heard: Heard::default(),
            sent: Heard::default(),
            denied: None,
            traffic: Arc::default(),
            edits: 0,
            awaited: Vec::new(),
            host: None,
            is_crashed: false,
        })
    }

    /// Seconds of the town's clock.
    pub(super) fn time(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    /// Whether the script was started, and is not down.
    pub(super) fn is_up(&self) -> bool {
        self.host.is_some()
    }

    pub(super) fn is_crashed(&self) -> bool {
        self.is_crashed
    }

    /// The host, which is started where it was not yet.
    ///
    /// # Errors
    /// Why it cannot be started; or it has crashed.
    pub(super) async fn host(&mut self) -> Result<&ScriptHost, Why> {
        if self.host.is_none() {
            if self.is_crashed {
                return Err("the script has crashed: t:start() comes before this".to_owned());
            }
            self.open().await?;
        }
        self.host.as_ref().ok_or_else(|| "the script does not run".to_owned())
    }

    /// The archive of the account, while the script runs.
    pub(super) async fn archive(&mut self) -> Result<Arc<Archive>, Why> {
        Ok(Arc::clone(self.host().await?.session().archive()))
    }

    /// Opens everything, and waits until what has happened meanwhile is dealt with.
    pub(super) async fn open(&mut self) -> Result<(), Why> {
        self.is_crashed = false;
        let mut options = ScriptOptions::new().stages(1).trust_all().configure(self.bundle.name(), self.settings.clone());
        options.fake_http = Some(self.web.fake());
        options.hook_grace = HOOK_GRACE;
        let scripts = Scripts::new(options);
        let session = tokio::time::timeout(PATIENCE, self.login(&scripts)).await.map_err(|_| "the archive stays locked".to_owned())??;
        let host = scripts.begin(Arc::new(session)).await.map_err(|error| error.to_string())?;
        let loaded = host.load(self.bundle.clone()).await;
        host.open_doors();
        self.host = Some(host);
        loaded.map_err(|error| error.to_string())?;
        for name in std::mem::take(&mut self.awaited) {
            self.arrival(&name).await?;
        }
        self.settle().await
    }

    async fn login(&self, scripts: &Scripts) -> Result<Session, Why> {
        loop {
            let now = Arc::clone(&self.now);
            let options = SessionOptions::new().archive(archive_options()).limits(Limits::none()).hooks(scripts.hooks());
            let options = options.clock(Clock::new(move || now.load(Ordering::SeqCst)));
            match options.login(self.home(), Line::new(self.hub.account(ACCOUNT), Arc::clone(&self.traffic))).await {
                // The one before is still closing it.
                Err(SessionError::Archive(ArchiveError::Store(StoreError::Locked { .. }))) => tokio::time::sleep(LOOK_AGAIN).await,
                Err(error) => return Err(format!("the account cannot log in: {error}")),
                Ok(session) => return Ok(session),
            }
        }
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join(ACCOUNT)
    }

    /// Ends host and session as a kill would: nothing is told, and what is not written is gone.
    pub(super) async fn crash(&mut self) -> Result<(), Why> {
        self.is_crashed = true;
        let Some(host) = self.host.take() else { return Ok(()) };
        let archive = Arc::downgrade(host.session().archive());
        let closed = async {
            // Dropping joins threads.
            let _ = tokio::task::spawn_blocking(move || drop(host)).await;
            // Tasks of the session hold the archive for a moment longer.
            while archive.strong_count() > 0 {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        tokio::time::timeout(PATIENCE, closed).await.map_err(|_| "somebody keeps the archive open".to_owned())
    }

    /// Sets the clock on, and stops at every time at which something is due.
    pub(super) async fn advance(&mut self, by: Duration) -> Result<(), Why> {
        let end = self.time().saturating_add(by.as_secs());
        if !self.is_crashed {
            self.host().await?;
            for _ in 0..STOPS {
                let next = self.host().await?.next_wake().await.map_err(|error| error.to_string())?;
                let stop = next.map_or(end, |next| next.clamp(self.time() + 1, end.max(self.time() + 1)).min(end));
                self.now.store(stop, Ordering::SeqCst);
                self.host().await?.tick();
                self.settle().await?;
                if stop >= end {
                    return Ok(());
                }
            }
            return Err(format!("the clock had to stop more than {STOPS} times on its way"));
        }
        self.now.store(end, Ordering::SeqCst);
        Ok(())
    }

    /// Waits until the account has dealt with something that came in; later, while it is down.
    pub(super) async fn expect_arrival(&mut self, name: String) -> Result<(), Why> {
        if self.is_crashed {
            self.awaited.push(name);
            return Ok(());
        }
        self.host().await?;
        self.arrival(&name).await?;
        self.settle().await
    }

    async fn arrival(&self, name: &str) -> Result<(), Why> {
        let arrival = self.traffic.arrival(name);
        tokio::time::timeout(PATIENCE, arrival).await.map_err(|_| "the account never got what was said".to_owned())
    }

    /// Waits until nobody has anything to do, and hears what was said.
    pub(super) async fn settle(&mut self) -> Result<(), Why> {
        let host = self.host.as_ref().ok_or_else(|| "the script does not run".to_owned())?;
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
        tokio::time::timeout(PATIENCE, rest).await.map_err(|_| "the script never rests".to_owned())??;
        self.listen();
        Ok(())
    }

    /// Hears what has left.
    fn listen(&mut self) {
        for (chat, message) in self.traffic.take_left() {
            let heard = if message.origin().is_some() { &mut self.heard } else { &mut self.sent };
            heard.hear(chat, message);
        }
    }

    /// Something happens.
    pub(super) fn begin_scene(&mut self) {
        self.heard.begin_scene();
        self.sent.begin_scene();
    }

    /// Somebody, who need not have been there before.
    pub(super) fn person(&mut self, who: &str) -> Result<&mut Person, Why> {
        if who == ACCOUNT || who == "me" {
            return Err(format!("{who:?} is the account itself: t:send says something as the account"));
        }
        ConversationId::c2c(who).map_err(|error| format!("{who:?} is nobody: {error}"))?;
        Ok(self.people.entry(who.to_owned()).or_insert_with(|| Person::new(&self.hub, who)))
    }

    /// Makes sure that there is a group, which the account leads, and that somebody is in it. Returns whether that is new.
    pub(super) fn admit(&mut self, group: &str, who: &str) -> Result<bool, Why> {
        let unfit = |error: crate::transport::TransportError| format!("group:{group}: {error}");
        if !self.groups.contains_key(group) {
            self.hub.create_group(group, ACCOUNT, &[]).map_err(unfit)?;
            self.groups.insert(group.to_owned(), BTreeSet::from([ACCOUNT.to_owned()]));
        }
        let is_new = self.groups.entry(group.to_owned()).or_default().insert(who.to_owned());
        if is_new {
            self.hub.join(group, who).map_err(unfit)?;
        }
        Ok(is_new)
    }
}

/// An archive of the account in which nothing is, for copies: making one takes longer than opening it.
///
/// # Errors
/// Why there is no room for it.
pub(super) async fn template() -> Result<tempfile::TempDir, ScriptError> {
    let start = |source| ScriptError::Start { what: "an archive for tests", source };
    let folder = tempfile::tempdir().map_err(start)?;
    let path = folder.path().join(ACCOUNT);
    let made = tokio::task::spawn_blocking(move || archive_options().open(path).map(drop)).await;
    made.map_err(|error| start(std::io::Error::other(error)))??;
    Ok(folder)
}

fn archive_options() -> ArchiveOptions {
    ArchiveOptions::new().durability(Durability::Buffered).memory_mib(MEMORY_MIB)
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The text form of a conversation, where the person alone may be named.
pub(super) fn chat_name(named: &str) -> String {
    if named.contains(':') { named.to_owned() } else { format!("c2c:{named}") }
}
