//! Who a message is: fills the head of a message that comes in, so that the same message always gets the same id.

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::Xxh3;

use super::Refusal;
use crate::model::{ConversationId, Message, MessageId};
use crate::store::id_key;

/// The ids that one run of importing has given to messages without an id.
///
/// Two equal messages of one file are two messages, the second with an occurrence number; the same file again gives the same
/// numbers. Takes about 12 bytes a message.
#[derive(Default)]
pub(super) struct Given(FxHashSet<u64>);

/// Fills sender, times, direction, rand and id of `message`, which comes in for `conversation`; seq stays as given.
///
/// Returns the key of its id.
pub(super) fn fill(
    message: &mut Message,
    conversation: &ConversationId,
    account: Option<&str>,
    now: u64,
    given: &mut Given,
) -> Result<[u8; 16], Refusal> {
    if message.sender.is_empty() {
        message.sender = account.ok_or(Refusal::NoSender)?.to_owned();
        message.is_from_self = Some(true);
    }
    message.is_from_self.get_or_insert(account == Some(message.sender.as_str()));
    let has_time = message.server_time != 0 || message.client_time != 0;
    let given_times = (message.client_time, message.server_time);
    if message.server_time == 0 {
        message.server_time = message.client_time;
    }
    if message.client_time == 0 {
        message.client_time = message.server_time;
    }
    if message.id.is_none() && message.rand == 0 {
        let content = content_hash(message, conversation, given_times);
        let mut occurrence = 0_u64;
        loop {
            // Never 0, which means that there is none.
            message.rand = (rehash(content, occurrence) as u32).max(1);
            let id = message.with_id(id_key);
            if given.0.insert(short(id)) {
                break;
            }
            occurrence += 1;
        }
    } else if message.rand == 0 {
        message.rand = (rehash(short(message.with_id(id_key)), 0) as u32).max(1);
    }
    if !has_time {
        // The id has to be the same when the message comes again at another moment.
        message.id = Some(MessageId::new(&message.id_text())?);
        message.client_time = now;
        message.server_time = now;
    }
    message.conversation = Some(conversation.clone());
    Ok(message.with_id(id_key))
}

/// An id of its own for a message whose derived id another message has: senders that give every message the same rand are real.
///
/// The same message gets the same one again.
pub(super) fn give_own_id(message: &mut Message, conversation: &ConversationId) -> Result<[u8; 16], Refusal> {
    let id = MessageId::new(&own_id(message, conversation))?;
    let key = id_key(id.as_str());
    message.id = Some(id);
    Ok(key)
}

/// The id that [`give_own_id`] gives.
pub(super) fn own_id(message: &Message, conversation: &ConversationId) -> String {
    let content = content_hash(message, conversation, (message.client_time, message.server_time));
    format!("{}-{content:016x}", message.id_text())
}

/// A hash of what makes a message without id and rand itself: conversation, sender, given times and seq, content.
fn content_hash(message: &Message, conversation: &ConversationId, (client_time, server_time): (u64, u64)) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(&[conversation.kind().number()]);
    for text in [conversation.id(), &message.sender, message.body.as_json()] {
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    for number in [client_time, server_time, message.seq] {
        hash.update(&number.to_le_bytes());
    }
    hash.digest()
}

fn rehash(content: u64, occurrence: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(&content.to_le_bytes(), occurrence)
}

/// Half of a hashed id, which is enough to tell the ids of one run apart.
fn short(id: [u8; 16]) -> u64 {
    (u128::from_be_bytes(id) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(messages: &[(&str, u64, &str)]) -> Vec<String> {
        let conversation = ConversationId::group("ops").unwrap();
        let mut given = Given::default();
        let id = |&(sender, time, text): &(&str, u64, &str)| {
            let mut message = Message::text(sender, time, text);
            fill(&mut message, &conversation, None, 99, &mut given).unwrap();
            message.id_text()
        };
        messages.iter().map(id).collect()
    }

    #[test]
    fn two_equal_messages_are_two_and_the_same_file_gives_the_same_ids() {
        let file = [("a", 1, "ok"), ("b", 1, "ok"), ("a", 1, "ok"), ("a", 2, "ok")];
        let first = ids(&file);
        assert_eq!(first, ids(&file));
        assert_eq!(first.iter().collect::<FxHashSet<_>>().len(), 4);
        assert_eq!(ids(&file[..3])[..], first[..3], "a longer export of the same chat knows the shorter one");
    }

    #[test]
    fn a_message_without_a_time_is_the_same_message_tomorrow() {
        let conversation = ConversationId::c2c("bob").unwrap();
        let id_at = |now| {
            let mut message = Message::text("bob", 0, "hello");
            fill(&mut message, &conversation, None, now, &mut Given::default()).unwrap();
            assert_eq!(message.server_time, now);
            message.id_text()
        };
        assert_eq!(id_at(5), id_at(6));
    }

    #[test]
    fn a_message_without_sender_is_the_accounts_own() {
        let conversation = ConversationId::c2c("bob").unwrap();
        let mut message = Message::text("", 1, "hello");
        assert!(matches!(fill(&mut message, &conversation, None, 1, &mut Given::default()), Err(Refusal::NoSender)));
        fill(&mut message, &conversation, Some("me"), 1, &mut Given::default()).unwrap();
        assert_eq!((message.sender.as_str(), message.is_from_self), ("me", Some(true)));
    }
}
