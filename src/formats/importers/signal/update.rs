//! What happened in a chat, as sentences: Signal keeps facts and makes the words when it shows them.

use serde_json::Value;

use super::frame::{as_number, uuid};
use super::people::People;
use crate::formats::imported::{Event, Tip};
use crate::model::Person;

/// The event of an `updateMessage`. `author` is whose message it is.
pub(super) fn event(update: &Value, author: &Person, people: &People) -> Event {
    let Some((kind, facts)) = update.as_object().and_then(|update| update.iter().next()) else {
        return Event { kind: "update".to_owned(), text: String::new(), tip: Tip::Other, users: Vec::new() };
    };
    let who = author.shown();
    let plain = |text: String| Event { kind: kind.clone(), text, tip: Tip::Other, users: Vec::new() };
    let word = |key: &str| facts.get(key).and_then(Value::as_str).unwrap_or_default();
    match kind.as_str() {
        "groupChange" => group_change(facts, people),
        "simpleUpdate" => {
            let kind = word("type").to_ascii_lowercase();
            Event { text: format!("{who}: {}", kind.replace('_', " ")), kind, tip: Tip::Other, users: Vec::new() }
        }
        "expirationTimerChange" => plain(timer(who, facts)),
        "profileChange" => plain(format!("{} is now called {}", word("previousName"), word("newName"))),
        "learnedProfileChange" => plain(format!("{who} was known as {}{}", word("username"), word("e164"))),
        "individualCall" => {
            let what = words(&format!("{} {}", word("direction"), word("type")));
            plain(format!("{what} ({})", words(word("state"))))
        }
        "groupCall" => plain(format!("group call ({})", words(word("state")))),
        "pollTerminate" => plain(format!("{who} ended the poll: {}", word("question"))),
        "pinMessage" => plain(format!("{who} pinned a message")),
        "threadMerge" | "sessionSwitchover" => plain(format!("{who}: {}", spoken(kind))),
        _ => plain(format!("{who}: {}", spoken(kind))),
    }
}

/// Changes of a group that were made together.
fn group_change(facts: &Value, people: &People) -> Event {
    let updates = facts.get("updates").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut event = Event { kind: "groupChange".to_owned(), text: String::new(), tip: Tip::GroupChanged, users: Vec::new() };
    let mut sentences = Vec::new();
    for (number, (kind, facts)) in updates.iter().filter_map(|update| update.as_object()?.iter().next()).enumerate() {
        let user = |key: &str| facts.get(key).and_then(Value::as_str).map(uuid);
        let named = |user: &Option<String>| user.as_deref().map_or_else(|| "somebody".to_owned(), |user| people.name(user));
        let by = named(&["updaterAci", "removerAci", "inviterAci", "revokerAci"].into_iter().find_map(user));
        let whom =
            ["newMemberAci", "removedAci", "aci", "memberAci", "inviteeServiceId", "inviteeAci", "requestorAci"].into_iter().find_map(user);
        let other = named(&whom);
        let said = |key: &str| facts.get(key).and_then(Value::as_str).unwrap_or_default();
        let (sentence, tip) = match kind.as_str() {
            "groupCreationUpdate" => (format!("{by} created the group"), Tip::GroupChanged),
            "groupNameUpdate" => (format!("{by} named the group {}", said("newGroupName")), Tip::GroupChanged),
            "groupDescriptionUpdate" => (format!("{by} described the group: {}", said("newDescription")), Tip::GroupChanged),
            "groupAvatarUpdate" => (format!("{by} changed the picture of the group"), Tip::GroupChanged),
            "groupMemberAddedUpdate" => (format!("{by} added {other}"), Tip::Joined),
            "groupMemberJoinedUpdate" | "groupMemberJoinedByLinkUpdate" | "groupInvitationAcceptedUpdate" => {
                (format!("{other} joined"), Tip::Joined)
            }
            "groupMemberLeftUpdate" => (format!("{other} left"), Tip::Left),
            "groupMemberRemovedUpdate" => (format!("{by} removed {other}"), Tip::Removed),
            "selfInvitedToGroupUpdate" => (format!("{by} invited {}", people.me().shown()), Tip::Joined),
            "selfInvitedOtherUserToGroupUpdate" => (format!("{} invited {other}", people.me().shown()), Tip::Joined),
            "groupAdminStatusUpdate" => {
                let is_granted = facts.get("wasAdminStatusGranted").and_then(Value::as_bool).unwrap_or_default();
                (format!("{by} made {other} {}", if is_granted { "an admin" } else { "no admin any more" }), Tip::MemberChanged)
            }
            "groupExpirationTimerUpdate" => (timer(&by, facts), Tip::GroupChanged),
            other => (format!("{by}: {}", spoken(other)), Tip::GroupChanged),
        };
        if number == 0 {
            event.kind.clone_from(kind);
            event.tip = tip;
        }
        event.users.extend(whom);
        sentences.push(sentence);
    }
    event.text = sentences.join("\n");
    event
}

fn timer(who: &str, facts: &Value) -> String {
    match facts.get("expiresInMs").map(as_number).unwrap_or_default() / 1_000 {
        0 => format!("{who} let messages stay"),
        seconds => format!("{who} let messages disappear after {seconds} s"),
    }
}

/// `VIDEO_CALL` as people say it.
fn words(constant: &str) -> String {
    constant.trim().to_ascii_lowercase().replace('_', " ")
}

/// `groupInviteLinkResetUpdate` as people say it.
fn spoken(key: &str) -> String {
    let key = key.strip_suffix("Update").unwrap_or(key);
    let mut text = String::new();
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
