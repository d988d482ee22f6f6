//! Own messages on their way: queued, settled, in any order and after a crash.

use crate::archive::history::Order;
use crate::archive::moves::Outcome;
use crate::archive::testing::{assert_clean, bob, fresh, kinds, listed, ops, options};
use crate::archive::{HistoryRequest, Purge, Refusal, SearchRequest};
use crate::model::{Body, ConversationId, Message, Status};
use crate::query::Expr;
use crate::store::ChangeKind;
use crate::{Archive, MediaHash};

use super::{OutboxNo, Waiting};

fn own(conversation: &ConversationId, time: u64, rand: u32, text: &str) -> Message {
    let mut message = Message::text("me", time, text).in_conversation(conversation);
    message.server_time = 0;
    message.rand = rand;
    message
}

fn queue(archive: &Archive, message: Message) -> Waiting {
    archive.queue(vec![(message, 1_000)]).unwrap().remove(0).unwrap()
}

fn settle(archive: &Archive, no: OutboxNo, outcome: Outcome) -> Option<Message> {
    archive.settle(vec![(no, outcome)]).unwrap().remove(0)
}

fn sent(server_time: u64, seq: Option<u64>) -> Outcome {
    Outcome::Sent { server_time, seq, body: None }
}

fn found(archive: &Archive, word: &str) -> usize {
    let answer = archive.search(&SearchRequest::new(Expr::word(word))).unwrap();
    assert!(answer.coverage.complete);
    answer.hits.len()
}

#[test]
fn a_queued_message_is_in_history_and_search_and_waits() {
    let (_folder, archive) = fresh();
    let waiting = queue(&archive, own(&bob(), 5, 7, "hello"));
    assert_eq!(waiting.message.id_text(), "me-5-7");
    assert_eq!(archive.find(&["me-5-7"]).unwrap(), std::slice::from_ref(&waiting.message));
    assert_eq!((waiting.message.status, waiting.message.seq), (Some(Status::Sending), 1));
    assert_eq!((listed(&archive, &bob()), found(&archive, "hello")), (vec!["hello".to_owned()], 1));
    let again = archive.waiting().unwrap();
    assert_eq!((again.len(), again[0].no, again[0].deadline), (1, waiting.no, 1_000));
    assert_eq!(again[0].message, waiting.message);
    assert_clean(&archive);
}

#[test]
fn the_outbox_survives_reopening_in_order() {
    let (folder, archive) = fresh();
    for (time, text) in [(9, "one"), (5, "two"), (7, "three")] {
        queue(&archive, own(&bob(), time, 1, text));
    }
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    let waiting = archive.waiting().unwrap();
    let texts: Vec<String> = waiting.iter().flat_map(|waiting| waiting.message.texts()).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    let next = queue(&archive, own(&bob(), 1, 1, "four"));
    assert!(next.no > waiting[2].no);
    settle(&archive, waiting[1].no, sent(6, None)).unwrap();
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    assert_eq!(archive.waiting().unwrap().len(), 3);
    assert_clean(&archive);
}

#[test]
fn a_known_id_is_refused_alone() {
    let (_folder, archive) = fresh();
    queue(&archive, own(&bob(), 1, 1, "one"));
    let results =
        archive.queue(vec![(own(&ops(), 1, 1, "again"), 0), (own(&bob(), 2, 2, "two"), 0), (own(&bob(), 2, 2, "two"), 0)]).unwrap();
    let taken: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [false, true, false]);
    assert!(matches!(results[0], Err(Refusal::Known)));
    assert_eq!(archive.waiting().unwrap().len(), 2);
    let mut homeless = own(&bob(), 3, 3, "x");
    homeless.conversation = None;
    assert!(matches!(archive.queue(vec![(homeless, 0)]).unwrap()[0], Err(Refusal::NoConversation)));
}

