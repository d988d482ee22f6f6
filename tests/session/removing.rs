//! Deleting and clearing, here and everywhere.

use mynah::archive::HistoryRequest;
use mynah::model::ReceiveOption;
use mynah::session::{Limits, Reach, Roaming};
use mynah::transport::loopback::Weather;

use super::stage::{Stage, c2c};

#[tokio::test(start_paused = true)]
async fn what_is_deleted_here_does_not_come_back_from_roaming_history() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "one").await;
    alice.say(&c2c("bob"), "two").await;
    bob.hears().await;
    bob.hears().await;
    assert_eq!(bob.session.delete(&c2c("alice"), &[&sent.id_text()], Reach::Here).await.unwrap(), 1);
    let page = bob.session.history(&c2c("alice"), &HistoryRequest::default(), Roaming::Fill).await.unwrap();
    assert_eq!(page.messages.len(), 1);
    assert_eq!(alice.texts(&c2c("bob")), ["one", "two"], "other people keep what they have");
}

#[tokio::test(start_paused = true)]
async fn what_is_deleted_everywhere_is_not_found_by_a_new_device() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "one").await;
    alice.say(&c2c("bob"), "two").await;
    bob.hears().await;
    bob.hears().await;
    bob.session.delete(&c2c("alice"), &[&sent.id_text()], Reach::Everywhere).await.unwrap();
    let roamed = async |session: &mynah::session::Session| {
        let page = session.history(&c2c("alice"), &HistoryRequest::default(), Roaming::Fill).await.unwrap();
        page.messages.iter().flat_map(mynah::model::Message::texts).collect::<Vec<_>>()
    };
    let tablet = stage.options().login(stage.folder.path().join("tablet"), stage.hub.device("bob", "tablet")).await.unwrap();
    assert_eq!(roamed(&tablet).await, ["two"]);
    bob.session.clear(&c2c("alice")).await.unwrap();
    assert!(roamed(&bob.session).await.is_empty());
    assert!(bob.session.archive().conversation(&c2c("alice")).unwrap().is_some(), "the conversation stays");
    alice.say(&c2c("bob"), "three").await;
    bob.hears().await;
    bob.session.delete_conversation(&c2c("alice")).await.unwrap();
    assert!(bob.session.archive().conversation(&c2c("alice")).unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn the_limits_of_the_service_are_kept_with_their_codes() {
    let stage = Stage::new();
    let bob = stage.login_with("bob", stage.options().limits(Limits::service())).await;
    let ids = vec!["x"; 51];
    let alice = c2c("alice");
    assert_eq!(bob.session.delete(&alice, &ids, Reach::Everywhere).await.unwrap_err().code(), 6017);
    assert_eq!(bob.session.delete(&alice, &ids[..50], Reach::Everywhere).await.unwrap(), 0);
    assert_eq!(bob.session.delete(&alice, &ids[..1], Reach::Everywhere).await.unwrap_err().code(), 7008);
    assert_eq!(bob.session.delete(&alice, &ids, Reach::Here).await.unwrap(), 0, "here there is no limit");
    for _ in 0..5 {
        bob.session.set_receive_option(std::slice::from_ref(&alice), ReceiveOption::Receive).await.unwrap();
    }
    assert_eq!(bob.session.set_receive_option(&[alice], ReceiveOption::Receive).await.unwrap_err().code(), 7008);
}

#[tokio::test(start_paused = true)]
async fn deleting_everywhere_without_a_connection_deletes_nothing() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "one").await;
    bob.hears().await;
    stage.hub.set_weather("bob", Weather::offline());
    assert_eq!(bob.session.delete(&c2c("alice"), &[&sent.id_text()], Reach::Everywhere).await.unwrap_err().code(), 9508);
    assert_eq!(bob.texts(&c2c("alice")), ["one"]);
}
