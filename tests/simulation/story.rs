//! What an account did, and what it was told of how that ended.

use std::collections::BTreeSet;

use mynah::JournalNo;
use mynah::model::{ConversationId, Message, Status};
use mynah::session::{SendFailure, SessionError};

/// How sending a message ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Nobody was told: it is under way, or its process ended.
    Unknown,
    /// It stands at this time, and in a group with this number.
    Sent { time: u64, seq: u64 },
    /// It was refused or too late. If answers were lost, it may have been taken all the same.
    Failed,
    /// It was called back before it left.
    Cancelled,
}

/// A message that an account sent.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) to: ConversationId,
    pub(super) is_online: bool,
    /// `None`: its process ended before anybody was told.
    pub(super) id: Option<String>,
    pub(super) ending: Ending,
}

/// All that an account did.
#[derive(Default)]
pub(super) struct Story {
    pub(super) said: Vec<Said>,
    /// Ids of messages that were taken back, as the session said.
    pub(super) recalled: BTreeSet<String>,
    /// Ids and new texts of messages that were edited, as the session said.
    pub(super) edited: BTreeSet<(String, String)>,
    /// Ids of messages that were deleted, as the session said.
    pub(super) deleted: BTreeSet<String>,
    /// Conversations of which messages were to be taken away for good.
    pub(super) emptied: BTreeSet<ConversationId>,
    /// Conversations whose messages were not taken in, for some time at least.
    pub(super) deaf: BTreeSet<ConversationId>,
    /// What the stream of events told of messages that came in: change and id.
    pub(super) told: Vec<(JournalNo, String)>,
    /// The newest change that the stream of events told of.
    pub(super) heard: JournalNo,
    /// What went wrong where nothing may.
    pub(super) complaints: Vec<String>,
}

impl Story {
    /// Notes how sending ended.
    pub(super) fn note_end(&mut self, said: usize, outcome: Result<Message, SendFailure>) {
        let (id, ending) = match outcome {
            Ok(message) => {
                if !matches!(message.status, Some(Status::Sent | Status::Recalled | Status::Deleted)) {
                    self.complaints.push(format!("{} is acknowledged with status {:?}", message.id_text(), message.status));
                }
                (message.id_text(), Ending::Sent { time: message.server_time, seq: message.seq })
            }
            Err(SendFailure { error, message }) => match *error {
                SessionError::Ended => (message.id_text(), Ending::Unknown),
                SessionError::Cancelled => (message.id_text(), Ending::Cancelled),
                _ => (message.id_text(), Ending::Failed),
            },
        };
        self.said[said].id = Some(id);
        self.said[said].ending = ending;
    }
}
