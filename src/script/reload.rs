//! The folder of scripts: what lies in it works, and what changes there changes what works. Owns the crate notify.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::bundle::{Bundle, BundleError, read_scripts};
use super::host::{ScriptError, ScriptHost};
use super::log::Level;

/// After a change, so long nothing else may change before the folder is looked at…
const QUIET: Duration = Duration::from_millis(200);
/// …but it is after this time, whatever changes.
const RESTLESS: Duration = Duration::from_secs(2);
/// The folder is looked at so often although nobody told of a change: not every disk tells.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Digits of a version where people read it.
const VERSION_DIGITS: usize = 12;
/// Under this name the host says what is no script's.
const HOST: &str = "mynah";

/// Tries a script before it takes the place of the one before; an error says what is wrong with it.
pub type Rehearsal = Arc<dyn Fn(Bundle) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// Asks whoever keeps the scripts of a folder at work to look at it.
#[derive(Clone)]
pub struct Watch {
    orders: mpsc::Sender<Again>,
}

struct Again {
    script: Option<String>,
    done: oneshot::Sender<bool>,
}

impl Watch {
    /// Loads the scripts of a folder, and keeps doing so as they change, until this and all its clones are gone. Returns when all of them were loaded
    /// once, or could not be.
    ///
    /// A script that cannot be read or loaded, or whose tests fail, is told of in its log, once; the version before goes on. One that is taken away
    /// ends. While the whole folder is away everything goes on.
    ///
    /// # Errors
    /// [`ScriptError::Bundle`] when the folder cannot be read now.
    pub async fn begin(host: Arc<ScriptHost>, folder: PathBuf, rehearsal: Option<Rehearsal>) -> Result<Self, ScriptError> {
        let mut keeper = Keeper {
            host,
            folder,
            rehearsal,
            changed: Arc::new(Notify::new()),
            watcher: None,
            known: BTreeMap::new(),
            missing: BTreeSet::new(),
            is_away: false,
        };
        keeper.watch();
        let found = keeper.read().await?;
        keeper.take(found).await;
        let (orders, taken) = mpsc::channel(16);
        tokio::spawn(keeper.run(taken));
        Ok(Self { orders })
    }

    /// Looks at the folder now, and loads a script, or all, although nothing has changed. Returns whether there is such a script.
    pub async fn again(&self, script: Option<String>) -> bool {
        let (done, answer) = oneshot::channel();
        if self.orders.send(Again { script, done }).await.is_err() {
            return false;
        }
        answer.await.unwrap_or(false)
    }
}

/// What was found under a name: everything that makes a difference, tests too, or what is wrong.
type Found = Result<Bundle, BundleError>;

struct Keeper {
    host: Arc<ScriptHost>,
    folder: PathBuf,
    rehearsal: Option<Rehearsal>,
    changed: Arc<Notify>,
    /// The watcher with the folder that it watches: another one of the same name has to be watched anew.
    watcher: Option<(RecommendedWatcher, (u64, u64))>,
    known: BTreeMap<String, Found>,
    /// Scripts that were not there at the last look. Editors take a file away before they put the new one there.
    missing: BTreeSet<String>,
    is_away: bool,
}

impl Keeper {
    async fn run(mut self, mut orders: mpsc::Receiver<Again>) {
        loop {
            let look_at = Instant::now() + if self.missing.is_empty() { LOOK_EVERY } else { QUIET };
            let changed = Arc::clone(&self.changed);
            tokio::select! {
                biased;
                order = orders.recv() => {
                    let Some(Again { script, done }) = order else { return };
                    match &script {
                        Some(script) => drop(self.known.remove(script)),
                        None => self.known.clear(),
                    }
                    self.look().await;
                    let is_there = script.is_none_or(|script| self.known.contains_key(&script));
                    // Nobody may wait for it any more.
                    let _ = done.send(is_there);
                }
                () = changed.notified() => {
                    let end = Instant::now() + RESTLESS;
                    while Instant::now() < end && timeout_at(Instant::now() + QUIET, changed.notified()).await.is_ok() {}
                    self.look().await;
                }
                () = tokio::time::sleep_until(look_at) => self.look().await,
            }
        }
    }

    async fn look(&mut self) {
        self.watch();
        match self.read().await {
            Ok(found) => {
                if std::mem::take(&mut self.is_away) {
                    self.host.note(HOST, Level::Info, format!("{} is there again", self.folder.display()));
                }
                self.take(found).await;
            }
            Err(error) if !self.is_away => {
                self.is_away = true;
                self.host.note(HOST, Level::Warn, format!("{error}; the scripts go on as they are"));
            }
            Err(_) => {}
        }
    }

    /// Watches the folder, unless this very folder is watched.
    fn watch(&mut self) {
        let Some(folder) = identity(&self.folder) else { return };
        if self.watcher.as_ref().is_some_and(|(_, watched)| *watched == folder) {
            return;
        }
        let changed = Arc::clone(&self.changed);
        let hear = move |event: notify::Result<notify::Event>| {
            // To read the folder is no change.
            if !event.is_ok_and(|event| event.kind.is_access()) {
                changed.notify_one();
            }
        };
        let watcher = notify::recommended_watcher(hear).and_then(|mut watcher| {
            watcher.watch(&self.folder, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        match watcher {
            Ok(watcher) => self.watcher = Some((watcher, folder)),
            Err(error) => tracing::info!(%error, "the folder of scripts cannot be watched; it is looked at every few seconds"),
        }
    }

    async fn read(&self) -> Result<BTreeMap<String, Found>, BundleError> {
        let folder = self.folder.clone();
        let unreadable = |error: tokio::task::JoinError| BundleError::Unreadable { path: self.folder.clone(), why: error.to_string() };
        tokio::task::spawn_blocking(move || read_scripts(&folder)).await.map_err(unreadable)?
    }

    /// Brings what works to what was found.
    async fn take(&mut self, found: BTreeMap<String, Found>) {
        let gone: BTreeSet<String> = self.known.keys().filter(|script| !found.contains_key(*script)).cloned().collect();
        for script in gone.intersection(&self.missing) {
            self.known.remove(script);
            self.host.unload(script).await;
            self.host.note(script, Level::Info, "it was taken away".to_owned());
        }
        self.missing = gone.into_iter().filter(|script| self.known.contains_key(script)).collect();
        for (script, found) in found {
            if self.known.get(&script) == Some(&found) {
                continue;
            }
            self.known.insert(script.clone(), found.clone());
            match found {
                Ok(bundle) => self.load(bundle).await,
                Err(error) => self.host.report(&script, &error.to_string()),
            }
        }
    }

    async fn load(&self, bundle: Bundle) {
        let script = bundle.name().to_owned();
        let version: String = bundle.hash().to_string().chars().take(VERSION_DIGITS).collect();
        if let Some(rehearsal) = &self.rehearsal
            && let Err(why) = rehearsal(bundle.clone()).await
        {
            return self.host.report(&script, &format!("its tests fail: {why}"));
        }
        // What is wrong with it is in its log.
        if self.host.load(bundle).await.is_ok() {
            self.host.note(&script, Level::Info, format!("version {version} is at work"));
        }
    }
}

/// The folder itself, whatever its name.
fn identity(folder: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(folder).ok()?;
    Some((metadata.dev(), metadata.ino()))
}
