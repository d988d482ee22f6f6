//! What comes in: in any order, twice, from both ends.

use super::{Arrival, Received};
use crate::Archive;
use crate::archive::import::now;
use crate::archive::moves::Outcome;
use crate::archive::testing::{assert_clean, bob, fresh, kinds, listed, ops, options};
use crate::archive::{Purge, ReadUpTo, Refusal, SearchRequest};
use crate::model::{Body, ConversationId, Message, MessageId, ReceiveOption, Status, limits};
use crate::query::Expr;
use crate::store::ChangeKind;

/// A message of a group as it arrives: time, seq and rand are the same number.
fn said(sender: &str, number: u64, text: &str) -> Message {
    let mut message = Message::text(sender, number, text).in_conversation(&ops());
    (message.seq, message.rand) = (number, number as u32);
    message
}

fn id(sender: &str, number: u64) -> String {
    format!("{sender}-{number}-{number}")
}

fn message(message: Message) -> Arrival {
    Arrival::Message { message, unread: true }
}

fn recall(conversation: &ConversationId, id: &str) -> Arrival {
    let (by, reason) = ("alice".to_owned(), Some("typo".to_owned()));
    Arrival::Recall { conversation: conversation.clone(), id: id.to_owned(), by, reason }
}

fn edit(id: &str, version: u64, text: &str) -> Arrival {
    edit_by("alice", id, version, text)
}

fn edit_by(by: &str, id: &str, version: u64, text: &str) -> Arrival {
    Arrival::Edit { conversation: ops(), id: id.to_owned(), by: by.to_owned(), version, body: Body::of_text(text) }
}

#[track_caller]
fn receive(archive: &Archive, arrivals: Vec<Arrival>) -> (u64, u64) {
    let Received { new, known, refused } = archive.receive(arrivals).unwrap();
    assert!(refused.is_empty(), "{refused:?}");
    (new, known)
}

fn find(archive: &Archive, id: &str) -> Message {
    archive.find(&[id]).unwrap().pop().unwrap()
}

fn found(archive: &Archive, word: &str) -> usize {
    let answer = archive.search(&SearchRequest::new(Expr::word(word))).unwrap();
    assert!(answer.coverage.complete);
    answer.hits.len()
}

/// Everything that can be seen of a message, but for what depends on when it came.
fn seen(archive: &Archive, id: &str) -> (Option<Status>, String, u64, u64) {
    let message = find(archive, id);
    (message.status, message.body.as_json().to_owned(), archive.total_unread(), archive.conversations().unwrap().len() as u64)
}

#[test]
fn what_arrives_is_unread_found_and_told_as_received() {
    let (_folder, archive) = fresh();
    let mut follower = archive.follow(None).unwrap();
    let mut one = said("alice", 1, "cat one");
    // What its sender saw of it, and what only its sender's archive knows, is nothing to this one.
    (one.is_from_self, one.is_read, one.is_peer_read, one.status) = (Some(true), Some(true), Some(true), Some(Status::Sending));
    one.body.set("message_custom_int", Some(5.into())).unwrap();
    one.body.set("mynah_media", Some(serde_json::json!(["00"]))).unwrap();
    let silent = Arrival::Message { message: said("alice", 2, "cat two"), unread: false };
    assert_eq!(receive(&archive, vec![message(one), silent]), (2, 0));
    assert_eq!((archive.total_unread(), found(&archive, "cat")), (1, 2));
    let kept = find(&archive, &id("alice", 1));
    assert_eq!((kept.status, kept.is_from_self, kept.is_read), (Some(Status::Sent), Some(false), Some(false)));
    assert_eq!(kept.body.as_json(), Body::of_text("cat one").as_json());
    assert_eq!(kinds(&mut follower), [ChangeKind::Received; 2]);
    assert_clean(&archive);
}

