//! Hearing: takes what comes in from the transport, asks the hooks, writes it, and only then tells the transport that it is kept.

use std::sync::Arc;
use std::time::Duration;

use super::lane::ONLINE;
use super::{Event, Shared, parts};
use crate::archive::Arrival;
use crate::model::{ConversationKind, Message, ReceiveOption, Status};
use crate::transport::{Connection, Incoming};

/// The most things that are written at once.
const BATCH: usize = 4_096;
/// The wait after a transport failed.
const PAUSE: Duration = Duration::from_secs(1);

impl Shared {
    /// Receives until the session ends, or the archive can no longer write.
    pub(super) async fn run_receiver(self: Arc<Self>) {
        loop {
            let delivery = tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                delivery = self.transport.receive(BATCH) => delivery,
            };
            let delivery = match delivery {
                Ok(delivery) => delivery,
                Err(error) => {
                    tracing::debug!(%error, "receiving failed, trying again");
                    if !self.rest().await {
                        return;
                    }
                    continue;
                }
            };
            let mut arrivals = Vec::with_capacity(delivery.incoming.len());
            for incoming in delivery.incoming {
                arrivals.extend(self.admit(incoming).await);
            }
            let written = if arrivals.is_empty() { Ok(()) } else { self.write_arrivals(arrivals).await };
            if let Err(error) = written {
                tracing::error!(%error, "what came in cannot be kept; receiving ends, and what was not kept comes again at the next login");
                let _ = self.live.send(Event::Deaf);
                return;
            }
            let confirmed = tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                confirmed = self.transport.confirm(delivery.cursor) => confirmed,
            };
            if let Err(error) = confirmed {
                tracing::debug!(%error, "could not confirm; what was received comes again and changes nothing");
            }
        }
    }

    async fn write_arrivals(&self, arrivals: Vec<Arrival>) -> Result<(), crate::archive::ArchiveError> {
        let received = self.bridge.run(move |archive| archive.receive(arrivals)).await?;
        for (id, reason) in received.refused {
            tracing::warn!(%id, %reason, "a message that came in cannot be kept");
        }
        Ok(())
    }

    /// Waits a little, or until there is a connection. Returns whether the session goes on.
    async fn rest(&self) -> bool {
        let mut connection = self.transport.connection();
        let connected = async {
            if *connection.borrow_and_update() == Connection::Connected || connection.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = self.stop.cancelled() => false,
            () = connected => true,
            () = tokio::time::sleep(PAUSE) => true,
        }
    }

    /// What the archive has to write of something that came in; `None` when nothing.
    async fn admit(&self, incoming: Incoming) -> Option<Arrival> {
        match incoming {
            Incoming::Message(message) => self.admit_message(message).await,
            Incoming::Recall { conversation, id, by, reason } => Some(Arrival::Recall { conversation, id, by, reason }),
            Incoming::Edit { conversation, id, by, version, mut body } => match parts::without_local(&mut body) {
                Ok(()) => Some(Arrival::Edit { conversation, id, by, version, body }),
                Err(error) => {
                    tracing::warn!(%id, %error, "an edit that came in cannot be read");
                    None
                }
            },
            Incoming::Read { conversation, by, up_to } if by == self.account => Some(Arrival::Read { conversation, up_to }),
            Incoming::Read { conversation, by, up_to } => {
                let is_peer = conversation.kind() == ConversationKind::C2c && by == conversation.id();
                is_peer.then_some(Arrival::PeerRead { conversation, up_to })
            }
        }
    }

    async fn admit_message(&self, message: Message) -> Option<Arrival> {
        let conversation = message.conversation.clone()?;
        let is_mine = message.sender == self.account;
        if !is_mine && self.bridge.archive().receive_option(&conversation) == ReceiveOption::NotReceive {
            return None;
        }
        let mut message = match parts::message_without_local(message) {
            Ok(message) => message,
            Err(error) => {
                tracing::warn!(%error, "a message that came in cannot be read");
                return None;
            }
        };
        message.status = Some(Status::Sent);
        message.is_from_self = Some(is_mine);
        let message = if is_mine { message } else { self.ask_before_receive(message).await? };
        if message.body.is_true(ONLINE) {
            let _ = self.live.send(Event::Online(message));
            return None;
        }
        Some(Arrival::Message { message, unread: !is_mine })
    }

    /// Lets the hooks see a message of another. `None` when they refuse it.
    async fn ask_before_receive(&self, message: Message) -> Option<Message> {
        let Some(hooks) = &self.options.hooks else { return Some(message) };
        let mut seen = message.clone();
        match hooks.before_receive(&mut seen).await {
            Ok(()) => Some(Message { body: seen.body, ..message }),
            Err(denied) => {
                tracing::info!(id = %message.id_text(), reason = %denied.reason, "a hook refused a message that came in");
                None
            }
        }
    }
}
