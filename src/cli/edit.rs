//! `mynah edit`: gives a message a new text.

use super::context::Context;
use super::failure::Failure;
use super::show::{self, Heading};

/// Give a message a new text; search finds the new one from then on
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah edit alice-1700000000-42 \"the deploy is done\"")]
pub(super) struct Edit {
    /// The message's id
    id: String,

    /// Its new text, in place of its first text element
    text: String,
}

impl Edit {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open()?;
        let message = archive.edit_text(&self.id, &self.text)?;
        match context.out.is_json() {
            true => context.out.json(&message)?,
            false => show::message(&mut context.out, &message, &Heading::of(&archive, &message), &context.zone)?,
        }
        Ok(())
    }
}
