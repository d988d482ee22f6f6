//! Writes messages, one a line: what [`TimReader`](super::TimReader) takes.

use std::io::{self, Write};

use super::Line;
use crate::model::{About, ConversationId, Message};

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

    /// Writes what is known of a conversation, as a line of its own: `{"mynah_conversation":"group:ops","about":{…}}`. It stands before the
    /// first message of the conversation.
    ///
    /// # Errors
    /// As for [`TimWriter::write`].
    pub fn write_about(&mut self, conversation: &ConversationId, about: &About) -> io::Result<()> {
        let line = Line { mynah_conversation: conversation.clone(), about: about.clone() };
        self.line = serde_json::to_string(&line)?;
        self.line.push('\n');
        self.writer.write_all(self.line.as_bytes())
    }

    /// Writes what is buffered underneath.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Writes what is buffered underneath and gives the writer back.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        Ok(self.writer)
    }
}
