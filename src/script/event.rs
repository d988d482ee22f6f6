//! What a script is told, and from where it comes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::data::Data;
use super::veil::veil;
use crate::model::{ConversationId, Message, Origin};
use crate::store::JournalNo;

veil!(DownloadNews, Fired, WebhookCall);

/// The kinds of events that `bot.on` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EventKind {
    /// Somebody else said something.
    Receive,
    /// The account said something, by hand or by another script.
    Sent,
    /// A download goes on, or is done.
    Download,
    Recall,
    Edit,
    Delete,
    /// The account, or a peer, has read.
    Read,
    /// People came into a group.
    Join,
    /// People left a group.
    Leave,
    Timer,
    Webhook,
    /// A version of the script begins to work.
    Start,
    /// A version of the script ends.
    Stop,
}

impl EventKind {
    pub(super) const ALL: [Self; 13] = [
        Self::Receive,
        Self::Sent,
        Self::Download,
        Self::Recall,
        Self::Edit,
        Self::Delete,
        Self::Read,
        Self::Join,
        Self::Leave,
        Self::Timer,
        Self::Webhook,
        Self::Start,
        Self::Stop,
    ];

    /// The word that scripts use.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Sent => "sent",
            Self::Download => "download",
            Self::Recall => "recall",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Read => "read",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Timer => "timer",
            Self::Webhook => "webhook",
            Self::Start => "start",
            Self::Stop => "stop",
        }
    }
}

/// Where an event comes from. The ids that a run makes are derived from this, so that a repeated run makes the same ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    /// A change of the archive.
    Journal(JournalNo),
    /// A timer of the script, and when it was due, Unix seconds.
    Timer { id: String, due: u64 },
    /// Something that was put into the script's inbox, because the journal does not tell of it: a webhook, a finished download.
    Inbox(u64),
    /// The script begins or ends; the number is that of its version in this process. Not repeated after a crash.
    Life(u64),
    /// A hook looks at something that is not written yet. Nothing of it is kept.
    Hook(u64),
}

/// An event.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) source: Source,
    pub(super) kind: EventKind,
    /// When it happened, Unix seconds.
    pub(super) at: u64,
    pub(super) conversation: Option<Conversation>,
    pub(super) what: What,
}

/// A conversation name in the rows of the host: its text form.
pub(super) type Conversation = super::event::named::Named;

/// What happened.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Nothing,
    /// Why a version ends.
    Ending(Ending),
    /// A message: that came, was sent, edited, recalled, deleted, or tells of people who came or left.
    Message(#[serde(with = "message_json")] Arc<Message>),
    /// Who has read everything up to which second.
    Read {
        by: String,
        up_to: u64,
    },
    Download(DownloadNews),
    Timer(Fired),
    Webhook(WebhookCall),
}

/// Why a version of a script ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    /// A newer one takes over.
    Replaced,
    /// The script is no longer wanted.
    Removed,
    /// The host ends.
    Host,
}

impl Ending {
    /// The word that scripts see.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Removed => "removed",
            Self::Host => "host",
        }
    }
}

/// How far a download is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct DownloadNews {
    /// The message's id, if it is for one.
    pub(super) id: Option<String>,
    /// The position of the element, from 0.
    pub(super) element: usize,
    pub(super) bytes: u64,
    /// Bytes in all, 0 while that is not known.
    pub(super) total: u64,
    /// Where the file is, once it is all there.
    pub(super) path: Option<String>,
}

/// A timer that is due.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Fired {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) data: Data,
    /// When it was due, Unix seconds.
    pub(super) due: u64,
    /// How many scripts have answered each other up to the run that set it.
    #[serde(default)]
    pub(super) hops: u32,
    /// How many earlier times were missed and are answered with this one.
    pub(super) missed: u64,
}

/// A request to a script's webhook.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct WebhookCall {
    pub(super) path: String,
    pub(super) method: String,
    /// Names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    pub(super) query: BTreeMap<String, String>,
    pub(super) body: Data,
}

impl Event {
    /// The message, if it is about one.
    pub(super) fn message(&self) -> Option<&Arc<Message>> {
        match &self.what {
            What::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The script that caused it, if one did: that has edited the message, or else said it.
    pub(super) fn origin(&self) -> Option<Origin> {
        let message = self.message()?;
        if self.kind == EventKind::Edit { message.editor().or_else(|| message.origin()) } else { message.origin() }
    }

    /// How many scripts have answered each other up to this event.
    pub(super) fn hops(&self) -> u32 {
        match &self.what {
            What::Message(_) => self.origin().map_or(0, |origin| origin.hops),
            What::Timer(fired) => fired.hops,
            What::Webhook(call) => call.headers.get(super::outside::HOPS_HEADER).and_then(|hops| hops.parse().ok()).unwrap_or(0),
            _ => 0,
        }
    }

    /// Where it happened.
    pub(super) fn place(&self) -> Option<&ConversationId> {
        self.conversation.as_ref().map(|named| &named.0)
    }
}

pub(super) mod named {
    //! A conversation as text.

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::model::ConversationId;

    /// A conversation whose serialized form is `c2c:ID` or `group:ID`.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub(in crate::script) struct Named(pub(in crate::script) ConversationId);

    impl Serialize for Named {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&self.0)
        }
    }

    impl<'de> Deserialize<'de> for Named {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            text.parse().map(Self).map_err(serde::de::Error::custom)
        }
    }
}

mod message_json {
    //! A message as its own JSON.

    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::value::RawValue;

    use crate::model::Message;

    pub(super) fn serialize<S: Serializer>(message: &Arc<Message>, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(message.to_json()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Message>, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Message::from_json(json.get()).map(Arc::new).map_err(serde::de::Error::custom)
    }
}
