//! What a sentence of an IRC log tells: who came, went, was kicked or renamed. Knows the sentences of all programs, in English.

use crate::formats::imported::Tip;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Join,
    Part,
    Quit,
    Kick,
    Nick,
    Mode,
    Topic,
}

impl Kind {
    /// The word of the protocol, in small letters.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Part => "part",
            Self::Quit => "quit",
            Self::Kick => "kick",
            Self::Nick => "nick",
            Self::Mode => "mode",
            Self::Topic => "topic",
        }
    }

    /// What the message API calls it.
    pub(super) fn tip(self, has_users: bool) -> Tip {
        match self {
            Self::Join => Tip::Joined,
            Self::Part | Self::Quit => Tip::Left,
            Self::Kick => Tip::Removed,
            Self::Nick => Tip::MemberChanged,
            Self::Mode if has_users => Tip::MemberChanged,
            Self::Mode | Self::Topic => Tip::GroupChanged,
        }
    }
}

/// A sentence that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Happening<'a> {
    pub(super) kind: Kind,
    /// Who did it; empty where the sentence does not say.
    pub(super) who: &'a str,
    /// To whom; for a change of nick the new one.
    pub(super) users: Vec<&'a str>,
    /// The new topic.
    pub(super) topic: Option<&'a str>,
}

/// What a sentence tells; `None` for one that is of no known form.
pub(super) fn happening(sentence: &str) -> Option<Happening<'_>> {
    let sentence = sentence.trim();
    begun(sentence).or_else(|| done(sentence))
}

fn simple<'a>(kind: Kind, who: &'a str) -> Option<Happening<'a>> {
    let who = nick(who);
    (!who.is_empty()).then_some(Happening { kind, who, users: Vec::new(), topic: None })
}

/// Sentences that begin with what happened.
fn begun(sentence: &str) -> Option<Happening<'_>> {
    let (first, rest) = sentence.split_once(' ')?;
    let next = rest.split(' ').next().unwrap_or_default();
    match first.trim_end_matches(':') {
        // ZNC and energymech: `Joins: ann (a@b)`.
        "Joins" => simple(Kind::Join, next),
        "Parts" => simple(Kind::Part, next),
        "Quits" => simple(Kind::Quit, next),
        // eggdrop: `Nick change: ann -> bob`.
        "Nick" => {
            let (old, new) = rest.strip_prefix("change: ")?.split_once(" -> ")?;
            Some(Happening { kind: Kind::Nick, who: nick(old), users: vec![nick(new)], topic: None })
        }
        // irssi: `mode/#c [+o bob] by ann`; WeeChat: `Mode #c [+o bob] by ann`; `Mode change "+o bob" on channel #c by ann`.
        word if word == "Mode" || word.starts_with("mode/") || word.starts_with("ServerMode/") => {
            let who = nick(rest.rsplit_once(" by ")?.1);
            let open = rest.find(['[', '"'])?;
            let modes = rest[open + 1..].split([']', '"']).next().unwrap_or_default();
            Some(Happening { kind: Kind::Mode, who, users: names_of_modes(modes), topic: None })
        }
        "Topic" => topic_begun(rest),
        // dircproxy: `You disconnected` is no mark of a person.
        "You" => None,
        // eggdrop: `#c: mode change '+o bob' by ann!a@b`.
        channel if is_channel(channel) => {
            let rest = rest.strip_prefix("mode change '")?;
            let (modes, who) = rest.split_once("' by ")?;
            Some(Happening { kind: Kind::Mode, who: nick(who), users: names_of_modes(modes), topic: None })
        }
        _ => None,
    }
}

/// `Topic changed on #c by ann!a@b: new`, `Topic for #c is: new`, `Topic is 'new'`.
fn topic_begun(rest: &str) -> Option<Happening<'_>> {
    let made = |who, topic| Some(Happening { kind: Kind::Topic, who, users: Vec::new(), topic: Some(unquoted(topic)) });
    if let Some(rest) = rest.strip_prefix("changed on ") {
        let (who, topic) = rest.split_once(" by ")?.1.split_once(": ")?;
        return made(nick(who), topic);
    }
    if let Some(topic) = rest.strip_prefix("is ") {
        return made("", topic);
    }
    let (channel, rest) = rest.strip_prefix("for ")?.split_once(' ')?;
    if let Some(topic) = rest.strip_prefix("is ").or_else(|| rest.strip_prefix("is: ")) {
        return made("", topic.trim_start_matches(": "));
    }
    if channel.ends_with(':') { made("", rest) } else { None }
}

