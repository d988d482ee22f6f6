//! One attempt at what scripts do to messages that are there: edit, recall, mark as read. Doing it twice is doing it once.

use super::guard::guarded;
use super::run::Act;
use crate::archive::{ArchiveError, ReadUpTo};
use crate::model::{ConversationId, Origin, Status};
use crate::session::{Session, SessionError};
use crate::transport::Refused;

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

/// What became of an attempt.
pub(super) enum Attempt {
    Done,
    /// Something outside is in the way: another attempt may do it.
    Later(String),
    /// It will never be done.
    Refused(String),
}

/// Tries it once. `by` is the script that does it, with the hops up to it.
pub(super) async fn attempt(session: &Session, act: &Act, by: &Origin) -> Attempt {
    let done = guarded(act.name(), async {
        match act {
            Act::Edit { id, text } => session.edit_text_by(id, text, Some(by)).await.map(drop),
            Act::Recall { id } => session.recall(id, None).await.map(drop),
            Act::MarkRead { chat } => match chat.parse::<ConversationId>() {
                Ok(chat) => session.report_read(ReadUpTo::Conversation(&chat)).await.map(drop),
                Err(error) => return Attempt::Refused(error.to_string()),
            },
        }
        .map_or_else(outcome, |()| Attempt::Done)
    });
    match done.await {
        // Whether a message that has not been sent still can be is known only here.
        Ok(Attempt::Later(why)) if !may_leave(session, act).await => Attempt::Refused(why),
        Ok(attempt) => attempt,
        Err(why) => Attempt::Later(why),
    }
}

fn outcome(error: SessionError) -> Attempt {
    match error {
        // It was recalled before a crash, or by somebody else: there is nothing left to do.
        SessionError::RecalledAlready { .. } | SessionError::NotRecalled { reason: Refused::RecalledAlready, .. } => Attempt::Done,
        SessionError::Transport(ref passing) if passing.is_passing() => Attempt::Later(error.to_string()),
        SessionError::NotSent { .. }
        | SessionError::TooOften { .. }
        | SessionError::Busy { .. }
        | SessionError::Ended
        | SessionError::AtWork
        | SessionError::Archive(ArchiveError::Store(_)) => Attempt::Later(error.to_string()),
        final_one => Attempt::Refused(final_one.to_string()),
    }
}

/// Whether the message of an act is sent, or still may be.
async fn may_leave(session: &Session, act: &Act) -> bool {
    let (Act::Edit { id, .. } | Act::Recall { id }) = act else { return true };
    let id = id.clone();
    let found = session.run(move |archive| archive.find(&[&id])).await.map(|mut found| found.pop());
    // What cannot be read now is looked at again.
    found.map_or(true, |message| message.is_some_and(|message| !matches!(message.status, Some(Status::Failed | Status::Cancelled))))
}
