//! What goes through a transport: parcels out, incoming things in, pages of roaming history.

use std::fmt;

use crate::model::{Body, ConversationId, Message};

/// Something to be carried to a conversation. Conversations are named as the sender sees them: a C2C one by the receiver.
#[derive(Clone, PartialEq, Eq)]
pub enum Parcel {
    /// A message. Sender, client time and rand are set, and its id is the one derived from them; server time and, in groups, seq are what the
    /// acknowledgement gives.
    Message {
        /// For whom.
        to: ConversationId,
        /// The message.
        message: Message,
    },
    /// A message is taken back.
    Recall {
        /// Where it was said.
        to: ConversationId,
        /// Its id.
        id: String,
        /// Why, for those who read it.
        reason: Option<String>,
    },
    /// A message gets a new body.
    Edit {
        /// Where it was said.
        to: ConversationId,
        /// Its id.
        id: String,
        /// Names this edit among all of the message: chosen at random once, and the same whenever it is published again.
        nonce: u64,
        /// What it says from now on.
        body: Body,
    },
    /// The account has read the conversation up to this second.
    Read {
        /// Which conversation.
        to: ConversationId,
        /// Server time, Unix seconds.
        up_to: u64,
    },
}

/// What the other side says of a parcel that it has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    /// When it was taken, Unix seconds of the other side's clock. Never falls within a conversation.
    pub server_time: u64,
    /// The number of a message in its group, or the version of an edit; of anything else 0.
    pub seq: u64,
}

/// How far an account has received, as the transport counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(pub u64);

/// Some of what came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What came, oldest first; never empty.
    pub incoming: Vec<Incoming>,
    /// What to [`confirm`](super::Transport::confirm) when all of it is kept.
    pub cursor: Cursor,
}

/// Something that came in. Conversations are named as the receiving account sees them: a C2C one by the other person.
#[derive(Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A message, with server time and seq; `message.conversation` is set. The sender may be the account itself.
    Message(Message),
    /// A message was taken back.
    Recall {
        /// Where.
        conversation: ConversationId,
        /// The message's id.
        id: String,
        /// Who took it back.
        by: String,
        /// Why, if they said so.
        reason: Option<String>,
    },
    /// A message has a new body.
    Edit {
        /// Where.
        conversation: ConversationId,
        /// The message's id.
        id: String,
        /// Who edited it.
        by: String,
        /// How often it was edited, from 1: of two edits the one with the higher number counts, whichever comes first.
        version: u64,
        /// What it says from now on.
        body: Body,
    },
    /// Somebody has read up to this second: the peer of a C2C conversation, or the account itself on another device.
    Read {
        /// Where.
        conversation: ConversationId,
        /// Who.
        by: String,
        /// Server time, Unix seconds.
        up_to: u64,
    },
}

/// Which page of roaming history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoamingRequest {
    /// The conversation, as the asking account sees it.
    pub conversation: ConversationId,
    /// From this second on, 0 for the beginning.
    pub from: u64,
    /// Up to and including this second, `u64::MAX` for no end.
    pub until: u64,
    /// Whether the page is taken from the newer end of that span.
    pub newest_first: bool,
    /// Continues behind the page that gave this cursor.
    pub cursor: Option<Cursor>,
    /// The most messages of the page.
    pub limit: usize,
}

/// A page of roaming history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoamingPage {
    /// The messages as they stand now: edited ones with their newest body and `message_version`, recalled ones with their status.
    /// In the order of the request.
    pub messages: Vec<Message>,
    /// Where the next page begins, if there is more.
    pub next: Option<Cursor>,
}

/// What an account no longer wants to find in its roaming history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erase {
    /// The messages of these ids.
    Messages {
        /// Where they were said.
        conversation: ConversationId,
        /// Their ids.
        ids: Vec<String>,
    },
    /// Everything that was said in a conversation until now.
    Conversation {
        /// Which one.
        conversation: ConversationId,
    },
}

/// Says which message, never what anybody wrote.
impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message { to, message } => f.debug_struct("Message").field("to", to).field("message", message).finish(),
            Self::Recall { to, id, .. } => f.debug_struct("Recall").field("to", to).field("id", id).finish_non_exhaustive(),
            Self::Edit { to, id, nonce, body } => {
                f.debug_struct("Edit").field("to", to).field("id", id).field("nonce", nonce).field("body", body).finish()
            }
            Self::Read { to, up_to } => f.debug_struct("Read").field("to", to).field("up_to", up_to).finish(),
        }
    }
}

/// Says which message, never what anybody wrote.
impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(message) => f.debug_tuple("Message").field(message).finish(),
            Self::Recall { conversation, id, by, .. } => {
                f.debug_struct("Recall").field("conversation", conversation).field("id", id).field("by", by).finish_non_exhaustive()
            }
            Self::Edit { conversation, id, by, version, body } => {
                let mut shown = f.debug_struct("Edit");
                shown.field("conversation", conversation).field("id", id).field("by", by).field("version", version);
                shown.field("body", body).finish()
            }
            Self::Read { conversation, by, up_to } => {
                f.debug_struct("Read").field("conversation", conversation).field("by", by).field("up_to", up_to).finish()
            }
        }
    }
}