/// Sentences that begin with who did it.
fn done(sentence: &str) -> Option<Happening<'_>> {
    let (who, rest) = sentence.split_once(' ')?;
    let who = nick(who);
    let rest = without_address(rest);
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with([' ', '.', ':', '(', '[', ',']);
    let is = |forms: &[&str]| forms.iter().any(|form| rest.strip_prefix(form).is_some_and(is_end));
    let behind = |forms: &[&str]| forms.iter().find_map(|form| rest.strip_prefix(form));
    if is(&["is now known as", "changed nick to", "changes nick to", "is known as"]) {
        let new = rest.rsplit(' ').next().unwrap_or_default().trim_end_matches('.');
        return Some(Happening { kind: Kind::Nick, who, users: vec![nick(new)], topic: None });
    }
    if let Some(rest) = behind(&["was kicked ", "has been kicked ", "kicked from "]) {
        let by = rest.find("by ").map_or("", |at| &rest[at + 3..]);
        return Some(Happening { kind: Kind::Kick, who: nick(by), users: vec![who], topic: None });
    }
    if let Some(rest) = behind(&["has kicked ", "kicked ", "kicks "])
        && (rest.contains(" from ") || rest.contains('(') || rest.contains(" out of "))
    {
        return Some(Happening { kind: Kind::Kick, who, users: vec![nick(rest)], topic: None });
    }
    if let Some(modes) = behind(&["sets mode: ", "sets mode ", "set mode ", "changed mode: ", "has changed mode: "]) {
        return Some(Happening { kind: Kind::Mode, who, users: names_of_modes(modes), topic: None });
    }
    if let Some(rest) = behind(&["gives ", "removes "])
        && ["channel operator status ", "channel half-operator status ", "voice "].iter().any(|what| rest.starts_with(what))
    {
        let users = rest.rsplit_once(" to ").or_else(|| rest.rsplit_once(" from ")).map_or("", |(_, users)| users);
        return Some(Happening { kind: Kind::Mode, who, users: users.split_whitespace().collect(), topic: None });
    }
    if let Some(topic) = topic_done(rest) {
        return Some(Happening { kind: Kind::Topic, who, users: Vec::new(), topic: Some(unquoted(topic)) });
    }
    if is(&["has quit", "quit", "quit IRC", "has left IRC", "left irc", "left IRC", "Quit"]) {
        return simple(Kind::Quit, who);
    }
    if is(&["has joined", "joined", "join", "arrives in"]) {
        return simple(Kind::Join, who);
    }
    if is(&["has left", "left", "leaves", "parted", "part"]) {
        return simple(Kind::Part, who);
    }
    None
}

/// The topic of `changes topic to 'new'`, `changed the topic of #c to: new`, `has changed topic for #c from "old" to "new"`.
fn topic_done(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix("has ").unwrap_or(rest);
    let rest = rest
        .strip_prefix("changes ")
        .or_else(|| rest.strip_prefix("changed "))
        .or_else(|| rest.strip_prefix("sets "))
        .or_else(|| rest.strip_prefix("set "))?;
    let rest = rest.strip_prefix("the ").unwrap_or(rest);
    let rest = rest.strip_prefix("channel ").unwrap_or(rest).strip_prefix("topic")?;
    if let Some(topic) = rest.strip_prefix(": ") {
        return Some(topic);
    }
    if let Some((_, topic)) = rest.split_once("\" to \"") {
        return Some(topic.strip_suffix('"').unwrap_or(topic));
    }
    let topic = rest.split_once(" to")?.1;
    Some(topic.strip_prefix(':').unwrap_or(topic).trim_start())
}

/// The nick at the beginning of a text, without its mode and address.
pub(super) fn nick(text: &str) -> &str {
    let text = text.trim_start_matches(['@', '+', '%', '~', '&', '!', ' ']);
    let end = text.find(['!', ' ', '\t', ':', ',']).unwrap_or(text.len());
    text[..end].trim_end_matches('.')
}

/// Whether a name is one of a channel.
pub(super) fn is_channel(name: &str) -> bool {
    name.len() > 1 && name.starts_with(['#', '&'])
}

