//! Calls that a script waits for, and that need more than its own machine: the archive's index, files, other machines. Each is checked against
//! what was granted here too, whatever was checked before, and what cannot be done is an answer that says why.

mod files;
mod http;
mod past;
mod reach;
mod search;
mod secrets;

use std::path::PathBuf;
use std::sync::Arc;

use super::data::Data;
use super::guard::guarded;
use super::op::{Answer, HttpRequest, Op};
use crate::archive::Archive;
use crate::fetch::{FetchOptions, GuardedClient};
use crate::model::{ConversationId, Message};
use crate::session::Session;

pub(super) use http::{FakeHttp, HOPS_HEADER};
pub(super) use past::Past;
pub(super) use reach::Reach;
pub(super) use secrets::Secrets;

/// What a script waits for.
pub(super) struct Call {
    pub(super) script: Arc<str>,
    pub(super) op: Op,
    /// The same when the run is repeated, and of no other call.
    pub(super) idempotency_key: String,
    /// Where the event happened, which it may always look into.
    pub(super) place: Option<ConversationId>,
    /// The zone of dates that name none.
    pub(super) zone: Option<String>,
    /// How many scripts have answered each other up to this run.
    pub(super) hops: u32,
    pub(super) reach: Reach,
}

/// Why something cannot be done, in words for the script.
type Why = String;

/// Answers calls. Share it behind an `Arc`.
pub(super) struct Outside {
    session: Arc<Session>,
    /// The folder with a folder of files for each script.
    files: PathBuf,
    secrets: Secrets,
    client: GuardedClient,
    fake_http: Option<FakeHttp>,
    past: Option<Past>,
}

impl Outside {
    /// Answers for the scripts of a session, which keep their files in folders below `files`. With `fake_http` no other machine is asked.
    pub(super) fn new(session: Arc<Session>, files: PathBuf, secrets: Secrets, http: &FetchOptions, fake_http: Option<FakeHttp>) -> Self {
        Self { session, files, secrets, client: GuardedClient::new(http), fake_http, past: None }
    }

    /// Has scripts look into what was said in the past, where there is such, and fetches nothing from elsewhere.
    pub(super) fn in_the_past(self, past: Option<Past>) -> Self {
        Self { past, ..self }
    }

    /// Answers a call. What needs no waiting, or waits for a person or another run, is none of this room's.
    pub(super) async fn answer(&self, call: Call) -> Answer {
        let answered = guarded(call.op.name(), self.try_to_answer(&call)).await.flatten();
        answered.unwrap_or_else(|why| Answer::Failed { why })
    }

    async fn try_to_answer(&self, call: &Call) -> Result<Answer, Why> {
        match &call.op {
            Op::Search { .. } => self.search(call).await,
            Op::History { chat, limit, next } => self.history(call, chat, *limit, next.as_deref()).await,
            Op::Find { id } => self.find(call, id).await,
            Op::Save { message, element, path } => self.save(call, message, *element, path).await,
            Op::Read { message, element, limit } => self.read(call, message, *element, *limit).await,
            Op::Http(request) => self.http(call, request).await,
            other => Err(format!("{} is not answered from outside", other.name())),
        }
    }

    /// Looks into the archive; into that of the past where there is one.
    async fn look<T: Send + 'static>(&self, work: impl FnOnce(&Archive) -> T + Send + 'static) -> T {
        match &self.past {
            Some(past) => past.run(work).await,
            None => self.session.run(work).await,
        }
    }

    /// The second up to which there is something to be seen, where that is not all there is.
    fn until(&self) -> Option<u64> {
        self.past.as_ref().map(|_| self.session.clock().now())
    }

    /// The message of this id, if the script may look into its conversation.
    async fn message(&self, call: &Call, id: &str) -> Result<Option<Message>, Why> {
        let wanted = id.to_owned();
        let found = self.session.run(move |archive| archive.find(&[&wanted])).await.map_err(unreadable)?;
        let found = match &self.past {
            Some(past) if found.is_empty() => {
                let (seen, wanted, now) = (past.clone(), id.to_owned(), self.session.clock().now());
                past.run(move |_| seen.message(&wanted, now)).await?.into_iter().collect()
            }
            _ => found,
        };
        let Some(message) = found.into_iter().next() else { return Ok(None) };
        match &message.conversation {
            Some(conversation) if call.reach.may_see(conversation, call.place.as_ref()) => Ok(Some(message)),
            Some(_) | None => Err(NOT_SEEN.to_owned()),
        }
    }
}

/// What is said of a conversation that a script may not look into.
const NOT_SEEN: &str =
    "it is in a conversation that the script may not look into: its manifest needs conversations = [\"…\"], and that has to be granted";

fn unreadable(error: impl std::fmt::Display) -> Why {
    format!("the archive cannot be read: {error}")
}

#[cfg(test)]
mod tests;
