//! What a test needs of a way to carry messages: its ends, and hands on what happens between them.

use std::time::Duration;

use mynah::model::{Body, ConversationId, Message};
use mynah::transport::{Ack, Incoming, Parcel, RoamingRequest, Transport, TransportError};

/// A way to carry messages, and everything about it that a promise depends on.
pub(crate) trait World: Sync {
    /// An end of it.
    type End: Transport;

    /// Connects a device of an account.
    fn device(&self, account: &str, device: &str) -> Self::End;

    /// Connects the usual device of an account.
    fn end(&self, account: &str) -> Self::End {
        self.device(account, "main")
    }

    /// Makes a group.
    fn create_group(&self, group: &str, owner: &str, members: &[&str]);

    /// Makes a member an admin.
    fn make_admin(&self, group: &str, account: &str);

    /// Takes an account's connection away.
    fn go_offline(&self, account: &str);

    /// Gives it back.
    fn come_back(&self, account: &str);

    /// The next request of an account does not arrive.
    fn lose_request(&self, account: &str);

    /// The next request of an account is taken, and its answer does not arrive.
    fn lose_answer(&self, account: &str);

    /// Moves the other side's clock, forwards or backwards.
    fn turn_clock(&self, seconds: i64);
}

/// The conversation with a person.
pub(crate) fn with(peer: &str) -> ConversationId {
    ConversationId::c2c(peer).unwrap()
}

/// The group that most stories take place in.
pub(crate) fn ops() -> ConversationId {
    ConversationId::group("ops").unwrap()
}

/// A message of one text that can be published.
pub(crate) fn said(sender: &str, rand: u32, text: &str) -> Message {
    Message { server_time: 0, rand, seq: u64::from(rand), ..Message::text(sender, 1_700_000_000, text) }
}

/// Says something and returns its id and the acknowledgement.
pub(crate) async fn say(end: &impl Transport, to: &ConversationId, rand: u32, text: &str) -> (String, Ack) {
    let message = said(end.account(), rand, text);
    let id = message.id_text();
    (id, end.publish(Parcel::Message { to: to.clone(), message }).await.unwrap())
}

/// Recalls a message.
pub(crate) async fn recall(end: &impl Transport, to: &ConversationId, id: &str) -> Result<Ack, TransportError> {
    end.publish(Parcel::Recall { to: to.clone(), id: id.to_owned(), reason: Some("a slip".to_owned()) }).await
}

/// Edits a message. The same text is the same edit.
pub(crate) async fn edit(end: &impl Transport, to: &ConversationId, id: &str, text: &str) -> Result<Ack, TransportError> {
    let nonce = text.bytes().fold(0, |nonce: u64, byte| nonce.wrapping_mul(31).wrapping_add(byte.into()));
    end.publish(Parcel::Edit { to: to.clone(), id: id.to_owned(), nonce, body: Body::of_text(text) }).await
}

/// Reports a conversation as read.
pub(crate) async fn read(end: &impl Transport, to: &ConversationId, up_to: u64) -> Ack {
    end.publish(Parcel::Read { to: to.clone(), up_to }).await.unwrap()
}

/// Receives and confirms until `count` things have come, and no more.
pub(crate) async fn receive(end: &impl Transport, count: usize) -> Vec<Incoming> {
    let mut all = Vec::new();
    while all.len() < count {
        let delivery = end.receive(count - all.len()).await.unwrap();
        all.extend(delivery.incoming);
        end.confirm(delivery.cursor).await.unwrap();
    }
    assert_eq!(all.len(), count, "receive keeps to its limit");
    all
}

/// Receives messages and returns their texts.
pub(crate) async fn receive_texts(end: &impl Transport, count: usize) -> Vec<String> {
    receive(end, count).await.iter().map(text).collect()
}

/// The text of a message that came in.
#[track_caller]
pub(crate) fn text(incoming: &Incoming) -> String {
    message(incoming).texts().concat()
}

/// The message that came in.
#[track_caller]
pub(crate) fn message(incoming: &Incoming) -> &Message {
    match incoming {
        Incoming::Message(message) => message,
        other => panic!("{other:?} is no message"),
    }
}

/// Nothing comes, however long one waits.
pub(crate) async fn nothing_comes(end: &impl Transport) {
    let delivery = tokio::time::timeout(Duration::from_secs(2), end.receive(10)).await;
    assert!(delivery.is_err(), "{delivery:?}");
}

/// Pages of at most `limit` until there are no more; the texts of all, and how many pages there were.
pub(crate) async fn walk(end: &impl Transport, mut request: RoamingRequest) -> (Vec<String>, usize) {
    let (mut texts, mut pages) = (Vec::new(), 0);
    loop {
        let page = end.roam(request.clone()).await.unwrap();
        assert!(page.messages.len() <= request.limit);
        texts.extend(page.messages.iter().map(|message| message.texts().concat()));
        pages += 1;
        request.cursor = page.next;
        if request.cursor.is_none() {
            return (texts, pages);
        }
    }
}

/// A request for all of a conversation, oldest first.
pub(crate) fn all_of(conversation: &ConversationId, limit: usize) -> RoamingRequest {
    RoamingRequest { conversation: conversation.clone(), from: 0, until: u64::MAX, newest_first: false, cursor: None, limit }
}
