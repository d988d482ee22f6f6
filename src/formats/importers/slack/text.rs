//! Texts as Slack writes them: names, links and dates stand as marks between `<` and `>`, and three letters as entities.

use super::workspace::Workspace;

/// Bytes of a mark: an address can be long.
const MARK: usize = 16 << 10;

/// Whom a message calls.
#[derive(Default)]
pub(super) struct Mentions {
    /// User ids, each once.
    pub(super) users: Vec<String>,
    /// Everybody in the channel.
    pub(super) all: bool,
}

impl Mentions {
    pub(super) fn user(&mut self, id: &str) {
        if !id.is_empty() && !self.users.iter().any(|known| known == id) {
            self.users.push(id.to_owned());
        }
    }
}

/// The text as people see it in Slack; formatting stays as it is written.
pub(super) fn readable(text: &str, workspace: &Workspace, mentions: &mut Mentions) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        unescape(&rest[..start], &mut shown);
        let behind = &rest[start + 1..];
        let window = &behind[..behind.floor_char_boundary(MARK)];
        match window.find('>') {
            Some(length) => {
                mark(&behind[..length], workspace, mentions, &mut shown);
                rest = &behind[length + 1..];
            }
            None => {
                shown.push('<');
                rest = behind;
            }
        }
    }
    unescape(rest, &mut shown);
    shown
}

fn unescape(text: &str, shown: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        shown.push_str(&rest[..at]);
        let (letter, length) = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')]
            .into_iter()
            .find_map(|(entity, letter)| rest[at..].starts_with(entity).then_some((letter, entity.len())))
            .unwrap_or(('&', 1));
        shown.push(letter);
        rest = &rest[at + length..];
    }
    shown.push_str(rest);
}

/// Writes what people see of a mark.
fn mark(mark: &str, workspace: &Workspace, mentions: &mut Mentions, shown: &mut String) {
    let (target, label) = mark.split_once('|').unwrap_or((mark, ""));
    let mut named = |sign: char, name: &str| {
        if !name.starts_with(sign) {
            shown.push(sign);
        }
        unescape(name, shown);
    };
    let or = |name: &'_ str, other: &'_ str| if name.is_empty() { other.to_owned() } else { name.to_owned() };
    if let Some(id) = target.strip_prefix('@') {
        mentions.user(id);
        named('@', &or(workspace.name(id).unwrap_or(label), id));
    } else if let Some(id) = target.strip_prefix('#') {
        named('#', &or(workspace.channel_name(id).unwrap_or(label), id));
    } else if let Some(command) = target.strip_prefix('!') {
        match command.split('^').next().unwrap_or_default() {
            all @ ("channel" | "everyone" | "here" | "group") => {
                mentions.all = true;
                named('@', all);
            }
            "subteam" => named('@', &or(label, command.split('^').nth(1).unwrap_or_default())),
            "date" => unescape(&or(label, command.split('^').nth(1).unwrap_or_default()), shown),
            other => unescape(&or(label, other), shown),
        }
    } else {
        link(target, label, shown);
    }
}

/// Writes a link: its label with the address behind it, or the address alone where the label is that.
pub(super) fn link(target: &str, label: &str, shown: &mut String) {
    let plain = |address: &str| {
        let address = ["https://", "http://", "mailto:", "tel:"].iter().find_map(|scheme| address.strip_prefix(scheme)).unwrap_or(address);
        address.trim_end_matches('/').to_owned()
    };
    if label.is_empty() {
        unescape(target, shown);
    } else if plain(label) == plain(target) {
        unescape(label, shown);
    } else {
        unescape(label, shown);
        shown.push_str(" (");
        unescape(target, shown);
        shown.push(')');
    }
}

/// The letters and digits of a text alone, to find out whether another text says the same.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// An emoji by its name in Slack, or the name where there is no such character.
pub(super) fn emoji(name: &str) -> String {
    let (base, tone) = name.split_once("::skin-tone-").unwrap_or((name, ""));
    let tone = match tone {
        "2" => emojis::SkinTone::Light,
        "3" => emojis::SkinTone::MediumLight,
        "4" => emojis::SkinTone::Medium,
        "5" => emojis::SkinTone::MediumDark,
        "6" => emojis::SkinTone::Dark,
        _ => emojis::SkinTone::Default,
    };
    match emojis::get_by_shortcode(base) {
        Some(emoji) => emoji.with_skin_tone(tone).unwrap_or(emoji).as_str().to_owned(),
        None => name.to_owned(),
    }
}
