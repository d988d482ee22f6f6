//! What happened in a channel, by the subtypes of Slack.

use super::message::Beside;
use super::record::Record;
use crate::formats::imported::{Event, Tip};

/// The event of a record; `None` where somebody said something.
pub(super) fn event(record: &Record, text: &str, beside: &Beside<'_>) -> Option<Event> {
    let subtype = record.subtype.as_str();
    let (tip, sentence) = match subtype {
        "channel_join" | "group_join" => (Tip::Joined, "joined"),
        "channel_leave" | "group_leave" => (Tip::Left, "left"),
        "channel_topic" | "group_topic" => (Tip::GroupChanged, "set the topic"),
        "channel_purpose" | "group_purpose" => (Tip::GroupChanged, "set the purpose"),
        "channel_name" | "group_name" => (Tip::GroupChanged, "renamed the channel"),
        "channel_archive" | "group_archive" => (Tip::GroupChanged, "archived the channel"),
        "channel_unarchive" | "group_unarchive" => (Tip::GroupChanged, "brought the channel back"),
        "channel_convert_to_private" => (Tip::GroupChanged, "made the channel private"),
        "channel_convert_to_public" => (Tip::GroupChanged, "made the channel public"),
        "channel_posting_permissions" | "ekm_access_denied" => (Tip::GroupChanged, "changed who may write"),
        "pinned_item" => (Tip::Other, "pinned a message"),
        "unpinned_item" => (Tip::Other, "took a pin away"),
        "bot_add" | "bot_enable" => (Tip::Other, "added an integration"),
        "bot_remove" | "bot_disable" => (Tip::Other, "removed an integration"),
        "reminder_add" => (Tip::Other, "set a reminder"),
        "huddle_thread" | "sh_room_created" | "sh_room_shared" => (Tip::Other, "started a huddle"),
        _ => return None,
    };
    let user = |id: &str| Some(id.to_owned()).filter(|id| !id.is_empty());
    let users: Vec<String> = match tip {
        Tip::Joined | Tip::Left => user(&record.user).into_iter().collect(),
        _ => record.room.iter().flat_map(|room| room.participant_history.iter().cloned()).collect(),
    };
    let mut text = text.to_owned();
    if text.is_empty() {
        text = format!("{} {sentence}.", beside.workspace.somebody(&record.user).shown());
    }
    if !record.inviter.is_empty() && matches!(tip, Tip::Joined) {
        text.push_str(&format!(" Invited by {}.", beside.workspace.somebody(&record.inviter).shown()));
    }
    Some(Event { kind: subtype.to_owned(), text, tip, users })
}
