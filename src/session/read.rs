//! Reporting what was read: here at once, to the peers as soon as they can be reached.

use std::sync::Arc;
use std::time::Duration;

use super::limits::Call;
use super::{Session, SessionError, Shared};
use crate::archive::{Archive, ArchiveError, ReadUpTo};
use crate::model::{ConversationId, ConversationKind, Place};
use crate::transport::{Connection, Parcel, TransportError};

/// The wait before reports that could not be sent are tried again.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

/// [`ReadUpTo`] that holds what it names.
enum Mark {
    Message(ConversationId, Place),
    Conversation(ConversationId),
    Kind(ConversationKind),
    All,
}

impl Mark {
    fn apply(&self, archive: &Archive, tells_readers: bool) -> Result<u64, ArchiveError> {
        let up_to = match self {
            Self::Message(conversation, place) => ReadUpTo::Message(conversation, *place),
            Self::Conversation(conversation) => ReadUpTo::Conversation(conversation),
            Self::Kind(kind) => ReadUpTo::Kind(*kind),
            Self::All => ReadUpTo::All,
        };
        if tells_readers { archive.mark_read_and_owe(up_to) } else { archive.mark_read(up_to) }
    }
}

impl Session {
    /// Marks messages as read and returns how many were unread. The peers learn of it as soon as they can be reached, also after a crash.
    ///
    /// # Errors
    /// [`SessionError::TooOften`]: nothing is marked. [`SessionError::Archive`]: all or nothing may be marked.
    pub async fn report_read(&self, up_to: ReadUpTo<'_>) -> Result<u64, SessionError> {
        let shared = &self.shared;
        let mark = match up_to {
            ReadUpTo::Message(conversation, place) => Mark::Message(conversation.clone(), place),
            ReadUpTo::Conversation(conversation) => Mark::Conversation(conversation.clone()),
            ReadUpTo::Kind(kind) => Mark::Kind(kind),
            ReadUpTo::All => Mark::All,
        };
        if matches!(mark, Mark::Kind(_) | Mark::All) {
            shared.limits.pass(Call::ReadAll, 1)?;
        }
        let tells_readers = shared.options.tells_readers;
        let read = shared.bridge.run(move |archive| mark.apply(archive, tells_readers)).await?;
        shared.receipts.notify_one();
        Ok(read)
    }

    /// Waits until the peers were told of everything that was reported as read, as long as that takes.
    ///
    /// # Errors
    /// [`SessionError::Ended`]: what they were not told, they are told after the next login.
    pub async fn receipts_told(&self) -> Result<(), SessionError> {
        let mut tried = self.shared.receipts_tried.subscribe();
        while !self.archive().receipts_due().is_empty() {
            tokio::select! {
                biased;
                () = self.shared.stop.cancelled() => return Err(SessionError::Ended),
                _ = tried.changed() => {}
            }
        }
        Ok(())
    }
}

impl Shared {
    /// Sends read reports until the session ends.
    pub(super) async fn run_receipts(self: Arc<Self>) {
        let mut connection = self.transport.connection();
        loop {
            connection.borrow_and_update();
            let is_done = self.send_receipts().await;
            self.receipts_tried.send_replace(());
            let again = async {
                if is_done {
                    std::future::pending::<()>().await;
                }
                tokio::time::sleep(AGAIN_AFTER).await;
            };
            let reconnected = async {
                if connection.wait_for(|connection| *connection == Connection::Connected).await.is_err() || is_done {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                () = self.receipts.notified() => {}
                () = again => {}
                () = reconnected, if *self.transport.connection().borrow() != Connection::Connected => {}
            }
        }
    }

    /// Sends what is due. Returns whether nothing is left.
    async fn send_receipts(&self) -> bool {
        for (to, up_to) in self.bridge.archive().receipts_due() {
            let parcel = Parcel::Read { to: to.clone(), up_to };
            let reported = tokio::select! {
                biased;
                () = self.stop.cancelled() => return false,
                reported = self.ask(parcel) => reported,
            };
            match reported {
                Err((error @ TransportError::Refused(_), _)) => tracing::debug!(%error, "a read report was refused"),
                Err(_) => return false,
                Ok(_) => {}
            }
            if let Err(error) = self.bridge.run(move |archive| archive.receipt_sent(&to, up_to)).await {
                tracing::warn!(%error, "could not note that a read report was sent");
                return false;
            }
        }
        true
    }
}
