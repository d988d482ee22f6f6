//! Standard output in its two forms, for people and as JSON; remarks and errors on standard error.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde::Serialize;

/// Where results go. Nothing else may write to standard output.
pub(super) struct Output {
    stdout: BufWriter<StdoutLock<'static>>,
    is_json: bool,
    is_terminal: bool,
    /// How the parts of a result look; plain where it is no terminal.
    pub(super) styles: Styles,
}

/// How the parts of a result look.
#[derive(Clone, Copy, Default)]
pub(super) struct Styles {
    /// A name of a conversation or a person.
    pub(super) name: Style,
    /// What is there for the curious.
    pub(super) faint: Style,
    /// What was searched for.
    pub(super) found: Style,
}

impl Styles {
    /// With colours, for what takes them away where they are not wanted.
    pub(super) fn coloured() -> Self {
        Self { name: AnsiColor::Cyan.on_default(), faint: Style::new().dimmed(), found: AnsiColor::Yellow.on_default().bold() }
    }
}

impl Output {
    pub(super) fn new(is_json: bool) -> Self {
        let stdout = io::stdout();
        let is_coloured = !is_json && AutoStream::choice(&stdout) != ColorChoice::Never;
        let styles = if is_coloured { Styles::coloured() } else { Styles::default() };
        let is_terminal = stdout.is_terminal();
        Self { stdout: BufWriter::with_capacity(128 << 10, stdout.lock()), is_json, is_terminal, styles }
    }

    /// Whether results are JSON.
    pub(super) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Whether a person looks at it as it comes.
    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// One line for people.
    pub(super) fn line(&mut self, text: impl fmt::Display) -> io::Result<()> {
        writeln!(self.stdout, "{text}")
    }

    /// One line of JSON.
    pub(super) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.stdout, value)?;
        self.stdout.write_all(b"\n")
    }

    /// A result in the form that was asked for.
    pub(super) fn result(&mut self, value: &impl Serialize, text: impl fmt::Display) -> io::Result<()> {
        if self.is_json { self.json(value) } else { self.line(text) }
    }

    /// The bytes as they are, for messages.
    pub(super) fn raw(&mut self) -> &mut impl Write {
        &mut self.stdout
    }

    /// Writes what is buffered.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// Remarks something on standard error.
pub(super) fn note(text: &str) {
    remark(Style::new().dimmed(), "note", text);
}

/// Tells an error on standard error.
pub(super) fn error(text: &str) {
    remark(AnsiColor::Red.on_default().bold(), "error", text);
}

fn remark(style: Style, what: &str, text: &str) {
    // Where standard error is closed, nobody wants to know.
    let _ = writeln!(anstream::stderr(), "{style}{what}{style:#}: {}", harmless(text));
}

/// Text that can't steer a terminal: control characters other than line ends are replaced.
pub(super) fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A number with commas between thousands.
pub(super) fn count(number: u64) -> impl fmt::Display {
    indicatif::HumanCount(number)
}

/// Bytes in the largest fitting unit.
pub(super) fn bytes(number: u64) -> impl fmt::Display {
    indicatif::BinaryBytes(number)
}

/// `1 message`, `2 messages`.
pub(super) fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", count(number), if number == 1 { "" } else { "s" })
}
