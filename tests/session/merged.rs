//! Bundles of messages.

use mynah::model::{Body, Element, Message};
use mynah::session::Bundle;
use mynah::transport::{Parcel, Transport as _};

use super::stage::{Stage, c2c};

fn bundle(messages: Vec<Message>) -> Bundle {
    Bundle { title: "what was said".to_owned(), lines: vec!["alice: one".to_owned()], compatible_text: "a bundle".to_owned(), messages }
}

fn said(texts: &[&str]) -> Vec<Message> {
    texts.iter().zip(1_600_000_000..).map(|(text, time)| Message::text("carol", time, text)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_bundle_is_received_without_its_messages_and_gives_them_when_asked() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.session.send_merged(&c2c("bob"), bundle(said(&["one", "two"]))).await.unwrap().await.unwrap();
    let heard = bob.hears().await;
    assert!(!heard.body.as_json().contains("\"one\""), "the messages travel beside it");
    for side in [(&alice, &sent), (&bob, &heard)] {
        let inside = side.0.session.download_merged(side.1).await.unwrap();
        let texts: Vec<String> = inside.iter().flat_map(Message::texts).collect();
        assert_eq!(texts, ["one", "two"]);
        assert_eq!((inside[0].sender.as_str(), inside[0].server_time), ("carol", 1_600_000_000));
    }
}

#[tokio::test(start_paused = true)]
async fn a_bundle_can_be_told_on_in_a_bundle_a_hundred_times_and_no_more() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let mut inner = alice.session.send_merged(&c2c("bob"), bundle(said(&["the core"]))).await.unwrap().await.unwrap();
    bob.hears().await;
    for _ in 0..99 {
        inner = alice.session.send_merged(&c2c("bob"), bundle(vec![inner])).await.unwrap().await.unwrap();
        bob.hears().await;
    }
    let failure = alice.session.send_merged(&c2c("bob"), bundle(vec![inner.clone()])).await.unwrap().await.unwrap_err();
    assert_eq!(failure.code(), 8005);
    let mut message = inner;
    for _ in 0..99 {
        message = bob.session.download_merged(&message).await.unwrap().remove(0);
    }
    assert_eq!(bob.session.download_merged(&message).await.unwrap()[0].texts(), ["the core"]);
}

#[tokio::test(start_paused = true)]
async fn a_bundle_of_too_many_messages_or_lines_is_refused() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    let many: Vec<String> = (0..301).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let most = alice.session.send_merged(&c2c("bob"), bundle(said(&many[..300]))).await.unwrap();
    most.await.unwrap();
    let too_many = alice.session.send_merged(&c2c("bob"), bundle(said(&many))).await.unwrap();
    assert_eq!(too_many.await.unwrap_err().code(), 6017);
    let lines = Bundle { lines: vec![String::new(); 6], ..bundle(said(&["one"])) };
    assert_eq!(alice.session.send_merged(&c2c("bob"), lines).await.unwrap().await.unwrap_err().code(), 6017);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_bundle_says_so() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    let plain = alice.say(&c2c("bob"), "plain").await;
    assert_eq!(alice.session.download_merged(&plain).await.unwrap_err().code(), 6017);
    let mut merge = mynah::model::MergeElement { layer_over_limit: true, ..Default::default() };
    let deep = Message::new("bob", 5, Body::of_elements(&[Element::Merge(merge.clone())]));
    assert_eq!(alice.session.download_merged(&deep).await.unwrap_err().code(), 8005);
    merge = mynah::model::MergeElement { relay_json_key: format!("media:{}", "00".repeat(32)), ..Default::default() };
    let gone = Message::new("bob", 5, Body::of_elements(&[Element::Merge(merge)]));
    assert_eq!(alice.session.download_merged(&gone).await.unwrap_err().code(), 6009);
}

#[tokio::test(start_paused = true)]
async fn no_bundle_can_name_a_file_of_its_reader() {
    let stage = Stage::new();
    let mut bob = stage.login("bob").await;
    let mallory = stage.hub.account("mallory");
    let inner =
        serde_json::json!({"message_sender": "bob", "message_elem_array": [{"elem_type": 4, "file_elem_file_path": "/etc/shadow"}]});
    let mut message = Message::new("mallory", 5, Body::of_elements(&[Element::merge("look", Vec::new(), "", vec![inner])]));
    message.rand = 1;
    mallory.publish(Parcel::Message { to: c2c("bob"), message }).await.unwrap();
    let heard = bob.hears().await;
    let inside = bob.session.download_merged(&heard).await.unwrap();
    assert!(!inside[0].body.as_json().contains("shadow"));
}
