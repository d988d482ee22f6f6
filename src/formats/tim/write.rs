//! Writes messages, one a line: what [`TimReader`](super::TimReader) takes.

use std::io::{self, Write};

use crate::model::Message;

/// Writes messages, one a line. Buffer what it writes to.
pub struct TimWriter<W> {
    writer: W,
    line: String,
}

impl<W: Write> TimWriter<W> {
    /// Begins to write.
    pub fn new(writer: W) -> Self {
        Self { writer, line: String::new() }
    }

    /// Writes a message and the end of its line.
    ///
    /// # Errors
    /// What the writer underneath says; a part of the line may be written.
    pub fn write(&mut self, message: &Message) -> io::Result<()> {
        self.line.clear();
        message.write_json(&mut self.line);
        self.line.push('\n');
        self.writer.write_all(self.line.as_bytes())
    }

    /// Writes what is buffered underneath and gives the writer back.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn finish(mut self) -> io::Result<W> {
        self.writer.flush()?;
        Ok(self.writer)
    }
}
