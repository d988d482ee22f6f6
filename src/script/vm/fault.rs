//! Why a run, or the loading of a script, came to nothing. The texts are for whoever wrote the script.

use std::time::Duration;

use mlua::Error;

/// The name under which the host's own Lua stands in tracebacks.
pub(super) const HOST: &str = "[host]";

/// The most bytes that are kept of what a script says in an error.
const MAX_MESSAGE: usize = 2 << 10;
/// The most bytes that are kept of a traceback.
const MAX_TRACEBACK: usize = 4 << 10;
/// Stands between message and traceback in errors of Lua.
const SEAM: &str = "\nstack traceback:";

/// What went wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub(in crate::script) enum Fault {
    /// The script raised an error, or misused a function. The machine goes on.
    #[error("{message}")]
    Script {
        /// Begins with file and line where these are known.
        message: String,
        /// One call a line, the innermost first; may be empty.
        traceback: String,
    },
    /// The run used up its computing time. The machine goes on.
    #[error("stopped after {} ms of computing, which is the limit{}", .limit.as_millis(), at(.traceback))]
    Deadline { limit: Duration, traceback: String },
    /// The script holds on to more memory than it may, or wanted far more at once. The machine is spent.
    #[error("the script needs more than {} MiB of memory, which is the limit; what is no longer used should not stay in variables of the file", .limit >> 20)]
    Memory { limit: usize },
    #[error("{file} is {bytes} bytes, the limit is {limit}: put parts of it into files of their own, and require them")]
    TooLarge { file: String, bytes: usize, limit: usize },
    /// A file is not Luau. Begins with file and line.
    #[error("{message}")]
    Syntax { message: String },
    #[error("the script has no file {file}")]
    NoFile { file: String },
    /// A fault of the host itself, while the script ran. The machine is spent.
    #[error("the host failed while the script ran: {what}")]
    Panicked { what: String },
    /// The machine cannot be used any more.
    #[error("this copy of the script ended with an earlier fault")]
    Spent,
    /// This build of Luau lacks a switch that it needs to be safe.
    #[error("this build of luau does not know {name}, without which scripts are not safe")]
    Flag { name: &'static str },
}

impl Fault {
    /// What an error of Lua means, but for its memory and deadline, which only the machine knows.
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::SyntaxError { message, .. } => Self::Syntax { message: cut(message, MAX_MESSAGE) },
            Error::RuntimeError(text) => match text.rsplit_once(SEAM) {
                Some((message, traceback)) => Self::script(message, traceback),
                None => Self::script(text, ""),
            },
            Error::CallbackError { traceback, cause } => {
                Self::script(&root(cause).to_string(), traceback.trim_start_matches(SEAM.trim_start()))
            }
            other => Self::script(&other.to_string(), ""),
        }
    }

    fn script(message: &str, traceback: &str) -> Self {
        let traceback = readable(traceback);
        Self::Script { message: placed(&cut(message, MAX_MESSAGE), &traceback), traceback }
    }

    /// The innermost calls of the script, if there are any.
    pub(in crate::script) fn traceback(&self) -> &str {
        match self {
            Self::Script { traceback, .. } | Self::Deadline { traceback, .. } => traceback,
            _ => "",
        }
    }
}

/// What an error of Lua says, with its place, as scripts get it when they catch it.
pub(super) fn text_of(error: &Error) -> String {
    Fault::of(error).to_string()
}

/// Whether the error is, somewhere inside, that memory was refused.
pub(super) fn is_memory(error: &Error) -> bool {
    matches!(root(error), Error::MemoryError(_))
}

fn root(error: &Error) -> &Error {
    match error {
        Error::CallbackError { cause, .. } => root(cause),
        Error::BadArgument { cause, .. } if matches!(root(cause), Error::MemoryError(_)) => root(cause),
        other => other,
    }
}

/// A traceback without the host's own frames.
pub(super) fn readable(traceback: &str) -> String {
    let lines = traceback.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(HOST) && !line.starts_with("[C]"));
    cut(&lines.collect::<Vec<_>>().join("\n"), MAX_TRACEBACK)
}

/// The message with the place of the innermost call before it, if it does not begin with a place.
fn placed(message: &str, traceback: &str) -> String {
    match traceback.lines().next().and_then(place) {
        Some(place) if !begins_with_place(message) => format!("{place}: {message}"),
        _ => message.to_owned(),
    }
}

/// `file:line` of a line of a traceback.
fn place(line: &str) -> Option<&str> {
    let (file, rest) = line.split_once(':')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| &line[..file.len() + 1 + digits])
}

fn begins_with_place(message: &str) -> bool {
    place(message).is_some_and(|place| !place.contains(' ') && message[place.len()..].starts_with(':'))
}

fn at(traceback: &str) -> String {
    traceback.lines().next().and_then(place).map(|place| format!(", at {place}")).unwrap_or_default()
}

/// The text, or its beginning if it is longer than this.
fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = (0..=bytes).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    format!("{} … ({} bytes in all)", &text[..end], text.len())
}
