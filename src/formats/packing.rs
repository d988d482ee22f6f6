//! How bytes are packed: told by their first bytes, never by a name.

use std::fmt;
use std::io::{self, BufReader, Read};

use liblzma::stream::{CONCATENATED, Stream};

use super::error::UnpackError;

/// Bytes that tell every packing apart.
pub(super) const HEAD: usize = 6;

/// Memory for unpacking xz. `xz -9` needs 65 MiB; more is asked for only by files that were made to.
const XZ_MEMORY: u64 = 256 << 20;

/// How a source is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip, also several members one after the other.
    Gzip,
    /// xz, also several streams one after the other.
    Xz,
    /// bzip2, also several streams one after the other.
    Bzip2,
    /// Zstandard, also several frames one after the other.
    Zstd,
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Zstd => "zstd",
        })
    }
}

impl Packing {
    /// What the first bytes of a source say; `Err` with its name for a packing that is not read here.
    pub(super) fn of(head: &[u8]) -> Result<Self, &'static str> {
        match head {
            [0x1f, 0x8b, ..] => Ok(Self::Gzip),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Ok(Self::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Ok(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Ok(Self::Bzip2),
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Err("a zip archive"),
            [b'7', b'z', 0xbc, 0xaf, ..] => Err("a 7-Zip archive"),
            [b'R', b'a', b'r', b'!', ..] => Err("a RAR archive"),
            [0x04, 0x22, 0x4d, 0x18, ..] => Err("packed with lz4"),
            [b'L', b'Z', b'I', b'P', ..] => Err("packed with lzip"),
            _ => Ok(Self::Plain),
        }
    }

    /// Unpacks `packed`. Errors of the packing are [`UnpackError`]s inside.
    pub(super) fn unpack(self, packed: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
        let reader: Box<dyn Read + Send> = match self {
            Self::Plain => return Ok(Box::new(packed)),
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(128 << 10, packed))),
            Self::Xz => {
                let stream = Stream::new_stream_decoder(XZ_MEMORY, CONCATENATED).map_err(io::Error::other)?;
                Box::new(liblzma::read::XzDecoder::new_stream(BufReader::with_capacity(128 << 10, packed), stream))
            }
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(BufReader::with_capacity(128 << 10, packed))),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::new(packed)?),
        };
        Ok(Box::new(Unpacking { packing: self, reader }))
    }
}

/// Names the packing in its errors.
struct Unpacking {
    packing: Packing,
    reader: Box<dyn Read + Send>,
}

impl Read for Unpacking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let packing = self.packing;
        self.reader.read(buffer).map_err(|source| match source.kind() {
            io::ErrorKind::Interrupted => source,
            io::ErrorKind::UnexpectedEof => io::Error::other(UnpackError::EndsEarly { packing }),
            // The disk's own errors are not the packing's.
            _ if source.raw_os_error().is_some() => source,
            _ => io::Error::other(UnpackError::Damaged { packing, source }),
        })
    }
}
