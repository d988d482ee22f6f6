//! Lines that programs write for themselves: when a log was begun, and that another day has come.

use jiff::civil::Date;

use super::stamp::{stamp, written_date};

/// What such a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The lines behind it are of this day.
    Day(Date),
    /// Nothing about the time.
    Nothing,
}

/// How they begin: those of irssi, HexChat, mIRC, ircII, KVIrc, Konversation.
const BEGINS: [&str; 14] = [
    "--- Log opened",
    "--- Day changed",
    "--- Log closed",
    "**** BEGIN LOGGING AT",
    "**** ENDING LOGGING AT",
    "Session Start:",
    "Session Time:",
    "Session Close:",
    "Session Ident:",
    "IRC log started",
    "IRC log ended",
    "### Log session",
    "[INFO]",
    "--- Date changed",
];

/// What the line says, if it is one of a program for itself.
pub(super) fn mark(line: &str) -> Option<Mark> {
    // eggdrop: `[00:00] --- Mon Jan  1 2005`.
    let is_stamped = line.starts_with('[');
    let words = if is_stamped { stamp(line).map(|(_, rest)| rest.trim_start()).unwrap_or(line) } else { line };
    if is_stamped && let Some(date) = words.strip_prefix("--- ") {
        return (date.split(' ').filter(|word| !word.is_empty()).count() == 4).then(|| written_date(date).map(Mark::Day)).flatten();
    }
    let behind = BEGINS.iter().find_map(|begin| line.strip_prefix(begin))?;
    Some(written_date(behind).map_or(Mark::Nothing, Mark::Day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_from_the_lines_of_programs() {
        let day = Some(Mark::Day(Date::constant(2018, 12, 3)));
        for line in [
            "--- Log opened Mon Dec 03 13:55:28 2018",
            "--- Day changed Mon Dec 03 2018",
            "**** BEGIN LOGGING AT Mon Dec  3 13:55:28 2018",
            "Session Start: Mon Dec 03 13:55:28 2018",
            "[00:00] --- Mon Dec  3 2018",
        ] {
            assert_eq!(mark(line), day, "{line}");
        }
        assert_eq!(mark("Session Ident: #c"), Some(Mark::Nothing));
        for line in ["[00:00] --- ann changed mode: +o bob", "[00:00] <ann> --- Log opened", "--- ann", ""] {
            assert_eq!(mark(line), None, "{line}");
        }
    }
}
