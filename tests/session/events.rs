//! What is told of what happens.

use mynah::JournalNo;
use mynah::model::Message;
use mynah::session::{Event, SessionError};
use mynah::transport::Connection;
use mynah::transport::loopback::Weather;

use super::stage::{Stage, c2c};

#[tokio::test(start_paused = true)]
async fn everything_that_happens_is_told_in_its_order() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    alice.say(&c2c("bob"), "one").await;
    let mut words = Vec::new();
    while words.last() != Some(&"total-unread") {
        words.push(bob.events.next().await.unwrap().event.word());
    }
    assert_eq!(words, ["received", "conversation-added", "total-unread"]);
    bob.session.delete_conversation(&c2c("alice")).await.unwrap();
    words.clear();
    while words.last() != Some(&"total-unread") {
        words.push(bob.events.next().await.unwrap().event.word());
    }
    assert_eq!(words, ["conversation-deleted", "total-unread"]);
}

#[tokio::test(start_paused = true)]
async fn who_comes_later_reads_on_from_a_number() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    // Somebody who has not read it keeps it in the journal.
    bob.session.archive().journal_reader("keeper").unwrap();
    alice.say(&c2c("bob"), "one").await;
    let first = bob
        .until(|event| match event {
            Event::Received(message) => Some(message),
            _ => None,
        })
        .await;
    alice.say(&c2c("bob"), "two").await;
    bob.hears().await;
    let mut later = bob.session.events_since(JournalNo(0));
    let mut heard = Vec::new();
    while heard.len() < 2 {
        let told = later.next().await.unwrap();
        if let Event::Received(message) = told.event {
            heard.push((told.no.unwrap(), message.texts()));
        }
    }
    assert_eq!((heard[0].1.clone(), heard[1].1.clone()), (first.texts(), vec!["two".to_owned()]));
    let mut from_there = bob.session.events_since(heard[0].0);
    let next = loop {
        if let Event::Received(message) = from_there.next().await.unwrap().event {
            break message;
        }
    };
    assert_eq!(next.texts(), ["two"]);
}

#[tokio::test(start_paused = true)]
async fn the_connection_is_told_when_it_changes() {
    let stage = Stage::new();
    let mut bob = stage.login("bob").await;
    let connection = |event| match event {
        Event::Connection(connection) => Some(connection),
        _ => None,
    };
    stage.hub.set_weather("bob", Weather::offline());
    assert_eq!(bob.until(connection).await, Connection::Disconnected);
    assert_eq!(*bob.session.connection().borrow(), Connection::Disconnected);
    stage.hub.set_weather("bob", Weather::default());
    assert_eq!(bob.until(connection).await, Connection::Connected);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_an_event_that_is_given_up_loses_nothing() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let mut heard = Vec::new();
    for number in 0..50 {
        alice.say(&c2c("bob"), &number.to_string()).await;
        // Polled a few times and dropped, at ever other moments.
        for _ in 0..number % 5 {
            tokio::select! {
                biased;
                told = bob.events.next() => heard.extend(texts(told.unwrap().event)),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    while heard.len() < 50 {
        heard.extend(texts(bob.events.next().await.unwrap().event));
    }
    assert_eq!(heard, (0..50).map(|number| number.to_string()).collect::<Vec<_>>());
}

fn texts(event: Event) -> Vec<String> {
    match event {
        Event::Received(message) => Message::texts(&message),
        _ => Vec::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn events_end_with_the_session_after_what_happened_before() {
    let stage = Stage::new();
    let (alice, bob) = (stage.login("alice").await, stage.login("bob").await);
    let (session, mut events) = (bob.session, bob.events);
    alice.say(&c2c("bob"), "the last word").await;
    while session.archive().total_unread() == 0 {
        tokio::task::yield_now().await;
    }
    session.logout().await;
    let mut heard = Vec::new();
    let end = loop {
        match events.next().await {
            Ok(told) => heard.extend(texts(told.event)),
            Err(error) => break error,
        }
    };
    assert_eq!(heard, ["the last word"]);
    assert!(matches!(end, SessionError::Ended));
}
