//! What happened in a chat, in the sentence that Telegram Desktop's own web pages of an export have for it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::media::{money, rich};
use crate::formats::imported::{Event, Tip};
use crate::formats::lenient::{number_in, text_of};

/// The keys of a service message.
pub(super) struct Facts<'a> {
    keys: &'a Map<String, Value>,
    /// Who did it.
    actor: &'a str,
    /// In a channel nobody is named.
    is_channel: bool,
    zone: &'a TimeZone,
}

impl<'a> Facts<'a> {
    pub(super) fn new(keys: &'a Map<String, Value>, actor: &'a str, is_channel: bool, zone: &'a TimeZone) -> Self {
        Self { keys, actor: if actor.is_empty() { "Deleted" } else { actor }, is_channel, zone }
    }

    /// What happened.
    pub(super) fn event(&self, action: &str) -> Event {
        let members = self.members();
        let text = self.sentence(action);
        let kind = if action.is_empty() { "custom_action" } else { action };
        let tip = match action {
            "invite_members" | "join_group_by_link" | "join_group_by_request" => Tip::Joined,
            "remove_members" if members == [self.actor] => Tip::Left,
            "remove_members" => Tip::Removed,
            "create_group"
            | "create_channel"
            | "edit_group_title"
            | "edit_group_photo"
            | "delete_group_photo"
            | "migrate_to_supergroup"
            | "migrate_from_group"
            | "pin_message"
            | "topic_created"
            | "topic_edit"
            | "edit_chat_theme"
            | "set_messages_ttl"
            | "set_chat_wallpaper"
            | "set_same_chat_wallpaper" => Tip::GroupChanged,
            _ => Tip::Other,
        };
        Event { kind: kind.to_owned(), text, tip, users: members }
    }

    /// The title that a topic gets.
    pub(super) fn title(&self) -> String {
        self.text("title")
    }

    fn text(&self, key: &str) -> String {
        self.keys.get(key).map(text_of).unwrap_or_default()
    }

    fn number(&self, key: &str) -> u64 {
        number_in(&self.text(key)).unwrap_or_default()
    }

