//! `mynah find`: messages by their ids.

use super::context::Context;
use super::failure::Failure;
use super::output;
use super::show::{self, Heading};

/// Show messages by their ids, deleted and recalled ones too
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah find alice-1700000000-42
  mynah find alice-1700000000-42 bob-1700000007-7 --json")]
pub(super) struct Find {
    /// Ids of messages
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

impl Find {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open_reader()?;
        for id in &self.ids {
            match archive.find(&[id])?.pop() {
                None => output::note(&format!("no message has the id {id}")),
                Some(message) if context.out.is_json() => context.out.json(&message)?,
                Some(message) => show::message(&mut context.out, &message, &Heading::of(&archive, &message), &context.zone)?,
            }
        }
        Ok(())
    }
}
