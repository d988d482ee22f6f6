//! Promises about what happens to messages after they were said: recalled, edited, read; and what is not carried at all.

use mynah::model::{Body, Element, GroupTipsElement, Message, MessageId};
use mynah::transport::{Ack, Incoming, Parcel, Refused, Transport, TransportError};

use super::World;
use super::world::{all_of, edit, message, nothing_comes, ops, read, recall, receive, said, say, walk, with};

#[track_caller]
fn refused(answer: Result<Ack, TransportError>) -> Refused {
    match answer {
        Err(TransportError::Refused(reason)) => reason,
        other => panic!("{other:?} is no refusal"),
    }
}

pub(crate) async fn a_message_is_recalled_within_the_window_by_who_said_it(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    let (id, _) = say(&alice, &with("bob"), 1, "oops").await;
    let (old, _) = say(&alice, &with("bob"), 2, "stays").await;
    assert_eq!(refused(recall(&bob, &with("alice"), &id).await), Refused::NotYours);
    assert_eq!(refused(recall(&alice, &with("bob"), "alice-1-1").await), Refused::UnknownMessage);
    assert_eq!(refused(recall(&alice, &with("carol"), &id).await), Refused::UnknownMessage);
    world.turn_clock(120);
    recall(&alice, &with("bob"), &id).await.unwrap();
    assert_eq!(refused(recall(&alice, &with("bob"), &id).await), Refused::RecalledAlready);
    world.turn_clock(1);
    assert_eq!(refused(recall(&alice, &with("bob"), &old).await), Refused::TooLate { age_s: 121, limit_s: 120 });
    let incoming = receive(&bob, 3).await;
    assert!(matches!(&incoming[2], Incoming::Recall { id: recalled, by, .. } if *recalled == id && by == "alice"));
    nothing_comes(&bob).await;
}

pub(crate) async fn an_admin_recalls_what_others_said_at_any_time(world: &impl World) {
    world.create_group("ops", "olga", &["alice", "bob", "carol"]);
    let (olga, alice, bob) = (world.end("olga"), world.end("alice"), world.end("bob"));
    let (one, _) = say(&alice, &ops(), 1, "one").await;
    let (two, _) = say(&alice, &ops(), 2, "two").await;
    world.turn_clock(100_000);
    assert_eq!(refused(recall(&bob, &ops(), &one).await), Refused::NotYours);
    recall(&olga, &ops(), &one).await.unwrap();
    world.make_admin("ops", "bob");
    recall(&bob, &ops(), &two).await.unwrap();
    let incoming = receive(&world.end("carol"), 4).await;
    assert!(matches!(&incoming[2], Incoming::Recall { by, .. } if by == "olga"));
    assert!(matches!(&incoming[3], Incoming::Recall { by, .. } if by == "bob"));
}

pub(crate) async fn an_edit_is_numbered_and_comes_from_the_sender_only(world: &impl World) {
    world.create_group("ops", "olga", &["alice"]);
    let (olga, alice) = (world.end("olga"), world.end("alice"));
    let (id, _) = say(&alice, &ops(), 1, "teh").await;
    assert_eq!(refused(edit(&olga, &ops(), &id, "mine").await), Refused::NotYours);
    assert_eq!(refused(edit(&alice, &ops(), "alice-1-1", "none").await), Refused::UnknownMessage);
    assert_eq!(edit(&alice, &ops(), &id, "the").await.unwrap().seq, 1);
    world.turn_clock(100_000);
    assert_eq!(edit(&alice, &ops(), &id, "then").await.unwrap().seq, 2);
    let versions = |incoming: Vec<Incoming>| -> Vec<(u64, Body)> {
        let edits = incoming.into_iter().skip(1);
        edits
            .map(|one| match one {
                Incoming::Edit { version, body, .. } => (version, body),
                other => panic!("{other:?} is no edit"),
            })
            .collect()
    };
    assert_eq!(versions(receive(&olga, 3).await), [(1, Body::of_text("the")), (2, Body::of_text("then"))]);
    recall(&olga, &ops(), &id).await.unwrap();
    assert_eq!(refused(edit(&alice, &ops(), &id, "too late").await), Refused::UnknownMessage);
}

pub(crate) async fn an_edit_that_is_tried_again_is_the_same_edit(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    let (id, _) = say(&alice, &with("bob"), 1, "teh").await;
    world.lose_answer("alice");
    let lost = edit(&alice, &with("bob"), &id, "the").await;
    assert!(matches!(lost, Err(TransportError::NoAnswer)), "{lost:?}");
    world.turn_clock(10);
    let first = edit(&alice, &with("bob"), &id, "the").await.unwrap();
    assert_eq!(first.seq, 1);
    assert_eq!(edit(&alice, &with("bob"), &id, "the").await.unwrap(), first);
    assert_eq!(edit(&alice, &with("bob"), &id, "thee").await.unwrap().seq, 2);
    receive(&bob, 3).await;
    nothing_comes(&bob).await;
    assert_eq!(edit(&alice, &with("bob"), &id, "the").await.unwrap(), first, "what is tried again undoes nothing later");
    let same_words = Parcel::Edit { to: with("bob"), id: id.clone(), nonce: 99, body: Body::of_text("thee") };
    assert_eq!(alice.publish(same_words).await.unwrap().seq, 3, "an edit of its own that says the same");
    receive(&bob, 1).await;
    recall(&alice, &with("bob"), &id).await.unwrap();
    assert_eq!(edit(&alice, &with("bob"), &id, "the").await.unwrap(), first);
    receive(&bob, 1).await;
    nothing_comes(&bob).await;
}

