//! What whoever writes messages into the outbox besides the session asks of it: whether they can be sent, until when, by which clock.

use super::{Clock, Session, SessionError, compose, parts};
use crate::archive::Archive;
use crate::model::Message;

/// Whether a message can be sent as it is.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_outgoing(message: &Message) -> Result<(), SessionError> {
    compose::check(message)
}

/// Whether a message may have files, which have to be kept before it is written.
pub(crate) fn may_have_files(message: &Message) -> bool {
    parts::may_have(&message.body)
}

impl Session {
    /// The clock that it goes by.
    pub(crate) fn clock(&self) -> Clock {
        self.shared.options.clock.clone()
    }

    /// Runs work on the archive, which blocks, where such work of the session runs.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Archive) -> T + Send + 'static) -> T {
        self.shared.bridge.run(work).await
    }

    /// When a message fails that is given now, Unix seconds.
    pub(crate) fn send_deadline(&self) -> u64 {
        self.shared.deadline()
    }
}
