//! Taking in what waits in a hub, until searches find it; and importing the same messages, which is what it is held against.

use std::path::Path;
use std::time::{Duration, Instant};

use mynah::Archive;
use mynah::archive::{ArchiveOptions, ImportOptions};
use mynah::model::Message;
use mynah::session::SessionOptions;
use mynah::transport::loopback::Hub;
use mynah::transport::{Incoming, Transport};

use crate::fill::ACCOUNT;
use crate::step::Outcome;
use crate::{Result, measure};

/// Messages that are asked of the hub at once.
const AT_ONCE: usize = 10_000;
/// Longer than any wait for the next change.
const PATIENCE: Duration = Duration::from_secs(60);

/// Logs in with an empty archive, and waits until all messages are in it and found.
pub(crate) async fn receive(hub: &Path, folder: &Path, count: u64) -> Result<Outcome> {
    let hub = Hub::open(hub)?;
    let (bytes_before, _) = measure::memory_bytes();
    // A device that has received nothing yet.
    let end = hub.device(ACCOUNT, &folder.to_string_lossy());
    let start = Instant::now();
    let session = SessionOptions::new().login(folder, end).await?;
    let archive = session.archive().clone();
    let waiting = tokio::task::spawn_blocking(move || {
        let mut head = archive.journal_head();
        while head.0 < count && archive.wait_for_change(head, PATIENCE) {
            head = archive.journal_head();
        }
        archive.wait_until_indexed();
        let taken = start.elapsed();
        check(&archive, count).map(|()| taken)
    });
    let taken = waiting.await??;
    session.logout().await;
    Ok(Outcome::of(taken, bytes_before))
}

/// Imports the same messages from memory into an empty archive, as durable as the other one at the end.
pub(crate) async fn import(hub: &Path, folder: &Path, count: u64) -> Result<Outcome> {
    let messages = messages(&Hub::open(hub)?, folder, count).await?;
    let (bytes_before, _) = measure::memory_bytes();
    let start = Instant::now();
    let archive = ArchiveOptions::new().account(ACCOUNT).open(folder)?;
    let mut importer = archive.importer(ImportOptions { strict: true, ..ImportOptions::default() });
    for message in messages {
        importer.add(message)?;
    }
    importer.finish()?;
    archive.wait_until_indexed();
    let taken = start.elapsed();
    check(&archive, count)?;
    Ok(Outcome::of(taken, bytes_before))
}

async fn messages(hub: &Hub, folder: &Path, count: u64) -> Result<Vec<Message>> {
    let end = hub.device(ACCOUNT, &folder.to_string_lossy());
    let mut messages = Vec::new();
    while (messages.len() as u64) < count {
        let delivery = end.receive(AT_ONCE).await?;
        messages.extend(delivery.incoming.into_iter().filter_map(|incoming| match incoming {
            Incoming::Message(message) => Some(message),
            _ => None,
        }));
    }
    Ok(messages)
}

/// A rate of messages that are not there would be none.
fn check(archive: &Archive, count: u64) -> Result<()> {
    let stats = archive.stats()?;
    if (stats.messages, stats.indexed) == (count, count) {
        return Ok(());
    }
    Err(format!("{} messages and {} documents are there, {count} were given", stats.messages, stats.indexed).into())
}