#[test]
fn what_arrives_again_changes_nothing() {
    let (_folder, archive) = fresh();
    let arrivals = || {
        vec![
            message(said("alice", 1, "one")),
            message(said("me", 2, "two")),
            edit(&id("alice", 1), 1, "won"),
            recall(&ops(), &id("me", 2)),
            Arrival::Read { conversation: ops(), up_to: 1 },
            Arrival::PeerRead { conversation: bob(), up_to: 7 },
            message(said("alice", 1, "one")),
        ]
    };
    assert_eq!(receive(&archive, arrivals()), (2, 1));
    let head = archive.journal_head();
    assert_eq!(receive(&archive, arrivals()), (0, 3));
    assert_eq!(archive.journal_head(), head);
    assert_eq!(archive.total_unread(), 0);
    assert_clean(&archive);
}

#[test]
fn an_own_message_from_another_device_is_sent_and_read() {
    let (_folder, archive) = fresh();
    receive(&archive, vec![message(said("me", 1, "mine"))]);
    let kept = find(&archive, &id("me", 1));
    assert_eq!((kept.status, kept.is_from_self, kept.is_peer_read), (Some(Status::Sent), Some(true), Some(false)));
    assert_eq!(archive.total_unread(), 0);
}

#[test]
fn an_own_message_that_comes_back_is_its_acknowledgement() {
    for settled in [None, Some(Outcome::Failed), Some(Outcome::Cancelled)] {
        let (_folder, archive) = fresh();
        let mut mine = said("me", 5, "mine");
        (mine.client_time, mine.seq) = (3, 0);
        let waiting = archive.queue(vec![(mine.clone(), 9)]).unwrap().remove(0).unwrap();
        let before = settled.is_none();
        if let Some(outcome) = settled {
            archive.settle(vec![(waiting.no, outcome)]).unwrap();
        }
        let mut back = mine.clone();
        (back.server_time, back.seq, back.body) = (70, 12, Body::of_text("mine, uploaded"));
        // Others say something in the same delivery, before and behind it.
        let delivery = || vec![message(said("alice", 60, "x")), message(back.clone()), message(said("alice", 65, "y"))];
        assert_eq!(receive(&archive, delivery()), (2, 1));
        let kept = find(&archive, &mine.id_text());
        assert_eq!((kept.status, kept.server_time, kept.seq, kept.client_time), (Some(Status::Sent), 70, 12, 3));
        assert_eq!(kept.texts(), ["mine, uploaded"]);
        assert_eq!(archive.conversation(&ops()).unwrap().unwrap().last_message.unwrap().id_text(), mine.id_text());
        assert!(archive.waiting().unwrap().is_empty());
        if before {
            let elsewhere = Outcome::Sent { server_time: 71, seq: Some(13), body: None };
            for outcome in [Outcome::Failed, Outcome::Cancelled, elsewhere] {
                let late = archive.settle(vec![(waiting.no, outcome)]).unwrap().remove(0).unwrap();
                assert_eq!(late, kept, "what was acknowledged is no failure any more");
            }
        }
        assert_eq!(receive(&archive, delivery()), (0, 3));
        assert_clean(&archive);
    }
}

#[test]
fn an_own_message_that_was_given_up_goes_to_its_place_whatever_became_of_it_before_it_comes_back() {
    for status in [Status::Recalled, Status::Deleted] {
        let (_folder, archive) = fresh();
        let mut mine = said("me", 5, "mine");
        (mine.client_time, mine.seq) = (3, 0);
        let waiting = archive.queue(vec![(mine.clone(), 9)]).unwrap().remove(0).unwrap();
        archive.settle(vec![(waiting.no, Outcome::Failed)]).unwrap();
        match status {
            Status::Recalled => drop(receive(&archive, vec![recall(&ops(), &mine.id_text())])),
            _ => drop(archive.delete(&ops(), &[&mine.id_text()]).unwrap()),
        }
        (mine.server_time, mine.seq) = (70, 12);
        for _ in 0..2 {
            assert_eq!(receive(&archive, vec![message(mine.clone())]), (0, 1));
            let kept = find(&archive, &mine.id_text());
            assert_eq!((kept.status, kept.server_time, kept.seq), (Some(status), 70, 12));
        }
        assert_clean(&archive);
    }
}

