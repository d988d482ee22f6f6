//! What a line of the console asks for.

use std::time::Duration;

use crate::query::read_span;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Nothing,
    Say(String),
    Reload,
    As(String),
    /// The text form of a group; `None`: with the account alone.
    In(Option<String>),
    Store(Option<String>),
    Timers,
    Log(Option<String>),
    Advance(Duration),
    Help,
    Quit,
}

/// Why a line asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CommandError {
    #[error("it is written {usage}")]
    Usage { usage: &'static str },
}

/// Every command: how it is written, and what it does.
const COMMANDS: [(&str, &str); 9] = [
    ("!reload", "load scripts that have changed; a broken one leaves the one before"),
    ("!as NAME", "be somebody else"),
    ("!in C", "talk in group:ID, or with !in bot alone with the bots"),
    ("!store [SCRIPT]", "show what scripts keep"),
    ("!timers", "show the timers that are set"),
    ("!log [SCRIPT]", "show what scripts have logged"),
    ("!advance TIME", "set the clock on: 90s, 2h, 1d"),
    ("!help", "show this; what begins with another ! is said"),
    ("!quit", "end; so does the end of the input"),
];

impl Command {
    /// Reads a line. What begins with `!` and is no command is said: bots have commands that begin so.
    pub(super) fn read(line: &str) -> Result<Self, CommandError> {
        let (name, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        let rest = rest.trim();
        let usage = || {
            let written = COMMANDS.iter().map(|(usage, _)| *usage).find(|usage| usage.split(' ').next() == Some(name));
            CommandError::Usage { usage: written.unwrap_or_default() }
        };
        let given = || if rest.is_empty() { Err(usage()) } else { Ok(rest.to_owned()) };
        let alone = |command| if rest.is_empty() { Ok(command) } else { Err(usage()) };
        let maybe = || (!rest.is_empty()).then(|| rest.to_owned());
        match name {
            "" => Ok(Self::Nothing),
            "!reload" => alone(Self::Reload),
            "!as" => Ok(Self::As(given()?)),
            "!in" => match given()? {
                group if group.starts_with("group:") => Ok(Self::In(Some(group))),
                bot if bot == "bot" => Ok(Self::In(None)),
                _ => Err(usage()),
            },
            "!store" => Ok(Self::Store(maybe())),
            "!timers" => alone(Self::Timers),
            "!log" => Ok(Self::Log(maybe())),
            "!advance" => Ok(Self::Advance(Duration::from_secs(read_span(&given()?).map_err(|_| usage())?))),
            "!help" => alone(Self::Help),
            "!quit" => alone(Self::Quit),
            _ => Ok(Self::Say(line.to_owned())),
        }
    }
}

/// A line for each command.
pub(super) fn help() -> String {
    COMMANDS.map(|(usage, help)| format!("  {usage:<17}{help}\n")).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Command) {
        assert_eq!(Command::read(line), Ok(expected), "{line}");
    }

    #[test]
    fn a_line_is_said_unless_it_is_a_command_of_the_console() {
        check("hello !quit", Command::Say("hello !quit".to_owned()));
        check("!remind 2h stretch", Command::Say("!remind 2h stretch".to_owned()));
        check("  ", Command::Nothing);
        check("!quit", Command::Quit);
        check("!as  ana ", Command::As("ana".to_owned()));
        check("!in group:ops", Command::In(Some("group:ops".to_owned())));
        check("!in bot", Command::In(None));
        check("!store", Command::Store(None));
        check("!log reminder", Command::Log(Some("reminder".to_owned())));
        check("!advance 1h 30m", Command::Advance(Duration::from_secs(5_400)));
    }

    #[test]
    fn a_command_that_is_wrong_says_how_it_is_written() {
        for (line, usage) in [("!as", "!as NAME"), ("!in ops", "!in C"), ("!advance soon", "!advance TIME"), ("!quit now", "!quit")] {
            assert_eq!(Command::read(line), Err(CommandError::Usage { usage }), "{line}");
        }
    }

    #[test]
    fn the_help_names_every_command() {
        for (usage, _) in COMMANDS {
            assert!(help().contains(usage));
            let name = usage.split(' ').next().unwrap();
            assert!(!matches!(Command::read(name), Ok(Command::Say(_))), "{name}");
        }
    }
}
