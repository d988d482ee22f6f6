//! What every function of an archive does, seen through its public face.

mod backup;
mod compact;
mod conversations;
mod edit;
mod find;
mod follow;
mod history;
mod import;
mod index;
mod journal;
mod media;
mod open;
mod remove;
mod tim;

use mynah::Archive;
use mynah::archive::{ArchiveOptions, HistoryRequest, Order, SearchRequest};
use mynah::model::{ConversationId, Message};
use mynah::query::Expr;

/// How tests open archives: as the account `me`, with little memory.
pub(crate) fn options() -> ArchiveOptions {
    ArchiveOptions::new().account("me").memory_mib(64)
}

/// A new archive in a folder that goes with it.
pub(crate) fn fresh() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = options().open(folder.path().join("archive")).unwrap();
    (folder, archive)
}

/// The group that most stories take place in.
pub(crate) fn ops() -> ConversationId {
    ConversationId::group("ops").unwrap()
}

/// A talk with one peer.
pub(crate) fn bob() -> ConversationId {
    ConversationId::c2c("bob").unwrap()
}

/// A message of one text.
pub(crate) fn said(sender: &str, time: u64, text: &str) -> Message {
    Message::text(sender, time, text)
}

/// A message that came in and was not read.
pub(crate) fn unread(sender: &str, time: u64, text: &str) -> Message {
    let mut message = said(sender, time, text);
    message.is_read = Some(false);
    message
}

/// Saves a message and returns its id.
pub(crate) fn save(archive: &Archive, conversation: &ConversationId, message: Message) -> String {
    archive.save(conversation, message).unwrap().id_text()
}

/// All texts of messages, in their order.
pub(crate) fn texts<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<String> {
    messages.into_iter().flat_map(Message::texts).collect()
}

/// The texts of a conversation, oldest first.
pub(crate) fn history(archive: &Archive, conversation: &ConversationId) -> Vec<String> {
    let request = HistoryRequest { order: Order::OldestFirst, limit: usize::MAX, ..HistoryRequest::default() };
    texts(&archive.history(conversation, &request).unwrap().messages)
}

/// The texts that a complete search finds, newest first.
#[track_caller]
pub(crate) fn found(archive: &Archive, expr: Expr) -> Vec<String> {
    let answer = archive.search(&SearchRequest { limit: 10_000, count: true, ..SearchRequest::new(expr) }).unwrap();
    assert!(answer.coverage.complete, "the search is not complete");
    assert_eq!(answer.total, Some(answer.hits.len() as u64), "the count is another than the number of hits");
    texts(answer.hits.iter().map(|hit| &hit.message))
}

/// Asserts that a check of the whole archive finds nothing.
#[track_caller]
pub(crate) fn assert_clean(archive: &Archive) {
    let report = archive.check().unwrap();
    assert_eq!(report.findings, [], "{report:?}");
}