#[test]
fn what_comes_back_while_it_waits_needs_no_sync_and_anything_else_does() {
    let (_folder, archive) = fresh();
    let is_synced = || archive.store().synced_up_to() == archive.journal_head();
    let queue = |number| {
        let mine = Message { seq: 0, ..said("me", number, "mine") };
        (archive.queue(vec![(mine, 9)]).unwrap().remove(0).unwrap().no, message(said("me", number, "mine")))
    };
    let (_, back) = queue(5);
    assert!(is_synced());
    receive(&archive, vec![back]);
    assert!(!is_synced(), "after a power cut it waits again, and is sent again");

    receive(&archive, vec![message(said("alice", 6, "x"))]);
    assert!(is_synced());

    let (no, back) = queue(7);
    archive.settle(vec![(no, Outcome::Failed)]).unwrap();
    receive(&archive, vec![back]);
    assert!(is_synced(), "nothing would send it again");
}

#[test]
fn the_last_message_is_right_when_an_acknowledgement_moves_the_last_one_back() {
    let (_folder, archive) = fresh();
    let mut mine = said("me", 1_000, "mine");
    mine.seq = 0;
    archive.queue(vec![(mine.clone(), 9)]).unwrap();
    (mine.server_time, mine.seq) = (2, 2);
    receive(&archive, vec![message(said("alice", 1, "x")), message(mine), message(said("alice", 3, "last"))]);
    assert_eq!(archive.conversation(&ops()).unwrap().unwrap().last_message.unwrap().texts(), ["last"]);
    assert_clean(&archive);
}

#[test]
fn a_message_its_edits_and_its_recall_may_come_in_any_order() {
    type Make = fn() -> Arrival;
    let name = || id("alice", 1);
    let expected = {
        let (_folder, archive) = fresh();
        receive(&archive, vec![message(said("alice", 1, "one")), edit(&name(), 1, "two"), edit(&name(), 2, "three")]);
        receive(&archive, vec![recall(&ops(), &name())]);
        let seen = seen(&archive, &name());
        assert_eq!((seen.0, seen.2), (Some(Status::Recalled), 0));
        assert!(seen.1.contains("three") && seen.1.contains("\"message_revoke_reason\":\"typo\""), "{}", seen.1);
        seen
    };
    let makes: [Make; 4] = [
        || message(said("alice", 1, "one")),
        || edit("alice-1-1", 1, "two"),
        || edit("alice-1-1", 2, "three"),
        || recall(&ops(), "alice-1-1"),
    ];
    let mut orders = Vec::new();
    permute(&mut [0, 1, 2, 3], 0, &mut orders);
    for order in orders {
        for at_once in [true, false] {
            let (_folder, archive) = fresh();
            let arrivals: Vec<Arrival> = order.iter().map(|&index| makes[index]()).collect();
            match at_once {
                true => {
                    receive(&archive, arrivals);
                }
                false => {
                    for arrival in arrivals {
                        receive(&archive, vec![arrival]);
                    }
                }
            }
            let (status, body, unread, conversations) = seen(&archive, &name());
            let (same, body) = (sorted(&body), sorted(&expected.1) == sorted(&body));
            assert!(body, "{order:?} gives {same:?}");
            assert_eq!((status, unread, conversations), (expected.0, expected.2, expected.3), "{order:?}");
            assert_eq!((found(&archive, "one"), found(&archive, "three")), (0, 0));
            assert_clean(&archive);
        }
    }
}

/// The keys and values of a body, without their order.
fn sorted(body: &str) -> std::collections::BTreeMap<String, serde_json::Value> {
    serde_json::from_str(body).unwrap()
}

fn permute(items: &mut [usize; 4], from: usize, orders: &mut Vec<[usize; 4]>) {
    if from == items.len() {
        orders.push(*items);
    }
    for index in from..items.len() {
        items.swap(from, index);
        permute(items, from + 1, orders);
        items.swap(from, index);
    }
}

