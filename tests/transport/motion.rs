//! Promises about messages on their way: taken once, delivered in order, to everybody they are for.

use std::sync::Arc;

use mynah::model::Message;
use mynah::model::limits::PEER_SEQ;
use mynah::transport::{Ack, Connection, Incoming, Parcel, Refused, Transport, TransportError};

use super::World;
use super::world::{all_of, edit, message, nothing_comes, ops, read, recall, receive, receive_texts, said, say, text, walk, with};

pub(crate) async fn what_is_published_twice_is_acknowledged_the_same_and_delivered_once(world: &impl World) {
    world.create_group("ops", "alice", &["bob"]);
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    let (_, first) = say(&alice, &ops(), 1, "hello").await;
    world.turn_clock(60);
    let (_, other) = say(&alice, &ops(), 2, "more").await;
    assert_eq!(say(&alice, &ops(), 1, "hello").await.1, first);
    assert_eq!((first.seq, other.seq), (1, 2));
    assert_eq!(say(&alice, &with("bob"), 3, "aside").await.1, say(&alice, &with("bob"), 3, "aside").await.1);
    assert_eq!(receive_texts(&bob, 3).await, ["hello", "more", "aside"]);
    nothing_comes(&bob).await;
}

pub(crate) async fn a_lost_answer_and_another_try_leave_one_message(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    let parcel = Parcel::Message { to: with("bob"), message: said("alice", 1, "hello") };
    world.lose_answer("alice");
    let lost = alice.publish(parcel.clone()).await;
    assert!(matches!(lost, Err(TransportError::NoAnswer)), "{lost:?}");
    alice.publish(parcel).await.unwrap();
    assert_eq!(receive_texts(&bob, 1).await, ["hello"]);
    assert_eq!(receive_texts(&alice, 1).await, ["hello"]);
    nothing_comes(&bob).await;
    nothing_comes(&alice).await;
}

pub(crate) async fn a_request_that_was_lost_was_not_taken(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    world.lose_request("alice");
    let lost = alice.publish(Parcel::Message { to: with("bob"), message: said("alice", 1, "lost") }).await;
    assert!(matches!(lost, Err(TransportError::NoAnswer)), "{lost:?}");
    say(&alice, &with("bob"), 2, "hello").await;
    assert_eq!(receive_texts(&bob, 1).await, ["hello"]);
    nothing_comes(&bob).await;
}

