//! Saying something.

use std::time::Duration;

use mynah::model::{Body, Element, Message, Status};
use mynah::session::{Event, SessionError};
use mynah::transport::loopback::Weather;
use serde_json::json;

use super::stage::{BEGINNING, Stage, c2c, group};

#[tokio::test(start_paused = true)]
async fn what_one_says_the_other_hears_at_the_same_place() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "hello").await;
    let heard = bob.hears().await;
    assert_eq!((heard.conversation.clone(), heard.sender.as_str()), (Some(c2c("alice")), "alice"));
    assert_eq!((sent.place(), sent.id_text()), (heard.place(), heard.id_text()));
    assert_eq!((sent.status, heard.status), (Some(Status::Sent), Some(Status::Sent)));
    assert_eq!((sent.is_from_self, heard.is_from_self), (Some(true), Some(false)));
    assert_eq!((sent.is_read, heard.is_read), (Some(true), Some(false)));
    assert_eq!(bob.session.archive().total_unread(), 1);
    assert_eq!(alice.session.archive().total_unread(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_id_is_known_before_anything_leaves_and_stays() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let sending = alice.session.send(&c2c("bob"), Message::text("", 0, "hello")).await.unwrap();
    let id = sending.id().to_owned();
    assert!(id.starts_with(&format!("alice-{BEGINNING}-")), "{id}");
    assert!(id.len() < 128);
    stage.hub.set_weather("alice", Weather::default());
    assert_eq!(sending.outcome().await.unwrap().id_text(), id);
}

#[tokio::test(start_paused = true)]
async fn a_message_is_in_history_and_search_while_it_is_being_sent() {
    let stage = Stage::new();
    let mut alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let sending = alice.session.send(&c2c("bob"), Message::text("", 0, "waiting words")).await.unwrap();
    let queued = alice
        .until(|event| match event {
            Event::Queued(message) => Some(message),
            _ => None,
        })
        .await;
    assert_eq!((queued.id_text(), queued.status), (sending.id().to_owned(), Some(Status::Sending)));
    assert_eq!(alice.texts(&c2c("bob")), ["waiting words"]);
    let found = alice.session.archive().search(&mynah::archive::SearchRequest::new(mynah::query::Expr::word("waiting"))).unwrap();
    assert_eq!(found.hits.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_moves_in_history_to_where_the_server_put_it() {
    let stage = Stage::new();
    let (mut alice, bob) = (stage.login("alice").await, stage.login("bob").await);
    let ops = group("ops");
    stage.hub.join("ops", "alice").unwrap();
    stage.hub.join("ops", "bob").unwrap();
    stage.hub.set_weather("alice", Weather::offline());
    let first = alice.session.send(&ops, Message::text("", 0, "said first, taken last")).await.unwrap();
    tokio::time::advance(Duration::from_secs(10)).await;
    bob.say(&ops, "said last, taken first").await;
    stage.hub.set_weather("alice", Weather::default());
    let first = first.outcome().await.unwrap();
    alice.hears().await;
    assert_eq!(alice.texts(&ops), ["said last, taken first", "said first, taken last"]);
    assert_eq!((first.seq, first.client_time), (2, BEGINNING));
    assert!(first.server_time >= BEGINNING + 10);
    assert!(alice.session.archive().check().unwrap().findings.is_empty());
}

#[tokio::test(start_paused = true)]
async fn messages_to_one_conversation_leave_in_the_order_in_which_they_were_given() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let said: Vec<String> = (0..600).map(|number| format!("number {number}")).collect();
    let mut sendings = Vec::new();
    for text in &said {
        sendings.push(alice.session.send(&c2c("bob"), Message::text("", 0, text)).await.unwrap());
    }
    for sending in sendings {
        sending.await.unwrap();
    }
    for text in &said {
        assert_eq!(bob.hears().await.texts(), [text.as_str()]);
    }
    assert_eq!(alice.texts(&c2c("bob")), said);
    assert_eq!(bob.texts(&c2c("alice")), said);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_cannot_leave_fails_at_its_deadline() {
    let stage = Stage::new();
    let mut alice = stage.login_with("alice", stage.options().deadline(Duration::from_secs(30))).await;
    stage.hub.set_weather("alice", Weather::offline());
    let failure = alice.session.send(&c2c("bob"), Message::text("", 0, "never")).await.unwrap().await.unwrap_err();
    assert_eq!((failure.code(), failure.message.status), (6012, Some(Status::Failed)));
    let failed = alice
        .until(|event| match event {
            Event::Failed(message) => Some(message),
            _ => None,
        })
        .await;
    assert_eq!(failed.id_text(), failure.message.id_text());
    assert_eq!(alice.texts(&c2c("bob")), ["never"], "it stays in history with its status");
}

#[tokio::test(start_paused = true)]
async fn a_refused_message_fails_with_the_code_of_the_refusal() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.create_group("closed", "bob", &[]).unwrap();
    let sending = alice.session.send(&group("closed"), Message::text("", 0, "may I?")).await.unwrap();
    let failure = sending.await.unwrap_err();
    assert_eq!((failure.code(), failure.message.status), (10007, Some(Status::Failed)));
}

#[tokio::test(start_paused = true)]
async fn a_waiting_message_can_be_cancelled_and_a_sent_one_not() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let sending = alice.session.send(&c2c("bob"), Message::text("", 0, "on second thought")).await.unwrap();
    let cancelled = alice.session.cancel(sending.id()).await.unwrap();
    assert_eq!(cancelled.status, Some(Status::Cancelled));
    assert_eq!(sending.await.unwrap_err().code(), 8021);
    stage.hub.set_weather("alice", Weather::default());
    let sent = alice.say(&c2c("bob"), "settled").await;
    assert_eq!(alice.session.cancel(&sent.id_text()).await.unwrap_err().code(), 8020);
    assert_eq!(alice.session.cancel("no such id").await.unwrap_err().code(), 8020);
    assert_eq!(stage.login("bob").await.session.archive().total_unread(), 0, "nobody heard of it yet");
}

#[tokio::test(start_paused = true)]
async fn an_online_only_message_reaches_who_is_there_and_is_kept_nowhere() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let mut message = Message::text("", 0, "typing");
    message.body.set("message_is_online_msg", Some(json!(true))).unwrap();
    let sent = alice.session.send(&c2c("bob"), message).await.unwrap().await.unwrap();
    assert_eq!(sent.status, Some(Status::Sent));
    let heard = bob
        .until(|event| match event {
            Event::Online(message) => Some(message),
            _ => None,
        })
        .await;
    assert_eq!(heard.texts(), ["typing"]);
    assert!(alice.texts(&c2c("bob")).is_empty() && bob.texts(&c2c("alice")).is_empty());
    assert!(alice.find(&sent.id_text()).is_none() && bob.session.archive().conversations().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_a_message_arrives_with_it() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    stage.hub.join("ops", "alice").unwrap();
    stage.hub.join("ops", "bob").unwrap();
    let mut message = Message::new(
        "",
        0,
        Body::of_elements(&[
            Element::text("look"),
            Element::face(3, "smile"),
            Element::location("here", 1.5, 2.5),
            Element::custom("d", "e"),
        ]),
    );
    let keys = [
        ("message_priority", json!(0)),
        ("message_group_at_user_array", json!(["bob", "__kImSDK_MesssageAtALL__"])),
        ("message_is_forward_message", json!(true)),
        ("message_cloud_custom_str", json!("for everybody")),
        ("app_own_key", json!({"a": [1, 2]})),
    ];
    for (key, value) in &keys {
        message.body.set(key, Some(value.clone())).unwrap();
    }
    message.body.set("message_custom_str", Some(json!("mine alone"))).unwrap();
    let sent = alice.session.send(&group("ops"), message).await.unwrap().await.unwrap();
    let heard = bob.hears().await;
    for (key, value) in &keys {
        assert_eq!(heard.body.get(key).as_ref(), Some(value), "{key}");
    }
    assert_eq!(heard.body.elements(), sent.body.elements());
    assert_eq!(sent.body.get("message_custom_str"), Some(json!("mine alone")));
    assert_eq!(heard.body.get("message_custom_str"), None);
}

#[tokio::test(start_paused = true)]
async fn a_message_to_many_tells_of_each() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    let mut bob = stage.login("bob").await;
    let sent = alice.session.send_to_all(&["bob", "", "carol", "bob"], Message::text("", 0, "news")).await.unwrap();
    let users: Vec<&str> = sent.iter().map(|sent| sent.user.as_str()).collect();
    assert_eq!(users, ["bob", "", "carol", "bob"]);
    let ids: std::collections::BTreeSet<String> = sent.iter().filter_map(|sent| Some(sent.result.as_ref().ok()?.id_text())).collect();
    assert_eq!(ids.len(), 3, "each has an id of its own");
    assert!(sent[1].result.as_ref().is_err_and(|failure| failure.code() == 6017));
    assert_eq!((bob.hears().await.texts(), bob.hears().await.texts()), (vec!["news".to_owned()], vec!["news".to_owned()]));
    let too_many = vec!["x"; 501];
    let refused = alice.session.send_to_all(&too_many, Message::text("", 0, "news")).await.unwrap_err();
    assert_eq!(refused.code(), 90011);
}

