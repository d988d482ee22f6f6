//! Why something was not carried.

use std::io;
use std::path::PathBuf;

/// Why a transport did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// There is no connection; nothing was taken.
    #[error("there is no connection")]
    Offline,
    /// The connection was lost, or the answer did not come in time; it may or may not have been taken.
    #[error("no answer came, it may or may not have been taken")]
    NoAnswer,
    /// The other side said no.
    #[error("refused: {0}")]
    Refused(#[from] Refused),
    /// No file has this address.
    #[error("no file has this address")]
    UnknownMedia,
    /// A local file could not be read.
    #[error("cannot read {}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The other side's own memory failed. What was published may or may not have been taken.
    #[error("cannot keep what was published in {}", path.display())]
    Memory {
        /// Where it keeps it.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The other side's own memory is damaged; nothing in it was changed.
    #[error("{} is damaged at byte {at}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first byte that cannot be read.
        at: u64,
    },
    /// The other side's own memory is of another program, or of a later version of this one.
    #[error("{} is no hub of a format that this version reads", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
}

impl TransportError {
    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Offline | Self::NoAnswer)
    }
}

/// Why the other side refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// There is no such user.
    #[error("there is no such user")]
    NoUser,
    /// There is no such group.
    #[error("there is no such group")]
    NoGroup,
    /// A group of this name is there already.
    #[error("there is such a group already")]
    GroupExists,
    /// The account is no member of the group.
    #[error("the account is no member of the group")]
    NotAMember,
    /// The message, or the reason of a recall, is larger than is taken.
    #[error("what was given is {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The most that is taken.
        limit: u64,
    },
    /// The message to be recalled or edited was never taken, or is gone.
    #[error("there is no such message")]
    UnknownMessage,
    /// The message is recalled already.
    #[error("the message is recalled already")]
    RecalledAlready,
    /// The window for recalling has passed.
    #[error("the message is {age_s} s old, the limit for recalling is {limit_s} s")]
    TooLate {
        /// Its age, seconds.
        age_s: u64,
        /// The window, seconds.
        limit_s: u64,
    },
    /// The message is another's, and the account has no right over it.
    #[error("the message belongs to another user")]
    NotYours,
    /// Another reason, with its number in the message API.
    #[error("code {code}")]
    Other {
        /// A callback code of the message API.
        code: i32,
    },
}
