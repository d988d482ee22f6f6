//! Conversations as the API gives them out: `ConvInfo`.

use engine::archive::{ArchiveError, Conversation, HistoryRequest};
use engine::model::{AT_ALL, ConversationId, ConversationKind};
use serde_json::{Value, json};

use crate::account::Account;
use crate::emit;

/// [`AT_ALL`] as it was written before it was spelled right.
const AT_ALL_BEFORE: &str = "__kImSDK_MesssageAtALL__";
/// What puts a pinned conversation before all others: no time is so large.
const PINNED: u64 = 1 << 62;
/// Messages of a group that are looked through for mentions.
const MENTIONS: usize = 100;

/// All conversations, the one that stands first in a list first.
pub(crate) fn all(account: &Account) -> Result<String, ArchiveError> {
    let mut list = account.archive.conversations()?;
    list.sort_by_key(|conversation| std::cmp::Reverse(active_time(conversation)));
    listed(account, &list)
}

/// Those of these conversations that there are, in this order.
pub(crate) fn named(account: &Account, ids: &[ConversationId]) -> Result<String, ArchiveError> {
    let mut list = Vec::with_capacity(ids.len());
    for id in ids {
        list.extend(account.archive.conversation(id)?);
    }
    listed(account, &list)
}

fn listed(account: &Account, list: &[Conversation]) -> Result<String, ArchiveError> {
    let mut out = String::from("[");
    for conversation in list {
        if out.len() > 1 {
            out.push(',');
        }
        write(account, conversation, &mut out)?;
    }
    out.push(']');
    Ok(out)
}

/// One conversation.
pub(crate) fn one(account: &Account, conversation: &Conversation) -> Result<String, ArchiveError> {
    let mut out = String::new();
    write(account, conversation, &mut out)?;
    Ok(out)
}

/// Orders the list: the larger, the higher.
fn active_time(conversation: &Conversation) -> u64 {
    let said = conversation.last_message.as_ref().map_or(0, |last| if last.server_time == 0 { last.client_time } else { last.server_time });
    let begun = conversation.draft.as_ref().and_then(|draft| draft["draft_edit_time"].as_u64()).unwrap_or(0);
    said.max(begun).min(PINNED - 1) + if conversation.pinned { PINNED } else { 0 }
}

fn write(account: &Account, conversation: &Conversation, out: &mut String) -> Result<(), ArchiveError> {
    let id = &conversation.id;
    let mark = conversation.read_mark;
    let is_group = id.kind() == ConversationKind::Group;
    let keys = json!({
        "conv_active_time": active_time(conversation),
        "conv_c2c_read_timestamp": mark.filter(|_| !is_group).map_or(0, |mark| mark.time),
        "conv_conversation_group_array": [],
        "conv_custom_data": "",
        "conv_draft": conversation.draft.clone().unwrap_or_else(|| json!({})),
        "conv_face_url": "",
        "conv_group_at_info_array": mentions(account, conversation)?,
        "conv_group_read_sequence": mark.filter(|_| is_group).map_or(0, |mark| mark.seq),
        "conv_id": id.id(),
        "conv_is_has_draft": conversation.draft.is_some(),
        "conv_is_has_lastmsg": conversation.last_message.is_some(),
        "conv_is_pinned": conversation.pinned,
        "conv_mark_array": [],
        "conv_owner": "",
        "conv_recv_opt": conversation.receive_option.number(),
        "conv_show_name": id.id(),
        "conv_type": id.kind().number(),
        "conv_unread_num": conversation.unread,
    });
    out.push_str("{\"conv_last_msg\":");
    out.push_str(&conversation.last_message.as_ref().map_or_else(|| "{}".to_owned(), emit::message));
    out.push(',');
    out.push_str(keys.to_string().trim_start_matches('{'));
    Ok(())
}

/// The unread messages of a group that mention the account or everybody: array of `GroupAtInfo`, oldest first. Of many unread ones only the
/// newest are looked at.
fn mentions(account: &Account, conversation: &Conversation) -> Result<Value, ArchiveError> {
    if conversation.id.kind() != ConversationKind::Group || conversation.unread == 0 {
        return Ok(json!([]));
    }
    let request = HistoryRequest { limit: MENTIONS, ..HistoryRequest::default() };
    let page = account.archive.history(&conversation.id, &request)?;
    let unread = page.messages.iter().take_while(|message| conversation.read_mark.is_none_or(|mark| message.place() > mark));
    let mut mentions: Vec<Value> = Vec::new();
    for message in unread.filter(|message| message.is_from_self != Some(true)) {
        let named = message.body.get("message_group_at_user_array").unwrap_or_default();
        let names = |wanted: &str| named.as_array().is_some_and(|names| names.iter().any(|name| name == wanted));
        let kind = match (names(&account.user), names(AT_ALL) || names(AT_ALL_BEFORE)) {
            (true, false) => 1,
            (false, true) => 2,
            (true, true) => 3,
            (false, false) => continue,
        };
        mentions.push(json!({ "conv_group_at_info_at_type": kind, "conv_group_at_info_seq": message.seq }));
    }
    mentions.reverse();
    Ok(mentions.into())
}
