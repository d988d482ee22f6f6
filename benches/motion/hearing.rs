//! How soon the receiver's listener hears of a message, at 1,000 messages a second.

use std::path::Path;
use std::time::{Duration, Instant};

use mynah::Durability;
use mynah::archive::ArchiveOptions;
use mynah::model::{ConversationId, Message};
use mynah::session::{Event, Events, SessionOptions};
use mynah::transport::loopback::Hub;
use mynah::transport::{Parcel, Transport};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::Result;
use crate::measure::Latency;

/// Between two messages.
const PACE: Duration = Duration::from_millis(1);
/// Messages that are said before those that count.
const WARM_UP: u64 = 1_000;
const COUNTED: u64 = 10_000;

/// From where on the delay is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// From the call of the sender's session, which writes the message before it leaves.
    Send,
    /// From the moment in which it is handed to the hub.
    Publish,
}

/// The delays between two accounts whose archives lie in `folder` and are so durable.
pub(crate) async fn delay(folder: &Path, durability: Durability, from: From) -> Result<Latency> {
    let hub = Hub::new();
    let options = || SessionOptions::new().archive(ArchiveOptions::new().durability(durability));
    let bob = options().login(folder.join("bob"), hub.account("bob")).await?;
    let start = Instant::now();
    let heard = tokio::spawn(listen(bob.events(), start));
    let to = ConversationId::c2c("bob")?;
    match from {
        From::Send => {
            let alice = options().login(folder.join("alice"), hub.account("alice")).await?;
            let mut ticks = ticks();
            let mut outcomes = JoinSet::new();
            for _ in 0..WARM_UP + COUNTED {
                ticks.tick().await;
                let sending = alice.send(&to, said(start)).await?;
                outcomes.spawn(async move { sending.outcome().await });
                while let Some(outcome) = outcomes.try_join_next() {
                    outcome??;
                }
            }
            while let Some(outcome) = outcomes.join_next().await {
                outcome??;
            }
            alice.logout().await;
        }
        From::Publish => {
            let alice = hub.account("alice");
            let mut ticks = ticks();
            for number in 1..=WARM_UP + COUNTED {
                ticks.tick().await;
                let message = Message { sender: "alice".to_owned(), client_time: number, rand: 1, ..said(start) };
                alice.publish(Parcel::Message { to: to.clone(), message }).await?;
            }
        }
    }
    let delays = heard.await??;
    bob.logout().await;
    Latency::of(delays)
}

/// A beat that catches up when it was late, so that what was late counts as late.
fn ticks() -> tokio::time::Interval {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    ticks
}

/// A message that says when it was said.
fn said(start: Instant) -> Message {
    Message::text("", 0, &start.elapsed().as_nanos().to_string())
}

/// The delays of all messages that count.
async fn listen(mut events: Events, start: Instant) -> Result<Vec<Duration>> {
    let mut delays = Vec::new();
    let mut heard = 0;
    while heard < WARM_UP + COUNTED {
        let Event::Received(message) = events.next().await?.event else { continue };
        let now = start.elapsed();
        heard += 1;
        if heard > WARM_UP {
            let said = Duration::from_nanos(message.texts().concat().parse()?);
            delays.push(now.saturating_sub(said));
        }
    }
    Ok(delays)
}
