//! Messages that somebody else wrote into the outbox, together with what belongs to them: they leave as all others do. Hooks are the affair of
//! who wrote them.

use super::Session;
use super::flight::Flight;
use super::lane::Ready;
#[cfg(feature = "script")]
use super::{SessionError, compose};
#[cfg(feature = "script")]
use crate::archive::KeptMedia;
use crate::archive::Waiting;
#[cfg(feature = "script")]
use crate::model::Message;

impl Session {
    /// Makes a message ready to be written into the outbox: checks it, and keeps its local files by their content. What is returned with the message
    /// is to be held until it is written.
    ///
    /// # Errors
    /// What is wrong with the message or a file, as for [`Session::send`].
    #[cfg(feature = "script")]
    pub(crate) async fn prepare(&self, message: Message) -> Result<(Message, Vec<KeptMedia>), SessionError> {
        compose::check(&message)?;
        let (message, kept) = self.shared.stage(message).await?;
        compose::check_size(&message)?;
        Ok((message, kept))
    }

    /// Lets messages leave that are in the outbox already, each behind what waits in its lane, in the order given. After the session has ended
    /// they wait for the next login. Needs no async context.
    pub(crate) fn take_over(&self, waiting: Vec<Waiting>) {
        if self.shared.stop.is_cancelled() {
            return;
        }
        for Waiting { no, message, deadline } in waiting {
            let Some(conversation) = message.conversation.clone() else { continue };
            let flight = Flight::new(message.clone());
            self.shared.offer(&conversation, vec![Ready { no: Some(no), message, deadline, flight, permit: None, kept: Vec::new() }]);
        }
    }

    /// Waits until no message is on its way any more, or the session has ended.
    #[cfg(feature = "script")]
    pub(crate) async fn idle(&self) {
        let mut under_way = self.shared.lanes.under_way();
        tokio::select! {
            _ = under_way.wait_for(|count| *count == 0) => {}
            () = self.shared.stop.cancelled() => {}
        }
    }
}

#[cfg(test)]
#[cfg(feature = "script")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::archive::{ArchiveOptions, ScriptWrite};
    use crate::model::{ConversationId, FileElement, Origin, Status};
    use crate::session::{DownloadRequest, Event, Limits, Part, SessionOptions};
    use crate::transport::loopback::Hub;

    async fn login(hub: &Hub, folder: &tempfile::TempDir, name: &str) -> Session {
        let options = SessionOptions::new().archive(ArchiveOptions::new().memory_mib(64)).limits(Limits::none());
        options.login(folder.path().join(name), hub.account(name)).await.unwrap()
    }

    fn said_by_a_script(rand: u32, text: &str) -> Message {
        let mut message = Message::text("alice", 1_700_000_000, text).in_conversation(&ConversationId::c2c("bob").unwrap());
        message.rand = rand;
        message.with_origin(&Origin { script: "echo".to_owned(), hops: 1 }).unwrap()
    }

    fn written(session: &Session, messages: Vec<Message>) -> Vec<Waiting> {
        let messages = messages.into_iter().map(|message| (message, u64::MAX)).collect();
        let written = session.archive().write_for_scripts(vec![ScriptWrite { messages, ..ScriptWrite::default() }]).unwrap();
        written.into_iter().flatten().map(Result::unwrap).collect()
    }

    #[tokio::test]
    async fn what_was_written_with_a_run_leaves_in_order_and_says_which_script_said_it() {
        let (hub, folder) = (Hub::new(), tempfile::tempdir().unwrap());
        let (alice, bob) = (login(&hub, &folder, "alice").await, login(&hub, &folder, "bob").await);
        let mut heard = bob.events();
        let waiting = written(&alice, vec![said_by_a_script(1, "one"), said_by_a_script(2, "two")]);
        alice.take_over(waiting);
        alice.take_over(written(&alice, vec![said_by_a_script(3, "three")]));
        let by_hand = alice.send(&ConversationId::c2c("bob").unwrap(), Message::text("", 0, "four")).await.unwrap();
        alice.idle().await;
        assert!(by_hand.outcome().await.is_ok() && alice.archive().waiting().unwrap().is_empty());
        let mut texts = Vec::new();
        while texts.len() < 4 {
            if let Event::Received(message) = heard.next().await.unwrap().event {
                let hops = message.origin().map(|origin| (origin.script, origin.hops));
                texts.push((message.texts().concat(), hops));
            }
        }
        let echo = || Some(("echo".to_owned(), 1));
        let expected = [("one", echo()), ("two", echo()), ("three", echo()), ("four", None)];
        assert_eq!(texts, expected.map(|(text, origin)| (text.to_owned(), origin)));
        let id = "alice-1700000000-1";
        alice.edit_text(id, "changed").await.unwrap();
        alice.edit(id, crate::model::Body::of_text("changed again")).await.unwrap();
        let kept = alice.archive().find(&[id]).unwrap().remove(0);
        assert_eq!((kept.texts().concat(), kept.origin().map(|origin| origin.hops)), ("changed again".to_owned(), Some(1)));
        bob.logout().await;
        alice.logout().await;
    }

    #[tokio::test]
    async fn files_of_a_script_are_kept_before_the_write_and_carried_after_it() {
        let (hub, folder) = (Hub::new(), tempfile::tempdir().unwrap());
        let (alice, bob) = (login(&hub, &folder, "alice").await, login(&hub, &folder, "bob").await);
        let mut heard = bob.events();
        let path = folder.path().join("plan.txt");
        std::fs::write(&path, "the plan").unwrap();
        let mut message = said_by_a_script(1, "");
        let file = FileElement { file_path: path.to_string_lossy().into_owned(), ..FileElement::default() };
        message.body = crate::model::Body::of_elements(&[file.into()]);
        let (message, kept) = alice.prepare(message).await.unwrap();
        std::fs::write(&path, "another plan").unwrap();
        let waiting = written(&alice, vec![message]);
        drop(kept);
        alice.take_over(waiting);
        let message = loop {
            if let Event::Received(message) = heard.next().await.unwrap().event {
                break message;
            }
        };
        let to = folder.path().join("got.txt");
        bob.download(DownloadRequest::of(&message, 0, Part::Main).unwrap().to_file(&to)).await.unwrap();
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "the plan");
        bob.logout().await;
        alice.logout().await;
    }

    #[tokio::test]
    async fn what_is_taken_over_after_the_end_waits_for_the_next_login() {
        let (hub, folder) = (Hub::new(), tempfile::tempdir().unwrap());
        let alice = login(&hub, &folder, "alice").await;
        let archive = Arc::clone(alice.archive());
        let waiting = written(&alice, vec![said_by_a_script(1, "later")]);
        alice.logout().await;
        alice.take_over(waiting);
        alice.idle().await;
        assert_eq!(archive.waiting().unwrap()[0].message.status, Some(Status::Sending));
        drop((alice, archive));
        let alice = login(&hub, &folder, "alice").await;
        alice.idle().await;
        assert_eq!(alice.archive().find(&["alice-1700000000-1"]).unwrap()[0].status, Some(Status::Sent));
        alice.logout().await;
    }
}
