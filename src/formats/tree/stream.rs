//! A stream that can be read once: its beginning may be looked at before.

use std::io::{Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::{FormatError, Source};

/// Bytes of the beginning.
const HEAD: u64 = 64 << 10;

/// A stream, unpacked.
pub(super) struct Stream {
    head: Vec<u8>,
    rest: Mutex<Option<Source>>,
}

impl Stream {
    pub(super) fn open(name: &str, reader: impl Read + Send + 'static) -> Result<Self, FormatError> {
        let mut source = Source::new(name, reader)?;
        let mut head = Vec::new();
        source.by_ref().take(HEAD).read_to_end(&mut head).map_err(|source| FormatError::Read { file: name.into(), source })?;
        Ok(Self { head, rest: Mutex::new(Some(source)) })
    }

    pub(super) fn head(&self, most: usize) -> Vec<u8> {
        self.head[..most.min(self.head.len())].to_vec()
    }

    /// All of it, the first time.
    pub(super) fn read(&self, name: &Arc<str>) -> Result<Box<dyn Read + Send>, FormatError> {
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let rest = rest.ok_or_else(|| FormatError::OnlyOnce { file: Arc::clone(name) })?;
        Ok(Box::new(Cursor::new(self.head.clone()).chain(rest)))
    }
}
