//! A stage for stories: a bot, people who talk with it, a clock that stands until it is set.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::archive::{ArchiveError, ArchiveOptions, HistoryRequest, Order, ScriptWrite};
use crate::model::{Body, ConversationId, Message};
use crate::script::bundle::Bundle;
use crate::script::committer::Fuse;
use crate::script::grant::{Grant, Grants};
use crate::script::host::{ScriptError, ScriptHost, ScriptOptions, Scripts};
use crate::script::manifest::Manifest;
use crate::session::{Clock, Limits, Session, SessionError, SessionOptions};
use crate::store::{Durability, ScriptKeyOwned, ScriptRows, StoreError};
use crate::transport::loopback::{Hub, HubOptions, Weather};

/// When stories begin: a Monday, 9:00 UTC.
pub(super) const BEGIN: u64 = 1_700_470_800;
/// A wait that only a fault makes this long.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Theatre {
    hub: Hub,
    folder: tempfile::TempDir,
    pub(super) now: Arc<AtomicU64>,
    people: BTreeMap<String, Session>,
    scripts: BTreeMap<String, String>,
    pub(super) options: ScriptOptions,
    pub(super) host: Option<ScriptHost>,
}

/// The conversation with a person.
pub(super) fn with(person: &str) -> ConversationId {
    ConversationId::c2c(person).unwrap()
}

impl Theatre {
    /// A bot with these scripts, by name.
    pub(super) async fn of(scripts: &[(&str, &str)]) -> Self {
        let mut theatre = Self::closed(scripts);
        theatre.open().await;
        theatre
    }

    /// As [`Theatre::of`], but nothing runs yet.
    pub(super) fn closed(scripts: &[(&str, &str)]) -> Self {
        let now = Arc::new(AtomicU64::new(BEGIN));
        let seen = Arc::clone(&now);
        let hub = Hub::with_options(HubOptions::new().clock(Arc::new(move || seen.load(Ordering::SeqCst))));
        let scripts = scripts.iter().map(|(name, source)| ((*name).to_owned(), (*source).to_owned())).collect();
        let options = ScriptOptions::new().stages(2).trust_all();
        Self { hub, folder: tempfile::tempdir().unwrap(), now, people: BTreeMap::new(), scripts, options, host: None }
    }

    fn session_options(&self) -> SessionOptions {
        let now = Arc::clone(&self.now);
        let archive = ArchiveOptions::new().durability(Durability::Buffered).memory_mib(64);
        SessionOptions::new().archive(archive).limits(Limits::none()).clock(Clock::new(move || now.load(Ordering::SeqCst)))
    }

    /// Starts the bot, with all its scripts.
    pub(super) async fn open(&mut self) {
        self.try_to_open().await.unwrap();
    }

