//! Read marks and read receipts.

use mynah::archive::ReadUpTo;
use mynah::model::{ConversationKind, Message};
use mynah::session::{Event, Limits};
use mynah::transport::loopback::Weather;

use super::stage::{Stage, c2c};

fn peer_read(event: Event) -> Option<u64> {
    match event {
        Event::PeerRead { up_to, .. } => Some(up_to),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_report_turns_the_senders_messages_to_read() {
    let stage = Stage::new();
    let (mut alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "read me").await;
    bob.hears().await;
    assert_eq!(alice.find(&sent.id_text()).unwrap().is_peer_read, Some(false));
    assert_eq!(bob.session.report_read(ReadUpTo::Conversation(&c2c("alice"))).await.unwrap(), 1);
    assert_eq!(alice.until(peer_read).await, sent.server_time);
    assert_eq!(alice.find(&sent.id_text()).unwrap().is_peer_read, Some(true));
    assert_eq!(bob.session.archive().total_unread(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_read_report_up_to_a_message_leaves_what_came_behind_it() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let mut heard = Vec::new();
    for text in ["one", "two", "three"] {
        alice.say(&c2c("bob"), text).await;
        heard.push(bob.hears().await);
    }
    let read = bob.session.report_read(ReadUpTo::Message(&c2c("alice"), heard[1].place())).await.unwrap();
    assert_eq!((read, bob.session.archive().total_unread()), (2, 1));
    assert_eq!(bob.session.report_read(ReadUpTo::Message(&c2c("alice"), heard[0].place())).await.unwrap(), 0, "a mark never goes back");
}

#[tokio::test(start_paused = true)]
async fn a_read_report_that_could_not_leave_leaves_after_a_crash() {
    let stage = Stage::new();
    let (mut alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "read me").await;
    bob.hears().await;
    stage.hub.set_weather("bob", Weather::offline());
    bob.session.report_read(ReadUpTo::All).await.unwrap();
    bob.crash().await;
    stage.hub.set_weather("bob", Weather::default());
    let _bob = stage.login("bob").await;
    assert_eq!(alice.until(peer_read).await, sent.server_time);
}

#[tokio::test(start_paused = true)]
async fn everything_of_a_kind_is_read_at_once_but_not_twice_a_second() {
    let stage = Stage::new();
    let (alice, carol) = (stage.login("alice").await, stage.login("carol").await);
    let mut bob = stage.login_with("bob", stage.options().limits(Limits::service())).await;
    alice.say(&c2c("bob"), "one").await;
    carol.say(&c2c("bob"), "two").await;
    bob.hears().await;
    bob.hears().await;
    assert_eq!(bob.session.report_read(ReadUpTo::Kind(ConversationKind::Group)).await.unwrap(), 0);
    assert_eq!(bob.session.report_read(ReadUpTo::Kind(ConversationKind::C2c)).await.unwrap_err().code(), 7008);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    assert_eq!(bob.session.report_read(ReadUpTo::Kind(ConversationKind::C2c)).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_tell_readers_reads_in_silence() {
    let stage = Stage::new();
    let (mut alice, mut bob) = (stage.login("alice").await, stage.login_with("bob", stage.options().tells_readers(false)).await);
    alice.say(&c2c("bob"), "read me").await;
    bob.hears().await;
    bob.session.report_read(ReadUpTo::All).await.unwrap();
    bob.say(&c2c("alice"), "an answer").await;
    let first = alice
        .until(|event| match event {
            Event::PeerRead { .. } => Some("told"),
            Event::Received(_) => Some("silent"),
            _ => None,
        })
        .await;
    assert_eq!(first, "silent");
}

#[tokio::test(start_paused = true)]
async fn own_messages_are_read_from_the_start_and_never_count() {
    let stage = Stage::new();
    let (mut alice, bob) = (stage.login("alice").await, stage.login("bob").await);
    let to_self = alice.say(&c2c("alice"), "a note to myself").await;
    assert_eq!(to_self.is_read, Some(true));
    bob.say(&c2c("alice"), "hello").await;
    let heard: Message = alice.hears().await;
    assert_eq!(heard.texts(), ["hello"]);
    assert_eq!(alice.session.archive().total_unread(), 1);
}
