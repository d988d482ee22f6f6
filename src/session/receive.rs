//! Hearing: takes what comes in from the transport, asks the hooks, writes it, and only then tells the transport that it is kept.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::hooks::guarded;
use super::write::ONLINE;
use super::{Event, Shared, local};
use crate::archive::{ArchiveError, Arrival};
use crate::model::{Body, ConversationId, ConversationKind, Message, MessageId, ReceiveOption, Status};
use crate::transport::{Ack, Connection, Delivery, Incoming};

/// The most things that are written at once.
const BATCH: usize = 4_096;
/// What was heard is written at the latest after this time, however slow the hooks are.
const WRITE_AFTER: Duration = Duration::from_millis(20);
/// The wait after a transport failed, and the longest one.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Why receiving ended.
enum End {
    /// The session has ended.
    Stopped,
    /// What comes in cannot be kept.
    Deaf(ArchiveError),
}

/// What is heard and not written yet.
#[derive(Default)]
struct Heard {
    arrivals: Vec<Arrival>,
    /// Own messages that came back.
    own: Vec<(String, Ack)>,
    since: Option<Instant>,
}

impl Shared {
    /// Receives until the session ends, or the archive can no longer write.
    pub(super) async fn run_receiver(self: Arc<Self>) {
        match AssertUnwindSafe(self.receive_on()).catch_unwind().await {
            Ok(End::Stopped) => return,
            Ok(End::Deaf(error)) => tracing::error!(%error, "what comes in cannot be kept; receiving ends"),
            Err(_) => tracing::error!("a fault while receiving; receiving ends"),
        }
        // What was not kept was not confirmed either, and comes again at the next login.
        self.deaf.send_replace(true);
    }

    async fn receive_on(&self) -> End {
        let mut pause = PAUSES.0;
        loop {
            let delivery = tokio::select! {
                biased;
                () = self.stop.cancelled() => return End::Stopped,
                delivery = self.transport.receive(BATCH) => delivery,
            };
            match delivery {
                Ok(delivery) => {
                    pause = PAUSES.0;
                    if let Err(end) = self.take_in(delivery).await {
                        return end;
                    }
                }
                Err(error) => {
                    if !error.is_passing() {
                        tracing::warn!(%error, "the transport cannot receive; trying again");
                    }
                    if !self.rest(pause).await {
                        return End::Stopped;
                    }
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        }
    }

    /// Writes a delivery, then confirms it.
    async fn take_in(&self, delivery: Delivery) -> Result<(), End> {
        let mut heard = Heard::default();
        for incoming in delivery.incoming {
            let arrival = tokio::select! {
                biased;
                arrival = self.admit(incoming, &mut heard.own) => arrival,
                () = self.stop.cancelled() => return Err(End::Stopped),
            };
            heard.arrivals.extend(arrival);
            if heard.since.get_or_insert_with(Instant::now).elapsed() >= WRITE_AFTER {
                self.write_heard(std::mem::take(&mut heard)).await?;
            }
        }
        self.write_heard(heard).await?;
        let confirmed = tokio::select! {
            biased;
            () = self.stop.cancelled() => return Err(End::Stopped),
            confirmed = self.answered(self.transport.confirm(delivery.cursor)) => confirmed,
        };
        if let Err(error) = confirmed {
            tracing::debug!(%error, "could not confirm; what was received comes again and changes nothing");
        }
        Ok(())
    }

    async fn write_heard(&self, heard: Heard) -> Result<(), End> {
        let Heard { arrivals, own, .. } = heard;
        if arrivals.is_empty() {
            return Ok(());
        }
        let received = self.bridge.run(move |archive| archive.receive(arrivals)).await.map_err(End::Deaf)?;
        for (_, reason) in received.refused {
            tracing::warn!(%reason, "something that came in cannot be kept");
        }
        for (id, ack) in own {
            if let Some(flight) = self.lanes.flight(&id) {
                flight.arrive(ack);
            }
        }
        Ok(())
    }

    /// Waits a while, or until there is a connection. Returns whether the session goes on.
    async fn rest(&self, pause: Duration) -> bool {
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
            () = tokio::time::sleep(pause) => true,
        }
    }

    /// What the archive has to write of something that came in; `None` when nothing.
    async fn admit(&self, incoming: Incoming, own: &mut Vec<(String, Ack)>) -> Option<Arrival> {
        match incoming {
            Incoming::Message(message) => self.admit_message(message, own).await,
            Incoming::Recall { conversation, id, by, reason } => Some(Arrival::Recall { conversation, id, by, reason }),
            Incoming::Edit { conversation, id, by, version, body } => {
                let body = self.admit_edit(&conversation, &id, &by, body).await?;
                Some(Arrival::Edit { conversation, id, by, version, body })
            }
            Incoming::Read { conversation, by, up_to } if by == self.account => Some(Arrival::Read { conversation, up_to }),
            Incoming::Read { conversation, by, up_to } => {
                let is_peer = conversation.kind() == ConversationKind::C2c && conversation.id() == by;
                is_peer.then_some(Arrival::PeerRead { conversation, up_to })
            }
        }
    }

    async fn admit_message(&self, mut message: Message, own: &mut Vec<(String, Ack)>) -> Option<Arrival> {
        let conversation = message.conversation.clone()?;
        let is_mine = message.sender == self.account;
        if !is_mine && self.bridge.archive().receive_option(&conversation) == ReceiveOption::NotReceive {
            return None;
        }
        if let Err(error) = local::without_local(&mut message.body).and_then(|()| local::without_history(&mut message.body)) {
            tracing::warn!(%error, "a message that came in cannot be read");
            return None;
        }
        message.status = Some(Status::Sent);
        message.is_from_self = Some(is_mine);
        if is_mine {
            own.push((message.id_text(), Ack { server_time: message.server_time, seq: message.seq }));
        } else {
            message = self.ask_before_receive(message).await?;
        }
        if message.body.is_true(ONLINE) {
            // Nobody may be listening.
            let _ = self.live.send(Event::Online(message));
            return None;
        }
        Some(Arrival::Message { message, unread: !is_mine })
    }

    /// The new content of a message, as the hooks let it through.
    async fn admit_edit(&self, conversation: &ConversationId, id: &str, by: &str, mut body: Body) -> Option<Body> {
        if let Err(error) = local::without_local(&mut body).and_then(|()| local::without_history(&mut body)) {
            tracing::warn!(%error, "an edit that came in cannot be read");
            return None;
        }
        if self.options.hooks.is_none() || by == self.account {
            return Some(body);
        }
        let wanted = id.to_owned();
        let known = self.bridge.run(move |archive| archive.find(&[&wanted])).await.ok().and_then(|mut found| found.pop());
        // One that is not there yet is known by its id alone.
        let message = match known {
            Some(message) => Message { body, ..message },
            None => Message { id: MessageId::new(id).ok(), ..Message::new(by, 0, body).in_conversation(conversation) },
        };
        Some(self.ask_before_receive(message).await?.body)
    }

    /// Lets the hooks see a message of somebody else. `None` when they refuse it.
    pub(super) async fn ask_before_receive(&self, message: Message) -> Option<Message> {
        let Some(hooks) = &self.options.hooks else { return Some(message) };
        let mut seen = message.clone();
        match guarded(hooks.before_receive(&mut seen)).await {
            Ok(Ok(())) => Some(Message { body: seen.body, ..message }),
            Ok(Err(denied)) => {
                tracing::info!(reason = %denied.reason, "a hook refused a message that came in");
                None
            }
            // A fault of a hook loses no message.
            Err(_) => Some(message),
        }
    }
}