#[test]
fn a_sent_message_goes_to_the_place_that_the_other_side_gave_it() {
    let (_folder, archive) = fresh();
    let mut follower = archive.follow(None).unwrap();
    let waiting = queue(&archive, own(&ops(), 50, 7, "mine"));
    archive.annotate("me-50-7", Some(3), None).unwrap();
    let hash = archive.attach("me-50-7", &b"picture"[..]).unwrap();
    let body = Body::of_text("mine, uploaded");
    let message = settle(&archive, waiting.no, Outcome::Sent { server_time: 40, seq: Some(12), body: Some(body) }).unwrap();
    assert_eq!((message.server_time, message.client_time, message.seq, message.status), (40, 50, 12, Some(Status::Sent)));
    assert_eq!((message.texts(), message.body.get("message_custom_int")), (vec!["mine, uploaded".to_owned()], Some(3.into())));
    assert_eq!(archive.find(&["me-50-7"]).unwrap(), [message]);
    assert_eq!((found(&archive, "mine"), found(&archive, "uploaded")), (1, 1));
    assert_eq!(archive.history_of_seqs(&ops(), &[12]).unwrap().len(), 1);
    assert!(archive.history_of_seqs(&ops(), &[1]).unwrap().is_empty());
    assert!(archive.waiting().unwrap().is_empty());
    use ChangeKind::{Annotated, Moved, Queued, Sent};
    assert_eq!(kinds(&mut follower), [Queued, Annotated, Annotated, Moved, Sent]);
    assert_clean(&archive);
    archive.purge(&ops(), Purge::All).unwrap();
    assert!(archive.media(MediaHash::from_hex(&hash.to_string()).unwrap()).is_err(), "its file went with it");
    assert_clean(&archive);
}

#[test]
fn an_outcome_that_comes_twice_changes_nothing() {
    let (_folder, archive) = fresh();
    let waiting = queue(&archive, own(&bob(), 5, 7, "hello"));
    let twice = archive.settle(vec![(waiting.no, sent(8, None)), (waiting.no, Outcome::Failed)]).unwrap();
    assert_eq!((twice[0].as_ref().unwrap().status, &twice[0]), (Some(Status::Sent), &twice[1]));
    let head = archive.journal_head();
    assert_eq!(settle(&archive, waiting.no, sent(99, None)), twice[0]);
    assert_eq!(settle(&archive, OutboxNo(77), sent(99, None)), None);
    assert_eq!(archive.journal_head(), head);
}

#[test]
fn failed_and_cancelled_messages_stay_in_history_and_search() {
    let (_folder, archive) = fresh();
    let mut follower = archive.follow(None).unwrap();
    let (one, two) = (queue(&archive, own(&bob(), 5, 1, "cat one")), queue(&archive, own(&bob(), 6, 2, "cat two")));
    let settled = archive.settle(vec![(one.no, Outcome::Failed), (two.no, Outcome::Cancelled)]).unwrap();
    let statuses: Vec<Option<Status>> = settled.iter().map(|message| message.as_ref().unwrap().status).collect();
    assert_eq!(statuses, [Some(Status::Failed), Some(Status::Cancelled)]);
    assert_eq!((listed(&archive, &bob()).len(), found(&archive, "cat")), (2, 2));
    assert_eq!(kinds(&mut follower)[2..], [ChangeKind::Failed, ChangeKind::Cancelled]);
    assert_clean(&archive);
}

#[test]
fn the_last_message_is_right_whatever_the_senders_clock_says() {
    let (_folder, archive) = fresh();
    let mut theirs = Message::text("bob", 100, "theirs");
    theirs.is_read = Some(false);
    archive.save(&bob(), theirs.clone()).unwrap();
    // A year ahead, a year behind.
    let ahead = queue(&archive, own(&bob(), 1_000_000, 1, "ahead"));
    let behind = queue(&archive, own(&bob(), 1, 2, "behind"));
    archive.mark_read(super::super::ReadUpTo::All).unwrap();
    let last = || archive.conversation(&bob()).unwrap().unwrap().last_message.unwrap().texts().remove(0);
    assert_eq!(last(), "ahead");
    settle(&archive, ahead.no, sent(50, None)).unwrap();
    assert_eq!(last(), "theirs");
    settle(&archive, behind.no, sent(101, None)).unwrap();
    assert_eq!(last(), "behind");
    theirs.client_time = 102;
    theirs.server_time = 102;
    archive.save(&bob(), theirs).unwrap();
    assert_eq!(archive.total_unread(), 1, "a read mark does not follow a clock that is ahead");
    assert_clean(&archive);
}

#[test]
fn a_place_that_is_taken_leaves_the_message_where_it_was() {
    let (_folder, archive) = fresh();
    let mut theirs = Message::text("alice", 9, "theirs");
    (theirs.seq, theirs.rand) = (3, 7);
    archive.save(&ops(), theirs).unwrap();
    let waiting = queue(&archive, own(&ops(), 5, 7, "mine"));
    let message = settle(&archive, waiting.no, sent(9, Some(3))).unwrap();
    assert_eq!((message.status, message.server_time, message.seq), (Some(Status::Sent), 5, 4));
    assert_eq!(listed(&archive, &ops()), ["mine", "theirs"]);
    assert_clean(&archive);
}

