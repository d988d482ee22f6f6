//! How many messages a session sends in a second when every sender waits for one before the next.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mynah::model::{ConversationId, Message};
use mynah::session::{Session, SessionOptions};
use mynah::transport::loopback::Hub;
use tokio::task::JoinSet;

use crate::{Result, measure};

/// How long the senders send before they are counted, and how long they are. Short, so that a disk which is slow for a second is slow for all.
const WARM_UP: Duration = Duration::from_millis(100);
const COUNTED: Duration = Duration::from_millis(500);
/// Turns of each in one round.
const TURNS: u32 = 4;
/// About as long as what people write.
const TEXT: &str = "the deploy of the gateway is done, PLT-3699 has the details";

/// Where the hub keeps what it takes.
#[derive(Clone, Copy)]
pub(crate) enum HubIn {
    Memory,
    /// It syncs before it acknowledges, as the archive does before anything leaves.
    Folder,
}

impl HubIn {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Folder => "a folder",
        }
    }
}

/// Messages in a second.
pub(crate) struct Rates {
    pub(crate) one: f64,
    pub(crate) eight_in_one: f64,
    pub(crate) eight_in_eight: f64,
}

/// Sends from an archive in `folder` that syncs; the medians of some rounds.
pub(crate) async fn rates(folder: &Path, hub: HubIn, rounds: u32) -> Result<Rates> {
    let hub = match hub {
        HubIn::Memory => Hub::new(),
        HubIn::Folder => Hub::open(&folder.join("hub"))?,
    };
    let session = Arc::new(SessionOptions::new().login(folder.join("archive"), hub.account("alice")).await?);
    let peers = (0..8).map(|peer| ConversationId::c2c(&format!("bob{peer}"))).collect::<std::result::Result<Vec<_>, _>>()?;
    let same = vec![peers[0].clone(); 8];
    let (mut one, mut eight_in_one, mut eight_in_eight) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds * TURNS {
        one.push(rate(&session, &peers[..1]).await?);
        eight_in_one.push(rate(&session, &same).await?);
        eight_in_eight.push(rate(&session, &peers).await?);
    }
    if let Some(session) = Arc::into_inner(session) {
        session.logout().await;
    }
    Ok(Rates { one: measure::median(one), eight_in_one: measure::median(eight_in_one), eight_in_eight: measure::median(eight_in_eight) })
}

/// One sender for each of these conversations.
async fn rate(session: &Arc<Session>, to: &[ConversationId]) -> Result<f64> {
    let start = Instant::now() + WARM_UP;
    let mut senders = JoinSet::new();
    for to in to {
        let (session, to) = (Arc::clone(session), to.clone());
        senders.spawn(async move {
            let mut sent = 0_u64;
            while start.elapsed() < COUNTED {
                session.send(&to, Message::text("", 0, TEXT)).await?.outcome().await?;
                sent += u64::from(Instant::now() >= start);
            }
            Ok::<u64, Box<dyn std::error::Error + Send + Sync>>(sent)
        });
    }
    let mut sent = 0;
    while let Some(sender) = senders.join_next().await {
        sent += sender??;
    }
    Ok(sent as f64 / start.elapsed().as_secs_f64())
}
