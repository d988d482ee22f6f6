//! Where bytes come from: any reader. Unpacks them and knows nothing of what they mean.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::FormatError;
use super::packing::{self, Packing};

/// A reader of the unpacked bytes of something.
pub struct Source {
    name: Arc<str>,
    packing: Packing,
    reader: Box<dyn Read + Send>,
}

impl Source {
    /// Takes any reader; `name` stands in what is said about it.
    ///
    /// # Errors
    /// [`FormatError::Read`], [`FormatError::Unsupported`].
    pub fn new(name: &str, reader: impl Read + Send + 'static) -> Result<Self, FormatError> {
        Self::counting(name, reader, Arc::default())
    }

    /// As [`Source::new`]; adds the packed bytes that are read to `packed`.
    pub(super) fn counting(name: &str, mut reader: impl Read + Send + 'static, packed: Arc<AtomicU64>) -> Result<Self, FormatError> {
        let name: Arc<str> = name.into();
        let failed = |source| FormatError::Read { file: Arc::clone(&name), source };
        let mut head = Vec::with_capacity(packing::HEAD);
        reader.by_ref().take(packing::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        let packing = Packing::of(&head).map_err(|what| FormatError::Unsupported { file: Arc::clone(&name), what })?;
        let counted = Counted { reader: Cursor::new(head).chain(reader), count: packed };
        let reader = packing.unpack(counted).map_err(failed)?;
        Ok(Self { name, packing, reader })
    }

    /// What it is called: the file's path, or `standard input`.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// How it is packed.
    pub fn packing(&self) -> Packing {
        self.packing
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

struct Counted<R> {
    reader: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const TEXT: &[u8] = b"{\"message_sender\":\"a\"}\n{\"message_sender\":\"b\"}\n";

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn xz(text: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        liblzma::read::XzEncoder::new(text, 1).read_to_end(&mut packed).unwrap();
        packed
    }

    fn zstd(text: &[u8]) -> Vec<u8> {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.include_checksum(true).unwrap();
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        let mut source = Source::new("a file", Cursor::new(bytes)).map_err(|error| error.to_string())?;
        let mut unpacked = Vec::new();
        source.read_to_end(&mut unpacked).map_err(|error| error.to_string())?;
        Ok(unpacked)
    }

    #[test]
    fn every_packing_is_known_by_its_first_bytes() {
        for packed in [TEXT.to_vec(), gzip(TEXT), xz(TEXT), zstd(TEXT)] {
            assert_eq!(unpack(packed).unwrap(), TEXT);
        }
        for short in [&b""[..], b"\n", b"{}", b"12345"] {
            assert_eq!(unpack(short.to_vec()).unwrap(), short);
        }
    }

    #[test]
    fn parts_that_were_packed_one_by_one_are_read_as_one() {
        let twice = [TEXT, TEXT].concat();
        for packed in [gzip(TEXT), xz(TEXT), zstd(TEXT)] {
            assert_eq!(unpack([packed.clone(), packed].concat()).unwrap(), twice);
        }
    }

    #[test]
    fn damaged_packed_data_are_an_error_that_names_the_packing() {
        for (packing, packed) in [("gzip", gzip(TEXT)), ("xz", xz(TEXT)), ("zstd", zstd(TEXT))] {
            let error = unpack(packed[..packed.len() / 2].to_vec()).unwrap_err();
            assert!(error.starts_with(&format!("its {packing} data")), "{error}");
            let mut flipped = packed.clone();
            flipped[packed.len() / 2] ^= 0x55;
            let error = unpack(flipped).unwrap_err();
            assert!(error.starts_with(&format!("its {packing} data")), "{error}");
        }
    }

    #[test]
    fn a_packing_that_is_not_read_is_named() {
        for (head, what) in [(&b"PK\x03\x04rest"[..], "a zip archive"), (b"\x04\x22\x4d\x18....", "lz4")] {
            let error = unpack(head.to_vec()).unwrap_err();
            assert!(error.starts_with("a file is ") && error.contains(what), "{error}");
        }
    }
}
