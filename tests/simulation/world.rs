//! The world of one seed: a hub, accounts, a clock, and a log of all steps.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mynah::archive::{ArchiveOptions, HistoryRequest, Order};
use mynah::model::{ConversationId, Message};
use mynah::session::{Blocking, Clock, Denied, Event, Events, Hooks, Limits, Session, SessionOptions};
use mynah::transport::loopback::{Hub, HubOptions};
use mynah::transport::{Connection, Incoming, Transport};
use mynah::{Archive, Durability, JournalNo};
use tempfile::TempDir;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::story::Story;
use super::wire::{Gate, Wire};
use crate::naive::Random;
use crate::session::stage::{BEGINNING, c2c, group};

/// The accounts' names, as many as a seed needs.
const NAMES: [&str; 5] = ["ann", "bob", "cid", "dan", "eve"];
/// Members of the group `club` that never leave it.
pub(super) const FOUNDERS: usize = 2;
/// How long a message is tried.
const DEADLINE: Duration = Duration::from_secs(20);

/// What was done, line by line, with the time in the world.
#[derive(Clone)]
pub(super) struct Log {
    start: Instant,
    lines: Arc<Mutex<Vec<String>>>,
    prints: bool,
}

impl Log {
    pub(super) fn note(&self, line: &str) {
        let line = format!("{:>9.3} {line}", self.start.elapsed().as_secs_f64());
        if self.prints {
            eprintln!("{line}");
        }
        self.lines.lock().unwrap().push(line);
    }
}

/// Everything there is.
pub(super) struct World {
    pub(super) hub: Hub,
    pub(super) accounts: Vec<Account>,
    pub(super) random: Random,
    pub(super) log: Log,
    /// Messages that were said: each says its number.
    pub(super) said: u64,
    start: Instant,
    folder: TempDir,
}

/// Somebody.
pub(super) struct Account {
    pub(super) name: &'static str,
    /// Open as long as the process lives, and over some of its ends too.
    pub(super) archive: Option<Arc<Archive>>,
    pub(super) life: Option<Life>,
    pub(super) story: Arc<Mutex<Story>>,
    /// How wrong its clock is, in seconds.
    pub(super) skew: Arc<AtomicI64>,
    logins: u64,
}

/// A process: a session with those who use it.
pub(super) struct Life {
    pub(super) session: Arc<Session>,
    pub(super) gate: Arc<Gate>,
    /// Callers that wait for something.
    pub(super) callers: JoinSet<()>,
    listener: JoinHandle<()>,
}

/// How a process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It logs out; somebody else goes on using the archive.
    Logout,
    /// The session is dropped, wherever it is; somebody else goes on using the archive.
    Dropped,
    /// The session is dropped, wherever it is, and the archive with it.
    Crash,
}

/// Hooks that change nothing and take their time, so that processes end while they run.
struct Dawdler(Mutex<Random>);

