//! Stories of slow, lossy and dead lines.

use mynah::transport::{Connection, Incoming, Parcel, Progress, Refused, Transport, TransportError};
use tokio::time::Instant;

use super::super::files::{bytes, file, get, noted};
use super::super::world::{all_of, nothing_comes, ops, read, receive_texts, said, say, text, walk, with};
use super::*;

#[tokio::test(start_paused = true)]
async fn a_slow_line_takes_its_time_each_way() {
    let world = in_memory();
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    world.change("alice", |weather| weather.delay = Duration::from_secs(3));
    let start = Instant::now();
    say(&alice, &with("bob"), 1, "slow").await;
    assert_eq!(start.elapsed(), Duration::from_secs(6));
    world.change("bob", |weather| weather.delay = Duration::from_secs(5));
    let start = Instant::now();
    bob.receive(1).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_waited_for_as_long_as_patience_lasts() {
    let world = in_memory();
    let alice = world.end("alice");
    world.change("alice", |weather| {
        weather.lose_answers = Loss::Next(1);
        weather.patience = Duration::from_secs(20);
    });
    let start = Instant::now();
    let lost = alice.publish(Parcel::Read { to: with("bob"), up_to: 1 }).await;
    assert!(matches!(lost, Err(TransportError::NoAnswer)));
    assert_eq!(start.elapsed(), Duration::from_secs(20));
    assert_eq!(world.hub.weather("alice").lose_answers, Loss::Next(0), "nothing more is lost");
    read(&alice, &with("bob"), 1).await;
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_loses_the_same_requests() {
    let lost = async |seed| {
        let hub = Hub::with_options(clocked().0.seed(seed));
        let alice = hub.account("alice");
        hub.set_weather("alice", Weather { lose_requests: Loss::Share(0.5), lose_answers: Loss::Share(0.2), ..Weather::default() });
        let mut outcomes = Vec::new();
        for rand in 1..=100 {
            let parcel = Parcel::Message { to: with("bob"), message: said("alice", rand, "x") };
            outcomes.push(alice.publish(parcel).await.is_ok());
        }
        let bob = hub.account("bob");
        outcomes.push(walk(&bob, all_of(&with("alice"), 100)).await.0.len() > outcomes.iter().filter(|&&arrived| arrived).count());
        outcomes
    };
    assert_eq!(lost(1).await, lost(1).await);
    assert_ne!(lost(1).await, lost(2).await);
    assert_eq!(lost(1).await.last(), Some(&true), "what was taken without an answer is there too");
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_refuses_everything_says_why() {
    let world = in_memory();
    let alice = world.end("alice");
    world.change("alice", |weather| weather.refuse = Some(Refused::Other { code: 20_012 }));
    let refused = alice.publish(Parcel::Message { to: with("bob"), message: said("alice", 1, "x") }).await;
    assert!(matches!(refused, Err(TransportError::Refused(Refused::Other { code: 20_012 }))), "{refused:?}");
    world.change("alice", |weather| weather.refuse = None);
    assert_eq!(walk(&alice, all_of(&with("bob"), 10)).await.0, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_drops_connections_and_forgets_nothing() {
    for world in [in_memory(), in_folder()] {
        world.create_group("ops", "alice", &["bob"]);
        let (alice, bob) = (world.end("alice"), world.end("bob"));
        let (_, first) = say(&alice, &ops(), 1, "one").await;
        let delivery = bob.receive(1).await.unwrap();
        bob.confirm(delivery.cursor).await.unwrap();
        say(&alice, &ops(), 2, "two").await;
        assert_eq!(text(&bob.receive(1).await.unwrap().incoming[0]), "two");

        world.change("alice", |weather| weather.delay = Duration::from_secs(1));
        let parcel = Parcel::Message { to: ops(), message: said("alice", 3, "three") };
        let (under_way, ()) = tokio::join!(alice.publish(parcel.clone()), async {
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            world.hub.restart().unwrap();
        });
        assert!(matches!(under_way, Err(TransportError::NoAnswer)), "{under_way:?}");
        assert_eq!(*alice.connection().borrow(), Connection::Connected);
        assert_eq!(alice.publish(parcel).await.unwrap().seq, 3, "it was taken before");
        assert_eq!(say(&alice, &ops(), 1, "one").await.1, first);
        assert_eq!(receive_texts(&bob, 2).await, ["two", "three"]);
        assert_eq!(world.hub.members("ops").unwrap(), [("alice".to_owned(), Role::Owner), ("bob".to_owned(), Role::Member)]);
    }
}

#[tokio::test(start_paused = true)]
async fn going_offline_ends_what_is_under_way() {
    let world = in_memory();
    let alice = world.end("alice");
    world.change("alice", |weather| weather.delay = Duration::from_secs(1));
    let parcel = Parcel::Message { to: with("bob"), message: said("alice", 1, "x") };
    let (under_way, ()) = tokio::join!(alice.publish(parcel), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        world.go_offline("alice");
    });
    assert!(matches!(under_way, Err(TransportError::NoAnswer)), "{under_way:?}");
    nothing_comes(&world.end("bob")).await;
}

#[tokio::test(start_paused = true)]
async fn files_are_as_slow_as_the_line_and_stop_when_it_is_cut() {
    for world in [in_memory(), in_folder()] {
        let (alice, bob) = (world.end("alice"), world.end("bob"));
        let (_folder, path) = file(&bytes(1_000_000));
        world.change("alice", |weather| weather.upload_bytes_per_s = Some(100_000));
        let (progress, told) = noted();
        let (cut, ()) = tokio::join!(alice.put(&path, progress), async {
            tokio::time::sleep(Duration::from_secs(4)).await;
            world.go_offline("alice");
        });
        assert!(matches!(cut, Err(TransportError::NoAnswer)), "{cut:?}");
        assert!(told.lock().unwrap().last().is_some_and(|&(current, _)| current < 1_000_000));
        world.come_back("alice");
        let start = Instant::now();
        let media = alice.put(&path, Progress::none()).await.unwrap();
        // Timers count whole milliseconds, for each of the four pieces.
        assert!(start.elapsed().abs_diff(Duration::from_secs(10)) < Duration::from_millis(20), "{:?}", start.elapsed());

        world.change("bob", |weather| weather.download_bytes_per_s = Some(100_000));
        let start = Instant::now();
        let (got, ()) = tokio::join!(get(&bob, &media.address, 0), async {
            tokio::time::sleep(Duration::from_secs(4)).await;
            world.go_offline("bob");
        });
        assert!(matches!(got, Err(TransportError::NoAnswer)));
        assert!(start.elapsed() < Duration::from_secs(9));
        world.come_back("bob");
        assert!(get(&bob, &media.address, 400_000).await.unwrap().1 == bytes(1_000_000)[400_000..]);
    }
}

#[tokio::test(start_paused = true)]
async fn online_only_messages_that_nobody_fetches_are_bounded() {
    let world = in_memory();
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    for rand in 1..=2_000 {
        let mut message = said("alice", rand, &rand.to_string());
        message.body.set("message_is_online_msg", Some(true.into())).unwrap();
        alice.publish(Parcel::Message { to: with("bob"), message }).await.unwrap();
    }
    let delivery = bob.receive(10_000).await.unwrap();
    assert_eq!(delivery.incoming.len(), 1_024);
    assert!(matches!(delivery.incoming.last(), Some(Incoming::Message(message)) if message.texts() == ["2000"]), "the newest stay");
}
