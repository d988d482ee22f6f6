//! The account's line in a test: it carries everything, and knows what has come in and was dealt with, and what has left.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, watch};

use crate::model::{ConversationId, Message};
use crate::store::lock;
use crate::transport::loopback::Loopback;
use crate::transport::{
    Ack, Connection, Cursor, Delivery, Erase, Incoming, Media, MediaStream, Parcel, Progress, RoamingPage, RoamingRequest, Transport,
    TransportError,
};

/// What went over all lines of the account, also those before a crash.
#[derive(Default)]
pub(super) struct Traffic {
    /// Names of what came in and was dealt with: kept, or refused by a hook.
    arrived: watch::Sender<BTreeSet<String>>,
    /// Messages that have left, each once, in the order of their conversations.
    left: Mutex<Vec<(ConversationId, Message)>>,
    /// Notices that no person can send: they come from the service.
    notices: Mutex<VecDeque<Message>>,
    noticed: Notify,
}

impl Traffic {
    /// Has a notice come in.
    pub(super) fn notice(&self, message: Message) {
        lock(&self.notices).push_back(message);
        self.noticed.notify_one();
    }

    async fn next_notice(&self) -> Message {
        loop {
            if let Some(notice) = lock(&self.notices).pop_front() {
                return notice;
            }
            self.noticed.notified().await;
        }
    }

    /// Waits until something has come in and was dealt with.
    pub(super) async fn arrival(&self, name: &str) {
        // The sender lives as long as `self`, so that waiting ends only when it is there.
        let _ = self.arrived.subscribe().wait_for(|arrived| arrived.contains(name)).await;
    }

    /// Takes the messages that have left since the last time.
    pub(super) fn take_left(&self) -> Vec<(ConversationId, Message)> {
        std::mem::take(&mut *lock(&self.left))
    }
}

/// The names by which [`Traffic::arrival`] knows things.
pub(super) mod name {
    pub(in super::super) fn recall(id: &str) -> String {
        format!("recall {id}")
    }

    pub(in super::super) fn edit(id: &str, version: u64) -> String {
        format!("edit {version} {id}")
    }

    pub(in super::super) fn read(by: &str, up_to: u64) -> String {
        format!("read {up_to} {by}")
    }
}

fn name_of(incoming: &Incoming) -> String {
    match incoming {
        Incoming::Message(message) => message.id_text(),
        Incoming::Recall { id, .. } => name::recall(id),
        Incoming::Edit { id, version, .. } => name::edit(id, *version),
        Incoming::Read { by, up_to, .. } => name::read(by, *up_to),
    }
}

/// One line.
pub(super) struct Line {
    inner: Loopback,
    traffic: Arc<Traffic>,
    /// What was delivered and not confirmed.
    delivered: Mutex<Vec<(Cursor, Vec<String>)>>,
    /// How far the hub has delivered.
    newest: Mutex<Cursor>,
    published: Mutex<BTreeSet<String>>,
}

impl Line {
    pub(super) fn new(inner: Loopback, traffic: Arc<Traffic>) -> Self {
        Self { inner, traffic, delivered: Mutex::default(), newest: Mutex::default(), published: Mutex::default() }
    }
}

#[async_trait::async_trait]
impl Transport for Line {
    fn account(&self) -> &str {
        self.inner.account()
    }

    fn connection(&self) -> watch::Receiver<Connection> {
        self.inner.connection()
    }

    fn server_time(&self) -> u64 {
        self.inner.server_time()
    }

    async fn publish(&self, parcel: Parcel) -> Result<Ack, TransportError> {
        let message = match &parcel {
            Parcel::Message { to, message } => Some((to.clone(), message.clone())),
            _ => None,
        };
        let ack = self.inner.publish(parcel).await?;
        if let Some(message) = message
            && lock(&self.published).insert(message.1.id_text())
        {
            lock(&self.traffic.left).push(message);
        }
        Ok(ack)
    }

    async fn receive(&self, limit: usize) -> Result<Delivery, TransportError> {
        let delivery = tokio::select! {
            biased;
            notice = self.traffic.next_notice() => Delivery { incoming: vec![Incoming::Message(notice)], cursor: *lock(&self.newest) },
            delivery = self.inner.receive(limit) => delivery?,
        };
        *lock(&self.newest) = delivery.cursor;
        lock(&self.delivered).push((delivery.cursor, delivery.incoming.iter().map(name_of).collect()));
        Ok(delivery)
    }

    async fn confirm(&self, cursor: Cursor) -> Result<(), TransportError> {
        self.inner.confirm(cursor).await?;
        let mut confirmed = Vec::new();
        lock(&self.delivered).retain_mut(|(at, names)| {
            let is_confirmed = *at <= cursor;
            if is_confirmed {
                confirmed.append(names);
            }
            !is_confirmed
        });
        self.traffic.arrived.send_modify(|arrived| arrived.extend(confirmed));
        Ok(())
    }

    async fn roam(&self, request: RoamingRequest) -> Result<RoamingPage, TransportError> {
        self.inner.roam(request).await
    }

    async fn erase(&self, erase: Erase) -> Result<(), TransportError> {
        self.inner.erase(erase).await
    }

    async fn put(&self, file: &Path, progress: Progress) -> Result<Media, TransportError> {
        self.inner.put(file, progress).await
    }

    async fn get(&self, address: &str, offset: u64) -> Result<MediaStream, TransportError> {
        self.inner.get(address, offset).await
    }
}
