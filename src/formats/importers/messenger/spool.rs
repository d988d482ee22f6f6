//! The messages of a file in the order of their times. The sources have the newest first, and say what the chat is behind all of them.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

use tempfile::SpooledTempFile;

/// Bytes that are kept in memory before they go into a file.
const MEMORY: usize = 8 << 20;

/// Records, put aside until all were seen. Takes 32 bytes of memory for each, and the texts of small files.
pub(super) struct Spool {
    texts: SpooledTempFile,
    length: u64,
    records: Vec<Kept>,
}

struct Kept {
    /// Milliseconds.
    time: u64,
    offset: u64,
    length: usize,
    /// Where it stands in the source.
    line: u64,
}

impl Spool {
    pub(super) fn new() -> Self {
        Self { texts: SpooledTempFile::new(MEMORY), length: 0, records: Vec::new() }
    }

    /// Puts a record aside.
    pub(super) fn push(&mut self, time: u64, line: u64, text: &str) -> io::Result<()> {
        self.texts.write_all(text.as_bytes())?;
        self.records.push(Kept { time, offset: self.length, length: text.len(), line });
        self.length += text.len() as u64;
        Ok(())
    }

    /// All records with their lines, by their times; of equal ones the last in the source comes first.
    pub(super) fn drain(self) -> impl Iterator<Item = io::Result<(u64, String)>> {
        let Self { mut texts, mut records, .. } = self;
        records.reverse();
        records.sort_by_key(|record| record.time);
        records.into_iter().map(move |Kept { offset, length, line, .. }| {
            texts.seek(SeekFrom::Start(offset))?;
            let mut text = vec![0; length];
            texts.read_exact(&mut text)?;
            Ok((line, String::from_utf8(text).map_err(io::Error::other)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_by_their_times_whatever_their_order_and_size() {
        let mut spool = Spool::new();
        let long = "x".repeat(MEMORY);
        for (line, (time, text)) in [(9, "new"), (5, "b"), (5, "a"), (7, &long), (1, "old")].into_iter().enumerate() {
            spool.push(time, line as u64, text).unwrap();
        }
        let all: Vec<_> = spool.drain().map(Result::unwrap).map(|(line, text)| (line, text.len())).collect();
        assert_eq!(all, [(4, 3), (2, 1), (1, 1), (3, MEMORY), (0, 3)]);
    }
}
