//! What the path of a log says: the network, the channel and the day.

use jiff::civil::Date;

use super::stamp::{iso_date, month};
use crate::formats::out::ChatName;

/// Folders in which programs keep their logs, one folder a network.
const ROOTS: [&str; 9] = ["irclogs", "irc-logs", "irc_logs", "logs", "log", "xchatlogs", "ChannelLogger", "scrollback", "networks"];
const ENDINGS: [&str; 11] = [".gz", ".xz", ".bz2", ".zst", ".zip", ".tar", ".log", ".txt", ".weechatlog", ".irc", ".raw"];

/// What a path says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// `network/#channel`, or what else the path leads to.
    pub(super) chat: String,
    pub(super) name: ChatName,
    pub(super) day: Option<Date>,
}

/// What the path says, with all folders above it that are known.
pub(super) fn place(path: &str) -> Place {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && *part != "..").collect();
    let mut dating = Dating::default();
    let mut chat: Option<(usize, String)> = None;
    for (at, part) in parts.iter().enumerate().rev() {
        match dating.pass(part) {
            None => {}
            // Folders of years and months may lie above a file that is named for its channel.
            Some(_) if chat.is_some() => break,
            Some(rest) => chat = Some((at, rest)),
        }
    }
    let day = dating.day;
    let Some((at, rest)) = chat else { return Place { chat: "irc".to_owned(), name: ChatName::Guessed, day } };
    let rest = rest.replace("%23", "#");
    let Some(sign) = rest.find('#').or_else(|| rest.starts_with('&').then_some(0)) else {
        return Place { chat: rest, name: ChatName::Guessed, day };
    };
    let (before, channel) = rest.split_at(sign);
    // WeeChat: `irc.network.#channel`; older ZNC: `network_#channel`.
    let before = before.strip_prefix("irc.").unwrap_or(before).trim_matches(['.', '_', '-', ' ']);
    let network = if before.is_empty() { network(&parts[..at], channel) } else { Some(before) };
    let chat = network.map_or_else(|| channel.to_owned(), |network| format!("{network}/{channel}"));
    Place { chat, name: ChatName::Own, day }
}

/// What files of different days of one log have in common.
pub(super) fn series(path: &str) -> String {
    let parts = path.split('/').filter_map(|part| Dating::default().pass(part));
    let series = parts.collect::<Vec<_>>().join("/");
    if series.is_empty() { "irc".to_owned() } else { series }
}

/// The network that the folders above a channel name.
fn network<'a>(above: &[&'a str], channel: &str) -> Option<&'a str> {
    if let Some(at) = above.iter().rposition(|part| *part == "networks") {
        return above.get(at + 1).copied();
    }
    let named: Vec<&str> =
        above.iter().rev().copied().filter(|part| *part != channel && Dating::default().pass(part).is_some()).take(3).collect();
    let (first, higher) = named.split_first()?;
    let is_root = |part: &&str| ROOTS.contains(part);
    (!is_root(first) && higher.iter().any(is_root)).then_some(*first)
}

/// The day, from the parts of a path that are numbers, from the last one on.
#[derive(Default)]
struct Dating {
    day: Option<Date>,
    /// Numbers below a year: the day, then the month.
    numbers: Vec<i8>,
}

impl Dating {
    /// Takes what a part of the path says about the day. What it says else comes back; `None` when that is nothing.
    fn pass(&mut self, part: &str) -> Option<String> {
        let part = without_endings(part);
        if let Some((start, end, date)) = date_in(part) {
            self.day.get_or_insert(date);
            let is_joint = |c: char| matches!(c, '.' | '_' | '-' | ' ' | '(' | ')');
            let (before, behind) = (part[..start].trim_end_matches(is_joint), part[end..].trim_start_matches(is_joint));
            let (before, behind) = (without_endings(before), without_endings(behind));
            let rest = if before.is_empty() || behind.is_empty() { format!("{before}{behind}") } else { format!("{before}-{behind}") };
            // What is left without a letter is the number of a part of the day.
            return rest.chars().any(|c| c.is_alphabetic() || c == '#').then_some(rest);
        }
        let (year, month) = match part.split_once(['-', '_', '.']) {
            Some((year, month)) => (year, month.parse::<i8>().ok().filter(|month| (1..=12).contains(month))),
            None => (part, None),
        };
        let is_number = !year.is_empty() && year.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || (month.is_none() && year.len() != part.len()) {
            return Some(part.to_owned());
        }
        match year.parse::<i16>() {
            Ok(year) if (1980..=2200).contains(&year) => {
                self.numbers.extend(month);
                if let [day, month, ..] = self.numbers[..]
                    && let Ok(date) = Date::new(year, month, day)
                {
                    self.day.get_or_insert(date);
                }
                None
            }
            Ok(number @ 1..=31) if month.is_none() => {
                self.numbers.extend(i8::try_from(number));
                None
            }
            _ => Some(part.to_owned()),
        }
    }
}

