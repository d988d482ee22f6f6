//! Files on their way: addresses, streams of bytes, progress.

use std::io::SeekFrom;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::try_unfold;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::TransportError;

/// What the address of a file begins with that a transport keeps.
pub const ADDRESS_SCHEME: &str = "media:";

/// A file that a transport keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Where to get it: `media:` and the BLAKE3 hash of its content in 64 hex digits.
    pub address: String,
    /// Bytes.
    pub size: u64,
}

/// The bytes of a file, piece by piece.
pub struct MediaStream {
    /// Bytes of the whole file, whatever the offset.
    pub size: u64,
    /// The pieces, none empty. An error ends the stream.
    pub bytes: Pin<Box<dyn Stream<Item = Result<Vec<u8>, TransportError>> + Send>>,
}

/// Bytes of a piece of a local file.
const PIECE: u64 = 256 << 10;

impl MediaStream {
    /// The bytes of a local file, from byte `offset` on.
    ///
    /// # Errors
    /// [`TransportError::File`] when it cannot be read.
    pub async fn of_file(path: &Path, offset: u64) -> Result<Self, TransportError> {
        let unreadable = {
            let path = path.to_owned();
            move |source| TransportError::File { path: path.clone(), source }
        };
        let mut file = File::open(path).await.map_err(&unreadable)?;
        let size = file.metadata().await.map_err(&unreadable)?.len();
        file.seek(SeekFrom::Start(offset)).await.map_err(&unreadable)?;
        let pieces = try_unfold((file, unreadable), async |(mut file, unreadable)| {
            let mut piece = Vec::new();
            (&mut file).take(PIECE).read_to_end(&mut piece).await.map_err(&unreadable)?;
            Ok((!piece.is_empty()).then_some((piece, (file, unreadable))))
        });
        Ok(Self { size, bytes: Box::pin(pieces) })
    }
}

/// Is told how far a transfer has come: bytes so far, bytes in all. Called often, and once at the end with both equal.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(u64, u64) + Send + Sync>);

impl Progress {
    /// Tells `tell`.
    pub fn new(tell: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Tells nobody.
    pub fn none() -> Self {
        Self::new(|_, _| {})
    }

    /// Notes that `current` bytes of `total` are done.
    pub fn tell(&self, current: u64, total: u64) {
        (self.0)(current, total);
    }
}
