//! Logs of dircproxy, with whole addresses: `[14 Jan 12:37] <ann!a@b> text`, `<ann!a@b> [12:37] text`, `@1231928160 <ann!a@b> text`.

use super::{Line, Said, Style, angle, nick_and_text, stamped};

/// Whether people are told apart by a sign before what they say: `+` for those who have identified themselves, `-` for others. Some networks
/// send it, and the program writes it down.
pub(super) struct Bouncer {
    pub(super) has_identity: bool,
}

impl Style for Bouncer {
    fn read<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let (stamp, from, rest) = match stamped(line) {
            Some((stamp, rest)) => (stamp, rest, None),
            None => {
                // The time stands behind who says it.
                let at = line.find(" [")?;
                let (stamp, rest) = stamped(&line[at + 1..])?;
                (stamp, &line[..at], Some(rest))
            }
        };
        let with_address = |from: &'a str| angle(from).and_then(|(address, text)| Some((address.split_once('!')?.0, text)));
        if let Some((nick, text)) = with_address(from) {
            let text = rest.unwrap_or(text);
            let plain = text.strip_prefix(['+', '-']);
            let text = plain.filter(|_| self.has_identity).unwrap_or(text);
            return Some(Said::text((nick, text)).at(stamp, plain.is_some() == self.has_identity));
        }
        if let Some(text) = rest {
            // `[ann!a@b] [12:37] ACTION waves`, `-irc.net- [12:37] ann joined`.
            if let Some((nick, _)) = from.strip_prefix('[').and_then(|from| from.strip_suffix(']')).and_then(|from| from.split_once('!')) {
                return Some(Said::action((nick, text.strip_prefix("ACTION ").unwrap_or(text))).at(stamp, true));
            }
            let is_server = from.len() > 2 && from.starts_with('-') && from.ends_with('-') && !from.contains(' ');
            return is_server.then(|| Said::event(text).at(stamp, true));
        }
        let marks = ["*** ", "--> ", "<-- ", "--- "];
        if let Some(sentence) = marks.iter().find_map(|mark| from.strip_prefix(mark)) {
            return Some(Said::event(sentence.trim()).at(stamp, true));
        }
        match from.strip_prefix("* ").and_then(nick_and_text) {
            Some(said) => Some(Said::action(said).at(stamp, true)),
            None => Some(Said::text(angle(from)?).at(stamp, false)),
        }
    }
}
