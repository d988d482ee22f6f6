//! What a line that was typed asks for.

use std::path::PathBuf;

use crate::model::ConversationRef;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Nothing,
    Say(String),
    Recall(Option<String>),
    Edit(String),
    Read,
    History(usize),
    Search(String),
    File(PathBuf),
    Image(PathBuf),
    Download(Option<String>),
    To(ConversationRef),
    Who,
    Help,
    Quit,
}

/// Why a line asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CommandError {
    #[error("there is no command {name}; /help lists them, and a line that begins with // is said without the first /")]
    Unknown { name: String },
    #[error("it is written {usage}")]
    Usage { usage: &'static str },
}

/// Every command: how it is written, and what it does.
const COMMANDS: [(&str, &str); 12] = [
    ("/recall [ID]", "take back what you said last, or this message"),
    ("/edit TEXT", "say differently what you said last"),
    ("/read", "report everything here as read"),
    ("/history [N]", "show the last 20 messages, or N"),
    ("/search WORDS", "find messages here"),
    ("/file PATH", "send a file"),
    ("/image PATH", "send a picture"),
    ("/download [ID]", "get the last file, or the one of this message"),
    ("/to C", "talk in another conversation"),
    ("/who", "show who is here"),
    ("/help", "show this"),
    ("/quit", "end; so does the end of the input"),
];

/// Messages that `/history` shows.
const PAGE: usize = 20;

impl Command {
    /// Reads a line. One that begins with two slashes is said without the first.
    pub(super) fn read(line: &str) -> Result<Self, CommandError> {
        if let Some(said) = line.strip_prefix('/').filter(|said| said.starts_with('/')) {
            return Ok(Self::Say(said.to_owned()));
        }
        if line.trim().is_empty() {
            return Ok(Self::Nothing);
        }
        if !line.starts_with('/') {
            return Ok(Self::Say(line.to_owned()));
        }
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let usage = || {
            let written = COMMANDS.iter().map(|(usage, _)| *usage).find(|usage| usage.split(' ').next() == Some(name));
            CommandError::Usage { usage: written.unwrap_or_default() }
        };
        let given = || if rest.is_empty() { Err(usage()) } else { Ok(rest) };
        let id = || (!rest.is_empty()).then(|| rest.to_owned());
        let alone = |command| if rest.is_empty() { Ok(command) } else { Err(usage()) };
        match name {
            "/recall" => Ok(Self::Recall(id())),
            "/edit" => Ok(Self::Edit(given()?.to_owned())),
            "/read" => alone(Self::Read),
            "/history" if rest.is_empty() => Ok(Self::History(PAGE)),
            "/history" => Ok(Self::History(rest.parse().map_err(|_| usage())?)),
            "/search" => Ok(Self::Search(given()?.to_owned())),
            "/file" => Ok(Self::File(given()?.into())),
            "/image" => Ok(Self::Image(given()?.into())),
            "/download" => Ok(Self::Download(id())),
            "/to" => Ok(Self::To(ConversationRef::parse(given()?))),
            "/who" => alone(Self::Who),
            "/help" => alone(Self::Help),
            "/quit" => alone(Self::Quit),
            name => Err(CommandError::Unknown { name: name.to_owned() }),
        }
    }
}

/// A line for each command.
pub(super) fn help() -> String {
    COMMANDS.map(|(usage, help)| format!("  {usage:<16}{help}\n")).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Command) {
        assert_eq!(Command::read(line), Ok(expected), "{line}");
    }

    #[test]
    fn a_line_is_said_unless_it_begins_with_one_slash() {
        check("hello /quit", Command::Say("hello /quit".to_owned()));
        check(" /quit", Command::Say(" /quit".to_owned()));
        check("//etc/hosts", Command::Say("/etc/hosts".to_owned()));
        check("//", Command::Say("/".to_owned()));
        check("  ", Command::Nothing);
        check("/quit", Command::Quit);
        check("/edit  a  b ", Command::Edit("a  b".to_owned()));
        check("/recall", Command::Recall(None));
        check("/recall a-1-2", Command::Recall(Some("a-1-2".to_owned())));
        check("/history", Command::History(20));
        check("/history 3", Command::History(3));
        check("/to group:ops", Command::To(ConversationRef::parse("group:ops")));
    }

    #[test]
    fn what_is_no_command_is_told_with_the_right_use() {
        assert_eq!(Command::read("/quti"), Err(CommandError::Unknown { name: "/quti".to_owned() }));
        for (line, usage) in [("/edit", "/edit TEXT"), ("/history x", "/history [N]"), ("/to ", "/to C"), ("/who me", "/who")] {
            assert_eq!(Command::read(line), Err(CommandError::Usage { usage }), "{line}");
        }
    }

    #[test]
    fn the_help_names_every_command() {
        for (usage, _) in COMMANDS {
            assert!(help().contains(usage));
            let name = usage.split(' ').next().unwrap();
            assert!(!matches!(Command::read(name), Err(CommandError::Unknown { .. })), "{name}");
        }
    }
}