    fn is(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    /// Whom it happened to. The source has only their names.
    fn members(&self) -> Vec<String> {
        let members = self.keys.get("members").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        members.iter().map(|member| member.as_str().filter(|name| !name.is_empty()).unwrap_or("Deleted Account").to_owned()).collect()
    }

    fn name(&self, key: &str, none: &str) -> String {
        Some(self.text(key)).filter(|name| !name.is_empty()).unwrap_or_else(|| none.to_owned())
    }

    /// A moment of a key with Unix seconds.
    fn moment(&self, key: &str) -> String {
        let time = i64::try_from(self.number(key)).ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or_default();
        time.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    fn seconds(&self, key: &str) -> String {
        match self.number(key) {
            0 => String::new(),
            seconds => format!(" ({seconds} seconds)"),
        }
    }

    /// An amount of which the source has the whole and the billionth parts.
    fn price(&self, key: &str, unit: &str) -> String {
        let (whole, nano) = (self.number(&format!("{key}_whole")), self.number(&format!("{key}_nano")));
        let parts = if nano == 0 { String::new() } else { format!(".{nano:09}").trim_end_matches('0').to_owned() };
        format!("{whole}{parts} {unit}")
    }

    fn price_unit(&self) -> &'static str {
        if self.text("price_currency") == "TON" { "TON" } else { "stars" }
    }

    fn sentence(&self, action: &str) -> String {
        let Self { actor, is_channel, .. } = *self;
        let did = |what: String| format!("{actor} {what}");
        let title = || format!("«{}»", self.title());
        match action {
            "" => self.text("information_text"),
            "create_group" if self.members().is_empty() => did(format!("created group {}", title())),
            "create_group" => did(format!("created group {} with members {}", title(), joined(&self.members()))),
            "edit_group_title" if is_channel => format!("Channel title changed to {}", title()),
            "edit_group_title" => did(format!("changed group title to {}", title())),
            "edit_group_photo" if is_channel => "Channel photo changed".to_owned(),
            "edit_group_photo" => did("changed group photo".to_owned()),
            "delete_group_photo" if is_channel => "Channel photo removed".to_owned(),
            "delete_group_photo" => did("removed group photo".to_owned()),
            "invite_members" => did(format!("invited {}", joined(&self.members()))),
            "remove_members" => did(format!("removed {}", joined(&self.members()))),
            "join_group_by_link" => did(format!("joined group by link from {}", self.name("inviter", "Deleted Account"))),
            "join_group_by_request" => did("joined group by request".to_owned()),
            "create_channel" => format!("Channel {} created", title()),
            "migrate_to_supergroup" => did("converted this group to a supergroup".to_owned()),
            "migrate_from_group" => did(format!("converted a basic group to this supergroup {}", title())),
            "pin_message" => did("pinned this message".to_owned()),
            "clear_history" => "History cleared".to_owned(),
            "score_in_game" => did(format!("scored {} in this game", self.number("score"))),
            "send_payment" => self.payment(),
            "phone_call" | "conference_call" => self.call(action),
            "take_screenshot" => did("took a screenshot".to_owned()),
            "attach_menu_bot_allowed" => "You allowed this bot to message you when you added it in the attachment menu.".to_owned(),
            "web_app_bot_allowed" => "You allowed this bot to message you in his web-app.".to_owned(),
            "allow_sending_messages" => match self.text("reason_app_name") {
                app if app.is_empty() => {
                    format!("You allowed this bot to message you when you logged in on {}", self.text("reason_domain"))
                }
                app => format!("You allowed this bot to message you when you opened {app}"),
            },
            "send_passport_values" => format!("You have sent the following documents: {}", joined(&self.documents())),
            "joined_telegram" => did("joined Telegram".to_owned()),
            "proximity_reached" => {
                format!("{} is now within {} from {}", self.name("from", "Deleted"), self.distance(), self.name("to", "Deleted"))
            }
            "requested_phone_number" => did("requested your phone number".to_owned()),
            "group_call" if is_channel => format!("Voice chat{}", self.seconds("duration")),
            "group_call" => did(format!("started voice chat{}", self.seconds("duration"))),
            "invite_to_group_call" => did(format!("invited {} to the voice chat", joined(&self.members()))),
            "set_messages_ttl" => self.lifetime(),
            "group_call_scheduled" if is_channel => format!("Voice chat scheduled for {}", self.moment("schedule_date")),
            "group_call_scheduled" => did(format!("scheduled a voice chat for {}", self.moment("schedule_date"))),
            "edit_chat_theme" => match (self.text("emoticon"), is_channel) {
                (theme, true) if theme.is_empty() => "Channel theme was disabled".to_owned(),
                (theme, true) => format!("Channel theme was changed to {theme}"),
                (theme, false) if theme.is_empty() => did("disabled chat theme".to_owned()),
                (theme, false) => did(format!("changed chat theme to {theme}")),
            },
            "send_webview_data" => {
                format!("You have just successfully transferred data from the «{}» button to the bot", self.text("text"))
            }
            "topic_created" => did(format!("created topic {}", title())),
            "topic_edit" => {
                let title = Some(self.text("new_title")).filter(|title| !title.is_empty()).map(|title| format!("title to «{title}»"));
                let icon = Some(self.text("new_icon_emoji_id")).filter(|icon| !icon.is_empty()).map(|icon| format!("icon to «{icon}»"));
                did(format!("changed topic {}", title.into_iter().chain(icon).collect::<Vec<_>>().join(", ")))
            }
            "suggest_profile_photo" => did("suggests to use this photo".to_owned()),
            "requested_peer" => did("requested a chat or user".to_owned()),
            "set_same_chat_wallpaper" => did("set the same background for this chat".to_owned()),
            "set_chat_wallpaper" => did("set a new background for this chat".to_owned()),
            "boost_apply" => match self.number("boosts") {
                1 => did("boosted the group 1 time".to_owned()),
                boosts => did(format!("boosted the group {boosts} times")),
            },
            "todo_completions" => self.completions(),
            "todo_append_tasks" => {
                let items = self.keys.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                let tasks: Vec<_> = items.iter().map(|task| format!("\"{}\"", rich(&task["text"]))).collect();
                did(format!("added tasks: {}", tasks.join(", ")))
            }
            _ => self.gift(action),
        }
    }

    /// Gifts, giveaways and what else is paid for.
    fn gift(&self, action: &str) -> String {
        let actor = self.actor;
        let gift = |what: String| match self.text("cost") {
            cost if cost.is_empty() => format!("{actor} sent you a gift."),
            cost => format!("{actor} sent you a gift for {cost}: {what}."),
        };
        let months = || match self.number("months") {
            1 => "1 month".to_owned(),
            months => format!("{months} months"),
        };
        match action {
            "send_premium_gift" if self.number("months") == 0 => format!("{actor} sent you a gift."),
            "send_premium_gift" => gift(format!("Telegram Premium for {}", months())),
            "send_stars_gift" => gift(self.price("amount", "Telegram Stars")),
            "send_ton_gift" => gift(self.price("amount", "TON")),
            "send_star_gift" => format!("{actor} sent you a gift of {} Telegram Stars.", self.number("stars")),
            "gift_code_prize" if self.is("unclaimed") => {
                format!("This is an unclaimed Telegram Premium for {} prize in a giveaway organized by a channel.", months())
            }
            "gift_code_prize" if self.is("via_giveaway") => {
                format!("You won a Telegram Premium for {} prize in a giveaway organized by a channel.", months())
            }
            "gift_code_prize" => format!("You've received a Telegram Premium for {} gift from a channel.", months()),
            "giveaway_launch" => format!("{actor} just started a giveaway of Telegram Premium subscriptions to its followers."),
            "giveaway_results" => self.winners(),
            "refunded_payment" => {
                let sum = money(&self.text("amount"), &self.text("currency"));
                format!("{} refunded back {sum}", self.name("peer_name", "Deleted"))
            }
            "stars_prize" => {
                let (from, stars) = (self.name("boost_peer_name", "Deleted"), self.number("stars"));
                format!("You won a prize in a giveaway organized by {from}. Your prize is {stars} Telegram Stars.")
            }
            "paid_messages_refund" => {
                format!("{actor} refunded {} Stars for {} messages", self.number("stars_count"), self.number("messages_count"))
            }
            "paid_messages_price_change" if self.is_channel && !self.is("is_broadcast_messages_allowed") => {
                "Direct messages were disabled.".to_owned()
            }
            "paid_messages_price_change" => {
                let what = if self.is_channel { "direct message" } else { "message" };
                format!("Price per {what} changed to {} Telegram Stars.", self.number("price_stars"))
            }
            "process_suggested_post" if self.is("rejected") => match self.text("comment") {
                comment if comment.is_empty() => format!("{actor} rejected your suggested post."),
                comment => format!("{actor} rejected your suggested post, with comment: \"{comment}\""),
            },
            "process_suggested_post" => {
                let price = self.price("price_amount", self.price_unit());
                let price = if price.starts_with("0 ") { String::new() } else { format!(", for {price}") };
                let date = if self.number("scheduled_date") == 0 { String::new() } else { format!(", {}", self.moment("scheduled_date")) };
                format!("{actor} approved your suggested post{price}{date}.")
            }
            "suggested_post_success" => {
                let price = self.price("price_amount", self.price_unit());
                format!("The paid post was shown for 24 hours and {price} were transferred to the channel.")
            }
            "suggested_post_refund" if self.is("user_initiated") => "The user refunded the payment, post was deleted.".to_owned(),
            "suggested_post_refund" => "The admin deleted the post early, the payment was refunded.".to_owned(),
            // One that later versions write.
            other => format!("{actor}: {}", other.replace('_', " ")),
        }
    }

    fn payment(&self) -> String {
        let sum = money(&self.text("amount"), &self.text("currency"));
        match self.text("recurring").as_str() {
            "used" => format!("You were charged {sum} via recurring payment"),
            "init" => format!("You have successfully transferred {sum} for this invoice and allowed future recurring payments"),
            _ => format!("You have successfully transferred {sum} for this invoice"),
        }
    }

    fn call(&self, action: &str) -> String {
        let what = if action == "conference_call" { "group call" } else { "call" };
        let how = match self.text("discard_reason").as_str() {
            "missed" => "missed ",
            "busy" => "declined ",
            _ if self.is("is_missed") => "missed ",
            _ if self.is("is_active") => "ongoing ",
            _ => "",
        };
        format!("{}: {how}{what}{}", self.actor, self.seconds("duration_seconds"))
    }

    fn lifetime(&self) -> String {
        let period = match self.number("period") {
            86_400 => "24 hours".to_owned(),
            period if period % 86_400 == 0 => format!("{} days", period / 86_400),
            period => format!("{period} seconds"),
        };
        match (self.number("period"), self.is_channel) {
            (0, true) => "New messages will not auto-delete".to_owned(),
            (0, false) => format!("{} has set messages not to auto-delete", self.actor),
            (_, true) => format!("New messages will auto-delete in {period}"),
            (_, false) => format!("{} has set messages to auto-delete in {period}", self.actor),
        }
    }

    fn distance(&self) -> String {
        match self.number("distance") {
            1 => "1 meter".to_owned(),
            meters @ 0..1_000 => format!("{meters} meters"),
            meters => format!("{}.{:02} km", meters / 1_000, meters % 1_000 / 10),
        }
    }

    fn documents(&self) -> Vec<String> {
        let values = self.keys.get("values").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        values.iter().map(|value| text_of(value).replace('_', " ")).collect()
    }

    fn winners(&self) -> String {
        let (winners, unclaimed, stars) = (self.number("winners"), self.number("unclaimed"), self.number("stars"));
        if winners == 0 {
            return "No winners of the giveaway could be selected.".to_owned();
        }
        let who = if unclaimed > 0 { "Some winners".to_owned() } else { winners.to_string() };
        let what = if stars > 0 { "their prize" } else { "private messages with giftcodes" };
        format!("{who} of the giveaway were randomly selected by Telegram and received {what}.")
    }

    fn completions(&self) -> String {
        let of = |key: &str| -> Vec<String> {
            self.keys.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter().map(text_of).collect()
        };
        let (done, open) = (of("completed"), of("incompleted"));
        let parts = [(done, "as done"), (open, "as not done yet")];
        let parts = parts.iter().filter(|(tasks, _)| !tasks.is_empty()).map(|(tasks, how)| format!("{} {how}", joined(tasks)));
        format!("{} marked {} in this todo list.", self.actor, parts.collect::<Vec<_>>().join(" and "))
    }
}

/// `a, b and c`
fn joined(names: &[String]) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}
