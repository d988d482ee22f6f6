//! Where lines come from: a person at a terminal, who can edit them, or whatever standard input is.

use std::io::{self, BufRead as _};
use std::sync::mpsc as blocking;
use std::thread;

use rustyline::error::ReadlineError;
use rustyline::{Config, DefaultEditor, ExternalPrinter};
use tokio::sync::mpsc;

use super::failure::Failure;

/// Prints above the line that is being typed.
pub(super) type Printer = Box<dyn ExternalPrinter>;

/// Lines, each read only when it is asked for.
pub(super) struct Input {
    /// A line is read with this prompt. Dropping it ends the thread that reads.
    prompts: blocking::Sender<String>,
    lines: mpsc::Receiver<Result<String, ReadlineError>>,
    is_asked: bool,
    is_dialog: bool,
}

impl Input {
    /// Lines that a person types.
    pub(super) fn dialog() -> Result<(Self, Option<Printer>), Failure> {
        let config = Config::builder().auto_add_history(true).build();
        let mut editor = DefaultEditor::with_config(config).map_err(Failure::Terminal)?;
        let printer = editor.create_external_printer().map_err(Failure::Terminal)?;
        let input = Self::start(true, move |prompt| editor.readline(prompt))?;
        Ok((input, Some(Box::new(printer))))
    }

    /// The lines of standard input. What is no UTF-8 in them is replaced.
    pub(super) fn lines() -> Result<Self, Failure> {
        Self::start(false, move |_| {
            let mut line = Vec::new();
            match io::stdin().lock().read_until(b'\n', &mut line)? {
                0 => Err(ReadlineError::Eof),
                _ => Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()),
            }
        })
    }

    /// Reads on a thread of its own. Nothing waits for its end, because nothing but the next line ends its waiting.
    fn start(is_dialog: bool, mut read: impl FnMut(&str) -> Result<String, ReadlineError> + Send + 'static) -> Result<Self, Failure> {
        let (prompts, asked) = blocking::channel::<String>();
        let (said, lines) = mpsc::channel(1);
        let work = move || {
            for prompt in asked {
                if said.blocking_send(read(&prompt)).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("input".to_owned()).spawn(work).map_err(Failure::Thread)?;
        Ok(Self { prompts, lines, is_asked: false, is_dialog })
    }

    /// Whether a person types.
    pub(super) fn is_dialog(&self) -> bool {
        self.is_dialog
    }

    /// The next line; `None` at the end. Dropping the wait loses nothing.
    pub(super) async fn next(&mut self, prompt: &str) -> Result<Option<String>, Failure> {
        if !self.is_asked {
            self.is_asked = self.prompts.send(prompt.to_owned()).is_ok();
        }
        let line = self.lines.recv().await;
        self.is_asked = false;
        match line {
            None | Some(Err(ReadlineError::Eof | ReadlineError::Interrupted)) => Ok(None),
            Some(line) => line.map(Some).map_err(Failure::Terminal),
        }
    }
}
