//! One message: the fields that the engine orders and finds by, and a body of compact JSON with everything else.
//!
//! The JSON of a message is the wire format, the stored format, the import format and what scripts see.

mod body;
mod compact;
mod context;
mod origin;
mod print;
mod read;
mod reply;
mod summary;
mod traits;

use std::fmt;

pub use body::Body;
pub(crate) use body::for_each_text;

pub use context::{Context, Edited, Forwarded, Happening, Person, Reaction, SourceRecord, Thread, Version};
pub use origin::Origin;
pub use read::MessageError;
pub use reply::Answered;
pub(crate) use traits::{Traits, traits_of};

use super::limits::{self, LimitError};
use super::{ConversationId, ConversationKind, Locator, Place, Status};

/// The text id of a message: 1 to 512 bytes, opaque. Ids made here look like `<sender>-<client time>-<rand>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(Box<str>);

impl MessageId {
    /// Takes a given id.
    ///
    /// # Errors
    /// [`LimitError`] when it is empty or longer than [`limits::MESSAGE_ID`].
    pub fn new(id: &str) -> Result<Self, LimitError> {
        limits::MESSAGE_ID.check(id.len())?;
        Ok(Self(id.into()))
    }

    /// The id of a message that brought none.
    pub fn derived(sender: &str, client_time: u64, rand: u32) -> Self {
        Self(format!("{sender}-{client_time}-{rand}").into())
    }

    /// The sender in an id of the form that [`MessageId::derived`] gives; `None` for any other.
    #[cfg(feature = "session")]
    pub(crate) fn sender_of_derived(id: &str) -> Option<&str> {
        let mut parts = id.rsplitn(3, '-');
        let mut is_number = || parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        if is_number() && is_number() { parts.next() } else { None }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Calls `take` with the id that [`MessageId::derived`] makes, without an allocation.
pub(crate) fn with_derived_id<T>(sender: &str, client_time: u64, rand: u32, take: impl FnOnce(&str) -> T) -> T {
    use std::io::Write as _;
    // A sender is at most 256 bytes, the numbers at most 20 and 10 digits.
    let mut bytes = [0_u8; 320];
    let mut rest = &mut bytes[..];
    if write!(rest, "{sender}-{client_time}-{rand}").is_err() {
        return take(MessageId::derived(sender, client_time, rand).as_str());
    }
    let left = rest.len();
    let length = bytes.len() - left;
    match std::str::from_utf8(&bytes[..length]) {
        Ok(id) => take(id),
        Err(_) => take(MessageId::derived(sender, client_time, rand).as_str()),
    }
}

/// Stands in `message_group_at_user_array` for everybody in the group.
pub const AT_ALL: &str = "__kImSDK_MessageAtALL__";

/// One message.
///
/// As input, `None`, `0` and `""` mean *not given*: the archive fills them in. As output of an archive, every `Option` but
/// [`Message::id`] is filled; use [`Message::id_text`] for the id.
///
/// ```
/// use mynah::model::Message;
/// let message = Message::text("alice", 1_700_000_000, "hello");
/// let again = Message::from_json(&message.to_json())?;
/// assert_eq!(again.texts(), ["hello"]);
/// # Ok::<(), mynah::model::MessageError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Where it was said. Not given: the conversation of the call.
    pub conversation: Option<ConversationId>,
    /// Its id, where it is another than the one derived from sender, client time and rand.
    pub id: Option<MessageId>,
    /// Who said it. Empty: the account itself.
    pub sender: String,
    /// The sender's clock, Unix seconds. 0: not given.
    pub client_time: u64,
    /// The server's clock, Unix seconds, by which messages are ordered. 0: not given.
    pub server_time: u64,
    /// The sequence number in its conversation. 0: not given.
    pub seq: u64,
    /// The sender's random number. 0: not given.
    pub rand: u32,
    /// How far it has come.
    pub status: Option<Status>,
    /// Whether the account itself said it.
    pub is_from_self: Option<bool>,
    /// Whether the account has read it.
    pub is_read: Option<bool>,
    /// Whether the peer has read it.
    pub is_peer_read: Option<bool>,
    /// Its elements and all other keys.
    pub body: Body,
}

impl Message {
    /// A message with these elements and nothing else given.
    pub fn new(sender: &str, time: u64, body: Body) -> Self {
        Self {
            conversation: None,
            id: None,
            sender: sender.to_owned(),
            client_time: time,
            server_time: time,
            seq: 0,
            rand: 0,
            status: None,
            is_from_self: None,
            is_read: None,
            is_peer_read: None,
            body,
        }
    }

    /// A message of one text element. `time` is in Unix seconds.
    pub fn text(sender: &str, time: u64, text: &str) -> Self {
        Self::new(sender, time, Body::of_text(text))
    }

    /// The same message in this conversation.
    pub fn in_conversation(mut self, conversation: &ConversationId) -> Self {
        self.conversation = Some(conversation.clone());
        self
    }

    /// Its id: the given one, or the one derived from sender, client time and rand.
    pub fn id_text(&self) -> String {
        match &self.id {
            Some(id) => id.to_string(),
            None => MessageId::derived(&self.sender, self.client_time, self.rand).to_string(),
        }
    }

    /// Calls `take` with its id, without an allocation where it is a derived one of usual length.
    pub(crate) fn with_id<T>(&self, take: impl FnOnce(&str) -> T) -> T {
        match &self.id {
            Some(id) => take(id.as_str()),
            None => with_derived_id(&self.sender, self.client_time, self.rand, take),
        }
    }

    /// Whether the numbers, the sender and the size of this message are ones that a reader of its JSON takes back.
    ///
    /// # Errors
    /// [`LimitError`] for the first that is not.
    pub fn check_limits(&self) -> Result<(), LimitError> {
        if !self.sender.is_empty() {
            limits::USER_ID.check(self.sender.len())?;
        }
        limits::TIME.check_number(self.client_time)?;
        limits::TIME.check_number(self.server_time)?;
        limits::SEQ.check_number(self.seq)?;
        self.body.check_limits()
    }

    /// Its place in its conversation's order.
    pub fn place(&self) -> Place {
        Place { time: self.server_time, seq: self.seq, rand: self.rand }
    }

    /// What finds it again: time, seq, rand and direction.
    pub fn locator(&self) -> Locator {
        Locator { time: self.server_time, seq: self.seq, rand: self.rand, is_self: self.is_from_self.unwrap_or(false) }
    }

    /// The 64-bit id of the interface: `time << 32 | rand` in C2C, `seq << 32 | rand` in a group, as the real library makes it.
    ///
    /// Clients written in JavaScript round it; never find a message by it alone.
    pub fn unique_id(&self) -> u64 {
        let high = match self.conversation.as_ref().map(ConversationId::kind) {
            Some(ConversationKind::Group) => self.seq,
            Some(ConversationKind::C2c) | None => self.server_time,
        };
        (high << 32) | u64::from(self.rand)
    }

    /// The texts that search looks at, in the order of the elements.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        self.body.for_each_text(|text| texts.push(text.to_owned()));
        texts
    }
}

/// Says where and when, never what.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("conversation", &self.conversation)
            .field("place", &self.place())
            .field("status", &self.status)
            .field("bytes", &self.body.as_json().len())
            .finish_non_exhaustive()
    }
}
