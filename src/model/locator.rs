//! A locator: the four fields that find exactly one message of a conversation.

use serde_json::Value;

/// What finds one message of a conversation: all four have to match, as the real library wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Locator {
    /// Server time, Unix seconds.
    pub time: u64,
    /// Sequence number.
    pub seq: u64,
    /// The sender's random number.
    pub rand: u32,
    /// Whether the account itself said it.
    pub is_self: bool,
}

/// Why a JSON value is no locator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LocatorError {
    /// The value is no object.
    #[error("a locator is a JSON object, this is another kind of value")]
    NotAnObject,
    /// A number that has no default is missing or out of range.
    #[error("{key} is missing or no number of the right range")]
    Number {
        /// The key.
        key: &'static str,
    },
}

impl Locator {
    /// Reads a `MsgLocator` object. `message_locator_is_self` missing means false; the keys of the conversation, the unique id
    /// and `is_revoked` play no part.
    ///
    /// # Errors
    /// [`LocatorError`] when it is no object, or time, seq or rand is missing.
    pub fn from_value(value: &Value) -> Result<Self, LocatorError> {
        let object = value.as_object().ok_or(LocatorError::NotAnObject)?;
        let number = |key: &'static str| object.get(key).and_then(Value::as_u64).ok_or(LocatorError::Number { key });
        Ok(Self {
            time: number("message_locator_time")?,
            seq: number("message_locator_seq")?,
            rand: u32::try_from(number("message_locator_rand")?).map_err(|_| LocatorError::Number { key: "message_locator_rand" })?,
            is_self: object.get("message_locator_is_self").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    /// The locator as a `MsgLocator` object.
    pub fn to_value(&self) -> Value {
        serde_json::json!({
            "message_locator_is_revoked": false,
            "message_locator_time": self.time,
            "message_locator_seq": self.seq,
            "message_locator_rand": self.rand,
            "message_locator_is_self": self.is_self,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locator_is_read_as_it_is_printed_and_needs_its_three_numbers() {
        let locator = Locator { time: 1, seq: 2, rand: 3, is_self: true };
        assert_eq!(Locator::from_value(&locator.to_value()), Ok(locator));
        let mut value = locator.to_value();
        value.as_object_mut().unwrap().remove("message_locator_seq");
        assert_eq!(Locator::from_value(&value), Err(LocatorError::Number { key: "message_locator_seq" }));
        assert_eq!(Locator::from_value(&serde_json::json!([])), Err(LocatorError::NotAnObject));
    }
}
