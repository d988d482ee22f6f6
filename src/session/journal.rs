//! What changes of the journal mean to whoever listens.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::archive::{Archive, ArchiveError};
use crate::model::{ConversationId, ConversationNo, Message, Place};
use crate::store::{Change, ChangeKind, JournalNo};
use crate::transport::Connection;

/// Something that happened.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A message came in.
    Received(Message),
    /// A message was imported, saved, or filled in from roaming history.
    Added(Message),
    /// An own message was written and waits to be sent.
    Queued(Message),
    /// An own message was taken by the other side, and has its place in the history.
    Sent(Message),
    /// An own message could not be sent.
    Failed(Message),
    /// An own message was called back before it left.
    Cancelled(Message),
    /// A message has a new content.
    Edited(Message),
    /// A message was taken back.
    Recalled(Message),
    /// A message was deleted here.
    Deleted(Message),
    /// A message has new local custom data.
    Annotated(Message),
    /// Everything up to this place is read.
    Read {
        /// Where.
        conversation: ConversationId,
        /// The place.
        up_to: Place,
    },
    /// The peer has read everything up to this second.
    PeerRead {
        /// Where.
        conversation: ConversationId,
        /// Server time, Unix seconds.
        up_to: u64,
    },
    /// A conversation that was not in the list is there.
    ConversationAdded(ConversationId),
    /// Something about a conversation is new: its last message, unread count, draft, pin or option.
    ConversationChanged(ConversationId),
    /// All messages of a conversation are gone.
    ConversationCleared(ConversationId),
    /// A conversation is gone with its messages.
    ConversationDeleted(ConversationId),
    /// Unread messages of all conversations that notify.
    TotalUnread(u64),
    /// A file of a message that is being sent is on its way.
    Upload {
        /// The message's id.
        id: String,
        /// The position of the element, from 0.
        element: usize,
        /// Bytes so far.
        current: u64,
        /// Bytes in all.
        total: u64,
    },
    /// A download is on its way.
    Download {
        /// The message's id, if it is for one.
        id: Option<String>,
        /// The position of the element, from 0.
        element: usize,
        /// Bytes so far.
        current: u64,
        /// Bytes in all, 0 while that is not known.
        total: u64,
    },
    /// A download is done, and the file is there.
    Downloaded {
        /// The message's id, if it is for one.
        id: Option<String>,
        /// The position of the element, from 0.
        element: usize,
        /// Where the file is.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// A download has failed, was refused by a hook, or was cancelled.
    DownloadFailed {
        /// The message's id, if it is for one.
        id: Option<String>,
        /// The position of the element, from 0.
        element: usize,
        /// The number that the message API has for the reason.
        code: i32,
    },
    /// The connection is another.
    Connection(Connection),
    /// An online-only message came in. It is kept nowhere.
    Online(Message),
    /// What comes in can no longer be kept, so receiving has ended. Log in again when the cause is mended; nothing is lost.
    Deaf,
    /// So many events that are not in the journal (uploads, downloads, online-only messages) came too fast for this subscriber.
    Missed(u64),
}

/// Says of what kind and how much, never what was written.
impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Received(message) => f.debug_tuple("Received").field(message).finish(),
            Self::Added(message) => f.debug_tuple("Added").field(message).finish(),
            Self::Queued(message) => f.debug_tuple("Queued").field(message).finish(),
            Self::Sent(message) => f.debug_tuple("Sent").field(message).finish(),
            Self::Failed(message) => f.debug_tuple("Failed").field(message).finish(),
            Self::Cancelled(message) => f.debug_tuple("Cancelled").field(message).finish(),
            Self::Edited(message) => f.debug_tuple("Edited").field(message).finish(),
            Self::Recalled(message) => f.debug_tuple("Recalled").field(message).finish(),
            Self::Deleted(message) => f.debug_tuple("Deleted").field(message).finish(),
            Self::Annotated(message) => f.debug_tuple("Annotated").field(message).finish(),
            other => f.write_str(other.word()),
        }
    }
}

/// An event with the number of the change that it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Where to go on behind it ([`super::Session::events_since`]); `None` for what is not in the journal.
    pub no: Option<JournalNo>,
    /// What happened.
    pub event: Event,
}

/// Makes events of changes, for one listener.
pub struct JournalEvents {
    /// The conversations that this listener knows of.
    known: BTreeSet<ConversationNo>,
    unread: u64,
}

