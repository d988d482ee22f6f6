//! What a test asks for, as data: what people do, how time passes, what is expected. The bindings make these from the methods of `t`; [`Town`]
//! lets them happen.
//!
//! [`Town`]: super::town::Town

use std::time::Duration;

use crate::script::data::Data;

/// One call of a test.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::script) enum Cue {
    /// Somebody says something. Answer: the message's id.
    Say {
        who: String,
        said: Spoken,
    },
    /// The account itself does. Answer: nil, or why it was refused.
    Send {
        text: String,
        chat: Option<String>,
    },
    /// Answer: the message that was expected.
    Expect {
        expected: Expected,
    },
    ExpectNone,
    /// Answer: the message that was expected.
    ExpectSent {
        expected: Expected,
    },
    /// The last thing that the account wanted was refused; the reason has this text in it.
    ExpectDenied {
        why: Option<String>,
    },
    Advance {
        by: Duration,
    },
    Crash,
    Start,
    /// Answer: true, or nil and why the version before goes on.
    Reload {
        source: Option<String>,
    },
    /// Values for the configuration, before anything happens.
    Configure {
        values: Data,
    },
    /// What is answered at an address.
    Http {
        url: String,
        response: Data,
    },
    /// Answer: the requests that were made, in order.
    Requests,
    /// Answer: `{ status, headers, body }`.
    Webhook {
        path: String,
        call: Data,
    },
    Recall {
        id: String,
    },
    Edit {
        id: String,
        text: String,
    },
    Join {
        who: String,
        chat: String,
    },
    Leave {
        who: String,
        chat: String,
    },
    /// Somebody has read what the account said.
    Read {
        who: String,
    },
    /// The account fetches a file of a message, counted from 1. Answer: where it is, or nil and why not.
    Download {
        id: String,
        file: usize,
    },
    /// Answer: what the archive has of a message, or nil.
    Find {
        id: String,
    },
    /// Answer: what the script keeps.
    Stored {
        key: String,
        of: Option<String>,
    },
    /// Answer: events that the script could not deal with.
    Dead,
    /// Answer: the lines of the script's log.
    Log,
}

/// What somebody says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::script) struct Spoken {
    pub(in crate::script) text: String,
    /// Where; the conversation with the account if not given.
    pub(in crate::script) chat: Option<String>,
    pub(in crate::script) files: Vec<Attached>,
    /// User ids; `me` is the account.
    pub(in crate::script) mentions: Vec<String>,
    /// The id of the message that it answers.
    pub(in crate::script) reply_to: Option<String>,
}

/// A file that somebody sends.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::script) struct Attached {
    pub(in crate::script) name: String,
    pub(in crate::script) content: Vec<u8>,
    /// What the message says of its size, where that is not the truth.
    pub(in crate::script) size: Option<u64>,
}

/// What a message has to be. What is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::script) struct Expected {
    /// Exactly this text.
    pub(in crate::script) text: Option<String>,
    /// A pattern that the text matches.
    pub(in crate::script) pattern: Option<String>,
    /// The text has this in it.
    pub(in crate::script) contains: Option<String>,
    pub(in crate::script) chat: Option<String>,
}
