//! Logs in which events have a mark of their own: irssi (`-!-`), energymech, ZNC, Limnoria, the Raku logs, The Lounge (`***`), Ubuntu (`===`),
//! XChat before 2005, Konversation (`-->`, `<--`, `---`). What begins with one star is what `/me` says.

use super::{Line, Said, Style, angle, nick_and_text, notice, stamped};
use crate::formats::importers::irc::happening::happening;

pub(super) struct Marked;

/// What stands before events.
const MARKS: [&str; 8] = ["*** ", "=== ", "-!- ", "--> ", "<-- ", "--- ", "=-= ", ">>> "];

impl Style for Marked {
    fn read<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let (stamp, rest) = stamped(line)?;
        let (said, is_sure) = if let Some(said) = angle(rest).filter(|(nick, _)| !nick.contains('!')) {
            (Said::text(said), true)
        } else if let Some(sentence) = MARKS.iter().find_map(|mark| rest.strip_prefix(mark)) {
            (Said::event(sentence.trim()), true)
        } else if let Some(said) = rest.strip_prefix("* ").and_then(nick_and_text) {
            // In the logs of other clients this is how events look, too.
            let is_event = happening(&rest[2..]).is_some();
            (Said::action(said), !is_event)
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
