//! Stories of groups, users and other options.

use mynah::transport::loopback::{GroupHistory, Users};
use mynah::transport::{Parcel, Refused, Transport, TransportError};

use super::super::world::{all_of, nothing_comes, ops, receive_texts, said, say, walk, with};
use super::*;

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, TransportError>) -> Refused {
    match answer {
        Err(TransportError::Refused(reason)) => reason,
        other => panic!("{other:?} is no refusal"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_message_to_an_open_group_makes_it() {
    let hub = Hub::new();
    let (alice, bob) = (hub.account("alice"), hub.account("bob"));
    assert_eq!(say(&alice, &ops(), 1, "anybody here?").await.1.seq, 1);
    let parcel = || Parcel::Message { to: ops(), message: said("bob", 1, "me") };
    assert_eq!(refused(bob.publish(parcel()).await), Refused::NotAMember);
    hub.join("ops", "bob").unwrap();
    hub.join("ops", "bob").unwrap();
    assert_eq!(bob.publish(parcel()).await.unwrap().seq, 2);
    assert_eq!(hub.members("ops").unwrap(), [("alice".to_owned(), Role::Owner), ("bob".to_owned(), Role::Member)]);
    assert_eq!(receive_texts(&bob, 1).await, ["me"], "what was said before it joined was not for it");
    assert_eq!(walk(&bob, all_of(&ops(), 10)).await.0, ["anybody here?", "me"], "but it can look it up");
    assert_eq!(refused(hub.create_group("ops", "bob", &[])), Refused::GroupExists);
}

#[tokio::test(start_paused = true)]
async fn who_has_left_a_group_hears_nothing_more() {
    let world = in_memory();
    world.create_group("ops", "alice", &["bob"]);
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    say(&alice, &ops(), 1, "one").await;
    world.hub.leave("ops", "bob").unwrap();
    say(&alice, &ops(), 2, "two").await;
    assert_eq!(receive_texts(&bob, 1).await, ["one"]);
    nothing_comes(&bob).await;
    assert_eq!(refused(bob.roam(all_of(&ops(), 10)).await), Refused::NotAMember);
    world.hub.leave("ops", "alice").unwrap();
    world.hub.join("ops", "bob").unwrap();
    assert_eq!(world.hub.members("ops").unwrap(), [("bob".to_owned(), Role::Owner)], "an empty group belongs to who comes first");
    assert_eq!(say(&bob, &ops(), 3, "three").await.1.seq, 3);
}

#[tokio::test(start_paused = true)]
async fn groups_that_are_not_open_have_to_be_created() {
    let world = in_memory();
    let alice = world.end("alice");
    let answer = alice.publish(Parcel::Message { to: ops(), message: said("alice", 1, "x") }).await;
    assert_eq!(refused(answer), Refused::NoGroup);
    assert_eq!(refused(world.hub.join("ops", "alice")), Refused::NoGroup);
    assert_eq!(refused(world.hub.set_role("ops", "alice", Role::Admin)), Refused::NoGroup);
    world.create_group("ops", "bob", &["bob", "carol"]);
    assert_eq!(refused(world.hub.set_role("ops", "alice", Role::Admin)), Refused::NotAMember);
    assert_eq!(world.hub.members("ops").unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn history_can_begin_where_a_member_joined() {
    let hub = Hub::with_options(HubOptions::new().group_history(GroupHistory::SinceJoining));
    let (alice, bob) = (hub.account("alice"), hub.account("bob"));
    say(&alice, &ops(), 1, "before").await;
    hub.join("ops", "bob").unwrap();
    say(&alice, &ops(), 2, "after").await;
    assert_eq!(walk(&bob, all_of(&ops(), 10)).await.0, ["after"]);
    assert_eq!(walk(&alice, all_of(&ops(), 10)).await.0, ["before", "after"]);
}

#[tokio::test(start_paused = true)]
async fn only_known_users_write_and_are_written_to_where_users_are_known() {
    let names = ["alice", "bob"].map(str::to_owned).into();
    let hub = Hub::with_options(HubOptions::new().users(Users::Only(names)));
    let (alice, mallory) = (hub.account("alice"), hub.account("mallory"));
    say(&alice, &with("bob"), 1, "hello").await;
    let to_nobody = Parcel::Message { to: with("mallory"), message: said("alice", 2, "x") };
    assert_eq!(refused(alice.publish(to_nobody).await), Refused::NoUser);
    let of_nobody = Parcel::Message { to: with("bob"), message: said("mallory", 2, "x") };
    assert_eq!(refused(mallory.publish(of_nobody).await), Refused::NoUser);
    let nameless = Hub::new();
    let answer = nameless.account("").publish(Parcel::Message { to: with("bob"), message: said("", 1, "x") }).await;
    assert_eq!(refused(answer), Refused::NoUser);
}

#[tokio::test(start_paused = true)]
async fn the_size_of_messages_can_be_left_unlimited() {
    let hub = Hub::with_options(HubOptions::new().message_bytes(None));
    let alice = hub.account("alice");
    say(&alice, &with("bob"), 1, &"x".repeat(1_000_000)).await;
    let too_long = Parcel::Message { to: with("bob"), message: said("alice", 2, &"x".repeat(3_000_000)) };
    assert_eq!(refused(alice.publish(too_long).await), Refused::Other { code: 20_001 }, "no reader of messages takes that");
}
