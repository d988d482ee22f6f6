//! The account's line in a replay: what was said comes in again, one thing at a time, and whatever the scripts want to leave is taken and goes
//! nowhere.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, mpsc, watch};

use super::studio::{Hands, PATIENCE, Why};
use crate::model::Message;
use crate::transport::{
    Ack, Connection, Cursor, Delivery, Erase, Incoming, Media, MediaStream, Parcel, Progress, RoamingPage, RoamingRequest, Transport,
    TransportError,
};

/// Where a replay puts in what was said.
pub(super) struct Reels {
    said: mpsc::Sender<Message>,
    kept: mpsc::Receiver<()>,
    end: Arc<End>,
}

/// What every line of an account shares.
struct End {
    account: String,
    hands: Hands,
    said: Mutex<mpsc::Receiver<Message>>,
    kept: mpsc::Sender<()>,
    /// Counts what has come in, and numbers what leaves.
    count: AtomicU64,
    connection: watch::Sender<Connection>,
}

impl Reels {
    /// For an account, by this clock.
    pub(super) fn new(account: &str, hands: Hands) -> Self {
        let (said, heard) = mpsc::channel(1);
        let (kept, is_kept) = mpsc::channel(1);
        let end = End {
            account: account.to_owned(),
            hands,
            said: Mutex::new(heard),
            kept,
            count: AtomicU64::new(0),
            connection: watch::Sender::new(Connection::Connected),
        };
        Self { said, kept: is_kept, end: Arc::new(end) }
    }

    /// A line that this is put into.
    pub(super) fn line(&self) -> Feed {
        Feed(Arc::clone(&self.end))
    }

    /// Has something come in, and waits until the account has kept it, or a hook has refused it.
    pub(super) async fn put_in(&mut self, message: Message) -> Result<(), Why> {
        let lost = || "the account never got what was said".to_owned();
        let put = async {
            self.said.send(message).await.map_err(|_| lost())?;
            self.kept.recv().await.ok_or_else(lost)
        };
        tokio::time::timeout(PATIENCE, put).await.map_err(|_| lost())?
    }
}

/// One line.
pub(super) struct Feed(Arc<End>);

impl End {
    fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::SeqCst) + 1
    }
}

#[async_trait::async_trait]
impl Transport for Feed {
    fn account(&self) -> &str {
        &self.0.account
    }

    fn connection(&self) -> watch::Receiver<Connection> {
        self.0.connection.subscribe()
    }

    fn server_time(&self) -> u64 {
        self.0.hands.now()
    }

    async fn publish(&self, parcel: Parcel) -> Result<Ack, TransportError> {
        let seq = match parcel {
            Parcel::Message { .. } | Parcel::Edit { .. } => self.0.next(),
            Parcel::Recall { .. } | Parcel::Read { .. } => 0,
        };
        Ok(Ack { server_time: self.0.hands.now(), seq })
    }

    async fn receive(&self, _: usize) -> Result<Delivery, TransportError> {
        match self.0.said.lock().await.recv().await {
            Some(message) => Ok(Delivery { incoming: vec![Incoming::Message(message)], cursor: Cursor(self.0.next()) }),
            // The replay is over, and ends the session.
            None => std::future::pending().await,
        }
    }

    async fn confirm(&self, _: Cursor) -> Result<(), TransportError> {
        self.0.kept.send(()).await.map_err(|_| TransportError::Offline)
    }

    async fn roam(&self, _: RoamingRequest) -> Result<RoamingPage, TransportError> {
        Ok(RoamingPage::default())
    }

    async fn erase(&self, _: Erase) -> Result<(), TransportError> {
        Ok(())
    }

    async fn put(&self, file: &Path, _: Progress) -> Result<Media, TransportError> {
        let size = std::fs::metadata(file).map_err(|source| TransportError::File { path: file.to_owned(), source })?.len();
        Ok(Media { address: format!("{}replay", crate::transport::ADDRESS_SCHEME), size })
    }

    async fn get(&self, _: &str, _: u64) -> Result<MediaStream, TransportError> {
        Err(TransportError::UnknownMedia)
    }
}
