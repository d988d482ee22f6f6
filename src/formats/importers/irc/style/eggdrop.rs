//! Logs of eggdrop, whose events have no mark: `[00:02] Action: ann waves`, `[00:02] ann (a@b) joined #c.`

use super::{Line, Said, Style, angle, nick_and_text, notice, stamped};
use crate::formats::importers::irc::happening::happening;

pub(super) struct Eggdrop;

impl Style for Eggdrop {
    fn read<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let (stamp, rest) = stamped(line)?;
        let (said, is_sure) = if let Some(said) = angle(rest).filter(|(nick, _)| !nick.contains('!')) {
            (Said::text(said), true)
        } else if let Some(said) = rest.strip_prefix("Action: ").and_then(nick_and_text) {
            (Said::action(said), true)
        } else if let Some(said) = notice(rest) {
            (Said::notice(said), true)
        } else if rest.is_empty() {
            return None;
        } else {
            (Said::event(rest.trim_end()), !rest.starts_with('*') && happening(rest).is_some())
        };
        Some(said.at(stamp, is_sure))
    }
}
