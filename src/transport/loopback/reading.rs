//! What an account gets from the hub: what came in for it, and pages of roaming history. Reads the state and changes nothing.

use serde_json::Value;

use super::entry::Entry;
use super::options::{GroupHistory, HubOptions};
use super::state::{State, TalkState};
use crate::model::{Body, ConversationId, ConversationKind, Message, Status};
use crate::transport::{Cursor, Delivery, Incoming, Refused, RoamingPage, RoamingRequest};

/// Bytes of what people wrote after which a delivery or a page ends. Messages may be as large as the hub's options allow.
const ENOUGH_BYTES: usize = 8 << 20;

/// Up to `limit` of what came in for an account from position `from` on and before `until`, and not much more than [`ENOUGH_BYTES`]; `None` for
/// nothing.
pub(super) fn deliver(state: &State, account: &str, from: u64, until: u64, limit: usize) -> Option<Delivery> {
    let inbox = state.inbox(account);
    let rest = &inbox[inbox.partition_point(|&position| position < from)..];
    let rest = &rest[..rest.partition_point(|&position| position < until).min(limit)];
    let mut bytes = 0;
    let fits = |&&position: &&u64| {
        let is_room = bytes < ENOUGH_BYTES;
        bytes += state.entry(position).map_or(0, Entry::bytes);
        is_room
    };
    let given: Vec<u64> = rest.iter().take_while(fits).copied().collect();
    let last = given.last()?;
    let incoming = given.iter().filter_map(|&position| incoming(state, account, position)).collect();
    Some(Delivery { incoming, cursor: Cursor(last + 1) })
}

/// Whether anything came in for an account from position `from` on.
pub(super) fn has_news(state: &State, account: &str, from: u64) -> bool {
    state.inbox(account).last().is_some_and(|&last| last >= from)
}

fn incoming(state: &State, account: &str, position: u64) -> Option<Incoming> {
    // The peer of a C2C conversation calls it by who did this.
    let seen = |by: &str, to: &ConversationId| {
        let is_own = by == account || to.kind() == ConversationKind::Group;
        if is_own { Some(to.clone()) } else { state.named_by_peers(position).cloned() }
    };
    Some(match state.entry(position)? {
        Entry::Message(message) => Incoming::Message(Message {
            conversation: seen(&message.sender, message.conversation.as_ref()?),
            is_from_self: Some(message.sender == account),
            ..message.clone()
        }),
        Entry::Recall { by, to, id, reason, .. } => {
            Incoming::Recall { conversation: seen(by, to)?, id: id.clone(), by: by.clone(), reason: reason.clone() }
        }
        Entry::Edit { by, to, id, version, body, .. } => {
            Incoming::Edit { conversation: seen(by, to)?, id: id.clone(), by: by.clone(), version: *version, body: body.clone() }
        }
        Entry::Read { by, to, up_to, .. } => Incoming::Read { conversation: seen(by, to)?, by: by.clone(), up_to: *up_to },
        Entry::Erase { .. } | Entry::Member { .. } | Entry::Left { .. } | Entry::Confirm { .. } => return None,
    })
}

/// A page of what `account` finds in the roaming history of a conversation, `talk`.
///
/// The page's cursor is the log's position of its last message: what comes in later moves no position.
pub(super) fn roam(
    state: &State,
    options: &HubOptions,
    account: &str,
    talk: Option<&TalkState>,
    request: &RoamingRequest,
) -> Result<RoamingPage, Refused> {
    let Some(talk) = talk else { return Ok(RoamingPage::default()) };
    let place = |position: u64| state.message(position).map(Message::place);
    let mut found = talk.messages.as_slice();
    found = &found[found.partition_point(|&position| place(position).is_some_and(|place| place.time < request.from))..];
    found = &found[..found.partition_point(|&position| place(position).is_some_and(|place| place.time <= request.until))];
    if let Some(Cursor(last)) = request.cursor {
        let beyond = place(last).ok_or(Refused::UnknownMessage)?;
        // Messages of one place are in the order of their positions.
        let is_before = |&position: &u64| (place(position), position) < (Some(beyond), last);
        let at = found.partition_point(is_before);
        found = if request.newest_first { &found[..at] } else { &found[(at + usize::from(found.get(at) == Some(&last)))..] };
    }
    let since = match options.group_history {
        GroupHistory::Whole => 0,
        GroupHistory::SinceJoining => talk.member(account).map_or(0, |member| member.since),
    };
    let erased = talk.erased_by(account);
    let is_seen = |position: &u64| *position >= since && !erased.is_some_and(|erased| erased.covers(*position));
    let mut page = RoamingPage::default();
    let (mut last, mut bytes) = (None, 0);
    let mut ends = found.iter().copied();
    while let Some(position) = if request.newest_first { ends.next_back() } else { ends.next() } {
        if !is_seen(&position) {
            continue;
        }
        if page.messages.len() == request.limit.max(1) || bytes >= ENOUGH_BYTES {
            page.next = last.map(Cursor);
            break;
        }
        let message = as_it_stands(state, account, &request.conversation, talk, position);
        bytes += message.as_ref().map_or(0, |message| message.body.as_json().len());
        page.messages.extend(message);
        last = Some(position);
    }
    Ok(page)
}

/// A message as it is now, as `account` sees it in `conversation`.
fn as_it_stands(state: &State, account: &str, conversation: &ConversationId, talk: &TalkState, position: u64) -> Option<Message> {
    let mut message = state.message(position)?.clone();
    let is_own = message.sender == account;
    let was_read = |reader: &str| message.server_time <= talk.read_up_to(reader);
    let by_peer = conversation.kind() == ConversationKind::C2c && was_read(conversation.id());
    message.is_read = Some(is_own || was_read(account));
    message.is_peer_read = Some(!is_own || by_peer);
    message.is_from_self = Some(is_own);
    message.conversation = Some(conversation.clone());
    if let Some(fate) = talk.fate(position) {
        if let Some(body) = state.body(fate) {
            message.body = body.clone();
            note(&mut message.body, "message_version", fate.version.into());
        }
        if let Some(Entry::Recall { by, reason, .. }) = fate.recalled.and_then(|recall| state.entry(recall)) {
            message.status = Some(Status::Recalled);
            note(&mut message.body, "message_revoker_user_id", by.as_str().into());
            if let Some(reason) = reason {
                note(&mut message.body, "message_revoke_reason", reason.as_str().into());
            }
        }
    }
    Some(message)
}

/// Adds a key to a body. One that is as large as bodies can be goes without it.
fn note(body: &mut Body, key: &str, value: Value) {
    let _ = body.set(key, Some(value));
}
