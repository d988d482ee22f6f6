//! Taking back and saying differently.

use std::time::Duration;

use mynah::archive::SearchRequest;
use mynah::model::{Message, Status};
use mynah::query::Expr;
use mynah::session::Event;
use mynah::transport::loopback::{Loss, Weather};

use super::stage::{Side, Stage, c2c, group};

fn finds(side: &Side, word: &str) -> usize {
    side.session.archive().search(&SearchRequest::new(Expr::word(word))).unwrap().hits.len()
}

fn recalled(event: Event) -> Option<Message> {
    match event {
        Event::Recalled(message) => Some(message),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_recalled_message_stays_on_both_sides_and_leaves_search_and_unread() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "regrettable").await;
    bob.hears().await;
    assert_eq!((finds(&bob, "regrettable"), bob.session.archive().total_unread()), (1, 1));
    let own = alice.session.recall(&sent.id_text(), Some("a slip")).await.unwrap();
    let theirs = bob.until(recalled).await;
    assert_eq!((own.status, theirs.status), (Some(Status::Recalled), Some(Status::Recalled)));
    assert_eq!(theirs.body.get("message_revoke_reason"), Some("a slip".into()));
    assert_eq!(theirs.body.get("message_revoker_user_id"), Some("alice".into()));
    assert_eq!((finds(&alice, "regrettable"), finds(&bob, "regrettable")), (0, 0));
    assert_eq!(bob.session.archive().total_unread(), 0);
    assert_eq!(bob.session.archive().conversation(&c2c("alice")).unwrap().unwrap().messages, 1);
    assert_eq!(alice.session.recall(&sent.id_text(), None).await.unwrap_err().code(), 20023);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_recalled_says_why() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let old = alice.say(&c2c("bob"), "old").await;
    bob.hears().await;
    tokio::time::advance(Duration::from_secs(121)).await;
    assert_eq!(alice.session.recall(&old.id_text(), None).await.unwrap_err().code(), 6223);
    assert_eq!(bob.session.recall(&old.id_text(), None).await.unwrap_err().code(), 6017);
    assert_eq!(bob.session.recall("unknown", None).await.unwrap_err().code(), 6017);
    let saved = bob.session.archive().save(&c2c("alice"), Message::text("bob", 5, "a note")).unwrap();
    assert_eq!(bob.session.recall(&saved.id_text(), None).await.unwrap_err().code(), 6017);
    let patient = stage.login_with("patient", stage.options().recall_window(Duration::from_secs(9_999))).await;
    let mine = patient.say(&c2c("bob"), "mine").await;
    tokio::time::advance(Duration::from_secs(121)).await;
    assert_eq!(patient.session.recall(&mine.id_text(), None).await.unwrap_err().code(), 20016, "the other side has its own window");
    stage.hub.create_group("ops", "alice", &["patient"]).unwrap();
    let mine = patient.say(&group("ops"), "mine").await;
    tokio::time::advance(Duration::from_secs(121)).await;
    assert_eq!(patient.session.recall(&mine.id_text(), None).await.unwrap_err().code(), 10031, "groups have numbers of their own");
}

#[tokio::test(start_paused = true)]
async fn who_leads_a_group_recalls_the_messages_of_others_and_members_do_not() {
    let stage = Stage::new();
    stage.hub.create_group("ops", "owner", &["alice", "bob"]).unwrap();
    let mut owner = stage.login("owner").await;
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&group("ops"), "off topic").await;
    owner.hears().await;
    bob.hears().await;
    assert_eq!(bob.session.recall(&sent.id_text(), None).await.unwrap_err().code(), 10007);
    owner.session.recall(&sent.id_text(), None).await.unwrap();
    assert_eq!(bob.until(recalled).await.id_text(), sent.id_text());
}

#[tokio::test(start_paused = true)]
async fn recalling_a_message_that_still_waits_calls_it_back() {
    let stage = Stage::new();
    let (alice, bob) = (stage.login("alice").await, stage.login("bob").await);
    stage.hub.set_weather("alice", Weather::offline());
    let sending = alice.session.send(&c2c("bob"), Message::text("", 0, "no, wait")).await.unwrap();
    let back = alice.session.recall(sending.id(), None).await.unwrap();
    assert_eq!(back.status, Some(Status::Cancelled));
    stage.hub.set_weather("alice", Weather::default());
    alice.say(&c2c("bob"), "better").await;
    assert!(alice.find(sending.id()).is_some() && bob.find(sending.id()).is_none(), "nobody else ever saw it");
}

#[tokio::test(start_paused = true)]
async fn recalling_a_message_that_is_leaving_takes_it_back_as_soon_as_it_has_arrived() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    stage.hub.set_weather("alice", Weather { delay: Duration::from_secs(1), ..Weather::default() });
    let sending = alice.session.send(&c2c("bob"), Message::text("", 0, "gone")).await.unwrap();
    // Long enough to be on its way, not long enough to be there.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let back = alice.session.recall(sending.id(), None).await.unwrap();
    assert_eq!(back.status, Some(Status::Recalled));
    assert_eq!(bob.until(recalled).await.id_text(), back.id_text());
}

#[tokio::test(start_paused = true)]
async fn a_recall_whose_answer_was_lost_is_a_recall() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "oops").await;
    stage.hub.set_weather("alice", Weather { lose_answers: Loss::Next(1), ..Weather::default() });
    let own = alice.session.recall(&sent.id_text(), None).await.unwrap();
    assert_eq!(own.status, Some(Status::Recalled));
    bob.until(recalled).await;
}

#[tokio::test(start_paused = true)]
async fn an_edit_reaches_the_other_side_and_search_follows() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "the meeting is at four").await;
    let heard = bob.hears().await;
    bob.session.archive().annotate(&heard.id_text(), None, Some("a note of bob's")).unwrap();
    alice.session.edit_text(&sent.id_text(), "the meeting is at five").await.unwrap();
    let edited = bob
        .until(|event| match event {
            Event::Edited(message) => Some(message),
            _ => None,
        })
        .await;
    assert_eq!(edited.texts(), ["the meeting is at five"]);
    assert_eq!(edited.body.get("message_custom_str"), Some("a note of bob's".into()), "what is bob's alone stays");
    for side in [&alice, &bob] {
        assert_eq!((finds(side, "four"), finds(side, "five")), (0, 1));
    }
    assert_eq!(bob.session.edit_text(&sent.id_text(), "never").await.unwrap_err().code(), 10007);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_was_edited_and_told_on_can_be_edited_again() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let sent = alice.say(&c2c("bob"), "one").await;
    alice.session.edit_text(&sent.id_text(), "two").await.unwrap();
    bob.until(|event| matches!(event, Event::Edited(_)).then_some(())).await;
    let heard = bob.find(&sent.id_text()).unwrap();
    let told_on = bob.session.send(&c2c("carol"), Message { sender: String::new(), ..heard }).await.unwrap().await.unwrap();
    let edited = bob.session.edit_text(&told_on.id_text(), "three").await.unwrap();
    assert_eq!(edited.texts(), ["three"]);
}
