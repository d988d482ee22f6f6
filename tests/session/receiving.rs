//! Hearing.

use mynah::model::{Body, Element, Message, ReceiveOption};
use mynah::session::Event;
use mynah::transport::loopback::Loopback;
use mynah::transport::{Parcel, Transport};

use super::stage::{BEGINNING, Stage, c2c, group};

/// Publishes messages as fast as the hub takes them.
pub(super) async fn flood(from: &Loopback, to: &str, count: u32) {
    for number in 0..count {
        let mut message = Message::text(from.account(), BEGINNING, &format!("flood {number}"));
        message.rand = number + 1;
        from.publish(Parcel::Message { to: c2c(to), message }).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn who_was_away_hears_it_all_at_login() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    for text in ["one", "two"] {
        alice.say(&c2c("bob"), text).await;
    }
    let mut bob = stage.login("bob").await;
    assert_eq!((bob.hears().await.texts(), bob.hears().await.texts()), (vec!["one".to_owned()], vec!["two".to_owned()]));
    bob.crash().await;
    alice.say(&c2c("bob"), "three").await;
    let mut bob = stage.login("bob").await;
    assert_eq!(bob.hears().await.texts(), ["three"]);
    assert_eq!(bob.texts(&c2c("alice")), ["one", "two", "three"]);
    assert_eq!(bob.session.archive().total_unread(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_was_received_and_not_confirmed_is_there_once() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    alice.say(&c2c("bob"), "once").await;
    for _ in 0..3 {
        // Confirming does not reach the hub, so it comes again at every login.
        stage.hub.set_weather(
            "bob",
            mynah::transport::loopback::Weather { lose_requests: mynah::transport::loopback::Loss::Share(1.0), ..Default::default() },
        );
        let bob = stage.login("bob").await;
        while bob.texts(&c2c("alice")).is_empty() {
            tokio::task::yield_now().await;
        }
        bob.crash().await;
    }
    let bob = stage.login("bob").await;
    assert_eq!(bob.texts(&c2c("alice")), ["once"]);
    assert_eq!(bob.session.archive().total_unread(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_receive_option_decides_what_is_taken_in_and_what_notifies() {
    let stage = Stage::new();
    let (alice, carol) = (stage.login("alice").await, stage.login("carol").await);
    let mut bob = stage.login("bob").await;
    bob.session.set_receive_option(&[c2c("alice")], ReceiveOption::NotReceive).await.unwrap();
    bob.session.set_receive_option(&[c2c("carol")], ReceiveOption::NotNotify).await.unwrap();
    alice.say(&c2c("bob"), "unheard").await;
    carol.say(&c2c("bob"), "quiet").await;
    assert_eq!(bob.hears().await.texts(), ["quiet"]);
    assert!(bob.texts(&c2c("alice")).is_empty());
    let listed = bob.session.archive().conversations().unwrap();
    assert!(listed.iter().all(|listed| listed.messages > 0 || listed.id == c2c("alice")));
    assert_eq!(bob.session.archive().total_unread(), 0, "what does not notify does not count in all");
    assert_eq!(bob.session.archive().conversation(&c2c("carol")).unwrap().unwrap().unread, 1);
    bob.session.set_receive_option(&[c2c("alice")], ReceiveOption::Receive).await.unwrap();
    alice.say(&c2c("bob"), "heard again").await;
    assert_eq!(bob.hears().await.texts(), ["heard again"]);
}

#[tokio::test(start_paused = true)]
async fn another_device_of_an_account_hears_what_the_account_says() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    let phone = stage.options().login(stage.folder.path().join("phone"), stage.hub.device("alice", "phone")).await.unwrap();
    let sent = alice.say(&c2c("bob"), "from the desk").await;
    let mut events = phone.events_since(mynah::JournalNo(0));
    let heard = loop {
        if let Event::Received(message) | Event::Added(message) = events.next().await.unwrap().event {
            break message;
        }
    };
    assert_eq!((heard.id_text(), heard.is_from_self, heard.place()), (sent.id_text(), Some(true), sent.place()));
    assert_eq!(phone.archive().total_unread(), 0);
}

#[tokio::test(start_paused = true)]
async fn no_message_can_name_a_file_of_its_reader() {
    let stage = Stage::new();
    let mut bob = stage.login("bob").await;
    let mallory = stage.hub.account("mallory");
    let mut message =
        Message::new("mallory", BEGINNING, Body::of_elements(&[Element::image("/etc/passwd"), Element::file("/etc/shadow", 9)]));
    message.rand = 1;
    message.body.set("mynah_media", Some(serde_json::json!(["00".repeat(32)]))).unwrap();
    mallory.publish(Parcel::Message { to: c2c("bob"), message }).await.unwrap();
    let heard = bob.hears().await;
    assert!(!heard.body.as_json().contains("/etc/"));
    assert_eq!(heard.body.get("mynah_media"), None);
}

#[tokio::test(start_paused = true)]
async fn a_group_numbers_its_messages_for_everyone_alike() {
    let stage = Stage::new();
    for name in ["alice", "bob", "carol"] {
        stage.hub.join("ops", name).unwrap();
    }
    let (alice, bob, mut carol) = (stage.login("alice").await, stage.login("bob").await, stage.login("carol").await);
    let mut seqs = Vec::new();
    for number in 0..10 {
        let side = if number % 2 == 0 { &alice } else { &bob };
        seqs.push(side.say(&group("ops"), &format!("{number}")).await.seq);
    }
    assert_eq!(seqs, (1..=10).collect::<Vec<u64>>());
    for seq in seqs {
        assert_eq!(carol.hears().await.seq, seq);
    }
}
