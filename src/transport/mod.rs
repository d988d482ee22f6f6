//! How messages leave and arrive: the trait that every way of carrying them implements, and what goes through it. Owns no archive
//! and decides nothing about what an account keeps.

mod error;

pub mod loopback;
mod media;
mod parcel;

pub use error::{Refused, TransportError};
pub use media::{ADDRESS_SCHEME, Media, MediaStream, Progress};
pub use parcel::{Ack, Cursor, Delivery, Erase, Incoming, Parcel, RoamingPage, RoamingRequest};

use std::path::Path;

use tokio::sync::watch;

/// Whether a transport reaches the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// It tries to.
    Connecting,
    /// What is published leaves.
    Connected,
    /// It does not; it tries again by itself.
    Disconnected,
}

/// One account's end of a way to carry messages.
///
/// What it promises, and `tests/transport` checks of every implementation:
///
/// * **Publishing is idempotent.** A parcel that was taken already is acknowledged again as it was the first time, whatever was taken since:
///   a message is told by its id, an edit by the id and its nonce. So who does not know whether a parcel arrived publishes it again. A
///   recall that was taken is refused as [`Refused::RecalledAlready`], which says the same.
/// * **An acknowledged parcel is not lost**: every account that it is for receives it, also one that is not there now.
/// * **Delivery is at least once and in order.** [`Transport::receive`] gives what comes behind the newest confirmed cursor, in the order
///   in which the other side took it; what was not confirmed comes again after reconnecting.
/// * **An account hears itself.** Its own messages, recalls, edits and read reports come back to it too: so its other devices keep up, and
///   an acknowledgement that was lost comes again.
/// * **Group messages are numbered** 1, 2, 3 … without gaps, in the order of delivery. A message to one person keeps the number that its
///   sender counted, up to [`PEER_SEQ`](crate::model::limits::PEER_SEQ): a larger one is carried as that.
/// * **Online-only messages** (`message_is_online_msg`) reach who is connected now and are kept nowhere.
/// * **An id is its sender's.** A message is taken only under the id that is derived from who publishes it: `<sender>-<client time>-<rand>`.
///   One that brings another id is refused, so nobody can take the id of what somebody else is about to say.
/// * **Whatever comes in was allowed.** The other side has checked that the sender of a message is the account that published it, that an
///   edit is by the sender, a recall by the sender or by one who leads the group, and a read report by the account that it names; all of
///   them are, or were, in the conversation. `by` is that account.
///
/// Methods may be called at the same time, but [`Transport::receive`] by one task only. Dropping a call cancels it; what it would have done may
/// have been done.
#[async_trait::async_trait]
pub trait Transport: Send + Sync + 'static {
    /// The account whose end this is.
    fn account(&self) -> &str;

    /// The state of the connection, now and whenever it changes.
    fn connection(&self) -> watch::Receiver<Connection>;

    /// The other side's clock, Unix seconds, as well as it is known.
    fn server_time(&self) -> u64;

    /// Hands over a parcel and waits until the other side has taken it.
    ///
    /// # Errors
    /// [`TransportError::Refused`]: it was not taken and will not be. [`TransportError::Offline`]: it was not taken.
    /// [`TransportError::NoAnswer`]: it may or may not have been taken; publish it again.
    async fn publish(&self, parcel: Parcel) -> Result<Ack, TransportError>;

    /// Waits until something has come in and returns up to `limit` of it, oldest first: fewer where it is large, so that what is returned is not
    /// much more than 8 MiB.
    ///
    /// # Errors
    /// [`TransportError`]: nothing was passed over; call again.
    async fn receive(&self, limit: usize) -> Result<Delivery, TransportError>;

    /// Notes that everything up to this cursor is kept on this side and need not come again. Durable where the transport is.
    ///
    /// # Errors
    /// [`TransportError`]: it may come again.
    async fn confirm(&self, cursor: Cursor) -> Result<(), TransportError>;

    /// A page of what was said in a conversation, from the other side's memory; like a delivery it is not much more than 8 MiB.
    ///
    /// # Errors
    /// [`TransportError`].
    async fn roam(&self, request: RoamingRequest) -> Result<RoamingPage, TransportError>;

    /// Takes messages out of this account's roaming history; other accounts keep theirs. Unknown ids are passed over.
    ///
    /// # Errors
    /// [`TransportError`]: nothing or all of it is gone.
    async fn erase(&self, erase: Erase) -> Result<(), TransportError>;

    /// Carries a file to where every reader of its address can get it. A file that is there already is not carried again.
    ///
    /// # Errors
    /// [`TransportError`]; [`TransportError::File`] when the file cannot be read.
    async fn put(&self, file: &Path, progress: Progress) -> Result<Media, TransportError>;

    /// The bytes of a file that was [`put`](Transport::put), from byte `offset` on. `address` is [`Media::address`].
    ///
    /// # Errors
    /// [`TransportError::UnknownMedia`] when there is no such file.
    async fn get(&self, address: &str, offset: u64) -> Result<MediaStream, TransportError>;
}
