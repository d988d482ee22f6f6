//! Every limit on a message and its parts, each with its unit and its reason. Nothing else in the project names one.

use std::fmt;

/// One limit: what it bounds, from how many to how many, in which unit.
#[derive(Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is bounded, as the subject of a sentence.
    pub what: &'static str,
    /// The unit of both bounds.
    pub unit: &'static str,
    /// The least that is allowed.
    pub min: u64,
    /// The most that is allowed.
    pub max: u64,
}

impl Limit {
    /// Accepts `amount` when it is within the bounds.
    ///
    /// # Errors
    /// [`LimitError`] with the amount and the bounds.
    pub fn check(&'static self, amount: usize) -> Result<(), LimitError> {
        self.check_number(amount as u64)
    }

    /// As [`Limit::check`], for a number that is no length.
    ///
    /// # Errors
    /// [`LimitError`] with the number and the bounds.
    pub fn check_number(&'static self, amount: u64) -> Result<(), LimitError> {
        if (self.min..=self.max).contains(&amount) { Ok(()) } else { Err(LimitError { limit: self, amount }) }
    }
}

/// Something is larger or smaller than its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitError {
    /// The limit that was passed.
    pub limit: &'static Limit,
    /// What was found, in the limit's unit.
    pub amount: u64,
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Limit { what, unit, min, max } = self.limit;
        let (bound, amount) = if self.amount < *min { (*min, self.amount) } else { (*max, self.amount) };
        let side = if self.amount < *min { "the least is" } else { "the limit is" };
        write!(f, "{what} is {} {unit}, {side} {}", grouped(amount), grouped(bound))
    }
}

impl std::error::Error for LimitError {}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The elements and the other keys of a message as compact JSON. The real library refuses 4 MB and takes 2 MB; more than this is a file, not a message.
pub static MESSAGE_SIZE: Limit = Limit { what: "a message", unit: "bytes of JSON", min: 2, max: 2 * 1024 * 1024 };

/// A message as it is given out: the keys that the engine fills in come to what was given. Ids and names of the greatest length,
/// every character escaped, take less than the difference.
pub static PRINTED_SIZE: Limit = Limit { what: "a message", unit: "bytes of JSON", min: 2, max: MESSAGE_SIZE.max + 8 * 1024 };

/// The elements and other keys of a message that is sent, as JSON. The service takes 12 KB since its version 7.0.
pub static SENT_SIZE: Limit = Limit { what: "a message to be sent", unit: "bytes of JSON", min: 0, max: 12_288 };

/// People whom one message names with an at-sign.
pub static MENTIONS: Limit = Limit { what: "the list of mentioned people", unit: "names", min: 0, max: 30 };

/// A user id with which an account logs in: its messages' ids then fit the 128 bytes of the C interface.
pub static ACCOUNT: Limit = Limit { what: "the name of an account", unit: "bytes", min: 1, max: 96 };

/// One text of a message. Archives keep pasted logs whole; only sending has the 12 KB limit of the service.
pub static TEXT_LENGTH: Limit = Limit { what: "a text", unit: "bytes", min: 0, max: 2_000_000 };

/// Elements in one message. A bundle of 300 messages is one element, so no real message comes near.
pub static ELEMENTS: Limit = Limit { what: "the element array", unit: "elements", min: 0, max: 1_000 };

/// Top-level keys of one message. The interface has about 60; the rest is the app's own.
pub static KEYS: Limit = Limit { what: "a message", unit: "keys", min: 0, max: 500 };

/// A conversation's id. The service allows 48 bytes, imported chats have long names; it is part of every reply.
pub static CONVERSATION_ID: Limit = Limit { what: "a conversation id", unit: "bytes", min: 1, max: 256 };

/// A user id. The service allows 32 bytes; imported chats have e-mail addresses and display names here.
pub static USER_ID: Limit = Limit { what: "a user id", unit: "bytes", min: 1, max: 256 };

/// A message id. The C interface hands it out in 128 bytes with the terminator; ids made from long names need more.
pub static MESSAGE_ID: Limit = Limit { what: "a message id", unit: "bytes", min: 1, max: 512 };

/// A message's time, in Unix seconds, up to the end of the year 9999. Milliseconds by mistake fall outside.
pub static TIME: Limit = Limit { what: "a time", unit: "Unix seconds", min: 0, max: 253_402_300_799 };

/// The random part of a message's identity: 32 bits in the interface.
pub static RAND: Limit = Limit { what: "a rand", unit: "(a number of 32 bits)", min: 0, max: u32::MAX as u64 };

/// A sequence number: what a signed 64-bit reader can hold, so that the next one can always be counted.
pub static SEQ: Limit = Limit { what: "a seq", unit: "(a number of 63 bits)", min: 0, max: i64::MAX as u64 };

/// The seq of a message to one person as it travels: its sender counts it, so it is as large as that one likes. 48 bits are more messages than
/// anybody says, and leave the receiver's own count, which goes on behind it, room without end.
pub static PEER_SEQ: Limit =
    Limit { what: "the seq of a message to one person", unit: "(a number of 48 bits)", min: 0, max: (1 << 48) - 1 };

/// How deep JSON may nest: 100 levels of merged messages, each three deep, would be a message of messages; this keeps stacks safe.
pub static DEPTH: Limit = Limit { what: "the nesting of a message", unit: "levels", min: 0, max: 120 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_takes_its_bounds_and_refuses_what_lies_beyond() {
        for limit in [
            &MESSAGE_SIZE,
            &KEYS,
            &PRINTED_SIZE,
            &SENT_SIZE,
            &MENTIONS,
            &ACCOUNT,
            &TEXT_LENGTH,
            &ELEMENTS,
            &CONVERSATION_ID,
            &USER_ID,
            &MESSAGE_ID,
            &TIME,
            &RAND,
            &SEQ,
            &PEER_SEQ,
            &DEPTH,
        ] {
            assert_eq!(limit.check_number(limit.min), Ok(()), "{}", limit.what);
            assert_eq!(limit.check_number(limit.max), Ok(()), "{}", limit.what);
            assert_eq!(limit.check_number(limit.max + 1), Err(LimitError { limit, amount: limit.max + 1 }));
            if limit.min > 0 {
                assert_eq!(limit.check_number(limit.min - 1), Err(LimitError { limit, amount: limit.min - 1 }));
            }
        }
    }

    #[test]
    fn the_error_names_the_amount_and_the_limit() {
        let error = CONVERSATION_ID.check(1_300).unwrap_err();
        assert_eq!(error.to_string(), "a conversation id is 1,300 bytes, the limit is 256");
        let error = USER_ID.check(0).unwrap_err();
        assert_eq!(error.to_string(), "a user id is 0 bytes, the least is 1");
    }
}