#[test]
fn what_came_early_survives_reopening_and_is_used_once() {
    let (folder, archive) = fresh();
    receive(&archive, vec![recall(&ops(), &id("alice", 1)), edit(&id("alice", 2), 3, "edited")]);
    assert!(archive.conversations().unwrap().is_empty(), "nothing was said yet");
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    receive(&archive, vec![message(said("alice", 1, "one"))]);
    archive.merge(vec![said("alice", 2, "two")]).unwrap();
    assert_eq!(find(&archive, &id("alice", 1)).status, Some(Status::Recalled));
    assert_eq!(listed(&archive, &ops()), ["one", "edited"]);
    assert!(archive.store().write().unwrap().is_nothing_early());
    assert_clean(&archive);
}

#[test]
fn who_recalls_in_one_conversation_takes_nothing_back_in_another() {
    let (_folder, archive) = fresh();
    receive(&archive, vec![message(said("alice", 1, "cat"))]);
    receive(&archive, vec![recall(&bob(), &id("alice", 1)), recall(&bob(), &id("alice", 2))]);
    receive(&archive, vec![message(said("alice", 2, "cat"))]);
    assert_eq!(found(&archive, "cat"), 2);
    let elsewhere = Message { conversation: Some(bob()), ..said("alice", 1, "cat") };
    let refused = archive.receive(vec![message(elsewhere)]).unwrap().refused;
    assert!(matches!(&refused[..], [(id, Refusal::IdTaken)] if id == "alice-1-1"), "{refused:?}");
}

#[test]
fn a_message_that_comes_under_the_id_of_another_does_not_displace_it() {
    let (_folder, archive) = fresh();
    let mut forged = said("mallory", 1, "forged").in_conversation(&bob());
    forged.id = Some(MessageId::new(&id("alice", 1)).unwrap());
    assert_eq!(receive(&archive, vec![message(forged.clone()), message(said("alice", 1, "real"))]), (2, 0));
    assert_eq!(find(&archive, &id("alice", 1)).texts(), ["real"]);
    assert_eq!(find(&archive, &id("mallory", 1)).texts(), ["forged"]);
    assert_eq!(archive.merge(vec![forged]).unwrap().known, 1);
    assert_clean(&archive);
}

#[test]
fn whatever_number_a_peer_counts_the_account_can_go_on_counting() {
    let (_folder, archive) = fresh();
    let from_bob = |seq, number: u64| Message { conversation: Some(bob()), seq, ..said("bob", number, "x") };
    receive(&archive, vec![message(from_bob(i64::MAX as u64, 1)), message(from_bob(5, 2))]);
    let mut seqs = Vec::new();
    for number in [2, 3] {
        let mine = Message { conversation: Some(bob()), seq: 0, ..said("me", number, "mine") };
        seqs.push(archive.queue(vec![(mine, 9)]).unwrap().remove(0).unwrap().message.seq);
    }
    assert_eq!(seqs, [limits::PEER_SEQ.max + 1, limits::PEER_SEQ.max + 2], "behind every seq that came in");
    assert_clean(&archive);
}

#[test]
fn nobody_edits_what_another_said_whichever_comes_first() {
    let (_folder, archive) = fresh();
    receive(&archive, vec![edit_by("mallory", &id("alice", 1), 9, "forged"), edit_by("mallory", "no such form", 9, "forged")]);
    assert!(archive.store().write().unwrap().is_nothing_early());
    receive(&archive, vec![message(said("alice", 1, "one")), edit_by("mallory", &id("alice", 1), 9, "forged")]);
    assert_eq!(listed(&archive, &ops()), ["one"]);
    receive(&archive, vec![edit(&id("alice", 1), 1, "won")]);
    assert_eq!(listed(&archive, &ops()), ["won"]);
}

