//! A hub full of messages for one account, made up from a seed.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;
use mynah::model::{ConversationId, ConversationKind, Message};
use mynah::transport::loopback::{Hub, HubOptions};
use mynah::transport::{Parcel, Transport};

use crate::{Result, generate};

/// The account for which the messages wait.
pub(crate) const ACCOUNT: &str = "me";
const SEED: u64 = 1;
/// People who talk in one group.
const MEMBERS: u64 = 25;
/// Messages that are published at once, so that they share a sync of the hub.
const AT_ONCE: usize = 64;

/// Makes a hub in `folder` in which `count` messages wait for [`ACCOUNT`]; `file` takes them meanwhile.
pub(crate) async fn fill(folder: &Path, file: &Path, count: u64) -> Result<()> {
    generate::write(file, count, SEED)?;
    // The hub's clock shows the time of the message that it takes.
    let clock = Arc::new(AtomicU64::new(0));
    let hub = {
        let clock = Arc::clone(&clock);
        Hub::open_with_options(folder, HubOptions::new().clock(Arc::new(move || clock.load(Ordering::Relaxed))))?
    };
    let mut lines = BufReader::new(File::open(file)?).lines();
    let mut number = 0;
    loop {
        let mut taken = Vec::with_capacity(AT_ONCE);
        for line in lines.by_ref().take(AT_ONCE) {
            number += 1;
            let message = as_sent(Message::from_json(&line?)?, number);
            clock.store(message.client_time, Ordering::Relaxed);
            taken.push(publish(&hub, message)?);
        }
        if taken.is_empty() {
            break;
        }
        for acknowledged in join_all(taken).await {
            acknowledged?;
        }
    }
    Ok(fs::remove_file(file)?)
}

/// The message as its sender hands it over: with an id, said by somebody who can say it there.
fn as_sent(mut message: Message, number: u32) -> Message {
    if let Some(conversation) = &message.conversation {
        message.sender = match conversation.kind() {
            ConversationKind::C2c => conversation.id().to_owned(),
            ConversationKind::Group => format!("{}-{}", conversation.id(), number as u64 * 7 % MEMBERS),
        };
    }
    message.rand = number;
    message.server_time = 0;
    message
}

fn publish(hub: &Hub, message: Message) -> Result<impl Future<Output = Result<()>>> {
    let conversation = message.conversation.clone().ok_or("a message without conversation")?;
    let to = match conversation.kind() {
        ConversationKind::C2c => ConversationId::c2c(ACCOUNT)?,
        ConversationKind::Group => {
            hub.join(conversation.id(), ACCOUNT)?;
            hub.join(conversation.id(), &message.sender)?;
            conversation
        }
    };
    let end = hub.account(&message.sender);
    Ok(async move { Ok(end.publish(Parcel::Message { to, message }).await.map(drop)?) })
}
