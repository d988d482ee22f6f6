//! Hooks see, change and refuse.

use std::sync::{Arc, Mutex, OnceLock, Weak};

use async_trait::async_trait;
use mynah::archive::HistoryRequest;
use mynah::model::{Body, Element, Message};
use mynah::session::{Denied, Download, DownloadRequest, Hooks, Part, Roaming, Session};

use super::stage::{Stage, c2c};

/// Hooks that do what words in the text ask for.
#[derive(Default, Clone)]
struct Obedient {
    seen: Arc<Mutex<Vec<String>>>,
}

impl Obedient {
    fn obey(&self, message: &mut Message) -> Result<(), Denied> {
        let text = message.texts().concat();
        self.seen.lock().unwrap().push(text.clone());
        assert!(!text.contains("panic"), "asked to");
        if text.contains("refuse") {
            return Err(Denied::because("asked to"));
        }
        if text.contains("change") {
            message.body = Body::of_text("changed");
            message.sender = "somebody else".to_owned();
            message.rand = 0;
        }
        Ok(())
    }
}

#[async_trait]
impl Hooks for Obedient {
    async fn before_send(&self, message: &mut Message) -> Result<(), Denied> {
        self.obey(message)
    }

    async fn before_receive(&self, message: &mut Message) -> Result<(), Denied> {
        self.obey(message)
    }

