//! The line between a session and the hub: ends with its process, refuses when told to, cuts deliveries small and brings recalls and edits
//! before their messages.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mynah::transport::loopback::Loopback;
use mynah::transport::{
    Ack, Connection, Cursor, Delivery, Erase, Incoming, Media, MediaStream, Parcel, Progress, Refused, RoamingPage, RoamingRequest,
    Transport, TransportError,
};
use tokio::sync::watch;

use crate::naive::Random;

/// What the world holds of a line.
pub(super) struct Gate {
    /// The process has ended: nothing passes any more, in either direction.
    is_closed: AtomicBool,
    /// Messages are refused, also those that the hub has.
    pub(super) refuses: AtomicBool,
    /// Parcels that were published and things that came in.
    pub(super) passed: AtomicU64,
    /// One for each who watches the connection: of several receivers of one sender, tokio wakes any first.
    watched: Mutex<Vec<watch::Sender<Connection>>>,
    random: Mutex<Random>,
}

impl Gate {
    pub(super) fn new(seed: u64) -> Arc<Self> {
        let (is_closed, refuses, passed, watched) = Default::default();
        Arc::new(Self { is_closed, refuses, passed, watched, random: Mutex::new(Random::new(seed)) })
    }

    /// Tells everybody who watches the connection that it is so now, one after the other.
    pub(super) fn tell(&self, connection: Connection) {
        for watched in &*self.watched.lock().unwrap() {
            watched.send_replace(connection);
        }
    }

    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    fn below(&self, limit: u64) -> u64 {
        self.random.lock().unwrap().below(limit)
    }

    /// Does `work`, unless the process ends before or meanwhile: then it never comes back.
    async fn pass<T>(&self, work: impl Future<Output = T>) -> T {
        if !self.is_closed.load(Ordering::Relaxed) {
            let done = work.await;
            if !self.is_closed.load(Ordering::Relaxed) {
                return done;
            }
        }
        std::future::pending().await
    }

    /// Brings some recalls and edits before the messages that they are about, and before other edits of them.
    fn shuffle(&self, incoming: &mut [Incoming]) {
        for from in 0..incoming.len() {
            let (Incoming::Recall { id, .. } | Incoming::Edit { id, .. }) = &incoming[from] else { continue };
            let is_about_it = |before: &Incoming| match before {
                Incoming::Message(message) => message.id_text() == *id,
                Incoming::Edit { id: edited, .. } => edited == id,
                _ => false,
            };
            let first = incoming[..from].iter().position(is_about_it);
            if let Some(first) = first.filter(|_| self.below(2) == 0) {
                incoming[first..=from].rotate_right(1);
            }
        }
    }
}

/// A session's end of the line.
pub(super) struct Wire {
    hub: Loopback,
    gate: Arc<Gate>,
}

impl Wire {
    pub(super) fn new(hub: Loopback, gate: &Arc<Gate>) -> Self {
        Self { hub, gate: Arc::clone(gate) }
    }
}

#[async_trait]
impl Transport for Wire {
    fn account(&self) -> &str {
        self.hub.account()
    }

    fn connection(&self) -> watch::Receiver<Connection> {
        let (sender, receiver) = watch::channel(*self.hub.connection().borrow());
        let watched = &mut *self.gate.watched.lock().unwrap();
        watched.retain(|watched| !watched.is_closed());
        watched.push(sender);
        receiver
    }

    fn server_time(&self) -> u64 {
        self.hub.server_time()
    }

    async fn publish(&self, parcel: Parcel) -> Result<Ack, TransportError> {
        self.gate.passed.fetch_add(1, Ordering::Relaxed);
        if matches!(parcel, Parcel::Message { .. }) && self.gate.refuses.load(Ordering::Relaxed) {
            return Err(Refused::Other { code: 80_001 }.into());
        }
        self.gate.pass(self.hub.publish(parcel)).await
    }

    async fn receive(&self, limit: usize) -> Result<Delivery, TransportError> {
        let limit = if self.gate.below(2) == 0 { limit } else { 1 + self.gate.below(4) as usize };
        let mut delivery = self.gate.pass(self.hub.receive(limit)).await?;
        self.gate.passed.fetch_add(delivery.incoming.len() as u64, Ordering::Relaxed);
        self.gate.shuffle(&mut delivery.incoming);
        Ok(delivery)
    }

    async fn confirm(&self, cursor: Cursor) -> Result<(), TransportError> {
        self.gate.pass(self.hub.confirm(cursor)).await
    }

    async fn roam(&self, request: RoamingRequest) -> Result<RoamingPage, TransportError> {
        self.gate.pass(self.hub.roam(request)).await
    }

    async fn erase(&self, erase: Erase) -> Result<(), TransportError> {
        self.gate.pass(self.hub.erase(erase)).await
    }

    async fn put(&self, file: &Path, progress: Progress) -> Result<Media, TransportError> {
        self.gate.pass(self.hub.put(file, progress)).await
    }

    async fn get(&self, address: &str, offset: u64) -> Result<MediaStream, TransportError> {
        self.gate.pass(self.hub.get(address, offset)).await
    }
}