#[test]
fn what_others_recall_or_edit_where_nothing_is_received_is_not_kept() {
    let (_folder, archive) = fresh();
    archive.set_receive_option(&ops(), ReceiveOption::NotReceive).unwrap();
    receive(&archive, vec![recall(&ops(), &id("alice", 1)), edit(&id("alice", 2), 1, "x")]);
    assert!(archive.store().write().unwrap().is_nothing_early());
    receive(&archive, vec![edit_by("me", &id("me", 3), 1, "mine"), message(said("me", 3, "teh"))]);
    assert_eq!(listed(&archive, &ops()), ["mine"], "own messages come in all the same");
}

#[test]
fn an_edit_of_what_was_deleted_here_is_not_told() {
    let (_folder, archive) = fresh();
    receive(&archive, vec![message(said("alice", 1, "one"))]);
    archive.delete(&ops(), &[&id("alice", 1)]).unwrap();
    let head = archive.journal_head();
    receive(&archive, vec![edit(&id("alice", 1), 1, "two")]);
    assert_eq!((archive.journal_head(), find(&archive, &id("alice", 1)).texts()), (head, vec!["one".to_owned()]));
}

#[test]
fn an_older_edit_changes_nothing_and_local_notes_survive_a_newer_one() {
    let (_folder, archive) = fresh();
    let name = id("alice", 1);
    receive(&archive, vec![message(said("alice", 1, "one")), edit(&name, 2, "three"), edit(&name, 1, "two")]);
    archive.annotate(&name, Some(4), Some("note")).unwrap();
    archive.attach(&name, &b"file"[..]).unwrap();
    receive(&archive, vec![edit(&name, 3, "four")]);
    let kept = find(&archive, &name);
    assert_eq!((kept.texts(), kept.body.get("message_version")), (vec!["four".to_owned()], Some(3.into())));
    assert_eq!(kept.body.get("message_custom_str"), Some("note".into()));
    assert_eq!((found(&archive, "three"), found(&archive, "four")), (0, 1));
    assert_clean(&archive);
}

#[test]
fn receipts_may_come_before_their_messages() {
    let (folder, archive) = fresh();
    let peer = |up_to| Arrival::PeerRead { conversation: bob(), up_to };
    receive(&archive, vec![peer(9), Arrival::Read { conversation: bob(), up_to: 5 }, peer(8)]);
    assert!(archive.conversations().unwrap().is_empty(), "a receipt brings no conversation into the list");
    assert_eq!(archive.journal_head().0, 0);
    assert_clean(&archive);
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    let talk = |sender: &str, number| Message { conversation: Some(bob()), seq: 0, ..said(sender, number, "x") };
    receive(&archive, [("bob", 4), ("bob", 5), ("bob", 6), ("me", 9), ("me", 10)].map(|(who, at)| message(talk(who, at))).into());
    let read = |id: &str| find(&archive, id).is_read;
    assert_eq!(["bob-5-5", "bob-6-6"].map(read), [Some(true), Some(false)]);
    assert_eq!(["me-9-9", "me-10-10"].map(|id| find(&archive, id).is_peer_read), [Some(true), Some(false)]);
    assert_eq!(archive.total_unread(), 1);
    assert_clean(&archive);
}

#[test]
fn a_read_report_of_another_device_counts_what_came_before_it_in_the_same_delivery() {
    let (_folder, archive) = fresh();
    let mut follower = archive.follow(None).unwrap();
    receive(
        &archive,
        vec![
            message(said("alice", 1, "a")),
            message(said("alice", 2, "b")),
            recall(&ops(), &id("alice", 2)),
            Arrival::Read { conversation: ops(), up_to: 1 },
            message(said("alice", 3, "c")),
        ],
    );
    assert_eq!(archive.total_unread(), 1);
    use ChangeKind::{Read, Recalled, Received};
    assert_eq!(kinds(&mut follower), [Received, Received, Recalled, Read, Received]);
    assert_clean(&archive);
}

