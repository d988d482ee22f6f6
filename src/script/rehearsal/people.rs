//! The people of a test: each has a line to the hub, and no archive.

use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use super::cue::Attached;
use crate::model::{AT_ALL, Body, ConversationId, Element, FileElement, GroupTipsElement, Message};
use crate::transport::loopback::{Hub, Loopback};
use crate::transport::{Ack, Parcel, Progress, Transport as _, TransportError};

/// The account whose bot is tested.
pub(super) const ACCOUNT: &str = "bot";

/// Somebody.
pub(super) struct Person {
    line: Loopback,
    /// How much was said: with the second it makes ids.
    said: u32,
    /// Up to which second the account's messages are read.
    pub(super) read: u64,
}

impl Person {
    pub(super) fn new(hub: &Hub, name: &str) -> Self {
        Self { line: hub.account(name), said: 0, read: 0 }
    }

    /// Says something, and returns the message's id.
    pub(super) async fn say(&mut self, to: &ConversationId, now: u64, body: Body) -> Result<String, TransportError> {
        let mut message = self.message(now, body);
        message.server_time = 0;
        let id = message.id_text();
        self.line.publish(Parcel::Message { to: to.clone(), message }).await?;
        Ok(id)
    }

    /// A message of this person, with an id of its own.
    fn message(&mut self, now: u64, body: Body) -> Message {
        self.said += 1;
        let mut message = Message::new(self.line.account(), now, body);
        message.rand = self.said;
        message
    }

    /// The notice that this person came into a group, or left it.
    pub(super) fn notice(&mut self, group: &ConversationId, now: u64, comes: bool) -> Message {
        let who = self.line.account().to_owned();
        let tips = GroupTipsElement {
            tip_type: if comes { 1 } else { 2 },
            op_user: who.clone(),
            group_id: group.id().to_owned(),
            user_array: vec![who],
            ..GroupTipsElement::default()
        };
        self.message(now, Body::of_elements(&[tips.into()])).in_conversation(group)
    }

    pub(super) async fn publish(&self, parcel: Parcel) -> Result<Ack, TransportError> {
        self.line.publish(parcel).await
    }

    /// Carries a file to the hub, and returns the element that names it.
    pub(super) async fn attach(&self, folder: &Path, file: &Attached) -> Result<Element, String> {
        let unwritable = |error: std::io::Error| format!("the file cannot be written: {error}");
        let mut kept = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
        kept.write_all(&file.content).map_err(unwritable)?;
        let media = self.line.put(kept.path(), Progress::none()).await.map_err(|error| error.to_string())?;
        let size = file.size.unwrap_or(media.size);
        let element = FileElement {
            file_name: file.name.clone(),
            file_size: i64::try_from(size).unwrap_or(i64::MAX),
            file_id: media.address.trim_start_matches(crate::transport::ADDRESS_SCHEME).to_owned(),
            url: media.address,
            ..FileElement::default()
        };
        Ok(element.into())
    }
}

/// What a message says, with those who are mentioned and what it answers.
pub(super) fn body(elements: &[Element], mentions: &[String], answered: Option<&Message>) -> Result<Body, String> {
    let mut body = Body::of_elements(elements);
    let mut set = |key: &str, value: Value| body.set(key, Some(value)).map_err(|error| error.to_string());
    if !mentions.is_empty() {
        let named = |name: &String| match name.as_str() {
            "me" => ACCOUNT.to_owned(),
            "all" => AT_ALL.to_owned(),
            name => name.to_owned(),
        };
        set("message_group_at_user_array", mentions.iter().map(named).collect::<Vec<_>>().into())?;
    }
    if let Some(answered) = answered {
        set("message_cloud_custom_str", answered.answer_data().into())?;
    }
    Ok(body)
}