#[test]
fn what_was_deleted_or_recalled_while_it_waited_stays_that() {
    let (_folder, archive) = fresh();
    let (one, two, three) = (
        queue(&archive, own(&bob(), 5, 1, "cat one")),
        queue(&archive, own(&bob(), 6, 2, "cat two")),
        queue(&archive, own(&bob(), 7, 3, "cat three")),
    );
    archive.delete(&bob(), &["me-5-1"]).unwrap();
    archive.recall("me-6-2").unwrap();
    archive.purge(&bob(), Purge::Ids(&["me-7-3"])).unwrap();
    assert_eq!(archive.waiting().unwrap().len(), 2, "a purged message does not wait");
    assert_clean(&archive);
    let settled = archive.settle(vec![(one.no, sent(8, None)), (two.no, sent(9, None)), (three.no, sent(10, None))]).unwrap();
    let seen: Vec<Option<(u64, Option<Status>)>> =
        settled.iter().map(|message| message.as_ref().map(|message| (message.server_time, message.status))).collect();
    assert_eq!(seen, [Some((8, Some(Status::Deleted))), Some((9, Some(Status::Recalled))), None]);
    assert_eq!(found(&archive, "cat"), 0);
    assert!(archive.waiting().unwrap().is_empty());
    assert_clean(&archive);
}

#[test]
fn a_cleared_or_deleted_conversation_has_nothing_in_the_outbox() {
    let (folder, archive) = fresh();
    queue(&archive, own(&bob(), 5, 1, "one"));
    queue(&archive, own(&ops(), 5, 2, "two"));
    archive.clear(&bob()).unwrap();
    assert_eq!(archive.waiting().unwrap().len(), 1);
    archive.delete_conversation(&ops()).unwrap();
    assert!(archive.waiting().unwrap().is_empty());
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    assert!(archive.waiting().unwrap().is_empty());
    assert_clean(&archive);
}

#[test]
fn a_check_names_a_row_of_the_outbox_without_a_message() {
    let (_folder, archive) = fresh();
    let waiting = queue(&archive, own(&bob(), 5, 1, "one"));
    let mut write = archive.store().write().unwrap();
    let key = write.key_waiting(waiting.no.0).unwrap();
    write.wait(key, 0).unwrap();
    archive.commit(write).unwrap();
    let report = archive.check().unwrap();
    assert_eq!(report.findings[0].what, "1 of 2 rows of the outbox belong to no message that waits");
    // One that was imported with the status of a message on its way is none of the outbox's.
    let mut imported = own(&ops(), 9, 9, "x");
    imported.status = Some(Status::Sending);
    archive.save(&ops(), imported).unwrap();
    assert_eq!(archive.check().unwrap().findings.len(), 1);
}

#[test]
fn an_unsent_message_is_not_read_by_the_peer_whatever_its_clock_says() {
    let (_folder, archive) = fresh();
    archive.save(&bob(), Message::text("bob", 100, "theirs")).unwrap();
    let waiting = queue(&archive, own(&bob(), 1, 1, "mine"));
    archive.mark_peer_read(&bob(), 100).unwrap();
    assert_eq!(archive.find(&["me-1-1"]).unwrap()[0].is_peer_read, Some(false));
    assert_eq!(settle(&archive, waiting.no, sent(101, None)).unwrap().is_peer_read, Some(false));
    archive.mark_peer_read(&bob(), 101).unwrap();
    assert_eq!(archive.find(&["me-1-1"]).unwrap()[0].is_peer_read, Some(true));
}

#[test]
fn pages_of_history_and_a_new_index_see_moved_messages_once() {
    let (_folder, archive) = fresh();
    let waiting: Vec<Waiting> = (0..50).map(|number| queue(&archive, own(&ops(), 1_000 - number, 1 + number as u32, "cat"))).collect();
    let outcomes = waiting.iter().zip(1..).map(|(waiting, seq)| (waiting.no, sent(seq, Some(seq)))).collect();
    archive.settle(outcomes).unwrap();
    let request = HistoryRequest { order: Order::OldestFirst, limit: 100, ..HistoryRequest::default() };
    let seqs: Vec<u64> = archive.history(&ops(), &request).unwrap().messages.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=50).collect::<Vec<u64>>());
    assert_eq!(found_all(&archive), 50);
    archive.reindex();
    assert!(archive.wait_until_reindexed());
    assert_eq!(found_all(&archive), 50);
    assert_clean(&archive);
}

fn found_all(archive: &Archive) -> usize {
    archive.search(&SearchRequest { limit: 1_000, ..SearchRequest::new(Expr::word("cat")) }).unwrap().hits.len()
}