#[test]
fn a_read_report_from_the_end_of_time_reads_nothing_of_the_day_after_tomorrow() {
    let (_folder, archive) = fresh();
    let in_two_days = now() + 2 * 24 * 60 * 60;
    let talk = |sender: &str, time| Message { conversation: Some(bob()), seq: 0, ..said(sender, time, "x") };
    receive(&archive, vec![message(talk("bob", 1)), message(talk("me", 2))]);
    let reports = |conversation: ConversationId| {
        let up_to = u64::MAX;
        vec![Arrival::PeerRead { conversation: conversation.clone(), up_to }, Arrival::Read { conversation, up_to }]
    };
    receive(&archive, reports(bob()));
    assert_eq!((find(&archive, "bob-1-1").is_read, find(&archive, "me-2-2").is_peer_read), (Some(true), Some(true)));
    let later = [talk("bob", in_two_days), talk("me", in_two_days)];
    receive(&archive, later.clone().map(message).into());
    let [theirs, mine] = later.map(|message| find(&archive, &message.id_text()));
    assert_eq!((theirs.is_read, mine.is_peer_read, archive.total_unread()), (Some(false), Some(false), 1));
    // What is there can be read, however late the own clock is.
    receive(&archive, reports(bob()));
    assert_eq!(archive.total_unread(), 0);
    assert_clean(&archive);
}

#[test]
fn roaming_history_fills_what_is_missing_and_brings_back_nothing_that_was_deleted() {
    let (_folder, archive) = fresh();
    receive(&archive, (1..=4).map(|number| message(said("alice", number, "local"))).collect());
    archive.delete(&ops(), &[&id("alice", 1)]).unwrap();
    let mut follower = archive.follow(None).unwrap();
    let mut edited = said("alice", 2, "edited");
    edited.body.set("message_version", Some(1.into())).unwrap();
    let mut recalled = said("alice", 3, "local");
    recalled.status = Some(Status::Recalled);
    recalled.body.set("message_revoker_user_id", Some("alice".into())).unwrap();
    let mut gone = said("alice", 6, "gone");
    gone.status = Some(Status::Recalled);
    let roamed = || {
        vec![
            said("alice", 1, "local"),
            edited.clone(),
            recalled.clone(),
            said("alice", 4, "local"),
            said("alice", 5, "missed"),
            gone.clone(),
        ]
    };
    let received = archive.merge(roamed()).unwrap();
    assert_eq!((received.new, received.known, received.refused.len()), (2, 4, 0));
    assert_eq!(listed(&archive, &ops()), ["edited", "local", "local", "missed", "gone"]);
    let status = |number| find(&archive, &id("alice", number)).status;
    use Status::{Deleted, Recalled, Sent};
    assert_eq!([1, 2, 3, 4, 5, 6].map(status), [Deleted, Sent, Recalled, Sent, Sent, Recalled].map(Some));
    assert_eq!(find(&archive, &id("alice", 3)).body.get("message_revoker_user_id"), Some("alice".into()));
    assert_eq!((archive.total_unread(), found(&archive, "gone")), (2, 0));
    assert_eq!(kinds(&mut follower), [ChangeKind::Edited, ChangeKind::Recalled, ChangeKind::Added, ChangeKind::Added]);
    let head = archive.journal_head();
    archive.merge(roamed()).unwrap();
    assert_eq!(archive.journal_head(), head);
    assert_clean(&archive);
}

#[test]
fn a_message_that_was_asked_for_becomes_unread_and_is_told_when_it_is_delivered_too() {
    let (folder, archive) = fresh();
    archive.merge((1..=4).map(|number| said("alice", number, "cat")).chain([said("me", 5, "mine")]).collect()).unwrap();
    assert_eq!(archive.total_unread(), 0);
    archive.delete(&ops(), &[&id("alice", 4)]).unwrap();
    receive(&archive, vec![Arrival::Read { conversation: ops(), up_to: 1 }]);
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    let mut follower = archive.follow(None).unwrap();
    let delivery = || {
        let silent = Arrival::Message { message: said("alice", 3, "cat"), unread: false };
        let mine = Arrival::Message { message: said("me", 5, "mine"), unread: false };
        vec![message(said("alice", 1, "cat")), message(said("alice", 2, "cat")), silent, message(said("alice", 4, "cat")), mine]
    };
    assert_eq!(receive(&archive, delivery()), (0, 5));
    use ChangeKind::{Moved, Received};
    assert_eq!(kinds(&mut follower), [Moved, Received].repeat(4), "what was deleted here is not told");
    let is_read = |number| find(&archive, &id("alice", number)).is_read.unwrap();
    assert_eq!(([1, 2, 3].map(is_read), archive.total_unread()), ([true, false, true], 1));
    assert_eq!(found(&archive, "cat"), 3, "each is found once");
    assert_clean(&archive);
    let head = archive.journal_head();
    assert_eq!(receive(&archive, delivery()), (0, 5));
    assert_eq!(archive.journal_head(), head);
}

