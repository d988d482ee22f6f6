//! Logs of mIRC and HexChat, in which one star stands before events and before what `/me` says, so that the sentence decides.

use super::{Line, Said, Style, angle, nick_and_text, notice, stamped};
use crate::formats::importers::irc::happening::happening;

pub(super) struct Client;

/// How sentences of the program itself begin.
const PROGRAM: [&str; 11] = [
    "Now talking ",
    "Topic ",
    "Set by ",
    "Disconnected",
    "Attempting to rejoin",
    "Rejoined channel",
    "Retrieving ",
    "Looking up ",
    "Connecting to ",
    "Connected",
    "You have ",
];

impl Style for Client {
    fn read<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let (stamp, rest) = stamped(line)?;
        let (said, is_sure) = if let Some(said) = angle(rest).filter(|(nick, _)| !nick.contains('!')) {
            (Said::text(said), true)
        } else if let Some(said) = rest.strip_prefix("** ").and_then(nick_and_text) {
            (Said::action(said), true)
        } else if let Some(sentence) = rest.strip_prefix("* ").or_else(|| rest.strip_prefix("*\t")) {
            let sentence = sentence.trim();
            let is_event = happening(sentence).is_some() || PROGRAM.iter().any(|begin| sentence.starts_with(begin));
            match nick_and_text(sentence).filter(|_| !is_event) {
                Some(said) => (Said::action(said), true),
                None => (Said::event(sentence), true),
            }
        } else if let Some(said) = notice(rest) {
            (Said::notice(said), true)
        } else if rest.is_empty() {
            return None;
        } else {
            (Said::event(rest.trim_end()), false)
        };
        Some(said.at(stamp, is_sure))
    }
}
