//! What stands in `bot.command("…")`: a name, then arguments.

use std::time::Duration;

use crate::script::fold::folded;
use crate::script::handler::{Argument, ArgumentKind, CommandSpec};
use crate::script::op::Misuse;

/// The most arguments of a command.
const MAX_ARGUMENTS: usize = 16;
/// How old a command may be to be done, if the script does not say.
const STALE: Duration = Duration::from_secs(10 * 60);

/// Reads what a command is: `remind <when:time> <what:text>`, `light <mode:on|off>`, `poll new <question:text>`, `top [count:int]`.
///
/// A name has one word or several. An argument without a type is one word. Those in brackets may be left out, and stand last. `text` is everything
/// that is left, and stands last. Help, who may give it, and cooldown are the caller's to set; stale is ten minutes.
///
/// # Errors
/// [`Misuse`] with the part that is wrong.
pub(in crate::script) fn parse(text: &str) -> Result<CommandSpec, Misuse> {
    let wrong = |why: String| Misuse(format!("bot.command: {text:?}: {why}"));
    let start = text.find(['<', '[']).unwrap_or(text.len());
    let name = text[..start].split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(wrong("a command begins with its name, as in \"remind <when:time> <what:text>\"".to_owned()));
    }
    if name.starts_with(['/', '!', '@', '／', '！', '＠']) {
        return Err(wrong("leave out the sign: people may write it or not".to_owned()));
    }
    if let Some(mark) = name.chars().find(|c| matches!(c, '>' | ']' | '"') || c.is_control()) {
        return Err(wrong(format!("{mark:?} cannot be part of a name")));
    }
    let mut arguments: Vec<Argument> = Vec::new();
    let mut rest = text[start..].trim_start();
    while !rest.is_empty() {
        let (argument, behind) = argument(rest).map_err(&wrong)?;
        check_place(&arguments, &argument).map_err(&wrong)?;
        arguments.push(argument);
        rest = behind.trim_start();
    }
    Ok(CommandSpec { text: text.to_owned(), name, arguments, help: None, who: Vec::new(), cooldown: None, stale: STALE })
}

/// The argument at the beginning, and what stands behind it.
fn argument(text: &str) -> Result<(Argument, &str), String> {
    let (is_optional, close) = match text.as_bytes()[0] {
        b'<' => (false, '>'),
        b'[' => (true, ']'),
        _ => return Err("behind the name stand arguments only: <name>, <name:type> or [name:type]".to_owned()),
    };
    let end = text.find(close).ok_or_else(|| format!("an argument lacks its {close:?}"))?;
    let inside = &text[1..end];
    let (name, kind) = inside.split_once(':').map_or((inside, "word"), |(name, kind)| (name, kind));
    let (name, kind) = (name.trim(), kind.trim());
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if !is_name || name.len() > 32 {
        return Err(format!("{name:?} is no name of an argument: names are small letters, digits and _, at most 32"));
    }
    Ok((Argument { name: name.to_owned(), kind: kind_of(kind)?, is_optional }, &text[end + 1..]))
}

fn kind_of(text: &str) -> Result<ArgumentKind, String> {
    Ok(match text {
        "word" => ArgumentKind::Word,
        "text" => ArgumentKind::Text,
        "int" => ArgumentKind::Int,
        "number" => ArgumentKind::Number,
        "duration" => ArgumentKind::Duration,
        "time" => ArgumentKind::Time,
        "user" => ArgumentKind::User,
        choice if choice.contains('|') => {
            let words: Vec<String> = choice.split('|').map(|word| word.trim().to_owned()).collect();
            let is_word = |word: &String| !word.is_empty() && !word.contains(char::is_whitespace);
            if !words.iter().all(is_word) {
                return Err(format!("{choice:?}: a choice is of words, as in <mode:on|off>"));
            }
            if (1..words.len()).any(|at| words[..at].iter().any(|word| folded(word) == folded(&words[at]))) {
                return Err(format!("{choice:?} has a word twice"));
            }
            ArgumentKind::Choice(words)
        }
        other => {
            return Err(format!(
                "{other:?} is no type of an argument: there are word, text, int, number, duration, time, user, and choices such as on|off"
            ));
        }
    })
}

fn check_place(before: &[Argument], argument: &Argument) -> Result<(), String> {
    if before.len() == MAX_ARGUMENTS {
        return Err(format!("it has more than {MAX_ARGUMENTS} arguments"));
    }
    if before.iter().any(|other| other.name == argument.name) {
        return Err(format!("two arguments are called {:?}", argument.name));
    }
    match before.last() {
        Some(last) if last.kind == ArgumentKind::Text => {
            Err(format!("{:?} is everything that is left, so nothing can stand behind it", last.name))
        }
        Some(last) if last.is_optional && !argument.is_optional => {
            Err(format!("{:?} can be left out, so {:?} behind it has to be in brackets too", last.name, argument.name))
        }
        _ => Ok(()),
    }
}
