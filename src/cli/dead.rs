//! `mynah dead`: events that scripts could not deal with.

use clap::Subcommand;
use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::output::{self, harmless};
use super::{scripts, show};
use crate::query::time_text;
use crate::script::{Look, NumberedLetter, Reply, Request, retry_dead, skip_dead};

/// See to events that scripts could not deal with: look at them, try them again, forget them
///
/// An event on which a script has failed twice is set aside with what went wrong, and everything else goes on.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah dead list
  mynah dead show remind 3
  mynah dead retry remind
  mynah dead skip remind 3")]
pub(super) struct Dead {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// List them, of one script or of all
    List {
        /// The script
        #[arg(value_name = "SCRIPT")]
        script: Option<String>,
    },
    /// Show one, with what the message says
    Show {
        /// The script
        #[arg(value_name = "SCRIPT")]
        script: String,
        /// Its number
        #[arg(value_name = "NO")]
        no: u64,
    },
    /// Have the script deal with one once more, or with all of them
    ///
    /// Where scripts run it is done at once, else when they run again.
    Retry {
        /// The script
        #[arg(value_name = "SCRIPT")]
        script: String,
        /// Its number
        #[arg(value_name = "NO")]
        no: Option<u64>,
    },
    /// Forget one, or all of them
    Skip {
        /// The script
        #[arg(value_name = "SCRIPT")]
        script: String,
        /// Its number
        #[arg(value_name = "NO")]
        no: Option<u64>,
    },
}

/// What is done with letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Retry,
    Skip,
}

impl Dead {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self.act {
            Act::List { script } => list(script.as_deref(), context),
            Act::Show { script, no } => show(&script, no, context),
            Act::Retry { script, no } => deal(Deed::Retry, &script, no, context),
            Act::Skip { script, no } => deal(Deed::Skip, &script, no, context),
        }
    }
}

fn list(script: Option<&str>, context: &mut Context) -> Result<(), Failure> {
    let archive = context.open_reader()?;
    for letter in Look::at(&archive).dead_letters(script)? {
        if context.out.is_json() {
            context.out.json(&as_json(&letter))?;
        } else {
            let line = as_line(&letter, context);
            context.out.line(line)?;
        }
    }
    Ok(())
}

fn show(script: &str, no: u64, context: &mut Context) -> Result<(), Failure> {
    let archive = context.open_reader()?;
    let letter = Look::at(&archive).dead_letter(script, no)?;
    let letter = letter.ok_or_else(|| Failure::NoDeadLetter { script: script.to_owned(), no })?;
    if context.out.is_json() {
        let mut object = as_json(&letter);
        object["message"] = json!(letter.letter.message());
        return Ok(context.out.json(&object)?);
    }
    let line = as_line(&letter, context);
    context.out.line(line)?;
    context.out.line(format_args!(
        "tried {}, by version {}",
        output::counted(letter.letter.attempts.into(), "time"),
        letter.letter.version
    ))?;
    if let Some(message) = letter.letter.message() {
        context.out.line(format_args!("{}: {}", harmless(&message.sender_name()), harmless(&show::summary(message))))?;
    }
    Ok(context.out.line(harmless(&letter.letter.fault))?)
}

fn as_line(letter: &NumberedLetter, context: &Context) -> String {
    let output::Styles { name, faint, .. } = context.out.styles;
    let NumberedLetter { script, no, letter } = letter;
    let place = letter.conversation().map_or_else(String::new, |place| format!("  {}", harmless(&place.to_string())));
    let fault = letter.fault.lines().next().unwrap_or_default();
    let time = time_text(letter.at, &context.zone);
    format!("{faint}{time}{faint:#}  {name}{script} {no}{name:#}  {}{place}  {}", harmless(&letter.label), harmless(fault))
}

/// The shape of `schemas/dead-letter.schema.json`.
fn as_json(letter: &NumberedLetter) -> Value {
    let NumberedLetter { script, no, letter } = letter;
    json!({
        "script": script,
        "no": no,
        "at": letter.at,
        "handler": letter.label,
        "event": letter.event(),
        "conversation": letter.conversation().map(ToString::to_string),
        "message_id": letter.message().map(crate::model::Message::id_text),
        "version": letter.version,
        "attempts": letter.attempts,
        "fault": letter.fault,
    })
}

fn deal(deed: Deed, script: &str, no: Option<u64>, context: &mut Context) -> Result<(), Failure> {
    let numbers = match no {
        Some(no) => vec![no],
        None => Look::at(&context.open_reader()?).dead_letters(Some(script))?.iter().map(|letter| letter.no).collect(),
    };
    let mut dealt_with: u64 = 0;
    let mut writer = None;
    for number in numbers {
        let (script, request) = match deed {
            Deed::Retry => (script, Request::RetryDead { script: script.to_owned(), no: number }),
            Deed::Skip => (script, Request::SkipDead { script: script.to_owned(), no: number }),
        };
        let asked = if writer.is_none() { scripts::ask(context, &request)? } else { None };
        let was_there = match asked {
            Some(Reply::Done) => true,
            Some(Reply::Nothing) => false,
            Some(Reply::Failed(why)) => return Err(Failure::Host { why }),
            None => {
                let archive = match writer.take() {
                    Some(archive) => archive,
                    None => context.open()?,
                };
                let was_there = match deed {
                    Deed::Retry => retry_dead(&archive, script, number)?,
                    Deed::Skip => skip_dead(&archive, script, number)?,
                };
                writer = Some(archive);
                was_there
            }
        };
        match (was_there, no) {
            (true, _) => dealt_with += 1,
            (false, Some(no)) => return Err(Failure::NoDeadLetter { script: script.to_owned(), no }),
            // Somebody else was faster.
            (false, None) => {}
        }
    }
    let (key, done) = match deed {
        Deed::Retry if writer.is_some() => ("retried", "is dealt with when the scripts run again"),
        Deed::Retry => ("retried", "is dealt with once more"),
        Deed::Skip => ("skipped", "is forgotten"),
    };
    let text = format!("{}: each {done}", output::counted(dealt_with, "dead letter"));
    Ok(context.out.result(&json!({ key: dealt_with }), text)?)
}
