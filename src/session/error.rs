//! What can go wrong with a session.

use std::io;
use std::path::PathBuf;

use crate::archive::{ArchiveError, Refusal};
use crate::fetch::FetchError;
use crate::model::{ConversationKind, ElementType, LimitError};
use crate::transport::{Refused, TransportError};

/// An error of a session. Texts name ids, numbers and files, never what people wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The archive could not be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The transport did not do it.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// A file could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A hook refused it.
    #[error("denied: {reason}")]
    Denied {
        /// Where it was to be said; `None` for a download.
        kind: Option<ConversationKind>,
        /// What the hook said.
        reason: String,
    },
    /// The account logged out.
    #[error("the session has ended")]
    Ended,
    /// Another session works on this archive.
    #[error("another session works on this archive; log it out first")]
    AtWork,
    /// More sends are under way than are allowed.
    #[error("{limit} messages are being sent, which is the limit; wait for some of them")]
    Busy {
        /// The most that may be under way.
        limit: usize,
    },
    /// A call was made more often than is allowed.
    #[error("{call} is allowed {limit} times a second")]
    TooOften {
        /// Which call.
        call: &'static str,
        /// The most calls a second.
        limit: u32,
    },
    /// A call names more things than are allowed.
    #[error("{given} {what} in one call, the limit is {limit}")]
    TooMany {
        /// Which things.
        what: &'static str,
        /// How many were given.
        given: usize,
        /// The most that are allowed.
        limit: usize,
    },
    /// One message goes to more people than are allowed.
    #[error("{given} receivers of one message, the limit is {limit}")]
    TooManyReceivers {
        /// How many were given.
        given: usize,
        /// The most that are allowed.
        limit: usize,
    },
    /// Something is larger than its limit.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The message has no elements.
    #[error("the message has no elements")]
    NoElements,
    /// The message has an element that only a server makes.
    #[error("an element of type {} cannot be sent", kind.number())]
    NotSendable {
        /// Its type.
        kind: ElementType,
    },
    /// The message names another sender than the account.
    #[error("the message's sender is not the account")]
    OtherSender,
    /// The message cannot be kept.
    #[error("the message cannot be kept: {0}")]
    Refusal(#[from] Refusal),
    /// A file that is to be sent cannot be read.
    #[error("cannot read {}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that is to be sent is empty.
    #[error("{} is empty", path.display())]
    EmptyFile {
        /// Which file.
        path: PathBuf,
    },
    /// A file that is to be sent is too large.
    #[error("{} is {bytes} bytes, the limit is {limit}", path.display())]
    FileTooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The most that is sent.
        limit: u64,
    },
    /// The message was not sent before its deadline.
    #[error("the message was not sent before its deadline")]
    Expired,
    /// Sending was cancelled.
    #[error("sending was cancelled")]
    Cancelled,
    /// The message to be cancelled is not waiting: unknown, on its way, or sent.
    #[error("message {id} is not waiting to be sent")]
    NotWaiting {
        /// What was asked for.
        id: String,
    },
    /// There is no message with this id.
    #[error("no message has the id {id}")]
    UnknownMessage {
        /// What was asked for.
        id: String,
    },
    /// The message was never taken by the other side: it failed, was imported, or is on its way.
    #[error("message {id} was not sent")]
    NotSent {
        /// What was asked for.
        id: String,
    },
    /// Only who sent a message, and in groups who leads it, can do this.
    #[error("the message belongs to another user")]
    NotYours,
    /// The message is older than the time in which it can be recalled.
    #[error("the message is {age_s} s old, it could be recalled for {limit_s} s")]
    TooLate {
        /// Its age, seconds.
        age_s: u64,
        /// The window, seconds.
        limit_s: u64,
    },
    /// The other side does not take the message back.
    #[error("not recalled: {reason}")]
    NotRecalled {
        /// Where it was said: the message API has numbers of their own for groups.
        kind: ConversationKind,
        /// What the other side said.
        reason: Refused,
    },
    /// It was recalled before.
    #[error("message {id} is recalled already")]
    RecalledAlready {
        /// What was asked for.
        id: String,
    },
    /// Bundles are nested too deep.
    #[error("merged messages are nested {levels} deep, the limit is {limit}")]
    TooDeep {
        /// How deep.
        levels: u64,
        /// The most that is allowed.
        limit: u64,
    },
    /// The message holds no bundle.
    #[error("message {id} has no bundle")]
    NoBundle {
        /// The message's id.
        id: String,
    },
    /// The message holds a bundle without messages, and without anything to fetch them by.
    #[error("message {id} does not say where the messages of its bundle are")]
    NoRelayKey {
        /// The message's id.
        id: String,
    },
    /// What was fetched is no bundle of messages.
    #[error("what was fetched is no bundle of messages")]
    DamagedBundle,
    /// The element holds no file that could be downloaded.
    #[error("element {element} of the message has no file to download")]
    NothingToDownload {
        /// Its position, from 0.
        element: usize,
    },
}