fn without_endings(mut part: &str) -> &str {
    while let Some(rest) = ENDINGS.iter().find_map(|ending| part.strip_suffix(ending)) {
        part = rest;
    }
    part
}

/// The day inside a name, with where it stands: `2013-01-31`, `20130131`, `31Jan2013`.
fn date_in(name: &str) -> Option<(usize, usize, Date)> {
    let bytes = name.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    for start in 0..bytes.len() {
        if !is_digit(start) || (start > 0 && is_digit(start - 1)) {
            continue;
        }
        let text = |from: usize, to: usize| name.get(start + from..start + to);
        if !is_digit(start + 10)
            && let Some(date) = text(0, 10).and_then(iso_date)
        {
            return Some((start, start + 10, date));
        }
        if is_digit(start + 7)
            && !is_digit(start + 8)
            && let Some(word) = text(0, 8).filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
            && let Some(date) = iso_date(&format!("{}-{}-{}", &word[..4], &word[4..6], &word[6..])).filter(|date| date.year() > 1980)
        {
            return Some((start, start + 8, date));
        }
        let days = if is_digit(start + 1) { 2 } else { 1 };
        if let Some(month) = text(days, days + 3).and_then(month)
            && let Some(year) = text(days + 3, days + 7).and_then(|year| year.parse::<i16>().ok())
            && let Some(day) = text(0, days).and_then(|day| day.parse::<i8>().ok())
            && let Ok(date) = Date::new(year, month, day)
        {
            return Some((start, start + days + 7, date));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, chat: &str, name: ChatName, day: Option<(i16, i8, i8)>) {
        let day = day.map(|(year, month, day)| Date::constant(year, month, day));
        assert_eq!(place(path), Place { chat: chat.to_owned(), name, day }, "{path}");
    }

    #[test]
    fn the_channel_and_the_day_are_read_from_the_paths_of_every_program() {
        let day = Some((2013, 1, 8));
        check("irclogs/2013/01/08/#ubuntu-devel.txt", "#ubuntu-devel", ChatName::Own, day);
        check("home/irclogs/libera/#rust.log", "libera/#rust", ChatName::Own, None);
        check("logs/irc.libera.#rust.weechatlog", "libera/#rust", ChatName::Own, None);
        check("logs/ChannelLogger/libera/#rust/#rust.2013-01-08.log", "libera/#rust", ChatName::Own, day);
        check("networks/libera/moddata/log/#rust/2013-01-08.log", "libera/#rust", ChatName::Own, day);
        check("log/libera_#rust_20130108.log", "libera/#rust", ChatName::Own, day);
        check("#rust.log.08Jan2013", "#rust", ChatName::Own, day);
        check("raku/moarvm/2013/2013-01-08", "moarvm", ChatName::Guessed, day);
        check("2013-01-08-test1.log", "test1", ChatName::Guessed, day);
        check("some/channel/2013/01/08.log.gz", "channel", ChatName::Guessed, day);
        check("some/2013-01/08.log", "some", ChatName::Guessed, day);
        check("2013-01-08", "irc", ChatName::Guessed, day);
        check("train/2013-01-08_03.raw.txt", "train", ChatName::Guessed, day);
    }

    #[test]
    fn the_days_of_one_log_are_one_series_and_those_of_another_are_not() {
        for path in ["raku/moarvm/2013/2013-01-08", "raku/moarvm/2014/2014-02-09"] {
            assert_eq!(series(path), "raku/moarvm");
        }
        assert_eq!(series("2013/01/08/#c.txt"), series("2013/01/09/#c.txt"));
        assert_ne!(series("a/2013-01-08-test.log"), series("b/test.log"));
    }
}
