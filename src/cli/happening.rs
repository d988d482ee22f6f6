//! How something that happened looks: a line for people, an object for programs.

use serde_json::{Map, Value, json};

use super::aside;
use super::output::Styles;
use super::show;
use crate::model::{ConversationId, Message};
use crate::query::{TimeZone, time_text};
use crate::session::{Event, Told};
use crate::transport::Connection;

/// The conversation in which something happened, if it happened in one.
pub(super) fn conversation(event: &Event) -> Option<&ConversationId> {
    match event {
        Event::Read { conversation, .. } | Event::PeerRead { conversation, .. } => Some(conversation),
        Event::ConversationAdded(conversation)
        | Event::ConversationChanged(conversation)
        | Event::ConversationCleared(conversation)
        | Event::ConversationDeleted(conversation) => Some(conversation),
        event => message(event)?.conversation.as_ref(),
    }
}

/// The message to which something happened.
pub(super) fn message(event: &Event) -> Option<&Message> {
    match event {
        Event::Received(message)
        | Event::Added(message)
        | Event::Queued(message)
        | Event::Sent(message)
        | Event::Failed(message)
        | Event::Cancelled(message)
        | Event::Edited(message)
        | Event::Recalled(message)
        | Event::Deleted(message)
        | Event::Annotated(message)
        | Event::Online(message) => Some(message),
        _ => None,
    }
}

/// The shape of `schemas/event.schema.json`. How far a file has come is not worth a line.
pub(super) fn json(told: &Told) -> Option<Value> {
    let mut object = Map::new();
    object.insert("cursor".to_owned(), told.no.map(|no| no.0).into());
    object.insert("event".to_owned(), told.event.word().into());
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    match &told.event {
        Event::Upload { .. } | Event::Download { .. } => return None,
        Event::Read { up_to, .. } => put("up_to", up_to.time.into()),
        Event::PeerRead { up_to, .. } => put("up_to", (*up_to).into()),
        Event::TotalUnread(unread) => put("unread", (*unread).into()),
        Event::Connection(connection) => put("connection", connection_word(*connection).into()),
        Event::Missed(missed) => put("missed", (*missed).into()),
        Event::Downloaded { id, element, path, bytes } => {
            put("of", json!({"id": id, "element": element + 1}));
            put("path", path.to_string_lossy().into());
            put("bytes", (*bytes).into())
        }
        Event::DownloadFailed { id, element, code } => {
            put("of", json!({"id": id, "element": element + 1}));
            put("code", (*code).into())
        }
        _ => None,
    };
    match (message(&told.event), conversation(&told.event)) {
        (Some(message), _) => put("message", json!(message)),
        (None, Some(conversation)) => put("conversation", json!(conversation)),
        (None, None) => None,
    };
    Some(object.into())
}

/// A message that nothing happened to: somebody asked for it. The shape of `schemas/event.schema.json` too.
pub(super) fn shown(message: &Message) -> Value {
    json!({"cursor": null, "event": "shown", "message": message})
}

/// When, where, who, what. That a conversation changed, its messages have told already.
///
/// `shown` is the name under which people see the conversation, where it has one.
pub(super) fn line(event: &Event, shown: Option<&str>, account: &str, styles: Styles, zone: &TimeZone) -> Option<String> {
    let (time, who, said) = match event {
        Event::Read { up_to, .. } => (Some(up_to.time), account.to_owned(), String::new()),
        Event::PeerRead { conversation, up_to } => (Some(*up_to), conversation.id().to_owned(), String::new()),
        Event::ConversationCleared(_) | Event::ConversationDeleted(_) => (None, account.to_owned(), String::new()),
        Event::Connection(connection) => (None, account.to_owned(), connection_word(*connection).to_owned()),
        Event::Deaf => (None, account.to_owned(), "what comes in can no longer be kept".to_owned()),
        Event::Missed(missed) => (None, account.to_owned(), format!("{missed} events that are kept nowhere came too fast")),
        event => {
            let message = message(event)?;
            let said = [show::one_line(&show::summary(message)), aside::below(message)];
            (Some(message.server_time), message.sender_name(), said.join("  ").trim_end().to_owned())
        }
    };
    let Styles { name, faint, .. } = styles;
    let time = time.map_or_else(|| format!("{:19}", ""), |time| time_text(time, zone));
    let place = conversation(event).map_or_else(String::new, |place| format!("  {name}{}{name:#}", show::place(place, shown)));
    let said = if said.is_empty() { said } else { format!("  {said}") };
    Some(format!("{faint}{time}{faint:#}{place}  {name}{}{name:#}  {faint}{}{faint:#}{said}", show::one_line(&who), event.word()))
}

fn connection_word(connection: Connection) -> &'static str {
    match connection {
        Connection::Connecting => "connecting",
        Connection::Connected => "connected",
        Connection::Disconnected => "disconnected",
    }
}
