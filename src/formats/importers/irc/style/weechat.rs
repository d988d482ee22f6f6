//! Logs of WeeChat: time, prefix and text with tabs between them. The prefix is a nick, or the mark of an event.

use super::{Line, Said, Style, nick_and_text, plain_nick};
use crate::formats::importers::irc::stamp::stamp;

pub(super) struct WeeChat;

impl Style for WeeChat {
    fn read<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let (stamp, rest) = stamp(line)?;
        let (prefix, text) = rest.strip_prefix('\t')?.split_once('\t')?;
        let said = match prefix.trim() {
            "-->" | "<--" | "=!=" | "" => Said::event(text),
            "*" => Said::action(nick_and_text(text)?),
            "--" => match text.strip_prefix("Notice(").and_then(|rest| rest.split_once("): ")) {
                Some((nick, text)) => Said::notice((plain_nick(nick), text)),
                None => Said::event(text),
            },
            nick if nick.contains(' ') => return None,
            // A nick may be framed as in other clients.
            nick => Said::text((plain_nick(nick.trim_matches(['<', '>'])), text)),
        };
        Some(said.at(stamp, true))
    }
}
