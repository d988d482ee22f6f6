//! Logs that hold the protocol itself behind the time, as those of psyBNC and of bots: `… :ann!a@b PRIVMSG #c :text`.

use super::{Line, Said, Style, stamped};

pub(super) struct Raw;

impl Style for Raw {
    fn read<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let (stamp, rest) = stamped(line)?;
        // psyBNC names the channel or the network before it.
        let rest = if rest.starts_with(':') { rest } else { &rest[rest.find("::")? + 1..] };
        let (source, rest) = rest.strip_prefix(':')?.split_once(' ')?;
        let nick = source.split('!').next()?;
        let (command, rest) = rest.split_once(' ')?;
        let (words, last) = match rest.strip_prefix(':') {
            Some(last) => ("", last),
            None => rest.split_once(" :").unwrap_or((rest, "")),
        };
        let target = words.split(' ').next().filter(|word| !word.is_empty()).unwrap_or(last);
        let because = if last.is_empty() || last == target { String::new() } else { format!(" ({last})") };
        let event = |sentence: String| Said::Event(sentence.into());
        let said = match command {
            "PRIVMSG" => match last.strip_prefix('\u{1}') {
                Some(ctcp) => Said::action((nick, ctcp.strip_prefix("ACTION ")?.trim_end_matches('\u{1}'))),
                None => Said::text((nick, last)),
            },
            "NOTICE" => Said::notice((nick, last)),
            "JOIN" => event(format!("{nick} has joined {target}")),
            "PART" => event(format!("{nick} has left {target}{because}")),
            "QUIT" => event(format!("{nick} has quit{}", if last.is_empty() { String::new() } else { format!(" ({last})") })),
            "NICK" => event(format!("{nick} is now known as {target}")),
            "KICK" => event(format!("{nick} has kicked {} from {target}{because}", words.split(' ').nth(1)?)),
            "MODE" => event(format!("{nick} sets mode: {}", words.split_once(' ').map_or(last, |(_, modes)| modes))),
            "TOPIC" => event(format!("{nick} changes topic to '{last}'")),
            _ => return None,
        };
        let channel = target.starts_with(['#', '&']).then(|| target.into());
        Some(Line { channel, ..said.at(stamp, true) })
    }
}
