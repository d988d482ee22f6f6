//! What can go wrong with an archive.

use crate::index::IndexError;
use crate::media::MediaError;
use crate::model::{ConversationId, LimitError, MessageError};
use crate::store::{JournalNo, StoreError};

/// An error of an archive. Texts name ids, numbers and files, never what people wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The log could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index could not be searched. Nothing is lost: it is rebuilt from the log.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A media file could not be read or written.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// A message of the batch cannot be taken; nothing was written.
    #[error("message {position}: {reason}")]
    Refused {
        /// Its position in the batch, from 0.
        position: usize,
        /// Why.
        reason: Refusal,
    },
    /// The archive belongs to another user.
    #[error("the archive belongs to {owner}, not to {account}")]
    OtherAccount {
        /// Whose archive it is.
        owner: String,
        /// Who was named.
        account: String,
    },
    /// There is no message with this id.
    #[error("no message has the id {id}")]
    UnknownMessage {
        /// What was asked for.
        id: String,
    },
    /// There is no such conversation.
    #[error("there is no conversation {conversation}")]
    UnknownConversation {
        /// What was asked for.
        conversation: ConversationId,
    },
    /// The message has no text element that could be edited.
    #[error("message {id} has no text to edit")]
    NoText {
        /// The message's id.
        id: String,
    },
    /// The new content cannot be taken; nothing was written.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The changes behind this number are no longer in the journal.
    #[error("change {since} is no longer in the journal, the oldest is {oldest}; read the messages themselves and go on from there", since = since.0, oldest = oldest.0)]
    Trimmed {
        /// What was asked for.
        since: JournalNo,
        /// The oldest change that is there.
        oldest: JournalNo,
    },
    /// There is no change of this number yet: it is of another archive, or of this one before it was restored from an older backup.
    #[error("change {since} is not in the journal, the newest is {newest}; read the messages themselves and go on from there", since = since.0, newest = newest.0)]
    Ahead {
        /// What was asked for.
        since: JournalNo,
        /// The newest change that is there.
        newest: JournalNo,
    },
    /// A cursor is not one that this archive gave out for this question.
    #[error("the cursor is not one of this search; leave it out to begin at the first page")]
    Cursor,
    /// The thread that indexes could not be started.
    #[error("could not start the indexing thread: {0}")]
    Thread(#[source] std::io::Error),
}

/// Why a message cannot be taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It names no conversation and the call names none.
    #[error("it names no conversation; name one in the message or in the call")]
    NoConversation,
    /// It names another conversation than the call.
    #[error("it belongs to {found}, the call names {expected}")]
    OtherConversation {
        /// The message's own.
        found: ConversationId,
        /// The call's.
        expected: ConversationId,
    },
    /// It names no sender and the archive no account.
    #[error("it names no sender, and the archive has no account whose message it could be")]
    NoSender,
    /// Its id belongs to a message of another conversation.
    #[error("its id belongs to a message of another conversation")]
    IdTaken,
    /// It is there already.
    #[error("a message with its id is there already")]
    Known,
    /// Another message has the same time, seq and rand.
    #[error("its place (time, seq, rand) is taken by another message")]
    PlaceTaken,
    /// Something is larger than its limit.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// It is no message.
    #[error(transparent)]
    Message(#[from] MessageError),
}
