//! Where bytes come from: a file, the files of a folder, or standard input. Unpacks them and knows nothing of what they mean.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::FormatError;
use super::packing::{self, Packing};

/// How the names of files of messages end; each also with `.gz`, `.xz` or `.zst` behind. Only folders are sifted by it.
pub const ENDINGS: &[&str] = &["json", "jsonl", "ndjson"];

const PACKED_ENDINGS: &[&str] = &["gz", "xz", "zst"];

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

impl Input {
    /// What a person means by `path`: standard input by `-`, by a folder all files in it whose names end in one of [`ENDINGS`],
    /// those of its folders too, in the order of their names. Hidden files and linked folders are passed over.
    ///
    /// # Errors
    /// [`FormatError::Open`] when it is not there or a folder in it cannot be listed, [`FormatError::EmptyFolder`].
    pub fn named(path: &Path) -> Result<Vec<Self>, FormatError> {
        if path.as_os_str() == "-" {
            return Ok(vec![Self::Stdin]);
        }
        let open = |source| FormatError::Open { path: path.to_owned(), source };
        if !fs::metadata(path).map_err(open)?.is_dir() {
            return Ok(vec![Self::File(path.to_owned())]);
        }
        let mut inputs = Vec::new();
        list(path, &mut inputs)?;
        if inputs.is_empty() {
            return Err(FormatError::EmptyFolder { path: path.to_owned() });
        }
        Ok(inputs)
    }

    /// Bytes of the file as it lies on the disk; `None` for what has no size of its own.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::File(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|facts| facts.len()),
            Self::Stdin => None,
        }
    }
}

fn list(folder: &Path, inputs: &mut Vec<Input>) -> Result<(), FormatError> {
    let open = |source| FormatError::Open { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(open)?.collect::<io::Result<Vec<_>>>().map_err(open)?;
    let mut entries: Vec<_> = entries.into_iter().filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b".")).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // The entry's own type: a linked folder counts as a file here, so that no circle of links is walked.
        let is_folder = entry.file_type().map_err(open)?.is_dir();
        if is_folder {
            list(&path, inputs)?;
        } else if has_known_ending(&path) && !path.is_dir() {
            inputs.push(Input::File(path));
        }
    }
    Ok(())
}

fn has_known_ending(path: &Path) -> bool {
    let ending_in = |path: &Path, endings: &[&str]| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| endings.iter().any(|known| known.eq_ignore_ascii_case(ending)))
    };
    let unpacked = if ending_in(path, PACKED_ENDINGS) { path.with_extension("") } else { path.to_owned() };
    ending_in(&unpacked, ENDINGS)
}

/// An opened input: a reader of its unpacked bytes.
pub struct Source {
    name: Arc<str>,
    packing: Packing,
    packed: Arc<AtomicU64>,
    reader: Box<dyn Read + Send>,
}

impl Source {
    /// Opens a file or standard input and looks at its first bytes.
    ///
    /// # Errors
    /// [`FormatError::Open`], [`FormatError::Read`], [`FormatError::Unsupported`].
    pub fn open(input: &Input) -> Result<Self, FormatError> {
        match input {
            Input::Stdin => Self::new("standard input", io::stdin()),
            Input::File(path) => {
                let file = File::open(path).map_err(|source| FormatError::Open { path: path.clone(), source })?;
                Self::new(&path.to_string_lossy(), file)
            }
        }
    }

    /// Takes any reader; `name` stands in what is said about it.
    ///
    /// # Errors
    /// [`FormatError::Read`], [`FormatError::Unsupported`].
    pub fn new(name: &str, mut reader: impl Read + Send + 'static) -> Result<Self, FormatError> {
        let name: Arc<str> = name.into();
        let failed = |source| FormatError::Read { file: Arc::clone(&name), source };
        let mut head = Vec::with_capacity(packing::HEAD);
        reader.by_ref().take(packing::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        let packing = Packing::of(&head).map_err(|what| FormatError::Unsupported { file: Arc::clone(&name), what })?;
        let packed = Arc::new(AtomicU64::new(0));
        let counted = Counted { reader: Cursor::new(head).chain(reader), count: Arc::clone(&packed) };
        let reader = packing.unpack(counted).map_err(failed)?;
        Ok(Self { name, packing, packed, reader })
    }

    /// What it is called: the file's path, or `standard input`.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// How it is packed.
    pub fn packing(&self) -> Packing {
        self.packing
    }

    /// The number of packed bytes that were read so far; it goes on counting while somebody else holds the source.
    pub(super) fn packed_bytes(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.packed)
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
        for (head, what) in [(&b"PK\x03\x04rest"[..], "a zip archive"), (b"BZh91AY", "bzip2"), (b"\x04\x22\x4d\x18....", "lz4")] {
            let error = unpack(head.to_vec()).unwrap_err();
            assert!(error.starts_with("a file is ") && error.contains(what), "{error}");
        }
    }

    #[test]
    fn a_folder_gives_its_files_of_messages_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("2024")).unwrap();
        for name in ["b.jsonl", "a.JSON.gz", "c.ndjson.zst", "notes.txt", ".hidden.json", "gz", "2024/z.json.xz", "picture.gz"] {
            fs::write(at(name), TEXT).unwrap();
        }
        let expected = ["2024/z.json.xz", "a.JSON.gz", "b.jsonl", "c.ndjson.zst"].map(|name| Input::File(at(name)));
        assert_eq!(Input::named(folder.path()).unwrap(), expected);
        assert_eq!(Input::named(&at("notes.txt")).unwrap(), [Input::File(at("notes.txt"))], "a file that is named is read");
        assert_eq!(Input::named(Path::new("-")).unwrap(), [Input::Stdin]);
        fs::create_dir(at("empty")).unwrap();
        assert!(matches!(Input::named(&at("empty")), Err(FormatError::EmptyFolder { .. })));
        assert!(matches!(Input::named(&at("none")), Err(FormatError::Open { .. })));
    }
}
