//! History that is not all here.

use mynah::archive::{HistoryRequest, Order, Purge, Start};
use mynah::model::{Message, Status};
use mynah::query::tim::HistoryParam;
use mynah::session::{Event, Roaming, Session};
use mynah::transport::loopback::Weather;

use super::stage::{Stage, c2c, group};

async fn walk(session: &Session, order: Order, limit: usize) -> Vec<String> {
    let mut texts = Vec::new();
    let mut request = HistoryRequest { order, limit, ..HistoryRequest::default() };
    loop {
        let page = session.history(&group("ops"), &request, Roaming::Fill).await.unwrap();
        texts.extend(page.messages.iter().flat_map(Message::texts));
        let Some(last) = page.messages.last().filter(|_| page.messages.len() == limit) else { return texts };
        request.start = Start::Beyond(last.place());
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_archive_finds_all_that_was_said_page_by_page_in_both_directions() {
    let stage = Stage::new();
    stage.hub.join("ops", "alice").unwrap();
    let alice = stage.login("alice").await;
    let mut said = Vec::new();
    for number in 0..500 {
        said.push(format!("{number}"));
        alice.say(&group("ops"), &said[number]).await;
        if number % 7 == 0 {
            tokio::time::advance(std::time::Duration::from_secs(1)).await;
        }
    }
    for order in [Order::OldestFirst, Order::NewestFirst] {
        alice.session.archive().purge(&group("ops"), Purge::All).unwrap();
        let mut found = walk(&alice.session, order, 33).await;
        if order == Order::NewestFirst {
            found.reverse();
        }
        assert_eq!(found, said, "{order:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn roaming_fills_a_hole_without_doubles_and_without_a_notice() {
    let stage = Stage::new();
    stage.hub.join("ops", "alice").unwrap();
    stage.hub.join("ops", "bob").unwrap();
    let alice = stage.login("alice").await;
    let mut bob = stage.login("bob").await;
    let mut sent = Vec::new();
    for text in ["one", "two", "three", "four"] {
        sent.push(alice.say(&group("ops"), text).await);
        bob.hears().await;
    }
    bob.session.archive().purge(&group("ops"), Purge::Ids(&[&sent[1].id_text(), &sent[2].id_text()])).unwrap();
    assert_eq!(bob.texts(&group("ops")), ["one", "four"]);
    alice.session.recall(&sent[1].id_text(), None).await.unwrap();
    alice.session.edit_text(&sent[2].id_text(), "three and a half").await.unwrap();
    let unread = bob.session.archive().total_unread();
    let page = bob.session.history(&group("ops"), &HistoryRequest::default(), Roaming::Fill).await.unwrap();
    let texts: Vec<String> = page.messages.iter().rev().flat_map(Message::texts).collect();
    assert_eq!(texts, ["one", "two", "three and a half", "four"]);
    assert_eq!(page.messages[2].status, Some(Status::Recalled));
    assert_eq!(bob.session.archive().total_unread(), unread, "history is no news");
    alice.say(&group("ops"), "five").await;
    let next = bob
        .until(|event| match event {
            Event::Received(message) => Some(message),
            _ => None,
        })
        .await;
    assert_eq!(next.texts(), ["five"], "nothing of the history was told as received");
    assert!(bob.session.archive().check().unwrap().findings.is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_a_connection_history_is_what_is_here() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    alice.say(&c2c("bob"), "one").await;
    bob.hears().await;
    stage.hub.set_weather("bob", Weather::offline());
    let page = bob.session.history(&c2c("alice"), &HistoryRequest::default(), Roaming::Fill).await.unwrap();
    assert_eq!(page.messages.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_request_of_the_message_api_fills_where_it_asks_for_it() {
    let stage = Stage::new();
    stage.hub.join("ops", "alice").unwrap();
    let alice = stage.login("alice").await;
    for text in ["one", "two", "three"] {
        alice.say(&group("ops"), text).await;
    }
    alice.session.archive().purge(&group("ops"), Purge::All).unwrap();
    let ask = async |json: &str| {
        let param = HistoryParam::from_json(json).unwrap();
        let messages = alice.session.history_for(&group("ops"), &param).await.unwrap();
        messages.iter().flat_map(Message::texts).collect::<Vec<_>>()
    };
    assert!(ask(r#"{"msg_getmsglist_param_count":2}"#).await.is_empty());
    assert_eq!(ask(r#"{"msg_getmsglist_param_count":2,"msg_getmsglist_param_is_remble":true}"#).await, ["three", "two"]);
    assert_eq!(ask(r#"{"msg_getmsglist_param_count":2}"#).await, ["three", "two"]);
}
