//! What can go wrong while fetching. Texts name a scheme, a host or a local file, never a whole address: its path and query hold
//! secrets.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Why a file was not fetched. Nothing is under the final name then, or what was there before. Calls that waited for the same transfer
/// fail with the same error.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The address is not one.
    #[error("what should be fetched has no valid address")]
    Address,
    /// Addresses of this kind are not fetched.
    #[error("addresses that begin with {scheme}: are not fetched")]
    Scheme {
        /// What the address begins with.
        scheme: String,
    },
    /// The address holds a user name or a password.
    #[error("the address at {host} holds a user name or password, such addresses are not fetched")]
    Credentials {
        /// The host of the address.
        host: String,
    },
    /// The host is in a private network, and such ones are refused.
    #[error("{host} is in a private network, addresses in there are refused")]
    Private {
        /// The host of the address.
        host: String,
    },
    /// A redirect leads from an encrypted connection to an open one.
    #[error("a redirect of an encrypted address leads to {host} without encryption")]
    Downgrade {
        /// Where it leads.
        host: String,
    },
    /// There are too many redirects.
    #[error("more than {limit} redirects, the last one at {host}")]
    Redirects {
        /// The host of the last one.
        host: String,
        /// How many are followed.
        limit: usize,
    },
    /// The server's answer is not the file.
    #[error("{host} answered with status {status}")]
    Status {
        /// Who answered.
        host: String,
        /// The HTTP status.
        status: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// No connection came about, or the request was not answered.
    #[error("{host} does not answer")]
    Unreachable {
        /// Who was asked.
        host: String,
        /// Why not.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The server fell silent.
    #[error("{host} sent nothing for {} ms", idle.as_millis())]
    Silent {
        /// Who was asked.
        host: String,
        /// How long it was waited for.
        idle: Duration,
    },
    /// The answer ends too early or is garbled.
    #[error("the answer of {host} broke off")]
    Broken {
        /// Who answered.
        host: String,
        /// What was seen.
        source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    },
    /// The server sends the content in another form than asked for.
    #[error("{host} sends the file encoded, plain content was asked for")]
    Encoded {
        /// Who answered.
        host: String,
    },
    /// The parts that a server sent do not belong to one file, also after starting over.
    #[error("{host} sends parts that do not belong together")]
    Inconsistent {
        /// Who answered.
        host: String,
    },
    /// The file is larger than allowed.
    #[error("the file has {} bytes, the limit is {limit}", Count(*bytes, *limit))]
    TooLarge {
        /// How many, where the server said so.
        bytes: Option<u64>,
        /// The most that is allowed.
        limit: u64,
    },
    /// The file has not the size that it should have.
    #[error("the file has {found} bytes, it should have {expected}")]
    WrongSize {
        /// The size that it should have.
        expected: u64,
        /// The size that it has.
        found: u64,
    },
    /// The file has not the content that it should have.
    #[error("the content of the file is not the one that was asked for")]
    WrongContent,
    /// A source that is no address failed.
    #[error("the source of the file failed")]
    Remote {
        /// Whether trying again may help.
        passing: bool,
        /// Why.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// Something else is being fetched to the same path.
    #[error("{} is being fetched already", path.display())]
    Busy {
        /// The path.
        path: PathBuf,
    },
    /// Something has this name, and it was not to be replaced.
    #[error("{} is there already", path.display())]
    Exists {
        /// The path.
        path: PathBuf,
    },
    /// The path is one of a folder, or has no file name.
    #[error("{} cannot be the name of a file", path.display())]
    NoFile {
        /// The path.
        path: PathBuf,
    },
    /// A local file could not be read or written.
    #[error("could not {act} {}: {source}", path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: Arc<io::Error>,
    },
    /// It was cancelled. What came stays beside the path, for going on.
    #[error("fetching was cancelled")]
    Cancelled,
    /// The HTTP client could not be set up.
    #[error("could not set up the HTTP client")]
    Client {
        /// Why not.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
}

/// How many bytes a file has that is over the limit.
struct Count(Option<u64>, u64);

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(bytes) => write!(f, "{bytes}"),
            None => write!(f, "more than {}", self.1),
        }
    }
}

impl FetchError {
    pub(super) fn io(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { act, path, source: Arc::new(source) }
    }

    /// Whether trying again may help: the network or the server had a bad moment.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Silent { .. } | Self::Broken { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500..),
            Self::Remote { passing, .. } => *passing,
            _ => false,
        }
    }

    /// Whether who asks for the same file by another call would fail the same way.
    pub(super) fn is_of_the_source(&self) -> bool {
        !matches!(self, Self::Io { .. } | Self::Busy { .. } | Self::Exists { .. } | Self::NoFile { .. } | Self::Cancelled)
    }
}
