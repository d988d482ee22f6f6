//! One account's end of a hub: the transport that a session gets.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;

use super::entry::Entry;
use super::lines::LineEnd;
use super::reading;
use super::rules::Judge;
use super::shared::{Shared, wait};
use super::{Hub, carrying};
use crate::transport::{
    Ack, Connection, Cursor, Delivery, Erase, Incoming, Media, MediaStream, Parcel, Progress, RoamingPage, RoamingRequest, Transport,
    TransportError,
};

/// One device of one account, connected to a [`Hub`]. Dropping it ends the connection; another one of the same device goes on behind
/// what was confirmed.
///
/// Every request is subject to the account's [`Weather`](super::Weather).
pub struct Loopback {
    hub: Arc<Shared>,
    account: Arc<str>,
    device: Arc<str>,
    line: LineEnd,
}

impl Loopback {
    pub(super) fn connect(hub: &Hub, account: &str, device: &str) -> Self {
        let (hub, account, device) = (hub.shared().clone(), Arc::from(account), Arc::from(device));
        let line = {
            let desk = &mut *hub.desk();
            desk.lines.open(&account, &device, desk.book.state())
        };
        Self { hub, account, device, line }
    }

    pub(super) fn hub(&self) -> &Arc<Shared> {
        &self.hub
    }

    pub(super) fn name(&self) -> &str {
        &self.account
    }

    pub(super) fn line(&self) -> u64 {
        self.line.number
    }

    /// Sends a request to the hub, which does `work`, and waits for the answer.
    pub(super) async fn ask<T>(&self, work: impl Future<Output = Result<T, TransportError>>) -> Result<T, TransportError> {
        let passage = self.hub.depart(self.line.number)?;
        self.hub.travel(&passage, work).await
    }

    /// Up to `limit` of what came in before position `until`, while there is a connection.
    fn take(&self, until: u64, limit: usize) -> Option<Delivery> {
        let desk = &mut *self.hub.desk();
        let line = desk.lines.connected(self.line.number)?;
        let mut delivery = reading::deliver(desk.book.state(), &self.account, line.given, until, limit);
        if let Some(delivery) = &delivery {
            line.given = delivery.cursor.0;
        }
        let room = limit - delivery.as_ref().map_or(0, |delivery| delivery.incoming.len());
        let online = line.online.drain(..line.online.len().min(room)).map(Incoming::Message);
        if online.len() > 0 {
            let cursor = Cursor(line.given);
            delivery.get_or_insert(Delivery { incoming: Vec::new(), cursor }).incoming.extend(online);
        }
        delivery
    }

    /// How long what came in takes to get here, and the position that it ends before; `None` when nothing came in.
    fn news(&self) -> Result<Option<(std::time::Duration, u64)>, TransportError> {
        let desk = &mut *self.hub.desk();
        desk.book.catch_up()?;
        let Some(line) = desk.lines.connected(self.line.number) else { return Ok(None) };
        let state = desk.book.state();
        if line.online.is_empty() && !reading::has_news(state, &self.account, line.given) {
            return Ok(None);
        }
        Ok(Some((desk.lines.weather_of(&self.account).delay, state.length())))
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.hub.desk().lines.close(self.line.number);
    }
}

#[async_trait::async_trait]
impl Transport for Loopback {
    fn account(&self) -> &str {
        &self.account
    }

    fn connection(&self) -> watch::Receiver<Connection> {
        self.line.connection.clone()
    }

    fn server_time(&self) -> u64 {
        self.hub.now()
    }

    async fn publish(&self, parcel: Parcel) -> Result<Ack, TransportError> {
        let passage = self.hub.depart(self.line.number)?;
        let work = async {
            if let Some(reason) = &passage.refuse {
                return Err(reason.clone().into());
            }
            let (ack, length) = self.hub.take(&self.account, parcel)?;
            self.hub.persist(length).await?;
            Ok(ack)
        };
        self.hub.travel(&passage, work).await
    }

    async fn receive(&self, limit: usize) -> Result<Delivery, TransportError> {
        loop {
            let Some((delay, length)) = self.news()? else {
                self.hub.listen(&self.line.bell).await;
                continue;
            };
            // Nobody hears what a power cut could still take back.
            self.hub.persist(length).await?;
            wait(delay).await;
            if let Some(delivery) = self.take(length, limit.max(1)) {
                return Ok(delivery);
            }
        }
    }

    async fn confirm(&self, cursor: Cursor) -> Result<(), TransportError> {
        self.ask(async {
            self.hub.change(|state, _| {
                let cursor = cursor.0.min(state.length());
                let is_new = cursor > state.confirmed(&self.account, &self.device);
                let entry = || Entry::Confirm { account: self.account.to_string(), device: self.device.to_string(), cursor };
                Ok((is_new.then(entry).into_iter().collect(), ()))
            })
        })
        .await
    }

    async fn roam(&self, request: RoamingRequest) -> Result<RoamingPage, TransportError> {
        self.ask(async {
            let (page, length) = self.hub.change(|state, now| {
                let options = &self.hub.options;
                let judge = Judge { state, options, account: &self.account, now };
                let talk = judge.talk(&request.conversation)?;
                let page = reading::roam(state, options, &self.account, talk, &request)?;
                Ok((Vec::new(), (page, state.length())))
            })?;
            // Nobody is told what a power cut could still take back.
            self.hub.persist(length).await?;
            Ok(page)
        })
        .await
    }

    async fn erase(&self, erase: Erase) -> Result<(), TransportError> {
        self.ask(async {
            let length = self.hub.change(|state, now| {
                let (Erase::Messages { conversation: to, .. } | Erase::Conversation { conversation: to }) = &erase;
                let judge = Judge { state, options: &self.hub.options, account: &self.account, now };
                judge.check_names(to)?;
                // Who has left a group can still forget it.
                let Some(talk) = state.talk(&self.account, to) else { return Ok((Vec::new(), 0)) };
                let ids = match &erase {
                    Erase::Messages { ids, .. } => Some(ids.iter().filter(|id| talk.find(id).is_some()).cloned().collect::<Vec<_>>()),
                    Erase::Conversation { .. } => None,
                };
                if ids.as_ref().is_some_and(Vec::is_empty) {
                    return Ok((Vec::new(), 0));
                }
                let entry = Entry::Erase { by: self.account.to_string(), to: to.clone(), ids };
                Ok((vec![entry], state.length() + 1))
            })?;
            self.hub.persist(length).await
        })
        .await
    }

    async fn put(&self, file: &Path, progress: Progress) -> Result<Media, TransportError> {
        carrying::put(self, file, &progress).await
    }

    async fn get(&self, address: &str, offset: u64) -> Result<MediaStream, TransportError> {
        carrying::get(self, address, offset).await
    }
}
