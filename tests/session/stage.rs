//! The stage of the stories: a hub, accounts, a clock.

use std::sync::Arc;
use std::time::Duration;

use mynah::archive::{ArchiveOptions, HistoryRequest, Order};
use mynah::model::{ConversationId, Message};
use mynah::session::{Blocking, Clock, Event, Events, Limits, Session, SessionOptions};
use mynah::transport::loopback::{Hub, HubOptions};
use mynah::{Archive, Durability};
use tempfile::TempDir;
use tokio::time::Instant;

/// The second at which every story begins.
pub(crate) const BEGINNING: u64 = 1_700_000_000;

/// A clock that goes with tokio's.
pub(crate) fn clock() -> Arc<dyn Fn() -> u64 + Send + Sync> {
    let start = Instant::now();
    Arc::new(move || BEGINNING + start.elapsed().as_secs())
}

/// Where a story takes place.
pub(crate) struct Stage {
    pub(crate) hub: Hub,
    pub(crate) folder: TempDir,
    pub(crate) clock: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let clock = clock();
        Self { hub: Hub::with_options(HubOptions::new().clock(Arc::clone(&clock))), folder: tempfile::tempdir().unwrap(), clock }
    }

    /// How the stories' accounts work.
    pub(crate) fn options(&self) -> SessionOptions {
        let clock = Arc::clone(&self.clock);
        SessionOptions::new()
            .archive(ArchiveOptions::new().memory_mib(64).durability(Durability::Buffered))
            .limits(Limits::none())
            .clock(Clock::new(move || clock()))
            .blocking(Blocking::InPlace)
            .seed(7)
    }

    pub(crate) async fn login(&self, name: &str) -> Side {
        self.login_with(name, self.options()).await
    }

    pub(crate) async fn login_with(&self, name: &str, options: SessionOptions) -> Side {
        let session = options.login(self.folder.path().join(name), self.hub.account(name)).await.unwrap();
        let events = session.events();
        Side { session, events }
    }
}

/// An account with an ear to what happens to it.
pub(crate) struct Side {
    pub(crate) session: Session,
    pub(crate) events: Events,
}

impl Side {
    /// Sends a text and waits until it is sent.
    pub(crate) async fn say(&self, to: &ConversationId, text: &str) -> Message {
        self.session.send(to, Message::text("", 0, text)).await.unwrap().outcome().await.unwrap()
    }

    /// Waits for an event for which `pick` gives something.
    #[track_caller]
    pub(crate) fn until<T>(&mut self, pick: impl Fn(Event) -> Option<T>) -> impl Future<Output = T> {
        let caller = std::panic::Location::caller();
        async move {
            let wait = async {
                loop {
                    if let Some(picked) = pick(self.events.next().await.unwrap().event) {
                        return picked;
                    }
                }
            };
            tokio::time::timeout(Duration::from_secs(3_600), wait)
                .await
                .unwrap_or_else(|_| panic!("nothing of the kind happened, {caller}"))
        }
    }

    /// Waits until a message came in.
    #[track_caller]
    pub(crate) fn hears(&mut self) -> impl Future<Output = Message> {
        self.until(|event| match event {
            Event::Received(message) => Some(message),
            _ => None,
        })
    }

    /// All texts of a conversation, oldest first.
    pub(crate) fn texts(&self, conversation: &ConversationId) -> Vec<String> {
        texts(self.session.archive(), conversation)
    }

    pub(crate) fn find(&self, id: &str) -> Option<Message> {
        self.session.archive().find(&[id]).unwrap().pop()
    }

    /// Ends the account's session as the end of its process would.
    pub(crate) async fn crash(self) {
        let Self { session, events } = self;
        drop(events);
        let archive = Arc::downgrade(session.archive());
        drop(session);
        // Its tasks end when they are next asked to go on; then the archive closes.
        while archive.strong_count() > 0 {
            tokio::task::yield_now().await;
        }
    }
}

/// All texts of a conversation, oldest first.
pub(crate) fn texts(archive: &Archive, conversation: &ConversationId) -> Vec<String> {
    let request = HistoryRequest { order: Order::OldestFirst, limit: 1_000_000, ..HistoryRequest::default() };
    let page = archive.history(conversation, &request).unwrap();
    page.messages.iter().flat_map(Message::texts).collect()
}

pub(crate) fn c2c(peer: &str) -> ConversationId {
    ConversationId::c2c(peer).unwrap()
}

pub(crate) fn group(id: &str) -> ConversationId {
    ConversationId::group(id).unwrap()
}
