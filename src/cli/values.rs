//! What stands behind options: conversations, times, types. A value that cannot be read is wrong use and says what can.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::model::{ConversationIdError, ConversationRef, ElementType, limits};
use crate::query::{Reading, TimeError, TimeSpan};

/// `c2c:ID`, `group:ID` or a bare id.
pub(super) fn conversation(text: &str) -> Result<ConversationRef, ConversationIdError> {
    let conversation = ConversationRef::parse(text);
    limits::CONVERSATION_ID.check(conversation.id.len())?;
    Ok(conversation)
}

/// A time, as the stretch that it names.
pub(super) fn time(text: &str) -> Result<TimeSpan, TimeError> {
    crate::query::read_time(text, &Reading::local())
}

/// An element type by its word.
#[derive(Clone)]
pub(super) struct TypeParser;

impl TypedValueParser for TypeParser {
    type Value = ElementType;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<ElementType, Error> {
        let words = clap::builder::PossibleValuesParser::new(ElementType::ALL.iter().map(|kind| kind.word()));
        let word = words.parse_ref(command, argument, value)?;
        ElementType::from_word(&word).ok_or_else(|| Error::new(clap::error::ErrorKind::InvalidValue).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(ElementType::ALL.iter().map(|kind| PossibleValue::new(kind.word()))))
    }
}
