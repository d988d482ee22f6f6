//! What goes wrong on the way, and what must be true all the same.

use std::sync::Arc;
use std::time::Duration;

use mynah::model::{Message, Status};
use mynah::session::SessionOptions;
use mynah::transport::loopback::{Hub, HubOptions, Loss, Weather};

use super::stage::{BEGINNING, Stage, c2c, group, texts};

#[tokio::test(start_paused = true)]
async fn a_lost_acknowledgement_doubles_nothing_on_either_side() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    stage.hub.set_weather("alice", Weather { lose_answers: Loss::Next(3), ..Weather::default() });
    let sent = alice.say(&c2c("bob"), "once").await;
    assert_eq!(bob.hears().await.id_text(), sent.id_text());
    alice.say(&c2c("bob"), "twice").await;
    bob.hears().await;
    assert_eq!(alice.texts(&c2c("bob")), ["once", "twice"]);
    assert_eq!(bob.texts(&c2c("alice")), ["once", "twice"]);
    assert_eq!(bob.session.archive().total_unread(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_message_of_a_process_that_ended_before_it_left_leaves_at_the_next_login() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let mut ids = Vec::new();
    for text in ["first", "second"] {
        ids.push(alice.session.send(&c2c("bob"), Message::text("", 0, text)).await.unwrap().id().to_owned());
    }
    while alice.texts(&c2c("bob")).len() < 2 {
        tokio::task::yield_now().await;
    }
    alice.crash().await;
    stage.hub.set_weather("alice", Weather::default());
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    for id in &ids {
        assert_eq!(bob.hears().await.id_text(), *id, "the same id, in the same order");
    }
    let sent = alice.session.send(&c2c("bob"), Message::text("", 0, "third")).await.unwrap().await.unwrap();
    assert_eq!(sent.status, Some(Status::Sent));
    assert_eq!(alice.texts(&c2c("bob")), ["first", "second", "third"]);
    assert!(ids.iter().all(|id| alice.find(id).unwrap().status == Some(Status::Sent)));
}

#[tokio::test(start_paused = true)]
async fn a_message_of_a_process_that_ended_before_the_acknowledgement_arrives_once() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    stage.hub.set_weather("alice", Weather { lose_answers: Loss::Share(1.0), patience: Duration::from_secs(5), ..Weather::default() });
    let id = alice.session.send(&c2c("bob"), Message::text("", 0, "once")).await.unwrap().id().to_owned();
    assert_eq!(bob.hears().await.id_text(), id);
    alice.crash().await;
    stage.hub.set_weather("alice", Weather::default());
    let alice = stage.login("alice").await;
    alice.say(&c2c("bob"), "next").await;
    bob.hears().await;
    assert_eq!(alice.texts(&c2c("bob")), ["once", "next"]);
    assert_eq!(bob.texts(&c2c("alice")), ["once", "next"]);
    assert_eq!(alice.find(&id).unwrap().status, Some(Status::Sent));
    assert!(alice.session.archive().check().unwrap().findings.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_while_offline_arrives_when_the_line_is_back() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    stage.hub.set_weather("alice", Weather::offline());
    let mut sendings = Vec::new();
    for number in 0..20 {
        sendings.push(alice.session.send(&c2c("bob"), Message::text("", 0, &format!("{number}"))).await.unwrap());
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    stage.hub.set_weather("alice", Weather::default());
    for (number, sending) in sendings.into_iter().enumerate() {
        sending.await.unwrap();
        assert_eq!(bob.hears().await.texts(), [number.to_string()]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_restarts_loses_and_doubles_nothing() {
    let stage = Stage::new();
    let folder = stage.folder.path().join("hub");
    let hub = Hub::open_with_options(&folder, HubOptions::new().clock(Arc::clone(&stage.clock))).unwrap();
    let login = async |name: &str| {
        let options: SessionOptions = stage.options();
        options.login(stage.folder.path().join(name), hub.account(name)).await.unwrap()
    };
    let (alice, bob) = (login("alice").await, login("bob").await);
    for number in 0..10 {
        let sending = alice.send(&c2c("bob"), Message::text("", 0, &format!("{number}"))).await.unwrap();
        if number % 3 == 0 {
            hub.restart().unwrap();
        }
        sending.await.unwrap();
    }
    let all: Vec<String> = (0..10).map(|number| number.to_string()).collect();
    while texts(bob.archive(), &c2c("alice")).len() < 10 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(texts(bob.archive(), &c2c("alice")), all);
    assert_eq!(texts(alice.archive(), &c2c("bob")), all);
}

#[tokio::test(start_paused = true)]
async fn a_sender_whose_clock_is_wrong_by_a_year_stands_where_the_server_says() {
    let stage = Stage::new();
    let year = 365 * 86_400;
    let late = mynah::session::Clock::new(move || BEGINNING + year);
    let early = mynah::session::Clock::new(move || BEGINNING - year);
    let ahead = stage.login_with("ahead", stage.options().clock(late)).await;
    let behind = stage.login_with("behind", stage.options().clock(early)).await;
    for side in ["ahead", "behind", "bob"] {
        stage.hub.join("ops", side).unwrap();
    }
    let mut bob = stage.login("bob").await;
    ahead.say(&group("ops"), "one").await;
    behind.say(&group("ops"), "two").await;
    bob.say(&group("ops"), "three").await;
    bob.hears().await;
    bob.hears().await;
    assert_eq!(bob.texts(&group("ops")), ["one", "two", "three"]);
    let newest = bob.session.archive().conversation(&group("ops")).unwrap().unwrap().last_message.unwrap();
    assert_eq!(newest.texts(), ["three"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_sends_at_once_from_many_threads_keep_their_own_order_and_all_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::new();
    let alice = Arc::new(SessionOptions::new().login(folder.path().join("alice"), hub.account("alice")).await.unwrap());
    let bob = SessionOptions::new().login(folder.path().join("bob"), hub.account("bob")).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for thread in 0..8 {
        let alice = Arc::clone(&alice);
        tasks.spawn(async move {
            let mut sendings = Vec::new();
            for number in 0..25 {
                sendings.push(alice.send(&c2c("bob"), Message::text("", 0, &format!("{thread} {number}"))).await.unwrap());
            }
            for sending in sendings {
                sending.await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    let mut events = bob.events_since(mynah::JournalNo(0));
    while texts(bob.archive(), &c2c("alice")).len() < 200 {
        events.next().await.unwrap();
    }
    let heard = texts(bob.archive(), &c2c("alice"));
    assert_eq!(heard, texts(alice.archive(), &c2c("bob")), "both sides have the same order");
    for thread in 0..8 {
        let prefix = format!("{thread} ");
        let own: Vec<&String> = heard.iter().filter(|text| text.starts_with(&prefix)).collect();
        let expected: Vec<String> = (0..25).map(|number| format!("{thread} {number}")).collect();
        assert_eq!(own, expected.iter().collect::<Vec<_>>());
    }
    bob.logout().await;
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_messages_while_a_listener_sleeps_are_all_told_when_it_wakes() {
    let stage = Stage::new();
    let mut bob = stage.login("bob").await;
    let alice = stage.hub.account("alice");
    super::receiving::flood(&alice, "bob", 10_000).await;
    while bob.texts(&c2c("alice")).len() < 10_000 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for number in 0..10_000 {
        assert_eq!(bob.hears().await.texts(), [format!("flood {number}")]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_said_behind_a_message_that_cannot_leave_survives_a_crash_too() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    for text in ["first", "second", "third"] {
        let sending = alice.session.send(&c2c("bob"), Message::text("", 0, text)).await.unwrap();
        while alice.find(sending.id()).is_none() {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    alice.crash().await;
    stage.hub.set_weather("alice", Weather::default());
    let (_alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    for text in ["first", "second", "third"] {
        assert_eq!(bob.hears().await.texts(), [text]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_waited_longer_than_its_deadline_while_nobody_was_there_gets_its_time_at_login() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let sending = alice.session.send(&c2c("bob"), Message::text("", 0, "patience")).await.unwrap();
    while alice.find(sending.id()).is_none() {
        tokio::task::yield_now().await;
    }
    alice.crash().await;
    tokio::time::advance(Duration::from_secs(86_400)).await;
    let _alice = stage.login("alice").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    stage.hub.set_weather("alice", Weather::default());
    let mut bob = stage.login("bob").await;
    assert_eq!(bob.hears().await.texts(), ["patience"]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_comes_back_was_sent_whatever_became_of_the_answers() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    stage.hub.set_weather("alice", Weather { lose_answers: Loss::Share(1.0), patience: Duration::from_secs(5), ..Weather::default() });
    let before = tokio::time::Instant::now();
    let sent = alice.say(&c2c("bob"), "once").await;
    assert_eq!(sent.status, Some(Status::Sent));
    assert!(before.elapsed() < Duration::from_secs(10), "nobody waited for the deadline");
    alice.say(&c2c("bob"), "twice").await;
    bob.hears().await;
    bob.hears().await;
    assert_eq!(bob.texts(&c2c("alice")), ["once", "twice"]);
}