    /// Starts the bot, unless something of it cannot be read.
    pub(super) async fn try_to_open(&mut self) -> Result<(), ScriptError> {
        let scripts = Scripts::new(self.options.clone());
        let session = loop {
            let login = self.session_options().hooks(scripts.hooks()).login(self.folder.path().join("bot"), self.hub.account("bot"));
            match login.await {
                // The one before is still closing it.
                Err(SessionError::Archive(ArchiveError::Store(StoreError::Locked { .. }))) => {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                session => break session.unwrap(),
            }
        };
        let host = scripts.begin(Arc::new(session)).await?;
        for (name, source) in &self.scripts {
            host.load(Bundle::of_source(name, source)).await?;
        }
        host.open_doors();
        self.host = Some(host);
        Ok(())
    }

    pub(super) fn host(&self) -> &ScriptHost {
        self.host.as_ref().expect("the bot runs")
    }

    pub(super) fn session(&self) -> &Arc<Session> {
        self.host().session()
    }

    /// Loads a script, or a new version of one.
    pub(super) async fn load(&mut self, name: &str, source: &str) -> Result<(), ScriptError> {
        let loaded = self.host().load(Bundle::of_source(name, source)).await;
        if loaded.is_ok() {
            self.scripts.insert(name.to_owned(), source.to_owned());
        }
        loaded
    }

    /// Ends the bot as a crash would.
    pub(super) async fn crash(&mut self) {
        let Some(host) = self.host.take() else { return };
        let archive = Arc::downgrade(host.session().archive());
        tokio::task::spawn_blocking(move || drop(host)).await.unwrap();
        // Tasks of the session may hold the archive for a moment longer.
        tokio::time::timeout(PATIENCE, async {
            while archive.strong_count() > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await
        .expect("somebody keeps the archive open");
    }

    pub(super) async fn crash_and_open(&mut self) {
        self.crash().await;
        self.open().await;
    }

    /// Has the bot's writes end at some time: what is written then is the last.
    pub(super) fn with_fuse(mut self, fuse: Fuse) -> Self {
        self.options.fuse = Some(fuse);
        self
    }

    /// Grants these scripts what they ask for, in a file, and no others anything. Takes effect when the bot is opened.
    pub(super) fn grant(&mut self, scripts: &[(&str, &str)]) -> PathBuf {
        let path = self.folder.path().join("grants.toml");
        let mut grants = Grants::default();
        for (name, source) in scripts {
            let manifest = Manifest::read(source, name).unwrap();
            grants.grant(name, Grant::all_of(&manifest, &Bundle::of_source(name, source).hash().to_string()));
        }
        std::fs::write(&path, grants.to_toml()).unwrap();
        self.options = self.options.clone().grants(&path);
        self.options.trusts_all = false;
        path
    }

    /// Cuts the bot's line to the hub, or mends it.
    pub(super) fn line(&self, is_there: bool) {
        self.hub.set_weather("bot", if is_there { Weather::default() } else { Weather::offline() });
    }

    /// Keeps a row as the host would, while it does not run.
    pub(super) async fn keep_row(&mut self, key: ScriptKeyOwned, row: &[u8]) {
        self.crash().await;
        let folder = self.folder.path().join("bot");
        let archive = loop {
            match ArchiveOptions::new().memory_mib(64).open(&folder) {
                // The one before is still closing it.
                Err(ArchiveError::Store(StoreError::Locked { .. })) => tokio::time::sleep(Duration::from_millis(1)).await,
                archive => break archive.unwrap(),
            }
        };
        archive.write_for_scripts(vec![ScriptWrite { rows: vec![(key, Some(row.to_vec()))], ..ScriptWrite::default() }]).unwrap();
    }

    /// How many rows of these there are.
    pub(super) fn rows(&self, rows: ScriptRows<'_>) -> usize {
        self.session().archive().script_rows(rows, None, 1_000).unwrap().len()
    }

    async fn person(&mut self, name: &str) -> &Session {
        if !self.people.contains_key(name) {
            let session = self.session_options().login(self.folder.path().join(name), self.hub.account(name)).await.unwrap();
            self.people.insert(name.to_owned(), session);
        }
        &self.people[name]
    }

    /// Somebody says something to the bot. Returns the message's id, once the hub has it.
    pub(super) async fn tell(&mut self, who: &str, text: &str) -> String {
        self.tell_in(who, &with("bot"), text).await
    }

    pub(super) async fn tell_in(&mut self, who: &str, to: &ConversationId, text: &str) -> String {
        let person = self.person(who).await;
        let sending = person.send(to, Message::text("", 0, text)).await.unwrap();
        sending.outcome().await.unwrap().id_text()
    }

    pub(super) async fn tell_body(&mut self, who: &str, body: Body) -> String {
        let person = self.person(who).await;
        let sending = person.send(&with("bot"), Message { body, ..Message::text("", 0, "") }).await.unwrap();
        sending.outcome().await.unwrap().id_text()
    }

    /// As [`Theatre::tell`], and waits until the bot has dealt with it.
    pub(super) async fn say(&mut self, who: &str, text: &str) -> String {
        let id = self.tell(who, text).await;
        self.heard(&id).await;
        self.idle().await;
        id
    }

    /// Waits until the bot has this message.
    pub(super) async fn heard(&self, id: &str) {
        let (archive, id) = (Arc::clone(self.session().archive()), id.to_owned());
        let heard = tokio::task::spawn_blocking(move || {
            let until = std::time::Instant::now() + PATIENCE;
            loop {
                let head = archive.journal_head();
                if !archive.find(&[&id]).unwrap().is_empty() {
                    archive.wait_for_writer();
                    return true;
                }
                if std::time::Instant::now() > until {
                    return false;
                }
                archive.wait_for_change(head, Duration::from_millis(100));
            }
        });
        assert!(heard.await.unwrap(), "the bot never heard it");
    }

    /// Waits until the scripts have nothing to do.
    pub(super) async fn idle(&self) {
        tokio::time::timeout(PATIENCE, self.host().idle()).await.expect("the scripts never rest").unwrap();
    }

    /// Waits until something is so, while the scripts may have more to do.
    pub(super) async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let waits = async {
            while !is_so(self) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waits).await.expect("it never becomes so");
    }

    /// Sets the clock so many seconds on, and waits until everything has happened that is due.
    pub(super) async fn wait(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
        self.host().tick();
        self.idle().await;
    }

    /// What stands in a conversation of the bot, oldest first: `who: text`.
    pub(super) fn talk(&self, conversation: &ConversationId) -> Vec<String> {
        let request = HistoryRequest { order: Order::OldestFirst, limit: 1_000, ..HistoryRequest::default() };
        let page = self.session().archive().history(conversation, &request).unwrap();
        page.messages.iter().map(|message| format!("{}: {}", message.sender, message.summary())).collect()
    }

    /// What the bot has said to somebody.
    pub(super) fn said_to(&self, person: &str) -> Vec<String> {
        let talk = self.talk(&with(person));
        talk.iter().filter_map(|line| line.strip_prefix("bot: ")).map(str::to_owned).collect()
    }

    /// The newest lines of a script's log.
    pub(super) fn log(&self, script: &str) -> Vec<String> {
        let lines = self.host().log(script, 100).unwrap();
        lines.into_iter().map(|line| line.message).collect()
    }
}