#[test]
fn what_was_cleared_does_not_come_back_with_a_delivery_that_was_not_confirmed() {
    let clears: [fn(&Archive) -> u64; 4] = [
        |archive| archive.clear(&ops()).unwrap(),
        |archive| archive.delete_conversation(&ops()).unwrap(),
        |archive| archive.purge(&ops(), Purge::All).unwrap(),
        |archive| archive.purge(&ops(), Purge::Before(4)).unwrap(),
    ];
    for clear in clears {
        let (folder, archive) = fresh();
        let delivery = || vec![message(said("alice", 1, "one")), message(said("me", 2, "two")), message(said("alice", 3, "three"))];
        assert_eq!(receive(&archive, delivery()), (3, 0));
        assert_eq!(clear(&archive), 3);
        drop(archive);
        let archive = options().open(folder.path().join("archive")).unwrap();
        let head = archive.journal_head();
        assert_eq!(receive(&archive, delivery()), (0, 3));
        assert_eq!((archive.journal_head(), archive.total_unread()), (head, 0));
        receive(&archive, vec![message(said("alice", 4, "four"))]);
        assert_eq!(listed(&archive, &ops()), ["four"]);
        // Asking for history, and importing, bring it back, and not as new.
        assert_eq!(archive.merge(vec![said("alice", 3, "three")]).unwrap().new, 1);
        assert_eq!(receive(&archive, delivery()), (0, 3));
        assert_eq!(archive.import(&ops(), vec![said("alice", 1, "one")]).unwrap().new, 1);
        assert_eq!((listed(&archive, &ops()).len(), archive.total_unread()), (3, 1));
        assert_clean(&archive);
    }
}

#[test]
fn clearing_what_one_side_said_last_keeps_out_nothing_that_the_other_side_said_before() {
    let (_folder, archive) = fresh();
    receive(&archive, vec![message(said("alice", 1, "one")), message(said("me", 9, "mine"))]);
    // From the future, as files have them: it says nothing about what was delivered.
    archive.import(&ops(), vec![said("alice", 253_402_300_799, "imported")]).unwrap();
    archive.clear(&ops()).unwrap();
    receive(&archive, vec![message(said("alice", 5, "five")), message(said("me", 9, "mine"))]);
    assert_eq!(listed(&archive, &ops()), ["five"]);
    archive.purge(&ops(), Purge::Ids(&[&id("alice", 5)])).unwrap();
    receive(&archive, vec![message(said("alice", 4, "four"))]);
    assert_eq!(listed(&archive, &ops()), ["four"], "single ones say nothing about others");
    assert_clean(&archive);
}

#[test]
fn receipts_are_owed_until_they_are_sent() {
    let (folder, archive) = fresh();
    let talk = |number| Message { conversation: Some(bob()), seq: 0, ..said("bob", number, "x") };
    receive(&archive, vec![message(talk(4)), message(talk(5)), message(said("alice", 6, "y"))]);
    assert_eq!(archive.mark_read_and_owe(ReadUpTo::All).unwrap(), 3);
    assert_eq!(archive.receipts_due(), [(bob(), 5), (ops(), 6)], "of a group the account's other devices are told");
    archive.receipt_sent(&ops(), 6).unwrap();
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    assert_eq!(archive.mark_read_and_owe(ReadUpTo::All).unwrap(), 0);
    archive.receipt_sent(&bob(), 4).unwrap();
    assert_eq!(archive.receipts_due(), [(bob(), 5)], "more was read while the receipt was on its way");
    archive.receipt_sent(&bob(), 5).unwrap();
    assert!(archive.receipts_due().is_empty());
    archive.mark_read_and_owe(ReadUpTo::All).unwrap();
    assert!(archive.receipts_due().is_empty(), "a mark that does not move owes nothing");
}