pub(crate) async fn messages_arrive_in_the_order_in_which_they_were_taken(world: &impl World) {
    world.create_group("ops", "alice", &["bob", "carol"]);
    let (alice, bob, carol) = (world.end("alice"), world.end("bob"), world.end("carol"));
    for rand in 1..=20 {
        let end = if rand % 3 == 0 { &bob } else { &alice };
        say(end, &ops(), rand, &rand.to_string()).await;
    }
    let expected: Vec<String> = (1..=20).map(|rand| rand.to_string()).collect();
    for end in [&alice, &bob, &carol] {
        let incoming = receive(end, 20).await;
        assert_eq!(incoming.iter().map(text).collect::<Vec<_>>(), expected);
        assert_eq!(incoming.iter().map(|one| message(one).seq).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
    }
}

pub(crate) async fn group_messages_are_numbered_without_gaps_whoever_publishes_at_the_same_time(world: &impl World) {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    world.create_group("ops", "a", &names);
    let mut publishers = tokio::task::JoinSet::new();
    for name in names {
        let end = world.end(name);
        publishers.spawn(async move {
            let mut numbers = Vec::new();
            for rand in 1..=25 {
                numbers.push(say(&end, &ops(), rand, "x").await.1.seq);
                tokio::task::yield_now().await;
            }
            numbers
        });
    }
    let numbers = publishers.join_all().await;
    assert!(numbers.iter().all(|own| own.is_sorted()), "who waits for the answer publishes in order");
    let mut numbers = numbers.concat();
    numbers.sort_unstable();
    let expected: Vec<u64> = (1..=200).collect();
    assert_eq!(numbers, expected);
    let delivered: Vec<u64> = receive(&world.end("a"), 200).await.iter().map(|one| message(one).seq).collect();
    assert_eq!(delivered, expected);
}

pub(crate) async fn who_was_away_receives_everything_later(world: &impl World) {
    world.create_group("ops", "alice", &["bob", "carol"]);
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    world.go_offline("bob");
    let (id, _) = say(&alice, &with("bob"), 1, "one").await;
    say(&alice, &ops(), 2, "two").await;
    recall(&alice, &with("bob"), &id).await.unwrap();
    let refused = bob.publish(Parcel::Read { to: with("alice"), up_to: 1 }).await;
    assert!(matches!(refused, Err(TransportError::Offline)), "{refused:?}");
    nothing_comes(&bob).await;
    world.come_back("bob");
    let incoming = receive(&bob, 3).await;
    assert_eq!((text(&incoming[0]), text(&incoming[1])), ("one".to_owned(), "two".to_owned()));
    assert!(matches!(&incoming[2], Incoming::Recall { id: recalled, by, .. } if *recalled == id && by == "alice"));
    assert_eq!(receive_texts(&world.end("carol"), 1).await, ["two"], "who was never there before");
}

pub(crate) async fn what_was_not_confirmed_comes_again_after_reconnecting(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    for rand in 1..=4 {
        say(&alice, &with("bob"), rand, &rand.to_string()).await;
    }
    let first = bob.receive(1).await.unwrap();
    bob.confirm(first.cursor).await.unwrap();
    let second = bob.receive(2).await.unwrap();
    assert_eq!(second.incoming.iter().map(text).collect::<Vec<_>>(), ["2", "3"]);
    assert!(second.cursor > first.cursor);
    world.go_offline("bob");
    world.come_back("bob");
    let again = bob.receive(10).await.unwrap();
    assert_eq!(again.incoming.iter().map(text).collect::<Vec<_>>(), ["2", "3", "4"]);
    drop(bob);
    let bob = world.end("bob");
    assert_eq!(receive_texts(&bob, 3).await, ["2", "3", "4"]);
    bob.confirm(first.cursor).await.unwrap();
    drop(bob);
    nothing_comes(&world.end("bob")).await;
}

pub(crate) async fn each_device_receives_everything_behind_what_it_confirmed_itself(world: &impl World) {
    let (alice, phone) = (world.end("alice"), world.device("bob", "phone"));
    say(&alice, &with("bob"), 1, "one").await;
    assert_eq!(receive_texts(&phone, 1).await, ["one"]);
    let tablet = world.device("bob", "tablet");
    say(&phone, &with("alice"), 2, "two").await;
    assert_eq!(receive_texts(&tablet, 2).await, ["one", "two"]);
    assert_eq!(receive_texts(&phone, 1).await, ["two"]);
}

pub(crate) async fn an_account_hears_itself(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    let (id, said) = say(&alice, &with("bob"), 7, "hello").await;
    let (_, answered) = say(&bob, &with("alice"), 8, "hi").await;
    edit(&alice, &with("bob"), &id, "hello there").await.unwrap();
    read(&alice, &with("bob"), answered.server_time).await;
    recall(&alice, &with("bob"), &id).await.unwrap();
    for (end, peer) in [(&alice, "bob"), (&bob, "alice")] {
        let incoming = receive(end, 5).await;
        let first = message(&incoming[0]);
        assert_eq!(first.conversation, Some(with(peer)), "a conversation is called by the other person");
        assert_eq!((first.sender.as_str(), first.seq, first.server_time), ("alice", 7, said.server_time));
        assert_eq!((first.is_from_self, first.id_text()), (Some(peer == "bob"), id.clone()));
        assert_eq!(message(&incoming[1]).conversation, Some(with(peer)));
        assert!(
            matches!(&incoming[2], Incoming::Edit { conversation, by, version: 1, .. } if *conversation == with(peer) && by == "alice")
        );
        assert!(matches!(&incoming[3], Incoming::Read { conversation, by, .. } if *conversation == with(peer) && by == "alice"));
        assert!(matches!(&incoming[4], Incoming::Recall { conversation, reason, .. }
            if *conversation == with(peer) && reason.as_deref() == Some("a slip")));
        nothing_comes(end).await;
    }
}

pub(crate) async fn a_message_to_oneself_is_one_message(world: &impl World) {
    let alice = world.end("alice");
    say(&alice, &with("alice"), 1, "a note").await;
    let incoming = receive(&alice, 1).await;
    assert_eq!(message(&incoming[0]).conversation, Some(with("alice")));
    assert_eq!(message(&incoming[0]).is_from_self, Some(true));
    nothing_comes(&alice).await;
    assert_eq!(walk(&alice, all_of(&with("alice"), 10)).await.0, ["a note"]);
}

fn online(sender: &str, rand: u32, text: &str) -> Message {
    let mut message = said(sender, rand, text);
    message.body.set("message_is_online_msg", Some(true.into())).unwrap();
    message
}

pub(crate) async fn a_message_to_one_person_keeps_its_number_as_far_as_the_other_can_count_on(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    for (rand, seq) in [(1, 41), (2, u64::MAX >> 1)] {
        let message = Message { seq, ..said("alice", rand, "x") };
        alice.publish(Parcel::Message { to: with("bob"), message }).await.unwrap();
    }
    let seqs: Vec<u64> = receive(&bob, 2).await.iter().map(|one| message(one).seq).collect();
    assert_eq!(seqs, [41, PEER_SEQ.max]);
}

pub(crate) async fn online_only_messages_reach_who_is_connected_and_are_kept_nowhere(world: &impl World) {
    world.create_group("ops", "alice", &["bob", "carol"]);
    let (alice, bob, carol) = (world.end("alice"), world.end("bob"), world.end("carol"));
    world.go_offline("carol");
    let parcel = Parcel::Message { to: ops(), message: online("alice", 1, "typing") };
    let ack = alice.publish(parcel.clone()).await.unwrap();
    assert_eq!(ack.seq, 0);
    assert_eq!(alice.publish(parcel).await.unwrap(), ack);
    alice.publish(Parcel::Message { to: with("bob"), message: online("alice", 2, "aside") }).await.unwrap();
    let incoming = receive(&bob, 2).await;
    assert_eq!((text(&incoming[0]), message(&incoming[0]).seq), ("typing".to_owned(), 0));
    assert_eq!((text(&incoming[1]), &message(&incoming[1]).conversation), ("aside".to_owned(), &Some(with("alice"))));
    world.come_back("carol");
    nothing_comes(&carol).await;
    nothing_comes(&bob).await;
    assert_eq!(walk(&bob, all_of(&ops(), 10)).await.0, [""; 0]);
    assert_eq!(say(&alice, &ops(), 3, "stored").await.1.seq, 1, "numbers are for what is kept");
    drop(bob);
    assert_eq!(receive_texts(&world.end("bob"), 1).await, ["stored"]);
}

pub(crate) async fn the_connection_is_told_when_it_goes_and_when_it_comes(world: &impl World) {
    let bob = world.end("bob");
    let mut connection = bob.connection();
    connection.wait_for(|state| *state == Connection::Connected).await.unwrap();
    world.go_offline("bob");
    connection.wait_for(|state| *state != Connection::Connected).await.unwrap();
    world.come_back("bob");
    connection.wait_for(|state| *state == Connection::Connected).await.unwrap();
    read(&bob, &with("alice"), 1).await;
}

pub(crate) async fn a_dropped_call_loses_nothing(world: &impl World) {
    let (alice, bob) = (Arc::new(world.end("alice")), world.end("bob"));
    let parcel = Parcel::Message { to: with("bob"), message: said("alice", 1, "hello") };
    // Polled once, then dropped: it may or may not have been taken.
    tokio::select! {
        biased;
        _ = alice.publish(parcel.clone()) => {}
        () = std::future::ready(()) => {}
    }
    drop_a_receive(&bob).await;
    alice.publish(parcel).await.unwrap();
    assert_eq!(receive_texts(&bob, 1).await, ["hello"]);
    nothing_comes(&bob).await;
}

/// Receiving, dropped before anything came of it.
async fn drop_a_receive(end: &impl Transport) {
    tokio::select! {
        biased;
        () = std::future::ready(()) => {}
        _ = end.receive(10) => {}
    }
}

pub(crate) async fn server_time_never_falls(world: &impl World) {
    let alice = world.end("alice");
    let Ack { server_time: before, .. } = say(&alice, &with("bob"), 1, "one").await.1;
    world.turn_clock(-3_600);
    let Ack { server_time: after, .. } = say(&alice, &with("bob"), 2, "two").await.1;
    assert!(after >= before, "{after} < {before}");
    assert!(alice.server_time() >= after);
    assert_eq!(walk(&alice, all_of(&with("bob"), 10)).await.0, ["one", "two"]);
}

pub(crate) async fn who_is_no_member_is_refused_and_hears_nothing(world: &impl World) {
    world.create_group("ops", "alice", &[]);
    let (alice, mallory) = (world.end("alice"), world.end("mallory"));
    let (id, _) = say(&alice, &ops(), 1, "secret").await;
    let parcels = [
        Parcel::Message { to: ops(), message: said("mallory", 1, "me too") },
        Parcel::Recall { to: ops(), id: id.clone(), reason: None },
        Parcel::Edit { to: ops(), id, nonce: 1, body: said("", 0, "x").body },
        Parcel::Read { to: ops(), up_to: 1 },
    ];
    for parcel in parcels {
        let refused = mallory.publish(parcel).await;
        assert!(matches!(refused, Err(TransportError::Refused(Refused::NotAMember))), "{refused:?}");
    }
    let refused = mallory.roam(all_of(&ops(), 10)).await;
    assert!(matches!(refused, Err(TransportError::Refused(Refused::NotAMember))), "{refused:?}");
    let forged = mallory.publish(Parcel::Message { to: with("bob"), message: said("alice", 9, "I am alice") }).await;
    assert!(matches!(forged, Err(TransportError::Refused(Refused::NotYours))), "{forged:?}");
    nothing_comes(&mallory).await;
    assert_eq!(receive_texts(&alice, 1).await, ["secret"]);
}