impl Dawdler {
    async fn dawdle(&self) -> Result<(), Denied> {
        let ms = self.0.lock().unwrap().below(80);
        // Most of the time they take none.
        if ms < 20 {
            sleep(Duration::from_millis(ms)).await;
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl Hooks for Dawdler {
    async fn before_send(&self, _: &mut Message) -> Result<(), Denied> {
        self.dawdle().await
    }

    async fn before_receive(&self, _: &mut Message) -> Result<(), Denied> {
        self.dawdle().await
    }
}

impl World {
    pub(super) fn new(seed: u64, prints: bool) -> Self {
        let start = Instant::now();
        let mut random = Random::new(seed);
        // Most of the time goes into opening archives.
        let count = [3, 3, 3, 3, 3, 3, 4, 5][random.below(8) as usize];
        let clock = Arc::new(move || BEGINNING + start.elapsed().as_secs());
        let hub = Hub::with_options(HubOptions::new().clock(clock).seed(random.number()));
        let names = &NAMES[..count];
        hub.create_group("ops", names[0], names).unwrap();
        hub.create_group("club", names[0], &names[..FOUNDERS]).unwrap();
        let account = |name| Account { name, archive: None, life: None, story: Arc::default(), skew: Arc::default(), logins: 0 };
        let accounts = names.iter().copied().map(account).collect();
        let log = Log { start, lines: Arc::default(), prints };
        Self { hub, accounts, random, log, said: 0, start, folder: folder() }
    }

    /// What the accounts may talk in, as this one names it.
    pub(super) fn conversations(&self) -> Vec<ConversationId> {
        self.accounts.iter().map(|account| c2c(account.name)).chain([group("ops"), group("club")]).collect()
    }

    pub(super) async fn login(&mut self, who: usize) {
        let seed = self.random.number();
        let account = &mut self.accounts[who];
        account.logins += 1;
        self.log.note(&format!("{} logs in, the {}. time", account.name, account.logins));
        let archive = account.archive.get_or_insert_with(|| {
            let options = ArchiveOptions::new().memory_mib(64).durability(Durability::Buffered);
            Arc::new(options.open(self.folder.path().join(account.name)).unwrap())
        });
        // It never passes anything, so that the journal stays whole.
        archive.journal_reader("keeper").unwrap();
        let (start, skew) = (self.start, Arc::clone(&account.skew));
        let clock = move || (BEGINNING + start.elapsed().as_secs()).saturating_add_signed(skew.load(Ordering::Relaxed));
        let gate = Gate::new(seed);
        let options = SessionOptions::new()
            .hooks(Dawdler(Mutex::new(Random::new(seed))))
            .limits(Limits::none())
            .deadline(DEADLINE)
            .clock(Clock::new(clock))
            .blocking(Blocking::InPlace)
            .seed(seed);
        let session = options.login_to(Arc::clone(archive), Wire::new(self.hub.account(account.name), &gate)).await.unwrap();
        let since = account.story.lock().unwrap().heard;
        let listener = tokio::spawn(listen(session.events_since(since), Arc::clone(&account.story)));
        account.life = Some(Life { session: Arc::new(session), gate, callers: JoinSet::new(), listener });
    }

    pub(super) async fn end(&mut self, who: usize, end: End) {
        let account = &mut self.accounts[who];
        let Some(mut life) = account.life.take() else { return };
        self.log.note(&format!("{} ends: {end:?}", account.name));
        if end != End::Logout {
            life.gate.close();
        }
        life.callers.shutdown().await;
        life.listener.abort();
        let _ = life.listener.await;
        match Arc::into_inner(life.session) {
            Some(session) if end == End::Logout => session.logout().await,
            Some(session) => drop(session),
            None => panic!("somebody still uses the session of {}", account.name),
        }
        // Its tasks end when they are next asked to go on.
        while account.archive.as_ref().is_some_and(|archive| Arc::strong_count(archive) > 1) {
            sleep(Duration::from_millis(1)).await;
        }
        if end == End::Crash {
            account.archive = None;
        }
    }

    /// Tells the sessions what their connections are like after the hub or the weather has changed.
    pub(super) fn tell_connections(&self) {
        for account in &self.accounts {
            let is_offline = self.hub.weather(account.name).offline;
            let connection = if is_offline { Connection::Disconnected } else { Connection::Connected };
            account.life.iter().for_each(|life| life.gate.tell(connection));
        }
    }

    /// Waits until nothing moves any more: everybody who called somebody has an answer, all archives and inboxes stand still for longer than
    /// anything waits before it is tried again, and nothing is on its way out.
    pub(super) async fn settle(&mut self) -> Result<(), String> {
        for account in &mut self.accounts {
            let Some(life) = &mut account.life else { continue };
            let answered = async {
                while let Some(done) = life.callers.join_next().await {
                    done.unwrap();
                }
            };
            timeout(Duration::from_secs(3_600), answered).await.map_err(|_| format!("somebody waits for {} for ever", account.name))?;
        }
        let mut before = Vec::new();
        for _ in 0..50 {
            sleep(Duration::from_secs(40)).await;
            let now: Vec<(JournalNo, u64)> = self.accounts.iter().map(Account::moved).collect();
            if now == before && self.accounts.iter().all(|account| account.sending().is_empty()) {
                return Ok(());
            }
            before = now;
        }
        let sending = self.accounts.iter().find(|account| !account.sending().is_empty());
        Err(sending.map_or("it never becomes quiet".to_owned(), |account| format!("{} goes on sending", account.name)))
    }

    /// Everything that an account was sent since the beginning, as another device of it hears it.
    pub(super) async fn inbox(&self, who: usize) -> Vec<Incoming> {
        let auditor = self.hub.device(self.accounts[who].name, "auditor");
        // There may be nothing at all.
        match timeout(Duration::from_millis(1), auditor.receive(usize::MAX)).await {
            Ok(delivery) => delivery.unwrap().incoming,
            Err(_) => Vec::new(),
        }
    }

    /// The steps so far.
    pub(super) fn steps(&self) -> Vec<String> {
        self.log.lines.lock().unwrap().clone()
    }
}

impl Account {
    pub(super) fn archive(&self) -> &Archive {
        self.archive.as_ref().unwrap()
    }

    /// How much has happened to it.
    pub(super) fn moved(&self) -> (JournalNo, u64) {
        let passed = self.life.as_ref().map_or(0, |life| life.gate.passed.load(Ordering::Relaxed));
        (self.archive().journal_head(), passed)
    }

    /// Ids of messages that wait to be sent.
    fn sending(&self) -> Vec<String> {
        let listed = self.archive().conversations().unwrap();
        let all = listed.iter().flat_map(|listed| all(self.archive(), &listed.id));
        all.filter(|message| message.status == Some(mynah::model::Status::Sending)).map(|message| message.id_text()).collect()
    }

    /// All messages that it shows, by conversation.
    pub(super) fn shown(&self) -> BTreeMap<ConversationId, Vec<Message>> {
        let listed = self.archive().conversations().unwrap();
        listed.into_iter().map(|listed| (listed.id.clone(), all(self.archive(), &listed.id))).collect()
    }
}

/// All messages that a conversation shows, oldest first.
pub(super) fn all(archive: &Archive, conversation: &ConversationId) -> Vec<Message> {
    let request = HistoryRequest { order: Order::OldestFirst, limit: usize::MAX, ..HistoryRequest::default() };
    archive.history(conversation, &request).unwrap().messages
}

/// Notes what a stream of events tells.
async fn listen(mut events: Events, story: Arc<Mutex<Story>>) {
    loop {
        let told = events.next().await;
        let story = &mut *story.lock().unwrap();
        match told {
            Ok(told) => {
                if let (Some(no), Event::Received(message)) = (told.no, &told.event) {
                    story.told.push((no, message.id_text()));
                }
                story.heard = story.heard.max(told.no.unwrap_or_default());
            }
            Err(mynah::session::SessionError::Ended) => return,
            Err(error) => {
                story.complaints.push(format!("the events ended: {error}"));
                return;
            }
        }
    }
}

/// A folder in memory where there is one: nothing here is about disks.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}