#[test]
fn a_message_that_cannot_be_taken_is_named_and_costs_the_others_nothing() {
    let (_folder, archive) = fresh();
    let mut homeless = said("alice", 1, "x");
    homeless.conversation = None;
    let received = archive.receive(vec![message(homeless), message(said("alice", 2, "y"))]).unwrap();
    assert!(matches!(&received.refused[..], [(id, Refusal::NoConversation)] if id == "alice-1-1"));
    assert_eq!((received.new, listed(&archive, &ops())), (1, vec!["y".to_owned()]));
}

/// Whatever comes twice, in whatever order and in whatever pieces, with own messages queued and settled between: the same is there in the end.
#[test]
fn random_deliveries_leave_what_each_message_came_to() {
    for seed in 1..=40_u64 {
        let mut state = seed;
        let mut below = move |limit: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % limit
        };
        let (_folder, archive) = fresh();
        let count = 30_u64;
        let mut expected = Vec::new();
        let mut arrivals: Vec<Box<dyn Fn() -> Arrival>> = Vec::new();
        for number in 1..=count {
            let sender = if below(3) == 0 { "me" } else { "alice" };
            let mut text = format!("text {number}");
            arrivals.push(Box::new(move || message(said(sender, number, &format!("text {number}")))));
            for version in 1..=below(3) as u64 {
                text = format!("edit {version} of {number}");
                arrivals.push(Box::new({
                    let text = text.clone();
                    move || edit_by(sender, &id(sender, number), version, &text)
                }));
            }
            let is_recalled = below(4) == 0;
            if is_recalled {
                arrivals.push(Box::new(move || recall(&ops(), &id(sender, number))));
            }
            // Some of one's own were queued here, at a clock that is wrong.
            if sender == "me" && below(2) == 0 {
                let mut own = said("me", number, &format!("text {number}"));
                (own.server_time, own.seq) = (0, 0);
                let waiting = archive.queue(vec![(own, 99)]).unwrap().remove(0).unwrap();
                match below(3) {
                    0 => drop(archive.settle(vec![(waiting.no, Outcome::Failed)]).unwrap()),
                    1 => {
                        let outcome = Outcome::Sent { server_time: number, seq: Some(number), body: None };
                        archive.settle(vec![(waiting.no, outcome)]).unwrap();
                    }
                    _ => {}
                }
            }
            expected.push((number, text, if is_recalled { Status::Recalled } else { Status::Sent }));
        }
        // Everything once or twice, in any order.
        let mut order: Vec<usize> = (0..arrivals.len()).chain((0..arrivals.len()).filter(|_| below(3) == 0)).collect();
        for index in (1..order.len()).rev() {
            order.swap(index, below(index + 1));
        }
        while !order.is_empty() {
            let piece = order.split_off(order.len() - 1 - below(order.len()));
            receive(&archive, piece.into_iter().map(|index| arrivals[index]()).collect());
        }
        let request = crate::archive::HistoryRequest {
            order: crate::archive::history::Order::OldestFirst,
            limit: 100,
            ..crate::archive::HistoryRequest::default()
        };
        let there = archive.history(&ops(), &request).unwrap().messages;
        let there: Vec<_> = there.iter().map(|message| (message.server_time, message.texts().remove(0), message.status.unwrap())).collect();
        assert_eq!(there, expected, "seed {seed}");
        assert!(archive.waiting().unwrap().is_empty(), "seed {seed}");
        assert!(archive.store().write().unwrap().is_nothing_early(), "seed {seed}");
        assert_clean(&archive);
    }
}