pub(crate) async fn a_read_report_reaches_the_peer_and_the_own_devices_once(world: &impl World) {
    let (alice, bob, tablet) = (world.end("alice"), world.end("bob"), world.device("bob", "tablet"));
    let (_, ack) = say(&alice, &with("bob"), 1, "seen?").await;
    read(&bob, &with("alice"), ack.server_time).await;
    read(&bob, &with("alice"), ack.server_time).await;
    read(&bob, &with("alice"), ack.server_time - 1).await;
    for (end, peer) in [(&alice, "bob"), (&bob, "alice"), (&tablet, "alice")] {
        let incoming = receive(end, 2).await;
        assert!(matches!(&incoming[1], Incoming::Read { conversation, by, up_to }
            if *conversation == with(peer) && by == "bob" && *up_to == ack.server_time));
        nothing_comes(end).await;
    }
}

pub(crate) async fn what_a_member_has_read_concerns_its_own_devices_only(world: &impl World) {
    world.create_group("ops", "alice", &["bob"]);
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    let (_, ack) = say(&alice, &ops(), 1, "seen?").await;
    read(&bob, &ops(), ack.server_time).await;
    assert!(matches!(&receive(&bob, 2).await[1], Incoming::Read { conversation, by, .. } if *conversation == ops() && by == "bob"));
    receive(&alice, 1).await;
    nothing_comes(&alice).await;
}

pub(crate) async fn nobody_takes_the_id_of_what_another_is_about_to_say(world: &impl World) {
    let (alice, mallory, bob) = (world.end("alice"), world.end("mallory"), world.end("bob"));
    let real = said("alice", 7, "real");
    let named = Message { id: Some(MessageId::new(&real.id_text()).unwrap()), ..said("mallory", 7, "forged") };
    assert_eq!(refused(mallory.publish(Parcel::Message { to: with("bob"), message: named }).await), Refused::Other { code: 20_001 });
    let signed = Message { sender: "alice".to_owned(), ..said("mallory", 7, "forged") };
    assert_eq!(refused(mallory.publish(Parcel::Message { to: with("bob"), message: signed }).await), Refused::NotYours);
    say(&alice, &with("bob"), 7, "real").await;
    assert_eq!(message(&receive(&bob, 1).await[0]).id_text(), real.id_text());
    nothing_comes(&bob).await;
}

pub(crate) async fn what_cannot_be_carried_is_refused(world: &impl World) {
    world.create_group("ops", "alice", &["bob"]);
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    let publish = async |to, message| refused(alice.publish(Parcel::Message { to, message }).await);
    let tips = Message { body: Body::of_elements(&[Element::GroupTips(GroupTipsElement::default())]), ..said("alice", 1, "") };
    assert_eq!(publish(ops(), tips.clone()).await, Refused::Other { code: 10_004 });
    assert_eq!(publish(with("bob"), tips).await, Refused::Other { code: 20_001 });
    assert_eq!(publish(with("bob"), said("alice", 0, "without a rand")).await, Refused::Other { code: 20_001 });
    let timeless = Message { client_time: 0, ..said("alice", 1, "without a time") };
    assert_eq!(publish(with("bob"), timeless).await, Refused::Other { code: 20_001 });
    let long = said("alice", 2, &"x".repeat(13_000));
    assert!(matches!(publish(with("bob"), long).await, Refused::TooLarge { bytes: 13_000.., limit: 12_288 }));
    let mut long = said("alice", 2, "short, but for what an app adds");
    long.body.set("message_cloud_custom_str", Some("x".repeat(13_000).into())).unwrap();
    assert!(matches!(publish(with("bob"), long).await, Refused::TooLarge { bytes: 13_000.., limit: 12_288 }));
    let (id, _) = say(&alice, &with("bob"), 3, "short").await;
    let reason = Some("x".repeat(1_025));
    let talkative = alice.publish(Parcel::Recall { to: with("bob"), id: id.clone(), reason }).await;
    assert_eq!(refused(talkative), Refused::TooLarge { bytes: 1_025, limit: 1_024 });
    let long = edit(&alice, &with("bob"), &id, &"x".repeat(13_000)).await;
    assert!(matches!(refused(long), Refused::TooLarge { .. }));
    receive(&bob, 1).await;
    nothing_comes(&bob).await;
    assert_eq!(walk(&bob, all_of(&ops(), 10)).await.0, [""; 0]);
}
