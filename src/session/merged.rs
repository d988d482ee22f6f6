//! Bundles: many messages told on as one. The messages travel beside the message that stands for them.

use futures_util::TryStreamExt as _;
use serde_json::Value;

use super::flight::{Flight, Sending};
use super::{Session, SessionError, Shared, local};
use crate::MediaHash;
use crate::archive::{Archive, ArchiveError, KeptMedia};
use crate::model::{Body, ConversationId, Element, ElementType, Message, Status};
use crate::transport::{ADDRESS_SCHEME, Progress, TransportError};

/// Messages of one bundle.
const MESSAGES: usize = 300;
/// Lines that stand for a bundle where it is shown.
const LINES: usize = 5;
/// Bundles in bundles.
const LEVELS: u64 = 100;
/// Bytes of a bundle's messages as JSON: 300 of the largest that can be sent, twice.
const BUNDLE_BYTES: u64 = 8 << 20;
/// How deep the bundles in a bundle are nested, in the element that stands for it.
const LEVELS_KEY: &str = "mynah_bundle_levels";

/// Messages to be told on as one.
#[derive(Clone, Default)]
pub struct Bundle {
    /// What stands above it.
    pub title: String,
    /// Up to five lines that say what is in it.
    pub lines: Vec<String>,
    /// What programs show that know no bundles.
    pub compatible_text: String,
    /// Up to 300 messages.
    pub messages: Vec<Message>,
}

impl Bundle {
    /// A message with this bundle as its element.
    pub fn into_message(self) -> Message {
        let messages = self.messages.iter().map(|message| serde_json::to_value(message).unwrap_or_default()).collect();
        Message::new("", 0, Body::of_elements(&[Element::merge(self.title, self.lines, self.compatible_text, messages)]))
    }
}

impl Session {
    /// Sends a bundle; as [`Session::send`] with a message that has a merge element.
    ///
    /// # Errors
    /// As for [`Session::send`]. Too many messages or lines, and nesting deeper than 100, are told by [`Sending::outcome`].
    pub async fn send_merged(&self, to: &ConversationId, bundle: Bundle) -> Result<Sending, SessionError> {
        self.send(to, bundle.into_message()).await
    }

    /// The messages of the first bundle of a message, in the order in which they were bundled.
    ///
    /// # Errors
    /// [`SessionError::NoBundle`], [`SessionError::TooDeep`], [`SessionError::DamagedBundle`], [`SessionError::Transport`].
    pub async fn download_merged(&self, message: &Message) -> Result<Vec<Message>, SessionError> {
        let no_bundle = || SessionError::NoBundle { id: message.id_text() };
        let merge = message.body.elements().into_iter().find_map(|element| match element {
            Element::Merge(merge) => Some(merge),
            _ => None,
        });
        let merge = merge.ok_or_else(no_bundle)?;
        if merge.layer_over_limit {
            return Err(SessionError::TooDeep { levels: LEVELS + 1, limit: LEVELS });
        }
        let messages = if merge.message_array.is_empty() {
            let hash = hash_of(&merge.relay_json_key).ok_or_else(|| SessionError::NoRelayKey { id: message.id_text() })?;
            let bytes = self.shared.bundle(&merge.relay_json_key, hash).await?;
            serde_json::from_slice::<Vec<Value>>(&bytes).map_err(|_| SessionError::DamagedBundle)?
        } else {
            merge.message_array
        };
        if messages.len() > MESSAGES {
            return Err(SessionError::DamagedBundle);
        }
        messages.iter().map(read).collect()
    }
}

/// One message of a bundle; without a status it was sent.
fn read(value: &Value) -> Result<Message, SessionError> {
    let mut message = Message::from_json(&value.to_string()).map_err(|_| SessionError::DamagedBundle)?;
    local::without_local(&mut message.body).map_err(|_| SessionError::DamagedBundle)?;
    message.status.get_or_insert(Status::Sent);
    Ok(message)
}

fn hash_of(relay_key: &str) -> Option<MediaHash> {
    MediaHash::from_hex(relay_key.strip_prefix(ADDRESS_SCHEME)?)
}

