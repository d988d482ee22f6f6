//! What the session tells and the journal does not.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::script::conductor::{Mail, Post};
use crate::script::event::DownloadNews;
use crate::session::{Event, Events};
use crate::transport::Connection;

/// How soon is looked again whether everything was heard, while somebody asks.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// Tells scripts of downloads, which the journal does not know, and the conductor that the other side can be reached. Whoever asks is told, once everything so far was heard, whether something was
/// passed on since somebody asked last.
pub(super) async fn hear_session(
    mut events: Events,
    post: Post,
    ears: CancellationToken,
    mut asked: mpsc::Receiver<oneshot::Sender<bool>>,
) {
    let (mut is_news, mut asking) = (false, None);
    loop {
        if events.is_caught_up()
            && let Some(passed_on) = asking.take()
        {
            let passed_on: oneshot::Sender<bool> = passed_on;
            // Nobody may wait any more.
            let _ = passed_on.send(std::mem::take(&mut is_news));
        }
        let told = tokio::select! {
            biased;
            () = ears.cancelled() => return,
            Some(passed_on) = asked.recv(), if asking.is_none() => {
                asking = Some(passed_on);
                continue;
            }
            told = events.next() => told,
            // A change that is no event wakes nobody here.
            () = tokio::time::sleep(LOOK_AGAIN), if asking.is_some() => continue,
        };
        let news = match told.map(|told| told.event) {
            Ok(Event::Connection(Connection::Connected)) => {
                post.send(Mail::Connected);
                continue;
            }
            Ok(Event::Download { id, element, current, total }) => DownloadNews { id, element, bytes: current, total, path: None },
            Ok(Event::Downloaded { id, element, path, bytes }) => {
                let path = Some(path.to_string_lossy().into_owned());
                DownloadNews { id, element, bytes, total: bytes, path }
            }
            Ok(_) => continue,
            Err(_) => return,
        };
        is_news = true;
        post.send(Mail::Download(news));
    }
}
