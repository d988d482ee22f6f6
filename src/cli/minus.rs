//! Lets words of a search begin with a minus: `mynah search deploy -draft` excludes a word, and names no option.

use std::ffi::{OsStr, OsString};

use clap::Command;

/// Stands before a word that begins with a minus while arguments are read. No argument of a process can hold it.
const MARK: &str = "\0";

/// The arguments of the process, with a mark before every word of a search that begins with one minus.
pub(super) fn marked(program: &Command, arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut command = program;
    let mut is_value = false;
    for argument in arguments.iter_mut().skip(1) {
        if std::mem::take(&mut is_value) {
            continue;
        }
        if argument == "--" {
            break;
        }
        let Some(text) = argument.to_str() else { continue };
        if let Some(option) = text.strip_prefix("--") {
            is_value = takes_value(program, option) || takes_value(command, option);
        } else if !text.starts_with('-') {
            if std::ptr::eq(command, program) {
                match program.find_subcommand(text).filter(|command| command.get_name() == "search") {
                    Some(search) => command = search,
                    None => break,
                }
            }
        } else if !std::ptr::eq(command, program) && !matches!(text, "-" | "-h" | "-V") {
            *argument = OsString::from(format!("{MARK}{text}"));
        }
    }
    arguments
}

/// A word without its mark.
pub(super) fn unmarked(word: &str) -> &str {
    word.strip_prefix(MARK).unwrap_or(word)
}

/// Whether the next argument is the value of this option.
fn takes_value(command: &Command, option: &str) -> bool {
    let mut known = command.get_arguments().filter(|argument| argument.get_long().map(OsStr::new) == Some(OsStr::new(option)));
    known.any(|argument| argument.get_action().takes_values())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Arguments;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let arguments = line.split(' ').map(OsString::from);
        let marked: Vec<_> = marked(&Arguments::command(), arguments).into_iter().map(|argument| argument.into_string().unwrap()).collect();
        assert_eq!(marked.join(" ").replace(MARK, "!"), expected);
    }

    #[test]
    fn only_words_of_a_search_are_marked() {
        check("mynah search deploy -draft --limit 3 -(a", "mynah search deploy !-draft --limit 3 !-(a");
        check("mynah --json --store -d search -hello -h -", "mynah --json --store -d search !-hello -h -");
        check("mynah search --cursor -abc x -- -y", "mynah search --cursor -abc x -- -y");
        check("mynah search --cursor=-abc --contains -> --in -x", "mynah search --cursor=-abc --contains !-> --in -x");
        check("mynah export -o file", "mynah export -o file");
        check("mynah find search -draft", "mynah find search -draft");
    }
}
