//! The part of a source that lies in memory: a buffer that slides over its bytes.

use std::io::{self, Read};

/// Bytes of a window that nothing large has passed yet.
const SIZE: usize = 256 << 10;

/// Bytes that were read and not passed yet. Grows while nothing is passed, so who reads has to pass before it is too large.
pub(super) struct Window<R> {
    reader: R,
    buffer: Vec<u8>,
    /// What was read and not passed yet is `buffer[start..end]`.
    start: usize,
    end: usize,
    passed: u64,
}

impl<R: Read> Window<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: vec![0; SIZE], start: 0, end: 0, passed: 0 }
    }

    /// What was read and not passed yet.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Lets go of the first `count` bytes.
    pub(super) fn pass(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.passed += count as u64;
    }

    /// Bytes that were passed so far.
    pub(super) fn passed(&self) -> u64 {
        self.passed
    }

    /// Bytes of memory that it takes.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.buffer.len()
    }

    /// Reads more behind what is there. Returns whether there was more.
    pub(super) fn more(&mut self) -> io::Result<bool> {
        if self.end == self.buffer.len() {
            // A window that is mostly full grows, so that a long line is not moved again and again.
            if self.start < self.buffer.len() / 2 {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
