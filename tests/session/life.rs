//! Logging in and out.

use std::sync::Arc;

use mynah::StoreError;
use mynah::archive::{ArchiveError, ArchiveOptions};
use mynah::model::{Message, Status};
use mynah::session::SessionError;
use mynah::transport::loopback::{Hub, Weather};

use super::stage::{BEGINNING, Stage, c2c};

#[tokio::test(start_paused = true)]
async fn an_archive_belongs_to_one_account() {
    let stage = Stage::new();
    stage.login("alice").await.session.logout().await;
    let error = stage.options().login(stage.folder.path().join("alice"), stage.hub.account("mallory")).await.err().unwrap();
    assert_eq!(error.code(), 7012);
    let SessionError::Archive(ArchiveError::OtherAccount { owner, account }) = error else { panic!("{error}") };
    assert_eq!((owner.as_str(), account.as_str()), ("alice", "mallory"));
}

#[tokio::test(start_paused = true)]
async fn an_account_whose_ids_would_be_too_long_cannot_log_in() {
    let stage = Stage::new();
    let error = stage.options().login(stage.folder.path().join("long"), stage.hub.account(&"x".repeat(97))).await.err().unwrap();
    assert_eq!(error.to_string(), "the name of an account is 97 bytes, the limit is 96");
}

#[tokio::test(start_paused = true)]
async fn logging_out_leaves_what_waits_for_the_next_login_and_closes_the_archive() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let sending = alice.session.send(&c2c("bob"), Message::text("", 0, "later")).await.unwrap();
    while alice.find(sending.id()).is_none() {
        tokio::task::yield_now().await;
    }
    drop(alice.events);
    alice.session.logout().await;
    drop(alice.session);
    assert!(matches!(*sending.await.unwrap_err().error, SessionError::Ended));
    stage.hub.set_weather("alice", Weather::default());
    let mut bob = stage.login("bob").await;
    let alice = stage.login("alice").await;
    let heard = bob.hears().await;
    while alice.find(&heard.id_text()).unwrap().status != Some(Status::Sent) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_over_an_archive_that_is_only_read_receives_nothing_and_sends_nothing() {
    let stage = Stage::new();
    let bob = stage.login("bob").await;
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let waiting = alice.session.send(&c2c("bob"), Message::text("", 0, "waits")).await.unwrap().id().to_owned();
    while alice.find(&waiting).is_none() {
        tokio::task::yield_now().await;
    }
    alice.crash().await;
    stage.hub.set_weather("alice", Weather::default());

    let reader = Arc::new(ArchiveOptions::new().memory_mib(64).open_reader(stage.folder.path().join("alice")).unwrap());
    let looks = stage.options().login_to(Arc::clone(&reader), Hub::new().account("alice")).await.unwrap();
    let said = bob.say(&c2c("alice"), "hello").await.id_text();
    let refused = looks.send(&c2c("bob"), Message::text("", 0, "now")).await.unwrap().outcome().await.unwrap_err();
    assert!(matches!(&*refused.error, SessionError::Archive(ArchiveError::Store(StoreError::ReadOnly))), "{}", refused.error);
    reader.refresh().unwrap();
    assert_eq!(reader.find(&[&waiting]).unwrap()[0].status, Some(Status::Sending));
    assert!(reader.find(&[&said]).unwrap().is_empty());

    looks.logout().await;
}

#[tokio::test(start_paused = true)]
async fn the_servers_clock_can_be_asked() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    assert_eq!(alice.session.server_time(), BEGINNING);
    assert_eq!(alice.session.account(), "alice");
}

#[tokio::test]
async fn an_acknowledged_message_is_on_the_disk_of_both_sides() {
    let stage = Stage::new();
    let options = || mynah::session::SessionOptions::new();
    let alice = options().login(stage.folder.path().join("a"), stage.hub.account("alice")).await.unwrap();
    let bob = options().login(stage.folder.path().join("b"), stage.hub.account("bob")).await.unwrap();
    let mut heard = bob.events();
    let sent = alice.send(&c2c("bob"), Message::text("", 0, "for good")).await.unwrap().await.unwrap();
    while !matches!(heard.next().await.unwrap().event, mynah::session::Event::Received(_)) {}
    let reader = mynah::archive::ArchiveOptions::new().open_reader(stage.folder.path().join("b")).unwrap();
    assert_eq!(reader.find(&[&sent.id_text()]).unwrap().len(), 1, "another process sees it at the same time");
    drop(heard);
    alice.logout().await;
    bob.logout().await;
}

#[tokio::test(start_paused = true)]
async fn one_session_works_on_an_archive_at_a_time() {
    let stage = Stage::new();
    let archive = std::sync::Arc::new(mynah::archive::ArchiveOptions::new().open(stage.folder.path().join("alice")).unwrap());
    let login = || stage.options().login_to(std::sync::Arc::clone(&archive), stage.hub.account("alice"));
    let first = login().await.unwrap();
    assert!(matches!(login().await.err().unwrap(), SessionError::AtWork));
    let _still_listening = first.events();
    first.logout().await;
    login().await.unwrap();
}
