//! What happens to the account, told to the callbacks that were set, on the library thread and in the order of the journal.

mod news;

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use engine::model::ConversationId;
use engine::session::{Event, Events, SessionError};
use engine::transport::Connection;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use crate::account::{Account, Heard};
use crate::desk::desk;
use news::News;

/// Things to tell that may wait for the library thread; then the journal waits.
const WAITING: usize = 256;
/// When nothing came in for so long after the login, what had waited is here: a hub does not say that it has told everything.
const QUIET: Duration = Duration::from_millis(100);
/// The first synchronisation ends at the latest after this time.
const SYNCING: Duration = Duration::from_secs(10);

/// Tells of what happens from the login on, until the account is closed.
pub(crate) fn follow(account: &Arc<Account>, heard: Heard) {
    let Heard { events, known, unread } = heard;
    let teller = Teller { account: Arc::downgrade(account), known, room: Arc::new(Semaphore::new(WAITING)) };
    let now_unread = account.archive.total_unread();
    account.spawn(teller.run(events, (unread != now_unread).then_some(now_unread)));
}

/// Who tells.
struct Teller {
    account: Weak<Account>,
    /// The conversations that were told of, or were there before the login.
    known: BTreeSet<ConversationId>,
    room: Arc<Semaphore>,
}

impl Teller {
    async fn run(mut self, mut events: Events, unread: Option<u64>) {
        self.tell(News::SyncBegan).await;
        self.tell(News::Connection(Connection::Connected)).await;
        if let Some(unread) = unread {
            self.tell(News::TotalUnread(unread)).await;
        }
        match self.tell_on(&mut events).await {
            SessionError::Ended => {}
            error => tracing::error!(%error, "what happens is not told any more"),
        }
    }

    /// Tells until the session ends, and returns why it has.
    async fn tell_on(&mut self, events: &mut Events) -> SessionError {
        let latest = Instant::now() + SYNCING;
        let mut is_syncing = true;
        loop {
            let told = if is_syncing {
                let Ok(told) = timeout_at(latest.min(Instant::now() + QUIET), events.next()).await else {
                    is_syncing = false;
                    self.tell(News::SyncEnded).await;
                    continue;
                };
                told
            } else {
                events.next().await
            };
            let mut news = match told {
                Ok(told) => self.news(told.event),
                Err(error) => return error,
            };
            // What is there already goes into one call where it is of one kind.
            while let Ok(told) = timeout(Duration::ZERO, events.next()).await {
                let next = match told {
                    Ok(told) => self.news(told.event),
                    Err(error) => {
                        self.tell_some(news).await;
                        return error;
                    }
                };
                news = match (news, next) {
                    (Some(mut news), Some(next)) => match news.take_in(next) {
                        None => Some(news),
                        Some(other) => {
                            self.tell(news).await;
                            Some(other)
                        }
                    },
                    (news, next) => news.or(next),
                };
            }
            self.tell_some(news).await;
        }
    }

    /// What an event is to the callbacks; `None` for what no callback is for.
    fn news(&mut self, event: Event) -> Option<News> {
        Some(match event {
            Event::Received(message) | Event::Online(message) => News::Received(vec![message]),
            Event::Edited(message) => News::Edited(vec![message]),
            Event::Recalled(message) => News::Recalled(vec![message]),
            Event::PeerRead { conversation, up_to } => News::PeerRead(vec![(conversation, up_to)]),
            Event::ConversationAdded(conversation) => {
                self.known.insert(conversation.clone());
                News::ConversationsAdded(vec![conversation])
            }
            // One that came in between the login and the first look at the journal is new too.
            Event::ConversationChanged(conversation) if self.known.insert(conversation.clone()) => {
                News::ConversationsAdded(vec![conversation])
            }
            Event::ConversationChanged(conversation) => News::ConversationsChanged(vec![conversation]),
            Event::ConversationDeleted(conversation) => {
                self.known.remove(&conversation);
                News::ConversationsDeleted(vec![conversation])
            }
            Event::TotalUnread(unread) => News::TotalUnread(unread),
            Event::Upload { id, element, current, total } => News::Upload { id, element, current, total },
            Event::Connection(connection) => News::Connection(connection),
            Event::Deaf => News::Deaf,
            Event::Missed(count) => {
                tracing::warn!(count, "events that are not in the journal came faster than they were called back; some are not told");
                return None;
            }
            _ => return None,
        })
    }

    async fn tell_some(&self, news: Option<News>) {
        if let Some(news) = news {
            self.tell(news).await;
        }
    }

    /// Hands over to the library thread, as soon as there is room.
    async fn tell(&self, news: News) {
        let Ok(room) = Arc::clone(&self.room).acquire_owned().await else { return };
        let (account, era) = (Weak::clone(&self.account), desk().era());
        desk().post(move || {
            let _room = room;
            if let Some(account) = account.upgrade().filter(|account| account.is_open() && desk().wants(era)) {
                news.tell(account, era);
            }
        });
    }
}
