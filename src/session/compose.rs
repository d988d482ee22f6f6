//! From what a caller gives to a message that can be sent: checked, with sender, time, rand and so an id.

use std::sync::Mutex;

use super::SessionError;
use super::local;
use crate::archive::ArchiveError;
use crate::model::{ElementType, Message, limits};
use crate::store::lock;

/// Gives messages their rand.
///
/// Numbers of one session follow each other from a random beginning, so that two messages of one second never share an id.
pub(super) struct Rands(Mutex<u32>);

impl Rands {
    pub(super) fn new(seed: Option<u64>) -> Self {
        let mut rng = seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        Self(Mutex::new(rng.u32(..)))
    }

    fn next(&self) -> u32 {
        let mut last = lock(&self.0);
        // Never 0, which means that there is none.
        *last = last.checked_add(1).unwrap_or(1);
        *last
    }
}

/// Checks a message and fills its head. Times, seq, rand, id and status that a caller gives are not looked at: those are of another message.
pub(super) fn compose(message: Message, account: &str, now: u64, rands: &Rands) -> Result<Message, SessionError> {
    if !message.sender.is_empty() && message.sender != account {
        return Err(SessionError::OtherSender);
    }
    check(&message)?;
    let mut composed = Message::new(account, now, message.body);
    local::without_history(&mut composed.body).map_err(ArchiveError::from)?;
    composed.server_time = 0;
    composed.rand = rands.next();
    composed.is_from_self = Some(true);
    composed.is_read = Some(true);
    composed.is_peer_read = Some(false);
    Ok(composed)
}

/// Whether the elements can be sent.
pub(super) fn check(message: &Message) -> Result<(), SessionError> {
    let types = message.body.types();
    if types.is_empty() {
        return Err(SessionError::NoElements);
    }
    let of_servers = [ElementType::GroupTips, ElementType::GroupReport, ElementType::FriendChange, ElementType::ProfileChange];
    if let Some(kind) = of_servers.into_iter().find(|&kind| types.contains(kind)) {
        return Err(SessionError::NotSendable { kind });
    }
    // A bundle travels beside the message, which is measured without it.
    if !types.contains(ElementType::Merge) {
        check_size(message)?;
    }
    if let Some(mentioned) = message.body.get("message_group_at_user_array").and_then(|mentioned| mentioned.as_array().map(Vec::len)) {
        limits::MENTIONS.check(mentioned)?;
    }
    Ok(message.body.check_limits()?)
}

/// Whether all that travels of the message is small enough to be sent.
pub(super) fn check_size(message: &Message) -> Result<(), SessionError> {
    let mut travelling = message.body.clone();
    local::without_local(&mut travelling).map_err(ArchiveError::from)?;
    Ok(limits::SENT_SIZE.check(travelling.content_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, GroupTipsElement};

    #[test]
    fn two_messages_of_one_second_have_two_ids() {
        let rands = Rands::new(Some(1));
        let ids: Vec<String> = (0..100).map(|_| compose(Message::text("", 0, "ok"), "a", 5, &rands).unwrap().id_text()).collect();
        let different: std::collections::BTreeSet<&String> = ids.iter().collect();
        assert_eq!(different.len(), 100);
        assert!(ids.iter().all(|id| id.starts_with("a-5-") && id.len() < 128));
    }

    #[track_caller]
    fn check_code(message: Message, code: i32) {
        let error = compose(message, "me", 5, &Rands::new(None)).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }

    #[test]
    fn what_cannot_be_sent_is_refused_with_the_code_of_the_interface() {
        check_code(Message::text("you", 0, "hello"), 7009);
        check_code(Message::new("", 0, Body::of_elements(&[])), 6016);
        check_code(Message::new("", 0, Body::of_elements(&[GroupTipsElement::default().into()])), 6016);
        check_code(Message::text("", 0, &"x".repeat(12_289)), 8001);
        let mut many = Message::text("", 0, "hello");
        many.body.set("message_group_at_user_array", Some(vec!["x"; 31].into())).unwrap();
        check_code(many, 10053);
    }
}
