//! Messages of the TIM message API: an array of them, or one a line. Which of both, the first character says.

mod array;
mod lines;
mod write;

use std::io::Read;
use std::sync::Arc;

pub use write::TimWriter;

use super::window::Window;
use super::{Fault, FormatError};
use crate::model::{About, ConversationId, Message, limits};
use array::Array;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Bytes of a message with the blanks around it; more are passed over without being held.
const LONGEST: usize = limits::PRINTED_SIZE.max as usize + 1024;

/// What stands at one place of a source.
#[derive(Debug)]
pub struct Entry {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What it says, or why it says nothing.
    pub said: Result<Said, Fault>,
}

/// What one entry says.
#[derive(Debug)]
pub enum Said {
    /// A message.
    Message(Box<Message>),
    /// What is known about a conversation: `{"mynah_conversation":"group:ops","about":{…}}`.
    About(ConversationId, Box<About>),
}

impl Said {
    /// The message, if it is one.
    pub fn into_message(self) -> Option<Message> {
        match self {
            Self::Message(message) => Some(*message),
            Self::About(..) => None,
        }
    }
}

/// Reads messages one after the other, in memory that does not grow with the source.
///
/// ```
/// use mynah::formats::{Said, TimReader};
///
/// let lines = "{\"message_sender\":\"alice\"}\n\n{\"message_sender\":\n";
/// let read: Vec<_> = TimReader::new("chat.jsonl", lines.as_bytes()).collect::<Result<_, _>>()?;
/// assert!(matches!(&read[0].said, Ok(Said::Message(message)) if message.sender == "alice"));
/// assert_eq!((read[1].line, read[1].said.is_err()), (3, true));
/// # Ok::<(), mynah::formats::FormatError>(())
/// ```
pub struct TimReader<R> {
    file: Arc<str>,
    window: Window<R>,
    /// The line of the window's first byte, from 1.
    line: u64,
    form: Form,
}

enum Form {
    /// Nothing was read yet.
    Unknown,
    Lines,
    Array(Array),
    /// Nothing more is to be read.
    Ended,
}

impl<R: Read> TimReader<R> {
    /// Begins to read; `file` stands in what is said about it.
    pub fn new(file: &str, reader: R) -> Self {
        Self { file: file.into(), window: Window::new(reader), line: 1, form: Form::Unknown }
    }

    /// Bytes of the source that were dealt with so far.
    pub fn bytes(&self) -> u64 {
        self.window.passed()
    }

    fn read(&mut self) -> Result<Option<Entry>, FormatError> {
        if matches!(self.form, Form::Unknown) {
            self.form = self.recognize()?;
        }
        match &mut self.form {
            Form::Lines => lines::next(&mut self.window, &mut self.line).map_err(|source| self.failed(source)),
            Form::Array(array) => match array.next(&mut self.window, &mut self.line) {
                Ok(array::Next::Entry(entry)) => Ok(Some(entry)),
                Ok(array::Next::End) => Ok(None),
                Ok(array::Next::Lost(line)) => Err(FormatError::Lost { file: Arc::clone(&self.file), line }),
                Err(source) => Err(self.failed(source)),
            },
            Form::Unknown | Form::Ended => Ok(None),
        }
    }

    /// Passes a byte order mark and what is blank, and tells an array by its bracket.
    fn recognize(&mut self) -> Result<Form, FormatError> {
        while self.window.bytes().len() < BOM.len() && self.window.more().map_err(|source| self.failed(source))? {}
        match self.window.bytes() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(FormatError::Utf16 { file: Arc::clone(&self.file) }),
            bytes if bytes.starts_with(BOM) => self.window.pass(BOM.len()),
            _ => {}
        }
        loop {
            match self.window.bytes().first().copied() {
                Some(b'\n') => {
                    self.line += 1;
                    self.window.pass(1);
                }
                Some(b' ' | b'\t' | b'\r') => self.window.pass(1),
                Some(b'[') => return Ok(Form::Array(Array::default())),
                Some(_) => return Ok(Form::Lines),
                None if self.window.more().map_err(|source| self.failed(source))? => {}
                None => return Ok(Form::Ended),
            }
        }
    }

    fn failed(&self, source: std::io::Error) -> FormatError {
        FormatError::Read { file: Arc::clone(&self.file), source }
    }
}

/// What stands in the source, part by part. An error is the last item.
impl<R: Read> Iterator for TimReader<R> {
    type Item = Result<Entry, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        if !matches!(read, Ok(Some(_))) {
            self.form = Form::Ended;
        }
        read.transpose()
    }
}

/// What these bytes say.
fn parse(bytes: &[u8]) -> Result<Said, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::Encoding { column: error.valid_up_to() + 1 })?;
    if text.starts_with(CONVERSATION) {
        let Line { mynah_conversation, about } =
            serde_json::from_str(text).map_err(|error| Fault::Json { line: error.line(), column: error.column() })?;
        return Ok(Said::About(mynah_conversation, Box::new(about)));
    }
    Ok(Said::Message(Box::new(Message::from_json(text)?)))
}

/// How an entry begins that is no message.
const CONVERSATION: &str = "{\"mynah_conversation\":";

/// An entry that tells about a conversation.
#[derive(serde::Serialize, serde::Deserialize)]
struct Line {
    mynah_conversation: ConversationId,
    about: About,
}

/// The fault of something that is `length` bytes long.
fn too_long(length: usize) -> Fault {
    match limits::MESSAGE_SIZE.check(length) {
        Err(error) => error.into(),
        Ok(()) => Fault::Limit(crate::model::LimitError { limit: &limits::MESSAGE_SIZE, amount: length as u64 }),
    }
}

#[cfg(test)]
mod tests;