/// Keeps the messages of the bundles among `elements` as media and puts their addresses in their place. Returns what was kept.
pub(super) fn stage(archive: &Archive, elements: &mut [Element]) -> Result<Vec<KeptMedia>, SessionError> {
    let mut kept = Vec::new();
    for element in elements {
        let Element::Merge(merge) = element else { continue };
        if merge.message_array.is_empty() {
            continue;
        }
        check("messages", merge.message_array.len(), MESSAGES)?;
        check("lines", merge.abstract_array.len(), LINES)?;
        let levels = merge.message_array.iter().map(levels).max().unwrap_or(0).saturating_add(1);
        if levels > LEVELS {
            return Err(SessionError::TooDeep { levels, limit: LEVELS });
        }
        let messages = merge.message_array.iter().map(to_travel).collect::<Result<Vec<_>, _>>()?;
        let json = Value::from(messages).to_string();
        if json.len() as u64 > BUNDLE_BYTES {
            return Err(SessionError::TooMany { what: "bytes of bundled messages", given: json.len(), limit: BUNDLE_BYTES as usize });
        }
        let media = archive.keep_media(json.as_bytes())?;
        merge.message_array.clear();
        merge.relay_json_key = format!("{ADDRESS_SCHEME}{}", media.hash());
        merge.other.insert(LEVELS_KEY.to_owned(), levels.into());
        kept.push(media);
    }
    Ok(kept)
}

fn check(what: &'static str, given: usize, limit: usize) -> Result<(), SessionError> {
    if given > limit { Err(SessionError::TooMany { what, given, limit }) } else { Ok(()) }
}

/// A bundled message without what is of this machine only.
fn to_travel(value: &Value) -> Result<Value, SessionError> {
    let mut message = Message::from_json(&value.to_string()).map_err(ArchiveError::from)?;
    local::without_local(&mut message.body).map_err(ArchiveError::from)?;
    serde_json::to_value(&message).map_err(|_| SessionError::DamagedBundle)
}

/// How deep bundles are nested in a message: 0 without one.
fn levels(message: &Value) -> u64 {
    // Walked without recursion: what a caller gives may be nested without end.
    let mut deepest = 0;
    let mut open = vec![(message, 0_u64)];
    while let Some((message, above)) = open.pop() {
        for element in message.get("message_elem_array").and_then(Value::as_array).into_iter().flatten() {
            if element.get("elem_type").and_then(Value::as_u64) != Some(ElementType::Merge.number().into()) {
                continue;
            }
            let inside = element.get("merge_elem_message_array").and_then(Value::as_array).into_iter().flatten();
            open.extend(inside.map(|message| (message, above + 1)));
            let known = element.get(LEVELS_KEY).and_then(Value::as_u64).unwrap_or(1);
            deepest = deepest.max(above.saturating_add(known));
        }
    }
    deepest
}

impl Shared {
    /// Carries the bundles of a message that is sent.
    pub(super) async fn upload_bundles(&self, message: &Message, deadline: u64, flight: &Flight) -> Result<(), SessionError> {
        for element in message.body.elements() {
            let Element::Merge(merge) = element else { continue };
            // One that came in a message of another is with the transport already.
            let Some(path) = hash_of(&merge.relay_json_key).map(|hash| self.bridge.archive().media_path(hash)).filter(|path| path.exists())
            else {
                continue;
            };
            self.carry_until_there(deadline, flight, || self.transport.put(&path, Progress::none())).await?;
        }
        Ok(())
    }

    /// The messages of a bundle as JSON: from the archive, else from the transport.
    async fn bundle(&self, address: &str, hash: MediaHash) -> Result<Vec<u8>, SessionError> {
        let path = self.bridge.archive().media_path(hash);
        if tokio::fs::try_exists(&path).await.unwrap_or(false) {
            return tokio::fs::read(&path).await.map_err(|source| SessionError::File { path, source });
        }
        let mut stream = self.transport.get(address, 0).await?;
        let mut bytes = Vec::new();
        while let Some(piece) = stream.bytes.try_next().await.map_err(SessionError::from)? {
            bytes.extend(piece);
            if bytes.len() as u64 > BUNDLE_BYTES {
                return Err(SessionError::DamagedBundle);
            }
        }
        match MediaHash::of(bytes.as_slice()) {
            Ok(found) if found == hash => Ok(bytes),
            _ => Err(TransportError::UnknownMedia.into()),
        }
    }
}
