//! What is to be fetched, and what came of it.

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::Stream;

use super::FetchError;
use crate::media::MediaHash;

/// A source of files that is no address: a transport's own media.
#[async_trait]
pub trait Remote: Send + Sync {
    /// What the file is known by. Equal names are equal files, for ever: the cache and the resuming of transfers go by it.
    fn name(&self) -> String;

    /// Begins to read, `offset` bytes behind the start of the file.
    ///
    /// # Errors
    /// `FetchError::Remote`; it says whether trying again may help.
    async fn open(&self, offset: u64) -> Result<RemoteBytes, FetchError>;
}

/// A file that a [`Remote`] sends.
pub struct RemoteBytes {
    /// Bytes of the whole file, whatever the offset.
    pub total: u64,
    /// The bytes from the offset on, piece by piece. An error ends them.
    pub pieces: Pin<Box<dyn Stream<Item = Result<Vec<u8>, FetchError>> + Send>>,
}

/// Where a file comes from.
#[derive(Clone)]
pub enum Source {
    /// An address with `http:`, `https:`, or where allowed `file:`.
    Url(String),
    /// Something that is no address.
    Remote(Arc<dyn Remote>),
}

impl Source {
    /// What it is known by.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Url(url) => format!("url {url}"),
            Self::Remote(remote) => format!("remote {}", remote.name()),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address itself may hold secrets.
        f.write_str(match self {
            Self::Url(_) => "Url",
            Self::Remote(_) => "Remote",
        })
    }
}

/// What becomes of something that has the target's name already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// It is replaced: a file, or a symbolic link itself.
    #[default]
    Replace,
    /// It stays, and fetching fails with [`FetchError::Exists`].
    Keep,
}

/// What is to be fetched.
#[derive(Clone, Debug)]
pub struct FetchOrder {
    /// Where it comes from.
    pub source: Source,
    /// The path under which it will be, in a folder that is there. A folder of this name is refused.
    pub target: PathBuf,
    /// What becomes of a file or a symbolic link of this name.
    pub existing: Existing,
    /// How many bytes it must have.
    pub expect_bytes: Option<u64>,
    /// Which content it must have. One that is in the cache is not asked for.
    pub expect_hash: Option<MediaHash>,
    /// The most bytes it may have, where that is less than the options allow.
    pub max_bytes: Option<u64>,
}

impl FetchOrder {
    /// Fetches `source` to `target`, whatever size and content it has.
    pub fn new(source: Source, target: impl Into<PathBuf>) -> Self {
        Self { source, target: target.into(), existing: Existing::Replace, expect_bytes: None, expect_hash: None, max_bytes: None }
    }

    /// Fetches the file at an address.
    pub fn url(url: impl Into<String>, target: impl Into<PathBuf>) -> Self {
        Self::new(Source::Url(url.into()), target)
    }
}

/// A file that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetched {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its content.
    pub hash: MediaHash,
    /// Whether its content came from the cache and not over the network.
    pub from_cache: bool,
}
