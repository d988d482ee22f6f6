//! What scripts do to messages that are there: edit, recall, mark as read. Done once their run is written, and again after a crash until it is done;
//! doing it twice is doing it once.

use std::time::Duration;

use super::run::Act;
use crate::archive::ReadUpTo;
use crate::model::ConversationId;
use crate::session::{Session, SessionError};

/// How often something is tried while the other side does not answer, and the first wait.
const ATTEMPTS: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_secs(1);

impl Act {
    /// What it is, for the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Edit { .. } => "m:edit",
            Self::Recall { .. } => "m:recall",
            Self::MarkRead { .. } => "m:mark_read",
        }
    }
}

/// Does it.
///
/// # Errors
/// Why it cannot be done.
pub(super) async fn carry_out(session: &Session, act: &Act) -> Result<(), String> {
    let mut wait = FIRST_WAIT;
    for attempt in 1.. {
        let done = match act {
            Act::Edit { id, text } => session.edit_text(id, text).await.map(drop),
            Act::Recall { id } => session.recall(id, None).await.map(drop),
            Act::MarkRead { chat } => match chat.parse::<ConversationId>() {
                Ok(chat) => session.report_read(ReadUpTo::Conversation(&chat)).await.map(drop),
                Err(error) => return Err(error.to_string()),
            },
        };
        match done {
            Ok(()) => return Ok(()),
            // It was recalled before a crash.
            Err(SessionError::RecalledAlready { .. }) => return Ok(()),
            Err(error) if may_pass(&error) && attempt < ATTEMPTS => tokio::time::sleep(wait).await,
            Err(error) => return Err(error.to_string()),
        }
        wait *= 2;
    }
    Ok(())
}

/// Whether trying again later may help: the other side does not answer, or the message has not left yet.
fn may_pass(error: &SessionError) -> bool {
    match error {
        SessionError::Transport(error) => error.is_passing(),
        SessionError::NotSent { .. } | SessionError::TooOften { .. } => true,
        _ => false,
    }
}
