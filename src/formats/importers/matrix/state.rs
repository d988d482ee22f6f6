//! The sentences of what happens in a room besides messages, as Element shows them in English.

use serde_json::Value;

use super::event::Event;
use crate::formats::imported::Tip;

/// The sentence of an event and what the message API calls it; `None` for events that people do not see.
///
/// `shown` gives what people see of a user.
pub(super) fn sentence(event: &Event, shown: impl Fn(&str) -> String) -> Option<(String, Tip)> {
    let who = shown(&event.sender);
    let text = |key: &str| event.text(key);
    let changed = |what: &str| Some((format!("{who} {what}"), Tip::GroupChanged));
    match event.kind.as_str() {
        "m.room.member" => Some(membership(event, &shown)),
        "m.room.create" => changed("created this room."),
        "m.room.name" => match (event.before()["name"].as_str().unwrap_or_default(), text("name")) {
            (_, "") => changed("removed the room name."),
            ("", new) => changed(&format!("changed the room name to {new}.")),
            (old, new) => changed(&format!("changed the room name from {old} to {new}.")),
        },
        "m.room.topic" => match text("topic") {
            "" => changed("removed the topic."),
            topic => changed(&format!("changed the topic to \"{topic}\".")),
        },
        "m.room.avatar" => changed(if text("url").is_empty() { "removed the room avatar." } else { "changed the room avatar." }),
        "m.room.encryption" => changed("enabled end-to-end encryption."),
        "m.room.pinned_events" => changed("changed the pinned messages for the room."),
        "m.room.power_levels" => Some((powers(event, &who, &shown), Tip::MemberChanged)),
        "m.room.canonical_alias" => match text("alias") {
            "" => changed("removed the main address for this room."),
            alias => changed(&format!("set the main address for this room to {alias}.")),
        },
        "m.room.join_rules" => match text("join_rule") {
            "public" => changed("made the room public to whoever knows the link."),
            "invite" => changed("made the room invite only."),
            rule => changed(&format!("changed the join rule to {rule}")),
        },
        "m.room.history_visibility" => match text("history_visibility") {
            "world_readable" => changed("made future room history visible to anyone."),
            "shared" => changed("made future room history visible to all room members."),
            "joined" => changed("made future room history visible to all room members, from the point they joined."),
            "invited" => changed("made future room history visible to all room members, from the point they are invited."),
            other => changed(&format!("made future room history visible to unknown ({other}).")),
        },
        "m.room.guest_access" => match text("guest_access") {
            "can_join" => changed("has allowed guests to join the room."),
            "forbidden" => changed("has prevented guests from joining the room."),
            other => changed(&format!("changed guest access to {other}")),
        },
        "m.room.server_acl" => changed("changed the server ACLs for this room."),
        "m.room.tombstone" => changed("upgraded this room."),
        "m.room.third_party_invite" => changed(&format!("sent an invitation to {} to join the room.", text("display_name"))),
        "m.call.invite" => {
            let is_video = event.content["offer"]["sdp"].as_str().is_some_and(|sdp| sdp.contains("m=video"));
            Some((format!("{who} placed a {} call.", if is_video { "video" } else { "voice" }), Tip::Other))
        }
        "m.call.answer" => Some((format!("{who} answered the call."), Tip::Other)),
        "m.call.hangup" => Some((format!("{who} ended the call."), Tip::Other)),
        "m.call.reject" => Some((format!("{who} declined the call."), Tip::Other)),
        "m.room.encrypted" => Some(("Unable to decrypt message".to_owned(), Tip::Other)),
        _ if event.is_poll("end") => Some((format!("{who} has ended a poll"), Tip::Other)),
        // What clients tell each other about a call or a key.
        kind if kind.starts_with("m.call.") || kind.starts_with("m.key.verification.") || event.is_poll("response") => None,
        kind if event.state_key.is_some() => changed(&format!("changed {kind}")),
        kind => Some((format!("{who} sent {kind}"), Tip::Other)),
    }
}

fn membership(event: &Event, shown: &impl Fn(&str) -> String) -> (String, Tip) {
    let (sender, target) = (shown(&event.sender), shown(event.target()));
    let (before, now) = (event.before(), &event.content);
    let was = before["membership"].as_str().unwrap_or_default();
    let is_self = event.target() == event.sender;
    let because = match event.text("reason") {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    match event.text("membership") {
        "join" if was == "join" => (profile(event.target(), before, now, &target), Tip::MemberChanged),
        "join" => (format!("{target} joined the room"), Tip::Joined),
        "invite" => (format!("{sender} invited {target}{because}"), Tip::Joined),
        "ban" => (format!("{sender} banned {target}{because}"), Tip::Removed),
        "knock" => (format!("{target} is requesting to join{because}"), Tip::Other),
        "leave" if is_self && was == "invite" => (format!("{target} rejected the invitation{because}"), Tip::Other),
        "leave" if is_self => (format!("{target} left the room{because}"), Tip::Left),
        "leave" if was == "ban" => (format!("{sender} unbanned {target}{because}"), Tip::Other),
        "leave" if was == "invite" => (format!("{sender} withdrew {target}'s invitation{because}"), Tip::Other),
        "leave" => (format!("{sender} removed {target}{because}"), Tip::Removed),
        other => (format!("{target} is now {other}"), Tip::MemberChanged),
    }
}

fn profile(id: &str, before: &Value, now: &Value, target: &str) -> String {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let (old_name, name) = (text(before, "displayname"), text(now, "displayname"));
    let (old_picture, picture) = (text(before, "avatar_url"), text(now, "avatar_url"));
    if old_name != name {
        return match (old_name.as_str(), name.as_str()) {
            ("", name) => format!("{id} set their display name to {name}"),
            (old, "") => format!("{id} removed their display name ({old})"),
            (old, new) => format!("{old} changed their display name to {new}"),
        };
    }
    let what = match (old_picture.is_empty(), picture.is_empty()) {
        (false, true) => "removed their profile picture",
        (true, false) => "set a profile picture",
        _ if old_picture != picture => "changed their profile picture",
        _ => "made no change",
    };
    format!("{target} {what}")
}

fn powers(event: &Event, who: &str, shown: &impl Fn(&str) -> String) -> String {
    let level = |content: &Value, user: &str| content["users"][user].as_i64().or_else(|| content["users_default"].as_i64()).unwrap_or(0);
    let before = event.before();
    let users = [before, &event.content].into_iter().filter_map(|content| content["users"].as_object()).flat_map(serde_json::Map::keys);
    let mut users: Vec<&String> = users.collect();
    users.sort();
    users.dedup();
    let changes = users.into_iter().map(|user| (user, level(before, user), level(&event.content, user))).filter(|(_, old, new)| old != new);
    let changes: Vec<String> = changes.take(20).map(|(user, old, new)| format!("{} from {old} to {new}", shown(user))).collect();
    if changes.is_empty() || before.is_null() {
        return format!("{who} changed the power levels of the room.");
    }
    format!("{who} changed the power level of {}.", changes.join(", "))
}