#[tokio::test(start_paused = true)]
async fn who_sends_too_much_at_once_waits_or_is_told() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let mut sendings = Vec::new();
    for number in 0..1_000 {
        sendings.push(alice.session.try_send(&c2c("bob"), Message::text("", 0, &number.to_string())).unwrap());
    }
    let refused = alice.session.try_send(&c2c("bob"), Message::text("", 0, "one more")).err().unwrap();
    assert!(matches!(refused, SessionError::Busy { limit: 1_000 }));
    let bob = c2c("bob");
    let one_more = alice.session.send(&bob, Message::text("", 0, "one more"));
    let home = async {
        stage.hub.set_weather("alice", Weather::default());
        for sending in sendings {
            sending.await.unwrap();
        }
    };
    let (one_more, ()) = tokio::join!(one_more, home);
    one_more.unwrap().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn any_waiting_message_can_be_cancelled_at_once() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let mut sendings = Vec::new();
    for text in ["one", "two", "three"] {
        sendings.push(alice.session.send(&c2c("bob"), Message::text("", 0, text)).await.unwrap());
        while alice.find(sendings[sendings.len() - 1].id()).is_none() {
            tokio::task::yield_now().await;
        }
    }
    let before = tokio::time::Instant::now();
    for sending in [&sendings[1], &sendings[0]] {
        assert_eq!(alice.session.cancel(sending.id()).await.unwrap().status, Some(Status::Cancelled));
    }
    assert!(before.elapsed() < Duration::from_secs(1), "nobody waited for the message in front");
    stage.hub.set_weather("alice", Weather::default());
    sendings[2].outcome().await.unwrap();
    let mut bob = stage.login("bob").await;
    assert_eq!(bob.hears().await.texts(), ["three"]);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_message_does_not_wait_for_a_large_file_behind_it() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather { upload_bytes_per_s: Some(1_000), ..Weather::default() });
    let path = stage.folder.path().join("large");
    std::fs::write(&path, vec![7; 100_000]).unwrap();
    let text = alice.session.send(&c2c("bob"), Message::text("", 0, "see attached")).await.unwrap();
    let file = Message::new("", 0, Body::of_elements(&[Element::file(path.to_str().unwrap(), 0)]));
    let file = alice.session.send(&c2c("bob"), file).await.unwrap();
    let before = tokio::time::Instant::now();
    text.await.unwrap();
    assert!(before.elapsed() < Duration::from_secs(1));
    file.await.unwrap();
    assert!(before.elapsed() >= Duration::from_secs(99));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_was_deleted_while_it_waited_is_not_said() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let kinds = [Some(mynah::session::Reach::Here), None];
    for (text, reach) in ["deleted", "cleared"].into_iter().zip(kinds) {
        let sending = alice.session.send(&c2c(text), Message::text("", 0, text)).await.unwrap();
        while alice.find(sending.id()).is_none() {
            tokio::task::yield_now().await;
        }
        match reach {
            Some(reach) => assert_eq!(alice.session.delete(&c2c(text), &[sending.id()], reach).await.unwrap(), 1),
            // Without a session's help, and then the process ends.
            None => assert_eq!(alice.session.archive().delete(&c2c(text), &[sending.id()]).unwrap(), 1),
        }
    }
    alice.crash().await;
    stage.hub.set_weather("alice", Weather::default());
    let alice = stage.login("alice").await;
    for text in ["deleted", "cleared"] {
        alice.say(&c2c(text), "something else").await;
        assert_eq!(stage.login(text).await.hears().await.texts(), ["something else"]);
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_learns_that_the_session_is_gone() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather::offline());
    let mut sendings = Vec::new();
    for number in 0..3 {
        sendings.push(alice.session.send(&c2c("bob"), Message::text("", 0, &number.to_string())).await.unwrap());
    }
    alice.crash().await;
    for sending in sendings {
        assert!(matches!(*sending.await.unwrap_err().error, SessionError::Ended));
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_purged_on_its_way_is_acknowledged_as_it_was_taken() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather { delay: Duration::from_secs(1), ..Weather::default() });
    let sending = alice.session.send(&c2c("bob"), Message::text("", 0, "gone here")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    alice.session.archive().purge(&c2c("bob"), mynah::archive::Purge::All).unwrap();
    let sent = sending.outcome().await.unwrap();
    assert_eq!((sent.status, sent.server_time), (Some(Status::Sent), BEGINNING + 1));
}
