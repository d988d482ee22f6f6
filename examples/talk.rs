//! Two accounts talk in one process: send, hear, a hook that takes out a password, recall, read receipts. Works in a folder that it removes again.
//!
//! Run it with `cargo run --example talk`.

use std::error::Error;

use async_trait::async_trait;
use mynah::archive::ReadUpTo;
use mynah::model::{Body, ConversationId, Message};
use mynah::session::{Denied, Event, Events, Hooks, SessionOptions};
use mynah::transport::loopback::Hub;

/// Keeps passwords in, and nothing else.
struct Discreet;

#[async_trait]
impl Hooks for Discreet {
    async fn before_send(&self, message: &mut Message) -> Result<(), Denied> {
        for text in message.texts() {
            if text.contains("hunter2") {
                message.body = Body::of_text(&text.replace("hunter2", "*******"));
            }
        }
        Ok(())
    }
}

/// Waits for an event for which `pick` gives something.
async fn until<T>(events: &mut Events, pick: impl Fn(Event) -> Option<T>) -> Result<T, Box<dyn Error>> {
    loop {
        if let Some(picked) = pick(events.next().await?.event) {
            return Ok(picked);
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    // A hub in this process. `Hub::open` keeps one in a folder, which several processes may share.
    let hub = Hub::new();
    let alice = SessionOptions::new().hooks(Discreet).login(folder.path().join("alice"), hub.account("alice")).await?;
    let bob = SessionOptions::new().login(folder.path().join("bob"), hub.account("bob")).await?;
    let (mut of_alice, mut of_bob) = (alice.events(), bob.events());
    let (to_alice, to_bob) = (ConversationId::c2c("alice")?, ConversationId::c2c("bob")?);

    // The id is known at once; the message is in alice's archive before it leaves, and in bob's before he hears of it.
    let sending = alice.send(&to_bob, Message::text("", 0, "the password is hunter2")).await?;
    println!("alice sends {}", sending.id());
    let sent = sending.outcome().await?;
    let heard = until(&mut of_bob, |event| if let Event::Received(message) = event { Some(message) } else { None }).await?;
    println!("bob hears: {}", heard.texts().concat());

    bob.report_read(ReadUpTo::Conversation(&to_alice)).await?;
    until(&mut of_alice, |event| matches!(event, Event::PeerRead { .. }).then_some(())).await?;
    println!("alice sees that bob has read it");

    alice.recall(&sent.id_text(), Some("not in a chat")).await?;
    until(&mut of_bob, |event| matches!(event, Event::Recalled(_)).then_some(())).await?;
    println!("bob sees that alice took it back");

    alice.logout().await;
    bob.logout().await;
    Ok(())
}