impl JournalEvents {
    /// For a listener who knows the archive as it is now.
    pub fn new(archive: &Archive) -> Self {
        Self { known: archive.conversation_numbers().collect(), unread: archive.total_unread() }
    }

    /// What these changes, which follow those before, mean. Messages are given as they are now; of those that are gone for good nothing is said.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn told(&mut self, archive: &Archive, changes: &[Change]) -> Result<Vec<Told>, ArchiveError> {
        let mut told = Vec::with_capacity(changes.len() + 2);
        let mut touched: Vec<ConversationNo> = Vec::new();
        for change in changes {
            let number = change.key.conversation;
            if !touched.contains(&number) {
                touched.push(number);
            }
            let no = Some(change.no);
            told.extend(event(archive, change)?.map(|event| Told { no, event }));
        }
        let no = changes.last().map(|change| change.no);
        for number in touched {
            let Some(conversation) = archive.conversation_name(number) else { continue };
            let is_there = archive.has_conversation(&conversation);
            let event = match (self.known.contains(&number), is_there) {
                (false, true) => Event::ConversationAdded(conversation),
                (true, true) => Event::ConversationChanged(conversation),
                (true, false) => Event::ConversationDeleted(conversation),
                (false, false) => continue,
            };
            if is_there {
                self.known.insert(number);
            } else {
                self.known.remove(&number);
            }
            told.push(Told { no, event });
        }
        let unread = archive.total_unread();
        if unread != self.unread {
            self.unread = unread;
            told.push(Told { no, event: Event::TotalUnread(unread) });
        }
        Ok(told)
    }
}

/// What one change means, apart from its conversation.
fn event(archive: &Archive, change: &Change) -> Result<Option<Event>, ArchiveError> {
    let conversation = || archive.conversation_name(change.key.conversation);
    let of_message: fn(Message) -> Event = match change.kind {
        ChangeKind::Received => Event::Received,
        ChangeKind::Added => Event::Added,
        ChangeKind::Queued => Event::Queued,
        ChangeKind::Sent => Event::Sent,
        ChangeKind::Failed => Event::Failed,
        ChangeKind::Cancelled => Event::Cancelled,
        ChangeKind::Edited => Event::Edited,
        ChangeKind::Recalled => Event::Recalled,
        ChangeKind::Deleted => Event::Deleted,
        ChangeKind::Annotated => Event::Annotated,
        ChangeKind::Read => {
            let up_to = change.key.place;
            return Ok(conversation().map(|conversation| Event::Read { conversation, up_to }));
        }
        ChangeKind::PeerRead => {
            let up_to = change.key.place.time;
            return Ok(conversation().map(|conversation| Event::PeerRead { conversation, up_to }));
        }
        ChangeKind::Cleared => return Ok(conversation().map(Event::ConversationCleared)),
        // The message is told of where it stands now; that a conversation changed is told once for all its changes.
        ChangeKind::Moved | ChangeKind::Purged | ChangeKind::ConversationDeleted | ChangeKind::ConversationChanged => return Ok(None),
    };
    Ok(archive.message_at(change.key)?.map(of_message))
}

impl Event {
    /// The kind of event in one word, as `mynah tail` prints it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Received(_) => "received",
            Self::Added(_) => "added",
            Self::Queued(_) => "queued",
            Self::Sent(_) => "sent",
            Self::Failed(_) => "failed",
            Self::Cancelled(_) => "cancelled",
            Self::Edited(_) => "edited",
            Self::Recalled(_) => "recalled",
            Self::Deleted(_) => "deleted",
            Self::Annotated(_) => "annotated",
            Self::Read { .. } => "read",
            Self::PeerRead { .. } => "peer-read",
            Self::ConversationAdded(_) => "conversation-added",
            Self::ConversationChanged(_) => "conversation-changed",
            Self::ConversationCleared(_) => "conversation-cleared",
            Self::ConversationDeleted(_) => "conversation-deleted",
            Self::TotalUnread(_) => "total-unread",
            Self::Upload { .. } => "upload",
            Self::Download { .. } => "download",
            Self::Downloaded { .. } => "downloaded",
            Self::DownloadFailed { .. } => "download-failed",
            Self::Connection(_) => "connection",
            Self::Online(_) => "online",
            Self::Deaf => "deaf",
            Self::Missed(_) => "missed",
        }
    }
}
