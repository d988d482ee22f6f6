//! Where `mynah tail` learns of events: from its own session, or from the journal of an archive that another process writes.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use crate::JournalNo;
use crate::archive::{Archive, ArchiveError, Follower};
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::session::{Link, interrupted};
use crate::session::{Events, JournalEvents, SessionError, Told};

/// How often an archive that another process writes is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Changes that are read at once.
const BATCH: usize = 1_000;

/// Events, until somebody presses Ctrl-C.
pub(super) struct Source<'a> {
    kind: Kind<'a>,
    interrupted: Pin<Box<dyn Future<Output = ()>>>,
}

enum Kind<'a> {
    Session { link: &'a Link, events: Option<Events> },
    Beside(Box<Beside>),
}

/// An archive that another process may write.
struct Beside {
    archive: Archive,
    events: JournalEvents,
    follower: Option<Follower>,
    ready: VecDeque<Told>,
}

impl<'a> Source<'a> {
    pub(super) fn of_session(link: &'a Link) -> Self {
        Self { kind: Kind::Session { link, events: None }, interrupted: Box::pin(interrupted()) }
    }

    pub(super) fn beside(archive: Archive) -> Self {
        let events = JournalEvents::new(&archive);
        let beside = Beside { archive, events, follower: None, ready: VecDeque::new() };
        Self { kind: Kind::Beside(Box::new(beside)), interrupted: Box::pin(interrupted()) }
    }

    pub(super) fn archive(&self) -> &Archive {
        match &self.kind {
            Kind::Session { link, .. } => link.session.archive(),
            Kind::Beside(beside) => &beside.archive,
        }
    }

    /// Begins behind `since`, or from now on; what came in at the login is new. Where changes are missing, it says so and begins with the oldest that is there.
    pub(super) fn begin(&mut self, since: Option<JournalNo>) -> Result<(), Failure> {
        let since = since.or(match &self.kind {
            Kind::Session { link, .. } => Some(link.began),
            Kind::Beside(_) => None,
        });
        let since = match self.archive().follow(since) {
            Err(ArchiveError::Trimmed { since, oldest }) => Some(behind_gap(since, oldest)),
            follower => Some(follower?.read_up_to()),
        };
        match &mut self.kind {
            Kind::Session { link, events } => *events = since.map(|since| link.session.events_since(since)),
            Kind::Beside(beside) => beside.follower = Some(beside.archive.follow(since)?),
        }
        Ok(())
    }

    /// Waits for the next event; `None` when nobody wants more.
    pub(super) async fn next(&mut self) -> Result<Option<Told>, Failure> {
        let Self { kind, interrupted } = self;
        let next = async {
            match kind {
                Kind::Session { events: Some(events), .. } => match events.next().await {
                    Err(SessionError::Ended) => Ok(None),
                    told => Ok(Some(told?)),
                },
                Kind::Session { events: None, .. } => Ok(None),
                Kind::Beside(beside) => Ok(Some(beside.next().await?)),
            }
        };
        tokio::select! {
            biased;
            () = interrupted => Ok(None),
            told = next => told,
        }
    }
}

impl Beside {
    async fn next(&mut self) -> Result<Told, Failure> {
        loop {
            if let Some(told) = self.ready.pop_front() {
                return Ok(told);
            }
            if !self.look()? {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }

    /// Takes in what the other process has written. Returns whether there was something.
    fn look(&mut self) -> Result<bool, Failure> {
        self.archive.refresh()?;
        let Some(follower) = &mut self.follower else { return Ok(false) };
        match follower.read(BATCH) {
            Ok(changes) => {
                self.ready.extend(self.events.told(&self.archive, &changes)?);
                Ok(!changes.is_empty())
            }
            // The other process keeps nothing for this one.
            Err(ArchiveError::Trimmed { since, oldest }) => {
                self.follower = Some(self.archive.follow(Some(behind_gap(since, oldest)))?);
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Says what is missing between a cursor and the oldest change that is there, and returns the cursor behind which nothing is.
fn behind_gap(since: JournalNo, oldest: JournalNo) -> JournalNo {
    let behind = JournalNo(oldest.0.saturating_sub(1));
    // Who asks for the oldest misses nothing.
    if since > JournalNo(0) {
        let (first, count) = (since.0 + 1, behind.0.saturating_sub(since.0));
        output::note(&format!("{} from {first} on, are no longer kept", output::counted(count, "event")));
    }
    behind
}
