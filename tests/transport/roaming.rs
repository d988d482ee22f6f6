//! Promises about the history that the other side keeps.

use mynah::model::{Message, Status};
use mynah::transport::{Erase, RoamingRequest, Transport};

use super::World;
use super::world::{all_of, edit, ops, read, recall, say, walk, with};

/// Says the numbers from 1 to `count`, some of them in the same second; returns when each was said.
async fn count_aloud(world: &impl World, end: &impl Transport, count: u32) -> Vec<u64> {
    let mut times = Vec::new();
    for rand in 1..=count {
        times.push(say(end, &ops(), rand, &rand.to_string()).await.1.server_time);
        world.turn_clock(i64::from(rand % 3 == 0));
    }
    times
}

fn numbers(numbers: impl Iterator<Item = u32>) -> Vec<String> {
    numbers.map(|number| number.to_string()).collect()
}

pub(crate) async fn pages_walk_the_whole_history_in_both_directions(world: &impl World) {
    world.create_group("ops", "alice", &["bob"]);
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    count_aloud(world, &alice, 23).await;
    for limit in [1, 4, 23, 100] {
        let pages = 23_usize.div_ceil(limit);
        assert_eq!(walk(&bob, all_of(&ops(), limit)).await, (numbers(1..=23), pages), "{limit} a page");
        let newest_first = RoamingRequest { newest_first: true, ..all_of(&ops(), limit) };
        assert_eq!(walk(&bob, newest_first).await, (numbers((1..=23).rev()), pages), "{limit} a page");
    }
    assert_eq!(walk(&bob, all_of(&with("nobody"), 10)).await.0, [""; 0]);
}

pub(crate) async fn a_walk_is_not_disturbed_by_what_comes_in(world: &impl World) {
    world.create_group("ops", "alice", &[]);
    let alice = world.end("alice");
    count_aloud(world, &alice, 6).await;
    let request = RoamingRequest { newest_first: true, ..all_of(&ops(), 4) };
    let first = alice.roam(request.clone()).await.unwrap();
    for rand in 7..=9 {
        say(&alice, &ops(), rand, "later").await;
    }
    let rest = walk(&alice, RoamingRequest { cursor: first.next, ..request }).await;
    assert_eq!(rest, (numbers((1..=2).rev()), 1));
}

pub(crate) async fn a_page_keeps_to_its_span_of_time(world: &impl World) {
    world.create_group("ops", "alice", &[]);
    let alice = world.end("alice");
    let times = count_aloud(world, &alice, 12).await;
    let (from, until) = (times[3], times[8]);
    let expected: Vec<String> = numbers((1..=12).filter(|&number| (from..=until).contains(&times[number as usize - 1])));
    assert!(expected.len() >= 6);
    let request = RoamingRequest { from, until, ..all_of(&ops(), 4) };
    assert_eq!(walk(&alice, request.clone()).await.0, expected);
    let backwards = walk(&alice, RoamingRequest { newest_first: true, ..request }).await.0;
    assert_eq!(backwards.into_iter().rev().collect::<Vec<_>>(), expected);
}

async fn page(end: &impl Transport, peer: &str) -> Vec<Message> {
    end.roam(all_of(&with(peer), 100)).await.unwrap().messages
}

pub(crate) async fn history_shows_messages_as_they_stand_now(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    let (edited, ack) = say(&alice, &with("bob"), 1, "teh").await;
    world.turn_clock(1);
    let (recalled, _) = say(&alice, &with("bob"), 2, "oops").await;
    edit(&alice, &with("bob"), &edited, "tho").await.unwrap();
    edit(&alice, &with("bob"), &edited, "the").await.unwrap();
    recall(&alice, &with("bob"), &recalled).await.unwrap();
    read(&bob, &with("alice"), ack.server_time).await;

    let seen = page(&alice, "bob").await;
    assert_eq!((seen[0].texts(), seen[0].body.get("message_version")), (vec!["the".to_owned()], Some(2.into())));
    assert_eq!((seen[0].status, seen[0].is_from_self, seen[0].is_peer_read), (Some(Status::Sent), Some(true), Some(true)));
    assert_eq!((seen[0].id_text(), seen[0].server_time), (edited, ack.server_time));
    assert_eq!((seen[1].status, seen[1].is_peer_read), (Some(Status::Recalled), Some(false)));
    assert_eq!(seen[1].body.get("message_revoker_user_id"), Some("alice".into()));
    assert_eq!(seen[1].body.get("message_revoke_reason"), Some("a slip".into()));

    let seen = page(&bob, "alice").await;
    assert_eq!(seen[0].conversation, Some(with("alice")));
    assert_eq!((seen[0].is_from_self, seen[0].is_read), (Some(false), Some(true)));
    assert_eq!((seen[1].is_from_self, seen[1].is_read), (Some(false), Some(false)));
}

pub(crate) async fn what_one_account_erases_others_still_find(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    let mut ids = Vec::new();
    for (rand, text) in (1..).zip(["one", "two", "three"]) {
        ids.push(say(&alice, &with("bob"), rand, text).await.0);
    }
    let unknown = "alice-1-1".to_owned();
    bob.erase(Erase::Messages { conversation: with("alice"), ids: vec![ids[1].clone(), unknown] }).await.unwrap();
    assert_eq!(walk(&bob, all_of(&with("alice"), 1)).await, (vec!["one".to_owned(), "three".to_owned()], 2));
    bob.erase(Erase::Conversation { conversation: with("alice") }).await.unwrap();
    say(&alice, &with("bob"), 4, "four").await;
    assert_eq!(walk(&bob, all_of(&with("alice"), 10)).await.0, ["four"]);
    assert_eq!(walk(&alice, all_of(&with("bob"), 10)).await.0, ["one", "two", "three", "four"]);
    bob.erase(Erase::Conversation { conversation: with("nobody") }).await.unwrap();
}
