//! What the tests inside the archive share.

use super::history::Order;
use super::{Archive, ArchiveOptions, Follower, HistoryRequest};
use crate::model::{ConversationId, Message};
use crate::store::ChangeKind;

/// How tests open archives: as the account `me`, with little memory.
pub(super) fn options() -> ArchiveOptions {
    ArchiveOptions::new().account("me").memory_mib(64)
}

/// A new archive in a folder that goes with it.
pub(super) fn fresh() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = options().open(folder.path().join("archive")).unwrap();
    (folder, archive)
}

/// The group that most stories take place in.
pub(super) fn ops() -> ConversationId {
    ConversationId::group("ops").unwrap()
}

/// A talk with one peer.
pub(super) fn bob() -> ConversationId {
    ConversationId::c2c("bob").unwrap()
}

/// The texts of a conversation, oldest first.
pub(super) fn listed(archive: &Archive, conversation: &ConversationId) -> Vec<String> {
    let request = HistoryRequest { order: Order::OldestFirst, limit: usize::MAX, ..HistoryRequest::default() };
    archive.history(conversation, &request).unwrap().messages.iter().flat_map(Message::texts).collect()
}

/// What a follower has not read yet.
pub(super) fn kinds(follower: &mut Follower) -> Vec<ChangeKind> {
    follower.read(usize::MAX).unwrap().iter().map(|change| change.kind).collect()
}

/// Asserts that a check of the whole archive finds nothing.
#[track_caller]
pub(super) fn assert_clean(archive: &Archive) {
    let report = archive.check().unwrap();
    assert_eq!(report.findings, [], "{report:?}");
}