/// The text behind an address in brackets, where one begins it.
fn without_address(text: &str) -> &str {
    let close = match text.as_bytes().first() {
        Some(b'(') => ')',
        Some(b'[') => ']',
        _ => return text,
    };
    text.split_once(close).map_or(text, |(_, rest)| rest.trim_start())
}

/// The people in `+ov ann bob`; bans and keys name no people.
fn names_of_modes(modes: &str) -> Vec<&str> {
    let mut words = modes.split_whitespace();
    let changes = words.next().unwrap_or_default();
    let with_names = changes.chars().filter(|c| !matches!(c, '+' | '-'));
    let with_names = with_names.filter(|c| matches!(c, 'o' | 'v' | 'h' | 'a' | 'q' | 'b' | 'e' | 'I' | 'k' | 'l'));
    with_names
        .zip(words)
        .filter(|(mode, word)| matches!(mode, 'o' | 'v' | 'h' | 'a' | 'q') && !word.contains(['!', '*']))
        .map(|(_, word)| word)
        .collect()
}

fn unquoted(topic: &str) -> &str {
    let inner = |sign: char| topic.strip_prefix(sign).and_then(|rest| rest.strip_suffix(sign));
    inner('\'').or_else(|| inner('"')).unwrap_or(topic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: Kind, sentence: &str, who: &str, users: &[&str], topic: Option<&str>) {
        let found = happening(sentence);
        assert_eq!(found, Some(Happening { kind, who, users: users.to_vec(), topic }), "{sentence}");
    }

    #[test]
    fn who_comes_and_goes_is_read_in_the_words_of_every_program() {
        for join in ["Joins: ann (a@b)", "Joins ann", "ann [a@b] has joined #c", "ann (a@b) joined #c.", "ann joined", "ann has joined #c"]
        {
            check(Kind::Join, join, "ann", &[], None);
        }
        for part in ["Parts: ann (a@b) (bye)", "ann [a@b] has left #c [bye]", "ann left", "ann (a@b) left #c."] {
            check(Kind::Part, part, "ann", &[], None);
        }
        for quit in
            ["Quits: ann (a@b) (bye)", "ann has quit IRC", "ann (a@b) Quit (bye)", "ann (a@b) left irc: bye", "ann [a@b] has quit [bye]"]
        {
            check(Kind::Quit, quit, "ann", &[], None);
        }
    }

    #[test]
    fn what_people_do_to_each_other_names_both() {
        for kick in [
            "bob was kicked by ann (no)",
            "bob was kicked from #c by ann [no]",
            "ann has kicked bob from #c (no)",
            "bob kicked from #c by ann: no",
        ] {
            check(Kind::Kick, kick, "ann", &["bob"], None);
        }
        for nick in ["ann is now known as bob", "Nick change: ann -> bob", "ann changed nick to bob"] {
            check(Kind::Nick, nick, "ann", &["bob"], None);
        }
        for mode in [
            "ann sets mode: +o bob",
            "mode/#c [+o bob] by ann",
            "Mode #c [+o bob] by ann",
            "#c: mode change '+o bob' by ann!a@b",
            "ann gives channel operator status to bob",
        ] {
            check(Kind::Mode, mode, "ann", &["bob"], None);
        }
        check(Kind::Mode, "Server sets mode: +stn", "Server", &[], None);
        check(Kind::Mode, "ann sets mode: +b-v *!*@x bob", "ann", &["bob"], None);
    }

    #[test]
    fn a_new_topic_is_read_without_its_quotes() {
        for topic in [
            "ann changes topic to 'a: b'",
            "ann changed the topic of #c to: a: b",
            "ann has changed topic for #c from \"x\" to \"a: b\"",
            "Topic changed on #c by ann!a@b: a: b",
            "ann (a@b) changed topic: a: b",
        ] {
            check(Kind::Topic, topic, "ann", &[], Some("a: b"));
        }
        check(Kind::Topic, "Topic for #c is: a", "", &[], Some("a"));
        check(Kind::Topic, "Topic for #c: a", "", &[], Some("a"));
    }

    #[test]
    fn what_people_say_of_themselves_is_no_happening() {
        for sentence in ["ann waves", "ann kicked the ball", "ann leftovers", "ann joins in", "You disconnected", "ann", ""] {
            assert_eq!(happening(sentence), None, "{sentence}");
        }
    }
}
