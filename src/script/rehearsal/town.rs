//! The small town in which a test plays, or somebody talks with bots: the account with its scripts, the people who talk with it, a clock. The host
//! and the session are the real ones; only the hub, the clock and other machines are the town's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::heard::Heard;
use super::line::{Line, Traffic};
use super::people::{ACCOUNT, Person};
use super::studio::{Hands, PATIENCE, Studio, Why, archive_options};
use super::web::Web;
use crate::archive::Archive;
use crate::model::ConversationId;
use crate::script::bundle::Bundle;
use crate::script::host::{ScriptError, ScriptHost, ScriptOptions};
use crate::transport::loopback::{Hub, HubOptions};

/// When tests begin: a Monday, 9:00 UTC.
pub(super) const BEGIN: u64 = 1_700_470_800;
/// How often a clock that is set on may stop on its way because something is due.
const STOPS: u32 = 100_000;

/// The town.
pub(super) struct Town {
    pub(super) folder: tempfile::TempDir,
    pub(super) hub: Hub,
    /// The scripts of the account.
    pub(super) bundles: BTreeMap<Arc<str>, Bundle>,
    /// The one that is tested.
    pub(super) script: Arc<str>,
    /// How they run, but for what the town itself says.
    pub(super) options: ScriptOptions,
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
    pub(super) studio: Studio,
    is_crashed: bool,
}

impl Town {
    /// A town with these scripts, of which the first is the one that is tested, and in which nothing has happened. `template`: an empty archive of the account, of which it gets a copy.
    pub(super) fn new(bundles: Vec<Bundle>, options: ScriptOptions, hands: Hands, template: &Path) -> Result<Self, Why> {
        let unwritable = |error: std::io::Error| format!("no room for the archive: {error}");
        let folder = tempfile::tempdir().map_err(unwritable)?;
        let home = folder.path().join(ACCOUNT);
        copy(template, &home).map_err(unwritable)?;
        let seen = hands.clone();
        let hub = Hub::with_options(HubOptions::new().clock(Arc::new(move || seen.now())));
        Ok(Self {
            folder,
            hub,
            script: bundles.first().map_or_else(|| "".into(), |bundle| Arc::clone(&bundle.name)),
            bundles: bundles.into_iter().map(|bundle| (Arc::clone(&bundle.name), bundle)).collect(),
            options,
            web: Web::default(),
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            heard: Heard::default(),
            sent: Heard::default(),
            denied: None,
            traffic: Arc::default(),
            edits: 0,
            awaited: Vec::new(),
            studio: Studio::new(home, hands),
            is_crashed: false,
        })
    }

    /// Seconds of the town's clock.
    pub(super) fn time(&self) -> u64 {
        self.studio.hands.now()
    }

    /// Whether the script was started, and is not down.
    pub(super) fn is_up(&self) -> bool {
        self.studio.host().is_some()
    }

    pub(super) fn is_crashed(&self) -> bool {
        self.is_crashed
    }

    /// The host, which is started where it was not yet.
    ///
    /// # Errors
    /// Why it cannot be started; or it has crashed.
    pub(super) async fn host(&mut self) -> Result<&ScriptHost, Why> {
        if self.studio.host().is_none() {
            if self.is_crashed {
                return Err("the script has crashed: t:start() comes before this".to_owned());
            }
            self.open().await?;
        }
        self.studio.host().ok_or_else(|| "the script does not run".to_owned())
    }

    /// The archive of the account, while the script runs.
    pub(super) async fn archive(&mut self) -> Result<Arc<Archive>, Why> {
        self.host().await?;
        self.studio.archive()
    }

    /// Opens everything, and waits until what has happened meanwhile is dealt with.
    pub(super) async fn open(&mut self) -> Result<(), Why> {
        self.is_crashed = false;
        let mut options = self.options.clone().stages(1).trust_all();
        options.fake_http.get_or_insert_with(|| self.web.fake());
        let (hub, traffic) = (&self.hub, &self.traffic);
        let host = self.studio.open(options, || Line::new(hub.account(ACCOUNT), Arc::clone(traffic))).await?;
        let mut loaded = Ok(());
        for bundle in self.bundles.values() {
            let done = host.load(bundle.clone()).await;
            loaded = loaded.and(done);
        }
        host.open_doors();
        loaded.map_err(|error| error.to_string())?;
        for name in std::mem::take(&mut self.awaited) {
            self.arrival(&name).await?;
        }
        self.settle().await
    }

    /// Ends host and session as a kill would: nothing is told, and what is not written is gone.
    pub(super) async fn crash(&mut self) -> Result<(), Why> {
        self.is_crashed = true;
        self.studio.crash().await
    }

    /// Sets the clock on, and stops at every time at which something is due.
    pub(super) async fn advance(&mut self, by: Duration) -> Result<(), Why> {
        let end = self.time().saturating_add(by.as_secs());
        if self.is_crashed {
            self.studio.hands.set(end);
            return Ok(());
        }
        self.host().await?;
        for _ in 0..STOPS {
            let stop = self.studio.next_due().await?.map_or(end, |due| due.min(end));
            self.studio.set(stop).await?;
            self.listen();
            if stop >= end {
                return Ok(());
            }
        }
        Err(format!("the clock had to stop more than {STOPS} times on its way"))
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
        self.studio.rest().await?;
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
