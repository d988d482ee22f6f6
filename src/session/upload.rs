//! Files of messages that are sent: kept by their content before the message is written, carried before it leaves.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::flight::Flight;
use super::{Event, SessionError, Shared, merged, parts};
use crate::MediaHash;
use crate::archive::{ArchiveError, KeptMedia};
use crate::model::{Body, Element, ElementType, Message};
use crate::transport::{Media, Progress};

impl Shared {
    /// Copies the local files of a message into the archive, so that what is sent is what they held when it was given, and notes hash, size
    /// and name in the elements. What is returned with the message is to be held until the message is written.
    pub(super) async fn stage(&self, message: Message) -> Result<(Message, Vec<KeptMedia>), SessionError> {
        if !parts::may_have(&message.body) && !message.body.types().contains(ElementType::Merge) {
            return Ok((message, Vec::new()));
        }
        self.bridge
            .run(move |archive| {
                let mut message = message;
                let mut elements = message.body.elements();
                let mut kept = merged::stage(archive, &mut elements)?;
                for element in &mut elements {
                    for mut part in parts::of(element) {
                        let Some(path) = part.to_send().map(PathBuf::from) else { continue };
                        let bytes = part.measure(&path)?;
                        let content = fs::File::open(&path).map_err(|source| SessionError::File { path: path.clone(), source })?;
                        let media = archive.keep_media(content)?;
                        *part.id = media.hash().to_string();
                        part.size.set(bytes);
                        if let Some(name) = part.name.filter(|name| name.is_empty()) {
                            *name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                        }
                        kept.push(media);
                    }
                }
                if !kept.is_empty() {
                    let hashes: Vec<Value> = kept.iter().map(|media| Value::from(media.hash().to_string())).collect();
                    parts::replace(&mut message.body, &elements).map_err(ArchiveError::from)?;
                    message.body.set("mynah_media", Some(Value::from(hashes))).map_err(ArchiveError::from)?;
                }
                Ok((message, kept))
            })
            .await
    }

    /// Carries the files of a message and returns its body with their addresses; `None` when it has none to carry.
    pub(super) async fn upload(&self, message: &Message, deadline: u64, flight: &Flight) -> Result<Option<Body>, SessionError> {
        let mut elements = message.body.elements();
        let mut carried = false;
        for (index, element) in elements.iter_mut().enumerate() {
            let mut main = None;
            for mut part in parts::of(element) {
                if part.to_send().is_none() {
                    continue;
                }
                let Some(hash) = MediaHash::from_hex(part.id) else { continue };
                let media = self.upload_one(&flight.id, index, hash, deadline, flight).await?;
                part.size.set(media.size);
                part.url.clone_from(&media.address);
                carried = true;
                main.get_or_insert(media);
            }
            if let Some(media) = main {
                offer_every_size(element, &media);
            }
        }
        if !carried {
            return Ok(None);
        }
        let mut body = message.body.clone();
        parts::replace(&mut body, &elements).map_err(ArchiveError::from)?;
        Ok(Some(body))
    }

    async fn upload_one(&self, id: &str, element: usize, hash: MediaHash, deadline: u64, flight: &Flight) -> Result<Media, SessionError> {
        let path = self.bridge.archive().media_path(hash);
        let (live, id) = (self.live.clone(), id.to_owned());
        let progress = Progress::new(move |current, total| {
            // Nobody may be listening.
            let _ = live.send(Event::Upload { id: id.clone(), element, current, total });
        });
        self.carry_until_there(deadline, flight, || self.transport.put(&path, progress.clone())).await
    }
}

/// A picture is carried in one size, which stands for all three.
fn offer_every_size(element: &mut Element, media: &Media) {
    if let Element::Image(_) = element {
        let id = parts::of(element).first().map(|part| part.id.clone()).unwrap_or_default();
        for mut part in parts::of(element) {
            if part.url.is_empty() {
                part.id.clone_from(&id);
                part.url.clone_from(&media.address);
                part.size.set(media.size);
            }
        }
    }
}