    async fn before_download(&self, download: &mut Download) -> Result<(), Denied> {
        self.seen.lock().unwrap().push(format!("{} {} {}", download.element, download.name, download.media_type));
        if download.size > 1_000 {
            return Err(Denied::because("too large for me"));
        }
        download.target.set_extension("checked");
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_changes_what_is_said_and_not_by_whom() {
    let stage = Stage::new();
    let alice = stage.login_with("alice", stage.options().hooks(Obedient::default())).await;
    let mut bob = stage.login("bob").await;
    let sent = alice.say(&c2c("bob"), "please change").await;
    let heard = bob.hears().await;
    assert_eq!((sent.texts(), heard.texts()), (vec!["changed".to_owned()], vec!["changed".to_owned()]));
    assert_eq!((heard.sender.as_str(), heard.id_text()), ("alice", sent.id_text()));
}

#[tokio::test(start_paused = true)]
async fn a_refused_message_is_neither_written_nor_sent_and_the_next_one_is() {
    let stage = Stage::new();
    let alice = stage.login_with("alice", stage.options().hooks(Obedient::default())).await;
    let mut bob = stage.login("bob").await;
    let refused = alice.session.send(&c2c("bob"), Message::text("", 0, "please refuse")).await.unwrap();
    let id = refused.id().to_owned();
    assert_eq!(refused.await.unwrap_err().code(), 20006);
    alice.say(&c2c("bob"), "this one").await;
    assert_eq!(bob.hears().await.texts(), ["this one"]);
    assert!(alice.find(&id).is_none());
    assert_eq!(alice.texts(&c2c("bob")), ["this one"]);
}

#[tokio::test(start_paused = true)]
async fn a_hook_before_receiving_changes_and_refuses_what_others_say() {
    let stage = Stage::new();
    let hooks = Obedient::default();
    let seen = Arc::clone(&hooks.seen);
    let alice = stage.login("alice").await;
    let mut bob = stage.login_with("bob", stage.options().hooks(hooks)).await;
    for text in ["please refuse", "please change", "as it is"] {
        alice.say(&c2c("bob"), text).await;
    }
    assert_eq!((bob.hears().await.texts(), bob.hears().await.texts()), (vec!["changed".to_owned()], vec!["as it is".to_owned()]));
    assert_eq!(bob.texts(&c2c("alice")), ["changed", "as it is"]);
    assert_eq!(*seen.lock().unwrap(), ["please refuse", "please change", "as it is"]);
}

#[tokio::test(start_paused = true)]
async fn a_hook_before_downloading_refuses_or_chooses_another_path() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    let hooks = Obedient::default();
    let seen = Arc::clone(&hooks.seen);
    let mut bob = stage.login_with("bob", stage.options().hooks(hooks)).await;
    for (name, size) in [("small.txt", 10), ("large.txt", 5_000)] {
        let path = stage.folder.path().join(name);
        std::fs::write(&path, vec![b'x'; size]).unwrap();
        let body = Body::of_elements(&[Element::file(path.to_str().unwrap(), 0)]);
        alice.session.send(&c2c("bob"), Message::new("", 0, body)).await.unwrap().await.unwrap();
    }
    let into = stage.folder.path().join("into");
    std::fs::create_dir(&into).unwrap();
    let small = DownloadRequest::of(&bob.hears().await, 0, Part::Main).unwrap().to_folder(&into);
    assert_eq!(bob.session.download(small).await.unwrap().path, into.join("small.checked"));
    let large = DownloadRequest::of(&bob.hears().await, 0, Part::Main).unwrap().to_folder(&into);
    assert_eq!(bob.session.download(large).await.unwrap_err().code(), 20006);
    let asked: Vec<String> = seen.lock().unwrap().drain(..).filter(|seen| seen.starts_with('0')).collect();
    assert_eq!(asked, ["0 small.txt text/plain", "0 large.txt text/plain"]);
}

/// Asks the session that asks it, while it is asked.
#[derive(Default, Clone)]
struct Curious {
    session: Arc<OnceLock<Weak<Session>>>,
    found: Arc<Mutex<Vec<usize>>>,
}

#[async_trait]
impl Hooks for Curious {
    async fn before_send(&self, message: &mut Message) -> Result<(), Denied> {
        let Some(session) = self.session.get().and_then(Weak::upgrade) else { return Ok(()) };
        if message.texts() == ["question"] {
            // Another conversation does not wait for this one.
            session.send(&c2c("carol"), Message::text("", 0, "aside")).await.unwrap().await.unwrap();
            session.archive().save(&c2c("carol"), Message::text("carol", 5, "a note")).unwrap();
            let heard = session.history(&c2c("carol"), &HistoryRequest::default(), Roaming::Fill).await.unwrap();
            self.found.lock().unwrap().push(heard.messages.len());
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_may_use_the_session_that_asks_it() {
    let stage = Stage::new();
    let hooks = Curious::default();
    let side = stage.login_with("alice", stage.options().hooks(hooks.clone())).await;
    let alice = Arc::new(side.session);
    hooks.session.set(Arc::downgrade(&alice)).unwrap();
    alice.send(&c2c("bob"), Message::text("", 0, "question")).await.unwrap().await.unwrap();
    assert_eq!(*hooks.found.lock().unwrap(), [2]);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_panics_stops_nobody() {
    let stage = Stage::new();
    let alice = stage.login_with("alice", stage.options().hooks(Obedient::default())).await;
    let mut bob = stage.login_with("bob", stage.options().hooks(Obedient::default())).await;
    let carol = stage.login("carol").await;
    let refused = alice.session.send(&c2c("bob"), Message::text("", 0, "please panic")).await.unwrap();
    assert_eq!(refused.await.unwrap_err().code(), 20006);
    alice.say(&c2c("bob"), "the next one").await;
    assert_eq!(bob.hears().await.texts(), ["the next one"]);
    carol.say(&c2c("bob"), "now you panic").await;
    assert_eq!(bob.hears().await.texts(), ["now you panic"], "a fault of a hook loses no message");
}

#[tokio::test(start_paused = true)]
async fn no_way_around_the_hooks_leads_into_the_archive() {
    let stage = Stage::new();
    let alice = stage.login("alice").await;
    let mut bob = stage.login_with("bob", stage.options().hooks(Obedient::default())).await;
    let sent = alice.say(&c2c("bob"), "harmless").await;
    bob.hears().await;
    alice.session.edit_text(&sent.id_text(), "please refuse").await.unwrap();
    alice.say(&c2c("bob"), "please refuse too").await;
    alice.say(&c2c("bob"), "the last").await;
    assert_eq!(bob.hears().await.texts(), ["the last"]);
    bob.session.history(&c2c("alice"), &HistoryRequest::default(), Roaming::Fill).await.unwrap();
    assert_eq!(bob.texts(&c2c("alice")), ["harmless", "the last"]);
}
